"""What to do, as data: the steps of all targets' plans, each once, with what they are good for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.check.alternatives import alternatives, builds_least
from poetry_arch_check.check.requirers import brought_by
from poetry_arch_check.formats.merging import After, Merged, images_of, merged_steps
from poetry_arch_check.formats.problems import labels
from poetry_arch_check.remedies.machine import OF_MACHINE
from poetry_arch_check.remedies.plan import OF_PROJECT
from poetry_arch_check.strings import listed, printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.report import Remedy, Report

# So many packages are named in a sentence.
_NAMES = 12
# So many targets are named, rather than said to be all that fail.
_PLACES = 2


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

    `place` is where it is done, as the beginning of a sentence, "" where it need not be said. The
    lines of the remedy are there to be pasted. `first` says that it is for the image that builds
    least, of several.
    """

    remedy: Remedy
    place: str
    effects: tuple[Effect, ...]
    first: bool = False


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
    """Return the steps of all plans, in an order that each plan has, those that cure more first.

    Of several images, those of the one that builds least come before the others'.
    """
    merged = merged_steps(report)
    first = _for_the_best_image(report, merged)
    merged.sort(key=lambda each: each.kind not in OF_PROJECT and each not in first)
    names = {package.name for each in merged for step in each.steps for package in step.cures}
    parents = brought_by(names, [target.requirers for target in report.targets])
    numbers = {id(each): number for number, each in enumerate(merged, start=1)}
    return [
        Task(
            remedy=each.remedy,
            place=_place(each, report),
            effects=tuple(_effects(each, numbers, parents)),
            first=each in first,
        )
        for each in merged
    ]


def _place(task: Merged, report: Report) -> str:
    """Return where it is done: "" for the project, and where there is one place alone."""
    known = places(report)
    if task.kind in OF_PROJECT:
        return ""
    if task.images:
        after = [_in_image(image, names, report) for image, names in task.images.items()]
        first = "then, " if not task.where else f"{', '.join(task.where)}, then "
        return f"{first}{listed(after)}"
    if len(known) == 1:
        return ""
    if len(task.where) == len(report.targets):
        return "everywhere"
    if len(task.where) == len(known) > _PLACES:
        return "on all that fail"
    return ", ".join(task.where)


def _in_image(image: str, names: Collection[str], report: Report) -> str:
    """Return `in python:3.12-slim-bookworm`, with the targets if not all that come to it."""
    coming = {each.target.name for each in report.targets if image in images_of(each.plan)}
    some = f" on {', '.join(map(printable, names))}" if len(names) < len(coming) else ""
    return f"in {printable(image)}{some}"


def _for_the_best_image(report: Report, merged: Iterable[Merged]) -> list[Merged]:
    """Return the tasks for the image that builds least, and those that come before one of them."""
    best = builds_least(alternatives(report))
    named = zip(labels(report.targets), report.targets, strict=True)
    on = {
        label
        for label, target in named
        if target.target.image and target.target.image.reference in best
    }
    mine = [each for each in merged if each.kind not in OF_PROJECT and on & each.where.keys()]
    before = [
        each
        for each in merged
        if each.kind in OF_MACHINE and any(each.where.keys() & task.moved for task in mine)
    ]
    return [*before, *mine]


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


# --- what they do ---------------------------------------------------------------------------


def _effects(task: Merged, numbers: dict[int, int], parents: dict[str, str]) -> Iterator[Effect]:
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


def _still(later: Sequence[After], numbers: dict[int, int]) -> str:
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
