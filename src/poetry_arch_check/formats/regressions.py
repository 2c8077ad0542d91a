"""What a change makes worse and what it cures, in words and as an object of the JSON report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from poetry_arch_check.check.regressions import Was
from poetry_arch_check.formats.lines import wrap
from poetry_arch_check.formats.problems import Problem, labels, title
from poetry_arch_check.strings import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from poetry_arch_check.check.regressions import Changes, Comparison, Cure, Regression
    from poetry_arch_check.check.report import Report


def worse_problems(changes: Changes, report: Report) -> list[Problem]:
    """Return the problems that are worse, with the versions before in their titles."""
    called = {
        id(of.target): label
        for of, label in zip(report.targets, labels(report.targets), strict=True)
    }
    return [
        Problem(
            finding=regression.finding,
            target=regression.report.target,
            label=called[id(regression.report.target)],
            title=change_title(regression),
            rank=list(Was).index(regression.was),
        )
        for regression in changes.worse
    ]


def concerned(report: Report, names: Collection[str]) -> Report:
    """Return `report` with plans for these packages alone."""
    targets = (replace(each, plan=each.plan.concerning(names)) for each in report.targets)
    return replace(report, targets=tuple(targets))


def of_change(report: Report) -> Report:
    """Return `report`; after a change, with plans for what is worse alone."""
    if not report.comparison:
        return report
    worse = report.comparison.changes.worse
    return concerned(report, {regression.finding.package.name for regression in worse})


def explained(report: Report) -> Iterator[Problem]:
    """Yield what is to be explained: after a change, what is worse."""
    if report.comparison:
        yield from worse_problems(report.comparison.changes, report)
        return
    for label, target in zip(labels(report.targets), report.targets, strict=True):
        for finding in (*target.problems, *target.unknown):
            yield Problem(finding=finding, target=target.target, label=label, title=title(finding))


def change_title(regression: Regression) -> str:
    """Return `psutil 5.9.5 -> 5.9.8`, or what else there is to say of before."""
    name = printable(regression.finding.package.name)
    now = printable(regression.finding.package.version)
    before = ", ".join(printable(version) for version in regression.versions)
    if regression.was is Was.NEW and not before:
        return f"{name} {now} (new)"
    if before in {"", now}:
        return f"{name} {now} (no such problem before)"
    return f"{name} {before} -> {now}"


def _cure_title(cure: Cure) -> str:
    name, before = printable(cure.finding.package.name), printable(cure.finding.package.version)
    now = ", ".join(printable(version) for version in cure.versions)
    if not now:
        return f"{name} {before} (no longer installed)"
    return f"{name} {before}" if now == before else f"{name} {before} -> {now}"


def _cures(comparison: Comparison) -> Iterator[tuple[str, list[str]]]:
    """Yield each package that is cured, with the targets where it is."""
    targets: dict[str, list[str]] = {}
    reports = {id(cure.report): cure.report for cure in comparison.changes.cured}
    called = dict(zip(reports, labels(reports.values()), strict=True))
    for cure in comparison.changes.cured:
        names = targets.setdefault(_cure_title(cure), [])
        if (label := called[id(cure.report)]) not in names:
            names.append(label)
    yield from targets.items()


def comparison_sentence(comparison: Comparison) -> str:
    """Return how many are worse, cured and standing, in one sentence."""
    changes = comparison.changes
    worse = len({regression.finding.package.name for regression in changes.worse})
    cured = len({cure.finding.package.name for cure in changes.cured})
    short = comparison.commit[:7]
    is_id = comparison.commit.startswith(comparison.name.lower())
    since = short if is_id else f"{printable(comparison.name)} ({short})"
    noun = "problem stands" if changes.standing == 1 else "problems stand"
    return (
        f"Since {since}: {_counted(worse)} worse,"
        f" {cured or 'none'} cured; {changes.standing or 'no'} {noun}."
    )


def _counted(count: int) -> str:
    verb = "is" if count == 1 else "are"
    return f"{count} package{'' if count == 1 else 's'} {verb}" if count else "nothing is"


def comparison_lines(report: Report) -> Iterator[str]:
    """Yield what has changed since a revision, where that was asked for, and what is cured."""
    if report.comparison is None:
        return
    yield comparison_sentence(report.comparison)
    for cured, names in _cures(report.comparison):
        yield f"cured: {cured} on {', '.join(names)}"


def render_comparison(report: Report) -> Iterator[str]:
    """Yield the lines that sum up what has changed since a revision."""
    for number, line in enumerate(comparison_lines(report)):
        indents = ("  ", "    ") if number else ("", "  ")
        yield from wrap(line, first=indents[0], then=indents[1])


def comparison_object(report: Report) -> dict[str, Any] | None:
    """Return the comparison of `report` for JSON, None where there is none."""
    if report.comparison is None:
        return None
    changes = report.comparison.changes
    return {
        "revision": report.comparison.name,
        "commit": report.comparison.commit,
        "worse": [
            {
                "target": regression.report.target.name,
                "python": regression.report.target.python.asked,
                "name": regression.finding.package.name,
                "version": regression.finding.package.version,
                "was": regression.was.value,
                "versions-before": list(regression.versions),
            }
            for regression in changes.worse
        ],
        "cured": [
            {
                "target": cure.report.target.name,
                "python": cure.report.target.python.asked,
                "name": cure.finding.package.name,
                "version-before": cure.finding.package.version,
                "versions": list(cure.versions),
            }
            for cure in changes.cured
        ],
        "standing": changes.standing,
    }
