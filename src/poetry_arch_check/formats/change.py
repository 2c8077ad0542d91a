"""What a remedy changes, as an object of the JSON report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
from poetry_arch_check.platforms.names import container_name

if TYPE_CHECKING:
    from poetry_arch_check.check.change import Change, StageChange


def change_object(change: Change) -> dict[str, Any]:  # noqa: C901, PLR0912 - a case for each change
    """Return `change` as an object; `type` is a stable word that tells its other keys."""
    match change:
        case OtherImage(image=image):
            return {"type": "image", "image": image}
        case ChangedStages(image=image, stages=stages):
            return {"type": "stages", "image": image or None, "stages": _stages(stages)}
        case InstalledPackages():
            return {
                "type": "packages",
                "manager": change.manager or None,
                "packages": list(change.packages),
                "others": list(change.others),
                "headers": change.headers,
                "unset": list(change.unset),
                "stages": _stages(change.stages),
            }
        case NamedCompiler(variable=variable, path=path, dependency=dependency):
            return {
                "type": "compiler",
                "variable": variable,
                "path": path,
                "dependency": dependency,
            }
        case DeclaredToolchain(dependencies=dependencies):
            return {"type": "declaration", "toolchain": list(dependencies)}
        case OtherPython(python=python, image=image):
            return {"type": "python", "python": python.short, "image": image or None}
        case (
            OtherArchitecture(architecture=architecture)
            | PlatformOfStage(architecture=architecture)
        ):
            return {"type": "platform", "platform": f"linux/{container_name(architecture)}"}
        case NewerMacOS(version=(major, minor)):
            return {"type": "system", "version": f"{major}.{minor}"}
        case AddedMarker(marker=marker, requirements=requirements):
            return {
                "type": "marker",
                "marker": marker,
                "requirements": [
                    {"name": each.name, "place": each.place, "marker": each.marker or None}
                    for each in requirements
                ],
            }
        case OtherVersion(version=version):
            return {"type": "version", "version": version}
        case AddedConstraint(requirements=requirements):
            return {
                "type": "constraint",
                "requirement": requirements[0],
                "requirements": list(requirements),
            }
        case LiftedPolicy(key=key):
            return {"type": "policy", "key": key}
        case NewLock():
            return {"type": "lock"}


def _stages(stages: tuple[StageChange, ...]) -> list[dict[str, Any]]:
    return [
        {"stage": each.stage, "image": each.image or None, "packages": list(each.packages)}
        for each in stages
    ]
