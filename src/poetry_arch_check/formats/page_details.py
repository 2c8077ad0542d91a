"""The details of each package on the page: who requires it, why it is so, remedies, files."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from poetry_arch_check.check.report import Outcome
from poetry_arch_check.formats.elements import element, preformatted, shown
from poetry_arch_check.formats.explain import chains_of
from poetry_arch_check.formats.matrix import word_for
from poetry_arch_check.formats.problems import Problem, labels, nearest_misses, title, together
from poetry_arch_check.formats.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from poetry_arch_check.check.report import Remedy, Report
    from poetry_arch_check.formats.view import View


def package_details(
    report: Report, view: View, states: Mapping[tuple[str, str], str], of: str
) -> Iterator[str]:
    """Yield the section: what is folded away for each row of the matrix, by its number.

    `states` are the rows by name and version, with the class that the filter goes by; `of` ends
    every id.
    """
    found = _by_package(report)
    yield f'<h2>Details</h2>\n<section class="details" id="packages{of}">'
    for number, (key, state) in enumerate(states.items()):
        here = found[key]
        yield f'<details class="card {state}" id="p{number}{of}">'
        yield element("summary", f"<b>{here[0].title}</b> {_fates(here)}")
        yield from _of_package(here, report, view)
        yield "</details>"
    yield "</section>"


def _by_package(report: Report) -> dict[tuple[str, str], list[Problem]]:
    found: dict[tuple[str, str], list[Problem]] = {}
    for label, target in zip(labels(report.targets), report.targets, strict=True):
        for each in target.findings:
            found.setdefault((each.package.name, each.package.version), []).append(
                Problem(finding=each, target=target.target, label=label, title=shown(title(each)))
            )
    return found


def _fates(here: Sequence[Problem]) -> str:
    """Return `8 wheel, 4 no-toolchain`: on so many targets."""
    counted = Counter(word_for(problem.finding) for problem in here)
    text = ", ".join(f"{count} {word}" for word, count in counted.most_common())
    return element("span", text, of="soft")


def _of_package(here: Sequence[Problem], report: Report, view: View) -> Iterator[str]:
    package = here[0].finding.package
    path, line = view.place(package)
    yield element("p", shown(f"{path}:{line}"), of="soft")
    for chain in chains_of(package.name, report):
        yield element("p", shown(chain), of="soft")
    for same in together(each for each in here if each.finding.outcome is not Outcome.WHEEL):
        yield from _why(same)
    yield _files(here)


def _why(same: tuple[Problem, ...]) -> Iterator[str]:
    finding = same[0].finding
    names = ", ".join(dict.fromkeys(problem.label for problem in same))
    yield element("h3", shown(f"{word_for(finding)} on {names} ({finding.cause.value})"))
    if finding.ignored:
        yield element("p", shown(f"ignored: {finding.ignored}"))
    yield element("p", shown(sentence(finding, same[0].target)))
    for said, where in nearest_misses(same):
        yield element("p", shown(f"Nearest miss: {said}{where}"))
    if finding.remedies:
        yield element("ol", "".join(map(_remedy, finding.remedies)))


def _remedy(remedy: Remedy) -> str:
    return element("li", f"{shown(remedy.text)}{preformatted(remedy.lines)}")


def _files(here: Sequence[Problem]) -> str:
    """Return which file Poetry would install where."""
    places: dict[str, list[str]] = {}
    for problem in here:
        if problem.finding.file:
            places.setdefault(problem.finding.file, []).append(problem.label)
    pairs = (
        element("dt", shown(file)) + element("dd", shown(", ".join(dict.fromkeys(where))))
        for file, where in places.items()
    )
    return element("dl", "".join(pairs)) if places else ""
