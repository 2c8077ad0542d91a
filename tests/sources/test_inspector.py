"""Inspecting sdists in real Poetry: where they come from, and what is cached."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from dulwich import porcelain

from support.index import SOURCE, sdist, sdist_of, wheel
from support.place import CP, MINOR, NO_COMPILER, Place, any_compiler, here
from support.poetry_process import environment

if TYPE_CHECKING:
    from pathlib import Path

C = "dep:virtual/compiler/c"
SETUP = "from setuptools import Extension, setup\n"
ARM = ("-t", "linux/arm64")


def locked(at: Place, *dependencies: str, settings: str = "", more: str = "") -> Place:
    """Write a project with these dependencies, and its lock."""
    at.write(*dependencies, settings=settings, more=more)
    done = at.run("lock", POETRY_ARCH_CHECK="off")
    assert done.code == 0, done.err
    # What locking fetched is forgotten: the index has no metadata for sdists.
    shutil.rmtree(at.folder / "cache" / "artifacts", ignore_errors=True)
    return at


def checked(at: Place, *args: str, **more: str) -> dict[str, Any]:
    """Return the packages of the first target by name."""
    done = at.run("arch-check", "--format", "json", *(args or ARM), **more)
    assert done.code in {0, 1, 2}, done.err
    assert "Traceback" not in done.err
    return {package["name"]: package for package in done.report["targets"][0]["packages"]}


def results(at: Place) -> list[Path]:
    """Return the files that keep what inspections came to."""
    return [p for p in (at.folder / "cache" / "cache" / "arch-check").rglob("*") if p.is_file()]


def test_an_sdist_is_fetched_once_into_poetrys_own_cache(at: Place) -> None:
    """The second check fetches nothing, and `poetry install` takes the same file."""
    locked(at, "cext", "plain", "pure")
    found = checked(at)
    assert sorted(at.index.downloads()) == ["cext-1.0.tar.gz", "plain-1.0.tar.gz"]
    assert found["cext"]["outcome"] == "no-toolchain"
    assert (found["cext"]["inspected"], found["cext"]["requires"]) == (True, [C])
    assert (found["plain"]["outcome"], found["plain"]["inspected"]) == ("source", True)
    assert found["plain"]["reason"].endswith("the build needs only Python.")
    assert found["pure"]["outcome"] == "wheel"
    assert checked(at) == found
    assert at.index.asked == []
    assert at.run("install", CC=any_compiler(at.folder)).code == 0
    assert "cext-1.0.tar.gz" not in at.index.downloads()


def test_offline(at: Place) -> None:
    """Nothing is asked for: what is not in the cache is assumed, and that is said."""
    locked(at, "cext", "plain")
    found = checked(at, "--offline", *ARM)
    assert at.index.asked == []
    assert (found["plain"]["outcome"], found["plain"]["inspected"]) == ("no-toolchain", False)
    assert found["plain"]["requires"] == [C]
    assert "--offline" in found["plain"]["reason"]
    assert "--offline" in found["plain"]["not-inspected-because"]
    checked(at)
    again = checked(at, "--offline", *ARM)
    assert (again["plain"]["outcome"], again["plain"]["inspected"]) == ("source", True)
    # The file alone does as well.
    for path in results(at):
        path.unlink()
    assert checked(at, "--offline", *ARM)["plain"]["inspected"] is True
    assert at.index.asked == []


@pytest.mark.slow
def test_an_index_that_cannot_be_reached(at: Place) -> None:
    """It is no reason to fail: a compiler is assumed, and the reason tells."""
    locked(at, "plain")
    lock = at.lock.read_text("utf-8")
    at.lock.write_text(lock.replace(at.index.url, "http://127.0.0.1:9"), "utf-8")
    project = at.project / "pyproject.toml"
    project.write_text(project.read_text().replace(at.index.url, "http://127.0.0.1:9"), "utf-8")
    at.run("lock", POETRY_ARCH_CHECK="off")
    found = checked(at)["plain"]
    assert (found["outcome"], found["inspected"]) == ("no-toolchain", False)
    assert "(it could not be fetched: 127.0.0.1 cannot be reached)" in found["reason"]


def test_a_file_that_is_not_the_one_of_the_lock(at: Place) -> None:
    """It is not opened, and does not stay in Poetry's cache."""
    locked(at, "plain")
    _, other = sdist("plain", "1.0", native=True)
    name = "plain-1.0.tar.gz"
    at.index.digests[name] = next(
        line.split("sha256:")[1][:64]
        for line in at.lock.read_text("utf-8").splitlines()
        if name in line
    )
    at.index.files[name] = other
    done = at.run("arch-check", *ARM, "--format", "json")
    (found,) = done.report["targets"][0]["packages"]
    assert (found["outcome"], done.code) == ("unknown", 2)
    assert (
        "hash mismatch: plain-1.0.tar.gz is not the file recorded in poetry.lock" in found["reason"]
    )
    assert not list((at.folder / "cache" / "artifacts").rglob(name))


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"no archive at all", "damaged"), (sdist("evil", "1.0", native=True)[1][:200], "damaged")],
)
def test_an_archive_that_is_damaged(at: Place, content: bytes, reason: str) -> None:
    """Nothing can be said of it: the check is incomplete."""
    locked(at, "plain")
    name = "plain-1.0.tar.gz"
    lock = at.lock.read_text("utf-8")
    at.index.files[name] = content
    digest = __import__("hashlib").sha256(content).hexdigest()
    old = lock[lock.index("sha256:") + 7 :][:64]
    at.lock.write_text(lock.replace(old, digest), "utf-8")
    done = at.run("arch-check", *ARM)
    assert done.code == 2
    assert f"the archive is {reason}" in " ".join(done.out.split())
    assert done.err == ""


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        *(
            pytest.param(each, marks=pytest.mark.slow)
            for each in (b"", b"9999999999[]", b'9999999999{"requires": 1}')
        ),
    ],
)
def test_results_that_cannot_be_read_are_dropped(at: Place, content: bytes) -> None:
    """They are made anew, without a word."""
    locked(at, "cext")
    found = checked(at)
    kept = results(at)
    assert kept
    for path in kept:
        path.write_bytes(content)
    done = at.run("arch-check", "--format", "json", *ARM)
    assert done.report["targets"][0]["packages"] == list(found.values())
    assert done.err == ""


