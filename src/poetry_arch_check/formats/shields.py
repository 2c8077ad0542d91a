"""A badge: what https://shields.io/badges/endpoint-badge reads from an address of yours."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from poetry_arch_check.formats.regressions import explained
from poetry_arch_check.formats.verdicts import Verdict, extent, verdict_on_all

if TYPE_CHECKING:
    from poetry_arch_check.check.report import Report
    from poetry_arch_check.formats.view import View

# `Verdict.KNOWN` is one of targets alone: the whole is ok then.
_COLOURS = {Verdict.OK: "brightgreen", Verdict.UNKNOWN: "yellow", Verdict.FAIL: "red"}


def render(report: Report, view: View) -> str:
    """Return the verdict as one JSON object, a badge of version 1; beyond ASCII, it is escaped."""
    del view
    verdict = verdict_on_all(report)
    message = verdict.word.lower()
    if not report.ok:
        names = {problem.finding.package.name for problem in explained(report)}
        message += f": {extent(report, names)}"
    return badge(message, verdict)


def badge(message: str, verdict: Verdict) -> str:
    """Return a badge that says `message` in the colour of a verdict."""
    document = {
        "schemaVersion": 1,
        "label": "arch-check",
        "message": message,
        "color": _COLOURS[verdict],
    }
    return json.dumps(document, indent=2).replace("##[", "#\\u0023[") + "\n"
