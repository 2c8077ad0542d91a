"""An inspection as plain data, to be kept or sent."""

from __future__ import annotations

from typing import Any

from poetry_arch_check.inspection.breakage import Breakage
from poetry_arch_check.inspection.inspect_tree import Inspection


def as_record(inspection: Inspection) -> dict[str, Any]:
    """Return `inspection` in terms of JSON."""
    broken = inspection.broken
    return {
        "requires": list(inspection.requires),
        "optional": inspection.optional,
        "build-requires": list(inspection.build_requires),
        "broken": [broken.why, broken.constraint] if broken else [],
    }


def from_record(record: Any) -> Inspection | None:
    """Return the inspection that a record stands for, None where it is none."""
    match record:
        case {
            "requires": list(requires),
            "optional": bool(optional),
            "build-requires": list(build_requires),
            "broken": list(broken),
        } if all(isinstance(text, str) for text in (*requires, *build_requires, *broken)):
            return Inspection(
                requires=tuple(requires),
                optional=optional,
                build_requires=tuple(build_requires),
                broken=Breakage(why=broken[0], constraint=broken[1]) if broken[1:] else None,
            )
    return None
