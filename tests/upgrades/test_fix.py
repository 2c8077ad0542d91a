"""`--fix`: the nearest lock without problems, by an index on loopback and real Poetry."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

from support.index import wheel
from support.place import CP, MINOR
from support.releases import AMD, ARM, BOTH, MUSL, lock, publish

if TYPE_CHECKING:
    from support.place import Place
    from support.poetry_process import Result


def digest(at: Place) -> str:
    """Return the hash of the lock."""
    return hashlib.sha256(at.lock.read_bytes()).hexdigest()


def fixed(at: Place, *options: str) -> Result:
    """Fix the lock, and see that it is one that Poetry takes, without problems."""
    before = digest(at)
    options = options or BOTH
    dry = at.run("arch-check", "--fix", "--dry-run", *options)
    assert dry.code == 0, dry.out + dry.err
    assert digest(at) == before
    done = at.run("arch-check", "--fix", *options)
    assert done.code == 0, done.out + done.err
    assert done.out.replace("was written", "would be written") == dry.out
    assert digest(at) != before
    assert at.run("arch-check", *options).code == 0
    checked = at.run("check", "--lock")
    assert checked.code == 0, checked.out + checked.err
    planned = at.run("install", "--dry-run", POETRY_ARCH_CHECK="off")
    assert planned.code == 0, planned.err
    again = at.run("arch-check", "--fix", *options)
    assert (again.code, again.out) == (0, "There is no problem; poetry.lock is unchanged.\n")
    return done


def unfixed(at: Place, *options: str) -> str:
    """Try to fix the lock, see that it is as it was, and return what is said."""
    before = at.lock.read_bytes()
    done = at.run("arch-check", "--fix", *(options or BOTH))
    assert done.code == 1, done.out + done.err
    assert at.lock.read_bytes() == before
    assert "Traceback" not in done.err
    assert done.out.startswith("No lock without problems was found; poetry.lock is")
    return " ".join(done.out.split())


def test_only_the_package_with_the_problem_moves(at: Place) -> None:
    """To the nearest version that fits, though there are newer ones of it and of others."""
    publish(at, "1.0", AMD)
    lock(at, "multi (>=1.0)", "pure")
    at.index.add(wheel("pure", "2.0", "py3-none-any"))
    for version in ("1.1", "1.2", "2.0"):
        publish(at, version, AMD, ARM)
    done = fixed(at)
    assert done.out.splitlines() == [
        "multi 1.0 -> 1.1 (it has a wheel on linux/amd64, linux/arm64)",
        "poetry.lock was written: no problem is left on linux/amd64, linux/arm64.",
    ]


def test_the_lock_is_that_of_poetry(at: Place) -> None:
    """Byte for byte what `poetry lock` writes for the same versions."""
    publish(at, "1.0", AMD)
    lock(at, "multi (>=1.0)", "pure")
    publish(at, "1.1", AMD, ARM)
    fixed(at)
    ours = at.lock.read_bytes()
    at.lock.unlink()
    assert at.run("lock").code == 0
    assert at.lock.read_bytes() == ours


@pytest.mark.slow
def test_targets_that_need_different_versions(at: Place) -> None:
    """One that fits all is taken; without such a one, the reason is said."""
    publish(at, "1.0", AMD)
    lock(at, "multi")
    publish(at, "1.1", ARM)
    publish(at, "1.2", MUSL)
    assert "multi: no version has a wheel on linux/amd64, linux/arm64" in unfixed(at)
    publish(at, "1.3", AMD, ARM)
    publish(at, "1.4", AMD, ARM, MUSL)
    assert "multi 1.0 -> 1.4" in fixed(at, *BOTH, "-t", "alpine/arm64").out


@pytest.mark.slow
def test_two_entries_of_a_package(at: Place) -> None:
    """By their markers they go to versions of their own."""
    mac = f"{CP}-macosx_11_0_arm64"
    publish(at, "1.0", AMD)
    publish(at, "1.1", AMD)
    lock(at, "multi (<1.1) ; sys_platform == 'linux'", "multi (>=1.1) ; sys_platform == 'darwin'")
    publish(at, "1.0.1", ARM, mac)
    publish(at, "1.2", ARM, mac)
    done = fixed(at, "-t", "linux/arm64", "-t", "macos/arm64")
    assert done.out.splitlines()[:2] == [
        "multi 1.0 -> 1.0.1 (it has a wheel on linux/arm64, macos/arm64)",
        "multi 1.1 -> 1.2 (it has a wheel on linux/arm64, macos/arm64)",
    ]


@pytest.mark.slow
def test_another_entry_of_the_package_that_is_well(at: Place) -> None:
    """It stays where it is, whatever fits the others."""
    mac = f"{CP}-macosx_11_0_arm64"
    publish(at, "1.0", AMD)
    publish(at, "2.0", mac)
    lock(at, "multi (<2) ; sys_platform == 'linux'", "multi (>=2) ; sys_platform == 'darwin'")
    publish(at, "1.1", AMD, ARM)
    done = fixed(at, "-t", "linux/arm64", "-t", "macos/arm64")
    assert done.out.splitlines()[0] == "multi 1.0 -> 1.1 (it has a wheel on linux/arm64)"
    assert len(done.out.splitlines()) == 2


@pytest.mark.slow
def test_the_nearest_that_can_be_solved(at: Place) -> None:
    """Where the very nearest cannot, the next is taken, not the newest."""
    publish(at, "1.0", AMD)
    lock(at, "multi")
    publish(at, "1.1", AMD, ARM, requires=("pure>=7",))
    for version in ("1.2", "3.0", "4.0", "9.0"):
        publish(at, version, AMD, ARM)
    assert "multi 1.0 -> 1.2 " in fixed(at).out


def test_a_target_that_the_project_does_not_allow(at: Place) -> None:
    """It is said why the exit code is 2."""
    lock(at, "pure")
    done = at.run("arch-check", "--fix", "-t", "linux/arm64", "--python", "3.8")
    assert done.code == 2
    assert "The project does not allow Python 3.8" in done.out + done.said


@pytest.mark.slow
def test_line_ends_stay(at: Place) -> None:
    """As Poetry keeps them."""
    publish(at, "1.0", AMD)
    lock(at, "multi")
    at.lock.write_bytes(at.lock.read_bytes().replace(b"\n", b"\r\n"))
    publish(at, "1.1", AMD, ARM)
    fixed(at)
    content = at.lock.read_bytes()
    assert content.count(b"\r\n") == content.count(b"\n") > 10


def test_a_private_source(at: Place) -> None:
    """With Poetry's credentials."""
    publish(at, "1.0", AMD)
    at.index.password = "secret"
    at.more |= {
        "POETRY_HTTP_BASIC_LOOPBACK_USERNAME": "user",
        "POETRY_HTTP_BASIC_LOOPBACK_PASSWORD": "secret",
    }
    lock(at, "multi")
    publish(at, "1.1", AMD, ARM)
    assert "multi 1.0 -> 1.1" in fixed(at).out
    assert "secret" not in at.lock.read_text("utf-8")


