"""Markdown for a review comment or a job summary: the verdict, what to do, the rest folded away.

GitHub takes 65,536 characters in a comment and 1 MiB in a job summary: this fits both. What has no
room is left out as a whole, and counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.formats.markup import escaped, fenced, row
from poetry_arch_check.formats.matrix import columns_of, grouped, legend, symbol_for, word_for
from poetry_arch_check.formats.notes import about_patch, blocked_of, notes_of
from poetry_arch_check.formats.patch import patch_lines
from poetry_arch_check.formats.problems import labels, nearest_misses, together
from poetry_arch_check.formats.readiness import groups_of, heading
from poetry_arch_check.formats.regressions import comparison_lines, explained, of_change
from poetry_arch_check.formats.sentences import sentence
from poetry_arch_check.formats.tasks import named, tasks, without_a_way
from poetry_arch_check.formats.verdicts import counts, extent, verdict_on, verdict_on_all
from poetry_arch_check.strings import printable, without_workflow_commands

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from poetry_arch_check.check.readiness import Readiness
    from poetry_arch_check.check.report import Remedy, Report
    from poetry_arch_check.formats.problems import Problem
    from poetry_arch_check.formats.tasks import Task
    from poetry_arch_check.formats.view import View

LIMIT = 65_536
"""Of a comment: https://github.com/orgs/community/discussions/27190."""
# What the lines take that say what is left out, and the ends of what is folded away.
_RESERVE = 2_000
# So many columns have words in them, more have symbols.
_WORDS = 5
_LABEL = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    """Blocks between `head` and `foot`; `of_what` names them where some have no room."""

    blocks: Sequence[str]
    head: str = ""
    foot: str = ""
    of_what: str = "lines"


def render(report: Report, view: View) -> str:
    """Return `report` as Markdown of at most LIMIT characters."""
    report = of_change(report)
    left = LIMIT - _RESERVE
    parts: list[str] = []
    for section in _sections(report, view):
        part = _fitted(section, left)
        left -= len(part)
        parts.append(part)
    text = "\n".join(part for part in parts if part)
    return "".join(f"{without_workflow_commands(line)}\n" for line in text.splitlines())


def _fitted(section: _Section, room: int) -> str:
    """Return the section with the first of its blocks for which there is room."""
    room -= len(section.head) + len(section.foot)
    shown: list[str] = []
    for block in section.blocks:
        room -= len(block)
        if room < 0:
            break
        shown.append(block)
    if not section.blocks:
        return ""
    hidden = len(section.blocks) - len(shown)
    more = (
        f"\n*There is no room for {hidden} more {section.of_what} here:"
        " `poetry arch-check -v` shows all.*\n"
        if hidden
        else ""
    )
    if not shown:
        return more
    return f"{section.head}{''.join(shown)}{more}{section.foot}"


def _sections(report: Report, view: View) -> Iterator[_Section]:
    """Yield the sections, what matters most first."""
    yield _Section(blocks=[*_verdict(report)])
    yield _Section(blocks=[*_targets(report)], of_what="targets")
    yield _Section(blocks=[f"{escaped(said)}\n\n" for said in blocked_of(report)])
    yield _Section(blocks=[*_todo(report)], head="#### What to do\n\n", of_what="steps")
    head, *rows = _matrix(report) or [""]
    yield _Section(blocks=rows, head=f"#### What is not a wheel\n\n{head}", of_what="rows")
    for each in report.readiness:
        head = f"#### {escaped(heading(each))}\n\n"
        yield _Section(blocks=[*_readiness(each)], head=head)
    yield _Section(blocks=[f"- {escaped(note)}\n" for note in notes_of(report)], of_what="notes")
    if report.diff:
        lines = patch_lines(report)
        patch = f"\n{_block(fenced(lines, language='diff'))}" if lines else ""
        yield _folded("The Dockerfile, changed", [f"{escaped(about_patch(report))}\n{patch}"])
    problems = [_problem(same, view) for same in together(explained(report))]
    yield _folded("Why, and every remedy", problems, of_what="problems")


def _folded(title: str, blocks: Sequence[str], *, of_what: str = "patch") -> _Section:
    head = f"<details>\n<summary>{title}</summary>\n\n"
    return _Section(blocks=blocks, head=head, foot="\n</details>\n", of_what=of_what)


