"""Every remedy that is printed is proven: done by other means, the check is satisfied.

The means are those that a user has: other options, lines in a Dockerfile, another pyproject.toml.
"""

from __future__ import annotations

import os
import re
import socket
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NoReturn

import pytest
from packaging.markers import Marker
from poetry.core.version.markers import parse_marker

from poetry_arch_check.check.change import (
    AddedConstraint,
    AddedMarker,
    DeclaredToolchain,
    InstalledPackages,
    LiftedPolicy,
    NewerMacOS,
    OtherArchitecture,
    OtherImage,
    OtherPython,
    OtherVersion,
)
from poetry_arch_check.check.report import Cause, Outcome, RemedyKind
from poetry_arch_check.errors import ArchCheckError
from poetry_arch_check.pipeline import run
from poetry_arch_check.poetry_api.project import Project
from poetry_arch_check.settings.request import DockerfileRef, Request
from poetry_arch_check.toolchains.libraries import label_of
from poetry_arch_check.toolchains.toolchain import parse_toolchain
from support.corpus import PAIRS, copy_pair, load, python_of
from support.oracle import TARGETS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from poetry.poetry import Poetry

    from poetry_arch_check.check.report import Finding, Remedy, Report, TargetReport

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PAIRS, reason="no corpus beside the project"),
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
    "amazonlinux:2",
    "amazonlinux:2023",
    "public.ecr.aws/lambda/python:3.{minor}",
    "debian:11",
    "debian:13",
    "ubuntu:20.04",
    "ubuntu:24.04",
    "fedora:41",
)


# Where to look: that an index has wheels is known to the index alone, and the text says so.
ASKED_ELSEWHERE = {RemedyKind.REPLACEMENT, RemedyKind.SOURCE, RemedyKind.IGNORE}


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every connection fail at once."""

    def refuse(*_: object, **__: object) -> NoReturn:
        raise OSError("the network is not there")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@dataclass
class Checked:
    """A project, and the reports on it that were made already."""

    folder: Path
    poetry: Poetry
    reports: dict[object, Report | None] = field(default_factory=dict)
    marked: dict[object, Report | None] = field(default_factory=dict)

    def report(self, request: Request, dockerfile: str = "") -> Report | None:
        """Return the report for `request`, None where it cannot be made."""
        key = (request.targets, request.image, request.pythons, str(request.toolchain), dockerfile)
        if key not in self.reports:
            if dockerfile:
                path = self.folder / "Dockerfile.proof"
                path.write_text(dockerfile)
                request = replace(request, dockerfile=DockerfileRef(path=str(path)), image=None)
            try:
                self.reports[key] = run(Project(self.poetry), request)
            except ArchCheckError:
                self.reports[key] = None
        return self.reports[key]


def fine(report: Report | None, name: str, *, wheel: bool) -> bool:
    """Return whether a package is installed everywhere, from a wheel where it must be one."""
    found = _of(report, name)
    good = {Outcome.WHEEL} if wheel else {Outcome.WHEEL, Outcome.SOURCE}
    return bool(found) and all(each.outcome in good for each in found)


def _of(report: Report | None, name: str) -> list[Finding]:
    targets = report.targets if report else ()
    return [f for target in targets for f in target.findings if f.package.name == name]


def done(
    remedy: Remedy, finding: Finding, on: TargetReport, request: Request, project: Checked
) -> Report | None:
    """Return the report on the target once a remedy is done, by other means than the product's."""
    target = on.target
    machine = target.markers["platform_machine"]
    here = replace(request, targets=(target.name,))
    match remedy.change:
        case OtherImage(image=image):
            plain = {"x86_64": "amd64", "aarch64": "arm64", "i686": "386", "armv7l": "arm/v7"}
            name = f"linux/{plain.get(machine, machine)}"
            return project.report(replace(here, targets=(name,), image=image))
        case OtherPython(python=python, image=image):
            other = replace(here, pythons=(python.short,), image=image or here.image)
            return project.report(other)
        case OtherArchitecture():
            name, found = re.subn(rf"{machine}$", "x86_64", target.name)
            if not found:
                name = f"{target.name.partition('/')[0]}/amd64"
            return project.report(replace(here, targets=(name,)))
        case NewerMacOS(version=(major, minor)):
            name = f"macosx_{major}_{minor}_{machine}"
            return project.report(replace(here, targets=(name,)))
        case InstalledPackages() if target.image and remedy.lines and not _to_find(remedy):
            return project.report(here, f"FROM {target.image.reference}\n{_steps(remedy)}")
        case InstalledPackages() | DeclaredToolchain():
            declared = re.search(r"--toolchain ([^ ]*[^ .])", remedy.text)
            assert declared, remedy.text
            return project.report(replace(here, toolchain=parse_toolchain(declared[1].split(","))))
        case AddedConstraint():
            return _with_constraint(remedy, here, project)
        case OtherVersion(version=version):
            return _with_version(finding, version, here, project)
        case LiftedPolicy():
            raise AssertionError("no policy is set")
        case _:
            raise AssertionError(f"{remedy.kind} is not done here: {remedy.text}")


