"""What a CMake project asks for."""

from __future__ import annotations

import time

import pytest

from poetry_arch_check.inspection.backends import read_backend
from poetry_arch_check.inspection.cmake.needs import cmake_needs, languages_of, read_cmake
from poetry_arch_check.inspection.cmake.syntax import commands
from poetry_arch_check.inspection.cmake_requirements import CMakeBuild
from poetry_arch_check.inspection.inspect_tree import inspect_tree
from poetry_arch_check.inspection.requirements import Requirements
from poetry_arch_check.toolchains.toolchain import CXX, FORTRAN, C
from support.interpreters import LINUX, WINDOWS
from support.trees import needs_of_script, tree_of

SKBUILD = "from skbuild import setup\nsetup(name='a')"


def project(*requires: str) -> str:
    """Return a pyproject.toml of setuptools with more build requirements."""
    listed = ["setuptools", *requires]
    return f'[build-system]\nrequires = {listed!r}\nbuild-backend = "setuptools.build_meta"\n'


def needs_of(text: str, files: dict[str, str] | None = None) -> set[str]:
    """Return the libraries and programs that a CMakeLists.txt takes on Linux."""
    tree = tree_of({"CMakeLists.txt": text, **(files or {})})
    read = read_cmake(tree, "", LINUX)
    assert read is not None
    return {str(need) for need in cmake_needs(read, tree, ())}


def test_the_reader_is_tolerant() -> None:
    """Comments, brackets, quotes, nested parentheses, and what is not terminated."""
    text = '# no(1)\n#[[ no(2)\n]]\nSet (A "b (c) \\" d" [=[ e ]] ]=] f#g\n (h i))\n]] "\nlast(j'
    found = [(each.name, [argument.text for argument in each.arguments]) for each in commands(text)]
    assert found == [
        ("set", ["A", 'b (c) " d', " e ]] ", "f", "(", "h", "i", ")"]),
        ("last", ["j"]),
    ]


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("project(a)", (C, CXX)),
        ("project(a CXX)", (CXX,)),
        ("project(a VERSION 1 LANGUAGES C)", (C,)),
        ("project(a VERSION 1)", (C, CXX)),
        ("project(a LANGUAGES NONE)\nenable_language(C)\nenable_language(Fortran)", (C, FORTRAN)),
        ("set(L CXX)\nproject(a LANGUAGES ${L})", (CXX,)),
        ("project(a C)\nadd_subdirectory(b)", (C, FORTRAN)),
        ("project(a C)\nif(WIN32)\nenable_language(Fortran)\nendif()", (C,)),
    ],
)
def test_languages(text: str, languages: tuple[str, ...]) -> None:
    """By `project()` and `enable_language()`, also further down."""
    tree = tree_of({"CMakeLists.txt": text, "b/CMakeLists.txt": "project(b Fortran)"})
    assert languages_of(read_cmake(tree, "", LINUX)) == languages


