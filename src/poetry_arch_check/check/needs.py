"""What building a package takes, and how we know."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from poetry_arch_check.inspection.known_packages import known_package
from poetry_arch_check.toolchains.need import Need, combined
from poetry_arch_check.toolchains.toolchain import C

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.inspection.breakage import Breakage
    from poetry_arch_check.inspection.inspection import Inspection
    from poetry_arch_check.inspection.known_packages import KnownPackage


class Basis(Enum):
    """How it is known what a build takes."""

    CONFIGURED = "configured"
    INSPECTED = "inspected"
    KNOWN = "known"
    PURE_WHEEL = "pure wheel"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a source build asks for outside Python, each dependency once.

    `optional` says that more is compiled where there is a compiler; `broken` why no toolchain
    builds it, `fixed` from which version on it is built again. `through` are build requirements
    that have to be built themselves. `not_inspected` says why the sources were not inspected.
    """

    requires: tuple[Need, ...]
    basis: Basis
    optional: bool = False
    broken: Breakage | None = None
    fixed: str = ""
    through: tuple[RequiredBuild, ...] = ()
    not_inspected: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredBuild:
    """A build requirement without a wheel for the target: the build would need a build.

    `needs` is None where it has no sdist either.
    """

    name: str
    version: str
    needs: Needs | None

    @property
    def label(self) -> str:
        """`numpy 1.19.3`."""
        return f"{self.name} {self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceInspection:
    """The inspection of the sources of a package, or why there is none.

    Without `inspection`, `not_inspected` says why they were not available, or `unreadable`
    why they cannot be read. `through` are as in Needs; `constraints` are the project's
    build constraints for the package (PEP 508).
    """

    inspection: Inspection | None = None
    not_inspected: str = ""
    unreadable: str = ""
    through: tuple[RequiredBuild, ...] = ()
    constraints: tuple[str, ...] = ()


def needs_of(  # noqa: PLR0913 - three of them are what the table asks of a target
    package: LockedPackage,
    configured: Mapping[str, tuple[Need, ...]],
    inspected: SourceInspection | None,
    *,
    python_minor: int,
    musl: bool = False,
    system: str = "linux",
) -> Needs:
    """Return what building `package` for Python 3.`python_minor` takes, on `musl` or not.

    `system` is the target's `sys_platform` (PEP 508).

    `configured` has the `packages.<name>.requires` of the configuration by normalized
    name, and overrides everything else. Then come its sources, together with what is known of the
    package: libraries are seldom to be seen in the sources. Where those are not at hand, a
    release that has a pure wheel builds without a compiler, too; of any other, nothing is
    known: a C compiler is assumed.
    """
    if package.name in configured:
        return Needs(requires=configured[package.name], basis=Basis.CONFIGURED)
    row = known_package(package.name, package.version, python_minor, musl=musl, system=system)
    if row and row.broken and inspected and row.broken.lifted_by(inspected.constraints):
        row = replace(row, broken=None)
    if inspected and inspected.inspection:
        return _inspected(inspected.inspection, row, inspected.through)
    if row:
        needs = Needs(
            requires=row.requires,
            basis=Basis.KNOWN,
            optional=row.optional,
            broken=row.broken,
            fixed=row.fixed,
        )
    elif any(wheel.pure for wheel in package.wheels):
        needs = Needs(requires=(), basis=Basis.PURE_WHEEL)
    else:
        needs = Needs(requires=(Need(dependency=C),), basis=Basis.ASSUMED)
    return replace(needs, not_inspected=inspected.not_inspected if inspected else "")


def _inspected(
    inspection: Inspection, row: KnownPackage | None, through: tuple[RequiredBuild, ...]
) -> Needs:
    requires, optional, refused = inspection.requires, inspection.optional, inspection.broken
    if row and row.optional:
        requires, optional = (), True
        # What does not compile is left out, as where there is no compiler.
        refused = None if refused and refused.compiling else refused
    elif row and row.of_system:
        # What the sources do on one system is more than can be read from them.
        requires = row.requires
    elif row:
        # What the sources prove, no row hides; it tells what they do not show.
        requires = (*requires, *row.requires)
    for build in through:
        requires = (*requires, *(build.needs.requires if build.needs else ()))
    broken = next(
        (build.needs.broken for build in through if build.needs and build.needs.broken), None
    )
    return Needs(
        requires=combined(requires),
        basis=Basis.INSPECTED,
        optional=optional,
        broken=refused or (row.broken if row else None) or broken,
        fixed=row.fixed if row else "",
        through=through,
    )
