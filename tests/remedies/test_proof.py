"""A remedy that does not help is not shown, or is shown with what it still takes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from packaging.version import Version

from poetry_arch_check.check.change import AddedConstraint, OwnRequirement
from poetry_arch_check.check.check import check
from poetry_arch_check.check.needs import SourceInspection
from poetry_arch_check.check.releases import Dependent
from poetry_arch_check.check.rules import Rules
from poetry_arch_check.inspection.breakage import Breakage
from poetry_arch_check.inspection.inspection import Inspection
from poetry_arch_check.remedies.remedies import remedies_for
from poetry_arch_check.remedies.toolchain_at_once import toolchain_remedies_at_once
from poetry_arch_check.toolchains.toolchain import C, Toolchain, parse_toolchain
from support.make import NO_RULES, facts, needs, package, target

if TYPE_CHECKING:
    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.report import Remedy
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.remedies.facts import Facts

SDIST = "demo-1.0.tar.gz"
BROKEN = Breakage(why="its setup.py uses use_2to3", constraint="setuptools<58")


def proven(
    locked: LockedPackage, on: Target, rules: Rules = NO_RULES, **known: Any
) -> dict[str, Remedy]:
    """Return the remedies for a package by kind, with what is `known` (fields of Facts)."""
    inspected = known.get("inspected", {})
    findings = check([locked], on, rules, inspected)
    all_of_it: Facts = replace(facts(findings, on, rules), **known)
    return {each.kind.value: each for each in remedies_for(findings[0], on, all_of_it)}


def broken(*takes: str) -> SourceInspection:
    """Return what was inspected of sources that fail, and take something besides."""
    return SourceInspection(inspection=Inspection(requires=needs(*takes), broken=BROKEN))


def test_a_constraint_that_is_all_it_takes() -> None:
    """Then nothing more is said."""
    locked = package(SDIST)
    found = proven(locked, target(), inspected={locked: broken()})["constraint"]
    assert found.text == (
        "Build demo with setuptools older than 58, by a build constraint (Poetry 2.3 or newer)."
    )


def test_a_constraint_that_leaves_a_compiler_to_be_asked_for() -> None:
    """It is said what is missing still."""
    locked = package(SDIST)
    found = proven(locked, target(), inspected={locked: broken("c", "libpq")})["constraint"]
    assert found.text.endswith(
        "; it still takes a C compiler and the PostgreSQL client library (libpq)."
    )
    has = target(toolchain=parse_toolchain(["c"]))
    found = proven(locked, has, inspected={locked: broken("c", "libpq")})["constraint"]
    assert found.text.endswith("; it still takes the PostgreSQL client library (libpq).")


def test_a_constraint_where_it_is_not_known_what_is_there() -> None:
    """A compiler that may be there and may be not is named as well."""
    locked = package(SDIST)
    maybe = target(toolchain=Toolchain(unsure=(C,)))
    found = proven(locked, maybe, inspected={locked: broken("c")})["constraint"]
    assert found.text.endswith("; it still takes a C compiler.")


def test_a_constraint_under_which_something_else_breaks() -> None:
    """The sources are inspected with it; so it is not shown."""
    locked = package(SDIST)
    cython = Breakage(why="Cython 3 refuses it", constraint="cython<3")

    def inspect(*_: object) -> SourceInspection:
        return SourceInspection(inspection=Inspection(broken=cython))

    known: dict[str, Any] = {"inspected": {locked: broken()}, "inspect": inspect}
    assert "constraint" not in proven(locked, target(), **known)


def test_constraints_that_help_together() -> None:
    """What breaks under the first may have one that helps as well: tables 3.8.0 takes both."""
    locked = package(SDIST)
    asked: list[tuple[str, ...]] = []

    def inspect(_: object, __: object, constraints: tuple[str, ...]) -> SourceInspection:
        asked.append(constraints)
        cython = Breakage(why="Cython 3 refuses it", constraint="Cython<3")
        if cython.lifted_by(constraints) and BROKEN.lifted_by(constraints):
            return SourceInspection(inspection=Inspection(requires=needs("c")))
        broken = cython if BROKEN.lifted_by(constraints) else BROKEN
        return SourceInspection(inspection=Inspection(broken=broken), constraints=constraints)

    known: dict[str, Any] = {"inspected": {locked: broken()}, "inspect": inspect}
    found = proven(locked, target(), **known)["constraint"]
    assert found.lines[-1] == 'demo = { setuptools = "<58", Cython = "<3" }'
    assert found.text == (
        "Build demo with setuptools older than 58 and Cython older than 3, by a build constraint"
        " (Poetry 2.3 or newer); it still takes a C compiler."
    )
    assert found.change == AddedConstraint(requirements=("setuptools<58", "Cython<3"))
    assert asked[0] == ("setuptools<58",)


def test_a_second_constraint_on_the_same_tool() -> None:
    """It excludes more than the first."""
    locked = package(SDIST)
    stricter = Breakage(why="setuptools 50 is new", constraint="setuptools<50")

    def inspect(_: object, __: object, constraints: tuple[str, ...]) -> SourceInspection:
        lifted = stricter.lifted_by(constraints)
        return SourceInspection(inspection=Inspection(broken=None if lifted else stricter))

    known: dict[str, Any] = {"inspected": {locked: broken()}, "inspect": inspect}
    found = proven(locked, target(), **known)["constraint"]
    assert found.lines[-1] == 'demo = { setuptools = "<50" }'


def test_a_poetry_that_refuses_the_project_with_a_constraint() -> None:
    """Before 2.3, `[tool.poetry.build-constraints]` is an error: it is updated first."""
    locked = package(SDIST)
    known: dict[str, Any] = {"inspected": {locked: broken()}, "build_constraints": False}
    assert proven(locked, target(), **known)["constraint"].lines[0] == "poetry self update"


def test_a_policy_that_is_not_all_that_is_in_the_way() -> None:
    """Without only-binary, it is built; the compiler is missing then."""
    locked = package(SDIST, sdists_allowed=False)
    assert proven(locked, target())["policy"].text.endswith("; it still takes a C compiler.")
    has = target(toolchain=parse_toolchain(["c"]))
    assert "still" not in proven(locked, has)["policy"].text


def test_another_python_on_which_something_else_is_installed() -> None:
    """By its marker, another version is planned there: one that has no wheel."""
    wheels = [f"demo-1.0-cp{m}-cp{m}-manylinux_2_17_aarch64.whl" for m in (310, 312)]
    locked = package(*wheels, SDIST)
    other = package("demo-0.9.tar.gz", version="0.9")

    def plan(on: Target) -> dict[str, tuple[LockedPackage, ...]]:
        return {"demo": (locked,) if on.python.minor == 10 else (other,)}

    assert "3.12" in proven(locked, target())["python"].text
    assert "3.10" in proven(locked, target(), plan=plan)["python"].text
    assert "python" not in proven(locked, target(), plan=lambda _: {})


def test_another_architecture_on_which_it_is_not_planned() -> None:
    """Then there is no wheel that is taken there."""
    locked = package("demo-1.0-cp311-cp311-manylinux_2_17_x86_64.whl", SDIST)
    assert "platform" in proven(locked, target())
    assert "platform" not in proven(locked, target(), plan=lambda _: {})


def test_no_compiler_where_wheels_are_required() -> None:
    """A build would be a problem, too."""
    locked = package("demo-1.0-cp311-cp311-manylinux_2_17_x86_64.whl", SDIST)
    found = proven(locked, target(), Rules(require_wheels=True))
    assert "toolchain" not in found
    assert "platform" in found


def test_a_version_that_another_package_forbids() -> None:
    """It is named, and there is no line that would fail."""
    locked = package("uvloop-0.16.0.tar.gz", name="uvloop", version="0.16.0")
    on = target(python="3.11", toolchain=parse_toolchain(["c", "make"]))
    assert proven(locked, on)["version"].lines == ("poetry add 'uvloop>=0.17'",)
    other = Dependent(
        who="web 1.0 (poetry.lock:9)",
        text="uvloop (<0.17)",
        own=None,
        allows=lambda version: version < Version("0.17"),
    )
    found = proven(locked, on, dependents=lambda *_: (other,))["version"]
    assert found.text.endswith("; web 1.0 (poetry.lock:9) requires uvloop (<0.17).")
    assert (found.lines, found.forbidden) == ((), True)
    bare = target(python="3.11")
    assert "it still takes a C compiler and make" in proven(locked, bare)["version"].text


def test_all_at_once_claims_what_it_solves() -> None:
    """Where wheels are required, a build solves nothing."""
    on = target(image="debian:12")
    locked = [package(f"{n}-1.0.tar.gz", name=n) for n in ("one", "two")]
    rules = Rules(requires={"one": needs("c"), "two": needs("c", "libpq")})
    findings = check(locked, on, rules)
    (remedy,) = toolchain_remedies_at_once(findings, on, facts(findings, on, rules))
    assert "everything that 2 packages lack" in remedy.text
    required = replace(rules, require_wheels=True)
    assert toolchain_remedies_at_once(findings, on, facts(findings, on, required)) == ()


# --- markers ---

LINUX = "demo-1.0-cp311-cp311-manylinux_2_17_x86_64.whl"
MAC = "demo-1.0-cp311-cp311-macosx_11_0_arm64.whl"
INTEL_MAC = "sys_platform != 'darwin' or platform_machine != 'x86_64'"


def marked(
    locked: LockedPackage,
    on: Target,
    *others: tuple[Target, tuple[LockedPackage, ...]],
    requirements: tuple[OwnRequirement, ...] = (
        OwnRequirement(name="demo", place="pyproject.toml:6"),
    ),
) -> Remedy | None:
    """Return the marker for a package, in a run with `others`."""
    everywhere = [(on, check([locked], on, Rules()))]
    everywhere += [(each, check(packages, each, Rules())) for each, packages in others]
    return proven(
        locked,
        on,
        everywhere=tuple(everywhere),
        own_requirements=lambda *_: requirements,
    ).get("marker")


def test_a_marker_names_system_and_machine() -> None:
    """Intel Macs alone are left out: Linux on x86_64 keeps the package."""
    mac = target("macos/amd64")
    found = marked(package(LINUX, MAC), mac, (target("linux/amd64"), (package(LINUX, MAC),)))
    assert found is not None
    assert found.lines == (INTEL_MAC,)
    assert "the requirement of demo (pyproject.toml:6)" in found.text


def test_a_marker_that_would_take_the_package_from_where_it_is_fine() -> None:
    """On the same machine with another Python, it has a wheel: no marker tells these apart."""
    locked = package(MAC.replace("arm64", "x86_64").replace("311", "312"), LINUX, MAC)
    newer = package(MAC.replace("arm64", "x86_64"), name="demo", version="2.0")
    old, new = target("macos/amd64", "3.11"), target("macos/amd64", "3.12")
    linux_only = package(LINUX, MAC)
    assert marked(linux_only, old, (new, (linux_only,))) is not None
    assert marked(linux_only, old, (new, (locked,))) is None
    assert marked(linux_only, old, (new, (newer,))) is not None


def test_a_marker_that_would_take_what_brings_it_in_from_elsewhere() -> None:
    """There, the other package does without it, and would vanish as well."""
    brings = OwnRequirement(name="web", place="pyproject.toml:7")
    locked, web = package(LINUX, MAC, direct=False), package("web-1.0-py3-none-any.whl", name="web")
    old, new = target("macos/amd64", "3.11"), target("macos/amd64", "3.12")
    found = marked(locked, old, (target("linux/amd64"), (web,)), requirements=(brings,))
    assert found is not None
    assert "without web here, which brings it in" in found.text
    assert "the requirement of web (pyproject.toml:7)" in found.text
    assert marked(locked, old, (new, (web,)), requirements=(brings,)) is None


def test_a_requirement_that_has_a_marker() -> None:
    """Both have to hold: what has an `or` is put in parentheses."""
    own = OwnRequirement(name="demo", place="pyproject.toml:6", marker="python_version < '3.13'")
    found = marked(package(LINUX, MAC), target("macos/amd64"), requirements=(own,))
    assert found is not None
    assert found.lines == (f"({INTEL_MAC})",)
    assert "joined with `and`" in found.text


def test_no_marker_without_a_place_for_it() -> None:
    """Nothing of the project's brings it in, as far as is known."""
    assert marked(package(LINUX, MAC), target("macos/amd64"), requirements=()) is None


