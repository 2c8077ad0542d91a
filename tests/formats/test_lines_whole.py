"""A line that is there to be pasted comes out whole, in every format, however long it is."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from poetry_arch_check.check.plan import Plan, Step
from poetry_arch_check.check.regressions import PreviousLock, changes
from poetry_arch_check.check.report import Remedy, RemedyKind, Report, TargetReport
from poetry_arch_check.formats import FORMATS
from poetry_arch_check.formats.hook import render_install, render_lock
from poetry_arch_check.formats.view import View
from poetry_arch_check.settings.modes import ON_INSTALL, Decision, Mode
from support.make import finding, package, target

LONG = "x" * 30
LINE = f"RUN apt-get install -y {' '.join(f'lib{LONG}{n}-dev' for n in range(40))} end"
WORD = f"--toolchain {','.join(f'library-{n}' for n in range(60))}"
WARN = Decision(mode=Mode.WARN, by=ON_INSTALL)
VIEW = View()
# Trackers of alerts show no lines to paste.
TEXT_ALONE = {"sarif", "gitlab"}
# A badge shows the verdict, and no remedy.
NO_REMEDIES = {"shields"}


@pytest.fixture
def report() -> Report:
    """Return a report with a remedy whose line and whose text are very long."""
    on = target("linux/arm64", image="debian:12")
    remedy = Remedy(
        kind=RemedyKind.TOOLCHAIN, change=None, text=f"Then declare it: {WORD}.", lines=(LINE,)
    )
    found = replace(finding(package("demo-1.0.tar.gz"), on), remedies=(remedy,))
    other = replace(found, package=package("other-1.0.tar.gz", name="other"))
    step = Step(remedy=remedy, cures=(found.package, other.package))
    target_report = TargetReport(
        target=on, findings=(found, other), remedies=(remedy,), plan=Plan(steps=(step,))
    )
    return Report(lock_path="poetry.lock", lock_version="2.1", targets=(target_report,))


@pytest.mark.parametrize("columns", ["20", "80", "400"])
@pytest.mark.parametrize("name", [*sorted(FORMATS.keys() - NO_REMEDIES), "install", "lock"])
def test_lines_are_whole(
    name: str, columns: str, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the width of the terminal."""
    monkeypatch.setenv("COLUMNS", columns)
    if name == "install":
        text = render_install(report.targets[0], VIEW, WARN, located=True)
    elif name == "lock":
        worse = changes(PreviousLock(versions={}, reports=None), report)
        text = render_lock(report, worse, VIEW, WARN, located=True)
    else:
        text = FORMATS[name](report, VIEW)
    line = json.dumps(LINE) if name == "json" else LINE
    word = WORD.partition(" ")[2]
    if name in TEXT_ALONE:
        assert LINE[:10] not in text
    else:
        assert line in text
    assert word in text
