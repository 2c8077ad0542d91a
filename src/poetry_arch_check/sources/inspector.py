"""Inspects the sources of what has to be built on a target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.check.needs import RequiredBuild, SourceInspection, needs_of
from poetry_arch_check.check.packages import LockedPackage
from poetry_arch_check.inspection.errors import CostlyTreeError, TreeError
from poetry_arch_check.inspection.interpreter import Interpreter
from poetry_arch_check.output.progress import Progress, for_each, no_progress
from poetry_arch_check.platforms.platform import Libc
from poetry_arch_check.poetry_api.time_limits import TimeLimitError
from poetry_arch_check.sources.build_requirements import BuildRequirements
from poetry_arch_check.sources.cache import ResultCache
from poetry_arch_check.sources.sandbox import SECONDS, inspect_in_sandbox
from poetry_arch_check.sources.sdists import NotInspectedError, Sdists
from poetry_arch_check.toolchains.toolchain import short_form

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from poetry.core.packages.package import Package

    from poetry_arch_check.check.target import Target
    from poetry_arch_check.inspection.inspection import Inspection
    from poetry_arch_check.poetry_api.project import Project
    from poetry_arch_check.poetry_api.time_limits import TimeBudget

# Build requirements of build requirements are inspected, and no further.
_DEEPEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """Something to build: an entry of the lock on a target, its sdist, and Poetry's package.

    `constraints` are build constraints (PEP 508) beside those of the project.
    """

    target: Target
    entry: LockedPackage
    file: str | None
    package: Package
    constraints: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """The hash of the sdist in the lock, "" where there is not just one to go by."""
        hashes = {str(file["hash"]) for file in self.package.files if file["file"] == self.file}
        return hashes.pop() if len(hashes) == 1 else ""


class Inspector:
    """Inspects sdists and trees, several at a time, and keeps the results.

    `progress` is called with how many of how many packages are done.
    """

    def __init__(
        self,
        project: Project,
        *,
        offline: bool = False,
        budget: TimeBudget,
        progress: Progress = no_progress,
    ) -> None:
        """Inspect sources of `project`; fetch within `budget`, and nothing when `offline`."""
        self._offline = offline
        self._progress = progress
        self._workers = project.workers
        self._constraints = project.build_constraints
        self._sdists = Sdists(project, budget, offline=offline)
        self._budget = budget
        self._cache = ResultCache(project)
        self._requirements = BuildRequirements(project, self._cache, budget)

    def inspect_all(self, builds: Iterable[Build]) -> list[SourceInspection]:
        """Return the inspection of each of `builds`, in their order."""
        builds = list(builds)
        packages: dict[LockedPackage, list[int]] = {}
        for index, build in enumerate(builds):
            packages.setdefault(build.entry, []).append(index)

        def inspect(indices: list[int]) -> list[SourceInspection]:
            return self._inspect([builds[index] for index in indices], depth=1)

        found = for_each(packages.values(), inspect, workers=self._workers, progress=self._progress)
        results = {
            index: inspection
            for indices, inspections in zip(packages.values(), found, strict=True)
            for index, inspection in zip(indices, inspections, strict=True)
        }
        return [results[index] for index in range(len(builds))]

    def _inspect(self, builds: list[Build], *, depth: int) -> list[SourceInspection]:
        """Return the inspection of one package for several targets."""
        constraints = (
            *(each.to_pep_508() for each in self._constraints.get(builds[0].entry.name, ())),
            *builds[0].constraints,
        )
        try:
            inspections = self._inspections(builds, constraints)
        except (NotInspectedError, CostlyTreeError, TimeLimitError) as error:
            return [SourceInspection(not_inspected=str(error), constraints=constraints)] * len(
                builds
            )
        except TreeError as error:
            return [SourceInspection(unreadable=str(error))] * len(builds)
        return [
            SourceInspection(
                inspection=inspection,
                through=()
                if depth > _DEEPEST or inspection.broken
                else tuple(self._through(build, inspection, depth)),
                constraints=constraints,
            )
            for build, inspection in zip(builds, inspections, strict=True)
        ]

    def _inspections(self, builds: list[Build], constraints: tuple[str, ...]) -> list[Inspection]:
        """Return the inspection of one package for each target: what is kept, and the rest anew.

        Raises NotInspectedError, TreeError and TimeLimitError.
        """
        build = builds[0]
        interpreters = [_interpreter(each.target) for each in builds]
        wanted = {interpreter.key: interpreter for interpreter in interpreters}
        digest = build.digest
        kept = {
            name: self._cache.inspection(f"{digest} {name} {constraints}") if digest else None
            for name in wanted
        }
        found = {name: inspection for name, inspection in kept.items() if inspection}
        missing = [name for name in wanted if name not in found]
        if missing:
            if refusal := self._cache.refusal(digest) if digest else None:
                raise refusal
            with self._sdists.at_hand(build.package, build.file) as path:
                # Poetry may have chosen another file of the release, with another hash.
                kept_as = digest if path.name == build.file else ""
                inspections = self._inspected(
                    path, [wanted[name] for name in missing], constraints, kept_as
                )
            found.update(zip(missing, inspections, strict=True))
            for name in missing if kept_as else ():
                self._cache.keep_inspection(f"{digest} {name} {constraints}", found[name])
        return [found[interpreter.key] for interpreter in interpreters]

    def _inspected(
        self, path: Path, interpreters: list[Interpreter], constraints: tuple[str, ...], digest: str
    ) -> list[Inspection]:
        """Inspect anew; remember under `digest` if that costs too much."""
        seconds = min(SECONDS, self._budget.left)
        if seconds <= 0:
            raise TimeLimitError("limit exceeded: no time is left to inspect it")
        try:
            return inspect_in_sandbox(path, interpreters, constraints, seconds=seconds)
        except TreeError as error:
            if digest and str(error).startswith("limit exceeded"):
                self._cache.keep_refusal(digest, error)
            raise

    def _through(self, build: Build, inspection: Inspection, depth: int) -> Iterator[RequiredBuild]:
        """Yield the build requirements that would have to be built themselves."""
        if self._offline:
            return
        has = {short_form(dependency) for dependency in build.target.toolchain.dependencies}
        requires = [each for each in inspection.build_requires if each not in has]
        try:
            sdist_only = self._requirements.without_wheel(requires, build.target)
        except Exception:  # noqa: BLE001 - what the index does not tell is not known
            return
        for found in sdist_only:
            entry = LockedPackage(name=found.name, version=found.version, line=0)
            required = Build(
                target=build.target, entry=entry, file=found.file, package=found.package
            )
            (inspected,) = self._inspect([required], depth=depth + 1)
            target = build.target
            musl = target.platform.libc is Libc.MUSL
            needs = needs_of(
                entry,
                {},
                inspected,
                python_minor=target.python.minor,
                musl=musl,
                system=str(target.markers["sys_platform"]),
            )
            yield RequiredBuild(name=found.name, version=found.version, needs=needs)


def _interpreter(target: Target) -> Interpreter:
    markers, python = target.markers, target.python
    return Interpreter(
        sys_platform=markers["sys_platform"],
        os_name=markers["os_name"],
        system=markers["platform_system"],
        machine=markers["platform_machine"],
        implementation=markers["implementation_name"],
        version=(3, python.minor, python.patch),
        free_threaded=python.free_threaded,
    )
