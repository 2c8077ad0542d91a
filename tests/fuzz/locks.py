"""Mutated lock files: `python tests/fuzz/locks.py --minutes 10`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from packaging.version import Version
from poetry.repositories.exceptions import PackageNotFoundError

from fuzz.application import run
from fuzz.fuzzing import Fuzzer, main
from fuzz.mutate import Mutator
from poetry_arch_check.check.artifacts import parse_artifact
from poetry_arch_check.check.releases import File, Release
from poetry_arch_check.poetry_api.releases import Releases
from support.paths import PROJECTS, SHARED

if TYPE_CHECKING:
    import random

    from poetry.core.packages.package import Package

_WORDS = """[[package]]|[metadata]|[package.dependencies]|[package.extras]|[package.source]|[extras]
    |name = |version = |files = [|optional = true|groups = ["main"]|markers = |python-versions =
    |lock-version = "1.1"|lock-version = "2.1"|content-hash = |type = "git"|type = "url"|url =
    |type = "directory"|reference = |resolved_reference = |{file = "a-1.0.tar.gz", hash = "sha256:00"}
    |-cp312-cp312-manylinux_2_17_x86_64.whl|-py3-none-any.whl|-abi3-macosx_11_0_arm64.whl|.tar.gz|.zip
    |sys_platform == "win32"|python_version < "3.9"|extra == "a"| and | or |>=3.8,<4.0|*|||==|~=1.0"""
# A lock belongs to its pyproject.toml: another one's is refused at once.
_PROJECTS = sorted(
    path.parent
    for folder in (PROJECTS, SHARED / "corpus", SHARED / "cases")
    if folder.is_dir()
    for path in folder.rglob("poetry.lock")
    if path.stat().st_size < 60_000 and (path.parent / "pyproject.toml").is_file()
)
_MUTATOR = Mutator(
    [(folder / "poetry.lock").read_bytes() for folder in _PROJECTS],
    [word.strip().encode() for word in _WORDS.replace("|||", "| ||").split("|") if word.strip()],
)
_OPTIONS = (
    ("-t", "linux/arm64", "-t", "alpine/amd64", "-v"),
    ("-t", "all", "--format", "json"),
    ("-t", "linux/amd64", "--format", "github", "--require-wheels"),
    ("-t", "windows/amd64", "--python", "3.13t", "--all-groups", "--all-extras"),
    ("-t", "linux/amd64", "-t", "alpine/arm64", "--suggest", "--python", "3.15"),
)


def _releases(_: Releases, package: Package) -> list[Release]:
    """Return what an index has of a package, by its name: nothing, or newer versions."""
    if len(package.name) % 5 == 0:
        raise OSError("no network")
    tags = ("py3-none-any", "cp315-cp315-manylinux_2_17_x86_64", "cp38-abi3-musllinux_1_1_aarch64")
    files = [
        f"{package.name}-99.0-{tags[len(package.name) % 3]}.whl",
        f"{package.name}-99.0.tar.gz",
    ]
    return [
        Release(
            version=Version(version),
            files=tuple(File(artifact=parse_artifact(file)) for file in found),
        )
        for version, found in (("0.0.1", files[1:]), ("99.0", files), ("100.0rc1", files[:1]))
    ]


def _metadata(_: Releases, package: Package, version: object) -> Package:
    raise PackageNotFoundError(f"{package.name} {version}")


# What is asked of an index is answered at once.
Releases._all_releases, Releases._package = _releases, _metadata  # type: ignore[assignment, method-assign]


def make(rng: random.Random) -> bytes:
    """Return a line with the numbers of a command line and a project, and a lock."""
    project = rng.randrange(len(_PROJECTS))
    lock = (_PROJECTS[project] / "poetry.lock").read_bytes()
    return b"%d %d\n" % (rng.randrange(len(_OPTIONS)), project) + _MUTATOR.make(rng, lock)


def read(data: bytes) -> str:
    """Check a lock."""
    numbers, _, lock = data.partition(b"\n")
    options, project = map(int, numbers.split())
    files = {
        "poetry.lock": lock,
        "pyproject.toml": (_PROJECTS[project] / "pyproject.toml").read_bytes(),
    }
    given = _OPTIONS[options]
    offline = () if "--suggest" in given else ("--offline",)
    code = run(["arch-check", *offline, "-n", *given], files)
    return f"exit code {code}"


if __name__ == "__main__":
    main(Fuzzer(name="locks", make=make, read=read, suffix="lock"))