CONDITIONS = {
    "plain": "find_package(ZLIB REQUIRED)",
    "else": "if(WIN32)\nelse()\nfind_package(ZLIB REQUIRED)\nendif()",
    "elseif": "if(APPLE)\nelseif(UNIX AND NOT APPLE)\nfind_package(ZLIB REQUIRED)\nendif()",
    "by name": 'if(CMAKE_SYSTEM_NAME STREQUAL "Linux")\nfind_package(ZLIB REQUIRED)\nendif()',
    "by a match": 'if(CMAKE_SYSTEM_NAME MATCHES "Linux|Darwin")\nfind_package(ZLIB REQUIRED)\nendif()',
    "an option that is on": "option(A '' ON)\nif(A)\nfind_package(ZLIB REQUIRED)\nendif()",
    "an option that is off": "o(A x)\nif(A)\nelse()\nfind_package(ZLIB REQUIRED)\nendif()",
    "unknown": "find_package(X)\nif(X_FOUND)\nelse()\nfind_package(ZLIB REQUIRED)\nendif()",
    "required afterwards": "find_package(ZLIB)\nif(NOT ZLIB_FOUND)\nmessage(FATAL_ERROR x)\nendif()",
    "required otherwise": "find_package(ZLIB)\nif(ZLIB_FOUND)\nelse()\nmessage(FATAL_ERROR x)\nendif()",
    "an argument of a function": "function(f lib)\nfind_package(${lib} REQUIRED)\nendfunction()\nf(ZLIB)",
    "the rest of the arguments": "macro(f a)\nfind_package(${ARGN} REQUIRED)\nendmacro()\nf(x ZLIB)",
    "an argument that decides": "function(f x)\nif(x)\nfind_package(ZLIB REQUIRED)\nendif()\n"
    "endfunction()\nf(ON)",
    "of another system": "if(NOT DEFINED WIN32)\nfind_package(ZLIB REQUIRED)\nendif()",
    "of this system": "if(DEFINED UNIX)\nfind_package(ZLIB REQUIRED)\nendif()",
    "unset": "set(A 1)\nunset(A)\nif(NOT DEFINED A)\nfind_package(ZLIB REQUIRED)\nendif()",
    "set again": "unset(A)\nset(A 1)\nif(DEFINED A)\nfind_package(ZLIB REQUIRED)\nendif()",
    "unset, perhaps": "set(A 1)\nfind_package(X)\nif(X_FOUND)\nunset(A)\nendif()\nif(DEFINED A)\n"
    "find_package(ZLIB REQUIRED)\nendif()",
    "in a loop": "foreach(lib ZLIB)\nfind_package(${lib} REQUIRED)\nendforeach()",
    "in a loop over a list": "set(libs ZLIB)\nforeach(lib IN LISTS libs)\nforeach(x 1 2)\n"
    "find_package(${lib} REQUIRED)\nendforeach()\nendforeach()",
    "in a function": "macro(f)\nfind_package(ZLIB REQUIRED)\nendmacro()\nf()",
    "included": "include(cmake/more.cmake)",
    "a module": "list(APPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_SOURCE_DIR}/cmake)\ninclude(more)",
    "from below": "add_subdirectory(sub)",
}


@pytest.mark.parametrize("case", CONDITIONS)
def test_what_is_reached_is_required(case: str) -> None:
    """Whatever leads there."""
    files = {
        "cmake/more.cmake": "find_package(ZLIB REQUIRED)",
        "sub/CMakeLists.txt": "find_package(ZLIB REQUIRED)",
    }
    assert needs_of(CONDITIONS[case], files) == {"dep:generic/zlib"}


@pytest.mark.parametrize(
    "text",
    [
        "find_package(ZLIB)",
        "if(MSVC)\nfind_package(ZLIB REQUIRED)\nendif()",
        "option(A '')\nif(A)\nfind_package(ZLIB REQUIRED)\nendif()",
        # Options whose value is computed: opencv's HPX.
        "o(A x)\nif(A)\nfind_package(ZLIB REQUIRED)\nendif()",
        "function(f)\nfind_package(ZLIB REQUIRED)\nendfunction()\no(A x)\nif(A)\nf()\nendif()",
        "set(A 1)\nunset(A)\nif(DEFINED A)\nfind_package(ZLIB REQUIRED)\nendif()",
        "if(NEVER_SET)\nfind_package(ZLIB REQUIRED)\nendif()",
        "function(f)\nfind_package(ZLIB REQUIRED)\nendfunction()",
        "return()\nfind_package(ZLIB REQUIRED)",
        "function(f x)\nif(x)\nfind_package(ZLIB REQUIRED)\nendif()\nendfunction()\nf(OFF)",
        "function(f old new)\nif(${old})\nset(${new} ON PARENT_SCOPE)\nendif()\nendfunction()\n"
        "f(OLD NEW)\nif(NEW)\nfind_package(ZLIB REQUIRED)\nendif()",
        "foreach(a 1)\nendforeach()\nif(a)\nfind_package(ZLIB REQUIRED)\nendif()",
        "if(TARGET zlib)\nelse()\nendif()\nif(EXISTS ${CMAKE_SOURCE_DIR}/none)\n"
        "find_package(ZLIB REQUIRED)\nendif()",
        "find_package(Threads REQUIRED)\nfind_package(Python3 REQUIRED COMPONENTS Interpreter)",
    ],
)
def test_what_is_not_reached_is_not(text: str) -> None:
    """Nor what need not be there, or comes with compilers and Python."""
    assert needs_of(text) == set()


# Each tried with CMake 3.25.
MATCHES = {
    "x86_64": True,
    "^(x86|i686)$": False,
    "^(x86_64|amd64)$": True,
    "^(arm)$": False,
    "^x86": True,
    "^86|^arm": False,
    "86$|arm": False,
    "(x86)|(X86)": True,
    "^i686|x86.64$": True,
    "x.64": False,
}


