"""Locks that are missing, stale, damaged or hostile: a line and a cure, never a traceback."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from support.index import wheel
from support.poetry_process import Result, arch_check, copy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.place import Place

RAW = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

Damage = "Callable[[str], str | bytes]"


def replaced(old: str, new: str) -> Callable[[str], str]:
    """Return a damage that replaces text, and fails where there is none to replace."""

    def damage(lock: str) -> str:
        assert old in lock
        return lock.replace(old, new)

    return damage


def cut_files(lock: str) -> str:
    """Remove the `files` of the package."""
    return re.sub(r"files = \[.*?\n\]\n", "", lock, flags=re.DOTALL)


def check_damaged(
    projects: Path, tmp_path: Path, damage: Callable[[str], str | bytes], *args: str
) -> Result:
    """Run the check on the psutil project with its lock damaged."""
    project = copy(projects / "psutil-arm64", tmp_path)
    path = project / "poetry.lock"
    damaged = damage(path.read_text("utf-8"))
    path.write_bytes(damaged if isinstance(damaged, bytes) else damaged.encode("utf-8"))
    # Poetry before 2.3 solves the lock again by default, which hides some damage.
    settled = {"POETRY_INSTALLER_RE_RESOLVE": "false"}
    done = arch_check("-t", "linux/arm64", *args, cwd=project, **settled)
    assert "Traceback" not in done.err
    assert "internal error" not in done.err
    assert not RAW.search(done.err)
    assert not RAW.search(done.out)
    return done


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        pytest.param(lambda _: "", "metadata", id="empty"),
        pytest.param(lambda lock: lock[:300], "poetry.lock", id="truncated"),
        pytest.param(lambda _: "this is no TOML", "Unable to read the lock file", id="no TOML"),
        pytest.param(lambda lock: b"\xff" + lock.encode(), "not UTF-8 (byte 0)", id="not UTF-8"),
        pytest.param(lambda lock: lock.split("[metadata]")[0], "metadata entry", id="no metadata"),
        pytest.param(replaced('lock-version = "2.1"', 'lock-version = "9.0"'), "not compatible", id="future version"),
        pytest.param(replaced('lock-version = "2.1"', 'lock-version = "x"'), "poetry.lock", id="odd version"),
        pytest.param(replaced('lock-version = "2.1"', "lock-version = 2.1"), "poetry.lock", id="version is a number"),
        pytest.param(replaced("[metadata]", "[[metadata]]"), "poetry.lock", id="metadata is an array"),
        pytest.param(replaced('content-hash = "', 'content-hash = "0'), "stale", id="stale"),
        pytest.param(replaced('name = "psutil"', "name = 1"), "package[0].name must be a string", id="name is a number"),
        pytest.param(replaced('name = "psutil"\n', ""), "package[0].name is missing", id="no name"),
        pytest.param(replaced('version = "5.9.8"', "version = 5.9"), "package[0].version must be a string", id="version is a float"),
        pytest.param(replaced('version = "5.9.8"', 'version = "not a version"'), "poetry.lock", id="no version"),
        pytest.param(replaced("optional = false", 'optional = "no"'), "package[0].optional must be a boolean", id="optional is a string"),
        pytest.param(replaced('groups = ["main"]', "groups = 1"), "package[0].groups must be an array", id="groups is a number"),
        pytest.param(replaced('groups = ["main"]', "groups = [1]"), "poetry.lock", id="a group is a number"),
        pytest.param(replaced('groups = ["main"]\n', ""), "package[0].groups is missing", id="no groups"),
        pytest.param(replaced('groups = ["main"]', 'groups = ["main"]\nmarkers = "what ever"'), "poetry.lock", id="odd marker"),
        pytest.param(replaced('groups = ["main"]', 'groups = ["main"]\nmarkers = 1'), "package[0].markers must be a string or a table", id="marker is a number"),
        pytest.param(replaced('groups = ["main"]', 'groups = ["main"]\nsource = 1'), "package[0].source must be a table", id="source is a number"),
        pytest.param(replaced('groups = ["main"]', 'groups = ["main"]\nsource = {type = 1, url = 2}'), "package[0].source.type must be a string", id="source type is a number"),
        pytest.param(replaced('{file = "psutil-5.9.8.tar.gz"', "{file = 1"), "package[0].files[", id="a file is a number"),
        pytest.param(lambda lock: cut_files(lock).replace("[metadata]", "[metadata]\nfiles = 1"), "metadata.files must be a table", id="files is a number"),
        pytest.param(lambda lock: "package = 1\n" + lock[lock.index("[metadata]"):], "package must be an array", id="package is a number"),
        pytest.param(lambda lock: "extras = 1\n" + lock, "extras must be a table of arrays", id="extras is a number"),
        pytest.param(lambda lock: "extras = [1]\n" + lock, "extras must be a table of arrays", id="extras is an array"),
        pytest.param(replaced('groups = ["main"]', 'groups = ["main"]\nmarkers = "extra in \'a,b\'"'), "Poetry has no plan", id="odd extra marker"),
        pytest.param(replaced('groups = ["main"]', 'groups = ["main"]\nsource = {type = "file", url = "\\u0000"}'), "poetry.lock", id="null byte"),
        pytest.param(replaced('groups = ["main"]', 'groups = ["main"]\nsource = {type = "svn", url = "x"}'), "package[0].source.type is not one", id="source of an unknown type"),
        pytest.param(lambda lock: cut_files(lock).replace("[metadata]", "[metadata]\nfiles = {psutil = 1}"), "metadata.files.psutil must be an array", id="files of a package are a number"),
        pytest.param(cut_files, "package[0].files is missing", id="no files"),
        pytest.param(replaced('hash = "sha256', 'hish = "sha256'), "package[0].files[0].hash must be a string", id="no hash"),
        pytest.param(lambda lock: lock[lock.index("[metadata]"):], "package must be an array", id="no package"),
        pytest.param(lambda lock: "x = " + "[" * 3000 + "]" * 3000 + "\n" + lock, "poetry.lock", id="nested too deep"),
    ],
)  # fmt: skip
def test_a_damaged_lock(
    projects: Path, tmp_path: Path, damage: Callable[[str], str | bytes], words: str
) -> None:
    """Exit code 2, what is wrong, and the cure; nothing on stdout."""
    done = check_damaged(projects, tmp_path, damage)
    assert done.code == 2
    assert words in done.err
    assert re.search(r"^hint: .*poetry lock", done.err, re.MULTILINE)
    assert done.out == ""


def test_no_lock(projects: Path, tmp_path: Path) -> None:
    """It says where one was looked for."""
    project = copy(projects / "psutil-arm64", tmp_path)
    (project / "poetry.lock").unlink()
    done = arch_check("-t", "linux/arm64", cwd=project)
    assert done.code == 2
    assert "poetry.lock not found" in done.err


def test_the_lock_is_a_directory(projects: Path, tmp_path: Path) -> None:
    """The system's reason, in a line."""
    project = copy(projects / "psutil-arm64", tmp_path)
    (project / "poetry.lock").unlink()
    (project / "poetry.lock").mkdir()
    done = arch_check("-t", "linux/arm64", cwd=project)
    assert done.code == 2
    assert "poetry.lock cannot be read" in done.err


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda lock: re.sub(r"files = \[.*?\n\]\n", "files = []\n", lock, flags=re.DOTALL), id="no files"),
        pytest.param(lambda lock: re.sub(r'file = "[^"]*"', 'file = "psutil-5.9.8-odd.whl"', lock), id="a name that does not parse"),
        pytest.param(lambda lock: re.sub(r'file = "[^"]*"', 'file = " "', lock), id="a blank name"),
        pytest.param(lambda lock: re.sub(r'file = "[^"]*"', f'file = "psutil-{"9" * 5000}.tar.gz"', lock), id="an endless version"),
        pytest.param(lambda lock: re.sub(r"files = \[.*?\n\]\n", "", lock, flags=re.DOTALL).replace("[metadata]", '[metadata]\nhashes = {psutil = ["aaa"]}'), id="hashes without names"),
        pytest.param(lambda lock: re.sub(r"files = \[.*?\n\]\n", 'files = []\nsource = {type = "url", url = "http://["}\n', lock, flags=re.DOTALL), id="a broken url"),
        pytest.param(lambda lock: re.sub(r'file = "[^"]*whl"', 'file = "<error>\\\\u001b[31m::error::.whl"', lock), id="a hostile name"),
    ],
)  # fmt: skip
def test_what_the_lock_does_not_say(
    projects: Path, tmp_path: Path, damage: Callable[[str], str]
) -> None:
    """The package is unknown; the check is not complete, and says so with its exit code."""
    done = check_damaged(projects, tmp_path, damage, "--format", "json")
    assert done.code == 2
    (package,) = done.report["targets"][0]["packages"]
    assert package["outcome"] == "unknown"
    assert done.report["ok"] is False
    assert done.report["targets"][0]["summary"]["unknown"] == 1


