"""Plans: the cheapest steps after which a target is ok, and a weighted cover."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poetry_arch_check.check.check import check
from poetry_arch_check.check.report import Outcome, Remedy, RemedyKind, Report, TargetReport
from poetry_arch_check.remedies.cover import Candidate, cover
from poetry_arch_check.remedies.machine import Machine
from poetry_arch_check.remedies.plan import OF_PROJECT, WEIGHTS, of_project, plan_of, with_plans
from poetry_arch_check.remedies.remedies import with_remedies
from support.make import facts, package, target

if TYPE_CHECKING:
    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.plan import Plan
    from poetry_arch_check.check.target import Target

# --- the cover ------------------------------------------------------------------------------

PROBLEMS = st.frozensets(st.sampled_from("abcdefgh"), max_size=8)
CANDIDATES = st.lists(
    st.builds(
        lambda cures, weight: Candidate(item=None, weight=weight, cures=cures),
        st.frozensets(st.sampled_from("abcdefghij"), max_size=5),
        st.integers(1, 1000),
    ),
    max_size=8,
)


def cured(candidates: list[Candidate[None]]) -> frozenset[str]:
    """Return all that these cure."""
    return frozenset(name for candidate in candidates for name in candidate.cures)


@given(PROBLEMS, CANDIDATES)
def test_all_that_can_be_cured_is(
    problems: frozenset[str], candidates: list[Candidate[None]]
) -> None:
    """Whatever the weights."""
    chosen = cover(problems, candidates)
    assert problems & cured(list(chosen)) == problems & cured(candidates)


@given(PROBLEMS, CANDIDATES)
def test_nothing_is_needless(problems: frozenset[str], candidates: list[Candidate[None]]) -> None:
    """Without any of the chosen, something is left."""
    chosen = cover(problems, candidates)
    for each in chosen:
        others = [other for other in chosen if other is not each]
        assert problems & cured(others) < problems & cured(list(chosen))


@given(PROBLEMS, CANDIDATES)
def test_it_is_no_dearer_than_the_best_for_each(
    problems: frozenset[str], candidates: list[Candidate[None]]
) -> None:
    """One candidate for each problem, the cheapest, is a cover; greed does no worse than ln n."""
    chosen = cover(problems, candidates)
    each = {
        name: min((c.weight for c in candidates if name in c.cures), default=0) for name in problems
    }
    assert sum(c.weight for c in chosen) <= sum(each.values()) * 3


def test_one_for_many_beats_many() -> None:
    """By weight for each problem; the order decides among equals, and is kept."""
    image = Candidate(item="image", weight=6, cures=frozenset("abcd"))
    versions = [Candidate(item=name, weight=2, cures=frozenset(name)) for name in "abcd"]
    assert cover(frozenset("abcd"), [*versions, image]) == (image,)
    assert cover(frozenset("ab"), [*versions, image]) == tuple(versions[:2])


# --- plans of targets -----------------------------------------------------------------------

GLIBC = ("demo-1.0-cp311-cp311-manylinux_2_17_x86_64.whl",)
SDIST = ("demo-1.0.tar.gz",)


def named(name: str, *files: str) -> LockedPackage:
    """Return a package with files of this name."""
    return package(*(file.replace("demo", name) for file in files), name=name)


def planned(on: Target, *packages: LockedPackage) -> tuple[Plan, Machine]:
    """Return the plan for packages on a target, and the machine it is for."""
    found = check(packages, on, facts((), on).rules)
    known = facts(found, on)
    report = TargetReport(target=on, findings=with_remedies(found, on, known))
    machine = Machine.of(report, known)
    return plan_of(machine), machine


def kinds(plan: Plan) -> list[tuple[str, list[str]]]:
    """Return the steps by kind, with the names that they cure."""
    return [(s.remedy.kind.value, [each.name for each in s.cures]) for s in plan.steps]


def test_an_image_counts_once_for_all_that_it_cures() -> None:
    """And what is still to be built is built there, with that image's package manager."""
    plan, _ = planned(
        target("alpine/amd64"),
        *(named(f"w{i}", *GLIBC, *SDIST) for i in range(4)),
        named("built", *SDIST),
    )
    assert kinds(plan) == [("image", ["w0", "w1", "w2", "w3"]), ("toolchain", ["built"])]
    assert plan.steps[0].remedy.lines == ("FROM python:3.11-slim-bookworm",)
    assert "apt-get" in plan.steps[1].remedy.lines[0]
    assert plan.left == ()


def test_of_plans_that_cost_the_same_the_shorter_one() -> None:
    """An image with a wheel, rather than a build constraint and then a compiler."""
    files = (*GLIBC, *SDIST)
    plan, _ = planned(target("alpine/amd64"), replace(named("lief", *files), version="0.12.2"))
    assert kinds(plan) == [("image", ["lief"])]


