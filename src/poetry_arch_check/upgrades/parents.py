"""The way through a parent: a newer version of what forbids a version, that requires it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.version import Version
from poetry.core.constraints.version import Version as PoetryVersion

from poetry_arch_check.check.artifacts import Sdist, Wheel
from poetry_arch_check.poetry_api.dependents import requirements_of
from poetry_arch_check.poetry_api.locked_sources import from_index
from poetry_arch_check.poetry_api.releases import NoAnswerError
from poetry_arch_check.upgrades.python_support import supporting

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from poetry.core.packages.package import Package

    from poetry_arch_check.check.releases import Dependent, Release
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.poetry_api.project import Project
    from poetry_arch_check.poetry_api.releases import Releases
    from poetry_arch_check.upgrades.python_support import PythonSupport

# The metadata of so many versions of a parent are read; of more than 1000, some more.
_MOST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A version of a parent, and the version of the package that it leads to.

    `open_ended` says that what Poetry would take of the parent today leads to one that fits, too.
    """

    parent: str
    parent_version: Version
    version: Version
    open_ended: bool


class Parents:
    """Walks the versions of parents; `prereleases` are the packages that may be one."""

    def __init__(
        self,
        project: Project,
        releases: Releases,
        pythons: PythonSupport,
        prereleases: Collection[str] = (),
    ) -> None:
        self._project = project
        self._releases = releases
        self._pythons = pythons
        self._prereleases = prereleases

    def way(
        self,
        name: str,
        fitting: Sequence[Version],
        dependents: Sequence[Dependent],
        targets: Sequence[Target],
        versions: Sequence[Version] = (),
    ) -> Way | None:
        """Return how `name` gets to one of `fitting`, the nearest first, if one parent forbids all.

        `versions` are all that Poetry would take, the newest first; needed for `open_ended`.
        Only parents from an index count, and versions of them with a wheel: nothing is built to
        read what they require.
        """
        parents = {
            (each.name, each.version) for each in dependents if not any(map(each.allows, fitting))
        }
        if len(parents) != 1:
            return None
        ((parent, locked),) = parents
        others = [each for each in dependents if each.name != parent]
        fitting = [each for each in fitting if all(other.allows(each) for other in others)]
        entry = from_index(parent, locked, self._project)
        if entry is None or not fitting:
            return None
        newer = self._newer(entry, targets)

        def leads_to(parent_version: Version) -> Version | None:
            return self._allowed(entry, parent_version, name, fitting, targets)

        if (found := _nearest(newer, leads_to)) is None:
            return None
        parent_version, version = found
        last = versions and self._allowed(entry, newer[-1], name, versions, targets)
        return Way(
            parent=parent,
            parent_version=parent_version,
            version=version,
            open_ended=last in fitting,
        )

    def _newer(self, entry: Package, targets: Sequence[Target]) -> list[Version]:
        """Return the versions above the locked one that can be installed, the nearest first."""
        known = self._releases.of_or_error(entry)
        if isinstance(known, NoAnswerError):
            return []
        locked = Version(entry.version.text)
        return sorted(
            release.version
            for release in supporting(known, self._pythons.limit(entry.name, known))
            if release.version > locked
            and release.is_offered(prereleases=entry.name in self._prereleases)
            and any(isinstance(file.artifact, Wheel) for file in release.files)
            and (_has_sdist(release) or all(release.fits(target) for target in targets))
        )

    def _allowed(
        self,
        entry: Package,
        version: Version,
        name: str,
        fitting: Sequence[Version],
        targets: Sequence[Target],
    ) -> Version | None:
        """Return the first of `fitting` that a version of the parent requires, None for none."""
        with suppress(NoAnswerError):
            package = self._releases.metadata(entry, PoetryVersion.parse(str(version)))
            allows = requirements_of(package, name, targets)
            if allows:
                return next((v for v in fitting if all(each(v) for each in allows)), None)
        return None


def _has_sdist(release: Release) -> bool:
    return any(isinstance(file.artifact, Sdist) for file in release.files)


def _nearest(
    newer: Sequence[Version], leads_to: Callable[[Version], Version | None]
) -> tuple[Version, Version] | None:
    """Return the nearest of `newer` (the nearest first) that leads somewhere, and where to.

    Of many, the newest and the nearest are tried, then halves: a parent that has come to require
    a version goes on to. Where the newest does not lead there, only those near are tried.
    """
    if len(newer) > _MOST and (last := leads_to(newer[-1])) is not None:
        if (first := leads_to(newer[0])) is not None:
            return newer[0], first
        low, high = 1, len(newer) - 1
        while low < high:
            middle = (low + high) // 2
            if (found := leads_to(newer[middle])) is not None:
                high, last = middle, found
            else:
                low = middle + 1
        return newer[high], last
    near = newer if len(newer) <= _MOST else newer[: _MOST - 1]
    return next(((each, to) for each in near if (to := leads_to(each)) is not None), None)
