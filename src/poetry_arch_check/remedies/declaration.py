"""How to declare what a target has."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from poetry_arch_check.check.origin import AtInstallStep
from poetry_arch_check.toolchains.libraries import in_order
from poetry_arch_check.toolchains.words import word_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from poetry_arch_check.check.target import Target
    from poetry_arch_check.toolchains.need import Need


def declaring(needs: Iterable[Need], target: Target) -> str:
    """Return the value of `--toolchain` that declares `needs`, too: it says all that is declared.

    What the target declares already is there in the version that is declared.
    """
    match target.origin:
        case AtInstallStep(step=step):
            own = step.toolchain.dependencies
        case _:
            own = target.image.toolchain.dependencies if target.image else ()
    declared = [d for d in target.toolchain.dependencies if d not in own]
    names = dict.fromkeys((*declared, *(need.dependency for need in in_order(needs))))
    return ",".join(map(word_for, names))


def then_declare(missing: Iterable[Need], target: Target) -> str:
    """Return how to declare what is installed."""
    everything = declaring(missing, target)
    toml = json.dumps(everything.split(","), separators=(",", ":"))
    return (
        f"then declare it: toolchain={toml} in [tool.poetry-arch-check] of pyproject.toml,"
        f" or --toolchain {everything}"
    )
