"""Plans for targets that choose differently: each by its own groups, extras and policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from poetry_arch_check.errors import PlanError
from poetry_arch_check.poetry_api.planning.planner import Planner
from poetry_arch_check.poetry_api.policy import Policy, of_image
from poetry_arch_check.strings import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection

    from packaging.utils import NormalizedName
    from poetry.core.packages.package import Package
    from poetry.poetry import Poetry

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.dockerfile import Choice, InstallStep
    from poetry_arch_check.poetry_api.lockfile import LockFile


class PerTargetPlanner:
    """Plans what a target installs: what its Dockerfile chooses, else what is asked for.

    With `asked`, what is asked for holds for Dockerfiles, too.
    """

    def __init__(
        self,
        poetry: Poetry,
        lock: LockFile,
        *,
        groups: Collection[NormalizedName],
        extras: Collection[str],
        asked: bool = False,
    ) -> None:
        """Prepare planning; raises LockError where Poetry cannot read the lock."""
        self._poetry = poetry
        self._lock = lock
        self._asked = asked
        self._default = Planner(poetry, lock, groups=groups, extras=extras)
        self._groups = set(groups)
        self._extras = set(extras)
        self._chosen: dict[object, Planner] = {}
        self._packages: dict[int, tuple[LockedPackage, Package]] = {}

    def plan(self, target: Target) -> tuple[LockedPackage, ...]:
        """Return what is installed on `target`, the project included if it builds something.

        Raises PlanError with Poetry's reason where it has no plan.
        """
        planner, step = self._default, target.step
        if step is not None:
            planner = self._of(step)
        planned = planner.plan(target) if step is None or step.choice.dependencies else ()
        if step is not None and not self._asked:
            there = self._installed_before(target, step)
            planned = tuple(entry for entry in planned if entry not in there)
        project = planner.entries.project() if step is None or step.choice.root else None
        everything = (*planned, *([project] if project else []))
        for entry in everything:
            self._packages[id(entry)] = entry, planner.entries.package(entry)
        return everything

    def package(self, entry: LockedPackage) -> Package:
        """Return Poetry's package for an entry that was planned."""
        return self._packages[id(entry)][1]

    def _installed_before(self, target: Target, step: InstallStep) -> set[LockedPackage]:
        """Return what is there already: installed by lines before, or copied with them."""
        there: set[LockedPackage] = set()
        for choice in step.installation.previous:
            if choice.dependencies and not choice.solved:
                there.update(self._of(step, choice).plan(target))
        return there

    def _of(self, step: InstallStep, other: Choice | None = None) -> Planner:
        """Return the planner for what the site chooses, or for `other`."""
        choice = other or step.choice
        key = (
            *(choice.only, choice.including, choice.excluding, choice.all_groups),
            *(choice.extras, choice.all_extras, choice.no_binary, choice.only_binary),
        )
        if key not in self._chosen:
            package = self._poetry.package
            extras = set(package.extras) if choice.all_extras else set(choice.extras)
            self._chosen[key] = Planner(
                self._poetry,
                self._lock,
                groups=self._groups if self._asked else self._groups_of(choice, step),
                extras=self._extras if self._asked else extras,
                policy=self._policy(choice),
            )
        return self._chosen[key]

    def _policy(self, choice: Choice) -> Policy:
        return of_image(self._poetry, no_binary=choice.no_binary, only_binary=choice.only_binary)

    def _groups_of(self, choice: Choice, step: InstallStep) -> set[NormalizedName]:
        """Return the groups that `choice` activates, as `GroupCommand.activated_groups` does."""
        package = self._poetry.package
        where = step.where
        known = sorted(package.dependency_group_names(include_optional=True))
        for name in (*choice.only, *choice.including, *choice.excluding):
            if not package.has_dependency_group(name):
                raise PlanError(
                    f'{where}: group "{name}" is not in the project{did_you_mean(name, known)}',
                    hint=f"known groups: {', '.join(known) or 'none'}",
                )
        if choice.only:
            return {canonicalize_name(name) for name in choice.only}
        defaults = package.dependency_group_names(include_optional=choice.all_groups)
        named = {canonicalize_name(name) for name in (*defaults, *choice.including)}
        return named - {canonicalize_name(name) for name in choice.excluding}
