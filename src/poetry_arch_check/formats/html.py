"""One page that needs nothing else: packages × targets, what to do, and details for each package.

The filter is CSS, and works without JavaScript. Everything that comes from files is escaped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.check.report import Outcome
from poetry_arch_check.formats.elements import element, preformatted, shown
from poetry_arch_check.formats.matrix import cells_of, word_for
from poetry_arch_check.formats.notes import about_patch, blocked_of, notes_of
from poetry_arch_check.formats.page import page
from poetry_arch_check.formats.page_details import package_details
from poetry_arch_check.formats.patch import patch_lines
from poetry_arch_check.formats.problems import labels
from poetry_arch_check.formats.readiness import groups_of, heading
from poetry_arch_check.formats.regressions import comparison_lines, explained, of_change
from poetry_arch_check.formats.tasks import named, tasks, without_a_way
from poetry_arch_check.formats.verdicts import counts, extent, verdict_on, verdict_on_all
from poetry_arch_check.strings import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from poetry_arch_check.check.report import Finding, Report, TargetReport
    from poetry_arch_check.formats.tasks import Task
    from poetry_arch_check.formats.view import View

_FILTERS = {"bad": "problems", "some": "all but wheels", "all": "all packages"}


def render(report: Report, view: View) -> str:
    """Return `report` as a page of HTML."""
    verdict, told = headline(report)
    heading = element(
        "h1", f'<span class="badge {verdict}">{verdict}</span>{shown(told or "poetry arch-check")}'
    )
    title = f"poetry arch-check: {verdict}{told and ': '}{told}"
    return page(title, (heading, *body(report, view)))


def headline(report: Report) -> tuple[str, str]:
    """Return the verdict in a word, and how far it goes, "" where all is well."""
    report = of_change(report)
    names = {problem.finding.package.name for problem in explained(report)}
    return verdict_on_all(report).word, "" if report.ok else extent(report, names)


def body(report: Report, view: View, of: str = "") -> Iterator[str]:
    """Yield all below the heading; `of` ends every id, where a page has many reports."""
    report = of_change(report)
    yield element("p", shown(f"poetry arch-check of {view.lock_path}"), of="soft")
    yield from _comparison(report)
    yield from _targets(report)
    yield from (element("p", shown(said)) for said in blocked_of(report))
    yield from _todo(report)
    yield from _patch(report)
    yield from _readiness(report)
    yield from _packages(report, view, of)
    yield from _notes(report)


def _comparison(report: Report) -> Iterator[str]:
    for line in comparison_lines(report):
        yield element("p", shown(line))


# --- targets --------------------------------------------------------------------------------


def _targets(report: Report) -> Iterator[str]:
    yield '<ul class="targets">'
    for name, target in zip(labels(report.targets), report.targets, strict=True):
        word = verdict_on(target, report).word
        yield element(
            "li",
            f'<b>{shown(name)}</b><span class="badge {word}">{word}</span>'
            f'<div class="soft">{shown(target.target.python.label)}</div>'
            f"{_bar(target)}{', '.join(map(_unbroken, counts(target).split(', ')))}",
            of="card",
        )
    yield "</ul>"


def _unbroken(text: str) -> str:
    return f'<span class="whole">{shown(text)}</span>'


def _bar(target: TargetReport) -> str:
    """Return how the packages fare as a bar; the words beside it say the same."""
    total, at = max(1, sum(target.summary.values())), 0.0
    bars = []
    for word, count in target.summary.items():
        if count:
            # What is few is to be seen, too.
            wide = max(100 * count / total, 1.5)
            start = min(at, 100 - wide)
            bars.append(f'<rect class="{word}" x="{start:.2f}" width="{wide:.2f}" height="6"/>')
            at = start + wide
    return (
        '<svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        f"{''.join(bars)}</svg>"
    )


# --- what to do -----------------------------------------------------------------------------


def _todo(report: Report) -> Iterator[str]:
    found, left = tasks(report), without_a_way(report)
    if not found and not left:
        return
    yield '<h2>What to do</h2>\n<ol class="todo">'
    yield from map(_task, found)
    yield "</ol>"
    for each in left:
        on = f" on {', '.join(each.where)}" if each.where else ""
        yield _folded(f"No way out is known{on} for {named(each.titles)}.", each.titles)


def _task(task: Task) -> str:
    place = f"<b>{shown(task.place)}</b>: " if task.place else ""
    effects = "".join(
        _folded(effect.sentence(named(effect.titles)), effect.titles) for effect in task.effects
    )
    lines = preformatted(task.remedy.lines)
    return element("li", f"{place}{shown(task.remedy.text)}{lines}{effects}", of="card")


def _folded(text: str, titles: Sequence[str]) -> str:
    """Return a sentence, with all of `titles` to unfold where it names but some."""
    every = shown(listed(titles))
    if every in shown(text):
        return element("p", shown(text), of="soft")
    return f'<details class="soft"><summary>{shown(text)}</summary>{every}</details>'


def _patch(report: Report) -> Iterator[str]:
    if report.diff:
        yield element("p", shown(about_patch(report)))
        yield preformatted(patch_lines(report))


def _readiness(report: Report) -> Iterator[str]:
    for each in report.readiness:
        yield element("h2", shown(heading(each)))
        groups = [
            f"{shown(group.head)}{preformatted(group.lines)}"
            + (
                f"<ul>{''.join(element('li', shown(item)) for item in group.items)}</ul>"
                * bool(group.items)
            )
            for group in groups_of(each)
        ]
        yield f"<ul>{''.join(element('li', group) for group in groups)}</ul>"


def _notes(report: Report) -> Iterator[str]:
    if notes := list(notes_of(report)):
        yield f"<h2>Notes</h2>\n<ul>{''.join(element('li', shown(note)) for note in notes)}</ul>"


# --- the matrix -----------------------------------------------------------------------------


def _packages(report: Report, view: View, of: str) -> Iterator[str]:
    """Yield the filter, the table with a row for each package, and the details."""
    rows = cells_of(report)
    if not rows:
        return
    states = {key: _state(cells.values()) for key, cells in rows.items()}
    first = next(each for each in _FILTERS if each == "all" or each in states.values())
    yield '<h2>Packages and targets</h2>\n<section class="packages">'
    for name in _FILTERS:
        ids = f'name="show{of}" id="show-{name}{of}"'
        checked = " checked" if name == first else ""
        yield f'<input class="pick {name}" type="radio" {ids}{checked}>'
    buttons = "".join(
        f'<label class="{n}" for="show-{n}{of}">{word}</label>' for n, word in _FILTERS.items()
    )
    yield (
        f'<div class="filter">{buttons}<input type="search" id="search{of}" hidden'
        ' placeholder="package" aria-label="package">'
        f'<span class="soft" id="count{of}"></span></div>'
    )
    heads = "".join(f'<th scope="col">{shown(name)}</th>' for name in labels(report.targets))
    yield '<div class="matrix card" tabindex="0">\n<table>'
    yield f'<thead><tr><th scope="col">package</th>{heads}</tr></thead>\n<tbody>'
    for number, ((name, version), cells) in enumerate(rows.items()):
        called = shown(f"{name} {version}")
        drawn = "".join(_cell(cells.get(index)) for index in range(len(report.targets)))
        yield (
            f'<tr class="{states[name, version]}"><th scope="row">'
            f'<a href="#p{number}{of}">{called}</a></th>{drawn}</tr>'
        )
    yield "</tbody>\n</table>\n</div>"
    yield from package_details(report, view, states, of)
    yield "</section>"


def _cell(finding: Finding | None) -> str:
    word = word_for(finding)
    return f'<td class="{word if finding else "none"}">{word}</td>'


def _state(findings: Iterable[Finding]) -> str:
    """Return the class of a row, which the filter goes by."""
    found = [each for each in findings if each.ignored is None]
    if any(each.problem or each.outcome is Outcome.UNKNOWN for each in found):
        return "bad"
    return "some" if any(each.outcome is not Outcome.WHEEL for each in findings) else "fine"
