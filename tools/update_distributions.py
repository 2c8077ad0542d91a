"""Update data/distributions.json: releases of Linux distributions, C libraries and Pythons.

Sources, for Debian and Ubuntu: debian.csv and ubuntu.csv of distro-info-data (which releases
there are), the package lists of their archives (versions of libc6 and python3).

    tools/update_distributions.py [--mirror URL]
    tools/update_distributions.py --from FOLDER [--from CLONE_OF_OFFICIAL_IMAGES]

`--from` takes folders with debian.csv, ubuntu.csv and Packages-CODENAME (also .xz or .gz);
without it, the Debian package distro-info-data and apt's mirrors serve. A release whose package
list cannot be read stays as it is. The other distributions are kept by hand, by the source that
each row names: with a clone of docker-library/official-images, releases that have an official
image and no row are named.
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from _debian import Archive, archive
from _tables import (
    Options,
    SourceError,
    Table,
    Text,
    Update,
    find,
    parse_options,
    run,
    today,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_DISTRO_INFO = Path("/usr/share/distro-info")
# Their lists in official-images.
_IMAGES = {
    "Alpine": "alpine",
    "Amazon Linux": "amazonlinux",
    "Fedora": "fedora",
    "Rocky Linux": "rockylinux",
    "AlmaLinux": "almalinux",
}


def update(table: Table, options: Options) -> Update:
    """Return the table with what the archives of Debian and Ubuntu say."""
    rows = {name: dict(releases) for name, releases in table.rows.items()}
    notes: list[str] = []
    dates = [table.date]
    for name in ("Debian", "Ubuntu"):
        codenames = {release: row["codename"] for release, row in rows[name].items()}
        codenames |= _released(name, options, notes)
        for release, codename in codenames.items():
            try:
                found = archive(options, codename)
                row = _row(found, name, codename)
            except SourceError as error:
                what = "stays as it is" if release in rows[name] else "is released and has no row"
                notes.append(f"{name} {release} ({codename}) {what}: {error}")
                continue
            if row != rows[name].get(release):
                dates.append(found.date)
            rows[name][release] = row
    others = ", ".join(name for name in rows if name not in {"Debian", "Ubuntu"})
    notes += [f"kept by hand: {others}", *_missing(rows, options)]
    return Update(rows=rows, date=max(dates), notes=tuple(notes))


def _released(name: str, options: Options, notes: list[str]) -> dict[str, str]:
    """Return the codenames of releases that are out and not ended, by their number."""
    file = f"{name.lower()}.csv"
    text = find(options, file)
    if text is None and not options.local and (_DISTRO_INFO / file).is_file():
        content = (_DISTRO_INFO / file).read_text("utf-8")
        text = Text(content=content, origin=file, date=today())
    if text is None:
        notes.append(f"{file} is not there: new releases of {name} are not looked for")
        return {}
    return {
        row["version"].removesuffix(" LTS"): row["series"]
        for row in csv.DictReader(text.content.splitlines())
        if row["version"] and row["release"] and row["release"] <= today() < (row["eol"] or "9999")
    }


def _row(found: Archive, name: str, codename: str) -> dict[str, Any]:
    libc, python = found.version("libc6"), found.version("python3")
    if libc is None or python is None:
        raise SourceError(f"{found.origin} has no libc6 or no python3")
    return {
        "codename": codename,
        "libc": f"glibc {libc[0]}.{libc[1]}",
        "manager": "apt-get",
        "python": f"{python[0]}.{python[1]}",
        "source": f"package list of {name} {codename}",
    }


def _missing(rows: dict[str, Any], options: Options) -> Iterator[str]:
    """Yield which releases have an official image and no row."""
    for name, file in _IMAGES.items():
        text = find(options, f"library/{file}")
        for tag in re.findall(r"(?m)^Tags: (.*)$", text.content) if text else ():
            words = tag.split(", ")
            numbers = [word for word in words if re.fullmatch(r"\d+(\.\d+)?", word)]
            rolling = {"edge", "rawhide"}.intersection(words)
            if numbers and not rolling and not rows[name].keys() & set(numbers):
                yield f"{name} {numbers[0]} has an official image and no row"


def main(arguments: list[str] | None = None) -> int:
    """Run the script; see `--help`."""
    return run("distributions", 2, parse_options(__doc__, arguments), update)


if __name__ == "__main__":
    sys.exit(main())
