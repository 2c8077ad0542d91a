"""Homebrew: formulas that are keg-only come with the lines without which no build finds them."""

from __future__ import annotations

from poetry_arch_check.data.tables import table
from poetry_arch_check.toolchains.package_managers.homebrew import environment


def test_formulas_that_are_keg_only() -> None:
    """Their headers, libraries, .pc files and programs are found below their own prefix."""
    assert environment(("libpq", "mysql-client")) == (
        'export CPPFLAGS="-I$(brew --prefix libpq)/include -I$(brew --prefix mysql-client)/include"',
        'export LDFLAGS="-L$(brew --prefix libpq)/lib -L$(brew --prefix mysql-client)/lib"',
        'export PKG_CONFIG_PATH="$(brew --prefix libpq)/lib/pkgconfig'
        ':$(brew --prefix mysql-client)/lib/pkgconfig"',
        'export PATH="$(brew --prefix libpq)/bin:$(brew --prefix mysql-client)/bin:$PATH"',
    )


def test_formulas_that_are_linked() -> None:
    """On Apple silicon no compiler looks into Homebrew's prefix."""
    assert environment(("portaudio",)) == (
        'export CPPFLAGS="-I$(brew --prefix)/include"',
        'export LDFLAGS="-L$(brew --prefix)/lib"',
    )
    assert environment(("portaudio", "libffi"))[0] == (
        'export CPPFLAGS="-I$(brew --prefix)/include -I$(brew --prefix libffi)/include"'
    )
    assert environment(()) == ()


def test_the_table_names_formulas_that_are_offered() -> None:
    """A name that no library has would be a mistake."""
    libraries = table("libraries")["rows"].values()
    offered = {name for row in libraries for name in row.get("brew", ())}
    assert table("homebrew")["rows"]["keg-only"].keys() <= offered
