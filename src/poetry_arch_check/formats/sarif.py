"""SARIF 2.1.0 (OASIS): rules are the causes, results are the alerts.

Code scanning of GitHub shows them, and keeps those known whose fingerprints stay.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from poetry_arch_check.check.report import Cause
from poetry_arch_check.formats.alerts import BLOCKED, alerts
from poetry_arch_check.formats.causes import DOCS, cause_help

if TYPE_CHECKING:
    from poetry_arch_check.check.report import Report
    from poetry_arch_check.formats.alerts import Alert, Place
    from poetry_arch_check.formats.view import View

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_FINGERPRINT = "archCheck/v1"


def render(report: Report, view: View) -> str:
    """Return `report` as one SARIF log with one run; everything beyond ASCII is escaped."""
    rules = _rules()
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "poetry-arch-check",
                "rules": rules,
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(alert, index[alert.rule], compared=report.comparison is not None)
            for alert in alerts(report, view)
        ],
    }
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=2).replace("##[", "#\\u0023[") + "\n"


def _rules() -> list[dict[str, Any]]:
    rules = [
        _rule(cause.value, help_.title, help_.meaning, help_.advice)
        for cause, help_ in cause_help().items()
        if cause is not Cause.WHEEL_FITS
    ]
    why = "Poetry does not install on this target, or has no plan for it."
    return [*rules, _rule(BLOCKED, "Poetry would not install", why, "Name another Python.")]


def _rule(name: str, title: str, meaning: str, advice: str) -> dict[str, Any]:
    words = "".join(word.capitalize() for word in name.split("-"))
    section = f"See {DOCS}#{name} in the documentation of poetry-arch-check."
    return {
        "id": name,
        "name": words,
        "shortDescription": {"text": f"{title}."},
        "fullDescription": {"text": meaning},
        "help": {
            "text": f"{meaning} {advice} {section}",
            "markdown": f"**What it means.** {meaning}\n\n**What to do.** {advice}\n\n{section}",
        },
        "properties": {"tags": ["packaging", "reliability"]},
    }


def _result(alert: Alert, rule: int, *, compared: bool) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": alert.rule,
        "ruleIndex": rule,
        "level": alert.level.value,
        "message": {"text": f"{alert.title}\n{alert.text}"},
        "locations": [_location(alert.place)],
        "partialFingerprints": {_FINGERPRINT: alert.fingerprint},
    }
    if alert.steps:
        result["relatedLocations"] = [
            {**_location(step), "message": {"text": "It is installed here."}}
            for step in alert.steps
        ]
    if compared:
        result["baselineState"] = "unchanged" if alert.known else "new"
    return result


def _location(place: Place) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(place.path), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": place.line},
        }
    }


def _uri(path: str) -> str:
    """Return `path` as a relative URI reference (RFC 3986)."""
    plain = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/"
    encoded = path.encode("utf-8", "surrogateescape")
    return "".join(chr(byte) if byte in plain else f"%{byte:02X}" for byte in encoded)
