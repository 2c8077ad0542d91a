"""Results: a line of a table for each trial, and what they come to."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from yardstick.logs import NOT_MEASURED, WORKS, End
from yardstick.trial import Tried

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

COLUMNS = ("name", "version", "image", "tried", "end", "right", "seconds", "printed", "line")
_NONE = "-"
_TITLES = {
    Tried.PRINTED: "after the printed lines",
    Tried.AS_IS: "said to need nothing",
    Tried.EVERYTHING: "said to fail whatever is installed",
    Tried.NOTHING: "said to lack something, with nothing to paste",
    Tried.UNANSWERED: "not answered",
}


class Key(NamedTuple):
    """What makes two trials the same."""

    name: str
    version: str
    image: str
    tried: Tried
    printed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of a trial: where its build ended (None: nothing was built), after how many seconds.

    `line` is the line of the log that tells or, where nothing was built, what the check says.
    """

    key: Key
    end: End | None = None
    seconds: int = 0
    line: str = ""

    @property
    def right(self) -> bool | None:
        """Whether what the check says is true; None where it was not measured."""
        if self.end is None or self.end in NOT_MEASURED:
            return None
        if self.key.tried is Tried.EVERYTHING:
            # What has not failed until the limit may still do so.
            return None if self.end is End.COMPILING else self.end is not End.OK
        return self.end in WORKS

    @property
    def row(self) -> str:
        """A line of the table of results."""
        right = {True: "yes", False: "no", None: _NONE}[self.right]
        key, end = self.key, self.end.value if self.end else _NONE
        start = (key.name, key.version, key.image, key.tried.value, end, right, str(self.seconds))
        # A column is one line, without tabs.
        return "\t".join(" ".join(word.split()) for word in (*start, key.printed, self.line))


def read(path: Path) -> dict[Key, Result]:
    """Return the results in a file; none where there is none."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        found = map(_result, csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        return {result.key: result for result in found}


def _result(line: dict[str, str]) -> Result:
    name, version, image, printed = (line[word] for word in ("name", "version", "image", "printed"))
    return Result(
        key=Key(name, version, image, Tried(line["tried"]), printed),
        end=None if line["end"] == _NONE else End(line["end"]),
        seconds=int(line["seconds"]),
        line=line["line"],
    )


def summary(results: Iterable[Result]) -> str:
    """Return what the results come to, a line for each kind of trial that there was."""
    results = list(results)
    return "".join(
        f"{title}: {_share(mine)}\n"
        for tried, title in _TITLES.items()
        if (mine := [result for result in results if result.key.tried is tried])
    )


def _share(results: list[Result]) -> str:
    measured = [result.right for result in results if result.right is not None]
    right = sum(measured)
    ends = [result.end for result in results if result.right is None and result.end]
    apart = [f"{ends.count(end)} as far as {end.value}" for end in End if end in ends]
    if not measured and not apart:
        return str(len(results))
    share = f"{right} of {len(measured)} right" + (
        f" ({right / len(measured):.0%})" if measured else ""
    )
    return "; ".join((share, *apart))
