"""Do the printed lines build? Builds sdists in bare Debian roots, after exactly these lines.

    python tests/remedies_truth.py TABLE [--work DIR] [--results FILE] [NAME ...]

TABLE has a line for each sdist and image (`yardstick/table.py`). For each, real Poetry is asked
what to install, the lines that it prints are run in a fresh root, and pip builds there,
isolated. What is said to fail whatever is installed is built with all that is known, and must fail.
Prints a table and, at the end, the shares. It takes root, mmdebstrap and unshare, an hour, and
an index; roots and sdists are kept in DIR. Results are kept, too: what is in FILE already, with the
same lines, is not built again.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from yardstick import results, table
from yardstick.answer import Check, CheckError
from yardstick.build import Builder
from yardstick.results import Key, Result
from yardstick.root import RELEASES, RootError, Roots, require
from yardstick.table import TableError
from yardstick.trial import Tried, trials

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from yardstick.table import Row
    from yardstick.trial import Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Yardstick:
    """Asks, builds, and remembers."""

    check: Check
    builder: Builder
    results: Path

    def measure(self, rows: Sequence[Row]) -> Iterator[Result]:
        """Yield the results for `rows`; those that are not in the file yet are added to it."""
        known = results.read(self.results)
        if not known:
            self._keep("\t".join(results.COLUMNS))
        for row in rows:
            yield from self._results(row, known)

    def _results(self, row: Row, known: dict[Key, Result]) -> Iterator[Result]:
        try:
            answer = self.check.ask(row, RELEASES[row.image].python)
            sdist = self.check.sdist(row)
            for trial in trials(row, answer):
                key = Key(row.name, row.version, row.image, trial.tried, trial.printed)
                if key not in known:
                    known[key] = (
                        Result(key=key, line=answer.reason)
                        if trial.tried is Tried.NOTHING
                        else self._built(key, row, sdist, trial)
                    )
                    self._keep(known[key].row)
                yield known[key]
        except CheckError as error:
            key = Key(row.name, row.version, row.image, Tried.UNANSWERED, "")
            yield Result(key=key, line=str(error))

    def _keep(self, line: str) -> None:
        with self.results.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")

    def _built(self, key: Key, row: Row, sdist: Path, trial: Trial) -> Result:
        built = self.builder.build(row, sdist, trial)
        ending, seconds = built.ending, round(built.seconds)
        return Result(key=key, end=ending.end, seconds=seconds, line=ending.line)


def _rows(path: Path, names: list[str]) -> list[Row]:
    """Return the rows of a table, of `names` only if there are any; raises TableError."""
    rows = [row for row in table.read(path) if not names or row.name in names]
    if unknown := {row.image for row in rows} - RELEASES.keys():
        raise TableError(f"No root can be made of {', '.join(sorted(unknown))}.")
    return rows


def main(arguments: list[str] | None = None) -> int:
    """Measure a table; return 0 if all is right, 1 if not, 2 where it cannot be measured."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("table", type=Path)
    parser.add_argument("names", nargs="*", help="only these packages")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir(), "yardstick"))
    parser.add_argument("--results", type=Path, help="default: results.tsv in the work directory")
    parser.add_argument("--seconds", type=int, default=150, help="the limit for a build")
    parser.add_argument("--jobs", type=int, default=2, help="compilers at a time")
    parser.add_argument(
        "--share", type=Path, action="append", default=[], help="a directory that pip needs"
    )
    options = parser.parse_args(arguments)
    # A build that is under way ends with this process.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    work: Path = options.work.absolute()
    work.mkdir(parents=True, exist_ok=True)
    yardstick = Yardstick(
        check=Check(folder=work),
        builder=Builder(
            roots=Roots(folder=work, shared=tuple(options.share)),
            logs=work / "logs",
            seconds=options.seconds,
            jobs=options.jobs,
        ),
        results=options.results or work / "results.tsv",
    )
    measured = []
    try:
        require()
        rows = _rows(options.table, options.names)
        print(*results.COLUMNS, sep="\t", flush=True)
        for result in yardstick.measure(rows):
            measured.append(result)
            print(result.row, flush=True)
    except (RootError, TableError) as error:
        print(error, file=sys.stderr)
        return 2
    print(results.summary(measured), end="")
    return int(any(result.right is False for result in measured))


if __name__ == "__main__":
    sys.exit(main())
