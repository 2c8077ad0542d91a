"""How wide reports are."""

from __future__ import annotations

import io
import os
import struct
import sys

import pytest
from cleo.io.outputs.null_output import NullOutput
from cleo.io.outputs.stream_output import StreamOutput

from poetry_arch_check.output.console import width_of


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
@pytest.mark.parametrize(("columns", "used"), [(100, 100), (20, 60), (400, 160), (0, 80)])
def test_the_width_of_a_terminal_is_used_within_reason(columns: int, used: int) -> None:
    """A terminal that does not tell has 80 columns."""
    fcntl, pty, termios = map(pytest.importorskip, ("fcntl", "pty", "termios"))
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with os.fdopen(follower, "w") as stream:
        assert width_of(StreamOutput(stream)) == used
    os.close(leader)


def test_without_a_terminal_there_are_80_columns() -> None:
    """Whatever a report goes to."""
    assert width_of(StreamOutput(io.StringIO())) == 80
    assert width_of(NullOutput()) == 80
