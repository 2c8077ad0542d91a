"""Texts and files → others that nobody has written yet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

# An input is not larger: what reads it has limits of its own.
MAX_BYTES = 400_000
_ODD = (
    b"\0", b"\r", b"\xff", b"\xc3\x28", "\ufeff".encode(), "\u2028".encode(), "\u202e".encode(),
    "\U0001f600".encode(), b"\x1b[31m", b"##[x]y", b"::error::x", b"%0A", b"<b>", b"{{", b"}}",
    b"-1", b"0", b"99999999999999999999", b"1e999", b"nan", b"true", b"null", b"[]", b"{}", b'""',
    b"../../x", b"/dev/zero", b"https://user:pw@host/x", b"*", b"?", b"~", b" ", b"\n", b"\t",
)  # fmt: skip
_NUMBER = re.compile(rb"\d+")
_WORD = re.compile(rb"[\w.-]+")


class Mutator:
    """Changes `seeds` at random; `words` are what the format gives a meaning to."""

    def __init__(self, seeds: Sequence[bytes], words: Sequence[bytes] = ()) -> None:
        self._seeds = seeds
        self._words = (*words, *_ODD)

    def make(self, rng: random.Random, seed: bytes | None = None) -> bytes:
        """Return a seed, or `seed`, with a few changes, sometimes with many.

        Half of the inputs have words and lines changed alone, so that more of them can be read.
        """
        data = rng.choice(self._seeds) if seed is None else seed
        gentle: tuple[Callable[[bytes, random.Random], bytes], ...] = (
            self._replaced, _swapped, _renumbered, _without_line, _moved_word,
        )  # fmt: skip
        steps = (
            *gentle, self._inserted, self._inserted, self._spliced, _flipped, _removed, _doubled,
            _repeated, _cut,
        )  # fmt: skip
        chosen, counts = (gentle, (1, 1, 2)) if rng.random() < 0.5 else (steps, (1, 2, 3, 8, 30))
        for _ in range(rng.choice(counts)):
            data = rng.choice(chosen)(data, rng)[:MAX_BYTES]
        return data

    def _inserted(self, data: bytes, rng: random.Random) -> bytes:
        at = rng.randint(0, len(data))
        return data[:at] + rng.choice(self._words) * rng.choice((1, 1, 1, 3)) + data[at:]

    def _replaced(self, data: bytes, rng: random.Random) -> bytes:
        """Put a word in the place of another."""
        found = list(_WORD.finditer(data))
        if not found:
            return self._inserted(data, rng)
        word = rng.choice(found)
        return data[: word.start()] + rng.choice(self._words) + data[word.end() :]

    def _spliced(self, data: bytes, rng: random.Random) -> bytes:
        """Put a part of another seed in."""
        other = rng.choice(self._seeds)
        at = rng.randint(0, len(data))
        return data[:at] + _part(other, rng) + data[at:]


def _part(data: bytes, rng: random.Random) -> bytes:
    start = rng.randint(0, len(data))
    return data[start : start + rng.choice((1, 10, 100, 1_000, 5_000))]


def _flipped(data: bytes, rng: random.Random) -> bytes:
    if not data:
        return data
    at = rng.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :]


def _removed(data: bytes, rng: random.Random) -> bytes:
    at = rng.randint(0, len(data))
    return data[:at] + data[at + rng.choice((1, 1, 5, 50, 500)) :]


def _doubled(data: bytes, rng: random.Random) -> bytes:
    at = rng.randint(0, len(data))
    part = data[at : at + rng.choice((1, 5, 50, 500))]
    return data[:at] + part + data[at:]


def _repeated(data: bytes, rng: random.Random) -> bytes:
    """Repeat a part so often that the input becomes large."""
    at = rng.randint(0, len(data))
    part = data[at : at + rng.choice((1, 2, 4, 8, 20, 100))]
    return data[:at] + part * rng.choice((10, 100, 1_000, 20_000)) + data[at:]


def _swapped(data: bytes, rng: random.Random) -> bytes:
    lines = data.split(b"\n")
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def _without_line(data: bytes, rng: random.Random) -> bytes:
    lines = data.split(b"\n")
    del lines[rng.randrange(len(lines))]
    return b"\n".join(lines)


def _cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randint(0, len(data))] if rng.random() < 0.3 else data


def _renumbered(data: bytes, rng: random.Random) -> bytes:
    found = list(_NUMBER.finditer(data))
    if not found:
        return data
    number = rng.choice(found)
    other = rng.choice((b"0", b"1", b"-1", b"4294967296", b"9" * 30, b"9" * 5_000))
    return data[: number.start()] + other + data[number.end() :]


def _moved_word(data: bytes, rng: random.Random) -> bytes:
    """Put a word of the input to another place in it."""
    found = list(_WORD.finditer(data))
    if not found:
        return data
    word, at = rng.choice(found)[0], rng.choice(found)
    return data[: at.start()] + word + data[at.end() :]
