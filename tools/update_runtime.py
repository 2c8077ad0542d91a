"""Update data/runtime.json: the packages with the shared libraries that builds link to.

Sources: the package and contents lists of Debian 11 to 13 for amd64, data/libraries.json and
data/offers.json, which say what the libraries are called there.

    tools/update_runtime.py [--mirror URL]
    tools/update_runtime.py --from FOLDER

`--from` takes a folder with Contents-CODENAME.gz (amd64 and all, one behind the other) and
Packages-CODENAME (also .xz or .gz). A release has

- `libraries`: for each row of data/libraries.json the packages with what is linked, the one that
  always is first; without those that come along with it. A row that is missing is not known: it
  is a family of libraries of which a build takes some (boost);
- `base`: which of these are in the image of the distribution (debootstrap's minbase);
- `along`: what of these is installed along with a package, directly or with another one that is
  named there: `libpq-dev` brings `libpq5`. Packages that people install have a row even if they
  bring nothing, so that what has none is known to be unknown;
- `recommended`: what comes along besides where what is recommended is installed as well.

What is kept by hand stays as it is: the rows of other distributions.
"""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any

from _debian import Archive, alternatives, archive, contents
from _installed import INSTALLED
from _tables import Options, Table, Update, parse_options, run

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Sonames = Mapping[str, frozenset[str]]

_RELEASES = {"11": "bullseye", "12": "bookworm", "13": "trixie"}
_FOLDERS = ("usr/lib/x86_64-linux-gnu/", "lib/x86_64-linux-gnu/")
_SHARED = re.compile(r"(?:usr/)?lib/x86_64-linux-gnu/(?:[^/]+/)?lib([^/]+?)\.so\.\d+")
# Beside the library: for other languages, tools of its own, and one of several of a kind; and what
# each release has anyway.
_BESIDE = re.compile(
    r".*(?:\+\+|cpp|pp\d|cxx|fortran|gobject|glib\d|script-interpreter).*|.*-(?:gcrypt|gnutls|nss)"
)
_RUNTIME = frozenset({"libc6", "libgcc-s1", "libstdc++6"})
# More libraries in one row are a family; of these, what Python packages link to is known.
_MOST = 6
_LINKED = {"krb5": ("libgssapi-krb5-2",)}
# What a compiler links its output to, beside what each release has.
_COMPILERS = {"fortran": ["libgfortran5"]}


def update(table: Table, options: Options) -> Update:
    """Return the table with what the lists of Debian say."""
    libraries = json.loads((options.data / "libraries.json").read_text("utf-8"))["rows"]
    offers = json.loads((options.data / "offers.json").read_text("utf-8"))["rows"]["Debian"]
    rows = {name: dict(releases) for name, releases in table.rows.items()}
    dates = [table.date]
    debian = rows.setdefault("Debian", {})
    for release, codename in _RELEASES.items():
        found = archive(options, codename)
        sonames = _sonames(contents(options, codename, _FOLDERS))
        row = _release(found, sonames, libraries, offers[release])
        if row != debian.get(release):
            dates.append(found.date)
        debian[release] = row
    others = ", ".join(name for name in rows if name != "Debian")
    notes = (f"kept by hand: {others}",) if others else ()
    return Update(rows=rows, date=max(dates), notes=notes)


def _sonames(files: Mapping[str, list[str]]) -> Sonames:
    """Return the names of the shared libraries of each package: `pq` of `libpq.so.5`."""
    return {
        package: frozenset(match[1] for match in map(_SHARED.match, paths) if match)
        for package, paths in files.items()
        if any(map(_SHARED.match, paths))
    }


def _release(
    found: Archive, sonames: Sonames, libraries: Mapping[str, Any], offers: Mapping[str, Any]
) -> dict[str, Any]:
    rows = dict(_COMPILERS)
    for name, row in libraries.items():
        offer = offers.get(name)
        if row["kind"] == "library" and offer:
            known = [each for each in _LINKED.get(name, ()) if each in found.packages]
            packages = known or _packages(found, sonames, row, offer["packages"])
            if packages is not None:
                rows[name] = packages
    counted = {package for packages in rows.values() for package in packages} - _RUNTIME
    base = _base(found)
    names = {
        *(name for offer in offers.values() if offer for name in offer["packages"]),
        *(name for name in INSTALLED if name in found.packages),
        *counted,
    }
    along = _along(found, names - base, counted - base)
    return {
        "libraries": rows,
        "base": sorted(base & counted),
        "along": along,
        "recommended": _recommended(found, along, counted - base),
    }


def _packages(
    found: Archive, sonames: Sonames, row: Mapping[str, Any], names: Iterable[str]
) -> list[str] | None:
    """Return the packages with what is linked, None for a family of which a build takes some."""
    links = row.get("links", ())
    closure = found.closure(names)
    linked = {
        package: min(index for index, link in enumerate(links) if link in sonames[package])
        for package in closure & sonames.keys()
        if not sonames[package].isdisjoint(links)
    }
    packages = sorted(linked, key=lambda package: (linked[package], package))
    packages = packages or sorted(_needed(found, sonames, names))
    if len(packages) > 1:
        packages = [each for each in packages if not _BESIDE.fullmatch(each)] or packages
    if len(packages) > _MOST:
        return None
    return [
        package
        for package in packages
        if not any(other != package and package in found.closure([other]) for other in packages[:1])
    ]


def _needed(found: Archive, sonames: Sonames, names: Iterable[str]) -> set[str]:
    """Return the libraries that development packages and those of the same source depend on."""
    waiting, seen = [*names], set[str]()
    needed: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in found.packages:
            continue
        seen.add(name)
        for group in alternatives(found.packages[name].get("Depends", "")):
            each = group[0]
            if each not in found.packages or each in _RUNTIME:
                continue
            if each in sonames and found.source(each) == found.source(name):
                needed.add(each)
            elif each.endswith("-dev") and found.source(each) == found.source(name):
                waiting.append(each)
    return needed


def _base(found: Archive) -> set[str]:
    """Return what debootstrap's minbase installs."""
    return found.closure(
        name
        for name, row in found.packages.items()
        if row.get("Essential") == "yes" or row.get("Priority") == "required" or name == "apt"
    )


def _along(found: Archive, names: set[str], counted: set[str]) -> dict[str, list[str]]:
    """Return what of `counted` comes directly along with each of `names`.

    What one of these brings along is left out.
    """
    closures = {name: found.closure([name]) & (counted | names) - {name} for name in names}
    rows = {}
    for name in sorted(names):
        indirect = {
            each
            for other in closures[name]
            if name not in closures[other]
            for each in closures[other]
        }
        direct = closures[name] - indirect
        # Of what brings nothing itself, only the counted libraries matter.
        rows[name] = sorted(each for each in direct if each in counted or closures[each] & counted)
    return {name: row for name, row in rows.items() if row or name in INSTALLED}


def _recommended(
    found: Archive, along: Mapping[str, list[str]], counted: set[str]
) -> dict[str, list[str]]:
    """Return what of `counted` is only there because packages recommend others."""
    rows = {}
    for name in sorted(along.keys() & INSTALLED):
        more = found.closure([name], recommends=True) & counted
        more -= found.closure([name])
        # What one of these brings itself is left out.
        brought = {
            each for other in more for each in found.closure([other]) & counted if each != other
        }
        if direct := sorted(more - brought):
            rows[name] = direct
    return rows


def main(arguments: list[str] | None = None) -> int:
    """Run the script; see `--help`."""
    return run("runtime", 4, parse_options(__doc__, arguments), update)


if __name__ == "__main__":
    sys.exit(main())
