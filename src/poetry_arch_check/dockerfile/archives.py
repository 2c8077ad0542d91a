"""Which wheels and sdists are those of the project that is checked, by their names."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.build_context import BuildContext

_GLOB = re.compile(r"[*?\[]")
_ENDINGS = (".whl", ".tar.gz", "*")


def is_archive_of_project(pattern: str, context: BuildContext) -> bool:
    """Return whether a name or a pattern may be that of the project's wheel or sdist."""
    if not pattern.endswith(_ENDINGS):
        return False
    start = re.sub(r"[-_.]+", "-", _GLOB.split(pattern)[0].lower())
    name = f"{canonicalize_name(context.name)}-" if context.name else start
    return start.startswith(name) or name.startswith(start)


def is_built_from_project(path: str, context: BuildContext) -> bool:
    """Return whether an archive of the context is the project's: by its name, or its folder."""
    folder, name = posixpath.split(path)
    named = not _GLOB.match(name) and is_archive_of_project(name, context)
    return named or (posixpath.basename(folder) == "dist" and is_archive_of_project(name, context))
