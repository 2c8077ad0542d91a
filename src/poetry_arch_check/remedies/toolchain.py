"""How a target gets what builds lack, by its package manager."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from poetry_arch_check.check.report import Cause, Remedy, RemedyKind
from poetry_arch_check.platforms.platform import Os
from poetry_arch_check.strings import listed
from poetry_arch_check.toolchains.inventory import NEEDING_HEADERS
from poetry_arch_check.toolchains.libraries import label, library
from poetry_arch_check.toolchains.package_managers.registry import likely_managers
from poetry_arch_check.toolchains.toolchain import CXX, C, short_form

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from poetry_arch_check.check.report import Finding
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.toolchains.distributions import Distribution
    from poetry_arch_check.toolchains.inventory import Inventory
    from poetry_arch_check.toolchains.package_managers.manager import Manager

_VISUAL_STUDIO = (
    "winget install Microsoft.VisualStudio.2022.BuildTools --override"
    ' "--quiet --add Microsoft.VisualStudio.Workload.VCTools"'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lack:
    """What is to be installed on a target.

    `dependencies` are PEP 725 names. `headers` says that Python.h is needed, and
    `headers_package` which package has it, None where none is known.
    """

    dependencies: tuple[str, ...]
    headers: bool
    headers_package: str | None


def toolchain_remedies(
    missing: tuple[str, ...], target: Target, requires: tuple[str, ...] = ()
) -> Iterator[Remedy]:
    """Yield how to install `missing` (PEP 725 names) on `target`.

    What of `requires` was not looked for is installed as well.
    """
    if inventory := target.inventory:
        yield from _other_compilers(missing, inventory)
    lack = _lack(missing, target)
    if not lack.dependencies and not lack.headers:
        return
    not_inspected = target.toolchain.unknown(requires)
    named = [label(dependency) for dependency in lack.dependencies]
    if lack.headers:
        named.append(f"the headers of Python 3.{target.python.minor}")
    if not lack.dependencies and not lack.headers_package and not not_inspected:
        yield Remedy(kind=RemedyKind.TOOLCHAIN, text=f"Install {listed(named)} (Python.h).")
        return
    named += [f"{label(dependency)} (not looked for)" for dependency in not_inspected]
    lack = replace(lack, dependencies=(*lack.dependencies, *not_inspected))
    then = _then(missing, target)
    for manager in _managers(target):
        yield _with_manager(manager, lack, listed(named), then, target)
    if target.platform.os is Os.WINDOWS:
        compilers = {C, CXX}.intersection(lack.dependencies)
        yield Remedy(
            kind=RemedyKind.TOOLCHAIN,
            text=f"Install {listed(named)}{then}.",
            lines=(_VISUAL_STUDIO,) if compilers else (),
        )


def _lack(missing: tuple[str, ...], target: Target) -> _Lack:
    """Return what of `missing` is to be installed on `target`.

    A compiler that lacks nothing but the headers is not installed again, and none for which
    another that is there can be named.
    """
    headers = _headers_package(target)
    if inventory := target.inventory:
        return _Lack(
            dependencies=tuple(
                dependency
                for dependency in missing
                if dependency not in inventory.found and not inventory.has_another(dependency)
            ),
            headers=not inventory.headers and _needs_headers(missing),
            headers_package=headers,
        )
    if step := target.step:
        headers = headers if _needs_headers(missing) else None
        missing = tuple(dependency for dependency in missing if dependency not in step.found)
    return _Lack(dependencies=missing, headers=headers is not None, headers_package=headers)


def _then(missing: tuple[str, ...], target: Target) -> str:
    """Return what to do once it is installed, or where it is to be installed."""
    if target.step:
        return f" before {target.step.where}"
    return "" if target.inventory else f", {_declare(missing, target)}"


def _with_manager(manager: Manager, lack: _Lack, named: str, then: str, target: Target) -> Remedy:
    """Return how to install what a target lacks with `manager`."""
    # These do not come with the package manager, but with the system.
    apart = {C, CXX}.intersection(lack.dependencies) if manager.system_compilers else set()
    packages, unknown = manager.packages_for(
        (dependency for dependency in lack.dependencies if dependency not in apart),
        headers=lack.headers_package,
    )
    using = f" with {manager.command}" if packages or not apart else ""
    return Remedy(
        kind=RemedyKind.TOOLCHAIN,
        text=f"Install {named}{using}{_to_find(unknown)}{then}.",
        lines=(
            *([manager.system_compilers] if manager.system_compilers and apart else []),
            *(_lines(packages, manager, target) if packages else ()),
        ),
    )


def toolchain_remedies_at_once(findings: Iterable[Finding], target: Target) -> tuple[Remedy, ...]:
    """Return how to install on `target` all that its problems lack, in one go.

    In a Dockerfile, what only the build takes is removed again in the same layer.
    """
    lacking = [f for f in findings if f.problem and f.cause is Cause.TOOLCHAIN_MISSING]
    missing = tuple(dict.fromkeys(need for finding in lacking for need in finding.missing))
    if not missing:
        return ()
    if target.current or target.platform.os is not Os.LINUX:
        return tuple(remedy for remedy in toolchain_remedies(missing, target) if remedy.lines)
    count = "1 package lacks" if len(lacking) == 1 else f"{len(lacking)} packages lack"
    if target.step:
        remedy = _before_step(missing, target, count)
        return (remedy,) if remedy else ()
    remedies = (_in_one_layer(missing, target, count, manager) for manager in _managers(target))
    return tuple(remedy for remedy in remedies if remedy)


def _before_step(missing: tuple[str, ...], target: Target, count: str) -> Remedy | None:
    """Return how to install `missing` before the command of a Dockerfile that installs."""
    distribution = _distribution(target)
    packages, unknown = lacking_packages(missing, target)
    if target.step is None or distribution is None or not packages:
        return None
    where = target.step.where
    return Remedy(
        kind=RemedyKind.TOOLCHAIN,
        text=f"Install everything that {count} here{_to_find(unknown)} before {where}.",
        lines=distribution.manager.lines.dockerfile(packages),
    )


def _in_one_layer(
    missing: tuple[str, ...], target: Target, count: str, manager: Manager
) -> Remedy | None:
    """Return how to install the project with `missing` there, None where no package is known."""
    headers = _headers_package(target)
    packages, unknown = manager.packages_for(missing, headers=headers)
    if not packages:
        return None
    tools = _tools(missing, manager, headers)
    runtime = (name for need in missing for name in manager.runtime_packages_of(need))
    lines = manager.lines.dockerfile_around(
        "poetry install --no-interaction", tuple(dict.fromkeys((*packages, *runtime))), tools
    )
    return Remedy(
        kind=RemedyKind.TOOLCHAIN,
        text=f"Install with {manager.command} everything that {count} here{_to_find(unknown)}, and"
        f" remove the build tools afterwards; {_declare(missing, target)}.",
        lines=(*_user(target), *lines),
    )


def lacking_packages(
    missing: tuple[str, ...], target: Target
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the packages to install where a Dockerfile installs, and what has no known one."""
    distribution = _distribution(target)
    if target.step is None or distribution is None:
        return (), missing
    lack = _lack(missing, target)
    packages, unknown = distribution.manager.packages_for(
        lack.dependencies, headers=lack.headers_package
    )
    there = target.step.installation.packages
    return tuple(package for package in packages if package not in there), unknown


