"""A Dockerfile's text → its instructions, with their offsets in the file.

The rules are those of BuildKit's parser (moby/buildkit, frontend/dockerfile/parser): parser
directives at the very top, comments, continued lines, flags and here-documents.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.shell.quoting import WORD, unquoted
from poetry_arch_check.errors import DockerfileError
from poetry_arch_check.strings import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

# Far above what anybody writes; below, everything here takes a moment.
_MAX_CHARACTERS = 256 * 1024
_MAX_LINES = 10_000
_MAX_HEREDOCS = 100

_NAMES = (
    "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL"
    " STOPSIGNAL USER VOLUME WORKDIR"
)
_KEYWORDS = frozenset(_NAMES.split())
_WITH_HEREDOCS = frozenset({"ADD", "COPY", "RUN"})
_BOM = "\ufeff"
# Only \n ends a line.
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_DIRECTIVE = re.compile(
    r"\s*#\s*(?P<name>syntax|escape|check)\s*=\s*(?P<value>\S.*?)\s*", re.IGNORECASE
)
_CONTINUATION = re.compile(r"\\\r*\n")
_GAP = re.compile(r"(?:\s|\\\r*\n)*")
_KEYWORD = re.compile(r"(?:\\\r*\n|\S)*")
_FLAG = re.compile(rf"--(?P<name>[^\s=\"'\\]*)(?:=(?P<value>{WORD}*))?(?=\s|$)", re.DOTALL)
_HEREDOC = re.compile(
    rf"(?<!\S)\d*<<(?P<dash>-|(?!-)|[ \t]+)(?P<word>(?:(?!<){WORD})+)(?!\S)|{WORD}+", re.DOTALL
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heredoc:
    """A here-document: its text, and where in the file that begins."""

    text: str
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """One instruction. `text` is what follows the keyword and the flags, at `offset` of the file.

    Comments and empty lines within it are blanks in `text`, and a continued line ends in a
    backslash whatever the escape directive says: every character keeps its offset. `start` is
    the offset of the instruction. `tail` are the lines of its here-documents, with those that
    end them.
    """

    keyword: str
    text: str
    offset: int
    line: int
    start: int
    flags: tuple[tuple[str, str], ...] = ()
    heredocs: tuple[Heredoc, ...] = ()
    tail: str = ""

    @property
    def value(self) -> str:
        """`text` with its lines joined, as Docker sees it."""
        return _joined(self.text).strip()

    def flag(self, name: str) -> str | None:
        """Return the value of `--name=value`, None without that flag."""
        return next((value for key, value in self.flags if key == name), None)

    @property
    def exec_form(self) -> tuple[str, ...] | None:
        """The words of the exec form (`["poetry", "install"]`), None for the shell form."""
        if not self.value.startswith("["):
            return None
        try:
            words = json.loads(self.value)
        except (ValueError, RecursionError):
            return None
        good = isinstance(words, list) and all(isinstance(word, str) for word in words)
        return tuple(words) if good else None

    @property
    def arguments(self) -> tuple[str, ...]:
        """The words of the exec form, else those of the shell form, as COPY and ADD split it."""
        words = self.exec_form
        return tuple(self.value.split()) if words is None else words

    def trigger(self) -> Instruction | None:
        """Return the instruction that ONBUILD registers, None if there is none."""
        if not self.value:
            return None
        trigger = _instruction(self.text, self.offset, self.line, self.start)
        return replace(trigger, heredocs=self.heredocs, tail=self.tail)


def instructions(text: str, path: str) -> tuple[Instruction, ...]:
    """Return the instructions of the Dockerfile `text`; `path` is its name in messages.

    Raises DockerfileError with the line that cannot be read.
    """
    if len(text) > _MAX_CHARACTERS or text.count("\n") > _MAX_LINES:
        raise DockerfileError(
            f"{path}: the file is too large",
            hint=f"at most {_MAX_CHARACTERS // 1024} KiB and {_MAX_LINES} lines are read",
        )
    found = tuple(_Reader(text, path).read())
    if not found:
        raise DockerfileError(f"{path}: file with no instructions")
    return found


def escape_character(text: str) -> str:
    """Return the character that continues lines of a Dockerfile: a backslash or a backquote."""
    return next((value for name, value in _directives(text) if name == "escape"), "\\")


def _directives(text: str) -> Iterator[tuple[str, str]]:
    """Yield the parser directives; the first line that is none ends them."""
    for line in _LINE.finditer(text.removeprefix(_BOM)):
        if (directive := _DIRECTIVE.fullmatch(line[0])) is None:
            return
        yield directive["name"].lower(), directive["value"]


class _Reader:
    """Reads a file from the top, an instruction at a time."""

    def __init__(self, text: str, path: str) -> None:
        self._path = path
        self._lines = _LINE.findall(text.removeprefix(_BOM))
        self._offsets = [len(text) - len(text.removeprefix(_BOM))]
        for line in self._lines:
            self._offsets.append(self._offsets[-1] + len(line))
        self._check_directives(text)
        self._escape = escape_character(text)
        self._row = 0
        self._heredocs = 0

    def read(self) -> Iterator[Instruction]:
        for row, line in enumerate(self._lines):
            if "\0" in line:
                self._refuse(row, "not a text file")
        while self._row < len(self._lines):
            if _is_blank(self._lines[self._row]):
                self._row += 1
            else:
                yield self._next()

    def _refuse(self, row: int, why: str) -> None:
        raise DockerfileError(f"{self._path}:{row + 1}: {why}")

    def _check_directives(self, text: str) -> None:
        seen: set[str] = set()
        for row, (name, value) in enumerate(_directives(text)):
            if name in seen:
                self._refuse(row, f"only one {name} parser directive can be used")
            if name == "escape" and value not in {"\\", "`"}:
                self._refuse(row, f'invalid escape token "{value[:40]}": it is not ` or \\')
            seen.add(name)

    def _next(self) -> Instruction:
        first = self._row
        text = self._continued_line()
        start = self._offsets[first]
        found = _instruction(text, start, first + 1, start)
        if found.keyword not in _KEYWORDS:
            keyword = found.keyword[:40]
            near = did_you_mean(keyword, _KEYWORDS)
            self._refuse(first, f'unknown instruction "{keyword}"{near}')
        tail = self._row
        bodies = self._bodies(found)
        return replace(found, heredocs=bodies, tail="".join(self._lines[tail : self._row]))

    def _continued_line(self) -> str:
        """Return the next line with those that continue it, and go on behind them."""
        parts: list[str] = []
        continued = True
        while continued and self._row < len(self._lines):
            line = self._lines[self._row]
            self._row += 1
            if parts and _is_blank(line):
                parts.append(" " * len(line))
                continue
            body = line.rstrip("\r\n")
            kept = body.rstrip(" \t")
            continued = kept.endswith(self._escape) and not kept.endswith(self._escape * 2)
            if continued:
                # Blanks behind the character do not count: they change places with it.
                line = kept[:-1] + body[len(kept) :] + "\\" + line[len(body) :]
            parts.append(line)
        text = "".join(parts)
        if continued:
            # At the end of the file, the character continues nothing.
            end = len(text.rstrip())
            text = f"{text[: end - 1]} {text[end:]}"
        return text

    def _bodies(self, found: Instruction) -> tuple[Heredoc, ...]:
        """Return the here-documents of an instruction, and go on behind them."""
        opening = self._row - 1
        inner = found.trigger() if found.keyword == "ONBUILD" else found
        if inner is None or inner.keyword not in _WITH_HEREDOCS:
            return ()
        bodies = []
        for opened in _HEREDOC.finditer(_joined(inner.text)):
            if opened["word"] is None or "<" in opened["word"]:
                continue
            name = unquoted(opened["word"])
            self._heredocs += 1
            if self._heredocs > _MAX_HEREDOCS:
                self._refuse(opening, f"limit exceeded: more than {_MAX_HEREDOCS} here-documents")
            first = self._row
            while self._row < len(self._lines):
                line = self._lines[self._row].rstrip("\r\n")
                if (line.lstrip("\t") if opened["dash"] == "-" else line) == name:
                    break
                self._row += 1
            else:
                self._refuse(opening, f'unterminated here-document "{name[:40]}"')
            body = "".join(self._lines[first : self._row])
            bodies.append(Heredoc(text=body, offset=self._offsets[first]))
            self._row += 1
        return tuple(bodies)


def _is_blank(line: str) -> bool:
    """Return whether a line is empty or a comment."""
    return line.lstrip()[:1] in {"", "#"}


def _joined(text: str) -> str:
    """Return `text` with its lines joined: all but the last are continued."""
    return _CONTINUATION.sub("", text.rstrip("\r\n"))


def _instruction(text: str, offset: int, line: int, start: int) -> Instruction:
    """Split `text` into keyword, flags and the rest; `--` ends the flags."""
    first = _end_of(_GAP, text, 0)
    end = _end_of(_KEYWORD, text, first)
    keyword = _joined(text[first:end])
    at, flags = _end_of(_GAP, text, end), []
    while flag := _FLAG.match(text, at):
        at = _end_of(_GAP, text, flag.end())
        if flag[0] == "--":
            break
        flags.append((flag["name"], unquoted(_joined(flag["value"] or ""))))
    return Instruction(
        keyword=keyword.upper(),
        text=text[at:],
        offset=offset + at,
        line=line,
        start=start,
        flags=tuple(flags),
    )


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
