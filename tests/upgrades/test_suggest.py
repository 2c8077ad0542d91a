"""`--suggest`: other versions, by an index on loopback and real Poetry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.index import Index, sdist, serving, wheel
from support.place import CP, MINOR, Place
from support.releases import AMD, ARM, BOTH, MUSL, lock, publish

if TYPE_CHECKING:
    from collections.abc import Iterable


def suggested(at: Place, *options: str, name: str = "multi", **more: str) -> list[dict[str, Any]]:
    """Return the ways out that the index yields, first of all ways out."""
    done = at.run("arch-check", "--suggest", *(options or BOTH), "--format", "json", **more)
    assert done.code == 1, done.err
    found = [
        package["remedies"]
        for target in done.report["targets"]
        for package in target["packages"]
        if package["name"] == name and package["problem"]
    ]
    for remedies in found:
        kinds = [remedy["kind"] for remedy in remedies]
        assert kinds == sorted(kinds, key=lambda kind: kind != "upgrade")
    theirs = [[r for r in remedies if r["kind"] in {"upgrade", "lock"}] for remedies in found]
    assert all(remedies == theirs[0] for remedies in theirs)
    return theirs[0]


def texts(remedies: Iterable[dict[str, Any]]) -> list[str]:
    """Return what is said."""
    return [remedy["text"] for remedy in remedies]


def test_a_cure_within_the_constraints(at: Place) -> None:
    """The nearest version above; one page is asked for, and nothing fetched but the sdist."""
    publish(at, "1.0", AMD)
    lock(at, "multi (>=1.0,<2)")
    for version in ("1.1", "1.2"):
        publish(at, version, AMD, ARM)
    (remedy,) = suggested(at)
    assert remedy["text"] == (
        "Move to multi 1.1, the nearest version above with a wheel on all targets (linux/amd64,"
        " linux/arm64); every requirement allows it."
    )
    assert remedy["lines"] == ["poetry add 'multi>=1.1,<2'"]
    assert [path for path in at.index.asked if path.startswith("/simple/multi")] == [
        "/simple/multi/"
    ]
    done = at.run("add", "multi>=1.1,<2", "--lock")
    assert done.code == 0, done.err
    assert at.run("arch-check", *BOTH).code == 0


def test_a_cure_that_the_projects_own_pin_forbids(at: Place) -> None:
    """The line is named, and the command that changes it."""
    publish(at, "1.0", AMD)
    lock(at, "multi (>=1.0,<1.1)")
    publish(at, "2.0", AMD, ARM)
    (remedy,) = suggested(at)
    assert remedy["text"] == (
        "multi 2.0, the nearest version above, has a wheel on all targets (linux/amd64,"
        " linux/arm64); pyproject.toml:5 requires multi (>=1.0,<1.1)."
    )
    assert remedy["lines"] == ["poetry add 'multi>=2.0'"]


def test_a_cure_that_a_dependency_forbids(at: Place) -> None:
    """Who requires it is named, with the line of the lock; a farther version that goes as well."""
    publish(at, "1.0", AMD)
    at.index.add(wheel("user", "3.0", "py3-none-any", requires=("multi<1.1",)))
    lock(at, "user")
    publish(at, "1.0.5", AMD)
    publish(at, "1.1", AMD, ARM)
    (remedy,) = suggested(at)
    lines = at.lock.read_text("utf-8").splitlines()
    number = lines.index('name = "user"')
    assert f"user 3.0 (poetry.lock:{number}) requires multi (<1.1)." in remedy["text"]
    assert remedy["lines"] == []


@pytest.mark.slow
def test_targets_that_need_different_versions(at: Place) -> None:
    """Only what fits all of them helps."""
    publish(at, "1.0", AMD)
    lock(at, "multi")
    publish(at, "1.1", ARM)
    publish(at, "1.2", MUSL)
    assert suggested(at) == []
    publish(at, "1.3", AMD, ARM)
    assert "multi 1.3" in texts(suggested(at))[0]
    assert suggested(at, *BOTH, "-t", "alpine/arm64") == []
    publish(at, "1.4", AMD, ARM, MUSL)
    assert "multi 1.4" in texts(suggested(at, *BOTH, "-t", "alpine/arm64"))[0]


@pytest.mark.slow
def test_an_older_version_is_the_only_cure(at: Place) -> None:
    """It is said to be below."""
    publish(at, "1.0", AMD, ARM)
    publish(at, "1.1", AMD, ARM)
    publish(at, "1.2", AMD)
    lock(at, "multi (>=1.0)")
    (remedy,) = suggested(at)
    assert remedy["text"].startswith("Move to multi 1.1, the nearest version below with a wheel")
    lock(at, "multi (>=1.2)")
    (remedy,) = suggested(at)
    assert "pyproject.toml:5 requires multi (>=1.2)." in remedy["text"]
    assert remedy["lines"] == ["poetry add 'multi<=1.1'"]


@pytest.mark.parametrize(
    ("requirement", "line", "command"),
    [
        ("multi (==1.0)", 5, True),
        ("multi (==1.0) ; python_version >= '3.8'", 5, False),
        ("multi (==1.0) ; sys_platform == 'linux'", 5, False),
    ],
)
def test_a_command_that_does_no_harm(at: Place, requirement: str, line: int, command: bool) -> None:
    """`poetry add` would drop a marker: then there is no line to paste."""
    publish(at, "1.0", AMD)
    lock(at, requirement)
    publish(at, "1.1", AMD, ARM)
    (remedy,) = suggested(at)
    assert f"pyproject.toml:{line} requires multi (1.0)" in remedy["text"]
    assert bool(remedy["lines"]) is command


def test_requirements_for_other_systems(at: Place) -> None:
    """They are in nobody's way."""
    publish(at, "0.9", AMD)
    publish(at, "1.0", AMD)
    lock(at, "multi (<1.0) ; sys_platform == 'win32'", "multi (>=1.0) ; sys_platform != 'win32'")
    publish(at, "1.1", AMD, ARM)
    assert "every requirement allows it" in texts(suggested(at))[0]


