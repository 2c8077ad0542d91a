"""The statements of a meson.build, by the grammar in Meson's documentation.

The reader is tolerant: what it does not understand is skipped up to the end of the line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# More than in any project that was looked at.
_MAX_TOKENS = 100_000
_MAX_DEPTH = 40
_MAX_CHAIN = 60
_TOKEN = re.compile(
    r"""(?P<skip>[ \t\r]+|\#[^\n]*|\\\n)
    |(?P<multi>f?''')
    |(?P<string>f?'(?:[^'\\\n]|\\.)*'?)
    |(?P<name>[A-Za-z_]\w*)
    |(?P<number>\d\w*)
    |(?P<operator>\+=|==|!=|<=|>=|[-+*/%<>=?:.,()\[\]{}])
    |(?P<line>\n)
    |(?P<other>.)""",
    re.VERBOSE,
)
_WORDS = frozenset({"and", "or", "not", "in"})
_PRECEDENCE = (
    ("or",),
    ("and",),
    ("==", "!=", "<", "<=", ">", ">=", "in", "not in"),
    ("+", "-"),
    ("*", "/", "%"),
)


@dataclass(frozen=True, slots=True)
class Text:
    """A string."""

    value: str


@dataclass(frozen=True, slots=True)
class Name:
    """A variable, also `true` and `false`, or a number."""

    name: str


@dataclass(frozen=True, slots=True)
class Array:
    """An array; of a dictionary the values."""

    elements: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function, or of a method of `owner`; an index is a call of ``[]``."""

    name: str
    owner: Expression | None
    arguments: tuple[Expression, ...]
    keywords: dict[str, Expression]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator with its operands; `?` has three."""

    operator: str
    operands: tuple[Expression, ...]


Expression = Text | Name | Array | Call | Operation


@dataclass(frozen=True, slots=True)
class Statement:
    """`if`, `elif`, `else`, `endif`, `foreach`, `endforeach`, or "" for an expression.

    `target` is the variable that `expression` is assigned to; `added` says that it was `+=`.
    """

    keyword: str
    expression: Expression | None
    target: str = ""
    added: bool = False


def statements(text: str) -> list[Statement]:
    """Return the statements of a file, as many as its first 100,000 tokens have."""
    return _Parser(_tokens(text)).statements()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at, depth = 0, 0
    while at < len(text) and len(found) < _MAX_TOKENS and (match := _TOKEN.match(text, at)):
        at = match.end()
        kind, part = match.lastgroup or "other", match[0]
        if kind == "multi":
            end = text.find("'''", at)
            end = len(text) if end < 0 else end
            found.append(_Token("string", text[at:end]))
            at = end + 3
        elif kind == "string":
            found.append(_Token("string", part.removeprefix("f").strip("'")))
        elif kind == "line":
            if not depth:
                found.append(_Token("line", part))
        elif kind != "skip":
            depth += (part in "([{") - (part in ")]}") if kind == "operator" else 0
            depth = max(depth, 0)
            word = kind == "name" and part in _WORDS
            found.append(_Token("operator" if word else kind, part))
    return found


class _UnreadableError(Exception):
    """The statement is none of Meson's."""


class _Parser:
    """Reads statements, token by token."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def statements(self) -> list[Statement]:
        found: list[Statement] = []
        while self._at < len(self._tokens):
            if self._take("line"):
                continue
            self._depth = 0
            try:
                found.append(self._statement())
            except _UnreadableError:
                self._skip_line()
        return found

    def _peek(self, ahead: int = 0) -> _Token:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else _Token("line", "\n")

    def _take(self, kind: str, *texts: str) -> bool:
        token = self._peek()
        if token.kind != kind or (texts and token.text not in texts):
            return False
        self._at += 1
        return True

    def _skip_line(self) -> None:
        while self._at < len(self._tokens) and self._peek().kind != "line":
            self._at += 1

    def _statement(self) -> Statement:
        first = self._peek()
        if first.kind == "name":
            match first.text:
                case "if" | "elif":
                    self._at += 1
                    return Statement(first.text, self._expression())
                case "else" | "endif" | "endforeach" | "break" | "continue":
                    self._at += 1
                    return Statement(first.text, None)
                case "foreach":
                    self._at += 1
                    name = self._peek().text
                    self._skip_line()
                    return Statement("foreach", None, target=name)
        following = self._peek(1)
        if first.kind == "name" and following.text in {"=", "+="} and following.kind == "operator":
            self._at += 2
            added = following.text == "+="
            return Statement("", self._expression(), target=first.text, added=added)
        expression = self._expression()
        if self._peek().kind != "line":
            raise _UnreadableError
        return Statement("", expression)

    def _expression(self) -> Expression:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise _UnreadableError
        value = self._binary(0)
        if self._take("operator", "?"):
            chosen = self._expression()
            if not self._take("operator", ":"):
                raise _UnreadableError
            value = Operation("?", (value, chosen, self._expression()))
        self._depth -= 1
        return value

    def _binary(self, level: int) -> Expression:
        if level == len(_PRECEDENCE):
            return self._unary()
        left = self._binary(level + 1)
        for _ in range(_MAX_CHAIN):
            operator = self._operator(_PRECEDENCE[level])
            if not operator:
                return left
            left = Operation(operator, (left, self._binary(level + 1)))
        raise _UnreadableError

    def _operator(self, operators: tuple[str, ...]) -> str:
        token = self._peek()
        if token.kind != "operator":
            return ""
        if token.text == "not" and self._peek(1).text == "in" and "not in" in operators:
            self._at += 2
            return "not in"
        if token.text in operators:
            self._at += 1
            return token.text
        return ""

    def _unary(self) -> Expression:
        negations = 0
        while self._take("operator", "not", "-"):
            negations += 1
        value = self._postfix()
        return Operation("not", (value,)) if negations % 2 else value

    def _postfix(self) -> Expression:
        value = self._primary()
        for _ in range(_MAX_CHAIN):
            if self._take("operator", "."):
                name = self._peek().text
                self._at += 1
                if not self._take("operator", "("):
                    raise _UnreadableError
                value = self._call(name, value)
            elif self._take("operator", "["):
                index = self._expression()
                if not self._take("operator", "]"):
                    raise _UnreadableError
                value = Call("[]", value, (index,), {})
            else:
                return value
        raise _UnreadableError

    def _primary(self) -> Expression:
        token = self._peek()
        self._at += 1
        match token.kind, token.text:
            case "string", text:
                return Text(text)
            case "name", name if self._take("operator", "("):
                return self._call(name, None)
            case (("name" | "number"), name):
                return Name(name)
            case "operator", "(":
                value = self._expression()
                if not self._take("operator", ")"):
                    raise _UnreadableError
                return value
            case "operator", "[" | "{":
                return Array(self._listed("]" if token.text == "[" else "}")[0])
            case _:
                self._at -= 1
                raise _UnreadableError

    def _call(self, name: str, owner: Expression | None) -> Call:
        arguments, keywords = self._listed(")")
        return Call(name, owner, arguments, keywords)

    def _listed(self, close: str) -> tuple[tuple[Expression, ...], dict[str, Expression]]:
        """Return the elements up to `close`, and those that have a name."""
        plain: list[Expression] = []
        named: dict[str, Expression] = {}
        while not self._take("operator", close):
            if self._at >= len(self._tokens):
                raise _UnreadableError
            value = self._expression()
            if self._take("operator", ":"):
                key, value = value, self._expression()
                if isinstance(key, Name):
                    named[key.name] = value
                else:
                    plain.append(value)
            else:
                plain.append(value)
            if not self._take("operator", ",") and self._peek().text != close:
                raise _UnreadableError
        return tuple(plain), named
