"""What building common native packages requires: `data/packages.json`, by version."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from packaging.specifiers import SpecifierSet

from poetry_arch_check.data.tables import table
from poetry_arch_check.inspection.breakage import Breakage
from poetry_arch_check.inspection.build_tools import RESOLVED, newest_for
from poetry_arch_check.inspection.script.modules import requirements
from poetry_arch_check.inspection.versions import read_version
from poetry_arch_check.toolchains.need import combined
from poetry_arch_check.toolchains.toolchain import parse_need

if TYPE_CHECKING:
    from packaging.version import Version

    from poetry_arch_check.toolchains.need import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPackage:
    """What building a release requires, by the table.

    `optional` says that compiled parts are left out if there is no compiler; `fixed` is the
    first version that builds again if this one is `broken`, "" if there is none. `of_system` says
    that it is about the target's system alone.
    """

    requires: tuple[Need, ...]
    optional: bool = False
    of_system: bool = False
    broken: Breakage | None = None
    fixed: str = ""


@cache
def _rows() -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in table("packages"):
        rows.setdefault(row["name"], []).append(row)
    return rows


def _filled(need: str, version: Version) -> str:
    """Return what a row requires, with the release's own version in place of its fields.

    Bindings follow their library: `gdal>={version}`, or `gdal>={minor}` where that is enough.
    """
    return need.format(version=version.base_version, minor=f"{version.major}.{version.minor}")


def _breaks(constraint: str, minor: int) -> bool:
    """Return whether Python 3.`minor` gets a release that a build constraint has to exclude."""
    return all(
        not bound.specifier.contains(newest_for(tool, minor))
        for tool, bound in requirements([constraint])
        if tool in RESOLVED
    )


@cache
def known_package(
    name: str, version: str, python_minor: int, *, musl: bool = False, system: str = "linux"
) -> KnownPackage | None:
    """Return what is known of building a release for Python 3.`python_minor`.

    `name` is normalized; `musl` says that the target has that C library, `system` is its
    `sys_platform` (PEP 508). None means that nothing is known.
    """
    parsed = read_version(version)
    if parsed is None:
        return None
    rows = [
        row
        for row in _rows().get(name, ())
        if SpecifierSet(row.get("versions", "")).contains(parsed, prereleases=True)
        and SpecifierSet(row.get("python", "")).contains(f"3.{python_minor}")
        and system in row.get("systems", (system,))
    ]
    # What is known of one system overrides what is known of all.
    rows = [row for row in rows if "systems" in row] or rows
    if not rows:
        return None
    broken = next(
        (
            row
            for row in rows
            if "broken" in row and _breaks(row.get("constraint", ""), python_minor)
        ),
        {},
    )
    return KnownPackage(
        requires=combined(
            parse_need(_filled(need, parsed))
            for row in rows
            for need in (*row["requires"], *(row.get("musl", ()) if musl else ()))
        ),
        optional=any(row.get("optional", False) for row in rows),
        of_system=any("systems" in row for row in rows),
        broken=Breakage(why=broken["broken"], constraint=broken.get("constraint", ""))
        if broken
        else None,
        fixed=broken.get("fixed", ""),
    )
