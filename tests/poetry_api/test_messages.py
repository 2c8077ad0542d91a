"""What errors of Poetry, and of networks, come to."""

from __future__ import annotations

import logging
import socket

import pytest
import requests
from dulwich.errors import GitProtocolError
from poetry.console.exceptions import PoetryRuntimeError
from urllib3 import HTTPSConnectionPool
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    SSLError,
)

from poetry_arch_check.output.console import escaped_log_records
from poetry_arch_check.poetry_api.messages import clause, one_line, reason_of

_REQUEST = requests.Request("GET", "https://user:secret@index.example/simple/x/").prepare()
_LONG = (
    "HTTPSConnectionPool(host='index.example', port=443): Max retries exceeded with url: /simple"
)


def _answer(status: int) -> requests.Response:
    response = requests.Response()
    response.status_code, response.url = status, "https://index.example/simple/x/"
    return response


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (requests.ConnectionError(_LONG, request=_REQUEST), "index.example cannot be reached"),
        (requests.ReadTimeout(_LONG, request=_REQUEST), "index.example does not answer in time"),
        (requests.exceptions.SSLError(_LONG), "the certificate of the host is not accepted"),
        (requests.exceptions.ProxyError(_LONG, request=_REQUEST), "the proxy cannot be reached"),
        (requests.HTTPError(_LONG, response=_answer(404)), "index.example answers 404"),
        (TimeoutError("timed out"), "the host does not answer in time"),
        (ValueError("<error>no\nsuch</error> thing"), "no such thing"),
        (ValueError(), "ValueError"),
        (
            ValueError("All attempts to connect to t0k3n@127.0.0.1:9 failed."),
            "All attempts to connect to ***@127.0.0.1:9 failed.",
        ),
    ],
)
def test_a_clause_for_each_error(error: Exception, said: str) -> None:
    """Networks' errors are as long as a page; what matters is the host."""
    assert clause(error) == said
    assert "secret" not in clause(error)


def _of_dulwich(reason: Exception, cause: Exception | None = None) -> Exception:
    """Return what dulwich makes of urllib3's errors, as Poetry's Git.clone raises it."""
    pool = HTTPSConnectionPool("git.example", 443)
    reason.__cause__ = cause
    retries = MaxRetryError(pool, "https://user:secret@git.example/a/b/info/refs", reason)
    retries.__cause__ = reason
    error = GitProtocolError(str(retries))
    error.__cause__ = retries
    return error


_CONNECTION = HTTPSConnection("git.example", 443)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            _of_dulwich(NameResolutionError("git.example", _CONNECTION, socket.gaierror(-2, "x"))),
            "git.example cannot be reached",
        ),
        (
            _of_dulwich(NewConnectionError(_CONNECTION, "x"), ConnectionRefusedError(111, "x")),
            "git.example cannot be reached",
        ),
        (_of_dulwich(ProtocolError("Connection aborted.")), "git.example cannot be reached"),
        (
            _of_dulwich(ConnectTimeoutError(_CONNECTION, "x"), TimeoutError("x")),
            "git.example does not answer in time",
        ),
        (_of_dulwich(SSLError("x")), "the certificate of git.example is not accepted"),
        (_of_dulwich(ProxyError("x", OSError("x"))), "the proxy cannot be reached"),
        # Of the git protocol, nothing but the socket's error is left.
        (ConnectionRefusedError(111, "Connection refused"), "the host cannot be reached"),
        (socket.gaierror(-2, "Name or service not known"), "the host cannot be reached"),
        (GitProtocolError("unexpected http resp 500"), "unexpected http resp 500"),
    ],
)
def test_git_sources_that_cannot_be_fetched(error: Exception, said: str) -> None:
    """It is the error behind it that tells, and its text is as long."""
    assert clause(error) == said


def test_what_poetry_gives_up_on_is_the_network() -> None:
    """Poetry's Authenticator raises its own error while it handles that of requests."""
    request = requests.Request("GET", "http://user:pw@127.0.0.1:9/simple").prepare()
    error = PoetryRuntimeError("<error>All attempts to connect failed.</error>")
    error.__context__ = requests.exceptions.ConnectionError("Max retries", request=request)
    assert clause(error) == "127.0.0.1 cannot be reached"
    error.__suppress_context__ = True
    assert clause(error) == "All attempts to connect failed."


def test_other_errors_keep_their_words() -> None:
    """In one line, without markup."""
    assert one_line(ValueError("a\n  <info>b</info>")) == "a b"


def test_why_the_solver_finds_no_lock() -> None:
    """Once each, without Poetry's styles and advice: which Pythons to give up is not ours to say."""
    line = "  - numpy requires Python >=3.8, so it will not be installable for Python >=3.7,<3.8"
    error = RuntimeError(
        "The current project's supported Python range (>=3.7) is not compatible with some of the"
        f" required packages Python requirement:\n{line}\n{line}\n\nSo, because <c1>demo</c1>"
        " depends on <c1>numpy</c1> (*), version solving failed.\n\n"
        "  <fg=blue;options=bold>* </>Check your dependencies Python requirement: The Python"
        " requirement can be specified via the `<fg=default;options=bold>python</>` property\n"
    )
    first, second, third = reason_of(error).splitlines()
    assert first.endswith("requirement:")
    assert second == line
    assert third == "So, because demo depends on numpy (*), version solving failed."


def test_a_warning_is_written_once() -> None:
    """Poetry repeats it for each package; what is new is written."""
    written: list[str] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(record.getMessage())

    handler = Handler()
    logging.getLogger().addHandler(handler)
    try:
        with escaped_log_records():
            for name in ("a", "b", "a", "a"):
                logging.getLogger("poetry.core").warning("Path /x for %s does not exist", name)
        logging.getLogger("poetry.core").warning("Path /x for a does not exist")
    finally:
        logging.getLogger().removeHandler(handler)
    assert [line.split()[3] for line in written] == ["a", "b", "a"]