def test_a_stale_lock(at: Place) -> None:
    """Where the index has the wheel by now, nothing has to move."""
    publish(at, "1.0", AMD)
    lock(at, "multi")
    publish(at, "1.0", ARM)
    publish(at, "1.1", AMD, ARM)
    (remedy,) = suggested(at)
    assert remedy["kind"] == "lock"
    assert "The index has wheels of multi 1.0 now on all targets" in remedy["text"]
    assert remedy["change"] == {"type": "lock"}
    # Another run with the same options comes to the same targets.
    options = "-t linux/amd64 -t linux/arm64"
    assert remedy["lines"] == [f"poetry arch-check {options} --fix"]


def test_what_is_not_suggested(at: Place) -> None:
    """Yanked and pre-release versions, and those for other Pythons."""
    publish(at, "1.0", AMD)
    lock(at, "multi")
    publish(at, "1.1", AMD, ARM)
    at.index.yanked |= {name for name in at.index.files if name.startswith("multi-1.1")}
    publish(at, "1.2rc1", AMD, ARM)
    publish(at, "1.3", *(tag.replace(CP, "cp27-cp27m") for tag in (AMD, ARM)))
    assert suggested(at) == []


def test_a_private_source(at: Place) -> None:
    """Asked with Poetry's credentials; without them, a note says what is not known."""
    publish(at, "1.0", AMD)
    at.index.password = "secret"
    at.more |= {
        "POETRY_HTTP_BASIC_LOOPBACK_USERNAME": "user",
        "POETRY_HTTP_BASIC_LOOPBACK_PASSWORD": "secret",
    }
    lock(at, "multi")
    publish(at, "1.1", AMD, ARM)
    assert "multi 1.1" in texts(suggested(at))[0]
    wrong = {"POETRY_HTTP_BASIC_LOOPBACK_PASSWORD": "wrong"}
    assert suggested(at, **wrong) == []
    done = at.run("arch-check", "--suggest", *BOTH, **wrong)
    assert "note: The index does not tell the versions of multi: " in done.out
    assert "Traceback" not in done.err


