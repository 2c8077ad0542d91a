"""`poetry arch-check`: Poetry's side of the check."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from cleo.helpers import option
from poetry.console.commands.group_command import GroupCommand

from poetry_arch_check.dockerfile import builds as builders
from poetry_arch_check.errors import ArchCheckError, ConfigurationError, OutputError, ProjectError
from poetry_arch_check.formats import FORMATS, format_named
from poetry_arch_check.formats.fix import render_fix
from poetry_arch_check.formats.view import View
from poetry_arch_check.output.console import (
    escaped_log_records,
    progress,
    write_error,
    write_failure,
    write_raw,
)
from poetry_arch_check.output.files import write_atomically
from poetry_arch_check.pipeline import Checker, run
from poetry_arch_check.poetry_api.messages import one_line
from poetry_arch_check.poetry_api.project import read_text
from poetry_arch_check.settings.config import DockerfileRef
from poetry_arch_check.settings.request import Request
from poetry_arch_check.strings import did_you_mean
from poetry_arch_check.toolchains.toolchain import EVERYTHING, Toolchain, parse_toolchain
from poetry_arch_check.upgrades.fix import find_fix

if TYPE_CHECKING:
    from cleo.io.inputs.option import Option
    from cleo.io.outputs.output import Output
    from packaging.utils import NormalizedName
    from poetry.poetry import Poetry

    from poetry_arch_check.check.report import Report


class ArchCheckCommand(GroupCommand):
    """Checks `poetry.lock` for targets; see `help`."""

    name = "arch-check"
    description = "Tells which locked packages have no wheel for a target, and what to do."

    options: ClassVar[list[Option]] = [
        option(
            "target",
            "t",
            "A target: linux/arm64, alpine/amd64, manylinux_2_28_aarch64, current, all, ..."
            " or one of the configuration.",
            flag=False,
            multiple=True,
        ),
        option("image", None, "The base image: python:3.12-slim, debian:12, ...", flag=False),
        option(
            "python",
            None,
            "A Python version: 3.12, 3.13t, pypy3.10, or all that the project allows.",
            flag=False,
            multiple=True,
        ),
        option(
            "toolchain",
            None,
            "What the targets can build with, comma-separated: c,c++,rust,libpq.",
            flag=False,
        ),
        option(
            "dockerfile", None, "Check what this Dockerfile installs, where it does.", flag=False
        ),
        option("stage", None, "The stage of the Dockerfile to check.", flag=False),
        option(
            "build-arg",
            None,
            "A build argument of the Dockerfile: NAME=VALUE.",
            flag=False,
            multiple=True,
        ),
        option(
            "compose", None, "Check the platforms that this compose file builds for.", flag=False
        ),
        option("bake", None, "Check the platforms that this bake file builds for.", flag=False),
        option(
            "workflow",
            None,
            "Check the platforms that this GitHub workflow builds for.",
            flag=False,
        ),
        option("diff", None, "Print what cures the Dockerfile as a patch, and nothing else."),
        option("require-wheels", None, "Count every source build as a problem."),
        option("suggest", None, "Ask the index which other versions have a wheel on all targets."),
        option("fix", None, "Write the nearest lock in which every problem is gone."),
        option("dry-run", None, "With --fix: show what would move, and write nothing."),
        option("offline", None, "Fetch no sdist to look into it."),
        option(
            "format", None, f"The output format: {', '.join(FORMATS)}.", flag=False, default="text"
        ),
        option("output", None, "Write the report to this file instead of stdout.", flag=False),
        *GroupCommand._group_dependency_options(),  # noqa: SLF001 - all of Poetry's commands do
        option("all-groups", None, "Check dependencies from all groups."),
        option("extras", "E", "Extra sets of dependencies to check.", flag=False, multiple=True),
        option("all-extras", None, "Check all extra dependencies."),
    ]

    help = """\
The <info>arch-check</info> command reads <comment>poetry.lock</> and tells, for every target,
which packages have no matching wheel, what building them takes, whether the target
declares it, and what to do about it. Nothing is installed. An sdist that has to be built is
fetched into Poetry's cache and looked into, unless <info>--offline</info> forbids it.

<info>poetry arch-check</info>
    checks the configured targets, else the project's environment

<info>poetry arch-check -t linux/amd64 -t linux/arm64</info>
    checks an image that is published for two architectures

<info>poetry arch-check -t linux/arm64 --image python:3.12-alpine</info>
    checks what the image has: its C library, its Python, its tools