@pytest.mark.parametrize("expression", MATCHES)
def test_anchors_of_an_expression(expression: str) -> None:
    """`MATCHES` looks for it anywhere, unless it says otherwise."""
    text = (
        f'if(CMAKE_SYSTEM_PROCESSOR MATCHES "{expression}")\nfind_package(ZLIB REQUIRED)\nendif()'
    )
    assert needs_of(text) == ({"dep:generic/zlib"} if MATCHES[expression] else set())


# Each tried with CMake 3.25.
LOOPS = {
    "a b;c": "a b c",
    "RANGE 2": "0 1 2",
    "RANGE 1 5 2": "1 3 5",
    "RANGE 3 2": "3 2",
    "RANGE 5 1 -2": "5 3 1",
    "IN LISTS L EMPTY ITEMS x L": "a b x L",
    "IN ITEMS x LISTS L L": "x a b a b",
    "IN LISTS EMPTY": "",
}


@pytest.mark.parametrize("items", LOOPS)
def test_items_of_a_loop(items: str) -> None:
    """In all that `foreach()` takes."""
    text = f'set(L a b)\nset(EMPTY "")\nforeach(i {items})\nfind_program(P${{i}} swig REQUIRED)'
    read = read_cmake(tree_of({"CMakeLists.txt": f"{text}\nendforeach()"}), "", LINUX)
    assert read is not None
    assert [*read.programs] == [*dict.fromkeys(f"P{each.upper()}" for each in LOOPS[items].split())]


@pytest.mark.parametrize(
    "items", ["RANGE x", "RANGE 1 2 0", f"RANGE 1{'0' * 30}", "IN LISTS CMAKE_X"]
)
def test_items_that_are_not_known(items: str) -> None:
    """The body is read once."""
    text = f"foreach(i {items})\nfind_package(ZLIB REQUIRED)\nfind_package(${{i}})\nendforeach()"
    assert needs_of(text) == {"dep:generic/zlib"}


def test_an_expression_is_no_variable() -> None:
    """Other than what is compared with it."""
    text = "set(L win)\nif(CMAKE_SYSTEM_NAME MATCHES L)\nfind_package(ZLIB REQUIRED)\nendif()"
    assert needs_of(text) == {"dep:generic/zlib"}


FINDER = """\
    find_path(OWN_INCLUDE_DIR own.h)
    find_library(OWN_LIBRARY NAMES pq)
    find_library(OWN_DEBUG NAMES unheard)
    find_package_handle_standard_args(Own {variables})
"""


def test_modules_of_the_project_say_what_a_package_is() -> None:
    """Without these variables it is not found, by CMake's FindPackageHandleStandardArgs."""
    text = (
        "list(APPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_SOURCE_DIR}/m)\nfind_package(Own REQUIRED)"
    )
    for variables in (
        "DEFAULT_MSG OWN_LIBRARY OWN_INCLUDE_DIR",
        "REQUIRED_VARS OWN_INCLUDE_DIR OWN_LIBRARY VERSION_VAR OWN_DEBUG",
    ):
        files = {"m/FindOwn.cmake": FINDER.format(variables=variables)}
        assert needs_of(text, files) == {"dep:generic/libpq"}
        assert needs_of(text.replace(" REQUIRED", ""), files) == set()


def test_packages_programs_and_modules() -> None:
    """With versions where they are stated; `Find<X>.cmake` of the tree looks for something else."""
    text = """\
        find_package(BLAS REQUIRED)
        find_package(Boost 1.65 REQUIRED)
        find_package(Own REQUIRED)
        find_package(Strange REQUIRED)
        find_package(PkgConfig REQUIRED)
        pkg_check_modules(A REQUIRED IMPORTED_TARGET alsa>=1.2 unheard)
        find_program(SWIG_EXECUTABLE swig REQUIRED)
        find_library(Q NAMES quux HINTS /opt REQUIRED)
    """
    assert needs_of(text, {"cmake/FindOwn.cmake": ""}) == {
        "dep:generic/openblas",
        "dep:generic/boost@>=1.65",
        "dep:generic/strange",
        "dep:generic/pkg-config",
        "dep:generic/alsa@>=1.2",
        "dep:generic/unheard",
        "dep:generic/swig",
        "dep:generic/quux",
    }


