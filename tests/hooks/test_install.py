"""The install hook, with real Poetry, a real index and real builds."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.index import sdist, sdist_files
from support.place import (
    NO_COMPILER,
    Place,
    any_compiler,
    copy_of_the_plugin,
    damage,
    hanging_tools,
    interrupted,
    path_with,
)
from support.poetry_process import environment

if TYPE_CHECKING:
    from support.poetry_process import Result


HERE = 'targets = { here = { platform = "current" } }\non-lock = "off"\n'


def locked(at: Place, *dependencies: str, settings: str = "", more: str = "") -> Place:
    """Write and lock a project, with its virtual environment made, and return it."""
    at.write(*dependencies, settings=settings, more=more)
    done = at.run("lock", POETRY_ARCH_CHECK="off")
    assert done.code == 0, done.err
    return at


def silent(done: Result) -> bool:
    """Return whether the hooks said nothing."""
    return "arch-check:" not in done.err + done.out


def test_without_the_hook_the_build_fails_in_the_compiler(at: Place) -> None:
    """That is what it is about: the file and the build requirement were fetched for nothing."""
    locked(at, "cext")
    done = at.run("install", "--no-plugins", **NO_COMPILER)
    assert done.code == 1
    assert "/nowhere/cc" in done.out
    assert "build_wheel" in done.out
    assert set(at.index.downloads()) == {"cext-1.0.tar.gz", "buildtool-1.0-py3-none-any.whl"}


def test_warn_says_it_first_and_changes_nothing_else(at: Place) -> None:
    """Poetry goes on to its own failure, with its own words and exit code."""
    locked(at, "cext")
    bare = at.run("install", "--no-plugins", **NO_COMPILER)
    at.forget_environment()
    shutil.rmtree(at.folder / "cache" / "artifacts")
    at.run("env", "use", "python")
    done = at.run("install", **NO_COMPILER)
    assert done.code == bare.code == 1
    assert "cext 1.0: no-toolchain on current (poetry.lock:" in done.err
    assert "a C compiler (CC=/nowhere/cc) was not found here" in done.err
    assert 'Poetry goes on: on-install is "warn"' in done.err
    assert "/nowhere/cc" in done.out
    first = [line for line in done.out.splitlines() if not line.strip().startswith("|")]
    assert first == [line for line in bare.out.splitlines() if not line.strip().startswith("|")]


def test_abort_stops_before_anything_is_fetched(at: Place) -> None:
    """No wheel, no build requirement: the sdist that was looked into, alone."""
    locked(at, "cext", "pure", settings='on-install = "abort"')
    before = at.hashes()
    done = at.run("install", **NO_COMPILER)
    assert done.code == 1
    assert "cext 1.0: no-toolchain" in done.err
    assert "1 of 2 packages is a problem here" in done.err
    assert 'Nothing was installed or written: on-install is "abort"' in done.err
    assert "Package operations" not in done.out
    assert at.index.downloads() == ["cext-1.0.tar.gz"]
    assert at.hashes() == before
    # That was fetched into Poetry's cache, once.
    done = at.run("install", **NO_COMPILER)
    assert done.code == 1
    assert at.index.asked == []


@pytest.mark.parametrize("command", ["install", "sync", "update"])
def test_every_command_that_installs(at: Place, command: str) -> None:
    """The same stop."""
    locked(at, "cext")
    before = at.hashes()
    done = at.run(command, POETRY_ARCH_CHECK="abort", **NO_COMPILER)
    assert done.code == 1
    assert "cext 1.0: no-toolchain on current" in done.err
    assert not [name for name in at.index.downloads() if name.endswith(".whl")]
    assert at.hashes() == before


@pytest.mark.slow
def test_remove_and_what_it_leaves_alone(at: Place) -> None:
    """What is removed needs no compiler."""
    locked(at, "cext", "pure")
    assert at.run("install", CC=any_compiler(at.folder)).code == 0
    shutil.rmtree(at.folder / "cache" / "artifacts")
    done = at.run("remove", "cext", POETRY_ARCH_CHECK="abort", **NO_COMPILER)
    assert done.code == 0, done.err
    assert silent(done)
    assert (at.installed("cext"), at.installed("pure")) == (False, True)


def test_add_is_rolled_back(at: Place) -> None:
    """`pyproject.toml` and `poetry.lock` are those from before, also where there was no lock."""
    locked(at, "pure", settings='on-install = "abort"')
    before = at.hashes()
    assert {"pyproject.toml", "poetry.lock"} <= before.keys()
    done = at.run("add", "cext", **NO_COMPILER)
    assert done.code == 1
    assert "cext 1.0: no-toolchain on current\n" in done.err
    assert not [name for name in at.index.downloads() if name.endswith(".whl")]
    assert at.hashes() == before
    at.lock.unlink()
    before = at.hashes()
    assert at.run("add", "cext", **NO_COMPILER).code == 1
    assert at.hashes() == before


def test_a_wheel_for_this_machine_is_no_matter(at: Place) -> None:
    """Not a word, and no look at the machine is needed."""
    locked(at, "native==1.0", "pure", settings='on-install = "abort"')
    done = at.run("install", **NO_COMPILER)
    assert done.code == 0, done.err
    assert silent(done)
    assert at.installed("native")


def test_a_wheel_for_elsewhere_helps_nobody(at: Place) -> None:
    """A compiler neither."""
    locked(at, "foreign", settings='toolchain = true\non-install = "abort"')
    done = at.run("install")
    assert done.code == 1
    assert "foreign 1.0: unavailable on current" in done.err
    assert "it is for s390x" in done.said


def test_what_a_marker_excludes_does_not_appear(at: Place) -> None:
    """Nor what is installed already, nor groups that were not asked for."""
    group = '[tool.poetry.group.extra]\noptional = true\n[tool.poetry.group.extra.dependencies]\nforeign = "*"\n'
    locked(
        at,
        "cext ; sys_platform == 'win32'",
        "pure",
        settings='on-install = "abort"',
        more=group,
    )
    done = at.run("install", **NO_COMPILER)
    assert done.code == 0, done.err
    assert silent(done)
    with_group = at.run("install", "--with", "extra", **NO_COMPILER)
    assert with_group.code == 1
    assert "1 of 1 package is a problem here" in with_group.err
    assert "foreign 1.0" in with_group.err


def test_what_is_installed_is_not_checked(at: Place) -> None:
    """Though nobody could build it again."""
    locked(at, "cext")
    done = at.run("install", CC=any_compiler(at.folder))
    assert done.code == 0, done.err + done.out
    assert at.installed("cext")
    again = at.run("install", POETRY_ARCH_CHECK="abort", **NO_COMPILER)
    assert again.code == 0
    assert silent(again)


def test_what_was_built_earlier_is_not_built_again(at: Place) -> None:
    """Its wheel lies in Poetry's artifact cache; a new environment needs no compiler."""
    locked(at, "cext")
    assert at.run("install", CC=any_compiler(at.folder)).code == 0
    at.forget_environment()
    done = at.run("install", POETRY_ARCH_CHECK="abort", **NO_COMPILER)
    assert done.code == 0, done.err
    assert silent(done)
    assert at.installed("cext")
    # A dry run asks the index for nothing, and neither does the hook.
    at.forget_environment()
    done = at.run("install", "--dry-run", POETRY_ARCH_CHECK="abort", **NO_COMPILER)
    assert (done.code, at.index.asked) == (0, [])
    # Another file of the same name is another matter.
    content = at.index.files.pop("cext-1.0.tar.gz")
    at.index.files["cext-1.0.tar.gz"] = content + b"\0"
    at.lock.unlink()
    assert at.run("lock", "--no-cache", POETRY_ARCH_CHECK="off").code == 0
    done = at.run("install", POETRY_ARCH_CHECK="abort", **NO_COMPILER)
    assert done.code == 1
    assert "cext 1.0: no-toolchain" in done.err


