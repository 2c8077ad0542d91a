"""A shell script's text → words, operators and redirections, each with its offset."""

from __future__ import annotations

import re
from dataclasses import dataclass

from poetry_arch_check.dockerfile.shell.quoting import end_of_quoted, unquoted
from poetry_arch_check.dockerfile.shell.syntax import Heredoc


class ShellError(Exception):
    """A script that cannot be read: why, and at which offset."""

    def __init__(self, why: str, at: int) -> None:
        super().__init__(why)
        self.at = at


class UnterminatedError(ShellError):
    """A script with an unterminated quote: no shell would read it."""


_OPERATOR = re.compile(r"&&|\|[|&]?|;;&?|;&?|[&()\n]")
_REDIRECTION = re.compile(r"(?P<descriptor>\d+|&)?(?P<operator><<<|<<-?|>>|>\||[<>]&|<>|<|>)")
ASSIGNMENT = re.compile(r"(?P<name>[A-Za-z_]\w*)\+?=", re.ASCII)
_BREAKS = frozenset(" \t\r\n;|&()<>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word, an operator or a redirection; `operator` is "" for words, `raw` "" for the end.

    `descriptor` is what stands in front of a redirection: `2` of `2>`.
    """

    raw: str
    start: int
    operator: str = ""
    descriptor: str = ""


class Lexer:
    """Cuts a script into words and operators.

    With `joined`, it is the argument of RUN: Docker joins its lines before a shell sees them,
    so that a comment extends over all of them.
    """

    def __init__(self, text: str, *, joined: bool = False) -> None:
        self._text = text
        self._joined = joined
        self._at = 0
        self._open: list[tuple[str, bool]] = []
        self.heredocs: list[Heredoc] = []

    def tokens(self) -> list[Token]:
        """Return all tokens, the last of which is the end."""
        found = []
        text = self._text
        while self._at < len(text):
            at = self._at
            character = text[at]
            if character in " \t\r":
                self._at += 1
            elif continued := _CONTINUED.match(text, at):
                self._at = continued.end()
            elif character == "#":
                end = (_JOINED_COMMENT if self._joined else _COMMENT).match(text, at)
                self._at = end.end() if end else len(text)
            elif redirection := _REDIRECTION.match(text, at):
                self._at = redirection.end()
                if redirection["operator"] in {"<", ">"} and text[self._at : self._at + 1] == "(":
                    # Process substitution: a file.
                    self._at = self._parenthesis()
                    found.append(Token(raw="$(:)", start=at))
                    continue
                operator, descriptor = redirection["operator"], redirection["descriptor"] or ""
                found.append(Token(raw="", start=at, operator=operator, descriptor=descriptor))
                if operator in {"<<", "<<-"}:
                    self._open_heredoc(dashed=operator == "<<-")
            elif separator := _OPERATOR.match(text, at):
                self._at = separator.end()
                found.append(Token(raw="", start=at, operator=separator[0]))
                if character == "\n":
                    self._skip_heredocs()
            else:
                self._word()
                found.append(Token(raw=text[at : self._at], start=at))
        found.append(Token(raw="", start=len(text), operator="end"))
        return found

    def _word(self) -> None:
        text = self._text
        while self._at < len(text):
            character = text[self._at]
            if character == "\\":
                self._at = min(self._at + 2, len(text))
            elif character in "'\"`" or text.startswith(("$(", "${"), self._at):
                self._at = end_of_quoted(text, self._at)
            elif character in _BREAKS:
                # An array is one word, whose value is not known.
                if character == "(" and text[self._at - 1] == "=":
                    self._at = self._parenthesis()
                    continue
                return
            else:
                plain = _PLAIN.match(text, self._at)
                self._at = plain.end() if plain else self._at + 1

    def _parenthesis(self) -> int:
        """Return the position behind the closing parenthesis."""
        return end_of_quoted(self._text, self._at)

    def _open_heredoc(self, *, dashed: bool) -> None:
        word = _DELIMITER.match(self._text, self._at)
        if word is None:
            raise ShellError("here-document without a delimiter", self._at)
        self._at = word.end()
        self._open.append((unquoted(word["word"]), dashed))

    def _skip_heredocs(self) -> None:
        for word, dashed in self._open:
            first = self._at
            last = first
            while self._at < len(self._text):
                end = self._text.find("\n", self._at)
                end = len(self._text) if end < 0 else end
                line = self._text[self._at : end].rstrip("\r")
                last = self._at
                self._at = end + 1
                if (line.lstrip("\t") if dashed else line) == word:
                    break
            else:
                last = len(self._text)
            self.heredocs.append(Heredoc(text=self._text[first:last], start=first))
        self._open = []


_CONTINUED = re.compile(r"\\[ \t]*\r?\n")
_PLAIN = re.compile(r"[^\\'\"`$ \t\r\n;|&()<>]+")
_DELIMITER = re.compile(r"[ \t]*(?P<word>(?:\"[^\"\n]*\"|'[^'\n]*'|\\.|[^\s\"'\\;|&()<>])+)")
_COMMENT = re.compile(r"[^\n]*")
_JOINED_COMMENT = re.compile(r"(?:\\[ \t]*\r?\n|[^\n])*")
