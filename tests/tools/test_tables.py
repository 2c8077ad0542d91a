"""The tables themselves, and what is common to the scripts that update them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

import update_build_tools
import update_distributions
import update_headers
import update_images
import update_offers
import update_packages
import update_pythons
import update_runtime
from _debian import Archive, alternatives
from _tables import SourceError, Table, Update, differences, parse_options, run, unpacked
from poetry_arch_check.data.tables import table
from poetry_arch_check.platforms.python import NEWEST_ENDED_MINOR, NEWEST_PATCH, NEWEST_PYPY_PATCH

if TYPE_CHECKING:
    from support.tables import Tables

SCRIPTS = {
    "build_tools": update_build_tools,
    "depends": update_packages,
    "distributions": update_distributions,
    "headers": update_headers,
    "images": update_images,
    "offers": update_offers,
    "pythons": update_pythons,
    "runtime": update_runtime,
}


@pytest.mark.parametrize(
    "name", [*SCRIPTS, "c_api", "homebrew", "libraries", "replacements", "vendor_images"]
)
def test_a_table_has_its_source_and_date(name: str) -> None:
    """Beside its rows, and nothing else."""
    content = table(name)
    assert content.keys() == {"source", "date", "rows"}
    assert content["source"]
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", content["date"])
    assert content["rows"]


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_table_is_written_as_its_script_writes_it(name: str, tables: Tables) -> None:
    """So that an update changes no line but those with news."""
    depth = {"offers": 3, "runtime": 4}.get(name, 2)
    options = parse_options("", ["--check", "--data", str(tables.folder)])

    def same(known: Table, _: object) -> Update:
        return Update(rows=known.rows, date="2999-01-01")

    assert run(name, depth, options, same) == 0


def test_pythons_are_read() -> None:
    """As numbers; CPython's minors without a gap."""
    rows = table("pythons")["rows"]
    assert list(NEWEST_PATCH) == list(range(6, 6 + len(rows["CPython"])))
    assert NEWEST_PYPY_PATCH.keys() <= NEWEST_PATCH.keys()
    assert rows["CPython"][f"3.{NEWEST_ENDED_MINOR}"]["ended"]
    assert not rows["CPython"][f"3.{NEWEST_ENDED_MINOR + 1}"]["ended"]


def test_the_order_of_rows_is_a_change(tables: Tables, capsys: pytest.CaptureFixture[str]) -> None:
    """The file is rewritten, and the output says why."""
    options = parse_options("", ["--data", str(tables.folder)])

    def turned(known: Table, _: object) -> Update:
        return Update(rows=dict(reversed(known.rows.items())), date="2999-01-01")

    assert run("pythons", 2, options, turned) == 0
    assert "the order of the rows" in capsys.readouterr().out
    assert list(tables.read("pythons")["rows"]) == ["PyPy", "CPython"]


def test_differences() -> None:
    """A line for each value, with the path to it."""
    old: dict[str, Any] = {"a": {"b": 1, "c": "x"}, "d": [1]}
    new = {"a": {"b": 2, "e": True}, "d": [1]}
    assert list(differences(old, new)) == ["~ a / b: 1 → 2", "- a / c: x", "+ a / e: true"]


def test_options_and_damaged_files(tables: Tables) -> None:
    """A path that is not there, and a file that is not what its name says, are errors."""
    gone = ["--data", str(tables.folder), "--from", str(tables.folder / "gone")]
    assert update_images.main(gone) == 2
    for name in ("x.xz", "x.gz", "x"):
        with pytest.raises(SourceError):
            unpacked(b"\xff\xfe no archive", name)


def test_relations_and_versions() -> None:
    """The syntax of deb-control(5)."""
    assert list(alternatives("a:any (>= 1) | b [amd64], c(= 2) ,d")) == [("a", "b"), ("c",), ("d",)]
    assert list(alternatives("")) == []
    archive = Archive(date="", origin="")
    archive.add("Package: x\nVersion: 1:3.11.2-1+b1\n\nPackage: y\nVersion: 20240101-1\n")
    assert archive.version("x") == (3, 11)
    assert archive.version("y") is None
    assert archive.version("z") is None


def test_alternatives_that_something_else_brings() -> None:
    """They are enough, also where what brings them comes later or only provides them."""
    archive = Archive(date="", origin="")
    archive.add(
        "Package: a\nDepends: fast | slow, x | virtual, b\n\nPackage: b\nDepends: slow, real\n\n"
        "Package: real\nProvides: virtual\n\nPackage: fast\n\nPackage: slow\n\nPackage: x\n"
    )
    assert archive.closure(["a"]) == {"a", "b", "slow", "real"}
    archive.packages["b"].clear()
    assert archive.closure(["a"]) == {"a", "b", "fast", "x"}


def test_rows_are_one_a_line(tables: Tables) -> None:
    """A change is a line of a diff."""
    lines = tables.text("distributions").splitlines()
    assert sum('"codename"' in line for line in lines) == sum(
        len(releases) for releases in tables.read("distributions")["rows"].values()
    )
    assert json.loads(tables.text("distributions"))
