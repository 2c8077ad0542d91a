"""How much it may cost to read all scripts of a file."""

from __future__ import annotations

from dataclasses import dataclass

from poetry_arch_check.dockerfile.shell.lexer import ShellError


class LimitError(ShellError):
    """A script that exceeds a limit."""


_MAX_STEPS = 1_000_000
# What a command costs that is walked through, and an instruction.
COMMAND = 60
# What a word costs that a command has.
WORD = 6


@dataclass(slots=True)
class Budget:
    """What is left for a file, in steps of about a microsecond.

    Text costs by its length each time that it is cut or expanded, copies by their size: what is
    short to write, and takes long to read or much memory, comes to an end.
    """

    left: int = _MAX_STEPS

    def spend(self, steps: int) -> None:
        """Take `steps` away. Raises LimitError if less is left."""
        self.left -= steps
        if self.left < 0:
            raise LimitError(
                f"limit exceeded: it takes more than {_MAX_STEPS:,} steps to read it", 0
            )
