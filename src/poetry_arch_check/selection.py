"""Which targets to check: from options, configuration and surroundings to targets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from poetry_arch_check.config import ALL_PYTHONS, TargetConfig
from poetry_arch_check.errors import TargetError
from poetry_arch_check.images import Image, parse_image
from poetry_arch_check.markers import marker_environment
from poetry_arch_check.names import ALL, COMMON_EIGHT, CURRENT, Name, parse_name
from poetry_arch_check.platforms import Architecture, Libc, Os, Platform
from poetry_arch_check.pythons import NEWEST_PATCH, Python, parse_python, python
from poetry_arch_check.tags import supported
from poetry_arch_check.targets import Target
from poetry_arch_check.toolchain import EVERYTHING, NOTHING, Toolchain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from poetry_arch_check.config import Config

_CONTAINER_ARCHITECTURES = {
    Architecture.X86_64: "amd64",
    Architecture.AARCH64: "arm64",
    Architecture.I686: "386",
    Architecture.ARMV7L: "arm/v7",
    Architecture.ARMV6L: "arm/v6",
    Architecture.LOONGARCH64: "loong64",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the command line asks for; an empty value leaves it to the configuration."""

    targets: tuple[str, ...] = ()
    image: str | None = None
    pythons: tuple[str, ...] = ()
    toolchain: Toolchain | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the machine and the project say.

    `current` returns the project's environment; it may start an interpreter and is
    called only where its answer is needed. `default_platform` is the value of
    `DOCKER_DEFAULT_PLATFORM`. `allows` tells whether the project supports a Python.
    """

    current: Callable[[], Target]
    allows: Callable[[Python], bool]
    default_platform: str | None = None

    def allowed_minors(self) -> tuple[int, ...]:
        """Return the released minor versions of Python 3 that the project supports."""
        return tuple(minor for minor in NEWEST_PATCH if self.allows(python(minor)))


def select(config: Config, wishes: Wishes, around: Surroundings) -> tuple[Target, ...]:
    """Return the targets to check, each name with each of its Pythons, without repetition.

    Raises TargetError for unknown names and for contradictions.
    """
    selection = _Selection(config=config, wishes=wishes, around=around)
    chosen: dict[tuple[str, str], Target] = {}
    for named in selection.named():
        for target in selection.targets(named):
            chosen.setdefault((target.name, target.python.asked), target)
    return tuple(chosen.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Selection:
    """The three sources that a target is put together from."""

    config: Config
    wishes: Wishes
    around: Surroundings

    def named(self) -> Iterator[TargetConfig]:
        """Yield what is named on the command line, else configured, else at hand."""
        configured = {target.name: target for target in self.config.targets}
        for name in self.wishes.targets or tuple(configured) or (self._at_hand(),):
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
        if self.around.default_platform:
            return self.around.default_platform
        image = self.wishes.image or self.config.image
        if image is None:
            return CURRENT
        architecture = self.around.current().platform.architecture
        system = "linux" if parse_image(image).os is Os.LINUX else "windows"
        return f"{system}/{_CONTAINER_ARCHITECTURES.get(architecture, architecture.value)}"

    def targets(self, named: TargetConfig) -> Iterator[Target]:
        """Yield the target with each of its Pythons."""
        name = self._name(named.platform)
        image = self._image(named, name.platform)
        if named.platform == CURRENT and not (self.wishes.pythons or named.pythons):
            toolchain = self._toolchain(named, image)
            yield replace(self.around.current(), name=named.name, toolchain=toolchain)
            return
        platform = _with_image(name.platform, image)
        for read, note in self._pythons(named, name, image):
            yield Target(
                name=named.name,
                platform=platform,
                python=read,
                support=supported(platform, read),
                markers=marker_environment(platform, read),
                toolchain=self._toolchain(named, image),
                image=image,
                notes=tuple(
                    filter(None, [note, image.moves if image else "", _assumption(platform)])
                ),
            )

    def _name(self, platform: str) -> Name:
        if platform == CURRENT:
            return Name(platform=self.around.current().platform)
        return parse_name(platform)

    def _image(self, named: TargetConfig, platform: Platform) -> Image | None:
        """Return the image of a target; a default one only where it can be meant."""
        stated = self.wishes.image or named.image
        if stated is not None:
            image = parse_image(stated)
            if contradiction := _contradiction(named, platform, image):
                raise TargetError(
                    contradiction, cure="let the image say it: linux/amd64, linux/arm64, …"
                )
            return image
        if self.config.image is None:
            return None
        image = parse_image(self.config.image)
        return None if _contradiction(named, platform, image) else image

    def _toolchain(self, named: TargetConfig, image: Image | None) -> Toolchain:
        """Return what is declared, by the nearest declaration, and what the image brings."""
        declared = next(
            toolchain
            for toolchain in (self.wishes.toolchain, named.toolchain, self.config.toolchain)
            if toolchain is not None
        )
        if declared.everything:
            return EVERYTHING
        brought = image.toolchain if image else NOTHING
        together = {*declared.dependencies, *brought.dependencies}
        return Toolchain(dependencies=tuple(sorted(together)))

    def _pythons(
        self, named: TargetConfig, name: Name, image: Image | None
    ) -> Iterator[tuple[Python, str]]:
        """Yield the Pythons of a target, each with a note where the choice has to be told.

        The nearest word counts: the option, the target's own key, its name, its own image,
        the defaults of the configuration, the default image, the project's environment.
        """
        own_image = self.wishes.image or named.image
        if asked := self.wishes.pythons or named.pythons:
            yield from self._asked(asked, image)
        elif name.python:
            yield name.python, ""
        elif image and image.python and (own_image or not self.config.pythons):
            yield image.python, ""
        elif self.config.pythons:
            yield from self._asked(self.config.pythons, image)
        else:
            yield self._environment_python()

    def _asked(self, asked: tuple[str, ...], image: Image | None) -> Iterator[tuple[Python, str]]:
        for text in asked:
            if text == ALL_PYTHONS:
                yield from ((python(minor), "") for minor in self.around.allowed_minors())
                continue
            read = parse_python(text)
            note = ""
            if image and image.own_python and image.python and image.python.minor != read.minor:
                note = f"{image.reference} has Python {image.python.short}, not {read.short}."
            yield read, note

    def _environment_python(self) -> tuple[Python, str]:
        """Return the Python of the project's environment, or the newest that the project allows."""
        current, minors = self.around.current().python, self.around.allowed_minors()
        if self.around.allows(current) or not minors:
            return current, ""
        newest = python(max(minors))
        return newest, (
            f"Python {newest.short} is the newest that the project allows; it does not allow"
            f" {current.full} of its environment. --python names another."
        )


def _contradiction(named: TargetConfig, platform: Platform, image: Image) -> str | None:
    """Return why `image` cannot be the image of a target, None if it can."""
    if named.platform == CURRENT:
        return f'target "{named.name}" is the environment at hand: it has no image'
    if image.os is not platform.os:
        return (
            f'target "{named.name}" is {platform.os.value},'
            f" image {image.reference} is for {image.os.value}"
        )
    if image.distribution is None:
        return None
    same_libc = platform.libc in {Libc.GLIBC, image.distribution.libc}
    if platform.assumed and same_libc:
        return None
    return f'target "{named.name}" and image {image.reference} both state the C library'


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
