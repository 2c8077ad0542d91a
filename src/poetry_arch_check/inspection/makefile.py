"""The programs that a Makefile asks for its flags: `$(shell pkg-config --libs glib-2.0)`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from poetry_arch_check.inspection.shell_script import programs_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_ASSIGNMENT = re.compile(r"(?:export\s+|override\s+)*([\w.-]+)\s*(?:[?:+]|::)?=\s*(.*)")
_CONDITION = re.compile(r"(ifn?eq|ifn?def|endif)\b")
# Up to the first parenthesis: a command with its own is not read.
_SHELL = re.compile(r"\$\(shell\s+([^()]*)\)|`([^`]*)`")
_VARIABLE = re.compile(r"\$[({]([\w.-]+)[)}]")
# No Makefile that was looked at has more.
_MAX_LINES = 5000


def asked_programs(text: str) -> Iterator[tuple[str, ...]]:
    """Yield the command lines that a Makefile starts whatever its goal is, split at blanks.

    Those of its variables, outside of conditions; not those that say what else would do (`||`).
    """
    values: dict[str, str] = {}
    depth = 0
    for line in text.replace("\\\n", " ").splitlines()[:_MAX_LINES]:
        if condition := _CONDITION.match(line):
            depth += -1 if condition[1] == "endif" else 1
        elif depth <= 0 and (assignment := _ASSIGNMENT.match(line)):
            name, value = assignment[1], assignment[2].partition("#")[0].strip()
            value = _VARIABLE.sub(lambda used: values.get(used[1], used[0]), value)
            if "$" not in value and "`" not in value:
                values.setdefault(name, value)
            for shell in _SHELL.finditer(value):
                command = shell[1] or shell[2] or ""
                if "||" not in command:
                    yield from programs_of(command)
