"""Alerts: the findings of all targets that are to be shown, as trackers of alerts want them.

One alert is one package with one cause on one target name, whatever its Pythons and stages. Its
fingerprint is made of those alone: not of lines, nor of versions, so that a known alert stays
known.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from typing import TYPE_CHECKING

from poetry_arch_check.formats.nearest_miss import explain
from poetry_arch_check.formats.readiness import blocked_and_limits
from poetry_arch_check.formats.sentences import sentence
from poetry_arch_check.strings import listed, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.check.report import Cause, Finding, Report, TargetReport
    from poetry_arch_check.formats.view import View

BLOCKED = "target-blocked"
"""The rule for a target on which Poetry would not install at all."""


class Level(Enum):
    """How a finding counts."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A line of a file; paths are relative to the repository's root."""

    path: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert: `rule` is the word of the cause, `known` says that it stood before the change.

    `steps` are the lines of Dockerfiles that install there.
    """

    rule: str
    level: Level
    title: str
    text: str
    place: Place
    steps: tuple[Place, ...]
    fingerprint: str
    known: bool


def alerts(report: Report, view: View) -> Iterator[Alert]:
    """Yield the alerts of `report`, by target."""
    found: dict[tuple[str, str, Cause, Level], list[tuple[Finding, TargetReport]]] = {}
    for of in report.targets:
        for level, findings in ((Level.ERROR, of.problems), (Level.WARNING, of.unknown)):
            for finding in findings:
                key = of.target.name, finding.package.name, finding.cause, level
                found.setdefault(key, []).append((finding, of))
    for (*_, level), places in found.items():
        yield _alert(places, level, report, view)
    blocked = {(of.target.name, of.blocked): of for of in report.targets if of.blocked}
    for (name, why), of in blocked.items():
        yield Alert(
            rule=BLOCKED,
            level=Level.WARNING,
            title=printable(f"Poetry would not install on {name}"),
            text=printable(blocked_and_limits(of, report)),
            place=Place(path=view.pyproject, line=1),
            steps=(),
            fingerprint=_fingerprint(view.lock_path, BLOCKED, name, str(why)),
            known=bool(report.comparison and not report.comparison.changes.incomplete),
        )


def _alert(
    places: list[tuple[Finding, TargetReport]], level: Level, report: Report, view: View
) -> Alert:
    finding, of = places[0]
    package = finding.package
    changes = report.comparison.changes if report.comparison else None
    path, line = view.place(package)
    steps = {
        Place(path=view.beside(step.path), line=step.line): None
        for _, each in places
        if (step := each.target.step)
    }
    pythons = listed(dict.fromkeys(each.target.python.label for _, each in places))
    texts = dict.fromkeys(_text(finding, each) for finding, each in places)
    return Alert(
        rule=finding.cause.value,
        level=level,
        title=printable(
            f"{package.name} {package.version}: {finding.outcome.value} on {of.target.name}"
        ),
        text="\n".join((printable(f"On {of.target.name} with {pythons}."), *texts)),
        place=Place(path=path, line=line),
        steps=tuple(steps),
        fingerprint=_fingerprint(
            view.lock_path, finding.cause.value, package.name, of.target.name, level.value
        ),
        known=changes is not None and not any(changes.counts(each, f) for f, each in places),
    )


def _text(finding: Finding, of: TargetReport) -> str:
    parts = [sentence(finding, of.target)]
    if finding.nearest:
        name = finding.nearest.wheel.filename
        parts.append(f"Nearest miss: {name}: {explain(finding.nearest, of.target)}.")
    parts += [remedy.text for remedy in finding.remedies]
    return "\n".join(printable(part) for part in parts)


def _fingerprint(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()
