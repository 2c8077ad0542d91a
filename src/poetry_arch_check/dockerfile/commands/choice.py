"""What a command installs of the lock."""

from __future__ import annotations

from dataclasses import dataclass

# The group of the project's own dependencies.
MAIN = ("main",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What an image installs of the lock: groups and extras, in the words of `poetry install`.

    `root` says that the project itself is installed as well, `dependencies` that anything else
    is. The policies are None where the image sets none. `solved` says that versions are resolved
    anew, and the lock is not read. `unknown` says that a part of the line is not known.
    """

    only: tuple[str, ...] = ()
    including: tuple[str, ...] = ()
    excluding: tuple[str, ...] = ()
    all_groups: bool = False
    extras: tuple[str, ...] = ()
    all_extras: bool = False
    root: bool = True
    dependencies: bool = True
    no_binary: str | None = None
    only_binary: str | None = None
    solved: bool = False
    unknown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A file that `poetry export` writes ("" for its output), and what is in it."""

    file: str
    choice: Choice
