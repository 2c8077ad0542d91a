"""An index on loopback that answers wrongly: `python tests/fuzz/index_modes.py --minutes 10`."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from fuzz.fuzzing import FindingError, Fuzzer, main
from fuzz.mutate import Mutator
from support.index import Index, sdist, wheel
from support.place import Place
from support.poetry_process import environment

if TYPE_CHECKING:
    from collections.abc import Iterator

# Poetry itself asks several times, and waits in between; one fetch of ours may take a minute.
_SECONDS = 200
_COMMANDS = (
    ("lock",),
    ("arch-check", "-t", "linux/arm64"),
    ("arch-check", "-t", "linux/arm64", "--suggest"),
    ("arch-check", "-t", "linux/arm64", "--suggest", "--python", "3.15"),
    ("arch-check", "-t", "linux/arm64", "--fix", "--dry-run"),
)
# What may happen to an answer, each for pages, metadata or files.
_MODES = (
    "status 404", "status 429", "status 500", "status 302", "status 204", "cut", "long", "empty",
    "mutated", "drip", "close", "wrong type", "html", "gzip", "no length", "header",
)  # fmt: skip


def _index() -> Index:
    index = Index()
    for version in ("1.0", "1.1"):
        index.add(sdist("native", version, native=True, requires=("plain",)))
    index.add(wheel("plain", "1.0", "py3-none-any"))
    index.add(sdist("buildtool", "1.0", native=False))
    index.add(wheel("buildtool", "1.1", "py3-none-any"))
    return index


def make(rng: random.Random) -> bytes:
    """Return, as JSON, which answers are wrong and how, and the command."""
    modes = {
        place: rng.choice(_MODES)
        for place in rng.sample(
            ("/simple/", "/files/", ".metadata", "native", "buildtool"), rng.randint(1, 3)
        )
    }
    return json.dumps(
        {
            "modes": modes,
            "seed": rng.random(),
            "command": rng.randrange(len(_COMMANDS)),
            "from": rng.choice((0, 0, 2, 4, 6)),
        }
    ).encode()


@dataclass(slots=True)
class _Answer:
    status: int
    kind: str
    content: bytes
    headers: dict[str, str]
    # What Content-Length says, None for no such header.
    length: int | None


def _wrong(answer: _Answer, mode: str, path: str, rng: random.Random) -> _Answer:
    """Return `answer` as the mode has it."""
    match mode.split():
        case ["status", status]:
            answer.status = int(status)
            after = rng.choice(("0", "1", "3600", "x"))
            answer.headers = {"Retry-After": after, "Location": path}
        case ["cut"]:
            answer.content = answer.content[: len(answer.content) // 2]
            return answer
        case ["long"]:
            answer.content += b"\0" * 5_000_000
        case ["empty"]:
            answer.content = b""
        case ["mutated"]:
            answer.content = Mutator([answer.content or b"x"]).make(rng)
        case ["wrong", "type"]:
            answer.kind = rng.choice(
                ("application/json", "image/png", "", "text/html; charset=utf-7")
            )
        case ["html"]:
            answer.content = b"<html><a href='//[::1'>native-9.9.tar.gz</a><a href='http://u:p@h'>x"
        case ["gzip"]:
            answer.headers = {"Content-Encoding": rng.choice(("gzip", "br", "x"))}
        case ["header"]:
            answer.headers = {"X-A": "a" * rng.choice((10, 70_000)), "ETag": "\x80"}
    answer.length = None if mode == "no length" else len(answer.content)
    return answer


class _Server(ThreadingHTTPServer):
    """Serves `index` as `plan` says; its requests are counted."""

    daemon_threads = True

    def __init__(self, index: Index, plan: dict[str, Any]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.index = index
        self.plan = plan
        self.rng = random.Random(plan["seed"])  # noqa: S311 - to be repeated
        self.count = 0

    def mode_of(self, path: str) -> str:
        """Return how the next answer is wrong, "" if it is in order."""
        self.count += 1
        if not self.plan["on"] or self.count <= self.plan["from"]:
            return ""
        modes: dict[str, str] = self.plan["modes"]
        return next((mode for place, mode in modes.items() if place in path), "")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        """Answer."""
        mode = self.server.mode_of(self.path)
        if mode == "close":
            self.close_connection = True
            return
        kind, content = self.server.index.answer(self.path.partition("?")[0]) or ("text/plain", b"")
        right = _Answer(200 if content else 404, kind, content, {}, len(content))
        answer = _wrong(right, mode, self.path, self.server.rng)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        if answer.length is not None:
            self.send_header("Content-Length", str(answer.length))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.close_connection = mode in {"cut", "no length"}
        try:
            self.end_headers()
            self._send(answer.content, drip=mode == "drip")
        except OSError:
            self.close_connection = True

    def _send(self, content: bytes, *, drip: bool) -> None:
        if not drip:
            self.wfile.write(content)
            return
        for at in range(len(content)):
            self.wfile.write(content[at : at + 1])
            self.wfile.flush()
            time.sleep(1)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def _serving(index: Index, plan: dict[str, Any]) -> Iterator[Index]:
    """Serve `index` on loopback."""
    server = _Server(index, plan)
    index.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield index
    finally:
        server.shutdown()
        server.socket.close()


def read(data: bytes) -> str:
    """Lock in order, then run the command against the index that answers wrongly."""
    plan = {**json.loads(data), "on": False}
    with tempfile.TemporaryDirectory() as folder, _serving(_index(), plan) as index:
        place = Place(Path(folder), index)
        place.write("native")
        _run(place, "lock")
        if not place.lock.exists():
            raise FindingError("no lock from an index that is in order")
        before = place.lock.read_bytes()
        plan["on"] = True
        command = _COMMANDS[plan["command"]]
        if command == ("lock",) and _run(place, *command, POETRY_ARCH_CHECK="off")[0] is None:
            return "Poetry itself does not end"
        place.lock.write_bytes(before)
        code, out, err = _run(place, *command)
        after = place.lock.read_bytes()
    for text in (out, err):
        if "internal error" in text or "poetry_arch_check" in text or "Traceback" in text:
            raise FindingError(f"in the output: {text[-2_000:]}")
    if after != before and command != ("lock",):
        raise FindingError("the lock was written")
    if code is None:
        raise FindingError(f"no end after {_SECONDS} s: {err[-500:]}")
    return f"exit code {code}"


def _run(place: Place, *arguments: str, **more: str) -> tuple[int | None, str, str]:
    """Run `poetry ARGUMENTS`; the exit code is None if it does not end in time."""
    command = [str(place.executable), *arguments, "-n"]
    env = environment(**place.environment, **more)
    try:
        done = subprocess.run(
            command, cwd=place.project, env=env, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        return None, str(error.stdout), str(error.stderr)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


if __name__ == "__main__":
    main(Fuzzer(name="index modes", make=make, read=read, bounded=False, suffix="json"))
