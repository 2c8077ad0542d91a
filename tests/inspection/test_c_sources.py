"""What C, C++ and Cython sources ask for: libraries, versions, compilers."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from poetry_arch_check.inspection.c_sources.reader import MAX_FILE, CReader, read_c_source
from poetry_arch_check.inspection.compiled import compiled_of
from poetry_arch_check.inspection.inspect_tree import inspect_tree
from poetry_arch_check.inspection.preprocessor import evaluate, macros_of
from poetry_arch_check.inspection.source_requirements import source_needs
from poetry_arch_check.toolchains.toolchain import CXX, C
from support.interpreters import LINUX, MACOS, WINDOWS
from support.make import written
from support.trees import tree_of

SETUP = "from setuptools import Extension, setup\n"
EXTENSION = f"{SETUP}setup(ext_modules=[Extension('a', ['src/a.c'])])"


def libraries_of(source: str, files: dict[str, str] | None = None, script: str = "") -> set[str]:
    """Return the libraries that a build of `src/a.c` requires on Linux."""
    tree = tree_of({"setup.py": script or EXTENSION, "src/a.c": source, **(files or {})})
    found = inspect_tree(tree, LINUX).requires
    return {each.dependency.removeprefix("dep:generic/") for each in found} - {C}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('#include "sqlite3.h"', {"sqlite"}),
        ("#include <Python.h>\n#include <stdio.h>\n#include <linux/fs.h>\n", set()),
        ("#if 0\n#include <sqlite3.h>\n#endif", set()),
        ("/* #include <sqlite3.h> */\n// #include <sqlite3.h>", set()),
        ("#ifdef _WIN32\n#include <sqlite3.h>\n#endif", set()),
        ("#ifndef _WIN32\n#include <sqlite3.h>\n#endif", {"sqlite"}),
        ("#ifdef _WIN32\n#include <x.h>\n#else\n#include <sqlite3.h>\n#endif", {"sqlite"}),
        ("#ifdef HAVE_SQLITE\n#include <sqlite3.h>\n#endif", set()),
        ("#if __has_include(<sqlite3.h>)\n#include <sqlite3.h>\n#endif", set()),
        ("#if PY_VERSION_HEX < 0x03080000\n#include <sqlite3.h>\n#endif", set()),
        (
            "#if PY_MAJOR_VERSION >= 3\n#define P3\n#endif\n#ifdef P3\n#include <zlib.h>\n#endif",
            {"zlib"},
        ),
        ("#ifndef A_H\n#define A_H\n#include <zlib.h>\n#endif", {"zlib"}),
        ("#  include <zlib.h>\nint a; x # include <sqlite3.h>", {"zlib"}),
    ],
)
def test_headers_name_libraries(source: str, expected: set[str]) -> None:
    """Those that are surely included on the target."""
    assert libraries_of(source) == expected


def test_headers_that_the_tree_has() -> None:
    """Whatever their path; what they include counts."""
    assert libraries_of('#include "sqlite3.h"', {"vendor/deep/sqlite3.h": ""}) == set()
    assert libraries_of('#include "own.h"', {"src/own.h": "#include <zlib.h>"}) == {"zlib"}
    # What it is made of stands for it; CMake makes some of nothing.
    assert libraries_of('#include "igraph.h"', {"vendor/include/igraph.h.in": ""}) == set()
    exported = '#include "igraph_export.h"'
    assert libraries_of(exported) == {"igraph"}
    assert libraries_of(exported, {"vendor/CMakeLists.txt": ""}) == set()
    # Of the library, the tree has the headers alone, and links to it.
    script = EXTENSION.replace("['src/a.c']", "['src/a.c'], extra_link_args=['-L.'] + ['heif']")
    files = {"libheif/heif.h": ""}
    assert libraries_of('#include "libheif/heif.h"', files, script) == {"libheif"}
    assert libraries_of('#include "libheif/heif.h"', files) == set()
    files["libheif/heif.cc"] = ""
    assert libraries_of('#include "libheif/heif.h"', files, script) == set()


@pytest.mark.parametrize(
    ("options", "versions"),
    [
        ("'-std=c++17'", ">=7"),
        ("'-O2 -std=gnu++20'", ">=10"),
        ("'-std=c++2b'", ">=11"),
        ("'-std=c++11'", ""),
        ("'-std=c99'", ""),
        ("'-std=c++20', '-std=c++17'", ">=7"),
        ("'-std=c++20', '-std=c++14'", ""),
        ("'/std:c++20'", ""),
    ],
)
def test_the_standard_says_which_gcc_it_takes(options: str, versions: str) -> None:
    """The first with the option, by GCC's documentation; of several, a script tries the older."""
    script = (
        f"{SETUP}setup(ext_modules=[Extension('a', ['a.cpp'], extra_compile_args=[{options}])])"
    )
    tree = tree_of({"setup.py": script, "a.cpp": ""})
    assert [need.versions for need in inspect_tree(tree, LINUX).requires] == [versions]
    assert [need.versions for need in inspect_tree(tree, MACOS).requires] == [""]


