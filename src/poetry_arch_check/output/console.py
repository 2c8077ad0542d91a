"""Writes to Poetry's console: text as it is, without what could steer a terminal."""

from __future__ import annotations

import logging
import os
import re
import sys
import time
import traceback
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from cleo.exceptions import CleoValueError
from cleo.formatters.formatter import Formatter
from cleo.io.outputs.output import Type
from cleo.io.outputs.stream_output import StreamOutput

from poetry_arch_check.errors import ArchCheckError, OutputError
from poetry_arch_check.strings import (
    printable,
    without_credentials,
    without_user_info,
    without_workflow_commands,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cleo.io.io import IO
    from cleo.io.outputs.output import Output

LONGEST_LINE = 1_000
_REINSTALL = (
    "reinstall the plugin: poetry self add poetry-arch-check"
    " (poetry self show plugins lists what is installed)"
)
# Columns: without a terminal, what a report needs, and what the eye still follows.
_COLUMNS, _NARROWEST, _WIDEST = 80, 60, 160
# Seconds before progress is shown.
_PATIENCE = 0.3
_CLEAR = "\r\x1b[2K"
# The styles of Poetry's messages, where the formatter that knows them is not at hand.
_TAG = re.compile(
    r"</?(?:info|error|warning|comment|question|debug|success|b|u|i|c1|c2|fg|options)?>"
)


def without_markup(text: str) -> str:
    """Return `text` without the styles of Poetry's messages."""
    with suppress(CleoValueError):  # what looks like markup need not be
        text = Formatter().remove_format(text)
    return _TAG.sub("", text)


def write_raw(output: Output, text: str) -> None:
    """Write `text` as it is: cleo would take `<…>` in it for styles."""
    stream = getattr(output, "stream", None)
    encoding = getattr(stream, "encoding", None) or "utf-8"
    text = text.encode(encoding, "backslashreplace").decode(encoding)
    output.write(text, type=Type.RAW)


def write_error(io: IO, line: str) -> None:
    """Write one line to stderr, escaped and shortened; a closed stderr is no error."""
    if len(line) > LONGEST_LINE:
        line = f"{line[: LONGEST_LINE // 2]}...{line[-LONGEST_LINE // 2 :]}"
    write_block(io, without_credentials(without_workflow_commands(printable(line))) + "\n")


def write_block(io: IO, text: str) -> None:
    """Write escaped lines to stderr; a closed stderr is no error."""
    try:
        write_raw(io.error_output, text)
    except OSError:
        _drop(io.error_output)


def _drop(output: Output) -> None:
    """Drop what `output` still holds: Python would try again at its end, and exit with 120."""
    if not isinstance(output, StreamOutput):
        return
    with suppress(OSError, ValueError):
        descriptor = output.stream.fileno()
        kept, nowhere = os.dup(descriptor), os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, descriptor)
        with suppress(OSError):
            output.stream.flush()
        os.dup2(kept, descriptor)
        os.close(kept)
        os.close(nowhere)


def write_report(output: Output, content: str) -> None:
    """Write the whole report to stdout; raises OutputError where it cannot take it."""
    try:
        write_raw(output, content)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would complain again while it exits: give it something to flush to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise OutputError(f"cannot write the report: {error.strerror}") from error


def width_of(output: Output) -> int:
    """Return how many columns to use: the terminal's, within reason, and 80 elsewhere."""
    if not isinstance(output, StreamOutput) or not output.stream.isatty():
        return _COLUMNS
    try:
        columns = os.get_terminal_size(output.stream.fileno()).columns
    except (OSError, ValueError):
        return _COLUMNS
    return max(_NARROWEST, min(columns, _WIDEST)) if columns else _COLUMNS


@contextmanager
def progress(io: IO, what: str) -> Iterator[Callable[[int, int], None]]:
    """Show how many of how many are done, in one line of a terminal, where it takes a while."""
    output = io.error_output
    terminal = isinstance(output, StreamOutput) and output.stream.isatty()
    wanted = terminal and output.is_decorated() and not output.is_quiet()
    since = time.monotonic()
    shown = False

    def moved(done: int, of: int) -> None:
        nonlocal shown
        if wanted and (shown or time.monotonic() - since > _PATIENCE):
            write_block(io, f"{_CLEAR}{what}: {done} of {of}")
            shown = True

    try:
        yield moved
    finally:
        if shown:
            write_block(io, _CLEAR)


def describe_error(io: IO, error: Exception) -> tuple[tuple[str, ...], str | None]:
    """Return the problems of `error`, and a hint; an unexpected one is a bug of ours.

    Its traceback is written where debugging is asked for.
    """
    if isinstance(error, ArchCheckError):
        return error.problems, error.hint
    if io.is_debug():
        for line in "".join(traceback.format_exception(error)).splitlines():
            write_error(io, line)
    if isinstance(error, ImportError):
        return (f"cannot start: {type(error).__name__}: {error}",), _REINSTALL
    problem = f"internal error: {type(error).__name__}: {error}"
    return (problem,), "please report it, with the output of -vvv"


def write_failure(io: IO, error: Exception, *, of: str = "") -> None:
    """Write what is wrong, a line for each problem, and the hint; `of` is one of many projects."""
    where = f"{of}: " if of else ""
    problems, hint = describe_error(io, error)
    for problem in problems:
        write_error(io, f"arch-check: {where}{problem}")
    if hint:
        write_error(io, f"hint: {hint}")


class _Masked(StreamOutput):
    """Output on a stream, without the credentials in addresses."""

    def _write(self, message: str, new_line: bool = False) -> None:  # noqa: FBT001, FBT002 - as cleo's
        super()._write(without_credentials(message), new_line)


@contextmanager
def kept_for_the_report(io: IO) -> Iterator[Output]:
    """Yield stdout; what Poetry writes meanwhile goes to stderr, without credentials."""
    stdout, stderr = io.output, io.error_output
    others = stderr
    if isinstance(stderr, StreamOutput):
        decorated = stderr.is_decorated()  # of a formatter that cleo sets to its own guess
        others = _Masked(stderr.stream, stderr.verbosity, formatter=stderr.formatter)
        others.decorated(decorated)
    io._output = io._error_output = others  # noqa: SLF001 - no public way
    try:
        yield stdout
    finally:
        io._output, io._error_output = stdout, stderr  # noqa: SLF001 - as above


@contextmanager
def escaped_log_records() -> Iterator[None]:
    """Escape what Poetry's loggers write, which may come from a lock file, and mask credentials.

    A warning is written once: Poetry repeats it for each package that it is about.
    """

    def filter_of() -> Callable[[logging.LogRecord], bool]:
        warnings: set[str] = set()

        def escape(record: logging.LogRecord) -> bool:
            message = " ".join(map(printable, without_markup(record.getMessage()).splitlines()))
            message = without_user_info(message)
            record.msg, record.args = Formatter.escape(message), ()
            repeated = record.levelno >= logging.WARNING and message in warnings
            warnings.add(message)
            return not repeated

        return escape

    filters = [(handler, filter_of()) for handler in logging.getLogger().handlers]
    for handler, each in filters:
        handler.addFilter(each)
    try:
        yield
    finally:
        for handler, each in filters:
            handler.removeFilter(each)
