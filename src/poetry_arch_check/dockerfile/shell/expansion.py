"""Words of a script → values, with the variables of a shell and what commands print."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.shell.budget import WORD
from poetry_arch_check.dockerfile.shell.builtin import DECLARING
from poetry_arch_check.dockerfile.shell.command import Command
from poetry_arch_check.dockerfile.shell.lexer import UnterminatedError
from poetry_arch_check.dockerfile.shell.quoting import WordError
from poetry_arch_check.dockerfile.shell.syntax import Word
from poetry_arch_check.dockerfile.shell.words import Value, expanded, fields, pattern

if TYPE_CHECKING:
    from collections.abc import Callable

    from poetry_arch_check.dockerfile.shell.state import ShellState
    from poetry_arch_check.dockerfile.shell.syntax import Simple


@dataclass(frozen=True, slots=True, kw_only=True)
class Expansion:
    """Expands words; `output` returns what a command substitution prints.

    All of its methods raise UnterminatedError for an unterminated quote.
    """

    state: ShellState
    output: Callable[[str], Value]

    def fields(self, raw: str) -> list[Value]:
        """Return the words that `raw` is split into."""
        try:
            return fields(raw, self.state.values, self.output, self.state.budget)
        except WordError as error:
            raise UnterminatedError(str(error), 0) from None

    def value(self, raw: str) -> Value:
        """Return `raw` as one value, as in an assignment."""
        return self._expanded(expanded, raw)

    def pattern(self, raw: str) -> Value:
        """Return `raw` as a pattern for `matches`."""
        return self._expanded(pattern, raw)

    def _expanded(self, expand: Callable[..., Value], raw: str) -> Value:
        try:
            self.state.budget.spend(WORD)
            return expand(raw, self.state.values, self.output, self.state.budget)
        except WordError as error:
            raise UnterminatedError(str(error), 0) from None

    def command(self, node: Simple, before: Command | None) -> Command:
        """Return a command with its words expanded; `before` is in front of it in a pipe."""
        state = self.state
        words: list[Value] = []
        written = []
        first = node.words[0].raw if node.words else ""
        for index, word in enumerate(node.words):
            if first == "[[" and node.words[index - 1].raw in {"=", "==", "!="}:
                found = [self.pattern(word.raw)]
            elif first in DECLARING:
                found = [self.value(word.raw)]
            else:
                found = self.fields(word.raw)
            words += found
            if found == [word.raw] and state.fixed_offset is None and not state.conditions:
                written.append(Word(raw=word.raw, start=word.start + state.offset))
        heredoc = node.heredoc
        start = state.offset + node.start if state.fixed_offset is None else state.fixed_offset
        return Command(
            words=tuple(words),
            values=state.values,
            certain=state.certain,
            start=start,
            written=tuple(written),
            outputs=tuple(self.value(word.raw) for word in node.outputs),
            heredoc=replace(heredoc, start=heredoc.start + state.offset) if heredoc else None,
            input=self.value(node.input.raw) if node.input else None,
            string=self.value(node.string.raw) if node.string else None,
            before=before,
            piped=state.piped,
        )
