"""Images and Pythons side by side, for people: which is fine, and which needs what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.check.alternatives import alternatives, builds_least, newest_fine
from poetry_arch_check.formats.lines import fill
from poetry_arch_check.strings import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.check.alternatives import Alternative
    from poetry_arch_check.check.report import Report
    from poetry_arch_check.formats.view import View

# The names of so many packages are told.
_NAMES = 2


def render_alternatives(report: Report, view: View) -> Iterator[str]:
    """Yield a line for each image and Python, and which is the best; nothing for no choice."""
    choice = alternatives(report) if view.compares and report.comparison is None else ()
    if not choice:
        return
    columns = [[each.image for each in choice], [each.label for each in choice]]
    names = [_row(each, columns) for each in choice]
    yield "Side by side:"
    for name, each in zip(names, choice, strict=True):
        yield from fill(f"  {name}{_verdict(each)}", then="      ", width=view.width)
    best = newest_fine(choice)
    if best is not None:
        on = f" ({printable(best.image)})" if best.image else ""
        yield f"  newest Python without a problem: {best.label}{on}"
    least = builds_least(choice)
    if least:
        line = f"  builds least: {', '.join(map(printable, least))}"
        yield from fill(line, then="      ", width=view.width)


def _row(each: Alternative, columns: list[list[str]]) -> str:
    """Return what tells it from the others, padded; a column of which all are alike is none."""
    cells = zip((each.image, each.label), columns, strict=True)
    return "".join(
        f"{printable(cell):<{min(max(map(len, column)), 40)}}  "
        for cell, column in cells
        if len(set(column)) > 1
    )


def _verdict(each: Alternative) -> str:
    if each.blocked:
        return "Poetry would not install there"
    built = f"builds {len(each.built)}" if each.built else "builds nothing"
    if each.fine:
        return f"fine, {built}"
    if not each.problems:
        return f"not all is known, {built}"
    count = len(each.problems)
    names = [printable(name) for name in each.problems[:_NAMES]]
    more = [f"{count - _NAMES} more"] if count > _NAMES else []
    takes = f"; what to do: {', '.join(each.steps)}" if each.steps else ""
    noun = "problem" if count == 1 else "problems"
    return f"{count} {noun} ({', '.join([*names, *more])}), {built}{takes}"
