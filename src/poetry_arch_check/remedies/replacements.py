"""Other packages in place of one: the same modules, published with wheels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.check.report import Remedy, RemedyKind
from poetry_arch_check.data.tables import table
from poetry_arch_check.strings import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.requirement import Requirement
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


def locked_already(
    package: LockedPackage, other: str, where: str, requirements: Sequence[Requirement]
) -> Remedy:
    """Return that `other`, a replacement with its version, is locked: `package` can just go."""
    name = package.name
    at = listed(dict.fromkeys(f"{_in_table(each)}{each.place}" for each in requirements))
    return Remedy(
        kind=RemedyKind.REPLACEMENT,
        change=None,
        text=f"{other}, which is imported as {name} is, is locked already and has a wheel {where}:"
        f" delete {name} ({at}), then lock again.",
    )


def replacement_with_wheel(
    package: LockedPackage,
    version: str,
    where: str,
    bound: str,
    requirements: Sequence[Requirement],
) -> Remedy:
    """Return `version` of the replacement of `package`, which has a wheel `where`.

    `bound` is what follows its name. There are commands where `requirements`, those of the project,
    are a single plain one: for the table where it stands. `poetry add` comes first, for without its
    last package a group goes, with its settings.
    """
    name, other = package.name, replacement_of(package)
    text = f"Replace {name} by {other}, which is imported as it is: {version} has a wheel {where}."
    if len(requirements) != 1 or not requirements[0].plain:
        at = "".join(f"; {each.place} requires {name}" for each in requirements)
        return Remedy(
            kind=RemedyKind.REPLACEMENT, change=None, text=f"{text.removesuffix('.')}{at}."
        )
    (standing,) = requirements
    lines = [f"poetry add {standing.options}'{other}{bound}'"]
    if standing.removable:
        group = f"--group {standing.group} " if standing.group else ""
        lines.append(f"poetry remove {group}{name}")
    else:
        text += f" Delete {name} ({_in_table(standing)}{standing.place}), then:"
    return Remedy(kind=RemedyKind.REPLACEMENT, change=None, text=text, lines=tuple(lines))


def _in_table(requirement: Requirement) -> str:
    if requirement.extra:
        return f"extra {requirement.extra}, "
    return f"group {requirement.group}, " if requirement.group else ""
