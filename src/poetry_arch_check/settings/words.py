"""The values of `[tool.poetry-arch-check]`: modes, Pythons, images, platforms, toolchains."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from poetry_arch_check.errors import ArchCheckError
from poetry_arch_check.images import OwnImage, contradiction, image_of, own_image
from poetry_arch_check.platforms.names import CURRENT, parse_name
from poetry_arch_check.platforms.python import parse_python
from poetry_arch_check.settings.modes import Mode
from poetry_arch_check.settings.values import Mistakes, described, indexed
from poetry_arch_check.strings import did_you_mean
from poetry_arch_check.toolchains.toolchain import EVERYTHING, NOTHING, Toolchain, parse_toolchain
from poetry_arch_check.toolchains.words import stated_offer

if TYPE_CHECKING:
    from collections.abc import Callable

ALL_PYTHONS = "all"


@dataclass(slots=True, kw_only=True)
class Words:
    """Reads values in this tool's words; `own` are the images that the project describes."""

    mistakes: Mistakes = field(default_factory=Mistakes)
    own: tuple[OwnImage, ...] = ()

    def mode(self, key: str, value: object) -> Mode:
        """Return the mode that `value` names, else `warn`."""
        words = [mode.value for mode in Mode]
        if value in words:
            return Mode(value)
        near = did_you_mean(value, words) if isinstance(value, str) else ""
        self.mistakes.add(key, f"must be one of {', '.join(words)}, not {described(value)}{near}")
        return Mode.WARN

    def pythons(self, key: str, value: object) -> tuple[str, ...]:
        """Return the Pythons that `value` names."""
        pythons = self.mistakes.strings(key, value)
        for at, python in indexed(key, value, pythons):
            if python != ALL_PYTHONS:
                self.mistakes.accepts(at, partial(parse_python, python))
        return pythons

    def image(self, key: str, value: object) -> str | None:
        """Return the image that `value` names, None for none."""
        if value is None:
            return None
        image = self.mistakes.string(key, value)
        if image is not None:
            found = own_image(image, self.own)
            if found is not None and found.dockerfile:
                self.mistakes.add(key, "is built from a Dockerfile: it is for FROM alone")
            else:
                self.mistakes.accepts(key, partial(image_of, image, self.own))
        return image

    def toolchain(self, key: str, value: object) -> Toolchain | None:
        """Return the toolchain that `value` declares, None for none."""
        if value is None:
            return None
        if isinstance(value, bool):
            return EVERYTHING if value else NOTHING
        return parse_toolchain(self.words(key, value, stated_offer))

    def words(self, key: str, value: object, parse: Callable[[str], object]) -> list[str]:
        """Return the strings of an array that `parse` accepts."""
        return [
            item
            for at, item in indexed(key, value, self.mistakes.strings(key, value))
            if self.mistakes.accepts(at, partial(parse, item))
        ]

    def platform(self, key: str, name: str) -> None:
        """Record why `name` is not that of a platform."""
        if name != CURRENT:
            self.mistakes.accepts(key, partial(parse_name, name))

    def together(self, key: str, platform: str, image: str) -> None:
        """Record why an image cannot be that of a platform, where both are known."""
        if platform == CURRENT:
            self.mistakes.add(
                f"{key}.image", "is for other targets: the environment at hand has no image"
            )
            return
        with suppress(ArchCheckError):
            if report_failure := contradiction(
                parse_name(platform).platform, image_of(image, self.own)
            ):
                self.mistakes.add(key, report_failure)
