"""What goes again in the layer that installs the project, and what has to stay to run it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.toolchains.libraries import in_order, library
from poetry_arch_check.toolchains.offers import offer_of
from poetry_arch_check.toolchains.runtime import runtime_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from poetry_arch_check.remedies.provision import Provision
    from poetry_arch_check.toolchains.distributions import Distribution
    from poetry_arch_check.toolchains.need import Need
    from poetry_arch_check.toolchains.package_managers.manager import Manager


def staying_and_going(
    needs: Iterable[Need],
    provision: Provision,
    manager: Manager,
    distribution: Distribution | None,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the packages to install beside `provision`, and which go again after the build.

    Headers go where it is known which packages have the shared libraries: those are installed by
    their own names, or they would go along with the headers.
    """
    runtime = runtime_of(distribution)
    stay: dict[str, None] = {}
    go = dict.fromkeys(provision.tools)
    for need in in_order(needs):
        stay.update(dict.fromkeys(manager.runtime_packages_of(need.dependency)))
        known = library(need.dependency)
        offer = offer_of(distribution, need.dependency) if distribution else None
        shared = runtime.libraries.get(need.dependency) if runtime else None
        if not known or known.kind != "library" or offer is None or shared is None or not runtime:
            continue
        stay.update(dict.fromkeys(name for name in shared if name not in runtime.base))
        go.update(dict.fromkeys(name for name in offer.packages if name in provision.packages))
    going = tuple(name for name in go if name not in stay and name not in manager.kept)
    return tuple(name for name in stay if name not in provision.packages), going
