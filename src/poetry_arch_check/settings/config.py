"""`[tool.poetry-arch-check]` → frozen values, with every mistake collected."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from poetry_arch_check.errors import ConfigurationError
from poetry_arch_check.settings.modes import ON_INSTALL, ON_LOCK, Mode
from poetry_arch_check.settings.own_images import read_own_images
from poetry_arch_check.settings.package_rules import read_ignores, read_requires
from poetry_arch_check.settings.target_config import TargetConfig, read_targets
from poetry_arch_check.settings.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poetry_arch_check.check.rules import Ignore
    from poetry_arch_check.images import OwnImage
    from poetry_arch_check.toolchains.need import Need
    from poetry_arch_check.toolchains.toolchain import (
        Toolchain,
    )

TABLE = "tool.poetry-arch-check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole table, checked; names of platforms, images and Pythons are known ones."""

    targets: tuple[TargetConfig, ...] = ()
    on_install: Mode = Mode.WARN
    on_lock: Mode = Mode.WARN
    require_wheels: bool = False
    pythons: tuple[str, ...] = ()
    image: str | None = None
    toolchain: Toolchain | None = None
    ignores: tuple[Ignore, ...] = ()
    requires: Mapping[str, tuple[Need, ...]] = field(default_factory=dict)
    images: tuple[OwnImage, ...] = ()


def read_config(table: object) -> Config:
    """Return the configuration in `table`, the parsed `[tool.poetry-arch-check]` (or None).

    Raises ConfigurationError with one line for each mistake, each with its full TOML key.
    """
    words = Words()
    config = _config(words, {} if table is None else table)
    if words.mistakes.lines:
        raise ConfigurationError(*words.mistakes.lines, hint="correct pyproject.toml")
    return config


def _config(words: Words, value: object) -> Config:
    keys = (
        "targets",
        ON_INSTALL,
        ON_LOCK,
        "require-wheels",
        "python",
        "image",
        "toolchain",
        "ignore",
        "packages",
        "images",
    )
    table = words.mistakes.table(TABLE, value, keys)
    words.own = read_own_images(words, f"{TABLE}.images", table.get("images", {}))
    targets = read_targets(words, f"{TABLE}.targets", table.get("targets", []))
    names = {target.name: target.platform for target in targets}
    return Config(
        targets=targets,
        on_install=words.mode(f"{TABLE}.{ON_INSTALL}", table.get(ON_INSTALL, "warn")),
        on_lock=words.mode(f"{TABLE}.{ON_LOCK}", table.get(ON_LOCK, "warn")),
        require_wheels=words.mistakes.boolean(
            f"{TABLE}.require-wheels", table.get("require-wheels", False)
        ),
        pythons=words.pythons(f"{TABLE}.python", table.get("python", [])),
        image=words.image(f"{TABLE}.image", table.get("image")),
        toolchain=words.toolchain(f"{TABLE}.toolchain", table.get("toolchain")),
        ignores=read_ignores(words, f"{TABLE}.ignore", table.get("ignore", []), names),
        requires=read_requires(words, f"{TABLE}.packages", table.get("packages", {})),
        images=words.own,
    )
