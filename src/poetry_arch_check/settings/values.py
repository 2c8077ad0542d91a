"""Plain TOML values at keys, with every mistake collected."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from poetry_arch_check.errors import ArchCheckError
from poetry_arch_check.strings import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


@dataclass(slots=True)
class Mistakes:
    """What is wrong with a table so far: one line for each mistake, with its full TOML key."""

    lines: list[str] = field(default_factory=list)

    def add(self, key: str, text: str) -> None:
        """Record that the value at `key` is wrong; `text` goes on after the key."""
        self.lines.append(f"{key} {text}")

    def table(self, key: str, value: object, known: Iterable[str]) -> dict[str, Any]:
        """Return `value` if it is a table, else an empty one; its keys are to be among `known`."""
        if not isinstance(value, dict):
            self.add(key, f"must be a table, not {described(value)}")
            return {}
        known = tuple(known)
        for name in value:
            if name not in known:
                self.add(joined(key, name), f"is not a known key{did_you_mean(name, known)}")
        return value

    def string(self, key: str, value: object) -> str | None:
        """Return `value` if it is a string with something in it."""
        if isinstance(value, str) and value.strip():
            return value
        found = described(value) if value != "" else "an empty one"
        self.add(key, f"must be a string, not {found}")
        return None

    def strings(self, key: str, value: object) -> tuple[str, ...]:
        """Return the strings of an array, or the one that stands for an array of one."""
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list):
            self.add(key, f"must be an array of strings, not {described(value)}")
            return ()
        read = (self.string(f"{key}[{index}]", item) for index, item in enumerate(items))
        return tuple(item for item in read if item is not None)

    def boolean(self, key: str, value: object) -> bool:
        """Return `value` if it is a boolean, else False."""
        if isinstance(value, bool):
            return value
        self.add(key, f"must be true or false, not {described(value)}")
        return False

    def accepts(self, key: str, parse: Callable[[], object]) -> bool:
        """Return whether `parse` succeeds, and record why it does not."""
        try:
            parse()
        except ArchCheckError as error:
            hint = f"; {error.hint}" if error.hint else ""
            self.add(key, f"is wrong: {error}{hint}")
            return False
        return True


def indexed(key: str, value: object, items: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield each of `items` with its key, which has an index where `value` is an array."""
    for index, item in enumerate(items):
        yield (f"{key}[{index}]" if isinstance(value, list) else key), item


def joined(key: str, name: str) -> str:
    """Return the TOML key of `name` in the table at `key`, quoted where TOML asks for it."""
    bare = re.fullmatch(r"[A-Za-z0-9_-]+", name)
    return f"{key}.{name}" if bare else f"{key}.{json.dumps(name, ensure_ascii=False)}"


def described(value: object) -> str:
    """Return what `value` is, in TOML's words."""
    match value:
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return f'"{value}"'
        case list():
            return "an array"
        case dict():
            return "a table"
        case _:
            return f"a {type(value).__name__}"
