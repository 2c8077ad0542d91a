"""Programs that build scripts start, and libraries that they link to."""

from __future__ import annotations

import time

import pytest

from poetry_arch_check.toolchains.toolchain import CXX, C, parse_dependency
from support.trees import needs_of_script

HEAD = "import os, subprocess, sys\nfrom subprocess import check_output\n"
TAIL = "\nfrom setuptools import Extension, setup\nsetup(ext_modules=[Extension('a', ['a.c'])])\n"
TOOL = "dep:generic/pkg-config"


def needs_of(text: str, files: dict[str, str] | None = None, *more: str) -> set[str]:
    """Return what a script takes beside the C compiler of its extension."""
    return needs_of_script(f"{HEAD}{text}{TAIL}", files, *more) - {C}


PKG_CONFIG = {
    "a list": ("check_output(['pkg-config', '--cflags', 'fuse'])", "fuse"),
    "a shell's": ("os.system('pkg-config --exists fuse 2> /dev/null')", "fuse"),
    "split": ("check_output('pkg-config --libs fuse'.split())", "fuse"),
    "by a variable": (
        "PKG = os.environ.get('PKG_CONFIG', 'pkg-config')\ncheck_output([PKG, '--libs', 'fuse'])",
        "fuse",
    ),
    "formatted": ("name = 'fuse'\nos.popen(f'pkg-config --libs {name}')", "fuse"),
    "formatted by a method": ("os.popen('pkg-config --libs {}'.format('fuse'))", "fuse"),
    "with a version": ("check_output(['pkg-config', '--exists', 'fuse >= 2.9'])", "fuse@>=2.9"),
    "with a version by an option": (
        "check_output(['pkg-config', 'fuse', '--atleast-version', '2.9'])",
        "fuse@>=2.9",
    ),
    "by a helper": (
        "def config(name, version=None):\n    cmd = ['pkg-config', name]\n"
        "    return check_output(cmd + ['--atleast-version', version])\n"
        "config('fuse', version='2.9')",
        "fuse@>=2.9",
    ),
    "by helpers of helpers": (
        "def call(*cmd):\n    return subprocess.Popen(cmd)\n"
        "def config(name):\n    return call('pkg-config', '--libs', name)\n"
        "def one(*names):\n    for name in names:\n        if config(name): return name\n"
        "    sys.exit(1)\none('unheard', 'fuse')",
        "fuse",
    ),
    "from a list": ("for name in ['fuse']:\n    check_output(['pkg-config', name])", "fuse"),
    "of alternatives": (
        "def find():\n    for name in ('fuse', 'fuse3'):\n        try:\n"
        "            subprocess.check_call(f'pkg-config --exists {name}', shell=True)\n"
        "        except subprocess.CalledProcessError:\n            pass\n"
        "        else:\n            return name\n    raise Exception('none')\nfind()",
        "fuse",
    ),
    "by the package of that name": ("import pkgconfig\npkgconfig.parse('fuse')", "fuse"),
    "from a list, each with a prefix": (
        "names = ['use']\ncheck_output(['pkg-config'] + ['f' + name for name in names])",
        "fuse",
    ),
    "by a wrapper of the same name": (
        "from subprocess import check_output as start\n"
        "def check_output(words):\n    return start(words)\ncheck_output(['pkg-config', 'fuse'])",
        "fuse",
    ),
    "and stopped without, by a helper": (
        "def fatal(text):\n    print(text)\n    sys.exit(1)\n"
        "try:\n    check_output(['pkg-config', 'fuse'])\nexcept Exception:\n    fatal('no')",
        "fuse",
    ),
    "unheard of": ("check_output(['pkg-config', '--libs', 'unheard'])", "unheard"),
    "and stopped without": (
        "if subprocess.call(['pkg-config', '--exists', 'fuse']) != 0:\n    sys.exit(1)",
        "fuse",
    ),
}


@pytest.mark.parametrize("case", PKG_CONFIG)
def test_what_pkg_config_is_asked_for(case: str) -> None:
    """However its arguments are put together."""
    text, library = PKG_CONFIG[case]
    assert needs_of(text) == {TOOL, f"dep:generic/{library}"}


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    check_output(['pkg-config', '--libs', 'fuse'])\nexcept Exception:\n    pass",
        "def there():\n    try:\n        subprocess.check_call('pkg-config fuse', shell=True)\n"
        "        return True\n    except subprocess.CalledProcessError:\n        return False\n"
        "if there():\n    check_output(['pkg-config', '--libs', 'fuse'])",
        "if sys.platform == 'win32':\n    check_output(['pkg-config', 'fuse'])",
        "def run(words):\n    return check_output(words)\n"
        "try:\n    run(['pkg-config', 'fuse'])\nexcept OSError:\n    pass",
    ],
)
def test_what_the_script_does_without(text: str) -> None:
    """It catches the failure, asks first, or is on another system."""
    assert needs_of(text) == set()


