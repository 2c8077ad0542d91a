"""The matrix of the text report: packages × targets, of what is not plain wheel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.check.report import Outcome
from poetry_arch_check.formats.lines import WIDTH, clip
from poetry_arch_check.formats.problems import labels
from poetry_arch_check.formats.view import Paint
from poetry_arch_check.strings import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

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


_LEGEND = (
    ". wheel   s source   T no toolchain   X unavailable   ? unknown   i ignored",
    "blank: not installed there",
)


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
    columns = sum(max(len(label), 12) + 2 for label in labels(report.targets))
    return bool(widths) and max(widths) + columns > WIDTH


def _row_labels(report: Report) -> dict[tuple[str, str], str]:
    return {key: clip(" ".join(map(printable, key)), 28) for key in _rows(report)}


def _matrix(report: Report, view: View) -> Iterator[str]:
    rows = _rows(report)
    if not rows:
        return
    row_labels = _row_labels(report)
    width = max(map(len, row_labels.values()))
    # A target without packages has nothing to compare.
    columns = [index for index, target in enumerate(report.targets) if target.findings]
    if _by_number(report):
        yield from _numbered(rows, row_labels, width, columns, view)
        return
    called = labels(report.targets)
    names = [called[index] for index in columns]
    widths = [max(len(name), 12) for name in names]
    header = "  ".join(f"{name:<{w}}" for name, w in zip(names, widths, strict=True))
    yield f"{'':<{width}}  {header}".rstrip()
    for key, row in rows.items():
        cells = [_word(row.get(index)) for index in columns]
        spaces = [" " * (w - len(cell)) for w, cell in zip(widths, cells, strict=True)]
        spaces[-1] = ""
        painted = [
            _painted(cell, row.get(index), view) for index, cell in zip(columns, cells, strict=True)
        ]
        line = "  ".join(map("".join, zip(painted, spaces, strict=True)))
        yield f"{row_labels[key]:<{width}}  {line}"


def _painted(cell: str, finding: Finding | None, view: View) -> str:
    if finding is None or finding.ignored is not None:
        return view.paint(cell, Paint.FAINT)
    return view.paint(cell, _PAINTS[finding.outcome])


def _numbered(
    rows: dict[tuple[str, str], dict[int, Finding]],
    row_labels: dict[tuple[str, str], str],
    width: int,
    columns: list[int],
    view: View,
) -> Iterator[str]:
    """Yield the matrix with one narrow column for each target, in blocks that fit."""
    block = (WIDTH - width - 1) // 3
    for first in range(0, len(columns), block):
        indices = columns[first : first + block]
        yield f"{'':<{width}} " + "".join(f"{index + 1:>3}" for index in indices)
        for key, row in rows.items():
            cells = ("  " + _painted(_symbol(row.get(i)), row.get(i), view) for i in indices)
            yield f"{row_labels[key]:<{width}} {''.join(cells)}".rstrip()
    yield from _LEGEND


def _symbol(finding: Finding | None) -> str:
    if finding is None:
        return " "
    return "i" if finding.ignored is not None else _SYMBOLS[finding.outcome]
