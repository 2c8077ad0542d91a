"""`poetry arch-check --dockerfile` on images as people build them, through real Poetry."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import jsonschema
import pytest

from support.index import sdist_of, wheel
from support.paths import DOCKERFILES
from support.paths import GOLDEN as ALL_GOLDEN
from support.poetry_process import arch_check, copy, poetry
from support.schema import SCHEMA

if TYPE_CHECKING:
    from pathlib import Path

    from support.place import Place

GOLDEN = ALL_GOLDEN / "dockerfiles"

# The Dockerfile, the project that it installs, options, the exit code, and the one after the
# patch, if there is one, has been applied.
SHAPES: dict[str, tuple[str, tuple[str, ...], int, int]] = {
    "single": ("psutil-arm64", ("-t", "linux/amd64", "-t", "linux/arm64"), 1, 0),
    "build-essential": ("psutil-arm64", ("-t", "linux/arm64"), 0, 0),
    "builder-and-runtime": ("service", ("-t", "linux/arm64"), 1, 0),
    "alpine-virtual": ("service", ("-t", "linux/amd64", "-t", "linux/arm64"), 1, 0),
    "export": ("service", ("-t", "linux/arm64"), 1, 0),
    "lambda": ("service", ("-t", "linux/amd64", "-t", "linux/arm64"), 1, 0),
    "cuda": ("service", ("-t", "linux/amd64"), 1, 0),
    "distroless": ("service", ("-t", "linux/arm64"), 1, 1),
    "runtime-libraries": ("service", ("-t", "linux/arm64"), 1, 0),
    "older-release": ("service", ("-t", "linux/amd64"), 1, 1),
    "install-dev": ("service", ("-t", "linux/amd64", "-t", "linux/arm64"), 1, 0),
    "maybe": ("service", ("-t", "linux/arm64"), 2, 2),
    "h5py": ("h5py", ("-t", "linux/arm64/v8"), 1, 0),
    "h5py-alpine": ("h5py", ("-t", "linux/arm64/v8"), 1, 0),
    "two-stages": ("service", ("-t", "linux/arm64"), 1, 0),
    "mkl-alpine": ("mkl", ("-t", "linux/amd64"), 1, 0),
}


def place(name: str, project: str, projects: Path, tmp_path: Path) -> Path:
    """Return a folder with a project and one of the Dockerfiles."""
    folder = copy(projects / project, tmp_path)
    shutil.copyfile(DOCKERFILES / f"{name}.Dockerfile", folder / "Dockerfile")
    return folder


@pytest.mark.parametrize("name", SHAPES)
def test_shapes(name: str, projects: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """The report is the golden one, and the patch, applied by git, cures what it is about."""
    project, options, code, cured = SHAPES[name]
    folder = place(name, project, projects, tmp_path)
    options = ("--dockerfile", "Dockerfile", *options)
    done = arch_check(*options, cwd=folder)
    assert (done.code, done.err) == (code, "")
    report = re.sub(r"(of|is) (Debian|Alpine) [\d.]+( \(\w+\))?", r"\1 \2 RELEASE", done.out)
    golden = GOLDEN / f"{name}.txt"
    if not golden.exists():
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(report, "utf-8")
        request.node.warn(pytest.PytestWarning(f"{golden} is new"))
    assert report == golden.read_text("utf-8")
    patch = arch_check(*options, "--diff", cwd=folder)
    assert patch.code == code
    assert bool(patch.out) is (code != cured)
    if patch.out:
        applied = subprocess.run(
            ["git", "apply", "--verbose", "-"],
            cwd=folder,
            input=patch.out.encode(),
            capture_output=True,
            check=False,
        )
        assert applied.returncode == 0, applied.stderr
    again = arch_check(*options, cwd=folder)
    assert again.code == cured, again.out


def test_every_dockerfile_is_tested() -> None:
    """And every golden file belongs to one."""
    assert {path.stem for path in DOCKERFILES.glob("*.Dockerfile")} == SHAPES.keys()
    assert {path.stem for path in GOLDEN.glob("*.txt")} == SHAPES.keys()


def test_story_1(projects: Path, tmp_path: Path) -> None:
    """Names the package, the image, what it has not got, and the line that installs."""
    folder = place("single", "psutil-arm64", projects, tmp_path)
    done = arch_check("--dockerfile", "Dockerfile", "-t", "linux/arm64", cwd=folder)
    assert done.code == 1
    said = " ".join(done.out.split())
    assert "psutil 5.9.8: no-toolchain on linux/arm64" in said
    assert (
        "nothing installs a C compiler in python:3.11-slim before Dockerfile:5"
        " (poetry install --no-interaction)" in said
    )
    assert arch_check("--dockerfile", "Dockerfile", "-t", "linux/amd64", cwd=folder).code == 0
    default = arch_check(
        "--dockerfile", "Dockerfile", cwd=folder, DOCKER_DEFAULT_PLATFORM="linux/amd64"
    )
    assert default.code == 0
    assert "linux/amd64" in default.out
    here = arch_check("--dockerfile", "Dockerfile", cwd=folder)
    assert re.match(r"(ok|FAIL) +linux/\w+ ", here.out)


def test_story_2(projects: Path, tmp_path: Path) -> None:
    """A compiler alone is not enough; the library's headers are, where they bring pkg-config."""
    for image, one, two in (
        ("python:3.12-slim-trixie", "apt-get install -y build-essential", "libhdf5-dev"),
        ("python:3.12-alpine3.20", "apk add build-base", "hdf5-dev"),
    ):
        folder = copy(projects / "h5py", tmp_path / image.replace(":", "-"))
        dockerfile = folder / "Dockerfile"
        for packages, code in ((one, 1), (f"{one} {two}", 0)):
            dockerfile.write_text(f"FROM {image}\nRUN {packages}\nRUN poetry install\n", "utf-8")
            done = arch_check("--dockerfile", "Dockerfile", "-t", "linux/arm64/v8", cwd=folder)
            assert done.code == code, done.out
            assert ("HDF5" in done.out) is bool(code)


