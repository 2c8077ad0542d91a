"""`--suggest`: asks the index for versions that solve the problems of a report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from poetry.core.packages.package import Package

from poetry_arch_check.check.packages import Source
from poetry_arch_check.check.report import RemedyKind
from poetry_arch_check.output.progress import for_each
from poetry_arch_check.poetry_api.dependents import dependents_of
from poetry_arch_check.poetry_api.releases import NoAnswerError, Releases
from poetry_arch_check.remedies.replacements import replacement_of, replacement_with_wheel
from poetry_arch_check.upgrades.candidates import newest_fitting, suggest, where
from poetry_arch_check.upgrades.older_builds import older_builds, requires_wheels

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.report import Finding, Remedy, Report
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.output.progress import Progress
    from poetry_arch_check.poetry_api.planning.entries import PackageOf
    from poetry_arch_check.poetry_api.project import Project


# The index says the same as these, which the lock alone yields, and more precisely.
_ANSWERED = frozenset({RemedyKind.LOCK, RemedyKind.REPLACEMENT, RemedyKind.IGNORE})


def with_suggestions(
    report: Report,
    project: Project,
    package_of: PackageOf,
    progress: Progress,
    options: Sequence[str] = (),
) -> Report:
    """Return `report` with the versions that solve its problems as the first remedies.

    One page is asked for of each package with a problem. Where an index does not answer, a
    note says so. `package_of` returns Poetry's package for an entry; `options` are those of this
    run that `--fix` has to be given again.
    """
    packages = {
        package: targets
        for package, targets in report.problem_packages().items()
        if package.source is Source.INDEX
    }
    releases = Releases(project)

    def ask(package: LockedPackage) -> tuple[Remedy, ...] | NoAnswerError:
        known = releases.of_or_error(package_of(package))
        if isinstance(known, NoAnswerError):
            return known
        targets = packages[package]
        dependents = dependents_of(package.name, project, targets)
        other = _replacement(package, targets, releases)
        found = tuple(suggest(package, targets, known, dependents, options))
        builds = not found and not requires_wheels(report)
        older = older_builds(package, targets, known, dependents) if builds else ()
        return (*found, *older, *other)

    answers = for_each(packages, ask, workers=project.workers, progress=progress)
    found: dict[LockedPackage, tuple[Remedy, ...]] = {}
    notes: list[str] = []
    for package, answer in zip(packages, answers, strict=True):
        if isinstance(answer, NoAnswerError):
            notes.append(f"The index does not tell the versions of {package.name}: {answer}.")
        else:
            found[package] = answer
    targets = tuple(
        replace(target, findings=tuple(_with(finding, found) for finding in target.findings))
        for target in report.targets
    )
    return replace(report, targets=targets, notes=(*report.notes, *sorted(notes)))


def _replacement(
    package: LockedPackage, targets: Sequence[Target], releases: Releases
) -> Iterator[Remedy]:
    """Yield the newest version of another package in place of `package` with wheels there."""
    name = replacement_of(package)
    if name is None:
        return
    known = releases.of_or_error(Package(name, "0"))
    if isinstance(known, NoAnswerError):
        return
    fitting = newest_fitting(known, targets)
    if fitting is not None:
        yield replacement_with_wheel(package, str(fitting), where(targets))


def _with(finding: Finding, found: dict[LockedPackage, tuple[Remedy, ...]]) -> Finding:
    remedies = found.get(finding.package, ())
    if not finding.problem or not remedies:
        return finding
    others = (r for r in finding.remedies if r.kind not in _ANSWERED)
    order = list(RemedyKind)
    together = sorted((*remedies, *others), key=lambda remedy: order.index(remedy.kind))
    return replace(finding, remedies=tuple(together))
