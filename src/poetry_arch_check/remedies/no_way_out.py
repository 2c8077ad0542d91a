"""What is said where nothing is known that helps."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from poetry_arch_check.check.report import Remedy, RemedyKind

if TYPE_CHECKING:
    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.target import Target


def no_way_out(package: LockedPackage, target: Target) -> Remedy:
    """Return that no way out is known, and the entry that ignores the problem."""
    name, on = json.dumps(package.name), json.dumps(target.name, ensure_ascii=False)
    return Remedy(
        kind=RemedyKind.IGNORE,
        change=None,
        text="No way out is known with this version. If it comes from elsewhere, or is not needed"
        " there, the problem can be ignored.",
        lines=(
            "[tool.poetry-arch-check]",
            f'ignore = [{{ package = {name}, target = {on}, reason = "say why" }}]',
        ),
    )
