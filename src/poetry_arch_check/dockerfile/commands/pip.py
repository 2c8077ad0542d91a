"""Commands of pip, and of `uv pip` → what they install."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.shell.command_line import options, read

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
    " --index-strategy --link-mode --resolution --root-user-action"
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
    line = pip_line(words)
    if line is None or not line.words:
        return None
    verb, *arguments = line.words
    if verb not in {"install", "wheel", "sync"}:
        return None
    if not {"--no-index", "--dry-run"}.isdisjoint(line.names):
        # What lies in a directory was built before, where `pip wheel` stands.
        return None
    arguments += [value for value in line.values("-e", "--editable") if value]
    files = line.values("-r", "--requirement")
    if verb == "sync":
        files += tuple(arguments)
    elif "--no-deps" in line.names and not files:
        arguments = []
    projects = [word for word in arguments if word.split("[")[0].rstrip("/") in {".", ""}]
    return PipInstall(
        files=files,
        project=bool(projects),
        wheels=any(word.endswith((".whl", ".tar.gz", "/*")) for word in arguments),
        extras=tuple(
            extra.strip()
            for word in projects
            for extra in word.partition("[")[2].rstrip("]").split(",")
            if extra.strip()
        ),
        packages=tuple(word for word in arguments if word not in projects),
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
        case str(name), rest if name.rstrip("0123456789.") == "pip":
            return read(rest, PIP_VALUED)
        case _:
            return None


def _policy(line: CommandLine, name: str) -> str | None:
    values = line.values(name)
    return ",".join(values) if values else None
