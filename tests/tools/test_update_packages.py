"""tools/update_packages.py: what is installed along with a package of Debian."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from update_packages import main

if TYPE_CHECKING:
    from support.tables import Tables

# Alternatives, virtual packages, architectures, versions, a circle.
LIST = """
Package: gcc
Version: 1
Depends: gcc-99 (= 1), none | cpp:any
Recommends: libc-dev

Package: gcc-99
Version: 1
Recommends: libc6-dev (>= 2.13-5)

Package: cpp
Version: 1

Package: make
Version: 1

Package: build-essential
Version: 1
Depends: libc6-dev | libc-dev, gcc (>= 4:12.2), make

Package: libc6-dev
Version: 1
Depends: linux-libc-dev, libc6 (= 1)
Provides: libc-dev (= 1)

Package: libc6
Version: 1
Recommends: libc6-dev

Package: linux-libc-dev
Version: 1

Package: pkgconf
Version: 1

Package: libpq-dev
Version: 1
Pre-Depends: libssl-dev
Depends: pkgconf [amd64]

Package: libssl-dev
Version: 1
Depends: libpq-dev
"""
ROWS = {"apk": {"x": ["y"]}, "apt": {}, "apt-recommends": {}, "apt-13": {}, "apt-13-recommends": {}}


@pytest.fixture
def debians(tables: Tables) -> Tables:
    """Return an empty table, a few names of libraries, and two releases, 13 without make."""
    names = ["gcc", "libc6-dev", "linux-libc-dev", "make", "libpq-dev", "libssl-dev", "pkg-config"]
    rows = {name: {"apt": [name]} for name in names}
    tables.write("libraries", {"source": "x", "date": "2000-01-01", "rows": rows})
    tables.write("depends", {"source": "x", "date": "2000-01-01", "rows": ROWS})
    tables.source("Packages-bookworm", LIST)
    tables.source("Packages-trixie", LIST.replace("Package: make", "Package: remake"))
    return tables


def test_what_comes_along(debians: Tables, capsys: pytest.CaptureFixture[str]) -> None:
    """Dependencies with theirs, as apt chooses; names that are not there are said."""
    assert debians.run(main) == 0
    rows = debians.read("depends")["rows"]
    headers = ["libc6-dev", "linux-libc-dev"]
    assert rows["apt"] == {
        "build-essential": ["gcc", *headers, "make"],
        "libc-dev": headers,
        "libc6-dev": ["linux-libc-dev"],
        "libpq-dev": ["libssl-dev", "pkg-config"],
        "libssl-dev": ["libpq-dev", "pkg-config"],
        "pkgconf": ["pkg-config"],
    }
    assert rows["apt-recommends"] == {"gcc": headers, "gcc-99": headers}
    assert rows["apt-13"]["build-essential"] == ["gcc", *headers]
    assert rows["apk"] == ROWS["apk"]
    said = capsys.readouterr().out
    assert "trixie has no package make" in said
    assert "bookworm has no package make" not in said
    assert "kept by hand: apk" in said


def test_the_second_run_changes_nothing(debians: Tables) -> None:
    """Nor does `--check`; a dependency that is new is a change."""
    untouched = debians.text("depends")
    assert debians.run(main, "--check") == 1
    assert debians.text("depends") == untouched
    assert debians.run(main) == 0
    updated = debians.text("depends")
    assert debians.run(main, "--check") == 0
    assert debians.run(main) == 0
    assert debians.text("depends") == updated
    debians.source(
        "Packages-trixie", LIST.replace("Package: make\n", "Package: make\nDepends: gcc\n")
    )
    assert debians.run(main) == 0
    assert debians.read("depends")["rows"]["apt-13"]["make"] == ["gcc"]


def test_a_list_that_is_not_there(debians: Tables, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2: half a table is none."""
    untouched = debians.text("depends")
    (debians.sources / "Packages-trixie").unlink()
    assert debians.run(main) == 2
    assert debians.text("depends") == untouched
    assert "no Packages-trixie in --from" in capsys.readouterr().err
