"""The report for people: a verdict for each target, a matrix, then each problem's remedies."""

from __future__ import annotations

from collections import Counter
from enum import Enum
from typing import TYPE_CHECKING

from poetry_arch_check.check.origin import AtInstallStep, BaseImage, Declared, ThisMachine
from poetry_arch_check.check.packages import Source
from poetry_arch_check.check.report import Cause, RemedyKind
from poetry_arch_check.formats.lines import GLUE, fill, instruct, wrap
from poetry_arch_check.formats.matrix import (
    _by_number,
    _matrix,
    _word,
)
from poetry_arch_check.formats.problems import Problem, labels, render_problem, title, together
from poetry_arch_check.formats.sentences import inventory_facts
from poetry_arch_check.formats.view import Paint
from poetry_arch_check.strings import printable, without_workflow_commands

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.check.report import Finding, Remedy, Report, TargetReport
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.formats.view import View


def render(report: Report, view: View) -> str:
    """Return `report` in at most 80 columns, but for lines that are there to be pasted."""
    sections = (
        _verdicts(report, view),
        _matrix(report, view),
        _notes(report),
        *(render_problem(same, view) for same in together(_problems(report))),
        *_at_once(report, view),
        _hint(report),
        _patch(report, view),
        *(_packages(target, view) for target in report.targets if view.verbose),
    )
    return "\n".join(
        "".join(f"{without_workflow_commands(line)}\n" for line in lines)
        for section in sections
        if (lines := list(section))
    )


# --- a line of verdict for each target ------------------------------------------------


class _Verdict(Enum):
    """What a target's line begins with; the value is its style."""

    FAIL = Paint.BAD
    UNKNOWN = Paint.UNSURE
    OK = Paint.GOOD

    @property
    def word(self) -> str:
        return self.name if self is _Verdict.FAIL else self.name.lower()


def _verdict(target: TargetReport) -> _Verdict:
    if target.problems:
        return _Verdict.FAIL
    return _Verdict.UNKNOWN if target.unknown or target.blocked else _Verdict.OK


def _verdicts(report: Report, view: View) -> Iterator[str]:
    names = [printable(target.target.name) for target in report.targets]
    if any(target.target.step for target in report.targets):
        names = labels(report.targets)
    verdicts = [_verdict(target) for target in report.targets]
    width = min(max(map(len, names), default=0), 30)
    first_width = max((len(verdict.word) for verdict in verdicts), default=0)
    numbered = _by_number(report)
    rows = zip(names, report.targets, verdicts, strict=True)
    for number, (name, target, verdict) in enumerate(rows, start=1):
        number_column = f"{number:>2} " if numbered else ""
        python = target.target.python.label
        first, *rest = fill(
            f"{number_column}{verdict.word:<{max(first_width, 4)}}  {name:<{width}}"
            f"  {python:<12}  {_counts(target)}",
            then="      ",
        )
        yield first.replace(verdict.word, view.paint(verdict.word, verdict.value), 1)
        yield from rest


def _counts(target: TargetReport) -> str:
    counts = [f"{count}{GLUE}{word}" for word, count in target.summary.items() if count]
    return ", ".join(counts) or "nothing to install"


# --- packages × targets, of what is not plain wheel -----------------------------------


# --- notes ------------------------------------------------------------------------------


def _notes(report: Report) -> Iterator[str]:
    """Yield each note once, with the targets it is about; of all Pythons, just the name."""
    notes: dict[str, list[int]] = {note: [] for note in report.notes}
    for index, target in enumerate(report.targets):
        for note in (*filter(None, [target.blocked]), *target.notes):
            notes.setdefault(note, []).append(index)
    called = labels(report.targets)
    pythons = Counter(target.target.name for target in report.targets)
    for note, indices in notes.items():
        names = [report.targets[index].target.name for index in indices]
        concerned = dict.fromkeys(
            printable(name) if names.count(name) == pythons[name] else called[index]
            for name, index in zip(names, indices, strict=True)
        )
        everywhere = len(indices) in {0, len(called)}
        where = "" if everywhere else f"{', '.join(concerned)}: "
        yield from wrap(f"{where}{note}", first="note: ", then="      ")


# --- problems, with their remedies ------------------------------------------------------


