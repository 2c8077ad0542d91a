"""How to install what builds need on a target, with its package manager."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.check.report import Cause, Remedy, RemedyKind
from poetry_arch_check.platforms.platform import Os
from poetry_arch_check.remedies.lacking import (
    distribution_of,
    headers_package_of,
    lacking_of,
    lacking_packages,
    managers_of,
)
from poetry_arch_check.strings import listed
from poetry_arch_check.toolchains.libraries import label, library
from poetry_arch_check.toolchains.toolchain import CXX, C, short_form

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from poetry_arch_check.check.report import Finding
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.remedies.lacking import Lacking
    from poetry_arch_check.toolchains.inventory import Inventory
    from poetry_arch_check.toolchains.package_managers.manager import Manager

_VISUAL_STUDIO = (
    "winget install Microsoft.VisualStudio.2022.BuildTools --override"
    ' "--quiet --add Microsoft.VisualStudio.Workload.VCTools"'
)


def toolchain_remedies(
    missing: tuple[str, ...], target: Target, requires: tuple[str, ...] = ()
) -> Iterator[Remedy]:
    """Yield how to install `missing` (PEP 725 names) on `target`.

    What of `requires` was not looked for is installed as well.
    """
    if inventory := target.inventory:
        yield from _other_compilers(missing, inventory)
    lacking = lacking_of(missing, target)
    if not lacking.dependencies and not lacking.headers:
        return
    not_inspected = target.toolchain.unknown(requires)
    named = [label(dependency) for dependency in lacking.dependencies]
    if lacking.headers:
        named.append(f"the headers of Python 3.{target.python.minor}")
    if not lacking.dependencies and not lacking.headers_package and not not_inspected:
        yield Remedy(kind=RemedyKind.TOOLCHAIN, text=f"Install {listed(named)} (Python.h).")
        return
    named += [f"{label(dependency)} (not looked for)" for dependency in not_inspected]
    lacking = replace(lacking, dependencies=(*lacking.dependencies, *not_inspected))
    then = _then(missing, target)
    for manager in managers_of(target):
        yield _with_manager(manager, lacking, listed(named), then, target)
    if target.platform.os is Os.WINDOWS:
        compilers = {C, CXX}.intersection(lacking.dependencies)
        yield Remedy(
            kind=RemedyKind.TOOLCHAIN,
            text=f"Install {listed(named)}{then}.",
            lines=(_VISUAL_STUDIO,) if compilers else (),
        )


def _then(missing: tuple[str, ...], target: Target) -> str:
    """Return what to do once it is installed, or where it is to be installed."""
    if target.step:
        return f" before {target.step.where}"
    return "" if target.inventory else f", {_declare(missing, target)}"


def _with_manager(
    manager: Manager, lacking: Lacking, named: str, then: str, target: Target
) -> Remedy:
    """Return how to install what a target lacks with `manager`."""
    # These do not come with the package manager, but with the system.
    apart = {C, CXX}.intersection(lacking.dependencies) if manager.system_compilers else set()
    packages, unknown = manager.packages_for(
        (dependency for dependency in lacking.dependencies if dependency not in apart),
        headers=lacking.headers_package,
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
    remedies = (_in_one_layer(missing, target, count, manager) for manager in managers_of(target))
    return tuple(remedy for remedy in remedies if remedy)


def _before_step(missing: tuple[str, ...], target: Target, count: str) -> Remedy | None:
    """Return how to install `missing` before the command of a Dockerfile that installs."""
    distribution = distribution_of(target)
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
    headers = headers_package_of(target)
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


def _to_find(unknown: tuple[str, ...]) -> str:
    return f" (find the packages of {listed(map(label, unknown))})" if unknown else ""


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
