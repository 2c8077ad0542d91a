"""Inspecting sources in a separate process with limits on its time and memory.

Archives and scripts are not trusted: this catches what the limits on single steps miss.
"""

from __future__ import annotations

import atexit
import json
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import asdict
from typing import TYPE_CHECKING

from poetry_arch_check.inspection.errors import CostlyTreeError, TreeError
from poetry_arch_check.inspection.inspection import Inspection
from poetry_arch_check.poetry_api.time_limits import TimeLimitError
from poetry_arch_check.sources.sandbox_terms import MAX_MEMORY, STARTED, cpu_seconds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from poetry_arch_check.inspection.interpreter import Interpreter

# Seconds that one inspection may take on a machine that is busy otherwise.
SECONDS = 60
# The exit codes of a process that somebody has ended, such as a user by Ctrl-C, or that is unknown.
_UNKNOWN = -signal.SIGTERM
_ENDED = frozenset(
    -getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGKILL", "SIGALRM")
    if hasattr(signal, name)
)
# The plugin may be anywhere on the path: Poetry adds a project's own plugins while it runs.
_CHILD = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    " from poetry_arch_check.sources import sandbox_child; sandbox_child.{}()"
)


def inspect_in_sandbox(
    path: Path,
    interpreters: Sequence[Interpreter],
    constraints: Sequence[str],
    *,
    seconds: float = SECONDS,
) -> list[Inspection]:
    """Return what building the sdist or directory at `path` requires, for each interpreter.

    `constraints` are the project's build constraints for it (PEP 508). Raises TreeError if it
    cannot be inspected, CostlyTreeError if that takes more processor time or memory than allowed,
    TimeLimitError if it takes more than `seconds`.
    """
    question = {
        "path": str(path),
        "interpreters": [asdict(interpreter) for interpreter in interpreters],
        "constraints": list(constraints),
        "seconds": int(seconds) + 5,  # for a process that is not waited for any more
    }
    try:
        answer, code = _answer(json.dumps(question).encode(), seconds)
    except (TimeoutError, subprocess.TimeoutExpired):
        raise TimeLimitError(
            f"limit exceeded: inspecting it takes more than {seconds:.0f} s"
        ) from None
    except OSError as error:
        raise TreeError(f"the process that inspects it cannot be started ({error})") from None
    if code in _ENDED:
        raise TreeError("the process that inspects it was ended")
    try:
        result = json.loads(answer)
    except ValueError:
        most = f"{cpu_seconds(len(interpreters))} s or {MAX_MEMORY >> 20} MiB"
        raise CostlyTreeError(f"limit exceeded: inspecting it takes more than {most}") from None
    if isinstance(result, str):
        raise TreeError(result)
    return [found for record in result if (found := Inspection.from_record(record))]


def _answer(question: bytes, seconds: float) -> tuple[bytes, int]:
    """Return the answer and the exit code of a process.

    Raises OSError where none can be started, TimeoutError or TimeoutExpired after `seconds`.
    """
    if _FORKS is not None:
        answer, _, code = _FORKS.answer(question, seconds).partition(b"\n")
        if answer.startswith(STARTED):
            return answer.removeprefix(STARTED), int(code or _UNKNOWN)
    done = subprocess.run(  # noqa: S603 - it is this Python, and this module
        _command("answer_once"), input=question, capture_output=True, timeout=seconds, check=False
    )
    if not done.stdout.startswith(STARTED):
        raise OSError(f"exit code {done.returncode}")
    return done.stdout.removeprefix(STARTED), done.returncode


def _command(function: str) -> list[str]:
    return [sys.executable, "-I", "-c", _CHILD.format(function), json.dumps(sys.path)]


class _Forks:
    """A process that forks one for each question: what all of them need is imported once.

    Its methods may be called from several threads; the questions are answered at the same time.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def answer(self, question: bytes, seconds: float) -> bytes:
        """Return what a process answers, and a line with its exit code; b"" where none started."""
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ours.settimeout(seconds)
            try:
                with self._lock:
                    socket.send_fds(self._running(), [b"?"], [theirs.fileno()])
                theirs.close()
                ours.sendall(question)
                ours.shutdown(socket.SHUT_WR)
                return b"".join(iter(lambda: ours.recv(1 << 16), b""))
            except ConnectionError:
                return b""

    def close(self) -> None:
        """End the process; those that it has forked end by themselves."""
        if self._process and self._control:
            self._control.close()
            self._process.wait()
        self._process = self._control = None

    def _running(self) -> socket.socket:
        """Return the connection to the process, which is started if there is none."""
        if self._process is None or self._control is None or self._process.poll() is not None:
            self.close()
            control, theirs = socket.socketpair()
            with theirs:
                try:
                    self._process = subprocess.Popen(  # noqa: S603 - as above
                        _command("serve"),
                        stdin=theirs.fileno(),
                        stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL,
                    )
                except BaseException:
                    control.close()
                    raise
            self._control = control
            atexit.register(self.close)
        return self._control


# Windows has neither fork nor a way to hand over a connection.
_FORKS = None if sys.platform == "win32" else _Forks()
