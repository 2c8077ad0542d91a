"""The report for people: a verdict for each target, a matrix, then each problem's way out."""

from __future__ import annotations

import textwrap
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.formats.view import Paint, printable
from poetry_arch_check.reasons import explain, sentence
from poetry_arch_check.report import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.formats.view import View
    from poetry_arch_check.report import Finding, Report, TargetReport
    from poetry_arch_check.targets import Target

WIDTH = 80
_PAINTS = {
    Outcome.WHEEL: Paint.GOOD,
    Outcome.SOURCE: Paint.UNSURE,
    Outcome.NO_TOOLCHAIN: Paint.BAD,
    Outcome.UNAVAILABLE: Paint.BAD,
    Outcome.UNKNOWN: Paint.UNSURE,
}
_SYMBOLS = {
    Outcome.WHEEL: ".",
    Outcome.SOURCE: "s",
    Outcome.NO_TOOLCHAIN: "T",
    Outcome.UNAVAILABLE: "X",
    Outcome.UNKNOWN: "?",
}
_LEGEND = (
    ". wheel   s source   T no toolchain   X unavailable   ? unknown   i ignored",
    "blank: not installed there",
)


def render(report: Report, view: View) -> str:
    """Return `report` in at most 80 columns, but for lines that are there to be pasted."""
    sections = (
        _verdicts(report, view),
        _matrix(report, view),
        _notes(report),
        *(_problem(problem, view) for problem in _problems(report)),
        *(_packages(target, view) for target in report.targets if view.verbose),
    )
    return "\n".join(
        "".join(f"{_inert(line)}\n" for line in lines)
        for section in sections
        if (lines := list(section))
    )


def _inert(line: str) -> str:
    """Return `line` so that GitHub's runner takes no name at its start for a command."""
    line = line.replace("##[", "#\\x23[")
    return line.replace("::", ":\\x3a", 1) if line.lstrip().startswith("::") else line


# --- a line of verdict for each target ------------------------------------------------


def _labels(report: Report) -> list[str]:
    """Return what the targets are called here: with the Python where a name repeats."""
    counts = Counter(target.target.name for target in report.targets)
    return [
        printable(name if counts[name] == 1 else f"{name} {python.short}")
        for name, python in ((t.target.name, t.target.python) for t in report.targets)
    ]


def _verdicts(report: Report, view: View) -> Iterator[str]:
    names = [printable(target.target.name) for target in report.targets]
    width = min(max(map(len, names), default=0), 30)
    numbered = _by_number(report)
    for number, (name, target) in enumerate(zip(names, report.targets, strict=True), start=1):
        if target.problems:
            verdict, paint = "FAIL", Paint.BAD
        elif target.unknown or target.blocked:
            verdict, paint = "????", Paint.UNSURE
        else:
            verdict, paint = "ok", Paint.GOOD
        number_column = f"{number:>2} " if numbered else ""
        python = target.target.python.label
        first, *rest = _fill(
            f"{number_column}{verdict:<4}  {name:<{width}}  {python:<12}  {_counts(target)}",
            then="      ",
        )
        yield first.replace(verdict, view.paint(verdict, paint), 1)
        yield from rest


def _counts(target: TargetReport) -> str:
    counts = [f"{count}{_GLUE}{word}" for word, count in target.summary.items() if count]
    return ", ".join(counts) or "nothing to install"


# --- packages × targets, of what is not plain wheel -----------------------------------


def _rows(report: Report) -> dict[tuple[str, str], dict[int, Finding]]:
    """Return what is not plain wheel somewhere, by package, with its findings by target."""
    rows: dict[tuple[str, str], dict[int, Finding]] = {}
    for index, target in enumerate(report.targets):
        for finding in target.findings:
            key = finding.package.name, finding.package.version
            known = rows.setdefault(key, {}).get(index)
            # Of several entries of one release, the gravest stands for all.
            if known is None or _gravity(finding) > _gravity(known):
                rows[key][index] = finding
    return {
        key: row
        for key, row in sorted(rows.items())
        if any(finding.outcome is not Outcome.WHEEL for finding in row.values())
    }


