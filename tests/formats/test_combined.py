"""Many projects in one output: schemas, what does not belong there, and Markdown's room."""

from __future__ import annotations

import json

import jsonschema
import junitparser
import pytest
import xmlschema

from poetry_arch_check.check.projects import ProjectReport
from poetry_arch_check.check.report import Report, TargetReport
from poetry_arch_check.errors import ConfigurationError
from poetry_arch_check.formats import FORMATS
from poetry_arch_check.formats.combined import Part, combined_format
from poetry_arch_check.formats.markdown import LIMIT
from poetry_arch_check.formats.view import View
from support.make import finding, package, target
from support.paths import ROOT

SCHEMAS = ROOT / "tests" / "data" / "schemas"
NAMES = [name for name in FORMATS if name != "html"]
HOSTILE = "::error::<b>\x1b[31m##[add-mask]x\r\n\u202e]]>https://user:pw@host/"


def parts(name: str, count: int = 1) -> list[Part]:
    """Return a project with a problem, so many times, and one that cannot be checked."""
    locked = package("demo-1.0-py3-none-manylinux_2_17_x86_64.whl", name="demo")
    place = target("linux/arm64")
    of = TargetReport(target=place, findings=(finding(locked, place),))
    report = Report(lock_path="poetry.lock", lock_version="2.1", targets=(of,))
    found = []
    for number in range(count):
        view = View(lock_path=f"p{number}/poetry.lock")
        project = ProjectReport(folder=f"p{number}", report=report)
        rendered = FORMATS[name](report, view)
        found.append(Part(project=project, pyproject=view.pyproject, rendered=rendered))
    failed = ProjectReport(folder=HOSTILE, failure=(HOSTILE, HOSTILE))
    return [*found, Part(project=failed, pyproject="q/pyproject.toml")]


@pytest.mark.parametrize("name", NAMES)
def test_what_a_folder_is_called_steers_nothing(name: str) -> None:
    """No escape sequences, no commands of a runner, no credentials."""
    lines = combined_format(name)(parts(name)).splitlines()
    for line in lines:
        assert "\x1b" not in line
        assert "\u202e" not in line
        assert "##[" not in line
        assert "user:pw" not in line
        assert name == "github" or not line.lstrip().startswith("::")
    assert name != "github" or len(lines) == 2


def test_schemas() -> None:
    """The documents are what their readers take."""
    sarif = json.loads(combined_format("sarif")(parts("sarif", 2)))
    jsonschema.validate(sarif, json.loads((SCHEMAS / "sarif-2.1.0.json").read_text("utf-8")))
    fingerprints = {json.dumps(r["partialFingerprints"]) for r in sarif["runs"][0]["results"]}
    assert len(fingerprints) == 2
    junit = combined_format("junit")(parts("junit", 2))
    xmlschema.XMLSchema(str(SCHEMAS / "junit-10.xsd")).validate(junit)
    read = junitparser.JUnitXml.fromstring(junit.encode())
    assert [(suite.tests, suite.failures, suite.errors) for suite in read] == [
        (1, 1, 0),
        (1, 1, 0),
        (1, 0, 1),
    ]


def test_markdown_has_room_for_some() -> None:
    """It fits a comment; projects are left out as a whole, and counted."""
    found = parts("markdown", 400)
    text = combined_format("markdown")(found)
    assert len(text) <= LIMIT
    shown = text.count("\n## ")
    assert 0 < shown < len(found)
    assert f"There is no room for {len(found) - shown} here" in text


def test_a_page_is_of_one_project() -> None:
    """It says which formats there are."""
    with pytest.raises(ConfigurationError, match="html is for one project"):
        combined_format("html")
