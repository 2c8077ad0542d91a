"""tools/update_offers.py: what releases have, in which version; and the table as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from poetry_arch_check.data.tables import table
from update_offers import main

if TYPE_CHECKING:
    from support.tables import Tables

LIBRARIES = {
    "c": {"apt": ["gcc", "libc6-dev"]},
    "c++": {"apt": ["g++"]},
    "jdk": {"apt": ["default-jdk-headless"]},
    "openldap": {"apt": ["libldap-dev"]},
    "virtual": {"apt": ["libvirtual-dev"]},
    "argon": {"apt": ["libargon-dev"]},
    "gone": {"apt": ["libc6-dev", "libgone-dev"]},
    "elsewhere": {"dnf": ["elsewhere-devel"]},
}
DISTRIBUTIONS = {
    "Debian": {"10": "buster", "12": "bookworm", "13": "trixie"},
    "Ubuntu": {"22.04": "jammy", "25.10": "questing"},
}
LIST = """
Package: gcc
Source: gcc-defaults (1.203)
Version: 4:12.2.0-3
Depends: cpp (= 4:12.2.0-3), gcc-12 (>= 12.2.0-1~), none

Package: cpp
Source: gcc-defaults (1.203)
Version: 4:99-3

Package: gcc-12
Version: 12.2.1-14+deb12u1

Package: libc6-dev
Version: 2.36-9

Package: g++
Version: 4:12.2.0+dfsg-3ubuntu1

Package: default-jdk-headless
Source: java-common (0.74)
Version: 2:1.17-74
Depends: default-jre-headless (= 2:1.17-74), openjdk-17-jdk-headless

Package: default-jre-headless
Source: java-common (0.74)
Version: 2:1.17-74

Package: openjdk-17-jdk-headless
Source: openjdk-17
Version: 17.0.9+9-1~deb12u1

Package: libldap2-dev
Version: 2.4.57

Package: libreal-dev
Version: 1.2~rc3-1
Provides: libvirtual-dev (= 1.2)

Package: libargon-dev
Version: 0~20171227-0.3
"""
ROWS = {"Alpine": {"3.20": {"c": {"version": "13", "packages": ["gcc"], "source": "x"}}}}


@pytest.fixture
def lists(tables: Tables) -> Tables:
    """Return a table with a row kept by hand, a few libraries, and the list of one release."""
    rows = {
        name: {release: {"codename": codename} for release, codename in releases.items()}
        for name, releases in DISTRIBUTIONS.items()
    }
    tables.write("libraries", {"source": "x", "date": "2000-01-01", "rows": LIBRARIES})
    tables.write("distributions", {"source": "x", "date": "2000-01-01", "rows": rows})
    tables.write("offers", {"source": "x", "date": "2000-01-01", "rows": ROWS})
    tables.source("Packages-bookworm", LIST)
    return tables


def test_what_a_release_has(lists: Tables, capsys: pytest.CaptureFixture[str]) -> None:
    """Upstream's versions, by the names that packages have there."""
    assert lists.run(main) == 0
    rows = lists.read("offers")["rows"]
    assert rows["Debian"] == {
        "12": {
            # What names the default has the version of the default.
            "c": {"version": "12.2.1", "packages": ["gcc", "libc6-dev"]},
            "c++": {"version": "12.2.0", "packages": ["g++"]},
            "jdk": {"version": "17.0.9", "packages": ["default-jdk-headless"]},
            "openldap": {"version": "2.4.57", "packages": ["libldap2-dev"]},
            "virtual": {"version": "1.2", "packages": ["libreal-dev"]},
            "argon": {"version": "20171227", "packages": ["libargon-dev"]},
            "gone": None,
        }
    }
    assert rows["Alpine"] == ROWS["Alpine"]
    said = capsys.readouterr().out
    assert "Debian 13 (trixie) stays as it is: no Packages-trixie in --from" in said
    assert "Ubuntu 22.04 (jammy) stays as it is" in said
    assert "25.10" not in said
    assert "buster" not in said
    assert "kept by hand: Alpine" in said


def test_the_second_run_changes_nothing(lists: Tables) -> None:
    """Nor does `--check`."""
    untouched = lists.text("offers")
    assert lists.run(main, "--check") == 1
    assert lists.text("offers") == untouched
    assert lists.run(main) == 0
    updated = lists.text("offers")
    assert lists.run(main, "--check") == 0
    assert lists.run(main) == 0
    assert lists.text("offers") == updated


def test_rows_of_the_table() -> None:
    """Releases and libraries that there are; versions, packages and what must come first."""
    libraries = table("libraries")["rows"]
    releases = table("distributions")["rows"]
    for name, offers in table("offers")["rows"].items():
        assert offers.keys() <= releases[name].keys()
        for rows in offers.values():
            assert rows.keys() <= libraries.keys()
            for row in filter(None, rows.values()):
                assert row.keys() - {"repositories", "source"} == {"version", "packages"}
                assert row["packages"]
                assert all(row.get("repositories", ["x"]))


def test_names_of_packages_are_those_of_debian() -> None:
    """What the table calls packages of apt is in Debian 12 or 13, but for what is not in main."""
    debian = table("offers")["rows"]["Debian"]
    named = {name for name, row in table("libraries")["rows"].items() if "apt" in row}
    missing = {name for name in named if not debian["12"].get(name) and not debian["13"].get(name)}
    assert missing == {"cuda", "lgpio"}


@pytest.mark.parametrize(
    ("distribution", "release", "name", "version"),
    [
        ("Debian", "12", "rust", "1.63.0"),
        ("Debian", "13", "rust", "1.85.1"),
        ("Debian", "12", "c", "12.2.0"),
        ("Debian", "13", "c", "14.2.0"),
        ("Debian", "12", "girepository", None),
        ("Debian", "12", "pcre", "8.39"),
        ("Debian", "13", "pcre", None),
        ("Debian", "12", "cuda", None),
        ("Amazon Linux", "2023", "hdf5", None),
        ("Amazon Linux", "2023", "c", "11"),
        ("Alpine", "3.20", "rust", "1.78.0"),
    ],
)
def test_what_is_known(distribution: str, release: str, name: str, version: str | None) -> None:
    """Versions that decide whether something builds."""
    row = table("offers")["rows"][distribution][release][name]
    assert (row and row["version"]) == version


def test_what_no_distribution_has() -> None:
    """It is a library with no packages of apt or dnf."""
    assert not table("libraries")["rows"]["ta-lib"].keys() & {"apt", "dnf", "apk"}
