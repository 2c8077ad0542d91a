"""tools/update_headers.py: headers and their libraries, of Debian's lists."""

from __future__ import annotations

import gzip
import os
from typing import TYPE_CHECKING

import pytest

from update_headers import main

if TYPE_CHECKING:
    from support.tables import Tables

LIBRARIES = {
    "c": {"kind": "compiler", "apt": ["gcc"]},
    "card": {"kind": "library", "apt": ["libcard-dev"]},
    "data": {"kind": "library", "apt": ["libdata-dev"]},
    "boost": {"kind": "library", "apt": ["libboost-all-dev"]},
    "odbc": {"kind": "library", "apt": ["unixodbc-dev"]},
    "iodbc": {"kind": "library", "apt": ["libiodbc2-dev"]},
}
PACKAGES = """
Package: libcard-dev
Source: card (1)
Version: 1

Package: libdata-dev
Version: 1
Depends: libdata5-dev, libcard-dev

Package: libdata5-dev
Version: 5
Depends: liborphan-dev

Package: liborphan-dev
Version: 1

Package: libboost-all-dev
Source: boost-defaults
Version: 1
Depends: libboost-headers

Package: libboost-headers
Version: 1
"""
CONTENTS = """
bin/other                                               utils/coreutils
usr/include/PCSC/winscard.h                             libdevel/libcard-dev
usr/include/PCSC/config.h                               libdevel/libcard-dev
usr/include/x86_64-linux-gnu/card.h                     libdevel/libcard-dev
usr/include/card/README                                 libdevel/libcard-dev
usr/include/data -> x                                   libdevel/other
usr/include/db.h                                        libdevel/libdata5-dev
usr/include/db                                          libdevel/libdata5-dev
usr/include/sys/data.h                                  libdevel/libdata5-dev
usr/include/orphan.h                                    libdevel/liborphan-dev
usr/include/boost/a.hpp                                 libdevel/libboost-headers
usr/include/boost/b/c.hpp                               libdevel/libboost-headers
usr/include/sql.h                                       libdevel/unixodbc-dev,libdevel/libother-dev
usr/include/sqlext.h                                    libdevel/unixodbc-dev
usr/include/sqlext.h                                    libdevel/libiodbc2-dev
usr/include/iodbc/sql.h                                 libdevel/libiodbc2-dev
usr/include/stdio.h                                     libdevel/libc6-dev
usr/include/x86_64-linux-gnu/sys/stat.h                 libdevel/libc6-dev
usr/include/linux/if.h                                  libdevel/linux-libc-dev
usr/include/linux/can.h                                 libdevel/linux-libc-dev
usr/include/c++/14/vector                               libdevel/libstdc++-14-dev
usr/include/python3.13/Python.h                         libdevel/libpython3.13-dev
usr/lib/gcc/x86_64-linux-gnu/14/include/stddef.h        libdevel/libgcc-14-dev
"""


@pytest.fixture
def lists(tables: Tables) -> Tables:
    """Return an empty table, a few libraries, and the lists of two releases."""
    tables.write("libraries", {"source": "x", "date": "2000-01-01", "rows": LIBRARIES})
    tables.write("headers", {"source": "x", "date": "2000-01-01", "rows": {}})
    for codename in ("bookworm", "trixie"):
        tables.source(
            f"Packages-{codename}",
            PACKAGES + "\nPackage: unixodbc-dev\n\nPackage: libiodbc2-dev\n",
        )
        (tables.sources / f"Contents-{codename}.gz").write_bytes(gzip.compress(CONTENTS.encode()))
    return tables


def test_headers_and_their_libraries(lists: Tables) -> None:
    """As sources include them, also of what an empty package depends on."""
    assert lists.run(main) == 0
    rows = lists.read("headers")["rows"]
    libraries = {name: rows["libraries"].get(name) for name in LIBRARIES}
    assert libraries == {
        "c": None,
        # A directory that is the library's alone; no config.h, which is everybody's.
        "card": ["PCSC/", "card.h", "winscard.h"],
        # What is a link to a directory; `sys/` is the C library's as well.
        "data": ["db.h", "db/", "sys/data.h"],
        "boost": ["boost/"],
        # Two have one under the same path; one in a directory of its own is no rival.
        "odbc": ["sql.h", "sqlext.h"],
        "iodbc": ["iodbc/", "sqlext.h"],
    }
    assert rows["system"] == ["Python.h", "linux/", "stddef.h", "stdio.h", "sys/stat.h", "vector"]
    assert "numpy/" in rows["packages"]
    assert "windows.h" in rows["foreign"]


def test_the_second_run_changes_nothing(lists: Tables) -> None:
    """Nor does `--check`."""
    untouched = lists.text("headers")
    assert lists.run(main, "--check") == 1
    assert lists.text("headers") == untouched
    assert lists.run(main) == 0
    updated = lists.text("headers")
    assert lists.run(main, "--check") == 0
    assert lists.run(main) == 0
    assert lists.text("headers") == updated


@pytest.mark.parametrize("content", [None, b"", b"usr/bin/x  utils/x\n"])
def test_a_list_that_is_not_there(lists: Tables, content: bytes | None) -> None:
    """Exit code 2: half a table is none."""
    untouched = lists.text("headers")
    path = lists.sources / "Contents-trixie.gz"
    if content is None:
        path.unlink()
    else:
        path.write_bytes(gzip.compress(content))
        os.utime(path, (0, 0))
    assert lists.run(main) == 2
    assert lists.text("headers") == untouched