<info>poetry arch-check -t linux/arm64 --toolchain c,libpq</info>
    takes a C compiler and libpq's headers to be there

<info>poetry arch-check -t all --python all --format json --output report.json</info>
    checks the common eight platforms with every Python that the project allows

<info>poetry arch-check -t linux/arm64 --dockerfile Dockerfile</info>
    checks the stages that install with Poetry: their image, their toolchain, their groups

<info>poetry arch-check -t linux/arm64 --suggest</info>
    asks the index which other versions have a wheel there, and says what forbids them

<info>poetry arch-check --fix --dry-run</info>
    shows the nearest lock in which every problem is gone; without --dry-run, it is written

Exit code 0: no problem. 1: problems found. 2: the check could not be made.
Targets, defaults and accepted problems belong in <comment>[tool.poetry-arch-check]</>.
"""

    def handle(self) -> int:
        """Check, write the report, and return the exit code."""
        try:
            with escaped_log_records():
                render = format_named(self.option("format"))
                project = self._project()
                if self.option("fix"):
                    return self._fix(project)
                with progress(self.io, "Looking into sdists") as moved:
                    report = run(
                        project,
                        self._request(),
                        groups=cast("set[NormalizedName]", self._groups()),
                        extras=self._extras(),
                        asked=self._asked(),
                        require_wheels=self.option("require-wheels"),
                        offline=self.option("offline"),
                        suggesting=self._suggesting(),
                        progress=moved,
                    )
            if self.option("diff"):
                self._write_diff(report)
            else:
                self._write(report, render(report, self._view(report)))
        except Exception as error:  # noqa: BLE001 - 1 would read as "problems found"
            write_failure(self.io, error)
            return ArchCheckError.exit_code
        return report.exit_code

    def _fix(self, project: Poetry) -> int:
        """Look for a lock without problems, write it, and return the exit code."""
        if self.option("offline"):
            raise ConfigurationError("--fix asks the index", hint="leave --offline out")
        if self.option("format") != "text" or self.option("output"):
            raise ConfigurationError(
                "--fix tells what moves, in text, on stdout", hint="leave --format and --output out"
            )
        with progress(self.io, "Looking at sdists and the index") as moved:
            looking = Checker(
                project,
                self._request(),
                groups=cast("set[NormalizedName]", self._groups()),
                extras=self._extras(),
                asked=self._asked(),
                require_wheels=self.option("require-wheels"),
                progress=moved,
            )
            fix = find_fix(project, looking.at, moved)
        lock = project.locker.lock
        _write_report(self.io.output, render_fix(fix, dry_run=self.option("dry-run")))
        if fix.text and not self.option("dry-run"):
            write_atomically(lock, _as_before(lock, fix.text))
        return 1 if fix.reasons else fix.report.exit_code

    # --- what is asked for ---

    def _project(self) -> Poetry:
        try:
            return self.poetry
        except Exception as error:
            raise ProjectError(
                one_line(error),
                hint="call it where a pyproject.toml is, and see `poetry check`",
            ) from error

    def _request(self) -> Request:
        toolchain = self.option("toolchain")
        return Request(
            targets=tuple(self.option("target")),
            image=self.option("image"),
            pythons=tuple(self.option("python")),
            toolchain=None if toolchain is None else _toolchain(toolchain),
            dockerfile=self._dockerfile_ref(),
            platforms=self._platforms(),
        )

    def _dockerfile_ref(self) -> DockerfileRef | None:
        path = self.option("dockerfile")
        if path is None:
            for name in ("stage", "build-arg", "compose", "bake", "workflow"):
                if self.option(name):
                    raise ConfigurationError(
                        f"--{name} is for a Dockerfile", hint="name it: --dockerfile Dockerfile"
                    )
            return None
        arguments = {}
        for argument in self.option("build-arg"):
            name, equals, value = argument.partition("=")
            # As with `docker build`, the environment has the value of one that has none.
            if not equals and name not in os.environ:
                raise ConfigurationError(
                    f"--build-arg {name} has no value", hint=f"write {name}=VALUE"
                )
            arguments[name] = value if equals else os.environ[name]
        with contextlib.suppress(ValueError):
            path = Path(path).relative_to(Path.cwd()).as_posix()
        return DockerfileRef(path=path, stage=self.option("stage"), arguments=arguments)

    def _platforms(self) -> tuple[str, ...]:
        """Return what the files beside the Dockerfile build it for; `-t` outdoes them."""
        if self.option("target"):
            return ()
        return tuple(
            dict.fromkeys(
                platform
                for kind in builders.KINDS
                if (path := self.option(kind)) is not None
                for platform in builders.platforms(
                    kind, read_text(Path(path), path), path, self.option("dockerfile"), os.environ
                )
            )
        )

    def _suggesting(self) -> bool:
        if self.option("dry-run"):
            raise ConfigurationError("--dry-run is for --fix", hint="add --fix")
        if self.option("suggest") and self.option("offline"):
            raise ConfigurationError("--suggest asks the index", hint="leave --offline out")
        return bool(self.option("suggest"))

    def _asked(self) -> bool:
        """Return whether groups or extras are asked for: then the Dockerfile's do not count."""
        names = ("only", "with", "without", "all-groups", "extras", "all-extras")
        return any(self.option(name) for name in names)

    def _groups(self) -> set[str]:
        given = {
            name.strip()
            for option in ("only", "with", "without")
            for value in self.option(option)
            for name in value.split(",")
        }
        if given and self.option("all-groups"):
            raise ConfigurationError(
                "--all-groups excludes --only, --with and --without", hint="leave one out"
            )
        package = self.poetry.package
        known = sorted(package.dependency_group_names(include_optional=True))
        for name in sorted(given):
            if not package.has_dependency_group(name):
                raise ConfigurationError(
                    f'group "{name}" is not in the project{did_you_mean(name, known)}',
                    hint=f"known groups: {', '.join(known) or 'none'}",
                )
        return set(self.activated_groups) | self._all_groups()

    def _all_groups(self) -> set[str]:
        if not self.option("all-groups"):
            return set()
        return set(self.poetry.package.dependency_group_names(include_optional=True))

    def _extras(self) -> list[str]:
        if not self.option("all-extras"):
            return [extra for given in self.option("extras") for extra in given.split()]
        if self.option("extras"):
            raise ConfigurationError("--all-extras excludes --extras", hint="leave one out")
        return list(self.poetry.package.extras)

    # --- what is written ---

    def _view(self, report: Report) -> View:
        to_terminal = not self.option("output") and self.io.output.is_decorated()
        lock = self.poetry.locker.lock
        workspace = os.environ.get("GITHUB_WORKSPACE")
        try:
            path = lock.resolve().relative_to(Path(workspace or Path.cwd()).resolve()).as_posix()
        except (ValueError, OSError, RuntimeError):  # outside of it, or a loop of links
            path = report.lock_path
        return View(verbose=self.io.is_verbose(), colour=to_terminal, lock_path=path)

    def _write_diff(self, report: Report) -> None:
        """Write the patch alone; what it does not cure is said beside it."""
        if not any(target.target.step for target in report.targets):
            raise ConfigurationError(
                "--diff is for a Dockerfile", hint="name it: --dockerfile Dockerfile"
            )
        self._write(report, report.diff)
        stays = [name for patch in report.patches for name in patch.stays]
        if stays:
            write_error(self.io, f"Not cured by a change of the Dockerfile: {', '.join(stays)}.")
        elif not report.diff:
            write_error(self.io, "There is nothing to cure in the Dockerfile.")

    def _write(self, report: Report, content: str) -> None:
        output = self.option("output")
        if output is None:
            _write_report(self.io.output, content)
            return
        path = Path(output)
        own = (self.poetry.locker.lock, self.poetry.file.path)
        if not output.strip() or path.resolve() in {file.resolve() for file in own}:
            raise OutputError(
                f'cannot write the report to "{output}"', hint="name a file of its own"
            )
        write_atomically(path, content)
        problems = sum(len(target.problems) for target in report.targets)
        noun = "problem" if problems == 1 else "problems"
        write_error(self.io, f"{problems} {noun}; report written to {output}")


def _write_report(output: Output, content: str) -> None:
    """Write the report to stdout; who closes the pipe early has seen enough.

    Raises OutputError where it cannot be written.
    """
    try:
        write_raw(output, content)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would complain again while it exits: give it something to flush to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise OutputError(f"cannot write the report: {error.strerror}") from error


def _as_before(lock: Path, text: str) -> str:
    """Return `text` with the line ends that the lock has, as Poetry keeps them."""
    with lock.open("rb") as file:
        crlf = file.readline().endswith(b"\r\n")
    return text.replace("\n", "\r\n") if crlf else text


def _toolchain(text: str) -> Toolchain:
    """Read the value of `--toolchain`: as in the configuration, `true` is everything."""
    if text.strip() == "true":
        return EVERYTHING
    return parse_toolchain(item for item in text.split(",") if item.strip())
