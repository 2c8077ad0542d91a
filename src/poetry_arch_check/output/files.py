"""Writing a report to a file, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from poetry_arch_check.errors import OutputError


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


def _mode(path: Path) -> int:
    """Return the permissions of `path`, or those that a new file would get."""
    try:
        return path.stat().st_mode & 0o777
    except FileNotFoundError:
        umask = os.umask(0)
        os.umask(umask)
        return 0o666 & ~umask
