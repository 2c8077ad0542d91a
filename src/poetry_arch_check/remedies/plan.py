"""The cheapest steps after which a target is ok. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from poetry_arch_check.check.change import NewerMacOS
from poetry_arch_check.check.plan import Plan, Step
from poetry_arch_check.check.report import RemedyKind
from poetry_arch_check.remedies.cover import Candidate, cover
from poetry_arch_check.remedies.machine import Machine
from poetry_arch_check.remedies.shared_installation import with_shared_installations

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.report import Remedy, Report
    from poetry_arch_check.remedies.facts import Facts

# What a step costs, in the order in which steps are told. A change of the lock or the project
# is made once for all targets; one of the machine moves the ground for what is installed there;
# a toolchain costs the more, the more is built with it, each time; emulation, and doing without
# the package, are for what nothing else cures.
WEIGHTS = {
    RemedyKind.LOCK: 1,
    RemedyKind.UPGRADE: 2,
    RemedyKind.VERSION: 2,
    RemedyKind.CONSTRAINT: 2,
    RemedyKind.POLICY: 2,
    RemedyKind.REPLACEMENT: 4,
    RemedyKind.IMAGE: 6,
    RemedyKind.PYTHON: 12,
    RemedyKind.PLATFORM: 900,
    RemedyKind.TOOLCHAIN: 2,
    RemedyKind.RUN_TIME: 6,
    RemedyKind.MARKER: 1000,
}
# What says where to look, or that there is no way out, is no step.
_HINTS = frozenset({RemedyKind.SOURCE, RemedyKind.IGNORE})
_BUILD = 2
_BY_HAND = 20
_ORDER = list(WEIGHTS)
OF_PROJECT = frozenset(_ORDER[: _ORDER.index(RemedyKind.IMAGE)])


def with_plans(report: Report, facts: Iterable[Facts]) -> Report:
    """Return `report` with a plan for each target, of which `facts` are known.

    What one change of the lock or the project cures is not cured again on another target, and
    what is installed in an image is for all its architectures.
    """
    machines = [
        Machine.of(target, known) for target, known in zip(report.targets, facts, strict=True)
    ]
    first = [plan_of(machine) for machine in machines]
    shared = tuple(dict.fromkeys(r for plan in first for r in _of_project(plan)))
    plans = [
        plan_of(machine, given=shared) if _cures_more(shared, plan, machine) else plan
        for machine, plan in zip(machines, first, strict=True)
    ]
    plans = list(with_shared_installations(plans, machines))
    return replace(
        report,
        targets=tuple(
            replace(target, plan=plan) for target, plan in zip(report.targets, plans, strict=True)
        ),
    )


def _cures_more(changes: Iterable[Remedy], plan: Plan, machine: Machine) -> bool:
    """Return whether `changes` have one that cures something on `machine` and is not in `plan`."""
    own = frozenset(_of_project(plan))
    return any(change not in own and machine.cured_by(change) for change in changes)


def of_project(report: Report) -> tuple[Step, ...]:
    """Return the changes of the lock and the project, each once, with all that it cures."""
    cures: dict[Remedy, dict[LockedPackage, None]] = {}
    for target in report.targets:
        for step in target.plan.steps:
            if step.remedy.kind in OF_PROJECT:
                cures.setdefault(step.remedy, {}).update(dict.fromkeys(step.cures))
    return tuple(Step(remedy=remedy, cures=(*found,)) for remedy, found in cures.items())


def _of_project(plan: Plan) -> Iterator[Remedy]:
    return (step.remedy for step in plan.steps if step.remedy.kind in OF_PROJECT)


def plan_of(machine: Machine, *, given: Sequence[Remedy] = ()) -> Plan:
    """Return the cheapest plan for `machine`, on which the changes `given` are made anyway.

    Changes of the machine are added while one makes the whole cheaper; then each is tried
    without, for a later one may have made it needless.
    """
    best = _attempt(machine, given, ())
    while (better := _cheapest(_longer(best, machine, given), best)) is not best:
        best = better
    return _cheapest(_shorter(best, machine, given), best).plan


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    """A plan with these changes of the machine, what they make of it, and the cost of all.

    What is left counts before what the steps cost, and that before how many there are.
    """

    plan: Plan
    moves: tuple[Remedy, ...]
    machine: Machine
    cost: tuple[int, int, int]


def _cheapest(attempts: Iterable[_Attempt], best: _Attempt) -> _Attempt:
    return min((best, *attempts), key=lambda each: each.cost)


def _longer(best: _Attempt, machine: Machine, given: Sequence[Remedy]) -> Iterator[_Attempt]:
    """Yield attempts with one more change of the machine, unless these cost more than all now.

    To see what a change does may take Poetry's solver.
    """
    for remedy in filter(_is_step, best.machine.remedies):
        dearer = best.cost < (0, sum(_weight(each, 0) for each in (*best.moves, remedy)))
        if not dearer and best.machine.is_changed_by(remedy) and best.machine.cured_by(remedy):
            yield _attempt(machine, given, (*best.moves, remedy))


def _shorter(best: _Attempt, machine: Machine, given: Sequence[Remedy]) -> Iterator[_Attempt]:
    """Yield attempts without one of several changes of the machine."""
    for move in best.moves if len(best.moves) > 1 else ():
        yield _attempt(machine, given, tuple(each for each in best.moves if each is not move))


def _attempt(machine: Machine, given: Sequence[Remedy], moves: tuple[Remedy, ...]) -> _Attempt:
    """Return the plan with these changes of the machine, in this order."""
    steps: list[Step] = []
    for remedy in (*given, *moves):
        cured = machine.cured_by(remedy)
        after = machine.after(remedy) if machine.is_changed_by(remedy) else machine.without(cured)
        _take(remedy, cured, machine, steps)
        machine = after
    chosen = cover(machine.names, _candidates(machine))
    finished = _finished(machine, chosen, steps)
    # Changes of the machine stay in the order in which they were tried.
    ordered = tuple(sorted(steps, key=lambda step: step.remedy.kind not in OF_PROJECT))
    left = {finding.package.name: finding.package for finding in finished.open.values()}
    left |= {each.name: each for each in _unfinished(ordered) if each.name not in left}
    plan = Plan(steps=ordered, left=tuple(left.values()))
    weight = sum(_weight(step.remedy, len(step.cures)) for step in plan.steps)
    cost = len(plan.left), weight, len(plan.steps)
    return _Attempt(plan=plan, moves=moves, machine=machine, cost=cost)


def _unfinished(steps: Sequence[Step]) -> Iterator[LockedPackage]:
    """Yield what still takes more after a step than any later one does."""
    for number, step in enumerate(steps):
        later = {each.name for other in steps[number + 1 :] for each in other.cures}
        if step.remedy.still:
            yield from (each for each in step.cures if each.name not in later)


def _take(
    remedy: Remedy,
    cured: Collection[str],
    machine: Machine,
    steps: list[Step],
    or_else: tuple[Remedy, ...] = (),
) -> Machine:
    """Add a step that cures `cured`, if it cures anything; return the machine with these cured."""
    packages = tuple(each.package for name, each in machine.open.items() if name in cured)
    if packages:
        steps.append(Step(remedy=remedy, cures=packages, or_else=or_else))
    return machine.without(cured)


def _finished(machine: Machine, chosen: Sequence[Candidate[Remedy]], steps: list[Step]) -> Machine:
    """Take what was chosen; of the toolchain, what the other steps leave open."""
    at_once = machine.at_once
    together = at_once.remedies[:1] if at_once.cures else ()
    others = [each for each in chosen if each.item not in together]
    for each in others:
        machine = _take(each.item, each.cures & machine.names, machine, steps)
    lacking = at_once.cures & machine.names
    if len(others) < len(chosen) and lacking:
        fewer = machine.installation(lacking)
        installation = fewer if fewer.cures >= lacking else at_once
        remedy, *or_else = installation.remedies
        machine = _take(remedy, lacking, machine, steps, tuple(or_else))
    return machine


def _candidates(machine: Machine) -> list[Candidate[Remedy]]:
    """Return what could be done on `machine` as it is, in the order of the steps."""
    built = machine.at_once.cures
    found = [
        Candidate(item=remedy, weight=_weight(remedy, len(cures)), cures=cures)
        for remedy in machine.remedies
        if not machine.is_changed_by(remedy) and _is_step(remedy)
        for cures in [machine.cured_by(remedy)]
        if (cures - built if remedy.kind is RemedyKind.TOOLCHAIN else cures)
    ]
    found += [
        Candidate(item=remedy, weight=_weight(remedy, len(built)), cures=built)
        for remedy in machine.at_once.remedies[:1]
    ]
    return sorted(found, key=lambda each: _ORDER.index(each.item.kind))


def _is_step(remedy: Remedy) -> bool:
    """Return whether it is more than a hint, and nothing forbids it but what its lines change."""
    if remedy.kind in _HINTS:
        return False
    open_ended = remedy.forbidden or remedy.kind is RemedyKind.REPLACEMENT
    return bool(remedy.lines) or not open_ended


def _weight(remedy: Remedy, cures: int) -> int:
    if isinstance(remedy.change, NewerMacOS):
        return WEIGHTS[RemedyKind.PYTHON]
    weight = WEIGHTS[remedy.kind]
    if remedy.kind in {RemedyKind.TOOLCHAIN, RemedyKind.IMAGE} and not remedy.lines:
        weight += _BY_HAND
    return weight + (_BUILD * cures if remedy.kind is RemedyKind.TOOLCHAIN else 0)
