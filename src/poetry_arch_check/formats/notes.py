"""What is said beside the findings: what was assumed, and what the patch of a Dockerfile leaves."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from poetry_arch_check.formats.patch import patch_lines
from poetry_arch_check.formats.problems import labels
from poetry_arch_check.strings import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.check.report import Report


def notes_of(report: Report) -> Iterator[str]:
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
        yield f"{where}{note}"


def about_patch(report: Report) -> str:
    """Return how the patch is applied, and what is left with it; `:` where its lines follow."""
    left = dict.fromkeys(name for patch in report.patches for name in patch.remaining)
    after = f"it does not solve {', '.join(left)}" if left else "with it, no problem is left"
    if not patch_lines(report):
        return f"as a patch: --diff prints it, for {report.git_apply}; {after}."
    return f"as a patch (--diff prints it alone, for {report.git_apply}); {after}:"
