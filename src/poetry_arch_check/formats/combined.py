"""Many projects (`--projects`) in one output: what each format makes of the reports of each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from poetry_arch_check.check.projects import exit_code_of
from poetry_arch_check.formats import format_named
from poetry_arch_check.formats.github import workflow_command
from poetry_arch_check.formats.json import VERSION
from poetry_arch_check.formats.junit import document as junit_document
from poetry_arch_check.formats.markdown import LIMIT
from poetry_arch_check.formats.markup import escaped
from poetry_arch_check.formats.projects_page import projects_page
from poetry_arch_check.formats.sarif import document as sarif_document
from poetry_arch_check.formats.sarif import location
from poetry_arch_check.formats.shields import badge
from poetry_arch_check.formats.verdicts import Verdict
from poetry_arch_check.strings import (
    listed,
    printable,
    shortened,
    without_credentials,
    without_workflow_commands,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeAlias

    from poetry_arch_check.check.projects import ProjectReport
    from poetry_arch_check.formats import Format
    from poetry_arch_check.formats.view import View

NOT_CHECKED = "project-not-checked"
"""The word for a project that cannot be checked, beside the words of causes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One project, and how it is looked at; `format` is that of the whole."""

    project: ProjectReport
    view: View
    format: Format

    @property
    def rendered(self) -> str:
        """The report in that format, "" where there is none."""
        return self.format(self.project.report, self.view) if self.project.report else ""

    @property
    def pyproject(self) -> str:
        """The path of its pyproject.toml as annotations have it."""
        return self.view.pyproject

    @property
    def failure(self) -> str:
        """Why the project cannot be checked, "" where it is."""
        return " ".join(printable(line) for line in self.project.failure)


# For the line that names what has no room, in Markdown.
_RESERVE = 1_000

Combine: TypeAlias = "Callable[[Sequence[ProjectReport], Sequence[View]], str]"
"""Projects, each with its view, in; one output for all of them out."""


def combined_format(name: str) -> Combine:
    """Return what makes one output of many; raises ConfigurationError for unknown formats."""
    rendered, combine = format_named(name), _COMBINED[name]

    def combined(projects: Sequence[ProjectReport], views: Sequence[View]) -> str:
        pairs = zip(projects, views, strict=True)
        parts = [Part(project=each, view=view, format=rendered) for each, view in pairs]
        return without_credentials(combine(parts))

    return combined


def _text(parts: Sequence[Part]) -> str:
    sections = []
    for part in parts:
        folder = without_workflow_commands(printable(part.project.folder))
        failure = without_workflow_commands(part.failure)
        body = part.rendered if part.project.report else f"not checked: {failure}\n"
        sections.append(f"{folder}\n{'=' * len(folder)}\n{body}")
    return "\n".join((*sections, f"{summary(parts)}\n"))


def _markdown(parts: Sequence[Part]) -> str:
    """Return a section for each project within the limit of a comment; others are counted."""
    text, hidden = f"**{escaped(summary(parts))}**\n", []
    for part in parts:
        failure = without_workflow_commands(escaped(part.failure))
        body = part.rendered if part.project.report else f"Not checked: {failure}\n"
        name = without_workflow_commands(escaped(printable(part.project.folder)))
        section = f"\n## {name}\n\n{body}"
        if len(text) + len(section) <= LIMIT - _RESERVE:
            text += section
        else:
            hidden.append(name)
    if hidden:
        text += f"\n*There is no room for {len(hidden)} here: {shortened(hidden, more='…')}.*\n"
    return text


def summary(parts: Sequence[Part]) -> str:
    """Return one line on all projects, those with problems and those not checked by name."""
    projects = [part.project for part in parts]
    compared = any(each.report and each.report.comparison for each in projects)
    groups = (
        (
            "worse" if compared else "with problems",
            [each for each in projects if each.exit_code == 1],
        ),
        ("incomplete", [e for e in projects if e.report and e.exit_code not in {0, 1}]),
        ("not checked", [each for each in projects if not each.report]),
    )
    told = [
        f"{len(found)} {what} ({listed([printable(each.folder) for each in found])})"
        for what, found in groups
        if found
    ]
    fine = "nothing is worse" if compared else "no problems"
    return without_workflow_commands(f"{_counted(projects)}: {'; '.join(told) or fine}.")


def _counted(projects: Sequence[ProjectReport]) -> str:
    return "1 project" if len(projects) == 1 else f"{len(projects)} projects"


def _json(parts: Sequence[Part]) -> str:
    document = {
        "version": VERSION,
        "ok": exit_code_of(part.project for part in parts) == 0,
        "projects": [
            {
                "path": part.project.folder,
                "report": json.loads(part.rendered) if part.project.report else None,
                "error": None if part.project.report else part.failure,
            }
            for part in parts
        ],
    }
    return _dumped(document)


def _sarif(parts: Sequence[Part]) -> str:
    """Return one run: code scanning takes one run of a tool for each upload."""
    document = sarif_document([])
    run = document["runs"][0]
    for part in parts:
        if part.project.report:
            run["results"] += json.loads(part.rendered)["runs"][0]["results"]
    failed = [part for part in parts if not part.project.report]
    if failed:
        notifications = [
            {
                "level": "error",
                "message": {"text": f"{printable(part.project.folder)}: {part.failure}"},
                "locations": [location(part.pyproject, 1)],
            }
            for part in failed
        ]
        run["invocations"] = [
            {"executionSuccessful": False, "toolExecutionNotifications": notifications}
        ]
    return _dumped(document)


def _gitlab(parts: Sequence[Part]) -> str:
    issues: list[dict[str, Any]] = []
    for part in parts:
        if part.project.report:
            issues += json.loads(part.rendered)
            continue
        name = f"{NOT_CHECKED}\0{part.pyproject}".encode("utf-8", "backslashreplace")
        issues.append(
            {
                "description": f"{printable(part.project.folder)} is not checked: {part.failure}",
                "check_name": NOT_CHECKED,
                "fingerprint": sha256(name).hexdigest(),
                "severity": "major",
                "location": {"path": part.pyproject, "lines": {"begin": 1}},
            }
        )
    return _dumped(issues)


def _junit(parts: Sequence[Part]) -> str:
    suites = []
    for part in parts:
        folder = printable(part.project.folder)
        if not part.project.report:
            suite = ET.Element("testsuite", name=folder, tests="1", failures="0", errors="1")
            case = ET.SubElement(suite, "testcase", name="project", classname=folder)
            ET.SubElement(case, "error", type=NOT_CHECKED, message=part.failure)
            suites.append(suite)
            continue
        for suite in ET.fromstring(part.rendered.encode()):  # noqa: S314 - written by us
            suite.set("name", f"{folder}: {suite.get('name')}")
            for case in suite:
                case.set("classname", f"{folder}: {case.get('classname')}")
            suites.append(suite)
    return junit_document(suites)


def _github(parts: Sequence[Part]) -> str:
    lines = []
    for part in parts:
        lines.append(part.rendered)
        if not part.project.report:
            title = f"{part.project.folder} is not checked"
            lines.append(
                workflow_command("error", part.failure, file=part.pyproject, title=title) + "\n"
            )
    return "".join(lines)


def _html(parts: Sequence[Part]) -> str:
    projects = [part.project for part in parts]
    views = [part.view for part in parts]
    return projects_page(projects, views, _verdict(projects), summary(parts))


def _shields(parts: Sequence[Part]) -> str:
    projects = [part.project for part in parts]
    verdict = _verdict(projects)
    if verdict is Verdict.OK:
        return badge(verdict.word, verdict)
    wrong = sum(project.exit_code == exit_code_of(projects) for project in projects)
    return badge(f"{verdict.word.lower()}: {wrong} of {_counted(projects)}", verdict)


def _verdict(projects: Sequence[ProjectReport]) -> Verdict:
    """Return the verdict on all, as the exit code has it."""
    code = exit_code_of(projects)
    if not code:
        return Verdict.OK
    return Verdict.FAIL if code == 1 else Verdict.UNKNOWN


def _dumped(document: object) -> str:
    # As in each of these formats: a runner that reads the log takes `##[` for a command.
    return json.dumps(document, indent=2).replace("##[", "#\\u0023[") + "\n"


_COMBINED: Mapping[str, Callable[[Sequence[Part]], str]] = {
    "text": _text,
    "json": _json,
    "github": _github,
    "markdown": _markdown,
    "html": _html,
    "sarif": _sarif,
    "gitlab": _gitlab,
    "junit": _junit,
    "shields": _shields,
}
