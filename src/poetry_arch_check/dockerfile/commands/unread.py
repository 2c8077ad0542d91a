"""Commands that may install something and are not read; notes name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.shell.command import SHELLS, script_called

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.shell.command import Command

_RUNNERS = frozenset({"make", "just", "task", "invoke", "tox", "nox", "ansible-playbook"})


def unread_script(command: Command) -> str | None:
    """Return what `command` runs that may install something, None for anything else."""
    first = command.words[0] or ""
    if command.name in SHELLS:
        called = script_called(command.words)
        return called[0] if called else _fetched(command)
    if first in {".", "source"} and len(command.words) > 1:
        script = command.words[1] or "…"
        harmless = "activate" in script or script.endswith(".cargo/env")
        return None if harmless else script
    if command.name in _RUNNERS:
        return " ".join(word or "…" for word in command.words[:2])
    if first.startswith("./") or command.name.endswith((".sh", ".bash")):
        return first
    elsewhere = first.startswith("/") and "/bin/" not in first and "/sbin/" not in first
    return first if elsewhere else None


def _fetched(command: Command) -> str | None:
    """Return what a shell is given by a pipe; what rustup does is known."""
    before = command.before
    if before is None or before.name not in {"curl", "wget"}:
        return None
    known = any("rustup" in (word or "") for word in before.words)
    return None if known else f"what {before.name} fetches"