def test_only_what_is_compiled_for_sure() -> None:
    """Not other files, nor extensions that may be left out."""
    other = {"src/b.c": "#include <zlib.h>"}
    assert libraries_of("", other) == set()
    optional = EXTENSION.replace("['src/a.c']", "['src/a.c'], optional=True")
    assert libraries_of("#include <zlib.h>", None, optional) == set()


@pytest.mark.parametrize(
    "removal",
    [
        "self.extensions.remove(1)",
        "self.extensions.pop()",
        "del self.extensions[0]",
        "self.extensions = [each for each in self.extensions if works(each)]",
    ],
)
def test_what_a_script_takes_out_again_is_not_sure(removal: str) -> None:
    """Neither the libraries of its headers, nor what its sources refuse (pycrypto 2.6.1)."""
    script = (
        f"{SETUP}from setuptools.command.build_ext import build_ext\n"
        f"class Build(build_ext):\n    def run(self):\n        {removal}\n"
        "setup(ext_modules=[Extension('a', ['src/a.c'])], cmdclass={'build_ext': Build})"
    )
    source = "#include <zlib.h>\n#include <longintrepr.h>\n#error no"
    assert libraries_of(source, None, script) == set()
    tree = tree_of({"setup.py": script, "src/a.c": source})
    assert inspect_tree(tree, LINUX).broken is None
    kept = script.replace(removal, "self.extensions.append(1)")
    assert inspect_tree(tree_of({"setup.py": kept, "src/a.c": source}), LINUX).broken is not None


def test_what_a_tree_has_for_windows_stands_in_for_nothing_elsewhere() -> None:
    """Copies of the system's headers, of a library's, of what `configure` writes.

    scrypt 0.8.20 has a stdint.h for Visual C++, pyFFTW 0.13.1 FFTW's header, pycrypto a config.h.
    """
    refuses = {"stubs/include/stdint.h": "#error for Visual C++ alone"}
    tree = tree_of({"setup.py": EXTENSION, "src/a.c": "#include <stdint.h>", **refuses})
    assert inspect_tree(tree, LINUX).broken is None
    for folder in ("include/win", "inc-msvc", "windows_x64", "VS2010", "src/win32"):
        copy = {f"{folder}/sqlite3.h": ""}
        assert libraries_of("#include <sqlite3.h>", copy) == {"sqlite"}
    assert libraries_of("#include <sqlite3.h>", {"winding/sqlite3.h": ""}) == set()


def test_a_library_that_is_built_along_is_none_of_headers_alone() -> None:
    """Its sources lie in the directory that is called like it, or further down (hidapi 0.14.0)."""
    script = EXTENSION.replace(SETUP, f"{SETUP}import os\nos.path.join('heif', 'src')\n")
    files = {"heif/include/libheif/heif.h": ""}
    assert libraries_of('#include "libheif/heif.h"', files, script) == {"libheif"}
    files["heif/linux/heif.c"] = ""
    assert libraries_of('#include "libheif/heif.h"', files, script) == set()


