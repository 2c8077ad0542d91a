"""Each kind of change, applied: what becomes of the package then."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from poetry_arch_check.check.artifacts import parse_artifact
from poetry_arch_check.check.case import NO_BINARY, ONLY_BINARY, Case, changed
from poetry_arch_check.check.change import (
    AddedConstraint,
    AddedMarker,
    Change,
    DeclaredToolchain,
    InstalledPackages,
    LiftedPolicy,
    NamedCompiler,
    NewLock,
    OtherArchitecture,
    OtherImage,
    OtherPython,
    OtherVersion,
)
from poetry_arch_check.check.needs import SourceInspection
from poetry_arch_check.check.origin import AtInstallStep, ThisMachine
from poetry_arch_check.check.report import Cause, Finding, Outcome
from poetry_arch_check.check.rules import Rules
from poetry_arch_check.dockerfile import Build, install_steps_of
from poetry_arch_check.inspection.breakage import Breakage
from poetry_arch_check.inspection.inspection import Inspection
from poetry_arch_check.platforms.names import parse_name
from poetry_arch_check.platforms.platform import Architecture
from poetry_arch_check.platforms.python import python
from poetry_arch_check.toolchains.inventory import Inventory, MissingCompiler, Tool
from poetry_arch_check.toolchains.toolchain import CXX, RUST, C, parse_toolchain
from support.make import NO_RULES, needs, package, target

if TYPE_CHECKING:
    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.target import Target

SDIST = "demo-1.0.tar.gz"
LIBPQ = "dep:generic/libpq"


def wheel(tag: str = "cp311-cp311-manylinux_2_17_aarch64") -> str:
    """Return the name of a wheel."""
    return f"demo-1.0-{tag}.whl"


def after(
    change: Change,
    locked: LockedPackage,
    on: Target,
    rules: Rules = NO_RULES,
    inspected: SourceInspection | None = None,
) -> Finding:
    """Return the finding once `change` is applied."""
    case = changed(Case(package=locked, target=on, rules=rules, inspected=inspected), change)
    assert case is not None
    return case.finding()


def taking(*words: str) -> Rules:
    """Return rules by which a build takes `words`."""
    return Rules(requires={"demo": needs(*words)})


def test_another_image_has_another_c_library() -> None:
    """And what it brings itself, in the place of what was installed on the other."""
    locked = package(wheel("cp311-cp311-manylinux_2_34_aarch64"))
    on = target(image="python:3.11-alpine3.20")
    assert after(OtherImage(image="python:3.11-slim-bookworm"), locked, on).file
    assert not after(OtherImage(image="python:3.11-slim-bullseye"), locked, on).file
    found = after(OtherImage(image="python:3.11-bookworm"), package(SDIST), on)
    assert found.cause is Cause.TOOLCHAIN_PRESENT


@pytest.mark.parametrize("image", ["arm32v7/python:3.11-slim", "python:nonsense-tag-x"])
def test_an_image_that_is_not_for_the_machine(image: str) -> None:
    """Nothing is left to check."""
    case = Case(package=package(wheel()), target=target(), rules=NO_RULES)
    assert changed(case, OtherImage(image=image)) is None


def test_another_python_has_other_tags_and_markers() -> None:
    """With its image, it has that one's C library."""
    locked = package(wheel("cp312-cp312-manylinux_2_34_aarch64"))
    on = target(image="python:3.11-slim-bullseye")
    assert not after(OtherPython(python=python(12)), locked, on).file
    image = "python:3.12-slim-bookworm"
    assert after(OtherPython(python=python(12), image=image), locked, on).file
    case = Case(package=locked, target=on, rules=NO_RULES)
    moved = changed(case, OtherPython(python=python(12)))
    assert moved is not None
    assert moved.target.markers["python_version"] == "3.12"


def test_another_python_does_not_lift_a_policy() -> None:
    """What forbids the wheel forbids it there, too."""
    locked = package(wheel("cp312-cp312-manylinux_2_17_aarch64"), wheels_allowed=False)
    found = after(OtherPython(python=python(12)), locked, target())
    assert found.outcome is Outcome.UNAVAILABLE


