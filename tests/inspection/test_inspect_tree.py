"""What build scripts and project files say of a build: small ones, each for one rule."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from textwrap import dedent

import pytest

from poetry_arch_check.inspection.c_sources.reader import CSource
from poetry_arch_check.inspection.errors import TreeError
from poetry_arch_check.inspection.inspect_tree import inspect_tree
from poetry_arch_check.inspection.inspection import Inspection
from poetry_arch_check.inspection.tree import Tree
from poetry_arch_check.toolchains.toolchain import CMAKE, CXX, FORTRAN, MAKE, RUST, SWIG, C
from support.interpreters import LINUX, MACOS, PYPY, WINDOWS
from support.make import needs, written


def tree(*more: str, **texts: str) -> Tree:
    """Return a tree with these texts (`setup_py` is `setup.py`) and `more` files."""
    named = {
        {"CMakeLists_txt": "CMakeLists.txt"}.get(name, name.replace("_", ".")): dedent(text)
        for name, text in texts.items()
    }
    return Tree(
        names=frozenset({*named, *more}),
        texts={name: text.encode() for name, text in named.items()},
    )


def inspected(*more: str, **texts: str) -> Inspection:
    """Return what building a tree with these texts takes on Linux."""
    return inspect_tree(tree(*more, **texts), LINUX)


SETUP = "import sys\nfrom setuptools import Extension, setup\n"
# What a script says, and what the build takes of it on Linux.
SCRIPTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "pure": ("setup(name='a')", ()),
    "extension": ("setup(ext_modules=[Extension('a', ['a.c'])])", (C,)),
    "named": ("e = [Extension('a', ['a.c'])]\nsetup(ext_modules=e)", (C,)),
    # zstandard: `get_c_extension(system_zstd=SYSTEM_ZSTD)`.
    "a parameter decides": (
        "def get(system=True, other=False):\n"
        "    libraries = ['zstd'] if system else ['lz4'] if other else []\n"
        "    return Extension('a', ['a.c'], libraries=libraries)\n"
        "SYSTEM = False\nif '--system' in sys.argv: SYSTEM = True\n"
        "setup(ext_modules=[get(system=SYSTEM)])",
        (C,),
    ),
    "a parameter decides otherwise": (
        "def get(system=True):\n    libraries = [] if not system else ['zstd']\n"
        "    return Extension('a', ['a.c'], libraries=libraries)\nsetup(ext_modules=[get()])",
        (C, "dep:generic/zstd"),
    ),
    "a parameter that may be both": (
        "def get(system):\n    libraries = ['zstd'] if system else []\n"
        "    return Extension('a', ['a.c'], libraries=libraries)\n"
        "setup(ext_modules=[get(False), get(True)])",
        (C, "dep:generic/zstd"),
    ),
    "a parameter that changes": (
        "def get(system):\n    system = open('a').read()\n    libraries = ['zstd'] if system else []\n"
        "    return Extension('a', ['a.c'], libraries=libraries)\nsetup(ext_modules=[get(False)])",
        (C, "dep:generic/zstd"),
    ),
    "c++ by its files": ("setup(ext_modules=[Extension('a', ['a.cpp'])])", (CXX,)),
    "c++ by its language": (
        "setup(ext_modules=[Extension('a', ['a.pyx'], language='c++')])",
        (CXX,),
    ),
    "fortran": ("setup(ext_modules=[Extension('a', ['a.f90'])])", (FORTRAN,)),
    "cython": (
        "from Cython.Build import cythonize\nsetup(ext_modules=cythonize('a.pyx'))",
        (C,),
    ),
    "cython, listed": (
        "from Cython.Build import cythonize\nm = cythonize([Extension('a', ['a.pyx'])])\n"
        "setup(ext_modules=m)",
        (C,),
    ),
    "pybind11": (
        "from pybind11.setup_helpers import Pybind11Extension\n"
        "setup(ext_modules=[Pybind11Extension('a', ['a.cpp'])])",
        (CXX,),
    ),
    "rust": (
        "from setuptools_rust import RustExtension\nsetup(rust_extensions=[RustExtension('a')])",
        (RUST,),
    ),
    "swig": ("setup(ext_modules=[Extension('a', ['a.i'])])", (C, SWIG)),
    "no extensions": ("ext_modules = []\nsetup(ext_modules=ext_modules)", ()),
    "none": ("setup(ext_modules=None)", ()),
    "appended": ("e = []\ne.append(Extension('a', ['a.c']))\nsetup(ext_modules=e)", (C,)),
    "added": ("e = []\ne += [Extension('a', ['a.c'])]\nsetup(ext_modules=e)", (C,)),
    "by a function": (
        "def get():\n    return [Extension('a', ['a.c'])]\nsetup(ext_modules=get())",
        (C,),
    ),
    "by keywords": ("kw = {}\nkw['ext_modules'] = [Extension('a', ['a.c'])]\nsetup(**kw)", (C,)),
    "by someone else": ("from elsewhere import get\nsetup(ext_modules=get())", (C,)),
    "for windows": (
        "import sys\ne = []\nif sys.platform == 'win32':\n    e.append(Extension('a', ['a.c']))\n"
        "setup(ext_modules=e)",
        (),
    ),
    "not for windows": (
        "import os\nsetup(ext_modules=[] if os.name == 'nt' else [Extension('a', ['a.c'])])",
        (C,),
    ),
    "for macos, by a function": (
        "import platform\ndef mac():\n    return Extension('a', ['a.m'])\n"
        "e = []\nif platform.system() == 'Darwin':\n    e = [mac()]\nsetup(ext_modules=e)",
        (),
    ),
    "for windows, by what sys has": (
        "import sys\nif hasattr(sys, 'getwindowsversion'):\n"
        "    setup(ext_modules=[Extension('a', ['a.c'])])",
        (),
    ),
    "for each of nothing": (
        "e = []\nfor name in []:\n    e.append(Extension(name, ['a.c']))\nsetup(ext_modules=e)",
        (),
    ),
    "one of two unknown": (
        "import random\nif random.random() and False:\n    e = [Extension('a', ['a.c'])]\n"
        "else:\n    e = []\nsetup(ext_modules=e)",
        (),
    ),
    "a command whose name says that it builds": (
        "import subprocess\nfrom setuptools import Command\n"
        "class BuildLibrary(Command):\n    def run(self):\n        subprocess.check_call(['make'])\n"
        "setup(cmdclass={'build_library': BuildLibrary})",
        (MAKE, C),
    ),
    "for windows, by other names": (
        "from sys import platform as where\nimport os.path as op\nfrom os import environ\n"
        "if where == 'win32' or op.exists('no-such-file') or environ.get('X'):\n"
        "    setup(ext_modules=[Extension('a', ['a.c'])])\nelse:\n    setup()",
        (),
    ),
    "where something is required": (
        "try:\n    from Cython.Build import cythonize\nexcept ImportError:\n    pass\n"
        "else:\n    e = cythonize('a.pyx')\n    setup(ext_modules=e)\n",
        (),  # Cython is no build requirement
    ),
    "where a probe compiles": (
        "def works():\n    try:\n        new_compiler().compile(['a.c'])\n        return True\n"
        "    except Exception:\n        return False\n"
        "setup(ext_modules=[Extension('a', ['a.c'])] if works() else [])",
        (),
    ),
    "where a function says so": (
        "import sys\ndef asked_for(option):\n    if option in sys.argv:\n"
        "        sys.argv.remove(option)\n        return True\n    return False\n"
        "if asked_for('--fast'):\n    setup(ext_modules=[Extension('a', ['a.c'])])",
        (),
    ),
    "for python 2": (
        "import sys\nPY2 = sys.version_info[0] == 2\n"
        "setup(ext_modules=[Extension('a', ['a.c'])] if PY2 else [])",
        (),
    ),
    "for pypy": (
        "import platform\nif platform.python_implementation() != 'PyPy':\n"
        "    setup(ext_modules=[Extension('a', ['a.c'])])\nelse:\n    setup()",
        (C,),
    ),
    "switched on by the environment": (
        "import os\nUSE = False\nif os.environ.get('USE') == '1':\n    USE = True\n"
        "if USE:\n    e = [Extension('a', ['a.c'])]\nelse:\n    e = []\nsetup(ext_modules=e)",
        (),
    ),
    "switched off by the environment": (
        "import os\nPURE = bool(os.environ.get('PURE'))\n"
        "setup(ext_modules=[] if PURE else [Extension('a', ['a.c'])])",
        (C,),
    ),
    "switched on by an argument": (
        "import sys\nif '--fast' in sys.argv:\n    setup(ext_modules=[Extension('a', ['a.c'])])\n"
        "else:\n    setup()",
        (),
    ),
    "a file decides": (
        "import os\nif os.path.exists('.git'):\n    setup(ext_modules=[Extension('a', ['a.c'])])\n"
        "else:\n    setup()",
        (),
    ),
    "a path beside the script decides": (
        "import pathlib\nroot = pathlib.Path(__file__).parent\n"
        "setup(ext_modules=[Extension('a', ['a.c'], optional=not (root / '.ci').exists())])",
        (),
    ),
    "a function that is not called": (
        "def unused():\n    return Extension('a', ['a.c'])\nsetup()",
        (),
    ),
    "not known, so both": (
        "import random\nif random.random() > 2:\n    e = [Extension('a', ['a.c'])]\nelse:\n    e = []\n"
        "setup(ext_modules=e)",
        (C,),
    ),
    "cmake by hand": (
        "import subprocess\nfrom setuptools.command.build_ext import build_ext\n"
        "class Build(build_ext):\n    def run(self):\n        subprocess.check_call(['cmake', '.'])\n"
        "setup(ext_modules=[Extension('a', ['a.c'])], cmdclass={'build_ext': Build})",
        (C, CMAKE, CXX, MAKE),
    ),
    "make in a command that no build runs": (
        "import subprocess\nfrom setuptools import Command\n"
        "class Docs(Command):\n    def run(self):\n        subprocess.call(['make', 'html'])\n"
        "setup(cmdclass={'docs': Docs})",
        (),
    ),
    "make": (
        "import subprocess\nfrom setuptools.command.build_py import build_py\n"
        "class Build(build_py):\n    def run(self):\n        subprocess.check_call('make -C lib')\n"
        "setup(cmdclass={'build_py': Build})",
        (MAKE, C),
    ),
    "make, unless told otherwise": (
        "import os, subprocess\nfrom setuptools.command.build_ext import build_ext\n"
        "class Build(build_ext):\n"
        "    def initialize_options(self):\n        self.system = False\n"
        "    def run(self):\n        if not self.system:\n            self.library()\n"
        "    def library(self):\n        subprocess.run(['make'])\n"
        "setup(ext_modules=[Extension('a', ['a.c'])], cmdclass={'build_ext': Build})",
        (C, MAKE),
    ),
    "make, if told so": (
        "import os, subprocess\nfrom setuptools.command.build_ext import build_ext\n"
        "class Build(build_ext):\n"
        "    def run(self):\n        self.static = os.environ.get('STATIC', False)\n"
        "        if self.static or os.name == 'nt':\n            self.library()\n"
        "    def library(self):\n        subprocess.run(['make'])\n"
        "setup(ext_modules=[Extension('a', ['a.c'])], cmdclass={'build_ext': Build})",
        (C,),
    ),
    "swig by a name": (
        "source = 'a.i'\nsetup(ext_modules=[Extension('a', [source])])",
        (C, SWIG),
    ),
    "numpy.distutils": (
        "from numpy.distutils.core import setup\ndef configuration(): pass\nsetup(configuration=1)",
        (C,),
    ),
}


@pytest.mark.parametrize("case", SCRIPTS)
def test_scripts(case: str) -> None:
    """A hook that is reached on the target is a need."""
    text, expected = SCRIPTS[case]
    found = inspected("CMakeLists.txt", setup_py=SETUP + text)
    assert sorted(written(found.requires)) == sorted(expected)


def test_the_target_decides_not_this_machine() -> None:
    """The same script is read for each target."""
    text = SETUP + dedent("""
        import platform, sys
        extensions = []
        if sys.platform.startswith("win"):
            extensions.append(Extension("w", ["w.cpp"]))
        elif sys.platform == "darwin" and platform.machine() == "arm64":
            extensions.append(Extension("m", ["m.m"]))
        if hasattr(sys, "pypy_version_info"):
            extensions = [Extension("p", ["p.rs"])]
        setup(ext_modules=extensions)
    """)
    assert written(inspected(setup_py=text).requires) == ()
    assert written(inspect_tree(tree(setup_py=text), WINDOWS).requires) == (CXX,)
    assert written(inspect_tree(tree(setup_py=text), MACOS).requires) == (C,)
    assert written(inspect_tree(tree(setup_py=text), PYPY).requires) == (RUST,)


LENIENT = """
class Build(build_ext):
    def run(self):
        try:
            build_ext.run(self)
        except {error}:
            {handler}
