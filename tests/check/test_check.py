"""Outcomes: every row of the contract's table, and who decides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from poetry_arch_check.check.check import check
from poetry_arch_check.check.packages import Source
from poetry_arch_check.check.report import Cause, Outcome
from poetry_arch_check.check.rules import Ignore, Rules
from poetry_arch_check.formats.sentences import sentence
from poetry_arch_check.settings.config import read_config
from poetry_arch_check.toolchains.toolchain import EVERYTHING, C, parse_toolchain
from support.make import NO_RULES, finding, needs, package, target, written

SDIST = "demo-1.0.tar.gz"
HERE = "demo-1.0-cp311-cp311-manylinux_2_17_aarch64.whl"
ELSEWHERE = "demo-1.0-cp311-cp311-manylinux_2_17_x86_64.whl"
PURE = "demo-1.0-py2.py3-none-any.whl"


def test_a_fitting_wheel_is_chosen() -> None:
    """`wheel` is no problem and has no nearest miss."""
    found = finding(package(ELSEWHERE, HERE, SDIST), target())
    assert (found.outcome, found.file, found.problem) == (Outcome.WHEEL, HERE, False)
    assert found.nearest is None
    assert not found.remedies


def test_a_build_without_a_compiler_is_a_problem() -> None:
    """In doubt a C compiler is needed, and the finding says that this is assumed."""
    found = finding(package(ELSEWHERE, SDIST), target())
    assert (found.outcome, found.file, found.problem) == (Outcome.NO_TOOLCHAIN, SDIST, True)
    assert written(found.missing) == (C,)
    assert found.nearest is not None
    assert "assumed" in sentence(found, target())


@pytest.mark.parametrize("toolchain", [EVERYTHING, parse_toolchain(["c"])])
def test_a_declared_compiler_is_enough(toolchain: object) -> None:
    """`source` is no problem, but has a nearest miss."""
    on = target(toolchain=toolchain)  # type: ignore[arg-type]
    found = finding(package(ELSEWHERE, SDIST), on)
    assert (found.outcome, found.problem, found.missing) == (Outcome.SOURCE, False, ())
    assert found.nearest is not None
    assert "which the target has" in sentence(found, on)


def test_require_wheels_makes_every_build_a_problem() -> None:
    """With a way out: the image that has a wheel, or none."""
    found = finding(
        package(ELSEWHERE, SDIST), target(toolchain=EVERYTHING), Rules(require_wheels=True)
    )
    assert (found.outcome, found.problem) == (Outcome.SOURCE, True)
    assert "Wheels are required" in sentence(found, target())


def test_a_release_with_a_pure_wheel_needs_no_compiler() -> None:
    """Even where that wheel is excluded by a policy."""
    found = finding(package(PURE, SDIST, wheels_allowed=False), target())
    assert (found.outcome, found.cause) == (Outcome.SOURCE, Cause.NO_TOOLCHAIN_NEEDED)
    assert found.nearest is None
    assert "installer.no-binary" in sentence(found, target())


def test_the_configuration_knows_better() -> None:
    """`packages.<name>.requires` outdoes the assumption, in both directions."""
    libpq = "dep:generic/libpq"
    rules = Rules(requires={"demo": needs("c", "libpq")})
    found = finding(package(SDIST), target(toolchain=parse_toolchain(["c"])), rules)
    assert (found.outcome, written(found.missing)) == (Outcome.NO_TOOLCHAIN, (libpq,))
    assert "libpq" in sentence(found, target(toolchain=parse_toolchain(["c"])))
    found = finding(package(SDIST), target(), Rules(requires={"demo": ()}))
    assert (found.outcome, found.cause) == (Outcome.SOURCE, Cause.NO_TOOLCHAIN_NEEDED)


def test_without_an_sdist_nothing_can_be_installed() -> None:
    """`unavailable`, whatever the toolchain."""
    on = target(toolchain=EVERYTHING)
    found = finding(package(ELSEWHERE), on)
    assert (found.outcome, found.cause, found.problem) == (
        Outcome.UNAVAILABLE,
        Cause.NO_WHEEL_NO_SDIST,
        True,
    )
    assert "no sdist" in sentence(found, on)


@pytest.mark.parametrize(
    ("files", "wheels", "sdists", "outcome"),
    [
        ((HERE, SDIST), False, True, Outcome.NO_TOOLCHAIN),
        ((HERE, SDIST), True, False, Outcome.WHEEL),
        ((ELSEWHERE, SDIST), True, False, Outcome.UNAVAILABLE),
        ((HERE,), False, True, Outcome.UNAVAILABLE),
        ((HERE, SDIST), False, False, Outcome.UNAVAILABLE),
    ],
)
def test_policies(files: tuple[str, ...], wheels: bool, sdists: bool, outcome: Outcome) -> None:
    """What Poetry's own policies forbid is not there."""
    on = target()
    found = finding(package(*files, wheels_allowed=wheels, sdists_allowed=sdists), on)
    assert found.outcome is outcome
    if outcome is Outcome.UNAVAILABLE:
        assert found.cause is Cause.POLICY_FORBIDS
        assert "installer." in sentence(found, on)
    if not wheels and HERE in files:
        assert found.remedies[0].kind.value == "policy"
        assert "POETRY_INSTALLER_NO_BINARY" in found.remedies[0].text


