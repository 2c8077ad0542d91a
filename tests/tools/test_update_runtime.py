"""tools/update_runtime.py: the packages with shared libraries, of Debian's lists."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import pytest

from update_runtime import main

if TYPE_CHECKING:
    from support.tables import Tables

LIBRARIES = {
    "c": {"kind": "compiler", "apt": ["gcc"]},
    "pq": {"kind": "library", "apt": ["libpq-dev"], "links": ["pq"]},
    "odbc": {"kind": "library", "apt": ["unixodbc-dev"], "links": ["odbc", "odbcinst"]},
    "ldap": {"kind": "library", "apt": ["libldap-dev"], "links": ["ldap"]},
    "headers": {"kind": "library", "apt": ["libheaders-dev"]},
    "z": {"kind": "library", "apt": ["zlib1g-dev"], "links": ["z"]},
    "boost": {"kind": "library", "apt": ["libboost-dev"], "links": [f"b{n}" for n in range(9)]},
    "gone": {"kind": "library", "apt": ["libgone-dev"]},
}
PACKAGES = (
    """
Package: libpq-dev
Source: pq
Depends: libpq5, zlib1g-dev

Package: libpq5
Source: pq
Depends: libc6, zlib1g, libldap-2.5-0

Package: unixodbc-dev
Depends: libodbc2, libodbcinst2, libodbc++1

Package: libodbc2

Package: libodbcinst2

Package: libodbc++1

Package: libldap-dev
Source: ldap
Depends: libldap-2.5-0, libother

Package: libldap-2.5-0
Source: ldap

Package: libother

Package: libheaders-dev

Package: zlib1g-dev
Depends: zlib1g

Package: zlib1g
Depends: libc6

Package: libc6
Depends: libgcc-s1

Package: dpkg
Essential: yes
Depends: zlib1g

Package: postgresql-client
Depends: postgresql-client-15
Recommends: unixodbc-dev

Package: postgresql-client-15
Depends: libpq5

Package: curl
Depends: libc6

Package: libboost-dev
Depends: """
    + ", ".join(f"libb{n}" for n in range(9))
    + "\n"
    + "".join(f"\nPackage: libb{n}\n" for n in range(9))
)
CONTENTS = """
usr/lib/x86_64-linux-gnu/libpq.so.5                     libs/libpq5
usr/lib/x86_64-linux-gnu/libpq.so.5.15                  libs/libpq5
usr/lib/x86_64-linux-gnu/libpq.so                       libdevel/libpq-dev
usr/lib/x86_64-linux-gnu/libodbc.so.2                   libs/libodbc2
usr/lib/x86_64-linux-gnu/libodbcinst.so.2               libs/libodbcinst2
usr/lib/x86_64-linux-gnu/libodbc++.so.1                 libs/libodbc++1
usr/lib/x86_64-linux-gnu/libldap-2.5.so.0               libs/libldap-2.5-0
usr/lib/x86_64-linux-gnu/libother.so.1                  libs/libother
lib/x86_64-linux-gnu/libz.so.1                          libs/zlib1g
""" + "".join(f"usr/lib/x86_64-linux-gnu/libb{n}.so.1  libs/libb{n}\n" for n in range(9))


@pytest.fixture
def lists(tables: Tables) -> Tables:
    """Return a table with a row by hand, a few libraries, and the lists of three releases."""
    offers = {name: {"version": "", "packages": row["apt"]} for name, row in LIBRARIES.items()}
    offers["gone"] = None  # type: ignore[assignment]
    rows = {"Debian": dict.fromkeys(("11", "12", "13"), offers)}
    alpine: dict[str, Any] = {"*": {"libraries": {}, "base": [], "along": {}}}
    for name, content in (
        ("libraries", LIBRARIES),
        ("offers", rows),
        ("runtime", {"Alpine": alpine}),
    ):
        tables.write(name, {"source": "x", "date": "2000-01-01", "rows": content})
    for codename in ("bullseye", "bookworm", "trixie"):
        tables.source(f"Packages-{codename}", PACKAGES)
        (tables.sources / f"Contents-{codename}.gz").write_bytes(gzip.compress(CONTENTS.encode()))
    return tables


def test_what_builds_link_to(lists: Tables) -> None:
    """By the name that is linked, else by what the development package needs of its own source."""
    assert lists.run(main) == 0
    rows = lists.read("runtime")["rows"]
    assert rows["Alpine"] == {"*": {"libraries": {}, "base": [], "along": {}}}
    row = rows["Debian"]["12"]
    assert row["libraries"] == {
        "fortran": ["libgfortran5"],
        "pq": ["libpq5"],
        "odbc": ["libodbc2", "libodbcinst2"],
        "ldap": ["libldap-2.5-0"],
        "headers": [],
        "z": ["zlib1g"],
    }
    assert row["base"] == ["zlib1g"]


def test_what_comes_along(lists: Tables) -> None:
    """Directly; what people install has a row also if it brings nothing."""
    assert lists.run(main) == 0
    row = lists.read("runtime")["rows"]["Debian"]["13"]
    assert row["along"] == {
        "curl": [],
        "gcc": [],
        "libboost-dev": [],
        "libldap-dev": ["libldap-2.5-0"],
        "libpq-dev": ["libpq5"],
        "libpq5": ["libldap-2.5-0"],
        "postgresql-client": ["postgresql-client-15"],
        "postgresql-client-15": ["libpq5"],
        "unixodbc-dev": ["libodbc2", "libodbcinst2"],
    }
    assert row["recommended"] == {"postgresql-client": ["libodbc2", "libodbcinst2"]}


def test_the_second_run_changes_nothing(lists: Tables) -> None:
    """Nor does `--check`."""
    untouched = lists.text("runtime")
    assert lists.run(main, "--check") == 1
    assert lists.text("runtime") == untouched
    assert lists.run(main) == 0
    updated = lists.text("runtime")
    assert lists.run(main, "--check") == 0
    assert lists.text("runtime") == updated


def test_a_list_that_is_not_there(lists: Tables) -> None:
    """Exit code 2: half a table is none."""
    untouched = lists.text("runtime")
    (lists.sources / "Contents-trixie.gz").unlink()
    assert lists.run(main) == 2
    assert lists.text("runtime") == untouched
