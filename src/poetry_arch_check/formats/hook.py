"""What the hooks say inside Poetry: a short block, and what Poetry does now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.check.report import Report
from poetry_arch_check.formats.lines import wrap
from poetry_arch_check.formats.problems import Problem, render_problem, title, together
from poetry_arch_check.formats.regressions import concerned, worse_problems
from poetry_arch_check.formats.todo import Todo
from poetry_arch_check.formats.view import Paint
from poetry_arch_check.settings.modes import VARIABLE
from poetry_arch_check.strings import without_credentials, without_workflow_commands

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.check.regressions import Changes
    from poetry_arch_check.check.report import Remedy, TargetReport
    from poetry_arch_check.formats.view import View
    from poetry_arch_check.settings.modes import Decision

# More would scroll the beginning away: then there is one plan for all, in so many lines.
SHOWN = 4
_ROOM = 24


def render_install(report: TargetReport, view: View, decision: Decision, *, located: bool) -> str:
    """Return what is said before the packages of `report` are installed.

    `located` says that they were read from the lock file, whose lines are known.
    """
    target, problems = report.target, report.problems
    noun = "package" if len(report.findings) == 1 else "packages"
    verb = "is a problem" if len(problems) == 1 else "are a problem"
    head = (
        f"arch-check: {len(problems)} of {len(report.findings)} {noun} {verb} here"
        f" ({target.python.label}, {target.platform.system} on"
        f" {target.platform.architecture.value})."
    )
    here = [
        Problem(finding=finding, target=target, label=target.name, title=title(finding))
        for finding in problems
    ]
    only = Report(lock_path=view.lock_path, lock_version="", targets=(report,))
    why = "`poetry arch-check -t current --explain NAME` says why."
    return _block(
        _head(head, view, decision),
        *_problems(here, only, view, why, located=located),
        _paragraph(_then(decision, "Nothing was installed or written")),
    )


def render_lock(
    report: Report, changes: Changes, view: View, decision: Decision, *, located: bool
) -> str:
    """Return what is said when the lock of `report` is about to be written, or would be.

    `located` says that it will stand in its file, with the lines that are known.
    """
    what = f"the new {report.lock_path}" if changes.first else f"this change of {report.lock_path}"
    all_of_it = "`poetry arch-check --all-groups --all-extras` shows all."
    standing = ""
    if changes.standing:
        were = "problem was" if changes.standing == 1 else "problems were"
        standing = f"{changes.standing} {were} there before; {all_of_it}"
    if not changes.worse:
        return _block(_paragraph(f"arch-check: {what} makes nothing worse. {standing}"))
    worse = worse_problems(changes, report)
    names = {regression.finding.package.name for regression in changes.worse}
    noun = "package" if len(names) == 1 else "packages"
    return _block(
        _head(f"arch-check: {what} makes {len(names)} {noun} a problem.", view, decision),
        *_problems(worse, concerned(report, names), view, all_of_it, located=located),
        [*_paragraph(standing), *_paragraph(_then(decision, "Nothing was written or installed"))],
    )


def _then(decision: Decision, refused: str) -> str:
    """Return what Poetry does now, and who says so."""
    says = f'{decision.by} is "{decision.mode.value}"'
    overridden = decision.by == VARIABLE
    if decision.stops:
        if decision.changed_by:
            refused = (
                f"`poetry {decision.changed_by}` had changed pyproject.toml before,"
                " and that stays; nothing else was written or installed"
            )
        return f"{refused}: {says}." + ("" if overridden else f" {VARIABLE}=warn goes on.")
    hint = "" if overridden else f" {VARIABLE}=off silences this, abort stops here."
    return f"Poetry goes on: {says}.{hint}"


def _head(text: str, view: View, decision: Decision) -> list[str]:
    paint = Paint.BAD if decision.stops else Paint.UNSURE
    return [view.paint(line, paint) for line in _paragraph(text)]


def _problems(
    problems: list[Problem], report: Report, view: View, more: str, *, located: bool
) -> Iterator[list[str]]:
    """Yield a section for each package; of many, what to do about all, and their names.

    `more` is where to find why.
    """
    packages: dict[str, list[tuple[Problem, ...]]] = {}
    for same in together(problems):
        packages.setdefault(same[0].title, []).append(same)
    if len(packages) > SHOWN:
        named = (f"{name}: {', '.join(map(_where, same))}" for name, same in packages.items())
        yield _paragraph("; ".join(named))
        yield list(Todo.of(report, view).steps(room=_ROOM).lines)
        yield _paragraph(more)
        return
    remedies: tuple[Remedy, ...] = ()
    for first, *others in packages.values():
        # Ways out are read once.
        again = bool(remedies) and first[0].finding.remedies == remedies
        remedies = first[0].finding.remedies
        lines = list(render_problem(first, view, located=located, remedies=not again))
        if again:
            lines.append("  The remedies are the same.")
        yield lines + [line for same in others for line in _paragraph(f"  also {_where(same)}")]


def _where(same: tuple[Problem, ...]) -> str:
    """Return `no-toolchain on linux/arm64, alpine/arm64`."""
    names = ", ".join(dict.fromkeys(problem.label for problem in same))
    return f"{same[0].finding.outcome.value} on {names}"


def _paragraph(text: str) -> list[str]:
    indent = " " * (len(text) - len(text.lstrip()))
    return wrap(text.lstrip(), first=indent, then=f"{indent}  ") if text else []


def _block(*sections: list[str]) -> str:
    """Return the sections, set apart from each other and from what Poetry writes."""
    blocks = (
        "".join(f"{without_workflow_commands(line)}\n" for line in lines) for lines in sections
    )
    return without_credentials("\n" + "\n".join(blocks) + "\n")