def _needs_headers(missing: tuple[str, ...]) -> bool:
    return not set(missing).isdisjoint(NEEDING_HEADERS)


def _to_find(unknown: tuple[str, ...]) -> str:
    return f" (find the packages of {listed(map(label, unknown))})" if unknown else ""


def _distribution(target: Target) -> Distribution | None:
    if target.image and target.image.distribution:
        return target.image.distribution
    return target.inventory.distribution if target.inventory else None


def _managers(target: Target) -> tuple[Manager, ...]:
    distribution = _distribution(target)
    return (distribution.manager,) if distribution else likely_managers(target.platform)


def _headers_package(target: Target) -> str | None:
    """Return the package with the headers of the target's Python, None if it is not needed."""
    if target.image and target.image.distribution:
        there = target.step.headers is True if target.step else target.image.own_python
        return None if there else target.image.distribution.headers_package(target.python.minor)
    return target.inventory.headers_package if target.inventory else None


def _tools(missing: Iterable[str], manager: Manager, headers: str | None) -> tuple[str, ...]:
    """Return the packages that nothing needs once the build is done."""
    tools: dict[str, None] = {}
    for dependency in missing:
        known = library(dependency)
        if known is not None and known.kind != "library":
            tools.update(dict.fromkeys(manager.packages_of(dependency) or ()))
    going = (*tools, *([headers] if headers else []))
    return tuple(package for package in going if package not in manager.kept)


def _other_compilers(missing: tuple[str, ...], inventory: Inventory) -> Iterator[Remedy]:
    """Yield how to name other compilers than those that are named and not there."""
    for dependency in missing:
        if dependency in inventory.found:
            continue
        compiler = inventory.missing_compilers.get(dependency)
        if compiler and compiler.instead:
            yield Remedy(
                kind=RemedyKind.TOOLCHAIN,
                text=f"Set {compiler.variable} to the compiler that is installed.",
                lines=(f"export {compiler.variable}={compiler.instead}",),
            )
        elif compiler and compiler.chosen:
            yield Remedy(
                kind=RemedyKind.TOOLCHAIN,
                text=f"Unset {compiler.variable}: the compiler it names is not installed.",
            )


def _declare(missing: tuple[str, ...], target: Target) -> str:
    """Return how to declare what is installed; the option has to say all that is declared."""
    own = target.image.toolchain.dependencies if target.image else ()
    declared = [d for d in target.toolchain.dependencies if d not in own]
    everything = ",".join(short_form(dependency) for dependency in (*declared, *missing))
    toml = json.dumps(everything.split(","), separators=(",", ":"))
    return f"then declare it: toolchain={toml} in pyproject.toml, or --toolchain {everything}"


def _lines(packages: tuple[str, ...], manager: Manager, target: Target) -> tuple[str, ...]:
    if target.current or target.platform.os is not Os.LINUX:
        root = target.inventory is not None and target.inventory.root
        return manager.lines.shell(packages, root=root)
    return (*_user(target), *manager.lines.dockerfile(packages))


def _user(target: Target) -> tuple[str, ...]:
    """Return the instruction that changes to a user who may install, if one is needed."""
    return (target.image.user,) if target.image and target.image.user else ()
