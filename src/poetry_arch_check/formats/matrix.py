"""The matrix of the text report: packages × targets, of what is not plain wheel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from poetry_arch_check.check.report import Outcome
from poetry_arch_check.check.requirers import brought_by
from poetry_arch_check.formats.lines import clip
from poetry_arch_check.formats.problems import labels
from poetry_arch_check.formats.view import Paint
from poetry_arch_check.strings import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from poetry_arch_check.check.report import Finding, Report
    from poetry_arch_check.formats.view import View

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
_LEGEND = {
    ".": "wheel",
    "s": "source",
    "T": "no toolchain",
    "X": "unavailable",
    "?": "unknown",
    "i": "ignored",
    " ": "not installed there",
}
# A column of words is at least as wide as the longest of them.
_COLUMN = 12
# What a row's label has at least, before columns of words give way to symbols.
_LABEL = 26
# So few packages have a row each.
_FEW = 5
# So many rows of problems are shown, whatever else there is.
_WRONG = 5

Findings: TypeAlias = dict[int, "Finding"]
Pattern: TypeAlias = tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Packages that fare alike, by title; `parent` brings them in, and may be the first of them."""

    titles: tuple[str, ...]
    cells: Findings
    parent: str = ""

    def label(self, width: int) -> str:
        """Return what the row is called, in at most `width` columns: by all names if they fit."""
        first, *others = self.titles
        if self.parent and len(every := ", ".join(self.titles)) <= width:
            return every
        if self.parent and _name(first) == self.parent:
            return _shortest(
                width,
                f"{first} and {len(others)} packages that it requires",
                f"{first} and {len(others)} that it requires",
                f"{first} and {len(others)} more",
            )
        if self.parent:
            count = len(self.titles)
            return _shortest(
                width,
                f"{count} packages that {self.parent} requires",
                f"{count} that {self.parent} requires",
            )
        for shown in range(len(self.titles), 0, -1):
            more = f" and {len(self.titles) - shown} more" if shown < len(self.titles) else ""
            if len(text := f"{', '.join(self.titles[:shown])}{more}") <= width:
                return text
        more = f" and {len(others)} more" if others else ""
        return f"{clip(first, width - len(more))}{more}"


def _shortest(width: int, *texts: str) -> str:
    """Return the first of `texts` that fits, else the last one clipped."""
    return next((text for text in texts if len(text) <= width), clip(texts[-1], width))


def _name(title: str) -> str:
    return title.partition(" ")[0]


# --- rows -----------------------------------------------------------------------------------


def cells_of(report: Report) -> dict[tuple[str, str], Findings]:
    """Return what becomes of each release, by name and version, on each target."""
    rows: dict[tuple[str, str], Findings] = {}
    for index, target in enumerate(report.targets):
        for finding in target.findings:
            key = finding.package.name, finding.package.version
            known = rows.setdefault(key, {}).get(index)
            # Of several entries of one release, the gravest stands for all.
            if known is None or _gravity(finding) > _gravity(known):
                rows[key][index] = finding
    return dict(sorted(rows.items()))


def _single(report: Report) -> list[Row]:
    """Return a row for each package that is not plain wheel somewhere."""
    return [
        Row(titles=(" ".join(map(printable, key)),), cells=cells)
        for key, cells in cells_of(report).items()
        if any(finding.outcome is not Outcome.WHEEL for finding in cells.values())
    ]


def _gravity(finding: Finding) -> tuple[bool, int]:
    return finding.problem, list(Outcome).index(finding.outcome)


def grouped(report: Report) -> list[Row]:
    """Return rows of packages that fare alike, and that one package brings in where one does.

    Where nothing is wrong, a wheel and no installation are alike. What is wrong in most
    places comes first.
    """
    single = _single(report)
    wrong = [_name(row.titles[0]) for row in single if _problems(row)[0]]
    parents = brought_by(wrong, [target.requirers for target in report.targets])
    alike: dict[tuple[str, Pattern], list[Row]] = {}
    for row in single:
        family = _family(_name(row.titles[0]), parents, wrong)
        alike.setdefault((family, _pattern(row)), []).append(row)
    return sorted(_without_small_families(alike), key=_problems, reverse=True)


def _family(name: str, parents: dict[str, str], names: Sequence[str]) -> str:
    """Return who brings `name` in, or who brings that in where it fares no better, "" for none."""
    parent = parents.get(name, "")
    if parent in names:
        return _family(parent, parents, names)
    return name if name in parents.values() else parent


def _without_small_families(alike: dict[tuple[str, Pattern], list[Row]]) -> Iterator[Row]:
    """Yield a row for each group; what a package brings in alone is grouped by its cells."""
    others: dict[Pattern, list[Row]] = {}
    for (family, pattern), rows in alike.items():
        brought = [row for row in rows if _name(row.titles[0]) != family]
        if family and len(brought) > 1:
            own = [row for row in rows if row not in brought]
            yield _together([*own, *brought], parent=family)
        else:
            others.setdefault(pattern, []).extend(rows)
    yield from map(_together, others.values())


def _together(rows: list[Row], parent: str = "") -> Row:
    cells = {index: finding for row in reversed(rows) for index, finding in row.cells.items()}
    return Row(titles=tuple(row.titles[0] for row in rows), cells=cells, parent=parent)


def _pattern(row: Row) -> Pattern:
    """Return the cells that are not plain wheel."""
    cells = sorted(row.cells.items())
    return tuple(
        (index, word_for(each)) for index, each in cells if each.outcome is not Outcome.WHEEL
    )


