"""The versions that `--suggest` found, one line for each package with a problem."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from poetry_arch_check.check.change import OtherVersion
from poetry_arch_check.check.packages import Source
from poetry_arch_check.check.report import RemedyKind
from poetry_arch_check.formats.lines import fill
from poetry_arch_check.formats.problems import labels, title
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
    yield f"{view.paint('Other versions', Paint.STRONG)}:"
    for called, (finding, where) in problems.items():
        said = _said(finding) or f": no version found with a wheel on {', '.join(where)}"
        if any(each.kind is RemedyKind.REPLACEMENT for each in finding.remedies):
            said += "; another package may take its place: -v"
        yield from fill(f"{called}{said}", first="  ", then="    ", width=view.width)
    if any(_locks(each) for finding, _ in problems.values() for each in finding.remedies):
        command = printable(shlex.join(("poetry", "arch-check", *view.options, "--fix")))
        yield f"{command} locks them."


def _said(finding: Finding) -> str:
    """Return ` -> 0.12.0 (allowed)`: of several, what can be locked, then what can be pasted."""
    found = [each for each in finding.remedies if each.kind in {RemedyKind.UPGRADE, _LOCK}]
    order = sorted(found, key=lambda each: (each.forbidden, not each.lines))
    for remedy in order[:1]:
        if remedy.kind is _LOCK:
            return ": the index has wheels of it now"
        if isinstance(remedy.change, OtherVersion):
            return f" -> {printable(remedy.change.version)} ({_hindrance(remedy)})"
    return ""


def _hindrance(remedy: Remedy) -> str:
    if not remedy.forbidden:
        return "allowed"
    return f"after {printable(remedy.lines[0])}" if remedy.lines else "a requirement forbids it: -v"


def _locks(remedy: Remedy) -> bool:
    """Return whether `--fix` does it, without a requirement that is changed."""
    return remedy.kind in {RemedyKind.UPGRADE, _LOCK} and not remedy.forbidden


_LOCK = RemedyKind.LOCK
