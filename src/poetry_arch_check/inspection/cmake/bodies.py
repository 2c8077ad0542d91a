"""Bodies of a CMake project: functions and macros with their arguments, loops with their items."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from poetry_arch_check.inspection.cmake.budget import Budget
    from poetry_arch_check.inspection.cmake.syntax import Argument, Command
    from poetry_arch_check.inspection.cmake.variables import Variables

BLOCKS = {"function": "endfunction", "macro": "endmacro", "foreach": "endforeach"}
# Loops with more rounds are read once.
_MAX_ROUNDS = 12


class Bodies:
    """The functions of a project by name, and what runs bodies: `run`, with the current folder."""

    def __init__(
        self,
        variables: Variables,
        budget: Budget,
        run: Callable[[Sequence[Command], str], None],
    ) -> None:
        self._variables = variables
        self._budget = budget
        self._run = run
        self._functions: dict[str, tuple[tuple[str, ...], list[Command]]] = {}

    def __contains__(self, name: str) -> bool:
        """Return whether the project defines a function or a macro of this name."""
        return name in self._functions

    def block(self, command: Command, body: list[Command], folder: str, *, sure: bool) -> None:
        """Define a function or a macro, or run the body of a loop.

        `sure` says that it is surely reached: else a loop is read once.
        """
        if command.name != "foreach":
            if names := [each.text for each in command.arguments]:
                self._functions[names[0].lower()] = (tuple(names[1:]), body)
            return
        given = self._separate(command.arguments)
        variable, *words = given or [""]
        items = _items(words, self._variables)
        rounds = items if sure and len(items) <= _MAX_ROUNDS else [None]
        for item in rounds:
            with self._variables.bound({variable or "": item}):
                self._run(body, folder)

    def call(self, name: str, arguments: Sequence[Argument], folder: str) -> None:
        """Run the body of a function with its arguments."""
        parameters, body = self._functions[name]
        given = self._separate(arguments)
        rest = given[len(parameters) :]
        bound: dict[str, str | None] = dict.fromkeys(parameters, "")
        bound |= dict(zip(parameters, given, strict=False))
        for variable, listed in (("ARGN", rest), ("ARGV", given)):
            known = [each for each in listed if each is not None]
            bound[variable] = ";".join(known) if len(known) == len(listed) else None
        with self._variables.bound(bound):
            self._run(body, folder)

    def _separate(self, arguments: Sequence[Argument]) -> list[str | None]:
        given = self._variables.separate(arguments)
        self._budget.passed(len(given))
        return given


def body_from(commands: Sequence[Command], at: int) -> list[Command]:
    """Return the commands from `at` up to the end of the function or loop that begins there."""
    end, depth = at, 1
    while end < len(commands):
        depth += (commands[end].name in BLOCKS) - (commands[end].name in BLOCKS.values())
        if not depth:
            break
        end += 1
    return list(commands[at:end])


def _items(words: list[str | None], variables: Variables) -> list[str | None]:
    """Return what a loop goes through, None for each item that is not known.

    Not all of it where that is more than is read.
    """
    match words:
        case ["RANGE", *bounds]:
            return _range(bounds)
        case ["IN", *named]:
            items: list[str | None] = []
            kind: str | None = None
            for word in named:
                if len(items) > _MAX_ROUNDS:
                    break
                if word in {"LISTS", "ITEMS", "ZIP_LISTS"}:
                    kind = word
                elif kind == "LISTS" and word is not None:
                    value = variables.value(word)
                    items += [None] if value is None else value.split(";") if value else []
                else:
                    items.append(word if kind == "ITEMS" else None)
            return items
        case _:
            return words


def _range(bounds: list[str | None]) -> list[str | None]:
    """Return the numbers of `foreach(i RANGE …)`: both ends are among them."""
    try:
        match [int(each or "") for each in bounds]:
            case [stop]:
                start, step = 0, 1
            case [start, stop]:
                step = 1 if start <= stop else -1
            case [start, stop, step]:
                pass
            case _:
                return [None]
        numbers = range(start, stop + (1 if step > 0 else -1), step)
    except ValueError:
        return [None]
    return [str(number) for number in numbers[: _MAX_ROUNDS + 1]]