def test_alpine_s_compiler_without_the_kernel_s_headers(projects: Path, tmp_path: Path) -> None:
    """The sources of psutil include some; on glibc, they come with the C library's own."""
    folder = copy(projects / "psutil-arm64", tmp_path)
    # Alpine's libffi-dev depends on them.
    for packages, code in (
        ("gcc musl-dev", 1),
        ("gcc musl-dev linux-headers", 0),
        ("gcc musl-dev libffi-dev", 0),
    ):
        (folder / "Dockerfile").write_text(
            f"FROM python:3.12-alpine3.20\nRUN apk add {packages}\nRUN poetry install\n", "utf-8"
        )
        done = arch_check("--dockerfile", "Dockerfile", "-t", "linux/arm64", cwd=folder)
        assert done.code == code, done.out
    assert arch_check("-t", "alpine/arm64", "--toolchain", "c", cwd=folder).code == 0


def test_json(projects: Path, tmp_path: Path) -> None:
    """Where it installs is told, and the patch."""
    folder = place("two-stages", "service", projects, tmp_path)
    done = arch_check(
        "--dockerfile", "Dockerfile", "-t", "linux/arm64", "--format", "json", cwd=folder
    )
    jsonschema.validate(done.report, SCHEMA)
    production, development = done.report["targets"]
    assert production["name"] == development["name"] == "linux/arm64"
    assert production["dockerfile"] == {
        "path": "Dockerfile",
        "stage": "production",
        "line": 10,
        "command": "poetry install --only main",
    }
    assert development["toolchain"][:2] == ["dep:generic/libpq", "dep:generic/linux-headers"]
    assert done.report["diff"].startswith("--- a/Dockerfile\n+++ b/Dockerfile\n@@ ")