@pytest.mark.slow
def test_an_older_version(at: Place) -> None:
    """Where no newer one fits."""
    publish(at, "1.0", AMD, ARM)
    publish(at, "1.1", AMD)
    lock(at, "multi (>=1.0)")
    assert "multi 1.1 -> 1.0" in fixed(at).out


def test_a_stale_lock(at: Place) -> None:
    """The same version, with the files that the index has by now."""
    publish(at, "1.0", AMD)
    lock(at, "multi")
    publish(at, "1.0", ARM)
    publish(at, "1.1", AMD, ARM)
    done = fixed(at)
    assert done.out.splitlines()[0] == (
        "multi 1.0 (it has a wheel on linux/amd64, linux/arm64 now; the lock gets its"
    )
    assert "manylinux_2_17_aarch64" in at.lock.read_text("utf-8")


def test_the_projects_own_pin(at: Place) -> None:
    """The solver's reason, and where to look for what to change."""
    publish(at, "1.0", AMD)
    lock(at, "multi (==1.0)")
    publish(at, "1.1", AMD, ARM)
    said = unfixed(at)
    assert "multi (1.0)" in said
    assert said.endswith("Commands that would allow one: poetry add 'multi>=1.1'")
    assert at.run("add", "multi>=1.1", "--lock").code == 0
    assert at.run("arch-check", *BOTH).code == 0


