"""Targets in the words of the configuration."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from poetry_arch_check.errors import ArchCheckError
from poetry_arch_check.images import OwnImage, contradiction, image_of
from poetry_arch_check.platforms.names import ALL, CURRENT, parse_name
from poetry_arch_check.settings.request import DockerfileRef
from poetry_arch_check.settings.tool_values import (
    read_image,
    read_platform,
    read_pythons,
    read_toolchain,
)
from poetry_arch_check.settings.values import Mistakes, indexed, joined

if TYPE_CHECKING:
    from poetry_arch_check.toolchains.toolchain import (
        Toolchain,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetConfig:
    """A target in the words of the configuration; None and () leave it to the defaults."""

    name: str
    platform: str
    image: str | None = None
    pythons: tuple[str, ...] = ()
    toolchain: Toolchain | None = None
    dockerfile: DockerfileRef | None = None


def read_targets(
    mistakes: Mistakes, own: tuple[OwnImage, ...], key: str, value: object
) -> tuple[TargetConfig, ...]:
    """Read the targets: an array of platforms, or a table of targets."""
    if isinstance(value, dict):
        return tuple(
            _read_target(mistakes, own, joined(key, name), name, table)
            for name, table in value.items()
        )
    names = mistakes.strings(key, value)
    for at, name in indexed(key, value, names):
        if name != ALL:
            read_platform(mistakes, at, name)
    return tuple(TargetConfig(name=name, platform=name) for name in names)


def _read_target(
    mistakes: Mistakes, own: tuple[OwnImage, ...], key: str, name: str, value: object
) -> TargetConfig:
    if name in {ALL, CURRENT} or not name.strip():
        mistakes.add(key, "is a reserved name: choose another")
    known = ("platform", "image", "python", "toolchain", "dockerfile", "stage", "build-args")
    table = mistakes.table(key, value, known)
    if "platform" not in table:
        mistakes.add(f"{key}.platform", 'is missing: for example "linux/arm64"')
    platform = mistakes.string(f"{key}.platform", table.get("platform", "linux/amd64"))
    if platform is not None:
        read_platform(mistakes, f"{key}.platform", platform)
    image = read_image(mistakes, own, f"{key}.image", table.get("image"))
    if platform is not None and image is not None:
        _together(mistakes, own, key, platform, image)
    return TargetConfig(
        name=name,
        platform=platform or "linux/amd64",
        image=image,
        pythons=read_pythons(mistakes, f"{key}.python", table.get("python", [])),
        toolchain=read_toolchain(mistakes, f"{key}.toolchain", table.get("toolchain")),
        dockerfile=_read_dockerfile_ref(mistakes, key, table),
    )


def _read_dockerfile_ref(
    mistakes: Mistakes, key: str, table: dict[str, Any]
) -> DockerfileRef | None:
    """Read `dockerfile`, and what makes sense beside it alone."""
    if "dockerfile" not in table:
        for name in ("stage", "build-args"):
            if name in table:
                mistakes.add(f"{key}.{name}", "needs a dockerfile")
        return None
    path = mistakes.string(f"{key}.dockerfile", table["dockerfile"])
    if "image" in table:
        mistakes.add(f"{key}.image", "excludes dockerfile, which names the image")
    stage = mistakes.string(f"{key}.stage", table["stage"]) if "stage" in table else None
    arguments = table.get("build-args", {})
    good = isinstance(arguments, dict) and all(isinstance(v, str) for v in arguments.values())
    if not good:
        mistakes.add(f"{key}.build-args", "must be a table of strings")
    if path is None or not good:
        return None
    return DockerfileRef(
        path=path, stages=(stage,) if stage else (), arguments=arguments, of_project=True
    )


def _together(
    mistakes: Mistakes, own: tuple[OwnImage, ...], key: str, platform: str, image: str
) -> None:
    """Record why an image cannot be that of a platform, where both are known."""
    if platform == CURRENT:
        mistakes.add(f"{key}.image", "is for other targets: the environment at hand has no image")
        return
    with suppress(ArchCheckError):
        if report_failure := contradiction(parse_name(platform).platform, image_of(image, own)):
            mistakes.add(key, report_failure)