def _block(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


# --- the verdict ----------------------------------------------------------------------------


def _verdict(report: Report) -> Iterator[str]:
    names = {problem.finding.package.name for problem in explained(report)}
    rest = "" if report.ok else f", {escaped(extent(report, names))}"
    yield f"### poetry arch-check: {verdict_on_all(report).word}{rest}\n"
    for line in comparison_lines(report):
        yield f"\n{escaped(line)}\n"


def _targets(report: Report) -> Iterator[str]:
    yield _block([row(["", "", "target", "Python", "packages"]), row(["--:", *["---"] * 4])])
    for number, (name, target) in enumerate(
        zip(labels(report.targets), report.targets, strict=True), start=1
    ):
        verdict = verdict_on(target, report).word
        cells = [escaped(name), escaped(target.target.python.label), counts(target)]
        yield row([str(number), f"**{verdict}**", *cells]) + "\n"


# --- what to do -----------------------------------------------------------------------------


def _todo(report: Report) -> Iterator[str]:
    for number, task in enumerate(tasks(report), start=1):
        yield _task(task, number)
    for left in without_a_way(report):
        on = f" on {', '.join(left.where)}" if left.where else ""
        yield escaped(f"No way out is known{on} for {named(left.titles)}.") + "\n\n"


def _task(task: Task, number: int) -> str:
    indent = " " * len(f"{number}. ")
    effects = "".join(
        f"{indent}{escaped(effect.sentence(named(effect.titles)))}\n\n" for effect in task.effects
    )
    place = f"**{escaped(task.place)}**: " if task.place else ""
    return f"{number}. {place}{_remedy(task.remedy, indent)}{effects}"


def _remedy(remedy: Remedy, indent: str) -> str:
    """Return what to do, and the lines to paste, as what a list item has in it."""
    lines = _block(["", *fenced(remedy.lines, indent=indent)]) if remedy.lines else ""
    return f"{escaped(remedy.text)}\n{lines}\n"


def _readiness(each: Readiness) -> Iterator[str]:
    """Yield a list item for each group, and those of its packages."""
    for group in groups_of(each):
        yield f"- {escaped(group.head)}\n"
        if group.lines:
            yield _block(["", *fenced(group.lines, indent="  "), ""])
        yield from (f"  - {escaped(item)}\n" for item in group.items)


# --- the table ------------------------------------------------------------------------------


def _matrix(report: Report) -> list[str]:
    """Return the head of the table and its rows; packages that fare alike share one."""
    rows, columns = grouped(report), columns_of(report)
    if not rows:
        return []
    words = len(columns) <= _WORDS
    names = labels(report.targets)
    heads = [escaped(names[index]) if words else str(index + 1) for index in columns]
    symbols = "" if words else f"{legend(rows, columns)}\n\n"
    table = [symbols + _block([row(["", *heads]), row(["---"] * (1 + len(heads)))])]
    for each in rows:
        found = [each.cells.get(index) for index in columns]
        cells = [word_for(cell) if words else symbol_for(cell) for cell in found]
        table.append(row([escaped(each.label(_LABEL)), *cells]) + "\n")
    return table


# --- problems -------------------------------------------------------------------------------


def _problem(same: tuple[Problem, ...], view: View) -> str:
    """Return why it is one, its nearest miss, and every remedy."""
    first = same[0]
    packages = dict.fromkeys(problem.title for problem in same)
    more = f" and {len(packages) - 1} more" if len(packages) > 1 else ""
    path, line = view.place(first.finding.package)
    names = ", ".join(dict.fromkeys(problem.label for problem in same))
    where = "" if more else f" ({printable(path)}:{line})"
    outcome = first.finding.outcome.value
    parts = [
        f"**{escaped(first.title + more)}**: {escaped(f'{outcome} on {names}{where}')}\n\n",
        f"{escaped(sentence(first.finding, first.target))}\n\n",
        *(f"Nearest miss: {escaped(said + on)}\n\n" for said, on in nearest_misses(same)),
    ]
    for number, remedy in enumerate(first.finding.remedies, start=1):
        indent = " " * len(f"{number}. ")
        parts.append(f"{number}. {_remedy(remedy, indent)}")
    return "".join(parts)
