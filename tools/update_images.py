"""Update data/images.json: what the official python images stand on.

Source: library/python of docker-library/official-images, the list by which they are built; its
history has every release since 2014.

    tools/update_images.py                   the list as it is now
    tools/update_images.py --from CLONE      the whole history in a clone of official-images

`--from` takes a clone (it may be bare) or a copy of the file `python`. What the table has:

- `newest`: the Python of `python:latest`; it never goes back
- `debian_since`, `alpine_since`: by release, from which patch of 3.x on the images without a
  release in their tag stand on it (releases that data/distributions.json has)
- `debians`: those that are built now, with the first 3.x each was built for, and architectures

A source older than the table changes nothing.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from _tables import (
    Options,
    SourceError,
    Table,
    Text,
    Update,
    download,
    find,
    git,
    is_repository,
    parse_options,
    run,
    version_key,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_FILE = "library/python"
_NOW = "https://raw.githubusercontent.com/docker-library/official-images/master/library/python"
# Docker's names of architectures, and those of data/images.json; arm32v5 has no wheels.
_ARCHITECTURES = {
    "amd64": "x86_64",
    "arm32v6": "armv6l",
    "arm32v7": "armv7l",
    "arm64v8": "aarch64",
    "i386": "i686",
    "ppc64le": "ppc64le",
    "riscv64": "riscv64",
    "s390x": "s390x",
}
_PYTHON = re.compile(r"3\.(?P<minor>\d+)\.(?P<patch>\d+)(?:(?:a|b|rc)\d+)?(?:-(?P<rest>.*))?")
_BASE = re.compile(r"(?:slim-)?(alpine\d+\.\d+|[a-z]+)")

_Since = dict[str, dict[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """One image of the list: Python 3.`minor`.`patch` on the distribution `base`.

    `tags` includes those it shares with images for Windows, `endings` is what follows the
    version in them.
    """

    minor: int
    patch: int
    base: str
    tags: frozenset[str]
    endings: frozenset[str]
    architectures: tuple[str, ...]

    @property
    def alpine(self) -> bool:
        return self.base.startswith("alpine")


@dataclass(slots=True)
class _Images:
    """What the lists say; `apply` adds a newer one. Fields as in the table."""

    newest: int
    debian_since: _Since = field(default_factory=dict)
    alpine_since: _Since = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)
    architectures: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def apply(self, text: str) -> None:
        """Read a list that is newer than what was read before."""
        built = {}
        for block in _blocks(text):
            if "latest" in block.tags:
                self.newest = max(self.newest, block.minor)
            if block.alpine and "alpine" in block.endings:
                _start(self.alpine_since, block.base.removeprefix("alpine"), block)
            if block.alpine:
                continue
            if "" in block.endings:
                _start(self.debian_since, block.base, block)
            self.first[block.base] = min(block.minor, self.first.get(block.base, block.minor))
            built[block.base] = block.architectures
        if built:
            self.architectures = built


def update(table: Table, options: Options) -> Update:
    """Return the table as the newest list, or a clone with all of them, has it."""
    texts, day, whole = _lists(options)
    if day < table.date:
        note = f"the list of {day} is older than the table of {table.date}: nothing is read"
        return Update(rows=table.rows, date=table.date, notes=(note,))
    images = _Images(newest=table.rows["newest"]) if whole else _of_rows(table.rows)
    for text in texts:
        images.apply(text)
    if not images.architectures:
        raise SourceError(f"{_FILE} names no image on Debian with its architectures")
    known = json.loads((options.data / "distributions.json").read_text("utf-8"))["rows"]
    codenames = [row["codename"] for row in known["Debian"].values()]
    unknown = sorted(images.architectures.keys() - set(codenames))
    return Update(
        rows=_rows(images, codenames, list(known["Alpine"])),
        date=day,
        notes=tuple(f"{name} is not in distributions.json: left out" for name in unknown),
    )


def _lists(options: Options) -> tuple[Iterable[str], str, bool]:
    """Return texts of the list, oldest first, the date of the newest, and whether it is all."""
    for path in options.local:
        if is_repository(path) and (texts := _history(path)):
            return texts, git(path, "log", "-1", "--format=%cs", "--", _FILE).strip(), True
    text: Text | None = find(options, _FILE, "python") if options.local else download(_NOW)
    if text is None:
        raise SourceError(f"{_FILE} is not in --from")
    return (text.content,), text.date, False


def _history(repository: Path) -> list[str]:
    """Return each version of the list, oldest first, [] for another repository."""
    log = ("log", "--first-parent", "--reverse", "--format=%H", "HEAD", "--", _FILE)
    commits = git(repository, *log, missing_ok=True).split()
    objects = "".join(f"{commit}:{_FILE}\n" for commit in commits)
    printed = git(repository, "cat-file", "--batch", given=objects) if commits else ""
    return re.split(r"(?m)^[0-9a-f]{40,64} blob \d+\n", printed)[1:]


def _blocks(text: str) -> Iterator[_Block]:
    for paragraph in text.split("\n\n"):
        fields = dict(re.findall(r"(?m)^(\w+): (.*)$", paragraph))
        directory = fields.get("Directory", "")
        base = _BASE.fullmatch(directory.rpartition("/")[2])
        tags = f"{fields.get('Tags', '')}, {fields.get('SharedTags', '')}".split(", ")
        versions = [match for tag in tags if (match := _PYTHON.fullmatch(tag))]
        if base is None or not versions or "windows" in directory:
            continue
        yield _Block(
            minor=int(versions[0]["minor"]),
            patch=int(versions[0]["patch"]),
            base=base[1],
            tags=frozenset(tags),
            endings=frozenset(version["rest"] or "" for version in versions),
            architectures=tuple(
                _ARCHITECTURES[name]
                for name in fields.get("Architectures", "").split(", ")
                if name in _ARCHITECTURES
            ),
        )


def _start(since: _Since, release: str, block: _Block) -> None:
    """Note that the images of a Python stand on `release` now; they may have been rebuilt."""
    reached = [
        (firsts[block.minor], name)
        for name, firsts in since.items()
        if firsts.get(block.minor, block.patch + 1) <= block.patch
    ]
    if reached and max(reached)[1] == release:
        return
    for firsts in since.values():
        if firsts.get(block.minor, -1) >= block.patch:
            del firsts[block.minor]
    since.setdefault(release, {})[block.minor] = block.patch


def _of_rows(rows: dict[str, Any]) -> _Images:
    def since(name: str) -> _Since:
        return {
            release: {version_key(version)[1]: version_key(version)[2] for version in versions}
            for release, versions in rows[name].items()
        }

    return _Images(
        newest=rows["newest"],
        debian_since=since("debian_since"),
        alpine_since=since("alpine_since"),
        first={name: row["first"] for name, row in rows["debians"].items()},
    )


def _rows(images: _Images, debians: list[str], alpines: list[str]) -> dict[str, Any]:
    """Return the rows, with the newest release first, as they are looked up."""

    def since(found: _Since, releases: list[str]) -> dict[str, list[str]]:
        return {
            release: [f"3.{minor}.{patch}" for minor, patch in sorted(found[release].items())]
            for release in reversed(releases)
            if found.get(release)
        }

    return {
        "newest": images.newest,
        "debian_since": since(images.debian_since, debians),
        "alpine_since": since(images.alpine_since, alpines),
        "debians": {
            name: {"first": images.first[name], "architectures": sorted(images.architectures[name])}
            for name in debians
            if name in images.architectures
        },
    }


def main(arguments: list[str] | None = None) -> int:
    """Run the script; see `--help`."""
    return run("images", 2, parse_options(__doc__, arguments), update)


if __name__ == "__main__":
    sys.exit(main())
