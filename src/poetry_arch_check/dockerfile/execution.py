"""Going through a script without running it: which commands it comes by, and how surely.

What can be known is followed: variables, conditions on them, loops over words, functions,
what `uname -m` prints on the target. A command is taken to succeed, as a build that goes on
has to; one that asks something has a status that nobody knows.
"""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.conditions import is_question, is_test, truth
from poetry_arch_check.dockerfile.lexer import ShellError
from poetry_arch_check.dockerfile.prefixes import unwrapped
from poetry_arch_check.dockerfile.shell import parse_shell
from poetry_arch_check.dockerfile.syntax import (
    AndOr,
    Block,
    Case,
    For,
    Function,
    If,
    Loop,
    Not,
    Pipe,
    Simple,
    Word,
)
from poetry_arch_check.dockerfile.words import Value, WordError, expanded, fields, known

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from poetry_arch_check.dockerfile.syntax import Node

# Far above what anybody writes: loops within loops, functions that call themselves.
_MOST_COMMANDS = 5_000
_DEEPEST = 20

SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command that a script comes by; a word of None is not known.

    `certain` is False under a condition that nobody knows. `written` are the words as they
    stand in the file, () where they do not, and under any condition.
    `before` is the command whose output it reads.
    """

    words: tuple[Value, ...]
    values: Mapping[str, Value]
    certain: bool
    start: int
    written: tuple[Word, ...] = ()
    outputs: tuple[Value, ...] = ()
    before: Command | None = None

    @property
    def name(self) -> str:
        """What is called, without its directory; "" where that is not known."""
        return (self.words[0] or "").rpartition("/")[2] if self.words else ""


@dataclass(slots=True)
class Shell:
    """Walks through scripts; `values` are its variables, which the scripts change.

    `visit` is told each command; `printed` knows what some commands print on the target.
    """

    values: dict[str, Value]
    visit: Callable[[Command], None]
    printed: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    functions: dict[str, Node] = field(default_factory=dict)
    steps: int = 0
    depth: int = 0
    # How many conditions a command stands under, whatever is known of them.
    nested: int = 0
    # Where a script stands that is an argument: its commands have no place of their own.
    place: int | None = None

    def run(self, text: str, offset: int = 0, *, certain: bool = True) -> bool | None:
        """Go through `text`, which stands at `offset` of the file; return its status.

        Raises ShellError for what is not read, at a position of the file.
        """
        try:
            return self._node(parse_shell(text), offset, certain=certain)
        except ShellError as error:
            raise ShellError(str(error), error.at + offset) from None
        except RecursionError:
            raise ShellError("its commands are nested too deeply", offset) from None

    # --- the grammar ---

    def _node(self, node: Node, offset: int, *, certain: bool) -> bool | None:
        match node:
            case Simple():
                return self._simple(node, offset, certain=certain)
            case Block(parts=parts):
                status: bool | None = True
                for part in parts:
                    status = self._node(part, offset, certain=certain)
                return status
            case AndOr():
                return self._and_or(node, offset, certain=certain)
            case Pipe(parts=parts):
                return self._pipe(parts, offset, certain=certain)
            case Not(part=part):
                status = self._node(part, offset, certain=certain)
                return None if status is None else not status
            case If():
                return self._if(node, offset, certain=certain)
            case For():
                self._for(node, offset, certain=certain)
            case Loop(condition=condition, body=body):
                self._node(condition, offset, certain=certain)
                self._maybe(body, offset)
            case Case():
                self._case(node, offset, certain=certain)
            case Function(name=name, body=body):
                self.functions[name] = body
        return True

    def _maybe(self, node: Node, offset: int) -> None:
        """Go through what may be done; what it sets is not known any more."""
        before = dict(self.values)
        self._under(node, offset, certain=False)
        for name, value in self.values.items():
            if before.get(name) != value or name not in before:
                self.values[name] = None

    def _under(self, node: Node, offset: int, *, certain: bool) -> bool | None:
        """Go through what stands under a condition."""
        self.nested += 1
        try:
            return self._node(node, offset, certain=certain)
        finally:
            self.nested -= 1

    def _and_or(self, node: AndOr, offset: int, *, certain: bool) -> bool | None:
        status = self._node(node.first, offset, certain=certain)
        asks = is_test(node.first)
        for operator, part in node.rest:
            if operator == "&&":
                if status is True:
                    go = self._under if asks else self._node
                    status = go(part, offset, certain=certain)
                elif status is None:
                    self._maybe(part, offset)
            elif status is False:
                status = self._under(part, offset, certain=certain)
            elif status is None or not asks:
                self._maybe(part, offset)
        return status

    def _pipe(self, parts: tuple[Node, ...], offset: int, *, certain: bool) -> bool | None:
        status: bool | None = True
        before: Command | None = None
        for part in parts:
            if isinstance(part, Simple):
                status = self._simple(part, offset, certain=certain, before=before)
                before = self._command(part, offset, certain=certain, before=before)
            else:
                status = self._node(part, offset, certain=certain)
                before = None
        return status

    def _if(self, node: If, offset: int, *, certain: bool) -> bool | None:
        for condition, body in node.branches:
            match self._node(condition, offset, certain=certain):
                case True:
                    return self._either(body, offset, certain=certain)
                case None:
                    self._maybe(body, offset)
                    certain = False
                case False:
                    pass
        if node.otherwise:
            return self._either(node.otherwise, offset, certain=certain)
        return True

    def _either(self, node: Node, offset: int, *, certain: bool) -> bool | None:
        if certain:
            return self._under(node, offset, certain=True)
        self._maybe(node, offset)
        return True

    def _for(self, node: For, offset: int, *, certain: bool) -> None:
        words = [each for word in node.words or () for each in self._fields(word.raw)]
        if node.words is None or None in words:
            self.values[node.name] = None
            self._maybe(node.body, offset)
            return
        for word in words:
            self.values[node.name] = word
            self._under(node.body, offset, certain=certain)

    def _case(self, node: Case, offset: int, *, certain: bool) -> None:
        value = self._value(node.word.raw)
        for patterns, body in node.arms:
            known_patterns = [known(self._value(pattern.raw)) for pattern in patterns]
            if known(value) is None or None in known_patterns:
                self._maybe(body, offset)
            elif any(fnmatch.fnmatchcase(value or "", pattern or "") for pattern in known_patterns):
                self._under(body, offset, certain=certain)
                return

    # --- commands ---

    def _command(
        self, node: Simple, offset: int, *, certain: bool, before: Command | None
    ) -> Command:
        words: list[Value] = []
        written = []
        for word in node.words:
            found = self._fields(word.raw)
            words += found
            if found == [word.raw] and self.place is None and not self.nested:
                written.append(Word(raw=word.raw, start=word.start + offset))
        return Command(
            words=tuple(words),
            values=self.values,
            certain=certain,
            start=offset + node.start if self.place is None else self.place,
            written=tuple(written),
            outputs=tuple(self._value(word.raw) for word in node.outputs),
            before=before,
        )

    def _simple(
        self, node: Simple, offset: int, *, certain: bool, before: Command | None = None
    ) -> bool | None:
        self.steps += 1
        if self.steps > _MOST_COMMANDS:
            raise ShellError("it has no end", node.start)
        values = {name: self._value(raw) for name, raw in node.assignments}
        if not node.words:
            for name, value in values.items():
                self.values[name] = value if certain else None
            return True
        command = self._command(node, offset, certain=certain, before=before)
        if values:
            outer, self.values = self.values, {**self.values, **values}
            try:
                return self._call(replace(command, values=self.values), offset, certain=certain)
            finally:
                self.values = outer
        return self._call(command, offset, certain=certain)

    def _call(self, command: Command, offset: int, *, certain: bool) -> bool | None:
        command = replace(command, words=unwrapped(command.words))
        words, name = command.words, command.name
        match name:
            case "true" | ":":
                return True
            case "false":
                return False
            case "[" | "test" | "[[":
                return truth(words)
            case "export" | "declare" | "local" | "readonly" | "typeset":
                self._export(words[1:], certain=certain)
                return True
            case "unset":
                for word in words[1:]:
                    self.values.pop(word or "", None)
                return True
            case "exit" | "return":
                return True
            case "eval" | "su" if script := _behind(words, "-c" if name == "su" else None):
                return self._inner(script, command.start, certain=certain)
            case _ if name in SHELLS and (script := _behind(words, "-c")):
                return self._inner(script, command.start, certain=certain)
            case _ if body := self.functions.get(name):
                return self._deeper(lambda: self._node(body, offset, certain=certain))
        self.visit(command)
        return None if is_question(words) else True

    def _export(self, words: tuple[Value, ...], *, certain: bool) -> None:
        for word in words:
            name, equals, value = (word or "").partition("=")
            if equals:
                self.values[name] = value if certain else None

    def _inner(self, script: str, start: int, *, certain: bool) -> bool | None:
        """Go through a script that is an argument."""
        outer, self.place = self.place, start
        try:
            return self._deeper(lambda: self._node(parse_shell(script), 0, certain=certain))
        finally:
            self.place = outer

    def _deeper(self, go: Callable[[], bool | None]) -> bool | None:
        if self.depth >= _DEEPEST:
            return None
        self.depth += 1
        try:
            return go()
        finally:
            self.depth -= 1

    # --- words ---

    def _fields(self, raw: str) -> list[Value]:
        try:
            return fields(raw, self.values, self._output)
        except WordError as error:
            raise ShellError(str(error), 0) from None

    def _value(self, raw: str) -> Value:
        try:
            return expanded(raw, self.values, self._output)
        except WordError as error:
            raise ShellError(str(error), 0) from None

    def _output(self, script: str) -> Value:
        """Return what a command substitution prints, as far as that is known."""
        printed: list[Value] = []

        def visit(command: Command) -> None:
            words = command.words
            if command.before is not None or not command.certain or None in words:
                printed.append(None)
                return
            plain = tuple(word or "" for word in words)
            if command.name == "echo":
                text = " ".join(word for word in plain[1:] if word not in {"-n", "-e"})
                printed.append(text)
            elif command.name == "printf" and len(plain) == 2:  # noqa: PLR2004 - and a text
                printed.append(plain[1].removesuffix("\\n"))
            else:
                printed.append(self.printed.get(plain))

        inner = Shell(
            values=dict(self.values),
            visit=visit,
            printed=self.printed,
            functions=dict(self.functions),
            steps=self.steps,
            depth=self.depth + 1,
        )
        if inner.depth > _DEEPEST:
            return None
        inner.run(script)
        self.steps = inner.steps
        return None if None in printed else "\n".join(filter(None, printed))


def _behind(words: tuple[Value, ...], option: str | None) -> str | None:
    """Return the script behind `-c` (also in `-lc`), or what `eval` is given."""
    if option is None:
        plain = [word for word in words[1:] if word is not None]
        return " ".join(plain) if len(plain) == len(words) - 1 else None
    for index, word in enumerate(words[:-1]):
        if word and word.startswith("-") and not word.startswith("--") and word.endswith("c"):
            return words[index + 1]
    return None
