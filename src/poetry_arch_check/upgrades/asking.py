"""What an index has that helps a package: asked once for each package and its targets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version
from poetry.core.packages.package import Package

from poetry_arch_check.check.change import OtherVersion
from poetry_arch_check.check.report import Outcome, Remedy, RemedyKind
from poetry_arch_check.poetry_api.dependents import dependents_of
from poetry_arch_check.poetry_api.own_tables import tables_of
from poetry_arch_check.poetry_api.prereleases import with_prereleases
from poetry_arch_check.poetry_api.releases import NoAnswerError, Releases
from poetry_arch_check.remedies.replacements import (
    locked_already,
    replacement_of,
    replacement_with_wheel,
)
from poetry_arch_check.strings import shortened
from poetry_arch_check.upgrades.adding import adding, forbidding
from poetry_arch_check.upgrades.bounds import carried_over
from poetry_arch_check.upgrades.candidates import (
    fitting,
    kept_back,
    newest_fitting,
    suggest,
    where,
)
from poetry_arch_check.upgrades.older_builds import older_builds, requires_wheels
from poetry_arch_check.upgrades.parents import Parents
from poetry_arch_check.upgrades.python_support import PythonSupport, supporting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.releases import Dependent, Release
    from poetry_arch_check.check.report import Report
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.poetry_api.project import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an index has for a package: whether a version `fits`, and one that is too recent.

    `newest` is the newest version where it is newer than the locked one, else "". `parents` are
    the versions of parents through which some of `remedies` lead.
    """

    remedies: tuple[Remedy, ...]
    parents: Mapping[Remedy, str] = field(default_factory=dict)
    fits: bool = False
    kept_back: str = ""
    newest: str = ""


class Asking:
    """Asks for versions of packages in `report`; safe to be asked several at a time.

    `options` are those of this run that `--fix` has to be given again.
    """

    def __init__(self, project: Project, report: Report, options: Sequence[str]) -> None:
        self._project = project
        self._report = report
        self._options = options
        self._older = not requires_wheels(report)
        self._releases = Releases(project)
        self._prereleases = with_prereleases(project)
        self._pythons = PythonSupport(project)
        self._parents = Parents(project, self._releases, self._pythons, self._prereleases)
        self._limits: dict[str, tuple[Dependent, ...]] = {}

    @property
    def workers(self) -> int:
        """How many packages are asked for at a time."""
        return self._project.workers

    def ask(
        self,
        package: LockedPackage,
        poetrys: Package,
        targets: Sequence[Target],
        *,
        others: bool = False,
    ) -> Answer | NoAnswerError:
        """Return what helps `package`, which Poetry knows as `poetrys`, on `targets`.

        `others` leaves the locked version out: it is known not to be for them.
        """
        known = self._releases.of_or_error(poetrys)
        if isinstance(known, NoAnswerError):
            return known
        if others:
            known = tuple(each for each in known if str(each.version) != package.version)
        asked_for = package.name in self._prereleases
        self._limits[package.name] = limit = self._pythons.limit(package.name, known)
        dependents = (*dependents_of(package.name, self._project, targets), *limit)
        fits = fitting(package, targets, known, prereleases=asked_for)
        found = tuple(
            suggest(package, targets, known, dependents, self._options, prereleases=asked_for)
        )
        through = dict(self._through_a_parent(package, targets, known, dependents, fits))
        if through:
            # What the parent forbids and nobody can paste says less.
            found = tuple(each for each in found if each.lines or not each.forbidden)
        late = None if fits else kept_back(package, targets, known)
        older: Iterable[Remedy] = ()
        if self._older and not (through or found):
            older = older_builds(package, targets, known, dependents)
        locked = _locked_with_wheels(self._report, replacement_of(package) or "", targets)
        other = self._replacement(package, targets, locked)
        return Answer(
            parents=through,
            remedies=(*through, *found, *older, *other),
            fits=bool(fits),
            kept_back=str(late or ""),
            newest=_newest(package, known),
        )

    def in_the_way(self, package: LockedPackage, version: str, targets: Sequence[Target]) -> str:
        """Return who does not allow a version of `package` on `targets`, as a clause."""
        dependents = dependents_of(package.name, self._project, targets)
        limit = self._limits.get(package.name, ())
        forbid = forbidding(Version(version), (*dependents, *limit))
        return shortened([f"{each.who} requires {each.text}" for each in forbid], more="…")

    def _through_a_parent(
        self,
        package: LockedPackage,
        targets: Sequence[Target],
        releases: Sequence[Release],
        dependents: Sequence[Dependent],
        fits: Sequence[Version],
    ) -> Iterator[tuple[Remedy, str]]:
        """Yield the nearest version of the one parent that forbids all that would help."""
        offered = (each.version for each in releases if each.is_offered())
        versions = sorted(offered, reverse=True)
        way = self._parents.way(package.name, fits, dependents, targets, versions)
        if way is None:
            return
        above = dependents_of(way.parent, self._project, targets)
        bound = f"{'>=' if way.open_ended else '=='}{way.parent_version}"
        found = adding(way.parent, way.parent_version, bound, above)
        (files,) = (
            tuple(file.artifact for file in release.files)
            for release in releases
            if release.version == way.version
        )
        remedy = Remedy(
            kind=RemedyKind.UPGRADE,
            change=OtherVersion(version=str(way.version), artifacts=files),
            text=f"Move {way.parent} to {way.parent_version}: it allows {package.name}"
            f" {way.version}, which has a wheel {where(targets)}; {found.reasons}.",
            lines=found.lines,
            forbidden=found.forbidden,
        )
        yield remedy, f"{way.parent} {way.parent_version}"

    def _replacement(
        self, package: LockedPackage, targets: Sequence[Target], locked: str
    ) -> Iterator[Remedy]:
        """Yield another package in place of `package`: the `locked` one, else the newest."""
        name = replacement_of(package)
        if name is None:
            return
        requirements = tables_of(package.name, self._project)
        if locked:
            yield locked_already(package, f"{name} {locked}", where(targets), requirements)
            return
        known = self._releases.of_or_error(Package(name, "0"))
        if isinstance(known, NoAnswerError):
            return
        # It is to be for the Pythons that what it replaces is for.
        known = supporting(known, self._pythons.limit(package.name, known))
        version = newest_fitting(known, targets)
        if version is not None:
            required = requirements[0].constraint if len(requirements) == 1 else "*"
            fits = [each.version for each in known if all(each.fits(target) for target in targets)]
            bound = carried_over(required, version, known, fits)
            yield replacement_with_wheel(package, str(version), where(targets), bound, requirements)


def _locked_with_wheels(report: Report, name: str, targets: Sequence[Target]) -> str:
    """Return the version of `name` that has a wheel on all of `targets`, "" for none."""
    versions = {
        next(
            (
                finding.package.version
                for finding in each.findings
                if finding.package.name == name and finding.outcome is Outcome.WHEEL
            ),
            "",
        )
        for each in report.targets
        if each.target in targets
    }
    return versions.pop() if len(versions) == 1 else ""


def _newest(package: LockedPackage, releases: Iterable[Release]) -> str:
    """Return the newest version that Poetry takes, "" where none is newer than the locked one."""
    offered = (each.version for each in releases if each.is_offered())
    newest = max(offered, default=None)
    try:
        newer = newest is not None and newest > Version(package.version)
    except InvalidVersion:
        return ""
    return str(newest) if newer else ""
