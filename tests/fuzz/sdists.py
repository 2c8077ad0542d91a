"""Mutated sdists: `python tests/fuzz/sdists.py --minutes 10`."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from fuzz.fuzzing import Fuzzer, main
from fuzz.mutate import Mutator
from poetry_arch_check.inspection.archive.limits import Budget
from poetry_arch_check.inspection.archive.reader import read_archive
from poetry_arch_check.inspection.inspect_tree import inspect_tree
from poetry_arch_check.inspection.interpreter import Interpreter
from support.archives import FILES, WRAPPINGS

if TYPE_CHECKING:
    import random

_SCRIPT = b"""\
import os, sys, platform, subprocess
from setuptools import setup, Extension, find_packages
from Cython.Build import cythonize
here = os.path.dirname(__file__)
with open(os.path.join(here, "requirements.txt")) as f:
    requires = [line.strip() for line in f if line]
extensions = [Extension(f"a.{name}", [f"a/{name}.pyx"], libraries=["z"]) for name in ("b", "c")]
if sys.platform == "linux" and platform.machine() in {"x86_64"} or os.environ.get("FORCE"):
    extensions += cythonize("*.pyx", language="c++")
class Build(object):
    libraries = ["z"]
    def run(self): return [x * 2 for x in range(3)]
    def finalize_options(self):
        self.libraries = ["pq"] + ["lib" + each for each in libs]
        self.extensions = [each for each in self.extensions if each.name]
        del self.extensions[0]
def fail(text): return fail(text) or sys.exit(1)
def tool(name):
    import shutil
    found = shutil.which(name)
    if not found: return False
    subprocess.call([found] + ["-" + each for each in sys.argv])
    return tool(found)
done = tool("cmake")
if not done: fail("no" + " ".join(f"{x}" for x in done))
def version(): return "%s.%d" % ("1", 2) + "".join(reversed("ab"))
try:
    import numpy
except ImportError:
    numpy = None
