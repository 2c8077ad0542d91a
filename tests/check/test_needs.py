"""What a build takes: what its sources tell, together with what is known of the package."""

from __future__ import annotations

from dataclasses import replace

import pytest

from poetry_arch_check.check.needs import SourceInspection, needs_of
from poetry_arch_check.inspection.breakage import Breakage
from poetry_arch_check.inspection.inspect_tree import inspect_tree
from poetry_arch_check.inspection.inspection import Inspection
from support.interpreters import LINUX
from support.make import package
from support.trees import tree_of

OLD_CYTHON = {
    "pyproject.toml": '[build-system]\nrequires = ["setuptools", "wheel", "Cython<3.0"]\n',
    "setup.py": "from setuptools import Extension, setup\nsetup(ext_modules=[Extension('a', ['a.pyx'])])\n",
    "a.pyx": "x = 1\n",
}


def broken(name: str, inspection: Inspection) -> bool:
    """Return whether no toolchain builds a package whose sdist was inspected."""
    inspected = SourceInspection(inspection=inspection)
    return bool(
        needs_of(
            package("x-6.0.1.tar.gz", name=name, version="6.0.1"), {}, inspected, python_minor=13
        ).broken
    )


def test_what_does_not_compile_is_left_out_where_it_is_optional() -> None:
    """Such is pyyaml 6.0.1: it was built on Debian 13 with Python 3.13, with libyaml-dev and without."""
    found = inspect_tree(tree_of(OLD_CYTHON), replace(LINUX, version=(3, 13, 0)))
    assert found.broken
    assert found.broken.compiling
    assert Inspection.from_record(found.as_record()) == found
    assert not broken("pyyaml", found)
    assert broken("other", found)


@pytest.mark.parametrize("name", ["pyyaml", "other"])
def test_a_script_that_fails_leaves_nothing_out(name: str) -> None:
    """Whatever is optional in it."""
    assert broken(name, Inspection(broken=Breakage(why="its setup.py fails")))
