"""The project as it was at a revision: its requirements and its lock, with today's surroundings."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import tomlkit
from poetry.core.factory import Factory
from poetry.core.pyproject.toml import PyProjectTOML

from poetry_arch_check.errors import LockError, ProjectError, RevisionError
from poetry_arch_check.poetry_api.lockfile import lock_of_document
from poetry_arch_check.poetry_api.messages import one_line
from poetry_arch_check.poetry_api.project import Project

if TYPE_CHECKING:
    from poetry.core.packages.project_package import ProjectPackage

    from poetry_arch_check.poetry_api.lockfile import LockFile
    from poetry_arch_check.poetry_api.revision import Revision


class PastProject(Project):
    """A project whose own two files are those of a revision.

    Configuration of Poetry, indexes, caches and the folder are today's: path dependencies, too,
    are looked at as they are.
    """

    def __init__(self, today: Project, pyproject: str, revision: str) -> None:
        """Read what stood in pyproject.toml; raises ProjectError where Poetry cannot."""
        super().__init__(today._poetry)  # noqa: SLF001 - of the same kind
        self._revision = revision
        try:
            self._package, self._pyproject = _package(pyproject, today.folder)
        except Exception as error:
            raise ProjectError(
                f"pyproject.toml at {revision}: {one_line(error)}",
                hint="compare with a revision at which Poetry can load the project",
            ) from error

    @property
    def package(self) -> ProjectPackage:
        """The project as a package, with the groups and extras that it had."""
        return self._package

    @property
    def pyproject(self) -> dict[str, Any]:
        """What pyproject.toml was."""
        return self._pyproject

    def lock_of(self, content: bytes) -> LockFile:
        """Return the lock with this text, fresh or not; raises LockError where it is damaged."""
        try:
            return lock_of_document(self.lock_path, tomlkit.parse(content.decode("utf-8")))
        except LockError as error:
            raise LockError(
                *(f"at {self._revision}: {problem}" for problem in error.problems),
                hint="compare with a revision that has a lock that Poetry reads",
            ) from error
        except ValueError as error:  # not UTF-8, not TOML
            raise LockError(
                f"at {self._revision}: {self.lock_path.name}: {one_line(error)}",
                hint="compare with a revision that has a lock that Poetry reads",
            ) from error


def _package(text: str, folder: Path) -> tuple[ProjectPackage, dict[str, Any]]:
    """Return what `Factory.create_poetry` makes of a pyproject.toml with this text in `folder`."""
    with TemporaryDirectory() as temporary:
        path = Path(temporary) / "pyproject.toml"
        path.write_text(text, "utf-8")
        pyproject = PyProjectTOML(path)
        data = pyproject.data
        pyproject.poetry_config  # noqa: B018 - read while there is a file
    own, old = data.get("project", {}), data.get("tool", {}).get("poetry", {})
    name = own.get("name") or old.get("name", "non-package-mode")
    version = own.get("version") or old.get("version", "0")
    package = Factory.get_package(str(name), str(version))
    Factory.configure_package(package, pyproject, folder)
    return package, data


def folder_at(revision: Revision, today: Project) -> PurePosixPath | None:
    """Return the folder of the project at `revision`, None where it was not there.

    A folder that was renamed is found by the name of the project, if no other had that.
    Raises RevisionError for a project outside of the repository.
    """
    folder = revision.relative(today.folder)
    if folder is None:
        raise RevisionError(f"--against: {today.folder} is outside of the git repository")
    if revision.read(folder / "pyproject.toml") is not None:
        return folder
    name = _name(today.pyproject)
    candidates = [
        path.parent
        for path in revision.paths("pyproject.toml")
        if not (revision.root / path).is_file() and name and name == _name_at(revision, path)
    ]
    return candidates[0] if len(candidates) == 1 else None


def _name(pyproject: dict[str, Any]) -> object:
    own = pyproject.get("project", {}).get("name")
    return own or pyproject.get("tool", {}).get("poetry", {}).get("name")


def _name_at(revision: Revision, path: PurePosixPath) -> object:
    try:
        return _name(tomlkit.parse((revision.read(path) or b"").decode("utf-8")))
    except (ValueError, AttributeError):  # not UTF-8, not TOML; a table that is none
        return None