def test_what_a_dependency_forbids(at: Place) -> None:
    """It moves as well, if that helps; else the reason is said."""
    publish(at, "1.0", AMD)
    at.index.add(wheel("user", "3.0", "py3-none-any", requires=("multi<1.1",)))
    lock(at, "user")
    publish(at, "1.1", AMD, ARM)
    said = unfixed(at)
    assert "user" in said
    assert said.endswith("poetry arch-check -t linux/amd64 -t linux/arm64 --suggest")
    at.index.add(wheel("user", "3.1", "py3-none-any", requires=("multi<2",)))
    done = fixed(at)
    assert "multi 1.0 -> 1.1 (it has a wheel" in done.out
    assert "user 3.0 -> 3.1 (chosen by the solver)" in done.out


@pytest.mark.slow
def test_a_version_that_draws_in_another_problem(at: Place) -> None:
    """It is left out, and the next one taken; what is drawn in moves to what fits."""
    publish(at, "1.0", AMD)
    lock(at, "multi")
    publish(at, "1.1", AMD, ARM, requires=("foreign",))
    publish(at, "1.2", AMD, ARM, requires=("other",))
    publish(at, "1.0", AMD, ARM, name="other")
    publish(at, "1.1", AMD, name="other")
    done = fixed(at)
    assert "multi 1.0 -> 1.2" in done.out
    assert "other (new) -> 1.0" in done.out


@pytest.mark.slow
def test_require_wheels_decides_what_is_a_problem(at: Place) -> None:
    """What a declared toolchain builds is none, unless wheels are asked for."""
    publish(at, "1.0", AMD)
    lock(at, "multi")
    publish(at, "1.1", AMD, ARM)
    done = at.run("arch-check", "--fix", *BOTH, "--toolchain", "c")
    assert done.out == "There is no problem; poetry.lock is unchanged.\n"
    assert "multi 1.0 -> 1.1" in fixed(at, *BOTH, "--toolchain", "c", "--require-wheels").out


@pytest.mark.parametrize("fault", ["gone", "down", "credentials"])
def test_faults_of_the_index(at: Place, fault: str) -> None:
    """A clear message, and the lock as it was."""
    publish(at, "1.0", AMD)
    if fault == "credentials":
        at.index.password = "secret"
        at.more |= {
            "POETRY_HTTP_BASIC_LOOPBACK_USERNAME": "user",
            "POETRY_HTTP_BASIC_LOOPBACK_PASSWORD": "secret",
        }
    lock(at, "multi")
    publish(at, "1.1", AMD, ARM)
    match fault:
        case "gone":
            at.index.files = {n: c for n, c in at.index.files.items() if "multi" not in n}
        case "down":
            at.index.down = True
        case _:
            at.more["POETRY_HTTP_BASIC_LOOPBACK_PASSWORD"] = "wrong"
    assert "multi: " in unfixed(at)


def test_a_read_only_lock(at: Place) -> None:
    """What cannot be written is said; the old lock stays."""
    publish(at, "1.0", AMD)
    lock(at, "multi")
    publish(at, "1.1", AMD, ARM)
    before = at.lock.read_bytes()
    at.lock.unlink()
    at.lock.mkdir()
    done = at.run("arch-check", "--fix", *BOTH)
    assert done.code == 2
    at.lock.rmdir()
    at.lock.write_bytes(before)
    done = at.run("arch-check", "--fix", "--offline", *BOTH)
    assert done.code == 2
    assert "--fix asks the index" in done.said
    done = at.run("arch-check", "--fix", "--format", "json", *BOTH)
    assert (done.code, "leave --format and --output out" in done.said) == (2, True)
    done = at.run("arch-check", "--dry-run", *BOTH)
    assert done.code == 2
    assert "--dry-run is for --fix" in done.said


def test_ctrl_c(at: Place) -> None:
    """It ends, and the lock is unchanged."""
    publish(at, "1.0", AMD)
    lock(at, "multi")
    publish(at, "1.1", AMD, ARM)
    before = at.lock.read_bytes()
    at.index.asked.clear()
    at.index.slow_pages = 3
    process = at.start("arch-check", "--fix", *BOTH, more={"POETRY_INSTALLER_MAX_WORKERS": "2"})
    deadline = time.monotonic() + 60
    while not at.index.asked and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode != 0
    assert at.lock.read_bytes() == before
    assert not list(at.project.glob(".arch-check*"))


