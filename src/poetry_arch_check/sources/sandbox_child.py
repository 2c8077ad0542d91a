"""The processes that inspect sources: each limits itself before it reads any.

Nothing of the sources is run, so nothing should ever ask for what is refused here: it is for what
the readers of archives and scripts may get wrong.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from poetry_arch_check.inspection.archive.limits import Budget
from poetry_arch_check.inspection.archive.reader import read_archive
from poetry_arch_check.inspection.errors import TreeError
from poetry_arch_check.inspection.inspect_tree import inspect_tree
from poetry_arch_check.inspection.interpreter import Interpreter
from poetry_arch_check.inspection.tree import tree_of_folder
from poetry_arch_check.sources.sandbox_terms import MAX_MEMORY, STARTED, cpu_seconds

# Far more than any real build requires.
_MAX_ANSWER = 1 << 20
# Of sched.h: namespaces of users and of networks.
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
# Audit events (PEP 578) of what reads, among those of modules that do other things besides.
_READS = frozenset({"os.listdir", "os.scandir", "os.walk"})
_OTHERS = ("os.", "subprocess.", "socket.", "shutil.", "ctypes.")
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def serve() -> None:
    """Answer a question on each connection that stdin brings, in a process of its own."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _leave_network()
    with socket.socket(fileno=os.dup(0)) as control:
        while True:
            _, connections, _, _ = socket.recv_fds(control, 1, 1)
            _reap()
            if not connections:  # the other side has ended
                return
            if os.fork() == 0:
                control.close()
                with suppress(Exception), open(connections[0], "r+b", buffering=0) as connection:  # noqa: PTH123 - not a path
                    _supervise(connection)
                os._exit(0)
            os.close(connections[0])


def _supervise(connection: IO[bytes]) -> None:
    """Answer in one more process, and add a line with its exit code to what that has written."""
    worker = os.fork()
    if worker == 0:
        with suppress(Exception):
            answer(connection, connection)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1])
    connection.write(b"\n%d" % code)


def _reap() -> None:
    """Take leave of the processes that have ended."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def answer_once() -> None:
    """Answer the question on stdin to stdout."""
    answer(sys.stdin.buffer, sys.stdout.buffer)


def answer(reader: IO[bytes], writer: IO[bytes]) -> None:
    """Read the question of `inspect_in_sandbox`, and write the answer, a text of JSON.

    There is none where it takes too much time, of which a process dies, or too much memory.
    """
    writer.write(STARTED)
    writer.flush()
    question = json.loads(b"".join(iter(lambda: reader.read(1 << 16), b"")))
    interpreters = [
        Interpreter(**{**interpreter, "version": tuple(interpreter["version"])})
        for interpreter in question["interpreters"]
    ]
    _limit(cpu_seconds(len(interpreters)), question["seconds"])
    sys.addaudithook(_refuse)
    try:
        result = _inspect(Path(question["path"]), interpreters, tuple(question["constraints"]))
    except MemoryError:
        return
    text = json.dumps(result)
    if len(text) > _MAX_ANSWER:
        text = json.dumps(
            f"limit exceeded: its requirements have more than {_MAX_ANSWER >> 20} MiB"
        )
    content = memoryview(text.encode())
    while content:
        content = content[writer.write(content) :]
    writer.flush()


def _inspect(path: Path, interpreters: list[Interpreter], constraints: tuple[str, ...]) -> object:
    """Return a record for each interpreter, or why there is none."""
    try:
        if path.is_dir():
            tree = tree_of_folder(path)
        else:
            tree = read_archive(path, Budget(clock=time.thread_time))
        return [
            inspect_tree(tree, interpreter, constraints).as_record() for interpreter in interpreters
        ]
    except TreeError as error:
        return str(error)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the sources are the cause
        return f"it cannot be inspected ({type(error).__name__})"


def _limit(seconds: int, elapsed: int) -> None:
    """Limit this process, where the operating system can: processor time, and elapsed time."""
    with suppress(ImportError):
        import resource  # noqa: PLC0415 - not on Windows

        signal.alarm(elapsed)
        for limit, most in (
            (resource.RLIMIT_AS, MAX_MEMORY),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_NPROC, 0),  # counted for the user, limited for the process; not root
        ):
            with suppress(OSError, ValueError):
                resource.setrlimit(limit, (most, most))
        with suppress(OSError, ValueError):
            # With one limit, the signal were the one that anybody may send.
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))


def _leave_network() -> None:
    """Leave the network, where the system lets a process do so: Linux, for most users."""
    with suppress(ImportError, OSError, AttributeError):
        import ctypes  # noqa: PLC0415 - os.unshare came with Python 3.12

        unshare = ctypes.CDLL(None).unshare
        # In a user namespace of its own, root would lose the right to read what is others'.
        if unshare(_CLONE_NEWNET) and os.geteuid():
            unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def _refuse(event: str, args: tuple[object, ...]) -> None:
    """Let this process neither write, nor start another one, nor connect."""
    writes = event == "open" and isinstance(args[2], int) and args[2] & _WRITES
    if writes or (event.startswith(_OTHERS) and event not in _READS):
        raise PermissionError(event)