@pytest.mark.parametrize("gone", [True, False])
def test_an_index_without_it(at: Place, gone: bool) -> None:
    """A package that was removed, an index that is down: a note, and the report all the same."""
    publish(at, "1.0", AMD)
    lock(at, "multi")
    if gone:
        at.index.files = {
            name: content for name, content in at.index.files.items() if "multi" not in name
        }
    at.index.down = not gone
    done = at.run("arch-check", "--suggest", *BOTH, "--toolchain", "c", "--require-wheels")
    assert done.code == 1
    assert "note: The index does not tell the versions of multi: " in done.out
    assert "  multi 1.0: the index does not tell its versions" in done.out.splitlines()
    assert "no version found" not in done.out


def test_what_an_index_does_not_tell_is_said_once(at: Place) -> None:
    """Of all packages that have the same reason."""
    publish(at, "1.0", AMD)
    at.index.add(wheel("other", "1.0", AMD))
    at.index.add(sdist("other", "1.0", native=True))
    lock(at, "multi", "other")
    at.index.files.clear()
    done = at.run("arch-check", "--suggest", *BOTH, "--format", "json")
    (note,) = [note for note in done.report["notes"] if "does not tell" in note]
    assert note.startswith("The index does not tell the versions of multi and other: ")


def test_offline_excludes_it(at: Place) -> None:
    """One asks the index, the other forbids it."""
    publish(at, "1.0", AMD)
    lock(at, "multi")
    done = at.run("arch-check", "--suggest", "--offline", *BOTH)
    assert done.code == 2
    assert "--suggest asks the index" in done.said


def test_the_way_through_a_parent(at: Place) -> None:
    """The nearest stable version of what pins it; the line does what is said when pasted."""
    publish(at, "1.0", AMD)
    at.index.add(wheel("user", "3.0", "py3-none-any", requires=("multi==1.0",)))
    lock(at, "user (>=3.0)")
    for version in ("1.1", "1.2", "1.3"):
        publish(at, version, AMD, ARM)
    for version, pin in (("3.1a1", "1.1"), ("3.1", "1.2"), ("3.2", "1.3")):
        at.index.add(wheel("user", version, "py3-none-any", requires=(f"multi=={pin}",)))
    (remedy,) = suggested(at)
    assert remedy["text"] == (
        "Move user to 3.1: it allows multi 1.2, which has a wheel on all targets (linux/amd64,"
        " linux/arm64); every requirement allows it."
    )
    assert remedy["lines"] == ["poetry add 'user>=3.1'"]
    assert at.run("add", "user>=3.1", "--lock").code == 0
    assert at.run("arch-check", *BOTH).code == 0


@pytest.mark.parametrize("restricted", [False, True])
def test_a_version_that_is_not_for_all_pythons_of_the_project(at: Place, restricted: bool) -> None:
    """Poetry refuses it, and so `poetry add` is not printed; but where the project restricts it."""
    newer = f">=3.{MINOR}.1"
    publish(at, "1.0", AMD)
    lock(at, f"multi ; python_full_version >= '3.{MINOR}.1'" if restricted else "multi")
    for tag in (AMD, ARM):
        at.index.add(wheel("multi", "1.1", tag, python=newer), python=newer)
    (remedy,) = suggested(at)
    if restricted:
        assert "every requirement allows it" in remedy["text"]
        assert at.run("arch-check", "--fix", "--dry-run", *BOTH).code == 0
        return
    assert remedy["text"] == (
        "multi 1.1, the nearest version above, has a wheel on all targets (linux/amd64,"
        f" linux/arm64); pyproject.toml:4 requires support of Python >=3.{MINOR},<3.{MINOR + 1}."
    )
    assert remedy["lines"] == []
    assert at.run("add", "multi>=1.1", "--lock").code == 1


