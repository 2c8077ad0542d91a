"""One page that needs nothing else: packages × targets, what to do, and details for each package.

It makes no request, which its policy forbids (Content-Security-Policy, CSP3), and can be read
without JavaScript: the filter is CSS. Everything that comes from files is escaped.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

from poetry_arch_check.check.report import Outcome
from poetry_arch_check.formats.elements import element, preformatted, shown
from poetry_arch_check.formats.matrix import cells_of, word_for
from poetry_arch_check.formats.notes import about_patch, notes_of
from poetry_arch_check.formats.page_details import package_details
from poetry_arch_check.formats.patch import patch_lines
from poetry_arch_check.formats.problems import labels
from poetry_arch_check.formats.regressions import comparison_lines, explained, of_change
from poetry_arch_check.formats.tasks import named, tasks, without_a_way
from poetry_arch_check.formats.verdicts import counts, extent, verdict_on, verdict_on_all
from poetry_arch_check.strings import listed, without_workflow_commands

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from poetry_arch_check.check.report import Finding, Report, TargetReport
    from poetry_arch_check.formats.tasks import Task
    from poetry_arch_check.formats.view import View

_FILTERS = {"bad": "problems", "some": "all but wheels", "all": "all packages"}


def render(report: Report, view: View) -> str:
    """Return `report` as a page of HTML."""
    report = of_change(report)
    verdict = verdict_on_all(report)
    names = {problem.finding.package.name for problem in explained(report)}
    told = f": {extent(report, names)}" if not report.ok else ""
    title = f"poetry arch-check: {verdict.word}{told}"
    parts = [
        *_head(title),
        "<body>\n<main>",
        element(
            "h1",
            f'<span class="badge {verdict.word}">{verdict.word}</span>'
            f"{shown(extent(report, names) if not report.ok else 'poetry arch-check')}",
        ),
        element("p", shown(f"poetry arch-check of {view.lock_path}"), of="soft"),
        *_comparison(report),
        *_targets(report),
        *_todo(report),
        *_patch(report),
        *_packages(report, view),
        *_notes(report),
        f"</main>\n<script>{_file('page.js')}</script>\n</body>\n</html>\n",
    ]
    text = "\n".join(parts)
    return "".join(f"{without_workflow_commands(line)}\n" for line in text.splitlines())


@cache
def _file(name: str) -> str:
    return f"\n{files(__package__).joinpath(name).read_text('utf-8')}"


def _hash(content: str) -> str:
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"


def _head(title: str) -> Iterator[str]:
    policy = (
        f"default-src 'none'; img-src data:; style-src {_hash(_file('page.css'))};"
        f" script-src {_hash(_file('page.js'))}; base-uri 'none'; form-action 'none'"
    )
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">\n<link rel="icon" href="data:,">'
    yield element("title", shown(title))
    yield f"<style>{_file('page.css')}</style>\n</head>"


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


def _notes(report: Report) -> Iterator[str]:
    if notes := list(notes_of(report)):
        yield f"<h2>Notes</h2>\n<ul>{''.join(element('li', shown(note)) for note in notes)}</ul>"


# --- the matrix -----------------------------------------------------------------------------


def _packages(report: Report, view: View) -> Iterator[str]:
    """Yield the filter, the table with a row for each package, and the details."""
    rows = cells_of(report)
    if not rows:
        return
    states = {key: _state(cells.values()) for key, cells in rows.items()}
    first = next(each for each in _FILTERS if each == "all" or each in states.values())
    yield '<h2>Packages and targets</h2>\n<section class="packages">'
    for name in _FILTERS:
        checked = " checked" if name == first else ""
        yield f'<input class="pick" type="radio" name="show" id="show-{name}"{checked}>'
    buttons = "".join(f'<label for="show-{n}">{word}</label>' for n, word in _FILTERS.items())
    yield (
        f'<div class="filter">{buttons}<input type="search" id="search" hidden'
        ' placeholder="package" aria-label="package"><span class="soft" id="count"></span></div>'
    )
    heads = "".join(f'<th scope="col">{shown(name)}</th>' for name in labels(report.targets))
    yield '<div class="matrix card" tabindex="0">\n<table>'
    yield f'<thead><tr><th scope="col">package</th>{heads}</tr></thead>\n<tbody>'
    for number, ((name, version), cells) in enumerate(rows.items()):
        called = shown(f"{name} {version}")
        drawn = "".join(_cell(cells.get(index)) for index in range(len(report.targets)))
        yield (
            f'<tr class="{states[name, version]}"><th scope="row">'
            f'<a href="#p{number}">{called}</a></th>{drawn}</tr>'
        )
    yield "</tbody>\n</table>\n</div>"
    yield from package_details(report, view, states)
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
