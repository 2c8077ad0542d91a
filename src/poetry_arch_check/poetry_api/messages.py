"""What Poetry's errors say, in one line, or in a clause."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from poetry_arch_check.output.console import without_markup
from poetry_arch_check.strings import without_user_info

if TYPE_CHECKING:
    from collections.abc import Iterator

# Where Poetry begins to tell what may be done about Pythons.
_ADVICE = " Check your dependencies Python requirement: "
# Errors of requests, urllib3 and sockets, by their names: what is the matter with a host.
_OF_NETWORKS = (
    (
        {
            "ConnectTimeout",
            "ConnectTimeoutError",
            "ReadTimeout",
            "ReadTimeoutError",
            "Timeout",
            "TimeoutError",
        },
        "{} does not answer in time",
    ),
    ({"SSLError"}, "the certificate of {} is not accepted"),
    ({"ProxyError"}, "the proxy cannot be reached"),
    (
        {
            "ConnectionError",
            "ConnectionRefusedError",
            "ConnectionResetError",
            "NameResolutionError",
            "NewConnectionError",
            "ProtocolError",
            "gaierror",
        },
        "{} cannot be reached",
    ),
)


def one_line(error: Exception) -> str:
    """Return what `error` says without its markup; its type where it says nothing."""
    return " ".join(without_markup(str(error)).split()) or type(error).__name__


def reason_of(error: Exception) -> str:
    """Return why the solver finds no lock, in its lines: each once, without markup and advice."""
    lines = without_markup(str(error)).strip().splitlines()
    advice = (number for number, line in enumerate(lines) if _ADVICE in line)
    lines = lines[: next(advice, len(lines))]
    return "\n".join(dict.fromkeys(line.rstrip() for line in lines if line.strip()))


def clause(error: Exception) -> str:
    """Return what is the matter: for an error of a network, its host and no more.

    It may stand behind another: dulwich raises one of its own because of urllib3's.
    """
    behind = list(_causes(error))
    host = next(filter(None, map(_host, behind)), "the host")
    response = getattr(error, "response", None)
    if type(error).__name__ == "HTTPError" and response is not None:
        return f"{host} answers {response.status_code}"
    found = {type(each).__name__ for each in behind}
    said = next((text for names, text in _OF_NETWORKS if names & found), None)
    return without_user_info(one_line(error) if said is None else said.format(host))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield `error`, and what it was raised because of: a cause, or the reason of urllib3's.

    It is what an error of Poetry's was raised in place of, too.
    """
    seen: list[BaseException] = []
    found: BaseException | None = error
    while isinstance(found, BaseException) and found not in seen:
        seen.append(found)
        yield found
        found = getattr(found, "reason", None) or found.__cause__ or _handled(found)


def _handled(error: BaseException) -> BaseException | None:
    """Return the error that Poetry's Authenticator had when it gave up; it is no cause of its."""
    given_up = type(error).__name__ == "PoetryRuntimeError" and not error.__suppress_context__
    return error.__context__ if given_up else None


def _host(error: BaseException) -> str:
    """Return the host that did not answer as it should, "" where the error does not tell."""
    for each in (getattr(error, "request", None), getattr(error, "response", None)):
        url = getattr(each, "url", None)
        if isinstance(url, str) and (host := urlsplit(url).hostname):
            return host
    host = getattr(vars(error).get("pool"), "host", None)
    return host if isinstance(host, str) else ""