@pytest.mark.slow
def test_another_release_that_was_built_is_another_matter(at: Place) -> None:
    """Name and version count, and that the wheel fits this Python."""
    at.index.add(sdist("cext", "1.1", native=True))
    locked(at, "cext==1.0")
    assert at.run("install", CC=any_compiler(at.folder)).code == 0
    (built,) = (at.folder / "cache" / "artifacts").glob("*/*/*/*/cext-1.0-*.whl")
    locked(at, "cext==1.1")
    at.forget_environment()
    assert at.run("install", POETRY_ARCH_CHECK="abort", **NO_COMPILER).code == 1
    locked(at, "cext==1.0")
    assert at.run("install", "--dry-run", POETRY_ARCH_CHECK="abort", **NO_COMPILER).code == 0
    built.rename(built.with_name("cext-1.0-cp27-cp27m-win32.whl"))
    assert at.run("install", "--dry-run", POETRY_ARCH_CHECK="abort", **NO_COMPILER).code == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(
            "git", marks=pytest.mark.skipif(not shutil.which("git"), reason="no git here")
        ),
        "url",
    ],
)
def test_builds_of_other_sources_are_kept_too(at: Place, kind: str) -> None:
    """Poetry keeps what it built from a commit, or from an address."""
    if kind == "git":
        source = at.folder / "repository" / "cext-1.0"
        source.mkdir(parents=True)
        for name, text in sdist_files("cext", "1.0", native=True).items():
            (source / name).write_text(text, "utf-8")
        identity = ("-c", "user.name=t", "-c", "user.email=t@example.org")
        for command in (("init", "-q"), ("add", "."), (*identity, "commit", "-qm", "1")):
            subprocess.run(["git", *command], cwd=source, check=True)
        requirement = f"cext @ git+file://{source}"
    else:
        requirement = f"cext @ {at.index.url}/files/cext-1.0.tar.gz"
    locked(at, requirement)
    assert at.run("install", POETRY_ARCH_CHECK="abort", **NO_COMPILER).code == 1
    done = at.run("install", CC=any_compiler(at.folder))
    assert done.code == 0, done.err + done.out
    at.forget_environment()
    done = at.run("install", POETRY_ARCH_CHECK="abort", **NO_COMPILER)
    assert (done.code, silent(done)) == (0, True), done.err


