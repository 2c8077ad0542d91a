"""What the sources say that are built, and what this machine has of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.check.check import needs_on, source_file
from poetry_arch_check.check.origin import ThisMachine
from poetry_arch_check.sources.inspector import Build
from poetry_arch_check.toolchains.need import combined

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from poetry_arch_check.check.needs import SourceInspection
    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.pipeline.setup import Setup
    from poetry_arch_check.poetry_api.planning.entries import PackageOf


def inspect(
    planned: Iterable[tuple[Target, Iterable[LockedPackage]]], package_of: PackageOf, setup: Setup
) -> list[dict[LockedPackage, SourceInspection]]:
    """Return, for each target, the inspections of the sources that are built there.

    What the configuration knows is not inspected. `package_of` returns Poetry's package.
    """
    builds = [
        [
            Build(target=target, entry=entry, file=file, package=package_of(entry))
            for entry in entries
            for built, file in [source_file(entry, target)]
            if built and entry.name not in setup.rules.requires
        ]
        for target, entries in planned
    ]
    results = iter(setup.inspector.inspect_all(each for of_target in builds for each in of_target))
    return [{build.entry: next(results) for build in of_target} for of_target in builds]


def with_needs_looked_for(
    target: Target,
    entries: Iterable[LockedPackage],
    inspected: Mapping[LockedPackage, SourceInspection],
    setup: Setup,
) -> Target:
    """Return `target`, the machine at hand, with what the builds of `entries` need looked for."""
    if target.inventory is None:
        return target
    needs = combined(
        need
        for entry in entries
        if source_file(entry, target)[0]
        for need in needs_on(target, entry, setup.rules, inspected.get(entry)).requires
    )
    if not needs:
        return target
    inventory = setup.context.look_for(target.inventory, needs)
    origin = ThisMachine(inventory=inventory)
    return replace(target, toolchain=inventory.toolchain, origin=origin)