def _to_find(remedy: Remedy) -> bool:
    """Return whether the lines leave something out, and the text says so."""
    return "(find the packages of " in remedy.text


def _steps(remedy: Remedy) -> str:
    """Return the rest of a Dockerfile: the lines, and what installs unless they do."""
    lines = "\n".join(remedy.lines)
    return lines if "poetry install" in lines else f"{lines}\nRUN poetry install\n"


def _with_constraint(remedy: Remedy, request: Request, project: Checked) -> Report | None:
    path = project.folder / "pyproject.toml"
    before = path.read_text("utf-8")
    path.write_text("{}\n{}\n".format(before, "\n".join(remedy.lines)), "utf-8")
    try:
        poetry = load(project.folder)
        return Checked(project.folder, poetry).report(request) if poetry else None
    finally:
        path.write_text(before, "utf-8")


def _with_version(
    finding: Finding, version: str, request: Request, project: Checked
) -> Report | None:
    """Return the report on a lock that has the sdist of another version."""
    package = finding.package
    path = project.folder / "poetry.lock"
    before = path.read_text("utf-8")
    file = f'[{{file = "{package.name}-{version}.tar.gz", hash = "sha256:{"0" * 64}"}}]'
    lines = before.splitlines(keepends=True)
    head, tail = "".join(lines[: package.line]), "".join(lines[package.line :])
    entry, rest = re.split(r"(?=^\[)", tail, maxsplit=1, flags=re.MULTILINE)
    entry = re.sub(r'^version = ".*"$', f'version = "{version}"', entry, flags=re.MULTILINE)
    if "\nfiles = [" in entry:
        entry = re.sub(
            r"^files = \[.*?^\]", f"files = {file}", entry, flags=re.DOTALL | re.MULTILINE
        )
    else:
        # Before version 2.0, all files stand at the end, by name.
        name = re.escape(re.findall(r'^name = "(.*)"$', entry, re.MULTILINE)[0])
        listed = re.compile(rf"^{name} = \[.*?^\]", re.DOTALL | re.MULTILINE)
        rest = listed.sub(lambda found: f"{found[0].partition(' = ')[0]} = {file}", rest)
    path.write_text(head + entry + rest, "utf-8")
    try:
        poetry = load(project.folder)
        # `poetry add` changes the project's own requirement, too.
        for dependency in poetry.package.all_requires if poetry else ():
            if dependency.name == package.name:
                dependency.constraint = f">={version}"
        return Checked(project.folder, poetry).report(request) if poetry else None
    finally:
        path.write_text(before, "utf-8")


def _with_marker(change: AddedMarker, request: Request, project: Checked) -> Report | None:
    """Return the report where the requirements have the marker, solved by Poetry from the lock."""
    poetry = load(project.folder)
    assert poetry is not None
    names = {requirement.name for requirement in change.requirements}
    for dependency in poetry.package.all_requires:
        if dependency.name in names:
            dependency.marker = dependency.marker.intersect(parse_marker(change.marker))
    poetry.config.merge({"installer": {"re-resolve": True}})
    # What was solved with other markers is not taken for this.
    poetry.pyproject.data["proof"] = [change.marker, *sorted(names)]
    return Checked(project.folder, poetry).report(request)


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
        project.marked[key] = _with_marker(change, asked, project)
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
    """Yield what is checked: twelve targets, then two on a range of images.

    Old locks are solved anew for each target, which takes minutes: they take turns.
    """
    python = python_of(poetry)
    common = Request(
        pythons=(python,), groups=frozenset(poetry.package.dependency_group_names()), offline=True
    )
    solved = not poetry.locker.is_locked_groups_and_markers()
    few = solved and not os.environ.get("ALL_TARGETS")
    yield replace(common, targets=tuple(TARGETS)[turn % 4 :: 4] if few else tuple(TARGETS))
    minor = python.split(".")[1]
    for image in IMAGES[turn % 5 :: 5] if few else IMAGES:
        for target in ("linux/arm64",) if few else ("linux/amd64", "linux/arm64"):
            yield replace(common, targets=(target,), image=image.format(minor=minor))


@pytest.mark.parametrize("pair", PAIRS)
def test_every_remedy_is_proven(
    pair: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """What is said to help helps, and what is said to be taken still is taken still."""
    folder = copy_pair(pair, tmp_path)
    poetry = load(folder)
    try:
        refused = poetry is None or not poetry.locker.lock_data
    except RuntimeError:
        refused = True
    if poetry is None or refused:
        return
    project = Checked(folder, poetry)
    wrong: list[str] = []
    counts: Counter[str] = Counter()
    for request in requests(poetry, PAIRS.index(pair)):
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
    lacks = {label_of(need) for each in _of(after, name) for need in each.missing}
    said = all(label in still[1] for label in lacks)
    return "" if lacks and said else f"{still[0]} is not what is missing, {sorted(lacks)}"
