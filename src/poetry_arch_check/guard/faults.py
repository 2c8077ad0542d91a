"""What becomes of a check that cannot be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.console import complaint, write_error
from poetry_arch_check.errors import ArchCheckError
from poetry_arch_check.modes import VARIABLE

if TYPE_CHECKING:
    from cleo.io.io import IO

    from poetry_arch_check.modes import Decision
    from poetry_arch_check.report import TargetReport


def fault(io: IO, error: Exception, decision: Decision, told: set[str]) -> int:
    """Write what keeps a hook from looking, in one line; return the exit code, 0 to go on.

    A gate that cannot look does not open. What is in `told` was said already.
    """
    problems, cure = complaint(io, error)
    text = f"{problems[0]}; {cure}" if cure else problems[0]
    if more := len(problems) - 1:
        text = f"{problems[0]} (and {more} more: `poetry arch-check` tells all)"
    if not decision.stops:
        if text not in told:
            write_error(io, f"arch-check: not checked: {text}")
        told.add(text)
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
    return ArchCheckError(*blocked, cure="`poetry arch-check` tells more") if blocked else None