def test_what_the_image_chooses(projects: Path, tmp_path: Path) -> None:
    """Groups, extras and policies are those of its line, unless they are asked for."""
    folder = copy(projects / "groups", tmp_path)

    def planned(line: str, *options: str) -> set[str]:
        (folder / "Dockerfile").write_text(f"FROM python:3.12-slim\nRUN {line}\n", "utf-8")
        options = ("--dockerfile", "Dockerfile", "-t", "linux/amd64", *options)
        done = arch_check(*options, "--format", "json", cwd=folder)
        assert done.code in {0, 1}, done.err
        return {package["name"] for package in done.report["targets"][0]["packages"]}

    assert planned("poetry install") == {"six", "iniconfig"}
    assert planned("poetry install --only main") == {"six"}
    assert planned("poetry install --with docs") == {"six", "iniconfig", "docopt"}
    assert planned("poetry install --without dev -E speed") == {"six", "toml"}
    assert planned("poetry install --all-groups --all-extras") == {
        "six",
        "iniconfig",
        "docopt",
        "toml",
    }
    assert planned("poetry install --only-root") == set()
    assert planned("poetry install --only main", "--with", "docs") == {"six", "iniconfig", "docopt"}
    done = arch_check("--dockerfile", "Dockerfile", "-t", "linux/amd64", cwd=folder)
    assert done.code == 0
    # What is there already is not installed again: in this stage, or copied with its environment.
    lines = "poetry install --only main\nRUN poetry install --without docs"
    (folder / "Dockerfile").write_text(
        f"FROM python:3.12-slim AS a\nRUN {lines}\nFROM python:3.12-slim AS b\n"
        "COPY --from=a /venv /venv\nRUN poetry install --all-groups\n",
        "utf-8",
    )
    done = arch_check(
        "--dockerfile", "Dockerfile", "-t", "linux/amd64", "--format", "json", cwd=folder
    )
    assert [
        {package["name"] for package in target["packages"]} for target in done.report["targets"]
    ] == [{"six"}, {"iniconfig"}, {"docopt"}]
    (folder / "Dockerfile").write_text(
        "FROM python:3.12-slim\nRUN poetry install --with tests\n", "utf-8"
    )
    done = arch_check("--dockerfile", "Dockerfile", "-t", "linux/amd64", cwd=folder)
    assert done.code == 2
    assert 'Dockerfile:2: group "tests" is not in the project' in done.said
    (folder / "Dockerfile").write_text(
        "FROM python:3.12-slim\nENV POETRY_INSTALLER_NO_BINARY=six\nRUN poetry install\n", "utf-8"
    )
    done = arch_check(
        "--dockerfile", "Dockerfile", "-t", "linux/amd64", "--require-wheels", cwd=folder
    )
    assert "installer.no-binary excludes its wheels, six-1.16.0.tar.gz has to be built" in (
        " ".join(done.out.split())
    )
    # What this machine sets does not hold in the image; what is in the project's poetry.toml does.
    (folder / "Dockerfile").write_text("FROM python:3.12-slim\nRUN poetry install\n", "utf-8")
    options = ("--dockerfile", "Dockerfile", "-t", "linux/amd64", "--require-wheels")
    assert arch_check(*options, cwd=folder, POETRY_INSTALLER_NO_BINARY=":all:").code == 0
    (folder / "poetry.toml").write_text('[installer]\nno-binary = ["six"]\n', "utf-8")
    assert arch_check(*options, cwd=folder).code == 1


@pytest.mark.parametrize(
    "options",
    [
        "",
        "--only main",
        "--only docs,dev --with dev",
        "--with docs --without main",
        "--without dev,docs",
        "--all-groups -E speed",
        "--all-extras --with=docs",
    ],
)
def test_a_line_means_what_poetry_makes_of_it(options: str, projects: Path, tmp_path: Path) -> None:
    """The same packages as `poetry install --dry-run` with the same words."""
    folder = copy(projects / "groups", tmp_path)
    (folder / "Dockerfile").write_text(
        f"FROM python:3.12-slim\nRUN poetry install {options}\n", "utf-8"
    )
    done = arch_check(
        "--dockerfile", "Dockerfile", "-t", "linux/amd64", "--format", "json", cwd=folder
    )
    planned = {package["name"] for package in done.report["targets"][0]["packages"]}
    real = poetry(
        "install",
        "--dry-run",
        "--no-interaction",
        *options.split(),
        cwd=folder,
        more={"POETRY_VIRTUALENVS_CREATE": "false", "POETRY_ARCH_CHECK": "off"},
    )
    assert real.code == 0, real.err
    lines = [line for line in real.out.splitlines() if "Not required" not in line]
    assert planned == {line.split()[2] for line in lines if line.startswith("  - ")}


