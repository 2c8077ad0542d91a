"""What a script can import in the isolated environment of its build."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from poetry_arch_check.inspection.interpreter import Interpreter
    from poetry_arch_check.inspection.tree import Tree

# Modules of the standard library by the minor version of Python 3 that removed them ("What's
# New" of Python 3.10 to 3.13).
REMOVED_MODULES = {
    **dict.fromkeys(("formatter", "parser", "symbol", "macpath"), 10),
    "binhex": 11,
    **dict.fromkeys(("imp", "asyncore", "asynchat", "smtpd"), 12),
    **dict.fromkeys(("aifc", "audioop", "cgi", "cgitb", "chunk", "crypt", "imghdr", "lib2to3"), 13),
    **dict.fromkeys(("mailcap", "msilib", "nis", "nntplib", "ossaudiodev", "pipes", "sndhdr"), 13),
    **dict.fromkeys(("spwd", "sunau", "telnetlib", "uu", "xdrlib"), 13),
}
# Modules by the minor version that added them, after the oldest Python that this runs on.
_ADDED_MODULES = {"tomllib": 11, "annotationlib": 14, "compression": 14}
# The first minor version of Python for which no NumPy has numpy.distutils (release notes of 1.26).
NO_NUMPY_DISTUTILS = 12
# The package, where its name differs from the module's.
_PROVIDERS = {
    "setuptools": "setuptools",
    "pkg_resources": "setuptools",
    "_distutils_hack": "setuptools",
    "distutils": "setuptools",
    "Cython": "cython",
    "cython": "cython",
    "pyximport": "cython",
    "skbuild": "scikit-build",
    "wheel": "wheel",
}
# Build requirements without other modules than those above, and without dependencies.
_LEAVES = frozenset({"setuptools", "wheel", "cython"})


def requirements(requires: Iterable[str]) -> Iterator[tuple[str, Requirement]]:
    """Yield the requirements (PEP 508) with their normalized names; invalid ones are skipped."""
    for text in requires:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        yield canonicalize_name(requirement.name), requirement


class Modules:
    """The modules that a build can import: Python's, its requirements' (PEP 508), its own."""

    def __init__(self, requires: Iterable[str], tree: Tree, interpreter: Interpreter) -> None:
        self._names = {name for name, _ in requirements(requires)} | {"setuptools"}
        self._minor = interpreter.version[1]
        self._files = tree.names
        self._own = {part.removesuffix(".py") for path in tree.names for part in path.split("/")}

    def has(self, module: str) -> bool | None:
        """Return whether `module` (a top-level name) can be imported, None if undecidable."""
        if module in REMOVED_MODULES:
            return self._minor < REMOVED_MODULES[module] or (
                None if self._beside(module) else False
            )
        if module in _ADDED_MODULES:
            return self._minor >= _ADDED_MODULES[module]
        if module in sys.stdlib_module_names or module.startswith("_"):
            return True
        provider = _PROVIDERS.get(module, canonicalize_name(module))
        if provider in self._names:
            # Only setuptools before 82 has it.
            return None if module == "pkg_resources" else True
        if self._beside(module) or not self._names <= _LEAVES:
            return None
        return False

    def has_inside(self, module: str) -> bool | None:
        """Return whether `module` (a dotted name) can be imported, by what is known of its root."""
        if f"{module}.".startswith("numpy.distutils.") and not self.is_own("numpy.distutils"):
            # Some NumPys have it that cannot be imported.
            return False if self._minor >= NO_NUMPY_DISTUTILS else None
        if module == "distutils.msvccompiler":
            # It depends on the release of setuptools.
            return None
        return self.has(module.partition(".")[0])

    def is_own(self, module: str) -> bool:
        """Return whether the tree has `module` (a dotted name) at its root."""
        path = module.replace(".", "/")
        return not self._files.isdisjoint({f"{path}.py", f"{path}/__init__.py"})

    def _beside(self, module: str) -> bool:
        """Return whether a module may come from the tree itself."""
        return module in self._own