@pytest.mark.parametrize(
    "sources",
    [
        "[os.path.join('src', 'a.c')]",
        "[os.path.join(here(), 'a.c')]",
        "['src/%s.c' % name()]",
        "glob.glob('src/*.c')",
        "sorted(glob.glob('src/*.c'))",
        "files",
        "['./src/a.c'] + files",
    ],
)
def test_how_sources_are_named(sources: str) -> None:
    """By paths, parts of paths and patterns."""
    script = (
        f"import glob, os\n{SETUP}files = ['src/a.c']\n"
        f"setup(ext_modules=[Extension('a', {sources})])"
    )
    assert libraries_of("#include <zlib.h>", None, script) == {"zlib"}


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        ("glob.glob('src/*.c')", {"zlib"}),
        ("sorted(glob.glob(os.path.join(here, 'src', '*.c')))", {"zlib"}),
        ("glob.glob('src/**/*.c', recursive=True)", {"zlib", "sqlite"}),
        (
            "[str(p.absolute()) for p in (Path(__file__).parent / 'src').rglob('*.c')]",
            {"zlib", "sqlite"},
        ),
        ("[str(p) for p in Path('src').glob('deep/*.c')]", {"sqlite"}),
        ("glob.glob('src/*/*/*.c')", set()),
        ("glob.glob('/src/*.c')", set()),
        ("glob.glob('lib/*.c')", set()),
    ],
)
def test_sources_that_are_looked_for(sources: str, expected: set[str]) -> None:
    """By patterns, with the functions of `glob` and the methods of `pathlib`."""
    script = (
        f"import glob, os\nfrom pathlib import Path\n{SETUP}here = os.path.dirname(__file__)\n"
        f"setup(ext_modules=[Extension('a', {sources})])"
    )
    files = {"src/deep/b.c": "#include <sqlite3.h>", "c.c": "#include <lzo/lzo1x.h>"}
    assert libraries_of("#include <zlib.h>", files, script) == expected


def test_what_comes_with_macos_is_no_need_there() -> None:
    """Its SDK has zlib and SQLite, but not libheif; what Windows has is not known."""
    source = "#include <zlib.h>\n#include <sqlite3.h>\n#include <libheif/heif.h>\n"
    tree = tree_of({"setup.py": EXTENSION, "src/a.c": source})
    assert written(inspect_tree(tree, MACOS).requires) == (C, "dep:generic/libheif")
    assert written(inspect_tree(tree, WINDOWS).requires) == (C,)


def test_what_cffi_compiles() -> None:
    """The text that it is given, if it is given one."""
    script = f"{SETUP}setup(cffi_modules=['build_ffi.py:ffi'])"
    build = "ffi.set_source('_a', '''\n#include <zlib.h>\n''')"
    tree = tree_of({"setup.py": script, "build_ffi.py": build})
    assert "dep:generic/zlib" in written(inspect_tree(tree, LINUX).requires)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# distutils: language = c++\n", {CXX}),
        ("#!python\n\n# distutils: language=c++\n", {CXX}),
        ("# distutils: language = c\n", set()),
        ("# distutils: libraries = lzo2 m\n", {"lzo"}),
        ("import a\n# distutils: language = c++\n", set()),
    ],
)
def test_what_cython_files_tell(source: str, expected: set[str]) -> None:
    """The language and the libraries, in the comments before the code (editdistance)."""
    for given in ("'src/b.pyx'", "['src/b.pyx']", "[Extension('b', ['src/b.pyx'])]"):
        script = f"from Cython.Build import cythonize\n{SETUP}setup(ext_modules=cythonize({given}))"
        assert libraries_of("", {"src/b.pyx": source}, script) == expected


