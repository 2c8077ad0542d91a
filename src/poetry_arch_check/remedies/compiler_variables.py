"""Variables that name compilers (`CC`) that are not there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.check.change import InstalledPackages, NamedCompiler
from poetry_arch_check.check.report import Remedy, RemedyKind
from poetry_arch_check.strings import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from poetry_arch_check.toolchains.inventory import Inventory
    from poetry_arch_check.toolchains.need import Need


def other_compilers(missing: Iterable[Need], inventory: Inventory) -> Iterator[Remedy]:
    """Yield how to name other compilers than those that are named and not there."""
    for need in missing:
        if need.dependency in inventory.found:
            continue
        compiler = inventory.missing_compilers.get(need.dependency)
        if compiler and compiler.instead:
            yield Remedy(
                kind=RemedyKind.TOOLCHAIN,
                change=NamedCompiler(
                    variable=compiler.variable,
                    path=compiler.instead,
                    dependency=need.dependency,
                ),
                text=f"Set {compiler.variable} to the compiler that is installed.",
                lines=(f"export {compiler.variable}={compiler.instead}",),
            )


def unsetting(remedy: Remedy, missing: Iterable[Need], inventory: Inventory) -> Remedy:
    """Return `remedy` without the variables that name compilers that are not installed.

    What is installed is not called while they do.
    """
    named = (inventory.missing_compilers.get(need.dependency) for need in missing)
    unset = dict.fromkeys(each.variable for each in named if each and each.chosen)
    if not unset or not isinstance(remedy.change, InstalledPackages):
        return remedy
    noun = "the compiler it names is" if len(unset) == 1 else "the compilers they name are"
    return replace(
        remedy,
        change=replace(remedy.change, unset=tuple(unset)),
        text=f"Unset {listed(unset)}, {noun} not installed; then"
        f" {remedy.text[:1].lower()}{remedy.text[1:]}",
        lines=(*(f"unset {each}" for each in unset), *remedy.lines) if remedy.lines else (),
    )
