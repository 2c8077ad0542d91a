"""Other packages in place of one: the same modules, published with wheels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.check.report import Remedy, RemedyKind
from poetry_arch_check.data.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.target import Target


def replacement_of(package: LockedPackage) -> str | None:
    """Return the package that takes the place of `package`, None where none is known.

    What another package requires is not replaced: that one would go on requiring it.
    """
    row = table("replacements")["rows"].get(package.name) if package.direct else None
    return row["by"] if row else None


def replacement(package: LockedPackage, target: Target) -> Iterator[Remedy]:
    """Yield the package that may take the place of `package`: the index has not been asked.

    Nothing is said on systems (sys_platform) that it has no wheels for.
    """
    other = replacement_of(package)
    if other is None:
        return
    without = table("replacements")["rows"][package.name].get("without", ())
    if target.markers["sys_platform"] not in without:
        yield Remedy(
            kind=RemedyKind.REPLACEMENT,
            change=None,
            text=f"{other} is imported as {package.name} is and published with wheels;"
            " --suggest asks the index whether one fits here.",
        )


def replacement_with_wheel(package: LockedPackage, version: str, where: str) -> Remedy:
    """Return `version` of the replacement of `package`, which has a wheel `where`."""
    other = replacement_of(package)
    return Remedy(
        kind=RemedyKind.REPLACEMENT,
        change=None,
        text=f"Replace {package.name} by {other}, which is imported as it is: {version} has a"
        f" wheel {where}.",
        lines=(f"poetry remove {package.name}", f"poetry add '{other}=={version}'"),
    )
