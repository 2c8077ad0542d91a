"""What `--fix` found, for people: what changes and why, and what stays a problem."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from poetry_arch_check.formats.lines import wrap as wrapped
from poetry_arch_check.strings import (
    listed,
    printable,
    without_credentials,
    without_workflow_commands,
)

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
    for target in fix.report.targets:
        if target.blocked:
            yield from _wrap(f"{printable(target.target.name)}: {target.blocked}")
    if not fix.text and not fix.stays:
        yield f"There is no problem; {lock} is unchanged."
        return
    for change in fix.changes:
        old, new = printable(change.old or "(new)"), printable(change.new or "(removed)")
        versions = old if old == new else f"{old} -> {new}"
        yield from _wrap(f"{printable(change.name)} {versions} ({change.why})")
    names = ", ".join(dict.fromkeys(printable(t.target.name) for t in fix.report.targets))
    written = f"{lock} {'would be written' if dry_run else 'was written'}"
    if not fix.stays:
        yield from _wrap(f"{written}: no problem is left on {names}.")
        return
    if fix.text:
        left = listed(printable(stay.name) for stay in fix.stays)
        yield from _wrap(f"{written}; what stays a problem: {left}.")
    else:
        yield f"No lock without problems was found; {lock} is unchanged."
    yield from _stays(fix)


def _stays(fix: Fix) -> Iterator[str]:
    """Yield why packages stay a problem, and what to run next."""
    alike: dict[str, list[str]] = {}
    for stay in fix.stays:
        if not stay.fits:
            alike.setdefault(stay.why, []).append(printable(stay.name))
    if alike:
        yield ""
    for why, names in alike.items():
        yield from _wrap(f"{listed(names)}: {printable(why)}")
    for stay in fix.stays:
        if stay.fits:
            yield ""
            yield from (printable(line) for line in stay.why.splitlines())
    commands = dict.fromkeys(line for stay in fix.stays for line in stay.lines)
    yield ""
    if commands:
        yield (
            "Commands that would allow one:" if not fix.text else "Commands that would allow more:"
        )
        yield from (f"  {printable(command)}" for command in commands)
        return
    check = ("poetry", "arch-check", *fix.options)
    if not any(stay.fits for stay in fix.stays):
        # What the index has is told already.
        yield "What else there is:"
    else:
        yield "Which versions would help, what forbids them, and what else there is:"
        check = (*check, "--suggest")
    yield f"  {printable(shlex.join(check))}"