def test_cython_files_name_headers() -> None:
    """Those of the files that they import as well."""
    script = (
        f"{SETUP}from Cython.Build import cythonize\n"
        "setup(ext_modules=cythonize([Extension('a', ['a/b.pyx'])]))"
    )
    files = {
        "setup.py": script,
        "pyproject.toml": "[build-system]\nrequires = ['setuptools', 'Cython']",
        "a/b.pyx": "from a.c cimport d\n",
        "a/c.pxd": 'cdef extern from "zlib.h":\n    int d()\n',
    }
    assert "dep:generic/zlib" in written(inspect_tree(tree_of(files), LINUX).requires)
    files["a/c.pxd"] = "cdef extern from *:\n    pass\n# cdef extern from 'zlib.h':\n"
    assert written(inspect_tree(tree_of(files), LINUX).requires) == (C,)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "#include <librdkafka/rdkafka.h>\n#define MIN 0x010900ff\n#if RD_KAFKA_VERSION < MIN\n"
            "#ifdef __APPLE__\n#error brew\n#else\n#error old\n#endif\n#endif",
            "dep:generic/librdkafka@>=1.9",
        ),
        (
            "#include <git2.h>\n"
            "#if !(LIBGIT2_VER_MAJOR == 1 && LIBGIT2_VER_MINOR == 6)\n#error You need 1.6\n#endif",
            "dep:generic/libgit2@==1.6.*",
        ),
        (
            "#include <openssl/ssl.h>\n#if OPENSSL_VERSION_NUMBER < 0x10101000L\n#error\n#endif",
            "dep:generic/openssl@>=1.1.1",
        ),
        (
            "#include <curl/curl.h>\n#if LIBCURL_VERSION_NUM < 0x072600\n#error\n#endif",
            "dep:generic/libcurl@>=7.38",
        ),
        (
            "#include <libxml/tree.h>\n#if LIBXML_VERSION < 20904\n#error\n#endif",
            "dep:generic/libxml2@>=2.9.4",
        ),
        ("#include <zlib.h>\n#if SOMETHING < 0x010900ff\n#error\n#endif", "dep:generic/zlib"),
    ],
)
def test_guards_ask_for_versions(source: str, expected: str) -> None:
    """`#error` where a library's macro of its version says that it is older."""
    tree = tree_of({"a.c": source})
    compiled = compiled_of(["a.c"], (), tree, LINUX)
    assert [str(need) for need in source_needs(compiled, tree, None, (), ())][-1] == expected


CHOICE = """#if defined(USE_TLS)
# if defined(USE_OPENSSL)
#   include <openssl/ssl.h>
# elif defined(USE_GNUTLS)
#   include <gnutls/gnutls.h>
# else
#   ifdef _MSC_VER
#     pragma message("none")
#   else
#     warning "none"
#   endif
# endif
#endif"""


@pytest.mark.parametrize(
    ("source", "macros", "expected"),
    [
        (CHOICE, "USE_TLS USE_OPENSSL USE_GNUTLS", {"openssl"}),
        (CHOICE.replace("warning", "error"), "USE_TLS USE_OPENSSL USE_GNUTLS", {"openssl"}),
        # The script does not choose, or it chooses without the outer one.
        (CHOICE, "USE_TLS USE_OPENSSL", set()),
        (CHOICE, "USE_OPENSSL USE_GNUTLS", set()),
        # It is fine without any, there is but one, or another one is there already.
        (CHOICE.replace("warning", "pragma"), "USE_TLS USE_OPENSSL USE_GNUTLS", set()),
        (
            CHOICE.replace("gnutls/gnutls.h", "openssl/err.h"),
            "USE_TLS USE_OPENSSL USE_GNUTLS",
            set(),
        ),
        (f"#include <gnutls/x509.h>\n{CHOICE}", "USE_TLS USE_OPENSSL USE_GNUTLS", {"gnutls"}),
        # A condition that is more than a macro tells nothing.
        (
            CHOICE.replace("(USE_TLS)", "(USE_TLS) && VERSION > 3"),
            "USE_TLS USE_OPENSSL USE_GNUTLS",
            set(),
        ),
    ],
)
def test_one_of_several_libraries(source: str, macros: str, expected: set[str]) -> None:
    """The first, if the script chooses by macros and the sources warn where it does not (pycurl)."""
    chosen = "".join(
        f"elif '{each}' in argv: macros.append(('{each}', 1))\n" for each in macros.split()
    )
    script = f"{SETUP}macros = []\nargv = open('a').read()\nif 0: pass\n{chosen}{EXTENSION}"
    script = script.replace("['src/a.c']", "['src/a.c'], define_macros=macros")
    assert libraries_of(source, script=script) == expected