@pytest.mark.parametrize(
    ("broken_on", "marker"),
    [
        ({"win32"}, "sys_platform != 'win32'"),
        ({"win32", "darwin"}, "sys_platform == 'linux'"),
        ({"win32", "darwin", "linux"}, None),
    ],
)
def test_a_build_that_fails_on_a_system(broken_on: set[str], marker: str | None) -> None:
    """The same sources are inspected for the others."""
    locked = package(SDIST)
    on = target("windows/amd64", toolchain=parse_toolchain(["c"]))

    def inspect(_: LockedPackage, other: Target, __: tuple[str, ...]) -> SourceInspection:
        fails = other.markers["sys_platform"] in broken_on
        why = Breakage(why="its setup.py uses os.uname") if fails else None
        return SourceInspection(inspection=Inspection(broken=why))

    known: dict[str, Any] = {"inspected": {locked: inspect(locked, on, ())}, "inspect": inspect}
    found = proven(locked, on, **known)
    if marker:
        assert {each.lines for each in found.values()} == {(marker,)}
    else:
        assert found.keys() == {"ignore"}


def test_where_a_wheel_fits_nothing_is_inspected() -> None:
    """As uvloop has wheels for Linux and macOS, and sources that refuse Windows."""
    locked = package(LINUX, MAC, SDIST)
    on = target("windows/amd64", toolchain=parse_toolchain(["c"]))

    def inspect(_: LockedPackage, other: Target, __: tuple[str, ...]) -> SourceInspection | None:
        if other.markers["sys_platform"] != "win32":
            return None
        return SourceInspection(inspection=Inspection(broken=Breakage(why="its setup.py exits")))

    known: dict[str, Any] = {"inspected": {locked: inspect(locked, on, ())}, "inspect": inspect}
    found = proven(locked, on, **known)
    assert {each.lines for each in found.values()} == {("sys_platform != 'win32'",)}


def test_no_marker_where_another_machine_of_the_system_is_fine() -> None:
    """It would take the package away from that one, too."""
    locked = package(LINUX, MAC, SDIST)
    on = target("linux/arm/v7", toolchain=parse_toolchain(["c"]))

    def inspect(_: LockedPackage, other: Target, __: tuple[str, ...]) -> SourceInspection | None:
        if other.markers["platform_machine"] != "armv7l":
            return None
        return SourceInspection(inspection=Inspection(broken=Breakage(why="its setup.py exits")))

    known: dict[str, Any] = {"inspected": {locked: inspect(locked, on, ())}, "inspect": inspect}
    assert "marker" not in proven(locked, on, **known)


@pytest.mark.parametrize("name", ["uvloop", "uwsgi"])
def test_what_does_not_support_windows_gets_a_marker_and_no_compiler(name: str) -> None:
    """By the table, where the sources are not at hand."""
    locked = package(f"{name}-9.0.tar.gz", name=name, version="9.0")
    found = proven(locked, target("windows/amd64", "3.12"))
    assert {kind: each.lines for kind, each in found.items()} == {
        "marker": ("sys_platform != 'win32'",)
    }
