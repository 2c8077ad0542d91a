"""The report that is read: short, in the terminal's width, and nothing of -v is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from poetry_arch_check.check.plan import Plan
from poetry_arch_check.check.requirers import Chain, Requirers, brought_by
from poetry_arch_check.errors import ConfigurationError
from poetry_arch_check.formats import text
from poetry_arch_check.formats.explain import causes, explain_package, named_package
from poetry_arch_check.formats.matrix import matrix
from poetry_arch_check.formats.problems import render_problem, together
from poetry_arch_check.formats.regressions import explained
from poetry_arch_check.formats.todo import steps
from poetry_arch_check.formats.view import View
from support.large import REQUIRERS, THREE, TWELVE, large, large_report, report
from support.make import package


@pytest.mark.parametrize(("places", "most"), [(THREE, 40), (TWELVE, 80)])
@pytest.mark.parametrize("width", [80, 120])
def test_a_large_report_is_short(places: tuple[str, ...], most: int, width: int) -> None:
    """With every section, and what is left out counted."""
    lines = text.render(large_report(*places), View(width=width)).splitlines()
    assert len(lines) <= most
    assert sum(line.startswith("FAIL") or " FAIL " in line for line in lines) >= len(places)
    assert "What to do:" in lines
    assert any("100 packages that torch requires" in line for line in lines)
    assert any(line.startswith("FAIL: ") and f"of {len(places)} targets." in line for line in lines)
    assert any("--explain" in line for line in lines)
    pasted = ("       ", "  -")
    assert [line for line in lines if len(line) > width and not line.startswith(pasted)] == []


def test_the_width_of_the_terminal_is_used() -> None:
    """Names are not cut where there is room."""
    name = "a-name-that-is-longer-than-most-others-are"
    locked = [package(f"{name}-1.0.tar.gz", name=name)]
    assert f"{name} 1.0  no-toolchain" in text.render(report(locked, THREE[0]), View(width=120))
    assert max(map(len, text.render(report(locked, THREE[0]), View(width=120)).split("\n"))) > 80


def test_nothing_is_lost_under_v() -> None:
    """Every line of each problem's block, of each way out, of each package."""
    found = report(large()[:60], *THREE)
    verbose = text.render(found, View(verbose=True)).splitlines()
    for same in together(explained(found)):
        block = list(render_problem(same, View()))
        start = verbose.index(block[0])
        assert verbose[start : start + len(block)] == block
    at_once = [remedy for each in found.targets for remedy in each.remedies]
    assert {line for remedy in at_once for line in remedy.lines} <= {
        line.strip() if line.strip().startswith("RUN") else line[7:] for line in verbose
    }
    for locked in large()[:60]:
        assert any(line.startswith(f"  {locked.name} {locked.version} ") for line in verbose)


def test_few_problems_are_told_in_full() -> None:
    """Why, the nearest miss, every remedy: as with -v."""
    built = [package("built-1.0.tar.gz", name="built")]
    found = report(built, "linux/arm64")
    short = text.render(found, View())
    (same,) = together(explained(found))
    assert "\n".join(render_problem(same, View())) in short
    assert "What to do" not in short
    # A second one has a plan for both; on two targets with two plans, there is the plan alone.
    more = [*built, package("more-1.0.tar.gz", name="more")]
    assert "cures built 1.0 and more 1.0" in text.render(report(more, "linux/arm64"), View())
    two = text.render(report(built, "linux/arm64", "alpine/arm64"), View())
    assert "nearest miss" not in two
    assert "built 1.0: There is no wheel, built-1.0.tar.gz has to be built" in two


def test_steps_are_told_once_for_all_targets() -> None:
    """With where they are taken; the same lines are the same step."""
    built = [package(f"b{i}-1.0.tar.gz", name=f"b{i}") for i in range(5)]
    shown = text.render(report(built, *THREE, "macos/arm64"), View())
    assert shown.count("apt-get install") == 1
    assert "1. linux/amd64, linux/arm64: install with apt-get everything that 5" in shown
    assert "macos/arm64: install a C compiler" in shown
    everywhere = text.render(report(built, "linux/amd64", "linux/arm64"), View())
    assert "1. everywhere: install" in everywhere or "5 packages" not in everywhere


@pytest.mark.parametrize("names", [THREE[:1], THREE])
@pytest.mark.parametrize("count", [1, 2, 4, 7, 11])
def test_nothing_is_hidden_while_there_is_room(names: tuple[str, ...], count: int) -> None:
    """What is left out would not fit in 40 lines."""
    found = report(large()[:count], *names)
    lines = text.render(found, View()).splitlines()
    everything = [*steps(found, View(), room=1000).lines, *matrix(found, View(), room=1000)]
    if any(line.lstrip().startswith("... and") for line in lines):
        assert len(set(lines) | set(everything)) > 40
    elif len(lines) <= 40 and "What to do:" in lines:
        assert set(everything) <= set(lines)


