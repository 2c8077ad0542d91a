"""Which targets to check: from options, configuration and surroundings to targets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from poetry_arch_check.check.target import Target
from poetry_arch_check.dockerfile import Build, InstallStep, install_steps_of
from poetry_arch_check.errors import TargetError
from poetry_arch_check.images import Image, contradiction, parse_image
from poetry_arch_check.platforms.markers import marker_environment
from poetry_arch_check.platforms.names import (
    ALL,
    COMMON_EIGHT,
    CONTAINER_ARCHITECTURES,
    CURRENT,
    parse_name,
)
from poetry_arch_check.platforms.platform import Os, Platform
from poetry_arch_check.platforms.python import Python, parse_python
from poetry_arch_check.platforms.tags import supported
from poetry_arch_check.platforms.wheel_tags import Name
from poetry_arch_check.settings.config import ALL_PYTHONS, DockerfileRef, TargetConfig
from poetry_arch_check.settings.request import Context, Request
from poetry_arch_check.toolchains.toolchain import NOTHING, Toolchain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.settings.config import Config

_GO_ARCHITECTURES = {
    architecture: name for name, architecture in reversed(CONTAINER_ARCHITECTURES.items())
}


_PLAIN_PLATFORM = "let the image say the rest: linux/amd64, linux/arm64, …"


def select(config: Config, request: Request, context: Context) -> tuple[Target, ...]:
    """Return the targets to check, each name with each of its Pythons, without repetition.

    Raises TargetError for unknown names and for contradictions.
    """
    selection = _Selection(config=config, request=request, context=context)
    named = tuple(selection.named())
    selection.check_image(named)
    chosen: dict[object, Target] = {}
    for target_config in named:
        for target in selection.targets(target_config):
            step = target.step and (target.step.stage, target.step.line, target.step.choice)
            chosen.setdefault((target.name, replace(target.python, asked=""), step), target)
    if not chosen:
        raise TargetError("the project allows no released Python 3", hint="name one: --python 3.12")
    return tuple(chosen.values())


def at_hand(config: Config, context: Context, toolchain: Toolchain | None = None) -> Target:
    """Return the project's environment under the name that the configuration gives it.

    It has `toolchain`, else what is declared for it, else what is found on this machine.
    """
    selection = _Selection(config=config, request=Request(toolchain=toolchain), context=context)
    configured = (target for target in config.targets if target.platform == CURRENT)
    named = next(configured, TargetConfig(name=CURRENT, platform=CURRENT))
    return selection.with_toolchain(replace(context.current(), name=named.name), named)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Selection:
    """The three sources that a target is put together from."""

    config: Config
    request: Request
    context: Context

    def named(self) -> Iterator[TargetConfig]:
        """Yield what is named on the command line, else configured, else at hand."""
        configured = {target.name: target for target in self.config.targets}
        wished = self.request.targets or self.request.platforms
        for name in wished or tuple(configured) or (self._at_hand(),):
            if name == ALL:
                yield from (TargetConfig(name=common, platform=common) for common in COMMON_EIGHT)
            elif name in configured:
                yield configured[name]
            else:
                if name != CURRENT:
                    parse_name(name, more=configured)
                yield TargetConfig(name=name, platform=name)

    def _at_hand(self) -> str:
        """Return the name of the target where none is named: an image runs on this machine."""
        if platform := self.context.default_platform:
            platform = f"linux/{platform}" if platform in CONTAINER_ARCHITECTURES else platform
            try:
                parse_name(platform)
            except TargetError as error:
                raise TargetError(f"DOCKER_DEFAULT_PLATFORM: {error}", hint=error.hint) from None
            return platform
        image = self.request.image or self.config.image
        if image is None and self.request.dockerfile is None:
            return CURRENT
        windows = image is not None and parse_image(image).os is not Os.LINUX
        return self._host("windows" if windows else "linux")

    def _host(self, system: str) -> str:
        """Return the container platform of this machine."""
        architecture = self.context.current().platform.architecture
        return f"{system}/{_GO_ARCHITECTURES.get(architecture, architecture.value)}"

    def targets(self, named: TargetConfig) -> Iterator[Target]:
        """Yield the target with each of its Pythons, and each of its places in a Dockerfile."""
        name = self._name(named.platform)
        if dockerfile_ref := self.request.dockerfile or named.dockerfile:
            places, unfit = self._steps_of(dockerfile_ref, named, name.platform)
            if places:
                for step in places:
                    yield from self._at_step(step, named, name)
                return
            named = replace(named, image=None, dockerfile=None)
            for target in replace(self, request=replace(self.request, dockerfile=None)).targets(
                named
            ):
                yield replace(target, notes=(unfit, *target.notes))
            return
        image, unfit = self._image(named, name.platform)
        if named.platform == CURRENT and not (self.request.pythons or named.pythons):
            yield self.with_toolchain(replace(self.context.current(), name=named.name), named)
            return
        platform = _with_image(name.platform, image)
        for read, note in self._pythons(named, name, image):
            target = Target(
                name=named.name,
                platform=platform,
                python=read,
                support=supported(platform, read),
                markers=marker_environment(platform, read),
                image=image,
                notes=tuple(
                    filter(None, [unfit, note, image.moves if image else "", _assumption(platform)])
                ),
            )
            yield self.with_toolchain(target, named)

    def _steps_of(
        self, dockerfile_ref: DockerfileRef, named: TargetConfig, platform: Platform
    ) -> tuple[tuple[InstallStep, ...], str]:
        """Return where a Dockerfile installs on `platform`, or why it cannot be built for it.

        Raises TargetError for a target of the configuration that does not fit its own.
        """
        text = self.context.read(dockerfile_ref)
        host = parse_name(self._host("linux")).platform if "BUILD" in text else platform
        build = Build(
            platform=platform,
            host=host,
            arguments=dockerfile_ref.arguments,
            image=self.request.image,
        )
        found = install_steps_of(text, dockerfile_ref.path, build, dockerfile_ref.stage)
        report_failure: str | None = None
        for step in found:
            own = parse_name(step.platform).platform if step.platform else platform
            report_failure = report_failure or self._contradiction(named, own, step.image)
        if report_failure is None:
            return found, ""
        if self.request.dockerfile is None or len(tuple(self.named())) == 1:
            raise TargetError(
                f'target "{named.name}" {report_failure} ({dockerfile_ref.path})',
                hint="name a platform that the image is built for: linux/amd64, linux/arm64, …",
            )
        return (), f"It {report_failure}: it is checked without."

    def _instead(self, step: InstallStep) -> str:
        """Return a note where the image of the command line takes the place of the file's."""
        taken = self.request.image
        return f"{taken} is taken for the base image of {step.path}." if taken else ""

    def _at_step(self, step: InstallStep, named: TargetConfig, name: Name) -> Iterator[Target]:
        """Yield the target as it is where a Dockerfile installs, with each of its Pythons."""
        called = step.platform or named.name
        kind = parse_name(step.platform).platform if step.platform else name.platform
        platform = _with_image(kind, step.image)
        asked = self.request.pythons or named.pythons
        if asked:
            pythons = tuple(self._asked(asked, step.image))
        elif step.python:
            pythons = ((step.python, "" if step.installation.python else _packaged(step.image)),)
        else:
            raise TargetError(
                f"{step.where}: which Python it installs with is not known",
                hint="name it: --python 3.12",
            )
        for read, note in pythons:
            target = Target(
                name=called,
                platform=platform,
                python=read,
                support=supported(platform, read),
                markers=marker_environment(platform, read),
                image=step.image,
                step=step,
                notes=tuple(
                    filter(None, [note, self._instead(step), step.image.moves, *step.notes])
                ),
            )
            yield self.with_toolchain(target, named)

    def _name(self, platform: str) -> Name:
        if platform == CURRENT:
            return Name(platform=self.context.current().platform)
        return parse_name(platform)

    def check_image(self, named: tuple[TargetConfig, ...]) -> None:
        """Raise TargetError if the image of the command line fits none of the targets."""
        if self.request.image is None:
            return
        image = parse_image(self.request.image)
        faults = [
            f'target "{target.name}" {report_failure}'
            for target in named
            if (
                report_failure := self._contradiction(
                    target, self._name(target.platform).platform, image
                )
            )
        ]
        if len(faults) == len(named):
            raise TargetError(*faults, hint=_PLAIN_PLATFORM)

    def _contradiction(self, named: TargetConfig, platform: Platform, image: Image) -> str | None:
        if named.platform == CURRENT:
            return "is the environment at hand: it has no image"
        return contradiction(platform, image)

    def _image(self, named: TargetConfig, platform: Platform) -> tuple[Image | None, str]:
        """Return the image of a target, and a note where the command line's does not fit it."""
        if named.image is not None and self.request.image is None:
            image = parse_image(named.image)
            if report_failure := self._contradiction(named, platform, image):
                raise TargetError(f'target "{named.name}" {report_failure}', hint=_PLAIN_PLATFORM)
            return image, ""
        reference = self.request.image or self.config.image
        if reference is None:
            return None, ""
        image = parse_image(reference)
        report_failure = self._contradiction(named, platform, image)
        if report_failure is None:
            return image, ""
        return None, f"It {report_failure}: it is checked without." if self.request.image else ""

    def with_toolchain(self, target: Target, named: TargetConfig) -> Target:
        """Return `target` with its toolchain: what is declared nearest, and what its image brings.

        Where nothing is declared for this machine, it is looked for.
        """
        declared = next(
            (
                toolchain
                for toolchain in (self.request.toolchain, named.toolchain, self.config.toolchain)
                if toolchain is not None
            ),
            None,
        )
        if declared is None and named.platform == CURRENT:
            inventory = self.context.inventory()
            return replace(target, toolchain=inventory.toolchain, inventory=inventory)
        declared = declared or NOTHING
        if not declared.everything and target.image:
            brought = target.step.toolchain if target.step else target.image.toolchain
            together = {*declared.dependencies, *brought.dependencies}
            declared = Toolchain(
                dependencies=tuple(sorted(together)),
                unsure=brought.unsure,
                itemized=brought.itemized,
            )
        return replace(target, toolchain=declared)

    def _pythons(
        self, named: TargetConfig, name: Name, image: Image | None
    ) -> Iterator[tuple[Python, str]]:
        """Yield the Pythons of a target, each with a note where the choice has to be told.

        The nearest word counts: the option, the target's own key, its name, its own image,
        the defaults of the configuration, the default image, the project's environment.
        """
        own_image = self.request.image or named.image
        if asked := self.request.pythons or named.pythons:
            yield from self._asked(asked, image)
        elif name.python:
            yield name.python, ""
        elif image and image.python and (own_image or not self.config.pythons):
            yield image.python, _packaged(image)
        elif self.config.pythons:
            yield from self._asked(self.config.pythons, image)
        else:
            yield self._environment_python()

    def _asked(self, asked: tuple[str, ...], image: Image | None) -> Iterator[tuple[Python, str]]:
        for text in asked:
            if text == ALL_PYTHONS:
                yield from ((allowed, "") for allowed in self.context.pythons)
                continue
            read = parse_python(text)
            note = ""
            if image and image.own_python and image.python and image.python.minor != read.minor:
                note = f"{image.reference} has Python {image.python.short}, not {read.short}."
            yield read, note

    def _environment_python(self) -> tuple[Python, str]:
        """Return the Python of the environment, or the nearest that the project allows."""
        current, allowed = self.context.current().python, self.context.pythons
        if self.context.allows(current) or not allowed:
            return current, ""
        nearest = min(allowed, key=lambda other: abs(other.minor - current.minor))
        return nearest, (
            f"Python {nearest.short} is taken: the project does not allow {current.full} of its"
            " environment. --python names another."
        )


def _packaged(image: Image) -> str:
    """Return a note that a plain distribution image has at most the distribution's Python."""
    if image.own_python or image.distribution is None or image.python is None:
        return ""
    has = f"Python {image.python.short} is that of {image.distribution.label}"
    return f"{has}; --python names another."


def _assumption(platform: Platform) -> str:
    if not platform.assumed:
        return ""
    exact = "--image states it" if platform.os is Os.LINUX else f"{platform.tag} would state it"
    return f"{platform.system} is assumed; {exact}."


def _with_image(platform: Platform, image: Image | None) -> Platform:
    if image is None or image.distribution is None:
        return platform
    distribution = image.distribution
    return replace(platform, libc=distribution.libc, version=distribution.version, assumed=False)
