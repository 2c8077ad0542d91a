"""tools/update_distributions.py: releases, C libraries and Pythons of Debian and Ubuntu."""

from __future__ import annotations

import lzma
from typing import TYPE_CHECKING

import pytest

from update_distributions import main

if TYPE_CHECKING:
    from support.tables import Tables

CSV = """version,codename,series,created,release,eol
12,Bookworm,bookworm,2021-08-14,2023-06-10,2026-06-10
77,Toy,toy,2000-01-01,2001-01-01,9998-01-01
78,Ended,ended,2000-01-01,2001-01-01,2002-01-01
79,Later,later,2000-01-01,9998-01-01,9999-01-01
80,Unscheduled,unscheduled,2000-01-01
,Sid,sid,1993-08-16
"""


def packages(libc: str, python: str) -> str:
    """Return a package list."""
    return (
        f"Package: libc6\nVersion: {libc}\nDescription: x\n and more\n\n"
        f"Package: python3\nVersion: {python}\n\n"
    )


def test_package_lists_are_read(tables: Tables, capsys: pytest.CaptureFixture[str]) -> None:
    """What they say is in the rows, also of a new release; what is not there stays."""
    before = tables.read("distributions")["rows"]
    tables.source("debian.csv", CSV)
    tables.source("Packages-bookworm", packages("2.98-9+deb12u1", "3.99.2-1+b1"))
    (tables.sources / "Packages-toy.xz").write_bytes(
        lzma.compress(packages("1:2.55-1", "3.44.0~rc1").encode())
    )
    assert tables.run(main) == 0
    after = tables.read("distributions")["rows"]
    row = {"codename": "bookworm", "libc": "glibc 2.98", "manager": "apt-get", "python": "3.99"}
    assert after["Debian"]["12"] == {**row, "source": "package list of Debian bookworm"}
    assert (after["Debian"]["77"]["libc"], after["Debian"]["77"]["python"]) == (
        "glibc 2.55",
        "3.44",
    )
    assert after["Debian"].keys() == {*before["Debian"], "77"}
    assert {name: rows for name, rows in after.items() if name != "Debian"} == {
        name: rows for name, rows in before.items() if name != "Debian"
    }
    said = capsys.readouterr().out
    assert "~ Debian / 12 / libc: glibc 2.36 → glibc 2.98" in said
    assert "Debian 13 (trixie) stays as it is: no Packages-trixie in --from" in said
    assert "ubuntu.csv is not there" in said
    assert "kept by hand: Alpine" in said


def test_the_second_run_changes_nothing(tables: Tables) -> None:
    """Nor does `--check`."""
    tables.source("Packages-bookworm", packages("2.98-9+deb12u1", "3.99.2-1+b1"))
    untouched = tables.text("distributions")
    assert tables.run(main, "--check") == 1
    assert tables.text("distributions") == untouched
    assert tables.run(main) == 0
    updated = tables.text("distributions")
    assert tables.run(main, "--check") == 0
    assert tables.run(main) == 0
    assert tables.text("distributions") == updated


def test_no_list_at_all(tables: Tables, capsys: pytest.CaptureFixture[str]) -> None:
    """Everything stays, and that is said."""
    untouched = tables.text("distributions")
    tables.source("ubuntu.csv", CSV.replace("77,", "77.04 LTS,"))
    assert tables.run(main) == 0
    assert tables.text("distributions") == untouched
    said = capsys.readouterr().out
    assert "Ubuntu 77.04 (toy) is released and has no row" in said
    assert "Debian 12 (bookworm) stays as it is" in said


def test_official_images_without_a_row(tables: Tables, capsys: pytest.CaptureFixture[str]) -> None:
    """They are named; rolling ones are not releases."""
    (tables.sources / "library").mkdir()
    tables.source("library/alpine", "Tags: 20990101, edge\n\nTags: 3.98.1, 3.98, 3\n\nTags: 3.20\n")
    assert tables.run(main) == 0
    said = capsys.readouterr().out
    assert "Alpine 3.98 has an official image and no row" in said
    assert "3.20" not in said
    assert "20990101" not in said


@pytest.mark.parametrize("content", ["", "<html>", packages("2", "3.11.2"), "Package: libc6\n"])
def test_a_list_that_is_something_else(
    tables: Tables, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    """The row stays, and that is said."""
    untouched = tables.text("distributions")
    tables.source("Packages-bookworm", content)
    assert tables.run(main) == 0
    assert tables.text("distributions") == untouched
    assert "Debian 12 (bookworm) stays as it is" in capsys.readouterr().out
