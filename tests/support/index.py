"""A package index on loopback (PEP 503, PEP 658), and the packages that the tests put there.

Everything is built here, and the index remembers what was asked of it.
"""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
import threading
import time
import zipfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# A build backend as a build requirement: it compiles `ext.c` where there is one.
BACKEND = """
import os, shutil, subprocess, sys, sysconfig, zipfile
from pathlib import Path

def build_wheel(directory, config_settings=None, metadata_directory=None):
    info = dict(line.split(": ", 1) for line in Path("PKG-INFO").read_text().splitlines() if ": " in line)
    name, version = info["Name"], info["Version"]
    files = {f"{name}.py": Path(f"{name}.py").read_bytes()}
    tag = "py3-none-any"
    if Path("ext.c").exists():
        compiler = os.environ.get("CC") or "cc"
        include = sysconfig.get_path("include")
        subprocess.run([compiler, "-shared", "-fPIC", f"-I{include}", "ext.c", "-o", "ext.so"], check=True)
        files[f"_{name}.so"] = Path("ext.so").read_bytes()
        cp = f"cp{sys.version_info[0]}{sys.version_info[1]}"
        tag = f"{cp}-{cp}-" + sysconfig.get_platform().replace("-", "_").replace(".", "_")
    folder = f"{name}-{version}.dist-info"
    files[f"{folder}/METADATA"] = Path("PKG-INFO").read_bytes()
    files[f"{folder}/WHEEL"] = f"Wheel-Version: 1.0\\nGenerator: tests\\nRoot-Is-Purelib: false\\nTag: {tag}\\n".encode()
    record = "".join(f"{path},,\\n" for path in [*files, f"{folder}/RECORD"])
    files[f"{folder}/RECORD"] = record.encode()
    filename = f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(Path(directory) / filename, "w") as wheel:
        for path, content in files.items():
            wheel.writestr(path, content)
    return filename
"""
SOURCE = "#include <Python.h>\nint answer(void) { return 42; }\n"


def _metadata(name: str, version: str, requires: tuple[str, ...], python: str = ">=3.8") -> str:
    lines = ["Metadata-Version: 2.2", f"Name: {name}", f"Version: {version}"]
    lines += [f"Requires-Python: {python}", *(f"Requires-Dist: {each}" for each in requires)]
    return "\n".join(lines) + "\n"


def wheel(
    name: str,
    version: str,
    tag: str,
    *,
    requires: tuple[str, ...] = (),
    module: str = "",
    python: str = ">=3.8",
) -> tuple[str, bytes]:
    """Return the file name and the content of a wheel with one module."""
    folder = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": module,
        f"{folder}/METADATA": _metadata(name, version, requires, python),
        f"{folder}/WHEEL": f"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    record = []
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=")
        record.append(f"{path},sha256={digest.decode()},{len(text.encode())}\n")
    files[f"{folder}/RECORD"] = "".join(record) + f"{folder}/RECORD,,\n"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0)), text)
    return f"{name}-{version}-{tag}.whl", buffer.getvalue()


def sdist_files(
    name: str, version: str, *, native: bool, requires: tuple[str, ...] = ()
) -> dict[str, str]:
    """Return the files of a source tree, with C source if it is `native`."""
    return {
        "PKG-INFO": _metadata(name, version, requires),
        "pyproject.toml": '[build-system]\nrequires = ["buildtool"]\nbuild-backend = "buildtool"\n'
        f'[project]\nname = "{name}"\nversion = "{version}"\ndependencies = {list(requires)!r}\n',
        f"{name}.py": f"version = '{version}'\n",
        **({"ext.c": SOURCE} if native else {}),
    }


def sdist(
    name: str, version: str, *, native: bool, requires: tuple[str, ...] = ()
) -> tuple[str, bytes]:
    """Return the file name and the content of an sdist of `sdist_files`."""
    return sdist_of(name, version, sdist_files(name, version, native=native, requires=requires))


