"""The Pythons that an sdist allows: `requires-python`, which build frontends obey."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.specifiers import SpecifierSet

from poetry_arch_check.inspection.breakage.breakage import Breakage

if TYPE_CHECKING:
    from poetry_arch_check.inspection.backends import Backend
    from poetry_arch_check.inspection.interpreter import Interpreter
    from poetry_arch_check.inspection.tree import Tree

_FIELD = re.compile(r"(?mi)^Requires-Python:[ \t]*(\S[^\r\n]{0,200})")


def python_breakage(backend: Backend, tree: Tree, interpreter: Interpreter) -> Breakage | None:
    """Return why an sdist excludes the Python of `interpreter`, None if it does not."""
    stated = backend.table("project").get("requires-python")
    if not isinstance(stated, str):
        match = _FIELD.search((tree.text("PKG-INFO") or "").split("\n\n", 1)[0])
        stated = match[1].strip() if match else ""
    version = ".".join(map(str, interpreter.version))
    try:
        allowed = SpecifierSet(stated).contains(version, prereleases=True)
    except ValueError:  # InvalidSpecifier is one, and a number may be too long
        return None
    return None if allowed else Breakage(why=f"it requires Python {stated}")
