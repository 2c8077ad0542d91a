"""Settings that nothing reads are named, with what may have been meant."""

from __future__ import annotations

import pytest
from poetry.utils._compat import tomllib

from poetry_arch_check.settings.config import read_config
from poetry_arch_check.settings.notes import ineffective_settings

LOCKED = {"psutil", "uwsgi", "psycopg2"}


def notes(toml: str = "", *, tables: tuple[str, ...] = ()) -> list[str]:
    """Return the notes on a configuration, and on `tables` of `[tool]`."""
    config = read_config(tomllib.loads(toml))
    return list(ineffective_settings(dict.fromkeys(tables), config, LOCKED))


@pytest.mark.parametrize(
    "name", ["arch-check", "poetry_arch_check", "archcheck", "Poetry-Arch-Check", "arch_check"]
)
def test_a_table_of_another_name(name: str) -> None:
    """It would have been ignored without a word."""
    (note,) = notes(tables=("black", "poetry", name))
    assert note == f"[tool.{name}] is not read: did you mean [tool.poetry-arch-check]?"


def test_tables_of_other_tools() -> None:
    """They are none of ours."""
    assert notes(tables=("poetry", "poetry-arch-check", "mypy", "arch")) == []


def test_packages_that_are_not_in_the_lock() -> None:
    """In `ignore` and in `packages`."""
    found = notes(
        'ignore = [{ package = "psutils" }, { package = "uWSGI" }]\n'
        "[packages]\npsycopg = { requires = [] }\nmine = { requires = [] }\n"
    )
    assert found == [
        'ignore: "psutils" is not in the lock (did you mean "psutil"?).',
        'packages: "psycopg" is not in the lock (did you mean "psycopg2"?).',
        'packages: "mine" is not in the lock.',
    ]
