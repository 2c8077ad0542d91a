"""The badge: its keys, and what it says for each exit code."""

from __future__ import annotations

import json

import pytest

from poetry_arch_check.check.report import Report, TargetReport
from poetry_arch_check.formats import FORMATS
from poetry_arch_check.formats.view import View
from support.make import finding, package, target

PURE = "demo-1.0-py3-none-any.whl"
AMD = "demo-1.0-py3-none-manylinux_2_17_x86_64.whl"


@pytest.mark.parametrize(
    ("file", "targets", "message", "color"),
    [
        (PURE, ["linux/arm64"], "ok", "brightgreen"),
        (AMD, ["linux/arm64"], "1 package on linux/arm64", "red"),
        (AMD, ["linux/arm64", "linux/amd64"], "1 package on 1 of 2 targets", "red"),
        ("broken-1.whl", ["linux/arm64"], "undecided: 1 package on linux/arm64", "yellow"),
    ],
)
def test_badge(file: str, targets: list[str], message: str, color: str) -> None:
    """The four keys that shields.io reads, and no other."""
    locked, places = package(file, name="demo"), [target(name) for name in targets]
    report = Report(
        lock_path="poetry.lock",
        lock_version="2.1",
        targets=tuple(
            TargetReport(target=place, findings=(finding(locked, place),)) for place in places
        ),
    )
    assert json.loads(FORMATS["shields"](report, View())) == {
        "schemaVersion": 1,
        "label": "arch-check",
        "message": message,
        "color": color,
    }
