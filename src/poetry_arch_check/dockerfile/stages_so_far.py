"""The stages of a Dockerfile that have been begun: by name, by number, and as they are now."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.copies import incompatible_copies
from poetry_arch_check.dockerfile.shared_libraries import shared_libraries

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.copies import Copy
    from poetry_arch_check.dockerfile.files import Files
    from poetry_arch_check.dockerfile.stage import Stage
    from poetry_arch_check.dockerfile.stage_state import StageState
    from poetry_arch_check.errors import ArchCheckError


@dataclass(slots=True, kw_only=True)
class StagesSoFar:
    """The stages of the file `path` so far, and their `states`.

    `errors` say, by number, why the image of a stage is not known; `copies` are the lines that copy
    between them what has to run.
    """

    path: str
    stages: list[Stage] = field(default_factory=list)
    states: list[StageState] = field(default_factory=list)
    errors: dict[int, ArchCheckError] = field(default_factory=dict)
    copies: list[Copy] = field(default_factory=list)

    @property
    def state(self) -> StageState:
        """The state of the stage that is being read; there has to be one."""
        return self.states[-1]

    def add(self, stage: Stage, state: StageState) -> None:
        """Begin another stage."""
        self.stages.append(stage)
        self.states.append(state)

    def named(self, name: str) -> Stage | None:
        """Return the last stage that is called `name`, None for an image."""
        return _named(name, self.stages)

    def origin(self, source: str) -> Stage | None:
        """Return the stage before this one that `--from` names or counts, None for an image."""
        before = self.stages[:-1]
        origin = _named(source, before)
        if origin is None and source.isdecimal() and int(source) < len(before):
            return before[int(source)]
        return origin

    def files_of(self, source: str) -> Files | None:
        """Return the files of the stage that `--from` names or counts, None for an image."""
        origin = self.origin(source)
        return self.states[origin.index].files if origin else None

    def finished(self, undeclared: list[str]) -> tuple[Stage, ...]:
        """Return the stages as they are now; `undeclared` are notes on arguments.

        Raises the error of one that installs on an unknown image.
        """
        notes = tuple(self._notes(undeclared))
        return tuple(
            self._finished(stage, state, notes)
            for stage, state in zip(self.stages, self.states, strict=True)
        )

    def _notes(self, undeclared: list[str]) -> list[str]:
        """Return what concerns all stages."""
        # Stages that go on from another one say it of their own installations.
        told = {each for state in self.states if state.installations for each in state.unread}
        requirements = [
            f"Not checked: {unread}."
            for state in self.states
            if not state.installations
            for unread in state.unread_installs
            if unread not in told
        ]
        others = [other for state in self.states for other in state.others]
        return list(dict.fromkeys([*others, *requirements, *undeclared]))

    def _finished(self, stage: Stage, state: StageState, notes: tuple[str, ...]) -> Stage:
        if state.installations and (error := self.errors.get(stage.index)):
            raise error
        lost = [each for each in state.environments if each.path is None and not each.copied]
        incompatible = (
            incompatible_copies(stage, self.copies, self.stages, self.path) if lost else ()
        )
        arrived = any(each.copied for each in state.environments)
        return replace(
            stage,
            name="" if len(self.stages) == 1 and not stage.name else stage.label,
            installations=tuple(state.installations),
            notes=(*incompatible, *notes),
            unread=tuple(state.unread),
            others=tuple(state.others),
            managed=state.managed,
            copied=frozenset(each.origin for each in self.copies if each.target == stage.index),
            environments=tuple(state.environments),
            installs_wheels=state.installs_wheels,
            libraries=shared_libraries(state, stage.image) if arrived and stage.image else None,
            interpreter=state.own_python,
            insertion=state.insertion,
        )


def _named(name: str, stages: list[Stage]) -> Stage | None:
    named = (stage for stage in reversed(stages) if stage.name)
    return next((stage for stage in named if stage.name == name.lower()), None)
