"""What no toolchain builds on a Python: small trees, each for one rule."""

from __future__ import annotations

from dataclasses import replace

import pytest

from poetry_arch_check.inspection.inspect_tree import inspect_tree
from support.interpreters import LINUX, MACOS, PYPY, WINDOWS
from support.trees import tree_of

SETUP = "from setuptools import Extension, setup\n"
EXTENSION = f"{SETUP}setup(ext_modules=[Extension('a', ['a.c'])])"


def broken_on(
    files: dict[str, str],
    *,
    constraints: tuple[str, ...] = (),
    free_threaded: bool = False,
    minors: range = range(8, 16),
) -> list[int]:
    """Return the minor versions of Python on which a tree cannot be built, on Linux."""
    return [
        minor
        for minor in minors
        if inspect_tree(
            tree_of(files),
            replace(LINUX, version=(3, minor, 0), free_threaded=free_threaded),
            constraints,
        ).broken
    ]


@pytest.mark.parametrize(
    ("code", "first"),
    [
        ("PyEval_CallObject(f, a);", 13),
        ("v->ob_digit[0];", 12),
        ("v->long_value.ob_digit[0];", 99),
        ("PyUnicode_AS_DATA(u);", 12),
        ("PyUnicode_FromUnicode(u, 1);", 12),
        ("Py_UNICODE_COPY(a, b, 1);", 11),
        ("PyFrameObject *f; f->f_code;", 11),
        ("PyFrameObject *f; f->f_code;\n#include <internal/pycore_frame.h>", 99),
        ("tstate->curexc_type;", 12),
        ("PyThreadState_GET()->frame;", 11),
        ("Py_TYPE(o) = t;", 11),
        ("Py_TYPE(o) == t;", 99),
        ("_PyLong_AsByteArray((PyLongObject *)v, buffer(1, 2), 8, 1, 0);", 13),
        ("_PyLong_AsByteArray((PyLongObject *)v, buffer(1, 2), 8, 1, 0, 1);", 99),
        ("PyEval_ReleaseLock();", 13),
        ("PyObject *one = _PyLong_One;", 10),
        ("int a = _Py_SwappedOp[0];", 13),
        # What is defined for other Pythons alone is not defined.
        (
            "#if PY_VERSION_HEX < 0x03070000\n#define OLD\n#endif\n"
            "#ifndef OLD\nPyEval_ReleaseLock();\n#endif",
            13,
        ),
        (
            "#if PY_MAJOR_VERSION < 3\n#define OLD\n#endif\n"
            "#ifdef OLD\nPyEval_ReleaseLock();\n#endif",
            99,
        ),
        ("#ifdef _WIN32\n#define OLD\n#endif\n#ifndef OLD\nPyEval_ReleaseLock();\n#endif", 99),
        ("/* PyEval_ReleaseLock(); */ // PyEval_CallObject", 99),
        ("#if PY_VERSION_HEX < 0x030D0000\nPyEval_ReleaseLock();\n#endif", 99),
        ("#if PY_VERSION_HEX >= 0x03080000\nPyEval_ReleaseLock();\n#endif", 13),
        ("#ifdef PYPY_VERSION\nPyEval_ReleaseLock();\n#endif", 99),
        ("#ifdef HAVE_LOCK\nPyEval_ReleaseLock();\n#endif", 99),
        ("#define PyEval_CallObject(f, a) g(f, a)\nPyEval_CallObject(f, a);", 99),
        ("static int PyEval_ReleaseLock(void) {\n}\nPyEval_ReleaseLock();", 99),
        ("#define F(o) (Py_TYPE(o) = 0)", 99),
        ('#include "longintrepr.h"', 11),
    ],
)
def test_what_the_c_api_no_longer_has(code: str, first: int) -> None:
    """From the Python on that removed it; only what is compiled counts."""
    files = {"setup.py": EXTENSION, "a.c": f"#include <Python.h>\nPyObject *o;\n{code}\n"}
    assert broken_on(files) == [minor for minor in range(8, 16) if minor >= first]
    left_out = {**files, "setup.py": EXTENSION.replace("['a.c']", "['a.c'], optional=True")}
    assert broken_on(left_out) == []
    assert inspect_tree(tree_of(files), PYPY).broken is None


