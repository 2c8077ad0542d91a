"""A lock in which chosen packages have moved: what is worse in it moves along, or is hidden."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from packaging.utils import canonicalize_name
from packaging.version import Version

from poetry_arch_check.check.packages import Source
from poetry_arch_check.check.regressions import is_worse
from poetry_arch_check.output.progress import for_each
from poetry_arch_check.poetry_api.dependents import dependents_of
from poetry_arch_check.poetry_api.lockfile import lock_of_document
from poetry_arch_check.poetry_api.prereleases import with_prereleases
from poetry_arch_check.poetry_api.releases import NoAnswerError, Releases
from poetry_arch_check.poetry_api.solver import UnsolvableError, solve
from poetry_arch_check.upgrades.candidates import fitting, kept_back
from poetry_arch_check.upgrades.parents import Parents, Way
from poetry_arch_check.upgrades.python_support import PythonSupport

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from tomlkit import TOMLDocument

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.releases import Dependent, Release
    from poetry_arch_check.check.report import Report
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.output.progress import Progress
    from poetry_arch_check.poetry_api.lockfile import LockFile
    from poetry_arch_check.poetry_api.planning.entries import PackageOf
    from poetry_arch_check.poetry_api.project import Project

CheckLock: TypeAlias = "Callable[[LockFile], tuple[Report, PackageOf]]"
# Targets (by their place in the report) and names of what is wrong there, with the entries.
Wrong: TypeAlias = "dict[tuple[int, str], list[LockedPackage]]"

# A version that brings in another problem is hidden from the solver in the next round.
_MOST_ROUNDS = 10
# How many of the nearest versions the solver may choose from, in turn.
_STEPS = (1, 2, 4, 8)


def wrong(report: Report, first: Report, cured: Collection[str]) -> Wrong:
    """Return what must not be in `report`: no name for no plan at all.

    Those are problems, and what cannot be decided: of what is to be `cured`, and what is worse
    than in `first`, the report on the same targets before.
    """
    found: Wrong = {}
    for index, (target, before) in enumerate(zip(report.targets, first.targets, strict=True)):
        if not target.planned and before.planned:
            found[index, ""] = []
        for finding in (*target.problems, *target.unknown):
            name = finding.package.name
            if name in cured or is_worse(finding, before):
                found.setdefault((index, name), []).append(finding.package)
    return found


class StuckError(Exception):
    """There is no such lock: `why` says why, of what it is `about`, or in the solver's lines."""

    def __init__(self, why: str, about: str = "") -> None:
        super().__init__(f"{about}: {why}" if about else why)
        self.why = why


