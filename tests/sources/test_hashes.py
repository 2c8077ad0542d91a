"""Files and the hashes that a lock has for them, in every algorithm that hashlib has."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from poetry_arch_check.sources.hashes import has_hash

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = b"an sdist"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the path of a file with `CONTENT`."""
    path = tmp_path / "a-1.0.tar.gz"
    path.write_bytes(CONTENT)
    return path


@pytest.mark.parametrize("algorithm", ["sha256", "sha512", "md5", "blake2b", "sha3_384"])
def test_a_hash_of_a_fixed_length(algorithm: str, path: Path) -> None:
    """The whole of it counts."""
    digest = hashlib.new(algorithm, CONTENT).hexdigest()
    assert has_hash(path, [f"{algorithm}:{digest}"])
    assert not has_hash(path, [f"{algorithm}:{digest[:-1]}"])
    assert not has_hash(path, [f"{algorithm}:"])


@pytest.mark.parametrize("algorithm", ["shake_128", "shake_256"])
def test_a_hash_of_any_length(algorithm: str, path: Path) -> None:
    """As long as the lock has it, and never none."""
    digest = hashlib.new(algorithm, CONTENT).hexdigest(64)  # type: ignore[call-arg]
    assert has_hash(path, [f"{algorithm}:{digest}"])
    assert not has_hash(path, [f"{algorithm}:{digest[:-2]}00"])
    for no_digest in ("", "0", "xyz", "ü"):
        assert not has_hash(path, [f"{algorithm}:{no_digest}"])


def test_what_is_no_hash(path: Path) -> None:
    """An unknown algorithm does not hide one that is known."""
    assert not has_hash(path, ["", ":", "sha256", "rot13:616e", "\x00:1"])
    known = f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"
    assert has_hash(path, ["rot13:616e", known])
    assert not has_hash(path.parent / "none", [known])
