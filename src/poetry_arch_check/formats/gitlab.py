"""GitLab's code quality report: https://docs.gitlab.com/ci/testing/code_quality/.

GitLab itself compares the reports of two branches, by the fingerprints.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from poetry_arch_check.formats.alerts import Level, alerts

if TYPE_CHECKING:
    from poetry_arch_check.check.report import Report
    from poetry_arch_check.formats.view import View


def render(report: Report, view: View) -> str:
    """Return the alerts of `report` as one JSON array; everything beyond ASCII is escaped."""
    document = [
        {
            "description": f"{alert.title}. {' '.join(alert.text.splitlines())}",
            "check_name": alert.rule,
            "fingerprint": alert.fingerprint,
            "severity": _severity(alert.level, known=alert.known),
            "location": {"path": alert.place.path, "lines": {"begin": alert.place.line}},
        }
        for alert in alerts(report, view)
    ]
    return json.dumps(document, indent=2).replace("##[", "#\\u0023[") + "\n"


def _severity(level: Level, *, known: bool) -> str:
    """Return one of `info`, `minor`, `major`, `critical`, `blocker`."""
    if known:
        return "info"
    return "major" if level is Level.ERROR else "minor"
