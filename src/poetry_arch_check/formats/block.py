"""What the hooks say inside Poetry: a short block, and what Poetry does now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.changes import Was
from poetry_arch_check.formats.lines import inert, wrap
from poetry_arch_check.formats.problems import Problem, labels, render_problem, title, together
from poetry_arch_check.formats.view import Paint, printable
from poetry_arch_check.modes import ON_INSTALL, ON_LOCK, VARIABLE, Mode
from poetry_arch_check.report import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.changes import Changes, Worsening
    from poetry_arch_check.formats.view import View
    from poetry_arch_check.report import Report, TargetReport

# More would scroll the beginning away; the rest is named without its ways out.
SHOWN = 4


def render_install(report: TargetReport, view: View, mode: Mode, *, located: bool) -> str:
    """Return what is said before the packages of `report` are installed.

    `located` says that they were read from the lock file, whose lines are known.
    """
    target, problems = report.target, report.problems
    noun = "package" if len(report.findings) == 1 else "packages"
    # Where wheels are required, a build that would succeed is a problem, too.
    builds = all(finding.outcome is Outcome.SOURCE for finding in problems)
    what = "would have to be built here" if builds else "cannot be installed here"
    head = (
        f"arch-check: {len(problems)} of {len(report.findings)} {noun} {what}"
        f" ({target.python.label}, {target.platform.system} on"
        f" {target.platform.architecture.value})."
    )
    here = [
        Problem(finding=finding, target=target, label=target.name, title=title(finding))
        for finding in problems
    ]
    return _block(
        _head(head, view, mode),
        *_problems(here, view, located=located),
        _paragraph(_then(ON_INSTALL, mode, "Nothing was installed or written")),
    )


def render_lock(report: Report, changes: Changes, view: View, mode: Mode, *, located: bool) -> str:
    """Return what is said when the lock of `report` is about to be written, or would be.

    `located` says that it will stand in its file, with the lines that are known.
    """
    standing = ""
    if changes.standing:
        were = "problem was" if changes.standing == 1 else "problems were"
        standing = (
            f"{changes.standing} {were} there before;"
            " `poetry arch-check --all-groups --all-extras` tells all."
        )
    if not changes.worse:
        same = f"arch-check: this change of {report.lock_path} makes nothing worse. {standing}"
        return _block(_paragraph(same))
    called = dict(zip(map(id, report.targets), labels(report.targets), strict=True))
    worse = [
        Problem(
            finding=worsening.finding,
            target=worsening.report.target,
            label=called[id(worsening.report)],
            title=_change(worsening),
        )
        for worsening in changes.worse
    ]
    count = len({worsening.finding.package.name for worsening in changes.worse})
    noun = "package" if count == 1 else "packages"
    refused = f"{report.lock_path} and pyproject.toml are as before, nothing was installed"
    return _block(
        _head(
            f"arch-check: this change of {report.lock_path} makes {count} {noun} a problem.",
            view,
            mode,
        ),
        *_problems(worse, view, located=located),
        [*_paragraph(standing), *_paragraph(_then(ON_LOCK, mode, refused))],
    )


def _change(worsening: Worsening) -> str:
    """Return `psutil 5.9.5 -> 5.9.8`, or what else there is to say of before."""
    name = printable(worsening.finding.package.name)
    now = printable(worsening.finding.package.version)
    before = ", ".join(printable(version) for version in worsening.versions)
    if worsening.was is Was.NEW and not before:
        return f"{name} {now} (new)"
    if before in {"", now}:
        return f"{name} {now} (no such problem before)"
    return f"{name} {before} -> {now}"


def _then(hook: str, mode: Mode, refused: str) -> str:
    """Return what Poetry does now, and who says so."""
    if mode is Mode.ABORT:
        return f'{refused}: {hook} is "abort". {VARIABLE}=warn goes on all the same.'
    return f'Poetry goes on: {hook} is "warn". {VARIABLE}=off silences this, abort stops here.'


def _head(text: str, view: View, mode: Mode) -> list[str]:
    paint = Paint.BAD if mode is Mode.ABORT else Paint.UNSURE
    return [view.paint(line, paint) for line in _paragraph(text)]


def _problems(problems: list[Problem], view: View, *, located: bool) -> Iterator[list[str]]:
    groups = together(problems)
    for same in groups[:SHOWN]:
        yield list(render_problem(same, view, located=located))
    if rest := groups[SHOWN:]:
        named = (f"{same[0].title} ({same[0].finding.outcome.value})" for same in rest)
        yield _paragraph(f"and {', '.join(named)}")


def _paragraph(text: str) -> list[str]:
    return wrap(text, first="", then="  ") if text else []


def _block(*sections: list[str]) -> str:
    """Return the sections, set apart from each other and from what Poetry writes."""
    blocks = ("".join(f"{inert(line)}\n" for line in lines) for lines in sections)
    return "\n" + "\n".join(blocks) + "\n"
