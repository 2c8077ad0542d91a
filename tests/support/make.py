"""Short ways to targets, packages and rules, for tests of the core."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.check.artifacts import parse_artifact
from poetry_arch_check.check.change import OwnRequirement
from poetry_arch_check.check.check import check
from poetry_arch_check.check.origin import DECLARED, BaseImage
from poetry_arch_check.check.packages import LockedPackage, Source
from poetry_arch_check.check.rules import Rules
from poetry_arch_check.check.target import Target, with_image
from poetry_arch_check.images import parse_image
from poetry_arch_check.platforms.markers import marker_environment
from poetry_arch_check.platforms.names import parse_name
from poetry_arch_check.platforms.python import parse_python
from poetry_arch_check.platforms.tags import supported
from poetry_arch_check.remedies.facts import Facts
from poetry_arch_check.remedies.remedies import with_remedies
from poetry_arch_check.toolchains.toolchain import NOTHING, Toolchain, parse_need

if TYPE_CHECKING:
    from collections.abc import Iterable

    from poetry_arch_check.check.report import Finding
    from poetry_arch_check.toolchains.need import Need

NO_RULES = Rules()
ALLOWED = (9, 10, 11, 12, 13)


def target(
    name: str = "linux/arm64",
    python: str = "3.11",
    *,
    image: str | None = None,
    toolchain: Toolchain = NOTHING,
) -> Target:
    """Return the target that `name` and `python` stand for."""
    base = parse_image(image) if image else None
    platform = with_image(parse_name(name).platform, base)
    read = parse_python(python)
    return Target(
        name=name,
        platform=platform,
        python=read,
        support=supported(platform, read),
        markers=marker_environment(platform, read),
        toolchain=toolchain,
        origin=BaseImage(image=base) if base else DECLARED,
    )


def package(
    *files: str,
    name: str = "demo",
    version: str = "1.0",
    source: Source = Source.INDEX,
    wheels_allowed: bool = True,
    sdists_allowed: bool = True,
    direct: bool = True,
) -> LockedPackage:
    """Return a locked package with `files`."""
    return LockedPackage(
        name=name,
        version=version,
        line=3,
        source=source,
        artifacts=tuple(parse_artifact(file) for file in files),
        wheels_allowed=wheels_allowed,
        sdists_allowed=sdists_allowed,
        direct=direct,
    )


def finding(
    locked: LockedPackage, on: Target, rules: Rules = NO_RULES, allowed: tuple[int, ...] = ALLOWED
) -> Finding:
    """Return what becomes of a package on a target, with its remedies."""
    findings = check([locked], on, rules)
    (finding,) = with_remedies(findings, on, facts(findings, on, rules, allowed))
    return finding


def facts(
    findings: tuple[Finding, ...],
    on: Target,
    rules: Rules = NO_RULES,
    allowed: tuple[int, ...] = ALLOWED,
) -> Facts:
    """Return what is known of a target: the project requires each package itself."""
    return Facts(
        pythons=allowed,
        rules=rules,
        everywhere=((on, findings),),
        own_requirements=lambda name, _: (OwnRequirement(name=name, place="pyproject.toml:6"),),
    )


def needs(*words: str) -> tuple[Need, ...]:
    """Return the needs that `words` state: `c`, `rust>=1.65`, `dep:generic/libpq`."""
    return tuple(map(parse_need, words))


def written(found: Iterable[Need]) -> tuple[str, ...]:
    """Return needs as the report has them: `dep:virtual/compiler/rust@>=1.65`."""
    return tuple(map(str, found))
