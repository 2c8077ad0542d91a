"""Every remedy that is printed is proven: done by other means, the check is satisfied.

The means are those that a user has: other options, lines in a Dockerfile, another pyproject.toml.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from packaging.markers import Marker

from poetry_arch_check.check.change import (
    AddedMarker,
    NewerMacOS,
    OtherArchitecture,
    OtherImage,
    OtherPython,
)
from poetry_arch_check.check.report import Cause, RemedyKind
from poetry_arch_check.settings.request import Request
from poetry_arch_check.toolchains.libraries import label_of
from support.corpus import PAIRS, python_of
from support.oracle import TARGETS
from support.proving import Checked, checked, done, fine, of, with_marker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from poetry.poetry import Poetry

    from poetry_arch_check.check.report import Finding, Remedy, TargetReport

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PAIRS, reason="no corpus beside the project"),
    pytest.mark.usefixtures("no_network"),
]

# Old and new releases of the kinds of images that there are, for a Python 3.{minor}.
IMAGES = (
    "python:3.{minor}-slim-buster",
    "python:3.{minor}-slim-bullseye",
    "python:3.{minor}-slim-trixie",
    "python:3.{minor}-bookworm",
    "python:3.{minor}-alpine3.16",
    "python:3.{minor}-alpine3.22",
    "rockylinux:8",
    "almalinux:9",
    "almalinux:10",
    "amazonlinux:2",
    "amazonlinux:2023",
    "debian:11",
    "debian:13",
    "ubuntu:20.04",
    "ubuntu:24.04",
    "fedora:41",
)

# Lambda's images, of Amazon Linux 2 and of 2023: which it is depends on the Python.
LAMBDA = (11, 12)

# Where to look: that an index has wheels is known to the index alone, and the text says so.
ASKED_ELSEWHERE = {RemedyKind.REPLACEMENT, RemedyKind.SOURCE, RemedyKind.IGNORE}


def _wrong_marker(
    change: AddedMarker, finding: Finding, on: TargetReport, request: Request, project: Checked
) -> str:
    """Return what is wrong with a marker: where the package stays, or others vanish, "" for nothing.

    The targets are those on which it does not hold, and one on which it does.
    """
    before = project.report(request)
    assert before is not None
    marker = Marker(change.marker)
    without = [r for r in before.targets if not marker.evaluate(_environment(r))]
    others = [r for r in before.targets if r not in without][:1]
    if on not in without:
        return f"it holds on {on.target.name}"
    asked = replace(request, targets=tuple(r.target.name for r in (*without, *others)))
    key = (change, asked.targets)
    if key not in project.marked:
        project.marked[key] = with_marker(change, asked, project)
    after = project.marked[key]
    if after is None:
        return "there is no plan with it"
    name = finding.package.name
    for old, new in zip((*without, *others), after.targets, strict=True):
        was = {each.package.name: each for each in old.findings}
        left = {each.package.name for each in new.findings}
        if old in without and name in left:
            return f"it is still there on {old.target.name}"
        fine_before = name not in was or not was[name].problem
        if was.keys() - left and (fine_before or old not in without):
            return f"on {old.target.name}, {sorted(was.keys() - left)} are gone"
    return ""


def _environment(report: TargetReport) -> dict[str, str]:
    return {key: str(value) for key, value in report.target.markers.items()} | {"extra": ""}


def requests(poetry: Poetry, turn: int) -> Iterator[Request]:
    """Yield what is checked: twelve targets, then two on a range of images, and Lambda's.

    Old locks are solved anew for each target, which takes minutes: they take turns, and images are
    tried with every other lock. `ALL_TARGETS=1` tries all with all.
    """
    python = python_of(poetry)
    common = Request(
        pythons=(python,), groups=frozenset(poetry.package.dependency_group_names()), offline=True
    )
    everything = bool(os.environ.get("ALL_TARGETS"))
    few = not (everything or poetry.locker.is_locked_groups_and_markers())
    yield replace(common, targets=tuple(TARGETS)[turn % 4 :: 4] if few else tuple(TARGETS))
    minor = python.split(".")[1]
    step = 1 if everything else 5 if few else 2
    for image in IMAGES[turn % step :: step]:
        for target in ("linux/arm64",) if few else ("linux/amd64", "linux/arm64"):
            yield replace(common, targets=(target,), images=(image.format(minor=minor),))
    for each in LAMBDA[turn % 2 :: 2] if few else LAMBDA:
        image = f"public.ecr.aws/lambda/python:3.{each}"
        yield replace(common, targets=("linux/arm64",), images=(image,), pythons=(f"3.{each}",))


@pytest.mark.parametrize("pair", PAIRS)
def test_every_remedy_is_proven(
    pair: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """What is said to help helps, and what is said to be taken still is taken still."""
    project = checked(pair, tmp_path)
    if project is None:
        return
    wrong: list[str] = []
    counts: Counter[str] = Counter()
    for request in requests(project.poetry, PAIRS.index(pair)):
        report = project.report(request)
        for on in report.targets if report else ():
            for finding in on.findings:
                for remedy in finding.remedies:
                    why = _wrong(remedy, finding, on, request, project)
                    counts[remedy.kind.value] += 1
                    if why:
                        where = f"{finding.package.name} on {on.target.name} {request.image}"
                        wrong.append(f"{where}: {why}: {remedy.text}")
    for kind, count in counts.items():
        record_property(f"count:{kind}", count)
    print(pair, dict(counts))
    assert not wrong, "\n".join(wrong)


def _wrong(
    remedy: Remedy, finding: Finding, on: TargetReport, request: Request, project: Checked
) -> str:
    """Return what is wrong with a remedy, "" for nothing."""
    name = finding.package.name
    if remedy.forbidden:
        # What stands in the way is said, and nothing is printed to paste.
        return "it has lines" if remedy.lines else ""
    if remedy.change is None:
        known = remedy.kind in ASKED_ELSEWHERE or finding.cause is Cause.NO_FILES_LOCKED
        return "" if known else "it has no change"
    if isinstance(remedy.change, AddedMarker):
        return _wrong_marker(remedy.change, finding, on, request, project)
    after = done(remedy, finding, on, request, project)
    wheel = isinstance(remedy.change, OtherImage | OtherPython | OtherArchitecture | NewerMacOS)
    still = re.search(r"; it still takes (.*)\.$", remedy.text)
    if still is None:
        return "" if fine(after, name, wheel=wheel) else "it does not help"
    lacks = {label_of(need) for each in of(after, name) for need in each.missing}
    said = all(label in still[1] for label in lacks)
    return "" if lacks and said else f"{still[0]} is not what is missing, {sorted(lacks)}"
