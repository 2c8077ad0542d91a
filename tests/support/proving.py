"""What remedies say is done by other means than the product's: those that a user has.

They are other options, lines in a Dockerfile, another pyproject.toml, another lock.
"""

from __future__ import annotations

import re
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

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
from poetry_arch_check.check.report import Outcome
from poetry_arch_check.errors import ArchCheckError
from poetry_arch_check.pipeline.run import run
from poetry_arch_check.poetry_api.project import Project
from poetry_arch_check.settings.request import DockerfileRef, Request
from poetry_arch_check.toolchains.toolchain import parse_toolchain
from support.corpus import copy_pair, load

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from poetry.poetry import Poetry

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.report import Finding, Remedy, Report, TargetReport


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
                request = replace(request, dockerfile=DockerfileRef(path=str(path)), images=())
            try:
                self.reports[key] = run(Project(self.poetry), request)
            except ArchCheckError:
                self.reports[key] = None
        return self.reports[key]

    def anew(
        self, newer: Mapping[str, str] | None = None, markers: Iterable[AddedMarker] = ()
    ) -> Checked:
        """Return the project as its files are now, with `markers` on its requirements.

        It requires what `poetry add` made newer.
        """
        poetry = load(self.folder)
        assert poetry is not None
        for dependency in poetry.package.all_requires:
            if newer and dependency.name in newer:
                dependency.constraint = f">={newer[dependency.name]}"
        for change in markers:
            _put(change, poetry)
        return Checked(self.folder, poetry)


def checked(pair: str, to: Path) -> Checked | None:
    """Return a project of the corpus, copied to a folder; None where Poetry cannot read it."""
    folder = copy_pair(pair, to)
    poetry = load(folder)
    try:
        return Checked(folder, poetry) if poetry and poetry.locker.lock_data else None
    except RuntimeError:
        return None


def fine(report: Report | None, name: str, *, wheel: bool) -> bool:
    """Return whether a package is installed everywhere, from a wheel where it must be one."""
    found = of(report, name)
    good = {Outcome.WHEEL} if wheel else {Outcome.WHEEL, Outcome.SOURCE}
    return bool(found) and all(each.outcome in good for each in found)


def of(report: Report | None, name: str) -> list[Finding]:
    """Return what is found of a package on all targets."""
    targets = report.targets if report else ()
    return [f for target in targets for f in target.findings if f.package.name == name]


def done(
    remedy: Remedy, finding: Finding, on: TargetReport, request: Request, project: Checked
) -> Report | None:
    """Return the report on the target once a remedy is done, by other means than the product's."""
    here = replace(request, targets=(on.target.name,))
    image = on.target.image
    match remedy.change:
        case OtherImage() | OtherPython() | OtherArchitecture() | NewerMacOS():
            return project.report(_moved(remedy.change, on, here))
        case InstalledPackages() if image and remedy.lines and not _to_find(remedy):
            return project.report(here, f"FROM {image.reference}\n{_steps(remedy.lines)}")
        case InstalledPackages() | DeclaredToolchain():
            declared = re.search(r"--toolchain ([^ ]*[^ .])", remedy.text)
            assert declared, remedy.text
            return project.report(replace(here, toolchain=parse_toolchain(declared[1].split(","))))
        case AddedConstraint():
            with _constrained(remedy, project):
                return project.anew().report(here)
        case OtherVersion(version=version):
            with _locked_at(version, finding.package, project):
                return project.anew({finding.package.name: version}).report(here)
        case LiftedPolicy():
            raise AssertionError("no policy is set")
        case _:
            raise AssertionError(f"{remedy.kind} is not done here: {remedy.text}")