def test_requests(at: Place) -> None:
    """A page for each problem, and what the solver needs; no files but what is looked into."""
    publish(at, "1.0", AMD)
    lock(at, "multi", "pure", "native")
    publish(at, "1.1", AMD, ARM)
    # Two workers may ask for the page of a build requirement at the same time.
    more = {"POETRY_INSTALLER_MAX_WORKERS": "1"}
    done = at.run("arch-check", "--fix", *BOTH, "--toolchain", "rust", **more)
    assert done.code == 0, done.out + done.err
    pages = [path for path in at.index.asked if path.startswith("/simple/")]
    assert pages.count("/simple/multi/") == 1
    assert len(pages) <= 3


def test_no_metadata_of_what_stays(at: Place) -> None:
    """The lock has it: the index is asked for the package with the problem alone."""
    publish(at, "1.0", AMD)
    for name in ("one", "two"):
        at.index.add(wheel(name, "1.0", "py3-none-any", requires=("pure",)))
    lock(at, "multi", "one", "two", "pure")
    publish(at, "1.1", AMD, ARM)
    # What `poetry lock` has read is in its cache.
    done = at.run("arch-check", "--fix", *BOTH, POETRY_CACHE_DIR=str(at.folder / "other"))
    assert done.code == 0, done.out + done.err
    assert not [path for path in at.index.asked if any(n in path for n in ("one", "two", "pure"))]


@pytest.mark.slow
def test_an_extra_that_is_new(at: Place) -> None:
    """What it requires is not in the lock; it is asked for."""
    publish(at, "1.0", AMD)
    at.index.add(wheel("base", "1.0", "py3-none-any", requires=("pure; extra == 'more'",)))
    lock(at, "multi", "base")
    assert "pure" not in at.lock.read_text("utf-8").split("[package.extras]")[0]
    publish(at, "1.1", AMD, ARM, requires=("base[more]",))
    assert "pure (new) -> 1.0" in fixed(at).out


def test_a_version_for_all_pythons_of_the_project_is_nearer(at: Place) -> None:
    """One entry stays one: with another version for newer Pythons, there would be two."""
    split = f"3.{MINOR}.1"
    for version in ("0.8", "0.9"):
        publish(at, version, AMD, ARM)
    publish(at, "1.0", AMD)
    older, newer = (f"python_full_version {sign} '{split}'" for sign in ("<", ">="))
    lock(at, f"multi (<2) ; {older}", f"multi (<3) ; {newer}")
    for tag in (AMD, ARM):
        at.index.add(wheel("multi", "1.1", tag, python=f">={split}"), python=f">={split}")
    assert fixed(at).out.splitlines()[:-1] == [
        "multi 1.0 -> 0.9 (it has a wheel on linux/amd64, linux/arm64)"
    ]


def test_what_can_be_cured_is(at: Place) -> None:
    """One moves, two have no wheel anywhere: it is said once, and the exit code is 1."""
    publish(at, "1.0", AMD)
    for version in ("2.0", "2.1"):
        publish(at, version, AMD, name="stays")
        publish(at, version, AMD, name="too")
    lock(at, "multi", "stays", "too")
    publish(at, "1.1", AMD, ARM)
    done = at.run("arch-check", "--fix", *BOTH)
    assert (done.code, done.out.splitlines()) == (
        1,
        [
            "multi 1.0 -> 1.1 (it has a wheel on linux/amd64, linux/arm64)",
            "poetry.lock was written; what stays a problem: stays and too.",
            "",
            "stays and too: no version has a wheel on linux/amd64, linux/arm64",
            "",
            "What else there is:",
            "  poetry arch-check -t linux/amd64 -t linux/arm64",
        ],
    )
    assert at.run("check", "--lock").code == 0
    again = at.run("arch-check", "--format", "json", *BOTH)
    problems = [
        package["name"]
        for target in again.report["targets"]
        for package in target["packages"]
        if package["problem"]
    ]
    assert problems == ["stays", "too"]


