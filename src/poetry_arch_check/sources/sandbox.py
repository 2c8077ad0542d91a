"""Looking into sources in a process of its own, which cannot take more than its share.

Archives and scripts are made by strangers: what bounds on single steps miss, this does not.
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

from poetry_arch_check.inspection.archive import Budget, read_archive
from poetry_arch_check.inspection.inspect_tree import inspect_tree
from poetry_arch_check.inspection.record import as_record, from_record
from poetry_arch_check.inspection.script.evaluation import Interpreter
from poetry_arch_check.inspection.tree import CostlyTreeError, TreeError, tree_of_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from poetry_arch_check.inspection.inspect_tree import Inspection

MOST_MEMORY = 256 << 20
CPU_SECONDS = 5
# For each further interpreter, whose eyes the same tree is read with.
_MORE_SECONDS = 2
# Far more than any real build requires.
_LONGEST_ANSWER = 1 << 20
# Of a machine that has other things to do; the processor's time is what counts.
_SECONDS = 60
# The plugin may be anywhere on the path: a project's own is added while Poetry runs.
_CHILD = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    " from poetry_arch_check.sources.sandbox import answer; answer()"
)


def inspect_in_sandbox(
    path: Path, interpreters: Sequence[Interpreter], constraints: Sequence[str]
) -> list[Inspection]:
    """Return what building the sdist or the directory at `path` takes, for each interpreter.

    `constraints` are the project's build constraints for it (PEP 508). Raises TreeError where
    it cannot be looked into, within 5 s of the processor's time and 256 MiB.
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
            timeout=_SECONDS,
            check=False,
        )
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        raise CostlyTreeError("looking into it takes too much time or memory") from None
    except OSError as error:
        raise TreeError(f"no process can be started to look into it ({error})") from None
    if isinstance(answer, str):
        raise TreeError(answer)
    return [found for record in answer if (found := from_record(record))]


def answer() -> None:
    """Read a question of `inspect_in_sandbox` from stdin, and write the answer to stdout."""
    question = json.load(sys.stdin)
    _limit(CPU_SECONDS + _MORE_SECONDS * (len(question["interpreters"]) - 1))
    try:
        path = Path(question["path"])
        if path.is_dir():
            tree = tree_of_folder(path)
        else:
            tree = read_archive(path, Budget(clock=time.thread_time))
        result: object = [
            as_record(
                inspect_tree(
                    tree,
                    Interpreter(**{**interpreter, "version": tuple(interpreter["version"])}),
                    tuple(question["constraints"]),
                )
            )
            for interpreter in question["interpreters"]
        ]
    except TreeError as error:
        result = str(error)
    except MemoryError:
        return  # no answer means too much time or memory, whichever ran out first
    except Exception as error:  # noqa: BLE001 - whatever it is, it is in there
        result = f"it cannot be understood ({type(error).__name__})"
    text = json.dumps(result)
    if len(text) > _LONGEST_ANSWER:
        text = json.dumps("what it requires has no end")
    sys.stdout.write(text)


def _limit(seconds: int) -> None:
    """Take no more than a share of this machine, where that can be said."""
    with suppress(ImportError):
        import resource  # noqa: PLC0415 - not on Windows

        for limit, most in (
            (resource.RLIMIT_AS, MOST_MEMORY),
            (resource.RLIMIT_CPU, seconds),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            with suppress(OSError, ValueError):
                resource.setrlimit(limit, (most, most))
