"""The programs of this machine: where they are, and what they say of themselves."""

from __future__ import annotations

import platform
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_SECONDS = 20


def first_of(names: Iterable[str]) -> str | None:
    """Return the path of the first of these programs that is there."""
    for name in names:
        path = shutil.which(name) if name else None
        if path and not _is_stub(path):
            return path
    return None


def _is_stub(path: str) -> bool:
    """Return whether a program of macOS would only ask to install the command line tools."""
    return (
        platform.system() == "Darwin"
        and Path(path).parent == Path("/usr/bin")
        and not answer(["/usr/bin/xcode-select", "--print-path"])
    )


def answer(command: list[str], seconds: float | None = None) -> str | None:
    """Return the first line that a command prints, None where it fails or says nothing.

    It is ended after so many `seconds`, or the most that any takes.
    """
    try:
        done = subprocess.run(  # noqa: S603 - a program found on the user's own PATH
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=MAX_SECONDS if seconds is None else seconds,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    lines = done.stdout.strip().splitlines()
    return lines[0] if done.returncode == 0 and lines else None