def test_a_lock_cannot_lend_a_result_to_another_file(at: Place) -> None:
    """A file with two hashes in the lock is not cached: which hash it has is not known."""
    locked(at, "cext")
    lock = at.lock.read_text("utf-8")
    line = next(line for line in lock.splitlines() if "cext-1.0.tar.gz" in line)
    digest = line.split("sha256:")[1][:64]
    doubled = f"{line.replace(digest, 'f' * 64)}\n{line}"
    at.lock.write_text(lock.replace(line, doubled), "utf-8")
    assert checked(at)["cext"]["inspected"] is True
    assert not any(b'"optional"' in path.read_bytes() for path in results(at))


def test_results_that_cannot_be_written(at: Place) -> None:
    """A cache is a convenience."""
    locked(at, "cext")
    (at.folder / "cache" / "cache").mkdir(parents=True, exist_ok=True)
    (at.folder / "cache" / "cache" / "arch-check").write_text("in the way")
    assert checked(at)["cext"]["inspected"] is True


@pytest.mark.slow
def test_what_costs_too_much_is_not_tried_again(at: Place) -> None:
    """The reason is kept under the hash, like any other result: nothing is fetched for it again."""
    costly = "a=('aaaa',)\n" + "a=(a,a)\n" * 40 + "x=str(a)\n"
    at.index.add(sdist_of("costly", "1.0", {"setup.py": costly}))
    locked(at, "costly")
    found = checked(at)["costly"]
    assert (found["outcome"], found["inspected"]) == ("no-toolchain", False)
    assert "takes more than 5 s or 256 MiB" in found["not-inspected-because"]
    shutil.rmtree(at.folder / "cache" / "artifacts")
    began = time.monotonic()
    assert checked(at)["costly"] == found
    assert checked(at, "--offline", *ARM)["costly"] == found
    assert (at.index.asked, time.monotonic() - began < 8) == ([], True)


def test_several_at_once(at: Place) -> None:
    """Runs that share a cold cache all come to the same."""
    locked(at, "cext", "plain")

    def run(_: int) -> Any:
        done = subprocess.run(
            [str(at.executable), "arch-check", "--format", "json", *ARM],
            cwd=at.project,
            env=environment(**at.environment),
            capture_output=True,
            check=False,
            timeout=120,
        )
        assert done.stderr == b""
        return json.loads(done.stdout)

    with ThreadPoolExecutor(4) as pool:
        first, *others = pool.map(run, range(4))
    assert all(other == first for other in others)
    assert first["targets"][0]["packages"][0]["inspected"] is True


