"""The report for people: a verdict for each target, what to do, a matrix, a closing line."""

from __future__ import annotations

from collections import Counter
from enum import Enum
from typing import TYPE_CHECKING

from poetry_arch_check.check.packages import Source
from poetry_arch_check.check.report import Cause
from poetry_arch_check.check.requirers import brought_by
from poetry_arch_check.formats.lines import GLUE, fill, wrap
from poetry_arch_check.formats.matrix import by_number, matrix
from poetry_arch_check.formats.packages import packages_of
from poetry_arch_check.formats.problems import (
    Problem,
    labels,
    render_problem,
    render_remedy,
    title,
    together,
)
from poetry_arch_check.formats.regressions import concerned, render_comparison, worse_problems
from poetry_arch_check.formats.sentences import sentence
from poetry_arch_check.formats.todo import steps
from poetry_arch_check.formats.view import Paint
from poetry_arch_check.strings import printable, without_workflow_commands

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from poetry_arch_check.check.plan import Plan
    from poetry_arch_check.check.report import Remedy, Report, TargetReport
    from poetry_arch_check.formats.view import View

# So many problems, on targets with the same plan, are shown in full.
_INLINE = 3
# Three targets have so many lines in all, and each further one a few more.
_LINES, _MORE_LINES = 39, 4
# What the matrix has at least, where it has so many rows.
_MATRIX = 6
_NOTES = 4


def render(report: Report, view: View) -> str:
    """Return `report` within the width of the view, but for lines that are there to be pasted."""
    if report.comparison:
        worse = report.comparison.changes.worse
        report = concerned(report, {regression.finding.package.name for regression in worse})
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
    yield steps(report, view, room=0)
    yield matrix(report, view, room=0)
    yield _notes(report, view)
    for same in together(_problems(report)):
        yield render_problem(same, view)
    yield from _at_once(report, view)
    yield _patch(report, view)
    for target in report.targets:
        yield packages_of(target, view)
    yield _closing(report, view, why=True)


def _short(report: Report, view: View) -> Iterator[Iterable[str]]:
    """Yield the sections of a report that is read at once: few problems in full, many by steps."""
    verdicts, notes = list(_verdicts(report, view)), list(_notes(report, view))
    few = _few(report)
    closing = list(_closing(report, view, why=bool(few)))
    comparison = list(render_comparison(report))
    yield comparison
    yield verdicts
    if few:
        yield matrix(report, view, room=_MATRIX)
        yield notes
        for same in few:
            yield render_problem(same, view)
        # Of a single problem, its first remedy is the plan.
        if len(few) > 1 or any(len(plan.steps) > 1 or plan.left for plan in _plans(report)):
            yield steps(report, view, room=_LINES)
        yield _patch(report, view)
        yield closing
        return
    if len(notes) > _NOTES:
        notes = [
            *notes[: _NOTES - 1],
            f"... and {len(notes) - _NOTES + 1} more lines of notes: -v.",
        ]
    # The sections are set apart by four empty lines.
    total = _LINES + _MORE_LINES * max(0, len(report.targets) - 3)
    room = total - len(comparison) - len(verdicts) - len(notes) - len(closing) - 4
    why = list(_why(report, view))
    todo = steps(report, view, room - _MATRIX - len(why))
    yield todo
    yield matrix(report, view, room - len(todo) - len(why))
    yield why
    yield notes
    yield _patch(report, view)
    yield closing


def _few(report: Report) -> list[tuple[Problem, ...]]:
    """Return the problems by how they read, where they are few enough to be shown in full."""
    blocks = together(_problems(report))
    return blocks if len(blocks) <= _INLINE and len(_plans(report)) <= 1 else []


def _plans(report: Report) -> set[Plan]:
    """Return the plans of the targets on which there is something to do."""
    return {target.plan for target in report.targets if target.problems or target.unknown}


# --- a line of verdict for each target ------------------------------------------------


class _Verdict(Enum):
    """What a target's line begins with; the value is its style."""

    FAIL = Paint.BAD
    KNOWN = Paint.FAINT
    UNKNOWN = Paint.UNSURE
    OK = Paint.GOOD

    @property
    def word(self) -> str:
        return self.name if self is _Verdict.FAIL else self.name.lower()


def _verdict(target: TargetReport, report: Report) -> _Verdict:
    """Return the verdict; problems that a change does not make worse are known."""
    if report.comparison:
        changes = report.comparison.changes
        if any(changes.regression(target, finding) for finding in target.problems):
            return _Verdict.FAIL
        if target.problems:
            return _Verdict.KNOWN
    if target.problems:
        return _Verdict.FAIL
    return _Verdict.UNKNOWN if target.unknown or target.blocked else _Verdict.OK


def _verdicts(report: Report, view: View) -> Iterator[str]:
    """Yield a line for each target; where that would not fit, the one Python is told apart."""
    lines = list(_verdict_lines(report, view, python=True))
    pythons = {target.target.python.label for target in report.targets}
    if len(lines) > len(report.targets) and len(pythons) == 1:
        yield f"{pythons.pop()}:"
        lines = list(_verdict_lines(report, view, python=False))
    yield from lines


