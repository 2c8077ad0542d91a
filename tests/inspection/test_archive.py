"""Sdists in every format, and hostile ones."""

from __future__ import annotations

import bz2
import gzip
import io
import itertools
import lzma
import os
import struct
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from poetry_arch_check.inspection.archive.limits import Budget
from poetry_arch_check.inspection.archive.reader import read_archive
from poetry_arch_check.inspection.errors import TreeError
from poetry_arch_check.inspection.inspect_tree import inspect_tree
from poetry_arch_check.inspection.tree import Tree, tree_of_folder
from support.archives import FILES, WRAPPINGS, tar, zipped
from support.interpreters import LINUX
from support.make import written

if TYPE_CHECKING:
    from collections.abc import Callable


def read(content: bytes, folder: Path, seconds: float = 4.0) -> Tree:
    """Return the tree in an archive with this content."""
    path = folder / "a-1.0.archive"
    path.write_bytes(content)
    return read_archive(path, Budget(clock=time.thread_time, seconds=seconds))


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_every_wrapping(wrapping: str, tmp_path: Path) -> None:
    """The tree is the same: all names, and the content of the files that a build reads."""
    tree = read(WRAPPINGS[wrapping](FILES), tmp_path)
    assert tree.names == {name.removeprefix("a-1.0/") for name in FILES}
    assert set(tree.texts) == {"PKG-INFO", "setup.py", "src/deep/build_ffi.py"}
    assert tree.texts["setup.py"] == FILES["a-1.0/setup.py"]
    assert {source.cython for source in tree.c_sources.values()} == {"3.0.11"}
    assert written(inspect_tree(tree, LINUX).requires) == ("dep:virtual/compiler/c",)
    assert [path.name for path in tmp_path.iterdir()] == ["a-1.0.archive"]


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_an_archive_without_a_directory_of_its_own(wrapping: str, tmp_path: Path) -> None:
    """Its top is the root, as for Poetry."""
    files = {name.removeprefix("a-1.0/"): content for name, content in FILES.items()}
    tree = read(WRAPPINGS[wrapping](files), tmp_path)
    assert "setup.py" in tree.texts
    assert written(inspect_tree(tree, LINUX).requires) == ("dep:virtual/compiler/c",)


def test_a_folder(tmp_path: Path) -> None:
    """What was made in it, and what is hidden, is no source."""
    for name, content in {**FILES, "a-1.0/.venv/x.c": b"", "a-1.0/build/y.cpp": b""}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    tree = tree_of_folder(tmp_path / "a-1.0")
    assert tree.names == {name.removeprefix("a-1.0/") for name in FILES}
    assert {source.cython for source in tree.c_sources.values()} == {"3.0.11"}
    with pytest.raises(TreeError, match="does not exist"):
        tree_of_folder(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["pyproject.toml", "setup.py", "build_it.py"])
def test_links_that_lead_out_of_a_folder(name: str, tmp_path: Path) -> None:
    """What a build reads must not come from elsewhere; a link inside is a file."""
    folder, outside = tmp_path / "a-1.0", tmp_path / "outside"
    (folder / "src").mkdir(parents=True)
    outside.write_text('"secret"\n')
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
    )
    (folder / "setup.py").write_text("import build_it\nfrom setuptools import setup\nsetup()\n")
    (folder / "src" / "real.py").write_text("real\n")
    (folder / "build_it.py").symlink_to(folder / "src" / "real.py")
    (folder / "data.txt").symlink_to(outside)
    tree = tree_of_folder(folder)
    assert tree.text("build_it.py") == "real\n"
    assert tree.links == {"data.txt"}
    inspect_tree(tree, LINUX)
    for target in (outside, tmp_path / "nowhere", folder / name):
        (folder / name).unlink()
        (folder / name).symlink_to(target)
        tree = tree_of_folder(folder)
        assert name not in tree.texts
        with pytest.raises(TreeError, match=f"its {name} is a link"):
            tree.text(name)
        if name != "build_it.py":
            with pytest.raises(TreeError, match=f"its {name} is a link"):
                inspect_tree(tree, LINUX)


