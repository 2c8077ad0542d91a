"""A target: one machine to install on, with its Python and its toolchain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from poetry_arch_check.toolchains.toolchain import NOTHING, Toolchain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poetry_arch_check.dockerfile import InstallStep
    from poetry_arch_check.images import Image
    from poetry_arch_check.platforms.platform import Platform
    from poetry_arch_check.platforms.python import Python
    from poetry_arch_check.platforms.tags import Support
    from poetry_arch_check.toolchains.inventory import Inventory


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One machine to install on.

    `name` is what it was called by; `markers` is its PEP 508 environment; `notes` are
    sentences that the report has to say of it. `current` marks the project's own
    environment, whose tags and markers are Poetry's, not ours; `inventory` says where its
    toolchain was found, if that is not declared. `step` is the place in a Dockerfile that
    the rest was read from.
    """

    name: str
    platform: Platform
    python: Python
    support: Support = field(repr=False)
    markers: Mapping[str, Any] = field(repr=False)
    toolchain: Toolchain = NOTHING
    inventory: Inventory | None = None
    image: Image | None = None
    step: InstallStep | None = None
    current: bool = False
    notes: tuple[str, ...] = ()
