"""Files that `poetry export` writes, wherever they go from there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.commands.poetry import of_export, poetry_command
from poetry_arch_check.dockerfile.shell.command_line import read

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.commands.choice import Export
    from poetry_arch_check.dockerfile.shell.command import Command


@dataclass(slots=True)
class Exports:
    """The files of one stage by name (`here`), and those of all stages by path and name."""

    everywhere: dict[str, Export] = field(default_factory=dict)
    here: dict[str, Export] = field(default_factory=dict)

    def child(self) -> Exports:
        """Return those of a stage that goes on from this one."""
        return Exports(everywhere=self.everywhere, here=dict(self.here))

    def beside(self) -> Exports:
        """Return those of a stage that begins anew."""
        return Exports(everywhere=self.everywhere)

    def add(self, export: Export) -> None:
        """Remember a file; what is printed has none."""
        if export.file:
            self.everywhere[export.file] = self.everywhere[_name(export.file)] = export
            self.here[_name(export.file)] = export

    def find(self, file: str) -> Export | None:
        """Return what a file of this stage was exported with."""
        name = _name(file)
        return self.here.get(name) or self.everywhere.get(file) or self.everywhere.get(name)

    def copied(self, origin: str, target: str) -> None:
        """Follow a file that COPY brings from another stage."""
        name = _name(origin)
        if export := self.everywhere.get(origin) or self.everywhere.get(name):
            self.here[_name(target) if _name(target) not in {"", "."} else name] = export

    def follow(self, command: Command) -> None:
        """Follow what `poetry export` prints into a file, and files that move."""
        words = read(command.words[1:]).words
        before = command.before
        while before is not None:
            called = poetry_command(before.words) if before.words else None
            if called and called[0] == "export":
                target = next((each for each in command.outputs if each), "")
                if command.name == "tee" and words:
                    target = words[0]
                self.add(replace(of_export(called[1], ()), file=target))
            before = before.before
        moves = command.name in {"mv", "cp"} and len(words) == 2  # noqa: PLR2004 - and where to
        if moves and (export := self.find(words[0])):
            target = words[1] if _name(words[1]) not in {"", "."} else _name(words[0])
            self.add(replace(export, file=target))


def _name(file: str) -> str:
    return file.rpartition("/")[2]