def test_build_requirements_bring_packages() -> None:
    """`pybind11` is a Python package, with files for CMake."""
    tree = tree_of({"CMakeLists.txt": "find_package(pybind11 REQUIRED)"})
    read = read_cmake(tree, "", LINUX)
    assert read is not None
    assert list(cmake_needs(read, tree, ("pybind11",))) == []


CORE = (
    '[build-system]\nrequires = ["scikit-build-core"]\nbuild-backend = "scikit_build_core.build"\n'
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("pybind11_add_module(a MODULE src/a.cpp)", True),
        ("Python_add_library(a MODULE WITH_SOABI src/a.cpp)", True),
        # A pybind11 of the tree defines the command; what it does with it cannot be told.
        (
            "function(pybind11_add_module name)\nadd_library(${name} ${ARG_REST})\nendfunction()\n"
            "pybind11_add_module(a src/a.cpp)",
            True,
        ),
        ("add_library(a SHARED src/a.cpp)", True),
        ("set(SOURCES src/a.cpp)\nnanobind_add_module(a ${SOURCES})", True),
        ("add_subdirectory(src)", True),
        ("add_subdirectory(src EXCLUDE_FROM_ALL)", False),
        ("add_library(a src/a.cpp)", False),
        ("add_library(a SHARED EXCLUDE_FROM_ALL src/a.cpp)", False),
        ("o(A x)\nif(A)\npybind11_add_module(a src/a.cpp)\nendif()", False),
        ("o(A x)\nif(A)\nadd_subdirectory(src)\nendif()", False),
        ("pybind11_add_module(a src/a.cpp)\nFetchContent_Declare(zlib URL x)", False),
    ],
)
def test_headers_of_what_is_built(text: str, *, found: bool) -> None:
    """Those of Python modules and shared libraries that are surely built."""
    files = {
        "pyproject.toml": CORE,
        "CMakeLists.txt": f"project(a LANGUAGES CXX)\n{text}\n",
        "src/CMakeLists.txt": "pybind11_add_module(a a.cpp)\n",
        "src/a.cpp": "#include <zlib.h>\n",
    }
    names = {need.dependency for need in inspect_tree(tree_of(files), LINUX).requires}
    assert ("dep:generic/zlib" in names) is found


def test_sources_that_are_fetched_with_git() -> None:
    """By `FetchContent` or `ExternalProject`, but not from an archive."""
    assert needs_of("FetchContent_Declare(a GIT_REPOSITORY x GIT_TAG v1)") == {"dep:generic/git"}
    assert needs_of("ExternalProject_Add(a URL x)") == set()


@pytest.mark.parametrize(
    ("minimum", "refused"),
    [("2.8.12", True), ("3.4", True), ("3.5", False), ("2.8...3.10", False), ("3.1...3.4", True)],
)
def test_cmake_4_refuses_old_projects(minimum: str, refused: bool) -> None:
    """Where it comes from the index: also a project further down; a range goes by its end."""
    files = {
        "pyproject.toml": project("scikit-build", "cmake", "ninja"),
        "setup.py": SKBUILD,
        "CMakeLists.txt": "cmake_minimum_required(VERSION 3.11)\nproject(a C)\nadd_subdirectory(b)",
        "b/CMakeLists.txt": f"cmake_minimum_required(VERSION {minimum})",
    }
    broken = inspect_tree(tree_of(files), LINUX).broken
    assert (broken is not None) is refused
    if broken:
        assert broken.constraint == "cmake<4"
        assert inspect_tree(tree_of(files), LINUX, ("cmake<4",)).broken is None
    files["pyproject.toml"] = project("scikit-build", "cmake<4", "ninja")
    assert inspect_tree(tree_of(files), LINUX).broken is None


def test_cmake_of_the_distribution() -> None:
    """It is new enough, or old enough; without Ninja it takes make."""
    script = """\
        import subprocess
        from setuptools import Extension, setup
        from setuptools.command.build_ext import build_ext
        class Build(build_ext):
            def build_extension(self, ext):
                subprocess.check_call(['cmake', '.'] + self.more)
        setup(ext_modules=[Extension('a', [])], cmdclass={'build_ext': Build})
    """
    text = "cmake_minimum_required(VERSION {})\nproject(a C)"
    for minimum, cmake in (("3.26", "@>=3.26"), ("2.8", "@<4"), ("3.5", "")):
        needs = needs_of_script(script, {"CMakeLists.txt": text.format(minimum)})
        assert needs == {C, f"dep:generic/cmake{cmake}", "dep:generic/make"}
    ninja = {"pyproject.toml": project("ninja", "cmake"), "CMakeLists.txt": text.format("3.5")}
    assert needs_of_script(script, ninja) == {C}


