"""`[tool.poetry-arch-check]` → frozen values, with every mistake collected."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name

from poetry_arch_check.check.rules import Ignore
from poetry_arch_check.errors import ArchCheckError, ConfigurationError
from poetry_arch_check.images import OwnImage, contradiction, image_of, own_image, parse_image
from poetry_arch_check.platforms.names import ALL, CURRENT, parse_name
from poetry_arch_check.platforms.python import parse_python
from poetry_arch_check.settings.modes import ON_INSTALL, ON_LOCK, Mode
from poetry_arch_check.settings.request import DockerfileRef
from poetry_arch_check.settings.values import Mistakes, described, indexed, joined
from poetry_arch_check.strings import did_you_mean
from poetry_arch_check.toolchains.need import combined
from poetry_arch_check.toolchains.toolchain import (
    EVERYTHING,
    NOTHING,
    Toolchain,
    parse_need,
    parse_toolchain,
)
from poetry_arch_check.toolchains.words import stated_need, stated_offer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from poetry_arch_check.platforms.platform import Platform
    from poetry_arch_check.toolchains.need import Need

TABLE = "tool.poetry-arch-check"
ALL_PYTHONS = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetConfig:
    """A target in the words of the configuration; None and () leave it to the defaults."""

    name: str
    platform: str
    image: str | None = None
    pythons: tuple[str, ...] = ()
    toolchain: Toolchain | None = None
    dockerfile: DockerfileRef | None = None


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
    reader = _Reader()
    config = reader.config({} if table is None else table)
    if reader.mistakes.lines:
        raise ConfigurationError(*reader.mistakes.lines, hint="correct pyproject.toml")
    return config


class _Reader:
    """Reads the keys of the table; what is wrong is collected in `mistakes`."""

    def __init__(self) -> None:
        self.mistakes = Mistakes()
        self.own: tuple[OwnImage, ...] = ()

    def config(self, value: object) -> Config:
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
        table = self.mistakes.table(TABLE, value, keys)
        self.own = self.own_images(f"{TABLE}.images", table.get("images", {}))
        targets = self.targets(f"{TABLE}.targets", table.get("targets", []))
        names = {target.name: target.platform for target in targets}
        return Config(
            targets=targets,
            on_install=self.mode(f"{TABLE}.{ON_INSTALL}", table.get(ON_INSTALL, "warn")),
            on_lock=self.mode(f"{TABLE}.{ON_LOCK}", table.get(ON_LOCK, "warn")),
            require_wheels=self.mistakes.boolean(
                f"{TABLE}.require-wheels", table.get("require-wheels", False)
            ),
            pythons=self.pythons(f"{TABLE}.python", table.get("python", [])),
            image=self.image(f"{TABLE}.image", table.get("image")),
            toolchain=self.toolchain(f"{TABLE}.toolchain", table.get("toolchain")),
            ignores=self.ignores(f"{TABLE}.ignore", table.get("ignore", []), names),
            requires=self.requires(f"{TABLE}.packages", table.get("packages", {})),
            images=self.own,
        )

    # --- the words of this tool ---

    def mode(self, key: str, value: object) -> Mode:
        words = [mode.value for mode in Mode]
        if value in words:
            return Mode(value)
        near = did_you_mean(value, words) if isinstance(value, str) else ""
        self.mistakes.add(key, f"must be one of {', '.join(words)}, not {described(value)}{near}")
        return Mode.WARN

    def pythons(self, key: str, value: object) -> tuple[str, ...]:
        pythons = self.mistakes.strings(key, value)
        for at, python in indexed(key, value, pythons):
            if python != ALL_PYTHONS:
                self.mistakes.accepts(at, partial(parse_python, python))
        return pythons

    def image(self, key: str, value: object) -> str | None:
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

    def own_images(self, key: str, value: object) -> tuple[OwnImage, ...]:
        if not isinstance(value, dict):
            self.mistakes.add(key, f"must be a table, not {described(value)}")
            return ()
        found = (self.own_image(joined(key, name), name, each) for name, each in value.items())
        return tuple(each for each in found if each is not None)

    def own_image(self, key: str, name: str, value: object) -> OwnImage | None:
        """Read what an image is like, or the Dockerfile that it is built from."""
        table = self.mistakes.table(key, value, ("like", "toolchain", "dockerfile"))
        if not isinstance(value, dict):
            return None
        if "dockerfile" in table:
            for other in ("like", "toolchain"):
                if other in table:
                    self.mistakes.add(f"{key}.{other}", "excludes dockerfile, which tells all")
            path = self.mistakes.string(f"{key}.dockerfile", table["dockerfile"])
            return OwnImage(pattern=name, dockerfile=path) if path else None
        if "like" not in table:
            self.mistakes.add(f"{key}.like", 'is missing: for example "python:3.12-slim-bookworm"')
            return None
        like = self.mistakes.string(f"{key}.like", table["like"])
        if like is not None:
            self.mistakes.accepts(f"{key}.like", partial(parse_image, like))
        words = self.words(f"{key}.toolchain", table.get("toolchain", []), stated_offer)
        return OwnImage(pattern=name, like=like, toolchain=parse_toolchain(words)) if like else None

    def toolchain(self, key: str, value: object) -> Toolchain | None:
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

    def targets(self, key: str, value: object) -> tuple[TargetConfig, ...]:
        if isinstance(value, dict):
            return tuple(
                self.target(joined(key, name), name, table) for name, table in value.items()
            )
        names = self.mistakes.strings(key, value)
        for at, name in indexed(key, value, names):
            if name != ALL:
                self.platform(at, name)
        return tuple(TargetConfig(name=name, platform=name) for name in names)

    def target(self, key: str, name: str, value: object) -> TargetConfig:
        if name in {ALL, CURRENT} or not name.strip():
            self.mistakes.add(key, "is a reserved name: choose another")
        known = ("platform", "image", "python", "toolchain", "dockerfile", "stage", "build-args")
        table = self.mistakes.table(key, value, known)
        if "platform" not in table:
            self.mistakes.add(f"{key}.platform", 'is missing: for example "linux/arm64"')
        platform = self.mistakes.string(f"{key}.platform", table.get("platform", "linux/amd64"))
        if platform is not None:
            self.platform(f"{key}.platform", platform)
        image = self.image(f"{key}.image", table.get("image"))
        if platform is not None and image is not None:
            self.together(key, platform, image)
        return TargetConfig(
            name=name,
            platform=platform or "linux/amd64",
            image=image,
            pythons=self.pythons(f"{key}.python", table.get("python", [])),
            toolchain=self.toolchain(f"{key}.toolchain", table.get("toolchain")),
            dockerfile=self.dockerfile_ref(key, table),
        )

    def dockerfile_ref(self, key: str, table: dict[str, Any]) -> DockerfileRef | None:
        """Read `dockerfile`, and what makes sense beside it alone."""
        if "dockerfile" not in table:
            for name in ("stage", "build-args"):
                if name in table:
                    self.mistakes.add(f"{key}.{name}", "needs a dockerfile")
            return None
        path = self.mistakes.string(f"{key}.dockerfile", table["dockerfile"])
        if "image" in table:
            self.mistakes.add(f"{key}.image", "excludes dockerfile, which names the image")
        stage = self.mistakes.string(f"{key}.stage", table["stage"]) if "stage" in table else None
        arguments = table.get("build-args", {})
        good = isinstance(arguments, dict) and all(isinstance(v, str) for v in arguments.values())
        if not good:
            self.mistakes.add(f"{key}.build-args", "must be a table of strings")
        if path is None or not good:
            return None
        return DockerfileRef(path=path, stage=stage, arguments=arguments, of_project=True)

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

    def platform(self, key: str, name: str) -> None:
        if name != CURRENT:
            self.mistakes.accepts(key, partial(parse_name, name))

    def ignores(self, key: str, value: object, targets: dict[str, str]) -> tuple[Ignore, ...]:
        if not isinstance(value, list):
            self.mistakes.add(key, f"must be an array of tables, not {described(value)}")
            return ()
        ignores = (self.ignore(f"{key}[{i}]", item, targets) for i, item in enumerate(value))
        return tuple(ignore for ignore in ignores if ignore is not None)

    def ignore(self, key: str, value: object, targets: dict[str, str]) -> Ignore | None:
        table = self.mistakes.table(key, value, ("package", "target", "reason"))
        if "package" not in table:
            self.mistakes.add(f"{key}.package", "is missing")
            return None
        package = self.mistakes.string(f"{key}.package", table["package"])
        target = None
        if "target" in table:
            target = self.mistakes.string(f"{key}.target", table["target"])
        if target is not None and target not in {*targets, CURRENT}:
            self.mistakes.accepts(f"{key}.target", partial(parse_name, target, more=targets))
        reason = ""
        if "reason" in table:
            reason = self.mistakes.string(f"{key}.reason", table["reason"]) or ""
        if package is None:
            return None
        own = target is None or targets.get(target, target) != target
        return Ignore(
            package=canonicalize_name(package),
            target=target,
            reason=reason,
            platform=None if own else self.platform_of(str(target)),
        )

    def platform_of(self, name: str) -> Platform | None:
        """Return what a name stands for; None for `current`, `all`, and unknown ones."""
        with suppress(ArchCheckError):
            return parse_name(name).platform
        return None

    def requires(self, key: str, value: object) -> dict[str, tuple[Need, ...]]:
        if not isinstance(value, dict):
            self.mistakes.add(key, f"must be a table, not {described(value)}")
            return {}
        requires: dict[str, tuple[Need, ...]] = {}
        for name, settings in value.items():
            at = joined(key, name)
            if canonicalize_name(name) in requires:
                self.mistakes.add(at, "is a duplicate: names are compared in their normalized form")
            table = self.mistakes.table(at, settings, ("requires",))
            if "requires" not in table:
                self.mistakes.add(f"{at}.requires", "is missing")
                continue
            words = self.words(f"{at}.requires", table["requires"], stated_need)
            requires[canonicalize_name(name)] = combined(map(parse_need, words))
        return requires
