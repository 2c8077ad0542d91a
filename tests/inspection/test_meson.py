"""What a Meson project asks for."""

from __future__ import annotations

import time

import pytest

from poetry_arch_check.inspection.inspect_tree import inspect_tree
from poetry_arch_check.inspection.meson.needs import meson_needs
from poetry_arch_check.inspection.meson.project import read_project
from poetry_arch_check.toolchains.toolchain import CXX, C
from support.interpreters import LINUX, WINDOWS
from support.trees import tree_of

TOOL = "dep:generic/pkg-config"


def needs_of(text: str, files: dict[str, str] | None = None) -> set[str]:
    """Return what a meson.build takes on Linux, beside the C compiler."""
    tree = tree_of({"meson.build": f"project('a', 'c')\n{text}", **(files or {})})
    return {str(need) for need in meson_needs(read_project(tree, LINUX), tree)} - {C}


@pytest.mark.parametrize(
    "text",
    [
        "dependency('alsa')",
        "x = dependency('alsa', required: true)",
        "dependency(\n  'alsa', # why\n  method: 'pkg-config',\n)",
        "if host_machine.system() == 'linux'\ndependency('alsa')\nendif",
        "if host_machine.system().to_lower() == 'windows'\nelif true\ndependency('alsa')\nendif",
        "if host_machine.system() not in ['windows', 'darwin']\ndependency('alsa')\nendif",
        "jack = dependency('jack', required: false)\n"
        "without = jack.found() ? false : true\ndependency('alsa', required: without)",
        "jack = disabler()\ndependency('alsa', required: not jack.found())",
        "if get_option('unknown')\nelse\ndependency('alsa')\nendif",
        "dependency('alsa', required: get_option('on'))",
        "dependency('alsa', required: get_option('flag'))",
        "x = dependency('alsa', required: false)\nif not x.found()\n  error('no')\nendif",
        "x = dependency('alsa', required: false)\nif x.found()\nelse\n  error('no')\nendif",
        "x = [dependency('one', required: false)]\nif not x[0].found()\n"
        "  x = [dependency('alsa', required: false)]\nendif\nif true and not x[0].found()\n"
        "  error('no')\nendif",
        "subdir('src')",
    ],
)
def test_what_is_reached_is_required(text: str) -> None:
    """An expression that cannot be told is not taken for optional."""
    files = {
        "meson_options.txt": "option('on', type: 'feature', value: 'enabled')\n"
        "option('flag', type: 'boolean', value: true)\n",
        "src/meson.build": "dependency('alsa')",
    }
    assert needs_of(text, files) == {TOOL, "dep:generic/alsa"}


@pytest.mark.parametrize(
    "text",
    [
        "dependency('alsa', required: false)",
        "dependency('alsa', fallback: ['alsa', 'dep'])",
        "dependency('wrapped')",
        "dependency('alsa', required: get_option('off'))",
        "dependency('alsa', required: get_option('auto'))",
        "if get_option('off').enabled() or not get_option('auto').allowed()\ndependency('alsa')\nendif",
        "if meson.is_cross_build() and false\ndependency('alsa')\nendif",
        "x = dependency('alsa', required: false)\nif x.found()\n  error('old')\nendif",
        "x = dependency('alsa', required: false)\nif not x.found()\n  message('no')\nendif",
        "dependency('threads')\ndependency('python3')",
        "s = '''\ndependency('alsa')\n'''",
    ],
)
def test_what_is_not_reached_is_not(text: str) -> None:
    """Nor what need not be there, or what the project brings along."""
    files = {
        "meson.options": "option('off', type: 'feature', value: 'disabled')\n"
        "option('auto', type: 'feature')\n",
        "subprojects/wrapped.wrap": "",
    }
    assert needs_of(text, files) == set()


def test_versions_libraries_and_programs() -> None:
    """`version:`, `find_library()` and `find_program()`; names that no table knows as well."""
    text = """\
        cc = meson.get_compiler('c')
        dependency('libpq', version: ['>=1.2', '<3'])
        dependency('unheard', version: '>= 2')
        cc.find_library('m')
        cc.find_library('quux')
        cc.find_library('not', required: false)
        find_program('swig4.0', 'swig')
        find_program('perl', required: false)
        """
    assert needs_of(text) == {
        TOOL,
        "dep:generic/libpq@>=1.2,<3",
        "dep:generic/unheard@>=2",
        "dep:generic/quux",
        "dep:generic/swig",
    }


def test_a_library_without_which_the_build_stops() -> None:
    """Looked for by its name for the linker, or in the compiler's libraries (scs 3.2.4)."""
    text = "cc = meson.get_compiler('c')\nx = cc.find_library('{}', required: false)\n"
    text += "if not x.found()\n  error('no')\nendif"
    assert needs_of(text.format("quux")) == {"dep:generic/quux"}
    assert needs_of(text.format("m")) == set()


def test_the_system_decides() -> None:
    """What is for Linux is not required on Windows."""
    text = "project('a', 'cpp')\nif host_machine.system() == 'linux'\ndependency('alsa')\nendif"
    tree = tree_of({"meson.build": text})
    assert [str(need) for need in meson_needs(read_project(tree, WINDOWS), tree)] == [CXX]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        "x = " + "1 + " * 50_000,
        "x = a" + ".b()" * 50_000,
        "x = " + "not " * 50_000 + "true",
        "x = " + "[" * 50_000,
        "if true\n" * 50_000,
        "subdir('.')\n" * 1000,
        "'" * 100_001,
        "x = ['a']\n" + "x += x\n" * 1000,
        "x = " + "true ? " * 10_000,
    ],
)
def test_hostile_projects_end(text: str) -> None:
    """In linear time, whatever they nest."""
    started = time.thread_time()
    tree = tree_of({"meson.build": text})
    list(meson_needs(read_project(tree, LINUX), tree))
    assert time.thread_time() - started < 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("py.extension_module('a', 'src/a.c', install: true)", True),
        ("py.extension_module('a', files('src/a.c'))", True),
        ("sources = ['src/a.c']\npy.extension_module('a', sources)", True),
        ("subdir('src')", True),
        ("if x\npy.extension_module('a', 'src/a.c')\nendif", False),
        ("if x\nsubdir('src')\nendif", False),
        ("if host_machine.system() == 'windows'\nsubdir('src')\nendif", False),
    ],
)
def test_headers_of_what_is_built(text: str, *, found: bool) -> None:
    """Those of Python modules that are surely built, unless wraps may bring them."""
    files = {
        "pyproject.toml": "[build-system]\nrequires = ['meson-python']\nbuild-backend = 'mesonpy'\n",
        "meson.build": f"project('a', 'c')\npy = import('python').find_installation()\n{text}\n",
        "src/meson.build": "py.extension_module('a', files('a.c'), 'more.c')\n",
        "src/a.c": "#include <zlib.h>\n",
    }

    def names(more: dict[str, str]) -> set[str]:
        requires = inspect_tree(tree_of({**files, **more}), LINUX).requires
        return {need.dependency for need in requires}

    assert ("dep:generic/zlib" in names({})) is found
    assert "dep:generic/zlib" not in names({"subprojects/zlib.wrap": ""})
