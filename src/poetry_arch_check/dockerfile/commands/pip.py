"""TODO."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.shell.words import Value

from poetry_arch_check.dockerfile.commands.choice import split_options

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
    options, plain, _ = split_options(tuple(rest[rest.index(verb) + 1 :]), _PIP_VALUED)
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