def test_files_that_no_build_reads_are_not_kept(tmp_path: Path) -> None:
    """Their names are known, and nothing else is."""
    files = {**FILES, "a-1.0/tox.ini": b"[metadata]", "a-1.0/Cargo.md": b"[package]"}
    tree = read(tar(files), tmp_path)
    assert {"tox.ini", "Cargo.md", "PKG-INFO"} <= tree.names
    assert set(tree.texts) == {"PKG-INFO", "setup.py", "src/deep/build_ffi.py"}


# --- hostile ones -----------------------------------------------------------------------


def pax(size: int) -> bytes:
    """Return a tar whose first header announces and has a long extended header."""
    header = tarfile.TarInfo("././@PaxHeader")
    header.type, header.size = tarfile.XHDTYPE, size
    return header.tobuf(tarfile.USTAR_FORMAT) + bytes(size)


def backwards() -> bytes:
    """Return a tar with a member of a negative size (CVE-2025-8194)."""
    member = tarfile.TarInfo("a-1.0/setup.py")
    block = bytearray(member.tobuf(tarfile.GNU_FORMAT))
    block[124:136] = b"\xff" * 10 + b"\xf0\x00"
    block[148:156] = b"        "
    block[148:156] = b"%06o\0 " % sum(block)
    return tar(FILES)[:1024] + bytes(block) + bytes(10_240)


def backwards_by_extension() -> bytes:
    """Return a tar with a member whose extended header states a negative size."""
    member = tarfile.TarInfo("a-1.0/setup.py")
    member.pax_headers = {"size": "-4096"}
    return tar(FILES)[:1024] + member.tobuf(tarfile.PAX_FORMAT) + bytes(10_240)


def broken_header() -> bytes:
    """Return a tar whose second header has a wrong checksum: tarfile takes it for the end."""
    content = bytearray(tar(FILES))
    content[1024] ^= 1
    return bytes(content)


def sparse() -> bytes:
    """Return a tar with a sparse setup.py of absurd size."""
    member = tarfile.TarInfo("a-1.0/setup.py")
    member.type = tarfile.GNUTYPE_SPARSE
    block = bytearray(member.tobuf(tarfile.GNU_FORMAT))
    block[386:410] = b"%011o\0%011o\0" % (0, 0)
    block[483:495] = b"%011o\0" % (8**11 - 1)
    block[148:156] = b"        "
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + bytes(10_240)


def many(count: int) -> bytes:
    """Return a tar of that many empty files."""
    return tarfile.TarInfo("a-1.0/a.py").tobuf(tarfile.USTAR_FORMAT) * count + bytes(10_240)


def xz_with_a_large_dictionary() -> bytes:
    """Return an xz stream that asks for a gigabyte before it gives a byte."""
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 30, "preset": 0}]
    compressor = lzma.LZMACompressor(lzma.FORMAT_XZ, filters=[{**filters[0], "dict_size": 1 << 20}])
    content = bytearray(compressor.compress(tar(FILES)) + compressor.flush())
    # The block header states the dictionary's size in one byte, and has a CRC.
    length = (content[12] + 1) * 4
    content[16] = 36
    content[12 + length - 4 : 12 + length] = struct.pack(
        "<I", __import__("zlib").crc32(bytes(content[12 : 12 + length - 4]))
    )
    return bytes(content)


