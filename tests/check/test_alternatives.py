"""Images and Pythons side by side."""

from __future__ import annotations

from dataclasses import replace

from poetry_arch_check.check.alternatives import alternatives, builds_least, newest_fine
from poetry_arch_check.check.origin import BaseImage
from poetry_arch_check.check.report import Cause, Finding, Outcome, Report, TargetReport
from poetry_arch_check.formats.comparison import render_alternatives
from poetry_arch_check.formats.view import View
from poetry_arch_check.images import image_of
from support.make import package, target


def of(image: str, python: str, *outcomes: Outcome, name: str = "linux/arm64") -> TargetReport:
    """Return the report on a target with an image, with a package of each outcome."""
    findings = tuple(
        Finding(
            package=package("demo-1.0.tar.gz", name=f"demo{number}"),
            outcome=outcome,
            cause=Cause.TOOLCHAIN_MISSING,
            problem=outcome is Outcome.NO_TOOLCHAIN,
        )
        for number, outcome in enumerate(outcomes)
    )
    on = target(name, python)
    if image:
        on = replace(on, origin=BaseImage(image=image_of(image, ())))
    return TargetReport(target=on, findings=findings)


def report(*targets: TargetReport) -> Report:
    """Return a report on these."""
    return Report(lock_path="poetry.lock", lock_version="2.1", targets=targets)


BAD, BUILT, WHEEL = Outcome.NO_TOOLCHAIN, Outcome.SOURCE, Outcome.WHEEL


def test_no_choice() -> None:
    """Several platforms with one image and one Python are one."""
    both = report(of("", "3.12", BAD), of("", "3.12", WHEEL, name="linux/amd64"))
    assert alternatives(both) == ()
    assert not list(render_alternatives(both, View(compares=True)))
    # What the configuration has every day is not compared every day.
    every_day = report(of("", "3.11", WHEEL), of("", "3.12", WHEEL))
    assert alternatives(every_day)
    assert not list(render_alternatives(every_day, View()))


def test_pythons() -> None:
    """The newest that is fine, on all platforms together."""
    checked = report(
        of("", "3.11", WHEEL),
        of("", "3.12", WHEEL),
        of("", "3.13", WHEEL),
        of("", "3.12", WHEEL, name="linux/amd64"),
        of("", "3.13", BAD, name="linux/amd64"),
    )
    choice = alternatives(checked)
    assert [(each.python, each.fine) for each in choice] == [
        ("3.11", True),
        ("3.12", True),
        ("3.13", False),
    ]
    best = newest_fine(choice)
    assert best is not None
    assert best.python == "3.12"
    assert builds_least(choice) == ()
    assert list(render_alternatives(checked, View(compares=True))) == [
        "Side by side:",
        "  CPython 3.11  fine, builds nothing",
        "  CPython 3.12  fine, builds nothing",
        "  CPython 3.13  1 problem (demo0), builds 1",
        "  newest Python without a problem: CPython 3.12",
    ]


def test_images() -> None:
    """What is built counts, whether or not the image can build it."""
    slim, alpine, full = "python:3.12-slim", "python:3.12-alpine", "python:3.12"
    checked = report(
        of(slim, "3.12", WHEEL, BAD),
        of(full, "3.12", WHEEL, BUILT),
        of(alpine, "3.12", BAD, BAD),
    )
    choice = alternatives(checked)
    assert newest_fine(choice) is None
    assert builds_least(choice) == (slim, full)
    assert list(render_alternatives(checked, View(compares=True))) == [
        "Side by side:",
        "  python:3.12-slim    1 problem (demo1), builds 1",
        "  python:3.12         fine, builds 1",
        "  python:3.12-alpine  2 problems (demo0, demo1), builds 2",
        "  builds least: python:3.12-slim, python:3.12",
    ]


def test_a_target_without_an_image_is_no_choice_beside_images() -> None:
    """It has no name there."""
    names = [of(image, "3.12", WHEEL) for image in ("python:3.12-slim", "python:3.12")]
    mac = [of("", python, WHEEL, name="macos/arm64") for python in ("3.11", "3.12")]
    assert [each.image for each in alternatives(report(*names, *mac))] == [
        "python:3.12-slim",
        "python:3.12",
    ]
