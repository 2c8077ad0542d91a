"""What inspecting a source tree comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from poetry_arch_check.inspection.breakage import Breakage
from poetry_arch_check.toolchains.need import Need

# How a record says that it is a compiler that refuses what is broken.
_COMPILING = "compiling"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What building a source tree requires on one interpreter.

    `requires` is what it needs outside Python, each dependency once, `build_requires` the build
    requirements (PEP 508). `optional` says that something is compiled if there is a compiler, and
    left out if not. `broken` tells why no toolchain builds it.
    """

    requires: tuple[Need, ...] = ()
    optional: bool = False
    build_requires: tuple[str, ...] = ()
    broken: Breakage | None = None

    def as_record(self) -> dict[str, Any]:
        """Return the inspection in terms of JSON."""
        return {
            "requires": list(map(str, self.requires)),
            "optional": self.optional,
            "build-requires": list(self.build_requires),
            "broken": _breakage_record(self.broken) if self.broken else [],
        }

    @classmethod
    def from_record(cls, record: Any) -> Inspection | None:
        """Return the inspection of a record, None if it is not a valid one."""
        match record:
            case {
                "requires": list(requires),
                "optional": bool(optional),
                "build-requires": list(build_requires),
                "broken": list(broken),
            } if all(isinstance(text, str) for text in (*requires, *build_requires, *broken)):
                return cls(
                    requires=tuple(map(Need.parse, requires)),
                    optional=optional,
                    build_requires=tuple(build_requires),
                    broken=_breakage_of(broken),
                )
        return None


def _breakage_record(breakage: Breakage) -> list[str]:
    return [breakage.why, breakage.constraint, *([_COMPILING] if breakage.compiling else [])]


def _breakage_of(record: list[str]) -> Breakage | None:
    match record:
        case [why, constraint, *more]:
            return Breakage(why=why, constraint=constraint, compiling=_COMPILING in more)
    return None
