"""What the processes that inspect sources, and who asks them, agree on."""

from __future__ import annotations

# Limits of a process: bytes of memory, and seconds of processor time for one interpreter and for
# each further one.
MAX_MEMORY = 256 << 20
CPU_SECONDS = 5
_MORE_CPU_SECONDS = 2
# What an answer begins with, before anything that may fail; without it, there is no process.
STARTED = b"+"


def cpu_seconds(interpreters: int) -> int:
    """Return how much processor time so many interpreters take at most."""
    return CPU_SECONDS + _MORE_CPU_SECONDS * (interpreters - 1)
