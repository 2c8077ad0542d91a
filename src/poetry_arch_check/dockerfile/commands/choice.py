"""TODO."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.shell.words import known

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.shell.words import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What an image installs of the lock: groups and extras, in the words of `poetry install`.

    `root` says that the project itself is installed as well, `dependencies` that anything else
    is. The policies are None where the image sets none. `solved` says that not the lock decides,
    but pip anew. `unknown` says that a part of the line is not known.
    """

    only: tuple[str, ...] = ()
    including: tuple[str, ...] = ()
    excluding: tuple[str, ...] = ()
    all_groups: bool = False
    extras: tuple[str, ...] = ()
    all_extras: bool = False
    root: bool = True
    dependencies: bool = True
    no_binary: str | None = None
    only_binary: str | None = None
    solved: bool = False
    unknown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A file that `poetry export` writes ("" for its output), and what is in it."""

    file: str
    choice: Choice


MAIN = ("main",)


def split_options(
    words: tuple[Value, ...], valued: frozenset[str]
) -> tuple[list[tuple[str, str]], list[Value], bool]:
    """Return the options with their values, the plain words, and whether something is unknown."""
    options: list[tuple[str, str]] = []
    plain: list[Value] = []
    unknown, waiting = False, ""
    for word in words:
        partly = word is not None and known(word) is None
        if waiting:
            if known(word) is None:
                unknown = True
            else:
                options.append((waiting, word or ""))
            waiting = ""
        elif partly and (word or "").startswith("-"):
            unknown = True
        elif word is None:
            unknown = True
            plain.append(None)
        elif word in valued:
            waiting = word
        elif word.startswith("--") and "=" in word:
            name, _, value = word.partition("=")
            options.append((name, value))
        elif len(word) > 2 and word[:2] in valued and word[1] != "-":  # noqa: PLR2004 - `-Epg`
            options.append((word[:2], word[2:].removeprefix("=")))
        elif word.startswith("-") and len(word) > 1:
            options.append((word, ""))
        else:
            plain.append(word)
    return options, plain, unknown


def values_of(
    options: list[tuple[str, str]], *names: str, separator: str | None = ","
) -> tuple[str, ...]:
    """Return what the options called `names` are given, split at `separator`."""
    return tuple(
        part.strip()
        for name, value in options
        if name in names
        for part in value.split(separator)
        if part.strip()
    )
