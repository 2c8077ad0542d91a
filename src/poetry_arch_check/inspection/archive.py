"""Reading an sdist in place: nothing is extracted, and nothing in it can make us pay for it."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import stat
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from posixpath import normpath
from typing import IO, TYPE_CHECKING, cast

from poetry_arch_check.inspection.tree import (
    HEAD,
    LONGEST_TEXT,
    MOST_FILES,
    MOST_TEXT,
    Tree,
    TreeError,
    generator,
    is_build_file,
    is_wanted,
    may_be_generated,
    rooted,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# Far beyond what real sdists have (the largest looked at unpacks to 500 MB, ratio 30).
MOST_BYTES = 2 << 30
MOST_RATIO = 200
# Below this, a high ratio is no bomb: a large generated file compresses well.
_SMALL = 64 << 20
# No header, and no directory of a zip, takes more in one piece.
_LARGEST_READ = 8 << 20
_LARGEST_HEADER = 1 << 20
_CHUNK = 64 << 10
_LONGEST_PATH = 4096
_READS_BETWEEN = 32
_XZ_MEMORY = 128 << 20
# An archive is one in its second directory: `name-version/setup.py`.
_ROOT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How long reading one archive may take, in seconds of `clock`.

    A clock that counts the work, not the waiting, judges the archive and not the machine.
    """

    clock: Callable[[], float]
    seconds: float = 4.0


def read_archive(path: Path, budget: Budget) -> Tree:
    """Return the source tree in the sdist at `path` (tar, plain or compressed, or zip).

    Raises TreeError, with the reason, for what cannot be read or is not to be trusted.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            guard = _Guard(budget, size)
            magic = file.read(6)
            file.seek(0)
            if magic.startswith(b"PK"):
                return _read_zip(file, guard)
            with _unpacked(magic, file) as stream:
                return _read_tar(_Forward(stream, guard), guard)
    except TreeError:
        raise
    except FileNotFoundError:
        raise TreeError("the archive is not there") from None
    except Exception as error:  # a damaged archive fails in more ways than its reader names
        raise TreeError(f"the archive is damaged ({type(error).__name__})") from error


class _Guard:
    """Counts what reading costs, and ends it."""

    def __init__(self, budget: Budget, size: int) -> None:
        self._clock = budget.clock
        self._end = budget.clock() + budget.seconds
        self._most = min(MOST_BYTES, max(_SMALL, size * MOST_RATIO))
        self._bytes = self._files = self._reads = 0

    def bytes(self, count: int) -> None:
        self._bytes += count
        if self._bytes > self._most:
            raise TreeError("it unpacks to far more than an sdist does")
        # A look at the clock can take longer than a read.
        self._reads += 1
        if self._reads % _READS_BETWEEN == 0:
            self.time()

    def file(self) -> None:
        self._files += 1
        if self._files > MOST_FILES:
            raise TreeError(f"it has more than {MOST_FILES:,} files")

    def time(self) -> None:
        if self._clock() > self._end:
            raise TreeError("reading it takes too long")


class _Collection:
    """What is gathered of an archive's members."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.texts: dict[str, bytes] = {}
        self.links: set[str] = set()
        self.cython: set[str] = set()
        self._kept = 0

    def wants(self, name: str, size: int) -> bool:
        """Return whether to keep a text; raises TreeError where the build cannot do without."""
        if not is_wanted(name, root=_ROOT):
            return False
        kept = size <= LONGEST_TEXT and self._kept + size <= MOST_TEXT
        if not kept and is_build_file(name, root=_ROOT):
            raise TreeError(f"its {name.rpartition('/')[2]} is far too large")
        return kept

    def keep(self, name: str, content: bytes) -> None:
        self.texts[name] = content
        self._kept += len(content)

    def head(self, content: bytes) -> None:
        if version := generator(content):
            self.cython.add(version)

    def link(self, name: str, target: str, *, relative: bool) -> None:
        """Note a link; raises TreeError where it leads outside."""
        parent = str(PurePosixPath(name).parent) if relative else "."
        _inside(f"{parent}/{target}" if not target.startswith("/") else target)
        self.links.add(name)

    def tree(self) -> Tree:
        if not self.names:
            raise TreeError("the archive has no files")
        return rooted(self.names, self.texts, self.links, self.cython)


_PLAIN = re.compile(r"[^/\\:.][^\\:]*")


