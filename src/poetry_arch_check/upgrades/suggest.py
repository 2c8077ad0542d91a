"""Looking at the index for versions that cure the problems of a report."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.check.packages import Source
from poetry_arch_check.check.report import RemedyKind
from poetry_arch_check.poetry_api.dependents import dependents_of
from poetry_arch_check.poetry_api.releases import NoAnswerError, Releases
from poetry_arch_check.upgrades.candidates import suggest

if TYPE_CHECKING:
    from collections.abc import Callable

    from poetry.core.packages.package import Package
    from poetry.poetry import Poetry

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.report import Finding, Remedy, Report
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.output.progress import Progress


def with_suggestions(
    report: Report,
    poetry: Poetry,
    package_of: Callable[[LockedPackage], Package],
    progress: Progress,
) -> Report:
    """Return `report` with the versions that cure its problems among the ways out, first.

    One page is asked for of each package with a problem. Where an index does not answer, a
    note says so. `package_of` returns Poetry's package for an entry.
    """
    entries: dict[LockedPackage, list[Target]] = {}
    for target in report.targets:
        for finding in target.problems:
            if finding.package.source is Source.INDEX:
                entries.setdefault(finding.package, [])
    for target in report.targets:
        for finding in target.findings:
            if finding.package in entries:
                entries[finding.package].append(target.target)
    releases = Releases(poetry)
    found: dict[LockedPackage, tuple[Remedy, ...]] = {}
    notes: list[str] = []
    done = 0

    def look(entry: LockedPackage) -> None:
        nonlocal done
        targets = entries[entry]
        try:
            known = releases.of(package_of(entry))
        except NoAnswerError as error:
            notes.append(f"The index does not tell the versions of {entry.name}: {error}.")
        else:
            dependents = dependents_of(entry.name, poetry, targets)
            found[entry] = tuple(suggest(entry, targets, known, dependents))
        done += 1
        progress(done, len(entries))

    progress(0, len(entries))
    pool = ThreadPoolExecutor(max_workers=max(1, poetry.config.installer_max_workers))
    try:
        for _ in pool.map(look, entries):
            pass
    finally:
        pool.shutdown(cancel_futures=True)
    targets = tuple(
        replace(target, findings=tuple(_with(finding, found) for finding in target.findings))
        for target in report.targets
    )
    return replace(report, targets=targets, notes=(*report.notes, *sorted(notes)))


def _with(finding: Finding, found: dict[LockedPackage, tuple[Remedy, ...]]) -> Finding:
    remedies = found.get(finding.package, ())
    if not finding.problem or not remedies:
        return finding
    # The lock's own cure is the same as what the index says better.
    others = (r for r in finding.remedies if r.kind is not RemedyKind.LOCK)
    order = list(RemedyKind)
    together = sorted((*remedies, *others), key=lambda remedy: order.index(remedy.kind))
    return replace(finding, remedies=tuple(together))
