"""How to install all that the builds on a target lack, in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.check.report import Cause, Remedy, RemedyKind
from poetry_arch_check.platforms.platform import Os
from poetry_arch_check.remedies import rustup
from poetry_arch_check.remedies.declaration import then_declare
from poetry_arch_check.remedies.destinations import with_libraries
from poetry_arch_check.remedies.installing import (
    change_of,
    lines_in,
    user_line,
)
from poetry_arch_check.remedies.lacking import (
    headers_package_of,
    managers_of,
    provision_before_step,
)
from poetry_arch_check.remedies.one_layer import staying_and_going
from poetry_arch_check.remedies.proof import solved_by
from poetry_arch_check.remedies.provision import provision_of
from poetry_arch_check.remedies.toolchain import toolchain_remedies
from poetry_arch_check.toolchains.need import combined

if TYPE_CHECKING:
    from collections.abc import Iterable

    from poetry_arch_check.check.report import Finding
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.remedies.facts import Facts
    from poetry_arch_check.toolchains.need import Need
    from poetry_arch_check.toolchains.package_managers.manager import Manager


def toolchain_remedies_at_once(
    findings: Iterable[Finding], target: Target, facts: Facts
) -> tuple[Remedy, ...]:
    """Return how to install on `target` all that its problems lack, in one go.

    In a Dockerfile, what only the build takes is removed again in the same layer. Each is proven:
    what a remedy does not solve, it does not claim to.
    """
    lacking = [f for f in findings if f.problem and f.cause is Cause.TOOLCHAIN_MISSING]
    managers = managers_of(target)
    if target.current or target.platform.os is not Os.LINUX:
        lacking = [f for f in lacking if _has_lines(f, target)]
        missing = _missing(lacking)
        found = [remedy for remedy in toolchain_remedies(missing, target) if remedy.lines]
        return tuple(
            remedy
            for remedy in found
            if remedy.change and solved_by(remedy.change, lacking, target, facts) == lacking
        )
    proven = (
        _proven(manager, _covered(lacking, manager, target), target, facts) for manager in managers
    )
    return tuple(remedy for remedy in proven if remedy)


def _proven(
    manager: Manager, lacking: list[Finding], target: Target, facts: Facts
) -> Remedy | None:
    """Return how to solve `lacking` with `manager`, those that it solves; None for none."""
    while lacking:
        remedy = _everything(manager, lacking, target)
        remedy = with_libraries(remedy, lacking, target) if remedy else None
        if remedy is None or remedy.change is None:
            return None
        solved = solved_by(remedy.change, lacking, target, facts)
        if len(solved) == len(lacking):
            return remedy
        lacking = solved
    return None


def _has_lines(finding: Finding, target: Target) -> bool:
    return any(remedy.lines for remedy in toolchain_remedies(finding.missing, target))


def _covered(lacking: list[Finding], manager: Manager, target: Target) -> list[Finding]:
    """Return the findings for which `manager` has all that they lack, by names that are known."""
    provisions = (provision_of(f.missing, manager, target, headers=None) for f in lacking)
    return [
        finding
        for finding, provision in zip(lacking, provisions, strict=True)
        if not provision.unknown and not provision.unmet
    ]


def _everything(manager: Manager, lacking: list[Finding], target: Target) -> Remedy | None:
    count = "1 package lacks" if len(lacking) == 1 else f"{len(lacking)} packages lack"
    if target.step:
        return _before_step(_missing(lacking), target, count)
    return _in_one_layer(_missing(lacking), target, count, manager)


def _missing(lacking: Iterable[Finding]) -> tuple[Need, ...]:
    return combined(need for finding in lacking for need in finding.missing)


def _before_step(missing: tuple[Need, ...], target: Target, count: str) -> Remedy | None:
    """Return how to install `missing` before the command of a Dockerfile that installs."""
    provision = provision_before_step(missing, target)
    if target.step is None or target.distribution is None:
        return None
    if not provision.complete:
        return None
    where = target.step.where
    return Remedy(
        kind=RemedyKind.TOOLCHAIN,
        change=change_of(provision, target.distribution.manager),
        text=f"Install everything that {count} here before {where}.",
        lines=lines_in(target.step, provision, target.distribution.manager),
    )


def _in_one_layer(
    missing: tuple[Need, ...], target: Target, count: str, manager: Manager
) -> Remedy | None:
    """Return how to install the project with `missing` there, None where it cannot all be."""
    headers = headers_package_of(target)
    provision = provision_of(missing, manager, target, headers=headers)
    if not provision.complete:
        return None
    staying, going = staying_and_going(missing, provision, manager, target.distribution)
    install = "poetry install --no-interaction"
    lines = manager.lines.dockerfile_around(
        (rustup.install(provision.rustup), rustup.ACTIVATE, install, rustup.UNINSTALL)
        if provision.rustup
        else (install,),
        (*provision.packages, *staying),
        going,
        first=provision.first,
    )
    return Remedy(
        kind=RemedyKind.TOOLCHAIN,
        change=change_of(provision, manager),
        text=f"Install with {manager.command} everything that {count} here"
        f", and remove what only builds take afterwards;"
        f" {then_declare(missing, target)}.",
        lines=(*user_line(target), *lines),
    )