def test_the_tool_without_the_library() -> None:
    """A library that need not be there, and one that the build makes itself."""
    asked = "if subprocess.call(['pkg-config', '--exists', 'fuse']) == 0:\n    fuse = True"
    assert needs_of(asked) == {TOOL}
    own = "check_output(['pkg-config', '--libs', 'own'])"
    assert needs_of(own, {}, "lib/own.pc.in") == {TOOL}


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("check_output('net-snmp-config --libs', shell=True)", {"net-snmp"}),
        ("def config(com='mecab-config'):\n    check_output([com])\nconfig()", {"mecab", "c++"}),
        ("check_output(['unheard-config', '--libs'])", {"unheard"}),
        ("check_output(['git', 'clone', 'x'])", {"git"}),
        ("check_output(['autoreconf', '-i'])", {"autoconf", "automake", "libtool", "make"}),
        ("check_output(['./autogen.sh'])", {"autoconf", "automake", "libtool", "make"}),
        ("check_output([os.path.join(HERE, 'lib', 'configure'), '-q'])", {"make"}),
        ("check_output(['javac', 'A.java'])", {"jdk"}),
        ("check_output(['msgfmt', 'a.po'])", {"gettext"}),
        ("check_output(['gcc', '-v'])", set()),
    ],
)
def test_other_programs(text: str, needs: set[str]) -> None:
    """They are tools, or tell about a library."""
    assert needs_of(text) == {parse_dependency(name) for name in needs}


def test_of_versions_of_a_library_one_is_required() -> None:
    """That whose program is started; a script may only speak of the other (pygame 2.1.2)."""
    named = "old = os.environ.get('SDL_CONFIG', 'sdl-config')\n"
    assert needs_of(named) == {"dep:generic/sdl1"}
    assert needs_of(f"{named}new = 'sdl2-config'\n") == {"dep:generic/sdl2"}
    assert needs_of(f"{named}check_output(['sdl2-config', '--libs'])") == {"dep:generic/sdl2"}
    both = f"new = 'sdl2-config'\n{named}check_output(['sdl-config', '--libs'])"
    assert needs_of(both) == {"dep:generic/sdl1"}


def test_programs_that_are_looked_for() -> None:
    """They count if the script stops without them."""
    stops = (
        "import shutil\nc = shutil.which('cargo')\nif c is None:\n    raise SystemExit('no cargo')"
    )
    assert needs_of(stops) == {"dep:virtual/compiler/rust"}
    # A function that says so, to one that says so, to a script that stops then (igraph 0.11.3).
    says = (
        "import shutil\ndef make():\n    cargo = shutil.which('cargo')\n    if not cargo:\n"
        "        return False\n    subprocess.call([cargo, 'build'])\n    return True\n"
        "def prepare():\n    return make()\ndone = prepare()\n"
    )
    assert needs_of(f"{says}if not done:\n    sys.exit(1)") == {"dep:virtual/compiler/rust"}
    assert needs_of(f"{says}if not done:\n    print('without')") == set()
    goes_on = "import shutil\ngo = shutil.which('go')\nif go:\n    subprocess.call([go, 'build'])"
    assert needs_of(goes_on) == set()


def test_a_program_that_need_not_be_found() -> None:
    """A script that looks at the reason of a failure (healpy)."""
    asked = "import errno\ntry:\n    check_output(['pkg-config', '--version'])\n"
    caught = "except OSError as e:\n    if e.errno {} errno.ENOENT:\n        raise"
    assert needs_of(asked + caught.format("!=")) == set()
    assert needs_of(asked + caught.format("==")) == {TOOL}


def test_shell_scripts_of_the_tree() -> None:
    """What they surely start: not what stands in a branch."""
    script = """\
        #!/bin/sh
        if [ ! -d lib ]; then
          git clone x
        fi
        X=1 swig -version && autoreconf \\
          -i || exit 1
    """
    assert needs_of("check_output(['./build.sh'])", {"build.sh": script}) == {
        "dep:generic/swig",
        "dep:generic/autoconf",
        "dep:generic/automake",
        "dep:generic/libtool",
        "dep:generic/make",
    }


def test_shell_scripts_that_make() -> None:
    """Wherever they are, by the variable that says what makes (capstone)."""
    script = 'MAKE="${MAKE:-make}"\ncase "$1" in\n  "") ${MAKE} "$@";;\nesac\n'
    started = "os.system('CORE=yes bash ./make.sh')"
    files = {"src/make.sh": script, "src/a.c": ""}
    assert needs_of(started, files) == {"dep:generic/make"}
    assert needs_of(started, {**files, "other/make.sh": ""}) == set()


