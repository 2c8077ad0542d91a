"""Update data/pythons.json: the newest patch and the end of life of each Python 3.

Sources: the release calendar of CPython (python/peps, release_management/python-releases.toml,
published as peps.python.org/api/python-releases.json) and the list of PyPy's releases
(downloads.python.org/pypy/versions.json).

    tools/update_pythons.py
    tools/update_pythons.py --from CLONE_OF_PEPS --from PATH/TO/versions.json

`--from` takes a clone of python/peps or one of the two files; instead of PyPy's versions.json
also that of the package pbs-installer, which lists what python-build-standalone built of both.
A patch that the table has and an older copy of a source lacks stays: patches only grow.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field
from typing import Any

from _tables import (
    Options,
    SourceError,
    Table,
    Text,
    Update,
    download,
    find,
    parse_options,
    run,
    today,
    version_key,
)

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_CALENDAR = "https://peps.python.org/api/python-releases.json"
_CALENDAR_FILES = (
    "release_management/python-releases.toml",
    "python-releases.toml",
    "python-releases.json",
)
_PYPY = "https://downloads.python.org/pypy/versions.json"
_OLDEST_MINOR = 6
_VERSION = re.compile(r"3\.(\d+)\.(\d+)")


@dataclass(slots=True)
class _Facts:
    """What the sources say: newest patches by (implementation, minor), and ends of life."""

    patches: dict[tuple[str, int], int] = field(default_factory=dict)
    ends: dict[int, tuple[str, bool]] = field(default_factory=dict)

    def released(self, implementation: str, minor: int, patch: int) -> None:
        key = (implementation, minor)
        if minor >= _OLDEST_MINOR:
            self.patches[key] = max(patch, self.patches.get(key, 0))


def update(table: Table, options: Options) -> Update:
    """Return the table with newer patches and what the calendar says of ends of life."""
    facts = _Facts()
    texts, notes = [], []
    for reader, url, names in (
        (_read_calendar, _CALENDAR, _CALENDAR_FILES),
        (_read_builds, _PYPY, ("versions.json",)),
    ):
        text = find(options, *names) if options.local else download(url)
        if text is None:
            notes.append(f"{names[-1]} is not in --from: what it says is not updated")
            continue
        try:
            reader(text, facts)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise SourceError(f"{text.origin} is not what it should be ({error!r})") from None
        texts.append(text)
    if not texts:
        raise SourceError("no source is in --from")
    rows, more = _rows(table.rows, facts)
    return Update(
        rows=rows, date=max(text.date for text in texts), notes=(*notes, *more, *_overdue(rows))
    )


def _read_calendar(text: Text, facts: _Facts) -> None:
    """Read the calendar, as TOML or as JSON (with underscores in the names of its keys)."""
    toml = text.origin.split(" ")[0].endswith(".toml")
    calendar = tomllib.loads(text.content) if toml else json.loads(text.content)
    for version, row in calendar["metadata"].items():
        major, minor = version_key(version)
        if major != 3 or minor < _OLDEST_MINOR:  # noqa: PLR2004 - Python 3
            continue
        end = row["end-of-life"] if toml else row["end_of_life"]
        facts.ends[minor] = (str(end), row["status"] == "end-of-life")
    for releases in calendar["release" if toml else "releases"].values():
        for release in releases:
            match = _VERSION.fullmatch(release["stage"].removesuffix(" final"))
            if match and release["state"] == "actual":
                facts.released("CPython", int(match[1]), int(match[2]))


def _read_builds(text: Text, facts: _Facts) -> None:
    """Read PyPy's list of releases, or pbs-installer's list of what is built."""
    names = {"cpython": "CPython", "pypy": "PyPy"}
    for row in json.loads(text.content):
        version: Any = row["python_version"]
        if isinstance(version, dict):
            if version["major"] == 3 and version["implementation"] in names:  # noqa: PLR2004 - as above
                name = names[version["implementation"]]
                facts.released(name, version["minor"], version["micro"])
        elif row["stable"] and (match := _VERSION.fullmatch(version)):
            facts.released("PyPy", int(match[1]), int(match[2]))


def _rows(known: dict[str, Any], facts: _Facts) -> tuple[dict[str, Any], list[str]]:
    notes = []
    rows: dict[str, Any] = {}
    for implementation in ("CPython", "PyPy"):
        of_table = {
            version_key(version)[1]: version_key(row["newest"])[2]
            for version, row in known[implementation].items()
        }
        released = {minor for name, minor in facts.patches if name == implementation}
        rows[implementation] = {}
        for minor in sorted(of_table.keys() | released):
            here = of_table.get(minor, -1)
            there = facts.patches.get((implementation, minor), -1)
            if 0 <= there < here:
                notes.append(f"{implementation} 3.{minor}.{here} stays: newer than in the source")
            row = {"newest": f"3.{minor}.{max(here, there)}"}
            if implementation == "CPython":
                row |= _end(known[implementation].get(f"3.{minor}", {}), facts.ends.get(minor))
            rows[implementation][f"3.{minor}"] = row
    return rows, notes


def _end(known: dict[str, Any], found: tuple[str, bool] | None) -> dict[str, Any]:
    day, ended = found or (known.get("end_of_life", ""), False)
    return {"end_of_life": day, "ended": ended or known.get("ended", False)}


def _overdue(rows: dict[str, Any]) -> list[str]:
    return [
        f"CPython {version} was to end on {row['end_of_life']}: its source does not say it has"
        for version, row in rows["CPython"].items()
        if not row.get("ended", True) and row["end_of_life"] < today()
    ]


def main(arguments: list[str] | None = None) -> int:
    """Run the script; see `--help`."""
    return run("pythons", 2, parse_options(__doc__, arguments), update)


if __name__ == "__main__":
    sys.exit(main())
