"""Tables of sdists whose builds were seen: what is asked for, and with what it is known to build."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An sdist, and the image that it is built on.

    `known` are packages of that image's distribution: those with which it was seen to build, else those
    that it was tried with.
    """

    name: str
    version: str
    sdist: str
    sha256: str
    image: str
    known: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What it is called in names of files."""
        return f"{self.name}-{self.version}-{self.image.replace(':', '')}"


class TableError(Exception):
    """A table cannot be read: one sentence."""


def read(path: Path) -> tuple[Row, ...]:
    """Return the rows of a table: tab-separated, with a header.

    Its columns are name, version, sdist, sha256, image and, where there is something known,
    `known-to-build` or `printed-before`. Raises TableError.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            return tuple(map(_row, lines))
    except OSError as error:
        raise TableError(f"{path}: {error.strerror}.") from error
    except KeyError as error:
        raise TableError(f"{path} has no column {error}.") from error


def _row(line: dict[str, str]) -> Row:
    known = line.get("known-to-build") or line.get("printed-before") or ""
    return Row(
        name=line["name"],
        version=line["version"],
        sdist=line["sdist"],
        sha256=line["sha256"],
        image=line["image"],
        known=tuple(word for word in known.split() if word != "-"),
    )