def test_an_unknown_package_can_be_accepted(projects: Path, tmp_path: Path) -> None:
    """As any other problem."""
    project = copy(projects / "psutil-arm64", tmp_path)
    lock = project / "poetry.lock"
    lock.write_text(
        re.sub(r"files = \[.*?\n\]\n", "files = []\n", lock.read_text(), flags=re.DOTALL)
    )
    with (project / "pyproject.toml").open("a") as file:
        file.write('\n[tool.poetry-arch-check]\nignore = [{ package = "psutil" }]\n')
    assert arch_check("-t", "linux/arm64", cwd=project).code == 0


def test_the_rest_is_checked(projects: Path, tmp_path: Path) -> None:
    """One package without files does not hide the problems of the others."""
    project = copy(projects / "h5py", tmp_path)
    lock = project / "poetry.lock"
    text = lock.read_text("utf-8")
    start, end = text.index('name = "numpy"'), text.index("[metadata]")
    text = (
        text[:start]
        + re.sub(r"files = \[.*?\n\]\n", "files = []\n", text[start:end], flags=re.DOTALL)
        + text[end:]
    )
    lock.write_text(text, "utf-8")
    done = arch_check("-t", "linux/arm64", "--python", "3.11", "--format", "json", cwd=project)
    assert done.code == 1
    found = {p["name"]: p["outcome"] for p in done.report["targets"][0]["packages"]}
    assert found == {"h5py": "no-toolchain", "numpy": "unknown"}