MAKEFILE = """
MODULE ?= glib-2.0
ifdef WITH_FUSE
FLAGS += $(shell pkg-config --cflags fuse)
endif
OTHER = $(shell pkg-config --libs zlib || echo -lz)
LDLIBS += -L. \\
  $(shell pkg-config $(MODULE) --libs)

all: $(shell pkg-config --libs libpng)
\t./used `pkg-config --libs libxml-2.0`
"""


@pytest.mark.parametrize(
    ("started", "path", "read"),
    [
        ("make -C ./lib -j1", "lib/Makefile", True),
        ("make -C lib", "other/Makefile", False),
        ("make", "lib/makefile", True),
        ("make", "Makefile", True),
        ("ninja", "Makefile", False),
    ],
)
def test_makefiles(started: str, path: str, *, read: bool) -> None:
    """What a Makefile asks pkg-config for its flags, whatever it makes (bluepy)."""
    needs = needs_of(f"check_output({started!r}.split())", {path: MAKEFILE}) - {"dep:generic/make"}
    assert needs - {"dep:generic/ninja"} == ({TOOL, "dep:generic/glib"} if read else set())


def test_the_makefile_cannot_be_told() -> None:
    """`make` reads that of the directory it is started in, which is not known."""
    files = {"Makefile": MAKEFILE, "lib/Makefile": MAKEFILE}
    assert needs_of("check_output(['make'], cwd='lib')", files) == {"dep:generic/make"}


def libraries_of(text: str, files: dict[str, str] | None = None, *more: str) -> set[str]:
    """Return the libraries that a script takes, beside a C compiler."""
    head = "import os, platform, sys\nfrom setuptools import Extension, setup\n"
    head += "from setuptools.command.build_ext import build_ext\n"
    needs = needs_of_script(head + text, files, *more)
    return {need.removeprefix("dep:generic/") for need in needs - {C}}


EXTENSION = "setup(ext_modules=[Extension('a', ['a.c'], libraries=libs)])"


@pytest.mark.parametrize(
    ("text", "libraries"),
    [
        ("libs = ['pq', 'unheard']\n", {"libpq", "unheard"}),
        ("libs = ['c', 'm', 'pthread', 'dl', 'rt', 'iconv', 'python3.11']\n", set()),
        ("libs = ['stdc++']\n", {CXX}),
        ("libs = ['ws2_32', 'Kernel32']\n", set()),
        ("libs = []\nlibs.append('unheard')\n", {"unheard"}),
        ("libs = []\nlibs += ['unheard']\n", {"unheard"}),
        ("libs = ['pq'] + ['unheard']\n", {"libpq", "unheard"}),
        (
            "libs = []\nif platform.machine() == 'x86_64':\n    libs.append('unheard')\n",
            {"unheard"},
        ),
        ("libs = []\nif os.uname().machine == 'armv7l':\n    libs.append('unheard')\n", set()),
        ("libs = []\nif os.uname()[0] == 'Linux':\n    libs.append('unheard')\n", {"unheard"}),
        ("libs = []\nif os.environ.get('X'):\n    libs.append('unheard')\n", set()),
        (
            "libs = []\nfor a in sys.argv[1:]:\n    if a == '--x':\n        libs.append('unheard')\n",
            set(),
        ),
        ("libs = []\nif look(): libs = ['unheard']\n", set()),
    ],
)
def test_linked_libraries(text: str, libraries: set[str]) -> None:
    """Those that no table knows as well, where it is certain that they are linked."""
    assert libraries_of(text + EXTENSION) == libraries


def test_what_a_command_of_the_script_appends() -> None:
    """A `build_ext` adds a library to each extension; one that only it calls may not."""
    text = """
class Build(build_ext):
    def build_extension(self, ext):
        ext.libraries.append('unheard')
        if self.other():
            self.maybe(ext)
    def maybe(self, ext):
        ext.libraries.append('never')
setup(ext_modules=[Extension('a', ['a.c'])], cmdclass={'build_ext': Build})
"""
    assert libraries_of(text) == {"unheard"}


def test_what_a_command_of_the_script_links_to() -> None:
    """A `build_ext` is given libraries for all extensions (M2Crypto 0.40.1)."""
    text = """
class Build(build_ext):
    def finalize_options(self):
        build_ext.finalize_options(self)
        self.libraries = ['unheard']
        if sys.platform == 'win32':
            self.libraries = ['never']
setup(ext_modules=[Extension('a', ['a.c'])], cmdclass={'build_ext': Build})
"""
    assert libraries_of(text) == {"unheard"}
    maybe = text.replace("        self.libraries", "        if look(): self.libraries", 1)
    assert libraries_of(maybe) == set()


