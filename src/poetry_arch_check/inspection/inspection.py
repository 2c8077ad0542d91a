"""What inspecting a source tree comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from poetry_arch_check.inspection.breakage import Breakage
from poetry_arch_check.toolchains.need import Need


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
            "broken": [self.broken.why, self.broken.constraint] if self.broken else [],
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
                    broken=Breakage(why=broken[0], constraint=broken[1]) if broken[1:] else None,
                )
        return None
