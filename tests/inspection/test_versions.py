"""What sources state as versions is any text: numbers that Python does not read, too."""

from __future__ import annotations

import pytest

from poetry_arch_check.inspection.inspect_tree import inspect_tree
from poetry_arch_check.inspection.versions import read_version
from support.interpreters import LINUX
from support.trees import tree_of

LONG = "1" * 5_000
_SCIKIT = (
    '[build-system]\nrequires = ["scikit-build-core"]\nbuild-backend = "scikit_build_core.build"\n'
)
_MATURIN = '[build-system]\nrequires = ["maturin"]\nbuild-backend = "maturin"\n'
_SETUP = "from setuptools import Extension, setup\n"
_EXTENSION = "setup(ext_modules=[Extension('a', ['a.c'])])\n"
_LOCK = f'version = 3\n[[package]]\nname = "time"\nversion = "{LONG}"\n'


@pytest.mark.parametrize("text", [LONG, f"1.{LONG}", "", "one", "1.2-"])
def test_what_is_no_version(text: str) -> None:
    """It is none, and no error."""
    assert read_version(text) is None


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": _SCIKIT, "CMakeLists.txt": f"find_package(ZLIB {LONG})"},
        {"pyproject.toml": _SCIKIT, "CMakeLists.txt": f"cmake_minimum_required(VERSION {LONG})"},
        {
            "pyproject.toml": _SCIKIT,
            "CMakeLists.txt": f"if({LONG} VERSION_LESS 2)\nfind_package(ZLIB)\nendif()",
        },
        {
            "pyproject.toml": _SCIKIT,
            "CMakeLists.txt": "find_package(PkgConfig)\n"
            f"pkg_check_modules(A zlib>={LONG})\npkg_check_modules(B zlib>=1)",
        },
        {
            "setup.py": f"import os\nos.system('pkg-config --atleast-version={LONG} zlib')\n"
            f"os.system('pkg-config --atleast-version=1 zlib')\n{_SETUP}{_EXTENSION}"
        },
        {"pyproject.toml": f'[project]\nrequires-python = ">={LONG}"\n', "setup.py": _SETUP},
        {"pyproject.toml": _MATURIN, "Cargo.toml": f'[package]\nrust-version = "{LONG}"\n'},
        {
            "pyproject.toml": _MATURIN,
            "Cargo.toml": f'[package]\nname = "a"\n[dependencies]\npyo3 = "{LONG}"\n',
            "Cargo.lock": _LOCK,
        },
        {
            "setup.py": f"{_SETUP}{_EXTENSION}",
            "a.c": f"#if !(ZLIB_MAJOR == {LONG} && ZLIB_MINOR == {LONG})\n#error no\n#endif\n",
        },
        {
            "pyproject.toml": f'[build-system]\nrequires = ["cmake>={LONG}", "setuptools<{LONG}"]\n'
            'build-backend = "setuptools.build_meta"\n',
            "setup.py": f"{_SETUP}{_EXTENSION}",
        },
    ],
)
def test_numbers_that_python_does_not_read(files: dict[str, str]) -> None:
    """What states them is inspected nevertheless, and asks for no version by them."""
    found = inspect_tree(tree_of(files), LINUX, ())
    assert LONG not in "".join(map(str, found.requires))