def test_policies_of_poetry_hold(at: Place) -> None:
    """`no-binary` makes a build of what has a wheel; `only-binary` forbids the sdist."""
    locked(at, "native==1.0", "cext")
    done = at.run(
        "install", POETRY_ARCH_CHECK="abort", POETRY_INSTALLER_NO_BINARY="native", **NO_COMPILER
    )
    assert done.code == 1
    assert "native 1.0: no-toolchain" in done.err
    assert "installer.no-binary excludes its wheels" in done.err
    done = at.run("install", POETRY_ARCH_CHECK="abort", POETRY_INSTALLER_ONLY_BINARY=":all:")
    assert done.code == 1
    assert "cext 1.0: unavailable" in done.err
    assert "native 1.0" not in done.err


def test_what_is_declared_counts(at: Place) -> None:
    """For `current`, by name or by default; then nobody looks."""
    for settings in (
        'toolchain = ["c"]',
        'targets = { here = { platform = "current", toolchain = ["c"] } }\non-lock = "off"',
        "packages = { cext = { requires = [] } }",
        'ignore = [{ package = "cext", target = "current", reason = "ours" }]',
        HERE + 'ignore = [{ package = "cext", target = "here" }]',
    ):
        locked(at, "cext", settings=settings)
        done = at.run("install", "--dry-run", POETRY_ARCH_CHECK="abort", **NO_COMPILER)
        assert done.code == 0, done.err
        assert silent(done), settings


