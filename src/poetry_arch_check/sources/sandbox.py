"""Inspecting sources in a separate process with limits on its time and memory.

Archives and scripts are not trusted: this catches what the limits on single steps miss.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from poetry_arch_check.inspection.archive.limits import Budget
from poetry_arch_check.inspection.archive.reader import read_archive
from poetry_arch_check.inspection.inspect_tree import Inspection, inspect_tree
from poetry_arch_check.inspection.interpreter import Interpreter
from poetry_arch_check.inspection.tree import CostlyTreeError, TreeError, tree_of_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

# Limits of the process: bytes of memory, and seconds of processor time for one interpreter and
# for each further one.
MAX_MEMORY = 256 << 20
CPU_SECONDS = 5
_MORE_CPU_SECONDS = 2
# Elapsed time, on a machine that is busy otherwise.
_TIMEOUT = 60
# Far more than any real build requires.
_MAX_ANSWER = 1 << 20
# The plugin may be anywhere on the path: Poetry adds a project's own plugins while it runs.
_CHILD = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    " from poetry_arch_check.sources.sandbox import answer; answer()"
)


def inspect_in_sandbox(
    path: Path, interpreters: Sequence[Interpreter], constraints: Sequence[str]
) -> list[Inspection]:
    """Return what building the sdist or directory at `path` requires, for each interpreter.

    `constraints` are the project's build constraints for it (PEP 508). Raises TreeError if it
    cannot be inspected, CostlyTreeError if that takes more processor time or memory than allowed.
    """
    question = {
        "path": str(path),
        "interpreters": [asdict(interpreter) for interpreter in interpreters],
        "constraints": list(constraints),
    }
    try:
        done = subprocess.run(  # noqa: S603 - it is this Python, and this module
            [sys.executable, "-I", "-c", _CHILD, json.dumps(sys.path)],
            input=json.dumps(question).encode(),
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
        )
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        raise CostlyTreeError(
            "limit exceeded: inspecting it takes more than"
            f" {_cpu_seconds(len(interpreters))} s or {MAX_MEMORY >> 20} MiB"
        ) from None
    except OSError as error:
        raise TreeError(f"the process that inspects it cannot be started ({error})") from None
    if isinstance(answer, str):
        raise TreeError(answer)
    return [found for record in answer if (found := Inspection.from_record(record))]


def answer() -> None:
    """Read a question of `inspect_in_sandbox` from stdin, and write the answer to stdout."""
    question = json.load(sys.stdin)
    interpreters = [
        Interpreter(**{**interpreter, "version": tuple(interpreter["version"])})
        for interpreter in question["interpreters"]
    ]
    _limit(_cpu_seconds(len(interpreters)))
    try:
        path = Path(question["path"])
        if path.is_dir():
            tree = tree_of_folder(path)
        else:
            tree = read_archive(path, Budget(clock=time.thread_time))
        constraints = tuple(question["constraints"])
        result: object = [
            inspect_tree(tree, interpreter, constraints).as_record() for interpreter in interpreters
        ]
    except TreeError as error:
        result = str(error)
    except MemoryError:
        return  # no answer means too much time or memory, whichever ran out first
    except Exception as error:  # noqa: BLE001 - whatever it is, the sources are the cause
        result = f"it cannot be inspected ({type(error).__name__})"
    text = json.dumps(result)
    if len(text) > _MAX_ANSWER:
        text = json.dumps(
            f"limit exceeded: its requirements have more than {_MAX_ANSWER >> 20} MiB"
        )
    sys.stdout.write(text)


def _cpu_seconds(interpreters: int) -> int:
    """Return how much processor time so many interpreters take at most."""
    return CPU_SECONDS + _MORE_CPU_SECONDS * (interpreters - 1)


def _limit(seconds: int) -> None:
    """Limit this process, where the operating system can."""
    with suppress(ImportError):
        import resource  # noqa: PLC0415 - not on Windows

        for limit, most in (
            (resource.RLIMIT_AS, MAX_MEMORY),
            (resource.RLIMIT_CPU, seconds),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            with suppress(OSError, ValueError):
                resource.setrlimit(limit, (most, most))
