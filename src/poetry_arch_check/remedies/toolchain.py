"""How a target gets what builds lack, by its package manager."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from poetry_arch_check.check.report import Cause, Remedy, RemedyKind
from poetry_arch_check.platforms.platform import Os
from poetry_arch_check.strings import listed
from poetry_arch_check.toolchains.distributions import (
    Manager,
    dockerfile_lines,
    dockerfile_lines_around,
    headers_package,
    likely_managers,
    packages_for,
    packages_of,
    runtime_packages,
    shell_lines,
)
from poetry_arch_check.toolchains.inventory import NEEDING_HEADERS
from poetry_arch_check.toolchains.libraries import library, words
from poetry_arch_check.toolchains.toolchain import CXX, C, short_form

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from poetry_arch_check.check.report import Finding
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.toolchains.distributions import Distribution
    from poetry_arch_check.toolchains.inventory import Inventory

_VISUAL_STUDIO = (
    "winget install Microsoft.VisualStudio.2022.BuildTools --override"
    ' "--quiet --add Microsoft.VisualStudio.Workload.VCTools"'
)
_COMMAND_LINE_TOOLS = "xcode-select --install"
# Packages that more than the build depends on: libraries' own packages, Arch's interpreter.
_SHARED = frozenset({"libc6-dev", "pkg-config", "pkgconf-pkg-config", "pkgconfig", "python"})


def toolchain_remedies(
    missing: tuple[str, ...], target: Target, requires: tuple[str, ...] = ()
) -> Iterator[Remedy]:
    """Yield how to install `missing` (PEP 725 names) on `target`.

    What of `requires` was not looked for is installed as well.
    """
    distribution, headers = _distribution(target)
    absent, lacks_headers = missing, headers is not None
    if inventory := target.inventory:
        # A compiler that lacks nothing but the headers is not installed again.
        absent = tuple(dependency for dependency in absent if dependency not in inventory.found)
        lacks_headers = not inventory.headers and _needs_headers(missing)
        yield from _other_compilers(absent, inventory)
        absent = tuple(d for d in absent if not inventory.has_another(d))
    elif step := target.step:
        absent = tuple(dependency for dependency in absent if dependency not in step.found)
        lacks_headers = headers is not None and _needs_headers(missing)
        headers = headers if lacks_headers else None
    if not absent and not lacks_headers:
        return
    named = [words(dependency) for dependency in absent]
    if lacks_headers:
        named.append(f"the headers of Python 3.{target.python.minor}")
    not_inspected = target.toolchain.unknown(requires)
    if not absent and not headers and not not_inspected:
        yield Remedy(kind=RemedyKind.TOOLCHAIN, text=f"Install {listed(named)} (Python.h).")
        return
    absent = (*absent, *not_inspected)
    named += [f"{words(dependency)} (not looked for)" for dependency in not_inspected]
    then = "" if inventory else f", {_declare(missing, target)}"
    if target.step:
        then = f" before {target.step.where}"
    for manager in (distribution.manager,) if distribution else likely_managers(target.platform):
        apart = _without_package(absent, manager)
        packages, unknown = packages_for(
            [need for need in absent if need not in apart], manager, headers=headers
        )
        using = f" with {manager.value}" if packages or not apart else ""
        also = f" (find the packages of {listed(map(words, unknown))})" if unknown else ""
        yield Remedy(
            kind=RemedyKind.TOOLCHAIN,
            text=f"Install {listed(named)}{using}{also}{then}.",
            lines=(
                *([_COMMAND_LINE_TOOLS] if apart else []),
                *(_lines(packages, manager, target) if packages else ()),
            ),
        )
    if target.platform.os is Os.WINDOWS:
        compilers = {C, CXX}.intersection(absent)
        yield Remedy(
            kind=RemedyKind.TOOLCHAIN,
            text=f"Install {listed(named)}{then}.",
            lines=(_VISUAL_STUDIO,) if compilers else (),
        )


def toolchain_remedies_at_once(findings: Iterable[Finding], target: Target) -> tuple[Remedy, ...]:
    """Return how to install on `target` all that its problems lack, in one go.

    In a Dockerfile, what only the build takes is removed again in the same layer.
    """
    lacking = [f for f in findings if f.problem and f.cause is Cause.TOOLCHAIN_MISSING]
    missing = tuple(dict.fromkeys(need for finding in lacking for need in finding.missing))
    if not missing:
        return ()
    distribution, headers = _distribution(target)
    if target.current or target.platform.os is not Os.LINUX:
        return tuple(remedy for remedy in toolchain_remedies(missing, target) if remedy.lines)
    if target.step:
        packages, unknown = lacking_packages(missing, target)
        also = f" (find the packages of {listed(map(words, unknown))})" if unknown else ""
        text = f"Install all that {_count(lacking)} here{also} before {target.step.where}."
        lines = dockerfile_lines(packages, distribution.manager) if distribution else ()
        return (Remedy(kind=RemedyKind.TOOLCHAIN, text=text, lines=lines),) if packages else ()
    remedies = []
    user = (target.image.user,) if target.image and target.image.user else ()
    for manager in (distribution.manager,) if distribution else likely_managers(target.platform):
        packages, unknown = packages_for(missing, manager, headers=headers)
        if not packages:
            continue
        also = f" (find the packages of {listed(map(words, unknown))})" if unknown else ""
        tools = _tools(missing, manager, headers)
        stays = (name for dependency in missing for name in runtime_packages(dependency, manager))
        packages = tuple(dict.fromkeys((*packages, *stays)))
        lines = dockerfile_lines_around("poetry install --no-interaction", packages, tools, manager)
        remedies.append(
            Remedy(
                kind=RemedyKind.TOOLCHAIN,
                text=f"Install with {manager.value} all that {_count(lacking)} here{also}, and"
                f" remove again what only the build takes; {_declare(missing, target)}.",
                lines=(*user, *lines),
            )
        )
    return tuple(remedies)


def lacking_packages(
    missing: tuple[str, ...], target: Target
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the packages to install where a Dockerfile installs, and what has no known one."""
    distribution, headers = _distribution(target)
    if target.step is None or distribution is None:
        return (), missing
    absent = tuple(dependency for dependency in missing if dependency not in target.step.found)
    headers = headers if _needs_headers(missing) else None
    packages, unknown = packages_for(absent, distribution.manager, headers=headers)
    there = target.step.installation.packages
    return tuple(package for package in packages if package not in there), unknown


