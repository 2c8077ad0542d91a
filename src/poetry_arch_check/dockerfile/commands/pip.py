"""Commands of pip, of `uv pip` and of pipx → what they install."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.shell.command_line import options, read
from poetry_arch_check.dockerfile.shell.words import UNKNOWN, known

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.shell.command_line import CommandLine
    from poetry_arch_check.dockerfile.shell.words import Value

# The options of pip and of `uv pip` that take a value.
PIP_VALUED = options(
    "-r --requirement -c --constraint -i --index-url --extra-index-url -f --find-links"
    " --no-binary --only-binary -t --target -d --dest -w --wheel-dir --prefix --root"
    " --platform --python-version --implementation --abi --trusted-host --cache-dir --timeout"
    " --retries --cert --python -p --build-option --global-option --config-settings -C --src"
    " --progress-bar --upgrade-strategy --log --proxy --index --default-index"
    " --index-strategy --link-mode --resolution --root-user-action -e --editable --extra --group"
    " --prerelease --exclude-newer --override --build-constraint --reinstall-package -P"
    " --upgrade-package --torch-backend --report"
)
_EXTRAS = re.compile(r"(?P<base>.*?)(?:\[(?P<extras>[\w\s,.-]*)\])?", re.DOTALL)
_FILE_URL = re.compile(r"(?:[\w.-]+(?:\[[^\]]*\])?\s*@\s*)?file:(?://)?(?P<path>/.*)", re.DOTALL)
_ARCHIVES = (".whl", ".tar.gz", ".zip", "*")
# Paths have a separator, as pip's `os.path.sep` rule wants it.
_ELSEWHERE = re.compile(r"(?:[\w.-]+\s*@\s*)?(?:git\+)?[a-z+]+://")


@dataclass(frozen=True, slots=True, kw_only=True)
class PathInstall:
    """A path that pip installs, as it is written: a project's folder, or an archive.

    `root` says that the project itself is installed, with what it depends on.
    """

    path: str
    extras: tuple[str, ...] = ()
    all_extras: bool = False
    root: bool = True

    @property
    def is_archive(self) -> bool:
        """Whether it is a wheel or an sdist, or a pattern for some."""
        return self.path.endswith(_ARCHIVES)


@dataclass(frozen=True, slots=True, kw_only=True)
class PipInstall:
    """What pip is told to install: files of requirements, and paths.

    `unread` says that there are others, which are not known. `dependencies` says that what they
    depend on is installed as well. `links` are folders that wheels are taken from, `output` the
    one that they are put into, None where they are installed.
    """

    files: tuple[str, ...] = ()
    paths: tuple[PathInstall, ...] = ()
    unread: bool = False
    dependencies: bool = True
    links: tuple[str, ...] = ()
    output: str | None = None
    no_binary: str | None = None
    only_binary: str | None = None


def of_pip(words: tuple[Value, ...]) -> PipInstall | None:
    """Return what a command of pip (or uv's) installs, None where it is none."""
    line = pip_line(words)
    if line is None or not line.words:
        return None
    # Words that are not known may be options.
    verb, *arguments = line.arguments[line.arguments.index(line.words[0]) :]
    if verb not in {"install", "wheel", "sync"}:
        return None
    if not {"--no-index", "--dry-run"}.isdisjoint(line.names):
        # What lies in a directory was built before, where `pip wheel` stands.
        return None
    given = {
        kind: tuple(value for name, value in line.options if name in names)
        for kind, names in (("-r", {"-r", "--requirement"}), ("-e", {"-e", "--editable"}))
    }
    files = (*given["-r"], *(arguments if verb == "sync" else ()))
    named = (*given["-e"], *(() if verb == "sync" else arguments))
    projects = {file for file in files if _is_project(file, words)}
    return PipInstall(
        files=tuple(file for file in files if known(file) and file not in projects),
        paths=(
            *(path for word in named if (path := _path(word))),
            *(_requirements(file, line) for file in files if file in projects),
        ),
        unread=any(known(file) is None for file in files) or any(map(_is_unread, named)),
        dependencies="--no-deps" not in line.names,
        links=line.values("-f", "--find-links"),
        output=next(iter(line.values("-w", "--wheel-dir")), ".") if verb == "wheel" else None,
        no_binary=_policy(line, "--no-binary"),
        only_binary=_policy(line, "--only-binary"),
    )


def installs_wheels(words: tuple[Value, ...]) -> bool:
    """Return whether a command of pip installs from a folder of wheels."""
    line = pip_line(words)
    if line is None or line.words[:1] not in {("install",), ("sync",)}:
        return False
    files = (word.endswith((".whl", "/*")) or word.startswith("/") for word in line.words[1:])
    return "--no-index" in line.names or bool(line.values("--find-links", "-f")) or any(files)


def pip_line(words: tuple[Value, ...]) -> CommandLine | None:
    """Return what stands behind `pip`, however that is called."""
    match (words[0] or "").rpartition("/")[2], words[1:]:
        case str(name), ("-m", "pip", *rest) if name.startswith("python"):
            return read(tuple(rest), PIP_VALUED)
        case "uv", ("pip", *rest):
            return read(tuple(rest), PIP_VALUED)
        case "uv", ("tool", *rest):
            return read(tuple(rest), PIP_VALUED)
        case str(name), rest if name.rstrip("0123456789.") in {"pip", "pipx"}:
            return read(rest, PIP_VALUED)
        case _:
            return None


def _path(word: Value) -> PathInstall | None:
    """Return the path that a word of pip's is, None for a package of an index."""
    if known(word) is None or not word:
        return None
    url = _FILE_URL.fullmatch(word)
    match = _EXTRAS.fullmatch(url["path"] if url else word)
    assert match is not None  # noqa: S101 - it matches anything
    base = match["base"]
    if _ELSEWHERE.match(base) or not (base[:1] in ".~" or "/" in base or base.endswith(_ARCHIVES)):
        return None
    extras = (extra.strip() for extra in (match["extras"] or "").split(","))
    return PathInstall(path=base, extras=tuple(filter(None, extras)))


def _is_project(file: Value, words: tuple[Value, ...]) -> bool:
    """Return whether a file of requirements is a project's, whose dependencies uv reads there."""
    name = (known(file) or "").rpartition("/")[2]
    return words[0] == "uv" and name == "pyproject.toml"


def _requirements(file: Value, line: CommandLine) -> PathInstall:
    """Return what uv installs of a `pyproject.toml`: what the project depends on."""
    return PathInstall(
        path=(file or "").rpartition("/")[0] or ".",
        extras=tuple(filter(None, line.values("--extra"))),
        all_extras="--all-extras" in line.names,
        root=False,
    )


def _is_unread(word: Value) -> bool:
    """Return whether a word of pip's may be a path that is not known."""
    if word is None:
        return True
    name = re.split(r"[=<>!~\[; ]", word)[0]
    return UNKNOWN in name and not _ELSEWHERE.match(word)


def _policy(line: CommandLine, name: str) -> str | None:
    values = line.values(name)
    return ",".join(values) if values else None
