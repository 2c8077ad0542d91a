"""What a build script compiles.

The rule is: a build hook and no fallback. A hook is an extension module that the script would
define on the target. A fallback is `optional=True`, a `build_ext` that catches its failure, or
a `setup()` that is called again, without extensions, when the first has failed.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Extension:
    """A hook: an extension module, or something that makes some."""

    kind: str
    strings: tuple[str, ...]
    language: str | None
    libraries: tuple[str, ...]
    optional: bool


@dataclass(slots=True)
class Script:
    """What a script was seen to do on the target.

    `compiles` says that it hands extensions to its build system, whatever they are; `cffi` are
    the values of `cffi_modules`; `survives` that it goes on without extensions when they cannot
    be built; `refuses` that it surely stops before it is through; `imports` are the modules that
    it cannot do without; `programs` are the strings that it gives to other processes first;
    `uses` are attributes and keywords by name; `setup_requires` are build requirements that
    setup() is given.
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