def test_each_target_is_inspected_for_itself(at: Place) -> None:
    """One file, fetched once; what it takes differs."""
    text = "import sys\ne = [Extension('w', ['w.c'])] if sys.platform == 'win32' else []\n"
    at.index.add(sdist_of("onwin", "1.0", {"setup.py": f"{SETUP}{text}setup(ext_modules=e)"}))
    locked(at, "onwin")
    done = at.run("arch-check", *ARM, "-t", "windows/amd64", "--format", "json")
    linux, windows = (target["packages"][0] for target in done.report["targets"])
    assert (linux["outcome"], windows["outcome"]) == ("source", "no-toolchain")
    assert at.index.downloads() == ["onwin-1.0.tar.gz"]


def test_what_the_configuration_knows_is_not_fetched(at: Place) -> None:
    """It takes precedence over every inspection."""
    locked(at, "cext", more="[tool.poetry-arch-check.packages]\ncext = { requires = ['libpq'] }\n")
    found = checked(at)["cext"]
    assert (found["requires"], found["inspected"]) == (["dep:generic/libpq"], False)
    assert at.index.downloads() == []


def test_an_optional_extension(at: Place) -> None:
    """It is no problem, and the price is told."""
    script = f"{SETUP}setup(ext_modules=[Extension('a', ['a.c'], optional=True)])"
    at.index.add(sdist_of("speedy", "1.0", {"setup.py": script}))
    locked(at, "speedy")
    found = checked(at)["speedy"]
    assert (found["outcome"], found["optional"], found["problem"]) == ("source", True, False)
    assert "without a compiler, it is left out" in found["reason"]
    assert (
        "without a compiler, it is left out"
        not in checked(at, *ARM, "--toolchain", "c")["speedy"]["reason"]
    )


BROKEN = "import pkg_resources\nfrom setuptools import setup\nsetup(name='old', version='1.0')\n"


def test_what_no_toolchain_builds(at: Place) -> None:
    """Not even one that has everything; the way out is not a compiler."""
    at.index.add(sdist_of("old", "1.0", {"setup.py": BROKEN}))
    locked(at, "old")
    for toolchain in ("c", "true"):
        found = checked(at, *ARM, "--toolchain", toolchain)["old"]
        assert found["outcome"] == "no-toolchain"
        assert "fails with current build tools" in found["reason"]
        (remedy,) = found["remedies"]
        assert remedy["kind"] == "constraint"
        assert remedy["lines"] == [
            "[tool.poetry.build-constraints]",
            'old = { setuptools = "<82" }',
        ]


def test_a_build_constraint_is_heard(at: Place) -> None:
    """The remedy that is given is one that works: Poetry reads it, and so do we."""
    pytest.importorskip("poetry.utils.download", reason="build constraints came with Poetry 2.3")
    at.index.add(sdist_of("old", "1.0", {"setup.py": BROKEN}))
    locked(at, "old", more='[tool.poetry.build-constraints]\nold = { setuptools = "<82" }\n')
    assert checked(at)["old"]["outcome"] == "source"


def pinned(requirement: str) -> dict[str, str]:
    """Return the files of an sdist that requires `requirement` to be built."""
    return {
        "pyproject.toml": f'[build-system]\nrequires = ["buildtool", "{requirement}"]\n'
        'build-backend = "buildtool"\n'
    }


def test_a_build_requirement_without_a_wheel(at: Place) -> None:
    """The build would need a build: it is named, and what it takes is added."""
    at.index.add(sdist_of("nested", "1.0", pinned("cext==1.0")))
    locked(at, "nested")
    found = checked(at)["nested"]
    assert (found["outcome"], found["requires"]) == ("no-toolchain", [C])
    assert "its build requirement cext 1.0 has no wheel here" in found["reason"]
    # The index is not asked again within a day.
    at.index.asked.clear()
    assert checked(at)["nested"] == found
    assert at.index.asked == []


