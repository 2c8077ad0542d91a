"""`targets` of `[tool.poetry-arch-check]`: names, or tables by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from poetry_arch_check.platforms.names import ALL, CURRENT
from poetry_arch_check.settings.request import DockerfileRef
from poetry_arch_check.settings.values import indexed, joined

if TYPE_CHECKING:
    from poetry_arch_check.settings.words import Words
    from poetry_arch_check.toolchains.toolchain import Toolchain


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetConfig:
    """A target in the words of the configuration; None and () leave it to the defaults."""

    name: str
    platform: str
    image: str | None = None
    pythons: tuple[str, ...] = ()
    toolchain: Toolchain | None = None
    dockerfile: DockerfileRef | None = None


def read_targets(words: Words, key: str, value: object) -> tuple[TargetConfig, ...]:
    """Return the targets, those of an array with the defaults."""
    if isinstance(value, dict):
        return tuple(
            _target(words, joined(key, name), name, table) for name, table in value.items()
        )
    names = words.mistakes.strings(key, value)
    for at, name in indexed(key, value, names):
        if name != ALL:
            words.platform(at, name)
    return tuple(TargetConfig(name=name, platform=name) for name in names)


def _target(words: Words, key: str, name: str, value: object) -> TargetConfig:
    if name in {ALL, CURRENT} or not name.strip():
        words.mistakes.add(key, "is a reserved name: choose another")
    known = ("platform", "image", "python", "toolchain", "dockerfile", "stage", "build-args")
    table = words.mistakes.table(key, value, known)
    if "platform" not in table:
        words.mistakes.add(f"{key}.platform", 'is missing: for example "linux/arm64"')
    platform = words.mistakes.string(f"{key}.platform", table.get("platform", "linux/amd64"))
    if platform is not None:
        words.platform(f"{key}.platform", platform)
    image = words.image(f"{key}.image", table.get("image"))
    if platform is not None and image is not None:
        words.together(key, platform, image)
    return TargetConfig(
        name=name,
        platform=platform or "linux/amd64",
        image=image,
        pythons=words.pythons(f"{key}.python", table.get("python", [])),
        toolchain=words.toolchain(f"{key}.toolchain", table.get("toolchain")),
        dockerfile=_dockerfile_ref(words, key, table),
    )


def _dockerfile_ref(words: Words, key: str, table: dict[str, Any]) -> DockerfileRef | None:
    """Read `dockerfile`, and what makes sense beside it alone."""
    if "dockerfile" not in table:
        for name in ("stage", "build-args"):
            if name in table:
                words.mistakes.add(f"{key}.{name}", "needs a dockerfile")
        return None
    path = words.mistakes.string(f"{key}.dockerfile", table["dockerfile"])
    if "image" in table:
        words.mistakes.add(f"{key}.image", "excludes dockerfile, which names the image")
    stage = words.mistakes.string(f"{key}.stage", table["stage"]) if "stage" in table else None
    arguments = table.get("build-args", {})
    good = isinstance(arguments, dict) and all(isinstance(v, str) for v in arguments.values())
    if not good:
        words.mistakes.add(f"{key}.build-args", "must be a table of strings")
    if path is None or not good:
        return None
    return DockerfileRef(path=path, stage=stage, arguments=arguments, of_project=True)