def test_duplicate_entries(projects: Path, tmp_path: Path) -> None:
    """The same package twice is one to Poetry, and one to us."""

    def twice(lock: str) -> str:
        start, end = lock.index("[[package]]"), lock.index("[package.extras]")
        return lock[:end] + lock[start:]

    done = check_damaged(projects, tmp_path, twice, "--format", "json")
    assert done.code == 1
    assert [p["line"] for p in done.report["targets"][0]["packages"]] == [3]


@pytest.mark.slow
@pytest.mark.parametrize("form", ["text", "github", "json"])
@pytest.mark.parametrize(
    "name",
    [
        "::error::x",
        "<error>x</error>",
        "\\u001b[31mred",
        "x\\n::error::forged",
        "\\u202eevil",
        "x" * 100_000,
    ],
)
def test_a_hostile_package_name(projects: Path, tmp_path: Path, form: str, name: str) -> None:
    """Nothing of it reaches the terminal as a command, whatever Poetry makes of it."""
    damage = replaced('name = "psutil"', f'name = "{name}"')
    done = check_damaged(projects, tmp_path, damage, "--format", form)
    assert done.code in {1, 2}
    assert "\u202e" not in done.out + done.err
    assert "\n::error::" not in f"\n{done.out}".replace("\n::error file=", "").lower()
    if form == "json" and done.out:
        assert done.report["targets"][0]["packages"]


