"""Which targets to check: from command line, configuration and context to targets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from poetry_arch_check.check.loading import Place
from poetry_arch_check.check.origin import DECLARED, AtInstallStep, BaseImage, ThisMachine
from poetry_arch_check.check.target import Target, with_image
from poetry_arch_check.errors import TargetError
from poetry_arch_check.images import image_of
from poetry_arch_check.platforms.markers import marker_environment
from poetry_arch_check.platforms.names import (
    ALL,
    COMMON_EIGHT,
    CONTAINER_ARCHITECTURES,
    CURRENT,
    container_name,
    parse_name,
)
from poetry_arch_check.platforms.platform import Os
from poetry_arch_check.platforms.tags import supported
from poetry_arch_check.platforms.wheel_tags import Name
from poetry_arch_check.settings.dockerfile_targets import InstallSteps, read_install_steps
from poetry_arch_check.settings.inputs import Inputs
from poetry_arch_check.settings.pythons import packaged_python_note, pythons_for, requested_pythons
from poetry_arch_check.settings.request import Request
from poetry_arch_check.settings.target_config import TargetConfig
from poetry_arch_check.settings.target_images import check_image, image_for
from poetry_arch_check.toolchains.toolchain import NOTHING, Toolchain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.check.origin import Origin
    from poetry_arch_check.dockerfile import Destination, InstallStep
    from poetry_arch_check.platforms.platform import Platform
    from poetry_arch_check.platforms.python import Python
    from poetry_arch_check.settings.config import Config
    from poetry_arch_check.settings.request import Context


def select(config: Config, request: Request, context: Context) -> tuple[Target, ...]:
    """Return the targets to check, each name with each of its images and Pythons, each once.

    Of several images of the command line, those that fit a target count: only where none does,
    it is checked without.

    Raises TargetError for unknown names and for contradictions.
    """
    chosen: dict[object, Target] = {}
    for each in request.of_images:
        for target in _of_one_image(Inputs(config=config, request=each, context=context)):
            image = target.image.reference if target.image else ""
            step = target.step and (target.step.stage, target.step.line, target.step.choice)
            places = tuple((place.destination.stage, place.platform) for place in target.places)
            key = (target.name, replace(target.python, asked=""), image, step, places)
            chosen.setdefault(key, target)
    if not chosen:
        raise TargetError("the project allows no released Python 3", hint="name one: --python 3.12")
    found = tuple(chosen.values())
    fitted = {target.name for target in found if target.image}
    several = len(request.images) > 1
    return tuple(each for each in found if each.image or not several or each.name not in fitted)


def _of_one_image(inputs: Inputs) -> Iterator[Target]:
    selection = _Selection(inputs)
    named = tuple(selection.named())
    check_image(named, lambda platform: selection.name(platform).platform, inputs)
    for target_config in named:
        yield from selection.targets(target_config, single=len(named) == 1)


def at_hand(config: Config, context: Context, toolchain: Toolchain | None = None) -> Target:
    """Return the project's environment under the name that the configuration gives it.

    It has `toolchain`, else what is declared for it, else what is found on this machine.
    """
    request = Request(toolchain=toolchain)
    selection = _Selection(Inputs(config=config, request=request, context=context))
    configured = (target for target in config.targets if target.platform == CURRENT)
    named = next(configured, TargetConfig(name=CURRENT, platform=CURRENT))
    return selection.current(named)


@dataclass(frozen=True, slots=True)
class _Selection:
    """Puts targets together from the inputs."""

    inputs: Inputs

    def named(self) -> Iterator[TargetConfig]:
        """Yield what is named on the command line, else configured, else the default."""
        configured = {target.name: target for target in self.inputs.config.targets}
        requested = self.inputs.request.targets or self.inputs.request.platforms
        for name in requested or tuple(configured) or (self._default_name(),):
            if name == ALL:
                yield from (TargetConfig(name=common, platform=common) for common in COMMON_EIGHT)
            elif name in configured:
                yield configured[name]
            else:
                if name != CURRENT:
                    parse_name(name, more=configured)
                yield TargetConfig(name=name, platform=name)

    def _default_name(self) -> str:
        """Return the name of the target where none is named: an image runs on this machine."""
        context, request = self.inputs.context, self.inputs.request
        if platform := context.default_platform:
            platform = f"linux/{platform}" if platform in CONTAINER_ARCHITECTURES else platform
            try:
                parse_name(platform)
            except TargetError as error:
                raise TargetError(f"DOCKER_DEFAULT_PLATFORM: {error}", hint=error.hint) from None
            return platform
        image = request.image or self.inputs.config.image
        if image is None and request.dockerfile is None:
            return CURRENT
        windows = (
            image is not None and image_of(image, self.inputs.config.images).os is not Os.LINUX
        )
        return self._host("windows" if windows else "linux")

    def _host(self, system: str) -> str:
        """Return the container platform of this machine."""
        # The environment is asked only where it is needed: it may be broken, or not there yet.
        machine = CONTAINER_ARCHITECTURES.get(self.inputs.context.machine.lower())
        architecture = machine or self.inputs.context.current().platform.architecture
        return f"{system}/{container_name(architecture)}"

    # --- targets ---

    def targets(self, named: TargetConfig, *, single: bool) -> Iterator[Target]:
        """Yield the target with each of its Pythons, and each install step of its Dockerfile.

        `single` says that no other target is named, so that one that does not fit is an error.
        """
        name = self.name(named.platform)
        ref = self.inputs.request.dockerfile or named.dockerfile
        if ref is None:
            yield from self._plain_targets(named, name)
            return
        found = read_install_steps(
            ref, named, name.platform, self.inputs, host=lambda: self._host("linux"), single=single
        )
        match found:
            case InstallSteps(steps=steps):
                for step in steps:
                    yield from self._targets_at(step, named, name)
            case str(unfit):
                plain = replace(self.inputs.request, dockerfile=None)
                without = _Selection(replace(self.inputs, request=plain))
                named = replace(named, image=None, dockerfile=None)
                for target in without.targets(named, single=single):
                    yield replace(target, notes=(unfit, *target.notes))

    def current(self, named: TargetConfig) -> Target:
        """Return the project's environment, as `named` calls it and with its toolchain."""
        target = replace(self.inputs.context.current(), name=named.name)
        declared = self._declared(named)
        if declared is not None:
            return replace(target, toolchain=declared)
        inventory = self.inputs.context.inventory()
        origin = ThisMachine(inventory=inventory)
        return replace(target, toolchain=inventory.toolchain, origin=origin)

    def _plain_targets(self, named: TargetConfig, name: Name) -> Iterator[Target]:
        image, unfit = image_for(named, name.platform, self.inputs)
        if named.platform == CURRENT and not (self.inputs.request.pythons or named.pythons):
            yield self.current(named)
            return
        platform = with_image(name.platform, image)
        origin = BaseImage(image=image) if image else DECLARED
        notes = (image.moves if image else "", _assumption(platform))
        for python, note in pythons_for(named, name, image, self.inputs):
            target = _target(named.name, platform, python, origin, (unfit, note, *notes))
            yield self._with_toolchain(target, named)

    def _targets_at(self, step: InstallStep, named: TargetConfig, name: Name) -> Iterator[Target]:
        """Yield the target as it is where a Dockerfile installs, with each of its Pythons."""
        kind = parse_name(step.platform).platform if step.platform else name.platform
        platform = with_image(kind, step.image)
        notes = (self._replaced_image(step), step.image.moves, *step.notes)
        for python, note in self._pythons_at(step, named):
            called, origin = step.platform or named.name, AtInstallStep(step=step)
            target = _target(called, platform, python, origin, (note, *notes))
            target = replace(target, places=self._places(step, named, name.platform, python))
            yield self._with_toolchain(target, named)

    def _places(
        self, step: InstallStep, named: TargetConfig, platform: Platform, python: Python
    ) -> tuple[Place, ...]:
        """Return the stages that what a step installs is copied to, on the target `named`.

        Where another Python is asked for than the file's, they are taken to have it, too.
        """
        asked = bool(self.inputs.request.pythons or named.pythons)
        return tuple(_place(each, platform, python, asked=asked) for each in step.destinations)

    def _pythons_at(self, step: InstallStep, named: TargetConfig) -> Iterator[tuple[Python, str]]:
        if requested := self.inputs.request.pythons or named.pythons:
            yield from requested_pythons(requested, step.image, self.inputs.context)
        elif step.python:
            own = step.installation.python
            yield step.python, "" if own else packaged_python_note(step.image)
        else:
            raise TargetError(
                f"{step.where}: the Python that it installs with is not known",
                hint="name it: --python 3.12",
            )

    def _replaced_image(self, step: InstallStep) -> str:
        """Return a note where the image of the command line replaces the file's."""
        image = self.inputs.request.image
        return f"{image} is taken for the base image of {step.path}." if image else ""

    def name(self, platform: str) -> Name:
        """Return what the name of a platform stands for."""
        if platform == CURRENT:
            return Name(platform=self.inputs.context.current().platform)
        return parse_name(platform)

    # --- toolchains ---

    def _declared(self, named: TargetConfig) -> Toolchain | None:
        """Return the toolchain that is declared most specifically, None for none."""
        declared = (self.inputs.request.toolchain, named.toolchain, self.inputs.config.toolchain)
        return next((toolchain for toolchain in declared if toolchain is not None), None)

    def _with_toolchain(self, target: Target, named: TargetConfig) -> Target:
        """Return `target` with what is declared for it, and what its image brings."""
        declared = self._declared(named)
        if declared is None and named.platform == CURRENT:
            inventory = self.inputs.context.inventory()
            origin = ThisMachine(inventory=inventory)
            return replace(target, toolchain=inventory.toolchain, origin=origin)
        declared = declared or NOTHING
        match target.origin:
            case _ if declared.everything:
                return replace(target, toolchain=declared)
            case BaseImage(image=image):
                own = replace(image.toolchain, versions=image.versions)
                return replace(target, toolchain=declared.together_with(own))
            case AtInstallStep(step=step):
                return replace(target, toolchain=declared.together_with(step.toolchain))
            case _:
                return replace(target, toolchain=declared)


def _target(
    name: str, platform: Platform, python: Python, origin: Origin, notes: tuple[str, ...]
) -> Target:
    return Target(
        name=name,
        platform=platform,
        python=python,
        support=supported(platform, python),
        markers=marker_environment(platform, python),
        origin=origin,
        notes=tuple(filter(None, notes)),
    )


def _place(destination: Destination, platform: Platform, python: Python, *, asked: bool) -> Place:
    kind = parse_name(destination.platform).platform if destination.platform else platform
    platform = with_image(kind, destination.image)
    python = python if asked else destination.python or python
    return Place(
        destination=destination,
        platform=platform,
        python=python,
        support=supported(platform, python),
    )


def _assumption(platform: Platform) -> str:
    if not platform.assumed:
        return ""
    exact = "--image states it" if platform.os is Os.LINUX else f"{platform.tag} would state it"
    return f"{platform.system} is assumed; {exact}."
