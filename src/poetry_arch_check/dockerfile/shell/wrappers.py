"""What stands in front of a command and calls it: `sudo`, `env A=b`, `conda run -n name`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poetry_arch_check.dockerfile.shell.words import Value

# Words in front of a command, and their options that take a value.
_PREFIXES: Mapping[str, frozenset[str]] = {
    "sudo": frozenset({"-u", "-g", "-h"}),
    "env": frozenset({"-u"}),
    "exec": frozenset(),
    "time": frozenset(),
    "nice": frozenset({"-n"}),
    "nohup": frozenset(),
    "eatmydata": frozenset(),
    "gosu": frozenset(),
    "su-exec": frozenset(),
    "runuser": frozenset({"-u"}),
    "setarch": frozenset(),
    "retry": frozenset({"-n", "-t", "-d"}),
    "timeout": frozenset({"-s", "-k"}),
    "xargs": frozenset({"-n", "-P", "-I", "-a", "-L", "--max-args", "--arg-file", "-d"}),
    "chronic": frozenset(),
    "run": frozenset({"-n", "--name", "-p", "--prefix", "--cwd"}),  # conda's
    "builtin": frozenset(),
    "command": frozenset(),
}
_CONDA = frozenset({"conda", "mamba", "micromamba"})
_TAKING_A_WORD = frozenset({"gosu", "su-exec", "timeout", "setarch"})


def unwrapped(words: tuple[Value, ...]) -> tuple[Value, ...]:
    """Return the command that the one in `words` calls; most call none but themselves."""
    while words:
        name = (words[0] or "").rpartition("/")[2]
        if name in _CONDA and words[1:2] == ("run",):
            words, name = words[1:], "run"
        if name not in _PREFIXES or len(words) == 1:
            break
        if name == "command" and words[1] in {"-v", "-V"}:
            break
        rest = list(words[1:])
        while rest and rest[0] is not None and (rest[0].startswith("-") or "=" in rest[0]):
            option = rest.pop(0)
            if option in _PREFIXES[name] and rest:
                rest.pop(0)
        if name in _TAKING_A_WORD and rest:
            rest.pop(0)
        if name == "xargs":
            # What it reads is not known.
            rest = [*(None if word and "{}" in word else word for word in rest), None]
        words = tuple(rest)
    return words
