"""`--explain`: everything about one package on all targets, or what a cause is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from poetry_arch_check.check.artifacts import Wheel
from poetry_arch_check.check.nearest_miss import is_akin
from poetry_arch_check.check.needs import Basis
from poetry_arch_check.check.report import Outcome
from poetry_arch_check.errors import ConfigurationError
from poetry_arch_check.formats.causes import cause_help
from poetry_arch_check.formats.lines import fill, wrap
from poetry_arch_check.formats.problems import Problem, labels, render_problem, title, together
from poetry_arch_check.formats.view import Paint
from poetry_arch_check.strings import (
    did_you_mean,
    listed,
    printable,
    without_credentials,
    without_workflow_commands,
)
from poetry_arch_check.toolchains.libraries import label_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from poetry_arch_check.check.artifacts import Artifact
    from poetry_arch_check.check.report import Finding, Report
    from poetry_arch_check.formats.view import View

_BASES = {
    Basis.CONFIGURED: "by the configuration",
    Basis.INSPECTED: "by its sources",
    Basis.KNOWN: "as is known of it",
    Basis.PURE_WHEEL: "as its pure wheel shows",
    Basis.ASSUMED: "assumed",
}


def named_package(word: str, report: Report, locked: Iterable[str]) -> str:
    """Return the planned package that `word` names; `locked` are the names in the lock.

    Raises ConfigurationError for any other word, with what is near.
    """
    name = canonicalize_name(word)
    planned = {each.package.name for target in report.targets for each in target.findings}
    if name in planned:
        return name
    if name in locked:
        raise ConfigurationError(
            f'"{word}" is locked, and not installed on {listed(labels(report.targets))}',
            hint="its group or extra may not be chosen (--all-groups, --all-extras),"
            " or a marker excludes it",
        )
    if found := causes_of(word):
        raise ConfigurationError(
            f'"{word}" is an outcome', hint=f"it has causes: --explain {' or '.join(found)}"
        )
    raise ConfigurationError(
        f'nothing is called "{word}"{did_you_mean(word, [*sorted(planned), *causes()])}',
        hint="--explain takes the name of a package of the report, or a cause",
    )


def explain_package(report: Report, name: str, view: View) -> str:
    """Return all that is known of the planned package `name` (normalized)."""
    found = [
        Problem(finding=finding, target=target.target, label=label, title=title(finding))
        for label, target in zip(labels(report.targets), report.targets, strict=True)
        for finding in target.findings
        if finding.package.name == name
    ]
    sections = [
        _head(found, report, view),
        *(list(render_problem(same, view)) for same in together(filter(_worth_a_word, found))),
        list(_takes(found, view)),
        list(_files(found, view)),
    ]
    text = "\n".join(
        "".join(f"{without_workflow_commands(line)}\n" for line in lines)
        for lines in sections
        if lines
    )
    return without_credentials(text)


def _worth_a_word(problem: Problem) -> bool:
    return problem.finding.outcome is not Outcome.WHEEL


def _head(found: list[Problem], report: Report, view: View) -> list[str]:
    """Return which entry it is, who brings it in, and what becomes of it where."""
    lines: list[str] = []
    for called, finding in {problem.title: problem.finding for problem in found}.items():
        path, line = view.place(finding.package)
        lines.append(f"{view.paint(called, Paint.STRONG)} ({printable(path)}:{line})")
    lines += _required_by(found[0].finding.package.name, report, view)
    width = max(len(problem.label) for problem in found)
    for label, target in zip(labels(report.targets), report.targets, strict=True):
        here = [problem.finding for problem in found if problem.target is target.target]
        what = ", ".join(map(_fate, here)) or "not installed there"
        lines += wrap(what, first=f"  {label:<{width}}  ", then=" " * 6, width=view.width)
    return lines


def _required_by(name: str, report: Report, view: View) -> Iterator[str]:
    for chain in chains_of(name, report):
        yield from fill(chain, first="  ", then="    ", width=view.width)


def chains_of(name: str, report: Report) -> Iterator[str]:
    """Yield each chain from a requirement of the project, with the targets if it is not on all."""
    chains: dict[str, list[str]] = {}
    called = labels(report.targets)
    planned = 0
    for label, target in zip(called, report.targets, strict=True):
        if not any(finding.package.name == name for finding in target.findings):
            continue
        planned += 1
        if chain := target.requirers.chain(name):
            first, *others = map(printable, chain.names)
            start = f"{first} ({printable(chain.place)})" if others else printable(chain.place)
            chains.setdefault(" -> ".join([start, *others]), []).append(label)
    for text, where in chains.items():
        on = "" if len(where) == planned else f" on {', '.join(where)}"
        yield f"required by {text}{on}"


def _fate(finding: Finding) -> str:
    if finding.ignored is not None:
        return f"ignored: {finding.ignored}"
    cause = "" if finding.outcome is Outcome.WHEEL else f" ({finding.cause.value})"
    return f"{finding.outcome.value}{cause}"


def _takes(found: Iterable[Problem], view: View) -> Iterator[str]:
    """Yield what building it takes."""
    for needs in dict.fromkeys(problem.finding.needs for problem in found):
        if needs is not None and needs.requires:
            requires = listed(map(label_of, needs.requires))
            text = f"Building it takes ({_BASES[needs.basis]}): {requires}"
            yield from wrap(text, first="", then="  ", width=view.width)


def _files(found: Sequence[Problem], view: View) -> Iterator[str]:
    """Yield the files that the lock has for these Pythons and systems, others with -v alone.

    With the targets that they fit.
    """
    fits: dict[str, list[str]] = {}
    packages = {problem.finding.package: None for problem in found}
    for problem in found:
        if problem.finding.file:
            fits.setdefault(problem.finding.file, []).append(problem.label)
    files = [artifact for package in packages for artifact in package.artifacts]
    if not files:
        return
    yield "1 file in the lock:" if len(files) == 1 else f"{len(files)} files in the lock:"
    shown = [each for each in files if view.verbose or _concerns(each, found)]
    for each in shown:
        where = f"  <- {', '.join(fits[each.filename])}" if each.filename in fits else ""
        yield f"  {printable(each.filename)}{where}"
    if hidden := len(files) - len(shown):
        yield f"  ... and {hidden} for other Pythons or systems: -v shows all."


def _concerns(file: Artifact, found: Iterable[Problem]) -> bool:
    """Return whether `file` is for the Python and the system of a target, or the nearest to it."""
    if not isinstance(file, Wheel):
        return True
    return any(
        file.filename == problem.finding.file
        or (problem.finding.nearest is not None and problem.finding.nearest.wheel == file)
        or is_akin(file, problem.target.platform, problem.target.python, problem.target.support)
        for problem in found
    )


# --- causes ---------------------------------------------------------------------------------


def causes() -> dict[str, str]:
    """Return what the docs say of each cause, as text for a terminal."""
    return {cause.value: told.text for cause, told in cause_help().items()}


def causes_of(outcome: str) -> list[str]:
    """Return the causes of an outcome, none for what is not one."""
    return [cause.value for cause, told in cause_help().items() if told.outcome.value == outcome]
