"""Reading small text files, and writing files whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from poetry_arch_check.errors import DockerfileError, OutputError

_LARGEST = 256 * 1024


def read_text(path: Path, called: str) -> str:
    """Return the text of a file that describes an image; `called` is how messages name it.

    Raises DockerfileError where there is none, or something else.
    """
    try:
        if not path.is_file():
            raise DockerfileError(f"{called} is not a file", hint="name a file that exists")
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise DockerfileError(f"{called} cannot be read: {error.strerror}") from error
    return text_of(content, called)


def text_of(content: bytes, called: str) -> str:
    """Return `content` as text; raises DockerfileError where it is none, or too much."""
    if len(content) > _LARGEST:
        raise DockerfileError(f"{called} is too large: at most {_LARGEST // 1024} KiB are read")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DockerfileError(f"{called}:{line}: not a text file") from None


def write_atomically(path: Path, content: str) -> None:
    """Replace `path` by `content` in UTF-8; what was there stays until all is written.

    Raises OutputError where that cannot be done.
    """
    target = Path(os.path.realpath(path))  # a link stays a link
    temporary: str | None = None
    try:
        if target.exists() and not target.is_file():
            # A device or a pipe is written to, never replaced.
            with target.open("w", encoding="utf-8", newline="\n") as stream:
                stream.write(content)
            return
        descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=".arch-check.")
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(_mode(target))
        Path(temporary).replace(target)
    except OSError as error:
        if temporary is not None:
            with suppress(OSError):
                Path(temporary).unlink()
        raise OutputError(
            f"cannot write {path}: {error.strerror}",
            hint="name a file in a directory that exists and can be written",
        ) from error


def with_line_ends_of(path: Path, text: str) -> str:
    """Return `text` with the line ends that the file at `path` has, as Poetry keeps them."""
    with path.open("rb") as file:
        crlf = file.readline().endswith(b"\r\n")
    return text.replace("\n", "\r\n") if crlf else text


def _mode(path: Path) -> int:
    """Return the permissions of `path`, or those that a new file would get."""
    try:
        return path.stat().st_mode & 0o777
    except FileNotFoundError:
        umask = os.umask(0)
        os.umask(umask)
        return 0o666 & ~umask