from helper import config
config("zlib", "png", version="1.2")
libs = ["z"] + ["m"]
libs.append("pq"); libs += libs; libs.extend(libs)
extensions[0].libraries.extend(libs)
subprocess.call(["./build.sh"]); os.system("autoreconf -i")
setup(name="a", version=version(), ext_modules=extensions, setup_requires=requires + ["numpy<2"])
"""
_PROJECT = b"""\
[build-system]
requires = ["setuptools>=61", "cython; python_version < '3.12'", "numpy==2.*"]
build-backend = "setuptools.build_meta"
backend-path = ["."]
[tool.setuptools]
ext-modules = [{name = "a", sources = ["a.c"]}]
[project]
name = "a"
dynamic = ["version"]
"""
_WORDS = b"""while True: pass|for i in range(10**9): |def f(): return f()|[0] * 10**9|'a' * 10**9
|** 10 ** 9|lambda: |exec(|eval(|open('/dev/zero').read()|import |class A: |@|async |await |match x:
|(|)|[|]|{|}|"|'|\"\"\"|\\\n|:|    |\n|if |else:|try:|except:|with |yield |global |del |raise |f"{x}"
|Extension('b', ['b.c'])|setup(|ext_modules=|cythonize(|os.environ|sys.platform|platform.machine()
|check_output(|config(|libs|cmd|name|.format(|.split()|%|+=|.append(|if(|endif()|else()|set(|${A}
|add_subdirectory(.)|include(|macro(f)|endmacro()|find_package(|REQUIRED|NOT|AND|#[[|]]|[=[
|foreach(|endforeach()|IN LISTS|ARGN|FindOwn|error(|shutil.which(|self.libraries = |return |dependency(|required: |subdir('.')|endif|elif |foreach |disabler()|.found()|path = '.'|[[package]]
|[build-system]|requires = |build-backend = |maturin|scikit_build_core.build|mesonpy|hatchling.build
|poetry.core.masonry.api|flit_core.buildapi|setup.cfg|[extension=a]|*.pyx|../../|/etc/passwd""".split(
    b"|"
)
_FILES = {**FILES, "a-1.0/setup.py": _SCRIPT, "a-1.0/pyproject.toml": _PROJECT}
_BUILD_FILES = {
    **_FILES,
    "a-1.0/setup.cfg": b"[options]\nsetup_requires = cffi\n[build_ext]\ninclude_dirs = .\n",
    "a-1.0/Cargo.toml": b"[package]\nname = 'a'\nrust-version = '1.70'\n[dependencies]\n"
    b"b = { path = 'b', workspace = true }\n[workspace.package]\nedition = '2021'\n",
    "a-1.0/Cargo.lock": b"version = 4\n[[package]]\nname = 'a'\ndependencies = ['b 1', 'a']\n",
    "a-1.0/.cargo/config.toml": b"[source.vendored-sources]\ndirectory = 'vendor'\n",
    "a-1.0/CMakeLists.txt": b"""cmake_minimum_required(VERSION 3.1...3.20)
project(a LANGUAGES C CXX Fortran)
option(A "a" OFF)
if(NOT A AND (UNIX OR "${A}" STREQUAL "b"))
  find_package(ZLIB 1.2 REQUIRED) # comment
  pkg_check_modules(B REQUIRED zlib>=1.2)
elseif(WIN32)
  add_subdirectory(.)
endif()
function(f x)
  set(A "${A}${x}" PARENT_SCOPE)
  include(CMakeLists.txt)
endfunction()
f([[x]])
foreach(lib IN LISTS A)
  foreach(x 1 2 ${lib})
    f(${x} ${ARGN})
  endforeach()
endforeach()
find_package(Own REQUIRED)
""",
    "a-1.0/cmake/FindOwn.cmake": b"""find_library(OWN_LIBRARY NAMES own)
find_package(Own REQUIRED)
find_package_handle_standard_args(Own REQUIRED_VARS OWN_LIBRARY VERSION_VAR X)
""",
    "a-1.0/meson.build": b"""project('a', 'c', 'cython', meson_version: '>=1')
j = dependency('jack', version: ['>=1', '<2'], required: get_option('j'))
if host_machine.system().to_lower() in ['linux'] and not j.found()
  cc.find_library('m', required: j.found() ? false : true)
  subdir('.')
endif
k = [dependency('k', required: false)]
if not k[0].found() and true
  k += cc.find_library('k', required: false)
  error('no k')
else
  error(k)
endif
foreach x : {'a': 1} + ['b']
  y += x
endforeach
""",
    "a-1.0/meson_options.txt": b"option('j', type: 'feature', value: 'auto')\n",
    "a-1.0/build.sh": b"#!/bin/sh\nif true; then git x; fi\nA=1 cmake . && make || exit\n",
    "a-1.0/helper.py": b"""import subprocess
def config(name, *more, version=None):
    for each in (name, *more):
        cmd = ['pkg-config', '--exists', f'{each} >= %s' % version] + list(more)
        try:
            return subprocess.check_output(' '.join(cmd).split())
        except OSError:
            pass
    raise SystemExit(name)
""",
    "a-1.0/requirements.txt": b"numpy\n-r other.txt\n",
}
_SCRIPTS = Mutator(
    [_SCRIPT, _PROJECT, *_BUILD_FILES.values()], [word.strip(b" ") for word in _WORDS if word]
)
_ARCHIVES = Mutator(
    [wrap(_FILES) for wrap in WRAPPINGS.values()], [b"ustar", b"PK\3\4", b"\x1f\x8b"]
)
_INTERPRETER = Interpreter(
    sys_platform="linux",
    os_name="posix",
    system="Linux",
    machine="x86_64",
    implementation="cpython",
    version=(3, 12, 1),
)


def make(rng: random.Random) -> bytes:
    """Return an archive with mutated bytes, or one whose files are."""
    if rng.random() < 0.3:
        return _ARCHIVES.make(rng)
    files = {name: content for name, content in _BUILD_FILES.items() if rng.random() < 0.7}
    for name in rng.sample(sorted(_BUILD_FILES), 2):
        if rng.random() < 0.9:
            files[name] = _SCRIPTS.make(rng)
    return rng.choice(list(WRAPPINGS.values()))(files)


def read(data: bytes) -> str:
    """Inspect an archive, as the process does that the product starts for it."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        tree = read_archive(Path(file.name), Budget(clock=time.thread_time))
        inspection = inspect_tree(tree, _INTERPRETER, ())
    json.dumps(inspection.as_record())
    return "inspected"


if __name__ == "__main__":
    main(Fuzzer(name="sdists", make=make, read=read, suffix="sdist"))