def test_another_architecture_is_the_same_image_elsewhere() -> None:
    """Not of an image that there is for one architecture alone."""
    locked = package(wheel("cp311-cp311-manylinux_2_17_x86_64"))
    change = OtherArchitecture(architecture=Architecture.X86_64)
    assert after(change, locked, target()).file
    only = Case(package=locked, target=target(image="arm64v8/python:3.11-slim"), rules=NO_RULES)
    assert changed(only, change) is None


def test_packages_are_counted_with_what_they_depend_on() -> None:
    """`gcc` alone brings no C library on a slim image; a compiler needs Python's headers."""
    on = target(image="debian:12")
    for packages, fine in (
        (("gcc", "libc6-dev", "python3-dev", "libpq-dev"), True),
        (("gcc", "libc6-dev", "libpq-dev"), False),
        (("gcc", "libc6-dev", "python3-dev"), False),
    ):
        change = InstalledPackages(manager="apt-get", packages=packages)
        found = after(change, package(SDIST), on, taking("c", "libpq"))
        assert (found.outcome is Outcome.SOURCE) is fine, packages


def test_packages_have_the_version_of_the_release() -> None:
    """Debian 12 has Rust 1.63: what rustup brings is as new as can be."""
    on = target(image="python:3.11-slim-bookworm")
    rustc = InstalledPackages(manager="apt-get", packages=("rustc", "cargo", "gcc", "libc6-dev"))
    assert after(rustc, package(SDIST), on, taking("rust>=1.60")).outcome is Outcome.SOURCE
    found = after(rustc, package(SDIST), on, taking("rust>=1.65"))
    assert [need.dependency for need in found.missing] == [RUST]
    rustup = replace(rustc, packages=("gcc", "libc6-dev"), others=(RUST,))
    assert after(rustup, package(SDIST), on, taking("rust>=1.65")).outcome is Outcome.SOURCE


def at_step(dockerfile: str) -> Target:
    """Return the target where `dockerfile` installs."""
    platform = parse_name("linux/arm64").platform
    (step,) = install_steps_of(
        dockerfile, "Dockerfile", Build(platform=platform, host=platform, arguments={})
    )
    on = target(image=step.image.reference)
    return replace(on, origin=AtInstallStep(step=step), toolchain=step.toolchain)


def test_packages_count_with_those_of_a_dockerfile() -> None:
    """What is there is there, and what was declared for the target, too."""
    on = at_step("FROM debian:12\nRUN apt-get install -y gcc python3-dev\nRUN poetry install\n")
    libpq = InstalledPackages(manager="apt-get", packages=("libpq-dev",))
    rules = taking("c", "libpq")
    assert after(libpq, package(SDIST), on, rules).outcome is Outcome.SOURCE
    bare = at_step("FROM debian:12\nRUN poetry install\n")
    assert after(libpq, package(SDIST), bare, rules).outcome is Outcome.NO_TOOLCHAIN
    gcc = replace(libpq, packages=("gcc", "libc6-dev", "libpq-dev"))
    found = after(gcc, package(SDIST), bare, rules)
    assert [need.dependency for need in found.missing] == [C]
    assert after(replace(gcc, headers=True), package(SDIST), bare, rules).missing == ()


def here(chosen: bool, headers: str | None = "/usr/include/Python.h") -> Target:
    """Return a machine with a CC that is not there."""
    wrong = MissingCompiler(setting="CC=/none", variable="CC", chosen=chosen)
    inventory = Inventory(minor=11, headers=headers, missing_compilers={C: wrong})
    on = replace(target("linux/amd64"), current=True)
    return replace(on, origin=ThisMachine(inventory=inventory), toolchain=inventory.toolchain)


