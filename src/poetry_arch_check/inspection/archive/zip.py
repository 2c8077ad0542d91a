"""Reading zip archives in bounded memory."""

from __future__ import annotations

import io
import stat
import zipfile
from typing import IO, TYPE_CHECKING, cast

from poetry_arch_check.inspection.archive.collection import Collection, path_inside
from poetry_arch_check.inspection.errors import TreeError
from poetry_arch_check.inspection.tree import MAX_TEXT

if TYPE_CHECKING:
    from poetry_arch_check.inspection.archive.limits import Limits
    from poetry_arch_check.inspection.tree import Tree

_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
# More than any zip's central directory has.
_MAX_DIRECTORY = 8 << 20


def read_zip(file: IO[bytes], limits: Limits) -> Tree:
    """Return the tree in a zip.

    Raises TreeError, and whatever the standard library raises for a damaged one.
    """
    found = Collection()
    with zipfile.ZipFile(cast("IO[bytes]", _Pieces(file))) as archive:
        for member in archive.infolist():
            limits.count_file()
            limits.count_bytes(member.file_size)
            _read_member(member, archive, found)
    return found.tree()


def _read_member(member: zipfile.ZipInfo, archive: zipfile.ZipFile, found: Collection) -> None:
    name = path_inside(member.filename)
    if member.is_dir():
        return
    if stat.S_ISLNK(member.external_attr >> 16):
        # Poetry extracts it as a file that contains the target's path.
        found.add_link(name)
        return
    found.add_file(name)
    wanted = found.wants(name, member.file_size)
    size = 0 if wanted else found.wants_c(name)
    if not wanted and not size:
        return
    if member.compress_type not in _METHODS:
        raise TreeError("it is compressed by a method that is not supported")
    with archive.open(member) as content:
        if wanted:
            found.keep(name, content.read(MAX_TEXT))
        else:
            found.read_c(name, content.read(size))


class _Pieces(io.RawIOBase):
    """A file that refuses to read a central directory of more than 8 MiB."""

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
        content = self._file.read(size if 0 <= size <= _MAX_DIRECTORY else _MAX_DIRECTORY + 1)
        if len(content) > _MAX_DIRECTORY:
            most = _MAX_DIRECTORY >> 20
            raise TreeError(f"limit exceeded: a central directory of more than {most} MiB")
        return content
