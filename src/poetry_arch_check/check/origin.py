"""Where a target's toolchain comes from, and what else is known of the target by that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile import InstallStep
    from poetry_arch_check.images import Image
    from poetry_arch_check.toolchains.inventory import Inventory


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """It is declared, by an option or the configuration; nothing else is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseImage:
    """The image brings it, beside what is declared."""

    image: Image


@dataclass(frozen=True, slots=True, kw_only=True)
class AtInstallStep:
    """A Dockerfile installs it before the command that installs the packages."""

    step: InstallStep


@dataclass(frozen=True, slots=True, kw_only=True)
class ThisMachine:
    """It was looked for on the machine at hand."""

    inventory: Inventory


Origin: TypeAlias = Declared | BaseImage | AtInstallStep | ThisMachine

DECLARED = Declared()


def absent_itself(origin: Origin, missing: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of `missing` that are not there themselves.

    A compiler can be there and still be missing for a build, for want of Python's headers.
    """
    match origin:
        case ThisMachine(inventory=inventory):
            found = inventory.found
        case AtInstallStep(step=step):
            found = step.found
        case Declared() | BaseImage():
            found = frozenset()
    return tuple(dependency for dependency in missing if dependency not in found)
