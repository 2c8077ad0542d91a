"""Commands without other commands in them: words, assignments, redirections, `[[ … ]]`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.shell.lexer import ASSIGNMENT, ShellError
from poetry_arch_check.dockerfile.shell.syntax import Arithmetic, Heredoc, Simple, Word

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.shell.tokens import Tokens

REDIRECTIONS = frozenset({"<<<", "<<", "<<-", ">>", ">|", "<&", ">&", "<>", "<", ">"})
_OUTPUTS = frozenset({">", ">>", ">|"})
# What a command prints, and not its errors (`2>`).
_PRINTED = frozenset({"", "1", "&"})


@dataclass(slots=True)
class Redirections:
    """What a command reads, and the files that it writes to; the last of each kind counts."""

    heredoc: Heredoc | None = None
    input: Word | None = None
    string: Word | None = None
    outputs: list[Word] = field(default_factory=list)

    def take(self, tokens: Tokens) -> None:
        """Take the redirections at the position."""
        while (operator := tokens.operator) in REDIRECTIONS:
            descriptor = tokens.take().descriptor
            if operator in {"<<", "<<-"}:
                self.heredoc = tokens.take_heredoc()
                continue
            if tokens.operator:
                raise tokens.unexpected()
            token = tokens.take()
            word = Word(raw=token.raw, start=token.start)
            if operator == ">&" and word.raw == "2":
                word, operator = replace(word, raw="/dev/stderr"), ">"
            if operator in _OUTPUTS and descriptor in _PRINTED:
                self.outputs.append(word)
            elif operator == "<" and not descriptor:
                self.input = word
            elif operator == "<<<":
                self.string = word


def simple_command(tokens: Tokens) -> Simple:
    """Return the command at the position; it ends at an operator."""
    assignments: list[tuple[str, str]] = []
    words: list[Word] = []
    redirections = Redirections()
    start = tokens.current.start
    while True:
        redirections.take(tokens)
        if tokens.operator:
            break
        token = tokens.take()
        assignment = ASSIGNMENT.match(token.raw)
        if assignment and not words:
            assignments.append((assignment["name"], token.raw[assignment.end() :]))
            continue
        words.append(Word(raw=token.raw, start=token.start))
        if token.raw == "[[" and len(words) == 1:
            words += _double_bracket(tokens)
    return Simple(
        assignments=tuple(assignments),
        words=tuple(words),
        heredoc=redirections.heredoc,
        input=redirections.input,
        string=redirections.string,
        outputs=tuple(redirections.outputs),
        start=start,
    )


def arithmetic(tokens: Tokens) -> Arithmetic:
    """Return `(( … ))`, whose expression is not evaluated."""
    depth, names = 0, []
    while True:
        token = tokens.take()
        depth += {"(": 1, ")": -1}.get(token.operator, 0)
        if token.operator == "end":
            raise ShellError("unterminated `((`", token.start)
        names += re.findall(r"[A-Za-z_]\w*", token.raw)
        if depth == 0:
            return Arithmetic(names=tuple(names))


def _double_bracket(tokens: Tokens) -> list[Word]:
    """Return the words up to `]]`, where operators are words as well."""
    words = []
    while True:
        token = tokens.take()
        if token.operator == "end":
            raise ShellError("unterminated `[[`", token.start)
        raw = token.raw or token.operator
        words.append(Word(raw=raw, start=token.start))
        if raw == "]]":
            return words
