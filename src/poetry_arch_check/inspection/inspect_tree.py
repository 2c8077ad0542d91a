"""A source tree and a target → what building it there requires."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from poetry_arch_check.inspection.backend_requirements import add_backend
from poetry_arch_check.inspection.backends import (
    Kind,
    ProjectFileError,
    build_scripts,
    read_backend,
)
from poetry_arch_check.inspection.breakage import Breakage, breakage_of, too_old_for
from poetry_arch_check.inspection.external import external_requires
from poetry_arch_check.inspection.requirements import Requirements
from poetry_arch_check.inspection.script.modules import Modules
from poetry_arch_check.inspection.script.reader import read_script
from poetry_arch_check.inspection.script.syntax import parse
from poetry_arch_check.inspection.script_requirements import add_cffi, add_script

if TYPE_CHECKING:
    from poetry_arch_check.inspection.interpreter import Interpreter
    from poetry_arch_check.inspection.tree import Tree

# Build requirements that backends add if the machine does not have the programs.
_PROVIDED = {
    "scikit_build_core.build": ("cmake", "ninja"),
    "mesonpy": ("ninja",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What building a source tree requires on one interpreter.

    `requires` are PEP 725 names, `build_requires` the build requirements (PEP 508). `optional`
    says that something is compiled if there is a compiler, and left out if not. `broken` tells
    why no toolchain builds it.
    """

    requires: tuple[str, ...] = ()
    optional: bool = False
    build_requires: tuple[str, ...] = ()
    broken: Breakage | None = None

    def as_record(self) -> dict[str, Any]:
        """Return the inspection in terms of JSON."""
        return {
            "requires": list(self.requires),
            "optional": self.optional,
            "build-requires": list(self.build_requires),
            "broken": [self.broken.why, self.broken.constraint] if self.broken else [],
        }

    @classmethod
    def from_record(cls, record: Any) -> Inspection | None:
        """Return the inspection of a record, None if it is not a valid one."""
        match record:
            case {
                "requires": list(requires),
                "optional": bool(optional),
                "build-requires": list(build_requires),
                "broken": list(broken),
            } if all(isinstance(text, str) for text in (*requires, *build_requires, *broken)):
                return cls(
                    requires=tuple(requires),
                    optional=optional,
                    build_requires=tuple(build_requires),
                    broken=Breakage(why=broken[0], constraint=broken[1]) if broken[1:] else None,
                )
        return None


def inspect_tree(
    tree: Tree, interpreter: Interpreter, constraints: tuple[str, ...] = ()
) -> Inspection:
    """Return what building `tree` requires on `interpreter`.

    `constraints` are the project's build constraints for it (PEP 508). Raises TreeError if the
    tree cannot be inspected.
    """
    try:
        backend = read_backend(tree)
    except ProjectFileError as error:
        return Inspection(broken=Breakage(why=str(error)))
    found = Requirements()
    found.add(*external_requires(backend.pyproject))
    modules = Modules(backend.requires, tree, interpreter)
    script, broken = None, None
    for path in build_scripts(backend, tree):
        module = parse(tree.texts[path])
        if module is None:
            broken = Breakage(why=f"its {path} is not valid Python 3")
            continue
        # A setup.py calls what it needs; other backends call the functions of their scripts.
        everything = backend.kind is not Kind.SETUPTOOLS
        read = read_script(module, interpreter, tree, modules, everything=everything)
        script = script or read
        add_script(read, backend, tree, found)
        add_cffi(read, interpreter, tree, modules, found)
    add_backend(backend, tree, found, has_script=script is not None)
    build_requires = (
        *backend.requires,
        *_PROVIDED.get(backend.name, ()),
        *(script.setup_requires if script else ()),
    )
    broken = broken or breakage_of(script, backend, modules, interpreter, constraints)
    if found.names and not broken:
        broken = too_old_for(tree, build_requires, interpreter)
    return Inspection(
        requires=found.names,
        optional=found.optional,
        build_requires=build_requires,
        broken=broken,
    )
