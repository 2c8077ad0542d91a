"""What to do, for people: each task with the lines to paste, and what it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.formats.lines import GLUE, fill
from poetry_arch_check.formats.problems import render_remedy
from poetry_arch_check.formats.tasks import places, tasks, without_a_way
from poetry_arch_check.formats.view import Paint
from poetry_arch_check.strings import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from poetry_arch_check.check.report import Report
    from poetry_arch_check.formats.tasks import Task, WithoutAWay
    from poetry_arch_check.formats.view import View

# How many lines the names of what a step cures may take: all, or what there is room for. Few
# names are better than few steps.
_NAMES = (100, 2, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """The section in lines, and the number of steps that have no room in it."""

    lines: tuple[str, ...] = ()
    hidden: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """What to do, to be drawn in more or less room; `head` is the first line.

    `left` are packages that no step cures.
    """

    view: View
    head: str
    found: Sequence[Task]
    left: Sequence[WithoutAWay]

    @classmethod
    def of(cls, report: Report, view: View) -> Todo:
        """Return what to do about `report`."""
        known = places(report)
        where = f" on {known[0]}" if len(known) == 1 else ""
        head = f"{view.paint('What to do', Paint.STRONG)}{where}:"
        return cls(view=view, head=head, found=tasks(report), left=without_a_way(report))

    def steps(self, room: int) -> Steps:
        """Return it in about `room` lines; steps for which there is none are counted."""
        if not self.found and not self.left:
            return Steps()
        for names in _NAMES:
            drawn = [
                list(_task(task, number, self.view, names=names))
                for number, task in enumerate(self.found, 1)
            ]
            tail = [
                line
                for each in self.left
                for line in _without_a_way(each, self.view, names=min(names, 2))
            ]
            if self.view.verbose or 1 + sum(map(len, drawn)) + len(tail) <= room:
                return Steps(lines=(self.head, *(line for lines in drawn for line in lines), *tail))
        first = (number for number, task in enumerate(self.found, 1) if task.first)
        return _what_fits(self.head, drawn, tail, room, least=max(first, default=1))


def _what_fits(
    head: str, drawn: list[list[str]], tail: list[str], room: int, *, least: int
) -> Steps:
    """Return the first steps, `least` of them at least, and how many more there are."""
    shown = [head, *(line for lines in drawn[:least] for line in lines)]
    hidden = len(drawn) - least + 1
    for lines in drawn[least:]:
        hidden = hidden - 1
        if len(shown) + len(lines) + 1 + len(tail) > room:
            break
        shown += lines
    else:
        return Steps(lines=(*shown, *tail))
    noun = "step" if hidden == 1 else "steps"
    return Steps(
        lines=(*shown, f"  ... and {hidden} more {noun}: -v shows all.", *tail), hidden=hidden
    )


def _task(task: Task, number: int, view: View, *, names: int) -> Iterator[str]:
    yield from render_remedy(task.remedy, view, number=number, where=task.place)
    for effect in task.effects:
        yield from _counted(
            effect.before, effect.titles, effect.after, view, indent="     ", most=names
        )


def _without_a_way(left: WithoutAWay, view: View, *, names: int) -> list[str]:
    on = f" on {', '.join(left.where)}" if left.where else ""
    what = f"No way out is known{on} for "
    return _counted(what, left.titles, "", view, indent="  ", most=names)


def _counted(  # noqa: PLR0913 - the words around the names, and how much room there is for them
    before: str, titles: Sequence[str], after: str, view: View, *, indent: str, most: int
) -> list[str]:
    """Return `cures 28 packages: a 1.0, b 2.0 and 20 more`, in at `most` so many lines."""

    def lines(shown: int) -> list[str]:
        count = f"{len(titles)} packages: " if shown < len(titles) else ""
        text = f"{before}{count}{_names(titles, shown)}{after}"
        return fill(text, first=indent, then=indent, width=view.width)

    # No line has more names than half as many as it has columns.
    least, several = 1, min(len(titles), most * view.width // 2)
    if view.verbose or (several == len(titles) and len(lines(several)) <= most):
        return lines(len(titles))
    while several - least > 1:
        half = (least + several) // 2
        if len(lines(half)) <= most:
            least = half
        else:
            several = half
    return lines(least)


def _names(titles: Sequence[str], shown: int) -> str:
    """Return the first of `titles`, and how many more there are."""
    names = [title.replace(" ", GLUE) for title in titles[:shown]]
    more = [f"{len(titles) - shown}{GLUE}more"] if shown < len(titles) else []
    return listed([*names, *more])
