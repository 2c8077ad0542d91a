"""Steps of several targets' plans that are one for the reader, and where they are taken."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from poetry_arch_check.check.change import AddedMarker, OtherImage
from poetry_arch_check.check.report import RemedyKind
from poetry_arch_check.formats.problems import labels
from poetry_arch_check.remedies.build_constraint import BY_CONSTRAINT
from poetry_arch_check.remedies.machine import OF_MACHINE
from poetry_arch_check.remedies.plan import WEIGHTS
from poetry_arch_check.remedies.proof import STILL
from poetry_arch_check.strings import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.plan import Plan, Step
    from poetry_arch_check.check.report import Remedy, Report
    from poetry_arch_check.check.target import Target

_ORDER = list(WEIGHTS)
# What these install is part of an image; other steps are for the target, whatever it runs in.
_IN_IMAGE = frozenset({RemedyKind.TOOLCHAIN, RemedyKind.RUN_TIME})


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """What a package takes on a target after a step: nothing, more tasks, needs, or no way."""

    tasks: tuple[Merged, ...] = ()
    needs: tuple[str, ...] = ()
    hopeless: bool = False

    @property
    def more(self) -> bool:
        """Whether the step is not enough."""
        return bool(self.tasks or self.needs or self.hopeless)


@dataclass(kw_only=True, eq=False)
class Merged:
    """The steps of a task, where they are taken, and what each package takes there after it.

    `where` are the targets by their labels. Where another image comes first, the target of the
    report that has it is in `where`, and the label of the one that comes to it in `moved`; an image
    that no target has is in `images`, with the names of the targets.
    """

    steps: list[Step] = field(default_factory=list)
    where: dict[str, None] = field(default_factory=dict)
    moved: set[str] = field(default_factory=set)
    images: dict[str, dict[str, None]] = field(default_factory=dict)
    later: dict[tuple[str, str], list[After]] = field(default_factory=dict)

    def at(self, label: str, there: str, image: str, name: str) -> None:
        """Add where a step of the target `label` is taken: on that, on `there`, or in `image`."""
        if there:
            self.where[there] = None
        else:
            self.images.setdefault(image, {})[name] = None
        if there != label:
            self.moved.add(label)

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
        if self.kind is RemedyKind.CONSTRAINT:
            return replace(largest, text=_constraining(self.steps), lines=lines)
        if len({step.remedy for step in self.steps}) == 1 or not requirements:
            return replace(largest, lines=lines)
        text = (
            "If the project can do without them there, put this marker on the requirements"
            f" that bring them in: {listed(requirements)}."
        )
        return replace(largest, text=text, lines=lines)


def _constraining(steps: Iterable[Step]) -> str:
    """Return what several build constraints are for, as one: they stand in one table."""
    texts = dict.fromkeys(step.remedy.text for step in steps)
    if len(texts) == 1:
        return next(iter(texts))
    parts = [text.removeprefix("Build ").partition(BY_CONSTRAINT) for text in texts]
    what = listed(dict.fromkeys(first for first, *_ in parts))
    # What each still takes is said of each.
    rest = parts[0][2].partition(STILL)[0].removesuffix(".")
    return f"Build {what}{BY_CONSTRAINT}{rest}."


def merged_steps(report: Report) -> list[Merged]:
    """Return the steps of all plans, each once, in an order that each plan has."""
    merged: dict[object, Merged] = {}
    for label, target in zip(labels(report.targets), report.targets, strict=True):
        steps = target.plan.steps
        images = _images_before(steps)
        there = [_label_of(target.target, image, report) if image else label for image in images]
        mine = [merged.setdefault(_key(step.remedy), Merged()) for step in steps]
        for number, (step, task) in enumerate(zip(steps, mine, strict=True)):
            task.steps.append(step)
            task.at(label, there[number], images[number], target.target.name)
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
                after = After(tasks=rest, needs=needs, hopeless=hopeless)
                task.later.setdefault((package.name, package.version), []).append(after)
    return sorted(
        merged.values(),
        key=lambda task: (
            _ORDER.index(task.kind),
            -len(task.later) * (len(task.where) + len(task.images)),
        ),
    )


def _images_before(steps: Sequence[Step]) -> list[str]:
    """Return for each step the image that one before it has changed to, "" for the target's own."""
    image, found = "", []
    for step in steps:
        found.append(image if step.remedy.kind in _IN_IMAGE else "")
        if isinstance(step.remedy.change, OtherImage):
            image = step.remedy.change.image
    return found


def _label_of(target: Target, image: str, report: Report) -> str:
    """Return what the target is called that is `target` with another image, "" for none."""
    for label, each in zip(labels(report.targets), report.targets, strict=True):
        other = each.target
        same = (other.name, other.python) == (target.name, target.python)
        if same and other.image and other.image.reference == image:
            return label
    return ""


def _has(packages: Iterable[LockedPackage], package: LockedPackage) -> bool:
    """Return whether it is among `packages`; a step before may have lifted a policy for it."""
    return any(each.name == package.name for each in packages)


def _key(remedy: Remedy) -> object:
    """Return what tells tasks apart: entries of one table in TOML are one task, as is a marker."""
    match remedy.kind:
        case RemedyKind.CONSTRAINT:
            return remedy.kind, remedy.lines[:-1]
        case RemedyKind.MARKER:
            return remedy.kind, remedy.lines
        case _ if remedy.change is None:
            return remedy.kind, remedy.text, remedy.lines
        case _:
            return remedy.kind, remedy.change, remedy.lines


def images_of(plan: Plan) -> list[str]:
    """Return the images that a plan takes instead of the target's own."""
    return [
        step.remedy.change.image
        for step in plan.steps
        if isinstance(step.remedy.change, OtherImage)
    ]
