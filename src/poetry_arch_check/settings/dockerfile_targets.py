"""Where a Dockerfile installs on a target, or why it cannot be built for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.errors import TargetError
from poetry_arch_check.platforms.names import parse_name
from poetry_arch_check.settings.request import DockerfileRef
from poetry_arch_check.settings.target_images import image_contradiction

if TYPE_CHECKING:
    from collections.abc import Callable

    from poetry_arch_check.dockerfile import InstallStep
    from poetry_arch_check.platforms.platform import Platform
    from poetry_arch_check.settings.inputs import Inputs
    from poetry_arch_check.settings.target_config import TargetConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallSteps:
    """The commands of a Dockerfile that install what is locked; there is at least one."""

    steps: tuple[InstallStep, ...]


def read_install_steps(  # noqa: PLR0913 - the target, and how its Dockerfile is built
    ref: DockerfileRef,
    named: TargetConfig,
    platform: Platform,
    inputs: Inputs,
    *,
    host: Callable[[], str],
    single: bool,
) -> InstallSteps | str:
    """Return where a Dockerfile installs on `platform`, or a note why it is not built for it.

    `host` returns the container platform of this machine. Raises TargetError for a `single`
    target, or one of the configuration, that does not fit its Dockerfile.
    """
    from poetry_arch_check.dockerfile import (  # noqa: PLC0415 - most runs read none
        NOT_FOUND,
        Build,
        install_steps_of,
    )

    text = inputs.context.read(ref)
    build = Build(
        platform=platform,
        host=parse_name(host()).platform if "BUILD" in text else platform,
        arguments=ref.arguments,
        image=inputs.request.image,
        context=inputs.context.build_context(ref, text) or NOT_FOUND,
        own_images=inputs.config.images,
        read=lambda path: inputs.context.read(DockerfileRef(path=path, of_project=True)),
    )
    steps = install_steps_of(text, ref.path, build, ref.stages)
    why = next((why for step in steps if (why := _contradiction(step, named, platform))), None)
    if why is None:
        return InstallSteps(steps=steps)
    if inputs.request.dockerfile is None or single:
        raise TargetError(
            f'target "{named.name}" {why} ({ref.path})',
            hint="name a platform that the image is built for: linux/amd64, linux/arm64, …",
        )
    return f"It {why}: it is checked without."


def _contradiction(step: InstallStep, named: TargetConfig, platform: Platform) -> str | None:
    own = parse_name(step.platform).platform if step.platform else platform
    return image_contradiction(named, own, step.image)
