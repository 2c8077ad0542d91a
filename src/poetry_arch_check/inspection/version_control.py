"""Builds that run git: for a build requirement, or for their own version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.inspection.script.modules import requirements

if TYPE_CHECKING:
    from collections.abc import Iterable

    from poetry_arch_check.inspection.tree import Tree

# Build requirements that ask git for the version. In an sdist, PKG-INFO has it.
_VERSIONING = frozenset(
    {"setuptools-scm", "hatch-vcs", "flit-scm", "versioningit", "setuptools-git-versioning"}
    | {"poetry-dynamic-versioning", "dunamai", "pbr", "setuptools-vcs-versioning"}
)


def runs_git(tree: Tree, build_requires: Iterable[str]) -> bool:
    """Return whether a build with these requirements (PEP 508) runs git."""
    required = list(requirements(build_requires))
    fetched = any((each.url or "").startswith("git+") for _, each in required)
    return fetched or (tree.checkout and any(name in _VERSIONING for name, _ in required))