def test_a_toolchain_for_many_is_one_step() -> None:
    """With another package manager as an alternative, where the distribution is not known."""
    plan, _ = planned(target(), named("a", *SDIST), named("b", *SDIST))
    assert kinds(plan) == [("toolchain", ["a", "b"])]
    assert "2 packages lack" in plan.steps[0].remedy.text
    assert [remedy.lines[0] for remedy in plan.steps[0].or_else] == ["RUN dnf install -y gcc \\"]


def test_a_single_build_is_cheaper_than_another_image() -> None:
    """The more there is to build, the dearer is the toolchain."""
    few, _ = planned(target("alpine/amd64"), named("a", *GLIBC, *SDIST))
    assert kinds(few) == [("toolchain", ["a"])]
    many, _ = planned(target("alpine/amd64"), *(named(f"w{i}", *GLIBC, *SDIST) for i in range(4)))
    assert kinds(many) == [("image", ["w0", "w1", "w2", "w3"])]


def test_emulation_is_for_what_nothing_else_cures() -> None:
    """It comes before the toolchain, which what is left needs on the other machine, too."""
    alone, _ = planned(target("linux/arm64"), named("a", *GLIBC, *SDIST))
    assert kinds(alone) == [("toolchain", ["a"])]
    plan, _ = planned(target("linux/arm64"), named("a", *GLIBC, *SDIST), named("only", *GLIBC))
    assert kinds(plan) == [("platform", ["a", "only"])]


def test_a_toolchain_that_the_machine_makes_needless_is_dropped() -> None:
    """The later change of the machine has a wheel for all."""
    plan, _ = planned(
        target("linux/arm64"),
        named("only", *GLIBC),
        *(named(f"w{i}", *GLIBC, *SDIST) for i in range(3)),
    )
    assert kinds(plan) == [("platform", ["only", "w0", "w1", "w2"])]


def test_what_is_installed_on_the_other_machine_alone_is_in_the_plan() -> None:
    """On another architecture, the lock may have packages that were none of this target's."""
    on = target("linux/arm64")
    only, other, there = named("only", *GLIBC), named("other", *GLIBC), named("there", *SDIST)
    found = check([only, other], on, facts((), on).rules)
    known = replace(facts(found, on), solve=lambda _: (only, other, there))
    report = TargetReport(target=on, findings=with_remedies(found, on, known))
    plan = plan_of(Machine.of(report, known))
    assert kinds(plan) == [("platform", ["only", "other"]), ("toolchain", ["there"])]


def test_a_machine_for_which_there_is_no_plan_cures_nothing() -> None:
    """It is not that nothing is a problem where nothing can be installed."""
    on = target("linux/arm64")
    only = named("only", *GLIBC)
    found = check([only], on, facts((), on).rules)
    known = replace(facts(found, on), solve=lambda _: ())
    report = TargetReport(target=on, findings=with_remedies(found, on, known))
    assert "platform" not in [kind for kind, _ in kinds(plan_of(Machine.of(report, known)))]


def test_a_policy_that_is_lifted_may_leave_a_build() -> None:
    """The first step makes it a build, the second one builds it."""
    locked = replace(named("a", *SDIST), sdists_allowed=False)
    plan, _ = planned(target(), locked)
    assert kinds(plan) == [("policy", ["a"]), ("toolchain", ["a"])]


def test_a_version_that_builds_again_may_lack_a_toolchain() -> None:
    """The first step makes it a build, the second one builds it."""
    stopping = replace(named("greenlet", "greenlet-1.1.2.tar.gz"), version="1.1.2")
    plan, _ = planned(target(), stopping)
    assert kinds(plan) == [("version", ["greenlet"]), ("toolchain", ["greenlet"])]


def test_what_no_change_cures_is_left() -> None:
    """And said to be."""
    plan, _ = planned(target("windows/arm64"), named("broken", "demo-1.whl"))
    assert kinds(plan) == []
    assert [each.name for each in plan.left] == ["broken"]


def test_a_target_that_is_fine_has_an_empty_plan() -> None:
    """Nothing to do, nothing left."""
    plan, _ = planned(target("linux/amd64"), named("a", *GLIBC))
    assert (plan.steps, plan.left) == ((), ())


def test_a_change_of_the_lock_is_made_once_for_all_targets() -> None:
    """A version that cures on one target is not paid for again on another, where gcc would do."""
    upgrade = Remedy(
        kind=RemedyKind.UPGRADE, change=None, text="Move to demo 2.0.", lines=("poetry add demo",)
    )
    reports, known = [], []
    places = (target("linux/arm64"), target("alpine/arm64"))
    for place in places:
        found = check([named("demo", *SDIST)], place, facts((), place).rules)
        each = facts(found, place)
        (finding,) = with_remedies(found, place, each)
        finding = replace(finding, remedies=(upgrade, *finding.remedies))
        reports.append(TargetReport(target=place, findings=(finding,)))
        known.append(each)
    report = Report(lock_path="poetry.lock", lock_version="2.1", targets=tuple(reports))
    report = with_plans(report, known)
    assert [kinds(each.plan) for each in report.targets] == [[("upgrade", ["demo"])]] * 2
    (step,) = of_project(report)
    assert (step.remedy, [each.name for each in step.cures]) == (upgrade, ["demo"])


