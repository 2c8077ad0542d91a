"""`--suggest`: another package in place of one, by an index on loopback; the lines are pasted."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import pytest

from support.releases import AMD, ARM, BOTH, publish

if TYPE_CHECKING:
    from support.place import Place

EXTRA = ("[project.optional-dependencies]", "db = [{}]")
GROUP = ("[dependency-groups]", "db = [{}]")


def replacement(at: Place) -> dict[str, Any]:
    """Return the way out that names another package for psycopg2."""
    options = ("--all-extras", "--all-groups", "--suggest", "--format", "json")
    done = at.run("arch-check", *BOTH, *options)
    assert done.code == 1, done.err
    (found,) = (
        remedy
        for package in done.report["targets"][1]["packages"]
        if package["name"] == "psycopg2"
        for remedy in package["remedies"]
        if remedy["kind"] == "replacement"
    )
    return dict(found)


def lock(at: Place, header: str, line: str, *requirements: str) -> None:
    """Lock a project that has `requirements` in another table than its main one."""
    quoted = ", ".join(f'"{each}"' for each in requirements)
    at.write(more=f"\n{header}\n{line.format(quoted)}\n")
    done = at.run("lock")
    assert done.code == 0, done.said


def test_one_that_is_locked_already(at: Place) -> None:
    """Nothing has to be added: the line that can go is named."""
    publish(at, "2.9.10", AMD, name="psycopg2")
    publish(at, "2.9.10", AMD, ARM, name="psycopg2_binary")
    lock(at, *EXTRA, "psycopg2-binary>=2.9", "psycopg2>=2.9")
    publish(at, "2.9.13", AMD, ARM, name="psycopg2_binary")
    found = replacement(at)
    assert found["lines"] == []
    assert found["text"] == (
        "psycopg2-binary 2.9.10, which is imported as psycopg2 is, is locked already and has a"
        " wheel on all targets (linux/amd64, linux/arm64): delete psycopg2 (extra db,"
        " pyproject.toml:11), then lock again."
    )


@pytest.mark.slow
@pytest.mark.parametrize(("table", "option"), [(EXTRA, "optional"), (GROUP, "group")])
def test_commands_for_another_table(at: Place, table: tuple[str, str], option: str) -> None:
    """They hit it, and carry the bound over."""
    publish(at, "2.9.10", AMD, name="psycopg2")
    publish(at, "2.9.11", AMD, ARM, name="psycopg2_binary")
    lock(at, *table, "psycopg2>=2.9")
    found = replacement(at)
    assert found["lines"][0] == f"poetry add --{option} db 'psycopg2-binary>=2.9'"
    if option == "optional":
        assert found["text"].endswith("Delete psycopg2 (extra db, pyproject.toml:11), then:")
        written = at.project / "pyproject.toml"
        before = written.read_text("utf-8")
        written.write_text(before.replace('"psycopg2>=2.9"', ""), "utf-8")
    for line in found["lines"]:
        done = at.run(*shlex.split(line)[1:], "--lock")
        assert done.code == 0, done.said
    done = at.run("arch-check", *BOTH, "--all-extras", "--all-groups")
    assert done.code == 0, done.said
    header, _ = table
    text = (at.project / "pyproject.toml").read_text("utf-8")
    assert "psycopg2-binary" in text.partition(header)[2].partition("]\n")[0]
