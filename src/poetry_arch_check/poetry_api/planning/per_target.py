"""Plans for targets that choose differently: each by its own groups, extras and policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name

from poetry_arch_check.errors import PlanError
from poetry_arch_check.poetry_api.planning.planner import Planner
from poetry_arch_check.poetry_api.policy import policy_in_image
from poetry_arch_check.strings import did_you_mean

if TYPE_CHECKING:
    from packaging.utils import NormalizedName
    from poetry.core.packages.package import Package

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.dockerfile import Choice, InstallStep
    from poetry_arch_check.poetry_api.lockfile import LockFile
    from poetry_arch_check.poetry_api.project import Project
    from poetry_arch_check.settings.request import Request


class PerTargetPlanner:
    """Plans what a target installs: what its Dockerfile chooses, else what is asked for.

    Groups and extras that the request names hold for Dockerfiles, too.
    """

    def __init__(self, project: Project, lock: LockFile, request: Request) -> None:
        """Read the lock; raises LockError where Poetry cannot, PlanError for an unknown extra."""
        self._project = project
        self._lock = lock
        self._choice_given = request.choice_given
        self._groups: set[Any] = set(request.groups)
        self._extras = set(request.extras)
        self._default = Planner(project, lock, groups=self._groups, extras=self._extras)
        self._by_choice: dict[object, Planner] = {}

    @property
    def solves(self) -> bool:
        """Whether a plan takes Poetry's solver."""
        return self._default.solves

    def plan(self, target: Target) -> tuple[LockedPackage, ...]:
        """Return what is installed on `target`, the project included if it builds something.

        Raises PlanError with Poetry's reason where it has no plan.
        """
        planner, step = self._default, target.step
        if step is not None:
            planner = self._planner(step, step.choice)
        planned = planner.plan(target) if step is None or step.choice.dependencies else ()
        if step is not None and not self._choice_given:
            installed = self._installed_before(target, step)
            planned = tuple(entry for entry in planned if entry not in installed)
        project = planner.entries.project if step is None or step.choice.root else None
        return (*planned, project) if project else planned

    def package(self, entry: LockedPackage) -> Package:
        """Return Poetry's package for an entry that was planned."""
        planners = (self._default, *self._by_choice.values())
        return next(p.entries.package(entry) for p in planners if entry in p.entries)

    def _installed_before(self, target: Target, step: InstallStep) -> set[LockedPackage]:
        """Return what was installed by earlier commands, or copied with what they installed.

        What was resolved anew may have other versions, unless the lock is that of the resolution.
        """
        installed: set[LockedPackage] = set()
        for choice in step.installation.previous:
            if choice.dependencies and (not choice.solved or step.installation.resolved):
                installed.update(self._planner(step, choice).plan(target))
        return installed

    def _planner(self, step: InstallStep, choice: Choice) -> Planner:
        """Return the planner for a choice, the same for all that choose the same."""
        key = (
            *(choice.only, choice.including, choice.excluding, choice.all_groups),
            *(choice.extras, choice.all_extras, choice.no_binary, choice.only_binary),
        )
        if key not in self._by_choice:
            package = self._project.package
            extras = set(package.extras) if choice.all_extras else set(choice.extras)
            self._by_choice[key] = Planner(
                self._project,
                self._lock,
                groups=self._groups if self._choice_given else self._groups_of(choice, step),
                extras=self._extras if self._choice_given else extras,
                policy=policy_in_image(
                    self._project, no_binary=choice.no_binary, only_binary=choice.only_binary
                ),
            )
        return self._by_choice[key]

    def _groups_of(self, choice: Choice, step: InstallStep) -> set[NormalizedName]:
        """Return the groups that `choice` activates, as `GroupCommand.activated_groups` does."""
        package = self._project.package
        known = sorted(package.dependency_group_names(include_optional=True))
        for name in (*choice.only, *choice.including, *choice.excluding):
            if not package.has_dependency_group(name):
                near = did_you_mean(name, known)
                raise PlanError(
                    f'{step.where}: group "{name}" is not in the project{near}',
                    hint=f"known groups: {', '.join(known) or 'none'}",
                )
        if choice.only:
            return {canonicalize_name(name) for name in choice.only}
        defaults = package.dependency_group_names(include_optional=choice.all_groups)
        named = {canonicalize_name(name) for name in (*defaults, *choice.including)}
        return named - {canonicalize_name(name) for name in choice.excluding}
