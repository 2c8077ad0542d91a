"""Reports for trackers of alerts: their schemas, their fingerprints, and what a change does."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import junitparser
import pytest
import xmlschema

from poetry_arch_check.check.regressions import Comparison, PreviousLock, changes
from poetry_arch_check.check.report import Cause, Report, TargetReport
from poetry_arch_check.formats import FORMATS
from poetry_arch_check.formats.causes import DOCS, cause_help
from poetry_arch_check.formats.view import View
from support.make import finding, package, target
from support.paths import ROOT

if TYPE_CHECKING:
    from poetry_arch_check.check.packages import LockedPackage

SCHEMAS = Path(__file__).parent.parent / "data" / "schemas"
SARIF = json.loads((SCHEMAS / "sarif-2.1.0.json").read_text("utf-8"))
# GitLab publishes no schema: these are the keys and values that its documentation requires.
GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!\\./)"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer"}},
                    },
                },
            },
        },
    },
}
HOSTILE = "<error>\x1b[31m::error file=x::\r\n%0A\u202e]]>\x00</error>"
ARM, ALPINE = target("linux/arm64"), target("alpine/arm64")


def report(*packages: LockedPackage) -> Report:
    """Return the report on `packages` for two targets."""
    return Report(
        lock_path="poetry.lock",
        lock_version="2.1",
        targets=tuple(
            TargetReport(target=on, findings=tuple(finding(each, on) for each in packages))
            for on in (ARM, ALPINE)
        ),
    )


def since(before: Report, now: Report) -> Report:
    """Return `now` with what has changed since `before`."""
    versions = {f.package.name: (f.package.version,) for f in before.targets[0].findings}
    found = changes(PreviousLock(versions=versions, reports=before.targets), now)
    return replace(now, comparison=Comparison(name="main", commit="c" * 40, changes=found))


CEXT = package("cext-1.0.tar.gz", name="cext")
MKL = package("mkl-1.0-py3-none-manylinux1_x86_64.whl", name="mkl")
BROKEN = package("broken.whl", name="broken")
PURE = package("cext-1.0-py3-none-any.whl", name="cext")
EVERYTHING = report(CEXT, MKL, BROKEN, package("pure-1-py3-none-any.whl", name="pure"))
BAD = report(package(f"{HOSTILE}-1.0.tar.gz", f"{HOSTILE}.whl", name=HOSTILE, version=HOSTILE))


def sarif(of: Report, view: View | None = None) -> Any:
    """Return the SARIF log, which fits the schema of OASIS."""
    document = json.loads(FORMATS["sarif"](of, view or View()))
    jsonschema.Draft4Validator(SARIF).validate(document)
    (run,) = document["runs"]
    return run


@pytest.mark.parametrize("of", [EVERYTHING, BAD, since(EVERYTHING, report(CEXT)), report()])
def test_reports_fit_their_schemas(of: Report) -> None:
    """SARIF by the schema of OASIS, JUnit by that of Jenkins, GitLab's by its documentation."""
    run = sarif(of)
    jsonschema.validate(json.loads(FORMATS["gitlab"](of, View())), GITLAB)
    xml = FORMATS["junit"](of, View())
    xmlschema.XMLSchema(str(SCHEMAS / "junit-10.xsd")).validate(xml)
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in run["results"])
    assert "\x1b" not in xml
    assert "\u202e" not in xml


def test_a_parser_of_junit_reads_the_report() -> None:
    """A suite for each target, failures for problems, errors for what is unknown."""
    read = junitparser.JUnitXml.fromstring(FORMATS["junit"](EVERYTHING, View()).encode())
    assert [(suite.name, suite.tests, suite.failures, suite.errors) for suite in read] == [
        ("linux/arm64", 4, 2, 1),
        ("alpine/arm64", 4, 2, 1),
    ]
    (suite, _) = read
    results = {case.name: [type(r).__name__ for r in case.result] for case in suite}
    assert results == {
        "cext 1.0": ["Failure"],
        "mkl 1.0": ["Failure"],
        "broken 1.0": ["Error"],
        "pure 1.0": [],
    }


def fingerprints(of: Report) -> set[str]:
    """Return the fingerprints in SARIF, the same as in GitLab's report."""
    found = {r["partialFingerprints"]["archCheck/v1"] for r in sarif(of)["results"]}
    assert found == {each["fingerprint"] for each in json.loads(FORMATS["gitlab"](of, View()))}
    return found


