"""Poetry's artifact cache, looked up by what the lock knows: file names and hashes.

`ArtifactCache` lays its directories out in four levels of a hash of a file's address, which only
an index knows. So all of it is walked, once, when the first file is asked for.
"""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING

from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from packaging.version import InvalidVersion

from poetry_arch_check.sources.hashes import has_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from packaging.tags import Tag
    from packaging.utils import NormalizedName
    from packaging.version import Version

_LAYOUT = "*/*/*/*/*"


class ArtifactCache:
    """The files in Poetry's artifact cache; its methods may be called from several threads."""

    def __init__(self, folder: Path) -> None:
        """Take the directory (`Config.artifacts_cache_directory`)."""
        self._folder = folder
        self._lock = threading.Lock()

    def file(self, filename: str, hashes: Iterable[str]) -> Path | None:
        """Return the cached file of this name that has one of `hashes` (`sha256:…`)."""
        hashes = tuple(hashes)
        paths = self._by_name.get(filename, ()) if hashes else ()
        return next((path for path in paths if has_hash(path, hashes)), None)

    def wheels_beside(
        self, name: NormalizedName, version: Version
    ) -> Iterator[tuple[Path, frozenset[Tag]]]:
        """Yield the directory and the tags of each cached wheel of a release.

        Poetry keeps a wheel that it has built in the directory of its sdist.
        """
        for filename in self._wheel_names.get((name, version), ()):
            tags = parse_wheel_filename(filename)[3]
            for path in self._by_name[filename]:
                yield path.parent, tags

    @property
    def _by_name(self) -> dict[str, list[Path]]:
        with self._lock:
            return self._walked

    @cached_property
    def _walked(self) -> dict[str, list[Path]]:
        found: dict[str, list[Path]] = {}
        for path in self._folder.glob(_LAYOUT):
            found.setdefault(path.name, []).append(path)
        return found

    @cached_property
    def _wheel_names(self) -> dict[tuple[NormalizedName, Version], list[str]]:
        found: dict[tuple[NormalizedName, Version], list[str]] = {}
        for filename in self._by_name:
            if filename.endswith(".whl"):
                try:
                    name, version, _, _ = parse_wheel_filename(filename)
                except (InvalidWheelFilename, InvalidVersion):
                    continue
                found.setdefault((name, version), []).append(filename)
        return found
