"""The pipeline: lock → plan per target → outcomes → report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.check import Rules, check
from poetry_arch_check.config import read_config
from poetry_arch_check.lockfile import read_lock
from poetry_arch_check.markers import ASSUMED_MARKERS
from poetry_arch_check.plan import Planner
from poetry_arch_check.project import configuration, surroundings
from poetry_arch_check.report import Report, TargetReport
from poetry_arch_check.selection import select

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from packaging.utils import NormalizedName
    from poetry.poetry import Poetry

    from poetry_arch_check.lockfile import LockFile
    from poetry_arch_check.packages import LockedPackage
    from poetry_arch_check.selection import Surroundings, Wishes
    from poetry_arch_check.targets import Target


def run(
    poetry: Poetry,
    wishes: Wishes,
    *,
    groups: Collection[NormalizedName],
    extras: Collection[str],
    require_wheels: bool = False,
) -> Report:
    """Return the verdict on the lock of `poetry` for the targets that are asked for.

    Raises ArchCheckError where the check cannot be made. Opens no socket.
    """
    config = read_config(configuration(poetry))
    around = surroundings(poetry)
    targets = select(config, wishes, around)
    lock = read_lock(poetry.locker)
    planner = Planner(poetry, lock, groups=groups, extras=extras)
    rules = Rules(
        require_wheels=require_wheels or config.require_wheels,
        ignores=config.ignores,
        requires=config.requires,
        pythons=around.allowed_minors(),
    )
    reports = []
    for target in targets:
        packages = planner.plan(target)
        reports.append(
            TargetReport(
                target=target,
                findings=check(packages, target, rules),
                notes=(*target.notes, *_assumed_markers(target, packages, lock)),
                blocked=_blocked(target, poetry, around),
            )
        )
    return Report(
        lock_path=lock.path.name,
        lock_version=lock.version,
        targets=tuple(reports),
        notes=tuple(_unused_ignores(rules, reports)),
    )


def _blocked(target: Target, poetry: Poetry, around: Surroundings) -> str | None:
    """Return why Poetry would refuse to install with this Python at all."""
    if around.allows(target.python):
        return None
    return (
        f"The project does not allow Python {target.python.full}"
        f" (it requires {poetry.package.python_versions}): Poetry would not install there."
    )


def _assumed_markers(
    target: Target, packages: tuple[LockedPackage, ...], lock: LockFile
) -> Iterator[str]:
    """Yield a note for each marker variable that was believed rather than known."""
    if target.current:
        return
    del packages
    for variable in ASSUMED_MARKERS:
        if names := lock.variables.get(variable, ()):
            shown = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")  # noqa: PLR2004
            yield (
                f"Markers of {shown} depend on {variable},"
                f" which is taken to be {target.markers[variable]}."
            )


def _unused_ignores(rules: Rules, reports: list[TargetReport]) -> Iterator[str]:
    """Yield a note for each `ignore` that no finding on these targets answers to."""
    names = {report.target.name for report in reports}
    for ignore in rules.ignores:
        used = any(
            finding.ignored is not None and ignore.covers(finding.package.name, report.target.name)
            for report in reports
            for finding in report.findings
        )
        if not used and (ignore.target is None or ignore.target in names):
            where = f" on {ignore.target}" if ignore.target else ""
            yield f"ignore: {ignore.package} is no problem{where} any more; the entry can go."
