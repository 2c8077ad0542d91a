"""The Python that runs a build."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """The Python that runs a build, as far as build scripts ask for it.

    The values are those of PEP 508's `sys_platform`, `os_name`, `platform_system`,
    `platform_machine` and `implementation_name`; `version` is `sys.version_info[:3]`.
    """

    sys_platform: str
    os_name: str
    system: str
    machine: str
    implementation: str
    version: tuple[int, int, int]

    @property
    def key(self) -> str:
        """A cache key: equal for interpreters that build scripts cannot tell apart."""
        version = ".".join(map(str, self.version))
        return f"{self.implementation}-{version}-{self.sys_platform}-{self.machine}"
