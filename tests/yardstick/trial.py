"""What has to be built to know whether an answer of the check is right."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from poetry_arch_check.toolchains.need import Need
from poetry_arch_check.toolchains.package_managers.registry import APT
from yardstick.answer import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yardstick.answer import Answer
    from yardstick.table import Row

# What somebody installs who wants to be done with it.
_EVERYTHING = ("build-essential", "pkg-config", "python3-dev")


class Tried(Enum):
    """What a build is tried with."""

    PRINTED = "printed"  # exactly what is printed
    AS_IS = "as-is"  # nothing: it is said to need nothing
    EVERYTHING = "everything"  # all that is known: it is said to fail all the same
    NOTHING = "nothing"  # it is not built: there was nothing to paste
    UNANSWERED = "unanswered"  # it is not built: the check said nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A build: after which lines of a Dockerfile, with which constraints.

    `printed` tells what it is tried with in one line; the same trial has the same.
    """

    tried: Tried
    lines: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    printed: str = ""


def trials(row: Row, answer: Answer) -> Iterator[Trial]:
    """Yield what has to be built."""
    if answer.fails_alone:
        packages = " ".join(dict.fromkeys((*_EVERYTHING, *row.known, *_packages(answer.needs))))
        # What this release does not have is left out.
        install = "apt-get install -y --no-install-recommends $package || true"
        line = f"RUN apt-get update; for package in {packages}; do {install}; done"
        yield Trial(tried=Tried.EVERYTHING, lines=(line,), printed=packages)
        if not answer.constraints:
            return
    match answer.verdict:
        case _ if answer.constraints:
            tried = Tried.PRINTED
        case Verdict.LINES:
            tried = Tried.PRINTED
        case Verdict.BUILDS:
            tried = Tried.AS_IS
        case Verdict.SILENT | Verdict.FAILS:
            tried = Tried.NOTHING
    yield Trial(
        tried=tried, lines=answer.lines, constraints=answer.constraints, printed=answer.printed
    )


def _packages(needs: tuple[str, ...]) -> Iterator[str]:
    for need in needs:
        yield from APT.packages_of(Need.parse(need).dependency) or ()
