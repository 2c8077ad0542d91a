"""A shell script's text → its commands, with the place of each; nothing is run.

The kept parsers of shells are native, without wheels for some of the machines that this is
for, or may not be linked with everything: hence one of our own, for what images are built with.
"""

from __future__ import annotations

import re

from poetry_arch_check.dockerfile.shell.lexer import (
    ASSIGNMENT,
    Lexer,
    ShellError,
    Token,
    UnterminatedError,
)
from poetry_arch_check.dockerfile.shell.syntax import (
    AndOr,
    Arithmetic,
    Block,
    Case,
    For,
    Function,
    Heredoc,
    If,
    Loop,
    Node,
    Not,
    Pipe,
    Simple,
    Subshell,
    Word,
)
from poetry_arch_check.dockerfile.shell.words import WordError

_ARM_ENDS = frozenset({";;", ";&", ";;&"})
_ENDS = frozenset({"then", "else", "elif", "fi", "do", "done", "esac", "}"})


def parse_shell(text: str, *, joined: bool = False) -> Block:
    """Return the commands of `text`, `joined` as in Lexer.

    Raises ShellError for what is not read, UnclosedError where a quote has no end.
    """
    try:
        lexer = Lexer(text, joined=joined)
        return _Parser(lexer.tokens(), lexer.heredocs).script()
    except WordError as error:
        raise UnterminatedError(str(error), error.at) from None
    except RecursionError:
        raise ShellError("its commands are nested too deeply", 0) from None


