"""The hooks in a command that another plugin's command calls, with real Poetry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.place import NO_COMPILER, Place, copy_of_the_plugin

if TYPE_CHECKING:
    from pathlib import Path

ARM = 'targets = ["linux/arm64"]'
# As poetry-plugin-up 0.9 does it: the exit code of the command that it calls is ignored.
BUMP = """
from poetry.console.commands.installer_command import InstallerCommand
from poetry.plugins.application_plugin import ApplicationPlugin

class BumpCommand(InstallerCommand):
    name = "bump"

    def handle(self):
        path = self.poetry.file.path
        content = path.read_text("utf-8")
        path.write_text(content.replace("native==1.0", "native==1.1"), "utf-8")
        self.reset_poetry()
        with open("called", "w") as file:
            file.write(str([self.call("lock", "--regenerate"), self.call("update")]))
        return 0

class Bump(ApplicationPlugin):
    def activate(self, application):
        application.command_loader.register_factory("bump", BumpCommand)
"""


@pytest.fixture
def bumping(at: Place) -> Place:
    """Return a locked project, in a Poetry that has `poetry bump`."""
    overlay = copy_of_the_plugin(at).parent
    (overlay / "bump.py").write_text(BUMP)
    info = overlay / "bump-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bump\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[poetry.application.plugin]\nbump = bump:Bump\n")
    at.write("native==1.0", settings=ARM)
    assert at.run("lock").code == 0
    return at


def called(at: Place) -> str:
    """Return the exit codes of the commands that were called."""
    return (at.project / "called").read_text()


def manifest(at: Place) -> Path:
    """Return the path of pyproject.toml."""
    return at.project / "pyproject.toml"


def test_abort_says_what_the_caller_had_written(bumping: Place) -> None:
    """And the exit code is that of the hook, though the caller ends with 0."""
    lock = bumping.lock.read_bytes()
    done = bumping.run("bump", POETRY_ARCH_CHECK="abort")
    assert (done.code, called(bumping)) == (1, "[1, 1]")
    assert done.err.count("native 1.0 -> 1.1: no-toolchain on linux/arm64\n") == 2
    assert "Nothing was written" not in done.said
    assert (
        "`poetry bump` had changed pyproject.toml before, and that stays; nothing else was written"
        ' or installed: POETRY_ARCH_CHECK is "abort".'
    ) in done.said
    assert "native==1.1" in manifest(bumping).read_text("utf-8")
    assert bumping.lock.read_bytes() == lock


def test_a_caller_that_has_written_nothing(bumping: Place) -> None:
    """Then nothing was written."""
    text = manifest(bumping).read_text("utf-8").replace("native==1.0", "native>=1.1")
    manifest(bumping).write_text(text, "utf-8")
    done = bumping.run("bump", POETRY_ARCH_CHECK="abort")
    assert (done.code, called(bumping)) == (1, "[1, 1]")
    assert "Nothing was written or installed" in done.said
    assert "had changed" not in done.said


def test_a_caller_whose_installation_is_stopped(bumping: Place) -> None:
    """The other hook, and its exit code."""
    bumping.write("native==1.0", "cext", settings='on-install = "abort"')
    done = bumping.run("bump", **NO_COMPILER)
    assert (done.code, called(bumping)) == (1, "[0, 1]"), done.err
    assert "`poetry bump` had changed pyproject.toml before" in done.said


def test_warn_lets_the_caller_go_on(bumping: Place) -> None:
    """Its exit code is its own."""
    done = bumping.run("bump", POETRY_ARCH_CHECK="warn")
    assert (done.code, called(bumping)) == (0, "[0, 0]"), done.err
    assert 'Poetry goes on: POETRY_ARCH_CHECK is "warn"' in done.said
