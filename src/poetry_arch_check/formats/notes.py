"""What is said beside the findings: what was assumed, and what the patch of a Dockerfile leaves."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from poetry_arch_check.formats.patch import patch_lines
from poetry_arch_check.formats.problems import labels
from poetry_arch_check.strings import listed, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from poetry_arch_check.check.report import Report


# What `images` says of a tag that moves; it names the image itself.
_MOVES = re.compile(r"(?P<tag>\S+) follows new releases: .+; (?P<stays>\S+) does not move\.")


def blocked_of(report: Report) -> Iterator[str]:
    """Yield why Poetry would not install at all, once each, with the targets it is about."""
    found: dict[str, list[int]] = {}
    for index, target in enumerate(report.targets):
        if target.blocked:
            found.setdefault(target.blocked, []).append(index)
    for why, indices in found.items():
        yield f"{_where(report, indices)}{why}"


def notes_of(report: Report) -> Iterator[str]:
    """Yield each other note once, with the targets it is about; of all Pythons, just the name.

    Tags that move are told together: all that there is to know is which do not.
    """
    notes: dict[str, list[int]] = {note: [] for note in report.notes}
    for index, target in enumerate(report.targets):
        for note in target.notes:
            notes.setdefault(note, []).append(index)
    moving = {note: each for note in notes if (each := _MOVES.fullmatch(note))}
    for note, indices in notes.items():
        if note in moving and len(moving) > 1:
            continue
        yield note if note in moving else f"{_where(report, indices)}{note}"
    if len(moving) > 1:
        now, stay = ([each[group] for each in moving.values()] for group in ("tag", "stays"))
        yield f"{listed(now)} follow new releases; {listed(stay)} do not move."


def _where(report: Report, indices: Sequence[int]) -> str:
    """Return the targets that something is about, "" for all of them."""
    called = labels(report.targets)
    if len(indices) in {0, len(called)}:
        return ""
    pythons = Counter(target.target.name for target in report.targets)
    names = [report.targets[index].target.name for index in indices]
    concerned = dict.fromkeys(
        printable(name) if names.count(name) == pythons[name] else called[index]
        for name, index in zip(names, indices, strict=True)
    )
    return f"{', '.join(concerned)}: "


def about_patch(report: Report) -> str:
    """Return how the patch is applied, and what is left with it; `:` where its lines follow."""
    left = dict.fromkeys(name for patch in report.patches for name in patch.remaining)
    after = f"it does not solve {', '.join(left)}" if left else "with it, no problem is left"
    if not patch_lines(report):
        return f"as a patch: --diff prints it, for {report.git_apply}; {after}."
    return f"as a patch (--diff prints it alone, for {report.git_apply}); {after}:"
