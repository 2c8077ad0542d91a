"""What a target lacks for builds, and which packages provide it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.check.origin import (
    AtInstallStep,
    BaseImage,
    Declared,
    ThisMachine,
    absent_itself,
)
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
    absent = absent_itself(target.origin, missing)
    package = headers_package_of(target)
    headers = package is not None
    match target.origin:
        case ThisMachine(inventory=inventory):
            absent = tuple(need for need in absent if not inventory.has_another(need))
            headers = not inventory.headers and _needs_headers(missing)
        case AtInstallStep() if not _needs_headers(missing):
            package, headers = None, False
        case _:
            pass
    return Lacking(dependencies=absent, headers=headers, headers_package=package)


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
    match target.origin:
        case BaseImage(image=image):
            return image.distribution
        case AtInstallStep(step=step):
            return step.image.distribution
        case ThisMachine(inventory=inventory):
            return inventory.distribution
        case Declared():
            return None


def managers_of(target: Target) -> tuple[Manager, ...]:
    """Return the target's package manager, or those that are likely if it is not known."""
    distribution = distribution_of(target)
    return (distribution.manager,) if distribution else likely_managers(target.platform)


def headers_package_of(target: Target) -> str | None:
    """Return the package with the headers of the target's Python, None if it is not needed."""
    match target.origin:
        case ThisMachine(inventory=inventory):
            return inventory.headers_package
        case BaseImage(image=image):
            installed = image.own_python
        case AtInstallStep(step=step):
            installed = step.headers is True
        case Declared():
            return None
    distribution = distribution_of(target)
    if installed or distribution is None:
        return None
    return distribution.headers_package(target.python.minor)
