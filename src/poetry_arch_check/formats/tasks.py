"""What to do, as data: the steps of all targets' plans, each once, with what they are good for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from poetry_arch_check.check.change import AddedMarker
from poetry_arch_check.check.report import RemedyKind
from poetry_arch_check.check.requirers import brought_by
from poetry_arch_check.formats.problems import labels
from poetry_arch_check.remedies.machine import OF_MACHINE
from poetry_arch_check.remedies.plan import OF_PROJECT, WEIGHTS
from poetry_arch_check.strings import listed, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.plan import Step
    from poetry_arch_check.check.report import Remedy, Report

_ORDER = list(WEIGHTS)
# So many packages are named in a sentence.
_NAMES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What becomes of packages: they are cured, or `then` tells what they still take.

    `before` and `after` are the words around the list of the titles.
    """

    before: str
    titles: tuple[str, ...]
    after: str = ""

    def sentence(self, named: str) -> str:
        """Return it as a sentence, with the titles as `named`."""
        text = f"{self.before}{named}{self.after}."
        return text[:1].upper() + text[1:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Steps that are one for the reader: what to do, on which targets, what that does.

    `where` is empty where it need not be said. The lines of the remedy are there to be pasted.
    """

    remedy: Remedy
    where: tuple[str, ...]
    everywhere: bool
    effects: tuple[Effect, ...]

    @property
    def place(self) -> str:
        """Where it is done, as the beginning of a sentence, "" where it need not be said."""
        return "everywhere" if self.everywhere else ", ".join(self.where)


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutAWay:
    """Packages that no step cures, and the targets on which that is so, empty for all of them."""

    titles: tuple[str, ...]
    where: tuple[str, ...]


def named(titles: Sequence[str]) -> str:
    """Return the titles, of many the number and the first ones."""
    if len(titles) <= _NAMES:
        return listed(titles)
    shown = ", ".join(titles[:_NAMES])
    return f"{len(titles)} packages: {shown} and {len(titles) - _NAMES} more"


def title(package: LockedPackage) -> str:
    """Return `psutil 5.9.8`."""
    return printable(f"{package.name} {package.version}")


def places(report: Report) -> list[str]:
    """Return what the targets are called on which there is something to do."""
    named = zip(labels(report.targets), report.targets, strict=True)
    return [label for label, target in named if target.problems or target.unknown]


def tasks(report: Report) -> list[Task]:
    """Return the steps of all plans, in an order that each plan has, those that cure more first."""
    merged = _merged(report)
    known = places(report)
    names = {package.name for each in merged for step in each.steps for package in step.cures}
    parents = brought_by(names, [target.requirers for target in report.targets])
    numbers = {id(each): number for number, each in enumerate(merged, start=1)}
    return [
        Task(
            remedy=each.remedy,
            where=() if each.kind in OF_PROJECT or len(known) == 1 else (*each.where,),
            everywhere=(
                each.kind not in OF_PROJECT and len(known) > 1 and len(each.where) == len(known)
            ),
            effects=tuple(_effects(each, numbers, parents)),
        )
        for each in merged
    ]


def without_a_way(report: Report) -> list[WithoutAWay]:
    """Return what no step cures, together what is left on the same targets."""
    left: dict[tuple[str, ...], list[str]] = {}
    for label, target in zip(labels(report.targets), report.targets, strict=True):
        if titles := tuple(map(title, target.plan.left)):
            left.setdefault(titles, []).append(label)
    known = places(report)
    return [
        WithoutAWay(titles=titles, where=() if where == known else tuple(where))
        for titles, where in left.items()
    ]


# --- steps that are one for the reader ------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _After:
    """What a package takes on a target after a step: nothing, more tasks, needs, or no way."""

    tasks: tuple[_Merged, ...] = ()
    needs: tuple[str, ...] = ()
    hopeless: bool = False

    @property
    def more(self) -> bool:
        """Whether the step is not enough."""
        return bool(self.tasks or self.needs or self.hopeless)


@dataclass(kw_only=True, eq=False)
class _Merged:
    """The steps of a task, where they are taken, and what each package takes there after it."""

    steps: list[Step] = field(default_factory=list)
    where: dict[str, None] = field(default_factory=dict)
    later: dict[tuple[str, str], list[_After]] = field(default_factory=dict)

    @property
    def kind(self) -> RemedyKind:
        """The kind of all the steps."""
        return self.steps[0].remedy.kind

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


def _merged(report: Report) -> list[_Merged]:
    merged: dict[object, _Merged] = {}
    for label, target in zip(labels(report.targets), report.targets, strict=True):
        steps = target.plan.steps
        mine = [merged.setdefault(_key(step.remedy), _Merged()) for step in steps]
        for number, (step, task) in enumerate(zip(steps, mine, strict=True)):
            task.steps.append(step)
            task.where[label] = None
            for package in step.cures:
                following = zip(steps[number + 1 :], mine[number + 1 :], strict=True)
                rest = tuple(
                    each
                    for later, each in following
                    if each is not task and _has(later.cures, package)
                )
                # What another machine cures has been checked as a whole.
                needs = () if rest or task.kind in OF_MACHINE else step.remedy.still
                hopeless = not rest and _has(target.plan.left, package)
                after = _After(tasks=rest, needs=needs, hopeless=hopeless)
                task.later.setdefault((package.name, package.version), []).append(after)
    return sorted(
        merged.values(),
        key=lambda task: (_ORDER.index(task.kind), -len(task.later) * len(task.where)),
    )


def _has(packages: Iterable[LockedPackage], package: LockedPackage) -> bool:
    """Return whether it is among `packages`; a step before may have lifted a policy for it."""
    return any(each.name == package.name for each in packages)


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


# --- what they do ---------------------------------------------------------------------------


def _effects(task: _Merged, numbers: dict[int, int], parents: dict[str, str]) -> Iterator[Effect]:
    """Yield what is cured, then what still takes more."""
    together: dict[str, list[tuple[str, str]]] = {}
    for package, later in task.later.items():
        together.setdefault(_still(later, numbers), []).append(package)
    for after, packages in sorted(together.items(), key=lambda item: bool(item[0])):
        # What the project asked for, or several bring in, says most.
        ordered = sorted(packages, key=lambda each: each[0] in parents)
        if after:
            # The version may be another one by then.
            names = tuple(dict.fromkeys(printable(name) for name, _ in ordered))
            verb = "takes" if len(names) == 1 else "take"
            yield Effect(before="then ", titles=names, after=f" still {verb} {after}")
        else:
            titles = tuple(printable(" ".join(each)) for each in ordered)
            yield Effect(before="cures ", titles=titles)


def _still(later: Sequence[_After], numbers: dict[int, int]) -> str:
    """Return what packages still take after a task, "" for nothing."""
    if any(each.hopeless for each in later):
        return "more, and no way out is known"
    found = sorted({numbers[id(task)] for each in later for task in each.tasks})
    takes = [f"step{'' if len(found) == 1 else 's'} {listed(map(str, found))}"] if found else []
    takes += dict.fromkeys(need for each in later for need in each.needs)
    if not takes:
        return ""
    some = "" if all(each.more for each in later) else " on some targets"
    return f"{listed(takes)}{some}"