def installed(*on: Target) -> list[list[tuple[str, ...]]]:
    """Return the lines of each step on targets of which one has a wheel of one of two packages."""
    locked = [
        replace(named("psycopg2", *SDIST), version="2.9.9"),
        replace(named("python-ldap", *GLIBC, *SDIST), version="3.4.4"),
    ]
    reports, known = [], []
    for place in on:
        found = check(locked, place, facts((), place).rules)
        each = facts(found, place)
        reports.append(
            TargetReport(target=place, findings=with_remedies(found, place, each)),
        )
        known.append(each)
    report = Report(lock_path="poetry.lock", lock_version="2.1", targets=tuple(reports))
    report = with_plans(report, known)
    return [[step.remedy.lines for step in each.plan.steps] for each in report.targets]


def test_what_is_installed_in_an_image_is_for_all_its_architectures() -> None:
    """One Dockerfile builds them all: the larger installation stands for both."""
    image = "python:3.11-slim-bookworm"
    small, large = installed(target("linux/amd64", image=image), target("linux/arm64", image=image))
    assert small == large
    assert "libldap-dev" in "".join(*large)


def test_another_image_has_an_installation_of_its_own() -> None:
    """It is another Dockerfile, or another argument of it."""
    small, large = installed(
        target("linux/amd64", image="python:3.11-slim-bookworm"),
        target("linux/arm64", image="python:3.11-slim-trixie"),
    )
    assert small != large


def test_every_kind_has_a_weight() -> None:
    """And a place: changes of the project first, emulation and markers last."""
    assert WEIGHTS.keys() == set(RemedyKind) - {RemedyKind.SOURCE, RemedyKind.IGNORE}
    assert {RemedyKind.UPGRADE, RemedyKind.LOCK, RemedyKind.POLICY} <= OF_PROJECT
    assert [kind for kind, weight in WEIGHTS.items() if weight > 100] == [
        RemedyKind.PLATFORM,
        RemedyKind.MARKER,
    ]


SHAPES = {
    "wheel": ("demo-1.0-py3-none-any.whl",),
    "glibc": GLIBC,
    "new": ("demo-1.0-cp311-cp311-manylinux_2_38_x86_64.whl", *SDIST),
    "both": (*GLIBC, *SDIST),
    "other-python": ("demo-1.0-cp312-cp312-manylinux_2_17_aarch64.whl",),
    "windows": ("demo-1.0-cp311-cp311-win_amd64.whl",),
    "sdist": SDIST,
    "broken": ("demo-1.whl",),
}
PLACES = ("linux/amd64", "linux/arm64", "alpine/amd64", "alpine/arm64", "windows/amd64")


@given(st.sampled_from(PLACES), st.lists(st.sampled_from(sorted(SHAPES)), max_size=6))
def test_a_plan_cures_all_that_is_coverable(place: str, shapes: list[str]) -> None:
    """Each problem by one step, or it is left; what is left has no remedy that is proven."""
    packages = [named(f"p{i}", *SHAPES[shape]) for i, shape in enumerate(shapes)]
    plan, machine = planned(target(place), *packages)
    cures = [each.name for step in plan.steps for each in step.cures]
    left = [each.name for each in plan.left]
    assert sorted([*cures, *left]) == sorted(machine.names)
    assert all(step.cures for step in plan.steps)
    assert all(
        remedy.kind in {RemedyKind.IGNORE, RemedyKind.SOURCE, RemedyKind.REPLACEMENT}
        for name in left
        for remedy in machine.open[name].remedies
    )


@given(st.sampled_from(PLACES), st.lists(st.sampled_from(sorted(SHAPES)), max_size=6))
def test_a_plan_applied_ends_in_what_it_claims(place: str, shapes: list[str]) -> None:
    """Checked again on the machine that its steps make."""
    packages = [named(f"p{i}", *SHAPES[shape]) for i, shape in enumerate(shapes)]
    plan, machine = planned(target(place), *packages)
    for step in plan.steps:
        names = {each.name for each in step.cures}
        if machine.is_changed_by(step.remedy):
            machine = machine.after(step.remedy)
            assert names.isdisjoint(machine.names)
        else:
            assert names <= machine.names
            machine = machine.without(names)
    assert sorted(machine.names) == sorted(each.name for each in plan.left)


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN])
def test_what_is_unknown_is_to_be_cured_too(outcome: Outcome) -> None:
    """A report is not ok while something cannot be decided."""
    plan, machine = planned(target(), package(name="empty"))
    assert machine.findings[0].outcome is outcome
    assert kinds(plan) == [("lock", ["empty"])]
