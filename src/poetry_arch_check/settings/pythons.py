"""Which Pythons a target is checked with: the most specific setting counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.platforms.python import Python, parse_python
from poetry_arch_check.settings.tool_values import ALL_PYTHONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.images import Image
    from poetry_arch_check.platforms.wheel_tags import Name
    from poetry_arch_check.settings.inputs import Inputs
    from poetry_arch_check.settings.request import Context
    from poetry_arch_check.settings.target_config import TargetConfig


def pythons_for(
    named: TargetConfig, name: Name, image: Image | None, inputs: Inputs
) -> Iterator[tuple[Python, str]]:
    """Yield the Pythons of a target, each with a note where the choice has to be told.

    In turn: the option, the target's own key, its name, its own image, the defaults of the
    configuration, the default image, the project's environment.
    """
    config, request = inputs.config, inputs.request
    own_image = request.image or named.image
    if requested := request.pythons or named.pythons:
        yield from requested_pythons(requested, image, inputs.context)
    elif name.python:
        yield name.python, ""
    elif image and image.python and (own_image or not config.pythons):
        yield image.python, packaged_python_note(image)
    elif config.pythons:
        yield from requested_pythons(config.pythons, image, inputs.context)
    else:
        yield _environment_python(inputs.context)


def requested_pythons(
    requested: tuple[str, ...], image: Image | None, context: Context
) -> Iterator[tuple[Python, str]]:
    """Yield the Pythons that `requested` names; `all` stands for all that the project allows."""
    for text in requested:
        if text == ALL_PYTHONS:
            yield from ((allowed, "") for allowed in context.pythons)
            continue
        read = parse_python(text)
        note = ""
        if image and image.own_python and image.python and image.python.minor != read.minor:
            note = f"{image.reference} has Python {image.python.short}, not {read.short}."
        yield read, note


def _environment_python(context: Context) -> tuple[Python, str]:
    """Return the Python of the environment, or the nearest that the project allows."""
    current = context.current().python
    nearest = context.nearest(current)
    if context.allows(current) or nearest is None:
        return current, ""
    return nearest, (
        f"Python {nearest.short} is checked: the project does not allow {current.full} of its"
        " environment. --python names another."
    )


def packaged_python_note(image: Image) -> str:
    """Return a note that a plain distribution image has at most the distribution's Python."""
    if image.own_python or image.distribution is None or image.python is None:
        return ""
    has = f"Python {image.python.short} is that of {image.distribution.label}"
    return f"{has}; --python names another."