def test_an_empty_declaration_is_one(at: Place) -> None:
    """Though the machine has a compiler."""
    locked(at, "cext", settings="toolchain = []")
    done = at.run("install", POETRY_ARCH_CHECK="abort", CC=any_compiler(at.folder))
    assert done.code == 1
    assert "the target has no toolchain declared" in done.err


def test_a_compiler_that_is_found_is_enough(at: Place) -> None:
    """The interpreter that runs the tests has its headers, or the test is skipped."""
    if not Path(sysconfig.get_path("include"), "Python.h").is_file():
        pytest.skip("this Python has no headers")
    locked(at, "cext")
    done = at.run("install", POETRY_ARCH_CHECK="abort", CC=any_compiler(at.folder))
    assert done.code == 0, done.err
    assert silent(done)


def test_a_library_is_looked_for(at: Place) -> None:
    """One that is not there is a problem, as a version is that is too old."""
    if not Path(sysconfig.get_path("include"), "Python.h").is_file():
        pytest.skip("this Python has no headers")
    at.index.add(sdist("linked", "1.0", native=True))
    row = 'packages = { linked = { requires = ["c", "libpq>=14"] } }\n'
    locked(at, "linked", settings=f"{row}{HERE}")
    tools = at.folder / "tools"
    tools.mkdir()
    for version, said in (("13.4", "libpq here is 13.4"), ("15.5", "")):
        (tools / "pg_config").write_text(f"#!/bin/sh\necho PostgreSQL {version}\n", "utf-8")
        (tools / "pg_config").chmod(0o755)
        done = at.run(
            "install",
            POETRY_ARCH_CHECK="abort",
            CC=any_compiler(at.folder),
            PATH=path_with(tools),
        )
        assert said in done.err
        assert silent(done) is not bool(said), done.err


def test_wheels_can_be_required(at: Place) -> None:
    """Then a build that would succeed is a problem, too."""
    locked(at, "plain", settings='require-wheels = true\ntoolchain = true\non-install = "abort"')
    done = at.run("install")
    assert done.code == 1
    assert "plain 1.0: source on current" in done.err


def test_off_says_nothing_and_the_variable_overrides(at: Place) -> None:
    """In both directions."""
    locked(at, "cext", settings='on-install = "off"')
    done = at.run("install", **NO_COMPILER)
    assert silent(done)
    assert done.code == 1
    assert at.run("install", "--dry-run", POETRY_ARCH_CHECK="abort", **NO_COMPILER).code == 1
    locked(at, "cext", settings='on-install = "abort"')
    done = at.run("install", POETRY_ARCH_CHECK="off", **NO_COMPILER)
    assert silent(done)
    done = at.run("install", POETRY_ARCH_CHECK="warn", **NO_COMPILER)
    assert 'Poetry goes on: POETRY_ARCH_CHECK is "warn".' in done.err
    assert "/nowhere/cc" in done.out


def test_a_dry_run_is_checked_and_stays_one(at: Place) -> None:
    """It warns, and the operations are shown; it stops, and they are not."""
    locked(at, "cext")
    before = at.hashes()
    done = at.run("install", "--dry-run", **NO_COMPILER)
    assert done.code == 0
    assert "cext 1.0: no-toolchain" in done.err
    assert "Installing cext" in done.out
    assert at.run("install", "--dry-run", POETRY_ARCH_CHECK="abort", **NO_COMPILER).code == 1
    assert at.hashes() == before
    assert at.index.downloads() == []


# --- faults ------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_wrong_configuration_costs_one_line_in_warn(at: Place) -> None:
    """And stops in abort: a gate that cannot look does not open."""
    locked(at, "pure", settings='image5 = "python"\ntoolchian = ["c"]')
    done = at.run("install")
    assert done.code == 0
    assert done.err.count("\n") == 1 + done.err.count("Creating virtualenv")
    assert "tool.poetry-arch-check.image5 is not a known key" in done.err
    assert "(and 1 more: `poetry arch-check` tells all)" in done.err
    assert at.installed("pure")
    at.forget_environment()
    done = at.run("install", POETRY_ARCH_CHECK="abort")
    assert done.code == 2
    assert "arch-check: aborted: the check failed" in done.err
    assert not at.installed("pure")


