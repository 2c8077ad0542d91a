"""Problems for people: why each is one, its nearest miss, its remedies."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.check.change import OtherImage, OtherPython, OtherVersion
from poetry_arch_check.check.report import RemedyKind
from poetry_arch_check.formats.lines import GLUE, fill, instruct, wrap
from poetry_arch_check.formats.nearest_miss import explain
from poetry_arch_check.formats.sentences import sentence
from poetry_arch_check.formats.view import Paint
from poetry_arch_check.remedies.replacements import replacement_of
from poetry_arch_check.strings import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.report import Finding, Remedy, TargetReport
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.formats.view import View

# What kinds of remedies are called.
_WAYS = {
    RemedyKind.UPGRADE: "another version",
    RemedyKind.VERSION: "another version",
    RemedyKind.CONSTRAINT: "a build constraint",
    RemedyKind.POLICY: "another policy",
    RemedyKind.LOCK: "a new lock",
    RemedyKind.IMAGE: "another image",
    RemedyKind.TOOLCHAIN: "a toolchain",
    RemedyKind.RUN_TIME: "libraries at run time",
    RemedyKind.REPLACEMENT: "another package",
    RemedyKind.PYTHON: "another Python",
    RemedyKind.PLATFORM: "another platform",
    RemedyKind.SOURCE: "another source of packages",
    RemedyKind.MARKER: "a marker",
    RemedyKind.IGNORE: "to ignore it",
}


def way_of(remedy: Remedy, package: LockedPackage) -> str:
    """Return what a remedy for `package` is called where there is no room for it."""
    return f"{_way(remedy, package)}{' (a requirement forbids it)' if remedy.forbidden else ''}"


def _way(remedy: Remedy, package: LockedPackage) -> str:
    if remedy.kind is RemedyKind.REPLACEMENT and (other := replacement_of(package)):
        return other
    match remedy.change:
        case OtherVersion(version=version):
            return f"version {version}"
        case OtherImage(image=image):
            return f"image {image}"
        case OtherPython(python=python):
            return f"Python {python.short}"
        case _:
            return _WAYS[remedy.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A finding on a target that is called `label`; `title` is the package with its version.

    Problems of a lower `rank` come first.
    """

    finding: Finding
    target: Target
    label: str
    title: str
    rank: int = 0


def labels(reports: Iterable[TargetReport]) -> list[str]:
    """Return what the targets are called: with stage, Python and image where a name repeats."""
    targets = [report.target for report in reports]
    called = [target.name for target in targets]
    pythons = {target.python.short for target in targets}
    exact = len({target.python.asked for target in targets}) > len(pythons)
    python = _asked if exact else _python
    by_python, by_image = (
        len({(each.name, _stage(each), more(each)) for each in targets}) == len(targets)
        for more in (python, _image)
    )
    # An image says which Python it is, too.
    first = (_image, python) if by_image and not by_python else (python, _image)
    for more in (_stage, *first, _line):
        counts = Counter(called)
        alike: dict[str, set[str]] = {}
        for name, target in zip(called, targets, strict=True):
            alike.setdefault(name, set()).add(more(target))
        called = [
            f"{name} {more(target)}" if counts[name] > 1 and len(alike[name]) > 1 else name
            for name, target in zip(called, targets, strict=True)
        ]
    return [printable(name) for name in called]


def _stage(target: Target) -> str:
    return target.step.stage if target.step else ""


def _image(target: Target) -> str:
    return target.image.reference if target.image else ""


def _python(target: Target) -> str:
    return target.python.short


def _asked(target: Target) -> str:
    return target.python.asked


def _line(target: Target) -> str:
    return f"line {target.step.line}" if target.step else ""


def title(finding: Finding) -> str:
    """Return `psutil 5.9.8`."""
    return f"{printable(finding.package.name)} {printable(finding.package.version)}"


def together(problems: Iterable[Problem]) -> list[tuple[Problem, ...]]:
    """Return the problems by rank and package, those together that read the same.

    Which wheel is the nearest miss may differ by platform.
    """
    alike: dict[object, list[Problem]] = {}
    for problem in problems:
        finding, target = problem.finding, problem.target
        everything = any(hindrance.everything for hindrance in finding.hindrances)
        key = (
            # What concerns all packages alike is said once.
            None if everything else (problem.title, finding.package),
            finding.outcome,
            sentence(finding, target),
            finding.remedies,
        )
        alike.setdefault(key, []).append(problem)
    groups = sorted(
        alike.values(), key=lambda group: (group[0].rank, group[0].finding.package.name)
    )
    return [tuple(group) for group in groups]


