"""Needs → what a release of a distribution provides of them, and what comes from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.platforms.platform import Os
from poetry_arch_check.remedies import rustup
from poetry_arch_check.toolchains.libraries import in_order, library
from poetry_arch_check.toolchains.need import Need
from poetry_arch_check.toolchains.offers import Offer, offer_of
from poetry_arch_check.toolchains.toolchain import CMAKE, MAKE, NINJA, RUST, C

if TYPE_CHECKING:
    from collections.abc import Iterable

    from poetry_arch_check.check.target import Target
    from poetry_arch_check.toolchains.distributions import Distribution
    from poetry_arch_check.toolchains.package_managers.manager import Manager


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """How a package manager provides what is needed.

    `packages` are those to install, `tools` those of them that nothing needs once the build is
    done; the commands `first` come before. `unknown` is what has no package that is known, `unmet`
    what the release does not have, or not in a version that will do. `rustup` is the toolchain that
    comes from there, after `packages`, "" for none.
    """

    packages: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    unknown: tuple[Need, ...] = ()
    unmet: tuple[Need, ...] = ()
    rustup: str = ""

    @property
    def has_any(self) -> bool:
        """Whether there is anything to install."""
        return bool(self.packages or self.rustup)

    @property
    def libraries(self) -> tuple[str, ...]:
        """Those of the packages that what is built includes and links."""
        return tuple(package for package in self.packages if package not in self.tools)

    @property
    def complete(self) -> bool:
        """Whether everything that is needed is provided."""
        return self.has_any and not self.unknown and not self.unmet

    def together_with(self, other: Provision) -> Provision:
        """Return what installs both, for a Dockerfile."""
        return Provision(
            packages=tuple(dict.fromkeys((*self.packages, *other.packages))),
            first=tuple(dict.fromkeys((*self.first, *other.first))),
            rustup=rustup.oldest((self.rustup, other.rustup)),
        )


def provision_of(
    needs: Iterable[Need], manager: Manager, target: Target, *, headers: str | None
) -> Provision:
    """Return how `manager` provides `needs` on `target`.

    `headers` is the package of the interpreter's headers where it is needed, too.
    """
    packages: dict[str, None] = {}
    tools: dict[str, None] = {}
    first: dict[str, None] = {}
    unknown: list[Need] = []
    unmet: list[Need] = []
    from_rustup = ""
    for need in _with_make(in_order(needs), target):
        offer = _offer(need.dependency, manager, target.distribution)
        if offer is None:
            unknown.append(need)
        elif offer.meets(need) and not _better_from_rustup(need, target):
            packages.update(dict.fromkeys(offer.packages))
            first.update(dict.fromkeys(offer.first))
            known = library(need.dependency)
            if known is not None and known.kind != "library":
                tools.update(dict.fromkeys(offer.packages))
        elif toolchain := _toolchain(need, target):
            from_rustup = toolchain
            # It is fetched with curl, and links with a C compiler.
            linker = _linker(manager, target)
            packages.update(dict.fromkeys((*manager.curl, *linker)))
            tools.update(dict.fromkeys(linker))
        else:
            unmet.append(need)
    if headers and (packages or not (unknown or unmet)):
        packages[headers] = tools[headers] = None
    return Provision(
        packages=tuple(packages),
        tools=tuple(package for package in tools if package not in manager.kept),
        first=tuple(first),
        unknown=tuple(unknown),
        unmet=tuple(unmet),
        rustup=from_rustup,
    )


def _with_make(needs: tuple[Need, ...], target: Target) -> tuple[Need, ...]:
    """Return `needs`, with make where CMake is installed and nothing is there that it runs."""
    needed = {need.dependency for need in needs}
    there = {*target.toolchain.dependencies, *needed}
    if CMAKE not in needed or not {MAKE, NINJA}.isdisjoint(there):
        return needs
    return (*needs, Need(dependency=MAKE))


def _better_from_rustup(need: Need, target: Target) -> bool:
    """Return whether Rust comes from rustup although the package manager has it.

    On macOS, and for a certain version where it is not known which one a release has.
    """
    unknown = bool(need.versions) and target.distribution is None
    return need.dependency == RUST and (target.platform.os is Os.MACOS or unknown)


def _toolchain(need: Need, target: Target) -> str:
    """Return the toolchain of rustup that meets a need on `target`, "" if none does."""
    if need.dependency != RUST or not rustup.runs_on(target.platform):
        return ""
    return rustup.toolchain_for(need) or ""


def _linker(manager: Manager, target: Target) -> tuple[str, ...]:
    """Return the packages with a C compiler, none where there is one."""
    if C in target.toolchain.dependencies or manager.system_compilers:
        return ()
    offer = _offer(C, manager, target.distribution)
    return offer.packages if offer else ()


def _offer(dependency: str, manager: Manager, distribution: Distribution | None) -> Offer | None:
    if distribution is not None:
        return offer_of(distribution, dependency)
    packages = manager.packages_of(dependency)
    return None if packages is None else Offer(packages=packages)
