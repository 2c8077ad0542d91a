"""The verdict: of each target, and of all of them in the end."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from poetry_arch_check.formats.lines import GLUE, fill
from poetry_arch_check.formats.matrix import by_number
from poetry_arch_check.formats.problems import labels
from poetry_arch_check.formats.view import Paint
from poetry_arch_check.strings import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from poetry_arch_check.check.report import Report, TargetReport
    from poetry_arch_check.formats.view import View


class Verdict(Enum):
    """What a target's line begins with; the value is its style."""

    FAIL = Paint.BAD
    KNOWN = Paint.FAINT
    UNKNOWN = Paint.UNSURE
    OK = Paint.GOOD

    @property
    def word(self) -> str:
        """How it is written."""
        return self.name if self is Verdict.FAIL else self.name.lower()


_FINE = frozenset({Verdict.OK, Verdict.KNOWN})


def verdict_on(target: TargetReport, report: Report) -> Verdict:
    """Return the verdict; problems that a change does not make worse are known."""
    if report.comparison:
        changes = report.comparison.changes
        if any(changes.regression(target, finding) for finding in target.problems):
            return Verdict.FAIL
        if target.problems:
            return Verdict.KNOWN
    if target.problems:
        return Verdict.FAIL
    return Verdict.UNKNOWN if target.unknown or target.blocked else Verdict.OK


def verdict_on_all(report: Report) -> Verdict:
    """Return the verdict on the whole, as the exit code has it."""
    if report.ok:
        return Verdict.OK
    return Verdict.FAIL if report.exit_code == 1 else Verdict.UNKNOWN


def counts(target: TargetReport) -> str:
    """Return how many packages have which outcome: `3 wheel, 1 source`."""
    found = [f"{count} {word}" for word, count in target.summary.items() if count]
    return ", ".join(found) or "nothing to install"


def python_and_image(label: str, target: TargetReport) -> str:
    """Return `CPython 3.12, python:3.12-slim`, without an image that `label` names already."""
    image = target.target.image.reference if target.target.image else ""
    some = f", {image}" if image and printable(image) not in label else ""
    return printable(f"{target.target.python.label}{some}")


def extent(report: Report, packages: Collection[str]) -> str:
    """Return on what is not fine: `2 packages on linux/arm64`, `1 package on 2 of 3 targets`."""
    # Where problems stand, something else can be undecided now.
    wrong = [
        target for target in report.targets if verdict_on(target, report) not in _FINE
    ] or report.targets
    where = labels(wrong)[0]
    if len(report.targets) > 1:
        where = f"{len(wrong)} of {len(report.targets)} targets"
    noun = "package" if len(packages) == 1 else "packages"
    return f"{len(packages)} {noun} on {where}" if packages else where


def render_verdicts(report: Report, view: View) -> Iterator[str]:
    """Yield a line for each target; where that would not fit, the one Python is told apart."""
    lines = list(_lines(report, view, python=True))
    pythons = {target.target.python.label for target in report.targets}
    if len(lines) > len(report.targets) and len(pythons) == 1:
        yield f"{pythons.pop()}:"
        lines = list(_lines(report, view, python=False))
    yield from lines


def _lines(report: Report, view: View, *, python: bool) -> Iterator[str]:
    names = [printable(target.target.name) for target in report.targets]
    told_apart = {(each.target.name, each.target.python.short) for each in report.targets}
    alike = len(told_apart) < len(names)
    if alike or any(target.target.step for target in report.targets):
        names = labels(report.targets)
    verdicts = [verdict_on(target, report) for target in report.targets]
    width = min(max(map(len, names), default=0), 30)
    first_width = max((len(verdict.word) for verdict in verdicts), default=0)
    numbered = by_number(report, view)
    rows = zip(names, report.targets, verdicts, strict=True)
    for number, (name, target, verdict) in enumerate(rows, start=1):
        number_column = f"{number:>2} " if numbered else ""
        label = f"{target.target.python.label:<12}  " if python else ""
        count = ", ".join(each.replace(" ", GLUE) for each in counts(target).split(", "))
        first, *rest = fill(
            f"{number_column}{verdict.word:<{max(first_width, 4)}}  {name:<{width}}"
            f"  {label}{count}",
            then="      ",
            width=view.width,
        )
        yield first.replace(verdict.word, view.paint(verdict.word, verdict.value), 1)
        yield from rest