class Known:
    """What is the same for all locks that are tried: the lock as it is, and the releases."""

    def __init__(self, project: Project, check: CheckLock, progress: Progress) -> None:
        self.project = project
        self.check = check
        self.releases = Releases(project)
        self.prereleases = with_prereleases(project)
        self.pythons = PythonSupport(project)
        self.parents = Parents(project, self.releases, self.pythons, self.prereleases)
        self._progress = progress
        self._answers: dict[str, tuple[Release, ...] | NoAnswerError] = {}
        packages = project.locker.lock_data["package"]
        self.locked: set[tuple[str, str]] = {
            (canonicalize_name(each["name"]), str(each["version"])) for each in packages
        }

    def ask(self, entries: Iterable[LockedPackage], package_of: PackageOf) -> None:
        """Ask for the releases of packages that were not asked for before, several at a time."""
        new = {
            entry.name: entry
            for entry in entries
            if entry.source is Source.INDEX and entry.name not in self._answers
        }
        answers = for_each(
            new.values(),
            lambda entry: self.releases.of_or_error(package_of(entry)),
            workers=self.project.workers,
            progress=self._progress,
        )
        self._answers.update(zip(new, answers, strict=True))

    def releases_of(self, name: str) -> tuple[Release, ...] | NoAnswerError:
        """Return what was answered for `name`."""
        return self._answers.get(name, ())

    def requiring(self, name: str, targets: Sequence[Target]) -> tuple[Dependent, ...]:
        """Return who requires `name` on any of `targets`, the project's Pythons included."""
        releases = self.releases_of(name)
        known = releases if isinstance(releases, tuple) else ()
        return (*dependents_of(name, self.project, targets), *self.pythons.limit(name, known))

    def fitting(self, entry: LockedPackage, targets: list[Target]) -> tuple[Version, ...]:
        """Return the versions of an entry with a wheel on `targets`, the nearest first.

        Raises StuckError where there is none, or none that is known.
        """
        if entry.source is not Source.INDEX:
            raise StuckError("not from an index", entry.name)
        known = self._answers[entry.name]
        if isinstance(known, NoAnswerError):
            raise StuckError(f"the index does not tell its versions: {known}", entry.name)
        found = fitting(entry, targets, known, prereleases=entry.name in self.prereleases)
        if not found:
            where = ", ".join(dict.fromkeys(target.name for target in targets))
            if late := kept_back(entry, targets, known):
                raise StuckError(
                    f"{late} has a wheel on {where}; solver.min-release-age keeps it back",
                    entry.name,
                )
            raise StuckError(f"no version has a wheel on {where}", entry.name)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A lock in which packages have moved; `because` says why they did, by name."""

    document: TOMLDocument
    report: Report
    because: dict[str, str]


class Moves:
    """Frees packages with problems to move; what the solver brings in must fit, too."""

    def __init__(self, known: Known, first: Report, package_of: PackageOf) -> None:
        self._known = known
        self._first = first
        self._package_of = package_of
        self._fitting: dict[str, tuple[Version, ...]] = {}
        self._ways: dict[str, Way] = {}
        self._hidden: set[tuple[str, str]] = set()
        self._because: dict[str, str] = {}
        self._bad: set[tuple[str, str]] = set()

    def of(self, names: Iterable[str]) -> Moved:
        """Return the nearest lock in which `names` are no problem, and nothing else is worse.

        Raises StuckError where there is none.
        """
        cured = set(names)
        report, package_of, document = self._first, self._package_of, None
        for _ in range(_MOST_ROUNDS):
            left = wrong(report, self._first, cured)
            if not left and document is not None:
                return Moved(document=document, report=report, because=self._because)
            for index, _ in (key for key in left if not key[1]):
                raise StuckError(report.targets[index].blocked or "Poetry would not install it")
            entries = {entry: None for found in left.values() for entry in found}
            self._known.ask(entries, package_of)
            by_name: dict[str, list[LockedPackage]] = {}
            for entry in entries:
                by_name.setdefault(entry.name, []).append(entry)
            for found in by_name.values():
                self._release(found, report, package_of, document)
            try:
                document = self._solved()
            except UnsolvableError as error:
                raise StuckError(str(error)) from error
            lock = lock_of_document(self._known.project.lock_path, document)
            report, package_of = self._known.check(lock)
        raise StuckError(f"limit exceeded: no lock found in {_MOST_ROUNDS} rounds")

    def _release(
        self,
        entries: list[LockedPackage],
        report: Report,
        package_of: PackageOf,
        document: TOMLDocument | None,
    ) -> None:
        """Let a package with problems move to a version that fits; raises StuckError.

        `entries` are all of one name: by their markers, there may be several.
        """
        name = entries[0].name
        if name in self._fitting:
            self._hidden.update((name, entry.version) for entry in entries)
            return
        targets = [
            target.target
            for entry in entries
            for target in report.targets
            if any(finding.package == entry for finding in target.findings)
        ]
        self._bad.update((name, entry.version) for entry in entries)
        try:
            found = self._known.fitting(entries[0], targets)
        except StuckError:
            bringing_in = list(_bringing_in(name, document, self._known.locked))
            if not bringing_in or entries[0].source is not Source.INDEX:
                raise
            # What brings it in must not move to that version.
            self._hidden.update(bringing_in)
            return
        for entry in entries:
            if any(str(version) == entry.version for version in found):
                # Its files came after it was locked: what Poetry keeps is as old as the lock.
                self._known.releases.forget(package_of(entry))
        self._fitting[name] = found
        where = ", ".join(dict.fromkeys(target.name for target in targets))
        self._because[name] = f"it has a wheel on {where}"
        dependents = dependents_of(name, self._known.project, targets)
        if len(entries) == 1 and (way := self._known.parents.way(name, found, dependents, targets)):
            self._ways[name] = way

    def _solved(self) -> TOMLDocument:
        """Return the nearest lock: with each problem at its nearest version, else farther."""
        nearest = {name: self._nearest(name, versions) for name, versions in self._fitting.items()}
        for steps in _STEPS:
            allowed = {name: versions[:steps] for name, versions in nearest.items()}
            through = {way.parent: (way.parent_version,) for way in self._ways.values()}
            for each in ({**through, **allowed}, allowed) if through else (allowed,):
                with suppress(UnsolvableError):
                    return self._solve(each)
        return self._solve(self._fitting)

    def _nearest(self, name: str, versions: tuple[Version, ...]) -> tuple[Version, ...]:
        """Return `versions`, first those that every requirement allows, the nearest first.

        A version to which a parent leads is the first of those that none allows.
        """
        dependents = self._known.requiring(name, ())
        way = self._ways.get(name)
        return tuple(
            sorted(
                (each for each in versions if (name, str(each)) not in self._hidden),
                key=lambda version: (
                    not all(each.allows(version) for each in dependents),
                    way is None or version != way.version,
                ),
            )
        )

    def _solve(self, allowed: dict[str, tuple[Version, ...]]) -> TOMLDocument:
        # Other entries of the same name, for other machines, may stay where they are.
        healthy = self._known.locked - self._bad
        parents = {way.parent for way in self._ways.values()}
        known = {name for name, _ in self._known.locked} - self._known.prereleases

        def hides(name: str, version: str) -> bool:
            if (name, version) in self._hidden:
                return True
            if (name, version) in healthy and name not in parents:
                return False
            if name in known and Version(version).is_prerelease:
                return True
            return name in allowed and Version(version) not in allowed[name]

        released = {*allowed, *(name for name, _ in self._hidden)}
        return solve(self._known.project, released, hides)


def _bringing_in(
    name: str, document: TOMLDocument | None, locked: set[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    """Yield the packages that require `name` in the new lock and have changed in it."""
    for info in document.unwrap()["package"] if document is not None else ():
        requires = {canonicalize_name(each) for each in info.get("dependencies", {})}
        entry = canonicalize_name(info["name"]), str(info["version"])
        if name in requires and entry not in locked:
            yield entry
