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