def test_poetrys_own_warnings_are_escaped(projects: Path, tmp_path: Path) -> None:
    """Its loggers write paths as they stand in the file, newlines and markup included."""
    project = copy(projects / "old-lock", tmp_path)
    lock = project / "poetry.lock"
    text = lock.read_text("utf-8").replace(
        "[package.dependencies]",
        '[package.dependencies]\nx = {path = "\\u001b[31m<error>\\n::error::q"}',
        1,
    )
    lock.write_text(text, "utf-8")
    done = arch_check("-t", "linux/arm64", "--python", "3.11", cwd=project)
    assert "does not exist" in done.err
    assert not RAW.search(done.err)
    assert not re.search(r"^::", done.err, re.MULTILINE)


@pytest.mark.parametrize("re_resolve", ["false", "true"])
def test_a_marker_that_poetry_does_not_read(
    projects: Path, tmp_path: Path, re_resolve: str
) -> None:
    """Where Poetry re-solves, it never looks at an entry's marker: nor may a note fall over it."""
    project = copy(projects / "release-marker", tmp_path)
    lock = project / "poetry.lock"
    lock.write_text(
        re.sub(
            r"(?m)^markers = .*", 'markers = "platform_release what ever"', lock.read_text("utf-8")
        )
    )
    args = ("-t", "macos/arm64", "--python", "3.11")
    done = arch_check(*args, cwd=project, POETRY_INSTALLER_RE_RESOLVE=re_resolve)
    assert done.code == (0 if re_resolve == "true" else 2)
    assert "internal error" not in done.err


def test_tag_bombs_are_cheap(projects: Path, tmp_path: Path) -> None:
    """Names whose compressed tag sets expand to thousands of tags are unreadable."""
    many = ".".join("abcdefghijklmnop")
    files = "".join(
        f'{{file = "psutil-5.9.8-{i}-{many}-{many}-{many}.whl", hash = "x"}},' for i in range(2000)
    )

    def bomb(lock: str) -> str:
        return re.sub(r"files = \[.*?\n\]\n", f"files = [{files}]\n", lock, flags=re.DOTALL)

    done = check_damaged(projects, tmp_path, bomb, "--format", "json")
    assert done.report["targets"][0]["packages"][0]["outcome"] == "unknown"


def test_each_entry_has_its_line(projects: Path) -> None:
    """The line of `[[package]]`, as an editor counts."""
    done = arch_check(
        "-t", "linux/amd64", "--python", "3.11", "--format", "json", cwd=projects / "mkl"
    )
    lines = (projects / "mkl" / "poetry.lock").read_text("utf-8").splitlines()
    packages = done.report["targets"][0]["packages"]
    assert len(packages) == 6
    for package in packages:
        assert lines[package["line"] - 1] == "[[package]]"
        assert lines[package["line"]] == f'name = "{package["name"]}"'


UNREADABLE: dict[str, Callable[[str], str]] = {
    "cut off": lambda lock: lock[: len(lock) // 2].rpartition('"')[0],
    "with conflict markers": lambda lock: f"<<<<<<< HEAD\n{lock}=======\n{lock}>>>>>>> main\n",
    "without a lock-version": lambda lock: re.sub(r"lock-version = .*\n", "", lock),
    "of a future version": lambda lock: lock.replace('lock-version = "2.', 'lock-version = "3.'),
}


@pytest.mark.slow
@pytest.mark.parametrize("how", UNREADABLE)
def test_the_hint_for_a_lock_that_cannot_be_read_helps(at: Place, how: str) -> None:
    """`poetry lock` reads the lock that it replaces; with --regenerate it does not."""
    at.index.add(wheel("pure", "1.0", "py3-none-any"))
    at.write("pure")
    assert at.run("lock").code == 0
    at.lock.write_text(UNREADABLE[how](at.lock.read_text("utf-8")), "utf-8")
    done = at.run("arch-check", "-t", "linux/arm64")
    assert (done.code, done.out) == (2, "")
    assert "hint: run `poetry lock --regenerate`" in done.err
    off = {"POETRY_ARCH_CHECK": "off"}
    assert at.run("lock", **off).code != 0
    assert at.run("lock", "--regenerate", **off).code == 0
    assert at.run("arch-check", "-t", "linux/arm64").code == 0
