"""Commands without other commands in them: words, assignments, redirections, `[[ … ]]`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.shell.lexer import ASSIGNMENT, ShellError
from poetry_arch_check.dockerfile.shell.syntax import Arithmetic, Heredoc, Simple, Word

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.shell.tokens import Tokens

REDIRECTIONS = frozenset({"<<<", "<<", "<<-", ">>", ">|", "<&", ">&", "<>", "<", ">"})
_OUTPUTS = frozenset({">", ">>", ">|"})


def simple_command(tokens: Tokens) -> Simple:
    """Return the command at the position; it ends at an operator."""
    assignments: list[tuple[str, str]] = []
    words: list[Word] = []
    outputs: list[Word] = []
    heredoc: Heredoc | None = None
    start = tokens.current.start
    while True:
        heredoc = redirections(tokens, outputs) or heredoc
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
        heredoc=heredoc,
        outputs=tuple(outputs),
        start=start,
    )


def redirections(tokens: Tokens, outputs: list[Word]) -> Heredoc | None:
    """Take the redirections at the position; return the last here-document among them.

    The files that output goes to are added to `outputs`.
    """
    heredoc = None
    while (operator := tokens.operator) in REDIRECTIONS:
        tokens.take()
        if operator in {"<<", "<<-"}:
            heredoc = tokens.take_heredoc()
            continue
        if tokens.operator:
            raise tokens.unexpected()
        token = tokens.take()
        if operator in _OUTPUTS:
            outputs.append(Word(raw=token.raw, start=token.start))
    return heredoc


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
