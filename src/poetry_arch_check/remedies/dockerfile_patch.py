"""Problems where a Dockerfile installs → the change of the Dockerfile that solves them."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from poetry_arch_check.check.report import Cause, Patch, RemedyKind
from poetry_arch_check.dockerfile import escape_character
from poetry_arch_check.remedies.lacking import lacking_packages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from poetry_arch_check.check.report import Finding, TargetReport
    from poetry_arch_check.dockerfile import InstallStep


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edit:
    """Text that takes the place of what stands from `start` to `end`."""

    start: int
    end: int
    text: str


def patch(text: str, path: str, reports: Iterable[TargetReport]) -> Patch:
    """Return the change of the Dockerfile `text` that solves its problems, as far as one does.

    It adds the packages that builds lack, to a command that installs some already if there is
    one, and changes base images where no build helps. `reports` are those of its targets.
    """
    reports = list(reports)
    edits = list(_edits(text, reports))
    changed = text
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        changed = changed[: edit.start] + edit.text + changed[edit.end :]
    before, after = _lines(text), _lines(changed)
    name = path.replace("\\", "/").removeprefix("./")
    diff = "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in difflib.unified_diff(before, after, f"a/{name}", f"b/{name}")
    )
    remaining = (
        finding.package.name
        for report in reports
        for finding in report.problems
        if not _is_solved(finding, report)
    )
    return Patch(path=path, diff=diff, remaining=tuple(dict.fromkeys(remaining)))


def _is_solved(finding: Finding, report: TargetReport) -> bool:
    """Return whether an edit is made for `finding`, and nothing is lacking that has no package."""
    if finding.cause is Cause.TOOLCHAIN_MISSING:
        names, unknown = lacking_packages(finding.missing, report.target)
        return bool(names) and not unknown
    step = report.target.step
    return step is not None and step.base is not None and bool(_other_image(finding))


def _lines(text: str) -> list[str]:
    """Split at what ends a line for git, and at nothing else."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _edits(text: str, reports: Iterable[TargetReport]) -> Iterator[_Edit]:
    packages: dict[tuple[int, bool], dict[str, None]] = {}
    install_steps_of: dict[tuple[int, bool], InstallStep] = {}
    bases: dict[tuple[int, int], str] = {}
    added: dict[int, set[str]] = {}
    # What a stage goes on from comes first: what is added there need not be added again.
    for report in sorted(reports, key=lambda report: _depth(report.target.step)):
        target, step = report.target, report.target.step
        if step is None:
            continue
        for finding in report.problems:
            if finding.cause is Cause.TOOLCHAIN_MISSING:
                names, _ = lacking_packages(finding.missing, target)
                there = {name for stage in step.lineage[1:] for name in added.get(stage, ())}
                if names := tuple(name for name in names if name not in there):
                    key = _place(step)
                    install_steps_of[key] = step
                    packages.setdefault(key, {}).update(dict.fromkeys(names))
                    added.setdefault(step.lineage[0], set()).update(names)
            elif step.base and (image := _other_image(finding)):
                bases.setdefault(step.base, image)
    newline = "\r\n" if "\r\n" in text else "\n"
    escape = escape_character(text)
    for key, lacking in packages.items():
        addition = _addition(install_steps_of[key], tuple(lacking), newline)
        continued = addition.text.replace(f"\\{newline}", f"{escape}{newline}")
        yield replace(addition, text=continued)
    for (start, end), image in bases.items():
        yield _Edit(start=start, end=end, text=image)


def _depth(step: InstallStep | None) -> int:
    return len(step.lineage) if step else 0


def _place(step: InstallStep) -> tuple[int, bool]:
    """Return where packages are added, and whether that is to a command that is there."""
    insertion = _insertion(step)
    return (step.installation.insertion_offset, False) if insertion is None else (insertion, True)


def _insertion(step: InstallStep) -> int | None:
    insertion, distribution = step.installation.insertion, step.image.distribution
    fits = insertion and distribution and insertion.manager.family == distribution.manager.family
    return insertion.offset if insertion and fits else None


def _addition(step: InstallStep, packages: tuple[str, ...], newline: str) -> _Edit:
    place, joined = _place(step)
    insertion, distribution = step.installation.insertion, step.image.distribution
    if joined and insertion:
        between = " " if insertion.indent is None else f" \\{newline}{insertion.indent}"
        text = "".join(f"{between}{package}" for package in packages)
        return _Edit(start=place, end=place, text=text)
    assert distribution is not None  # noqa: S101 - without it, there are no packages
    lines = distribution.manager.lines.dockerfile(packages)
    image_user = step.image.user and not step.installation.user
    # What the images run as: Red Hat's, and micromamba's.
    own = "USER $MAMBA_USER" if "mamba" in step.image.reference else "USER 1001"
    user = step.installation.user or (own if image_user else "")
    if user:
        back = user if user.startswith("USER ") else f"USER {user}"
        lines = ("USER root", *lines, back)
    text = "".join(f"{line}{newline}" for line in lines)
    return _Edit(start=place, end=place, text=text)


def _other_image(finding: Finding) -> str | None:
    """Return the base image that has a wheel, where there is no way to build one."""
    if finding.cause is not Cause.NO_WHEEL_NO_SDIST:
        return None
    for remedy in finding.remedies:
        if remedy.kind is RemedyKind.IMAGE and remedy.lines:
            return remedy.lines[0].removeprefix("FROM ")
    return None
