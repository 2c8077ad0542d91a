"""The report for people: a verdict for each target, what to do, a matrix, a closing line."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from poetry_arch_check.check.packages import Source
from poetry_arch_check.check.report import Cause
from poetry_arch_check.check.requirers import brought_by
from poetry_arch_check.formats.comparison import render_alternatives
from poetry_arch_check.formats.lines import GLUE, fill, wrap
from poetry_arch_check.formats.matrix import Matrix
from poetry_arch_check.formats.notes import about_patch, blocked_of, notes_of
from poetry_arch_check.formats.packages import packages_of
from poetry_arch_check.formats.patch import patch_lines
from poetry_arch_check.formats.problems import (
    Problem,
    across_packages,
    labels,
    render_problem,
    render_remedy,
    together,
    way_of,
)
from poetry_arch_check.formats.readiness import render_readiness
from poetry_arch_check.formats.regressions import explained, of_change, render_comparison
from poetry_arch_check.formats.sentences import sentence
from poetry_arch_check.formats.suggestions import suggestions
from poetry_arch_check.formats.todo import Todo
from poetry_arch_check.formats.verdicts import extent, render_verdicts, verdict_on_all
from poetry_arch_check.formats.view import Paint
from poetry_arch_check.strings import listed, printable, without_workflow_commands

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from poetry_arch_check.check.plan import Plan
    from poetry_arch_check.check.report import Remedy, Report
    from poetry_arch_check.formats.view import View

# Of so many problems it is told why they are.
_INLINE = 3
# Three targets have so many lines in all, and each further one a few more: 80 for twelve.
_LINES, _MORE_LINES = 40, 40 / 9
_NOTES = 4


def render(report: Report, view: View) -> str:
    """Return `report` within the width of the view, but for lines that are there to be pasted."""
    report = of_change(report)
    sections = _everything(report, view) if view.verbose else _short(report, view)
    return "\n".join(
        "".join(f"{without_workflow_commands(line)}\n" for line in lines)
        for section in sections
        if (lines := list(section))
    )


def _everything(report: Report, view: View) -> Iterator[Iterable[str]]:
    """Yield the sections of the whole report (-v)."""
    yield render_comparison(report)
    yield _verdicts(report, view)
    yield Todo.of(report, view).steps(room=0).lines
    yield render_readiness(report, view)
    yield suggestions(report, view)
    yield Matrix.of(report, view).lines(room=0)
    yield _notes(report, view)
    for same in across_packages(together(explained(report))):
        yield render_problem(same, view)
    yield from _at_once(report, view)
    yield _patch(report, view)
    for target in report.targets:
        yield packages_of(target, view)
    yield render_alternatives(report, view)
    yield _closing(report, view, why=True)


def _short(report: Report, view: View) -> Iterator[Iterable[str]]:
    """Yield the sections of a report that is read at once: a single problem in full."""
    few = _few(report)
    fixed = [list(render_comparison(report)), list(_verdicts(report, view))]
    notes, closing = list(_notes(report, view)), list(_closing(report, view, why=bool(few)))
    side_by_side = list(render_alternatives(report, view))
    readiness, versions = list(render_readiness(report, view)), list(suggestions(report, view))
    ends = [readiness, versions, side_by_side, closing]
    yield from fixed
    if _is_single(few, _plans(report)):
        block = list(render_problem(few[0], view))
        yield Matrix.of(report, view).lines(_room(report, [*fixed, notes, block, *ends]))
        yield notes
        yield block
    else:
        yield from _fitted(report, view, few, notes, _room(report, [*fixed, *ends]))
    yield readiness
    yield versions
    yield _patch(report, view)
    yield side_by_side
    yield closing


def _is_single(few: Sequence[tuple[Problem, ...]], plans: Iterable[Plan]) -> bool:
    """Return whether there is one problem that tells what to do: its first remedy is the plan."""
    plans = list(plans)
    steps = max((len(plan.steps) for plan in plans), default=0)
    whole = not steps or (steps == 1 and not any(plan.untouched for plan in plans))
    return len(few) == 1 and whole and bool(few[0][0].finding.remedies or steps)


def _verdicts(report: Report, view: View) -> Iterator[str]:
    """Yield a line for each target, then where Poetry would not install at all."""
    yield from render_verdicts(report, view)
    for said in blocked_of(report):
        yield from wrap(said, first="", then="  ", width=view.width)


def _room(report: Report, sections: Iterable[list[str]]) -> int:
    """Return how many lines there are beside these for one more section, the empty one included.

    Sections are set apart by an empty line; lines of a patch are there to be pasted.
    """
    total = _LINES + int(_MORE_LINES * max(0, len(report.targets) - 3))
    return total - sum(len(lines) + 1 for lines in sections if lines)


def _fitted(
    report: Report, view: View, few: Sequence[tuple[Problem, ...]], notes: list[str], room: int
) -> Iterator[Iterable[str]]:
    """Yield what to do, the matrix, why and the notes: in full, if there is room.

    If not, of the problems that are `few` the nearest miss gives way first, then notes, then rows
    of the matrix, then steps.
    """
    matrix, todo = Matrix.of(report, view), Todo.of(report, view)
    why = [line for same in few for line in _reason(same, report, view)]
    full = [todo.steps(room).lines, list(matrix.lines(room)), why, notes]
    if not why or todo.steps(room).hidden or sum(len(each) + bool(each) for each in full) > room:
        why = list(_why(report, view))
    room -= len(why) + bool(why)
    rows = list(matrix.lines(room))
    room -= bool(rows)
    if len(todo.steps(room).lines) + len(rows) + len(notes) + 1 > room:
        notes = _first_notes(notes)
    room -= len(notes) + bool(notes)
    steps = todo.steps(room - len(rows))
    if steps.hidden:
        steps = todo.steps(room - len(list(matrix.lines(room=0))))
    yield steps.lines
    yield matrix.lines(room - len(steps.lines))
    yield why
    yield notes


def _first_notes(notes: list[str]) -> list[str]:
    if len(notes) <= _NOTES:
        return notes
    return [*notes[: _NOTES - 1], f"... and {len(notes) - _NOTES + 1} more lines of notes: -v."]


def _few(report: Report) -> list[tuple[Problem, ...]]:
    """Return the problems by how they read, where they are few, on targets with the same plan."""
    blocks = together(explained(report))
    return blocks if len(blocks) <= _INLINE and len(_plans(report)) <= 1 else []


def _plans(report: Report) -> set[Plan]:
    """Return the plans of the targets on which there is something to do."""
    return {target.plan for target in report.targets if target.problems or target.unknown}


# --- notes ------------------------------------------------------------------------------


def _notes(report: Report, view: View) -> Iterator[str]:
    """Yield each note once, with the targets it is about."""
    for note in notes_of(report):
        yield from wrap(note, first="note: ", then="      ", width=view.width)


# --- problems, with their remedies ------------------------------------------------------


def _at_once(report: Report, view: View) -> Iterator[list[str]]:
    """Yield the remedies for all problems of a target together, where there are several."""
    alike: dict[tuple[Remedy, ...], list[str]] = {}
    for label, target in zip(labels(report.targets), report.targets, strict=True):
        lacking = {f.package.name for f in target.problems if f.cause is Cause.TOOLCHAIN_MISSING}
        if target.remedies and len(lacking) > 1:
            alike.setdefault(target.remedies, []).append(label)
    for remedies, names in alike.items():
        lines = fill(f"all at once on {', '.join(names)}:", then="    ", width=view.width)
        lines[0] = lines[0].replace("all at once", view.paint("all at once", Paint.STRONG), 1)
        for number, remedy in enumerate(remedies, start=1):
            lines += render_remedy(remedy, view, number=number)
        yield lines


def _names(report: Report) -> list[str]:
    """Return the packages to be explained; last those that another brings in."""
    names = list(dict.fromkeys(problem.finding.package.name for problem in explained(report)))
    parents = brought_by(names, [target.requirers for target in report.targets])
    return sorted(names, key=lambda name: parents.get(name) in names)


def _reason(same: tuple[Problem, ...], report: Report, view: View) -> Iterator[str]:
    """Yield why packages are a problem, and what else helps than the steps that are told."""
    yield from render_problem(same, view, remedies=False)
    names = {problem.finding.package.name for problem in same}
    told = {step.remedy.kind for plan in _plans(report) for step in plan.concerning(names).steps}
    finding = same[0].finding
    ways = dict.fromkeys(
        way_of(each, finding.package) for each in finding.remedies if each.kind not in told
    )
    if ways:
        name = printable(finding.package.name)
        text = f"also possible: {', '.join(ways)} (--explain{GLUE}{name})"
        yield from fill(text, first="  ", then="    ", width=view.width)


def _why(report: Report, view: View) -> Iterator[str]:
    """Yield why few packages are a problem, each in the words for the first target."""
    told: dict[str, str] = {}
    for problem in explained(report):
        told.setdefault(problem.title, sentence(problem.finding, problem.target))
    for called, why in told.items() if len(told) <= _INLINE else ():
        yield from wrap(f"{called}: {why}", first="", then="  ", width=view.width)


def _closing(report: Report, view: View, *, why: bool) -> Iterator[str]:
    """Yield the verdict again, and what tells more; `why` has been told where there is room."""
    if report.ok:
        return
    findings = [problem.finding for problem in explained(report)]
    names = _names(report)
    verdict = verdict_on_all(report)
    text = f"{verdict.word}: {extent(report, names)}."
    line, *rest = wrap(text, first="", then="  ", width=view.width)
    yield line.replace(verdict.word, view.paint(verdict.word, verdict.value), 1)
    yield from rest
    if findings:
        yield from _hints(names[0], findings[0].cause, view, why=why)
    movable = any(finding.package.source is Source.INDEX for finding in findings if finding.problem)
    text = _other_versions(report) if movable else ""
    if text and not view.suggests:
        yield from wrap(text, first="", then="  ", width=view.width)


def _other_versions(report: Report) -> str:
    """Return what asks for other versions: no lock helps a Python that is not allowed."""
    wrong = [target for target in report.targets if target.problems]
    if wrong and all(target.blocked for target in wrong):
        pythons = listed(dict.fromkeys(target.target.python.short for target in wrong))
        return f"Other versions: --suggest asks the index what Python {pythons} takes."
    return "Other versions: --suggest asks the index which have a wheel, --fix locks them."


def _hints(name: str, cause: Cause, view: View, *, why: bool) -> Iterator[str]:
    """Yield what tells more; what is to be pasted tells of the same targets, and is not wrapped."""
    everything = "" if view.verbose else f", -v{GLUE}all"
    says = "more" if why else "why"
    explains = f"--explain {printable(name)} says {says}"
    if view.options:
        command = ("poetry", "arch-check", *view.options, "--explain", name)
        yield f"{says.capitalize()}: {printable(shlex.join(command))}"
        explains = ""
    more = f"--explain {cause.value} {'says ' if view.options else ''}what that is{everything}."
    yield from fill(", ".join(filter(None, (explains, more))), then="  ", width=view.width)


def _patch(report: Report, view: View) -> Iterator[str]:
    """Yield the patch of the Dockerfile, and what is left with it."""
    if not report.diff:
        return
    title = "as a patch"
    lines = wrap(about_patch(report), first="", then="  ")
    yield lines[0].replace(title, view.paint(title, Paint.STRONG), 1)
    yield from lines[1:]
    # Of an empty line of the file nothing is seen: git takes it without the blank before it.
    yield from (f"       {line}" if line != " " else "" for line in patch_lines(report))
