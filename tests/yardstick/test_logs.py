"""Logs of builds → where they ended. The lines are those of real ones."""

from __future__ import annotations

import pytest

from yardstick.logs import End, ending

PIP = """
  error: subprocess-exited-with-error

  × Building wheel for x (pyproject.toml) did not run successfully.
  │ exit code: 1
  ╰─> No available output.

  note: This error originates from a subprocess, and is likely not a problem with pip.
  Building wheel for x (pyproject.toml): finished with status 'error'
  ERROR: Failed building wheel for x
Failed to build x
ERROR: Failed to build one or more wheels
"""


@pytest.mark.parametrize(
    ("line", "end"),
    [
        ("error: command 'x86_64-linux-gnu-gcc' failed: No such file or directory", End.COMPILER),
        ("error: command 'gcc' failed: No such file or directory", End.COMPILER),
        (
            "../meson.build:1:0: ERROR: Unknown compiler(s): [['c++'], ['g++'], ['clang++']]",
            End.COMPILER,
        ),
        ("No CMAKE_CXX_COMPILER could be found.", End.COMPILER),
        ("error: can't find Rust compiler", End.COMPILER),
        ("error: command 'swig' failed: No such file or directory", End.TOOL),
        ("FileNotFoundError: [Errno 2] No such file or directory: 'autoreconf'", End.TOOL),
        ("/bin/sh: 1: net-snmp-config: not found", End.TOOL),
        ("error: Unable to invoke pkg-config.", End.TOOL),
        (
            "ERROR: Cannot find command 'git' - do you have 'git' installed and in your PATH?",
            End.TOOL,
        ),
        ("CMake Error: CMAKE_MAKE_PROGRAM is not set.", End.TOOL),
        (
            "src/_cffi_src/x.c:5:10: fatal error: qpdf/Constants.h: No such file or directory",
            End.LIBRARY,
        ),
        ("/usr/bin/ld: cannot find -llgpio: No such file or directory", End.LIBRARY),
        ("Package libfuse3 was not found in the pkg-config search path.", End.LIBRARY),
        (
            'meson.build:43:15: ERROR: Dependency "alsa" not found, tried pkgconfig and cmake',
            End.LIBRARY,
        ),
        (
            "src/gmpy2_convert_gmp.c:64:48: error: 'PyLongObject' has no member named 'ob_digit'",
            End.OTHER,
        ),
    ],
)
def test_a_failure_is_told_by_its_line(line: str, end: End) -> None:
    """A class for what was missing, and the line that says so, among all that pip says."""
    found = ending(1, f"checking whether it works... yes\n  {line}\n  1 error generated.\n{PIP}")
    assert (found.end, found.line) == (end, line)


@pytest.mark.parametrize(
    ("code", "log", "lines_log", "end"),
    [
        (0, "error: an optional extension failed", "", End.OK),
        (124, "  gcc -c a.c\n  gcc -c b.c", "", End.COMPILING),
        (137, "", "", End.COMPILING),
        (90, "", "E: Unable to locate package libgirepository-2.0-dev", End.LINES),
        (
            1,
            "httpx.ConnectError: [Errno -2] Name or service not known",
            "curl: (6) Could not resolve host: sh.rustup.rs",
            End.RUSTUP,
        ),
        (
            1,
            "error: failed to get `pyo3` as a dependency\n  [6] Could not resolve hostname (Could not resolve host: index.crates.io)\n",
            "",
            End.CRATES,
        ),
        (
            1,
            "fatal: unable to access 'https://example.org/x.git/': Could not resolve host: example.org",
            "",
            End.NETWORK,
        ),
        (
            90,
            "",
            "W: Failed to fetch x  Temporary failure resolving 'example.org'\nE: Unable to locate package gcc",
            End.NETWORK,
        ),
        (1, "", "", End.OTHER),
    ],
)
def test_how_else_a_build_ends(code: int, log: str, lines_log: str, end: End) -> None:
    """The exit code, the network and the printed lines themselves come before the log."""
    assert ending(code, log + PIP if log and code == 1 else log, lines_log).end is end
