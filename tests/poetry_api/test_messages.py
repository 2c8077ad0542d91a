"""What errors of Poetry, and of networks, come to."""

from __future__ import annotations

import logging

import pytest
import requests

from poetry_arch_check.output.console import escaped_log_records
from poetry_arch_check.poetry_api.messages import clause, one_line

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


def test_other_errors_keep_their_words() -> None:
    """In one line, without markup."""
    assert one_line(ValueError("a\n  <info>b</info>")) == "a b"


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
