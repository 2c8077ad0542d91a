"""A shell script's text → words, operators and redirections, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from poetry_arch_check.dockerfile.words import end_of_quoted


class ShellError(Exception):
    """A script that is not read: why, and where in its text."""

    def __init__(self, why: str, at: int) -> None:
        """Take a clause for a sentence, and a position."""
        super().__init__(why)
        self.at = at


_OPERATORS = ("&&", "||", ";;", "|&", "&", "|", ";", "(", ")", "\n")
_REDIRECTION = re.compile(r"(?:\d+|&)?(?P<operator><<<|<<-?|>>|>\||[<>]&|<>|<|>)")
ASSIGNMENT = re.compile(r"(?P<name>[A-Za-z_]\w*)\+?=", re.ASCII)
_BREAKS = frozenset(" \t\r\n;|&()<>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word, an operator or a redirection; `operator` is "" for words, `raw` "" for the end."""

    raw: str
    start: int
    operator: str = ""


class Lexer:
    """Cuts a script into words and operators."""

    def __init__(self, text: str) -> None:
        """Begin at the first character of `text`."""
        self._text = text
        self._at = 0
        self._heredocs: list[tuple[str, bool]] = []

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
                end = text.find("\n", at)
                self._at = len(text) if end < 0 else end
            elif redirection := _REDIRECTION.match(text, at):
                self._at = redirection.end()
                found.append(Token(raw="", start=at, operator=redirection["operator"]))
                if redirection["operator"] in {"<<", "<<-"}:
                    self._open_heredoc(dashed=redirection["operator"] == "<<-")
            elif operator := next((each for each in _OPERATORS if text.startswith(each, at)), ""):
                self._at += len(operator)
                found.append(Token(raw="", start=at, operator=operator))
                if operator == "\n":
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
                # An array is one word: what it holds is not known.
                if character == "(" and text[self._at - 1] == "=":
                    self._at = end_of_quoted(
                        f"{text[: self._at - 1]}${text[self._at :]}", self._at - 1
                    )
                    continue
                return
            else:
                plain = _PLAIN.match(text, self._at)
                self._at = plain.end() if plain else self._at + 1

    def _open_heredoc(self, *, dashed: bool) -> None:
        word = _DELIMITER.match(self._text, self._at)
        if word is None:
            raise ShellError("a here-document has no name", self._at)
        self._at = word.end()
        self._heredocs.append((word["word"], dashed))

    def _skip_heredocs(self) -> None:
        for word, dashed in self._heredocs:
            while self._at < len(self._text):
                end = self._text.find("\n", self._at)
                end = len(self._text) if end < 0 else end
                line = self._text[self._at : end].rstrip("\r")
                self._at = end + 1
                if (line.lstrip("\t") if dashed else line) == word:
                    break
        self._heredocs = []


_CONTINUED = re.compile(r"\\[ \t]*\r?\n")
_PLAIN = re.compile(r"[^\\'\"`$ \t\r\n;|&()<>]+")
_DELIMITER = re.compile(r"[ \t]*(?P<quote>[\"']?)(?P<word>[\w.-]+)(?P=quote)")
