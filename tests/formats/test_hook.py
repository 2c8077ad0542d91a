"""What the hooks say: short, harmless, within 80 columns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from poetry_arch_check.check.origin import ThisMachine
from poetry_arch_check.check.regressions import PreviousLock, Was, changes
from poetry_arch_check.check.report import Report, TargetReport
from poetry_arch_check.formats.hook import SHOWN, render_install, render_lock
from poetry_arch_check.formats.view import View
from poetry_arch_check.settings.modes import ON_INSTALL, ON_LOCK, VARIABLE, Decision, Mode, decide
from poetry_arch_check.toolchains.distributions import DEBIAN
from poetry_arch_check.toolchains.inventory import Inventory, MissingCompiler, Tool
from poetry_arch_check.toolchains.toolchain import C
from support.make import finding, package, target

if TYPE_CHECKING:
    from collections.abc import Callable

ABORT = Decision(mode=Mode.ABORT, by=ON_INSTALL)
WARN = Decision(mode=Mode.WARN, by=VARIABLE)
GCC = Tool(dependency=C, path="/usr/bin/gcc")
ARM = target("linux/arm64")


def here(inventory: Inventory) -> TargetReport:
    """Return the report on a machine at hand, for a package that has to be built."""
    on = replace(
        target("manylinux_2_36_x86_64"),
        name="current",
        current=True,
        toolchain=inventory.toolchain,
        origin=ThisMachine(inventory=inventory),
    )
    return TargetReport(target=on, findings=(finding(package("demo-1.0.tar.gz"), on),))


def said(report: TargetReport) -> str:
    """Return the block for a report in one line."""
    text = render_install(report, View(), ABORT, located=True)
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("inventory", "why", "hint"),
    [
        (
            Inventory(minor=11, headers="/usr/include/Python.h", distribution=DEBIAN[-2]),
            "a C compiler was not found here",
            "sudo apt-get install gcc libc6-dev",
        ),
        (
            Inventory(minor=11, distribution=DEBIAN[-2], packaged=True, root=True),
            "a C compiler was not found here",
            "apt-get update && apt-get install -y gcc libc6-dev python3-dev",
        ),
        (
            Inventory(minor=11, tools=(GCC,), distribution=DEBIAN[-2], packaged=True),
            "the compiler was found here, the headers of CPython 3.11 (Python.h) were not",
            "1. Install the headers of Python 3.11 with apt-get. sudo apt-get install python3-dev",
        ),
        (
            Inventory(minor=11, tools=(GCC,)),
            "the compiler was found here, the headers of CPython 3.11 (Python.h) were not",
            "1. Install the headers of Python 3.11 (Python.h).",
        ),
    ],
)
def test_what_this_machine_lacks(inventory: Inventory, why: str, hint: str) -> None:
    """By what was found; nothing has to be declared."""
    text = said(here(inventory))
    assert why in text
    assert hint in text
    assert "--toolchain" not in text


def test_many_problems_are_named_without_their_ways_out() -> None:
    """The beginning must not scroll away."""
    packages = [package(f"p{i}-1.0.tar.gz", name=f"p{i}") for i in range(SHOWN + 3)]
    report = TargetReport(target=ARM, findings=tuple(finding(each, ARM) for each in packages))
    text = render_install(report, View(), WARN, located=False)
    assert text.count("Install a C compiler with apt-get") == 1
    assert text.count("The remedies are the same.") == SHOWN - 1
    rest = "p4 1.0: no-toolchain on linux/arm64; p5 1.0: no-toolchain on linux/arm64; p6 1.0"
    assert rest in " ".join(text.split())
    assert "7 of 7 packages are a problem here" in text


@pytest.mark.parametrize("mode", [WARN, ABORT])
def test_nothing_hostile_comes_through(mode: Decision) -> None:
    """Names from a lock can hold anything."""
    bad = package("demo-1.0.tar.gz", name="evil\x1b[2J\n::error::x", version="1<error>\u202e")
    report = TargetReport(target=ARM, findings=(finding(bad, ARM),))
    previous = PreviousLock(versions={bad.name: ("0\x1b]0;x\x07",)}, reports=None)
    whole = Report(lock_path="poetry.lock", lock_version="2.1", targets=(report,))
    for text in (
        render_install(report, View(), mode, located=True),
        render_lock(whole, changes(previous, whole), View(), mode, located=True),
    ):
        assert all(line.isprintable() for line in text.split("\n"))
        assert not any(line.lstrip().startswith("::") for line in text.split("\n"))
        for line in text.split("\n"):
            assert len(line) <= 80 or line.startswith("       "), line


@pytest.mark.parametrize(
    ("missing_compilers", "hint", "install"),
    [
        (("CC=/none", True, "/usr/bin/gcc"), "1. Set CC to the compiler that is installed. export CC=/usr/bin/gcc", False),
        (("CC=/none", True, None), "1. Unset CC, the compiler it names is not installed; then install a C compiler with apt-get. unset CC", True),
        (("this Python calls clang", False, "/usr/bin/gcc"), "1. Set CC to the compiler that is installed. export", False),
        (("this Python calls x86_64-linux-gnu-gcc", False, None), "1. Install a C compiler with apt-get.", True),
    ],
)  # fmt: skip
def test_a_compiler_that_is_named_and_not_there(
    missing_compilers: tuple[str, bool, str | None], hint: str, install: bool
) -> None:
    """To install another would change nothing while the name stands."""
    setting, chosen, instead = missing_compilers
    wrong = MissingCompiler(setting=setting, variable="CC", chosen=chosen, instead=instead)
    inventory = Inventory(
        minor=11,
        headers="/usr/include/Python.h",
        distribution=DEBIAN[-2],
        missing_compilers={C: wrong},
    )
    text = said(here(inventory))
    assert f"a C compiler ({setting}) was not found here" in text
    assert hint in text
    assert ("apt-get install" in text) is install


FITS = "demo-{}-py3-none-any.whl".format
BUILT = "demo-{}.tar.gz".format
NOWHERE = "demo-{}-cp311-cp311-win32.whl".format


@pytest.mark.parametrize(
    ("before", "now", "was"),
    [
        ([("1", FITS)], ("2", BUILT), Was.FITTING),
        ([("2", FITS)], ("2", BUILT), Was.FITTING),
        ([("1", BUILT)], ("2", NOWHERE), Was.BETTER),
        ([], ("2", BUILT), Was.NEW),
        ([("1", BUILT)], ("2", BUILT), None),
        ([("1", NOWHERE)], ("2", BUILT), None),
        # Of several entries, the one of the same version is compared; else the worst.
        ([("1", BUILT), ("2", FITS)], ("2", BUILT), Was.FITTING),
        ([("1", FITS), ("2", BUILT)], ("2", BUILT), None),
        ([("0", FITS), ("1", BUILT)], ("2", BUILT), None),
        # Of what was not known, nobody can say that it was better.
        ([("1", None)], ("2", BUILT), None),
    ],
)
def test_what_is_worse(
    before: list[tuple[str, Callable[[str], str] | None]],
    now: tuple[str, Callable[[str], str]],
    was: Was | None,
) -> None:
    """Than it was on the same target."""

    def report(*entries: tuple[str, Callable[[str], str] | None]) -> TargetReport:
        packages = [
            package(*([named(version)] if named else []), version=version)
            for version, named in entries
        ]
        return TargetReport(target=ARM, findings=tuple(finding(p, ARM) for p in packages))

    previous = PreviousLock(
        versions={"demo": tuple(v for v, _ in before)}, reports=(report(*before),)
    )
    whole = Report(lock_path="poetry.lock", lock_version="2.1", targets=(report(now),))
    found = changes(previous, whole)
    assert [regression.was for regression in found.worse] == ([was] if was else [])
    assert found.standing == (0 if was else 1)


@pytest.mark.parametrize(
    ("table", "variable", "mode", "by"),
    [
        (None, None, "warn", ON_LOCK),
        ({}, "", "warn", ON_LOCK),
        ({"on-lock": "abort"}, None, "abort", ON_LOCK),
        ({"on-lock": "abort"}, "off", "off", VARIABLE),
        ({"on-lock": "abort"}, " OFF ", "off", VARIABLE),
        ({"on-lock": "off"}, "Warn", "warn", VARIABLE),
        # Mistakes, which the check will name.
        ({"on-lock": "abrot"}, None, "abort", ON_LOCK),
        ({"on-lock": ["warn"]}, None, "abort", ON_LOCK),
        ({"on_lock": "abort"}, None, "abort", ON_LOCK),
        ({"On-Lock": "off"}, None, "off", ON_LOCK),
        ({}, "yes", "abort", VARIABLE),
        ("no table", None, "warn", ON_LOCK),
    ],
)
def test_who_decides(table: object, variable: str | None, mode: str, by: str) -> None:
    """The variable before the configuration, and a mistake before the default."""
    environ = {} if variable is None else {VARIABLE: variable}
    assert decide(ON_LOCK, table, environ) == Decision(mode=Mode(mode), by=by)
