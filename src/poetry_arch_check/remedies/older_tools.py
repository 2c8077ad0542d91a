"""Remedies for builds that fail with current tools: a version that builds again, older tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from poetry_arch_check.check.artifacts import Sdist
from poetry_arch_check.check.change import AddedConstraint, OtherVersion
from poetry_arch_check.check.report import Remedy, RemedyKind
from poetry_arch_check.remedies.build_constraint import build_constraint
from poetry_arch_check.remedies.proof import findings_after
from poetry_arch_check.strings import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.report import Finding
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.remedies.facts import Facts


def older_tools(finding: Finding, target: Target, facts: Facts) -> Iterator[Remedy]:
    """Yield the version that builds again, and the build constraints that help this one."""
    needs, package = finding.needs, finding.package
    if needs is None or needs.broken is None:
        return
    if needs.fixed:
        yield from _newer(package, needs.fixed, target, facts)
    if constraints := _constraints(finding, target, facts):
        yield from build_constraint(package, constraints, target, facts)


def _constraints(finding: Finding, target: Target, facts: Facts) -> tuple[str, ...]:
    """Return the build constraints that help together: that of what breaks, and so on with it.

    A later one on the same tool excludes more.
    """
    found: dict[str, str] = {}
    needs = finding.needs
    while needs and needs.broken and needs.broken.constraint not in {"", *found.values()}:
        constraint = needs.broken.constraint
        found[canonicalize_name(Requirement(constraint).name)] = constraint
        change = AddedConstraint(requirements=tuple(found.values()))
        after = next(findings_after(change, finding, target, facts), None)
        needs = after.needs if after else None
    return tuple(found.values())


def _newer(package: LockedPackage, fixed: str, target: Target, facts: Facts) -> Iterator[Remedy]:
    """Yield the version that builds again, from its sdist: its wheels are not known.

    Where another package of the lock forbids it, that is said, and no line helps.
    """
    dependents = facts.dependents(package.name, target)
    forbidding = [
        each for each in dependents if each.own is None and not each.allows(Version(fixed))
    ]
    update = f"poetry add '{package.name}>={fixed}'"
    reasons = [f"{each.who} requires {each.text}" for each in forbidding]
    yield Remedy(
        kind=RemedyKind.VERSION,
        change=OtherVersion(
            version=fixed,
            artifacts=(Sdist(filename=f"{package.name}-{fixed}.tar.gz", recognized=True),),
        ),
        text=f"Move to {package.name} {fixed} or newer, which builds again"
        f"{f'; {listed(reasons)}' if reasons else ''}.",
        lines=()
        if forbidding
        else (update if package.direct else f"poetry update {package.name}",),
        forbidden=bool(forbidding),
    )
