"""Headers of which the sources take one: an `#if` chain over macros that the build defines."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from poetry_arch_check.inspection.c_sources.events import Sign

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEFINED = re.compile(r"defined\s*\(?\s*(\w+)\s*\)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternatives:
    """A chain `#if defined(A)`, `#elif defined(B)`, …, whose `#else` warns or stops.

    `macros` are those of its branches and of the conditions around it, `headers` what each
    branch includes that is not in the tree: branches without such a header are left out.
    """

    macros: frozenset[str]
    headers: tuple[tuple[str, ...], ...]


@dataclass(slots=True)
class _Chain:
    """A chain that is open; `plain` says that each of its conditions is one macro's."""

    macros: list[str] = field(default_factory=list)
    headers: list[list[str]] = field(default_factory=list)
    plain: bool = True
    last: bool = False
    refused: bool = False


class Chains:
    """The chains that surround a place in a file, the outermost first."""

    def __init__(self) -> None:
        self._open: list[_Chain] = []

    def read(self, sign: Sign, text: str) -> Iterator[Alternatives]:
        """Enter, change or leave a chain; yield the alternatives of one that ends."""
        match sign:
            case Sign.IF:
                self._open.append(_Chain())
                self._begin(text)
            case Sign.ELIF if self._open:
                self._begin(text)
            case Sign.ELSE if self._open:
                self._open[-1].last = True
            case Sign.ENDIF if self._open:
                chain = self._open.pop()
                headers = tuple(tuple(each) for each in chain.headers if each)
                plain = chain.plain and all(each.plain for each in self._open)
                if plain and chain.refused and headers[1:]:
                    around = (macro for each in self._open for macro in each.macros)
                    yield Alternatives(macros=frozenset((*chain.macros, *around)), headers=headers)
            case _:
                pass

    def include(self, header: str) -> None:
        """Note a header that is not in the tree."""
        if self._open and not self._open[-1].last:
            self._open[-1].headers[-1].append(header)

    def refuse(self) -> None:
        """Note a warning or an error: it is about the chains in whose `#else` it stands."""
        for chain in self._open:
            chain.refused |= chain.last

    def _begin(self, text: str) -> None:
        chain = self._open[-1]
        match = _DEFINED.fullmatch(text.strip())
        chain.plain &= match is not None
        chain.macros += [match[1]] if match else []
        chain.headers.append([])
