"""The versions that `--suggest` found, one line for each package with a problem."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from poetry_arch_check.check.packages import Source
from poetry_arch_check.check.readiness import best_version
from poetry_arch_check.check.report import RemedyKind
from poetry_arch_check.formats.lines import fill
from poetry_arch_check.formats.problems import labels, title
from poetry_arch_check.formats.readiness import version_found
from poetry_arch_check.formats.view import Paint
from poetry_arch_check.strings import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.check.report import Finding, Remedy, Report
    from poetry_arch_check.formats.view import View


def suggestions(report: Report, view: View) -> Iterator[str]:
    """Yield what was found, if it was asked for: it is never left out for want of room."""
    problems: dict[str, tuple[Finding, list[str]]] = {}
    for label, target in zip(labels(report.targets), report.targets, strict=True):
        for finding in target.problems:
            if finding.package.source is Source.INDEX:
                problems.setdefault(title(finding), (finding, []))[1].append(label)
    if not view.suggests or not problems:
        return
    told = {called: each for called, each in problems.items() if called not in _moving(report)}
    if report.readiness:
        # It has said for which there is no newer version: what is left are older ones, and others.
        told = {called: each for called, each in told.items() if _said(each[0]) or _other(each[0])}
    if told:
        yield f"{view.paint('Other versions', Paint.STRONG)}:"
    for called, (finding, where) in told.items():
        said = _said(finding) or (
            ": the index does not tell its versions"
            if finding.package in report.untold
            else f": no version found with a wheel on {', '.join(where)}"
        )
        if _other(finding):
            said += "; another package may take its place: -v"
        yield from fill(f"{called}{said}", first="  ", then="    ", width=view.width)
    if all(each.allowed for each in report.readiness) and any(
        _locks(each) for finding, _ in problems.values() for each in finding.remedies
    ):
        command = printable(shlex.join(("poetry", "arch-check", *view.options, "--fix")))
        yield "To lock them:"
        yield f"  {command}"


def _moving(report: Report) -> set[str]:
    """Return the packages of which it is told to which version a Python takes them."""
    return {
        f"{printable(each.package.name)} {printable(each.package.version)}"
        for readiness in report.readiness
        for each in readiness.moving
    }


def _other(finding: Finding) -> bool:
    return any(each.kind is RemedyKind.REPLACEMENT for each in finding.remedies)


def _said(finding: Finding) -> str:
    """Return ` -> 0.12.0 (allowed)`, "" where no version helps."""
    remedy = best_version(finding.remedies)
    return printable(version_found(remedy)) if remedy else ""


def _locks(remedy: Remedy) -> bool:
    """Return whether `--fix` does it, without a requirement that is changed."""
    return remedy.kind in {RemedyKind.UPGRADE, RemedyKind.LOCK} and not remedy.forbidden
