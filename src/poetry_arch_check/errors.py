"""What a user can be told, and the exit code that goes with it."""

from __future__ import annotations

from typing import ClassVar


class ArchCheckError(Exception):
    """The check could not be made: what is wrong, where, and what to do.

    Every subclass ends the command with `exit_code`; none of them is a bug of ours,
    so none is shown with a traceback.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, *problems: str, hint: str | None = None) -> None:
        """Take one line for each problem, and one hint for all of them."""
        super().__init__("\n".join(problems))
        self.problems = problems
        self.hint = hint


class ConfigurationError(ArchCheckError):
    """Options or `[tool.poetry-arch-check]` are wrong."""


class TargetError(ArchCheckError):
    """A target, an image or a Python version is not known, or they contradict."""


class DockerfileError(ArchCheckError):
    """A Dockerfile cannot be read, or does not tell what it has to."""


class ProjectError(ArchCheckError):
    """Poetry cannot load the project."""


class LockError(ArchCheckError):
    """`poetry.lock` is missing, stale, or cannot be read."""


class PlanError(ArchCheckError):
    """Poetry cannot plan the installation on a target."""


class RevisionError(ArchCheckError):
    """What is to be compared with cannot be read from the git repository."""


class OutputError(ArchCheckError):
    """The report cannot be written."""