@pytest.mark.parametrize("why", ["nothing to install", "not for all Pythons"])
def test_a_parent_that_cannot_be_installed(at: Place, why: str) -> None:
    """It allows a version with a wheel, but has none itself, or Poetry refuses it."""
    publish(at, "1.0", AMD)
    at.index.add(wheel("user", "3.0", "py3-none-any", requires=("multi==1.0",)))
    lock(at, "user (>=3.0)")
    publish(at, "1.1", AMD, ARM)
    if why == "nothing to install":
        at.index.add(wheel("user", "3.1", AMD, requires=("multi==1.1",)))
    else:
        newer = f">=3.{MINOR}.1"
        parent = wheel("user", "3.1", "py3-none-any", requires=("multi==1.1",), python=newer)
        at.index.add(parent, python=newer)
    (remedy,) = suggested(at)
    assert "user 3.0 (poetry.lock:" in remedy["text"]
    assert remedy["lines"] == []


@pytest.mark.slow
def test_a_parent_whose_newest_version_does_not_lead_there(at: Place) -> None:
    """Then the version is named exactly: any newer one would be taken else."""
    publish(at, "1.0", AMD)
    at.index.add(wheel("user", "3.0", "py3-none-any", requires=("multi==1.0",)))
    lock(at, "user (>=3.0)")
    publish(at, "1.1", AMD, ARM)
    publish(at, "1.2", AMD)
    for version, pin in (("3.1", "1.1"), ("3.2", "1.2")):
        at.index.add(wheel("user", version, "py3-none-any", requires=(f"multi=={pin}",)))
    (remedy,) = suggested(at)
    assert remedy["lines"] == ["poetry add 'user==3.1'"]


@pytest.mark.slow
def test_a_newest_version_without_a_wheel(at: Place) -> None:
    """`>=` would take it: the command names the version that has one."""
    publish(at, "1.0", AMD)
    lock(at, "multi (>=1.0,<1.1)")
    publish(at, "1.1", AMD, ARM)
    publish(at, "1.2", AMD)
    (remedy,) = suggested(at)
    assert remedy["lines"] == ["poetry add 'multi==1.1'"]


def test_that_nothing_was_found_is_said(at: Place) -> None:
    """For all such packages at once."""
    for name in ("multi", "other"):
        publish(at, "1.0", AMD, name=name)
    lock(at, "multi", "other")
    done = at.run("arch-check", "--suggest", *BOTH)
    assert done.code == 1
    said = " ".join(done.out.split())
    there = "on all targets (linux/amd64, linux/arm64)"
    assert f"note: No version of multi and other has a wheel {there}." in said


def test_a_newer_version_may_build_again(at: Place) -> None:
    """No version has a wheel, and this one does not build: the newest one is named."""
    for name in ("greenlet", "multi"):
        publish(at, "1.1.2", name=name)
    lock(at, "greenlet", "multi")
    options = ("arch-check", "--suggest", "-t", "linux/arm64", "--python", "3.12")
    assert "is the newest version" not in at.run(*options).out
    for name in ("greenlet", "multi"):
        publish(at, "1.3", name=name)
    said = " ".join(at.run(*options).out.split())
    assert "note: greenlet 1.3 is the newest version: whether it builds again" in said
    assert "multi 1.3" not in said


def test_every_package_has_a_line(at: Place) -> None:
    """Whatever else there is to say: what was found, and the command that locks it."""
    for name in ("multi", "other", "pinned"):
        publish(at, "1.0", AMD, name=name)
    lock(at, "multi", "other", "pinned (==1.0)")
    for name in ("multi", "pinned"):
        publish(at, "1.1", AMD, ARM, name=name)
    done = at.run("arch-check", "--suggest", *BOTH)
    assert done.code == 1
    _, _, section = done.out.partition("Other versions:\n")
    assert section.splitlines()[:5] == [
        "  multi 1.0 -> 1.1 (allowed)",
        "  other 1.0: no version found with a wheel on linux/arm64",
        "  pinned 1.0 -> 1.1 (after poetry add 'pinned>=1.1')",
        "To lock them:",
        "  poetry arch-check -t linux/amd64 -t linux/arm64 --fix",
    ]
    assert "Other versions:\n" not in at.run("arch-check", *BOTH).out