def test_scikit_build_core_takes_cmake_from_the_index() -> None:
    """Unless that is too new for the project; then an older one has to be there."""
    text = '[build-system]\nrequires = ["scikit-build-core"]\nbuild-backend = "scikit_build_core.build"'
    for minimum, cmake in (("3.26", []), ("3.0", ["dep:generic/cmake@<4"])):
        tree = tree_of(
            {"CMakeLists.txt": f"cmake_minimum_required(VERSION {minimum})\nproject(a C)"}
        )
        found = Requirements()
        CMakeBuild(read_backend(tree_of({"pyproject.toml": text})), tree, LINUX, ()).add(found)
        assert [str(need) for need in found.needs] == [C, *cmake]


def test_scikit_build_that_is_no_build_requirement_is_not_used() -> None:
    """A script that tries to import it goes another way."""
    script = """\
        from setuptools import Extension
        def method():
            try:
                import skbuild
            except ImportError:
                return 'setuptools'
            return 'skbuild'
        if method() == 'skbuild':
            from skbuild import setup
        else:
            from setuptools import setup
        setup(ext_modules=[Extension('a', ['a.c'])])
    """
    assert needs_of_script(script, {"CMakeLists.txt": "project(a CXX)"}) == {C}


def test_definitions_of_the_build() -> None:
    """`-D` in the script, `define` in the settings."""
    text = "option(A '' OFF)\nif(A)\nfind_package(ZLIB REQUIRED)\nendif()"
    settings = (
        '[build-system]\nrequires = []\nbuild-backend = "scikit_build_core.build"\n'
        "[tool.scikit-build.cmake.define]\nA = true"
    )
    tree = tree_of({"pyproject.toml": settings, "CMakeLists.txt": text})
    assert "dep:generic/zlib" in str(inspect_tree(tree, LINUX).requires)
    script = f"{SKBUILD[:-1]}, cmake_args=['-DA=ON'])"
    files = {"pyproject.toml": project("scikit-build", "cmake", "ninja"), "CMakeLists.txt": text}
    assert "dep:generic/zlib" in needs_of_script(script, files)
    assert "dep:generic/zlib" not in needs_of_script(SKBUILD, files)


@pytest.mark.parametrize(
    "text",
    [
        "add_subdirectory(.)\ninclude(CMakeLists.txt)\n" * 50,
        "macro(f)\nf()\nf()\nf()\nendmacro()\nf()",
        "foreach(a 1 2 3 4 5 6 7 8)\n" * 20_000,
        "set(a 1)\n" + "foreach(a ${a} ${a})\nset(a ${a};${a})\n" * 200 + "endforeach()\n" * 200,
        'set(L "'
        + ";" * 9_000
        + '")\n'
        + f"foreach(a IN LISTS {'L ' * 9_000})\nendforeach()\n" * 9,
        "macro(f a)\nf(${a};${a})\nf(${ARGV};${ARGN})\nendmacro()\nf(x)",
        "find_package(A REQUIRED)\n" * 20_000,
        'set(a "x")\n' + 'set(a "${a}${a}${a}")\n' * 1000,
        "if(" * 20_000,
        "if(A)\n" * 20_000 + "message(FATAL_ERROR x)\n" * 20_000,
        "#[[" * 100_000,
        "f([=[" * 50_000,
        '"' * 100_001,
        "set(x ${" + "a" * 200_000,
        "set(" + "b${a} " * 50_000 + ")",
        "find_package(A" + " B" * 100_000 + ")\n" * 100,
        "if(NOT " * 50_000 + "A)",
        "a" * 500_000,
    ],
)
def test_hostile_projects_end(text: str) -> None:
    """In linear time, whatever they repeat."""
    started = time.thread_time()
    read_cmake(tree_of({"CMakeLists.txt": text}), "", WINDOWS)
    assert time.thread_time() - started < 2
