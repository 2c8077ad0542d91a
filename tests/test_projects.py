"""`--projects`: many projects, one report, one exit code."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from support.poetry_process import Result, arch_check
from support.repository import ARM, Repository
from support.schema import of_projects

if TYPE_CHECKING:
    from pathlib import Path

WHEEL = "cext-1.0-cp312-cp312-manylinux_2_17_aarch64.whl"
LOST = "cext-1.0-cp312-cp312-manylinux_2_17_x86_64.whl"
AMD = ARM.replace("arm64", "amd64")


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of projects: one ok, one with a problem, one broken, and one by others."""
    root = tmp_path_factory.mktemp("mono")
    Repository(root, "services/a").write(cext=WHEEL)
    Repository(root, "services/b").write(cext=LOST)
    Repository(root, "services/c").write(cext=WHEEL)
    (root / "services/c/pyproject.toml").write_text("[project\n", "utf-8")
    # The same files as b, but its own configuration.
    Repository(root, "services/d").write(AMD, cext=LOST)
    (root / "services/js").mkdir()
    (root / "services/lint").mkdir()
    (root / "services/lint/pyproject.toml").write_text("[tool.ruff]\n", "utf-8")
    return root


def check(root: Path, *args: str, pattern: str = "services/*", **more: str) -> Result:
    """Run the command above the projects, where there is no project."""
    return arch_check("--projects", pattern, *args, cwd=root, **more)