setup(ext_modules=[Extension('a', ['a.c'])], cmdclass=dict(build_ext=Build))
"""
# What a script does with the failure, and whether that leaves it without extensions.
FALLBACKS: dict[str, tuple[str, bool]] = {
    "optional": ("setup(ext_modules=[Extension('a', ['a.c'], optional=True)])", True),
    "not optional": ("setup(ext_modules=[Extension('a', ['a.c'], optional=False)])", False),
    "one of two": (
        "setup(ext_modules=[Extension('a', ['a.c'], optional=True), Extension('b', ['b.c'])])",
        False,
    ),
    "caught": (LENIENT.format(error="Exception", handler="print('slow')"), True),
    "raised again": (LENIENT.format(error="Exception", handler="raise"), False),
    "another raised": (LENIENT.format(error="Exception", handler="raise SystemExit(1)"), False),
    "ended": (LENIENT.format(error="Exception", handler="import sys; sys.exit(1)"), False),
    "something else caught": (LENIENT.format(error="ImportError", handler="pass"), False),
    "raised if asked for": (
        LENIENT.format(
            error="Exception", handler="if __import__('os').environ.get('CI') is not None: raise"
        ),
        False,
    ),
    "raised if the environment asks": (
        "import os\n"
        + LENIENT.format(error="Exception", handler="if os.environ.get('CI') == 'true': raise"),
        True,
    ),
    "by a method": (
        LENIENT.format(error="OSError", handler="self.warn_of(1)")
        + "\nclass Build2(Build):\n    def warn_of(self, e): print(e)\n",
        True,
    ),
    "the same, in its other form": (
        LENIENT.replace("build_ext.run(self)", "super(Build, self).run()").format(
            error="TypeError", handler="build_ext.run(self)"
        ),
        False,
    ),
    "setup again, without": (
        """
