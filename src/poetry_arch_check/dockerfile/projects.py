"""Which project a command installs: the one whose files lie in the folder where it runs."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.build_context import LOCK, PYPROJECT
from poetry_arch_check.dockerfile.file_sources import OfContext, Resolved, Unknown, Written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.dockerfile.files import Files


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledProject:
    """The project that is installed.

    `other` names one that is not the project that is checked, "" for that. `folder` is where it
    lies, None if that is not known. `locked` says whether its lock is there, None for maybe;
    `resolved` where the lock that is there was written by an installation without one.
    """

    other: str = ""
    folder: str | None = None
    locked: bool | None = None
    resolved: str = ""


def project_at(folder: str | None, files: Files) -> InstalledProject:
    """Return the project that Poetry finds in `folder`, or above it (`Factory.locate`).

    What is not known is taken for the project that is checked.
    """
    for each in _upwards(folder) if folder is not None else ():
        found = files.find(posixpath.join(each, PYPROJECT))
        if isinstance(found, Unknown):
            break
        if found is not None:
            return _project_in(each, files)
    return InstalledProject(folder=folder)


def project_in(folder: str, files: Files) -> InstalledProject | None:
    """Return the project that pip finds in `folder`, None if it is not known whether there is."""
    found = files.find(posixpath.join(folder, PYPROJECT))
    if found is not None and not isinstance(found, Unknown):
        return _project_in(folder, files)
    match files.find(posixpath.join(folder, "setup.py")):
        case OfContext(path=path):
            return InstalledProject(other=f"the project of {path}", folder=folder)
        case _:
            return None


def _upwards(folder: str) -> Iterator[str]:
    yield folder
    while folder != "/":
        folder = posixpath.dirname(folder)
        yield folder


def _project_in(folder: str, files: Files) -> InstalledProject:
    """Return the project whose pyproject.toml surely lies in `folder`.

    Where only the lock is that of the project that is checked, Poetry installs by that lock.
    """
    lock = files.find(posixpath.join(folder, LOCK))
    match files.find(posixpath.join(folder, PYPROJECT)):
        case OfContext(path=path) if not files.context.is_project(path):
            other = f"the project of {path}"
        case Written(line=line):
            other = f"the project that line {line} writes"
        case OfContext():
            other = ""
        case _:
            return InstalledProject(folder=folder)
    match lock:
        case OfContext(path=path) if files.context.is_project(path):
            return InstalledProject(folder=folder, locked=True)
        case OfContext(path=path) if not other:
            return InstalledProject(other=f"what {path} locks", folder=folder)
        case Resolved(where=resolved):
            return InstalledProject(other=other, folder=folder, resolved=resolved)
        case _:
            locked = None if lock is not None else False
            return InstalledProject(other=other, folder=folder, locked=locked)
