"""Output formats: each module renders a report as a string, none writes it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from poetry_arch_check.errors import ConfigurationError
from poetry_arch_check.strings import did_you_mean, without_credentials

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poetry_arch_check.check.report import Report
    from poetry_arch_check.formats.view import View


class Format(Protocol):
    """A format: a report in, the whole output out, with a newline at its end."""

    def __call__(self, report: Report, view: View) -> str:
        """Return `report` rendered for `view`."""
        ...


def _format(name: str) -> Format:
    """Return what renders with the module of this name, loaded then, without credentials."""

    def rendered(report: Report, view: View) -> str:
        render: Format = import_module(f"{__name__}.{name}").render
        return without_credentials(render(report, view))

    return rendered


FORMATS: Mapping[str, Format] = {
    name: _format(name)
    for name in (
        "text",
        "json",
        "github",
        "markdown",
        "html",
        "sarif",
        "gitlab",
        "junit",
        "shields",
    )
}


def format_named(name: str) -> Format:
    """Return the format called `name`; raises ConfigurationError for an unknown one."""
    if name not in FORMATS:
        raise ConfigurationError(
            f'unknown format "{name}"{did_you_mean(name, FORMATS)}',
            hint=f"--format takes {', '.join(FORMATS)}",
        )
    return FORMATS[name]