class _Parser:
    """Recursive descent over tokens."""

    def __init__(self, tokens: list[Token], heredocs: list[Heredoc]) -> None:
        """Begin at the first of `tokens`; `heredocs` are in the order of their redirections."""
        self._tokens = tokens
        self._heredocs = iter(heredocs)
        self._at = 0

    def script(self) -> Block:
        block = self._block(frozenset())
        if self._token.operator != "end":
            self._unexpected()
        return block

    # --- tokens ---

    @property
    def _token(self) -> Token:
        return self._tokens[min(self._at, len(self._tokens) - 1)]

    def _take(self) -> Token:
        token = self._token
        self._at += 1
        return token

    def _reserved(self, *words: str) -> bool:
        token = self._token
        return not token.operator and token.raw in words

    def _expect(self, word: str) -> None:
        if not self._reserved(word):
            self._unexpected()
        self._take()

    def _unexpected(self) -> None:
        token = self._token
        shown = "its end" if token.operator == "end" else f"`{(token.raw or token.operator)[:40]}`"
        raise ShellError(f"{shown} was not expected there", token.start)

    def _skip_newlines(self) -> None:
        while self._token.operator == "\n":
            self._take()

    # --- grammar ---

    def _block(self, ends: frozenset[str]) -> Block:
        parts: list[Node] = []
        while True:
            while self._token.operator in {"\n", ";", "&"}:
                self._take()
            token = self._token
            if token.operator in {"end", ")", *_ARM_ENDS} or (
                not token.operator and token.raw in ends
            ):
                return Block(parts=tuple(parts))
            part = self._and_or()
            parts.append(Subshell(body=part) if self._token.operator == "&" else part)
            # `fi done`: behind a compound command, what ends the next needs no separator.
            if self._reserved(*ends):
                continue
            if self._token.operator not in {"\n", ";", "&", "end", ")", *_ARM_ENDS}:
                self._unexpected()

    def _and_or(self) -> Node:
        first, rest = self._pipe(), []
        while self._token.operator in {"&&", "||"}:
            operator = self._take().operator
            self._skip_newlines()
            rest.append((operator, self._pipe()))
        return AndOr(first=first, rest=tuple(rest)) if rest else first

    def _pipe(self) -> Node:
        if self._reserved("!"):
            self._take()
            return Not(part=self._pipe())
        parts = [self._command()]
        while self._token.operator in {"|", "|&"}:
            self._take()
            self._skip_newlines()
            parts.append(self._command())
        return Pipe(parts=tuple(parts)) if len(parts) > 1 else parts[0]

    def _command(self) -> Node:  # noqa: PLR0912 - a case for each reserved word
        token = self._token
        if token.operator == "(" and self._next_is_parenthesis():
            return self._arithmetic()
        if token.operator == "(":
            self._take()
            body: Node = Subshell(body=self._block(frozenset()))
            if self._token.operator != ")":
                self._unexpected()
            self._take()
        elif token.operator and token.operator not in _REDIRECTIONS:
            self._unexpected()
            raise AssertionError
        else:
            match token.raw:
                case "if":
                    body = self._if()
                case "for" | "select":
                    body = self._for()
                case "while" | "until":
                    self._take()
                    condition = self._block(frozenset({"do"}))
                    body = Loop(condition=condition, body=self._do())
                case "case":
                    body = self._case()
                case "{":
                    self._take()
                    body = self._block(frozenset({"}"}))
                    self._expect("}")
                case "function":
                    self._take()
                    return self._function(self._take().raw)
                case raw if raw in _ENDS:
                    self._unexpected()
                    raise AssertionError
                case _:
                    return self._simple()
        self._redirections([])
        return body

    def _next_is_parenthesis(self) -> bool:
        following = self._tokens[self._at + 1]
        return following.operator == "(" and following.start == self._token.start + 1

    def _arithmetic(self) -> Arithmetic:
        """Read `(( … ))`, whatever stands in it."""
        depth, names = 0, []
        while True:
            token = self._take()
            depth += {"(": 1, ")": -1}.get(token.operator, 0)
            if token.operator == "end":
                raise ShellError("`((` is not closed", token.start)
            names += re.findall(r"[A-Za-z_]\w*", token.raw)
            if depth == 0:
                return Arithmetic(names=tuple(names))

    def _if(self) -> If:
        branches = []
        otherwise = None
        while self._reserved("if", "elif"):
            self._take()
            condition = self._block(frozenset({"then"}))
            self._expect("then")
            branches.append((condition, self._block(frozenset({"elif", "else", "fi"}))))
        if self._reserved("else"):
            self._take()
            otherwise = self._block(frozenset({"fi"}))
        self._expect("fi")
        return If(branches=tuple(branches), otherwise=otherwise)

    def _for(self) -> Node:
        self._take()
        if self._token.operator == "(":
            self._arithmetic()
            while self._token.operator in {";", "\n"}:
                self._take()
            return For(name="_", words=None, body=self._do())
        name = self._take()
        if name.operator:
            raise ShellError("its loop is not read", name.start)
        self._skip_newlines()
        words: list[Word] | None = None
        if self._reserved("in"):
            self._take()
            words = []
            while not self._token.operator:
                token = self._take()
                words.append(Word(raw=token.raw, start=token.start))
        while self._token.operator in {";", "\n"}:
            self._take()
        body = self._do()
        return For(name=name.raw, words=None if words is None else tuple(words), body=body)

    def _do(self) -> Block:
        self._expect("do")
        body = self._block(frozenset({"done"}))
        self._expect("done")
        return body

    def _case(self) -> Case:
        self._take()
        token = self._take()
        word = Word(raw=token.raw, start=token.start)
        self._skip_newlines()
        self._expect("in")
        arms = []
        self._skip_newlines()
        while not self._reserved("esac"):
            if self._token.operator == "(":
                self._take()
            patterns = self._patterns()
            if self._token.operator != ")":
                self._unexpected()
            self._take()
            arms.append((tuple(patterns), self._block(frozenset({"esac"}))))
            if self._token.operator in _ARM_ENDS:
                self._take()
            self._skip_newlines()
        self._take()
        return Case(word=word, arms=tuple(arms))

    def _patterns(self) -> list[Word]:
        patterns = []
        while not self._token.operator:
            token = self._take()
            patterns.append(Word(raw=token.raw, start=token.start))
            if self._tokens[self._at].operator == "|":
                self._take()
        return patterns

    def _function(self, name: str) -> Function:
        if self._token.operator == "(":
            self._take()
            if self._token.operator != ")":
                self._unexpected()
            self._take()
        self._skip_newlines()
        return Function(name=name, body=self._command())

    def _simple(self) -> Node:
        assignments: list[tuple[str, str]] = []
        words: list[Word] = []
        outputs: list[Word] = []
        heredoc: Heredoc | None = None
        start = self._token.start
        while True:
            heredoc = self._redirections(outputs) or heredoc
            token = self._token
            if token.operator == "(" and len(words) == 1 and not assignments:
                return self._function(words[0].raw)
            if token.operator:
                break
            self._take()
            assignment = ASSIGNMENT.match(token.raw)
            if assignment and not words:
                assignments.append((assignment["name"], token.raw[assignment.end() :]))
                continue
            words.append(Word(raw=token.raw, start=token.start))
            if token.raw == "[[" and len(words) == 1:
                words += self._double_bracket()
        return Simple(
            assignments=tuple(assignments),
            words=tuple(words),
            heredoc=heredoc,
            outputs=tuple(outputs),
            start=start,
        )

    def _double_bracket(self) -> list[Word]:
        """Return the words up to `]]`, where operators are words, too."""
        words = []
        while True:
            token = self._take()
            if token.operator == "end":
                raise ShellError("`[[` is not closed", token.start)
            raw = token.raw or token.operator
            words.append(Word(raw=raw, start=token.start))
            if raw == "]]":
                return words

    def _redirections(self, outputs: list[Word]) -> Heredoc | None:
        heredoc = None
        while (operator := self._token.operator) in _REDIRECTIONS:
            self._take()
            if operator in {"<<", "<<-"}:
                heredoc = next(self._heredocs, None)
                continue
            token = self._token
            if token.operator:
                self._unexpected()
            self._take()
            if operator in {">", ">>", ">|"}:
                outputs.append(Word(raw=token.raw, start=token.start))
        return heredoc


_REDIRECTIONS = frozenset({"<<<", "<<", "<<-", ">>", ">|", "<&", ">&", "<>", "<", ">"})