def test_a_note_names_the_image(at: Place) -> None:
    """With another image, a wheel may fit on the same platform."""
    publish(at, "1.0", AMD)
    lock(at, "multi")
    done = at.run("arch-check", "--suggest", *BOTH, "--image", "python:3.11-alpine3.20")
    said = " ".join(done.out.split())
    there = "(linux/amd64 python:3.11-alpine3.20, linux/arm64 python:3.11-alpine3.20)"
    assert f"No version of multi has a wheel on all targets {there}." in said


def source(name: str, index: Index, priority: str) -> str:
    """Return the table of a package source."""
    return (
        f'[[tool.poetry.source]]\nname = "{name}"\nurl = "{index.url}/simple/"\n'
        f'priority = "{priority}"\n'
    )


def test_two_sources_with_a_version(at: Place) -> None:
    """Its files are those of the first, which Poetry takes; the way through a parent as well."""
    publish(at, "1.0", AMD)
    at.index.add(wheel("user", "3.0", "py3-none-any", requires=("multi==1.0",)))
    with serving(Index()) as other:
        at.write("user (>=3.0)", more=source("other", other, "primary"))
        assert at.run("lock").code == 0
        publish(at, "1.2", AMD, ARM)
        at.index.add(wheel("user", "3.1", "py3-none-any", requires=("multi==1.1",)))
        at.index.add(wheel("user", "3.2", "py3-none-any", requires=("multi==1.2",)))
        # The other source is the first.
        other.add(wheel("multi", "1.1", AMD))
        for tag in (AMD, ARM):
            other.add(wheel("multi", "1.2", tag))
            at.index.add(wheel("multi", "1.1", tag))
        (remedy,) = suggested(at)
        assert remedy["text"].startswith("Move user to 3.2: it allows multi 1.2, which")
        assert remedy["lines"] == ["poetry add 'user>=3.2'"]
        assert at.run("add", "user==3.1", "--lock").code == 0
        assert "aarch64" not in at.lock.read_text("utf-8")
        assert at.run("add", "user>=3.2", "--lock").code == 0
        assert at.run("arch-check", *BOTH).code == 0


def test_a_parent_that_is_a_local_fork(at: Place) -> None:
    """No command puts the index's package of that name in its place."""
    publish(at, "1.0", AMD)
    fork = at.folder / "fork"
    fork.mkdir()
    (fork / "pyproject.toml").write_text(
        '[project]\nname = "user"\nversion = "3.0"\nrequires-python = ">=3.8"\n'
        'dependencies = ["multi==1.0"]\n[tool.poetry]\npackage-mode = false\n',
        "utf-8",
    )
    at.write(more='[tool.poetry.dependencies]\nuser = { path = "../fork" }\n')
    assert at.run("lock").code == 0
    publish(at, "1.1", AMD, ARM)
    at.index.add(wheel("user", "3.1", "py3-none-any", requires=("multi==1.1",)))
    remedies = suggested(at)
    assert [remedy["lines"] for remedy in remedies] == [[]]
    assert "user 3.0 (poetry.lock:" in remedies[0]["text"]
    assert not [path for path in at.index.asked if "user" in path]


def test_a_parent_from_an_explicit_source(at: Place) -> None:
    """No other index hears its name, and no command would ask one."""
    publish(at, "1.0", AMD)
    with serving(Index()) as private:
        for version, pin in (("3.0", "1.0"), ("3.1", "1.1")):
            private.add(wheel("user", version, "py3-none-any", requires=(f"multi=={pin}",)))
        table = '[tool.poetry.dependencies]\nuser = { source = "private" }\n'
        at.write("user (==3.0)", more=table + source("private", private, "explicit"))
        assert at.run("lock").code == 0
        at.write("user (>=3.0)", more=table + source("private", private, "explicit"))
        assert at.run("lock").code == 0
        publish(at, "1.1", AMD, ARM)
        private.asked.clear()
        (remedy,) = suggested(at)
        assert remedy["text"].startswith("Move user to 3.1: it allows multi 1.1")
        assert remedy["lines"] == []
        assert "/simple/user/" in private.asked
        assert not [path for path in at.index.asked if "user" in path]
        assert at.run("arch-check", "--fix", *BOTH).code == 0
        assert not [path for path in at.index.asked if "user" in path]


