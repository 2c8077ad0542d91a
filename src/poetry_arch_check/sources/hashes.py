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
    return any(_has_hash(path, *known.split(":", 1)) for known in hashes if ":" in known)


def _has_hash(path: Path, algorithm: str, value: str) -> bool:
    try:
        digest = hashlib.new(algorithm)
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except (OSError, ValueError, TypeError):  # it does not exist, or the algorithm is unknown
        return False
    if digest.digest_size:
        return digest.hexdigest() == value
    # shake_128 and shake_256 have a digest of any length, even of none.
    length = len(value) // 2
    return length > 0 and digest.hexdigest(length) == value  # type: ignore[call-arg]