def test_sources_that_refuse_a_python() -> None:
    """By `#error`, for sure."""
    guard = "#if PY_VERSION_HEX >= 0x030C0000\n#error not yet\n#endif\n#ifdef X\n#error x\n#endif"
    assert broken_on({"setup.py": EXTENSION, "a.c": guard}) == [12, 13, 14, 15]


@pytest.mark.parametrize(
    ("requires", "files", "constraint"),
    [
        ("scikit-build-core", "{ paths = ['COPYING'] }", "scikit-build-core<0.11"),
        ("scikit-build-core<0.11", "{ paths = ['COPYING'] }", None),
        ("scikit-build-core", "['COPYING']", None),
        ("pdm-backend", "{ globs = ['COPYING*'] }", "pdm-backend<2.4"),
        ("setuptools", "{ paths = ['COPYING'] }", ""),
        ("hatchling", "{ paths = ['COPYING'] }", None),
    ],
)
def test_license_files_that_are_a_table(requires: str, files: str, constraint: str | None) -> None:
    """Backends that follow PEP 639 refuse what a draft of it had (spglib 2.5.0)."""
    backend = {"scikit-build-core": "scikit_build_core.build", "pdm-backend": "pdm.backend"}.get(
        requires.partition("<")[0], "setuptools.build_meta"
    )
    project = (
        f"[build-system]\nrequires = ['{requires}']\nbuild-backend = '{backend}'\n"
        f"[project]\nname = 'a'\nversion = '1'\nlicense-files = {files}\n"
    )
    broken = inspect_tree(tree_of({"pyproject.toml": project}), LINUX).broken
    assert (broken.constraint if broken else None) == constraint


@pytest.mark.parametrize(
    ("version", "broken"),
    [
        ("0.29.24", [11, 12, 13, 14, 15]),
        ("0.29.32", [12, 13, 14, 15]),
        ("0.29.37", [13, 14, 15]),
        ("3.0.0a10", [11, 12, 13, 14, 15]),
        ("3.0.0b1", [12, 13, 14, 15]),
        ("3.0.4", [13, 14, 15]),
        ("3.0.5", []),
    ],
)
def test_the_cython_that_wrote_the_files(version: str, broken: list[int]) -> None:
    """They do not compile on newer Pythons; nor where such a Cython is pinned."""
    files = {"setup.py": EXTENSION, "a.c": f"/* Generated by Cython {version} */\n"}
    assert broken_on(files) == broken
    pyproject = "[build-system]\nrequires = ['setuptools', 'Cython{}']"
    assert broken_on({**files, "pyproject.toml": pyproject.format("")}) == []
    assert broken_on({**files, "pyproject.toml": pyproject.format(f"=={version}")}) == broken


def test_a_bounded_cython() -> None:
    """Of the releases that are allowed, a build gets the newest; constraints and markers count."""
    pyproject = "[build-system]\nrequires = ['setuptools', 'Cython{}']"
    script = f"{SETUP}setup(ext_modules=[Extension('a', ['a.pyx'])])"
    for bound, broken in {
        ">=0.29,<3": [13, 14, 15],
        ">=0.29.21": [],
        "~=0.29.0": [13, 14, 15],
        "<3.1": [],
        "==0.29.21; python_version < '3.11'": [],
        "==0.29.21; python_version > '3.11'": [12, 13, 14, 15],
    }.items():
        text = pyproject.replace("'Cython{}'", f'"Cython{bound}"')
        assert broken_on({"setup.py": script, "pyproject.toml": text}) == broken, bound
    files = {"setup.py": script, "pyproject.toml": pyproject.format("")}
    assert broken_on(files, constraints=("cython<3",)) == [13, 14, 15]


def test_cython_for_free_threaded_pythons() -> None:
    """Cython 3.1 is the first that writes for them."""
    for version, broken in {"3.0.12": [13, 14], "3.1.0": []}.items():
        files = {"setup.py": EXTENSION, "a.c": f"/* Generated by Cython {version} */\n"}
        assert broken_on(files, free_threaded=True, minors=range(13, 15)) == broken
        assert broken_on(files) == []


EXTERN = """
cdef extern from "x.h":
    ctypedef int (*callback)(int) nogil
    void install(callback c)
    struct table:
        callback entry
"""


