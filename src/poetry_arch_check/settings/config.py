"""`[tool.poetry-arch-check]` → frozen values, with every mistake collected."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from poetry_arch_check.errors import ConfigurationError
from poetry_arch_check.settings.modes import ON_INSTALL, ON_LOCK, Mode
from poetry_arch_check.settings.own_images import read_own_images
from poetry_arch_check.settings.package_rules import read_ignores, read_requires
from poetry_arch_check.settings.target_config import TargetConfig, read_targets
from poetry_arch_check.settings.tool_values import (
    read_image,
    read_mode,
    read_pythons,
    read_toolchain,
)
from poetry_arch_check.settings.values import Mistakes

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
    mistakes = Mistakes()
    config = _config(mistakes, {} if table is None else table)
    if mistakes.lines:
        raise ConfigurationError(*mistakes.lines, hint="correct pyproject.toml")
    return config


def _config(mistakes: Mistakes, value: object) -> Config:
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
    table = mistakes.table(TABLE, value, keys)
    own = read_own_images(mistakes, f"{TABLE}.images", table.get("images", {}))
    targets = read_targets(mistakes, own, f"{TABLE}.targets", table.get("targets", []))
    names = {target.name: target.platform for target in targets}
    return Config(
        targets=targets,
        on_install=read_mode(mistakes, f"{TABLE}.{ON_INSTALL}", table.get(ON_INSTALL, "warn")),
        on_lock=read_mode(mistakes, f"{TABLE}.{ON_LOCK}", table.get(ON_LOCK, "warn")),
        require_wheels=mistakes.boolean(
            f"{TABLE}.require-wheels", table.get("require-wheels", False)
        ),
        pythons=read_pythons(mistakes, f"{TABLE}.python", table.get("python", [])),
        image=read_image(mistakes, own, f"{TABLE}.image", table.get("image")),
        toolchain=read_toolchain(mistakes, f"{TABLE}.toolchain", table.get("toolchain")),
        ignores=read_ignores(mistakes, f"{TABLE}.ignore", table.get("ignore", []), names),
        requires=read_requires(mistakes, f"{TABLE}.packages", table.get("packages", {})),
        images=own,
    )
