"""Update data/depends.json for Debian, and check what data/libraries.json calls packages there.

Source: the package lists of Debian 12 (`apt`) and 13 (`apt-13`) for amd64.

    tools/update_packages.py [--mirror URL]
    tools/update_packages.py --from FOLDER

`--from` takes a folder with Packages-bookworm and Packages-trixie (also .xz or .gz): main, contrib
and non-free, one behind the other. A row has, of the packages that data/libraries.json names,
those that are installed along with one: the dependencies with their dependencies (`apt`), and
what more there is with recommendations (`apt-recommends`). The rows of other managers are kept by
hand and stay as they are. Names of data/libraries.json that a release does not have are printed;
nothing changes for them.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any

from _debian import Archive, archive
from _tables import Options, Table, Update, parse_options, run

_RELEASES = {"apt": "bookworm", "apt-13": "trixie"}
_COMPONENTS = ("main", "contrib", "non-free")
# What brings the same as the package that data/libraries.json names.
_SAME = {
    "golang-go": "golang",
    "libcurl4-gnutls-dev": "libcurl4-openssl-dev",
    "libcurl4-nss-dev": "libcurl4-openssl-dev",
    "libjpeg62-turbo-dev": "libjpeg-dev",
    "libmariadb-dev": "default-libmysqlclient-dev",
    "libmariadb-dev-compat": "default-libmysqlclient-dev",
    "libmysqlclient-dev": "default-libmysqlclient-dev",
    "pkgconf": "pkg-config",
}
# What people install that is no library or tool of its own.
_BESIDE = (
    "build-essential",
    "debhelper",
    "devscripts",
    "dpkg-dev",
    "krb5-multidev",
    "libboost-dev",
    "libboost-python-dev",
    "libc-dev",
    "libegl1-mesa-dev",
    "libfreetype6-dev",
    "libgdbm-dev",
    "libgeos++-dev",
    "libgss-dev",
    "libgtk2.0-dev",
    "libhdf5-mpi-dev",
    "libhdf5-openmpi-dev",
    "libhdf5-serial-dev",
    "libldap2-dev",
    "libmagick++-dev",
    "libmagickcore-dev",
    "libmpich-dev",
    "libncurses5-dev",
    "libncursesw5-dev",
    "libtiff5-dev",
    "libusb-dev",
    "libxslt-dev",
    "libzmq5-dev",
    "mpich",
    "musl-dev",
    "postgresql",
    "postgresql-client",
    "postgresql-server-dev-all",
    "python-dev-is-python3",
    "python3-pip",
    "python3-virtualenv",
    "rust-all",
    "tcl-dev",
)
_VERSIONED = re.compile(
    r"(?:g\+\+|gcc|gfortran|postgresql-server-dev)-\d+|libgcc-\d+-dev"
    r"|(?:lib)?python3(?:\.\d+)?(?:-all)?-dev"
)


def update(table: Table, options: Options) -> Update:
    """Return the table with the rows of Debian's releases, and which names these do not have."""
    libraries = json.loads((options.data / "libraries.json").read_text("utf-8"))["rows"]
    named = {name for row in libraries.values() for name in row.get("apt", ())}
    counted = named | {"python3-dev"}
    rows = dict(table.rows)
    archives = {key: archive(options, codename, _COMPONENTS) for key, codename in _RELEASES.items()}
    for key, found in archives.items():
        names = sorted({*counted, *_SAME, *_BESIDE, *filter(_VERSIONED.fullmatch, found.packages)})
        rows[key] = _with(found, names, counted, recommends=False)
        rows[f"{key}-recommends"] = {
            name: more
            for name, packages in _with(found, names, counted, recommends=True).items()
            if (more := sorted({*packages} - {*rows[key].get(name, ())}))
        }
    notes = [
        f"{_RELEASES[key]} has no package {name}, which libraries.json names"
        for key, found in archives.items()
        for name in sorted(named)
        if name not in found
    ]
    kept = ", ".join(key for key in rows if not key.startswith("apt"))
    day = max(found.date for found in archives.values())
    return Update(rows=rows, date=day, notes=(*notes, f"kept by hand: {kept}"))


def _with(
    found: Archive, names: list[str], counted: set[str], *, recommends: bool
) -> dict[str, list[str]]:
    """Return which of `counted` are installed along with each of `names`, where there are any."""
    rows: dict[str, Any] = {}
    for name in names:
        # A name of older releases or of Ubuntu stands for what brings the same here.
        start = name if name in found else _SAME.get(name, name)
        packages = found.closure([start], recommends=recommends)
        packages |= {_SAME[package] for package in {*packages, name} if package in _SAME}
        if along := sorted(packages & counted - {name}):
            rows[name] = along
    return rows


def main(arguments: list[str] | None = None) -> int:
    """Run the script; see `--help`."""
    return run("depends", 2, parse_options(__doc__, arguments), update)


if __name__ == "__main__":
    sys.exit(main())