@pytest.mark.parametrize(
    ("option", "file"),
    [
        ("--compose", "compose.yaml"),
        ("--bake", "docker-bake.hcl"),
        ("--bake", "docker-bake.json"),
        ("--workflow", "publish.yml"),
    ],
)
def test_platforms_of_files_beside_it(
    option: str, file: str, projects: Path, tmp_path: Path
) -> None:
    """What they build for is checked; `-t` overrides them, they override the environment."""
    folder = place("single", "psutil-arm64", projects, tmp_path)
    shutil.copyfile(DOCKERFILES / file, folder / file)
    options = ("--dockerfile", "Dockerfile", option, file)
    done = arch_check(*options, cwd=folder, DOCKER_DEFAULT_PLATFORM="linux/s390x")
    assert done.code == 1
    assert [line.split()[1] for line in done.out.splitlines()[:2]] == ["linux/amd64", "linux/arm64"]
    assert arch_check(*options, "-t", "linux/amd64", cwd=folder).code == 0


def test_a_target_of_the_configuration(projects: Path, tmp_path: Path) -> None:
    """With a Dockerfile of its own, relative to the project; mistakes have their key."""
    folder = place("two-stages", "service", projects, tmp_path)
    pyproject = folder / "pyproject.toml"
    original = pyproject.read_text("utf-8")
    pyproject.write_text(
        f"{original}\n[tool.poetry-arch-check.targets]\n"
        'web = { platform = "linux/arm64", dockerfile = "Dockerfile", stage = "production" }\n'
        'tests = { platform = "linux/arm64", dockerfile = "Dockerfile", stage = "development",'
        ' toolchain = ["openldap", "cyrus-sasl"] }\n',
        "utf-8",
    )
    (folder / "sub").mkdir()
    patch = arch_check("--diff", cwd=folder)
    assert (patch.code, "libpq-dev" in patch.out) == (1, True)
    done = arch_check("--format", "json", cwd=folder / "sub")
    assert done.code == 1
    web, tests = done.report["targets"]
    assert (web["name"], web["dockerfile"]["stage"]) == ("web", "production")
    assert web["summary"]["no-toolchain"] == 1
    assert tests["summary"]["no-toolchain"] == 0
    pyproject.write_text(
        f"{original}\n[tool.poetry-arch-check.targets]\n"
        'a = { platform = "linux/arm64", dockerfile = "D", image = "python:3.12" }\n'
        'b = { platform = "linux/arm64", stage = "x" }\n'
        'c = { platform = "linux/arm64", dockerfile = "D", build-args = ["x"] }\n',
        "utf-8",
    )
    done = arch_check(cwd=folder)
    assert done.code == 2
    for said in (
        "targets.a.image excludes dockerfile, which names the image",
        "targets.b.stage needs a dockerfile",
        "targets.c.build-args must be a table of strings",
    ):
        assert said in done.said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--dockerfile", "missing"), "missing is not a file"),
        (("--dockerfile", "."), ". is not a file"),
        (("--dockerfile", "binary"), "binary:1: not a text file"),
        (("--dockerfile", "Dockerfile", "--stage", "x"), 'there is no stage "x"'),
        (("--stage", "x"), "--stage is for a Dockerfile"),
        (("--diff", "-t", "linux/arm64"), "--diff is for a Dockerfile"),
        (("--dockerfile", "Dockerfile", "--build-arg", "NONE"), "--build-arg NONE has no value"),
        (("--dockerfile", "Dockerfile", "-t", "macos/arm64"), "is macOS, image"),
        (("--dockerfile", "Dockerfile", "-t", "current"), "it has no image"),
        (("--dockerfile", "Dockerfile", "-t", "manylinux_2_28_aarch64"), "states it too"),
        (("--dockerfile", "Dockerfile", "--compose", "Dockerfile"), "Dockerfile"),
        (("--dockerfile", "Dockerfile", "--bake", "bad.hcl"), "bad.hcl"),
        (("--dockerfile", "unknown"), 'unknown:1: unknown image "x/y:1"'),
    ],
)
def test_mistakes(options: tuple[str, ...], said: str, projects: Path, tmp_path: Path) -> None:
    """What is wrong, where, the cure; exit code 2, and no traceback."""
    folder = place("single", "psutil-arm64", projects, tmp_path)
    (folder / "binary").write_bytes(b"FROM \xff\xfe\n")
    (folder / "bad.hcl").write_text("target {{{", "utf-8")
    (folder / "unknown").write_text("FROM x/y:1\nRUN poetry install\n", "utf-8")
    done = arch_check(*options, cwd=folder)
    assert (done.code, done.out) == (2, "")
    assert said in done.said
    assert "Traceback" not in done.err


