"""The files that inputs are made from: the tests' own, and those beside the repository."""

from __future__ import annotations

from fuzz.mutate import MAX_BYTES
from support.paths import DOCKERFILES, PROJECTS, SHARED


def seeds(*patterns: str) -> list[bytes]:
    """Return the files whose names match one of `patterns`, without those that are large."""
    found: dict[bytes, None] = {}
    for folder in (DOCKERFILES, PROJECTS, SHARED):
        for pattern in patterns:
            for path in sorted(folder.rglob(pattern)) if folder.is_dir() else ():
                if path.is_file() and path.stat().st_size <= MAX_BYTES:
                    found[path.read_bytes()] = None
    return list(found)
