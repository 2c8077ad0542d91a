"""How much of a CMake project is run: what reading it may cost."""

from __future__ import annotations

from dataclasses import dataclass

# More than in any project that was looked at.
_MAX_STEPS = 100_000
# How much text, and how many variables that are copied, count as one step.
_STEP = 64
# How many commands that are skipped, and words that are taken apart, do.
_LINES = 8


@dataclass(slots=True)
class Budget:
    """Counts steps: one is a command that is run."""

    steps: int = 0

    @property
    def left(self) -> bool:
        """Whether one more command may be run."""
        return self.steps < _MAX_STEPS

    def command(self, length: int) -> None:
        """Count a command whose text has this length."""
        self.steps += 1 + length // _STEP

    def copied(self, variables: int) -> None:
        """Count variables that are copied."""
        self.steps += variables // _STEP

    def passed(self, items: int) -> None:
        """Count commands that are skipped, or words that are taken apart."""
        self.steps += items // _LINES