def test_a_package_whose_requirement_names_its_source(at: Place) -> None:
    """Sources of the same priority do not hear its name."""
    with serving(Index()) as private:
        private.add(sdist("multi", "1.0", native=True))
        private.add(wheel("multi", "1.0", AMD))
        table = '[tool.poetry.dependencies]\nmulti = { source = "private" }\n'
        at.write("multi (>=1.0)", more=table + source("private", private, "primary"))
        assert at.run("lock").code == 0
        for tag in (AMD, ARM):
            private.add(wheel("multi", "1.1", tag))
        (remedy,) = suggested(at)
        assert remedy["text"].startswith("Move to multi 1.1")
        assert remedy["lines"] == []
        assert not [path for path in at.index.asked if "multi" in path]


def test_a_fork_asks_for_no_prerelease(at: Place) -> None:
    """Poetry says of every path that it allows pre-releases: nobody has asked for one."""
    publish(at, "1.0", AMD)
    name, content = sdist("multi", "0.9", native=True)
    (at.folder / name).write_bytes(content)
    here, elsewhere = "sys_platform == 'linux'", "sys_platform != 'linux'"
    fork = f'{{ path = "../{name}", markers = "{elsewhere}" }}'
    other = f'{{ version = ">=1.0", markers = "{here}" }}'
    at.write(more=f"[tool.poetry.dependencies]\nmulti = [{fork}, {other}]\n")
    assert at.run("lock").code == 0
    publish(at, "1.1a1", AMD, ARM)
    assert suggested(at) == []
    publish(at, "1.1", AMD, ARM)
    assert "multi 1.1, the nearest" in texts(suggested(at))[0]


def test_a_parent_that_is_far_away(at: Place) -> None:
    """It is found among many releases, with a dozen requests."""
    publish(at, "1.0", AMD)
    at.index.add(wheel("user", "3.0", "py3-none-any", requires=("multi==1.0",)))
    lock(at, "user (>=3.0)")
    publish(at, "1.1", AMD, ARM)
    for patch in range(1, 101):
        pin = "1.1" if patch >= 74 else "1.0"
        at.index.add(wheel("user", f"3.0.{patch}", "py3-none-any", requires=(f"multi=={pin}",)))
    (remedy,) = suggested(at)
    assert remedy["text"].startswith("Move user to 3.0.74: it allows multi 1.1, which")
    assert remedy["lines"] == ["poetry add 'user>=3.0.74'"]
    assert len([path for path in at.index.asked if path.startswith("/files/user")]) <= 12


@pytest.mark.slow
def test_the_nearest_of_many_parents(at: Place) -> None:
    """It is tried before the halves, though the versions after it lead nowhere."""
    publish(at, "1.0", AMD)
    at.index.add(wheel("user", "3.0", "py3-none-any", requires=("multi==1.0",)))
    lock(at, "user (>=3.0)")
    publish(at, "1.1", AMD, ARM)
    for patch in range(1, 31):
        pin = "1.1" if patch in {1, 30} else "1.0"
        at.index.add(wheel("user", f"3.0.{patch}", "py3-none-any", requires=(f"multi=={pin}",)))
    (remedy,) = suggested(at)
    assert remedy["text"].startswith("Move user to 3.0.1: it allows multi 1.1, which")
    at.index.add(wheel("user", "3.1", "py3-none-any", requires=("multi==1.0",)))
    (remedy,) = suggested(at)
    assert remedy["lines"] == ["poetry add 'user==3.0.1'"]
