"""Many projects in one output: schemas, what does not belong there, and Markdown's room."""

from __future__ import annotations

import json
import re

import jsonschema
import junitparser
import pytest
import xmlschema

from poetry_arch_check.check.projects import ProjectReport
from poetry_arch_check.check.report import Report, TargetReport
from poetry_arch_check.formats import FORMATS
from poetry_arch_check.formats.combined import combined_format
from poetry_arch_check.formats.markdown import LIMIT
from poetry_arch_check.formats.view import View
from support.make import finding, package, target
from support.paths import ROOT
from support.schema import of_projects

SCHEMAS = ROOT / "tests" / "data" / "schemas"
HOSTILE = "::error::<b>\x1b[31m##[add-mask]x\r\n\u202e]]>https://user:pw@host/"


def combined(name: str, count: int = 1) -> str:
    """Render a project with a problem, so many times, and one that cannot be checked."""
    locked = package("demo-1.0-py3-none-manylinux_2_17_x86_64.whl", name="demo")
    place = target("linux/arm64")
    of = TargetReport(target=place, findings=(finding(locked, place),))
    report = Report(lock_path="poetry.lock", lock_version="2.1", targets=(of,))
    projects = [ProjectReport(folder=f"p{number}", report=report) for number in range(count)]
    views = [View(lock_path=f"p{number}/poetry.lock") for number in range(count)]
    failed = ProjectReport(folder=HOSTILE, failure=(HOSTILE, HOSTILE))
    return combined_format(name)([*projects, failed], [*views, View(lock_path="q/poetry.lock")])


@pytest.mark.parametrize("name", FORMATS)
def test_what_a_folder_is_called_steers_nothing(name: str) -> None:
    """No escape sequences, no commands of a runner, no credentials."""
    lines = combined(name).splitlines()
    for line in lines:
        assert "\x1b" not in line
        assert "\u202e" not in line
        assert "##[" not in line
        assert "user:pw" not in line
        assert name == "github" or not line.lstrip().startswith("::")
    assert name != "github" or len(lines) == 2


def test_schemas() -> None:
    """The documents are what their readers take."""
    sarif = json.loads(combined("sarif", 2))
    jsonschema.validate(sarif, json.loads((SCHEMAS / "sarif-2.1.0.json").read_text("utf-8")))
    fingerprints = {json.dumps(r["partialFingerprints"]) for r in sarif["runs"][0]["results"]}
    assert len(fingerprints) == 2
    junit = combined("junit", 2)
    xmlschema.XMLSchema(str(SCHEMAS / "junit-10.xsd")).validate(junit)
    read = junitparser.JUnitXml.fromstring(junit.encode())
    assert [(suite.tests, suite.failures, suite.errors) for suite in read] == [
        (1, 1, 0),
        (1, 1, 0),
        (1, 0, 1),
    ]


def test_the_schema_of_json() -> None:
    """A project has a report, which has a schema of its own, or an error; never both, never none."""
    document = json.loads(combined("json"))
    valid = of_projects()
    valid.validate(document)
    checked, failed = document["projects"]
    for wrong in (
        {**checked, "error": "why"},
        {**failed, "error": None},
        {**checked, "report": {**checked["report"], "targets": None}},
        {key: value for key, value in checked.items() if key != "path"},
    ):
        assert not valid.is_valid({**document, "projects": [wrong]})
    assert not valid.is_valid({**document, "version": 2})
    assert not valid.is_valid({**document, "projects": []})


def test_markdown_has_room_for_some() -> None:
    """It fits a comment; projects are left out as a whole, and counted."""
    text = combined("markdown", 400)
    assert len(text) <= LIMIT
    shown = text.count("\n## ")
    assert 0 < shown < 401
    assert f"There is no room for {401 - shown} here" in text


def test_one_page_for_all() -> None:
    """With the reports of all, ids that are each there once, and links that lead to them."""
    text = combined("html", 3)
    assert text.count("<html") == text.count("<h1>") == 1
    assert "1 not checked" in text
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(set(ids)) == len(ids)
    assert set(re.findall(r' (?:for|href)="#?([\w-]+)"', text)) <= set(ids)
    # What is wrong is open: three with a problem, and one that was not checked.
    assert len(re.findall(r'<details class="project" id="project\d" open>', text)) == 4
    assert "<b>\x1b" not in text
