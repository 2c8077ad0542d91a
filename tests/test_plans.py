"""Every plan over the corpus, carried out by other means, ends in what it claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from poetry_arch_check.check.change import AddedMarker
from poetry_arch_check.settings.request import Request
from support.corpus import PAIRS, python_of
from support.proving import Checked, carried_out, checked, of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from poetry_arch_check.check.report import TargetReport

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PAIRS, reason="no corpus beside the project"),
    pytest.mark.usefixtures("no_network"),
]

IMAGES = ("python:{python}-slim", "python:{python}-alpine")


@pytest.mark.parametrize("pair", PAIRS[::3])
def test_a_plan_that_is_carried_out_ends_in_what_it_claims(
    pair: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """What it cures is fine afterwards, what it leaves is named, and nothing else gets worse."""
    project = checked(pair, tmp_path)
    if project is None:
        return
    python = python_of(project.poetry)
    wrong: list[str] = []
    problems = steps = left = 0
    for image in IMAGES:
        request = Request(
            pythons=(python,),
            groups=frozenset(project.poetry.package.dependency_group_names()),
            offline=True,
            targets=("linux/amd64", "linux/arm64"),
            images=(image.format(python=python),),
        )
        report = project.report(request)
        for on in report.targets if report else ():
            wrong += _wrong(on, request, project)
            problems += len(_open(on))
            steps += len(on.plan.steps)
            left += len(on.plan.left)
    record_property("count:problems", problems)
    record_property("count:steps of plans", steps)
    record_property("count:problems that no step cures", left)
    assert not wrong, "\n".join(wrong)


def _wrong(on: TargetReport, request: Request, project: Checked) -> list[str]:
    """Return what is wrong with the plan of a target."""
    where = f"{on.target.name} {request.image}"
    planned = {package.name for step in on.plan.steps for package in step.cures}
    without = {
        package.name
        for step in on.plan.steps
        for package in step.cures
        if isinstance(step.remedy.change, AddedMarker)
    }
    left = {package.name for package in on.plan.left}
    wrong = [f"{where}: {name} is in no plan" for name in _open(on) - planned - left]
    if not planned:
        return wrong
    after = carried_out(on, request, project)
    if after is None:
        return [*wrong, f"{where}: there is no report once the plan is carried out"]
    [then] = after.targets
    wrong += [f"{where}: {name} vanished" for name in planned - without if not of(after, name)]
    wrong += [f"{where}: {name} is still there" for name in without if of(after, name)]
    wrong += [f"{where}: {name} is still a problem" for name in _open(then) - left]
    return wrong


def _open(on: TargetReport) -> set[str]:
    return {each.package.name for each in on.findings if each.problem and not each.ignored}