def test_a_variable_that_names_a_missing_compiler() -> None:
    """What is installed is not called until it is unset, or names another."""
    gcc = InstalledPackages(others=(C,))
    assert after(gcc, package(SDIST), here(chosen=True)).cause is Cause.TOOLCHAIN_MISSING
    assert after(gcc, package(SDIST), here(chosen=False)).outcome is Outcome.SOURCE
    unset = replace(gcc, unset=("CC",))
    assert after(unset, package(SDIST), here(chosen=True)).outcome is Outcome.SOURCE
    named = NamedCompiler(variable="CC", path="/usr/bin/gcc", dependency=C)
    assert after(named, package(SDIST), here(chosen=True)).outcome is Outcome.SOURCE
    without = here(chosen=True, headers=None)
    assert after(named, package(SDIST), without).cause is Cause.TOOLCHAIN_MISSING


def test_headers_alone_make_a_compiler_useful() -> None:
    """On a machine that has one, and not Python.h."""
    inventory = Inventory(minor=11, tools=(Tool(dependency=C, path="/usr/bin/gcc"),))
    on = replace(
        target("linux/amd64"),
        origin=ThisMachine(inventory=inventory),
        toolchain=inventory.toolchain,
    )
    assert after(InstalledPackages(headers=True), package(SDIST), on).outcome is Outcome.SOURCE


def test_a_declaration_says_what_is_there() -> None:
    """In a version that will do: nothing else is said of it."""
    on = target(toolchain=parse_toolchain(["c", "rust==1.60"]))
    rules = taking("rust>=1.65", "libpq")
    change = DeclaredToolchain(dependencies=(LIBPQ,))
    assert [need.dependency for need in after(change, package(SDIST), on, rules).missing] == [RUST]
    change = DeclaredToolchain(dependencies=(LIBPQ, RUST))
    assert after(change, package(SDIST), on, rules).outcome is Outcome.SOURCE


def test_a_marker_leaves_nothing_to_check() -> None:
    """What it excludes is not installed."""
    case = Case(package=package(wheel()), target=target(), rules=NO_RULES)
    assert changed(case, AddedMarker(marker="sys_platform == 'win32'", requirements=())) is None


def test_another_version_has_its_own_files_and_needs() -> None:
    """What was inspected was the other one."""
    inspected = SourceInspection(inspection=Inspection(broken=Breakage(why="it is old")))
    change = OtherVersion(version="2.0", artifacts=(parse_artifact("demo-2.0.tar.gz"),))
    found = after(change, package(SDIST), target(), inspected=inspected)
    assert (found.cause, found.package.version) == (Cause.TOOLCHAIN_MISSING, "2.0")
    change = replace(change, artifacts=(parse_artifact(wheel().replace("1.0", "2.0")),))
    assert after(change, package(SDIST), target()).outcome is Outcome.WHEEL


def test_a_new_lock_lists_other_files_of_the_version() -> None:
    """A policy may forbid them all the same."""
    change = NewLock(artifacts=(parse_artifact(wheel()), parse_artifact(SDIST)))
    assert after(change, package(SDIST), target()).outcome is Outcome.WHEEL
    forbidden = package(SDIST, wheels_allowed=False)
    assert after(change, forbidden, target()).outcome is Outcome.NO_TOOLCHAIN


def test_a_policy_is_lifted_alone() -> None:
    """The other one stays."""
    locked = package(wheel(), SDIST, wheels_allowed=False, sdists_allowed=False)
    assert after(LiftedPolicy(key=NO_BINARY), locked, target()).outcome is Outcome.WHEEL
    found = after(LiftedPolicy(key=ONLY_BINARY), locked, target())
    assert found.outcome is Outcome.NO_TOOLCHAIN


def test_a_constraint_lifts_what_it_is_for() -> None:
    """And nothing else; what a build takes besides, it takes still."""
    broken = Breakage(why="setuptools 58 is new", constraint="setuptools<58")
    inspection = Inspection(requires=needs("c++"), broken=broken)
    inspected = SourceInspection(inspection=inspection)
    change = AddedConstraint(requirements=("setuptools<58",))
    found = after(change, package(SDIST), target(), inspected=inspected)
    assert found.cause is Cause.TOOLCHAIN_MISSING
    assert [need.dependency for need in found.missing] == [CXX]
    for other in ("setuptools<60", "cython<3"):
        found = after(
            AddedConstraint(requirements=(other,)), package(SDIST), target(), inspected=inspected
        )
        assert found.cause is Cause.BUILD_BROKEN, other