@pytest.fixture(scope="module")
def all_formats(services: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """Return a run that writes every format, and the folder with the files."""
    out = tmp_path_factory.mktemp("out")
    names = ("json", "sarif", "gitlab", "junit", "github", "text", "markdown", "html", "shields")
    outputs = [f"--output={name}={out / name}" for name in names]
    return check(services, *outputs), out


def test_text(services: Path) -> None:
    """A section for each project, in order, and a line on all; the broken one hides no other."""
    result = check(services)
    assert result.code == 1
    headings = [line for line in result.out.splitlines() if line.startswith("services/")]
    assert headings == ["services/a", "services/b", "services/c", "services/d"]
    assert result.out.endswith(
        "4 projects: 1 with problems (services/b); 1 not checked (services/c).\n"
    )
    assert "arch-check: services/c: " in result.said
    assert "services/js" not in result.out + result.err
    assert "Traceback" not in result.err


def test_exit_codes(services: Path) -> None:
    """2 where a project is not checked and none has a problem, 0 where all are ok."""
    assert check(services, pattern="services/[ac]").code == 2
    ok = check(services, pattern="services/[ad]")
    assert (ok.code, ok.err) == (0, "")
    assert ok.out.endswith("\n2 projects: no problems.\n")


def test_json(all_formats: tuple[Result, Path], services: Path) -> None:
    """The report of a project is what its own run gives."""
    result, out = all_formats
    assert result.code == 1
    document = json.loads((out / "json").read_text("utf-8"))
    of_projects().validate(document)
    assert (document["version"], document["ok"]) == (1, False)
    found = {project["path"]: project for project in document["projects"]}
    assert list(found) == ["services/a", "services/b", "services/c", "services/d"]
    assert found["services/c"]["report"] is None
    assert "pyproject.toml" in found["services/c"]["error"]
    single = arch_check("--format", "json", cwd=services / "services/b")
    assert found["services/b"] == {
        "path": "services/b",
        "report": single.report,
        "error": None,
    }
    targets = [of["targets"][0]["name"] for p in "ad" if (of := found[f"services/{p}"]["report"])]
    assert targets == ["linux/arm64", "linux/amd64"]


def test_sarif(all_formats: tuple[Result, Path]) -> None:
    """One run; places are relative to where it runs; what is not checked is a notification."""
    (run,) = json.loads((all_formats[1] / "sarif").read_text("utf-8"))["runs"]
    (result,) = run["results"]
    assert uri(result) == "services/b/poetry.lock"
    rules = run["tool"]["driver"]["rules"]
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    (notification,) = invocation["toolExecutionNotifications"]
    assert uri(notification) == "services/c/pyproject.toml"


def uri(value: dict[str, list[dict[str, dict[str, dict[str, str]]]]]) -> str:
    """Return the file of the first location."""
    return value["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]


def test_gitlab(all_formats: tuple[Result, Path]) -> None:
    """One array; fingerprints differ."""
    issues = json.loads((all_formats[1] / "gitlab").read_text("utf-8"))
    assert [issue["location"]["path"] for issue in issues] == [
        "services/b/poetry.lock",
        "services/c/pyproject.toml",
    ]
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)


def test_junit(all_formats: tuple[Result, Path]) -> None:
    """One document, suites named after projects, counts added up."""
    root = ET.parse(all_formats[1] / "junit").getroot()  # noqa: S314 - our own
    assert [suite.get("name") for suite in root] == [
        "services/a: linux/arm64",
        "services/b: linux/arm64",
        "services/c",
        "services/d: linux/amd64",
    ]
    counts = [root.get(name) for name in ("tests", "failures", "errors")]
    assert counts == ["4", "1", "1"]


def test_github(all_formats: tuple[Result, Path]) -> None:
    """An annotation in the file of each project."""
    lines = (all_formats[1] / "github").read_text("utf-8").splitlines()
    assert [line.partition(",")[0] for line in lines] == [
        "::error file=services/b/poetry.lock",
        "::error file=services/c/pyproject.toml",
    ]


def test_markdown(all_formats: tuple[Result, Path]) -> None:
    """The verdict first, and a heading for each project."""
    lines = (all_formats[1] / "markdown").read_text("utf-8").splitlines()
    assert lines[0].startswith("**4 projects: 1 with problems (services/b); 1 not checked")
    headings = [line for line in lines if line.startswith("## services/")]
    assert headings == ["## services/a", "## services/b", "## services/c", "## services/d"]


def test_html(all_formats: tuple[Result, Path]) -> None:
    """One page, with a card for each project."""
    text = (all_formats[1] / "html").read_text("utf-8")
    assert "<title>poetry arch-check: FAIL: 4 projects: 1 with problems (services/b);" in text
    cards = re.findall(r'<a href="#project\d"><b>(.+?)</b></a><span class="badge \w+">(\w+)<', text)
    assert cards == [
        ("services/a", "ok"),
        ("services/b", "FAIL"),
        ("services/c", "unknown"),
        ("services/d", "ok"),
    ]


def test_shields(all_formats: tuple[Result, Path]) -> None:
    """A badge says how many of the projects have problems."""
    badge = json.loads((all_formats[1] / "shields").read_text("utf-8"))
    assert (badge["message"], badge["color"]) == ("fail: 1 of 4 projects", "red")


def test_against(tmp_path: Path) -> None:
    """Each project is compared with what it was."""
    a, b = (Repository(tmp_path, f"services/{name}") for name in "ab")
    a.write(cext=WHEEL)
    b.write(cext=LOST)
    a.commit()
    a.write(cext=LOST)
    result = check(tmp_path, "--against", "HEAD")
    assert result.code == 1
    assert result.out.endswith("\n2 projects: 1 worse (services/a).\n")
    only_b = check(tmp_path, "--against", "HEAD", pattern="services/b")
    assert only_b.code == 0
    assert only_b.out.endswith("\n1 project: nothing is worse.\n")


def test_settings_of_another_project(tmp_path: Path) -> None:
    """What the poetry.toml of one project sets does not count for the next."""
    for name in "ab":
        Repository(tmp_path, f"services/{name}").write(cext=WHEEL)
    (tmp_path / "services/a/poetry.toml").write_text("[installer]\nno-binary = ['cext']\n", "utf-8")
    result = check(tmp_path)
    assert result.out.endswith("\n2 projects: 1 with problems (services/a).\n")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--projects", "nothing/*"], '"nothing/*" names no folder with a Poetry project'),
        (["--projects", "services/a", "--projects", "servces/*"], '"servces/*" names no folder'),
        (["--projects", "services/js"], '"services/js" names no folder'),
        (["--projects", "services/*", "--fix"], "--fix is for one project"),
        (["--projects", "services/*", "--diff"], "--diff is for one project"),
        (["--projects", "services/*", "--explain", "cext"], "--explain is for one project"),
        (["--projects", "services/*", "--dockerfile", "D"], "--dockerfile is for one project"),
        (["--projects", "services/a", "--output", "services/a/poetry.lock"], "cannot write"),
    ],
)
def test_refused(services: Path, args: list[str], says: str) -> None:
    """Exit code 2, and a sentence."""
    result = arch_check(*args, cwd=services)
    assert (result.code, result.out) == (2, "")
    assert says in result.said


def test_below_a_workspace(services: Path) -> None:
    """On GitHub, places are relative to the workspace."""
    result = check(
        services / "services", "--format=github", pattern="b", GITHUB_WORKSPACE=str(services)
    )
    assert result.out.startswith("::error file=services/b/poetry.lock,")
