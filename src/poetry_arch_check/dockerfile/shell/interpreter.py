"""Going through a script without running it: which commands it comes by, and how surely.

What can be known is followed: variables, conditions on them, loops over words, functions,
what `uname -m` prints on the target. A command is taken to succeed, as a build that goes on
has to; one that asks something has a status that nobody knows.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.shell.command import (
    SHELLS,
    Budget,
    Command,
    LimitError,
    script_behind,
    script_read_by,
)
from poetry_arch_check.dockerfile.shell.conditions import is_question, is_test, truth
from poetry_arch_check.dockerfile.shell.lexer import ShellError, UnterminatedError
from poetry_arch_check.dockerfile.shell.parser import parse_shell
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
    Not,
    Pipe,
    Simple,
    Subshell,
    Word,
)
from poetry_arch_check.dockerfile.shell.words import (
    UNKNOWN,
    Value,
    WordError,
    expanded,
    fields,
    matches,
    pattern,
)
from poetry_arch_check.dockerfile.shell.wrappers import unwrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from poetry_arch_check.dockerfile.shell.syntax import Node

_DEEPEST = 20
_DECLARING = frozenset({"export", "declare", "local", "readonly", "typeset"})
_READING = frozenset({"read", "mapfile", "readarray", "getopts", "let"})


class _Leave(Exception):  # noqa: N818 - no error: `exit`, `return`, `break` and `continue`
    """A script, a function or a loop surely goes no further."""

    def __init__(self, what: str, *, status: bool | None = True) -> None:
        super().__init__(what)
        self.what = what
        self.status = status


_LEAVING = {"exit": "exit", "return": "return", "break": "loop", "continue": "round"}


@dataclass(slots=True)
class Shell:
    """Walks through scripts; `values` are its variables, which the scripts change.

    `visit` is told each command; `printed` knows what some commands print on the target.
    """

    values: dict[str, Value]
    visit: Callable[[Command], None]
    printed: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    functions: dict[str, Node] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)
    depth: int = 0
    # How many conditions a command stands under, and whether all of them are known to hold.
    nested: int = 0
    open: bool = True
    asking: bool = False
    # What may have been left before: `exit` under a condition makes all that follows doubtful.
    doubts: set[str] = field(default_factory=set)
    # Where the text stands in the file; a script that is an argument has one `place` for all.
    offset: int = 0
    place: int | None = None

    def run(self, text: str, offset: int = 0, *, joined: bool = False) -> bool | None:
        """Go through `text`, which stands at `offset` of the file; return its status.

        `joined` says that Docker joins its lines. Raises ShellError for what is not read, at a
        position of the file.
        """
        self.offset = offset
        try:
            return self._script(parse_shell(text, joined=joined))
        except ShellError as error:
            raise type(error)(str(error), error.at + offset) from None
        except RecursionError:
            raise LimitError("its commands are nested too deeply", offset) from None

    @property
    def certain(self) -> bool:
        """Whether what comes now is surely done."""
        return self.open and not self.doubts

    # --- the grammar ---

    def _script(self, node: Node) -> bool | None:
        try:
            return self._node(node)
        except _Leave as left:
            return left.status

    def _node(self, node: Node) -> bool | None:  # noqa: C901, PLR0912 - a case for each kind of node
        match node:
            case Simple():
                return self._simple(node)
            case Block(parts=parts):
                status: bool | None = True
                for part in parts:
                    status = self._node(part)
                return status
            case Subshell(body=body):
                return self._apart(lambda: self._script(body))
            case Arithmetic(names=names):
                self.values |= dict.fromkeys(names)
                return None
            case AndOr():
                return self._and_or(node)
            case Pipe(parts=parts):
                return self._pipe(parts)
            case Not(part=part):
                status = self._node(part)
                return None if status is None else not status
            case If():
                return self._if(node)
            case For():
                return self._for(node)
            case Loop(condition=condition, body=body):
                self._maybe(condition)
                self._loop(lambda: self._maybe(body))
            case Case():
                return self._case(node)
            case Function(name=name, body=body):
                self.functions[name] = body
        return True

    def _apart(self, go: Callable[[], bool | None]) -> bool | None:
        """Go through what changes no variables but its own."""
        self.budget.spend(len(self.values) // 50)
        values, functions, doubts = dict(self.values), dict(self.functions), set(self.doubts)
        try:
            return go()
        finally:
            self.values, self.functions, self.doubts = values, functions, doubts

    def _maybe(self, node: Node) -> None:
        """Go through what may be done; what it sets is not known any more."""
        self.budget.spend(len(self.values) // 50)
        before, functions = dict(self.values), dict(self.functions)
        was, self.open = self.open, False
        try:
            self._under(node)
        finally:
            self.open = was
        for name, value in self.values.items():
            if before.get(name) != value or name not in before:
                self.values[name] = None
        self.values |= dict.fromkeys(before.keys() - self.values.keys())
        for name in [n for n, body in self.functions.items() if functions.get(n) is not body]:
            del self.functions[name]

    def _under(self, node: Node) -> bool | None:
        """Go through what stands under a condition."""
        self.nested += 1
        try:
            return self._node(node)
        finally:
            self.nested -= 1

    def _and_or(self, node: AndOr) -> bool | None:
        status = self._node(node.first)
        asks = is_test(node.first)
        for operator, part in node.rest:
            if operator == "&&":
                if status is True:
                    status = self._under(part) if asks else self._node(part)
                elif status is None:
                    self._maybe(part)
            elif status is False:
                status = self._under(part)
            elif status is None or not asks:
                self._maybe(part)
        return status

    def _pipe(self, parts: tuple[Node, ...]) -> bool | None:
        status: bool | None = True
        before: Command | None = None
        for part in parts:
            if isinstance(part, Simple):
                status = self._apart(lambda part=part, before=before: self._simple(part, before))  # type: ignore[misc]
                before = self._command(part, before)
            else:
                status = self._apart(lambda part=part: self._script(part))  # type: ignore[misc]
                before = None
        return status

    def _if(self, node: If) -> bool | None:
        sure = True
        for condition, body in node.branches:
            status = self._asked(condition) if sure else None
            if status is True:
                return self._under(body)
            if status is None:
                self._maybe(body)
                sure = False
        if node.otherwise and sure:
            return self._under(node.otherwise)
        if node.otherwise:
            self._maybe(node.otherwise)
        return True if sure else None

    def _asked(self, condition: Node) -> bool | None:
        """Return the status of a condition: that of a command may be either there."""
        outer, self.asking = self.asking, True
        try:
            return self._node(condition)
        finally:
            self.asking = outer

    def _for(self, node: For) -> bool | None:
        words = [each for word in node.words or () for each in self._fields(word.raw)]
        if node.words is None or any(word is None or UNKNOWN in word for word in words):
            self.values[node.name] = None
            self._loop(lambda: self._maybe(node.body))
            return None
        status: bool | None = True
        with self._loop_doubts():
            for word in words:
                self.values[node.name] = word
                try:
                    status = self._under(node.body)
                except _Leave as left:
                    if left.what not in {"loop", "round"}:
                        raise
                    if left.what == "loop":
                        break
                self.doubts.discard("round")
        return status

    def _loop(self, go: Callable[[], object]) -> None:
        with self._loop_doubts():
            try:
                go()
            except _Leave as left:
                if left.what not in {"loop", "round"}:
                    raise

    @contextmanager
    def _loop_doubts(self) -> Iterator[None]:
        """Forget behind a loop that it may have been left."""
        before = self.doubts & {"loop", "round"}
        try:
            yield
        finally:
            self.doubts = (self.doubts - {"loop", "round"}) | before

    def _case(self, node: Case) -> bool | None:
        value = self._value(node.word.raw)
        sure = True
        for patterns, body in node.arms:
            fits = {matches(value, self._pattern(each.raw)) for each in patterns}
            self.budget.spend(len(patterns))
            if True in fits and sure:
                return self._under(body)
            if True in fits or None in fits:
                self._maybe(body)
                sure = False
        return True if sure else None

    # --- commands ---

    def _command(self, node: Simple, before: Command | None) -> Command:
        words: list[Value] = []
        written = []
        first = node.words[0].raw if node.words else ""
        for index, word in enumerate(node.words):
            if first == "[[" and node.words[index - 1].raw in {"=", "==", "!="}:
                found = [self._pattern(word.raw)]
            elif first in _DECLARING:
                found = [self._value(word.raw)]
            else:
                found = self._fields(word.raw)
            words += found
            if found == [word.raw] and self.place is None and not self.nested:
                written.append(Word(raw=word.raw, start=word.start + self.offset))
        heredoc = node.heredoc
        return Command(
            words=tuple(words),
            values=self.values,
            certain=self.certain,
            start=self.offset + node.start if self.place is None else self.place,
            written=tuple(written),
            outputs=tuple(self._value(word.raw) for word in node.outputs),
            heredoc=replace(heredoc, start=heredoc.start + self.offset) if heredoc else None,
            before=before,
        )

    def _simple(self, node: Simple, before: Command | None = None) -> bool | None:
        self.budget.spend(10)
        values = {name: self._value(raw) for name, raw in node.assignments}
        if not node.words:
            for name, value in values.items():
                self.values[name] = value if self.certain else None
            return True
        command = self._command(node, before)
        if values:
            outer, self.values = self.values, {**self.values, **values}
            try:
                return self._call(replace(command, values=self.values))
            finally:
                self.values = outer
        return self._call(command)

    def _call(self, command: Command) -> bool | None:  # noqa: C901, PLR0912 - a case for each builtin
        replaces = command.words[0] == "exec" if command.words else False
        command = replace(command, words=unwrapped(command.words))
        words, name = command.words, command.name
        match name:
            case _ if body := self.functions.get(name):
                return self._function(body)
            case "true" | ":":
                return True
            case "false":
                return False
            case "[" | "test" | "[[":
                return truth(words)
            case "unset":
                for word in words[1:]:
                    self.values.pop(word or "", None)
                return True
            case _ if name in _DECLARING:
                self._export(words[1:])
                return True
            case _ if name in _READING:
                self.values |= {word: None for word in words[1:] if word and word.isidentifier()}
                return None
            case _ if name in _LEAVING:
                return self._leave(_LEAVING[name], words)
            case "eval" | "su" if script := script_behind(words, "-c" if name == "su" else None):
                return self._inner(script, command.start)
            case _ if name in SHELLS and (script := script_behind(words, "-c")):
                return self._apart(lambda: self._inner(script, command.start))
            case _ if name in SHELLS and (heredoc := script_read_by(command)):
                return self._apart(lambda: self._here(heredoc))
        self.visit(command)
        if replaces and self.certain:
            raise _Leave("exit")
        return None if self.asking or is_question(words) else True

    def _leave(self, what: str, words: tuple[Value, ...]) -> bool | None:
        failed = len(words) > 1 and words[1] not in {"0", None} and what in {"exit", "return"}
        if self.certain:
            raise _Leave(what, status=not failed)
        # A build that goes on has not failed.
        if not (failed and what == "exit"):
            self.doubts.add(what)
        return None

    def _export(self, words: tuple[Value, ...]) -> None:
        for word in words:
            name, equals, value = (word or "").partition("=")
            if equals:
                whole = None if value == UNKNOWN else value
                self.values[name] = whole if self.certain else None

    def _inner(self, script: str, start: int) -> bool | None:
        """Go through a script that is an argument."""
        outer, self.place = self.place, start
        try:
            return self._deeper(lambda: self._script(parse_shell(script)))
        finally:
            self.place = outer

    def _here(self, heredoc: Heredoc) -> bool | None:
        """Go through a script that is a here-document."""
        outer, self.offset = self.offset, heredoc.start
        try:
            return self._deeper(lambda: self._script(parse_shell(heredoc.text)))
        except ShellError as error:
            raise type(error)(str(error), error.at + heredoc.start - outer) from None
        finally:
            self.offset = outer

    def _function(self, body: Node) -> bool | None:
        doubted = "return" in self.doubts
        try:
            return self._deeper(lambda: self._node(body))
        except _Leave as left:
            if left.what != "return":
                raise
            return left.status
        finally:
            if not doubted:
                self.doubts.discard("return")

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
            found = fields(raw, self.values, self._output)
        except WordError as error:
            raise UnterminatedError(str(error), 0) from None
        self.budget.spend(len(found) + sum(len(each or "") for each in found) // 64)
        return found

    def _value(self, raw: str) -> Value:
        return self._expanded(expanded, raw)

    def _pattern(self, raw: str) -> Value:
        return self._expanded(pattern, raw)

    def _expanded(self, how: Callable[..., Value], raw: str) -> Value:
        try:
            found = how(raw, self.values, self._output)
        except WordError as error:
            raise UnterminatedError(str(error), 0) from None
        self.budget.spend(1 + len(found or "") // 64)
        return found

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

        if self.depth >= _DEEPEST:
            return None
        self.budget.spend(10 + len(self.values) // 50)
        inner = Shell(
            values=dict(self.values),
            visit=visit,
            printed=self.printed,
            functions=dict(self.functions),
            budget=self.budget,
            depth=self.depth + 1,
        )
        try:
            inner.run(script)
        except (LimitError, UnterminatedError):
            raise
        except ShellError:
            return None
        return None if None in printed else "\n".join(filter(None, printed))
