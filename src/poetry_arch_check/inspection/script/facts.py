"""What `sys`, `os` and `platform` say on the Python that runs a build."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from poetry_arch_check.inspection.script.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poetry_arch_check.inspection.interpreter import Interpreter

_IMPLEMENTATIONS = {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalVM"}


class PlatformUname(NamedTuple):
    """What `platform.uname()` returns; the name and the kernel of a build's machine are UNKNOWN."""

    system: str
    node: Any = UNKNOWN
    release: Any = UNKNOWN
    version: Any = UNKNOWN
    machine: Any = UNKNOWN
    processor: Any = UNKNOWN


class OsUname(NamedTuple):
    """What `os.uname()` returns."""

    sysname: str
    nodename: Any = UNKNOWN
    release: Any = UNKNOWN
    version: Any = UNKNOWN
    machine: Any = UNKNOWN


def _uname(interpreter: Interpreter) -> dict[str, Any]:
    """Return what `os.uname()` says, which Windows does not have."""
    if interpreter.sys_platform == "win32":
        return {}
    return {"os.uname()": OsUname(interpreter.system, machine=interpreter.machine)}


def facts_of(interpreter: Interpreter) -> dict[str, Any]:
    """Return values by dotted name; the names of calls end in `()`."""
    version = (*interpreter.version, "final", 0)
    major, minor, patch = interpreter.version
    builtins = ("sys", "builtins", *(["__pypy__"] if interpreter.implementation == "pypy" else []))
    implementation = _IMPLEMENTATIONS.get(interpreter.implementation, interpreter.implementation)
    return {
        "sys.platform": interpreter.sys_platform,
        "sys.version_info": version,
        "sys.version_info.major": major,
        "sys.version_info.minor": minor,
        "sys.version_info.micro": patch,
        "sys.hexversion": (major << 24) | (minor << 16) | (patch << 8) | 0xF0,
        "sys.version": f"{major}.{minor}.{patch} (main)",
        "sys.argv": ("setup.py", interpreter.command),
        "sys.maxsize": 2**63 - 1,
        "sys.byteorder": "little",
        "sys.implementation.name": interpreter.implementation,
        "sys.builtin_module_names": builtins,
        "os.name": interpreter.os_name,
        "os.environ": {},
        "platform.system()": interpreter.system,
        "platform.machine()": interpreter.machine,
        "platform.python_implementation()": implementation,
        "platform.python_version()": f"{major}.{minor}.{patch}",
        "platform.python_version_tuple()": (str(major), str(minor), str(patch)),
        "platform.uname()": PlatformUname(interpreter.system, machine=interpreter.machine),
        **_uname(interpreter),
        "__name__": "__main__",
        "__file__": "setup.py",
        "TYPE_CHECKING": False,
        "typing.TYPE_CHECKING": False,
    }


def has_sys_attribute(facts: Mapping[str, Any], name: Any) -> Any:
    """Return whether `sys` has an attribute that not every Python has, else UNKNOWN."""
    match name:
        case str() if name.startswith("pypy"):
            return facts["sys.implementation.name"] == "pypy"
        case "getwindowsversion" | "winver":
            return facts["sys.platform"] == "win32"
        case _:
            return UNKNOWN
