"""Poetry in this process, without the network, in a project of its own."""

from __future__ import annotations

import io
import os
import re
import socket
import tempfile
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from cleo.io.inputs.argv_input import ArgvInput
from cleo.io.outputs.stream_output import StreamOutput
from poetry.console.application import Application

from fuzz.fuzzing import FindingError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# What no output may contain: bugs of ours, and commands of CI systems at the start of a line.
_WRONG = re.compile(
    r"internal error|Traceback \(most recent|^(?:##\[|::(?!error|warning|notice)\w)|\x1b[^\[]"
    r"|[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]",
    re.MULTILINE,
)


def _refuse(*_: object, **__: object) -> NoReturn:
    raise OSError("no network")


@contextmanager
def _no_network() -> Iterator[None]:
    connect, getaddrinfo = socket.socket.connect, socket.getaddrinfo
    socket.socket.connect = socket.getaddrinfo = _refuse  # type: ignore[method-assign]
    try:
        yield
    finally:
        socket.socket.connect, socket.getaddrinfo = connect, getaddrinfo  # type: ignore[method-assign]


def run(arguments: Sequence[str], files: dict[str, bytes]) -> int:
    """Run `poetry ARGUMENTS` where `files` are; return the exit code.

    Raises FindingError for an output that is wrong, and what Poetry's application raises.
    """
    out, err = io.StringIO(), io.StringIO()
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        os.environ["POETRY_CACHE_DIR"] = f"{folder}/cache"
        os.chdir(folder)
        try:
            application = Application()
            application.auto_exits(False)
            with _no_network(), redirect_stdout(out), redirect_stderr(err):
                code = application.run(
                    ArgvInput(["poetry", *arguments]), StreamOutput(out), StreamOutput(err)
                )
        except SystemExit as left:
            # Poetry's own parser of global options, before any command.
            code = 2 if left.code is None else int(left.code)
        finally:
            os.chdir(before)
    for text in (out.getvalue(), err.getvalue()):
        if wrong := _WRONG.search(text):
            raise FindingError(f"{wrong[0]!r} in the output", text[-3_000:])
    return code