def _verdict_lines(report: Report, view: View, *, python: bool) -> Iterator[str]:
    names = [printable(target.target.name) for target in report.targets]
    if any(target.target.step for target in report.targets):
        names = labels(report.targets)
    verdicts = [_verdict(target, report) for target in report.targets]
    width = min(max(map(len, names), default=0), 30)
    first_width = max((len(verdict.word) for verdict in verdicts), default=0)
    numbered = by_number(report, view)
    rows = zip(names, report.targets, verdicts, strict=True)
    for number, (name, target, verdict) in enumerate(rows, start=1):
        number_column = f"{number:>2} " if numbered else ""
        label = f"{target.target.python.label:<12}  " if python else ""
        first, *rest = fill(
            f"{number_column}{verdict.word:<{max(first_width, 4)}}  {name:<{width}}"
            f"  {label}{_counts(target)}",
            then="      ",
            width=view.width,
        )
        yield first.replace(verdict.word, view.paint(verdict.word, verdict.value), 1)
        yield from rest


def _counts(target: TargetReport) -> str:
    counts = [f"{count}{GLUE}{word}" for word, count in target.summary.items() if count]
    return ", ".join(counts) or "nothing to install"


# --- notes ------------------------------------------------------------------------------


def _notes(report: Report, view: View) -> Iterator[str]:
    """Yield each note once, with the targets it is about; of all Pythons, just the name."""
    notes: dict[str, list[int]] = {note: [] for note in report.notes}
    for index, target in enumerate(report.targets):
        for note in (*filter(None, [target.blocked]), *target.notes):
            notes.setdefault(note, []).append(index)
    called = labels(report.targets)
    pythons = Counter(target.target.name for target in report.targets)
    for note, indices in notes.items():
        names = [report.targets[index].target.name for index in indices]
        concerned = dict.fromkeys(
            printable(name) if names.count(name) == pythons[name] else called[index]
            for name, index in zip(names, indices, strict=True)
        )
        everywhere = len(indices) in {0, len(called)}
        where = "" if everywhere else f"{', '.join(concerned)}: "
        yield from wrap(f"{where}{note}", first="note: ", then="      ", width=view.width)


# --- problems, with their remedies ------------------------------------------------------


def _problems(report: Report) -> Iterator[Problem]:
    """Yield what is to be explained: after a change, what is worse."""
    if report.comparison:
        yield from worse_problems(report.comparison.changes, report)
        return
    for label, target in zip(labels(report.targets), report.targets, strict=True):
        for finding in (*target.problems, *target.unknown):
            yield Problem(finding=finding, target=target.target, label=label, title=title(finding))


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
    names = list(dict.fromkeys(problem.finding.package.name for problem in _problems(report)))
    parents = brought_by(names, [target.requirers for target in report.targets])
    return sorted(names, key=lambda name: parents.get(name) in names)


def _why(report: Report, view: View) -> Iterator[str]:
    """Yield why few packages are a problem, each in the words for the first target."""
    told: dict[str, str] = {}
    for problem in _problems(report):
        told.setdefault(problem.title, sentence(problem.finding, problem.target))
    for called, why in told.items() if len(told) <= _INLINE else ():
        yield from wrap(f"{called}: {why}", first="", then="  ", width=view.width)


def _closing(report: Report, view: View, *, why: bool) -> Iterator[str]:
    """Yield the verdict again, and what tells more; `why` has been told where there is room."""
    if report.ok:
        return
    findings = [problem.finding for problem in _problems(report)]
    names = _names(report)
    verdict = _Verdict.FAIL if report.exit_code == 1 else _Verdict.UNKNOWN
    fine = {_Verdict.OK, _Verdict.KNOWN}
    # Where problems stand, something else can be undecided now.
    wrong = [
        target for target in report.targets if _verdict(target, report) not in fine
    ] or report.targets
    where = labels(wrong)[0]
    if len(report.targets) > 1:
        where = f"{len(wrong)} of {len(report.targets)} targets"
    count = f"{len(names)} package{'' if len(names) == 1 else 's'} on " if names else ""
    line, *rest = wrap(f"{verdict.word}: {count}{where}.", first="", then="  ", width=view.width)
    yield line.replace(verdict.word, view.paint(verdict.word, verdict.value), 1)
    yield from rest
    if findings:
        cause, everything = findings[0].cause.value, "" if view.verbose else ", -v all"
        says = "more" if why else "why"
        more = f"--explain {names[0]} says {says}, --explain {cause} what that is{everything}."
        yield from wrap(more, first="", then="  ", width=view.width)
    movable = any(finding.package.source is Source.INDEX for finding in findings if finding.problem)
    if movable and not view.suggests:
        yield from wrap(
            "Other versions: --suggest asks the index which have a wheel, --fix locks them.",
            first="",
            then="  ",
            width=view.width,
        )


def _patch(report: Report, view: View) -> Iterator[str]:
    """Yield the patch of the Dockerfile, and what is left with it."""
    if not report.diff:
        return
    left = dict.fromkeys(name for patch in report.patches for name in patch.remaining)
    after = f"it does not solve {', '.join(left)}" if left else "with it, no problem is left"
    title = "as a patch"
    how = f"--diff prints it alone, for {report.git_apply}"
    lines = wrap(f"{title} ({how}); {after}:", first="", then="  ")
    yield lines[0].replace(title, view.paint(title, Paint.STRONG), 1)
    yield from lines[1:]
    yield from (f"       {printable(line)}".rstrip() for line in report.diff.splitlines())
