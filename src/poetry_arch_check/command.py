"""`poetry arch-check`: options → pipeline → output."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from poetry.console.commands.group_command import GroupCommand

from poetry_arch_check.check.projects import ProjectReport, exit_code_of
from poetry_arch_check.errors import (
    ArchCheckError,
    ConfigurationError,
    OutputError,
    ProjectError,
)
from poetry_arch_check.formats import format_named
from poetry_arch_check.formats.explain import causes, explain_package, named_package
from poetry_arch_check.formats.fix import render_fix
from poetry_arch_check.formats.lines import WIDTH
from poetry_arch_check.formats.view import View
from poetry_arch_check.options import (
    check_combinations,
    compares,
    named_extras,
    named_groups,
    outputs,
    repeated,
    request_from,
)
from poetry_arch_check.output.console import (
    describe_error,
    escaped_log_records,
    kept_for_the_report,
    progress,
    width_of,
    write_error,
    write_failure,
    write_report,
)
from poetry_arch_check.output.files import with_line_ends_of, write_atomically
from poetry_arch_check.pipeline.run import run, run_fix
from poetry_arch_check.poetry_api.folders import load, project_folders
from poetry_arch_check.poetry_api.messages import one_line
from poetry_arch_check.poetry_api.project import Project
from poetry_arch_check.strings import did_you_mean
from poetry_arch_check.usage import HELP, OPTIONS

if TYPE_CHECKING:
    from cleo.io.inputs.option import Option
    from poetry.poetry import Poetry

    from poetry_arch_check.check.report import Report
    from poetry_arch_check.options import Output
    from poetry_arch_check.settings.request import Request


class ArchCheckCommand(GroupCommand):
    """Checks `poetry.lock` for targets."""

    name = "arch-check"
    description = "Says which locked packages have no wheel for a target, and what to do."

    options: ClassVar[list[Option]] = list(OPTIONS)
    help = HELP

    def handle(self) -> int:
        """Check, write the report, and return the exit code."""
        # What is loaded by now stays loaded: looking through it for garbage only costs time.
        gc.freeze()
        try:
            check_combinations(self.option)
            with escaped_log_records(), kept_for_the_report(self.io) as self._stdout:
                return self._fix() if self.option("fix") else self._check()
        except Exception as error:  # noqa: BLE001 - 1 would read as "problems found"
            write_failure(self.io, error)
            return ArchCheckError.exit_code

    def _check(self) -> int:
        wanted = outputs(self.option)
        explained: str | None = self.option("explain")
        if explained is not None and (told := causes().get(explained)):
            self._put(told, wanted[0].path, self._own_lock())
            return 0
        if self.option("projects"):
            return self._check_projects(wanted)
        project = self._project()
        with progress(self.io, "Inspecting sdists") as moved:
            report = run(project, self._request(project), moved)
        if explained is not None:
            name = named_package(explained, report, project.lock().names)
            view = self._view(project.lock_path, wanted[0])
            self._write(project, report, explain_package(report, name, view), wanted[0].path)
        elif self.option("diff"):
            self._write_diff(project, report)
        else:
            for output in wanted:
                content = format_named(output.format)(report, self._view(project.lock_path, output))
                self._write(project, report, content, output.path)
        return report.exit_code

    def _check_projects(self, wanted: tuple[Output, ...]) -> int:
        """Check the projects in all folders, each for itself, and write them as one."""
        from poetry_arch_check.formats.combined import (  # noqa: PLC0415 - most runs are of one
            combined_format,
        )

        combined = [combined_format(output.format) for output in wanted]
        folders = project_folders(self.option("projects"))
        projects = [self._checked(folder) for folder in folders]
        locks = [(folder / "poetry.lock").resolve() for folder in folders]
        problems = sum(project.problems for project in projects)
        for output, combine in zip(wanted, combined, strict=True):
            views = [self._view(lock, output) for lock in locks]
            self._put(combine(projects, views), output.path, locks, problems)
        return exit_code_of(projects)

    def _checked(self, folder: Path) -> ProjectReport:
        """Return the report on one of many projects, or why there is none, which is told."""
        name = folder.as_posix()
        try:
            self.set_poetry(self._loaded(folder))
            project = self._project()
            with progress(self.io, f"{name}: inspecting sdists") as moved:
                return ProjectReport(
                    folder=name, report=run(project, self._request(project), moved)
                )
        except Exception as error:  # noqa: BLE001 - it does not hide the others
            write_failure(self.io, error, of=name)
            problems, hint = describe_error(self.io, error)
            hints = (f"hint: {hint}",) if hint else ()
            return ProjectReport(folder=name, failure=(*problems, *hints))

    def _loaded(self, folder: Path) -> Poetry:
        plugins, cache = not self.option("no-plugins"), not self.option("no-cache")
        try:
            return load(folder, self.io, plugins=plugins, cache=cache)
        except Exception as error:
            raise ProjectError(one_line(error), hint="`poetry check` there tells more") from error

    def _fix(self) -> int:
        """Look for a lock with as few problems as possible, write it, and return the exit code."""
        project, dry_run = self._project(), self.option("dry-run")
        with progress(self.io, "Asking the index") as moved:
            fix = run_fix(project, self._request(project), moved)
        write_report(self._stdout, render_fix(fix, dry_run=dry_run))
        if fix.text and not dry_run:
            path = project.lock_path
            write_atomically(path, with_line_ends_of(path, fix.text))
        return fix.report.exit_code

    # --- what is asked for ---

    def _project(self) -> Project:
        try:
            return Project(self.poetry)
        except Exception as error:
            raise ProjectError(
                one_line(error),
                hint="run it in the directory of a pyproject.toml; `poetry check` tells more",
            ) from error

    def _request(self, project: Project) -> Request:
        extras = named_extras(self.option)
        return request_from(
            self.option,
            groups=self._groups(project),
            extras=project.package.extras if extras is None else extras,
        )

    def _groups(self, project: Project) -> set[str]:
        """Return the active groups, as Poetry's own commands activate them."""
        named, package = named_groups(self.option), project.package
        known = sorted(package.dependency_group_names(include_optional=True))
        for name in sorted(named):
            if not package.has_dependency_group(name):
                raise ConfigurationError(
                    f'group "{name}" is not in the project{did_you_mean(name, known)}',
                    hint=f"known groups: {', '.join(known) or 'none'}",
                )
        return {*self.activated_groups, *(known if self.option("all-groups") else ())}

    # --- what is written ---

    def _view(self, lock: Path, output: Output) -> View:
        to_terminal = output.path is None and self._stdout.is_decorated()
        return View(
            verbose=self.io.is_verbose(),
            debug=self.io.is_very_verbose(),
            colour=to_terminal,
            width=WIDTH if output.path is not None else width_of(self._stdout),
            lock_path=_from_the_workspace(lock),
            suggests=bool(self.option("suggest")),
            compares=compares(self.option),
            options=repeated(self.option),
        )

    def _write_diff(self, project: Project, report: Report) -> None:
        """Write the patch alone; what it does not solve is said on stderr."""
        _check_that_a_patch_is_possible(report, self.option("image"))
        paths = self.option("output")
        self._write(project, report, report.diff, paths[0] if paths else None)
        if any(patch.folder for patch in report.patches if patch.diff):
            write_error(self.io, f"The file is outside of the project: {report.git_apply}")
        remaining = [name for patch in report.patches for name in patch.remaining]
        if remaining:
            names = ", ".join(remaining)
            write_error(self.io, f"Not solved by a change of the Dockerfile: {names}.")
        elif not report.diff:
            write_error(self.io, "The Dockerfile needs no change.")

    def _write(self, project: Project, report: Report, content: str, output: str | None) -> None:
        problems = sum(len(target.problems) for target in report.targets)
        self._put(content, output, [project.lock_path.resolve()], problems)

    def _own_lock(self) -> list[Path]:
        """Return the project's lock, if there is a project: a cause is explained anywhere."""
        try:
            return [self._project().lock_path.resolve()]
        except ProjectError:
            return []

    def _put(
        self, content: str, output: str | None, locks: list[Path], problems: int | None = None
    ) -> None:
        """Write to stdout or to a file, which is none of the projects' own.

        How many `problems` there are is told, unless nothing was checked.
        """
        if output is None:
            write_report(self._stdout, content)
            return
        path = Path(output)
        own = {*locks, *(lock.with_name("pyproject.toml").resolve() for lock in locks)}
        if not output.strip() or path.resolve() in own:
            raise OutputError(
                f'cannot write the report to "{output}"', hint="name a file of its own"
            )
        write_atomically(path, content)
        noun = "problem" if problems == 1 else "problems"
        found = "" if problems is None else f"{problems} {noun}; "
        write_error(self.io, f"{found}report written to {output}")


def _from_the_workspace(lock: Path) -> str:
    """Return the path of a lock as who reads annotations sees it: from the repository's root."""
    root = Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd())
    try:
        return lock.resolve().relative_to(root.resolve()).as_posix()
    except (ValueError, OSError, RuntimeError):  # outside of it, or a loop of links
        return lock.name


def _check_that_a_patch_is_possible(report: Report, images: list[str]) -> None:
    """Raise ConfigurationError where no Dockerfile was read, or as one with other `images`."""
    if not any(target.target.step for target in report.targets):
        raise ConfigurationError(
            "--diff is for a Dockerfile", hint="name it: --dockerfile Dockerfile"
        )
    if images and not report.patches:
        raise ConfigurationError(
            f"--diff changes the Dockerfile, which is checked with {' and '.join(images)}",
            hint="change the FROM line first, and leave --image out",
        )