def zip_link() -> bytes:
    """Return a zip in which setup.py is a link."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("a-1.0/setup.py")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
        archive.writestr("a-1.0/a.py", "")
    return buffer.getvalue()


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "damaged|no files"),
    "noise": (lambda: bytes(range(256)) * 400, "damaged"),
    "a page": (lambda: b"<!DOCTYPE html><html>404</html>", "damaged"),
    "an empty tar": (lambda: tar({}), "no files"),
    "a truncated tar.gz": (lambda: gzip.compress(tar(FILES))[:-40], "damaged"),
    "a truncated zip": (lambda: zipped(FILES)[:-40], "damaged"),
    "a truncated tar.xz": (lambda: lzma.compress(tar(FILES))[:200], "damaged"),
    "an absolute path": (lambda: tar({"/etc/passwd": b""}), "outside"),
    "a path that climbs": (lambda: tar({"a-1.0/../../x": b""}), "outside"),
    "a windows path": (lambda: tar({"a-1.0\\..\\..\\x": b""}), "outside"),
    "a drive": (lambda: zipped({"C:/x/setup.py": b""}), "outside"),
    "a zip that climbs": (lambda: zipped({"../setup.py": b""}), "outside"),
    "a link that climbs": (lambda: tar(FILES, **{"a-1.0/x": "../../etc/passwd"}), "outside"),
    "a link to the root": (lambda: tar(FILES, **{"a-1.0/x": "/etc/passwd"}), "outside"),
    "setup.py is a link": (
        lambda: tar({"a-1.0/a.py": b""}, **{"a-1.0/setup.py": "a.py"}),
        "setup.py is a link",
    ),
    "setup.py is a link in a zip": (zip_link, "setup.py is a link"),
    "a gzip bomb": (
        lambda: gzip.compress(bytes(80 << 20), 9),
        "unpacks to more than 64 MiB|damaged|no files",
    ),
    "a gzip bomb in a tar": (
        lambda: gzip.compress(tar({**FILES, "a-1.0/zero": bytes(80 << 20)}), 9),
        "unpacks to more than 64 MiB",
    ),
    "a bzip2 bomb": (
        lambda: bz2.compress(tar({**FILES, "a-1.0/zero": bytes(80 << 20)}), 1),
        "unpacks to more than 64 MiB",
    ),
    "an xz bomb": (
        lambda: lzma.compress(tar({**FILES, "a-1.0/zero": bytes(80 << 20)}), preset=0),
        "unpacks to more than 64 MiB",
    ),
    "a zip bomb": (
        lambda: zipped({**FILES, "a-1.0/zero": bytes(80 << 20)}),
        "unpacks to more than 64 MiB",
    ),
    "a header that is too large": (
        lambda: gzip.compress(pax(8 << 20)),
        # Newer patches of Python refuse it themselves.
        r"limit exceeded: a header of more than 1 MiB|damaged \(ReadError\)",
    ),
    "a header that leads backwards": (backwards, r"damaged \((negative size|invalid offset)\)"),
    "an extended header that leads backwards": (
        backwards_by_extension,
        r"damaged \((negative size|invalid offset)\)",
    ),
    "an invalid header": (broken_header, r"damaged \(bad checksum\)"),
    "a sparse file": (sparse, "sparse"),
    "too many files": (
        lambda: gzip.compress(many(100_001), 1),
        "more than 100,000 files|takes more than 4 s",
    ),
    "an xz that asks for a gigabyte": (xz_with_a_large_dictionary, "damaged"),
    "a setup.py that is too large": (
        lambda: tar({"a-1.0/setup.py": bytes(1 << 20)}),
        "its setup.py has more than 512 KiB",
    ),
    "a setup.cfg that is too large": (
        lambda: tar({**FILES, "a-1.0/setup.cfg": bytes(1 << 20)}),
        "its setup.cfg has more than 512 KiB",
    ),
    "scripts that are too large together": (
        lambda: tar({f"a-1.0/{n:02}.py": bytes(512 << 10) for n in range(17)} | FILES),
        "its build files have more than 8 MiB",
    ),
    "a path that is too long": (
        lambda: tar({"a-1.0/" + "a/" * 3_000: b""}),
        "a path of more than 4,096 characters",
    ),
    "a zip with another compression": (
        lambda: zipped(FILES, zipfile.ZIP_LZMA),
        "compressed by a method",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_archives(name: str, tmp_path: Path) -> None:
    """Each is refused with a reason, at once, and leaves nothing behind."""
    make, reason = HOSTILE[name]
    content = make()
    began = time.process_time()
    with pytest.raises(TreeError, match=reason):
        inspect_tree(read(content, tmp_path), LINUX)
    # Not a measure of speed: what is not refused takes minutes.
    assert time.process_time() - began < 30
    assert [path.name for path in tmp_path.iterdir()] == ["a-1.0.archive"]


def test_an_archive_that_takes_too_long(tmp_path: Path) -> None:
    """Time is a bound like the others; it is the reader's clock that tells."""
    path = tmp_path / "a.tar.gz"
    path.write_bytes(gzip.compress(tar({**FILES, "a-1.0/b": bytes(20 << 20)})))
    clock = itertools.count()
    with pytest.raises(TreeError, match="takes more than 5 s"):
        read_archive(path, Budget(clock=lambda: next(clock), seconds=5))


