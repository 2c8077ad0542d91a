"""The report that is read: short, in the terminal's width, and nothing of -v is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from poetry_arch_check.check.change import OtherImage, OtherPython, OtherVersion
from poetry_arch_check.check.plan import Plan, Step
from poetry_arch_check.check.report import Cause, Outcome, Remedy, RemedyKind
from poetry_arch_check.check.requirers import Chain, Requirers, brought_by
from poetry_arch_check.errors import ConfigurationError
from poetry_arch_check.formats import text
from poetry_arch_check.formats.explain import causes, explain_package, named_package
from poetry_arch_check.formats.matrix import Matrix, Row
from poetry_arch_check.formats.notes import notes_of
from poetry_arch_check.formats.problems import nearest_misses, render_problem, together, way_of
from poetry_arch_check.formats.regressions import explained
from poetry_arch_check.formats.sentences import sentence
from poetry_arch_check.formats.tasks import tasks
from poetry_arch_check.formats.todo import Todo
from poetry_arch_check.formats.view import View
from poetry_arch_check.platforms.python import python
from poetry_arch_check.remedies.build_constraint import build_constraint
from support.large import REQUIRERS, THREE, TWELVE, large, large_report, report
from support.make import facts, package, target

if TYPE_CHECKING:
    from poetry_arch_check.check.packages import LockedPackage


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
    """Every word of each problem stands in one block, as does each way out, and each package."""
    found = report(large()[:60], *THREE)
    verbose = text.render(found, View(verbose=True, debug=True)).splitlines()
    wide = text.render(found, View(verbose=True, width=10_000))
    blocks = [" ".join(block.split()) for block in wide.split("\n\n")]
    for same in together(explained(found)):
        finding, where = same[0].finding, ", ".join(problem.label for problem in same)
        words = [
            same[0].title,
            f"(poetry.lock:{finding.package.line})",
            f": {finding.outcome.value} on {where}",
            sentence(finding, same[0].target),
            *(f"nearest miss: {said}" for said, _ in nearest_misses(same)),
            *(remedy.text for remedy in finding.remedies),
            *(line for remedy in finding.remedies for line in remedy.lines),
        ]
        assert any(all(" ".join(word.split()) in block for word in words) for block in blocks)
    at_once = [remedy for each in found.targets for remedy in each.remedies]
    assert {line for remedy in at_once for line in remedy.lines} <= {
        line.strip() if line.strip().startswith("RUN") else line[7:] for line in verbose
    }
    for locked in large()[:60]:
        assert any(line.startswith(f"  {locked.name} {locked.version} ") for line in verbose)


def test_packages_with_the_same_remedies_share_a_block_under_v() -> None:
    """All are named, and why each is a problem; the remedies stand once."""
    locked = [
        package(f"{name}-1.0-cp311-cp311-win_amd64.whl", f"{name}-1.0.tar.gz", name=name)
        for name in ("one", "two")
    ]
    found = text.render(report(locked, "linux/arm64"), View(verbose=True, width=200))
    (block,) = (each for each in found.split("\n\n") if each.startswith("one 1.0 ("))
    head, *reasons = block.splitlines()[:5]
    assert head == "one 1.0 (poetry.lock:3), two 1.0 (poetry.lock:3): no-toolchain on linux/arm64"
    assert reasons[0].startswith("  one 1.0: No wheel fits, one-1.0.tar.gz has to be built")
    assert reasons[1].startswith("  two 1.0: No wheel fits, two-1.0.tar.gz has to be built")
    assert [line.partition(": it is")[0] for line in reasons[2:]] == [
        f"  nearest miss: {name}-1.0-cp311-cp311-win_amd64.whl" for name in ("one", "two")
    ]
    assert block.count("  1. ") == 1


def test_a_single_problem_is_told_in_full() -> None:
    """Why, the nearest miss, every remedy: as with -v."""
    built = [package("built-1.0.tar.gz", name="built")]
    found = report(built, "linux/arm64")
    short = text.render(found, View())
    (same,) = together(explained(found))
    assert "\n".join(render_problem(same, View())) in short
    assert "What to do" not in short
    # On two targets with two plans, there is the plan alone.
    two = text.render(report(built, "linux/arm64", "alpine/arm64"), View())
    assert "nearest miss" not in two
    assert "built 1.0: There is no wheel, built-1.0.tar.gz has to be built" in two


def test_what_is_there_to_be_pasted_stands_once() -> None:
    """Of few problems, the plan has it: besides, it is said why, and in a word what else helps."""
    names = ("one", "two")
    machines = ("x86_64", "aarch64")
    locked = [
        package(
            *(f"{name}-1.0-cp312-cp312-manylinux_2_17_{machine}.whl" for machine in machines),
            f"{name}-1.0.tar.gz",
            name=name,
        )
        for name in names
    ]
    found = report(locked, "linux/arm64")
    short = text.render(found, View())
    assert short.index("What to do") < short.index("nearest miss")
    assert "cures one 1.0 and two 1.0" in short
    assert short.count("\n  1. ") == 1
    (plan,) = {target.plan for target in found.targets}
    (step,) = plan.steps
    lines = [line for line in step.remedy.lines if line.startswith(("RUN", "FROM"))]
    assert all(short.count(line) == 1 for line in lines)
    for same in together(explained(found)):
        block = list(render_problem(same, View(), remedies=False))
        assert any(line.lstrip().startswith("nearest miss: ") for line in block)
        finding = same[0].finding
        others = [each for each in finding.remedies if each.kind is not step.remedy.kind]
        ways = ", ".join(dict.fromkeys(way_of(each, finding.package) for each in others))
        said = f"  also possible: {ways} (--explain {finding.package.name})"
        assert others
        assert "\n".join([*block, said]) in short


def test_where_poetry_would_not_install_is_said_with_the_verdict() -> None:
    """No step helps before that: it is no note, and --fix would find nothing."""
    built = [package(f"b{i}-1.0.tar.gz", name=f"b{i}") for i in range(4)]
    found = report(built, "linux/arm64", "linux/amd64")
    why = "The project does not allow Python 3.11.7: Poetry would not install there."
    some = replace(found, targets=(replace(found.targets[0], blocked=why), found.targets[1]))
    lines = text.render(some, View(width=200)).splitlines()
    assert lines[2] == f"linux/arm64: {why}"
    assert "--fix locks them" in lines[-1]
    every = replace(found, targets=tuple(replace(each, blocked=why) for each in found.targets))
    lines = text.render(every, View()).splitlines()
    assert lines[2] == why
    assert lines[-1] == "Other versions: --suggest asks the index what Python 3.11 takes."


def test_names_that_fit_are_told() -> None:
    """Who brings packages in says less than what they are called."""
    row = Row(titles=("lz4 4.4.5", "zstd 1.5.7.2"), cells={}, parent="parent")
    assert row.label(23) == "lz4 4.4.5, zstd 1.5.7.2"
    assert row.label(22) == "2 that parent requires"


def test_steps_are_told_once_for_all_targets() -> None:
    """With where they are taken; the same lines are the same step."""
    built = [package(f"b{i}-1.0.tar.gz", name=f"b{i}") for i in range(5)]
    shown = text.render(report(built, *THREE, "macos/arm64"), View())
    assert shown.count("apt-get install") == 1
    assert "1. linux/amd64, linux/arm64: install with apt-get everything that 5" in shown
    assert "macos/arm64: install a C compiler" in shown
    everywhere = text.render(report(built, "linux/amd64", "linux/arm64"), View())
    assert "1. everywhere: install" in everywhere or "5 packages" not in everywhere


GLIBC = "cp311-cp311-manylinux_2_17_{}.whl"


def images(locked: list[LockedPackage], *references: str) -> str:
    """Return the report on packages for these images, on two architectures."""
    places = [
        target(name, image=image) for image in references for name in ("linux/amd64", "linux/arm64")
    ]
    return text.render(report(locked, *places), View(compares=True))


def fitting(name: str) -> LockedPackage:
    """Return a package with wheels for glibc and an sdist."""
    files = (f"{name}-1.0-{GLIBC.format(machine)}" for machine in ("x86_64", "aarch64"))
    return package(*files, f"{name}-1.0.tar.gz", name=name)


def test_everywhere_is_everywhere() -> None:
    """It is not where alone it fails while other rows are fine; and it is an image of the run."""
    shown = images([fitting(f"w{i}") for i in range(5)], "python:3.11-slim", "python:3.11-alpine")
    assert "everywhere" not in shown
    assert "1. linux/amd64 python:3.11-alpine, linux/arm64 python:3.11-alpine: use an" in shown
    assert "FROM python:3.11-slim\n" in shown


def test_a_step_in_another_image_says_so() -> None:
    """Not by the name of the image before it."""
    built = [package(f"b{i}-1.0.tar.gz", name=f"b{i}") for i in range(2)]
    shown = images([*built, *(fitting(f"w{i}") for i in range(5))], "python:3.11-alpine")
    assert "everywhere: use an image" in shown
    assert "2. then, in python:3.11-slim-bookworm: install with apt-get" in shown


def test_the_best_image_comes_first() -> None:
    """What is done in it is done for those that come to it, too, and nothing of it is hidden."""
    built = [package(f"b{i}-1.0.tar.gz", name=f"b{i}") for i in range(2)]
    locked = [*built, *(fitting(f"w{i}") for i in range(5))]
    shown = images(locked, "python:3.11-alpine", "python:3.11-slim")
    assert shown.count("apt-get install") == 1
    assert "apk" not in shown
    assert "more step" not in shown


def test_steps_of_the_best_image_are_not_hidden() -> None:
    """Not even where there is no room at all."""
    built = [package(f"b{i}-1.0.tar.gz", name=f"b{i}") for i in range(2)]
    locked = [*built, *(fitting(f"w{i}") for i in range(5))]
    places = [
        target("linux/amd64", image=image) for image in ("python:3.11-alpine", "python:3.11-slim")
    ]
    drawn = Todo.of(report(locked, *places), View()).steps(room=0)
    assert drawn.hidden == 0
    assert "FROM python:3.11-slim" in "".join(drawn.lines)
    assert "apt-get install" in "".join(drawn.lines)


def test_tags_that_move_are_one_note() -> None:
    """They name themselves: on which targets is seen above; which do not move is what one needs."""
    places = [
        target("linux/amd64", image=image) for image in ("python:3.11-slim", "python:3.11-alpine")
    ]
    found = report([package("a-1.0.tar.gz", name="a")], *places)
    noted = [
        replace(each, notes=(each.target.image.moves,)) if each.target.image else each
        for each in found.targets
    ]
    notes = list(notes_of(replace(found, targets=(*noted,))))
    assert len(notes) == 1
    assert notes[0].startswith("python:3.11-slim and python:3.11-alpine follow new releases;")
    assert notes[0].endswith("do not move.")
    (alone,) = notes_of(replace(found, targets=(noted[0], found.targets[1])))
    assert alone.startswith("python:3.11-slim follows new releases: it is Debian")


def test_what_explains_is_asked_of_the_same_targets() -> None:
    """Pasted without the options of this run, it would tell of this machine."""
    found = report([package("a-1.0.tar.gz", name="a")] * 1, "linux/arm64", "alpine/arm64")
    options = ("-t", "linux/arm64", "-t", "alpine/arm64", "--dockerfile", "my file")
    shown = text.render(found, View(options=options)).splitlines()
    asked = "-t linux/arm64 -t alpine/arm64 --dockerfile 'my file' --explain a"
    assert f"Why: poetry arch-check {asked}" in shown
    assert "--explain toolchain-missing says what that is, -v all." in shown
    assert "--explain a says why" in text.render(found, View())


def test_a_row_is_not_hidden_by_a_line_of_its_size() -> None:
    """Nor what is wrong by what is not."""
    pure = [package("a0-1.0.tar.gz", name="a0", version="1.0")]
    built = [package(f"b{i}-1.0.tar.gz", name=f"b{i}") for i in range(3)]
    found = report(built, "linux/amd64")
    (checked,) = found.targets
    source = replace(
        report(pure, "linux/amd64").targets[0].findings[0],
        outcome=Outcome.SOURCE,
        cause=Cause.NO_TOOLCHAIN_NEEDED,
        problem=False,
    )
    more = replace(found, targets=(replace(checked, findings=(source, *checked.findings)),))
    for room in range(8):
        lines = list(Matrix.of(more, View()).lines(room))
        assert "... and 1 more" not in "".join(lines)
        assert [line.split()[0] for line in lines if "b" in line] >= ["b0", "b1", "b2"]


def test_several_constraints_are_one_table() -> None:
    """A second header of it would not be TOML."""
    place = target("linux/amd64")
    wanted = {"a": "setuptools<58", "b": "cython<3"}
    found = [
        Step(remedy=remedy, cures=(package(f"{name}-1.0.tar.gz", name=name),))
        for name, constraint in wanted.items()
        for remedy in build_constraint(package(name=name), (constraint,), place, facts((), place))
    ]
    one = report([], "linux/amd64")
    (task,) = tasks(replace(one, targets=(replace(one.targets[0], plan=Plan(steps=(*found,))),)))
    assert task.remedy.text == (
        "Build a with setuptools older than 58 and b with cython older than 3,"
        " by a build constraint (Poetry 2.3 or newer)."
    )
    assert task.remedy.lines == (
        "[tool.poetry.build-constraints]",
        'a = { setuptools = "<58" }',
        'b = { cython = "<3" }',
    )


@pytest.mark.parametrize("names", [THREE[:1], THREE])
@pytest.mark.parametrize("count", [1, 2, 4, 7, 11])
def test_nothing_is_hidden_while_there_is_room(names: tuple[str, ...], count: int) -> None:
    """What is left out would not fit in 40 lines."""
    found = report(large()[:count], *names)
    lines = text.render(found, View()).splitlines()
    everything = [
        *Todo.of(found, View()).steps(room=1000).lines,
        *Matrix.of(found, View()).lines(room=1000),
    ]
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
    # Once: where the problem says so itself, what to do does not say it again.
    found = report([package("x-1.whl", name="x")], "linux/amd64")
    (place,) = found.targets
    hint = Remedy(
        kind=RemedyKind.IGNORE, change=None, text="No way out is known with this version."
    )
    told = replace(place, findings=(replace(place.findings[0], remedies=(hint,)),))
    assert text.render(replace(found, targets=(told,)), View()).count("No way out is known") == 1


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
    assert "Building it takes (assumed): a C compiler\n" in told
    assert "1 file in the lock:\n  built-1.0.tar.gz  <- linux/amd64, linux/arm64" in told


def test_files_for_others_are_counted() -> None:
    """Another Python, or another system; -v names them."""
    kept = [f"a-1.0-{tag}.whl" for tag in ("cp311-cp311-win_amd64", "cp311-abi3-win_arm64")]
    files = [*kept, "a-1.0-cp310-cp310-win_amd64.whl", f"a-1.0-{GLIBC.format('x86_64')}"]
    found = report([package(*files, "a-1.0.tar.gz", name="a")], "windows/amd64")
    told = explain_package(found, "a", View())
    assert "5 files in the lock:\n" in told
    assert [file in told for file in files] == [True, True, False, False]
    assert "\n  a-1.0.tar.gz\n  ... and 2 for other Pythons or systems: -v shows all.\n" in told
    assert all(file in explain_package(found, "a", View(verbose=True)) for file in files)


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


@pytest.mark.parametrize(
    ("remedy", "called"),
    [
        (Remedy(kind=RemedyKind.REPLACEMENT, change=None, text=""), "psycopg2-binary"),
        (
            Remedy(
                kind=RemedyKind.VERSION,
                change=OtherVersion(version="2.9.10", artifacts=()),
                text="",
                forbidden=True,
            ),
            "version 2.9.10 (a requirement forbids it)",
        ),
        (
            Remedy(kind=RemedyKind.PYTHON, change=OtherPython(python=python(12)), text=""),
            "Python 3.12",
        ),
        (Remedy(kind=RemedyKind.IMAGE, change=OtherImage(image="a:1"), text=""), "image a:1"),
        (Remedy(kind=RemedyKind.MARKER, change=None, text=""), "a marker"),
    ],
)
def test_what_else_helps_is_named(remedy: Remedy, called: str) -> None:
    """By what one would type, where that is known."""
    assert way_of(remedy, package(name="psycopg2", direct=True)) == called
