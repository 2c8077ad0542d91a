"""What a target lacks for builds, and which packages provide it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from poetry_arch_check.check.origin import AtInstallStep, BaseImage, Declared, ThisMachine
from poetry_arch_check.remedies.provision import Provision, provision_of
from poetry_arch_check.toolchains.inventory import NEEDING_HEADERS
from poetry_arch_check.toolchains.package_managers.registry import likely_managers

if TYPE_CHECKING:
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.toolchains.need import Need
    from poetry_arch_check.toolchains.package_managers.manager import Manager


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """What is to be installed on a target: `needs`.

    `headers` says that Python.h is needed, and `headers_package` which package has it, None where
    none is known.
    """

    needs: tuple[Need, ...]
    headers: bool
    headers_package: str | None


def lacking_of(missing: tuple[Need, ...], target: Target) -> Lacking:
    """Return what of `missing` is to be installed on `target`.

    A compiler that lacks nothing but the headers is not installed again, and none for which
    another that is there can be named.
    """
    absent = target.absent(missing)
    package = headers_package_of(target)
    headers = package is not None
    match target.origin:
        case ThisMachine(inventory=inventory):
            absent = tuple(need for need in absent if not inventory.has_another(need.dependency))
            headers = not inventory.headers and _needs_headers(missing)
        case AtInstallStep() if not _needs_headers(missing):
            package, headers = None, False
        case _:
            pass
    return Lacking(needs=absent, headers=headers, headers_package=package)


def provision_before_step(missing: tuple[Need, ...], target: Target) -> Provision:
    """Return what to add to a Dockerfile: packages that are there already are left out."""
    if target.step is None or target.distribution is None or target.step.image.sealed:
        return Provision(unknown=missing)
    lacking = lacking_of(missing, target)
    provision = provision_of(
        lacking.needs,
        target.distribution.manager,
        target,
        headers=lacking.headers_package,
    )
    there = target.step.installation.packages
    return replace(
        provision,
        packages=tuple(package for package in provision.packages if package not in there),
    )


def _needs_headers(missing: tuple[Need, ...]) -> bool:
    return any(need.dependency in NEEDING_HEADERS for need in missing)


def managers_of(target: Target) -> tuple[Manager, ...]:
    """Return the target's package manager, or those that are likely if it is not known.

    In an image that is sealed, there is none.
    """
    if target.image is not None and target.image.sealed:
        return ()
    distribution = target.distribution
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
    distribution = target.distribution
    if installed or distribution is None:
        return None
    return distribution.headers_package(target.python.minor)