def across_packages(groups: Iterable[tuple[Problem, ...]]) -> list[tuple[Problem, ...]]:
    """Return `groups` of one package each, those together with the same remedies and targets.

    Why they are a problem may differ, by names of files at least; without a remedy, it does not.
    """
    alike: dict[object, list[Problem]] = {}
    for group in groups:
        first, names = group[0].finding, tuple(problem.label for problem in group)
        same = first.remedies or sentence(first, group[0].target)
        key = (group[0].rank, first.outcome, first.cause, same, names)
        alike.setdefault(key, []).extend(group)
    return [tuple(group) for group in alike.values()]


def nearest_misses(same: tuple[Problem, ...]) -> Iterator[tuple[str, str]]:
    """Yield each nearest miss once, with the targets that it is the nearest for if they differ."""
    misses: dict[str, list[str]] = {}
    for problem in same:
        if nearest := problem.finding.nearest:
            said = f"{nearest.wheel.filename}: {explain(nearest, problem.target)}"
            misses.setdefault(said, []).append(problem.label)
    for said, names in misses.items():
        everywhere = set(names) == {problem.label for problem in same}
        yield said, "" if everywhere else f" ({', '.join(dict.fromkeys(names))})"


def render_problem(
    same: tuple[Problem, ...], view: View, *, located: bool = True, remedies: bool = True
) -> Iterator[str]:
    """Yield the lines for a problem that is the same in all of `same`, with or without remedies.

    `located` says that the package stands in the lock file at the line that is known. Of several
    packages, all are named with -v.
    """
    first_of, finding = same[0], same[0].finding
    packages = {problem.title: problem.finding.package for problem in same}
    places = {
        title: _place(package, view) if located else "" for title, package in packages.items()
    }
    names = ", ".join(
        name.replace(" ", GLUE) for name in dict.fromkeys(problem.label for problem in same)
    )
    called, where = first_of.title, places[first_of.title]
    if len(packages) > 1:
        more = f"{called} and {len(packages) - 1} more"
        every = ", ".join(f"{title}{place}" for title, place in places.items())
        called, where = (every if view.verbose else more), ""
    first, *rest = fill(
        f"{called}: {finding.outcome.value} on {names}{where}",
        then="    ",
        width=view.width,
    )
    yield first.replace(first_of.title, view.paint(first_of.title, Paint.STRONG), 1)
    yield from rest
    for why in _reasons(same if view.verbose else same[:1]):
        yield from wrap(why, first="  ", then="  ", width=view.width)
    for nearest, where in nearest_misses(same):
        yield from wrap(
            f"{nearest}{where}", first="  nearest miss: ", then="    ", width=view.width
        )
    for number, remedy in enumerate(finding.remedies if remedies else (), start=1):
        yield from render_remedy(remedy, view, number=number)


def _reasons(same: tuple[Problem, ...]) -> Iterator[str]:
    """Yield why it is a problem, each reason once; of several, with the packages that it is for."""
    reasons: dict[str, dict[str, None]] = {}
    for problem in same:
        why = sentence(problem.finding, problem.target)
        reasons.setdefault(why, {})[problem.title] = None
    for why, packages in reasons.items():
        yield f"{', '.join(packages)}: {why}" if len(reasons) > 1 else why


def _place(package: LockedPackage, view: View) -> str:
    path, line = view.place(package)
    return f" ({printable(path)}:{line})"


def render_remedy(remedy: Remedy, view: View, *, number: int, where: str = "") -> Iterator[str]:
    """Yield the lines for a remedy: what to do `where`, and the lines to paste, never clipped."""
    text = f"{where}: {remedy.text[:1].lower()}{remedy.text[1:]}" if where else remedy.text
    yield from instruct(text, first=f"  {number}. ", then="     ", width=view.width)
    yield from (f"       {printable(line)}" for line in remedy.lines)