def _gravity(finding: Finding) -> tuple[bool, int]:
    return finding.problem, list(Outcome).index(finding.outcome)


def _word(finding: Finding | None) -> str:
    if finding is None:
        return "-"
    return "ignored" if finding.ignored is not None else finding.outcome.value


def _by_number(report: Report) -> bool:
    """Whether there is a matrix above whose columns the targets' names do not fit."""
    widths = [len(label) for label in _row_labels(report).values()]
    columns = sum(max(len(label), 12) + 2 for label in _labels(report))
    return bool(widths) and max(widths) + columns > WIDTH


def _row_labels(report: Report) -> dict[tuple[str, str], str]:
    return {key: _clip(" ".join(map(printable, key)), 28) for key in _rows(report)}


def _matrix(report: Report, view: View) -> Iterator[str]:
    rows = _rows(report)
    if not rows:
        return
    labels = _row_labels(report)
    width = max(map(len, labels.values()))
    if _by_number(report):
        yield from _numbered(rows, labels, width, len(report.targets), view)
        return
    names = _labels(report)
    widths = [max(len(name), 12) for name in names]
    header = "  ".join(f"{name:<{w}}" for name, w in zip(names, widths, strict=True))
    yield f"{'':<{width}}  {header}".rstrip()
    for key, row in rows.items():
        cells = [_word(row.get(index)) for index in range(len(names))]
        spaces = [" " * (w - len(cell)) for w, cell in zip(widths, cells, strict=True)]
        spaces[-1] = ""
        painted = [_painted(cell, row.get(i), view) for i, cell in enumerate(cells)]
        line = "  ".join(map("".join, zip(painted, spaces, strict=True)))
        yield f"{labels[key]:<{width}}  {line}"


def _painted(cell: str, finding: Finding | None, view: View) -> str:
    if finding is None or finding.ignored is not None:
        return view.paint(cell, Paint.FAINT)
    return view.paint(cell, _PAINTS[finding.outcome])


def _numbered(
    rows: dict[tuple[str, str], dict[int, Finding]],
    labels: dict[tuple[str, str], str],
    width: int,
    columns: int,
    view: View,
) -> Iterator[str]:
    """Yield the matrix with one narrow column for each target, in blocks that fit."""
    block = (WIDTH - width - 1) // 3
    for first in range(0, columns, block):
        indices = range(first, min(first + block, columns))
        yield f"{'':<{width}} " + "".join(f"{index + 1:>3}" for index in indices)
        for key, row in rows.items():
            cells = ("  " + _painted(_symbol(row.get(i)), row.get(i), view) for i in indices)
            yield f"{labels[key]:<{width}} {''.join(cells)}".rstrip()
    yield from _LEGEND


def _symbol(finding: Finding | None) -> str:
    if finding is None:
        return " "
    return "i" if finding.ignored is not None else _SYMBOLS[finding.outcome]


# --- notes ------------------------------------------------------------------------------


def _notes(report: Report) -> Iterator[str]:
    """Yield each note once, with the targets it is about; of all Pythons, just the name."""
    notes: dict[str, list[int]] = {note: [] for note in report.notes}
    for index, target in enumerate(report.targets):
        for note in (*filter(None, [target.blocked]), *target.notes):
            notes.setdefault(note, []).append(index)
    labels = _labels(report)
    pythons = Counter(target.target.name for target in report.targets)
    for note, indices in notes.items():
        names = [report.targets[index].target.name for index in indices]
        concerned = dict.fromkeys(
            printable(name) if names.count(name) == pythons[name] else labels[index]
            for name, index in zip(names, indices, strict=True)
        )
        everywhere = len(indices) in {0, len(labels)}
        where = "" if everywhere else f"{', '.join(concerned)}: "
        yield from _wrap(f"{where}{note}", first="note: ", then="      ")


# --- problems, with their ways out ------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    """A problem that reads the same on several targets."""

    finding: Finding
    target: Target
    names: tuple[str, ...]