def sdist_of(name: str, version: str, files: dict[str, str]) -> tuple[str, bytes]:
    """Return the file name and the content of an sdist with these files."""
    folder = f"{name}-{version}"
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for path, text in {"PKG-INFO": _metadata(name, version, ()), **files}.items():
            member = tarfile.TarInfo(f"{folder}/{path}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return f"{folder}.tar.gz", buffer.getvalue()


class Stall(Enum):
    """How an index keeps a client waiting."""

    DRIP = "a byte a second"
    BUSY = "come back in an hour"
    SILENT = "no answer to a request"


@dataclass
class Index:
    """What is there, by file name, and every path that was asked for.

    `digests` are announced instead of the real ones; `password` is what a client has to give
    as that of `user`; `pythons` says which Pythons a file is for; `yanked` files were taken back; `delay` is how long files take, in seconds, `slow_pages` pages;
    `stall` is how paths that begin with `stalled` keep a client waiting.
    """

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)
    password: str = ""
    pythons: dict[str, str] = field(default_factory=dict)
    yanked: set[str] = field(default_factory=set)
    down: bool = False
    slow_pages: float = 0
    delay: float = 0
    stall: Stall | None = None
    stalled: str = "/"
    closed: threading.Event = field(default_factory=threading.Event)

    def add(self, file: tuple[str, bytes], *, python: str = "") -> None:
        """Put a file there, which the page says is for `python`."""
        filename, content = file
        self.files[filename] = content
        if python:
            self.pythons[filename] = python

    def downloads(self) -> list[str]:
        """Return the names of the files (not of metadata) that were asked for."""
        names = [path.rpartition("/")[2] for path in self.asked if path.startswith("/files/")]
        return [name for name in names if not name.endswith(".metadata")]

    def answer(self, path: str) -> tuple[str, bytes] | None:
        """Return content type and content of a path."""
        match path.strip("/").split("/"):
            case ["simple", name]:
                page = "".join(self._anchor(file) for file in self._of(name))
                return ("text/html", f"<!DOCTYPE html><html><body>{page}</body></html>".encode())
            case ["files", name] if name in self.files:
                return "application/octet-stream", self.files[name]
            case ["files", name] if name.removesuffix(".metadata") in self.files:
                return "text/plain", self._metadata_of(name.removesuffix(".metadata"))
        return None

    def _of(self, project: str) -> list[str]:
        return [name for name in self.files if name.split("-")[0] == project.replace("-", "_")]

    def _anchor(self, filename: str) -> str:
        digest = hashlib.sha256(self.files[filename]).hexdigest()
        digest = self.digests.get(filename, digest)
        core = ' data-core-metadata="true"' if filename.endswith(".whl") else ""
        if python := self.pythons.get(filename):
            core += f' data-requires-python="{python.replace(">", "&gt;")}"'
        core += ' data-yanked="bad"' if filename in self.yanked else ""
        return f'<a href="{self.url}/files/{filename}#sha256={digest}"{core}>{filename}</a>\n'

    def _metadata_of(self, filename: str) -> bytes:
        with zipfile.ZipFile(io.BytesIO(self.files[filename])) as archive:
            (name,) = (n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
            return archive.read(name)


def _basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"user:{password}".encode()).decode()


@contextmanager
def serving(index: Index) -> Iterator[Index]:
    """Serve `index` on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Answer from the index, and remember."""
            index.asked.append(self.path)
            if index.password and self.headers["Authorization"] != _basic(index.password):
                self.send_response(401)
                self.send_header("WWW-Authenticate", "Basic")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            if index.down:
                self.send_response(500)
                self.send_header("Retry-After", "0")  # Poetry asks five times more
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            stall = index.stall if self.path.startswith(index.stalled) else None
            if stall is Stall.SILENT:
                index.closed.wait()
                return
            if stall is Stall.BUSY:
                self.send_response(429)
                self.send_header("Retry-After", "3600")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            time.sleep(index.delay if self.path.startswith("/files/") else index.slow_pages)
            found = index.answer(self.path)
            if found is None:
                self.send_error(404)
                return
            kind, content = found
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if stall is Stall.DRIP:
                self._drip(content)
            else:
                self.wfile.write(content)

        def _drip(self, content: bytes) -> None:
            with suppress(OSError):  # the client has gone
                for byte in content:
                    self.wfile.write(bytes([byte]))
                    if index.closed.wait(1):
                        return

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    index.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield index
    finally:
        index.closed.set()
        server.shutdown()
        server.server_close()
        thread.join()