def carried_out(on: TargetReport, request: Request, project: Checked) -> Report | None:
    """Return the report on a target that has an image, once each step of its plan is done."""
    here = replace(request, targets=(on.target.name,))
    lines: list[str] = []
    newer: dict[str, str] = {}
    markers: list[AddedMarker] = []
    with ExitStack() as edits:
        for step in on.plan.steps:
            match step.remedy.change:
                case OtherImage() | OtherPython() | OtherArchitecture() as change:
                    here = _moved(change, on, here)
                case InstalledPackages() if step.remedy.lines and not _to_find(step.remedy):
                    lines += step.remedy.lines
                case AddedConstraint():
                    edits.enter_context(_constrained(step.remedy, project))
                case OtherVersion(version=version):
                    for package in step.cures:
                        edits.enter_context(_locked_at(version, package, project))
                        newer[package.name] = version
                case AddedMarker() as change:
                    markers.append(change)
                case _:
                    raise AssertionError(f"it is not done here: {step.remedy.text}")
        return project.anew(newer, markers).report(
            here, f"FROM {here.image}\n{_steps(lines)}" if lines else ""
        )


def _moved(
    change: OtherImage | OtherPython | OtherArchitecture | NewerMacOS,
    on: TargetReport,
    request: Request,
) -> Request:
    """Return `request`, which is for one target, on the other machine."""
    machine = on.target.markers["platform_machine"]
    [name] = request.targets
    match change:
        case OtherImage(image=image):
            plain = {"x86_64": "amd64", "aarch64": "arm64", "i686": "386", "armv7l": "arm/v7"}
            platform = name if name.startswith("linux/") else f"linux/{plain.get(machine, machine)}"
            return replace(request, targets=(platform,), images=(image,))
        case OtherPython(python=python, image=image):
            return replace(
                request, pythons=(python.short,), images=(image,) if image else request.images
            )
        case OtherArchitecture():
            other, found = re.subn(rf"{machine}$", "x86_64", name)
            platform = other if found else f"{name.partition('/')[0]}/amd64"
            return replace(request, targets=(platform,))
        case NewerMacOS(version=(major, minor)):
            return replace(request, targets=(f"macosx_{major}_{minor}_{machine}",))


def _to_find(remedy: Remedy) -> bool:
    """Return whether the lines leave something out, and the text says so."""
    return "find the packages of " in remedy.text


def _steps(lines: Sequence[str]) -> str:
    """Return the rest of a Dockerfile: the lines, and what installs unless they do."""
    text = "\n".join(lines)
    return text if "poetry install" in text else f"{text}\nRUN poetry install\n"


@contextmanager
def _constrained(remedy: Remedy, project: Checked) -> Iterator[None]:
    """Let the project have the build constraint of `remedy`, for a while."""
    path = project.folder / "pyproject.toml"
    before = path.read_text("utf-8")
    path.write_text("{}\n{}\n".format(before, "\n".join(remedy.lines)), "utf-8")
    try:
        yield
    finally:
        path.write_text(before, "utf-8")


@contextmanager
def _locked_at(version: str, package: LockedPackage, project: Checked) -> Iterator[None]:
    """Let the lock have the sdist of another version of `package`, for a while."""
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
        rest, files, last = rest.partition("[metadata.files]")
        last = listed.sub(lambda found: f"{found[0].partition(' = ')[0]} = {file}", last)
        rest = f"{rest}{files}{last}"
    path.write_text(head + entry + rest, "utf-8")
    try:
        yield
    finally:
        path.write_text(before, "utf-8")


def with_marker(change: AddedMarker, request: Request, project: Checked) -> Report | None:
    """Return the report where the requirements have the marker, solved by Poetry from the lock."""
    return project.anew(markers=[change]).report(request)


def _put(change: AddedMarker, poetry: Poetry) -> None:
    """Put a marker on requirements; the lock is solved anew with it."""
    names = {requirement.name for requirement in change.requirements}
    for dependency in poetry.package.all_requires:
        if dependency.name in names:
            dependency.marker = dependency.marker.intersect(parse_marker(change.marker))
    poetry.config.merge({"installer": {"re-resolve": True}})
    # What was solved with other markers is not taken for this.
    poetry.pyproject.data.setdefault("proof", []).append([change.marker, *sorted(names)])
