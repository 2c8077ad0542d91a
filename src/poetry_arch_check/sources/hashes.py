"""Files and the hashes that the lock has for them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_CHUNK = 1 << 20


def has_hash(path: Path, hashes: Iterable[str]) -> bool:
    """Return whether a file has one of `hashes` (`sha256:…`); False where it cannot be read."""
    for known in hashes:
        algorithm, _, value = known.partition(":")
        try:
            digest = hashlib.new(algorithm)
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
        except (OSError, ValueError):  # it does not exist, or the algorithm is unknown
            continue
        if digest.hexdigest() == value:
            return True
    return False
