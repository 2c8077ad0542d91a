"""Files that COPY, ADD, `RUN --mount` and `cp` take from one place to another."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.file_sources import UNKNOWN, Built, OfContext, OfStage, Unknown
from poetry_arch_check.dockerfile.files import ASK, GLOB

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.files import Files

_DIST = re.compile(r"(?:^|/)dist(?:/\*(?:\.whl)?)?$")


def take(origin: str, other: Files, path: str, files: Files) -> None:
    """Put what lies at `origin` of `other`, which may be a pattern, at `path` of `files`.

    Files go into folders, as COPY and `cp` put them.
    """
    folder, name = posixpath.split(origin)
    if GLOB.search(name):
        files.add(path, OfStage(files=other, path=folder, count=len(other.entries)))
        return
    source = other.find(origin)
    if source is None or isinstance(source, Unknown) or other.is_folder(source):
        files.add(path, OfStage(files=other, path=origin, count=len(other.entries)))
    else:
        into = path.endswith("/") or files.is_there(path)
        files.add(posixpath.join(path, name) if into else path, source)


def take_from_context(origin: str, path: str, files: Files, *, folder: bool) -> None:
    """Put what the context has at `origin`, which may be a pattern, at `path` of `files`.

    `folder` says that `path` is surely a folder.
    """
    context = files.context
    files.budget.spend(ASK)
    if not context.found:
        known = posixpath.basename(origin) or not origin
        target = posixpath.join(path, posixpath.basename(origin)) if folder else path
        files.add(target if known else path, OfContext(path=origin))
        if origin:
            files.add(path, UNKNOWN)
        return
    names = context.matching(origin) if origin else ("",)
    if not names:
        files.add(path, UNKNOWN)
    if not names and _DIST.search(origin):
        # What has been built before is not under version control.
        files.add(path, Built())
    for name in names:
        files.budget.spend(ASK)
        goes_in = folder or len(names) > 1 or files.is_there(path)
        into = goes_in and not context.is_folder(name)
        target = posixpath.join(path, posixpath.basename(name)) if into else path
        files.add(target, OfContext(path=name))