def _inside(name: str) -> str:
    """Return a member's path in its plain form; raises TreeError where it leads outside."""
    if len(name) > _LONGEST_PATH:
        raise TreeError("it has a path of an absurd length")
    if _PLAIN.fullmatch(name) and "/." not in name and "//" not in name:
        return name.rstrip("/")
    path = normpath(name.replace("\\", "/"))
    if path.startswith(("/", "../")) or path == ".." or PureWindowsPath(path).drive:
        raise TreeError("it has a path that leads outside of it")
    return path


# --- tar ------------------------------------------------------------------------------------


def _unpacked(magic: bytes, file: IO[bytes]) -> IO[bytes]:
    if magic.startswith(b"\x1f\x8b"):
        return cast("IO[bytes]", gzip.GzipFile(fileobj=file))
    if magic.startswith(b"BZh"):
        return cast("IO[bytes]", bz2.BZ2File(file))
    if magic.startswith(b"\xfd7zXZ\x00"):
        return cast("IO[bytes]", io.BufferedReader(_Xz(file), _CHUNK))
    return file


class _Xz(io.RawIOBase):
    """An xz stream; LZMAFile would take the gigabytes that a header may ask for."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._file = file
        self._decompressor = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        while not self._decompressor.eof:
            packed = self._file.read(_CHUNK) if self._decompressor.needs_input else b""
            if self._decompressor.needs_input and not packed:
                raise EOFError
            if content := self._decompressor.decompress(packed, len(view)):
                view[: len(content)] = content
                return len(content)
        return 0


class _Forward(io.RawIOBase):
    """An unpacked stream that is read once, from the beginning to the end."""

    def __init__(self, stream: IO[bytes], guard: _Guard) -> None:
        super().__init__()
        self._stream = stream
        self._guard = guard
        self._position = 0

    def tell(self) -> int:
        return self._position

    def read(self, size: int = -1) -> bytes:
        """Return at most `size` bytes; raises TreeError for more than any header has."""
        if not 0 <= size <= _LARGEST_HEADER:
            raise TreeError("it has a header of an absurd length")
        pieces = []
        while size > 0 and (piece := self._stream.read(size)):
            self._guard.bytes(len(piece))
            self._position += len(piece)
            size -= len(piece)
            pieces.append(piece)
        return b"".join(pieces)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Skip to `offset`; raises TreeError where that lies behind."""
        if whence != io.SEEK_SET or offset < self._position:
            raise TreeError("its headers lead backwards")
        while self._position < offset:
            if not self.read(min(_CHUNK, offset - self._position)):
                raise EOFError
        return self._position


def _read_tar(stream: _Forward, guard: _Guard) -> Tree:
    found = _Collection()
    with tarfile.open(fileobj=cast("IO[bytes]", stream), mode="r:") as archive:
        for member in archive:
            guard.file()
            # TarFile would keep every header that it has seen.
            archive.members.clear()  # type: ignore[attr-defined]
            name = _inside(member.name)
            if member.issym() or member.islnk():
                found.link(name, member.linkname, relative=member.issym())
                continue
            if member.issparse():
                raise TreeError("it has a sparse file")
            if not member.isfile():
                continue
            found.names.add(name)
            if found.wants(name, member.size) and (file := archive.extractfile(member)):
                found.keep(name, file.read(LONGEST_TEXT))
            elif may_be_generated(name) and (file := archive.extractfile(member)):
                found.head(file.read(HEAD))
    return found.tree()


# --- zip ------------------------------------------------------------------------------------


class _Pieces(io.RawIOBase):
    """A file of which nothing is read in one piece that no zip has."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._file = file

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._file.tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(size if 0 <= size <= _LARGEST_READ else _LARGEST_READ + 1)
        if len(content) > _LARGEST_READ:
            raise TreeError("its directory is of an absurd length")
        return content


_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


def _read_zip(file: IO[bytes], guard: _Guard) -> Tree:
    found = _Collection()
    with zipfile.ZipFile(cast("IO[bytes]", _Pieces(file))) as archive:
        for member in archive.infolist():
            guard.file()
            guard.bytes(member.file_size)
            name = _inside(member.filename)
            if member.is_dir():
                continue
            if stat.S_ISLNK(member.external_attr >> 16):
                # Poetry's extraction writes the target's path into a file.
                found.links.add(name)
                continue
            found.names.add(name)
            wanted = found.wants(name, member.file_size)
            if not wanted and not may_be_generated(name):
                continue
            if member.compress_type not in _METHODS:
                raise TreeError("it is compressed in a way that no sdist is")
            with archive.open(member) as content:
                if wanted:
                    found.keep(name, content.read(LONGEST_TEXT))
                else:
                    found.head(content.read(HEAD))
    return found.tree()
