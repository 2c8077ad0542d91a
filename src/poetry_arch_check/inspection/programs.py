"""What the programs that a build starts require: tools, and the libraries they tell about."""

from __future__ import annotations

from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from poetry_arch_check.inspection import pkg_config
from poetry_arch_check.inspection.makefile import asked_programs
from poetry_arch_check.inspection.script.commands import Doubt
from poetry_arch_check.inspection.script.position import Tolerance
from poetry_arch_check.inspection.script.possible import HOLE
from poetry_arch_check.inspection.shell_script import programs_of
from poetry_arch_check.toolchains import libraries
from poetry_arch_check.toolchains.need import Need
from poetry_arch_check.toolchains.toolchain import (
    AUTOCONF,
    AUTOMAKE,
    CMAKE,
    COMPILERS,
    CXX,
    GIT,
    GO,
    JDK,
    LIBTOOL,
    MAKE,
    PKG_CONFIG,
    QMAKE,
    RUST,
    SWIG,
    generic_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.inspection.script.commands import Started
    from poetry_arch_check.inspection.tree import Tree

# Nothing comes of the Makefiles that they write without make; no package of theirs brings it.
_AUTOTOOLS = (AUTOCONF, AUTOMAKE, LIBTOOL, MAKE)
# What these take beside what `libraries.json` has by program; `configure` writes Makefiles.
TOOLS = {
    "cmake": (CMAKE,),
    "make": (MAKE,),
    "gmake": (MAKE,),
    "configure": (MAKE,),
    "swig": (SWIG,),
    "qmake": (QMAKE,),
    "cargo": (RUST,),
    "go": (GO,),
    "git": (GIT,),
    "javac": (JDK,),
    "autogen.sh": _AUTOTOOLS,
    "bootstrap.sh": _AUTOTOOLS,
    "autoreconf": _AUTOTOOLS,
}
_MAKERS = frozenset({CMAKE, MAKE, *_AUTOTOOLS, "dep:generic/ninja"})
# What writes `configure`, where an sdist does not have it.
_CONFIGURING = frozenset({AUTOCONF, AUTOMAKE, LIBTOOL})
_MAKES = frozenset({"make", "gmake"})
_MAKEFILES = ("GNUmakefile", "makefile", "Makefile")
_SHELLS = frozenset({"sh", "bash", "/bin/sh", "/bin/bash"})
_WRAPPERS = frozenset({"env", "nice", "time", "exec", "command"})
# Programs `*-config` that tell of no library, or come with what is asked for elsewhere.
_NO_LIBRARIES = frozenset({"pkg-config", "python-config", "python3-config"})
# These print `-lstdc++`, which comes with a C++ compiler (seen in Debian 12).
_CXX_LIBRARIES = frozenset({"mecab-config"})
_MAX_DEPTH = 3


def started_needs(started: Started, tree: Tree) -> Iterator[Need]:
    """Yield what a command line takes; of alternatives, one that is known."""
    found = [tuple(_needs(words, started.tolerance, tree, 0)) for words in started.alternatives]
    known = (needs for needs in found if needs and all(map(_known, needs)))
    for need in next(known, found[0]):
        # Scripts clone and make what is not there: that depends on what cannot be told.
        optional = need.dependency in _MAKERS and started.doubt is Doubt.CALL
        optional |= need.dependency == GIT and started.doubt is not Doubt.NONE
        # Nor is what is there written again (secp256k1, whose releases have it).
        configured = need.dependency in _CONFIGURING and _is_configured(started, tree)
        optional |= configured and started.doubt is not Doubt.NONE
        if not optional:
            yield need


def _is_configured(started: Started, tree: Tree) -> bool:
    """Return whether the `configure` beside what is started is in the tree."""
    paths = {
        normpath(join(dirname(words[0].rpartition(HOLE)[2].lstrip("/")), "configure"))
        for words in started.alternatives
        if words
    }
    return any(f"/{name}".endswith(f"/{path}") for path in paths for name in tree.names)


def _known(need: Need) -> bool:
    return libraries.library(need.dependency) is not None


def _needs(words: tuple[str, ...], tolerance: Tolerance, tree: Tree, depth: int) -> Iterator[Need]:
    while words and (words[0] in _WRAPPERS or "=" in words[0]):
        words = words[1:]
    if words[1:] and words[0] in _SHELLS and not words[1].startswith("-"):
        words = words[1:]
    program = words[0].rpartition("/")[2] if words else HOLE
    if HOLE in program or depth > _MAX_DEPTH:
        return
    if program in pkg_config.PROGRAMS:
        if Tolerance.MISSING not in tolerance:
            yield Need(dependency=PKG_CONFIG)
        if Tolerance.FAILING not in tolerance and not _has_module(words[1:], tree):
            yield from pkg_config.modules_asked_for(words[1:])
    elif Tolerance.MISSING in tolerance:
        return
    elif program not in TOOLS and (script := _script(words[0], tree)) is not None:
        for line in programs_of(script):
            yield from _needs(line, Tolerance.NOTHING, tree, depth + 1)
    else:
        yield from (Need(dependency=each) for each in _of_program(program))
        if program in _MAKES and (makefile := _makefile(words[1:], tree)) is not None:
            for line in asked_programs(makefile):
                yield from _needs(line, Tolerance.NOTHING, tree, depth + 1)


def _of_program(program: str) -> tuple[str, ...]:
    if program in TOOLS:
        return TOOLS[program]
    if program in _CXX_LIBRARIES:
        return (*filter(None, [libraries.provider(program)]), CXX)
    if dependency := libraries.provider(program):
        # Compilers are told by what is compiled.
        return () if dependency.startswith(COMPILERS) else (dependency,)
    if program.endswith("-config") and program not in _NO_LIBRARIES:
        return (generic_name(program.removesuffix("-config")),)
    return ()


def _has_module(words: tuple[str, ...], tree: Tree) -> bool:
    """Return whether a tree has one of the modules itself: its build makes it."""
    files = tuple(f"/{word}.pc{end}" for word in words for end in ("", ".in", ".cmake.in"))
    return any(f"/{path}".endswith(files) for path in tree.names)


def _script(path: str, tree: Tree) -> str | None:
    """Return a shell script of the tree; the only one of that name where a path is not known.

    It depends on the directory that it is started in.
    """
    inside = normpath(path.rpartition(HOLE)[2].lstrip("/"))
    if not inside.endswith(".sh") or inside in tree.texts:
        return tree.text(inside) if inside.endswith(".sh") else None
    others = [each for each in tree.texts if each.endswith(f"/{inside}")]
    return tree.text(others[0]) if len(others) == 1 else None


def _makefile(arguments: tuple[str, ...], tree: Tree) -> str | None:
    """Return the Makefile that `make` reads by `-C`; without that, the only one of the tree.

    It depends on the directory that it is started in.
    """
    if "-C" in arguments[:-1]:
        folder = arguments[arguments.index("-C") + 1]
        paths = [normpath(f"{folder}/{name}") for name in _MAKEFILES]
        return next((tree.text(path) for path in paths if path in tree.texts), None)
    found = [path for path in tree.texts if path.rpartition("/")[2] in _MAKEFILES]
    return tree.text(found[0]) if len(found) == 1 else None
