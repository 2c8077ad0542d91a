"""What a build script compiles.

A script needs a compiler if it has a build hook and no fallback. A hook is an extension module
that the script defines on the target. A fallback is `optional=True`, a `build_ext` that catches
its failure, or a `setup()` that is called again, without extensions, when the first has failed.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Extension:
    """A hook: an extension module, or a call that returns some.

    `kind` is the name that is called (`Pybind11Extension`), `strings` are the texts among the
    arguments, sources above all.
    """

    kind: str
    strings: tuple[str, ...]
    language: str | None
    libraries: tuple[str, ...]
    optional: bool


@dataclass(slots=True)
class Script:
    """What a script does on the target.

    `compiles` says that it hands extensions to its build system, whatever they are; `cffi` are
    the values of `cffi_modules`; `survives` that it goes on without extensions when they cannot
    be built; `refuses` that it surely stops before its end; `imports` are the modules that
    it cannot do without; `programs` are the programs that it starts, by the first word of their
    command lines; `uses` are attributes and keywords by name; `setup_requires` are the build
    requirements that setup() is given.
    """

    extensions: list[Extension] = field(default_factory=list)
    compiles: bool = False
    cffi: list[str] = field(default_factory=list)
    survives: bool = False
    refuses: bool = False
    imports: set[str] = field(default_factory=set)
    programs: set[str] = field(default_factory=set)
    uses: set[str] = field(default_factory=set)
    strings: set[str] = field(default_factory=set)
    setup_requires: list[str] = field(default_factory=list)
