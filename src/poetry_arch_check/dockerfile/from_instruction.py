"""`FROM --platform=… image AS name`, with its arguments expanded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from poetry_arch_check.dockerfile.shell.words import expanded, known
from poetry_arch_check.errors import DockerfileError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poetry_arch_check.dockerfile.instructions import Instruction
    from poetry_arch_check.dockerfile.shell.budget import Budget
    from poetry_arch_check.dockerfile.shell.words import Value

_FROM = re.compile(r"(?P<image>\S+)(?:\s+AS\s+(?P<name>\S+))?\s*", re.IGNORECASE)
# Docker's are shorter: 255 characters for the repository, 128 for the tag, and a digest.
_MAX_IMAGE = 500
_SHOWN = 80
_HINT = "--build-arg NAME=VALUE gives it one"


@dataclass(frozen=True, slots=True, kw_only=True)
class From:
    """What a stage begins with: an image, or the name of another stage.

    `span` are the offsets of the image's name, None if that is continued on the next line;
    `arguments` are the variables in it. `name` is that of the stage in lower case, "" without
    one. `platform_of_target` says that `platform` is written as BuildKit's TARGETPLATFORM.
    """

    line: int
    image: str
    span: tuple[int, int] | None
    arguments: tuple[str, ...]
    name: str
    platform: str | None
    platform_of_target: bool


def parse_from(
    instruction: Instruction,
    values: Mapping[str, Value],
    path: str,
    replacement: str | None,
    budget: Budget,
) -> From:
    """Return what FROM says with `values`; with a `replacement`, the image may be unknown.

    Raises DockerfileError with the line, WordError for an unterminated quote, and
    LimitError if it costs more than the `budget`.
    """

    def refuse(why: str, hint: str | None = None) -> NoReturn:
        raise DockerfileError(f"{path}:{instruction.line}: {why}", hint=hint)

    match = _FROM.fullmatch(instruction.value)
    if match is None:
        refuse("FROM takes an image, and AS with a name")
    written = match["image"]
    image = known(expanded(written, values, budget=budget))
    if not image and not replacement:
        refuse(f"{written[:_SHOWN]} is empty: an ARG before the first FROM has no value", _HINT)
    if len(image or "") > _MAX_IMAGE:
        refuse(f"limit exceeded: an image name of more than {_MAX_IMAGE} characters")
    raw = instruction.flag("platform")
    platform = known(expanded(raw, values, budget=budget)) if raw else None
    if raw and not platform:
        refuse(f"--platform={raw[:_SHOWN]} has no value", _HINT)
    start = instruction.text.find(written)
    offset = instruction.offset + start
    return From(
        line=instruction.line,
        image=image or written,
        span=(offset, offset + len(written)) if start >= 0 else None,
        arguments=tuple(re.findall(r"\$\{?(\w+)", written)),
        name=(match["name"] or "").lower(),
        platform=platform,
        platform_of_target="TARGETPLATFORM" in (raw or ""),
    )
