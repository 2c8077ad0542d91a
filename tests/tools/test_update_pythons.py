"""tools/update_pythons.py: newest patches and ends of life."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from update_pythons import main

if TYPE_CHECKING:
    from support.tables import Tables

CALENDAR = """
[metadata."2.7"]
status = "end-of-life"
end-of-life = 2020-01-01
[metadata."3.10"]
status = "end-of-life"
end-of-life = 2026-10-01
[metadata."3.16"]
status = "feature"
end-of-life = 2032-10-01
[[release."2.7"]]
stage = "2.7.18"
state = "actual"
[[release."3.10"]]
stage = "3.10.99"
state = "actual"
[[release."3.10"]]
stage = "3.10.100"
state = "expected"
[[release."3.14"]]
stage = "3.14.1"
state = "actual"
[[release."3.16"]]
stage = "3.16.0 alpha 1"
state = "actual"
"""
PYPY = [
    {"python_version": "3.11.88", "stable": True},
    {"python_version": "3.11.99", "stable": False},
    {"python_version": "2.7.18", "stable": True},
]


def sources(tables: Tables) -> None:
    """Write both sources."""
    tables.source("python-releases.toml", CALENDAR)
    tables.source("versions.json", json.dumps(PYPY))


def test_what_is_newer_comes_in(tables: Tables, capsys: pytest.CaptureFixture[str]) -> None:
    """Released patches and what has ended; not what is expected, early, or older than the table."""
    before = tables.read("pythons")["rows"]
    sources(tables)
    assert tables.run(main) == 0
    after = tables.read("pythons")["rows"]
    assert after["CPython"]["3.10"] == {
        "newest": "3.10.99",
        "end_of_life": "2026-10-01",
        "ended": True,
    }
    assert after["CPython"]["3.14"] == before["CPython"]["3.14"]
    assert after["CPython"].keys() == before["CPython"].keys()
    assert after["PyPy"] == {**before["PyPy"], "3.11": {"newest": "3.11.88"}}
    said = capsys.readouterr().out
    assert f"~ CPython / 3.10 / newest: {before['CPython']['3.10']['newest']} → 3.10.99" in said
    assert "3.14" in said


def test_the_second_run_changes_nothing(tables: Tables) -> None:
    """Nor does `--check`, which says before whether there is anything to change."""
    sources(tables)
    untouched = tables.text("pythons")
    assert tables.run(main, "--check") == 1
    assert tables.text("pythons") == untouched
    assert tables.run(main) == 0
    updated = tables.text("pythons")
    assert tables.run(main, "--check") == 0
    assert tables.run(main) == 0
    assert tables.text("pythons") == updated


def test_the_calendar_as_json(tables: Tables) -> None:
    """As it is published, it has underscores in its keys."""
    tables.source(
        "python-releases.json",
        json.dumps(
            {
                "metadata": {"3.13": {"status": "bugfix", "end_of_life": "2029-10-31"}},
                "releases": {"3.13": [{"stage": "3.13.77", "state": "actual"}]},
            }
        ),
    )
    assert tables.run(main) == 0
    row = {"newest": "3.13.77", "end_of_life": "2029-10-31", "ended": False}
    assert tables.read("pythons")["rows"]["CPython"]["3.13"] == row


def test_what_is_built_of_both(tables: Tables) -> None:
    """The list of pbs-installer stands in for PyPy's."""
    versions = [
        {"python_version": {"implementation": name, "major": 3, "minor": 12, "micro": 70}}
        for name in ("cpython", "pypy", "jython")
    ]
    tables.source("versions.json", json.dumps(versions))
    assert tables.run(main) == 0
    rows = tables.read("pythons")["rows"]
    assert rows["CPython"]["3.12"]["newest"] == rows["PyPy"]["3.12"]["newest"] == "3.12.70"
    assert rows.keys() == {"CPython", "PyPy"}


@pytest.mark.parametrize("content", ["[]", "{", '{"metadata": {"3.13": {}}}'])
def test_a_source_that_is_something_else(tables: Tables, content: str) -> None:
    """Exit code 2, and the table stays."""
    before = tables.text("pythons")
    tables.source("python-releases.json", content)
    assert tables.run(main) == 2
    assert tables.text("pythons") == before


def test_no_source(tables: Tables, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is fetched in its place."""
    assert tables.run(main) == 2
    assert "no source is in --from" in capsys.readouterr().err
