"""What a build script compiles.

A script needs a compiler if it has a build hook and no fallback. A hook is an extension module
that the script defines on the target. A fallback is `optional=True`, a `build_ext` that catches
its failure, or a `setup()` that is called again, without extensions, when the first has failed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from poetry_arch_check.inspection.script.commands import Started


@dataclass(slots=True)
class Extension:
    """A hook: an extension module, or a call that returns some.

    `kind` is the name that is called (`Pybind11Extension`), `strings` are the texts among the
    arguments, sources above all; `sources` are the paths that it surely compiles, `code` is what
    cffi compiles. `sure` are those of its libraries that do not depend on what cannot be told.
    """

    kind: str
    strings: tuple[str, ...]
    language: str | None
    libraries: tuple[str, ...]
    optional: bool
    sure: frozenset[str] = frozenset()
    sources: tuple[str, ...] = ()
    code: str = ""


@dataclass(slots=True)
class Script:
    """What a script does on the target.

    `compiles` says that it hands extensions to its build system, whatever they are; `cffi` are
    the values of `cffi_modules`; `survives` that it goes on without extensions when they cannot
    be built, `takes_out` that it removes some again, by what it finds; `refuses` that it surely
    stops before its end; `imports` are the modules that it cannot do without; `programs` are
    the programs that it starts, by the first word of their command lines, `started` are these;
    `linked` are libraries that it adds to extensions, `built` those that it makes itself;
    `uses` are attributes and keywords by name, `asked` attributes of modules, and modules, that
    it surely asks for (`os.uname`, `numpy.distutils.core`); `setup_requires` are the build
    requirements that setup() is given.
    """

    extensions: list[Extension] = field(default_factory=list)
    compiles: bool = False
    cffi: list[str] = field(default_factory=list)
    survives: bool = False
    takes_out: bool = False
    refuses: bool = False
    imports: set[str] = field(default_factory=set)
    programs: set[str] = field(default_factory=set)
    started: list[Started] = field(default_factory=list)
    linked: set[str] = field(default_factory=set)
    built: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    uses: set[str] = field(default_factory=set)
    strings: set[str] = field(default_factory=set)
    setup_requires: list[str] = field(default_factory=list)
