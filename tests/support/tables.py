"""Tables that a test may change, and a run of an update script on them."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_NEW = 3_800_000_000  # in the year 2090


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The tables in a folder of the test's own; `sources` is a folder for `--from`."""

    folder: Path
    sources: Path

    def read(self, name: str) -> dict[str, Any]:
        """Return a table, whole."""
        content: dict[str, Any] = json.loads((self.folder / f"{name}.json").read_text("utf-8"))
        return content

    def write(self, name: str, table: dict[str, Any]) -> None:
        """Replace a table."""
        (self.folder / f"{name}.json").write_text(json.dumps(table), "utf-8")

    def text(self, name: str) -> str:
        """Return a table's file."""
        return (self.folder / f"{name}.json").read_text("utf-8")

    def source(self, name: str, content: str) -> None:
        """Write a file of a source, newer than every table whatever the clock says."""
        path = self.sources / name
        path.write_text(content, "utf-8")
        os.utime(path, (_NEW, _NEW))

    def run(self, main: Callable[[list[str] | None], int], *options: str) -> int:
        """Run a script on the folder and its sources."""
        return main(["--data", str(self.folder), "--from", str(self.sources), *options])