def test_what_gcc_14_refuses() -> None:
    """A function of a method table that is cast to another type than the table's."""
    method = '{{"f", (%s)f, METH_VARARGS | METH_KEYWORDS, "doc"}}'
    for cast, needs in {
        "PyCFunctionWithKeywords": ["dep:virtual/compiler/c@<14"],
        "PyCFunction": [],
        "PyCFunction)(void(*)(void)": [],
    }.items():
        tree = tree_of({"a.c": "static PyMethodDef m[] = " + method.format() % cast})
        compiled = compiled_of(["a.c"], (), tree, LINUX)
        assert [str(need) for need in source_needs(compiled, tree, None, (), ())] == needs


@pytest.mark.parametrize(
    ("declared", "returned", "refused"),
    [
        ("nodePtr* n;", "nodePtr", True),  # xmlsec 1.3.13
        ("nodePtr n;", "nodePtr", False),
        ("nodePtr* n;", "nodePtr*", False),
        ("nodePtr* n;\n}\nvoid g() {", "nodePtr", False),
    ],
)
def test_gcc_14_refuses_other_pointers(declared: str, returned: str, *, refused: bool) -> None:
    """What a function returns does not fit the variable that takes it."""
    tree = tree_of(
        {
            "a.c": f'#include "a.h"\nvoid f(PyObject* p) {{\n    {declared}\n    n = make(p);\n}}\n',
            "a.h": f"{returned} make(PyObject* p);\n",
        }
    )
    assert bool(compiled_of(["a.c"], (), tree, LINUX).not_gcc_14) is refused


@pytest.mark.parametrize(
    ("condition", "linux", "windows"),
    [
        ("1", True, True),
        ("defined(_WIN32) || defined(__CYGWIN__)", False, True),
        ("!defined _WIN32 && !(0)", True, False),
        ("PY_VERSION_HEX >= 0x030B0000 && PY_VERSION_HEX < 0x030C0000", True, True),
        ("PY_MAJOR_VERSION == 3 && PY_MINOR_VERSION > 11", False, False),
        ("UNKNOWN", None, None),
        ("UNKNOWN && 0", False, False),
        ("UNKNOWN || 1", True, True),
        ("UNKNOWN(1, (2)) && defined(_MSC_VER)", False, None),
        ("010 == 8 && 1 + 2 * 3 == 7", True, True),
        ("(", None, None),
        ("1 2", None, None),
        ("!" * 1000 + "1", None, None),
        ("", None, None),
    ],
)
def test_conditions(condition: str, linux: bool | None, windows: bool | None) -> None:
    """They are true, false or unknown."""
    assert evaluate(condition, macros_of(LINUX)) is linux
    assert evaluate(condition, macros_of(WINDOWS)) is windows


def test_macros_of_a_target() -> None:
    """What one system defines, another does not."""
    assert evaluate("defined(__APPLE__)", macros_of(MACOS)) is True
    assert evaluate("defined(__APPLE__)", macros_of(LINUX)) is False
    threaded = replace(LINUX, version=(3, 13, 0), free_threaded=True)
    assert evaluate("Py_GIL_DISABLED", macros_of(threaded)) is True