def _problems(report: Report) -> Iterator[Problem]:
    for label, target in zip(labels(report.targets), report.targets, strict=True):
        for finding in (*target.problems, *target.unknown):
            yield Problem(finding=finding, target=target.target, label=label, title=title(finding))


def _at_once(report: Report, view: View) -> Iterator[list[str]]:
    """Yield the remedies for all problems of a target together, where there are several."""
    alike: dict[tuple[Remedy, ...], list[str]] = {}
    for label, target in zip(labels(report.targets), report.targets, strict=True):
        lacking = {f.package.name for f in target.problems if f.cause is Cause.TOOLCHAIN_MISSING}
        if target.remedies and len(lacking) > 1:
            alike.setdefault(target.remedies, []).append(label)
    for remedies, names in alike.items():
        lines = fill(f"all at once on {', '.join(names)}:", then="    ")
        lines[0] = lines[0].replace("all at once", view.paint("all at once", Paint.STRONG), 1)
        for number, remedy in enumerate(remedies, start=1):
            lines += instruct(remedy.text, first=f"  {number}. ", then="     ")
            lines += [f"       {printable(line)}" for line in remedy.lines]
        yield lines


def _hint(report: Report) -> Iterator[str]:
    """Yield where to find other versions, unless that has been asked for."""
    problems = [finding for target in report.targets for finding in target.problems]
    movable = any(finding.package.source is Source.INDEX for finding in problems)
    asked = any(r.kind is RemedyKind.UPGRADE for finding in problems for r in finding.remedies)
    if movable and not asked:
        yield "Other versions: --suggest asks the index which have a wheel, --fix locks them."


def _patch(report: Report, view: View) -> Iterator[str]:
    """Yield the patch of the Dockerfile, and what is left with it."""
    if not report.diff:
        return
    left = dict.fromkeys(name for patch in report.patches for name in patch.remaining)
    after = f"it does not solve {', '.join(left)}" if left else "with it, no problem is left"
    title = "as a patch"
    how = f"--diff prints it alone, for {report.git_apply}"
    lines = wrap(f"{title} ({how}); {after}:", first="", then="  ")
    yield lines[0].replace(title, view.paint(title, Paint.STRONG), 1)
    yield from lines[1:]
    yield from (f"       {printable(line)}".rstrip() for line in report.diff.splitlines())


# --- everything else (-v) -----------------------------------------------------------------


def _packages(report: TargetReport, view: View) -> Iterator[str]:
    """Yield what the target was taken to be, and every planned package with its file."""
    target = report.target
    yield view.paint(f"{printable(target.name)}, {target.python.label}", Paint.STRONG)
    yield from wrap(", ".join(_facts(target)), first="  ", then="  ")
    for fact in inventory_facts(target.inventory) if target.inventory else ():
        yield from wrap(fact, first="  ", then="    ")
    for finding in report.findings:
        package = finding.package
        yield from wrap(
            f"{package.name} {package.version} {_word(finding)}: {_chosen(finding)}",
            first="  ",
            then="      ",
        )


def _facts(target: Target) -> Iterator[str]:
    yield f"{target.platform.system} on {target.platform.architecture.value}"
    if target.platform.assumed:
        yield "which is assumed"
    yield f"Python {target.python.full}"
    yield f"{len(target.support.ranks)} tags, the best platform is {target.platform.tag}"
    if image := target.image:
        label = f" ({image.distribution.label})" if image.distribution else ""
        yield f"image {image.reference}{label}"
    if step := target.step:
        yield f"installs{f' in stage {step.stage}' if step.stage else ''} at {step.at}"
    yield f"toolchain: {_toolchain(target)}"


def _toolchain(target: Target) -> str:
    match target.origin:
        case ThisMachine():
            return "looked for on this machine"
        case _ if target.toolchain.everything:
            return "everything"
        case AtInstallStep():
            return " ".join(target.toolchain.dependencies) or "none"
        case Declared() | BaseImage():
            return " ".join(target.toolchain.dependencies) or "none declared"


def _chosen(finding: Finding) -> str:
    if finding.ignored:
        return finding.ignored
    source = finding.package.source
    return finding.file or (f"{source.value} source" if source.is_tree else "nothing to install")