@pytest.mark.parametrize(
    ("code", "broken"),
    [
        ("def f(x):\n    return long(x)", True),
        ("def f(x):\n    return isinstance(x, (int, long))", True),
        ("cdef class A:\n    cdef public object __module__", True),
        ("cdef class A:\n    cdef public object __doc__\n    __module__ = 'a'", False),
        ("long = int\ndef f(x):\n    return long(x)", False),
        ("cdef long f(x):\n    return <long>(x)\ncdef long(*p)(int)", False),
        ("# long(x)\ndef f(x):\n    return x.long(1) + sizeof(long)", False),
        (f"{EXTERN}cdef int f(int x) nogil:\n    return x\ninstall(f)", True),
        (f"{EXTERN}cdef int f(int x) noexcept nogil:\n    return x\ninstall(f)", False),
        (f"{EXTERN}cdef int f(int x) except -1:\n    return x\ninstall(f)", False),
        (f"{EXTERN}cdef int f(int x):\n    return x\nother(f)", False),
        (f"{EXTERN}cdef int f(int x):\n    return x\ncdef g(table t):\n    t.entry = f", True),
        (
            f"# cython: legacy_implicit_noexcept=True\n{EXTERN}cdef int f(int x):\n    return x\n"
            "install(f)",
            False,
        ),
    ],
)
def test_what_cython_3_refuses(code: str, broken: bool) -> None:
    """Where a build gets it."""
    script = f"{SETUP}setup(ext_modules=[Extension('a', ['a.pyx'])])"
    files = {
        "setup.py": script,
        "a.pyx": code,
        "x.h": "",
        "pyproject.toml": "[build-system]\nrequires = ['setuptools', 'Cython']",
    }
    found = inspect_tree(tree_of(files), LINUX).broken
    assert bool(found) is broken
    if found:
        assert found.constraint == "Cython<3"
        newer = inspect_tree(tree_of(files), replace(LINUX, version=(3, 13, 0))).broken
        assert newer is not None
        # Nothing that Cython 0.29 writes compiles for 3.13.
        assert newer.constraint == ("Cython<3.1" if "long" in newer.why else "")
        assert inspect_tree(tree_of(files), LINUX, ("cython<3",)).broken is None
    files["pyproject.toml"] = files["pyproject.toml"].replace("Cython", "Cython<3")
    assert inspect_tree(tree_of(files), LINUX).broken is None


def test_what_cython_3_1_refuses() -> None:
    """Cython 3.0 takes Python 2's long; the constraint is what the build and Python allow."""
    files = {
        "setup.py": f"{SETUP}setup(ext_modules=[Extension('a', ['a.pyx'])])",
        "a.pyx": "def f(x):\n    return long(x)",
        "pyproject.toml": "[build-system]\nrequires = ['setuptools', 'Cython>=3']",
    }
    found = inspect_tree(tree_of(files), LINUX).broken
    assert found is not None
    assert "Cython 3.1 refuses" in found.why
    assert found.constraint == "Cython<3.1"
    assert inspect_tree(tree_of(files), LINUX, ("cython<3.1",)).broken is None
    files["pyproject.toml"] = files["pyproject.toml"].replace("Cython>=3", "Cython")
    newer = inspect_tree(tree_of(files), replace(LINUX, version=(3, 13, 0))).broken
    assert newer is not None
    assert newer.constraint == "Cython<3.1"


def test_a_callback_from_another_file() -> None:
    """It is refused as well."""
    files = {
        "setup.py": f"{SETUP}setup(ext_modules=[Extension('p.a', ['p/a.pyx'])])",
        "p/a.pyx": f"from .b cimport f\n{EXTERN}\ndef g():\n    install(f)\n",
        "p/b.pxd": "cdef int f(int x) nogil\n",
        "x.h": "",
        "pyproject.toml": "[build-system]\nrequires = ['setuptools', 'Cython']",
    }
    assert inspect_tree(tree_of(files), LINUX).broken
    files["p/b.pxd"] = "cdef int f(int x) noexcept nogil\n"
    assert inspect_tree(tree_of(files), LINUX).broken is None


