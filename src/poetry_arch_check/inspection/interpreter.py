"""The Python that runs a build."""

from __future__ import annotations

from dataclasses import dataclass

from poetry_arch_check.platforms.requires import marker_holds

# What no interpreter states; for these, packaging would take the values of this machine.
_NOT_KNOWN = ("platform_release", "platform_version", "implementation_version")
# `platform.python_implementation()` by `sys.implementation.name`.
_NAMES = {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalVM"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """The Python that runs a build, as far as build scripts ask for it.

    The values are those of PEP 508's `sys_platform`, `os_name`, `platform_system`,
    `platform_machine` and `implementation_name`; `version` is `sys.version_info[:3]`.
    `free_threaded` is that of PEP 703; `command` is what `setup.py` is called with.
    """

    sys_platform: str
    os_name: str
    system: str
    machine: str
    implementation: str
    version: tuple[int, int, int]
    free_threaded: bool = False
    command: str = "bdist_wheel"

    @property
    def markers(self) -> dict[str, str]:
        """Return the variables of PEP 508 that are known."""
        major, minor, _ = self.version
        return {
            "implementation_name": self.implementation,
            "os_name": self.os_name,
            "platform_machine": self.machine,
            "platform_python_implementation": _NAMES.get(self.implementation, self.implementation),
            "platform_system": self.system,
            "python_full_version": ".".join(map(str, self.version)),
            "python_version": f"{major}.{minor}",
            "sys_platform": self.sys_platform,
        }

    def meets(self, marker: str | None) -> bool:
        """Return whether a marker (PEP 508) holds here; one that cannot be evaluated does."""
        if marker is None or any(variable in marker for variable in _NOT_KNOWN):
            return True
        try:
            return marker_holds(marker.strip(), self.markers)
        except (LookupError, ValueError):  # it compares what cannot be compared
            return True

    @property
    def key(self) -> str:
        """A cache key: equal for interpreters that build scripts cannot tell apart."""
        version = ".".join(map(str, self.version)) + ("t" if self.free_threaded else "")
        return f"{self.implementation}-{version}-{self.sys_platform}-{self.machine}"
