"""What to do, for people: the steps of all targets' plans, each once, with what it cures."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from poetry_arch_check.check.change import AddedMarker
from poetry_arch_check.check.report import RemedyKind
from poetry_arch_check.check.requirers import brought_by
from poetry_arch_check.formats.lines import GLUE, fill
from poetry_arch_check.formats.problems import labels, render_remedy
from poetry_arch_check.formats.view import Paint
from poetry_arch_check.remedies.plan import OF_PROJECT, WEIGHTS
from poetry_arch_check.strings import listed, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.plan import Step
    from poetry_arch_check.check.report import Remedy, Report
    from poetry_arch_check.formats.view import View

_ORDER = list(WEIGHTS)
# How many lines the names of what a step cures may take.
_NAMES = 2


@dataclass(kw_only=True)
class _Task:
    """Steps that are one for the reader: where they are taken, and what they cure, by title."""

    steps: list[Step] = field(default_factory=list)
    where: dict[str, None] = field(default_factory=dict)

    @property
    def kind(self) -> RemedyKind:
        """The kind of all the steps."""
        return self.steps[0].remedy.kind

    @property
    def cures(self) -> dict[str, str]:
        """What they cure: names by titles."""
        packages = (package for step in self.steps for package in step.cures)
        return {_title(package): package.name for package in packages}

    @property
    def remedy(self) -> Remedy:
        """All remedies as one: that of the step that cures most speaks for all."""
        largest = max(self.steps, key=lambda step: len(step.cures)).remedy
        lines = tuple(dict.fromkeys(line for step in self.steps for line in step.remedy.lines))
        requirements = dict.fromkeys(
            f"{each.name} ({each.place})"
            for step in self.steps
            if isinstance(step.remedy.change, AddedMarker)
            for each in step.remedy.change.requirements
        )
        if len({step.remedy for step in self.steps}) == 1 or not requirements:
            return replace(largest, lines=lines)
        text = (
            "If the project can do without them there, put this marker on the requirements"
            f" that bring them in: {listed(requirements)}."
        )
        return replace(largest, text=text, lines=lines)


def _title(package: LockedPackage) -> str:
    return f"{package.name} {package.version}"


def _key(remedy: Remedy) -> object:
    """Return what tells tasks apart: entries of one table in TOML are one task, as is a marker."""
    match remedy.kind:
        case RemedyKind.CONSTRAINT:
            return remedy.kind, remedy.text, remedy.lines[:1]
        case RemedyKind.MARKER:
            return remedy.kind, remedy.lines
        case _ if remedy.change is None:
            return remedy.kind, remedy.text, remedy.lines
        case _:
            return remedy.kind, remedy.change, remedy.lines


def _tasks(report: Report) -> list[_Task]:
    """Return the steps of all plans, in an order that each plan has, those that cure more first."""
    tasks: dict[object, _Task] = {}
    for label, target in zip(labels(report.targets), report.targets, strict=True):
        for step in target.plan.steps:
            task = tasks.setdefault(_key(step.remedy), _Task())
            task.steps.append(step)
            task.where[label] = None
    return sorted(
        tasks.values(),
        key=lambda task: (_ORDER.index(task.kind), -len(task.cures) * len(task.where)),
    )


def steps(report: Report, view: View, room: int) -> list[str]:
    """Return what to do, in about `room` lines; steps for which there is none are counted."""
    tasks, places, left = _tasks(report), _places(report), _left(report)
    if not tasks and not left:
        return []
    where = f" on {places[0]}" if len(places) == 1 else ""
    parents = brought_by(
        {name for task in tasks for name in task.cures.values()},
        [target.requirers for target in report.targets],
    )
    # Few names are better than few steps.
    for names in (_NAMES, 1):
        drawn = [
            list(_task(task, number, places, view, parents, names=names))
            for number, task in enumerate(tasks, start=1)
        ]
        if view.verbose or sum(map(len, drawn)) < room:
            break
    shown: list[str] = []
    for number, lines in enumerate(drawn):
        if number and len(shown) + len(lines) + 1 > room and not view.verbose:
            noun = "step" if len(drawn) - number == 1 else "steps"
            shown.append(f"  ... and {len(drawn) - number} more {noun}: -v shows all.")
            break
        shown += lines
    return [
        f"{view.paint('What to do', Paint.STRONG)}{where}:",
        *shown,
        *_without_a_way(left, places, view),
    ]


def _without_a_way(
    left: dict[tuple[str, ...], list[str]], places: list[str], view: View
) -> Iterator[str]:
    for titles, where in left.items():
        on = "" if where == places else f" on {', '.join(where)}"
        what = f"No way out is known{on} for "
        yield from _counted(what, list(titles), view, first="  ", then="  ", most=_NAMES)


def _places(report: Report) -> list[str]:
    """Return what the targets are called on which there is something to do."""
    named = zip(labels(report.targets), report.targets, strict=True)
    return [label for label, target in named if target.problems or target.unknown]


def _left(report: Report) -> dict[tuple[str, ...], list[str]]:
    """Return what no step cures, by the targets on which that is so."""
    left: dict[tuple[str, ...], list[str]] = {}
    for label, target in zip(labels(report.targets), report.targets, strict=True):
        if titles := tuple(map(_title, target.plan.left)):
            left.setdefault(titles, []).append(label)
    return left


def _task(  # noqa: PLR0913 - what is drawn, where, and how much of it
    task: _Task, number: int, places: list[str], view: View, parents: dict[str, str], *, names: int
) -> Iterator[str]:
    where = list(task.where)
    if task.kind in OF_PROJECT or len(places) == 1:
        label = ""
    elif len(where) == len(places):
        label = "everywhere"
    else:
        label = ", ".join(where)
    yield from render_remedy(task.remedy, view, number=number, where=label)
    # What the project asked for, or several bring in, says most.
    titles = sorted(task.cures, key=lambda title: task.cures[title] in parents)
    yield from _counted("cures ", titles, view, first="     ", then="     ", most=names)


def _counted(  # noqa: PLR0913 - as `wrap` takes it, and how much
    what: str, titles: list[str], view: View, *, first: str, then: str, most: int
) -> list[str]:
    """Return `what` 28 packages: a 1.0, b 2.0 and 20 more, in at `most` so many lines."""
    lines: list[str] = []
    for shown in range(len(titles), 0, -1):
        count = f"{len(titles)} packages: " if shown < len(titles) else ""
        text = f"{what}{count}{_names(titles, shown)}"
        lines = fill(text, first=first, then=then, width=view.width)
        if len(lines) <= most or view.verbose:
            break
    return lines


def _names(titles: list[str], shown: int) -> str:
    """Return the first of `titles`, and how many more there are."""
    names = [printable(title).replace(" ", GLUE) for title in titles]
    more = [f"{len(names) - shown}{GLUE}more"] if shown < len(names) else []
    return listed([*names[:shown], *more])
