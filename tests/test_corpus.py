"""Real locks that nobody here wrote, against Poetry's own Installer and Chooser."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from poetry_arch_check.check.packages import Source
from poetry_arch_check.check.report import Cause
from poetry_arch_check.errors import ArchCheckError
from poetry_arch_check.pipeline.run import run
from poetry_arch_check.poetry_api.lockfile import is_fresh
from poetry_arch_check.poetry_api.project import Project
from poetry_arch_check.settings.request import Request
from support.corpus import CORPUS, PAIRS, copy_pair, load, python_of
from support.oracle import BUILT, TARGETS, Verdict, verdicts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from poetry.poetry import Poetry

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PAIRS, reason="no corpus beside the project"),
    pytest.mark.usefixtures("no_network"),
]


@dataclass(frozen=True)
class Choice:
    """Groups, extras and targets that are compared."""

    groups: frozenset[str]
    extras: tuple[str, ...]
    targets: tuple[str, ...]


def _choices(poetry: Poetry, turn: int) -> tuple[Choice, Choice]:
    """Return what `install` takes by itself on twelve targets, and everything on two.

    Old locks are solved anew for each target, which takes minutes. They take turns: each has a
    third of the targets and one of the two, so that all together have all.
    """
    extras = tuple(poetry.locker.lock_data.get("extras", {}))
    names = poetry.package.dependency_group_names
    solved = not poetry.locker.is_locked_groups_and_markers()
    few = solved and not os.environ.get("ALL_TARGETS")
    targets = tuple(TARGETS)[turn % 3 :: 3] if few else tuple(TARGETS)
    both = ("linux/arm64", "windows/amd64")
    return (
        Choice(frozenset(names()), (), targets),
        Choice(
            frozenset(names(include_optional=True)), extras, both[turn % 2 :][:1] if few else both
        ),
    )


# What is said of a build beyond that there is one, Poetry does not know.
BUILDS = frozenset(
    {
        Cause.NO_TOOLCHAIN_NEEDED,
        Cause.TOOLCHAIN_PRESENT,
        Cause.TOOLCHAIN_MISSING,
        Cause.BUILD_BROKEN,
        Cause.UNREADABLE_SOURCE,
    }
)


def _ours(poetry: Poetry, python: str, choice: Choice) -> dict[str, list[Verdict]]:
    report = run(
        Project(poetry),
        Request(
            targets=choice.targets,
            pythons=(python,),
            groups=frozenset(choice.groups),
            extras=tuple(choice.extras),
            offline=True,
        ),
    )
    return {
        target.target.name: sorted(
            (
                Verdict(
                    finding.package.name,
                    finding.package.version,
                    BUILT if finding.cause in BUILDS else finding.outcome.value,
                    finding.file,
                )
                for finding in target.findings
                if finding.package.source is not Source.PROJECT
            ),
            key=lambda verdict: (verdict.name, verdict.version, verdict.file or ""),
        )
        for target in report.targets
    }


@pytest.mark.parametrize("pair", PAIRS)
def test_a_lock_is_as_fresh_as_poetry_says(pair: str) -> None:
    """Of the whole lock and of its head alone, Poetry says the same."""
    poetry = load(CORPUS / pair)
    if poetry is None:
        return
    try:
        _ = poetry.locker.lock_data
    except RuntimeError:
        return
    text = poetry.locker.lock.read_text("utf-8")
    assert is_fresh(poetry.locker, text, poetry.pyproject.data) == poetry.locker.is_fresh()


@pytest.mark.parametrize("pair", PAIRS)
def test_agrees_with_poetry(
    pair: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Every package has the outcome and the file that Poetry itself arrives at."""
    project = copy_pair(pair, tmp_path)
    poetry = load(project)
    record_property("count:pairs", 1)
    if poetry is None:
        # That the command ends with 2 and Poetry's reason is seen in test_command.
        record_property("count:pairs that Poetry cannot load", 1)
        return
    python = python_of(poetry)
    try:
        _ours(poetry, python, Choice(frozenset({"main"}), (), ("linux/amd64",)))
    except ArchCheckError:
        for target in TARGETS:
            with pytest.raises(Exception):  # noqa: B017, PT011 - whatever it says, it refuses too
                verdicts(poetry, target, python, groups=["main"], extras=())
        record_property("count:pairs that Poetry cannot plan", 1)
        return
    disagreements = []
    for choice in _choices(poetry, PAIRS.index(pair)):
        ours = _ours(poetry, python, choice)
        for target in choice.targets:
            theirs = verdicts(poetry, target, python, groups=choice.groups, extras=choice.extras)
            record_property("count:targets", 1)
            record_property("count:packages", len(theirs))
            disagreements += [(target, odd) for odd in set(theirs) ^ set(ours[target])]
            assert len(theirs) == len(ours[target])
    record_property("count:disagreements", len(disagreements))
    assert disagreements == []
