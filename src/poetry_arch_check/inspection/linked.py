"""Libraries by the names that a linker takes (`-lpq`): which of them a build must be given."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from poetry_arch_check.toolchains import libraries
from poetry_arch_check.toolchains.toolchain import CXX, generic_name

if TYPE_CHECKING:
    from collections.abc import Collection

    from poetry_arch_check.inspection.tree import Tree

# Of the C library, the compilers and the systems: there with a compiler, by the files of Debian's
# libc6-dev (with libcrypt-dev and libnsl-dev, which come along) and libgcc-dev, and of musl-dev.
_WITH_COMPILERS = frozenset(
    {"c", "m", "pthread", "dl", "rt", "util", "crypt", "nsl", "resolv", "anl", "mvec", "g"}
    # No system has it apart from its C library: scripts name it for those that once did.
    | {"iconv"}
    | {"gcc", "gcc_s", "gcc_eh", "atomic", "quadmath", "gfortran"}
    | {"itm", "asan", "ubsan", "tsan", "lsan", "c++", "c++abi", "objc", "System", "flang"}
    | {"npymath", "npyrandom", "socket", "bsd-compat"}
)
# Come with a C++ compiler: a C compiler alone does not find them (libstdc++-dev).
_WITH_CXX = frozenset({"stdc++", "stdc++fs", "supc++"})
_OF_WINDOWS = frozenset(
    {"ws2_32", "wsock32", "kernel32", "user32", "gdi32", "advapi32", "shell32", "ole32", "oleaut32"}
    | {"crypt32", "bcrypt", "ncrypt", "secur32", "iphlpapi", "psapi", "winmm", "setupapi", "uuid"}
    | {"version", "shlwapi", "netapi32", "pdh", "powrprof", "wtsapi32", "userenv", "comdlg32"}
    | {"winspool", "odbc32", "odbccp32", "rpcrt4", "mswsock", "dbghelp", "ntdll", "winscard"}
    | {"opengl32", "glu32", "imm32", "comctl32", "wldap32", "legacy_stdio_definitions", "msvcrt"}
    | {
        "dwmapi",
        "dxguid",
        "mfplat",
        "strmiids",
        "ws2tcpip",
        "credui",
        "cfgmgr32",
        "synchronization",
    }
)
_NAME = re.compile(r"[A-Za-z0-9][\w.+-]*", re.ASCII)
_PYTHON = re.compile(r"(?i)(?:lib)?(?:python|pypy)[\d.]*[a-z]*", re.ASCII)
_SOURCES = (".c", ".cc", ".cpp", ".cxx", ".h", ".hpp")


def is_given(name: str) -> bool:
    """Return whether a library has to be given to a build: compilers and systems lack it."""
    return bool(name) and not (
        name in _WITH_COMPILERS | _WITH_CXX
        or name.lower() in _OF_WINDOWS
        or _PYTHON.fullmatch(name) is not None
    )


class Linking:
    """What has to be given to a build of `tree` that links to libraries.

    `built` are the libraries that the build makes itself; `builds` says that it starts a program
    that makes libraries, of sources in the tree.
    """

    def __init__(self, tree: Tree, built: Collection[str] = (), *, builds: bool = False) -> None:
        self._tree = tree
        self._built = frozenset(built)
        self._builds = builds

    def library(self, *names: str) -> str | None:
        """Return the library (a PEP 725 name) for one that is linked, None if none has to be given.

        `names` are what it may be called. One that no table knows is called as it is linked.
        """
        possible = [each for name in names if (each := name.removeprefix("-l"))]
        name = next(iter(possible), "")
        if not _NAME.fullmatch(name) or not self._built.isdisjoint(possible):
            return None
        if name in _WITH_CXX:
            return CXX
        known = next((found for each in possible if (found := libraries.linked(each))), None)
        if known is not None:
            return None if self._builds and _in_tree(name, self._tree) else known
        if not is_given(name) or _in_tree(name, self._tree):
            return None
        return generic_name(name)


def _in_tree(name: str, tree: Tree) -> bool:
    """Return whether a tree has a library, or a directory with its sources."""
    bare = name.removeprefix("lib").lower()
    files = {
        f"{prefix}{bare}{suffix}" for prefix in ("lib", "") for suffix in (".a", ".so", ".lib")
    }
    folders = {bare, f"lib{bare}"}
    for path in tree.names:
        *parents, file = path.lower().split("/")
        if file in files or (file.endswith(_SOURCES) and not folders.isdisjoint(parents)):
            return True
    return False
