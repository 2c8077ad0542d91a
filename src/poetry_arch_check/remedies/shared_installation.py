"""One file builds an image for all its architectures: what is installed on one is, on all. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.check.change import InstalledPackages
from poetry_arch_check.check.report import RemedyKind
from poetry_arch_check.platforms.platform import Os
from poetry_arch_check.remedies import rustup
from poetry_arch_check.toolchains.toolchain import RUST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from poetry_arch_check.check.plan import Plan, Step
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.remedies.machine import Machine


def with_shared_installations(plans: Sequence[Plan], machines: Sequence[Machine]) -> Iterator[Plan]:
    """Yield `plans`, for `machines`: where one installs what another does and more, both do that.

    On targets that differ by the architecture alone, and where the larger installation is proven
    to cure as much.
    """
    steps = [[*_taken(plan, machine)] for plan, machine in zip(plans, machines, strict=True)]
    installing = [each for taken in steps for each in taken if _installs(each[0])]
    for plan, taken in zip(plans, steps, strict=True):
        shared = (
            _shared(step, before, installing) if _installs(step) else step for step, before in taken
        )
        yield replace(plan, steps=tuple(shared))


def _installs(step: Step) -> bool:
    return step.remedy.kind is RemedyKind.TOOLCHAIN


def _taken(plan: Plan, machine: Machine) -> Iterator[tuple[Step, Machine]]:
    """Yield each step of a plan, and the machine on which it is taken."""
    for step in plan.steps:
        yield step, machine
        changed = machine.is_changed_by(step.remedy)
        cured = machine.cured_by(step.remedy)
        machine = machine.after(step.remedy) if changed else machine.without(cured)


def _shared(step: Step, machine: Machine, others: Iterable[tuple[Step, Machine]]) -> Step:
    """Return `step` with the largest installation of `others` that contains its own."""
    best = step
    for other, there in others:
        if (
            _image(there.target) == _image(machine.target)
            and _contains(other, best)
            and machine.is_cured_with(other.remedy, [each.name for each in step.cures])
            and _has_tools(other, machine.target)
        ):
            best = replace(step, remedy=other.remedy, or_else=other.or_else)
    return best


def _contains(larger: Step, smaller: Step) -> bool:
    """Return whether `larger` installs all that `smaller` does, and more."""
    one, other = larger.remedy.change, smaller.remedy.change
    if not isinstance(one, InstalledPackages) or not isinstance(other, InstalledPackages):
        return False
    # What else they come to is the same, or one is no part of the other.
    if replace(one, packages=(), others=()) != replace(other, packages=(), others=()):
        return False
    installed, also = {*one.packages, *one.others}, {*other.packages, *other.others}
    return bool(larger.remedy.lines) and installed > also


def _has_tools(step: Step, target: Target) -> bool:
    """Return whether what comes with rustup runs on `target`, too."""
    change = step.remedy.change
    from_rustup = isinstance(change, InstalledPackages) and RUST in change.others
    return not from_rustup or rustup.runs_on(target.platform)


def _image(target: Target) -> object:
    """Return what tells images apart, the architecture left out; each machine is its own."""
    platform = target.platform
    if target.current or platform.os is not Os.LINUX:
        return target
    reference = target.image.reference if target.image else ""
    step = (target.step.where, target.step.stage) if target.step else None
    declared = () if step else target.toolchain.dependencies
    return reference, step, declared, platform.libc, platform.version, target.python