@pytest.mark.parametrize(
    ("settings", "variable", "named"),
    [
        ('on-install = "abrot"', "", "tool.poetry-arch-check.on-install must be one of"),
        ('on_install = "abort"', "", "tool.poetry-arch-check.on_install is not a known key"),
        ("", "aborted", 'off, warn, abort, not "aborted" (did you mean "abort"?)'),
    ],
)
def test_a_wrong_mode_is_not_taken_for_the_default(
    at: Place, settings: str, variable: str, named: str
) -> None:
    """Whoever wrote it wanted something."""
    locked(at, "pure", settings=settings)
    done = at.run("install", POETRY_ARCH_CHECK=variable)
    assert done.code == 2
    assert named in done.err
    assert not at.installed("pure")


@pytest.mark.parametrize("when", ["imported", "called"])
def test_an_error_inside_the_plugin(at: Place, when: str) -> None:
    """One line in warn, with the traceback for -vvv; exit code 2 in abort; nothing in off."""
    copied = copy_of_the_plugin(at)
    if when == "imported":
        damage(copied / "check/chooser.py", "raise RuntimeError('damaged <b>on purpose</b>')\n")
    else:
        text = "def check(*_): raise RuntimeError('damaged <b>on purpose</b>')\n"
        damage(copied / "check/check.py", (copied / "check/check.py").read_text("utf-8") + text)
    locked(at, "pure", settings='targets = ["linux/arm64"]')
    done = at.run("install")
    assert done.code == 0
    (line,) = [line for line in done.err.splitlines() if "arch-check:" in line]
    assert "RuntimeError" in line
    assert "damaged <b>on purpose</b>" in line
    assert "Traceback" not in done.err + done.out
    assert at.installed("pure")
    at.forget_environment()
    done = at.run("install", POETRY_ARCH_CHECK="abort")
    assert done.code == 2
    assert "aborted" in done.err
    assert not at.installed("pure")
    assert "Traceback" in at.run("install", "-vvv", POETRY_ARCH_CHECK="abort").err
    done = at.run("install", POETRY_ARCH_CHECK="off")
    assert (done.code, silent(done)) == (0, True)


def test_one_fault_costs_one_line_even_with_two_hooks(at: Place) -> None:
    """Both read the same configuration."""
    at.write("pure", settings='targets = ["linux/arm64"]\ntoolchian = ["c"]')
    done = at.run("install")
    assert done.code == 0
    assert done.err.count("toolchian") == 1


@pytest.mark.slow
def test_a_hook_that_cannot_even_be_put_in_place(at: Place) -> None:
    """Nor does that gate open."""
    copied = copy_of_the_plugin(at)
    damage(copied / "hooks/lock.py", "raise RuntimeError('damaged')\n")
    for hook in ("on-lock", "on-install"):
        locked(at, "pure", settings=f'targets = ["linux/arm64"]\n{hook} = "abort"')
        done = at.run("install")
        assert done.code == 2
        assert "aborted: the check failed: RuntimeError: 'damaged'" in done.err
        assert not at.installed("pure")
    locked(at, "pure", settings='targets = ["linux/arm64"]')
    assert at.run("install").code == 0
    assert at.installed("pure")


def test_a_lock_that_does_not_say_enough(at: Place) -> None:
    """Before 1.1, locks had hashes without the names of the files."""
    locked(at, "pure")
    text = re.sub(r"\nfiles = \[.*?\]\n", "\n", at.lock.read_text("utf-8"), flags=re.DOTALL)
    text = re.sub(r'\ngroups = .*|lock-version = "2.1"', "", text)
    text = text.replace(
        "[metadata]", '[metadata.hashes]\npure = ["00"]\n\n[metadata]\nlock-version = "1.1"'
    )
    at.lock.write_text(text, "utf-8")
    done = at.run("install", "--dry-run", POETRY_ARCH_CHECK="abort")
    assert done.code == 2, done.err
    assert "the lock does not say enough of pure" in done.err
    done = at.run("install", "--dry-run")
    assert done.code == 0
    assert "not checked: the lock does not say enough of pure" in done.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize(("mode", "code"), [("warn", 0), ("abort", 1)])
