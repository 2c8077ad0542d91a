"""`poetry arch-check` through real Poetry, in a subprocess."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import jsonschema
import pytest
from poetry.factory import Factory

from support.paths import SHARED
from support.poetry_process import POETRY, arch_check, copy, environment, poetry
from support.schema import SCHEMA


def outcomes(report: object) -> dict[str, dict[str, str]]:
    """Return the outcome of each package by target, from a report that fits the schema."""
    jsonschema.validate(report, SCHEMA)
    assert isinstance(report, dict)
    return {
        target["name"]: {p["name"]: p["outcome"] for p in target["packages"]}
        for target in report["targets"]
    }


# --- story 1: psutil 5.9.8 ---


def test_psutil_on_arm64(projects: Path) -> None:
    """Exit code 1, no toolchain, and the nearest miss is the architecture."""
    done = arch_check("-t", "linux/arm64", "--format", "json", cwd=projects / "psutil-arm64")
    assert done.code == 1
    assert done.err == ""
    assert outcomes(done.report) == {"linux/arm64": {"psutil": "no-toolchain"}}
    (target,) = done.report["targets"]
    (package,) = target["packages"]
    assert package["nearest-miss"]["reason"] == "architecture"
    assert "manylinux_2_12_x86_64" in package["nearest-miss"]["file"]
    assert package["file"] == "psutil-5.9.8.tar.gz"
    assert package["line"] == 3
    assert package["requires"] == package["missing"] == ["dep:virtual/compiler/c"]
    assert [r["kind"] for r in package["remedies"]] == ["toolchain", "toolchain", "platform"]
    assert target["platform"] == "manylinux_2_28_aarch64"
    assert target["summary"]["no-toolchain"] == 1
    assert done.report["ok"] is False


@pytest.mark.parametrize(
    ("args", "code", "outcome"),
    [
        (("-t", "linux/amd64"), 0, "wheel"),
        (("-t", "linux/arm64", "--toolchain", "c"), 0, "source"),
        (("-t", "linux/arm64", "--toolchain", "c", "--require-wheels"), 1, "source"),
        (("-t", "linux/arm64", "--toolchain", "rust"), 1, "no-toolchain"),
        (("-t", "windows/arm64"), 1, "no-toolchain"),
        (("-t", "windows/amd64"), 0, "wheel"),
        (("-t", "alpine"), 1, "no-toolchain"),
        (("-t", "macos/arm64"), 0, "wheel"),
        (("-t", "linux/arm64", "--image", "python:3.11-bookworm"), 0, "source"),
        (("-t", "linux/arm64", "--image", "python:3.11-slim-bookworm"), 1, "no-toolchain"),
    ],
)
def test_psutil_elsewhere(projects: Path, args: tuple[str, ...], code: int, outcome: str) -> None:
    """As its files say, and what the target has."""
    done = arch_check(*args, "--format", "json", cwd=projects / "psutil-arm64")
    assert done.code == code
    assert {p for found in outcomes(done.report).values() for p in found.values()} == {outcome}


def test_a_configured_toolchain(projects: Path, tmp_path: Path) -> None:
    """`toolchain = ["c"]` in the configuration does what the option does."""
    project = copy(projects / "psutil-arm64", tmp_path)
    with (project / "pyproject.toml").open("a") as file:
        file.write('\n[tool.poetry-arch-check]\ntargets = ["linux/arm64"]\ntoolchain = ["c"]\n')
    done = arch_check("--format", "json", cwd=project)
    assert (done.code, outcomes(done.report)) == (0, {"linux/arm64": {"psutil": "source"}})


def test_docker_default_platform_is_the_target_where_none_is_named(projects: Path) -> None:
    """With linux/amd64 there, the problem is gone."""
    project = projects / "psutil-arm64"
    for platform, code in (("linux/amd64", 0), ("linux/arm64", 1)):
        done = arch_check("--format", "json", cwd=project, DOCKER_DEFAULT_PLATFORM=platform)
        assert (done.code, done.report["targets"][0]["name"]) == (code, platform)


# --- story 2 ---


def test_mkl_cannot_be_installed_on_arm64_whatever_the_toolchain(
    projects: Path, tmp_path: Path
) -> None:
    """No sdist, so no compiler helps."""
    project = copy(projects / "mkl", tmp_path)
    with (project / "pyproject.toml").open("a") as file:
        file.write("\n[tool.poetry-arch-check]\ntoolchain = true\n")
    done = arch_check(
        "-t",
        "linux/arm64",
        "-t",
        "linux/amd64",
        "--python",
        "3.11",
        "--format",
        "json",
        cwd=project,
    )
    assert done.code == 1
    found = outcomes(done.report)
    assert found["linux/arm64"]["mkl"] == "unavailable"
    assert set(found["linux/amd64"].values()) == {"wheel"}
    assert done.report["targets"][0]["toolchain"] is True


def test_h5py_has_no_wheel_on_arm64(projects: Path) -> None:
    """3.11.0 was published for amd64 and macOS, not for linux/arm64."""
    done = arch_check(
        "-t",
        "linux/arm64/v8",
        "-t",
        "linux/amd64",
        "--python",
        "3.11",
        "--format",
        "json",
        cwd=projects / "h5py",
    )
    found = outcomes(done.report)
    assert found["linux/arm64/v8"]["h5py"] == "no-toolchain"
    assert found["linux/amd64"]["h5py"] == "wheel"


# --- groups and extras, markers, sources ---


def test_groups_and_extras_are_those_of_install(projects: Path) -> None:
    """Same names, same meaning: only what would be installed is there."""
    project = projects / "groups"

    def planned(*args: str) -> set[str]:
        done = arch_check(
            *args, "-t", "linux/amd64", "--python", "3.11", "--format", "json", cwd=project
        )
        return set(outcomes(done.report)["linux/amd64"])

    assert planned() == {"six", "iniconfig"}
    assert planned("--without", "dev") == {"six"}
    assert planned("--only", "dev") == {"iniconfig"}
    assert planned("--with", "docs") == {"six", "iniconfig", "docopt"}
    assert planned("--all-groups") == {"six", "iniconfig", "docopt"}
    assert planned("-E", "speed") == {"six", "iniconfig", "toml"}
    assert planned("--all-extras") == {"six", "iniconfig", "toml"}


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("-E", "sped"), 'extra "sped" is not in poetry.lock'),
        (("--with", "dcos"), "dcos"),
        (("--all-groups", "--only", "dev"), "--all-groups excludes"),
        (("--all-extras", "-E", "speed"), "--all-extras excludes"),
        (("-t", "linux/arm46"), '"linux/arm64"'),
        (("--python", "3.x"), '"3.x" is not a Python version'),
        (("--image", "nginx"), 'unknown image "nginx"'),
        (("--toolchain", "a b"), '"a b" is not a build dependency'),
        (("--format", "jsn"), '(did you mean "json"?)'),
        (("--output", "missing/report"), "cannot write missing/report"),
        (("--output", "poetry.lock"), 'cannot write the report to "poetry.lock"'),
        (("--output", "./pyproject.toml"), "cannot write the report"),
        (("--output", ""), "cannot write the report"),
        (("-t", "a\n::error::x"), r'unknown target "a\n::error::x"'),
        (("-t", "s390x-apple-ios"), "unknown target"),
        (("-t", "manylinux_٢_28_x86_64"), "unknown target"),
        (("-t", "android_99999_x86_64"), "unknown target"),
        (("--python", f"3.12.{'9' * 5000}"), "is not a Python version"),
        (("--image", f"python:3.12.{'9' * 5000}"), "the tag does not tell the release"),
        (("--image", f"public.ecr.aws/lambda/python:3.{'9' * 5000}"), "the tag does not tell"),
        (("--with", "<fg=foo>x</>"), 'group "<fg=foo>x</>" is not in the project'),
        (("--with", "dcos"), '(did you mean "docs"?)'),
    ],
)
def test_wrong_options(projects: Path, args: tuple[str, ...], words: str) -> None:
    """Exit code 2, one line that says what and where, nothing on stdout."""
    done = arch_check(*args, cwd=projects / "groups")
    assert done.code == 2
    assert words in done.err
    assert done.out == ""
    assert "Traceback" not in done.err
    assert "internal error" not in done.err
    assert "\nhint: " in done.err
    assert not re.search(r"^::", done.err, re.MULTILINE)
    assert max(map(len, done.err.splitlines())) < 1_100


def test_wrong_configuration(projects: Path, tmp_path: Path) -> None:
    """Every mistake in one go, with its key."""
    project = copy(projects / "groups", tmp_path)
    with (project / "pyproject.toml").open("a") as file:
        file.write('\n[tool.poetry-arch-check]\ntargts = 1\non-lock = "maybe"\n')
    done = arch_check(cwd=project)
    assert done.code == 2
    assert "tool.poetry-arch-check.targts is not a known key" in done.err
    assert "tool.poetry-arch-check.on-lock must be one of" in done.err


# --- output ---


def test_the_report_goes_to_a_file(projects: Path, tmp_path: Path) -> None:
    """Relative to where Poetry was called; stdout stays empty, stderr says so."""
    project = copy(projects / "psutil-arm64", tmp_path)
    done = arch_check(
        "-t", "linux/arm64", "--format", "json", "--output", "report.json", cwd=project
    )
    assert (done.code, done.out) == (1, "")
    assert done.err == "1 problem; report written to report.json\n"
    assert json.loads((project / "report.json").read_text())["version"] == 1


def test_github_annotations_point_to_the_lock(projects: Path) -> None:
    """Relative to the workspace, where the runner looks."""
    workspace = str(projects.parent)
    done = arch_check(
        "-t",
        "linux/arm64",
        "--format",
        "github",
        cwd=projects / "psutil-arm64",
        GITHUB_WORKSPACE=workspace,
    )
    assert done.out.startswith("::error file=projects/psutil-arm64/poetry.lock,line=3,title=psutil")
    assert done.out.count("\n") == 1


@pytest.mark.parametrize("switch", [("--no-ansi",), (), ("--ansi",)])
def test_colour_is_for_terminals(projects: Path, switch: tuple[str, ...]) -> None:
    """A pipe gets none, unless it is asked for; NO_COLOR and --no-ansi hold."""
    done = arch_check("-t", "linux/arm64", *switch, cwd=projects / "psutil-arm64")
    assert ("\x1b[" in done.out) == (switch == ("--ansi",))


def test_help_explains_itself() -> None:
    """With examples and the exit codes, within 100 columns of text."""
    done = arch_check("--help", cwd=Path.cwd())
    assert done.code == 0
    assert "poetry arch-check -t linux/arm64 --image python:3.12-alpine" in done.out
    assert "Exit code 0" in done.out


def test_a_closed_pipe_is_no_drama(projects: Path) -> None:
    """`poetry arch-check | head -0` ends without a traceback."""
    process = subprocess.Popen(
        [POETRY, "arch-check", "-t", "linux/arm64"],
        cwd=projects / "psutil-arm64",
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    _, err = process.communicate(timeout=60)
    assert err == b""
    assert process.returncode == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_behind_stdout(projects: Path) -> None:
    """It is an error of the output, not a bug."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [POETRY, "arch-check", "-t", "linux/arm64"],
            cwd=projects / "psutil-arm64",
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.startswith("arch-check: cannot write the report: No space left")