def _problems(report: Report) -> list[_Problem]:
    alike: dict[object, list[tuple[Finding, Target, str]]] = {}
    for label, target in zip(_labels(report), report.targets, strict=True):
        for finding in (*target.problems, *target.unknown):
            key = (
                finding.package,
                finding.outcome,
                sentence(finding, target.target),
                explain(finding.nearest, target.target) if finding.nearest else None,
                finding.remedies,
            )
            alike.setdefault(key, []).append((finding, target.target, label))
    return [
        _Problem(
            finding=places[0][0],
            target=places[0][1],
            names=tuple(dict.fromkeys(label for _, _, label in places)),
        )
        for places in sorted(alike.values(), key=lambda places: places[0][0].package.name)
    ]


def _problem(problem: _Problem, view: View) -> Iterator[str]:
    finding, package = problem.finding, problem.finding.package
    title = f"{printable(package.name)} {printable(package.version)}"
    names = ", ".join(name.replace(" ", _GLUE) for name in problem.names)
    first, *rest = _fill(
        f"{title}: {finding.outcome.value} on {names} ({printable(view.lock_path)}:{package.line})",
        then="    ",
    )
    yield first.replace(title, view.paint(title, Paint.STRONG), 1)
    yield from rest
    yield from _wrap(sentence(finding, problem.target), first="  ", then="  ")
    if finding.nearest:
        yield from _wrap(
            f"{finding.nearest.wheel.filename}: {explain(finding.nearest, problem.target)}",
            first="  nearest miss: ",
            then="    ",
        )
    for number, remedy in enumerate(finding.remedies, start=1):
        yield from _wrap(remedy.text, first=f"  {number}. ", then="     ")
        yield from (f"       {printable(line)}" for line in remedy.lines)


# --- everything else (-v) -----------------------------------------------------------------


def _packages(report: TargetReport, view: View) -> Iterator[str]:
    """Yield what the target was taken to be, and every planned package with its file."""
    target = report.target
    title = f"{printable(target.name)}, {target.python.label}"
    yield view.paint(title, Paint.STRONG)
    yield from _wrap(", ".join(_facts(target)), first="  ", then="  ")
    for finding in report.findings:
        package = finding.package
        yield from _wrap(
            f"{package.name} {package.version} {_word(finding)}: {_chosen(finding)}",
            first="  ",
            then="      ",
        )


def _facts(target: Target) -> Iterator[str]:
    yield f"{target.platform.system} on {target.platform.architecture.value}"
    if target.platform.assumed:
        yield "which is assumed"
    yield f"Python {target.python.full}"
    yield f"{len(target.support.ranks)} tags, the best platform is {target.platform.tag}"
    if target.image:
        distribution = target.image.distribution
        yield f"image {target.image.reference}" + (
            f" ({distribution.label})" if distribution else ""
        )
    if target.toolchain.everything:
        yield "toolchain: everything"
    else:
        yield f"toolchain: {' '.join(target.toolchain.dependencies) or 'none declared'}"


def _chosen(finding: Finding) -> str:
    if finding.ignored:
        return finding.ignored
    source = finding.package.source
    return finding.file or (f"{source.value} source" if source.is_tree else "nothing to install")


# --- lines ---------------------------------------------------------------------------------


def _wrap(text: str, *, first: str, then: str) -> list[str]:
    """Wrap `text` to the width; a word that is too long (a file name) loses its middle."""
    room = WIDTH - max(len(first), len(then))
    words = (_clip(word, room) for word in printable(text).split(" "))
    return _fill(" ".join(words), first=first, then=then)


# Stands for a space where no line may end.
_GLUE = "\x00"


def _fill(text: str, *, first: str = "", then: str) -> list[str]:
    lines = textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=then,
        break_on_hyphens=False,
        break_long_words=False,
    )
    return [line.replace(_GLUE, " ") for line in lines]


def _clip(text: str, width: int) -> str:
    """Return `text` with `...` for its middle where it is longer than `width`."""
    if len(text) <= width:
        return text
    tail = min(12, width // 3)
    return f"{text[: width - tail - 3]}...{text[-tail:]}"