def test_the_cure_of_a_group_that_is_not_there(projects: Path, tmp_path: Path) -> None:
    """Not another lock, nor another Python."""
    folder = copy(projects / "groups", tmp_path)
    (folder / "Dockerfile").write_text(
        "FROM python:3.12-slim\nRUN poetry install --only mian\n", "utf-8"
    )
    done = arch_check("--dockerfile", "Dockerfile", "-t", "linux/amd64", cwd=folder)
    assert 'group "mian" is not in the project (did you mean "main"?)' in done.said
    assert "known groups: " in done.said


@pytest.mark.parametrize(
    ("text", "added"),
    [
        (
            "# escape=`\r\nFROM python:3.12-slim-bookworm\r\nRUN apt-get install -y `\r\n    curl `\r\n"
            "    git\r\nRUN poetry install --only main\r\n",
            ["+    git `", "+    gcc `", "+    libc6-dev `", "+    libpq-dev"],
        ),
        (
            "FROM redhat/ubi9:9.4\nUSER app\nRUN poetry install --only main\n",
            ["+USER root", "+RUN dnf install -y gcc libpq-devel python3-devel", "+USER app"],
        ),
        (
            "FROM registry.access.redhat.com/ubi9/python-312-minimal\nRUN poetry install --only main\n",
            [
                "+USER root",
                "+RUN microdnf install -y gcc libpq-devel python3.12-devel",
                "+USER 1001",
            ],
        ),
        (
            "FROM mambaorg/micromamba:1.5-jammy\nRUN micromamba install -y -n base python=3.12\n"
            "RUN poetry install --only main\n",
            [
                "+USER root",
                "+RUN apt-get update \\",
                "+    && apt-get install -y --no-install-recommends gcc libc6-dev libpq-dev \\",
                "+    && rm -rf /var/lib/apt/lists/*",
                "+USER $MAMBA_USER",
            ],
        ),
        (
            "FROM apache/airflow:2.10.4-python3.12\nRUN poetry install --only main\n",
            [
                "+USER root",
                "+RUN apt-get update \\",
                "+    && apt-get install -y --no-install-recommends gcc libc6-dev libpq-dev \\",
                "+    && rm -rf /var/lib/apt/lists/*",
                "+USER airflow",
            ],
        ),
    ],
    ids=["escape", "user", "ubi", "mamba", "airflow"],
)
def test_what_a_patch_adds(text: str, added: list[str], projects: Path, tmp_path: Path) -> None:
    """In the words of the file: its line ends, its escape character, its user."""
    folder = copy(projects / "service", tmp_path)
    (folder / "Dockerfile").write_bytes(text.encode())
    options = ("--dockerfile", "Dockerfile", "-t", "linux/arm64")
    done = arch_check(*options, "--diff", cwd=folder)
    lines = done.out.replace("\r", "").splitlines()
    assert [line for line in lines if line[0] == "+" and line[:3] != "+++"] == added
    assert ("\r\n" in done.out) is ("\r\n" in text)