def test_help_for_an_ascii_terminal() -> None:
    """Nothing in it needs more."""
    done = arch_check("--help", cwd=Path.cwd(), PYTHONIOENCODING="ascii")
    assert done.code == 0


def test_an_ascii_terminal_gets_escapes(projects: Path, tmp_path: Path) -> None:
    """What the encoding cannot show is escaped, not a crash."""
    project = copy(projects / "psutil-arm64", tmp_path)
    lock = project / "poetry.lock"
    lock.write_text(
        lock.read_text("utf-8").replace('version = "5.9.8"', 'version = "5.9.8+ä"'), "utf-8"
    )
    done = arch_check("-t", "linux/arm64", cwd=project, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.code in {1, 2}
    assert "internal error" not in done.err


# --- outside of what it promises to touch ---

BLOCK = """
import socket, sys
def refuse(*args, **kwargs):
    sys.stderr.write("SOCKET USED\\n")
    raise OSError("no network in this test")
socket.socket.connect = socket.socket.connect_ex = refuse
socket.create_connection = socket.getaddrinfo = refuse
"""


@pytest.mark.parametrize("project", ["psutil-arm64", "old-lock", "groups"])
def test_no_socket_is_opened(projects: Path, tmp_path: Path, project: str) -> None:
    """Offline throughout, for new locks and old."""
    (tmp_path / "sitecustomize.py").write_text(BLOCK)
    done = arch_check(
        "-t", "all", "--python", "3.11", cwd=projects / project, PYTHONPATH=str(tmp_path)
    )
    assert done.code in {0, 1}
    assert "SOCKET USED" not in done.err


def test_the_block_of_sockets_does_bite(projects: Path, tmp_path: Path) -> None:
    """What `test_no_socket_is_opened` relies on: a command that needs an index is seen."""
    # Poetry waits between its attempts.
    no_waiting = "import time\ntime.sleep = lambda _: None\n"
    (tmp_path / "sitecustomize.py").write_text(BLOCK + no_waiting)
    project = copy(projects / "psutil-arm64", tmp_path)
    done = poetry("add", "six", cwd=project, more={"PYTHONPATH": str(tmp_path)})
    assert "SOCKET USED" in done.err


def test_nothing_is_written(projects: Path, tmp_path: Path) -> None:
    """No environment is created, no file changes."""
    project = copy(projects / "psutil-arm64", tmp_path)
    before = {path: path.stat().st_mtime_ns for path in project.rglob("*")}
    cache = tmp_path / "cache"
    done = arch_check(
        cwd=project, POETRY_CACHE_DIR=str(cache), POETRY_VIRTUALENVS_PATH=str(cache / "venvs")
    )
    assert done.code in {0, 1}
    assert {path: path.stat().st_mtime_ns for path in project.rglob("*")} == before
    assert not (cache / "venvs").exists() or not any((cache / "venvs").iterdir())


def test_policies_of_poetry_are_honoured(projects: Path) -> None:
    """`installer.no-binary` and `installer.only-binary`, exact names before `:all:`."""
    project = projects / "psutil-arm64"

    def outcome(**more: str) -> str:
        done = arch_check("-t", "linux/amd64", "--format", "json", cwd=project, **more)
        return outcomes(done.report)["linux/amd64"]["psutil"]

    assert outcome(POETRY_INSTALLER_NO_BINARY=":all:") == "no-toolchain"
    assert outcome(POETRY_INSTALLER_NO_BINARY="psutil") == "no-toolchain"
    assert outcome(POETRY_INSTALLER_NO_BINARY="other") == "wheel"
    assert outcome(POETRY_INSTALLER_ONLY_BINARY=":all:") == "wheel"
    assert (
        outcome(POETRY_INSTALLER_ONLY_BINARY=":all:", POETRY_INSTALLER_NO_BINARY="psutil")
        == "no-toolchain"
    )
    exact = {"POETRY_INSTALLER_ONLY_BINARY": "psutil"}
    assert outcome(POETRY_INSTALLER_NO_BINARY=":all:", **exact) == "wheel"
    assert outcome(POETRY_INSTALLER_NO_BINARY="psutil", **exact) == "unavailable"


# --- what Poetry refuses ---


def test_a_python_that_the_project_does_not_allow(projects: Path) -> None:
    """Reported for that target alone, with exit code 2 where nothing else is wrong."""
    args = ("-t", "linux/amd64", "--python", "3.8", "--python", "3.11", "--format", "json")
    done = arch_check(*args, cwd=projects / "psutil-arm64")
    assert done.code == 2
    old, new = done.report["targets"]
    assert "does not allow Python 3.8" in old["blocked"]
    assert new["blocked"] is None


def test_a_python_that_no_lock_has_a_plan_for(projects: Path, tmp_path: Path) -> None:
    """One sentence for every version of the lock: no solver's, and none about the lock."""
    lock = copy(projects / "psutil-arm64", tmp_path) / "poetry.lock"
    new = re.sub(r'python-versions = ">=2.7.*"', 'python-versions = ">=3.9"', lock.read_text())
    old = re.sub(r"groups = \[.*\]\n", "", new).replace('"2.1"', '"2.0"')
    for text in (new, old, old.replace('"2.0"', '"1.1"')):
        lock.write_text(text)
        done = arch_check("-t", "linux/amd64", "--python", "3.8", cwd=lock.parent)
        said = " ".join((done.out + done.err).split())
        assert done.code == 2, done.out
        assert (
            said.count("The project does not allow Python 3.8.20: Poetry would not install there.")
            == 1
        )
        assert "Because" not in said
        assert "poetry lock" not in said


def test_all_pythons_of_a_project_that_is_pinned_to_a_patch(projects: Path, tmp_path: Path) -> None:
    """The newest patch that is allowed stands for its minor version."""
    project = copy(projects / "psutil-arm64", tmp_path)
    path = project / "pyproject.toml"
    path.write_text(path.read_text().replace(">=3.9", "==3.11.4"))
    lock = project / "poetry.lock"
    digest = Factory().create_poetry(project, disable_plugins=True).locker._content_hash
    lock.write_text(re.sub(r'content-hash = ".*"', f'content-hash = "{digest}"', lock.read_text()))
    done = arch_check("-t", "linux/amd64", "--python", "all", "-v", cwd=project)
    assert done.code == 0
    assert "Python 3.11.4" in done.out


def test_markers_on_believed_values_are_noted_where_they_decide(projects: Path) -> None:
    """On macOS, not on Linux."""
    args = ("-t", "macos/arm64", "-t", "linux/arm64", "--python", "3.11", "--format", "json")
    done = arch_check(*args, cwd=projects / "release-marker")
    macos, linux = done.report["targets"]
    assert any("platform_release" in note for note in macos["notes"])
    assert not any("platform_release" in note for note in linux["notes"])


def test_toolchain_true_is_everything(projects: Path) -> None:
    """As in the configuration."""
    done = arch_check(
        "-t",
        "linux/arm64",
        "--toolchain",
        "true",
        "--format",
        "json",
        cwd=projects / "psutil-arm64",
    )
    assert (done.code, done.report["targets"][0]["toolchain"]) == (0, True)


def test_a_broken_environment(projects: Path, tmp_path: Path) -> None:
    """It is only looked at where its answer is needed."""
    project = copy(projects / "psutil-arm64", tmp_path)
    python = project / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\necho broken >&2; exit 3\n")
    python.chmod(0o755)
    (project / ".venv" / "pyvenv.cfg").write_text("home = /nowhere\n")
    more = {"POETRY_VIRTUALENVS_IN_PROJECT": "true"}
    done = arch_check(cwd=project, **more)
    assert done.code == 2
    assert "cannot read the project's environment" in done.err
    assert "internal error" not in done.err
    assert arch_check("-t", "linux/amd64", "--python", "3.11", cwd=project, **more).code == 0


def test_outside_of_a_project(tmp_path: Path) -> None:
    """Poetry's own words, and exit code 2."""
    done = arch_check(cwd=tmp_path)
    assert done.code == 2
    assert "pyproject.toml" in done.err
    assert "internal error" not in done.err


@pytest.mark.skipif(not (SHARED / "corpus").is_dir(), reason="no corpus beside the project")
@pytest.mark.parametrize(
    ("pair", "words"),
    [
        ("PyCQA__isort__lv1.0", "extras"),
        ("graphql-python__graphql-core__lvnone-hashes", "description"),
        ("python-gino__gino", "not compatible with the current version of Poetry"),
        ("saleor__saleor__lvnone-hashes", "not compatible with the current version of Poetry"),
        ("robocorp__rpaframework__packages-core__lv2.1", "stale"),
        ("MISP__PyMISP__lv1.0", "setuptools"),
    ],
)
def test_what_poetry_cannot_load(pair: str, words: str) -> None:
    """Exit code 2 with Poetry's reason."""
    done = arch_check("-t", "linux/arm64", cwd=SHARED / "corpus" / pair)
    assert done.code == 2
    assert words in done.err
    assert re.search(r"^hint: ", done.err, re.MULTILINE)
    assert "Traceback" not in done.err
    assert "internal error" not in done.err


def test_an_internal_error_does_not_read_as_a_problem(projects: Path, tmp_path: Path) -> None:
    """A bug of ours ends with 2, too: 1 would mean "problems found"."""
    (tmp_path / "sitecustomize.py").write_text(
        "import poetry.packages.locker as l\n"
        "def broken(self): raise ZeroDivisionError('seeded')\n"
        "l.Locker.locked_packages = broken\n"
    )
    done = arch_check("-t", "linux/arm64", cwd=projects / "psutil-arm64", PYTHONPATH=str(tmp_path))
    assert done.code == 2
    assert "seeded" in done.err
    assert "Traceback" not in done.err


# --- --explain ------------------------------------------------------------------------------


def test_explain_a_package(projects: Path) -> None:
    """Its chain and its line in pyproject.toml, and the exit code of the check."""
    done = arch_check("-t", "linux/arm64", "--explain", "psutil", cwd=projects / "psutil-arm64")
    assert done.code == 1
    assert "psutil 5.9.8 (poetry.lock:3)\n  required by pyproject.toml:" in done.out
    assert "\n\nBuilding it takes (" in done.out
    assert "): a C compiler\n" in done.out
    assert "psutil-5.9.8.tar.gz  <- linux/arm64" in done.out


def test_explain_a_cause_anywhere(tmp_path: Path) -> None:
    """No lock is read: what the docs say."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "a"\nversion = "1"\n')
    done = arch_check("--explain", "toolchain-missing", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("toolchain-missing\n\nWhat it means. ")
    assert "`" not in done.out


def test_explain_a_cause_in_a_file(projects: Path, tmp_path: Path) -> None:
    """As everything that is written: not over the project's own files."""
    folder = projects / "psutil-arm64"
    told = arch_check("--explain", "toolchain-missing", cwd=folder)
    kept = tmp_path / "cause.txt"
    done = arch_check("--explain", "toolchain-missing", "--output", str(kept), cwd=folder)
    assert (done.code, done.out) == (0, "")
    assert kept.read_text(encoding="utf-8") == told.out
    done = arch_check("--explain", "toolchain-missing", "--output", "pyproject.toml", cwd=folder)
    assert done.code == 2
    assert "cannot write the report" in done.err


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--explain", "psutils"), 'nothing is called "psutils" (did you mean "psutil"?)'),
        (("--explain", "policy"), "(did you mean"),
        (("--explain", "psutil", "--fix"), "--explain changes nothing"),
        (("--explain", "psutil", "--format", "json"), "--explain is text"),
        (("--explain", "psutil", "--output", "json=r.json"), "--explain has no formats"),
        (("--explain", "psutil", "--output", "a", "--output", "b"), "--explain is one report"),
        (("--diff", "--output", "json=d.json"), "--diff has no formats"),
    ],
)
def test_explain_something_else(projects: Path, args: tuple[str, ...], words: str) -> None:
    """Exit code 2."""
    more = () if "--fix" in args else ("--offline",)
    done = poetry("arch-check", *more, "-t", "linux/arm64", *args, cwd=projects / "psutil-arm64")
    assert (done.code, done.out) == (2, "")
    assert words in done.said


def test_the_plan_and_who_brings_it_in_are_in_json(projects: Path) -> None:
    """For each target, and for each package."""
    done = arch_check(
        *("-t", "linux/arm64", "--image", "python:3.12-slim-bookworm", "--format", "json"),
        cwd=projects / "mkl",
    )
    jsonschema.validate(done.report, SCHEMA)
    (target,) = done.report["targets"]
    (step,) = target["plan"]
    assert step["kind"] == "platform"
    assert set(step["cures"]) == {p["name"] for p in target["packages"] if p["problem"]}
    assert target["no-way-out"] == []
    chains = {p["name"]: p["required-by"] for p in target["packages"]}
    assert chains["mkl"] == {"place": "pyproject.toml:11", "names": ["mkl"]}
    assert chains["intel-openmp"]["names"] == ["mkl", "intel-openmp"]


def test_what_is_left_out_is_said(projects: Path) -> None:
    """With the options that would install more."""
    project = projects / "service"
    done = arch_check("-t", "linux/amd64", cwd=project)
    assert "locked packages would be installed; more with --all-extras." in " ".join(
        done.out.split()
    )
    done = arch_check("-t", "linux/amd64", "--all-extras", cwd=project)
    assert "would be installed" not in done.out