@pytest.mark.slow
def test_what_the_project_pins_stays_alone(at: Place) -> None:
    """The command that would allow it to move is printed; the others have moved."""
    publish(at, "1.0", AMD)
    for name in ("one", "two"):
        publish(at, "1.0", AMD, name=name)
    lock(at, "multi", "one (==1.0)", "two")
    publish(at, "1.1", AMD, ARM)
    for name in ("one", "two"):
        publish(at, "1.1", AMD, ARM, name=name)
    done = at.run("arch-check", "--fix", *BOTH)
    assert done.code == 1
    said = " ".join(done.out.split())
    assert "multi 1.0 -> 1.1" in said
    assert "two 1.0 -> 1.1" in said
    assert "what stays a problem: one." in said
    assert said.endswith("Commands that would allow more: poetry add 'one>=1.1'")
    assert at.run("add", "one>=1.1", "--lock").code == 0
    assert at.run("arch-check", *BOTH).code == 0


def test_no_prerelease_for_nearness(at: Place) -> None:
    """What a parent pins decides: its nearest stable version, not a nearer pre-release."""
    publish(at, "1.0", AMD)
    at.index.add(wheel("user", "3.0", "py3-none-any", requires=("multi==1.0",)))
    lock(at, "user (>=3.0)")
    for version in ("1.1", "1.2", "1.3", "1.4"):
        publish(at, version, AMD, ARM)
    for version, pin in (("3.1a1", "1.1"), ("3.1", "1.3"), ("3.2", "1.4")):
        at.index.add(wheel("user", version, "py3-none-any", requires=(f"multi=={pin}",)))
    done = fixed(at)
    assert "multi 1.0 -> 1.3" in done.out
    assert "user 3.0 -> 3.1 (chosen by the solver)" in done.out


@pytest.mark.slow
def test_a_prerelease_that_the_project_asks_for(at: Place) -> None:
    """It is taken where the requirement allows it."""
    publish(at, "1.0b1", AMD)
    lock(at, "multi (>=1.0b1)")
    publish(at, "1.0b2", AMD, ARM)
    assert "multi 1.0b1 -> 1.0b2" in fixed(at).out


def test_nothing_that_stays_gets_worse(at: Place) -> None:
    """What could be built with a compiler is not moved to a version that has no file at all."""
    for name in ("multi", "stays"):
        publish(at, "1.0", AMD, name=name)
    lock(at, "multi", "stays")
    publish(at, "1.1", AMD, ARM, requires=("stays>=2.0",))
    at.index.add(wheel("stays", "2.0", AMD))
    unfixed(at)
    publish(at, "1.2", AMD, ARM)
    done = at.run("arch-check", "--fix", *BOTH)
    assert "multi 1.0 -> 1.2" in done.out
    assert "stays" not in done.out.splitlines()[0]
    assert 'name = "stays"\nversion = "1.0"' in at.lock.read_text("utf-8")


@pytest.mark.parametrize("fault", ["missing", "conflict", "empty"])
def test_a_lock_that_cannot_be_read(at: Place, fault: str) -> None:
    """It is said as without `--fix`."""
    lock(at, "pure")
    text = at.lock.read_text("utf-8")
    match fault:
        case "missing":
            at.lock.unlink()
        case "conflict":
            at.lock.write_text(f"<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> other\n", "utf-8")
        case _:
            at.lock.write_text("[metadata]" + text.partition("[metadata]")[2], "utf-8")
    plain = at.run("arch-check", *BOTH)
    done = at.run("arch-check", "--fix", *BOTH)
    assert (plain.code, done.code) == (2, 2)
    assert "poetry.lock" in plain.said
    assert done.said == plain.said


def test_the_command_for_a_prerelease_that_is_asked_for(at: Place) -> None:
    """What stays has the line for it, as what `--fix` looked at has the version."""
    publish(at, "1.0", AMD)
    at.write(
        "multi (==1.0)", more="[tool.poetry.dependencies]\nmulti = { allow-prereleases = true }\n"
    )
    assert at.run("lock").code == 0
    publish(at, "1.1b1", AMD, ARM)
    assert unfixed(at).endswith("Commands that would allow one: poetry add 'multi==1.1b1'")
    assert at.run("add", "multi==1.1b1", "--lock").code == 0
    assert at.run("arch-check", *BOTH).code == 0
