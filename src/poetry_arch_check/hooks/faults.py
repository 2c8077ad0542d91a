"""What becomes of a check that cannot be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.errors import ArchCheckError
from poetry_arch_check.output.console import describe_error, write_error
from poetry_arch_check.settings.modes import VARIABLE

if TYPE_CHECKING:
    from cleo.io.io import IO

    from poetry_arch_check.check.report import TargetReport
    from poetry_arch_check.settings.modes import Decision


def report_failure(io: IO, error: Exception, decision: Decision, reported: set[str]) -> int:
    """Write what keeps a hook from looking, in one line; return the exit code, 0 to go on.

    A gate that cannot look does not open. What is in `reported` was said already.
    """
    problems, hint = describe_error(io, error)
    text = f"{problems[0]}; {hint}" if hint else problems[0]
    if more := len(problems) - 1:
        text = f"{problems[0]} (and {more} more: `poetry arch-check` tells all)"
    if not decision.stops:
        if text not in reported:
            write_error(io, f"arch-check: not checked: {text}")
        reported.add(text)
        return 0
    write_error(io, f"arch-check: stopped, it cannot be checked: {text}; {VARIABLE}=off goes on")
    return ArchCheckError.exit_code


def incomplete(*targets: TargetReport) -> ArchCheckError | None:
    """Return why the reports do not say all, None where they do."""
    blocked = tuple(dict.fromkeys(target.blocked for target in targets if target.blocked))
    unknown = sorted({f.package.name for target in targets for f in target.unknown})
    if unknown:
        names = ", ".join(unknown[:3]) + (", ..." if len(unknown) > 3 else "")  # noqa: PLR2004
        blocked += (f"the lock does not say enough of {names}",)
    return ArchCheckError(*blocked, hint="`poetry arch-check` tells more") if blocked else None
