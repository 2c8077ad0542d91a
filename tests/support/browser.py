"""A real browser without a screen, by the DevTools protocol over a pipe."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)


class Page:
    """A tab: what it is told, and all events since."""

    def __init__(self, commands: int, answers: int) -> None:
        """Talk through these file descriptors; messages end with a NUL."""
        self._commands, self._answers, self._number = commands, answers, 0
        self._read, self._session = b"", ""
        self.events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> Any:
        """Send a command, and return its result."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return answer["result"]
            self.events.append(answer)

    def open(self, path: Path, fragment: str = "") -> None:
        """Show a file, and wait until it is loaded."""
        self.events.clear()
        self.call("Page.navigate", url=path.as_uri() + fragment)
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self.events.append(self._next())

    def evaluate(self, expression: str) -> Any:
        """Return the value of an expression on the page."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def complaints(self) -> list[dict[str, Any]]:
        """Return what the console has of errors, warnings and messages."""
        self.evaluate("0")
        said = {"Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"}
        return [event for event in self.events if event["method"] in said]

    def requests(self) -> list[str]:
        """Return the addresses of all that was asked for."""
        sent = [e for e in self.events if e["method"] == "Network.requestWillBeSent"]
        return [event["params"]["request"]["url"] for event in sent]

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._read:
            more = os.read(self._answers, 1 << 16)
            assert more, "the browser has ended"
            self._read += more
        message, _, self._read = self._read.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found


@contextmanager
def page(profile: Path) -> Iterator[Page]:
    """Start a browser with a profile of its own, and end it afterwards."""
    assert CHROMIUM
    # Descriptors below 10 could be those that are to become 3 and 4.
    pipes = [fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (*os.pipe(), *os.pipe())]
    reads, commands, answers, writes = pipes
    options = (
        *("--headless=new", "--remote-debugging-pipe", "--disable-gpu", "--no-first-run"),
        *("--no-sandbox", "--disable-dev-shm-usage"),  # root in a container has neither
        f"--user-data-dir={profile}",
    )
    script = f'exec "$0" "$@" 3<&{reads} 4>&{writes}'
    browser = subprocess.Popen(
        ["bash", "-c", script, CHROMIUM, *options],
        pass_fds=(reads, writes),
        stderr=subprocess.DEVNULL,
    )
    os.close(reads)
    os.close(writes)
    try:
        yield Page(commands, answers)
    finally:
        browser.kill()
        browser.wait()
        os.close(commands)
        os.close(answers)
