"""What became of a build, by its exit code and its log."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

# What `timeout` returns, and what a job returns whose printed lines failed.
TIMED_OUT = frozenset({124, 137})
LINES_FAILED = 90
_LONGEST = 200


class End(Enum):
    """Where a build ended."""

    OK = "ok"
    COMPILING = "compiling"  # no error until the limit
    CRATES = "crates"  # rustc and cargo were accepted, the crates could not be fetched
    RUSTUP = "rustup"  # a printed line fetches rustup, which could not be fetched
    NETWORK = "network"  # something else could not be fetched
    LINES = "lines"  # the printed lines themselves failed
    COMPILER = "compiler"
    TOOL = "tool"
    LIBRARY = "library"
    OTHER = "other"


# These say nothing about the lines: it takes a network that this machine has not.
NOT_MEASURED = frozenset({End.CRATES, End.RUSTUP, End.NETWORK})
WORKS = frozenset({End.OK, End.COMPILING})

_UNREACHABLE = (
    r"Could not resolve host|[Cc]ould not resolve proxy|Name or service not known"
    r"|Temporary failure (?:in name resolution|resolving)|nodename nor servname|Network is unreachable"
)
# The last line of a log that one of these is found in tells; in a line, the first of them.
_SIGNS = (
    (End.COMPILER, r"command '?[\w./-]*\b(?:g?cc|[gc]\+\+|clang)(?:-\d+)?'? failed: No such file"),
    (End.COMPILER, r"Unknown compiler\(s\)|No CMAKE_\w+_COMPILER could be found"),
    (End.COMPILER, r"[Cc]an't find Rust compiler|[Rr]ust toolchain .*not installed"),
    (End.COMPILER, r"(?:gcc|g\+\+|cc|c\+\+|gfortran|rustc|cargo): (?:command )?not found"),
    (End.LIBRARY, r"fatal error: \S+: No such file|cannot find -l\S+|No package '[^']+' found"),
    (End.LIBRARY, r"Package \S+ was not found in the pkg-config|Dependency \S+ not found|Dependency lookup for \S+ with method .* failed"),
    (End.LIBRARY, r"Could NOT find|Could not find a package configuration file|library not found"),
    (End.TOOL, r"command '?[\w./+-]+'? failed: No such file|CMAKE_MAKE_PROGRAM is not set"),
    (End.TOOL, r"No such file or directory: '[\w.+-]+'|Program '[^']+' not found|Unable to invoke pkg-config"),
    (End.TOOL, r"(?:^|[\s:])[\w.+-]+: (?:command )?not found|[Cc]annot find command '[^']+'"),
)  # fmt: skip
_CRATES = re.compile(r"crates\.io|crates-io|`cargo metadata`")
_LINE_FAILED = r"^E: |[Ee]rror|not found|curl:"
_ERROR = re.compile(
    r"\berror: |CMake Error|\w*(?:Error|ERROR|Exception): |fatal: |undefined reference"
)
# What pip says of every failure.
_PIP = re.compile(
    r"subprocess-exited-with-error|metadata-generation-failed|failed-wheel-build|likely not a problem"
    r"|Failed building wheel|Failed to build|did not run successfully|error was encountered while"
    r"|exited? (?:code|with)|exit code|exit status|FAILED:|full command|finished with status"
    r"|SKBuildError|An error occurred while"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """Where a build ended, and the line of its log that tells."""

    end: End
    line: str = ""


def ending(code: int, log: str, lines_log: str = "") -> Ending:
    """Return where a build ended that returned `code`: 0, one of the above, or pip's.

    `lines_log` is what the printed lines wrote, `log` what pip did.
    """
    lines = _lines(log)
    if code == 0:
        return Ending(end=End.OK)
    # `curl … | sh` succeeds whatever curl does, so the build comes to its turn.
    if unreachable := _last(_UNREACHABLE, _lines(lines_log)):
        return Ending(end=End.RUSTUP if "rustup" in unreachable else End.NETWORK, line=unreachable)
    if code == LINES_FAILED:
        return Ending(end=End.LINES, line=_last(_LINE_FAILED, _lines(lines_log)))
    if code in TIMED_OUT:
        return Ending(end=End.COMPILING, line=lines[-1][:_LONGEST] if lines else "")
    if unreachable := _last(_UNREACHABLE, lines):
        return Ending(end=End.CRATES if _CRATES.search(log) else End.NETWORK, line=unreachable)
    for line in reversed(lines):
        for end, pattern in _SIGNS:
            if re.search(pattern, line):
                return Ending(end=end, line=line[:_LONGEST])
    errors = (line for line in reversed(lines) if _ERROR.search(line) and not _PIP.search(line))
    return Ending(end=End.OTHER, line=next(errors, "")[:_LONGEST])


def _lines(log: str) -> list[str]:
    return [stripped for line in log.splitlines() if (stripped := " ".join(line.split()))]


def _last(pattern: str, lines: list[str]) -> str:
    return next((line[:_LONGEST] for line in reversed(lines) if re.search(pattern, line)), "")