@pytest.mark.parametrize(
    ("version", "features", "broken", "threaded"),
    [
        ("0.15.2", "", [], [13, 14]),
        ("0.19.2", "", [], [13, 14]),
        ("0.20.3", "", [13, 14, 15], [13, 14]),
        ("0.22.6", "", [14, 15], [13, 14]),
        ("0.24.1", "", [14, 15], [14]),
        ("0.24.1", "abi3-py38", [], [14]),
        ("0.24.1", "abi3", [14, 15], [14]),
        ("0.27.2", "", [15], []),
        ("0.28.0", "", [], []),
        ("0.29.0", "", [], [13]),
    ],
)
def test_pyo3(version: str, features: str, broken: list[int], threaded: list[int]) -> None:
    """It builds for the Pythons that it knows; the lock of the crates tells which PyO3 it is."""
    files = {
        "pyproject.toml": "[build-system]\nrequires = ['maturin']\nbuild-backend = 'maturin'",
        "Cargo.toml": "[package]\nname = 'a'\n[dependencies]\n"
        f'pyo3 = {{ version = "0.1", features = ["{features}"] }}\n',
        "Cargo.lock": f'[[package]]\nname = "pyo3"\nversion = "{version}"\n',
    }
    assert broken_on(files) == broken
    assert broken_on(files, free_threaded=True, minors=range(13, 15)) == threaded
    del files["Cargo.lock"]
    files["Cargo.toml"] = files["Cargo.toml"].replace('"0.1"', f'"{version}"')
    assert broken_on(files) == broken
    # A crate beside an extension in C that is all the script builds.
    files["pyproject.toml"] = "[build-system]\nrequires = ['setuptools']\n"
    files["setup.py"] = (
        "from setuptools import Extension, setup\nsetup(ext_modules=[Extension('a', ['a.c'])])"
    )
    assert broken_on(files) == []


def test_pythons_that_are_excluded() -> None:
    """By pyproject.toml, else by PKG-INFO."""
    script = {"setup.py": f"{SETUP}setup()"}
    project = "[project]\nname = 'a'\nversion = '1'\nrequires-python = '>=3.9,<3.13'"
    assert broken_on({**script, "pyproject.toml": project}) == [8, 13, 14, 15]
    metadata = "Metadata-Version: 2.1\nRequires-Python: >=3.9, !=3.11.*\n\nRequires-Python: <3\n"
    assert broken_on({**script, "PKG-INFO": metadata}) == [8, 11]
    assert broken_on({**script, "PKG-INFO": "Requires-Python: nonsense\n"}) == []


def test_build_requirements_for_free_threaded_pythons() -> None:
    """Cffi 2 refuses 3.13t, and takes 3.14t."""
    files = {
        "setup.py": EXTENSION,
        "pyproject.toml": "[build-system]\nrequires = ['setuptools', 'cffi>=1']",
    }
    assert broken_on(files, free_threaded=True, minors=range(13, 15)) == [13]
    assert broken_on(files) == []


@pytest.mark.parametrize(
    ("script", "broken"),
    [
        ("import os\nos.uname()\n", True),
        ("import os\nname = os.uname()[0]\n", True),
        ("import os\nif os.name != 'nt':\n    os.uname()\n", False),
        ("import os, sys\nok = sys.platform == 'win32' or os.uname()[0]\n", False),
        ("import os\ndef f():\n    return os.uname()\n", False),
        ("import os\ntry:\n    os.uname()\nexcept AttributeError:\n    pass\n", False),
    ],
)
def test_what_windows_does_not_have(script: str, broken: bool) -> None:
    """Of `os`; where it is asked for in any case."""
    tree = tree_of({"setup.py": f"{script}{SETUP}setup()"})
    assert bool(inspect_tree(tree, WINDOWS).broken) is broken
    assert inspect_tree(tree, LINUX).broken is None
    helper = tree_of({"setup.py": f"import config\n{SETUP}setup()", "config.py": script})
    assert bool(inspect_tree(helper, WINDOWS).broken) is broken
    assert inspect_tree(helper, MACOS).broken is None


@pytest.mark.parametrize(
    ("script", "broken"),
    [
        (
            "def f():\n    if sys.version_info >= (3, 12):\n        raise RuntimeError\nf()",
            [12, 13],
        ),
        ("def f():\n    if sys.version_info[:2] > (3, 11):\n        sys.exit(1)\nf()", [12, 13]),
        ("def f(v):\n    if v >= (3, 12):\n        sys.exit(1)\nf(sys.version_info)", [12, 13]),
        ("def f():\n    if unknown():\n        return\n    sys.exit(1)\nf()", []),
        ("def f():\n    sys.exit(1)\n", []),
        ("def f():\n    raise OSError\ntry:\n    f()\nexcept OSError:\n    pass", []),
    ],
)
def test_guards_in_functions(script: str, broken: list[int]) -> None:
    """They count where the script calls these for sure."""
    files = {"setup.py": f"import sys\n{script}\n{SETUP}setup()"}
    assert broken_on(files, minors=range(11, 14)) == broken


