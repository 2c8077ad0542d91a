"""What it takes to move to a Python (`--suggest --python 3.15`), by an index on loopback."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from poetry_arch_check.platforms.python import parse_python
from poetry_arch_check.upgrades.python_limits import widened
from support.index import wheel
from support.place import MINOR, Place
from support.releases import AMD, lock, publish

if TYPE_CHECKING:
    from pathlib import Path

NEXT = MINOR + 1
THEN = f"cp3{NEXT}-cp3{NEXT}-manylinux_2_17_x86_64"


@pytest.mark.parametrize(
    ("stated", "wider"),
    [
        (">=3.9,<3.14", ">=3.9,<3.16"),
        (">=3.9, <3.14", ">=3.9,<3.16"),
        (">=3.9 <3.14", ">=3.9,<3.16"),
        (">=3.9,<=3.13", ">=3.9,<3.16"),
        ("^3.9,<3.14", "^3.9,<3.16"),
        ("~3.13", ">=3.13,<3.16"),
        ("3.13.*", ">=3.13,<3.16"),
        ("==3.13.*", ">=3.13,<3.16"),
        ("3.13.1", ">=3.13.1,<3.16"),
        (">=3.9,!=3.15.*", ">=3.9"),
        (">=3.9,<3.12 || ~3.13", ">=3.9,<3.12 || ~3.13 || ~3.15"),
        (">=3.16", ">=3.15"),
        ("^3.16", ">=3.15,<4.0"),
        ("~3.16", ">=3.15,<3.17"),
        (">=3.9", ">=3.9"),
        ("^3.9", "^3.9"),
        ("no version", None),
    ],
)
def test_what_allows_a_python(stated: str, wider: str | None) -> None:
    """As little as possible changes; nothing that was allowed is not any more."""
    assert widened(stated, parse_python("3.15")) == wider


def a_lock(at: Place) -> None:
    """Lock packages of all kinds, and publish what came later."""
    publish(at, "1.0", AMD)
    publish(at, "1.0", AMD, name="pinned")
    publish(at, "1.0", AMD, name="core")
    publish(at, "1.0", AMD, name="stuck")
    at.index.add(wheel("user", "1.0", "py3-none-any", requires=("core==1.0",)))
    lock(at, "multi", "pinned (==1.0)", "user", "stuck", "pure")
    for name in ("multi", "pinned", "core"):
        publish(at, "2.0", AMD, THEN, name=name)
    # An old wheel without C code is no way to a new Python.
    at.index.add(wheel("stuck", "0.1", "py3-none-any"))
    at.index.add(wheel("user", "2.0", "py3-none-any", requires=("core==2.0",)))


def test_a_python_that_is_not_allowed_yet(at: Place, tmp_path: Path) -> None:
    """What pyproject.toml would have to say, and how the packages stand; in every format."""
    a_lock(at)
    kinds = ("json", "text", "markdown", "html", "github", "sarif", "gitlab", "junit")
    outputs = [f"--output={kind}={tmp_path / kind}" for kind in kinds]
    done = at.run("arch-check", "--suggest", "-t", "linux/amd64", f"--python=3.{NEXT}", *outputs)
    assert done.code == 1, done.err
    text, markdown, html, *others = ((tmp_path / kind).read_text("utf-8") for kind in kinds[1:])
    section = text.partition("What Python")[2].partition("\n\n")[0]
    assert section.splitlines() == [
        f" 3.{NEXT} takes on linux/amd64:",
        "  pyproject.toml:4 does not allow it yet; it would have to be",
        f'    requires-python = ">=3.{MINOR},<3.{NEXT + 1}"',
        "  ready: 2 packages",
        "  in another version: 3 packages",
        "    pinned 1.0 -> 2.0 (after poetry add 'pinned>=2.0')",
        "    every requirement allows core 1.0 -> 2.0 (with user 2.0) and multi 1.0 ->",
        "      2.0",
        "  blocked: 1 package",
        "    stuck 1.0: no newer version has a wheel there; it can be built with a C",
        "      compiler",
    ]
    assert "To lock them" not in text
    for other in others:
        limit = re.escape("pyproject.toml:4 would have to be requires-python = ")
        assert re.search(f"would not install there\\. {limit}", other)
    # GitHub shows the first ten errors of a step.
    assert others[0].startswith("::error file=pyproject.toml,title=linux/amd64::")
    assert "\n#### Notes\n" in markdown
    assert "- blocked: 1 package\n  - stuck 1.0: no newer version" in markdown
    assert "<li>blocked: 1 package<ul><li>stuck 1.0: no newer version" in html


def test_the_python_of_an_image_that_is_not_allowed_yet(at: Place) -> None:
    """What it takes is told as of one that is named; of one that is allowed, nothing."""
    a_lock(at)
    image = f"--image=python:3.{NEXT}-slim"
    done = at.run("arch-check", "--suggest", "-t", "linux/amd64", image)
    assert f"What Python 3.{NEXT} takes on linux/amd64:" in done.out, done.err
    allowed = f"--image=python:3.{MINOR}-slim"
    done = at.run("arch-check", "--suggest", "-t", "linux/amd64", allowed)
    assert "What Python" not in done.out


def test_as_data(at: Place) -> None:
    """Where Poetry has no plan, it is that of the nearest Python that is allowed."""
    a_lock(at)
    text = at.lock.read_text("utf-8")
    text = re.sub(r"^lock-version = .*$", 'lock-version = "2.0"', text, flags=re.MULTILINE)
    text = re.sub(r"^groups = .*\n", "", text, flags=re.MULTILINE)
    text = text.replace('python-versions = ">=3.8"', f'python-versions = "<3.{NEXT}"', 1)
    at.lock.write_text(text, "utf-8")
    options = ("-t", "linux/amd64", f"--python=3.{NEXT}", "--format=json")
    done = at.run("arch-check", *options)
    assert done.code == 2
    assert f"The project does not allow Python 3.{NEXT}" in done.err.replace("\n  ", " ")
    done = at.run("arch-check", "--suggest", *options)
    assert done.code == 1, done.err
    assert f"taken to be the same as with 3.{MINOR}" in str(done.report["targets"][0]["notes"])
    (found,) = done.report["readiness"]
    assert not found["allowed"]
    assert found["limits"] == [
        {"place": "pyproject.toml:4", "line": f'requires-python = ">=3.{MINOR},<3.{NEXT + 1}"'}
    ]
    assert [each["name"] for each in found["ready"]] == ["pure", "user"]
    moving = {each["name"]: each["remedy"]["lines"] for each in found["moving"]}
    assert moving == {
        "core": ["poetry add 'user>=2.0'"],
        "multi": ["poetry add 'multi>=2.0'"],
        "pinned": ["poetry add 'pinned>=2.0'"],
    }
    assert [each["name"] for each in found["blocked"]] == ["stuck"]
    assert found["unknown"] == []


def test_a_wheel_of_a_package_that_is_for_older_pythons(at: Place) -> None:
    """A fitting wheel is not enough: what the lock says of its Pythons counts."""
    at.index.add(wheel("capped", "1.0", "py3-none-any"))
    lock(at, "capped")
    text = at.lock.read_text("utf-8")
    at.lock.write_text(text.replace('python-versions = ">=3.8"', f'python-versions = "<3.{NEXT}"'))
    options = ("-t", "linux/amd64", f"--python=3.{NEXT}", "--format=json")
    (found,) = at.run("arch-check", "--suggest", *options).report["readiness"]
    assert found["blocked"] == [
        {
            "name": "capped",
            "version": "1.0",
            "why": f"no newer version has a wheel there; it states that it is for Python <3.{NEXT}",
        }
    ]
    at.index.add(wheel("capped", "1.1", "py3-none-any"))
    (found,) = at.run("arch-check", "--suggest", *options).report["readiness"]
    assert [each["remedy"]["change"]["version"] for each in found["moving"]] == ["1.1"]


def test_several_pythons(at: Place) -> None:
    """Each for itself; without `--python`, nobody has asked."""
    a_lock(at)
    options = ("arch-check", "--suggest", "--format=json", "-t", "linux/amd64")
    report = at.run(*options, f"--python=3.{MINOR}", f"--python=3.{NEXT}").report
    counts = [
        (each["allowed"], len(each["ready"]), len(each["moving"])) for each in report["readiness"]
    ]
    assert counts == [(True, 6, 0), (False, 2, 3)]
    assert at.run(*options).report["readiness"] == []


def test_a_constraint_of_the_lock_that_is_none(at: Place) -> None:
    """It allows nothing; what Poetry does not read, either, is no internal error."""
    a_lock(at)
    text = at.lock.read_text("utf-8")
    changed = re.sub(r'^core = "[=0-9.]*"$', 'core = "nonsense"', text, flags=re.MULTILINE)
    assert changed != text
    at.lock.write_text(changed, "utf-8")
    done = at.run("arch-check", "--suggest", "-t", "linux/amd64", f"--python=3.{NEXT}")
    assert done.code == 1, done.err
    assert "Move user to 2.0: it allows core 2.0" in " ".join(done.out.split())