@pytest.mark.parametrize("name", ["a.c", "a.pyx", "a.pxd"])
@pytest.mark.parametrize(
    "piece",
    [
        *(
            "/*",
            '"',
            "'",
            '\\"',
            "#",
            "#if (\n",
            "#include <",
            "#define a \\\n",
            "Py_TYPE (",
            "((,",
        ),
        *("PyObject _PyLong_AsByteArray(,", "cdef extern from 'a':\n b(", "a(b,", "{(PyCFunction"),
        *(
            "PyFrameObject ->f_",
            "cimport ",
            "cdef a b(",
            "  a.b = c\n",
            "\n",
            " ",
            "PyEval_CallObject(",
        ),
        *("#if 1\n", "tstate->", "long(", "//\\\n", "x" * 50),
    ],
)
def test_hostile_sources(name: str, piece: str) -> None:
    """Reading one takes time in proportion to its length."""
    content = (b"PyObject " + piece.encode() * MAX_FILE)[:MAX_FILE]
    begin = time.thread_time()
    source = read_c_source(name, content)
    assert time.thread_time() - begin < 2
    tree = replace(tree_of({}, name), c_sources={name: source})
    compiled_of([name], (), tree, LINUX)
    assert time.thread_time() - begin < 3


def test_files_that_include_each_other() -> None:
    """Each is read once."""
    tree = tree_of({"a.c": '#include "b.h"', "b.h": '#include "a.c"\n#include <zlib.h>'})
    assert set(compiled_of(["a.c"], (), tree, LINUX).headers) == {"zlib.h"}


def test_there_is_a_limit_for_all_files() -> None:
    """Beyond it, only the line is read that tells which Cython wrote a file."""
    reader = CReader()
    content = b"#include <zlib.h>\n".ljust(MAX_FILE)
    for number in range(40):
        name = f"{number}.c"
        reader.read(name, content[: reader.wants(name)])
    reader.read("x.c", b"/* Generated by Cython 0.29.24 */"[: reader.wants("x.c")])
    assert reader.sources["0.c"].events
    assert "30.c" not in reader.sources or not reader.sources["30.c"].events[1:]
    assert reader.sources["x.c"].cython == "0.29.24"
    assert reader.wants("a.txt") == 0


@pytest.mark.parametrize(
    "listing",
    [
        "[str(p) for p in sorted(Path('src').iterdir()) if p.suffix == '.c']",  # pygit2 1.12
        "[os.path.join('src', f) for f in os.listdir('src') if f.endswith('.c')]",  # pyodbc
        "[f'src/{p.stem}.c' for p in Path('src').iterdir() if p.name.endswith(('.c', '.h'))]",
        "sorted([os.path.relpath(os.path.join('src', f)) for f in os.listdir('src') if f.endswith('.c')])",
    ],
)
def test_sources_that_a_script_lists(listing: str) -> None:
    """The files of a directory, by a condition on their names."""
    script = f"import os\nfrom pathlib import Path\n{SETUP}setup(ext_modules=[Extension('a', {listing})])"
    source = '#include "src.h"\n'
    header = "#include <git2.h>\n#if !(LIBGIT2_VER_MAJOR == 1 && LIBGIT2_VER_MINOR == 6)\n#error no\n#endif\n"
    files = {"setup.py": script, "src/a.c": source, "src/src.h": header, "src/no.txt": ""}
    needs = {str(each) for each in inspect_tree(tree_of(files), LINUX).requires}
    assert "dep:generic/libgit2@==1.6.*" in needs


def test_a_listing_is_not_known_where_files_are_made() -> None:
    """Neither is that of a directory that is not there."""
    script = f"import os\n{SETUP}setup(ext_modules=[Extension('a', [f for f in os.listdir('x')])])"
    found = inspect_tree(tree_of({"setup.py": script, "src/a.c": "#include <git2.h>"}), LINUX)
    assert [each.dependency for each in found.requires] == [C]