def test_a_build_requirement_with_a_wheel_for_some(at: Place) -> None:
    """Each target asks for its own; the newest release that its Python may have counts."""
    at.index.add(sdist_of("nested", "1.0", pinned("native")))
    locked(at, "nested")
    python = f"3.{MINOR}"
    arm = checked(at, *ARM, "--python", python)["nested"]
    assert "native 1.1 has no wheel" in arm["reason"]
    assert checked(at, "-t", "current")["nested"]["outcome"] == "source"
    at.index.add(wheel("native", "1.2", f"{CP}-manylinux_2_17_aarch64"))
    shutil.rmtree(at.folder / "cache" / "cache" / "arch-check")
    assert checked(at, *ARM, "--python", python)["nested"]["outcome"] == "source"


def test_a_build_requirement_that_no_toolchain_builds(at: Place) -> None:
    """Its reason is ours."""
    at.index.add(sdist_of("old", "1.0", {"setup.py": BROKEN}))
    at.index.add(sdist_of("nested", "1.0", pinned("old")))
    locked(at, "nested")
    found = checked(at)["nested"]
    assert found["outcome"] == "no-toolchain"
    assert "of its build requirement old 1.0, its setup.py imports pkg_resources" in found["reason"]


@pytest.mark.parametrize(("native", "outcome"), [(True, "no-toolchain"), (False, "source")])
def test_sources_that_are_not_files(at: Place, native: bool, outcome: str) -> None:
    """A directory, a path, an address, a repository: each is inspected."""
    _, content = sdist("some", "1.0", native=native)
    at.index.add(("some-1.0.tar.gz", content))
    at.project.mkdir(exist_ok=True)
    (at.project / "some-1.0.tar.gz").write_bytes(content)
    subprocess.run(["tar", "-xzf", at.project / "some-1.0.tar.gz", "-C", at.folder], check=True)
    shutil.copytree(at.folder / "some-1.0", at.folder / "repository")
    repository = porcelain.init(at.folder / "repository")
    files = [path for path in (at.folder / "repository").iterdir() if path.is_file()]
    porcelain.add(repository, [str(path) for path in files])
    porcelain.commit(repository, b"first", author=b"a <a@b>", committer=b"a <a@b>")
    repository.close()
    for source in (
        f"some @ {(at.folder / 'some-1.0').as_uri()}",
        f"some @ {(at.project / 'some-1.0.tar.gz').as_uri()}",
        f"some @ {at.index.url}/files/some-1.0.tar.gz",
        f"some @ git+{(at.folder / 'repository').as_uri()}",
    ):
        locked(at, source)
        found = checked(at)["some"]
        assert (found["outcome"], found["inspected"]) == (outcome, True), source
        at.lock.unlink()


def test_packages_of_one_repository(at: Place) -> None:
    """They share a checkout, which is made once; what each needs is found in its own folder."""
    folder = at.folder / "repository"
    for name in ("one", "two", "three", "four"):
        (folder / name).mkdir(parents=True)
        (folder / name / "pyproject.toml").write_text(f"[project]\nname='{name}'\nversion='1'\n")
    repository = porcelain.init(folder)
    porcelain.add(repository, [str(path) for path in folder.glob("*/pyproject.toml")])
    first = porcelain.commit(repository, b"first", author=b"a <a@b>", committer=b"a <a@b>")
    (folder / "four" / "pyproject.toml").write_text("[project]\nname='four'\nversion='2'\n")
    porcelain.add(repository, [str(folder / "four" / "pyproject.toml")])
    second = porcelain.commit(repository, b"second", author=b"a <a@b>", committer=b"a <a@b>")
    repository.close()
    revisions = {"one": first, "two": first, "three": first, "four": second}
    locked(
        at,
        *(
            f"{name} @ git+{folder.as_uri()}@{revision.decode()}#subdirectory={name}"
            for name, revision in revisions.items()
        ),
    )
    for _ in range(2):
        shutil.rmtree(at.folder / "cache", ignore_errors=True)
        found = checked(at)
        assert {
            name: (found[name]["outcome"], found[name]["inspected"]) for name in revisions
        } == dict.fromkeys(revisions, ("source", True))


