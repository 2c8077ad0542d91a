"""Commands of Poetry → what they install of the lock."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.commands.choice import MAIN, Choice, Export
from poetry_arch_check.dockerfile.shell.command_line import options, read

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.shell.words import Value

# Options with a value: of `pipx run` and `uv run`, and of all Poetry's commands that are read.
_RUNNER_VALUED = options("--with --from --python -p --spec --index-url -i --pip-args")
_VALUED = options(
    "--without --with --only --extras -E -C --directory -P --project --format -f --output -o"
    " --python -p"
)


def poetry_command(words: tuple[Value, ...]) -> tuple[str, tuple[Value, ...]] | None:
    """Return the name of Poetry's command in `words`, and what stands behind it."""
    rest = _of_poetry(words)
    if rest is None:
        return None
    match read(rest, _VALUED, interspersed=False).arguments:
        case [verb, *behind]:
            return verb or "", (*rest[: len(rest) - len(behind) - 1], *behind)
        case _:
            return None


def _of_poetry(words: tuple[Value, ...]) -> tuple[Value, ...] | None:
    """Return what stands behind `poetry`, however that is called."""
    match (words[0] or "").rpartition("/")[2], words[1:]:
        case "poetry", rest:
            return rest
        case str(name), ("-m", "poetry", *rest) if name.startswith("python"):
            return tuple(rest)
        case ("pipx", ("run", *rest)) | ("uv", ("tool", "run", *rest) | ("run", *rest)):
            return _of_runner(tuple(rest))
        case "uvx", rest:
            return _of_runner(rest)
        case _:
            return None


def _of_runner(words: tuple[Value, ...]) -> tuple[Value, ...] | None:
    """Return what stands behind `poetry` in what runs tools without installing them."""
    match read(words, _RUNNER_VALUED, interspersed=False).arguments:
        case [str(tool), *rest] if re.split(r"[@=<>!~\[]", tool)[0] == "poetry":
            return tuple(rest)
        case _:
            return None


def directory_of(words: tuple[Value, ...]) -> str:
    """Return the folder that Poetry is told to work in, or to find the project in; "" for none."""
    folders = (*read(words, _VALUED).values("-C", "--directory", "-P", "--project"), "")
    return folders[0]


def output_of(words: tuple[Value, ...]) -> str:
    """Return the folder that `poetry build` writes to."""
    return next(iter(read(words, _VALUED).values("-o", "--output")), "dist")


def of_install(words: tuple[Value, ...]) -> Choice | None:
    """Return what `poetry install` (or `sync`) chooses, None where it installs nothing."""
    line = read(words, _VALUED)
    if "--dry-run" in line.names:
        return None
    return Choice(
        only=line.listed("--only") or (MAIN if "--no-dev" in line.names else ()),
        including=line.listed("--with"),
        excluding=line.listed("--without"),
        all_groups="--all-groups" in line.names,
        extras=line.listed("--extras", "-E", separator=None),
        all_extras="--all-extras" in line.names,
        root="--no-root" not in line.names,
        dependencies="--only-root" not in line.names,
        unknown=line.partly_unknown,
    )


def of_export(words: tuple[Value, ...], outputs: tuple[Value, ...]) -> Export:
    """Return what `poetry export` and `poetry bundle` choose: by default, the main group alone.

    `outputs` are the files that the command's output goes to.
    """
    choice = of_install(words) or Choice()
    line = read(words, _VALUED)
    if not choice.only and not choice.all_groups:
        more = ("dev",) if "--dev" in line.names else ()
        choice = replace(choice, only=(*MAIN, *choice.including, *more), including=())
    files = line.listed("-o", "--output", separator=None)
    file = next(iter(files), next((each for each in outputs if each), ""))
    return Export(file=file, choice=replace(choice, root=False))
