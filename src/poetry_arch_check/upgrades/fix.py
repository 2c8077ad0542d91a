"""`--fix`: the nearest lock without problems on any target, found by Poetry's own solver."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias

from packaging.utils import canonicalize_name
from packaging.version import Version

from poetry_arch_check.check.fix import Fix, VersionChange
from poetry_arch_check.check.packages import Source
from poetry_arch_check.output.progress import for_each
from poetry_arch_check.poetry_api.dependents import dependents_of
from poetry_arch_check.poetry_api.lockfile import lock_of_document
from poetry_arch_check.poetry_api.releases import NoAnswerError, Releases
from poetry_arch_check.poetry_api.solver import UnsolvableError, solve
from poetry_arch_check.upgrades.candidates import fitting, suggest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tomlkit import TOMLDocument

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.releases import Release
    from poetry_arch_check.check.report import Report
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.output.progress import Progress
    from poetry_arch_check.poetry_api.lockfile import LockFile
    from poetry_arch_check.poetry_api.planning.entries import PackageOf
    from poetry_arch_check.poetry_api.project import Project

CheckLock: TypeAlias = "Callable[[LockFile], tuple[Report, PackageOf]]"

# A version that brings in another problem is hidden from the solver in the next round.
_MOST_ROUNDS = 10
# How many of the nearest versions the solver may choose from, in turn.
_STEPS = (1, 2, 4, 8)


def find_fix(project: Project, check: CheckLock, progress: Progress) -> Fix:
    """Return the lock with as few changes as possible in which all problems are gone.

    `check` returns the report on a lock. Nothing is written.
    """
    return _Search(project, check, progress).find()


class _Search:
    """Frees packages with problems to move; what the solver brings in must fit, too."""

    def __init__(self, project: Project, check: CheckLock, progress: Progress) -> None:
        self._project = project
        self._check = check
        self._progress = progress
        self._releases = Releases(project)
        self._known: dict[str, tuple[Release, ...] | NoAnswerError] = {}
        self._fitting: dict[str, tuple[Version, ...]] = {}
        self._hidden: set[tuple[str, str]] = set()
        self._because: dict[str, str] = {}
        self._bad: set[tuple[str, str]] = set()

    def find(self) -> Fix:
        first, package_of = self._check(self._project.lock())
        report, document = first, None
        for _ in range(_MOST_ROUNDS):
            problems = report.problem_packages()
            if not problems:
                text = document.as_string() if document is not None else ""
                return Fix(report=report, text=text, changes=tuple(self._changes(document)))
            self._ask(problems, package_of)
            by_name: dict[str, list[LockedPackage]] = {}
            for entry in problems:
                by_name.setdefault(entry.name, []).append(entry)
            reasons = [
                reason
                for entries in by_name.values()
                if (reason := self._release(entries, problems, package_of, document))
            ]
            if reasons:
                return Fix(report=first, reasons=tuple(reasons))
            try:
                document = self._solved()
            except UnsolvableError as error:
                commands = tuple(self._commands(first.problem_packages()))
                return Fix(report=first, reasons=(str(error),), commands=commands)
            report, package_of = self._check(lock_of_document(self._project.lock_path, document))
        return Fix(
            report=first, reasons=(f"limit exceeded: no lock found in {_MOST_ROUNDS} rounds",)
        )

    def _ask(self, entries: Iterable[LockedPackage], package_of: PackageOf) -> None:
        """Ask for the releases of packages that were not asked for before, several at a time."""
        new = {
            entry.name: entry
            for entry in entries
            if entry.source is Source.INDEX and entry.name not in self._known
        }
        answers = for_each(
            new.values(),
            lambda entry: self._releases.of_or_error(package_of(entry)),
            workers=self._project.workers,
            progress=self._progress,
        )
        self._known.update(zip(new, answers, strict=True))

    def _commands(self, problems: dict[LockedPackage, list[Target]]) -> Iterator[str]:
        """Yield commands that change the project's own requirements so that a lock exists."""
        for entry, targets in problems.items():
            known = self._known.get(entry.name, ())
            if isinstance(known, tuple):
                dependents = dependents_of(entry.name, self._project, targets)
                for remedy in suggest(entry, targets, known, dependents):
                    if remedy.forbidden:
                        yield from remedy.lines[:1]

    def _release(
        self,
        entries: list[LockedPackage],
        problems: dict[LockedPackage, list[Target]],
        package_of: PackageOf,
        document: TOMLDocument | None,
    ) -> str:
        """Let a package with problems move to a version that fits; return why it cannot, else "".

        `entries` are all of one name: by their markers, there may be several.
        """
        name = entries[0].name
        targets = [target for entry in entries for target in problems[entry]]
        where = ", ".join(dict.fromkeys(target.name for target in targets))
        if any(entry.source is not Source.INDEX for entry in entries):
            return f"{name} {entries[0].version} is not from an index"
        if name in self._fitting:
            self._hidden.update((name, entry.version) for entry in entries)
            return ""
        self._bad.update((name, entry.version) for entry in entries)
        known = self._known[name]
        if isinstance(known, NoAnswerError):
            return f"{name}: {known}"
        found = fitting(entries[0], targets, known)
        for entry in entries:
            if any(str(version) == entry.version for version in found):
                # Its files came after it was locked: what Poetry keeps is as old as the lock.
                self._releases.forget(package_of(entry))
        if found:
            self._fitting[name] = found
            self._because[name] = f"it has a wheel on {where}"
            return ""
        if bringing_in := list(_bringing_in(name, document, self._locked())):
            # What brings it in must not move to that version.
            self._hidden.update(bringing_in)
            return ""
        return f"no version of {name} has a wheel on {where}"

    def _solved(self) -> TOMLDocument:
        """Return the nearest lock: with each problem at its nearest version, else farther."""
        nearest = {name: self._nearest(name, versions) for name, versions in self._fitting.items()}
        for steps in _STEPS:
            with suppress(UnsolvableError):
                return self._solve({name: versions[:steps] for name, versions in nearest.items()})
        return self._solve(self._fitting)

    def _nearest(self, name: str, versions: tuple[Version, ...]) -> tuple[Version, ...]:
        """Return `versions`, first those that every requirement allows, the nearest first."""
        dependents = dependents_of(name, self._project, ())
        return tuple(
            sorted(
                (each for each in versions if (name, str(each)) not in self._hidden),
                key=lambda version: not all(each.allows(version) for each in dependents),
            )
        )

    def _solve(self, allowed: dict[str, tuple[Version, ...]]) -> TOMLDocument:
        # Other entries of the same name, for other machines, may stay where they are.
        healthy = self._locked() - self._bad

        def hides(name: str, version: str) -> bool:
            if (name, version) in self._hidden:
                return True
            if name not in allowed or (name, version) in healthy:
                return False
            return Version(version) not in allowed[name]

        released = {*allowed, *(name for name, _ in self._hidden)}
        return solve(self._project, released, hides)

    def _locked(self) -> set[tuple[str, str]]:
        packages = self._project.locker.lock_data["package"]
        return {(canonicalize_name(each["name"]), str(each["version"])) for each in packages}

    def _changes(self, document: TOMLDocument | None) -> Iterator[VersionChange]:
        """Yield the differences, by name."""
        if document is None:
            return
        new = {
            (canonicalize_name(each["name"]), str(each["version"]))
            for each in document.unwrap()["package"]
        }
        old = self._locked()
        moved = {name for name, _ in old ^ new}
        for name, version in sorted(old):
            if name in self._fitting and name not in moved:
                because = f"{self._because[name]} now; the lock gets its files"
                yield VersionChange(name=name, old=version, new=version, why=because)
        for name in sorted(moved):
            olds = sorted(version for each, version in old - new if each == name)
            news = sorted(version for each, version in new - old if each == name)
            for index in range(max(len(olds), len(news))):
                before = olds[index] if index < len(olds) else None
                after = news[index] if index < len(news) else None
                why = self._because.get(name, "chosen by the solver")
                if after is None:
                    why = "no longer required"
                yield VersionChange(name=name, old=before, new=after, why=why)


def _bringing_in(
    name: str, document: TOMLDocument | None, locked: set[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    """Yield the packages that require `name` in the new lock and have changed in it."""
    for info in document.unwrap()["package"] if document is not None else ():
        requires = {canonicalize_name(each) for each in info.get("dependencies", {})}
        entry = canonicalize_name(info["name"]), str(info["version"])
        if name in requires and entry not in locked:
            yield entry