def test_libraries_that_the_build_makes() -> None:
    """By `build_clib`, as an archive in the tree, or from sources in the tree."""
    assert (
        libraries_of(
            "libs = ['own']\nsetup(libraries=[('own', {'sources': ['own.c']})],"
            " ext_modules=[Extension('a', ['a.c'], libraries=libs)])"
        )
        == set()
    )
    assert libraries_of(f"libs = ['own']\n{EXTENSION}", {}, "lib/libown.a") == set()
    assert libraries_of(f"libs = ['own']\n{EXTENSION}", {}, "third/own/src/x.c") == set()
    made = "import subprocess\nsubprocess.check_call(['make'])\nlibs = ['sodium']\n"
    assert libraries_of(made + EXTENSION, {}, "src/libsodium/a.c") == {"make"}


def test_modules_of_the_package_that_a_script_imports() -> None:
    """Beside it, in the package, or in a directory that it adds to the path."""
    helper = (
        "LIBS = ['unheard']\ndef get():\n    import subprocess\n    subprocess.call(['git', 'x'])\n"
    )
    for path, line in (
        ("helper.py", "from helper import get"),
        ("pkg/helper.py", "from pkg.helper import get"),
        ("pkg/helper.py", "from pkg import helper\nget = helper.get"),
        ("util/helper.py", "sys.path.insert(0, 'util')\nfrom helper import get"),
    ):
        text = f"{line}\nget()\nsetup(ext_modules=[Extension('a', ['a.c'])])"
        assert libraries_of(text, {path: helper}) == {"git"}


@pytest.mark.parametrize(
    "text",
    [
        "libs = ['a']\nlibs += libs\nlibs.extend(libs)\nsetup(libraries=libs)",
        "cmd = ['a', 'b']\n" + "cmd = cmd + cmd\n" * 500 + "subprocess.call(cmd)",
        "def f(a, b):\n    subprocess.call([a, b])\n    g(b, a)\n"
        "def g(a, b):\n    f(b, a)\n    g(a, b)\n" + "f('x', 'y')\ng('y', 'x')\n" * 200,
        "".join(f"def f{n}(a):\n" + f"    f{n + 1}(a + 'x')\n" * 20 for n in range(12))
        + "def f12(a):\n    subprocess.call(a)\nf0('y')",
        "subprocess.call(" + "'%s' % (" * 60 + "'x'" + ")" * 60 + ")",
        "subprocess.call(['pkg-config'" + ", 'a >= 1'" * 20_000 + "])",
    ],
)
def test_hostile_scripts_end(text: str) -> None:
    """However names lead to each other."""
    started = time.thread_time()
    needs_of(text)
    assert time.thread_time() - started < 3


UNUSED_EXTENSION = """
from setuptools import Extension
from setuptools.command.build_ext import build_ext
class RustExtension(Extension):
    def build(self):
        subprocess.run(["cargo", "build"], check=True)
class Build(build_ext):
    def build_extension(self, ext):
        if isinstance(ext, RustExtension):
            ext.build()
        else:
            super().build_extension(ext)
made = []
if "--rust" in sys.argv:
    made.append(RustExtension("b", []))
setup(cmdclass={"build_ext": Build}, ext_modules=made)
"""


def test_a_class_that_is_asked_for_alone_is_not_made() -> None:
    """`isinstance()` makes no extension, and nobody passes options to setup.py."""
    head = "from setuptools import setup\n"
    assert needs_of(head + UNUSED_EXTENSION) == set()
    used = UNUSED_EXTENSION.replace('"--rust" in sys.argv', "True")
    assert needs_of(head + used) == {"dep:virtual/compiler/rust"}


@pytest.mark.parametrize(
    ("name", "files", "needed"),
    [
        ("lib/autogen.sh", {}, True),
        ("lib/autogen.sh", {"lib/configure": ""}, False),
        ("lib/autogen.sh", {"other/configure": ""}, True),
        ("autoreconf", {"configure": ""}, False),
    ],
)
def test_a_configure_that_is_there_is_not_written(
    name: str, files: dict[str, str], needed: bool
) -> None:
    """As of secp256k1 0.14: built in Debian 12 without Autotools. A condition has to tell of it."""
    there = {"lib/autogen.sh": "", **files}
    sure = f"HERE = os.environ['HERE']\ncheck_output([os.path.join(HERE, '{name}')])"
    maybe = sure.replace("check_output", "if not os.path.exists(HERE):\n    check_output")
    assert ("dep:generic/autoconf" in needs_of(maybe, there)) is needed
    assert "dep:generic/autoconf" in needs_of(sure, there)
