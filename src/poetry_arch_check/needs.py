"""What building a package takes, and how we know."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from poetry_arch_check.toolchain import C

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poetry_arch_check.packages import LockedPackage


class Basis(Enum):
    """How it is known what a build takes."""

    CONFIGURED = "configured"
    PURE_WHEEL = "pure wheel"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """Dependencies outside Python (PEP 725 names) that a source build asks for."""

    requires: tuple[str, ...]
    basis: Basis


def needs_of(package: LockedPackage, configured: Mapping[str, tuple[str, ...]]) -> Needs:
    """Return what building `package` takes.

    `configured` has the `packages.<name>.requires` of the configuration by normalized
    name, and outdoes everything else. A release that has a pure wheel builds without a
    compiler. Of any other, nothing is known from the lock: a C compiler is assumed.
    """
    if package.name in configured:
        return Needs(requires=configured[package.name], basis=Basis.CONFIGURED)
    if any(wheel.pure for wheel in package.wheels):
        return Needs(requires=(), basis=Basis.PURE_WHEEL)
    return Needs(requires=(C,), basis=Basis.ASSUMED)
