"""C code that uses what a Python no longer has in its C API, or that refuses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.data.tables import table
from poetry_arch_check.inspection.breakage.breakage import Breakage

if TYPE_CHECKING:
    from poetry_arch_check.inspection.compiled import Compiled
    from poetry_arch_check.inspection.interpreter import Interpreter

# Headers by the Python that removed or moved them: What's New of 3.10, 3.11 and 3.13.
_HEADERS = {
    "longintrepr.h": 11,
    "parsetok.h": 10,
    "node.h": 10,
    "graminit.h": 10,
    "grammar.h": 10,
    "symtable.h": 10,
    "Python-ast.h": 10,
    "eval.h": 11,
    "pystrhex.h": 11,
    "pyfpe.h": 10,
    "token.h": 12,
}


def c_api_breakage(compiled: Compiled, interpreter: Interpreter) -> Breakage | None:
    """Return why what is surely compiled does not fit `interpreter`, None if it does."""
    minor = interpreter.version[1]
    for text, path in compiled.errors.items():
        said = f" ({text.strip(chr(34))[:80]})" if text else ""
        return Breakage(why=f"its {path} refuses this Python or operating system{said}")
    if interpreter.implementation != "cpython":
        return None
    for header, path in compiled.headers.items():
        if header in _HEADERS and minor >= _HEADERS[header] and path:
            why = f"its {path} includes {header}, which Python 3.{_HEADERS[header]} removed"
            return Breakage(why=why)
    for name, path in compiled.uses.items():
        for version, names in table("c_api")["rows"].items():
            if minor >= int(version.removeprefix("3.")) and name in names:
                return Breakage(
                    why=f"its {path} uses {_label(name)}, which Python {version} removed"
                )
    return None


def _label(name: str) -> str:
    """Return what a sentence calls something of the C API."""
    return f"an assignment to {name.removesuffix(' =')}" if name.endswith(" =") else name
