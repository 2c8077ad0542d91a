"""Where a Dockerfile installs, and what becomes of it once somebody has taken a plan's steps."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING

from poetry.utils._compat import tomllib

from poetry_arch_check.platforms.python import parse_python
from poetry_arch_check.settings.config import read_config
from poetry_arch_check.settings.request import Context, DockerfileRef, Request
from poetry_arch_check.settings.selection import select
from poetry_arch_check.toolchains.inventory import Inventory
from support.make import target as make_target

if TYPE_CHECKING:
    from poetry_arch_check.check.plan import Plan
    from poetry_arch_check.check.target import Target

_FROM = re.compile(r"FROM (?P<image>\S+)(?: AS (?P<name>\S+))?")
# What is said of another stage than the one that installs.
_ELSEWHERE = re.compile(r"image: Base stage (\S+) on|run-time: .* in stage (\S+), before")
_INSTALLS = re.compile(r"RUN (poetry install|.*pip wheel)")


def targets(
    text: str, platform: str = "linux/amd64", *, stage: str | None = None
) -> tuple[Target, ...]:
    """Return where the Dockerfile `text` installs."""
    context = Context(
        current=lambda: make_target("manylinux_2_36_x86_64", "3.12"),
        inventory=lambda: Inventory(minor=12),
        pythons=(parse_python("3.12"),),
        allows=lambda python: python.minor > 8,
        read=lambda _: text,
    )
    request = Request(targets=(platform,), dockerfile=DockerfileRef(path="Dockerfile", stage=stage))
    return select(read_config(tomllib.loads("")), request, context)


class Editor:
    """A Dockerfile in which somebody takes the steps of a plan, as they are printed."""

    def __init__(self, text: str, installing: str) -> None:
        """`installing` is the stage that installs."""
        self.lines = text.splitlines()
        self._installing = installing

    @property
    def text(self) -> str:
        """The Dockerfile as it is now."""
        return "".join(f"{line}\n" for line in self.lines)

    def take(self, plan: Plan) -> None:
        """Take the steps that have lines, in their order."""
        for step in plan.steps:
            elsewhere = _ELSEWHERE.match(f"{step.remedy.kind.value}: {step.remedy.text}")
            stage = elsewhere[1] or elsewhere[2] if elsewhere else self._installing
            self._put(step.remedy.lines, stage)

    def _put(self, lines: tuple[str, ...], stage: str) -> None:
        """Put lines where they belong: under the names of stages, else in `stage`."""
        for line in lines:
            if found := re.fullmatch(r"# in stage (\S+):", line):
                stage = found[1]
            elif found := _FROM.match(line):
                stage = found["name"] or stage
                at = self._from(stage)
                old = _FROM.match(self.lines[at])
                assert old
                self.lines[at] = self.lines[at].replace(old["image"], found["image"], 1)
            else:
                self.lines.insert(self._end_of(stage), line)

    def _from(self, stage: str) -> int:
        """Return the line at which a stage begins, by its name or number."""
        numbers = count()
        return next(
            at
            for at, line in enumerate(self.lines)
            if (found := _FROM.match(line)) and stage in {found["name"], str(next(numbers)), ""}
        )

    def _end_of(self, stage: str) -> int:
        """Return the line before which something is installed: where it installs, or is copied to."""
        for at in range(self._from(stage) + 1, len(self.lines)):
            line = self.lines[at]
            if _FROM.match(line) or _INSTALLS.match(line) or line.startswith("COPY --from"):
                return at
        return len(self.lines)
