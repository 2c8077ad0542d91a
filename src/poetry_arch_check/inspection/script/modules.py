"""What a script can import in the isolated environment of its build."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from poetry_arch_check.inspection.script.evaluation import Interpreter
    from poetry_arch_check.inspection.tree import Tree

# Modules of the standard library by the minor version that went without them ("What's New" of
# Python 3.10 to 3.13).
REMOVED_MODULES = {
    **dict.fromkeys(("formatter", "parser", "symbol", "macpath"), 10),
    "binhex": 11,
    **dict.fromkeys(("imp", "asyncore", "asynchat", "smtpd"), 12),
    **dict.fromkeys(("aifc", "audioop", "cgi", "cgitb", "chunk", "crypt", "imghdr", "lib2to3"), 13),
    **dict.fromkeys(("mailcap", "msilib", "nis", "nntplib", "ossaudiodev", "pipes", "sndhdr"), 13),
    **dict.fromkeys(("spwd", "sunau", "telnetlib", "uu", "xdrlib"), 13),
}
# And those that came, since the oldest Python that this runs on.
_ADDED_MODULES = {"tomllib": 11, "annotationlib": 14, "compression": 14}
# Names that `import` knows under another name than the index does.
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
# Build requirements that bring nothing else to import than what is said above.
_LEAVES = frozenset({"setuptools", "wheel", "cython"})


def requirements(requires: Iterable[str]) -> Iterator[tuple[str, Requirement]]:
    """Yield what parses of `requires` (PEP 508), with its normalized name."""
    for text in requires:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        yield canonicalize_name(requirement.name), requirement


class Modules:
    """The modules that a build has: Python's, its requirements', its own."""

    def __init__(self, requires: Iterable[str], tree: Tree, interpreter: Interpreter) -> None:
        """Know the build requirements, the files beside the script and the Python."""
        self._names = {name for name, _ in requirements(requires)} | {"setuptools"}
        self._minor = interpreter.version[1]
        self._beside = {part.removesuffix(".py") for path in tree.names for part in path.split("/")}

    def has(self, module: str) -> bool | None:
        """Return whether `module` (its first name) is there, None where that cannot be told."""
        if module in REMOVED_MODULES:
            return self._minor < REMOVED_MODULES[module] or (None if self.beside(module) else False)
        if module in _ADDED_MODULES:
            return self._minor >= _ADDED_MODULES[module]
        if module in sys.stdlib_module_names or module.startswith("_"):
            return True
        provider = _PROVIDERS.get(module, canonicalize_name(module))
        if provider in self._names:
            # It was there once; whether the release of today has it is another question.
            return None if module == "pkg_resources" else True
        if self.beside(module) or not self._names <= _LEAVES:
            return None
        return False

    def beside(self, module: str) -> bool:
        """Return whether a module may come from the tree itself."""
        return module in self._beside
