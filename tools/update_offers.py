"""Update data/offers.json: what a release has of each library and tool, in which version.

Sources, for Debian and Ubuntu: the package lists of their archives for amd64 (main; for Ubuntu
also universe and multiverse, and what has been updated since), and the names in
data/libraries.json.

    tools/update_offers.py [--mirror URL]
    tools/update_offers.py --from FOLDER

`--from` takes a folder with Packages-CODENAME (also .xz or .gz), all components one behind the
other. A release whose package list cannot be read stays as it is.

Of each row of data/libraries.json a release has `{"version": …, "packages": […]}`: the upstream
version, without what the distribution adds to it, "" where it is not known; and the packages by
their names there. null says that the release does not have it; what is not named is not known.
`repositories` are those that it is in and that are not enabled, `source` says where a row is from
that is kept by hand: those of all other distributions.
"""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any

from _debian import Archive, alternatives, archive
from _tables import Options, SourceError, Table, Update, parse_options, run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Releases before these have left the mirrors; of Ubuntu those that last (22.04, 24.04).
_OLDEST = {"Debian": 11.0, "Ubuntu": 20.04}
_COMPONENTS = {"Debian": ("main",), "Ubuntu": ("main", "universe", "multiverse")}
# What the same is called on other releases, the newest first.
_ELSEWHERE = {
    "libfreetype-dev": ("libfreetype6-dev",),
    "libinsighttoolkit5-dev": ("libinsighttoolkit4-dev",),
    "libldap-dev": ("libldap2-dev",),
    "libmsgpack-cxx-dev": ("libmsgpack-dev",),
    "libnauty-dev": ("libnauty2-dev",),
    "libtag1-dev": ("libtag-dev",),
    "libvolk-dev": ("libvolk2-dev",),
    "libwxgtk3.2-dev": ("libwxgtk3.0-gtk3-dev",),
}
# Sources whose packages only name the version of another one that is the default.
_DEFAULTS = re.compile(r".*-defaults|default-.*|java-common|postgresql-common")

# How many such packages stand for each other: libboost-all-dev, libboost-dev, libboost1.83-dev.
_DEEPEST = 4


def update(table: Table, options: Options) -> Update:
    """Return the table with what the archives of Debian and Ubuntu say."""
    known = json.loads((options.data / "distributions.json").read_text("utf-8"))["rows"]
    libraries = json.loads((options.data / "libraries.json").read_text("utf-8"))["rows"]
    rows = {name: dict(releases) for name, releases in table.rows.items()}
    notes: list[str] = []
    dates = [table.date]
    for name, oldest in _OLDEST.items():
        rows.setdefault(name, {})
        for release, row in known[name].items():
            if float(release) < oldest or (name == "Ubuntu" and float(release) % 2 > 1):
                continue
            try:
                found = _archive(name, row["codename"], options)
            except SourceError as error:
                notes.append(f"{name} {release} ({row['codename']}) stays as it is: {error}")
                continue
            offers = dict(_offers(found, libraries))
            if offers != rows[name].get(release):
                dates.append(found.date)
            rows[name][release] = offers
        rows[name] = {each: rows[name][each] for each in known[name] if each in rows[name]}
    others = ", ".join(name for name in rows if name not in _OLDEST)
    notes += [f"kept by hand: {others}"] if others else []
    return Update(rows=rows, date=max(dates), notes=tuple(notes))


def _archive(name: str, codename: str, options: Options) -> Archive:
    """Return the packages of a release; of one that has been updated, the update."""
    found = archive(options, codename, _COMPONENTS[name])
    if name == "Ubuntu" and not options.local:
        newer = archive(options, f"{codename}-updates", _COMPONENTS[name])
        return Archive(
            date=max(found.date, newer.date),
            origin=found.origin,
            packages={**found.packages, **newer.packages},
            provided={**newer.provided, **found.provided},
        )
    return found


def _offers(found: Archive, libraries: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what a release has of each library that apt is known to have."""
    for library, row in libraries.items():
        if "apt" not in row:
            continue
        packages = [_called(found, name) for name in row["apt"]]
        if None in packages:
            yield library, None
        else:
            yield library, {"version": _version(found, str(packages[0])), "packages": packages}


def _called(found: Archive, name: str) -> str | None:
    """Return what a package is called in a release, None if it is not there under any name."""
    names = (name, *_ELSEWHERE.get(name, ()))
    real = next((each for each in names if each in found.packages), None)
    if real is None and len(provided := found.provided.get(name, [])) == 1:
        return provided[0]
    return real


def _version(found: Archive, package: str, depth: int = 0) -> str:
    """Return the upstream version of a package, or of the one that it stands for."""
    if _DEFAULTS.fullmatch(found.source(package)) and depth < _DEEPEST:
        needed = [
            name
            for names in alternatives(found.packages[package].get("Depends", ""))
            for name in names[:1]
            if name in found.packages
        ]
        others = [name for name in needed if found.source(name) != found.source(package)]
        stem = re.sub(r"-(?:all-dev|dev-all|dev|headless)$", "", package)
        for name in sorted(others or needed, key=lambda each: stem not in each):
            return _version(found, name, depth + 1)
    return found.upstream(package) or ""


def main(arguments: list[str] | None = None) -> int:
    """Run the script; see `--help`."""
    return run("offers", 3, parse_options(__doc__, arguments), update)


if __name__ == "__main__":
    sys.exit(main())
