"""Remedies that the lock and the target alone yield, each proven, the cheapest first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.check.case import NO_BINARY, ONLY_BINARY
from poetry_arch_check.check.change import DeclaredToolchain, LiftedPolicy
from poetry_arch_check.check.chooser import choose, choose_wheel
from poetry_arch_check.check.nearest_miss import Incompatibility
from poetry_arch_check.check.report import Cause, Outcome, Remedy, RemedyKind
from poetry_arch_check.remedies.declaration import declaring
from poetry_arch_check.remedies.destinations import loading_remedies, with_libraries
from poetry_arch_check.remedies.marker import marker_remedies
from poetry_arch_check.remedies.newer_macos import newer_macos
from poetry_arch_check.remedies.no_way_out import no_way_out
from poetry_arch_check.remedies.older_tools import older_tools
from poetry_arch_check.remedies.other_wheel import (
    image_of_the_run,
    other_image,
    other_platform,
    other_python,
)
from poetry_arch_check.remedies.piwheels import piwheels
from poetry_arch_check.remedies.proof import first_proven
from poetry_arch_check.remedies.replacements import replacement
from poetry_arch_check.remedies.toolchain import toolchain_remedies

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from poetry_arch_check.check.report import Finding
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.remedies.facts import Facts


def with_remedies(findings: Iterable[Finding], target: Target, facts: Facts) -> tuple[Finding, ...]:
    """Return `findings` on `target`, each problem (also an ignored one) with its remedies."""
    return tuple(
        replace(finding, remedies=remedies_for(finding, target, facts))
        if finding.problem or finding.ignored is not None or finding.outcome is Outcome.UNKNOWN
        else finding
        for finding in findings
    )


def remedies_for(finding: Finding, target: Target, facts: Facts) -> tuple[Remedy, ...]:
    """Return the remedies for `finding` on `target` that are proven."""
    remedies = [
        remedy
        for alternatives in _alternatives(finding, target, facts)
        for remedy in first_proven(alternatives, finding, target, facts)
    ]
    if not remedies and finding.outcome is not Outcome.UNKNOWN:
        return (no_way_out(finding.package, target),)
    order = list(RemedyKind)
    return tuple(sorted(remedies, key=lambda remedy: order.index(remedy.kind)))


def _alternatives(finding: Finding, target: Target, facts: Facts) -> Iterator[Iterable[Remedy]]:
    """Yield what may help: of alternatives, the first that is proven is enough."""
    package = finding.package
    # The nearest miss tells which of the other machines are worth asking: a wheel with no
    # graver fault than this one would have been nearer.
    incompatibility = finding.nearest.incompatibility if finding.nearest else None
    for each in (
        *(loading_remedies(finding, target) if finding.fails_to_load else ()),
        *older_tools(finding, target, facts),
        *_policy(finding, target),
        *_lock(finding),
        *_toolchain(finding, target),
        *replacement(package, target),
        *piwheels(package, target),
        *marker_remedies(finding, target, facts),
    ):
        yield (each,)
    if incompatibility in {Incompatibility.LIBC_VERSION, Incompatibility.LIBC}:
        yield (*image_of_the_run(target, facts.everywhere), *other_image(target))
    if incompatibility is Incompatibility.OS_VERSION:
        yield newer_macos(package, target)
    if incompatibility and incompatibility <= Incompatibility.ABI:
        yield other_python(package, target, facts.pythons)
    if incompatibility and incompatibility <= Incompatibility.ARCHITECTURE:
        yield other_platform(target)


def _policy(finding: Finding, target: Target) -> Iterator[Remedy]:
    """Yield the policy of Poetry that keeps a better outcome away."""
    package, support = finding.package, target.support
    if not package.wheels_allowed and choose_wheel(package, support):
        key = NO_BINARY
    elif not package.sdists_allowed and choose(replace(package, sdists_allowed=True), support):
        key = ONLY_BINARY
    else:
        return
    variable = f"POETRY_{key.upper().replace('.', '_').replace('-', '_')}"
    yield Remedy(
        kind=RemedyKind.POLICY,
        change=LiftedPolicy(key=key),
        text=f"Take {package.name} out of {key} (Poetry's configuration, or {variable}).",
    )


def _lock(finding: Finding) -> Iterator[Remedy]:
    if finding.cause is Cause.NO_FILES_LOCKED:
        yield Remedy(
            kind=RemedyKind.LOCK,
            change=None,
            text="Lock again, so that poetry.lock lists the files.",
            lines=("poetry lock",),
        )


def _toolchain(finding: Finding, target: Target) -> Iterator[Remedy]:
    if finding.cause is Cause.TOOLCHAIN_UNCERTAIN and finding.needs:
        possible = target.toolchain.possible(finding.needs.requires)
        yield Remedy(
            kind=RemedyKind.TOOLCHAIN,
            change=DeclaredToolchain(dependencies=tuple(need.dependency for need in possible)),
            text=f"If it is installed, declare it: --toolchain {declaring(possible, target)}.",
        )
    if finding.cause is Cause.TOOLCHAIN_MISSING:
        requires = finding.needs.requires if finding.needs else ()
        for remedy in toolchain_remedies(finding.missing, target, requires):
            yield with_libraries(remedy, [finding], target)