def test_fingerprints_stay() -> None:
    """Where lines move and where the version changes; not for other causes, packages, targets."""
    moved = replace(CEXT, line=40)
    newer = package("cext-2.0.tar.gz", name="cext", version="2.0")
    other = package("cext-1.0-py3-none-manylinux1_x86_64.whl", name="cext")
    assert len(fingerprints(EVERYTHING)) == 6
    assert fingerprints(report(CEXT)) == fingerprints(report(moved)) == fingerprints(report(newer))
    assert not fingerprints(report(CEXT)) & fingerprints(report(other))
    lines = [
        r["locations"][0]["physicalLocation"]["region"] for r in sarif(report(moved))["results"]
    ]
    assert lines == [{"startLine": 40}] * 2


def test_places_are_relative_to_the_repository() -> None:
    """As URIs in SARIF."""
    view = View(lock_path="my services/a/poetry.lock")
    (result, *_) = sarif(EVERYTHING, view)["results"]
    where = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert where == {"uri": "my%20services/a/poetry.lock", "uriBaseId": "%SRCROOT%"}


def test_what_stood_before_is_known() -> None:
    """SARIF says so, GitLab's is no more than info, JUnit skips it, GitHub has no annotation."""
    of = since(report(CEXT), report(CEXT, MKL))
    states = {(r["ruleId"], r["baselineState"]) for r in sarif(of)["results"]}
    assert states == {("toolchain-missing", "unchanged"), ("no-wheel-no-sdist", "new")}
    found = {(e["check_name"], e["severity"]) for e in json.loads(FORMATS["gitlab"](of, View()))}
    assert found == {("toolchain-missing", "info"), ("no-wheel-no-sdist", "major")}
    read = junitparser.JUnitXml.fromstring(FORMATS["junit"](of, View()).encode())
    assert [(suite.failures, suite.skipped) for suite in read] == [(1, 1), (1, 1)]
    lines = FORMATS["github"](of, View()).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error", "::notice"]
    assert "title=mkl 1.0" in lines[0]


@pytest.mark.parametrize(
    ("before", "now", "code", "sentence"),
    [
        (report(PURE), report(CEXT), 1, "1 package is worse, none cured; no problems stand."),
        (report(CEXT), report(PURE), 0, "nothing is worse, 1 cured; no problems stand."),
        (report(CEXT), report(CEXT), 0, "nothing is worse, none cured; 2 problems stand."),
        (report(CEXT), report(), 0, "nothing is worse, 1 cured; no problems stand."),
        (report(), report(BROKEN), 2, "nothing is worse, none cured; no problems stand."),
        (report(BROKEN), report(BROKEN), 0, "nothing is worse, none cured; no problems stand."),
    ],
)
def test_only_what_is_worse_counts(before: Report, now: Report, code: int, sentence: str) -> None:
    """The exit code is 1 for it alone, 2 for what was decided before and is not now."""
    of = since(before, now)
    assert of.exit_code == code
    assert FORMATS["text"](of, View()).splitlines()[0] == f"Since main (ccccccc): {sentence}"


@pytest.mark.parametrize("name", ["markdown", "html"])
def test_what_is_read_tells_of_the_change(name: str) -> None:
    """How many are worse; what is cured, and where."""
    rendered = FORMATS[name](since(report(CEXT), report(PURE)), View())
    assert "nothing is worse, 1 cured; no problems stand." in rendered
    assert "cured: cext 1.0 on linux/arm64, alpine/arm64" in rendered


@pytest.mark.parametrize(
    ("of", "message", "colour"),
    [
        (report(PURE), "ok", "brightgreen"),
        (report(CEXT, MKL), "fail: 2 packages on 2 of 2 targets", "red"),
        (report(BROKEN), "unknown: 1 package on 2 of 2 targets", "yellow"),
        (since(report(CEXT), report(CEXT)), "ok", "brightgreen"),
        (since(report(CEXT), report(CEXT, MKL)), "fail: 1 package on 2 of 2 targets", "red"),
    ],
)
def test_a_badge_is_the_verdict(of: Report, message: str, colour: str) -> None:
    """With the keys that shields.io requires; after a change, what stood is no failure."""
    badge = {"schemaVersion": 1, "label": "arch-check", "message": message, "color": colour}
    assert json.loads(FORMATS["shields"](of, View())) == badge


def test_the_help_of_causes_is_that_of_the_docs() -> None:
    """Each cause has a section there, which begins with the same meaning."""
    page = (ROOT / DOCS).read_text("utf-8")
    assert cause_help().keys() == set(Cause)
    for cause, told in cause_help().items():
        section = page.split(f"\n## `{cause.value}`\n")[1].split("\n## ")[0]
        assert f"**What it means.** {told.meaning}" in " ".join(section.split()), cause
        assert f"](#{cause.value}) | {told.title} | `{told.outcome.value}` |" in page
        assert "](" not in told.advice
        assert told.advice
