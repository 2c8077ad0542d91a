"""Settings without effect: notes on what is written in pyproject.toml and read by nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from poetry_arch_check.settings.config import TABLE
from poetry_arch_check.strings import did_you_mean
from poetry_arch_check.toolchains.libraries import all_dependencies
from poetry_arch_check.toolchains.toolchain import SHORT_FORMS, short_form

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from poetry_arch_check.settings.config import Config
    from poetry_arch_check.settings.request import Request
    from poetry_arch_check.toolchains.toolchain import Toolchain

_NAME = TABLE.removeprefix("tool.")
# What people write for C and C++ compilers, and what does not stand for them here.
_OTHER_WORDS = {
    "gcc": "c",
    "cc": "c",
    "clang": "c",
    "g++": "c++",
    "gxx": "c++",
    "gfortran": "fortran",
}


def ineffective_settings(
    tables: Mapping[str, object], config: Config, request: Request, locked: Collection[str]
) -> Iterator[str]:
    """Yield a sentence for each setting that has no effect, with a near match.

    `tables` are those of `[tool]` in pyproject.toml, `locked` the normalized names in the lock.
    """
    for name in tables:
        if name != _NAME and _is_meant(name):
            yield f"[tool.{name}] is not read: did you mean [{TABLE}]?"
    for ignore in config.ignores:
        if ignore.package not in locked:
            near = did_you_mean(ignore.package, locked)
            yield f'ignore: "{ignore.package}" is not in the lock{near}.'
    for package in config.requires:
        if canonicalize_name(package) not in locked:
            near = did_you_mean(package, locked)
            yield f'packages: "{package}" is not in the lock{near}.'
    yield from _unknown_words(_toolchains(config, request))


def _is_meant(name: str) -> bool:
    plain = name.lower().replace("_", "-").removeprefix("poetry-").removesuffix("s")
    return plain in {"arch-check", "archcheck"}


def _toolchains(config: Config, request: Request) -> Iterator[Toolchain]:
    declared = (request.toolchain, config.toolchain, *(each.toolchain for each in config.targets))
    yield from (toolchain for toolchain in declared if toolchain is not None)


def _unknown_words(toolchains: Iterable[Toolchain]) -> Iterator[str]:
    known = {*all_dependencies(), *SHORT_FORMS.values()}
    words = dict.fromkeys(
        dependency for toolchain in toolchains for dependency in toolchain.dependencies
    )
    for dependency in words:
        # A name of another kind is somebody's own, for `packages.<name>.requires`.
        if dependency in known or not dependency.startswith("dep:generic/"):
            continue
        word = short_form(dependency)
        if word in _OTHER_WORDS:
            near = f' (did you mean "{_OTHER_WORDS[word]}"?)'
        else:
            near = did_you_mean(word, [short_form(each) for each in known])
        if near:
            yield f'toolchain: "{word}" is not a known tool or library{near}.'
