"""What it takes to move to a Python: the packages of a report, and what the index has for them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from packaging.version import Version

from poetry_arch_check.check.change import OtherVersion
from poetry_arch_check.check.needs import Basis
from poetry_arch_check.check.packages import Source
from poetry_arch_check.check.readiness import Readiness, Unready, best_version
from poetry_arch_check.check.report import Cause, Outcome
from poetry_arch_check.output.progress import for_each
from poetry_arch_check.poetry_api.releases import NoAnswerError
from poetry_arch_check.strings import listed
from poetry_arch_check.toolchains.libraries import label_of
from poetry_arch_check.upgrades.candidates import where
from poetry_arch_check.upgrades.python_limits import allows_python, limits_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.report import Finding, Remedy, Report, TargetReport
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.output.progress import Progress
    from poetry_arch_check.poetry_api.planning.entries import PackageOf
    from poetry_arch_check.poetry_api.project import Project
    from poetry_arch_check.upgrades.asking import Answer, Asking


def readiness_of(
    report: Report, project: Project, asking: Asking, package_of: PackageOf, progress: Progress
) -> tuple[Readiness, ...]:
    """Return how the packages stand for each Python of the targets of `report`.

    Not ready is what is a problem there, and what states that it does not support the Python: the
    index is asked for these. Of targets for which Poetry has no plan, nothing is known.
    """
    groups: dict[str, list[TargetReport]] = {}
    for target in report.targets:
        if target.planned:
            groups.setdefault(target.target.python.short, []).append(target)
    return tuple(
        _readiness(targets, project, asking, package_of, progress) for targets in groups.values()
    )


_BUILDABLE = frozenset({Cause.WHEEL_FITS, Cause.TOOLCHAIN_PRESENT, Cause.TOOLCHAIN_MISSING})


@dataclass(frozen=True, slots=True)
class _Standing:
    """A package where it is installed with one Python; `requires` is the Python it is not for."""

    package: LockedPackage
    requires: str
    everywhere: bool = True
    targets: list[Target] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def undecided(self) -> bool:
        """Whether the lock or the sources do not say enough on one of them."""
        return any(each.outcome is Outcome.UNKNOWN for each in self.findings)

    @property
    def ready(self) -> bool:
        """Whether it is fine on all of them."""
        return not self.requires and not any(
            each.problem or (each.outcome is Outcome.UNKNOWN and each.ignored is None)
            for each in self.findings
        )


def _readiness(
    reports: Sequence[TargetReport],
    project: Project,
    asking: Asking,
    package_of: PackageOf,
    progress: Progress,
) -> Readiness:
    python = reports[0].target.python
    standings = _standings(reports, package_of)
    asked = [each for each in standings if not each.ready and each.package.source is Source.INDEX]
    answers = for_each(
        asked,
        lambda each: asking.ask(
            each.package, package_of(each.package), each.targets, others=bool(each.requires)
        ),
        workers=asking.workers,
        progress=progress,
    )
    told = {id(each): answer for each, answer in zip(asked, answers, strict=True)}
    moving, blocked, unknown = [], [], []
    for each in standings:
        if not each.ready:
            answer = told.get(id(each))
            unready = _unready(each, answer, asking)
            if unready.remedy:
                moving.append(unready)
            elif isinstance(answer, NoAnswerError) or (answer is None and each.undecided):
                unknown.append(unready)
            else:
                blocked.append(unready)
    return Readiness(
        python=python.short,
        targets=tuple(dict.fromkeys(report.target.name for report in reports)),
        allowed=allows_python(project.package, python),
        limits=limits_of(project, python),
        ready=tuple(each.package for each in standings if each.ready),
        moving=tuple(moving),
        blocked=tuple(blocked),
        unknown=tuple(unknown),
    )


def _standings(reports: Sequence[TargetReport], package_of: PackageOf) -> list[_Standing]:
    """Return the packages by name, each with all targets where it is installed."""
    found: dict[LockedPackage, _Standing] = {}
    for report in reports:
        for finding in report.findings:
            package = finding.package
            if package not in found:
                poetrys = package_of(package)
                allowed = allows_python(poetrys, report.target.python)
                found[package] = _Standing(package, "" if allowed else poetrys.python_versions)
            found[package].targets.append(report.target)
            found[package].findings.append(finding)
    standings = (
        replace(each, everywhere=len(each.targets) == len(reports)) for each in found.values()
    )
    return sorted(standings, key=lambda each: (each.package.name, each.package.line))


def _unready(each: _Standing, answer: Answer | NoAnswerError | None, asking: Asking) -> Unready:
    """Return what helps a package that is not ready, or why nothing does."""
    package = each.package
    if isinstance(answer, NoAnswerError):
        return Unready(package=package, why=f"the index does not tell its versions: {answer}")
    newer = [remedy for remedy in answer.remedies if _is_newer(remedy, package)] if answer else []
    remedy = best_version(newer)
    if remedy is None or answer is None:
        return Unready(package=package, why="; ".join(_reasons(each, answer)))
    parent = answer.parents.get(remedy)
    why = f"with {parent}" if parent else ""
    if remedy.forbidden and not remedy.lines and isinstance(remedy.change, OtherVersion):
        why = asking.in_the_way(package, remedy.change.version, each.targets)
    return Unready(package=package, remedy=remedy, why=why)


def _is_newer(remedy: Remedy, package: LockedPackage) -> bool:
    """Return whether it is no step back: old wheels without C code fit every Python."""
    if not isinstance(remedy.change, OtherVersion):
        return True
    return Version(remedy.change.version) > Version(package.version)


def _reasons(each: _Standing, answer: Answer | None) -> Iterator[str]:
    """Yield why no other version helps, and what there is to know of the locked one."""
    on = "there" if each.everywhere else where(each.targets)
    if answer is None:
        yield "it is not from an index, which is not asked"
    elif answer.kept_back:
        yield f"{answer.kept_back} has a wheel {on}; solver.min-release-age keeps it back"
    else:
        yield f"no newer version has a wheel {on}"
    if each.requires:
        yield f"it states that it is for Python {each.requires}"
        return
    lacks = dict.fromkeys(need for finding in each.findings for need in finding.missing)
    if lacks and all(map(_is_buildable, each.findings)):
        yield f"it can be built with {listed(map(label_of, lacks))}"


def _is_buildable(finding: Finding) -> bool:
    """Return whether it is known what builds it, if it is to be built."""
    needs = finding.needs
    return finding.cause in _BUILDABLE and not (needs and needs.basis is Basis.ASSUMED)
