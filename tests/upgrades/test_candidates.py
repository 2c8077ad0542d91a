"""Which versions count: pre-releases, and what `solver.min-release-age` keeps back."""

from __future__ import annotations

from packaging.version import Version

from poetry_arch_check.check.artifacts import parse_artifact
from poetry_arch_check.check.releases import File, Release
from poetry_arch_check.upgrades.bounds import newest
from poetry_arch_check.upgrades.candidates import fitting, kept_back
from support.make import package, target

LOCKED = package("demo-1.0.tar.gz", version="1.0")
HERE = [target("linux/arm64", "3.11")]


def release(version: str, *, recent: bool = False) -> Release:
    """Return a release with a wheel for `HERE`."""
    name = f"demo-{version}-cp311-cp311-manylinux_2_17_aarch64.whl"
    return Release(
        version=Version(version),
        files=(File(artifact=parse_artifact(name)),),
        too_recent=recent,
    )


def test_what_is_too_recent() -> None:
    """It is not among what fits, nor the newest; the nearest such version can be named."""
    releases = [release("1.1"), release("1.2", recent=True), release("1.3", recent=True)]
    assert fitting(LOCKED, HERE, releases) == (Version("1.1"),)
    assert newest(releases) == Version("1.1")
    assert kept_back(LOCKED, HERE, releases) == Version("1.2")
    assert kept_back(LOCKED, HERE, releases[:1]) is None


def test_prereleases() -> None:
    """They count where one is asked for."""
    releases = [release("1.1rc1"), release("1.2")]
    assert fitting(LOCKED, HERE, releases) == (Version("1.2"),)
    both = (Version("1.1rc1"), Version("1.2"))
    assert fitting(LOCKED, HERE, releases, prereleases=True) == both