OLD_RUST = "FROM python:3.11-slim-bookworm\n{}RUN poetry install --no-root\n"


@pytest.mark.parametrize(
    "lines",
    [
        "",
        "RUN apt-get update && apt-get install -y gcc rustc cargo\nCOPY . .\n",
        "COPY . .\nRUN apt-get update && apt-get install -y gcc rustc cargo\n",
        "RUN useradd app\nUSER app\n",
    ],
    ids=["nothing", "an old one", "an old one, late", "user"],
)
def test_a_patch_with_a_newer_rust(lines: str, projects: Path, tmp_path: Path) -> None:
    """A release's Rust that is too old is missing; the patch, applied, cures that."""
    folder = copy(projects / "psutil-arm64", tmp_path)
    with (folder / "pyproject.toml").open("a") as file:
        file.write(
            '\n[tool.poetry-arch-check.packages]\npsutil = { requires = ["c", "rust>=1.65"] }\n'
        )
    (folder / "Dockerfile").write_text(OLD_RUST.format(lines), "utf-8")
    options = ("--dockerfile", "Dockerfile", "-t", "linux/arm64")
    done = arch_check(*options, "--format", "json", cwd=folder)
    (psutil,) = done.report["targets"][0]["packages"]
    jsonschema.validate(done.report, SCHEMA)
    assert done.code == 1
    assert "dep:virtual/compiler/rust@>=1.65" in psutil["requires"]
    assert psutil["missing"][-1] == "dep:virtual/compiler/rust@>=1.65"
    assert "Debian 12 has rustc 1.63.0" in psutil["reason"]
    patch = arch_check(*options, "--diff", cwd=folder).out
    assert "sh.rustup.rs" in patch
    applied = subprocess.run(["git", "apply", "-"], cwd=folder, input=patch.encode(), check=False)
    assert applied.returncode == 0
    again = arch_check(*options, cwd=folder)
    assert again.code == 0, again.out
    written = (folder / "Dockerfile").read_text("utf-8")
    assert written.index("curl") < written.index("sh.rustup.rs") < written.index("poetry install")


def test_a_patch_that_does_not_cure_all(projects: Path, tmp_path: Path) -> None:
    """What stays is said beside it; without anything to cure, that is said."""
    folder = copy(projects / "mkl", tmp_path)
    # The lines of another distribution's package manager would fail on another base image.
    (folder / "Dockerfile").write_text(
        "FROM python:3.11-alpine\nRUN apk add curl\nRUN poetry install\n", "utf-8"
    )
    options = ("--dockerfile", "Dockerfile", "-t", "linux/amd64", "--diff")
    done = arch_check(*options, cwd=folder)
    assert (done.code, done.out) == (1, "")
    assert "Not solved by a change of the Dockerfile: intel-cmplr-lib-ur, intel-openmp, mkl" in (
        done.said
    )
    (folder / "Dockerfile").write_text("FROM python:3.11-slim\nRUN poetry install\n", "utf-8")
    done = arch_check(*options, cwd=folder)
    assert (done.code, done.out) == (0, "")
    assert done.said == "The Dockerfile needs no change."


def test_a_stage_is_built_with_those_that_it_takes(projects: Path, tmp_path: Path) -> None:
    """What another stage installs first has to work as well; the patch adds it there alone."""
    folder = copy(projects / "service", tmp_path)
    (folder / "Dockerfile").write_text(
        "FROM python:3.12-slim-bookworm AS base\nRUN poetry install --only main\n"
        "FROM base AS dev\nRUN apt-get install -y gcc libldap-dev libsasl2-dev\n"
        "RUN poetry install\n",
        "utf-8",
    )
    options = ("--dockerfile", "Dockerfile", "-t", "linux/arm64", "--stage", "dev")
    done = arch_check(*options, cwd=folder)
    assert done.code == 1
    assert [line.split()[2] for line in done.out.splitlines()[:2]] == ["base", "dev"]
    patch = arch_check(*options, "--diff", cwd=folder)
    added = [line for line in patch.out.splitlines() if line.startswith("+ ")]
    assert len([line for line in patch.out.splitlines() if "libpq-dev" in line]) == 1, added


