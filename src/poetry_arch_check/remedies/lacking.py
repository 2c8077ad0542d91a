"""What a target lacks for builds, and which packages provide it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.toolchains.inventory import NEEDING_HEADERS
from poetry_arch_check.toolchains.package_managers.registry import likely_managers

if TYPE_CHECKING:
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.toolchains.distributions import Distribution
    from poetry_arch_check.toolchains.package_managers.manager import Manager


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """What is to be installed on a target.

    `dependencies` are PEP 725 names. `headers` says that Python.h is needed, and
    `headers_package` which package has it, None where none is known.
    """

    dependencies: tuple[str, ...]
    headers: bool
    headers_package: str | None


def lacking_of(missing: tuple[str, ...], target: Target) -> Lacking:
    """Return what of `missing` is to be installed on `target`.

    A compiler that lacks nothing but the headers is not installed again, and none for which
    another that is there can be named.
    """
    headers = headers_package_of(target)
    if inventory := target.inventory:
        return Lacking(
            dependencies=tuple(
                dependency
                for dependency in missing
                if dependency not in inventory.found and not inventory.has_another(dependency)
            ),
            headers=not inventory.headers and _needs_headers(missing),
            headers_package=headers,
        )
    if step := target.step:
        headers = headers if _needs_headers(missing) else None
        missing = tuple(dependency for dependency in missing if dependency not in step.found)
    return Lacking(dependencies=missing, headers=headers is not None, headers_package=headers)


def lacking_packages(
    missing: tuple[str, ...], target: Target
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the packages to add to a Dockerfile, and the dependencies without a known one.

    Packages that are there already are left out.
    """
    distribution = distribution_of(target)
    if target.step is None or distribution is None:
        return (), missing
    lacking = lacking_of(missing, target)
    packages, unknown = distribution.manager.packages_for(
        lacking.dependencies, headers=lacking.headers_package
    )
    there = target.step.installation.packages
    return tuple(package for package in packages if package not in there), unknown


def _needs_headers(missing: tuple[str, ...]) -> bool:
    return not set(missing).isdisjoint(NEEDING_HEADERS)


def distribution_of(target: Target) -> Distribution | None:
    """Return the distribution of the target's image, or of the machine at hand."""
    if target.image and target.image.distribution:
        return target.image.distribution
    return target.inventory.distribution if target.inventory else None


def managers_of(target: Target) -> tuple[Manager, ...]:
    """Return the target's package manager, or those that are likely if it is not known."""
    distribution = distribution_of(target)
    return (distribution.manager,) if distribution else likely_managers(target.platform)


def headers_package_of(target: Target) -> str | None:
    """Return the package with the headers of the target's Python, None if it is not needed."""
    if target.image and target.image.distribution:
        there = target.step.headers is True if target.step else target.image.own_python
        return None if there else target.image.distribution.headers_package(target.python.minor)
    return target.inventory.headers_package if target.inventory else None
