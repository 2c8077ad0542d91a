"""Words that people write for tools and libraries."""

from __future__ import annotations

import pytest
from poetry.utils._compat import tomllib

from poetry_arch_check.errors import ConfigurationError
from poetry_arch_check.options import request_from
from poetry_arch_check.settings.config import read_config
from poetry_arch_check.toolchains.libraries import all_dependencies
from poetry_arch_check.toolchains.toolchain import C, parse_dependency
from poetry_arch_check.toolchains.words import stated_need, stated_offer, word_for

MEANT = {
    "gcc": "c",
    "g++": "c++",
    "gfortran": "fortran",
    "rustc": "rust",
    "libpg": "libpq",
    "libpq-dev": "libpq",
    "postgresql-libs": "libpq",
    "cmak": "cmake",
    "pkgconf": "pkg-config",
    "gcc==12": "c",
}


def said(word: str) -> str:
    """Return what is said of a word in `--toolchain`."""
    options: dict[str, object] = {
        "toolchain": f"c,{word}",
        "target": [],
        "image": [],
        "python": [],
    }
    with pytest.raises(ConfigurationError) as caught:
        request_from(options.get, groups=(), extras=())
    return str(caught.value)


@pytest.mark.parametrize("word", MEANT)
def test_words_that_are_mistaken(word: str) -> None:
    """Of the option, and of the configuration: there with the key, beside all other mistakes."""
    right = f'"{MEANT[word]}"'
    assert right in said(word).partition("did you mean")[2]
    toml = (
        f'toolchain = ["{word}"]\nrequire-wheels = 1\n'
        f'[packages]\np = {{ requires = ["c", "{word}"] }}\n'
        f'[targets.a]\nplatform = "linux/amd64"\ntoolchain = ["c", "{word}"]\n'
    )
    with pytest.raises(ConfigurationError) as caught:
        read_config(tomllib.loads(toml))
    lines = str(caught.value).splitlines()
    keys = ("targets.a.toolchain[1]", "require-wheels", "toolchain[0]", "packages.p.requires[1]")
    assert [line.split()[0].removeprefix("tool.poetry-arch-check.") for line in lines] == [*keys]
    assert sum(right in line.partition("did you mean")[2] for line in lines) == 3


def test_names_of_ones_own() -> None:
    """A name in full is taken as it is, and so is a word that is like no other."""
    assert stated_offer("dep:generic/libpg==3") == ("dep:generic/libpg", "3")
    assert stated_need("dep:generic/gcc").dependency == "dep:generic/gcc"
    assert stated_need("our-own-thing-entirely").dependency.endswith("our-own-thing-entirely")


def test_what_is_printed_is_accepted() -> None:
    """The word for a dependency is read as that dependency."""
    for dependency in (*all_dependencies(), C, "dep:generic/libpg", "dep:generic/zzzz"):
        assert stated_offer(word_for(dependency))[0] == dependency
    assert word_for("dep:generic/libpg") == "dep:generic/libpg"
    assert word_for(parse_dependency("libpq")) == "libpq"
