"""A package manager."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from poetry_arch_check.toolchains.libraries import library
from poetry_arch_check.toolchains.package_managers.depends import Depends

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from poetry_arch_check.toolchains.package_managers.grammar import Grammar
    from poetry_arch_check.toolchains.package_managers.headers import Headers
    from poetry_arch_check.toolchains.package_managers.lines import Lines


def _nothing(packages: tuple[str, ...]) -> tuple[str, ...]:
    """Return no line: on most systems, builds find the libraries that are installed."""
    del packages
    return ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Manager:
    """A package manager: its command, its command lines and its packages.

    `aliases` are other commands that take the same command lines. Managers of one `family` know
    the same packages by the same names. `names` are its keys in `data/libraries.json`; the
    first that a library has counts.

    `curl` are the packages that bring curl, with the certificates that it takes for https, where
    base images do not have them.

    `kept` are packages that are not removed again after a build, because more depends on them.
    `beside` are packages that are installed with a compiler, and that it can do without.
    `system_compilers` is the command that installs C and C++ compilers where those come
    with the system, and not with the package manager. `environment` returns the lines of a shell
    with which builds find libraries (packages) that are not where they look. `repositories` has,
    for those that are not enabled in base images, the commands that enable them.
    """

    command: str
    aliases: tuple[str, ...] = ()
    family: str
    names: tuple[str, ...]
    lines: Lines = field(repr=False)
    headers: Headers = field(repr=False)
    depends: Depends = field(default=Depends(), repr=False)
    grammar: Grammar | None = field(default=None, repr=False)
    curl: tuple[str, ...] = ()
    kept: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    system_compilers: str | None = None
    repositories: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    environment: Callable[[tuple[str, ...]], tuple[str, ...]] = field(default=_nothing, repr=False)

    def packages_of(self, dependency: str) -> tuple[str, ...] | None:
        """Return the packages that provide `dependency` (PEP 725), None if they are not known."""
        known = library(dependency)
        return self._named(known.packages) if known else None

    def runtime_packages_of(self, dependency: str) -> tuple[str, ...]:
        """Return the run-time packages that would be removed with those of `dependency`."""
        known = library(dependency)
        return (known and self._named(known.runtime)) or ()

    def enabling(self, repositories: Iterable[str]) -> tuple[str, ...]:
        """Return the commands that enable repositories (`crb`, `epel`), each once."""
        commands = (command for name in repositories for command in self.repositories[name])
        return tuple(dict.fromkeys(commands))

    def _named(self, packages: Mapping[str, tuple[str, ...]]) -> tuple[str, ...] | None:
        return next((packages[key] for key in self.names if key in packages), None)
