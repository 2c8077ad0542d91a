"""Which library a C header is of."""

from __future__ import annotations

import pytest

from poetry_arch_check.data.tables import table
from poetry_arch_check.toolchains.headers import (
    is_system_header,
    libraries_of_header,
)
from poetry_arch_check.toolchains.libraries import library


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("sqlite3.h", "sqlite"),
        ("PCSC/winscard.h", "pcsc"),
        ("winscard.h", "pcsc"),
        ("openssl/ssl.h", "openssl"),
        ("fuse3/fuse.h", "fuse3"),
        ("qpdf/Constants.h", "qpdf"),
        ("mysql.h", "libmysqlclient"),
        ("mysql/mysql.h", "libmysqlclient"),
        ("libxml/parser.h", "libxml2"),
        ("gtk/gtk.h", "gtk3"),
        ("glib.h", "glib"),
        ("sys/capability.h", "libcap"),
        ("unicode/ucnv.h", "icu"),
        ("Eigen/Dense", "eigen"),
        ("boost/asio/ip/tcp.hpp", "boost"),
        ("vtkObject.h", "vtk"),
        ("jni.h", "jdk"),
        ("lgpio.h", "lgpio"),
    ],
)
def test_a_header_of_a_library(header: str, name: str) -> None:
    """As sources name it."""
    assert libraries_of_header(header)[:1] == (f"dep:generic/{name}",)
    assert not is_system_header(header)


def test_a_header_of_several() -> None:
    """The usual one comes first."""
    first, *_ = libraries_of_header("GL/gl.h")
    assert first == "dep:generic/opengl"
    assert libraries_of_header("sqlext.h") == ("dep:generic/unixodbc",)


@pytest.mark.parametrize(
    "header",
    [
        *("stdio.h", "sys/stat.h", "linux/can.h", "asm/types.h", "vector", "omp.h", "crypt.h"),
        *("Python.h", "structmember.h", "cpython/object.h"),
        *("numpy/arrayobject.h", "pybind11/pybind11.h"),
        *("windows.h", "mach/mach.h", "CoreFoundation/CoreFoundation.h", "io.h"),
    ],
)
def test_a_header_of_no_library(header: str) -> None:
    """Of the C library, the kernel, the compiler, Python, a Python package or another system."""
    assert is_system_header(header)
    assert libraries_of_header(header) == ()


@pytest.mark.parametrize(
    "header",
    ["config.h", "version.h", "utils/common.h", "own.h", "", "/", "a//b.h", "x/" * 100_000],
)
def test_a_header_that_is_not_known(header: str) -> None:
    """Nothing is said, also of what many projects call a header of their own."""
    assert libraries_of_header(header) == ()
    assert not is_system_header(header)


def test_the_table() -> None:
    """It names rows of data/libraries.json, and is small enough to read on the side."""
    rows = table("headers")["rows"]
    assert rows.keys() == {"libraries", "system", "packages", "foreign", "macos"}
    assert all(library(f"dep:generic/{name}") for name in (*rows["libraries"], *rows["macos"]))
    assert len(str(rows)) < 300_000
