"""Workflow commands of GitHub Actions: one annotation for each package with a problem.

Escaping follows the runner (actions/toolkit, packages/core/src/command.ts).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.formats.nearest_miss import explain
from poetry_arch_check.formats.readiness import blocked_and_limits
from poetry_arch_check.formats.regressions import comparison_sentence
from poetry_arch_check.formats.sentences import sentence
from poetry_arch_check.strings import listed, printable

if TYPE_CHECKING:
    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.report import Finding, Report
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.formats.view import View


def render(report: Report, view: View) -> str:
    """Return the annotations of `report`: errors for problems, warnings for the unknown.

    After a change, problems that stood before have none.
    """
    comparison = report.comparison
    found: dict[tuple[str, LockedPackage], list[tuple[Finding, Target]]] = {}
    for target in report.targets:
        for level, findings in (("error", target.problems), ("warning", target.unknown)):
            for finding in findings:
                if comparison and not comparison.changes.counts(target, finding):
                    continue
                found.setdefault((level, finding.package), []).append((finding, target.target))
    # GitHub shows ten errors of a step: what concerns all packages comes first.
    lines = [
        workflow_command(
            "error",
            blocked_and_limits(target, report),
            file=view.pyproject,
            title=target.target.name,
        )
        for target in report.targets
        if target.blocked
    ]
    lines += [
        workflow_command(
            level,
            "\n".join(_message(finding, target) for finding, target in places),
            file=view.place(package)[0],
            line=str(view.place(package)[1]),
            title=f"{package.name} {package.version} on"
            f" {listed(dict.fromkeys(target.name for _, target in places))}",
        )
        for (level, package), places in found.items()
    ]
    if comparison:
        lines.append(
            workflow_command("notice", comparison_sentence(comparison), title="arch-check")
        )
    return "".join(f"{line}\n" for line in lines)


def _message(finding: Finding, target: Target) -> str:
    where = f"{target.name}, {target.python.label}"
    parts = [f"{where}: {finding.outcome.value}. {sentence(finding, target)}"]
    if finding.nearest:
        name = finding.nearest.wheel.filename
        parts.append(f"Nearest miss: {name}: {explain(finding.nearest, target)}.")
    lines = [" ".join(printable(part) for part in parts)]
    for remedy in finding.remedies:
        lines += map(printable, (remedy.text, *(f"    {line}" for line in remedy.lines)))
    return "\n".join(lines)


def workflow_command(name: str, message: str, **properties: str) -> str:
    """Return one command in a line, without its end."""
    joined = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {joined}::{_data(message)}"


def _data(text: str) -> str:
    # `##[` begins a command of older runners anywhere in a line.
    text = text.replace("##[", "#\\x23[")
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")