def test_git_sources_that_cannot_be_reached(at: Place) -> None:
    """Each says so in a clause, a note once for all of them; nothing says with which password."""
    folder = at.folder / "repository"
    for name in ("one", "two"):
        (folder / name).mkdir(parents=True)
        (folder / name / "pyproject.toml").write_text(f"[project]\nname='{name}'\nversion='1'\n")
    repository = porcelain.init(folder)
    porcelain.add(repository, [str(path) for path in folder.glob("*/pyproject.toml")])
    porcelain.commit(repository, b"first", author=b"a <a@b>", committer=b"a <a@b>")
    repository.close()
    locked(at, *(f"{name} @ git+{folder.as_uri()}#subdirectory={name}" for name in ("one", "two")))
    shutil.rmtree(at.folder / "cache", ignore_errors=True)
    url = 'url = "https://user:secret@127.0.0.1:9/a"'
    lock, count = re.subn('url = "file:.*"', url, at.lock.read_text("utf-8"))
    assert count
    at.lock.write_text(lock, "utf-8")
    report = at.run("arch-check", "--format", "json", *ARM).report
    (target,) = report["targets"]
    clause = "it could not be fetched: 127.0.0.1 cannot be reached"
    for package in target["packages"]:
        assert (package["outcome"], package["inspected"]) == ("no-toolchain", False)
        assert f"which is assumed to take a C compiler ({clause});" in package["reason"]
    assert f"Not inspected: one 1, two 1 ({clause}); a C compiler is assumed." in target["notes"]
    assert "secret" not in json.dumps(report)
    said = at.run("arch-check", *ARM).out
    assert said.count("Not inspected") == 1
    assert "assumed" in said


def test_credentials_are_poetrys(at: Place) -> None:
    """An index that asks for a password is given that of Poetry's configuration."""
    at.index.password = "secret"
    at.more |= {
        "POETRY_HTTP_BASIC_LOOPBACK_USERNAME": "user",
        "POETRY_HTTP_BASIC_LOOPBACK_PASSWORD": "secret",
    }
    locked(at, "plain")
    assert checked(at)["plain"]["inspected"] is True
    assert at.index.downloads()
    shutil.rmtree(at.folder / "cache")
    unknown = checked(at, POETRY_HTTP_BASIC_LOOPBACK_PASSWORD="wrong")["plain"]
    assert (unknown["inspected"], unknown["outcome"]) == (False, "no-toolchain")


@pytest.mark.slow
def test_progress_is_shown_on_a_terminal_while_there_is_something_to_wait_for(at: Place) -> None:
    """And it is gone in the end."""
    locked(at, "cext", "plain")
    at.index.delay = 1.0

    def shown() -> bytes:
        controller, terminal = pty.openpty()
        process = at.start("--ansi", "arch-check", *ARM, err=terminal)
        os.close(terminal)
        process.communicate(timeout=120)
        os.set_blocking(controller, False)
        try:
            return os.read(controller, 100_000)
        except OSError:
            return b""
        finally:
            os.close(controller)

    waiting = shown()
    assert b"Inspecting sdists: " in waiting
    assert b" of 2" in waiting
    assert waiting.endswith(b"\r\x1b[2K")
    assert b"Looking" not in shown()


def test_a_wheel_needs_no_look(at: Place) -> None:
    """Nothing is fetched for what is not built."""
    at.index.add(wheel("both", "1.0", here()))
    at.index.add(sdist_of("both", "1.0", {"ext.c": SOURCE}))
    locked(at, "both")
    assert checked(at, "-t", "current")["both"]["outcome"] == "wheel"
    assert at.index.downloads() == []


@pytest.mark.slow
def test_the_project_itself(at: Place) -> None:
    """Installing it runs its build script; what that compiles counts like a package's."""
    script = (
        f"{SETUP}def build(kw):\n    kw.update(ext_modules=[Extension('a', ['a.c'])])\nbuild({{}})"
    )
    more = "[tool.poetry.build]\nscript = 'build.py'\n"
    locked(at, "pure", more=more)
    (at.project / "build.py").write_text(script)
    assert "demo" not in checked(at)  # not a package: nothing is installed
    project = at.project / "pyproject.toml"
    project.write_text(project.read_text().replace("package-mode = false", ""), "utf-8")
    found = checked(at)["demo"]
    assert (found["outcome"], found["requires"], found["file"]) == ("no-toolchain", [C], None)
    assert found["reason"].startswith("Installing the project runs its build script")
    done = at.run("arch-check", *ARM)
    assert "demo 0.1: no-toolchain on linux/arm64 (pyproject.toml:1)" in done.out
    done = at.run("install", POETRY_ARCH_CHECK="abort", **NO_COMPILER)
    assert done.code == 1
    assert "demo 0.1: no-toolchain" in done.said
    assert at.run("install", "--no-root", POETRY_ARCH_CHECK="abort", **NO_COMPILER).code == 0
