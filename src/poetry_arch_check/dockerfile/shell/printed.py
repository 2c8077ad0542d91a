"""What commands print, as far as that is known without running them.

These are the ones that lists of packages, and names of files, go through on their way into
another command: `$(cat apt.txt)`, `grep -v '^#' apt.txt | xargs apt-get install`.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.shell.command_line import options, read
from poetry_arch_check.dockerfile.shell.words import Value, known

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from poetry_arch_check.dockerfile.shell.command import Command

# Longer pipes do not occur.
_MAX_PIPE = 20
# Commands that print the words they read, with other blanks between them.
_SAME_WORDS = frozenset({"uniq", "xargs", "tee", "paste", "column", "fmt"})
# What a pattern for comments and empty lines is made of: `^\s*#`, `^[[:space:]]*(#|$)`.
_BLANK = re.compile(r"\\s[*+]?|\[\[:(?:space|blank):\]\][*+]?|\[ (?:\\t)?\][*+]?| \*|\.\*|[()|\\]")
_SED = re.compile(
    r"s/(?:\\s\*|\[\[:space:\]\]\*| \*)?#\.\*\$?//g?|s/\\r\$?//g?|/\^\$/d|/\^(?:\\s\*)?#/d"
)
# `-n 1`, `-n1`, `-1`, or nothing.
_COUNT = re.compile(r"(?:(?:-n ?|--lines[= ]|-)([1-9]\d{0,6}))?")
_MAX_LINES = 100_000
_GLOB = re.compile(r"[*?\[]")
_FILE = re.compile(r"\.\w+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """Tells what commands print; `platform` are the outputs that depend on the target.

    `text` returns the text of a file, given its absolute path, None if it is not known.
    """

    platform: Mapping[tuple[str, ...], str]
    text: Callable[[str], str | None]

    def by(self, command: Command) -> Value:
        """Return what `command` prints, None if that is not known."""
        if not command.certain:
            return None
        return self._by(command, 0)

    def read_by(self, command: Command, depth: int = 0) -> Value:
        """Return what `command` reads, None if that is not known."""
        if command.string is not None:
            return command.string
        if command.heredoc is not None:
            return _plain(command.heredoc.text)
        if command.input is not None:
            return self.file(command.input, command)
        if command.before is not None and depth < _MAX_PIPE:
            return self._by(command.before, depth + 1)
        return None

    def file(self, name: Value, command: Command) -> Value:
        """Return the text of the file that `command` calls `name`."""
        path = path_of(name, command.values)
        return None if path is None else self.text(path)

    def _by(self, command: Command, depth: int) -> Value:  # noqa: C901, PLR0912 - a case for each
        words = tuple(word for word in command.words if word is not None)
        if len(words) < len(command.words) or not words:
            return None
        if any(output != "/dev/stdout" for output in command.outputs):
            return ""
        arguments = words[1:]
        match command.name:
            case "echo":
                return " ".join(word for word in arguments if word not in {"-n", "-e"})
            case "printf":
                return _of_printf(arguments)
            case "pwd":
                return command.values.get("PWD")
            case "basename" if len(arguments) == 1:
                return posixpath.basename(arguments[0].rstrip("/"))
            case "dirname" if len(arguments) == 1:
                return posixpath.dirname(arguments[0].rstrip("/")) or "."
            case "realpath" | "readlink":
                return path_of(next(iter(read(arguments).words), None), command.values)
            case "ls":
                return _of_ls(read(arguments).words)
            case "find":
                return _of_find(arguments)
            case "cat":
                return self._of_cat(arguments, command, depth)
            case "grep" | "egrep" | "sed" | "tr":
                return self._filtered(command, arguments, depth)
            case "head" | "tail":
                return self._part(command, arguments, depth)
            case "sort" if not read(arguments).words:
                text = self.read_by(command, depth)
                return None if text is None else "\n".join(sorted(set(text.splitlines())))
            case name if name in _SAME_WORDS and not read(arguments).words:
                return self.read_by(command, depth)
            case _ if command.before is None:
                return self.platform.get(words)
            case _:
                return None

    def _of_cat(self, names: tuple[str, ...], command: Command, depth: int) -> Value:
        if not names or names == ("-",):
            return self.read_by(command, depth)
        texts = [self.file(name, command) for name in names]
        return None if None in texts else "".join(filter(None, texts))

    def _part(self, command: Command, arguments: tuple[str, ...], depth: int) -> Value:
        """Return the first or the last lines of what a command reads: `head -n 1`, `tail -1`."""
        match = _COUNT.fullmatch(" ".join(arguments))
        text = self.read_by(command, depth) if match else None
        if match is None or text is None:
            return None
        lines, count = text.splitlines(), min(int(match[1] or 10), _MAX_LINES)
        return "\n".join(lines[:count] if command.name == "head" else lines[-count:])

    def _filtered(self, command: Command, arguments: tuple[str, ...], depth: int) -> Value:
        """Return what is left of a text without its comments, or with other blanks."""
        if command.name == "tr":
            # It replaces blanks by blanks, or removes them where lines end.
            return self.read_by(command, depth) if _of_blanks(arguments) else None
        line = read(arguments, options("-e -f --regexp --expression"))
        scripts, names = [*line.values("-e", "--regexp", "--expression")], [*line.words]
        scripts += [] if scripts else names[:1]
        names = names[1:] if not line.values("-e", "--regexp", "--expression") else names
        text = self._of_cat(tuple(names), command, depth)
        if text is None or not scripts:
            return None
        if command.name == "sed":
            parts = [part.strip() for script in scripts for part in script.split(";")]
            good = "-i" not in line.names and all(map(_SED.fullmatch, parts))
            return _without_comments(text) if good else None
        inverted = any("v" in name for name in line.names if not name.startswith("--"))
        inverted = inverted or "--invert-match" in line.names
        patterns = {_BLANK.sub("", script) for script in scripts}
        if not inverted or not patterns <= {"^#", "#", "^$", "^#$", "^#^$", "^$^#"}:
            return None
        lines = (each.strip() for each in text.splitlines())
        start = "" if "#" in patterns else "\n"
        return "\n".join(each for each in lines if each[:1] != "#" and (start or "#" not in each))


def path_of(name: Value, values: Mapping[str, Value]) -> str | None:
    """Return the absolute path of what is called `name`, None if that is not known."""
    if known(name) is None or not name:
        return None
    if name == "~" or name.startswith("~/"):
        name = f"{values.get('HOME') or ''}{name[1:]}"
    folder = "/" if name.startswith("/") else known(values.get("PWD"))
    return None if folder is None else posixpath.normpath(posixpath.join("/", folder, name))


def _plain(text: str) -> Value:
    """Return the text of a here-document in which nothing is expanded, else None."""
    return None if "$" in text or "`" in text else text


def _of_printf(arguments: tuple[str, ...]) -> Value:
    match arguments:
        case [text] if "%" not in text:
            return text.removesuffix("\\n")
        case ["%s" | "%s\\n" | "%s ", *texts]:
            return "\n".join(texts)
        case _:
            return None


def _of_ls(words: tuple[str, ...]) -> Value:
    """Return the files that a pattern stands for, which stays one, or files by their names."""
    good = words and all(_GLOB.search(word) or _FILE.search(word) for word in words)
    return "\n".join(words) if good else None


def _of_find(arguments: tuple[str, ...]) -> Value:
    """Return a pattern for what is found by name, which may lie deeper."""
    match [word for word in arguments if word not in {"-type", "f", "-maxdepth", "1", "-print"}]:
        case [folder, "-name", name]:
            return posixpath.join(folder, name)
        case _:
            return None


def _of_blanks(arguments: tuple[str, ...]) -> bool:
    """Return whether `tr` replaces or removes nothing but blanks, and keeps words apart."""
    blanks = {"\\n", "\\r", "\\t", " ", "\n", "\\r\\n", "[:space:]", "[:blank:]", "\\n\\r"}
    match arguments:
        case ["-d", "\\r" | "\r"]:
            return True
        case ["-s" | "--squeeze-repeats", *sets] | [*sets]:
            return bool(sets) and all(each in blanks for each in sets)
        case _:
            return False


def _without_comments(text: str) -> str:
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)
