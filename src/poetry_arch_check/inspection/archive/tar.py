"""Reading tar archives, in one pass and in bounded memory."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
from typing import IO, TYPE_CHECKING, cast

from poetry_arch_check.inspection.archive.collection import Collection, check_link, path_inside
from poetry_arch_check.inspection.errors import TreeError
from poetry_arch_check.inspection.tree import MAX_TEXT

if TYPE_CHECKING:
    from poetry_arch_check.inspection.archive.limits import Limits
    from poetry_arch_check.inspection.tree import Tree

# More than any header has, extended ones included.
_MAX_HEADER = 1 << 20
_CHUNK = 64 << 10
_MAX_XZ_MEMORY = 128 << 20


def read_tar(magic: bytes, file: IO[bytes], limits: Limits) -> Tree:
    """Return the tree in a tar; `magic` are its first bytes, which tell how it is compressed.

    Raises TreeError, and whatever the standard library raises for a damaged one.
    """
    found = Collection()
    with (
        _unpacked(magic, file) as unpacked,
        tarfile.open(
            fileobj=cast("IO[bytes]", _Forward(unpacked, limits)), mode="r:", tarinfo=_Header
        ) as archive,
    ):
        for member in archive:
            limits.count_file()
            # TarFile would keep every header that it has read.
            archive.members.clear()  # type: ignore[attr-defined]
            _read_member(member, archive, found)
    return found.tree()


def _read_member(member: tarfile.TarInfo, archive: tarfile.TarFile, found: Collection) -> None:
    name = path_inside(member.name)
    if member.size < 0:
        raise TreeError("the archive is damaged (negative size)")
    if member.issym() or member.islnk():
        check_link(name, member.linkname, relative=member.issym())
        found.add_link(name)
        return
    if member.issparse():
        raise TreeError("it contains a sparse file")
    if not member.isfile():
        return
    found.add_file(name)
    if found.wants(name, member.size) and (file := archive.extractfile(member)):
        found.keep(name, file.read(MAX_TEXT))
    elif (size := found.wants_c(name)) and (file := archive.extractfile(member)):
        found.read_c(name, file.read(size))


class _Header(tarfile.TarInfo):
    """A header that has to be valid.

    TarFile takes an invalid one for the end of the archive, and which it takes for invalid depends
    on its version: since CVE-2025-8194, one with a negative size is.
    """

    __slots__ = ()

    @classmethod
    def fromtarfile(cls, archive: tarfile.TarFile) -> _Header:
        try:
            return super().fromtarfile(archive)
        except _InvalidHeaderError as error:
            raise TreeError(f"the archive is damaged ({error})") from None


# Not documented, unlike its base class, which stands for the end of the archive as well.
_InvalidHeaderError: type[Exception] = tarfile.InvalidHeaderError  # type: ignore[attr-defined]


def _unpacked(magic: bytes, file: IO[bytes]) -> IO[bytes]:
    if magic.startswith(b"\x1f\x8b"):
        return cast("IO[bytes]", gzip.GzipFile(fileobj=file))
    if magic.startswith(b"BZh"):
        return cast("IO[bytes]", bz2.BZ2File(file))
    if magic.startswith(b"\xfd7zXZ\x00"):
        return cast("IO[bytes]", io.BufferedReader(_Xz(file), _CHUNK))
    return file


class _Xz(io.RawIOBase):
    """An xz stream; LZMAFile would allocate the gigabytes that a header may ask for."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._file = file
        self._decompressor = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MAX_XZ_MEMORY)

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

    def __init__(self, stream: IO[bytes], limits: Limits) -> None:
        super().__init__()
        self._stream = stream
        self._limits = limits
        self._position = 0

    def tell(self) -> int:
        return self._position

    def read(self, size: int = -1) -> bytes:
        """Return at most `size` bytes; raises TreeError for more than any header has."""
        if size < 0:
            raise TreeError("the archive is damaged (negative size)")
        if size > _MAX_HEADER:
            raise TreeError(f"limit exceeded: a header of more than {_MAX_HEADER >> 20} MiB")
        pieces = []
        while size > 0 and (piece := self._stream.read(size)):
            self._limits.count_bytes(len(piece))
            self._position += len(piece)
            size -= len(piece)
            pieces.append(piece)
        return b"".join(pieces)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Skip to `offset`; raises TreeError if that is before the current position."""
        if whence != io.SEEK_SET or offset < self._position:
            raise TreeError("the archive is damaged (a header points backwards)")
        while self._position < offset:
            if not self.read(min(_CHUNK, offset - self._position)):
                raise EOFError
        return self._position
