"""One package on one target, and what becomes of both with a change applied. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from poetry_arch_check.check.change import (
    AddedConstraint,
    AddedMarker,
    ChangedStages,
    DeclaredToolchain,
    InstalledPackages,
    LiftedPolicy,
    NamedCompiler,
    NewerMacOS,
    NewLock,
    OtherArchitecture,
    OtherImage,
    OtherPython,
    OtherVersion,
    PlatformOfStage,
)
from poetry_arch_check.check.check import finding_of
from poetry_arch_check.check.needs import SourceInspection
from poetry_arch_check.check.origin import AtInstallStep, BaseImage
from poetry_arch_check.check.provided import on_another_release, with_packages
from poetry_arch_check.check.stages import moved_along, with_stages
from poetry_arch_check.check.target import with_image
from poetry_arch_check.errors import TargetError
from poetry_arch_check.images import parse_image

if TYPE_CHECKING:
    from poetry_arch_check.check.change import Change
    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.report import Finding
    from poetry_arch_check.check.rules import Rules
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.platforms.platform import Architecture
    from poetry_arch_check.platforms.python import Python

NO_BINARY = "installer.no-binary"
ONLY_BINARY = "installer.only-binary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What the check of one package is made from; `inspected` is None where nothing is known."""

    package: LockedPackage
    target: Target
    rules: Rules
    inspected: SourceInspection | None = None

    def finding(self) -> Finding:
        """Return what becomes of the package, by the rules of the check."""
        return finding_of(self.package, self.target, self.rules, self.inspected)


def changed(case: Case, change: Change) -> Case | None:  # noqa: C901, PLR0912 - a case for each change
    """Return `case` with `change` applied, None where that leaves nothing to check.

    A package that a marker excludes is not installed; a change may be impossible on the target.
    What was inspected counts as long as the sources and the interpreter stay the same.
    """
    target, package = case.target, case.package
    match change:
        case OtherImage(image=image):
            return _on(_with_image(target, image), case)
        case OtherPython(python=python, image=image):
            return _on(_with_python(target, python, image), case)
        case OtherArchitecture(architecture=architecture):
            return _on(_with_architecture(target, architecture), case)
        case NewerMacOS(version=version):
            platform = replace(target.platform, version=version, assumed=False)
            return _on(target.moved(platform), case)
        case ChangedStages():
            other = _with_changed_stages(target, change)
            return None if other is None else replace(case, target=other)
        case PlatformOfStage(architecture=architecture):
            return replace(case, target=_without_platform(target, architecture))
        case InstalledPackages(stages=stages):
            other = with_stages(with_packages(target, change), stages)
            return None if other is None else replace(case, target=other)
        case NamedCompiler(dependency=dependency, variable=variable):
            named = InstalledPackages(others=(dependency,), unset=(variable,))
            return replace(case, target=with_packages(target, named))
        case DeclaredToolchain(dependencies=dependencies):
            return replace(case, target=_declaring(target, dependencies))
        case AddedMarker():
            return None
        case OtherVersion(version=version, artifacts=artifacts):
            newer = replace(package, version=version, artifacts=artifacts)
            return replace(case, package=newer, inspected=None)
        case NewLock(artifacts=artifacts):
            return replace(case, package=replace(package, artifacts=artifacts))
        case LiftedPolicy(key=key):
            lifted = replace(
                package,
                wheels_allowed=package.wheels_allowed or key == NO_BINARY,
                sdists_allowed=package.sdists_allowed or key == ONLY_BINARY,
            )
            return replace(case, package=lifted)
        case AddedConstraint(requirements=requirements):
            return replace(case, inspected=_constrained(case.inspected, requirements))


def _on(target: Target | None, case: Case) -> Case | None:
    """Return `case` on another machine, where its sources would have to be inspected anew.

    The stages that were on the same one are on this one, too.
    """
    if target is None:
        return None
    return replace(case, target=moved_along(target, case.target), inspected=None)


def _with_image(target: Target, reference: str) -> Target | None:
    try:
        image = parse_image(reference)
    except TargetError:
        return None
    if image.distribution is None or image.architecture not in {None, target.platform.architecture}:
        return None
    if at_step := on_another_release(target, image):
        return at_step
    toolchain = replace(image.toolchain, versions=image.versions)
    moved = target.moved(with_image(target.platform, image))
    return replace(moved, toolchain=toolchain, origin=BaseImage(image=image))


def _with_changed_stages(target: Target, change: ChangedStages) -> Target | None:
    """Return `target` with its stages changed, None where an image is not known."""
    try:
        moved = on_another_release(target, parse_image(change.image)) if change.image else target
    except TargetError:
        return None
    return None if moved is None else with_stages(moved, change.stages)


def _without_platform(target: Target, architecture: Architecture) -> Target:
    """Return `target` with the platform that is asked for, and not what its FROM line sets."""
    moved = target.moved(replace(target.platform, architecture=architecture))
    match moved.origin:
        case AtInstallStep(step=step):
            return replace(moved, origin=AtInstallStep(step=replace(step, platform=None)))
        case _:
            return moved


def _with_python(target: Target, python: Python, image: str) -> Target | None:
    moved = target.moved(target.platform, python)
    return _with_image(moved, image) if image else moved


def _with_architecture(target: Target, architecture: Architecture) -> Target | None:
    """Return `target` as another platform of the same image, None where there is only this one."""
    if target.image and target.image.architecture:
        return None
    if target.step and target.step.platform:
        return None
    return target.moved(replace(target.platform, architecture=architecture))


def _declaring(target: Target, dependencies: tuple[str, ...]) -> Target:
    has = target.toolchain
    toolchain = replace(
        has,
        dependencies=tuple(sorted({*has.dependencies, *dependencies})),
        versions={name: each for name, each in has.versions.items() if name not in dependencies},
    )
    return replace(target, toolchain=toolchain)


def _constrained(
    inspected: SourceInspection | None, requirements: tuple[str, ...]
) -> SourceInspection:
    """Return what was inspected as it is with more build constraints.

    What breaks in the sources is gone with them, where that is what one of them is for.
    """
    inspected = inspected or SourceInspection()
    constraints = (*inspected.constraints, *requirements)
    found = inspected.inspection
    if found and found.broken and found.broken.lifted_by(constraints):
        found = replace(found, broken=None)
    return replace(inspected, constraints=constraints, inspection=found)