def _problems(row: Row) -> tuple[int, int]:
    found = row.cells.values()
    problems = sum(each.problem or each.outcome is Outcome.UNKNOWN for each in found)
    return problems, problems * len(row.titles)


# --- columns --------------------------------------------------------------------------------


def word_for(finding: Finding | None) -> str:
    """Return the word for an outcome, `-` for none."""
    if finding is None:
        return "-"
    return "ignored" if finding.ignored is not None else finding.outcome.value


def symbol_for(finding: Finding | None) -> str:
    """Return the character for an outcome, a space for none."""
    if finding is None:
        return " "
    return "i" if finding.ignored is not None else _SYMBOLS[finding.outcome]


def by_number(report: Report, view: View) -> bool:
    """Whether there is a matrix whose columns the targets' names do not fit."""
    return _by_number(_single(report), report, view)


def _by_number(rows: Sequence[Row], report: Report, view: View) -> bool:
    names = labels(report.targets)
    columns = sum(max(len(names[index]), _COLUMN) + 2 for index in columns_of(report))
    widest = max((len(row.label(view.width)) for row in rows), default=0)
    return bool(rows) and min(widest, _LABEL) + columns > view.width


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """The rows of a report, to be drawn in more or less room; `numbered` are its columns."""

    report: Report
    view: View
    rows: Sequence[Row]
    numbered: bool

    @classmethod
    def of(cls, report: Report, view: View) -> Matrix:
        """Return the matrix of `report`: alike rows together, or a row for each package (-v)."""
        single = _single(report)
        rows = single if view.verbose or len(single) <= _FEW else grouped(report)
        return cls(report=report, view=view, rows=rows, numbered=_by_number(single, report, view))

    def lines(self, room: int) -> Iterator[str]:
        """Yield it in `room` lines, whole with -v."""
        if not self.rows:
            return
        head = 2 if self.numbered else 1
        shown = self.rows if self.view.verbose else _shown(self.rows, room - head)
        draw = _numbered if self.numbered else _worded
        yield from draw(shown, self.report, self.view)
        hidden = sum(len(row.titles) for row in self.rows) - sum(len(row.titles) for row in shown)
        if hidden:
            noun = "package" if hidden == 1 else "packages"
            yield f"... and {hidden} more {noun}: -v shows them."
        if self.numbered:
            yield legend(shown, columns_of(self.report))


def _shown(rows: Sequence[Row], room: int) -> Sequence[Row]:
    """Return the rows that fit, what is wrong first: the line about the others takes one, too."""
    if len(rows) <= room:
        return rows
    ordered = sorted(rows, key=_problems, reverse=True)
    wrong = sum(bool(_problems(row)[0]) for row in rows)
    count = max(room - 1, 3, min(wrong, _WRONG))
    # The line would stand for one row that fits in its place.
    return ordered if len(rows) - count == 1 and len(rows[-1].titles) == 1 else ordered[:count]


def columns_of(report: Report) -> list[int]:
    """Return the targets to compare: one without packages has nothing to compare."""
    return [index for index, target in enumerate(report.targets) if target.findings]


def _worded(rows: Sequence[Row], report: Report, view: View) -> Iterator[str]:
    columns, called_targets = columns_of(report), labels(report.targets)
    names = [called_targets[index] for index in columns]
    widths = [max(len(name), _COLUMN) for name in names]
    room = view.width - sum(widths) - 2 * len(widths)
    called = [row.label(room) for row in rows]
    width = max(map(len, called))
    header = "  ".join(f"{name:<{w}}" for name, w in zip(names, widths, strict=True))
    yield f"{'':<{width}}  {header}".rstrip()
    for label, row in zip(called, rows, strict=True):
        cells = [word_for(row.cells.get(index)) for index in columns]
        spaces = [" " * (w - len(cell)) for w, cell in zip(widths, cells, strict=True)]
        spaces[-1] = ""
        painted = [
            _painted(cell, row.cells.get(index), view)
            for index, cell in zip(columns, cells, strict=True)
        ]
        line = "  ".join(map("".join, zip(painted, spaces, strict=True)))
        yield f"{label:<{width}}  {line}"


def _numbered(rows: Sequence[Row], report: Report, view: View) -> Iterator[str]:
    """Yield one narrow column for each target, in blocks that fit."""
    columns = columns_of(report)
    room = view.width - 3 * len(columns) - 1
    called = [row.label(max(room, _LABEL)) for row in rows]
    width = max(map(len, called))
    block = (view.width - width - 1) // 3
    for first in range(0, len(columns), block):
        indices = columns[first : first + block]
        yield f"{'':<{width}} " + "".join(f"{index + 1:>3}" for index in indices)
        for label, row in zip(called, rows, strict=True):
            cells = (row.cells.get(i) for i in indices)
            drawn = ("  " + _painted(symbol_for(cell), cell, view) for cell in cells)
            yield f"{label:<{width}} {''.join(drawn)}".rstrip()


def legend(rows: Sequence[Row], columns: Iterable[int]) -> str:
    """Return what the symbols in `rows` mean."""
    shown = tuple(columns)
    found = {symbol_for(row.cells.get(index)) for row in rows for index in shown}
    meanings = (f"{symbol} {word}" for symbol, word in _LEGEND.items() if symbol in found - {" "})
    blank = ("blank: not installed there",) if " " in found else ()
    return "   ".join((*meanings, *blank))


def _painted(cell: str, finding: Finding | None, view: View) -> str:
    if finding is None or finding.ignored is not None:
        return view.paint(cell, Paint.FAINT)
    return view.paint(cell, _PAINTS[finding.outcome])