def test_only_binary_does_not_see_unusual_archives() -> None:
    """Poetry's Link calls .tar.xz no sdist, so that only-binary lets it through."""
    found = finding(package("demo-1.0.tar.xz", sdists_allowed=False), target())
    assert found.outcome is Outcome.NO_TOOLCHAIN


def test_eggs_and_installers_are_not_installed() -> None:
    """Poetry skips them, so they are no way out."""
    found = finding(package("demo-1.0-py3.11.egg", "demo-1.0.win32.exe"), target())
    assert (found.outcome, found.cause) == (Outcome.UNAVAILABLE, Cause.ONLY_UNUSABLE_FILES)


def test_what_the_lock_does_not_say_is_unknown() -> None:
    """No files at all, or a wheel name that does not parse, with no wheel that fits."""
    on = target()
    for files in ((), ("demo-1.0-broken.whl",), ("demo-1.0-broken.whl", SDIST)):
        found = finding(package(*files), on)
        assert (found.outcome, found.problem) == (Outcome.UNKNOWN, False)
        assert [r.kind.value for r in found.remedies] == ([] if files else ["lock"])
        assert sentence(found, on)
    assert finding(package("demo-1.0-broken.whl", HERE), on).outcome is Outcome.WHEEL


@pytest.mark.parametrize("source", [Source.DIRECTORY, Source.GIT])
def test_source_trees_are_built(source: Source) -> None:
    """They have no file to choose."""
    found = finding(package(source=source), target())
    assert (found.outcome, found.file) == (Outcome.NO_TOOLCHAIN, None)
    assert source.value in sentence(found, target())


@pytest.mark.parametrize("source", [Source.URL, Source.FILE])
def test_a_single_file_fits_or_not(source: Source) -> None:
    """A wheel given by url or path is all there is."""
    assert finding(package(HERE, source=source), target()).outcome is Outcome.WHEEL
    assert finding(package(ELSEWHERE, source=source), target()).outcome is Outcome.UNAVAILABLE
    assert finding(package(SDIST, source=source), target()).outcome is Outcome.NO_TOOLCHAIN


def test_an_accepted_problem_is_ignored_and_counted() -> None:
    """On its target alone, or on all where none is named; the outcome stays visible."""
    here, there = target("linux/arm64"), target("alpine/arm64")
    rules = Rules(ignores=(Ignore(package="demo", target="linux/arm64", reason="ours"),))
    found = finding(package(ELSEWHERE, SDIST), here, rules)
    assert (found.outcome, found.problem, found.ignored) == (Outcome.NO_TOOLCHAIN, False, "ours")
    assert finding(package(ELSEWHERE, SDIST), there, rules).problem
    assert not finding(package(ELSEWHERE, SDIST), target("linux/arm64/v8"), rules).problem
    everywhere = Rules(ignores=(Ignore(package="demo", target=None, reason=""),))
    assert finding(package(ELSEWHERE, SDIST), there, everywhere).ignored == ""
    assert finding(package(HERE), here, everywhere).ignored is None


def test_findings_come_in_name_order() -> None:
    """Whatever order Poetry installs in."""
    names = ["b", "a", "c"]
    found = check([package(PURE, name=name) for name in names], target(), NO_RULES)
    assert [f.package.name for f in found] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("accepted", "machine", "covered"),
    [
        ("linux/arm64", "manylinux_2_36_aarch64", True),
        ("linux/arm64/v8", "manylinux_2_36_aarch64", True),
        ("linux/arm64", "manylinux_2_36_x86_64", False),
        ("linux/arm64", "musllinux_1_2_aarch64", False),
        ("alpine/arm64", "musllinux_1_2_aarch64", True),
        ("macos/arm64", "macosx_15_0_arm64", True),
        ("windows/amd64", "win_amd64", True),
        ("current", "win_amd64", True),
        ("graviton", "manylinux_2_36_aarch64", False),  # a name of the configuration's own
        ("all", "manylinux_2_36_aarch64", False),
    ],
)
def test_what_is_accepted_for_a_platform_is_accepted_at_hand(
    accepted: str, machine: str, covered: bool
) -> None:
    """The machine at hand is one of that kind, whatever the version of its C library."""
    table = {
        "targets": {"graviton": {"platform": "linux/arm64"}}
        if accepted == "graviton"
        else [accepted],
        "ignore": [{"package": "demo", "target": accepted}],
    }
    rules = Rules(ignores=read_config(table).ignores)
    foreign = replace(target(machine), name="elsewhere")
    at_hand = replace(target(machine), name="current", current=True)
    for on, expected in ((at_hand, covered), (foreign, False)):
        found = finding(package("demo-1.0.tar.gz"), on, rules)
        assert (found.ignored is not None) is expected
