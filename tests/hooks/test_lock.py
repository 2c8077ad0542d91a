"""The lock hook, with real Poetry and a real index."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from poetry.utils._compat import tomllib

from support.index import sdist, wheel
from support.place import CP, NO_COMPILER, Place, hanging_tools, here, interrupted, path_with

if TYPE_CHECKING:
    from pathlib import Path

ARM = 'targets = ["linux/arm64"]'


@pytest.fixture
def moving(at: Place) -> Place:
    """Return a project with native 1.0 in the lock and 1.1 in pyproject.toml."""
    at.write("native==1.0", "pure", settings=ARM)
    assert at.run("lock").code == 0
    at.write("native==1.1", "pure", settings=ARM)
    return at


def versions(at: Place) -> dict[str, str]:
    """Return name and version of what is locked."""
    return {p["name"]: p["version"] for p in tomllib.loads(at.lock.read_text("utf-8"))["package"]}


def test_a_version_that_loses_its_wheel_is_named(moving: Place) -> None:
    """By name, target and versions, with the line in the lock that was written."""
    done = moving.run("lock")
    assert done.code == 0
    assert "this change of poetry.lock makes 1 package a problem" in done.err
    line = moving.lock.read_text("utf-8").split("\n").index('name = "native"')
    title = f"native 1.0 -> 1.1: no-toolchain on linux/arm64 (poetry.lock:{line})"
    assert title in done.err
    assert "1. Stay with 1.0, by a requirement that excludes this version" in done.err
    assert 'Poetry goes on: on-lock is "warn"' in done.err
    assert "Writing lock file" in done.out
    assert versions(moving) == {"native": "1.1", "pure": "1.0"}


def test_abort_leaves_the_lock_as_it_was(moving: Place) -> None:
    """It has not even been opened for writing."""
    before = moving.lock.read_bytes(), moving.lock.stat().st_mtime_ns
    done = moving.run("lock", POETRY_ARCH_CHECK="abort")
    assert done.code == 1
    assert "native 1.0 -> 1.1: no-toolchain on linux/arm64\n" in done.err
    assert 'Nothing was written or installed: POETRY_ARCH_CHECK is "abort".' in done.err
    assert "Writing lock file" not in done.out
    assert (moving.lock.read_bytes(), moving.lock.stat().st_mtime_ns) == before


@pytest.mark.parametrize("regenerate", [True, False])
def test_what_is_written_is_what_poetry_writes(moving: Place, regenerate: bool) -> None:
    """Byte for byte as without the plugin."""
    arguments = ("lock", "--regenerate") if regenerate else ("lock",)
    previous = moving.lock.read_bytes()
    assert moving.run(*arguments).code == 0
    with_plugin = moving.lock.read_bytes()
    assert with_plugin != previous
    moving.lock.write_bytes(previous)
    assert moving.run(*arguments, "--no-plugins").code == 0
    assert moving.lock.read_bytes() == with_plugin


def test_a_lock_that_does_not_change_is_no_matter(moving: Place) -> None:
    """Whatever is wrong with it."""
    assert moving.run("lock").code == 0
    done = moving.run("lock", POETRY_ARCH_CHECK="abort")
    assert (done.code, done.err) == (0, "")


def test_add_under_abort_touches_nothing(at: Place) -> None:
    """Neither the two files nor the environment: the check comes before the installation."""
    at.write("pure", settings=f'{ARM}\non-lock = "abort"')
    assert at.run("install").code == 0
    before = at.hashes()
    assert {"pyproject.toml", "poetry.lock"} <= before.keys()
    for arguments in (("add", "native==1.1"), ("add", "--lock", "native==1.1"), ("add", "cext")):
        done = at.run(*arguments, **NO_COMPILER)
        assert done.code == 1
        assert "(new): no-toolchain on linux/arm64" in done.err
        assert not [name for name in at.index.downloads() if name.endswith(".whl")]
        assert at.hashes() == before
    assert at.run("add", "native==1.0").code == 0
    assert at.installed("native")
    assert "native==1.0" in (at.project / "pyproject.toml").read_text("utf-8").replace(" (", "")


def test_update_is_stopped_before_it_installs(at: Place) -> None:
    """Though this machine has a wheel for either version."""
    at.write("native==1.0", settings=f'{ARM}\non-lock = "abort"')
    assert at.run("install").code == 0
    at.write("native>=1.0", settings=f'{ARM}\non-lock = "abort"')
    assert at.run("lock").code == 0
    assert versions(at) == {"native": "1.0"}
    before = at.hashes()
    done = at.run("update")
    assert done.code == 1
    assert "native 1.0 -> 1.1: no-toolchain on linux/arm64" in done.err
    assert at.hashes() == before


def test_a_dry_run_tells_what_the_lock_would_lose(at: Place) -> None:
    """Nothing is written then, so nothing else would tell."""
    at.write("native==1.0", settings=ARM)
    assert at.run("lock").code == 0
    at.write("native>=1.0", settings=ARM)
    assert at.run("lock").code == 0
    before = at.hashes()
    done = at.run("update", "--dry-run")
    assert done.code == 0
    assert "native 1.0 -> 1.1: no-toolchain on linux/arm64\n" in done.err
    assert at.run("update", "--dry-run", POETRY_ARCH_CHECK="abort").code == 1
    assert at.hashes() == before


def test_a_dry_run_of_the_lock_alone(at: Place) -> None:
    """Poetry neither executes nor writes anything then."""
    at.write("native==1.0", settings=ARM)
    assert at.run("lock").code == 0
    before = at.hashes()
    arguments = ("add", "native==1.1", "--lock", "--dry-run")
    done = at.run(*arguments)
    assert done.code == 0
    assert done.err.count("native 1.0 -> 1.1: no-toolchain on linux/arm64\n") == 1
    assert at.run(*arguments, POETRY_ARCH_CHECK="abort").code == 1
    assert at.run("update", "--lock", "--dry-run", POETRY_ARCH_CHECK="abort").code == 0
    assert at.hashes() == before


def test_a_warning_comes_before_the_installation(at: Place) -> None:
    """And once, though the lock is written after it."""
    at.write("native==1.0", settings=ARM)
    assert at.run("install").code == 0
    at.write("native>=1.0", settings=ARM)
    assert at.run("lock").code == 0
    said, _ = at.start("update", err=subprocess.STDOUT).communicate(timeout=60)
    text = said.decode("utf-8")
    assert text.count("native 1.0 -> 1.1: no-toolchain on linux/arm64") == 1
    assert text.index("native 1.0 -> 1.1: no-toolchain") < text.index("Package operations")
    assert versions(at) == {"native": "1.1"}


def test_mistakes_are_told_without_any_target(at: Place) -> None:
    """A typo in `targets` must not open the gate."""
    at.write("native==1.1", settings='target = ["linux/arm64"]\non-lock = "abort"')
    done = at.run("lock")
    assert done.code == 2
    assert 'tool.poetry-arch-check.target is not a known key (did you mean "targets"?)' in done.err
    assert not at.lock.exists()


def test_there_need_not_have_been_a_lock(at: Place) -> None:
    """Then every problem is new; under abort there is none afterwards either."""
    at.write("native==1.1", settings=ARM)
    for command in ("lock", "install"):
        done = at.run(command, POETRY_ARCH_CHECK="abort")
        assert done.code == 1
        assert "the new poetry.lock makes 1 package a problem" in done.err
        assert "native 1.1 (new): no-toolchain on linux/arm64" in done.err
        assert not at.lock.exists()
    assert not at.installed("native")
    assert at.run("lock").code == 0
    assert versions(at) == {"native": "1.1"}


def test_what_was_bad_before_is_counted_in_a_line(at: Place) -> None:
    """And stops nothing."""
    at.write("native==1.1", "cext", settings='targets = ["linux/arm64", "windows/arm64"]')
    assert at.run("lock").code == 0
    done = at.run("add", "--lock", "pure", POETRY_ARCH_CHECK="abort")
    assert done.code == 0, done.err
    assert "makes nothing worse. 4 problems were there before" in done.said
    assert "native 1.1" not in done.err
    done = at.run("remove", "--lock", "pure")
    assert "4 problems were there before" in done.said
    done = at.run("add", "--lock", "foreign")
    assert "foreign 1.0 (new): unavailable on linux/arm64 (poetry.lock:" in done.err
    assert "\n  also unavailable on windows/arm64\n" in done.err
    assert "4 problems were there before" in done.said


def test_a_release_that_loses_a_file(at: Place) -> None:
    """The version stays, the wheel is gone from the index."""
    at.write("native==1.0", settings=ARM)
    assert at.run("lock").code == 0
    del at.index.files[f"native-1.0-{CP}-manylinux_2_17_aarch64.whl"]
    done = at.run("lock", "--regenerate", "--no-cache", POETRY_ARCH_CHECK="abort")
    assert done.code == 1
    assert "native 1.0 (no such problem before): no-toolchain on linux/arm64" in done.err


def test_from_bad_to_worse(at: Place) -> None:
    """A build that needs a compiler is one thing, no way to build another."""
    at.write("native==1.1", settings=ARM)
    assert at.run("lock").code == 0
    at.index.add(wheel("native", "1.2", here()))
    at.write("native==1.2", settings=ARM)
    done = at.run("lock", POETRY_ARCH_CHECK="abort")
    assert done.code == 1
    assert "native 1.1 -> 1.2: unavailable on linux/arm64" in done.err


def test_all_groups_and_extras_are_looked_at(at: Place) -> None:
    """A lock is made for all of them."""
    extra = '[project.optional-dependencies]\nfast = ["native"]\n'
    group = '[tool.poetry.group.docs]\noptional = true\n[tool.poetry.group.docs.dependencies]\ncext = "*"\n'
    at.write("pure", settings=ARM, more=extra + group)
    done = at.run("lock", POETRY_ARCH_CHECK="abort")
    assert done.code == 1
    assert "native 1.1 (new)" in done.err
    assert "cext 1.0 (new)" in done.err


def test_extras_that_exclude_each_other(at: Place) -> None:
    """Where all are chosen, neither is installed: each is looked at alone."""
    extras = (
        "[project.optional-dependencies]\n"
        "one = [\"native==1.0 ; extra != 'two'\"]\n"
        "two = [\"cext ; extra != 'one'\"]\n"
    )
    at.write("pure", settings=ARM, more=extras)
    done = at.run("lock", POETRY_ARCH_CHECK="abort")
    assert done.code == 1, done.err
    assert "cext 1.0 (new): no-toolchain on linux/arm64" in done.err


def test_a_group_that_is_called_otherwise(at: Place) -> None:
    """Makes nothing worse: the former lock is planned with its own groups."""
    group = "[tool.poetry.group.{}.dependencies]\ncext = '*'\n".format
    at.write("pure", settings=ARM, more=group("dev"))
    assert at.run("lock").code == 0
    at.write("pure", settings=ARM, more=group("test"))
    done = at.run("lock", POETRY_ARCH_CHECK="abort")
    assert done.code == 0, done.err
    assert "makes nothing worse. 1 problem was there before" in done.said


def test_a_marker_that_goes(at: Place) -> None:
    """What was not installed on a target before is new there."""
    at.write("cext ; sys_platform == 'win32'", "pure", settings=ARM)
    assert at.run("lock").code == 0
    at.write("cext", "pure", settings=ARM)
    done = at.run("lock", POETRY_ARCH_CHECK="abort")
    assert done.code == 1
    assert "cext 1.0 (no such problem before): no-toolchain on linux/arm64" in done.err


def test_what_loses_a_wheel_comes_first(at: Place) -> None:
    """Before packages that are new, and never cut short."""
    at.write("native==1.0", settings=ARM)
    assert at.run("lock").code == 0
    new = [f"a{number}" for number in range(6)]
    for name in new:
        at.index.add(sdist(name, "1.0", native=True))
    at.write("native==1.1", *new, settings=ARM)
    done = at.run("lock")
    titles = re.findall(r"(\S+ \S+(?: -> \S+| \(new\))): no-toolchain", done.said)
    assert titles == ["native 1.0 -> 1.1", *(f"{name} 1.0 (new)" for name in new)]
    assert "What to do on linux/arm64:" in done.err
    assert "7 packages lack" in done.said


def as_written_before_2_1(lock: Path) -> None:
    """Take from a lock what came with version 2.1."""
    text = lock.read_text("utf-8").replace('lock-version = "2.1"', 'lock-version = "2.0"')
    lock.write_text(re.sub(r"^(groups|markers) = .*\n", "", text, flags=re.MULTILINE), "utf-8")


def test_a_former_lock_without_markers(at: Place) -> None:
    """Its entries are compared as they stand: its plan is not known any more."""
    at.index.add(wheel("native", "1.2", here()))
    at.index.add(sdist("native", "1.2", native=True))
    at.write("native==1.1", settings=ARM)
    assert at.run("lock").code == 0
    as_written_before_2_1(at.lock)
    # As bad as before, under another version, beside a requirement that is new.
    at.write("native==1.2", "pure", settings=ARM)
    done = at.run("lock", POETRY_ARCH_CHECK="abort")
    assert done.code == 0, done.err
    assert "1 problem was there before" in done.said
    # The same release, without a wheel that it had.
    at.write("native==1.0", settings=ARM)
    assert at.run("lock").code == 0
    as_written_before_2_1(at.lock)
    del at.index.files[f"native-1.0-{CP}-manylinux_2_17_aarch64.whl"]
    at.write("native==1.0", "pure", settings=ARM)
    done = at.run("lock", "--regenerate", "--no-cache", POETRY_ARCH_CHECK="abort")
    assert done.code == 1
    assert "native 1.0 (no such problem before): no-toolchain" in done.err


def test_without_targets_nothing_happens(at: Place) -> None:
    """There is nothing to compare with; nor with `off`."""
    at.write("native==1.1", settings="require-wheels = true")
    done = at.run("lock", POETRY_ARCH_CHECK="abort", POETRY_INSTALLER_NO_BINARY="native")
    assert (done.code, "arch-check:" in done.err) == (0, False)
    at.write("cext", settings=f'{ARM}\non-lock = "off"')
    done = at.run("lock")
    assert (done.code, "arch-check:" in done.err) == (0, False)


def test_a_lock_of_another_time(moving: Place) -> None:
    """A damaged former lock, or one before 2.0, is no reason not to look at the new one."""
    moving.lock.write_text("this is no lock\n", "utf-8")
    done = moving.run("lock", "--regenerate", POETRY_ARCH_CHECK="abort")
    assert done.code == 1
    assert "native 1.1 (new): no-toolchain" in done.err
    assert moving.lock.read_text("utf-8") == "this is no lock\n"


def test_what_another_process_writes_meanwhile_stays(moving: Place) -> None:
    """Nothing is restored over it: nothing has been written."""
    answer = moving.index.answer

    def writing(path: str) -> tuple[str, bytes] | None:
        moving.lock.write_text("# somebody else's\n", "utf-8")
        return answer(path)

    moving.index.answer = writing  # type: ignore[method-assign]
    done = moving.run("lock", "--regenerate", "--no-cache", POETRY_ARCH_CHECK="abort")
    assert done.code == 1
    assert "native 1.1" in done.err
    assert moving.lock.read_text("utf-8") == "# somebody else's\n"


def test_a_wrong_configuration(moving: Place) -> None:
    """One line in warn, exit code 2 and no lock in abort."""
    moving.write("native==1.1", "pure", settings='targets = ["linux/amr64"]')
    before = moving.lock.read_bytes()
    done = moving.run("lock", POETRY_ARCH_CHECK="abort")
    assert done.code == 2
    assert 'unknown target "linux/amr64" (did you mean' in done.err
    assert moving.lock.read_bytes() == before
    done = moving.run("lock")
    assert done.code == 0
    assert done.err.count("\n") == 1
    assert versions(moving)["native"] == "1.1"


def test_a_target_with_a_python_that_is_not_allowed(moving: Place) -> None:
    """That target cannot be looked at."""
    moving.write("native==1.0", settings=f'{ARM}\npython = ["3.9"]')
    done = moving.run("lock", POETRY_ARCH_CHECK="abort")
    assert done.code == 2
    assert "does not allow Python 3.9" in done.err


def test_ctrl_c_while_looking(at: Place) -> None:
    """No lock is written, none is damaged."""
    tools = hanging_tools(at.folder)
    at.write("pure", settings='targets = ["current"]')
    assert at.run("lock").code == 0
    at.write("pure", "cext", settings='targets = ["current"]')
    before = at.hashes()
    process = at.start("lock", more={"PATH": path_with(tools)})
    out, err = interrupted(process, tools)
    assert process.returncode == 1, (out, err)
    assert at.hashes() == before


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_project_that_cannot_be_written(moving: Place) -> None:
    """The hook needs no room and no permission: its word comes before Poetry's error."""
    moving.lock.chmod(0o444)
    moving.project.chmod(0o555)
    try:
        stopped = moving.run("lock", POETRY_ARCH_CHECK="abort")
        warned = moving.run("lock")
    finally:
        moving.project.chmod(0o755)
    assert stopped.code == 1
    assert "native 1.0 -> 1.1" in stopped.err
    assert "native 1.0 -> 1.1" in warned.err
    assert warned.code == 1
    assert "Permission denied" in warned.err
