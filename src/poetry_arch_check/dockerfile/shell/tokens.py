"""The tokens of a script with a position among them, as a recursive descent parser reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.shell.lexer import Lexer, ShellError

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.shell.lexer import Token
    from poetry_arch_check.dockerfile.shell.syntax import Heredoc


class Tokens:
    """The tokens of `text`; the last one is the end, and taking it does not go beyond.

    Raises ShellError and WordError for what cannot be cut into tokens.
    """

    def __init__(self, text: str, *, joined: bool) -> None:
        """Cut `text` into tokens; `joined` as in Lexer."""
        lexer = Lexer(text, joined=joined)
        self._tokens = lexer.tokens()
        self._heredocs = iter(lexer.heredocs)
        self._position = 0

    @property
    def current(self) -> Token:
        """The token at the position."""
        return self._tokens[min(self._position, len(self._tokens) - 1)]

    @property
    def following(self) -> Token:
        """The token behind it."""
        return self._tokens[min(self._position + 1, len(self._tokens) - 1)]

    @property
    def operator(self) -> str:
        """The operator at the position, "" for a word, "end" for the end."""
        return self.current.operator

    def take(self) -> Token:
        """Return the token at the position and go on."""
        token = self.current
        self._position += 1
        return token

    def take_word(self) -> Token | None:
        """Return the word at the position and go on, None at an operator."""
        return None if self.operator else self.take()

    def take_heredoc(self) -> Heredoc | None:
        """Return the next here-document, in the order of their redirections."""
        return next(self._heredocs, None)

    def is_word(self, *words: str) -> bool:
        """Return whether one of `words` is at the position."""
        token = self.current
        return not token.operator and token.raw in words

    def expect(self, word: str) -> None:
        """Take `word`. Raises ShellError for anything else."""
        if not self.is_word(word):
            raise self.unexpected()
        self.take()

    def expect_operator(self, operator: str) -> None:
        """Take `operator`. Raises ShellError for anything else."""
        if self.operator != operator:
            raise self.unexpected()
        self.take()

    def skip(self, *operators: str) -> None:
        """Take all of `operators` that come next."""
        while self.operator in operators:
            self.take()

    def unexpected(self) -> ShellError:
        """Return the error for the token at the position."""
        token = self.current
        shown = "end of script" if token.operator == "end" else f"`{_shown(token)}`"
        return ShellError(f"unexpected {shown}", token.start)


def _shown(token: Token) -> str:
    return (token.raw or token.operator)[:40].replace("\n", "\\n")
