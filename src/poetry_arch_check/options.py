"""The command line → `settings.Request`; an option is read by its name, as cleo does."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from poetry_arch_check.errors import ArchCheckError, ConfigurationError
from poetry_arch_check.formats import FORMATS, format_named
from poetry_arch_check.output.files import read_text
from poetry_arch_check.settings.request import DockerfileRef, Request
from poetry_arch_check.strings import did_you_mean
from poetry_arch_check.toolchains.toolchain import EVERYTHING, Toolchain, parse_toolchain
from poetry_arch_check.toolchains.words import stated_offer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

Option: TypeAlias = Callable[[str], Any]

_CHOICES = ("only", "with", "without", "all-groups", "extras", "all-extras")
# Files beside a Dockerfile, as `dockerfile.builds.KINDS` has them.
BESIDE = ("compose", "bake", "workflow")
# The names that BuildKit takes for those of secrets (its check SecretsUsedInArgOrEnv).
_SECRET = re.compile(
    r"(?:_|^)(?:apikey|auth|credentials?|key|password|pword|passwd|secret|token)(?:_|$)",
    re.IGNORECASE,
)
_OF_DOCKERFILES = ("stage", "build-arg", *BESIDE)
_REPEATED = (
    *("target", "image", "python", "toolchain", "dockerfile"),
    *(*_OF_DOCKERFILES, *_CHOICES, "require-wheels"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """A report to write: its format, and the file, None for stdout."""

    format: str
    path: str | None


def outputs(option: Option) -> tuple[Output, ...]:
    """Return the reports to write: stdout has one, unless a file has it instead.

    Raises ConfigurationError for formats that are not known, and for files that are named twice.
    """
    own: str = option("format")
    format_named(own)
    found = [_output(value, own) for value in option("output")]
    paths = [os.path.realpath(str(output.path)) for output in found]
    if twice := next(
        (output.path for output in found if paths.count(os.path.realpath(str(output.path))) > 1),
        None,
    ):
        raise ConfigurationError(f"--output names {twice} twice", hint="name a file for each")
    named = [output for output in found if output.path not in option("output")]
    stdout = () if len(named) < len(found) else (Output(format=own, path=None),)
    return (*stdout, *found)


def _output(value: str, own: str) -> Output:
    """Read `FORMAT=PATH`, or `PATH` alone for the format of --format."""
    name, equals, path = value.partition("=")
    if equals and name in FORMATS:
        return Output(format=name, path=path)
    if equals and (near := did_you_mean(name, FORMATS)):
        raise ConfigurationError(
            f'--output: unknown format "{name}"{near}',
            hint=f"FORMAT=PATH takes {', '.join(FORMATS)}; ./{value} is a file of that name",
        )
    return Output(format=own, path=value)


def request_from(option: Option, *, groups: Iterable[str], extras: Iterable[str]) -> Request:
    """Return what the options ask for; `groups` and `extras` are those that Poetry activates.

    Raises ConfigurationError for options that exclude each other.
    """
    toolchain = option("toolchain")
    dockerfile = _dockerfile(option)
    return Request(
        targets=tuple(name.strip() for name in option("target")),
        images=tuple(option("image")),
        pythons=tuple(option("python")),
        toolchain=None if toolchain is None else _toolchain(toolchain),
        dockerfile=dockerfile,
        platforms=_platforms(option, dockerfile.path) if dockerfile else (),
        groups=frozenset(groups),
        extras=tuple(extras),
        choice_given=any(option(name) for name in _CHOICES),
        require_wheels=option("require-wheels"),
        offline=option("offline"),
        suggest=option("suggest"),
        against=option("against"),
        repeated=repeated(option),
    )


def repeated(option: Option) -> tuple[str, ...]:
    """Return the options that choose what is checked, as they are given on a command line."""
    return tuple(_repeated(option))


def _repeated(option: Option) -> Iterator[str]:
    for name in _REPEATED:
        value = option(name)
        given = value if isinstance(value, list | tuple) else [value]
        for each in given:
            if each is True:
                yield f"--{name}"
            elif each not in {None, False}:
                shown = _without_secret(each) if name == "build-arg" else each
                yield from ("-t" if name == "target" else f"--{name}", shown)


def _without_secret(argument: str) -> str:
    """Return a build argument without its value if that is a secret: reports go to others.

    As with `docker build`, the environment has the value then.
    """
    name, _, _ = argument.partition("=")
    return name if _SECRET.search(name) else argument


def compares(option: Option) -> bool:
    """Return whether several images or Pythons were named, which one wants to choose from."""
    return len(option("image")) > 1 or len(option("python")) > 1 or "all" in option("python")


def check_combinations(option: Option) -> None:
    """Raise ConfigurationError for options that exclude each other."""
    for name in ("fix", "diff", "explain", "dockerfile") if option("projects") else ():
        if option(name):
            raise ConfigurationError(
                f"--{name} is for one project, not for --projects",
                hint=f"poetry --project FOLDER arch-check --{name} does it for one",
            )
    if option("explain") is not None and (option("fix") or option("diff")):
        raise ConfigurationError("--explain changes nothing", hint="leave --fix and --diff out")
    if option("explain") is not None and option("format") != "text":
        raise ConfigurationError("--explain is text", hint="leave --format out")
    for name in ("explain", "diff"):
        if option(name) not in {None, False}:
            _check_plain_output(name, option("output"))
    if option("fix"):
        if option("offline"):
            raise ConfigurationError("--fix asks the index", hint="leave --offline out")
        if option("format") != "text" or option("output"):
            raise ConfigurationError(
                "--fix prints the changes, as text, to stdout",
                hint="leave --format and --output out",
            )
        return
    if option("dry-run"):
        raise ConfigurationError("--dry-run is for --fix", hint="add --fix")
    if option("suggest") and option("offline"):
        raise ConfigurationError("--suggest asks the index", hint="leave --offline out")


def _check_plain_output(name: str, given: list[str]) -> None:
    """Raise ConfigurationError where more than one plain file is named for what is one text."""
    if len(given) > 1:
        raise ConfigurationError(f"--{name} is one report", hint="name one --output")
    if any("=" in each and each.partition("=")[0] in FORMATS for each in given):
        raise ConfigurationError(f"--{name} has no formats", hint=f"--{name} --output FILE")


def named_groups(option: Option) -> set[str]:
    """Return the groups that the options name; raises ConfigurationError beside --all-groups."""
    named = {
        name.strip()
        for each in ("only", "with", "without")
        for value in option(each)
        for name in value.split(",")
    }
    if named and option("all-groups"):
        raise ConfigurationError(
            "--all-groups excludes --only, --with and --without", hint="leave one out"
        )
    return named


def named_extras(option: Option) -> tuple[str, ...] | None:
    """Return the extras that the options name, None for all of them."""
    if not option("all-extras"):
        return tuple(extra for given in option("extras") for extra in given.split())
    if option("extras"):
        raise ConfigurationError("--all-extras excludes --extras", hint="leave one out")
    return None


def _toolchain(text: str) -> Toolchain:
    """Read the value of `--toolchain`: as in the configuration, `true` is everything."""
    if text.strip() == "true":
        return EVERYTHING
    items = [item for item in text.split(",") if item.strip()]
    for item in items:
        stated_offer(item)
    return parse_toolchain(items)


def _dockerfile(option: Option) -> DockerfileRef | None:
    """Return the Dockerfile; a compose file may name it.

    The first file beside it that is given says how it is built.
    """
    path, compose = option("dockerfile"), option("compose")
    if path is None and compose is not None:
        text = read_text(Path(compose), compose)
        environment = _environment("compose", compose)
        found = _builds().the_dockerfile(text, compose, environment, counts=_names_poetry)
        path = Path(os.path.relpath(found)).as_posix()
    if path is None:
        for name in _OF_DOCKERFILES:
            if option(name):
                raise ConfigurationError(
                    f"--{name} is for a Dockerfile", hint="name it: --dockerfile Dockerfile"
                )
        return None
    with contextlib.suppress(ValueError):
        path = Path(path).relative_to(Path.cwd()).as_posix()
    ref = DockerfileRef(path=path)
    for kind in BESIDE:
        if (beside := option(kind)) is not None:
            recipe = _builds().recipe(
                kind,
                read_text(Path(beside), beside),
                beside,
                _seen_from(beside, path),
                _environment(kind, beside),
            )
            ref = DockerfileRef(
                path=path, stages=recipe.targets, arguments=recipe.arguments, context=recipe.context
            )
            break
    stages = (option("stage"),) if option("stage") else ref.stages
    return replace(ref, stages=stages, arguments={**ref.arguments, **_arguments(option)})


def _names_poetry(dockerfile: str) -> bool:
    """Return whether a Dockerfile, if it can be read, has Poetry in it."""
    try:
        return "poetry" in read_text(Path(dockerfile), dockerfile).lower()
    except ArchCheckError:
        return False


def _arguments(option: Option) -> dict[str, str]:
    arguments = {}
    for argument in option("build-arg"):
        name, equals, value = argument.partition("=")
        # As with `docker build`, the environment has the value of one that has none.
        if not equals and name not in os.environ:
            raise ConfigurationError(f"--build-arg {name} has no value", hint=f"write {name}=VALUE")
        arguments[name] = value if equals else os.environ[name]
    return arguments


def _platforms(option: Option, dockerfile: str) -> tuple[str, ...]:
    """Return what the files beside the Dockerfile build it for; `-t` takes precedence."""
    if option("target") or not any(option(kind) for kind in BESIDE):
        return ()
    return tuple(
        dict.fromkeys(
            platform
            for kind in BESIDE
            if (path := option(kind)) is not None
            for platform in _builds().platforms(
                kind,
                read_text(Path(path), path),
                path,
                _seen_from(path, dockerfile),
                _environment(kind, path),
            )
        )
    )


def _environment(kind: str, path: str) -> Mapping[str, str]:
    """Return the variables that a file may name: compose files have those of `.env`, too."""
    beside = Path(path).parent / ".env"
    if kind != "compose" or not beside.is_file():
        return os.environ
    shown = beside.as_posix()
    found: Mapping[str, str] = _builds().with_env_file(read_text(beside, shown), shown, os.environ)
    return found


def _seen_from(path: str, dockerfile: str) -> str:
    """Return the Dockerfile's path as the file at `path` leads to it, also from folders above."""
    folder = os.path.dirname(path) or "."  # noqa: PTH120 - where `..` is kept
    try:
        return Path(folder, os.path.relpath(dockerfile, folder)).as_posix()
    except ValueError:  # another drive of Windows
        return dockerfile


def _builds() -> ModuleType:
    from poetry_arch_check.dockerfile import builds  # noqa: PLC0415 - most runs read no such file

    return builds
