"""Which stages of a Dockerfile are inspected: all that install, or those that one is built from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.errors import DockerfileError
from poetry_arch_check.strings import did_you_mean

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.stage import Stage

_LOOKED_FOR = (
    "looked for: poetry install or sync, pip install of the project or of what poetry export or"
    " poetry build made; if a build argument decides, state it: --build-arg NAME=VALUE; or name the"
    " image instead: --image python:3.12-slim"
)


def selected_stages(stages: tuple[Stage, ...], name: str | None, path: str) -> tuple[Stage, ...]:
    """Return the stages that install, of those that count.

    Raises DockerfileError if there are none.
    """
    installing = tuple(stage for stage in stages if stage.installations)
    considered = considered_stages(stages, name, path)
    if chosen := tuple(each for each in installing if each.index in considered):
        return chosen
    if name:
        others = ", ".join(each.label for each in installing) or "none"
        raise DockerfileError(
            f'{path}: stage "{name}" does not install with Poetry', hint=f"stages that do: {others}"
        )
    unread = [script for stage in stages for script in stage.unread]
    notes = [other for stage in stages for other in stage.others]
    notes += [f"not read: {', '.join(dict.fromkeys(unread))}"] if unread else []
    raise DockerfileError(f"{path}: no stage installs with Poetry", *notes, hint=_LOOKED_FOR)


def considered_stages(stages: tuple[Stage, ...], name: str | None, path: str) -> set[int]:
    """Return the numbers of the stages that count: those that `name` is built from, or all.

    An empty name is that of the last stage, if it takes one that installs.
    Raises DockerfileError for a stage that there is not.
    """
    everything = set(range(len(stages)))
    if name is None or not stages:
        return everything
    if name:
        return _built_from(_stage_called(name, stages, path), stages)
    needed = _built_from(stages[-1], stages)
    return needed if any(stages[each].installations for each in needed) else everything


def _stage_called(name: str, stages: tuple[Stage, ...], path: str) -> Stage:
    for stage in stages:
        if name.lower() in {stage.name, str(stage.index)}:
            return stage
    names = [stage.label for stage in stages]
    raise DockerfileError(
        f'{path}: there is no stage "{name}"{did_you_mean(name, names)}',
        hint=f"its stages: {', '.join(names)}",
    )


def _built_from(stage: Stage, stages: tuple[Stage, ...]) -> set[int]:
    """Return the stages that building `stage` takes: its parents, and what it copies from."""
    needed: set[int] = set()
    waiting = [stage.index]
    while waiting:
        each = stages[waiting.pop()]
        if each.index not in needed:
            needed.add(each.index)
            waiting += [*each.copied, *([] if each.parent is None else [each.parent])]
    return needed
