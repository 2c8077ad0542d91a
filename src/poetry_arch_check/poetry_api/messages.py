"""What Poetry's errors say, in one line, or in a clause."""

from __future__ import annotations

from urllib.parse import urlsplit

from poetry_arch_check.output.console import without_markup
from poetry_arch_check.strings import without_user_info

# Errors of requests and urllib3, by their names: what is the matter with a host.
_OF_NETWORKS = (
    (("ConnectTimeout", "ReadTimeout", "Timeout", "TimeoutError"), "{} does not answer in time"),
    (("SSLError",), "the certificate of {} is not accepted"),
    (("ProxyError",), "the proxy cannot be reached"),
    (("ConnectionError", "NewConnectionError", "NameResolutionError"), "{} cannot be reached"),
)


def one_line(error: Exception) -> str:
    """Return what `error` says without its markup; its type where it says nothing."""
    return " ".join(without_markup(str(error)).split()) or type(error).__name__


def clause(error: Exception) -> str:
    """Return what is the matter: for an error of a network, its host and no more."""
    name = type(error).__name__
    host = _host(error)
    response = getattr(error, "response", None)
    if name == "HTTPError" and response is not None:
        return f"{host} answers {response.status_code}"
    said = next((text for names, text in _OF_NETWORKS if name in names), None)
    return without_user_info(one_line(error) if said is None else said.format(host))


def _host(error: Exception) -> str:
    """Return the host that did not answer as it should, as far as the error tells."""
    for each in (getattr(error, "request", None), getattr(error, "response", None)):
        url = getattr(each, "url", None)
        if isinstance(url, str) and (host := urlsplit(url).hostname):
            return host
    return "the host"
