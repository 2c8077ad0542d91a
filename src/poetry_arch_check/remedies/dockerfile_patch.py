"""Problems where a Dockerfile installs → the change of the Dockerfile that solves them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from poetry_arch_check.check.change import OtherImage
from poetry_arch_check.check.report import Cause, Patch
from poetry_arch_check.dockerfile import escape_character
from poetry_arch_check.remedies.installing import lines_in
from poetry_arch_check.remedies.lacking import provision_before_step
from poetry_arch_check.remedies.provision import Provision
from poetry_arch_check.remedies.unified_diff import folder_of, unified_diff
from poetry_arch_check.toolchains.toolchain import RUST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from poetry_arch_check.check.report import Finding, TargetReport
    from poetry_arch_check.dockerfile import Destination, InstallStep

    _Place: TypeAlias = InstallStep | Destination


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edit:
    """Text that takes the place of what stands from `start` to `end`."""

    start: int
    end: int
    text: str


def patch(
    text: str,
    path: str,
    reports: Iterable[TargetReport],
    again: Callable[[str], Iterable[TargetReport] | None],
) -> Patch:
    """Return the change of the Dockerfile `text` that solves its problems, as far as one does.

    It changes base images where the plan does, or no build helps, and then adds the packages that
    builds lack there, to a command that installs some already if there is one. `reports` are those
    of its targets; `again` returns those of a changed text, None where it cannot be read: a change
    that solves nothing is none.
    """
    found = tuple(reports)
    problems = _problems(found)
    changed, remaining = text, problems
    for edits_of in (_base_edits, _package_edits):
        edited = _edited(changed, edits_of(changed, found))
        after = None if edited == changed else again(edited)
        if after is not None:
            after = tuple(after)
            left = _problems(after)
            if remaining - left and not left - remaining:
                changed, found, remaining = edited, after, left
    names = sorted(remaining)
    return Patch(
        path=path,
        folder=folder_of(path),
        diff=unified_diff(text, changed, path),
        remaining=tuple(dict.fromkeys(name for name, *_ in names)),
    )


def _edited(text: str, edits: Iterable[_Edit]) -> str:
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _problems(reports: Iterable[TargetReport]) -> set[tuple[str, str, str]]:
    """Return the packages that are problems, with their targets and Pythons."""
    return {
        (finding.package.name, report.target.name, report.target.python.short)
        for report in reports
        for finding in report.problems
    }


def _base_edits(_: str, reports: Iterable[TargetReport]) -> Iterator[_Edit]:
    """Yield the base images that are to be others."""
    bases: dict[tuple[int, int], str] = {}
    for report in reports:
        step = report.target.step
        if step is None or step.base is None:
            continue
        for image in (*_planned(report), *map(_other_image, report.problems)):
            if image:
                bases.setdefault(step.base, image)
    for (start, end), image in bases.items():
        yield _Edit(start=start, end=end, text=image)


def _package_edits(text: str, reports: Iterable[TargetReport]) -> Iterator[_Edit]:
    """Yield the packages that are to be installed, and where."""
    provisions: dict[tuple[int, bool], Provision] = {}
    places: dict[tuple[int, bool], _Place] = {}
    added: dict[int, set[str]] = {}
    # What a stage goes on from comes first: what is added there need not be added again.
    for report in sorted(reports, key=lambda report: _depth(report.target.step)):
        target, step = report.target, report.target.step
        if step is None:
            continue
        for finding in report.problems:
            for destination, provision in _run_time(finding):
                key = _place(destination)
                places[key] = destination
                known = provisions.get(key, Provision())
                provisions[key] = known.together_with(provision)
            if finding.cause is Cause.TOOLCHAIN_MISSING:
                there = {name for stage in step.lineage[1:] for name in added.get(stage, ())}
                provision = _without(provision_before_step(finding.missing, target), there)
                if provision.complete:
                    key = _place(step)
                    places[key] = step
                    known = provisions.get(key, Provision())
                    provisions[key] = known.together_with(provision)
                    # Rust from rustup counts as a package, too.
                    rust = [RUST] if provision.rustup else []
                    added.setdefault(step.lineage[0], set()).update(provision.packages, rust)
    newline = "\r\n" if "\r\n" in text else "\n"
    escape = escape_character(text)
    for key, provision in provisions.items():
        for addition in _additions(places[key], provision, newline, text):
            continued = addition.text.replace(f"\\{newline}", f"{escape}{newline}")
            yield replace(addition, text=continued)


def _run_time(finding: Finding) -> Iterator[tuple[Destination, Provision]]:
    """Yield what to install in the stages that lack libraries, where anything can be."""
    for hindrance in finding.hindrances:
        destination = hindrance.place.destination
        if hindrance.packages and not destination.image.sealed:
            yield destination, Provision(packages=hindrance.packages)


def _without(provision: Provision, there: set[str]) -> Provision:
    """Return `provision` without what is there already."""
    packages = tuple(name for name in provision.packages if name not in there)
    return replace(provision, packages=packages, rustup="" if RUST in there else provision.rustup)


def _depth(step: InstallStep | None) -> int:
    return len(step.lineage) if step else 0


def _place(step: _Place) -> tuple[int, bool]:
    """Return where packages are added, and whether that is to a command that is there."""
    insertion = _insertion(step)
    return (step.insertion_offset, False) if insertion is None else (insertion, True)


def _insertion(step: _Place) -> int | None:
    insertion, distribution = step.insertion, step.image.distribution
    fits = insertion and distribution and insertion.manager.family == distribution.manager.family
    return insertion.offset if insertion and fits else None


def _additions(
    step: _Place, provision: Provision, newline: str, dockerfile: str
) -> Iterator[_Edit]:
    """Yield what adds packages, and Rust, before a step that installs."""
    place, joined = _place(step)
    insertion, offset = step.insertion, step.insertion_offset
    if joined and insertion and provision.packages and not provision.first:
        between = " " if insertion.indent is None else f" \\{newline}{insertion.indent}"
        text = "".join(f"{between}{package}" for package in provision.packages)
        yield _Edit(start=place, end=place, text=text)
        if not provision.rustup:
            return
        if place < offset:
            provision = replace(provision, packages=())
    distribution = step.image.distribution
    assert distribution is not None  # noqa: S101 - without it, there are no packages
    lines = lines_in(step, provision, distribution.manager)
    text = "".join(f"{line}{newline}" for line in lines)
    offset = _above_comments(dockerfile, offset)
    yield _Edit(start=offset, end=offset, text=text)


def _above_comments(text: str, offset: int) -> int:
    """Return where the comments begin that stand right above the instruction at `offset`."""
    while line := text[text.rfind("\n", 0, max(offset - 1, 0)) + 1 : offset]:
        if not line.lstrip().startswith("#"):
            break
        offset -= len(line)
    return offset


def _planned(report: TargetReport) -> Iterator[str]:
    """Yield the base images that the plan changes to."""
    for step in report.plan.steps:
        if isinstance(step.remedy.change, OtherImage):
            yield step.remedy.change.image


def _other_image(finding: Finding) -> str | None:
    """Return the base image that has a wheel, where there is no way to build one."""
    if finding.cause is not Cause.NO_WHEEL_NO_SDIST:
        return None
    for remedy in finding.remedies:
        if isinstance(remedy.change, OtherImage):
            return remedy.change.image
    return None
