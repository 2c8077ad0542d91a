"""A shell script's text → its syntax tree, with the offset of each command; nothing is run.

The maintained parsers of shells are native, without wheels for some of the machines that this
is for, or have licences that do not fit: hence one of our own, for what images are built with.
"""

from __future__ import annotations

from poetry_arch_check.dockerfile.shell.lexer import ASSIGNMENT, ShellError, UnterminatedError
from poetry_arch_check.dockerfile.shell.quoting import WordError
from poetry_arch_check.dockerfile.shell.simple_command import (
    REDIRECTIONS,
    Redirections,
    arithmetic,
    simple_command,
)
from poetry_arch_check.dockerfile.shell.syntax import (
    AndOr,
    Block,
    Case,
    For,
    Function,
    If,
    Loop,
    Node,
    Not,
    Pipe,
    Subshell,
    Word,
)
from poetry_arch_check.dockerfile.shell.tokens import Tokens

_ARM_ENDS = frozenset({";;", ";&", ";;&"})
_ENDS = frozenset({"then", "else", "elif", "fi", "do", "done", "esac", "}"})


def parse_shell(text: str, *, joined: bool = False) -> Block:
    """Return the commands of `text`, `joined` as in Lexer.

    Raises ShellError for what is not supported, UnterminatedError for an unterminated quote.
    """
    try:
        tokens = Tokens(text, joined=joined)
        block = _Parser(tokens).block(frozenset())
        if tokens.operator != "end":
            raise tokens.unexpected()
    except WordError as error:
        raise UnterminatedError(str(error), error.at) from None
    except RecursionError:
        raise ShellError("commands nested too deeply", 0) from None
    return block


class _Parser:
    """Recursive descent: one method for each rule of the grammar (POSIX, 2.10.2)."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def block(self, ends: frozenset[str]) -> Block:
        """Return the commands up to one of the words in `ends`, a `)` or the end."""
        tokens = self._tokens
        parts: list[Node] = []
        while True:
            tokens.skip("\n", ";", "&")
            if tokens.operator in {"end", ")", *_ARM_ENDS} or tokens.is_word(*ends):
                return Block(parts=tuple(parts))
            part = self._and_or()
            parts.append(Subshell(body=part) if tokens.operator == "&" else part)
            # `fi done`: behind a compound command, what ends the next needs no separator.
            if tokens.is_word(*ends):
                continue
            if tokens.operator not in {"\n", ";", "&", "end", ")", *_ARM_ENDS}:
                raise tokens.unexpected()

    def _and_or(self) -> Node:
        first, rest = self._pipe(), []
        while self._tokens.operator in {"&&", "||"}:
            operator = self._tokens.take().operator
            self._tokens.skip("\n")
            rest.append((operator, self._pipe()))
        return AndOr(first=first, rest=tuple(rest)) if rest else first

    def _pipe(self) -> Node:
        if self._tokens.is_word("!"):
            self._tokens.take()
            return Not(part=self._pipe())
        parts = [self._command()]
        while self._tokens.operator in {"|", "|&"}:
            self._tokens.take()
            self._tokens.skip("\n")
            parts.append(self._command())
        return Pipe(parts=tuple(parts)) if len(parts) > 1 else parts[0]

    def _command(self) -> Node:
        tokens = self._tokens
        token, following = tokens.current, tokens.following
        if token.operator == "(":
            if following.operator == "(" and following.start == token.start + 1:
                return arithmetic(tokens)
            tokens.take()
            body: Node = Subshell(body=self.block(frozenset()))
            tokens.expect_operator(")")
        elif token.operator:
            if token.operator not in REDIRECTIONS:
                raise tokens.unexpected()
            return simple_command(tokens)
        elif token.raw == "function":
            tokens.take()
            return self._function()
        elif (compound := self._compound(token.raw)) is None:
            named = token.raw != "[[" and not ASSIGNMENT.match(token.raw)
            is_function = following.operator == "(" and named
            return self._function() if is_function else simple_command(tokens)
        else:
            body = compound
        Redirections().take(tokens)
        return body

    def _compound(self, word: str) -> Node | None:
        """Return the compound command that begins with `word`, None if that is no reserved word."""
        match word:
            case "if":
                return self._if()
            case "for" | "select":
                return self._for()
            case "while" | "until":
                self._tokens.take()
                condition = self.block(frozenset({"do"}))
                return Loop(condition=condition, body=self._do())
            case "case":
                return self._case()
            case "{":
                self._tokens.take()
                body = self.block(frozenset({"}"}))
                self._tokens.expect("}")
                return body
            case _ if word in _ENDS:
                raise self._tokens.unexpected()
            case _:
                return None

    def _if(self) -> If:
        tokens = self._tokens
        branches = []
        otherwise = None
        while tokens.is_word("if", "elif"):
            tokens.take()
            condition = self.block(frozenset({"then"}))
            tokens.expect("then")
            branches.append((condition, self.block(frozenset({"elif", "else", "fi"}))))
        if tokens.is_word("else"):
            tokens.take()
            otherwise = self.block(frozenset({"fi"}))
        tokens.expect("fi")
        return If(branches=tuple(branches), otherwise=otherwise)

    def _for(self) -> For:
        tokens = self._tokens
        tokens.take()
        if tokens.operator == "(":
            arithmetic(tokens)
            tokens.skip(";", "\n")
            return For(name="_", words=None, body=self._do())
        name = tokens.take()
        if name.operator:
            raise ShellError("loop without a variable", name.start)
        tokens.skip("\n")
        words: list[Word] | None = None
        if tokens.is_word("in"):
            tokens.take()
            words = []
            while token := tokens.take_word():
                words.append(Word(raw=token.raw, start=token.start))
        tokens.skip(";", "\n")
        body = self._do()
        return For(name=name.raw, words=None if words is None else tuple(words), body=body)

    def _do(self) -> Block:
        self._tokens.expect("do")
        body = self.block(frozenset({"done"}))
        self._tokens.expect("done")
        return body

    def _case(self) -> Case:
        tokens = self._tokens
        tokens.take()
        token = tokens.take()
        word = Word(raw=token.raw, start=token.start)
        tokens.skip("\n")
        tokens.expect("in")
        arms = []
        tokens.skip("\n")
        while not tokens.is_word("esac"):
            if tokens.operator == "(":
                tokens.take()
            patterns = self._patterns()
            tokens.expect_operator(")")
            arms.append((tuple(patterns), self.block(frozenset({"esac"}))))
            if tokens.operator in _ARM_ENDS:
                tokens.take()
            tokens.skip("\n")
        tokens.take()
        return Case(word=word, arms=tuple(arms))

    def _patterns(self) -> list[Word]:
        patterns = []
        while token := self._tokens.take_word():
            patterns.append(Word(raw=token.raw, start=token.start))
            if self._tokens.operator == "|":
                self._tokens.take()
        return patterns

    def _function(self) -> Function:
        """Return the function whose name is at the position."""
        tokens = self._tokens
        name = tokens.take().raw
        if tokens.operator == "(":
            tokens.take()
            tokens.expect_operator(")")
        tokens.skip("\n")
        return Function(name=name, body=self._command())