def test_targets_that_an_image_does_not_fit(projects: Path, tmp_path: Path) -> None:
    """Among others they are checked without it, as with --image."""
    folder = place("build-essential", "psutil-arm64", projects, tmp_path)
    done = arch_check("--dockerfile", "Dockerfile", "-t", "all", "--format", "json", cwd=folder)
    assert [bool(target["dockerfile"]) for target in done.report["targets"]] == [
        *(True, True),
        *[False] * 6,
    ]


def test_an_image_named_for_an_unknown_one(projects: Path, tmp_path: Path) -> None:
    """The cure that the error names works."""
    folder = place("single", "psutil-arm64", projects, tmp_path)
    (folder / "Dockerfile").write_text("FROM own/base:7\nRUN poetry install\n", "utf-8")
    options = ("--dockerfile", "Dockerfile", "-t", "linux/arm64")
    done = arch_check(*options, cwd=folder)
    assert done.code == 2
    assert "--image python:3.12-slim-bookworm" in done.said
    done = arch_check(*options, "--image", "python:3.12-slim-bookworm", cwd=folder)
    assert done.code == 1
    assert "CPython 3.12" in done.out


def test_packages_are_added_with_the_manager_of_the_image_that_the_patch_takes(at: Place) -> None:
    """What has a wheel for glibc alone moves the image; what is built is built there."""
    script = (
        "from setuptools import Extension, setup\nsetup(ext_modules=[Extension('b', ['b.c'])])\n"
    )
    at.index.add(wheel("only", "1.0", "cp311-cp311-manylinux_2_17_x86_64"))
    at.index.add(sdist_of("built", "1.0", {"setup.py": script, "b.c": "#include <Python.h>\n"}))
    at.write("only", "built")
    assert at.run("lock", POETRY_ARCH_CHECK="off").code == 0
    dockerfile = at.project / "Dockerfile"
    dockerfile.write_text(
        "FROM python:3.11-alpine\nCOPY . .\nRUN poetry install --no-root --only main\n", "utf-8"
    )
    options = ("arch-check", "--dockerfile", "Dockerfile", "-t", "linux/amd64")
    done = at.run(*options)
    assert done.code == 1
    diff = at.run(*options, "--diff").out
    subprocess.run(["git", "apply", "-"], cwd=at.project, input=diff.encode(), check=True)
    patched = dockerfile.read_text("utf-8")
    assert patched.startswith("FROM python:3.11-slim")
    assert "apt-get install -y --no-install-recommends gcc libc6-dev" in patched
    assert at.run(*options).code == 0


def test_there_is_no_patch_for_an_image_that_the_file_does_not_name(
    projects: Path, tmp_path: Path
) -> None:
    """Packages of that image's distribution would be added below the file's own."""
    folder = place("single", "psutil-arm64", projects, tmp_path)
    options = ("--dockerfile", "Dockerfile", "-t", "linux/arm64", "--image", "python:3.11-alpine")
    done = arch_check(*options, cwd=folder)
    assert done.code == 1
    assert "as a patch" not in done.out
    refused = arch_check(*options, "--diff", cwd=folder)
    assert refused.code == 2
    assert "python:3.11-alpine" in refused.err


def test_there_is_a_patch_where_an_image_stands_in_for_one_that_is_not_known(
    projects: Path, tmp_path: Path
) -> None:
    """The file's own base is like it: so are its packages."""
    folder = place("single", "psutil-arm64", projects, tmp_path)
    dockerfile = folder / "Dockerfile"
    text = re.sub("^FROM .*", "FROM registry.example.com/base", dockerfile.read_text("utf-8"))
    dockerfile.write_text(text, "utf-8")
    options = ("--dockerfile", "Dockerfile", "-t", "linux/arm64", "--image", "python:3.11-slim")
    done = arch_check(*options, "--diff", cwd=folder)
    assert done.code == 1
    assert "apt-get install -y --no-install-recommends gcc libc6-dev" in done.out
