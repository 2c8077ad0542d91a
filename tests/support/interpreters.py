"""Interpreters that build scripts are read for."""

from __future__ import annotations

from dataclasses import replace

from poetry_arch_check.inspection.interpreter import Interpreter

LINUX = Interpreter(
    sys_platform="linux",
    os_name="posix",
    system="Linux",
    machine="x86_64",
    implementation="cpython",
    version=(3, 11, 7),
)


WINDOWS = replace(LINUX, sys_platform="win32", os_name="nt", system="Windows", machine="AMD64")


MACOS = replace(LINUX, sys_platform="darwin", system="Darwin", machine="arm64")


PYPY = replace(LINUX, implementation="pypy")