_LIMITED = """
import sys, time
from pathlib import Path
from poetry_arch_check.inspection.archive.limits import Budget
from poetry_arch_check.inspection.archive.reader import read_archive
from poetry_arch_check.inspection.errors import TreeError
try:
    read_archive(Path(sys.argv[1]), Budget(clock=time.thread_time))
except TreeError as error:
    print(error)
status = Path("/proc/self/status").read_text()
print(status.split("VmHWM:")[1].split()[0])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="measures by /proc")
@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "a gzip bomb in a tar",
        "a header that is too large",
        "too many files",
        "an xz bomb",
        "a zip bomb",
        "an xz that asks for a gigabyte",
        "a sparse file",
    ],
)
def test_memory_stays_bounded(name: str, tmp_path: Path) -> None:
    """Below 256 MiB, the interpreter included."""
    path = tmp_path / "archive"
    path.write_bytes(HOSTILE[name][0]())
    shown = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(path)], capture_output=True, text=True, check=True
    )
    assert int(shown.stdout.splitlines()[-1]) < 256 << 10


SEEDS = [make(FILES) for make in WRAPPINGS.values()]


@given(
    seed=st.sampled_from(SEEDS),
    changes=st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 255)), max_size=12),
    cut=st.none() | st.integers(0, 20_000),
)
@example(seed=SEEDS[0], changes=[(124, 0x80)], cut=None)
@example(seed=SEEDS[0], changes=[(156, ord("S"))], cut=None)
@example(seed=SEEDS[0], changes=[(156, ord("x"))], cut=None)
def test_damaged_archives(seed: bytes, changes: list[tuple[int, int]], cut: int | None) -> None:
    """Whatever is wrong with one, it is a TreeError, or it can be read."""
    content = bytearray(seed)
    for place, value in changes:
        content[place % len(content)] = value
    with tempfile.TemporaryDirectory() as folder, suppress(TreeError):
        inspect_tree(read(bytes(content[:cut]), Path(folder)), LINUX)
        assert os.listdir(folder) == ["a-1.0.archive"]  # noqa: PTH208


@given(
    texts=st.dictionaries(
        st.sampled_from(
            ["setup.py", "pyproject.toml", "setup.cfg", "meson.build", "CMakeLists.txt", "build.py"]
        ),
        st.binary(max_size=300)
        | st.text(max_size=300).map(str.encode)
        | st.sampled_from(
            [
                b"[build-system]\nrequires = 1",
                b"[build-system]\nrequires = []\nbuild-backend = 1",
                b'[build-system]\nrequires = ["x ("]\nbuild-backend = "mesonpy"',
                b"build-system = 1\nproject = 1\ntool = 1\nexternal = 1",
                b"[tool]\npoetry = 1\nhatch = 1\npdm = 1\nsetuptools = 1",
                b"[tool.setuptools]\next-modules = [1, {sources = 1, libraries = 1}]",
                b"[tool.poetry]\nbuild = {script = 1}",
                b"[external]\nbuild-requires = [1, 'x']",
                b"project(",
                b"project('",
                b"dependency('",
                b"from setuptools import *\nsetup(**",
            ]
        ),
        max_size=4,
    )
)
def test_damaged_trees(texts: dict[str, bytes]) -> None:
    """Whatever stands in the files, there is an inspection, or a TreeError."""
    with suppress(TreeError):
        inspect_tree(Tree(names=frozenset(texts), texts=texts), LINUX)