def test_what_a_script_asks_for_before_it_builds() -> None:
    """Frontends run `setup.py egg_info` first, and install what it says."""
    script = """
        import sys
        from setuptools import Extension, setup
        requires = ["wheel"]
        try:
            from Cython.Build import cythonize
            modules = cythonize(Extension("a", ["a.pyx"]))
        except ImportError:
            if "egg_info" in sys.argv:
                requires += ["cython"]
            modules = [Extension("a", ["a.c"])]
        setup(ext_modules=modules, setup_requires=requires)
    """
    files = {"setup.py": script, "a.c": "/* Generated by Cython 0.29.24 */", "a.pyx": ""}
    found = inspect_tree(tree_of(files), LINUX)
    assert "cython" in found.build_requires
    assert found.broken is None
    assert broken_on({**files, "setup.py": script.replace("egg_info", "sdist")}) == [*range(11, 16)]


def test_a_marker_that_cannot_be_evaluated_holds() -> None:
    """Python reads no number of so many digits."""
    never = f"cython; python_version > '{'1' * 5000}'"
    files = {
        "pyproject.toml": f'[build-system]\nrequires = ["setuptools", "{never}"]\n',
        "setup.py": EXTENSION,
        "a.c": "",
    }
    assert broken_on(files) == []


def test_numpy_distutils() -> None:
    """Gone for Python 3.12; in old NumPys, it needs what setuptools 74 no longer has."""
    script = "from numpy.distutils.core import setup\nsetup()"

    def requiring(*names: str) -> dict[str, str]:
        return {"setup.py": script, "pyproject.toml": f"[build-system]\nrequires = {[*names]}"}

    new = [8, 9, 12, 13, 14, 15]
    assert broken_on(requiring("setuptools", "numpy")) == new
    assert broken_on(requiring("setuptools<74", "numpy==1.23.5")) == [12, 13, 14, 15]
    assert broken_on(requiring("setuptools", "numpy<2")) == [*range(8, 16)]
    assert broken_on(requiring("setuptools", "oldest-supported-numpy")) == [*range(8, 16)]
    old = requiring("setuptools", "numpy<2; python_version<'3.10'", "numpy; python_version>='3.10'")
    assert broken_on(old) == new
    limited = broken_on(requiring("setuptools", "numpy<2"), constraints=("setuptools<70",))
    assert limited == [12, 13, 14, 15]
    # Its own, and one that it does without.
    assert broken_on({**requiring("setuptools"), "numpy/distutils/__init__.py": ""}) == []
    caught = f"try:\n    import numpy.distutils\nexcept ImportError:\n    pass\n{SETUP}setup()"
    assert broken_on({**requiring("setuptools", "numpy"), "setup.py": caught}) == []


@pytest.mark.parametrize(
    "source",
    [
        "'src/a_%d%d.c' % sys.version_info[:2]",
        "'src/a_{}{}.c'.format(*sys.version_info[:2])",
        "f'src/3_{sys.version_info[1]}/a.c'",
        "'src/py3%s.c' % sys.version_info.minor",
    ],
)
def test_sources_for_other_pythons_alone(source: str) -> None:
    """A script that names its sources by the Python, which was younger then."""
    script = f"import sys\n{SETUP}setup(ext_modules=[Extension('a', [{source}])])"
    names = [name for old in (8, 9) for name in (f"a_3{old}.c", f"3_{old}/a.c", f"py3{old}.c")]
    files = {"setup.py": script} | {f"src/{name}": "" for name in names}
    if "format" in source:
        assert broken_on(files) == []  # what it names cannot be told
    else:
        assert broken_on(files) == [10, 11, 12, 13, 14, 15]
    # What is written by the build is missing for all of them.
    assert broken_on({"setup.py": script, "src/other_38.c": ""}) == []


