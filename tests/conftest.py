"""Fixtures, the profiles of hypothesis, and the closing lines that long comparisons ask for."""

from __future__ import annotations

import os
import socket
from collections import Counter
from typing import TYPE_CHECKING, NoReturn

import pytest
from hypothesis import HealthCheck, settings

from support.paths import PROJECTS
from support.place import place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from _pytest.terminal import TerminalReporter

    from support.place import Place

# No limits of time: a machine may have other things to do. The examples of `quick` are the same
# each time, so that nobody's change fails by chance; `.ci/run` looks for new ones with `thorough`.
patient = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.register_profile("quick", patient, derandomize=True, max_examples=50)
settings.register_profile("thorough", patient, max_examples=500)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what this process remembers apart from what the user of the machine has."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("POETRY_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Place]:
    """Return a place for a project, beside an index on loopback."""
    with place(tmp_path) as made:
        yield made


class NetworkUsedError(Exception):
    """Something wanted to leave the machine."""


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every connection fail at once, with what nobody handles."""

    def refuse(*_: object, **__: object) -> NoReturn:
        raise NetworkUsedError

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture(scope="session")
def projects() -> Path:
    """Return the example projects of this repository."""
    return PROJECTS


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Print the sums of what tests recorded as `count:NAME` properties."""
    sums: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name.startswith("count:") and report.when == "call":
                    sums[name.removeprefix("count:")] += value
    if sums:
        terminalreporter.write_sep("-", "corpus, against Poetry's own Installer and Chooser")
        terminalreporter.write_line(", ".join(f"{value} {name}" for name, value in sums.items()))
