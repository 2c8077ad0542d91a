"""A Dockerfile's text → its instructions, with the place of each.

dockerfile-parse reads the lines: directives, comments, continuations. What it does not know
stands here: here-documents, empty lines within an instruction, and what BuildKit refuses.
"""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dockerfile_parse import DockerfileParser

from poetry_arch_check.errors import DockerfileError

if TYPE_CHECKING:
    from collections.abc import Iterator

# Far above what anybody writes; below, everything here takes a moment.
_LARGEST = 256 * 1024
_MOST_LINES = 10_000
_MOST_HEREDOCS = 100

_KEYWORDS = frozenset(
    [
        "ADD",
        "ARG",
        "CMD",
        "COPY",
        "ENTRYPOINT",
        "ENV",
        "EXPOSE",
        "FROM",
        "HEALTHCHECK",
        "LABEL",
        "MAINTAINER",
        "ONBUILD",
        "RUN",
        "SHELL",
        "STOPSIGNAL",
        "USER",
        "VOLUME",
        "WORKDIR",
    ]
)
_WITH_HEREDOCS = frozenset({"ADD", "COPY", "RUN"})
_WORD = re.compile(r"(?:[^\s\"'\\]|\\.|\"(?:[^\"\\]|\\.)*\"|'[^']*')+", re.DOTALL)
_HEREDOC = re.compile(r"\d*<<(?P<dash>-?)(?P<word>[^<]+)", re.DOTALL)
_ESCAPE = re.compile(r"#\s*escape\s*=\s*`\s*$", re.IGNORECASE)
_DIRECTIVE = re.compile(r"#\s*(?:syntax|escape|check)\s*=", re.IGNORECASE)
_KEYWORD = re.compile(r"\s*(\S+)")
_FLAG = re.compile(r"\s*--(?P<name>[a-z][a-z.-]*)(?:=(?P<value>\"[^\"\n]*\"|\S*))?(?=\s|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heredoc:
    """A here-document: its text, and where in the file that begins."""

    text: str
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """One instruction. `text` is what stands behind keyword and flags, at `offset` of the file.

    Comments and empty lines within it are blanks in `text`, and a continued line ends in a
    backslash whatever the escape directive says: every character is where it is in the file.
    `tail` is what follows of here-documents, with the lines that end them.
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
        return re.sub(r"\\[ \t]*\r?\n", "", self.text).strip()

    def flag(self, name: str) -> str | None:
        """Return the value of `--name=value`, None where it is not there."""
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

    def inner(self) -> Instruction | None:
        """Return what ONBUILD puts off."""
        if not self.value:
            return None
        put_off = _instruction(self.text, self.offset, self.line, self.start)
        return replace(put_off, heredocs=self.heredocs, tail=self.tail)


def instructions(text: str, path: str) -> tuple[Instruction, ...]:
    """Return the instructions of the Dockerfile `text`; `path` is what messages call it.

    Raises DockerfileError with the line of what is no Dockerfile.
    """
    if len(text) > _LARGEST or text.count("\n") > _MOST_LINES:
        raise DockerfileError(
            f"{path}: it is too large to be a Dockerfile",
            hint=f"at most {_LARGEST // 1024} KiB and {_MOST_LINES} lines are read",
        )
    found = tuple(_Reader(text, path).read())
    if not found:
        raise DockerfileError(f"{path}: there is no instruction in it")
    return found


def escape_character(text: str) -> str:
    """Return what continues lines of a Dockerfile: a directive at the very top may say."""
    for line in text.removeprefix("\ufeff").split("\n", 4)[:4]:
        if _ESCAPE.match(line):
            return "`"
        if not _DIRECTIVE.match(line):
            break
    return "\\"


class _Reader:
    """Reads a file from the top, beginning anew behind each here-document."""

    def __init__(self, text: str, path: str) -> None:
        self._path = path
        self._lines = text.removeprefix("\ufeff").splitlines(keepends=True)
        # Only \n ends a line for Docker.
        if any(line[-1:] not in {"\n", ""} for line in self._lines[:-1]):
            self._lines = re.findall(r"[^\n]*\n|[^\n]+", text.removeprefix("\ufeff"))
        self._offsets = [len(text) - len(text.removeprefix("\ufeff"))]
        for line in self._lines:
            self._offsets.append(self._offsets[-1] + len(line))
        self._escape = escape_character(text)
        escape = re.escape(self._escape)
        self._doubled = re.compile(rf"{escape}{escape}[ \t]*\r?\n$")
        self._continued = re.compile(rf"({escape})([ \t]*)(\r?\n)$")
        self._heredocs = 0

    def read(self) -> Iterator[Instruction]:
        if (line := next((n for n, t in enumerate(self._lines, 1) if "\0" in t), None)) is not None:
            self._refuse(line, "it is not a text file")
        at = 0
        while at < len(self._lines):
            for found in self._structure(at):
                first, last = at + found["startline"], at + found["endline"]
                instruction, end = self._instruction(first, min(last, len(self._lines) - 1))
                yield instruction
                if end > last:
                    at = end + 1
                    break
            else:
                return

    def _refuse(self, line: int, why: str) -> None:
        raise DockerfileError(f"{self._path}:{line}: {why}")

    def _structure(self, at: int) -> Iterator[dict[str, Any]]:
        """Yield what dockerfile-parse finds from line `at` on; lines count from there."""
        # An empty line would end an instruction for it, a comment does not; two escape characters
        # continue a line for it; and where the last line is continued, the instruction is lost.
        lines = [
            "#\n" if not line.strip() else self._doubled.sub(".\n", line)
            for line in self._lines[at:]
        ]
        # Each part of the file is read with the directive of the whole.
        directive = f"# escape={self._escape}\n"
        content = "".join([directive, *lines, "\n\n"])
        parser = DockerfileParser(fileobj=io.StringIO(content), env_replace=False)
        covered: set[int] = {0}
        structure = parser.structure
        for found in structure:
            covered.update(range(found["startline"], found["endline"] + 1))
            if found["instruction"] == "COMMENT":
                continue
            for row in range(found["startline"]):
                if row not in covered:
                    self._refuse(at + row, f"{lines[row - 1].strip()[:40]!r} is no instruction")
            yield {
                "startline": found["startline"] - 1,
                "endline": found["endline"] - 1,
            }
        for row, line in enumerate(lines, start=1):
            if row not in covered and line.strip():
                self._refuse(at + row, f"{line.strip()[:40]!r} is no instruction")

    def _instruction(self, first: int, last: int) -> tuple[Instruction, int]:
        """Return the instruction in lines `first` to `last`, and where its here-documents end."""
        rows = []
        for row in range(first, last + 1):
            line = self._lines[row]
            if row > first and (not line.strip() or line.lstrip().startswith("#")):
                line = " " * len(line)
            else:
                # Blanks behind the character do not count; they change places with it here.
                line = self._continued.sub(r"\2\\\3", line) if row < last else line
            rows.append(line)
        text = "".join(rows)
        bodies, end = self._bodies(text, last)
        found = _instruction(text, self._offsets[first], first + 1, self._offsets[first])
        found = replace(found, heredocs=bodies, tail="".join(self._lines[last + 1 : end + 1]))
        if found.keyword not in _KEYWORDS:
            self._refuse(first + 1, f'"{found.keyword[:40]}" is not an instruction')
        return found, end

    def _bodies(self, text: str, last: int) -> tuple[tuple[Heredoc, ...], int]:
        """Return the here-documents that `text` opens, which follow line `last`."""
        keyword = _KEYWORD.match(text)
        names = [word.upper() for word in text.split(maxsplit=2)[:2]]
        if keyword is None or _WITH_HEREDOCS.isdisjoint(names):
            return (), last
        bodies, row = [], last + 1
        words = (_HEREDOC.fullmatch(word[0]) for word in _WORD.finditer(text))
        for opened in filter(None, words):
            name = re.sub(r"[\"'\\]", "", opened["word"])
            self._heredocs += 1
            if self._heredocs > _MOST_HEREDOCS:
                self._refuse(last + 1, f"more than {_MOST_HEREDOCS} here-documents")
            first = row
            while row < len(self._lines):
                line = self._lines[row].rstrip("\r\n")
                if (line.lstrip("\t") if opened["dash"] else line) == name:
                    break
                row += 1
            else:
                self._refuse(last + 1, f'the here-document "{name[:40]}" has no end')
            body = "".join(self._lines[first:row])
            bodies.append(Heredoc(text=body, offset=self._offsets[first]))
            row += 1
        return tuple(bodies), row - 1


def _instruction(text: str, offset: int, line: int, start: int) -> Instruction:
    keyword = _KEYWORD.match(text)
    assert keyword is not None  # noqa: S101 - there is no instruction without
    at, flags = keyword.end(), []
    joined = re.compile(r"[ \t]*\\[ \t]*\r?\n")
    while True:
        if continued := joined.match(text, at):
            at = continued.end()
            continue
        if (flag := _FLAG.match(text, at)) is None:
            break
        flags.append((flag["name"], (flag["value"] or "").strip('"')))
        at = flag.end()
    return Instruction(
        keyword=keyword[1].upper(),
        text=text[at:],
        offset=offset + at,
        line=line,
        start=start,
        flags=tuple(flags),
    )
