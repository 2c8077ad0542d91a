"""Commands that bring, move or remove files → what lies where behind them."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.file_sources import UNKNOWN, Written
from poetry_arch_check.dockerfile.shell.command_line import options, read
from poetry_arch_check.dockerfile.shell.printed import Printed, path_of
from poetry_arch_check.dockerfile.shell.words import known
from poetry_arch_check.dockerfile.taken_files import take

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poetry_arch_check.dockerfile.files import Files
    from poetry_arch_check.dockerfile.shell.command import Command
    from poetry_arch_check.dockerfile.shell.words import Value

_MAX_FILES = 200
_GLOB = re.compile(r"[*?\[]")
# The options of these commands that take a value.
_COPYING: Mapping[str, frozenset[str]] = {
    "mv": options("-t --target-directory -S"),
    "cp": options("-t --target-directory -S"),
    "ln": options("-t --target-directory -S"),
    "install": options("-m --mode -o --owner -g --group -S --suffix -d"),
}
_REMOVING = frozenset({"rm", "unlink"})
_FETCHING: Mapping[str, frozenset[str]] = {
    "curl": options(
        "-o --output -H --header -d --data -u --user -x --proxy --retry -A -e -X -T --url"
    ),
    "wget": options(
        "-O --output-document -P --directory-prefix -a -t -T --header --tries --timeout"
    ),
}
_UNPACKING: Mapping[str, frozenset[str]] = {
    "tar": options("-C --directory -f --file --strip-components --exclude -I"),
    "unzip": options("-d -x -P"),
    **dict.fromkeys(("rsync", "svn", "hg", "bsdtar", "7z", "cpio", "patch", "gh"), frozenset()),
}
_GIT = options("-b --branch --depth -C -c -o --origin --reference --filter -j --jobs --config")


def change_files(command: Command, line: int, files: Files) -> None:
    """Change `files` as `command`, which stands in `line`, does; nothing is read or written."""
    if len(files.entries) > _MAX_FILES * 10:
        return
    change = _Change(command, line, files)
    change.run()


class _Change:
    """What one command does to the files of a stage."""

    def __init__(self, command: Command, line: int, files: Files) -> None:
        self._command = command
        self._line = line
        self._files = files

    def run(self) -> None:
        for output in self._command.outputs:
            self._write(output)
        words, name = self._command.words[1:], self._command.name
        if name in _COPYING:
            self._copy(read(words, _COPYING[name]).arguments, move=name == "mv")
        elif name in _REMOVING:
            self._remove(read(words).arguments)
        elif name in _FETCHING:
            line = read(words, _FETCHING[name])
            self._fetch(line.values("-o", "--output", "-O", "--output-document"), words)
        elif name in _UNPACKING:
            line = read(words, _UNPACKING[name])
            self._unpack(line.values("-C", "--directory", "-d"))
        elif name == "tee":
            for word in read(words).arguments[:_MAX_FILES]:
                self._write(word)
        elif name == "git":
            self._git(read(words, _GIT).arguments)

    def _path(self, word: Value) -> str | None:
        return path_of(word, self._command.values)

    def _write(self, output: Value) -> None:
        """Write what the command prints to a file."""
        path = self._path(output)
        if path is None or path.startswith("/dev/"):
            return
        if not self._command.certain:
            self._files.add(path, UNKNOWN)
            return
        printed = Printed(platform={}, text=self._files.text)
        text = known(printed.by(replace(self._command, outputs=())))
        self._files.add(path, Written(line=self._line, text=text))

    def _copy(self, words: tuple[Value, ...], *, move: bool = False) -> None:
        if len(words) < 2:  # noqa: PLR2004 - and where to
            return
        target = self._path(words[-1])
        if target is None:
            return
        into = len(words) > 2 or (words[-1] or "").endswith("/")  # noqa: PLR2004 - as above
        for word in words[:-1][:_MAX_FILES]:
            origin = self._path(word)
            if origin is None:
                self._files.add(target, UNKNOWN)
                continue
            whole = (word or "").endswith(("/.", "/"))
            goes = target if whole or _GLOB.search(origin) or not into else f"{target}/"
            take(origin, self._files, goes, self._files)
            if move and self._command.certain:
                self._files.remove(origin)

    def _remove(self, words: tuple[Value, ...]) -> None:
        for word in words[:_MAX_FILES] if self._command.certain else ():
            if path := self._path(word):
                self._files.remove(path)

    def _fetch(self, outputs: tuple[str, ...], words: tuple[Value, ...]) -> None:
        for output in outputs:
            if path := self._path(output):
                self._files.add(path, UNKNOWN)
        if not outputs:
            for word in words:
                name = posixpath.basename(word or "")
                if word and "://" in word and (path := self._path(name)):
                    self._files.add(path, UNKNOWN)

    def _unpack(self, folders: tuple[str, ...]) -> None:
        """Something is unpacked, or fetched, into a folder."""
        path = self._path(folders[-1] if folders else ".")
        self._files.add(path or "/", UNKNOWN)

    def _git(self, words: tuple[Value, ...]) -> None:
        match words:
            case ["clone", str(url)]:
                name = posixpath.basename(url.rstrip("/")).removesuffix(".git")
                self._unpack((name,) if known(name) else ("/",))
            case ["clone", _, str(folder)]:
                self._unpack((folder,))
            case ["clone" | "checkout" | "pull" | "submodule" | "apply", *_]:
                self._unpack(())
