"""The words of a command, read as options and arguments."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.shell.words import known

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.shell.words import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandLine:
    """What stands behind a command's name; a value of None is not known.

    `options` have their values, "" for those without one; `arguments` are all other words, the
    verb of a command with verbs among them.
    """

    options: tuple[tuple[str, Value], ...]
    arguments: tuple[Value, ...]

    @property
    def names(self) -> frozenset[str]:
        """The options that are given."""
        return frozenset(name for name, _ in self.options)

    @property
    def words(self) -> tuple[str, ...]:
        """The arguments that are known, at least in part, and not empty."""
        return tuple(word for word in self.arguments if word)

    @property
    def partly_unknown(self) -> bool:
        """Whether an option, its value or an argument is not known."""
        return None in self.arguments or any(
            known(part) is None for option in self.options for part in option
        )

    def values(self, *names: str) -> tuple[str, ...]:
        """Return the known values of the options called `names`, in their order."""
        found = (known(value) for name, value in self.options if name in names)
        return tuple(value for value in found if value is not None)

    def listed(self, *names: str, separator: str | None = ",") -> tuple[str, ...]:
        """Return the known values of the options called `names`, split at `separator`."""
        parts = (part.strip() for value in self.values(*names) for part in value.split(separator))
        return tuple(part for part in parts if part)


def options(names: str) -> frozenset[str]:
    """Return the names of options in `names`, which blanks separate."""
    return frozenset(names.split())


def read(
    words: tuple[Value, ...], valued: frozenset[str] = frozenset(), *, interspersed: bool = True
) -> CommandLine:
    """Read `words` as getopt_long(3) does, where the options `valued` take a value.

    With `interspersed` off, options end at the first argument: those behind it belong to a
    command that this one calls. A lone `-` is an argument, and `--` an option without meaning.
    """
    given: list[tuple[str, Value]] = []
    arguments: list[Value] = []
    rest = iter(words)
    for word in rest:
        if word is None or not word.startswith("-") or word == "-":
            arguments.append(word)
            if not interspersed:
                arguments.extend(rest)
        elif word in valued:
            given.extend((word, value) for value in islice(rest, 1))
        else:
            given.append(_joined(word, valued))
    return CommandLine(options=tuple(given), arguments=tuple(arguments))


def _joined(word: str, valued: frozenset[str]) -> tuple[str, str]:
    """Split `--name=value` and `-nvalue`."""
    if word.startswith("--"):
        name, _, value = word.partition("=")
        return name, value
    return (word[:2], word[2:].removeprefix("=")) if word[:2] in valued else (word, "")