@pytest.mark.parametrize(
    ("more", "broken"),
    [
        (["a.cpp", "a.pxd"], True),
        (["a.cpp", "a.pyx"], False),
        (["a.cpp", "a.pyx.in"], False),
        (["a.pxd"], False),
        (["lib/a.cpp"], False),
    ],
)
@pytest.mark.parametrize(
    "modules", ["cythonize('a.pyx')", "[Extension('a', ['a.pyx'])]", "cythonize(['./a.pyx'])"]
)
def test_a_cython_file_that_is_left_out(modules: str, more: list[str], *, broken: bool) -> None:
    """Cython refuses a file that is not there, though what it once made of it is."""
    script = f"from Cython.Build import cythonize\n{SETUP}setup(ext_modules={modules})"
    project = "[build-system]\nrequires = ['setuptools', 'Cython']"
    files = {"setup.py": script, "pyproject.toml": project, **dict.fromkeys(more, "")}
    assert bool(broken_on(files, minors=range(12, 13))) is broken


def test_a_pip_that_isolated_builds_do_not_have() -> None:
    """A script that installs what it imports (fasttext 0.9.2): seen to fail on Debian 13."""
    call = "subprocess.call([sys.executable, '-m', 'pip', 'install', 'pybind11'])"
    script = (
        f"import subprocess, sys\n{SETUP}try:\n    import pybind11\nexcept ImportError:\n"
        f"    if {call}:\n        raise RuntimeError\nsetup(ext_modules=[Extension('a', ['a.cc'])])"
    )

    def broken(script: str, *requires: str) -> bool:
        project = f"[build-system]\nrequires = {['setuptools', *requires]}"
        return bool(
            broken_on({"setup.py": script, "pyproject.toml": project}, minors=range(12, 13))
        )

    assert broken(script)
    assert not broken(script, "pybind11")
    assert not broken(script, "pip")
    tolerated = script.replace(f"if {call}:\n        raise RuntimeError", "pass")
    assert not broken(tolerated)


@pytest.mark.parametrize(
    ("requirement", "broken"),
    [
        ("pybind11<2.6.2", [11, 12, 13, 14, 15]),
        ("pybind11==2.9.1", [11, 12, 13, 14, 15]),
        ("pybind11~=2.9.0", []),
        ("pybind11==2.9.2", []),
        ("pybind11>=2.6,<3", []),
        ("pybind11", []),
        ("pybind11==2.6.1; python_version < '3'", []),
    ],
)
def test_pybind11(requirement: str, broken: list[int]) -> None:
    """Before 2.9.2, its headers look into frames, which 3.11 closed."""
    project = f"[build-system]\nrequires = ['setuptools', \"{requirement}\"]"
    assert broken_on({"setup.py": EXTENSION, "a.c": "", "pyproject.toml": project}) == broken
    assert broken_on({"setup.py": f"{SETUP}setup()", "pyproject.toml": project}) == []


@pytest.mark.parametrize("suffix", ["'.pyx' if choose() else '.c'", "choose()", "'.c'"])
def test_an_ending_that_depends_on_cython(suffix: str) -> None:
    """The Cython file is what is compiled, wherever a script has both (cytoolz)."""
    script = f"""
{SETUP}
suffix = {suffix}
modules = [Extension(name, ['lib/' + name + suffix]) for name in ['a']]
for name in ['b']:
    modules.append(Extension(name, ['lib/' + name + suffix]))
setup(ext_modules=modules)
"""
    files = {"setup.py": script, "lib/b.pyx": "def f(x):\n    return long(x)", "lib/b.c": ""}
    files["pyproject.toml"] = "[build-system]\nrequires = ['setuptools', 'Cython']"
    assert broken_on(files, minors=range(12, 13)) == ([] if suffix == "'.c'" else [12])


@pytest.mark.parametrize(
    ("imported", "broken"),
    [
        ("from distutils import ccompiler, msvccompiler", True),
        ("from distutils.msvccompiler import MSVCCompiler", True),
        ("import distutils.msvccompiler", True),
        ("from distutils import ccompiler", False),
        ("import sys\nif sys.platform == 'win32':\n    from distutils import msvccompiler", False),
        ("try:\n    from distutils import msvccompiler\nexcept ImportError:\n    pass", False),
        ("def f():\n    from distutils import msvccompiler", False),
    ],
)
def test_the_msvccompiler_of_distutils(imported: str, broken: bool) -> None:
    """Setuptools 74, whose distutils is the one of its builds, has none (preshed)."""
    found = inspect_tree(tree_of({"setup.py": f"{imported}\n{EXTENSION}", "a.c": ""}), LINUX).broken
    assert bool(found) is broken
    if found:
        assert found.constraint == "setuptools<74"
