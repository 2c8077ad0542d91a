"""Output formats: each module renders a report as a string, none writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from poetry_arch_check.errors import ConfigurationError
from poetry_arch_check.formats import github, gitlab, html, json, junit, markdown, sarif, text
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


def _without_credentials(render: Format) -> Format:
    """Return `render` with addresses as they may be shown."""

    def rendered(report: Report, view: View) -> str:
        return without_credentials(render(report, view))

    return rendered


FORMATS: Mapping[str, Format] = {
    "text": _without_credentials(text.render),
    "json": _without_credentials(json.render),
    "github": _without_credentials(github.render),
    "markdown": _without_credentials(markdown.render),
    "html": _without_credentials(html.render),
    "sarif": _without_credentials(sarif.render),
    "gitlab": _without_credentials(gitlab.render),
    "junit": _without_credentials(junit.render),
}


def format_named(name: str) -> Format:
    """Return the format called `name`; raises ConfigurationError for an unknown one."""
    if name not in FORMATS:
        raise ConfigurationError(
            f'unknown format "{name}"{did_you_mean(name, FORMATS)}',
            hint=f"--format takes {', '.join(FORMATS)}",
        )
    return FORMATS[name]
