"""Words for tools and libraries, as people write them: known ones, or what was meant instead."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from poetry_arch_check.errors import ConfigurationError
from poetry_arch_check.strings import did_you_mean, quoted
from poetry_arch_check.toolchains.libraries import all_dependencies, library, of_pkg_config
from poetry_arch_check.toolchains.toolchain import (
    SHORT_FORMS,
    parse_dependency,
    parse_need,
    parse_offer,
    short_form,
)

if TYPE_CHECKING:
    from poetry_arch_check.toolchains.need import Need

# What compilers are called elsewhere.
_OTHER_WORDS = {"cc": "c", "gxx": "c++", "msvc": "c", "rustc": "rust", "golang": "go"}
# Others are words of one's own.
_NEAR = 0.8


def stated_need(text: str) -> Need:
    """Read a need as `parse_need` does; raises ConfigurationError for a word that is mistaken."""
    need = parse_need(text)
    _check(need.dependency, text)
    return need


def stated_offer(text: str) -> tuple[str, str]:
    """Read an offer as `parse_offer` does; raises ConfigurationError for a mistaken word."""
    offer = parse_offer(text)
    _check(offer[0], text)
    return offer


@cache
def word_for(dependency: str) -> str:
    """Return the shortest word for `dependency` that is read as it, and taken for no mistake."""
    word = short_form(dependency)
    return dependency if _meant(dependency, word) else word


def _check(dependency: str, text: str) -> None:
    """Raise ConfigurationError where a short word is not known, and another one is near.

    A name in full is somebody's own, and so is a word that is like no other.
    """
    if text.strip().startswith("dep:"):
        return
    word = short_form(dependency)
    if meant := _meant(dependency, word):
        raise ConfigurationError(
            f"{quoted(word)} is not a known tool or library{meant}",
            hint=f'write the name in full if you mean another one: "{dependency}"',
        )


def _meant(dependency: str, word: str) -> str:
    """Return ` (did you mean "c"?)` for a word that is not known and near another one, else ""."""
    if dependency in {*all_dependencies(), *SHORT_FORMS.values()}:
        return ""
    known = _OTHER_WORDS.get(word) or _by_package().get(word) or of_pkg_config(word)
    if known:
        return f" (did you mean {quoted(short_form(parse_dependency(known)))}?)"
    return did_you_mean(word, map(short_form, all_dependencies()), nearness=_NEAR)


@cache
def _by_package() -> dict[str, str]:
    """Return what packages provide (`gcc`, `libpq-dev`), by their names."""
    found: dict[str, str] = {}
    for dependency in all_dependencies():
        known = library(dependency)
        for packages in known.packages.values() if known else ():
            found.setdefault(packages[0].lower(), dependency)
    return found