def run(with_extensions):
    kw = dict(ext_modules=[Extension('a', ['a.c'])]) if with_extensions else {}
    setup(name='a', **kw)
try:
    run(True)
except Exception:
    run(False)
""",
        True,
    ),
    "a method raises": (
        LENIENT.format(error="OSError", handler="self.fail()").replace(
            "class Build(build_ext):", "class Build(build_ext):\n    def fail(self): raise OSError"
        ),
        False,
    ),
    "setup again, without skbuild": (
        """
def run(with_binary):
    if with_binary:
        from skbuild import setup
    else:
        from setuptools import setup
    setup(name='a')
try:
    run(True)
except BaseException:
    run(False)
""",
        True,
    ),
    "setup again, the same": (
        "def run(e):\n    setup(ext_modules=e)\nE = [Extension('a', ['a.c'])]\n"
        "try:\n    run(E)\nexcept Exception:\n    run(E)\n",
        False,
    ),
    "another program caught": (
        """
import subprocess
class Build(build_ext):
    def run(self):
        try:
            subprocess.run(['git'])
        except Exception:
            pass
        build_ext.run(self)
setup(ext_modules=[Extension('a', ['a.c'])], cmdclass=dict(build_ext=Build))
""",
        False,
    ),
}


@pytest.mark.parametrize("case", FALLBACKS)
def test_fallbacks(case: str) -> None:
    """What survives without a compiler needs none, and says that there is more with one."""
    text, survives = FALLBACKS[case]
    head = SETUP + "from setuptools.command.build_ext import build_ext\n"
    found = inspected(setup_py=head + text)
    assert (written(found.requires), found.optional) == ((), True) if survives else ((C,), False)


ABI = "ffi.set_source('_a', None)"
BUNDLED = "import os\nif os.environ.get('X') == '1':\n    l = ['pq']\nelse:\n    l = []\n"
BUNDLED += "ffi.set_source('_a', '#include <a.h>', libraries=l)"
API = "ffi.set_source('_a', '#include <a.h>', libraries=['pq'])"


def test_pdm_runs_its_hook_and_setuptools() -> None:
    """The hook tells what is given to `setup()` (editdistance)."""
    project = """
        [build-system]
        requires = ["pdm-backend", "cython"]
        build-backend = "pdm.backend"
        [tool.pdm.build]
        run-setuptools = true
        custom-hook = "hook.py"
        """
    hook = """
        from Cython.Build import cythonize
        def pdm_build_update_setup_kwargs(context, kwargs):
            kwargs.update(ext_modules=cythonize("a.pyx"))
        """
    assert written(inspected("a.pyx", pyproject_toml=project, hook_py=hook).requires) == (C,)


def test_files_of_an_archive_that_a_script_unpacks() -> None:
    """They are not in the tree, and may be there (ibm_db)."""
    script = """
        import os, sys, tarfile
        from setuptools import Extension, setup
        tarfile.open('a.tar').extractall()
        if not os.path.isdir('driver/include'):
            sys.exit()
        setup(ext_modules=[Extension('a', ['a.c'])])
        """
    assert inspected("a.c", setup_py=script).broken is None
    assert inspected("a.c", setup_py=script.replace("extractall", "close")).broken


@pytest.mark.parametrize(
    ("mode", "requires"), [(ABI, ()), (API, (C, "dep:generic/libpq")), (BUNDLED, (C,))]
)
def test_cffi(mode: str, requires: tuple[str, ...]) -> None:
    """In ABI mode nothing is compiled."""
    script = Tree(
        names=frozenset({"setup.py", "src/build_a.py"}),
        texts={
            "setup.py": f"{SETUP}setup(cffi_modules=['src/build_a.py:ffi'])".encode(),
            "src/build_a.py": f"import cffi\nffi = cffi.FFI()\n{mode}\n".encode(),
        },
    )
    assert written(inspect_tree(script, LINUX).requires) == requires


def test_a_helper_beside_the_script() -> None:
    """What the script takes from it counts, what it does not is left aside."""
    texts = {
        "setup.py": b"from setuptools import setup\nimport helper\nsetup(ext_modules=helper.used())",
        "helper.py": b"from setuptools import Extension\n"
        b"def used():\n    return [Extension('a', ['a.cc'])]\n"
        b"def unused():\n    return [Extension('b', ['b.f90'])]\n",
    }
    found = inspect_tree(Tree(names=frozenset(texts), texts=texts), LINUX)
    assert written(found.requires) == (CXX,)


def system(backend: str, *requires: str) -> str:
    """Return the beginning of a pyproject.toml."""
    return f'[build-system]\nrequires = {list(requires)!r}\nbuild-backend = "{backend}"\n'


BACKENDS: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "flit": ({"pyproject_toml": system("flit_core.buildapi", "flit_core")}, ()),
    "hatchling": ({"pyproject_toml": system("hatchling.build", "hatchling")}, ()),
    "hatchling with mypyc": (
        {
            "pyproject_toml": system("hatchling.build")
            + "[tool.hatch.build.targets.wheel.hooks.mypyc]"
        },
        (C,),
    ),
    "hatchling with cmake": (
        {
            "pyproject_toml": system("hatchling.build")
            + "[tool.hatch.build.targets.wheel.hooks.scikit-build]",
            "CMakeLists_txt": "project(a C)",
        },
        (C,),
    ),
    "hatchling with mypyc on demand": (
        {
            "pyproject_toml": system("hatchling.build")
            + "[tool.hatch.build.targets.wheel.hooks.mypyc]\nenable-by-default = false"
        },
        (),
    ),
    "maturin": ({"pyproject_toml": system("maturin", "maturin>=1")}, (RUST,)),
    "maturin, wrapped": (
        {"pyproject_toml": system("own", "maturin>=1") + 'backend-path = ["."]'},
        (RUST,),
    ),
    "meson": (
        {
            "pyproject_toml": system("mesonpy", "meson-python"),
            "meson_build": "project(\n  'a', # 'fortran'\n  'c', 'cython', version: 'cpp',\n)\n",
        },
        (C,),
    ),
    "meson, with c++": (
        {
            "pyproject_toml": system("mesonpy"),
            "meson_build": "project('a', 'c')\nadd_languages('cpp', native: false)\n"
            "dependency('libpq')\ndependency('zlib', required: false)",
        },
        (C, CXX, "dep:generic/pkg-config", "dep:generic/libpq"),
    ),
    "meson, with what it brings along": (
        {
            "pyproject_toml": system("mesonpy"),
            "meson_build": "project('a', 'c')\ndependency('libpq', fallback: ['pq', 'dep'])",
        },
        (C,),
    ),
    "meson, pure": (
        {"pyproject_toml": system("mesonpy"), "meson_build": "project('a', version: '1')"},
        (),
    ),
    "cmake": (
        {
            "pyproject_toml": system("scikit_build_core.build"),
            "CMakeLists_txt": "project(a LANGUAGES CXX)",
        },
        (CXX,),
    ),
    "cmake, by default": (
        {"pyproject_toml": system("scikit_build_core.build"), "CMakeLists_txt": "project(a)"},
        (C, CXX),
    ),
    "poetry": ({"pyproject_toml": system("poetry.core.masonry.api", "poetry-core")}, ()),
    "poetry with a script": (
        {
            "pyproject_toml": system("poetry.core.masonry.api")
            + '[tool.poetry.build]\nscript = "build.py"',
            "build_py": SETUP
            + "def build(kw):\n    kw.update(ext_modules=[Extension('a', ['a.c'])])",
        },
        (C,),
    ),
    "poetry with a script that generates": (
        {
            "pyproject_toml": system("poetry.core.masonry.api")
            + '[tool.poetry]\nbuild = "build.py"',
            "build_py": "open('a.py', 'w').write('')",
        },
        (),
    ),
    "setuptools in pyproject.toml": (
        {
            "pyproject_toml": system("setuptools.build_meta", "setuptools")
            + '[[tool.setuptools.ext-modules]]\nname = "a"\nsources = ["a.cpp"]'
        },
        (CXX,),
    ),
    "setuptools-rust in pyproject.toml": (
        {
            "pyproject_toml": system("setuptools.build_meta")
            + '[[tool.setuptools-rust.ext-modules]]\ntarget = "a"'
        },
        (RUST,),
    ),
    "setuptools, nothing else": ({"pyproject_toml": system("setuptools.build_meta")}, ()),
    "external": (
        {
            "pyproject_toml": system("flit_core.buildapi")
            + '[external]\nbuild-requires = ["dep:virtual/compiler/c", "dep:generic/cmake@>=3"]\n'
            'host-requires = ["dep:generic/libpq"]\ndependencies = ["dep:generic/git"]'
        },
        (C, f"{CMAKE}@>=3", "dep:generic/libpq"),
    ),
    "an unknown one": ({"pyproject_toml": system("strange.api", "strange")}, ()),
}


def test_libraries_of_setup_cfg() -> None:
    """Those that it gives to `build_ext`, where that builds something."""
    script = SETUP + "setup(ext_modules=[Extension('a', ['a.c'])])"
    stated = "[build_ext]\nlibraries = pq, m\n  unheard\n"
    expected = (C, "dep:generic/libpq", "dep:generic/unheard")
    assert written(inspected(setup_py=script, setup_cfg=stated).requires) == expected
    assert inspected(setup_py=SETUP + "setup()", setup_cfg=stated).requires == ()
    for other in ("[build_ext", "[build_ext]\nx", "[a]\nlibraries = pq", "%(x)s", "[build_ext]\n"):
        assert written(inspected(setup_py=script, setup_cfg=other).requires) == (C,)


@pytest.mark.parametrize("case", BACKENDS)
def test_backends(case: str) -> None:
    """Each states its extensions in its own place."""
    texts, expected = BACKENDS[case]
    assert written(inspected(**texts).requires) == expected


@pytest.mark.parametrize(
    ("entry", "linux", "windows"),
    [
        ("dep:generic/cmake@>=3.20", (f"{CMAKE}@>=3.20",), (f"{CMAKE}@>=3.20",)),
        ("dep:generic/cmake; sys_platform == 'win32'", (), (CMAKE,)),
        ("dep:generic/cmake@>=3 ; python_version < '3.13'", (f"{CMAKE}@>=3",), (f"{CMAKE}@>=3",)),
        ("dep:generic/cmake; platform_release < '6'", (CMAKE,), (CMAKE,)),
        ("dep:generic/cmake; no marker", (CMAKE,), (CMAKE,)),
        ("dep:generic/cmake@newest", (CMAKE,), (CMAKE,)),
        ("dep:generic/cmake?arch=x64", (CMAKE,), (CMAKE,)),
        ("pkg:generic/cmake", (CMAKE,), (CMAKE,)),
        ("cmake", (), ()),
    ],
)
def test_entries_of_the_external_table(
    entry: str, linux: tuple[str, ...], windows: tuple[str, ...]
) -> None:
    """With their versions, where their marker holds; one that cannot be evaluated does."""
    text = system("flit_core.buildapi") + f'[external]\nbuild-requires = ["{entry}"]'
    for interpreter, expected in ((LINUX, linux), (WINDOWS, windows)):
        found = inspect_tree(tree(pyproject_toml=text), interpreter)
        assert written(found.requires) == expected


def test_a_record_has_what_was_found() -> None:
    """Also the versions."""
    found = Inspection(requires=needs("rust>=1.65", "c"), optional=True)
    assert Inspection.from_record(found.as_record()) == found
    assert Inspection.from_record({**found.as_record(), "requires": [1]}) is None


def test_sources_tell_of_a_backend_in_the_tree() -> None:
    """It wraps setuptools, and compiles what no script mentions."""
    text = system("own.hooks", "setuptools") + 'backend-path = ["packaging"]'
    assert written(
        inspected("src/a.pyx", "packaging/own/hooks.py", pyproject_toml=text).requires
    ) == (C,)
    assert written(inspected("src/a.py", pyproject_toml=text).requires) == ()


def test_sources_tell_of_an_unknown_backend() -> None:
    """Those of tests and examples do not."""
    found = inspected("src/a.c", "tests/b.cpp", pyproject_toml=system("strange.api", "strange"))
    assert written(found.requires) == (C,)


def test_sources_tell_of_a_script_that_is_the_backend() -> None:
    """It compiles in a way of its own (PyMuPDF's pipcl), SWIG's files as well."""
    project = "[build-system]\nrequires = []\nbuild-backend = 'setup'\nbackend-path = ['.']"
    texts = {"pyproject_toml": project, "setup_py": "import own\ndef build_wheel(*_): own.go()"}
    assert written(inspected("src/a.cpp", **texts).requires) == (CXX,)
    assert written(inspected("src/a.i", **texts).requires) == (C,)
    assert inspected("src/a.py", **texts).requires == ()


BROKEN: dict[str, tuple[dict[str, str], str]] = {
    "pkg_resources": ({"setup_py": "import pkg_resources\n"}, "pkg_resources"),
    "use_2to3": ({"setup_py": SETUP + "setup(use_2to3=True)"}, "use_2to3"),
    "an old cython": (
        {
            "setup_py": SETUP + "def f(self):\n    self.cython_sources()\nf(1)\nsetup()",
            "pyproject_toml": '[build-system]\nrequires = ["setuptools", "wheel", "Cython"]',
        },
        "Cython 3",
    ),
    "settings of an older scikit-build-core": (
        {
            "pyproject_toml": system("scikit_build_core.build", "scikit-build-core>=0.8")
            + "[tool.scikit-build]\ncmake.verbose = true",
        },
        "scikit-build-core 0.10",
    ),
    "python 2": ({"setup_py": "print 'hello'\n"}, "not valid Python 3"),
    "something undeclared": ({"setup_py": "import numpy\n" + SETUP}, "imports numpy"),
    "pip": ({"setup_py": "from pip.req import parse_requirements\n"}, "imports pip"),
    "no version": (
        {"pyproject_toml": system("setuptools.build_meta") + '[project]\nname = "a"'},
        "[project] table without a version",
    ),
    "no toml": ({"pyproject_toml": "[build-system"}, "not valid TOML"),
    "another Python": (
        {
            "setup_py": "import sys\nif sys.version_info >= (3, 9):\n    sys.exit('too new')\n"
            + SETUP
        },
        "exits on this Python version",
    ),
    "another system": (
        {"setup_py": "import sys\nif sys.platform != 'win32':\n    raise OSError('no')\n" + SETUP},
        "exits on this Python version or operating system",
    ),
    "no requires": (
        {"pyproject_toml": "[build-system]"},
        "[build-system] table of its pyproject.toml is invalid",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_no_toolchain_builds(case: str) -> None:
    """The reason is a clause that names what is to blame."""
    texts, why = BROKEN[case]
    found = inspected(**texts).broken
    assert found is not None
    assert why in found.why


NOT_BROKEN: dict[str, dict[str, str]] = {
    "raised elsewhere": {
        "setup_py": "import sys\nif sys.platform == 'win32':\n    raise OSError\n"
        "def f():\n    raise OSError\ntry:\n    raise ImportError\nexcept ImportError:\n    pass\n"
        "if sys.argv[1] == 'publish':\n    sys.exit()\n" + SETUP + "setup()\n"
    },
    "by what is not known of the machine": {
        "setup_py": "import os, platform, sys\nif os.uname()[2] < '2.6' or not os.uname().version:\n"
        "    sys.exit(1)\nif not platform.uname().release:\n    sys.exit(1)\n"
    },
    "asked not to": {"setup_py": SETUP + "setup(use_2to3=False)"},
    "under an undecidable condition": {
        "setup_py": "import subprocess\nif subprocess.call(['x']) == 0:\n    import torch\n"
    },
    "suppressed": {
        "setup_py": "from contextlib import suppress\n"
        "with suppress(ImportError):\n    import numpy\n"
    },
    "not reached": {
        "setup_py": "try:\n    import Cython\nexcept ImportError:\n    import skbuild\n",
        "pyproject_toml": '[build-system]\nrequires = ["setuptools", "Cython"]',
    },
    "an older scikit-build-core": {
        "pyproject_toml": system("scikit_build_core.build", "scikit-build-core<0.10")
        + "[tool.scikit-build]\ncmake.verbose = true",
    },
    "caught": {"setup_py": "try:\n    import pkg_resources\nexcept ImportError:\n    pass\n"},
    "an older setuptools": {
        "setup_py": "import pkg_resources\n",
        "pyproject_toml": '[build-system]\nrequires = ["setuptools<80"]',
    },
    "an older setuptools, more or less": {
        "setup_py": "import pkg_resources\n",
        "pyproject_toml": '[build-system]\nrequires = ["setuptools~=75.0"]',
    },
    "pinned": {
        "setup_py": SETUP + "setup(use_2to3=True)",
        "pyproject_toml": '[build-system]\nrequires = ["setuptools==57.5.0"]',
    },
    "declared": {
        "setup_py": "import numpy\n",
        "pyproject_toml": '[build-system]\nrequires = ["setuptools", "numpy"]',
    },
    "the standard library": {"setup_py": "import distutils, ctypes, os.path\n"},
    "its own": {"setup_py": "import versioneer\n", "versioneer_py": ""},
    "in a function": {"setup_py": "def f():\n    import numpy\nf()\n"},
    "a dynamic version": {
        "pyproject_toml": system("setuptools.build_meta") + '[project]\ndynamic = ["version"]'
    },
    "another backend's version": {
        "pyproject_toml": system("flit_core.buildapi") + '[project]\nname = "a"'
    },
}


@pytest.mark.parametrize("case", NOT_BROKEN)
def test_what_is_built_even_so(case: str) -> None:
    """A false alarm is as bad as a miss."""
    assert inspected(**NOT_BROKEN[case]).broken is None


def test_build_requirements_of_the_script_itself() -> None:
    """Setuptools asks the script for more; old ones write them in all kinds of ways."""
    text = """
        PINS = [("1.17.5", "=='3.8'"), ("1.19.3", ">='3.9'")]
        NEEDED = ["pkgconfig", f"Cython >=0.29"] + [
            f"numpy =={pin}; python_version{versions}" for pin, versions in PINS
        ]
        if mpi_is_there():
            NEEDED.append("mpi4py")
        setup(setup_requires=NEEDED)
    """
    assert inspected(setup_py=SETUP + dedent(text)).build_requires == (
        "setuptools>=40.8.0",
        "pkgconfig",
        "Cython >=0.29",
        "numpy ==1.17.5; python_version=='3.8'",
        "numpy ==1.19.3; python_version>='3.9'",
    )


def test_what_a_python_does_not_have_any_more() -> None:
    """Each module is gone from one version on."""
    for module, last in {"imp": 11, "asyncore": 11, "pipes": 12, "nis": 12}.items():
        text = f"import {module}\n{SETUP}setup()"
        for minor in (10, 11, 12, 13):
            found = inspect_tree(tree(setup_py=text), replace(LINUX, version=(3, minor, 0))).broken
            assert bool(found) == (minor > last), (module, minor)


def written_by(*versions: str) -> dict[str, CSource]:
    """Return C files that these versions of Cython wrote."""
    return {f"{version}.c": CSource(cython=version) for version in versions}


def test_c_files_that_an_old_cython_generated() -> None:
    """They do not compile with a newer Python, unless Cython generates them anew."""
    setup = f"{SETUP}setup(ext_modules=[Extension('a', ['a.c'])])"
    optional = setup.replace("['a.c']", "['a.c'], optional=True")
    for version, first in {"0.29.24": 11, "0.29.32": 12, "0.29.37": 13, "3.0.11": 99}.items():
        for minor in (10, 11, 12, 13):
            on = replace(LINUX, version=(3, minor, 0))
            old = replace(tree(setup_py=setup), c_sources=written_by(version, "3.0.11"))
            assert bool(inspect_tree(old, on).broken) == (minor >= first), (version, minor)
            again = replace(
                tree(setup_py=setup, pyproject_toml="[build-system]\nrequires = ['Cython']"),
                c_sources=old.c_sources,
            )
            assert inspect_tree(again, on).broken is None
            left_out = replace(tree(setup_py=optional), c_sources=old.c_sources)
            assert inspect_tree(left_out, on).broken is None


def test_an_old_python_has_old_tools() -> None:
    """Setuptools 82 asks for a newer one."""
    script = tree(setup_py="import pkg_resources\nfrom setuptools import setup\nsetup()")
    for minor, broken in {8: False, 9: True}.items():
        assert bool(inspect_tree(script, replace(LINUX, version=(3, minor, 0))).broken) is broken


def test_a_library_that_comes_as_a_subproject() -> None:
    """Meson takes it from there."""
    texts = {
        "pyproject_toml": system("mesonpy"),
        "meson_build": "project('a', 'c')\ndependency('libpq')",
    }
    assert "dep:generic/libpq" in written(inspected(**texts).requires)
    assert written(inspected("subprojects/libpq.wrap", **texts).requires) == (C,)


def test_a_build_constraint_lets_it_build_again() -> None:
    """What the project says counts: it decides which tools a build gets."""
    script = tree(setup_py="import pkg_resources\nfrom setuptools import setup\nsetup()")
    assert inspect_tree(script, LINUX).broken
    assert inspect_tree(script, LINUX, ("setuptools (<82)",)).broken is None
    assert inspect_tree(script, LINUX, ("setuptools (>=60)",)).broken


def test_a_build_file_that_is_a_link() -> None:
    """What it points to is not known: such a tree is refused."""
    linked = Tree(names=frozenset({"a.py"}), links=frozenset({"setup.py"}))
    with pytest.raises(TreeError, match="link"):
        inspect_tree(linked, LINUX)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5_000,
        "x = " + "-" * 20_000 + "1",
        "x" + ".a" * 20_000,
        "if True:\n" + "".join(" " * n + "if x:\n" for n in range(1, 95)) + " " * 95 + "pass",
        "x = [" + "1," * 100_000 + "]",
        "x = " + " + ".join(["'a'"] * 5_000),
        "x = 'a'\n" + "x = x + x\n" * 200,
        "\0",
        "# coding: nonsense\nx = 1",
        "class A(" + ",".join(f"B{n}" for n in range(5_000)) + "): pass",
        "def f(): return f()\n" * 2_000 + "f()",
    ],
)
def test_hostile_scripts(text: str) -> None:
    """They end, and say something or other."""
    with suppress(TreeError):
        inspected(setup_py=text)


def test_nothing_is_imported_or_executed(tmp_path: object) -> None:
    """The script would leave a file behind."""
    text = f"open({str(tmp_path)!r} + '/ran', 'w')\nimport os\nos.mkdir({str(tmp_path)!r} + '/x')\n"
    inspected(setup_py=text)
    assert not list(__import__("pathlib").Path(str(tmp_path)).iterdir())


def test_a_module_that_came_with_a_python() -> None:
    """It is that of the target that counts, not the one that runs this."""
    text = f"import tomllib\n{SETUP}setup()"
    for minor, broken in {10: True, 11: False, 14: False}.items():
        found = inspect_tree(tree(setup_py=text), replace(LINUX, version=(3, minor, 0))).broken
        assert bool(found) is broken


def test_a_script_that_runs_other_code() -> None:
    """What that assigns is not known: a check of it afterwards stops nothing."""
    script = (
        "version = ''\nexec(open('version.py').read())\nif not version:\n    raise RuntimeError\n"
    )
    assert inspected(setup_py=f"{script}{SETUP}setup()").broken is None
    assert inspected(setup_py=script.replace("exec", "len")).broken is not None


@pytest.mark.parametrize(
    "options", ["{'sources': ['a.c', 'b.cpp']}", "dict(sources=['a.c', 'b.cpp'])"]
)
def test_an_extension_of_collected_options(options: str) -> None:
    """By the dictionary that is chosen (zopfli): `Extension(name, **options)`."""
    text = f"""
import os
from setuptools import Extension, setup
if os.environ.get('USE_SYSTEM'):
    options = dict(sources=['a.c'], libraries=['z'])
else:
    options = {options}
setup(ext_modules=[Extension('a', **options)])
"""
    assert written(inspected(setup_py=text).requires) == (C, CXX)
