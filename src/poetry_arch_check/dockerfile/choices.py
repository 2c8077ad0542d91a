"""Commands that install what is locked → what they choose of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.words import known

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.words import Value


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
_PIP_VALUED = frozenset(
    [
        "-r",
        "--requirement",
        "-c",
        "--constraint",
        "-i",
        "--index-url",
        "--extra-index-url",
        "-f",
        "--find-links",
        "--no-binary",
        "--only-binary",
        "-t",
        "--target",
        "-d",
        "--dest",
        "-w",
        "--wheel-dir",
        "--prefix",
        "--root",
        "--platform",
        "--python-version",
        "--implementation",
        "--abi",
        "--trusted-host",
        "--cache-dir",
        "--timeout",
        "--retries",
        "--cert",
        "--python",
        "-p",
        "--build-option",
        "--global-option",
        "--config-settings",
        "-C",
        "--src",
        "--progress-bar",
        "--upgrade-strategy",
        "--log",
        "--proxy",
        "--index",
        "--default-index",
        "--index-strategy",
        "--link-mode",
        "--resolution",
        "--root-user-action",
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


def _options(
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


def _all(
    options: list[tuple[str, str]], *names: str, separator: str | None = ","
) -> tuple[str, ...]:
    return tuple(
        part.strip()
        for name, value in options
        if name in names
        for part in value.split(separator)
        if part.strip()
    )


def of_install(words: tuple[Value, ...]) -> Choice | None:
    """Return what `poetry install` (or `sync`) chooses, None where it installs nothing."""
    options, _, unknown = _options(words, _VALUED)
    named = {name for name, _ in options}
    if "--dry-run" in named:
        return None
    return Choice(
        only=_all(options, "--only") or (MAIN if "--no-dev" in named else ()),
        including=_all(options, "--with"),
        excluding=_all(options, "--without"),
        all_groups="--all-groups" in named,
        extras=_all(options, "--extras", "-E", separator=None),
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
    options, _, _ = _options(words, _VALUED)
    named = {name for name, _ in options}
    if not choice.only and not choice.all_groups:
        more = ("dev",) if "--dev" in named else ()
        choice = replace(choice, only=(*MAIN, *choice.including, *more), including=())
    files = _all(options, "-o", "--output", separator=None)
    file = next(iter(files), next((each for each in outputs if each), ""))
    return Export(file=file, choice=replace(choice, root=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class PipInstall:
    """What pip is told to install: files of requirements, and whether it is the project."""

    files: tuple[str, ...]
    project: bool
    wheels: bool
    extras: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    no_binary: str | None = None
    only_binary: str | None = None


def of_pip(words: tuple[Value, ...]) -> PipInstall | None:
    """Return what a command of pip (or uv's) installs, None where it is none."""
    name = (words[0] or "").rpartition("/")[2]
    match words:
        case [_, "-m", "pip", *rest] if name.startswith("python"):
            pass
        case ["uv", "pip", *rest]:
            pass
        case [_, *rest] if name.rstrip("0123456789.") == "pip":
            pass
        case _:
            return None
    verb = next((word for word in rest if word and not word.startswith("-")), "")
    if verb not in {"install", "wheel", "sync"}:
        return None
    options, plain, _ = _options(tuple(rest[rest.index(verb) + 1 :]), _PIP_VALUED)
    named = {name for name, _ in options}
    editable = [value for option, value in options if option in {"-e", "--editable"} and value]
    if not {"--no-index", "--dry-run"}.isdisjoint(named):
        # What lies in a directory was built before, where `pip wheel` stands.
        return None
    words_of = [word for word in (*plain, *editable) if word]
    files = [value for option, value in options if option in {"-r", "--requirement"}]
    if verb == "sync":
        files += words_of
    elif "--no-deps" in named and not files:
        words_of = []
    projects = [word for word in words_of if word.split("[")[0].rstrip("/") in {".", ""}]
    return PipInstall(
        files=tuple(files),
        project=bool(projects),
        wheels=any(word.endswith((".whl", ".tar.gz", "/*")) for word in words_of),
        extras=tuple(
            extra.strip()
            for word in projects
            for extra in word.partition("[")[2].rstrip("]").split(",")
            if extra.strip()
        ),
        packages=tuple(word for word in words_of if word not in projects),
        no_binary=_policy(options, "--no-binary"),
        only_binary=_policy(options, "--only-binary"),
    )


def _policy(options: list[tuple[str, str]], name: str) -> str | None:
    values = [value for option, value in options if option == name]
    return ",".join(values) if values else None
