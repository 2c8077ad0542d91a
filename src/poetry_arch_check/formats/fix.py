"""What `--fix` found, for people: what changes and why, or why there is no such lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.formats.lines import wrap as wrapped
from poetry_arch_check.strings import printable, without_credentials, without_workflow_commands

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.check.fix import Fix


def render_fix(fix: Fix, *, dry_run: bool) -> str:
    """Return what has to be said of `fix`; `dry_run` says that nothing is written."""
    lines = _lines(fix, dry_run=dry_run)
    return without_credentials("".join(f"{without_workflow_commands(line)}\n" for line in lines))


def _wrap(text: str) -> list[str]:
    """Wrap a sentence to the width."""
    return wrapped(text, first="", then="  ")


def _lines(fix: Fix, *, dry_run: bool) -> Iterator[str]:
    lock = fix.report.lock_path
    if fix.reasons:
        yield f"No lock without problems was found; {lock} is unchanged."
        for reason in fix.reasons:
            yield ""
            yield from (printable(line) for line in reason.splitlines())
        yield ""
        if fix.commands:
            yield "Commands that would allow one:"
            yield from (f"  {printable(command)}" for command in fix.commands)
        else:
            yield from _wrap("--suggest says which versions would help, and what forbids them.")
        return
    for target in fix.report.targets:
        if target.blocked:
            yield from _wrap(f"{printable(target.target.name)}: {target.blocked}")
    if not fix.text:
        yield f"There is no problem; {lock} is unchanged."
        return
    for change in fix.changes:
        old, new = printable(change.old or "(new)"), printable(change.new or "(removed)")
        versions = old if old == new else f"{old} -> {new}"
        yield from _wrap(f"{printable(change.name)} {versions} ({change.why})")
    names = ", ".join(dict.fromkeys(printable(t.target.name) for t in fix.report.targets))
    written = "would be written" if dry_run else "was written"
    yield from _wrap(f"{lock} {written}: no problem is left on {names}.")
