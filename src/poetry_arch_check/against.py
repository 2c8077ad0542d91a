"""`--against`: the same check at a revision, and what has changed since."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from poetry_arch_check.check.regressions import Comparison, PreviousLock, changes
from poetry_arch_check.errors import ArchCheckError, RevisionError
from poetry_arch_check.output.files import text_of
from poetry_arch_check.poetry_api.past_project import PastProject, folder_at
from poetry_arch_check.poetry_api.revision import Revision
from poetry_arch_check.strings import listed, printable

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from poetry_arch_check.check.report import Report, TargetReport
    from poetry_arch_check.poetry_api.lockfile import LockFile
    from poetry_arch_check.poetry_api.project import Project
    from poetry_arch_check.settings.request import Context, DockerfileRef, Request

    CheckAt: TypeAlias = Callable[
        [PastProject, LockFile, Request, Context], tuple[TargetReport, ...]
    ]


@dataclass(slots=True, kw_only=True)
class _Dockerfiles:
    """Dockerfiles as they were at a revision, and the paths of those that were not there."""

    revision: Revision
    today: Callable[[DockerfileRef], str]
    folder: Path
    folder_then: PurePosixPath
    new: list[str] = field(default_factory=list)

    def read(self, ref: DockerfileRef) -> str:
        """Return the text then; today's for a file that was not there, which is kept in `new`."""
        path = self.folder / ref.path if ref.of_project else Path.cwd() / ref.path
        relative = self.revision.relative(path)
        if relative is None:  # outside of the repository, nothing is known of before
            return self.today(ref)
        own = self.revision.relative(self.folder)
        if own is not None and relative.is_relative_to(own):
            relative = self.folder_then / relative.relative_to(own)
        content = self.revision.read(relative)
        if content is None:
            self.new.append(ref.path)
            return self.today(ref)
        return text_of(content, f"{ref.path} at {self.revision.name}")


def compared(
    report: Report,
    project: Project,
    request: Request,
    context: Context,
    check_at: CheckAt,
) -> Report:
    """Return `report` with what has changed since the revision that `request` names.

    `check_at` checks the project as it was, without remedies. Today's configuration counts for
    both. Raises RevisionError, LockError and what the check raises where they cannot be compared.
    """
    with Revision(project.folder, request.against or "") as revision:
        previous, notes = _previous(revision, report, project, request, context, check_at)
        comparison = Comparison(
            name=revision.name, commit=revision.commit, changes=changes(previous, report)
        )
    return replace(report, notes=(*report.notes, *notes), comparison=comparison)


def _previous(  # noqa: PLR0913, PLR0917 - the arguments of `compared`
    revision: Revision,
    report: Report,
    project: Project,
    request: Request,
    context: Context,
    check_at: CheckAt,
) -> tuple[PreviousLock, list[str]]:
    """Return what was there at `revision`, and the notes on it."""
    name = printable(revision.name)
    folder = folder_at(revision, project)
    content = revision.read(folder / project.lock_path.name) if folder is not None else None
    if folder is None or content is None:
        what = "The project" if folder is None else project.lock_path.name
        note = f"{what} is not in {name}: all problems are new."
        return PreviousLock(versions={}, reports=None), [note]
    text = text_of(revision.read(folder / "pyproject.toml") or b"", f"pyproject.toml at {name}")
    past = PastProject(project, text, name)
    lock = past.lock_of(content)
    files = _Dockerfiles(
        revision=revision, today=context.read, folder=project.folder, folder_then=folder
    )
    try:
        asked = _request(request, past, lock)
        reports = check_at(past, lock, asked, replace(context, read=files.read))
    except RevisionError:
        raise
    except ArchCheckError as error:
        raise RevisionError(
            *(f"at {name}: {problem}" for problem in error.problems),
            hint="compare with a revision at which it can be checked",
        ) from error
    known = [of for of in reports if not (of.target.step and of.target.step.path in files.new)]
    previous = PreviousLock(versions=_versions(lock), reports=tuple(known))
    return previous, _notes(project, files, lock, report)


def _request(request: Request, past: PastProject, lock: LockFile) -> Request:
    """Return `request` without the groups and extras that were not there."""
    groups = past.package.dependency_group_names(include_optional=True)
    extras = {canonicalize_name(extra) for extra in lock.locker.lock_data.get("extras", {})}
    return replace(
        request,
        groups=request.groups & {canonicalize_name(group) for group in groups},
        extras=tuple(extra for extra in request.extras if canonicalize_name(extra) in extras),
    )


def _versions(lock: LockFile) -> dict[str, tuple[str, ...]]:
    versions: dict[str, tuple[str, ...]] = {}
    for key in lock.lines:
        versions[key[0]] = (*versions.get(key[0], ()), key[1])
    return versions


def _notes(project: Project, files: _Dockerfiles, lock: LockFile, report: Report) -> list[str]:
    """Return what has to be said of the two states beside their findings."""
    name, notes = printable(files.revision.name), []
    if files.folder_then != files.revision.relative(project.folder):
        notes.append(f"At {name}, the project was in {printable(files.folder_then.as_posix())}.")
    if lock.version != report.lock_version:
        notes.append(
            f"{report.lock_path} has version {report.lock_version}; at {name}, it had"
            f" {printable(lock.version)}."
        )
    if files.new:
        new = list(dict.fromkeys(map(printable, files.new)))
        verb = "is" if len(new) == 1 else "are"
        notes.append(f"{listed(new)} {verb} not in {name}: all problems there are new.")
    return notes
