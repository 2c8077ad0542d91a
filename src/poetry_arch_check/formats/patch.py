"""The patch of the Dockerfiles, as far as a report can show it so that git takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.strings import without_credentials, without_workflow_commands

if TYPE_CHECKING:
    from poetry_arch_check.check.report import Report


def patch_lines(report: Report) -> list[str]:
    """Return the lines of the patch, [] if a report cannot show each of them as it is.

    That are those with credentials, which are masked, with other ends than a newline, and with
    characters that steer a terminal.
    """
    lines = report.diff.removesuffix("\n").split("\n")
    whole = all(line.replace("\t", "").isprintable() for line in lines)
    same = report.diff == without_credentials(report.diff)
    harmless = all(line == without_workflow_commands(line) for line in lines)
    return lines if report.diff and whole and same and harmless else []