def test_a_step_that_is_not_enough_does_not_cure() -> None:
    """It says which other step the build takes, and where none is known."""
    forbidden = package("x-1.0.tar.gz", name="x", sdists_allowed=False)
    built = [package(f"b{i}-1.0.tar.gz", name=f"b{i}") for i in range(3)]
    found = report([forbidden, *built], *THREE)
    shown = text.render(found, View())
    assert "it still takes a C compiler." in shown
    assert "then x still takes steps 2 and 3\n" in shown
    assert shown.count("cures b0 1.0, b1 1.0, b2 1.0 and x 1.0") == 2
    # On a target where no step brings what the build takes.
    (policy, *_), *_ = (target.plan.steps for target in found.targets)
    hopeless = replace(found.targets[0], plan=Plan(steps=(policy,), left=policy.cures))
    shown = text.render(replace(found, targets=(hopeless,)), View())
    assert "then x still takes more, and no way out is known\n" in shown
    # Where one target has no other step.
    enough = replace(found.targets[0], plan=Plan(steps=(policy,)))
    shown = text.render(replace(found, targets=(enough, found.targets[1])), View())
    assert "then x still takes step 2 and a C compiler\n" in shown
    # Where no step is for it, what it takes is said.
    alone = replace(found, targets=(enough,))
    assert "then x still takes a C compiler\n" in text.render(alone, View())


def test_what_no_change_cures_is_said() -> None:
    """Plainly."""
    shown = text.render(report([package("x-1.whl", name="x")] * 1, *THREE), View())
    assert "No way out is known for x 1.0" in shown


def test_a_target_that_is_fine_needs_no_closing_line() -> None:
    """Its line of verdict is all there is."""
    pure = [package("pure-1.0-py3-none-any.whl", name="pure")]
    assert text.render(report(pure, "linux/amd64"), View()).count("\n") == 1


# --- who brings it in -----------------------------------------------------------------------


def test_the_chain_is_the_shortest() -> None:
    """From a requirement of the project down."""
    requirers = Requirers(
        own={"a": "pyproject.toml:7", "b": "pyproject.toml:8"},
        dependents={"x": ("d", "b2"), "d": ("c",), "c": ("a",), "b2": ("b",), "lonely": ("none",)},
    )
    assert requirers.chain("x") == Chain(place="pyproject.toml:8", names=("b", "b2", "x"))
    assert requirers.chain("a") == Chain(place="pyproject.toml:7", names=("a",))
    assert requirers.chain("lonely") is None


def test_circles_end() -> None:
    """Packages that require each other."""
    circle = Requirers(own={}, dependents={"a": ("b",), "b": ("a",)})
    assert circle.chain("a") is None


@pytest.mark.parametrize(
    ("own", "dependents", "parent"),
    [
        ({"torch"}, {"cuda": ("torch",)}, "torch"),
        ({"torch"}, {"cuda": ("torch", "blas"), "blas": ("torch",)}, "torch"),
        ({"torch", "other"}, {"cuda": ("torch", "other")}, None),
        ({"torch", "cuda"}, {"cuda": ("torch",)}, None),
        ({"app"}, {"cuda": ("torch",), "torch": ("app",)}, "torch"),
        ({"app", "lib"}, {"cuda": ("torch",), "torch": ("app", "lib")}, "torch"),
    ],
)
def test_who_alone_brings_it_in(
    own: set[str], dependents: dict[str, tuple[str, ...]], parent: str | None
) -> None:
    """Through whom every chain leads, the nearest of them."""
    requirers = Requirers(own=dict.fromkeys(own, "pyproject.toml:1"), dependents=dependents)
    assert brought_by(["cuda"], [requirers]).get("cuda") == parent


# --- --explain ------------------------------------------------------------------------------


def test_a_package_is_explained() -> None:
    """On all targets: who requires it, what becomes of it, its files, its remedies."""
    requirers = replace(REQUIRERS, dependents={"built": ("pure0",)})
    packages = [*large()[:1], package("built-1.0.tar.gz", name="built")]
    found = report(packages, *THREE, requirers=requirers)
    told = explain_package(found, named_package("Built", found, ()), View())
    assert "  required by pure0 (pyproject.toml:5) -> built\n" in told
    assert "  alpine/amd64  no-toolchain (toolchain-missing)\n" in told
    assert "There is no wheel, built-1.0.tar.gz has to be built" in told
    assert "RUN apk add" in told
    assert "Building it takes (assumed): dep:virtual/compiler/c\n" in told
    assert "1 file in the lock:\n  built-1.0.tar.gz  <- linux/amd64, linux/arm64" in told


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("buil", 'nothing is called "buil" (did you mean "built"?)'),
        ("toolchain-mising", '(did you mean "toolchain-missing"'),
        ("no-toolchain", '"no-toolchain" is an outcome'),
        ("extra", '"extra" is locked, and not installed on linux/amd64'),
    ],
)
def test_what_is_not_there_is_not_explained(word: str, said: str) -> None:
    """With what is near."""
    found = report([package("built-1.0.tar.gz", name="built")], "linux/amd64")
    with pytest.raises(ConfigurationError) as raised:
        named_package(word, found, ("extra", "built"))
    assert said in str(raised.value)
    assert raised.value.exit_code == 2


def test_causes_are_text_for_a_terminal() -> None:
    """No links, no marks, and no line that is too wide but for transcripts."""
    for cause, told in causes().items():
        assert told.startswith(f"{cause}\n\nWhat it means. ")
        assert "](" not in told
        assert "**" not in told
        assert all(len(line) <= 80 or line.startswith("    ") for line in told.splitlines())
