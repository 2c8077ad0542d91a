"""One page for many projects: a card for each, and below all that the page of one has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.formats.elements import element, shown
from poetry_arch_check.formats.html import body, headline
from poetry_arch_check.formats.page import page
from poetry_arch_check.formats.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from poetry_arch_check.check.projects import ProjectReport
    from poetry_arch_check.formats.view import View


def projects_page(
    projects: Sequence[ProjectReport], views: Sequence[View], verdict: Verdict, told: str
) -> str:
    """Return the page; `verdict` is on all of them, and `told` says which are wrong."""
    heading = f"{_badge(verdict.word)}{shown(told)}"
    parts = [element("h1", heading), *_cards(projects)]
    for number, (project, view) in enumerate(zip(projects, views, strict=True)):
        parts += _project(project, view, number)
    return page(f"poetry arch-check: {verdict.word}: {told}", parts)


def _badge(word: str) -> str:
    return element("span", word, of=f"badge {word}")


def _headline(project: ProjectReport) -> tuple[str, str]:
    if project.report is None:
        return Verdict.UNKNOWN.word, "not checked"
    return headline(project.report)


def _cards(projects: Sequence[ProjectReport]) -> Iterator[str]:
    yield '<ul class="targets">'
    for number, project in enumerate(projects):
        word, told = _headline(project)
        link = f'<a href="#project{number}"><b>{shown(project.folder)}</b></a>'
        yield element("li", f"{link}{_badge(word)}{element('div', shown(told))}", of="card")
    yield "</ul>"


def _project(project: ProjectReport, view: View, number: int) -> Iterator[str]:
    """Yield a project, folded away where nothing is wrong."""
    word, _ = _headline(project)
    opened = " open" if project.exit_code else ""
    yield f'<details class="project" id="project{number}"{opened}>'
    yield element("summary", f"{shown(project.folder)} {_badge(word)}")
    if project.report is None:
        yield from (element("p", shown(line)) for line in project.failure)
    else:
        yield from body(project.report, view, f"-{number}")
    yield "</details>"
