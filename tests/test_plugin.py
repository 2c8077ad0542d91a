"""An installation of which a part is missing: exit code 2, which is not "problems found"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from poetry_arch_check import unavailable
from poetry_arch_check.hooks import listener
from support.place import copy_of_the_plugin, damage

if TYPE_CHECKING:
    from support.place import Place

RAISES = "raise ImportError('no module <b>here</b>')\n"
ARM = ("arch-check", "-t", "linux/arm64")
HINT = "hint: reinstall the plugin: poetry self add poetry-arch-check"


@pytest.fixture
def locked(at: Place) -> Place:
    """Return a project with a problem on linux/arm64."""
    at.write("cext")
    assert at.run("lock").code == 0
    return at


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "text", "said"),
    [
        ("command.py", RAISES, "ImportError: 'no module <b>here</b>'"),
        ("check/check.py", "def (", "SyntaxError: "),
        ("formats/__init__.py", "FORMATS = {}\n", "ImportError: "),
        ("errors.py", None, "ModuleNotFoundError: "),
    ],
    ids=["command", "syntax", "another version", "missing"],
)
def test_a_command_that_cannot_be_imported(
    locked: Place, module: str, text: str | None, said: str
) -> None:
    """It says what is missing and how to mend it, whatever its options; Poetry goes on."""
    damaged = copy_of_the_plugin(locked) / module
    damage(damaged, text or "")
    if text is None:
        damaged.unlink()
    for options in ((), (*ARM[1:], "--format", "json", "--no-such-option")):
        done = locked.run("arch-check", *options)
        assert (done.code, done.out) == (2, ""), done.err
        first, hint = done.err.splitlines()
        assert first.startswith(f"arch-check: cannot start: {said}")
        assert hint.startswith(HINT)
    done = locked.run(*ARM, "-vvv")
    assert (done.code, "Traceback" in done.err) == (2, True)
    assert locked.run("list").code == 0
    assert locked.run("check", "--lock").code == 0


def test_a_dependency_that_is_missing(locked: Place) -> None:
    """As when somebody removed it from Poetry's environment; it is needed for some options only."""
    startup = locked.folder / "startup"
    startup.mkdir()
    (startup / "sitecustomize.py").write_text("import sys\nsys.modules['yaml'] = None\n", "utf-8")
    (locked.project / "compose.yaml").write_text("services: {}\n", "utf-8")
    options = ("--dockerfile", "Dockerfile", "--compose", "compose.yaml")
    done = locked.run("arch-check", *options, PYTHONPATH=str(startup))
    assert (done.code, done.out) == (2, "")
    assert "arch-check: cannot start: ModuleNotFoundError: " in done.err
    assert "yaml" in done.err
    assert HINT in done.err
    assert locked.run(*ARM, PYTHONPATH=str(startup)).code == 1


@pytest.mark.slow
def test_hooks_that_cannot_be_imported(locked: Place) -> None:
    """They cost what their mode says, and the command works."""
    damage(copy_of_the_plugin(locked) / "hooks/listener.py", RAISES)
    assert locked.run(*ARM).code == 1
    line = "ImportError: 'no module <b>here</b>'"
    done = locked.run("lock")
    assert done.code == 0
    assert done.err.splitlines()[0] == f"arch-check: not checked: {line}"
    assert done.err.count("arch-check:") == 1
    assert locked.run("lock", POETRY_ARCH_CHECK="off").err == ""
    assert locked.run("--version").err == ""
    for settings, variable in (('on-lock = "abort"', ""), ("", "abort"), ('on-install = "x"', "")):
        locked.write("cext", "pure", settings=settings)
        before = locked.hashes()
        done = locked.run("lock", POETRY_ARCH_CHECK=variable)
        assert done.code == 2
        assert done.err.splitlines()[0] == f"arch-check: aborted: {line}"
        assert locked.hashes() == before


def test_the_hooks_and_their_stand_in_listen_to_the_same_commands() -> None:
    """The stand-in can import nothing."""
    assert unavailable.COMMANDS == listener.COMMANDS
