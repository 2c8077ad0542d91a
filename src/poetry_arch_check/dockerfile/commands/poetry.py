"""Commands that install what is locked → what they choose of it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.commands.choice import (
    MAIN,
    Choice,
    Export,
    split_options,
    values_of,
)

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.shell.words import Value


_RUNNER_VALUED = frozenset(
    ["--with", "--from", "--python", "-p", "--spec", "--index-url", "-i", "--pip-args"]
)
# Poetry's options with a value, of all its commands that are read here.
_VALUED = frozenset(
    [
        "--without",
        "--with",
        "--only",
        "--extras",
        "-E",
        "-C",
        "--directory",
        "-P",
        "--project",
        "--format",
        "-f",
        "--output",
        "-o",
        "--python",
        "-p",
    ]
)


def poetry_command(words: tuple[Value, ...]) -> tuple[str, tuple[Value, ...]] | None:
    """Return the name of Poetry's command in `words`, and what stands behind it."""
    rest = _of_poetry(words)
    if rest is None:
        return None
    at = 0
    while at < len(rest):
        word = rest[at]
        if word is None or not word.startswith("-"):
            break
        at += 2 if word in _VALUED else 1
    if at >= len(rest):
        return None
    return rest[at] or "", (*rest[:at], *rest[at + 1 :])


def _of_poetry(words: tuple[Value, ...]) -> tuple[Value, ...] | None:
    """Return what stands behind `poetry`, however that is called."""
    name = (words[0] or "").rpartition("/")[2]
    match words:
        case _ if name == "poetry":
            return words[1:]
        case [_, "-m", "poetry", *rest] if name.startswith("python"):
            return tuple(rest)
        case ["pipx", "run", *rest] | ["uv", "tool", "run", *rest] | ["uv", "run", *rest]:
            return _of_runner(tuple(rest))
        case [_, *rest] if name == "uvx":
            return _of_runner(tuple(rest))
        case _:
            return None


def _of_runner(words: tuple[Value, ...]) -> tuple[Value, ...] | None:
    """Return what stands behind `poetry` in what runs tools without installing them."""
    at = 0
    while at < len(words):
        word = words[at] or ""
        if re.split(r"[@=<>!~\[]", word)[0] == "poetry":
            return words[at + 1 :]
        if not word.startswith("-"):
            return None
        at += 2 if word in _RUNNER_VALUED else 1
    return None


def of_install(words: tuple[Value, ...]) -> Choice | None:
    """Return what `poetry install` (or `sync`) chooses, None where it installs nothing."""
    options, _, unknown = split_options(words, _VALUED)
    named = {name for name, _ in options}
    if "--dry-run" in named:
        return None
    return Choice(
        only=values_of(options, "--only") or (MAIN if "--no-dev" in named else ()),
        including=values_of(options, "--with"),
        excluding=values_of(options, "--without"),
        all_groups="--all-groups" in named,
        extras=values_of(options, "--extras", "-E", separator=None),
        all_extras="--all-extras" in named,
        root="--no-root" not in named,
        dependencies="--only-root" not in named,
        unknown=unknown,
    )


def of_export(words: tuple[Value, ...], outputs: tuple[Value, ...]) -> Export:
    """Return what `poetry export` and `poetry bundle` choose: by default, the main group alone.

    `outputs` are the files that the command's output goes to.
    """
    choice = of_install(words) or Choice()
    options, _, _ = split_options(words, _VALUED)
    named = {name for name, _ in options}
    if not choice.only and not choice.all_groups:
        more = ("dev",) if "--dev" in named else ()
        choice = replace(choice, only=(*MAIN, *choice.including, *more), including=())
    files = values_of(options, "-o", "--output", separator=None)
    file = next(iter(files), next((each for each in outputs if each), ""))
    return Export(file=file, choice=replace(choice, root=False))
