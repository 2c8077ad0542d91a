"""pkg-config: which libraries its arguments ask for, by pkg-config(1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from poetry_arch_check.toolchains import libraries
from poetry_arch_check.toolchains.need import Need
from poetry_arch_check.toolchains.toolchain import generic_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

PROGRAMS = frozenset({"pkg-config", "pkgconf"})
# Options that are followed by a version, and what it says of the library.
_VERSIONS = {"--atleast-version": ">=", "--exact-version": "==", "--max-version": "<="}
_WITH_VALUE = frozenset(
    {"--variable", "--define-variable", "--with-path", "--atleast-pkgconfig-version"}
)
_MODULE = re.compile(
    r"(?P<name>[A-Za-z0-9][\w.+-]*)|(?P<operator>[<>!=]?=|[<>])|(?P<other>[^\s,\w<>=!]+)", re.ASCII
)
_VERSION = re.compile(r"\d[\w.]*", re.ASCII)


def modules_asked_for(arguments: Sequence[str]) -> Iterator[Need]:
    """Yield the libraries that a command line of pkg-config asks for, without the program."""
    modules: list[str] = []
    stated = ""
    waiting = ""
    for word in arguments:
        option, equals, value = word.partition("=")
        if waiting:
            stated, waiting = stated or f"{_VERSIONS.get(waiting, '')}{word}", ""
        elif option in _VERSIONS or option in _WITH_VALUE:
            if equals:
                stated = stated or (f"{_VERSIONS[option]}{value}" if option in _VERSIONS else "")
            else:
                waiting = option
        elif word.startswith(("-", "2>", ">/", ">&", "1>", "|", "&", ";")):
            if not word.startswith("-"):
                break
        else:
            modules.append(word)
    for need in modules_needed(modules):
        yield need if need.versions else Need.stated(need.dependency, stated)


def modules_needed(modules: Iterable[str]) -> Iterator[Need]:
    """Yield the libraries of pkg-config's modules: `zlib >= 1.2`, in one word or in several."""
    name, operator = "", ""
    for token in _MODULE.finditer(" ".join(modules)):
        text = token[0]
        if token["operator"]:
            operator = "==" if text == "=" else text
        elif operator:
            if name and _VERSION.fullmatch(text):
                yield _need(name, f"{operator}{text}")
            elif name:
                yield _need(name, "")
            name, operator = "", ""
        else:
            if name:
                yield _need(name, "")
            name = text if token["name"] else ""
    if name:
        yield _need(name, "")


def _need(module: str, versions: str) -> Need:
    dependency = libraries.of_pkg_config(module) or generic_name(module)
    return Need.stated(dependency, versions)
