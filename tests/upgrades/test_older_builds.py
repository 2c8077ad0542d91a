"""Older versions that build with what the targets have."""

from __future__ import annotations

from packaging.version import Version

from poetry_arch_check.check.artifacts import parse_artifact
from poetry_arch_check.check.releases import Dependent, File, Release
from poetry_arch_check.check.report import Report, TargetReport
from poetry_arch_check.check.rules import Rules
from poetry_arch_check.toolchains.toolchain import parse_toolchain
from poetry_arch_check.upgrades.older_builds import older_builds, requires_wheels
from support.make import finding, package, target

HAS = parse_toolchain(["c", "gobject-introspection", "libffi", "cairo", "pkg-config"])
LOCKED = package("pygobject-3.52.3.tar.gz", name="pygobject", version="3.52.3")


def release(
    version: str, *, python: str = "", yanked: bool = False, wheel: bool = False
) -> Release:
    """Return a release with an sdist, or with a wheel for another system in its place."""
    name = f"pygobject-{version}{'-cp311-cp311-win_amd64.whl' if wheel else '.tar.gz'}"
    file = File(artifact=parse_artifact(name), requires_python=python, yanked=yanked)
    return Release(version=Version(version), files=(file,))


RELEASES = [
    release("3.48.0"),
    release("3.50.0"),
    release("3.50.1", python=">=3.12"),
    release("3.50.2", yanked=True),
    release("3.50.3", wheel=True),
    release("3.50.4rc1"),
    release("3.51.0"),
    release("3.54.0"),
]


def test_the_nearest_below_that_builds() -> None:
    """With what is there: 3.51 takes the next library; yanked ones and others are left out."""
    (remedy,) = older_builds(LOCKED, [target(toolchain=HAS)], RELEASES, ())
    assert "pygobject 3.50.0, the nearest version below" in remedy.text
    assert "every requirement allows it" in remedy.text
    (remedy,) = older_builds(LOCKED, [target("linux/arm64", "3.12", toolchain=HAS)], RELEASES, ())
    assert "pygobject 3.50.1" in remedy.text


def test_what_forbids_it() -> None:
    """The requirement of the project is changed by the line; another's is said."""
    own = Dependent(who="pyproject.toml:6", text="pygobject (3.52.3)", own=True, allows=_none)
    (remedy,) = older_builds(LOCKED, [target(toolchain=HAS)], RELEASES, (own,))
    assert remedy.lines == ("poetry add 'pygobject==3.50.0'",)
    assert remedy.forbidden
    other = Dependent(who="toga 0.5", text="pygobject (>=3.52)", own=None, allows=_none)
    (remedy,) = older_builds(LOCKED, [target(toolchain=HAS)], RELEASES, (other,))
    assert remedy.lines == ()
    assert "toga 0.5 requires pygobject (>=3.52)" in remedy.text


def test_a_requirement_that_a_command_would_spoil() -> None:
    """`poetry add` would lose its marker or its source: there is no line."""
    for allows in (_none, lambda _: True):
        own = Dependent(who="pyproject.toml:6", text="pygobject (3)", own=False, allows=allows)
        (remedy,) = older_builds(LOCKED, [target(toolchain=HAS)], RELEASES, (own,))
        assert remedy.lines == ()


def _none(_: Version) -> bool:
    return False


def test_nothing_is_guessed() -> None:
    """Of a package that no table knows, nor where something is missing."""
    assert not list(older_builds(LOCKED, [target()], RELEASES, ()))
    both = [target(toolchain=HAS), target("linux/amd64")]
    assert not list(older_builds(LOCKED, both, RELEASES, ()))
    demo = package("demo-2.0.tar.gz", version="2.0")
    older = Release(
        version=Version("1.0"), files=(File(artifact=parse_artifact("demo-1.0.tar.gz")),)
    )
    assert not list(older_builds(demo, [target(toolchain=HAS)], [older], ()))


def test_where_wheels_are_required() -> None:
    """A build is a problem in itself."""
    on = target(toolchain=parse_toolchain(["c"]))
    for rules, required in ((Rules(require_wheels=True), True), (Rules(), False)):
        found = finding(package("demo-1.0.tar.gz"), on, rules)
        target_report = TargetReport(target=on, findings=(found,))
        report = Report(lock_path="poetry.lock", lock_version="2.1", targets=(target_report,))
        assert requires_wheels(report) is required