def test_where_nothing_can_be_said_the_exit_code_says_it(at: Place, mode: str, code: int) -> None:
    """A problem is a problem, whoever hears of it; and Poetry's own affair otherwise."""
    locked(at, "cext")
    more = {**NO_COMPILER, "POETRY_ARCH_CHECK": mode}
    with Path("/dev/full").open("wb") as full:
        process = at.start("install", "--dry-run", more=more, err=full)
        out, _ = process.communicate(timeout=60)
    assert process.returncode == code, out


def test_hooks_leave_nothing_behind(at: Place) -> None:
    """Programs that call Poetry in their own process may do so again and again."""
    locked(at, "cext", settings='targets = ["linux/arm64"]')
    code = (
        "from cleo.testers.application_tester import ApplicationTester\n"
        "from poetry.console.application import Application\n"
        "from poetry.puzzle.transaction import Transaction\n"
        "before = Transaction.get_solved_packages\n"
        "tester = ApplicationTester(Application())\n"
        "for _ in range(3):\n"
        "    tester.execute('install --dry-run')\n"
        "    print(tester.io.fetch_error().count('no-toolchain on current'))\n"
        "assert Transaction.get_solved_packages is before\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=at.project,
        env=environment(**at.environment, **NO_COMPILER),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.split()) == (0, ["1", "1", "1"]), done.stderr


def test_ctrl_c_while_looking(at: Place) -> None:
    """A program that does not answer is left; nothing is installed, nothing is changed."""
    tools = hanging_tools(at.folder)
    locked(at, "cext")
    before = at.hashes()
    process = at.start(
        "install",
        more={"POETRY_ARCH_CHECK": "abort", "PATH": path_with(tools), **NO_COMPILER},
    )
    out, err = interrupted(process, tools)
    assert process.returncode == 1, (out, err)
    assert b"Traceback" not in err
    assert at.hashes() == before


@pytest.mark.slow
def test_parallel_installs(at: Place) -> None:
    """They share nothing that one could spoil for the other."""
    locked(at, "pure", "native==1.0", settings='on-install = "abort"')
    at.forget_environment()
    copies = [replace(at, name=f"copy{number}") for number in range(3)]
    for other in copies:
        shutil.copytree(at.project, other.project)
    started = [other.start("install", more=NO_COMPILER) for other in copies]
    for other, process in zip(copies, started, strict=True):
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, (out, err)
        assert b"arch-check:" not in err
        assert other.installed("native")


def test_a_plugin_that_the_command_removes(at: Place) -> None:
    """Poetry removes a project's plugin that is not required any more before it installs."""
    overlay = copy_of_the_plugin(at).parent
    hooks = 'targets = ["linux/arm64"]\non-install = "abort"\non-lock = "abort"'
    at.write("cext", settings=hooks)
    startup = at.folder / "startup"
    startup.mkdir()
    # What Poetry does with `.poetry/plugins`, at the moment when it would.
    (startup / "sitecustomize.py").write_text(
        "import shutil\n"
        "from poetry.installation.installer import Installer\n"
        "run = Installer.run\n"
        "def removing(self):\n"
        f"    shutil.rmtree({str(overlay)!r}, ignore_errors=True)\n"
        "    return run(self)\n"
        "Installer.run = removing\n",
        "utf-8",
    )
    done = at.run(
        "install", PYTHONPATH=f"{overlay}{os.pathsep}{startup}", CC=any_compiler(at.folder)
    )
    assert done.code == 0, done.err
    assert silent(done)
    assert at.installed("cext")
    assert at.lock.exists()
