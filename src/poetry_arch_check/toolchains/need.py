"""What a build asks for outside Python: a dependency, and which versions of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterable

# Longer ones are no versions; sdists may state any text.
_LONGEST = 100
# What a version of something outside Python begins with: `1.1.1w`, `9e`, `2.40-r3`.
_NUMBERS = re.compile(r"\d+(?:\.\d+)*", re.ASCII)
# `3.20` behind an `@` is a version itself.
_BARE = re.compile(r"\d[\w.+!-]*", re.ASCII)
_WORDS = {
    ">=": "{} or newer",
    ">": "newer than {}",
    "<=": "{} or older",
    "<": "older than {}",
    "==": "{}",
    "!=": "not {}",
}


# The version of what is installed in none that is stated: newer than what any need names.
NEWEST = "the newest"
_NEWER_THAN_ANY = "9999"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Need:
    """A dependency outside Python: its PEP 725 name, and the versions that will do.

    `versions` is written as in PEP 440 (`>=1.65`), "" where any version will do.
    """

    dependency: str
    versions: str = ""

    @classmethod
    def parse(cls, text: str) -> Need:
        """Return the need that `str` gives: `dep:generic/openssl@>=3`.

        Versions that cannot be read ask for nothing.
        """
        dependency, _, versions = text.partition("@")
        versions = "".join(versions.split())
        if _BARE.fullmatch(versions):
            versions = f"=={versions}"
        return cls.stated(dependency, versions)

    @classmethod
    def stated(cls, dependency: str, versions: str) -> Need:
        """Return the need of a dependency in `versions`, which may be any text (`>=1.65`).

        Those that cannot be read ask for nothing.
        """
        read = len(versions) <= _LONGEST and _specifiers(versions)
        return cls(dependency=dependency, versions=versions if read else "")

    def __str__(self) -> str:
        """Return `dep:generic/openssl@>=3`."""
        return f"{self.dependency}@{self.versions}" if self.versions else self.dependency

    def met_by(self, version: str | None) -> bool:
        """Return whether a version of the dependency will do; one that is not known does."""
        numbers = _NUMBERS.match(_NEWER_THAN_ANY if version == NEWEST else version or "")
        if not self.versions or numbers is None:
            return True
        try:
            return _specifiers(self.versions).contains(Version(numbers[0]), prereleases=True)
        except ValueError:  # numbers that are too long
            return True

    @property
    def is_bounded(self) -> bool:
        """Whether there are versions that are too new for it."""
        return any(not each.operator.startswith((">", "!")) for each in _specifiers(self.versions))

    def together_with(self, other: Need) -> Need:
        """Return what meets both, needs of the same dependency: of two floors, the higher one."""
        if not (self.versions or other.versions):
            return self
        return Need(dependency=self.dependency, versions=_both(self.versions, other.versions))

    @property
    def in_words(self) -> str:
        """`1.65 or newer`, "" where any version will do."""
        # The floor comes first, as in `3 or newer, older than 4`.
        specifiers = sorted(_specifiers(self.versions), key=lambda each: ">" not in each.operator)
        return ", ".join(
            _WORDS.get(each.operator, f"{each.operator}{{}}").format(each.version)
            for each in specifiers
        )


def combined(needs: Iterable[Need]) -> tuple[Need, ...]:
    """Return what meets all of `needs`, each dependency once, in the order asked for."""
    found: dict[str, Need] = {}
    for need in needs:
        known = found.get(need.dependency)
        found[need.dependency] = known.together_with(need) if known else need
    return tuple(found.values())


@lru_cache(maxsize=1024)
def _both(versions: str, others: str) -> str:
    """Return what asks for all that both do; targets and remedies put the same ones together."""
    specifiers = {*_specifiers(versions), *_specifiers(others)}
    floors = sorted(
        (each for each in specifiers if each.operator == ">="),
        key=lambda each: Version(each.version),
    )
    kept = specifiers.difference(floors[:-1])
    return ",".join(sorted(map(str, kept)))


def _specifiers(versions: str) -> SpecifierSet:
    """Return what `versions` says, nothing where it cannot be read."""
    try:
        return SpecifierSet(versions)
    except (InvalidSpecifier, ValueError):
        return SpecifierSet()
