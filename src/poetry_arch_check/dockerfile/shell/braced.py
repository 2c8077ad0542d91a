"""What is between the braces of `${…}`: a name, and what is done with its value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poetry_arch_check.dockerfile.shell.words import Value

_NAME = re.compile(r"[A-Za-z_]\w*|\d+|[@*]|#$", re.ASCII)
_OPERATION = re.compile(r"(?P<op>:?[-+=?]|##?|%%?)(?P<word>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Braced:
    """The variable `name`, and an operation of Docker's and POSIX's: `operator` and `word`.

    The operator is "" for the value as it is, None for an operation that neither has.
    """

    name: str
    operator: str | None
    word: str

    def replacement(self, values: Mapping[str, Value]) -> str | None:
        """Return the word that replaces the variable, None if it is not replaced.

        That is the default (`-`, `=`) of an unset variable, the alternative (`+`) of one that is
        set.
        """
        operator = self.operator or ""
        if operator.lstrip(":") not in {"-", "=", "+"}:
            return None
        value, declared = values.get(self.name), self.name in values
        if declared and value is None:
            return None
        empty = not declared or (value == "" and operator.startswith(":"))
        chosen = empty is not operator.endswith("+")
        return self.word if chosen else None


def parse_braced(text: str) -> Braced | None:
    """Return what `${text}` says, None where it begins with no name."""
    name = _NAME.match(text)
    if name is None:
        return None
    rest = text[name.end() :]
    if not rest:
        return Braced(name=name[0], operator="", word="")
    found = _OPERATION.fullmatch(rest)
    if found is None:
        return Braced(name=name[0], operator=None, word="")
    return Braced(name=name[0], operator=found["op"], word=found["word"])
