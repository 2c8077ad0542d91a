"""The `.env` file beside a compose file (Docker docs, Compose: syntax for environment files)."""

from __future__ import annotations

import re
from collections import ChainMap
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile import expanded
from poetry_arch_check.dockerfile.builds.documents import check_size
from poetry_arch_check.dockerfile.shell.quoting import WordError

if TYPE_CHECKING:
    from collections.abc import Mapping

_BOM = "\ufeff"
_LINE = re.compile(
    # A comment may have quotes in it, which no value ends.
    r"^[ \t]*#[^\r\n]*|^[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_][\w.-]*)[ \t]*[=:][ \t]*(?:"
    r"'(?P<single>(?:\\.|[^'\\]){0,4096})'"
    r'|"(?P<double>(?:\\.|[^"\\]){0,4096})"'
    r"|(?P<plain>[^\r\n]*))",
    re.MULTILINE | re.DOTALL | re.ASCII,
)
# What is longer is cut: values that double would fill the memory.
_MAX_VALUE = 4096
_COMMENT = re.compile(r"(?:^|[ \t])#.*")
_VARIABLE = re.compile(r"(?P<dollar>\$\$)|\$\{[^{}\r\n]{1,200}\}|\$[A-Za-z_]\w{0,200}", re.ASCII)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def with_env_file(text: str, path: str, environment: Mapping[str, str]) -> Mapping[str, str]:
    """Return the variables that a compose file may name: the environment's, else those of `text`.

    Values may name variables of lines above; quoted ones may have several lines. Raises
    DockerfileError for a file that is too large.
    """
    check_size(text, path)
    found: dict[str, str] = {}
    known = ChainMap(dict(environment), found)
    for match in _LINE.finditer(text.removeprefix(_BOM)):
        if match["name"]:
            found[match["name"]] = _value(match, known)[:_MAX_VALUE]
    return {**found, **environment}


def _value(match: re.Match[str], known: Mapping[str, str]) -> str:
    if match["single"] is not None:
        return match["single"].replace("\\'", "'")
    if match["double"] is not None:
        return _filled(
            _ESCAPE.sub(lambda one: _ESCAPES.get(one[1], one[1]), match["double"]), known
        )
    return _filled(_COMMENT.sub("", match["plain"]).strip(), known)


def _filled(text: str, known: Mapping[str, str]) -> str:
    """Return `text` with the variables in it, as far as it is kept."""
    parts: list[str] = []
    length, end = 0, 0
    for match in _VARIABLE.finditer(text):
        if length > _MAX_VALUE:
            break
        value = "$" if match["dollar"] else _variable(match[0], known)
        parts += text[end : match.start()], value
        length += match.start() - end + len(value)
        end = match.end()
    return "".join([*parts, text[end:]])


def _variable(text: str, known: Mapping[str, str]) -> str:
    try:
        return expanded(text, known) or ""
    except WordError:
        return text
