"""JUnit's XML, as Jenkins, GitLab and Azure Pipelines read it.

A target is a suite, a package a case. A problem is a failure; what is unknown, and targets on which
Poetry would not install, are errors; what is ignored, or stood before a change, is skipped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from poetry_arch_check.check.report import Outcome
from poetry_arch_check.formats.nearest_miss import explain
from poetry_arch_check.formats.problems import labels
from poetry_arch_check.formats.readiness import blocked_and_limits
from poetry_arch_check.formats.sentences import sentence
from poetry_arch_check.strings import printable

if TYPE_CHECKING:
    from poetry_arch_check.check.report import Finding, Report, TargetReport
    from poetry_arch_check.formats.view import View


def render(report: Report, view: View) -> str:
    """Return `report` as one document; no time is taken."""
    return document(
        [
            _suite(label, of, report, view)
            for label, of in zip(labels(report.targets), report.targets, strict=True)
        ]
    )


def document(suites: list[ET.Element]) -> str:
    """Return one document of `suites`, with their counts added up."""
    root = ET.Element("testsuites", name="poetry-arch-check")
    root.extend(suites)
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode").replace("##[", "#&#35;[")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suite(label: str, of: TargetReport, report: Report, view: View) -> ET.Element:
    suite = ET.Element("testsuite", name=label)
    if of.blocked:
        case = ET.SubElement(suite, "testcase", name="plan", classname=label)
        _child(case, "error", "target-blocked", blocked_and_limits(of, report))
    for finding in of.findings:
        suite.append(_case(label, finding, of, report, view))
    counts = {
        "tests": len(suite),
        "failures": len(suite.findall("*/failure")),
        "errors": len(suite.findall("*/error")),
        "skipped": len(suite.findall("*/skipped")),
    }
    for name, count in counts.items():
        suite.set(name, str(count))
    return suite


def _case(label: str, finding: Finding, of: TargetReport, report: Report, view: View) -> ET.Element:
    package = finding.package
    name = printable(f"{package.name} {package.version}")
    case = ET.Element("testcase", name=name, classname=label)
    if finding.ignored is not None:
        ET.SubElement(case, "skipped", message=printable(finding.ignored or "ignored"))
    elif report.comparison and not report.comparison.changes.counts(of, finding):
        ET.SubElement(case, "skipped", message="It stood before the change.")
    elif finding.problem or finding.outcome is Outcome.UNKNOWN:
        path, line = view.place(package)
        kind = "failure" if finding.problem else "error"
        lines = [f"{path}:{line}", sentence(finding, of.target)]
        if finding.nearest:
            near = explain(finding.nearest, of.target)
            lines.append(f"nearest miss: {finding.nearest.wheel.filename}: {near}")
        for number, remedy in enumerate(finding.remedies, start=1):
            lines += [f"{number}. {remedy.text}", *(f"   {line}" for line in remedy.lines)]
        _child(case, kind, finding.cause.value, sentence(finding, of.target), lines)
    return case


def _child(
    case: ET.Element, kind: str, cause: str, message: str, lines: list[str] | None = None
) -> None:
    child = ET.SubElement(case, kind, type=cause, message=printable(message))
    child.text = "\n".join(map(printable, lines)) if lines else None
