"""`--fix`: the nearest lock in which as many problems as possible are gone on all targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from poetry_arch_check.check.fix import Fix, Stay, VersionChange
from poetry_arch_check.upgrades.candidates import suggest
from poetry_arch_check.upgrades.moves import Known, Moved, Moves, StuckError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.report import Report
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.output.progress import Progress
    from poetry_arch_check.poetry_api.planning.entries import PackageOf
    from poetry_arch_check.poetry_api.project import Project
    from poetry_arch_check.upgrades.moves import CheckLock


def find_fix(
    project: Project, check: CheckLock, progress: Progress, options: tuple[str, ...] = ()
) -> Fix:
    """Return the lock with as few changes as possible in which no problem can move any more.

    `check` returns the report on a lock. `options` are those of this run that another command
    has to be given. No package is a problem, or not to be decided, that was fine before. Nothing
    is written. Raises LockError where there is no lock to begin with.
    """
    first, package_of = check(project.lock())
    known = Known(project, check, progress)
    problems = first.problem_packages()
    known.ask(problems, package_of)
    search = _Search(known, first, package_of)
    names = dict.fromkeys(entry.name for entry in problems)
    moved = search.cure([], [name for name in names if search.may_move(name)])
    return Fix(
        report=moved.report if moved else first,
        text=moved.document.as_string() if moved else "",
        changes=tuple(_changes(known, moved)) if moved else (),
        stays=tuple(search.stays[name] for name in names if name in search.stays),
        options=options,
    )


class _Search:
    """Looks for the largest set of packages that can move together."""

    def __init__(self, known: Known, first: Report, package_of: PackageOf) -> None:
        self.stays: dict[str, Stay] = {}
        self._known = known
        self._first = first
        self._package_of = package_of
        self._problems: dict[str, dict[LockedPackage, list[Target]]] = {}
        for entry, targets in first.problem_packages().items():
            self._problems.setdefault(entry.name, {})[entry] = targets
        self._best: Moved | None = None

    def may_move(self, name: str) -> bool:
        """Return whether a version of `name` fits; if not, it is known why it stays."""
        entries = self._problems[name]
        targets = [target for each in entries.values() for target in each]
        try:
            for entry in entries:
                self._known.fitting(entry, targets)
        except StuckError as error:
            self.stays[name] = Stay(name=name, why=error.why, fits=False)
            return False
        return True

    def cure(self, cured: list[str], names: list[str]) -> Moved | None:
        """Return the best lock: one without the problems of `cured`, and of many of `names`.

        Where all of them cannot move together, one half does first, then what of the other can.
        """
        self._cure(cured, names)
        return self._best

    def _cure(self, cured: list[str], names: list[str]) -> list[str]:
        if not names:
            return cured
        try:
            moves = Moves(self._known, self._first, self._package_of)
            self._best = moves.of([*cured, *names])
        except StuckError as error:
            if len(names) == 1:
                self.stays[names[0]] = self._stay(names[0], str(error))
                return cured
            middle = len(names) // 2
            return self._cure(self._cure(cured, names[:middle]), names[middle:])
        return [*cured, *names]

    def _stay(self, name: str, why: str) -> Stay:
        """Return why a package does not move, with the commands that would allow it."""
        lines: list[str] = []
        releases = self._known.releases_of(name)
        asked_for = name in self._known.prereleases
        for entry, targets in self._problems[name].items():
            known = releases if isinstance(releases, tuple) else ()
            dependents = self._known.requiring(name, targets)
            for remedy in suggest(entry, targets, known, dependents, prereleases=asked_for):
                if remedy.forbidden:
                    lines += remedy.lines[:1]
        return Stay(name=name, why=why, lines=tuple(dict.fromkeys(lines)))


def _changes(known: Known, moved: Moved) -> Iterator[VersionChange]:
    """Yield the differences, by name."""
    new = {
        (canonicalize_name(each["name"]), str(each["version"]))
        for each in moved.document.unwrap()["package"]
    }
    old = known.locked
    names = {name for name, _ in old ^ new}
    for name, version in sorted(old):
        if name in moved.because and name not in names:
            because = f"{moved.because[name]} now; the lock gets its files"
            yield VersionChange(name=name, old=version, new=version, why=because)
    for name in sorted(names):
        olds = sorted(version for each, version in old - new if each == name)
        news = sorted(version for each, version in new - old if each == name)
        for index in range(max(len(olds), len(news))):
            before = olds[index] if index < len(olds) else None
            after = news[index] if index < len(news) else None
            why = moved.because.get(name, "chosen by the solver")
            if after is None:
                why = "no longer required"
            yield VersionChange(name=name, old=before, new=after, why=why)
