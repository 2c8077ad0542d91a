"""The JSON of an endpoint badge: https://shields.io/badges/endpoint-badge."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from poetry_arch_check.errors import ArchCheckError
from poetry_arch_check.formats.regressions import explained, of_change
from poetry_arch_check.formats.verdicts import extent
from poetry_arch_check.strings import printable

if TYPE_CHECKING:
    from poetry_arch_check.check.report import Report
    from poetry_arch_check.formats.view import View

_COLOURS = {0: "brightgreen", 1: "red", ArchCheckError.exit_code: "yellow"}
_WORDS = {1: "", ArchCheckError.exit_code: "undecided: "}


def render(report: Report, view: View) -> str:
    """Return a badge that says on what packages are a problem; everything beyond ASCII is escaped.

    Its colour is that of the exit code.
    """
    del view
    if report.ok:
        return badge("ok", 0)
    report = of_change(report)
    names = {problem.finding.package.name for problem in explained(report)}
    return badge(f"{_WORDS[report.exit_code]}{extent(report, names)}", report.exit_code)


def badge(message: str, exit_code: int) -> str:
    """Return the JSON of a badge with the colour of an exit code."""
    document = {
        "schemaVersion": 1,
        "label": "arch-check",
        "message": printable(message),
        "color": _COLOURS[exit_code],
    }
    return json.dumps(document, indent=2).replace("##[", "#\\u0023[") + "\n"
