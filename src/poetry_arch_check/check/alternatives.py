"""Images and Pythons side by side: which of them is fine, and what each builds. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.check.report import Outcome

if TYPE_CHECKING:
    from poetry_arch_check.check.report import Report, TargetReport

_BUILT = frozenset({Outcome.SOURCE, Outcome.NO_TOOLCHAIN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """All targets with one image (its name, "" for none) and one Python.

    `fine` says that all of it was checked and nothing is wrong; `blocked` that Poetry would not
    install for it. `problems` and `built` are names of packages, `steps` the kinds of what there
    is to do (`toolchain`, `upgrade`).
    """

    image: str
    python: str
    label: str
    minor: int
    fine: bool
    blocked: bool
    problems: tuple[str, ...]
    built: tuple[str, ...]
    steps: tuple[str, ...]


def alternatives(report: Report) -> tuple[Alternative, ...]:
    """Return what there is to choose from, in the order of the targets; () for no choice.

    A choice is where a target of one name is checked with several. What a Dockerfile installs is
    none: its image is its own. Beside several images, targets that have none are no choice.
    """
    if any(target.target.step for target in report.targets):
        return ()
    of_name: dict[str, set[tuple[str, str]]] = {}
    for each in report.targets:
        of_name.setdefault(each.target.name, set()).add(_key(each))
    groups: dict[tuple[str, str], list[TargetReport]] = {}
    for each in report.targets:
        if len(of_name[each.target.name]) > 1:
            groups.setdefault(_key(each), []).append(each)
    several = len({image for image, _ in groups if image}) > 1
    return tuple(
        _alternative(reports) for (image, _), reports in groups.items() if image or not several
    )


def _key(report: TargetReport) -> tuple[str, str]:
    image = report.target.image
    return image.reference if image else "", report.target.python.short


def _alternative(reports: list[TargetReport]) -> Alternative:
    target = reports[0].target
    findings = [finding for report in reports for finding in report.findings]
    blocked = any(report.blocked for report in reports)
    problems = {finding.package.name for finding in findings if finding.problem}
    steps = (step.remedy.kind.value for report in reports for step in report.plan.steps)
    return Alternative(
        image=target.image.reference if target.image else "",
        python=target.python.short,
        label=target.python.label,
        minor=target.python.minor,
        fine=not (problems or blocked or any(report.unknown for report in reports)),
        blocked=blocked,
        problems=tuple(sorted(problems)),
        built=tuple(sorted({each.package.name for each in findings if each.outcome in _BUILT})),
        steps=tuple(dict.fromkeys(steps)),
    )


def newest_fine(choice: tuple[Alternative, ...]) -> Alternative | None:
    """Return the newest Python without a problem where there are several, None for none.

    Of two of a minor version, CPython's usual build is named.
    """
    if len({each.python for each in choice}) == 1:
        return None
    fine = [each for each in choice if each.fine]
    return max(fine, key=lambda each: (each.minor, each.python == f"3.{each.minor}"), default=None)


def builds_least(choice: tuple[Alternative, ...]) -> tuple[str, ...]:
    """Return the images with the fewest packages to build, or to solve; () where all are alike.

    Where Poetry would not install, nothing is known.
    """
    known = [each for each in choice if each.image and not each.blocked]
    counts = [len({*each.problems, *each.built}) for each in known]
    best = [each.image for each, count in zip(known, counts, strict=True) if count == min(counts)]
    return tuple(dict.fromkeys(best)) if len(set(counts)) > 1 else ()