def _needs_headers(missing: tuple[str, ...]) -> bool:
    return not set(missing).isdisjoint(NEEDING_HEADERS)


def _count(lacking: list[Finding]) -> str:
    return "1 package lacks" if len(lacking) == 1 else f"{len(lacking)} packages lack"


def _distribution(target: Target) -> tuple[Distribution | None, str | None]:
    """Return the distribution, and the package with the Python's headers if it is needed."""
    if target.image and target.image.distribution:
        distribution = target.image.distribution
        there = target.step.headers is True if target.step else target.image.own_python
        if there:
            return distribution, None
        return distribution, headers_package(distribution, target.python.minor)
    if target.inventory:
        return target.inventory.distribution, target.inventory.headers_package
    return None, None


def _without_package(absent: tuple[str, ...], manager: Manager) -> frozenset[str]:
    """Return the compilers that do not come with the package manager, but with the system."""
    return frozenset({C, CXX}.intersection(absent)) if manager is Manager.BREW else frozenset()


def _tools(missing: Iterable[str], manager: Manager, headers: str | None) -> tuple[str, ...]:
    """Return the packages that nothing needs once the build is done."""
    tools: dict[str, None] = {}
    for dependency in missing:
        known = library(dependency)
        if known is not None and known.kind != "library":
            tools.update(dict.fromkeys(packages_of(dependency, manager) or ()))
    going = (*tools, *([headers] if headers else []))
    return tuple(package for package in going if package not in _SHARED)


def _other_compilers(absent: tuple[str, ...], inventory: Inventory) -> Iterator[Remedy]:
    """Yield how to name other compilers than those that are named and not there."""
    for dependency in absent:
        missing_compilers = inventory.missing_compilers.get(dependency)
        if missing_compilers and missing_compilers.instead:
            yield Remedy(
                kind=RemedyKind.TOOLCHAIN,
                text=f"Let {missing_compilers.variable} name the compiler that is here.",
                lines=(f"export {missing_compilers.variable}={missing_compilers.instead}",),
            )
        elif missing_compilers and missing_compilers.chosen:
            yield Remedy(
                kind=RemedyKind.TOOLCHAIN,
                text=f"Unset {missing_compilers.variable}: what it names is not here.",
            )


def _declare(missing: tuple[str, ...], target: Target) -> str:
    """Return how to declare what is installed; the option has to say all that is declared."""
    brought = target.image.toolchain.dependencies if target.image else ()
    declared = [d for d in target.toolchain.dependencies if d not in brought]
    everything = ",".join(short_form(dependency) for dependency in (*declared, *missing))
    toml = json.dumps(everything.split(","), separators=(",", ":"))
    return f"then declare it: toolchain={toml} in pyproject.toml, or --toolchain {everything}"


def _lines(packages: tuple[str, ...], manager: Manager, target: Target) -> tuple[str, ...]:
    if target.current or manager is Manager.BREW:
        root = target.inventory is not None and target.inventory.root
        return shell_lines(packages, manager, root=root)
    user = (target.image.user,) if target.image and target.image.user else ()
    return (*user, *dockerfile_lines(packages, manager))
