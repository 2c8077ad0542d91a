"""`--suggest`: asks the index for versions that solve the problems of a report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.check.packages import Source
from poetry_arch_check.check.report import Cause, RemedyKind
from poetry_arch_check.output.progress import for_each
from poetry_arch_check.poetry_api.releases import NoAnswerError
from poetry_arch_check.strings import listed
from poetry_arch_check.upgrades.candidates import where_exactly

if TYPE_CHECKING:
    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.report import Finding, Remedy, Report
    from poetry_arch_check.output.progress import Progress
    from poetry_arch_check.poetry_api.planning.entries import PackageOf
    from poetry_arch_check.upgrades.asking import Asking

# The index says the same as these, which the lock alone yields, and more precisely.
_ANSWERED = frozenset({RemedyKind.LOCK, RemedyKind.REPLACEMENT, RemedyKind.IGNORE})


def with_suggestions(
    report: Report, asking: Asking, package_of: PackageOf, progress: Progress
) -> Report:
    """Return `report` with the versions that solve its problems as the first remedies.

    One page is asked for of each package with a problem; of a parent that forbids what would
    help, one as well, and the metadata of some of its versions. Notes say of which packages no
    version has a wheel, and where an index does not answer. `package_of` returns Poetry's package
    for an entry.
    """
    problems = report.problem_packages()
    packages = {each: there for each, there in problems.items() if each.source is Source.INDEX}
    others = [each.name for each in problems if each not in packages]
    answers = for_each(
        packages,
        lambda package: asking.ask(package, package_of(package), packages[package]),
        workers=asking.workers,
        progress=progress,
    )
    broken = {
        finding.package
        for target in report.targets
        for finding in target.problems
        if finding.cause is Cause.BUILD_BROKEN
    }
    found: dict[LockedPackage, tuple[Remedy, ...]] = {}
    notes: list[str] = []
    without: dict[str, dict[str, None]] = {}
    untold: dict[str, list[LockedPackage]] = {}
    for (package, there), answer in zip(packages.items(), answers, strict=True):
        if isinstance(answer, NoAnswerError):
            untold.setdefault(str(answer), []).append(package)
            continue
        found[package] = answer.remedies
        if answer.kept_back:
            notes.append(
                f"{package.name} {answer.kept_back} has a wheel {where_exactly(there)};"
                " solver.min-release-age keeps it back."
            )
        elif not answer.fits:
            without.setdefault(where_exactly(there), {})[package.name] = None
            if package in broken and answer.newest:
                notes.append(
                    f"{package.name} {answer.newest} is the newest version: whether it builds"
                    " again, a check tells once it is locked."
                )
    for places, names in without.items():
        notes.append(f"No version of {listed(names)} has a wheel {places}.")
    for why, silent in untold.items():
        names = dict.fromkeys(each.name for each in silent)
        notes.append(f"The index does not tell the versions of {listed(names)}: {why}.")
    if others:
        notes.append(f"{listed(dict.fromkeys(others))}: not from an index, which is not asked.")
    targets = tuple(
        replace(target, findings=tuple(_with(finding, found) for finding in target.findings))
        for target in report.targets
    )
    return replace(
        report,
        targets=targets,
        notes=(*report.notes, *sorted(notes)),
        untold=frozenset(each for silent in untold.values() for each in silent),
    )


def _with(finding: Finding, found: dict[LockedPackage, tuple[Remedy, ...]]) -> Finding:
    remedies = found.get(finding.package, ())
    if not finding.problem or not remedies:
        return finding
    others = (r for r in finding.remedies if r.kind not in _ANSWERED)
    order = list(RemedyKind)
    together = sorted((*remedies, *others), key=lambda remedy: order.index(remedy.kind))
    return replace(finding, remedies=tuple(together))
