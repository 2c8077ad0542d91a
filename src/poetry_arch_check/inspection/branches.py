"""Conditions that are open at a place in a file, each with what is known of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class _Branch:
    """A branch: whether it is read, and whether an earlier one was; None where that is not known.

    `absent` is something that is not there where the branch is read, `present` something that is;
    `chosen` says that it is read where an option says so.
    """

    holds: bool | None
    taken: bool | None
    absent: str = ""
    present: str = ""
    chosen: bool = False


class Branches:
    """The branches that surround a place, the outermost first."""

    def __init__(self) -> None:
        self._open: list[_Branch] = []

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._open)

    @property
    def reached(self) -> bool:
        """Whether the place may be reached."""
        return all(branch.holds is not False for branch in self._open)

    @property
    def sure(self) -> bool:
        """Whether the place is surely reached."""
        return all(branch.holds for branch in self._open)

    @property
    def chosen(self) -> bool:
        """Whether the place is reached where an option says so, of which nothing is known."""
        return any(branch.chosen and branch.holds is None for branch in self._open)

    @property
    def alternative(self) -> bool:
        """Whether another branch of the innermost condition may be reached."""
        outer = all(branch.holds is not False for branch in self._open[:-1])
        return outer and not self._open[-1].taken

    @property
    def absent(self) -> str:
        """What is not there in the innermost branch, "" if that is not known."""
        return self._open[-1].absent if self._open else ""

    def begin(
        self, *, holds: bool | None, absent: str = "", present: str = "", chosen: bool = False
    ) -> None:
        """Note `if`, and what its condition says of something that is looked for.

        `chosen` says that it asks for an option.
        """
        self._open.append(_Branch(holds, holds, absent, present, chosen))

    def otherwise_if(self, *, holds: bool | None, absent: str = "", present: str = "") -> None:
        """Note `else if`; what `holds` is counts where the branch may be reached."""
        last = self._open[-1]
        holds = False if last.taken else holds
        last.holds = None if last.taken is None and holds else holds
        last.taken = last.taken or (holds if last.taken is False else None)
        last.absent, last.present, last.chosen = absent, present, False

    def otherwise(self) -> None:
        """Note `else`."""
        last = self._open[-1]
        last.holds = None if last.taken is None else not last.taken
        last.absent, last.present, last.chosen = last.present, "", False

    def end(self) -> None:
        """Note where the innermost condition ends."""
        self._open.pop()
