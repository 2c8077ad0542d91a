"""Tables of sdists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from yardstick import table
from yardstick.table import Row, TableError

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "name\tversion\tsdist\tsha256\timage\tprinted-before\tknown-to-build\twhy\n"


def test_what_is_known_to_build_comes_before_what_was_tried(tmp_path: Path) -> None:
    """Of each row, the packages that built it are known, else those it was tried with."""
    path = tmp_path / "table.tsv"
    path.write_text(
        HEADER
        + 'a\t1.0\ta-1.0.tar.gz\tff\tdebian:12\tgcc\tgcc libpq-dev\tit\'s "odd"\n'
        + "b\t2\tb-2.zip\t00\tdebian:13\tgcc make\t\t\n"
        + "c\t3\tc-3.zip\t11\tdebian:13\t-\t\t\n",
        "utf-8",
    )
    assert list(table.read(path)) == [
        Row(
            name="a",
            version="1.0",
            sdist="a-1.0.tar.gz",
            sha256="ff",
            image="debian:12",
            known=("gcc", "libpq-dev"),
        ),
        Row(
            name="b",
            version="2",
            sdist="b-2.zip",
            sha256="00",
            image="debian:13",
            known=("gcc", "make"),
        ),
        Row(name="c", version="3", sdist="c-3.zip", sha256="11", image="debian:13"),
    ]


def test_a_table_without_a_hash_is_refused(tmp_path: Path) -> None:
    """A column that says which file it is cannot be left out; nor can the table."""
    path = tmp_path / "table.tsv"
    path.write_text("name\tversion\tsdist\timage\na\t1\ta-1.zip\tdebian:12\n", "utf-8")
    with pytest.raises(TableError, match="has no column 'sha256'"):
        table.read(path)
    with pytest.raises(TableError, match="No such file"):
        table.read(tmp_path / "nowhere.tsv")


def test_a_label_names_a_file() -> None:
    """What belongs to a row is kept under a name without a colon."""
    row = Row(name="a", version="1.0", sdist="a-1.0.zip", sha256="ff", image="debian:12")
    assert row.label == "a-1.0-debian12"
