"""Results: a line of a table for each build, and what they come to."""

from __future__ import annotations

import csv
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

from yardstick.logs import NOT_MEASURED, WORKS, End

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A build and what became of it.

    `tried` is what it was tried with: `as-is`, `printed` (the lines), `everything` (what is said to fail
    whatever is installed), `nothing` (no line was printed, nothing was built). `printed` are the lines.
    """

    name: str
    version: str
    image: str
    tried: str
    end: str
    right: str
    seconds: int
    printed: str
    line: str

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """What a later run asks for: the same build, with the same lines."""
        return self.name, self.version, self.image, self.tried, self.printed


def rightness(tried: str, end: End | None) -> str:
    """Return whether the check was right: `yes`, `no`, or `-` where it was not measured."""
    if end is None:
        return "no" if tried == "everything" else "-"
    if end in NOT_MEASURED:
        return "-"
    return "yes" if (end in WORKS) is (tried != "everything") else "no"


def read(path: Path) -> dict[tuple[str, str, str, str, str], Result]:
    """Return the results in a file; none where there is none."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        results = [_result(line) for line in lines]
    return {result.key: result for result in results}


def _result(line: dict[str, str]) -> Result:
    texts = {key: value for key, value in line.items() if key != "seconds"}
    return Result(seconds=int(line["seconds"]), **texts)


def header() -> str:
    """Return the first line of a table of results."""
    return "\t".join(field.name for field in fields(Result)) + "\n"


def line(result: Result) -> str:
    """Return the line of a table for a result."""
    values = (str(value) for value in asdict(result).values())
    return "\t".join(" ".join(value.split()) for value in values) + "\n"


def summary(results: Iterable[Result]) -> str:
    """Return what the results come to, a line for each kind of build."""
    results = list(results)
    said = []
    for tried, text in (
        ("printed", "after the printed lines"),
        ("as-is", "said to need nothing"),
        ("everything", "said to fail whatever is installed"),
        ("nothing", "said to lack something, no lines printed"),
    ):
        mine = [result for result in results if result.tried == tried]
        measured = [result for result in mine if result.right != "-"]
        right = sum(result.right == "yes" for result in measured)
        share = f" ({right / len(measured):.0%})" if measured else ""
        ends = {end.value: sum(each.end == end.value for each in mine) for end in NOT_MEASURED}
        apart = "".join(
            f"; {count} stopped at: {end}" for end, count in sorted(ends.items()) if count
        )
        said.append(f"{text}: {right} of {len(measured)} right{share}{apart}")
    return "\n".join(said) + "\n"
