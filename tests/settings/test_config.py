"""`[tool.poetry-arch-check]`: everything it may say, and every mistake at once."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from poetry.utils._compat import tomllib

from poetry_arch_check.check.rules import Ignore
from poetry_arch_check.errors import ConfigurationError
from poetry_arch_check.settings.config import Config, read_config
from poetry_arch_check.settings.modes import Mode
from poetry_arch_check.settings.target_config import TargetConfig
from poetry_arch_check.toolchains.toolchain import EVERYTHING, C, Toolchain
from support.make import needs, written

WHOLE = """
require-wheels = true
python = ["3.11", "3.12"]
image = "python:3.12-slim-bookworm"
toolchain = ["c"]
on-install = "abort"
on-lock = "off"
ignore = [{ package = "uWSGI", target = "graviton", reason = "ours" }, { package = "x" }]

[targets]
graviton = { platform = "linux/arm64", image = "python:3.11-slim", toolchain = ["c", "libpq"], python = "3.11" }
alpine   = { platform = "linux/amd64", image = "python:3.12-alpine3.20", toolchain = true }

[packages]
PsycoPG2 = { requires = ["c", "libpq"] }
pure = { requires = [] }
"""


def test_all_of_it() -> None:
    """Every key of the contract arrives as a frozen value."""
    config = read_config(tomllib.loads(WHOLE))
    assert config.on_install is Mode.ABORT
    assert config.on_lock is Mode.OFF
    assert config.require_wheels
    assert config.pythons == ("3.11", "3.12")
    assert config.image == "python:3.12-slim-bookworm"
    assert config.toolchain == Toolchain(dependencies=(C,))
    assert config.ignores == (
        Ignore(package="uwsgi", target="graviton", reason="ours"),
        Ignore(package="x", target=None, reason=""),
    )
    graviton, alpine = config.targets
    assert graviton.platform == "linux/arm64"
    assert graviton.pythons == ("3.11",)
    assert graviton.toolchain is not None
    assert graviton.toolchain.dependencies == ("dep:generic/libpq", C)
    assert alpine.toolchain == EVERYTHING
    assert config.requires == {"psycopg2": needs("c", "libpq"), "pure": ()}


def test_needs_have_versions() -> None:
    """As PEP 725 has them, or short."""
    toml = '[packages]\nx = { requires = ["rust>=1.65", "dep:generic/openssl@>=3", "rust<2"] }'
    (found,) = read_config(tomllib.loads(toml)).requires.values()
    assert written(found) == ("dep:virtual/compiler/rust@<2,>=1.65", "dep:generic/openssl@>=3")


def test_targets_as_an_array() -> None:
    """An array names platforms."""
    config = read_config({"targets": ["linux/arm64", "current", "all"]})
    assert config.targets[0] == TargetConfig(name="linux/arm64", platform="linux/arm64")
    assert [target.name for target in config.targets] == ["linux/arm64", "current", "all"]


@pytest.mark.parametrize("table", [None, {}])
def test_nothing_configured(table: object) -> None:
    """The defaults: warn, no targets."""
    assert read_config(table) == Config()


@pytest.mark.parametrize(
    ("toml", "problem"),
    [
        (
            "target = []",
            'tool.poetry-arch-check.target is not a known key (did you mean "targets"?)',
        ),
        ("targets = 1", "tool.poetry-arch-check.targets must be an array of strings, not a number"),
        ("targets = [1]", "tool.poetry-arch-check.targets[0] must be a string, not a number"),
        ('targets = ["linux/arm46"]', '(did you mean "linux/arm64"'),
        ("[targets]\na = 1", "tool.poetry-arch-check.targets.a must be a table, not a number"),
        ("[targets]\na = {}", "tool.poetry-arch-check.targets.a.platform is missing"),
        (
            '[targets]\na = { plattform = "x" }',
            'targets.a.plattform is not a known key (did you mean "platform"?)',
        ),
        (
            '[targets]\na = { platform = "linux/arm64", image = "nginx" }',
            "tool.poetry-arch-check.targets.a.image is wrong",
        ),
        (
            '[targets]\na = { platform = "linux/arm64", toolchain = "a b" }',
            "tool.poetry-arch-check.targets.a.toolchain is wrong",
        ),
        (
            'on-install = "warm"',
            'tool.poetry-arch-check.on-install must be one of off, warn, abort, not "warm" (did you mean "warn"?)',
        ),
        (
            "on-lock = true",
            "tool.poetry-arch-check.on-lock must be one of off, warn, abort, not a boolean",
        ),
        (
            "on-lock = []",
            "tool.poetry-arch-check.on-lock must be one of off, warn, abort, not an array",
        ),
        (
            'require-wheels = "yes"',
            'tool.poetry-arch-check.require-wheels must be true or false, not "yes"',
        ),
        ('python = ["3.x"]', "tool.poetry-arch-check.python[0] is wrong"),
        ('targets = ["linux/arm46"]', "tool.poetry-arch-check.targets[0] is wrong"),
        ('toolchain = ["c", "a b"]', "tool.poetry-arch-check.toolchain[1] is wrong"),
        (
            '[targets]\na = { platform = "all" }',
            "tool.poetry-arch-check.targets.a.platform is wrong",
        ),
        (
            '[targets]\na = { platform = "windows/amd64", image = "python:3.12-slim" }',
            "tool.poetry-arch-check.targets.a is Windows, image python:3.12-slim is for Linux",
        ),
        (
            '[targets]\na = { platform = "current", image = "python:3.12-slim" }',
            "tool.poetry-arch-check.targets.a.image is for other targets",
        ),
        (
            'ignore = [{ package = "x", target = "all" }]',
            "tool.poetry-arch-check.ignore[0].target is wrong",
        ),
        ("python = [3.11]", "tool.poetry-arch-check.python[0] must be a string, not a number"),
        ('image = ""', "tool.poetry-arch-check.image must be a string, not an empty one"),
        ("ignore = {}", "tool.poetry-arch-check.ignore must be an array of tables, not a table"),
        ("ignore = [{}]", "tool.poetry-arch-check.ignore[0].package is missing"),
        (
            'ignore = [{ package = "x", target = "linux/arm46" }]',
            "tool.poetry-arch-check.ignore[0].target is wrong",
        ),
        (
            'ignore = [{ pakage = "x" }]',
            'ignore[0].pakage is not a known key (did you mean "package"?)',
        ),
        (
            '[targets]\nall = { platform = "linux/amd64" }',
            "tool.poetry-arch-check.targets.all is a reserved name",
        ),
        (
            '[targets]\n"" = { platform = "linux/amd64" }',
            'tool.poetry-arch-check.targets."" is a reserved name',
        ),
        ('[targets]\n"p.q" = {}', 'tool.poetry-arch-check.targets."p.q".platform is missing'),
        (
            "[packages]\na = { requires = [] }\nA = { requires = [] }",
            "tool.poetry-arch-check.packages.A is a duplicate",
        ),
        ("packages = []", "tool.poetry-arch-check.packages must be a table, not an array"),
        ("[packages]\nx = {}", "tool.poetry-arch-check.packages.x.requires is missing"),
        (
            '[packages]\nx = { requires = ["c", "rust>=new"] }',
            'packages.x.requires[1] is wrong: "rust>=new" does not say which versions',
        ),
        (
            'toolchain = ["rust>=1.65"]',
            'toolchain[0] is wrong: "rust>=1.65" does not say which version is there',
        ),
        (
            "[packages]\nx = { requires = true }",
            "tool.poetry-arch-check.packages.x.requires must be an array",
        ),
    ],
)
def test_each_mistake_has_its_full_key(toml: str, problem: str) -> None:
    """And a near match where a word is misspelt."""
    with pytest.raises(ConfigurationError) as caught:
        read_config(tomllib.loads(toml))
    assert problem in str(caught.value)
    assert caught.value.exit_code == 2


def test_mistakes_are_collected() -> None:
    """All are shown together, a line each."""
    with pytest.raises(ConfigurationError) as caught:
        read_config({"targets": 1, "python": ["x"], "on-lock": "x", "bogus": 1})
    assert len(caught.value.problems) == 4


def test_the_whole_table_may_be_wrong() -> None:
    """`tool.poetry-arch-check = 1` is TOML too."""
    with pytest.raises(ConfigurationError) as caught:
        read_config([])
    assert caught.value.problems == ("tool.poetry-arch-check must be a table, not an array",)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
KEYS = (
    "targets",
    "on-install",
    "on-lock",
    "require-wheels",
    "python",
    "image",
    "toolchain",
    "ignore",
    "packages",
)


@given(st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), values))
def test_any_table_is_a_configuration_or_an_error(table: dict[str, object]) -> None:
    """Whatever TOML can hold."""
    with suppress(ConfigurationError):
        read_config(table)
