"""Inspecting sources in a separate process: hostile ones do no harm."""

from __future__ import annotations

import gzip
import json
import os
import signal
import socket
import subprocess
import sys
import tarfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from poetry_arch_check.inspection.errors import CostlyTreeError, TreeError
from poetry_arch_check.poetry_api.time_limits import TimeLimitError
from poetry_arch_check.sources import sandbox, sandbox_terms
from poetry_arch_check.sources.sandbox import inspect_in_sandbox
from support.archives import FILES, WRAPPINGS, tar
from support.interpreters import LINUX, WINDOWS
from support.make import written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

C = "dep:virtual/compiler/c"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")


def script(text: str) -> bytes:
    """Return an sdist with this setup.py."""
    return gzip.compress(tar({"a-1.0/setup.py": text.encode(), "a-1.0/a.py": b""}))


def digits() -> bytes:
    """Return a tar that keeps tarfile's regular expressions busy (CVE-2024-6232)."""
    header = tarfile.TarInfo("././@PaxHeader")
    header.type, header.size = tarfile.XHDTYPE, 200_000
    return gzip.compress(header.tobuf(tarfile.USTAR_FORMAT) + b"9" * 200_192 + bytes(10_240))


def processor_seconds() -> float:
    """Return what the processes that this one has waited for have used of the processor."""
    if sandbox._FORKS:
        time.sleep(0.2)  # for the last of them to be gone
        sandbox._FORKS.close()
    used = os.times()
    return used.children_user + used.children_system


@pytest.fixture(params=["forked", "started"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Have the processes forked, or started one by one as on Windows."""
    if request.param == "started":
        monkeypatch.setattr(sandbox, "_FORKS", None)
    return str(request.param)


@pytest.fixture
def forks(monkeypatch: pytest.MonkeyPatch) -> Iterator[sandbox._Forks]:
    """Return a process that forks which no other test has."""
    made = sandbox._Forks()
    monkeypatch.setattr(sandbox, "_FORKS", made)
    yield made
    made.close()


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_an_sdist(wrapping: str, tmp_path: Path) -> None:
    """Once, for as many interpreters as are wanted."""
    path = tmp_path / "a.archive"
    path.write_bytes(WRAPPINGS[wrapping](FILES))
    found = inspect_in_sandbox(path, [LINUX, WINDOWS, replace(LINUX, version=(3, 13, 0))], [])
    assert [written(inspection.requires) for inspection in found] == [(C,)] * 3
    assert [file.name for file in tmp_path.iterdir()] == ["a.archive"]


def test_a_directory_and_a_constraint(tmp_path: Path) -> None:
    """What the project constrains counts there, too."""
    (tmp_path / "setup.py").write_text("import pkg_resources\n")
    (broken,) = inspect_in_sandbox(tmp_path, [LINUX], [])
    assert broken.broken
    (constrained,) = inspect_in_sandbox(tmp_path, [LINUX], ["setuptools (<82)"])
    assert constrained.broken is None


HOSTILE: dict[str, Callable[[], bytes]] = {
    "time in the archive": digits,
    "time in the script": lambda: script("a=('aaaa',)\n" + "a=(a,a)\n" * 40 + "x=str(a)\n"),
    "memory in the script": lambda: script(
        f"a=('{'a' * 9000}',)\n" + "a=(a,a)\n" * 20 + "x=str(a)\n"
    ),
    "time in the parser": lambda: script(
        "# coding: punycode\n" + "a" * 250_000 + "-" + "ab" * 120_000
    ),
}


@pytest.mark.slow
@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("case", HOSTILE)
def test_what_takes_more_than_its_share(case: str, tmp_path: Path) -> None:
    """It is ended, and the reason is said; nothing stays behind."""
    path = tmp_path / "a.tar.gz"
    path.write_bytes(HOSTILE[case]())
    began = processor_seconds()
    with pytest.raises(TreeError, match=r"takes more than 5 s or 256 MiB|damaged"):
        inspect_in_sandbox(path, [LINUX], [])
    assert (
        processor_seconds() - began < sandbox_terms.CPU_SECONDS + 2
    )  # the start of Python included
    assert [file.name for file in tmp_path.iterdir()] == ["a.tar.gz"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_a_pipe_in_a_directory(tmp_path: Path) -> None:
    """Nobody writes to it; it is not waited for until time is up, which were a TreeError."""
    (tmp_path / "setup.py").write_text("from setuptools import setup\nsetup()\n")
    for name in ("a.c", "setup.cfg", "pyproject.toml"):
        os.mkfifo(tmp_path / name)
    (found,) = inspect_in_sandbox(tmp_path, [LINUX], [])
    assert found.requires == ()


def test_a_script_that_grows_without_end(tmp_path: Path) -> None:
    """What it comes to is not known, and costs nothing."""
    path = tmp_path / "a.tar.gz"
    text = "import os\np='a'\n" + "p=os.path.join(p,p)\n" * 40 + "setup()"
    path.write_bytes(script(text))
    (found,) = inspect_in_sandbox(path, [LINUX], [])
    assert found.requires == ()


def test_an_answer_without_end(tmp_path: Path) -> None:
    """It is not sent: the parent has no limits."""
    path = tmp_path / "a.tar.gz"
    names = ",".join(f"y+'{number}'" for number in range(150))
    text = f"y='{'a' * 9_000}'\nsetup(setup_requires=[{names}])\n"
    path.write_bytes(script(text))
    with pytest.raises(
        TreeError, match=r"requirements have more than 1 MiB|takes more than 5 s or 256 MiB"
    ):
        inspect_in_sandbox(path, [LINUX], [])


def test_the_process_can_neither_write_nor_grow_nor_multiply() -> None:
    """It limits itself before it reads anything."""
    text = (
        "import sys; from poetry_arch_check.sources import sandbox_child; sandbox_child._limit(5, 60);"
        " import json, resource as r;"
        " print(json.dumps([r.getrlimit(l)[0] for l in (r.RLIMIT_AS, r.RLIMIT_CPU, r.RLIMIT_FSIZE, r.RLIMIT_NPROC)]))"
    )
    shown = subprocess.run([sys.executable, "-c", text], capture_output=True, check=True)
    limits = json.loads(shown.stdout)
    assert limits[1:] == [sandbox_terms.CPU_SECONDS, 0, 0]
    assert sys.platform != "linux" or limits[0] == 256 << 20


@pytest.mark.usefixtures("way")
def test_what_takes_longer_than_there_is_time(tmp_path: Path) -> None:
    """It is left alone, and ends by itself."""
    path = tmp_path / "a.tar.gz"
    path.write_bytes(HOSTILE["time in the script"]())
    with pytest.raises(TimeLimitError, match="inspecting it takes more than 1 s"):
        inspect_in_sandbox(path, [LINUX], [], seconds=0.6)


@pytest.mark.slow
def test_all_are_forked_by_one_process(forks: sandbox._Forks, tmp_path: Path) -> None:
    """However many there are at a time; one that is ended does not end the others."""
    good, bad = tmp_path / "good.tar.gz", tmp_path / "bad.tar.gz"
    good.write_bytes(WRAPPINGS["tar.gz"](FILES))
    bad.write_bytes(HOSTILE["memory in the script"]())

    def inspect(path: Path) -> object:
        try:
            return written(inspect_in_sandbox(path, [LINUX], [])[0].requires)
        except TreeError as error:
            return type(error)

    def server() -> int:
        assert forks._process
        return forks._process.pid

    assert inspect(good) == (C,)
    first = server()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(inspect, [good, bad, *[good] * 30, bad]))
    assert found == [(C,), CostlyTreeError, *[(C,)] * 30, CostlyTreeError]
    assert server() == first
    os.kill(first, signal.SIGKILL)
    assert forks._process
    forks._process.wait()
    assert inspect(good) == (C,)
    assert server() != first


@pytest.mark.skipif(sys.platform != "linux", reason="finds them by /proc")
@pytest.mark.parametrize("which", ["inspects", "supervises", "forks"])
def test_a_process_that_somebody_ends(forks: sandbox._Forks, tmp_path: Path, which: str) -> None:
    """That is no fault of what it inspects."""
    path = tmp_path / "a.tar.gz"
    path.write_bytes(HOSTILE["time in the script"]())

    def child(pid: int) -> int:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return int(found[0]) if found else 0

    def processes() -> dict[str, int]:
        first = forks._process.pid if forks._process else 0
        second = child(first) if first else 0
        return {"forks": first, "supervises": second, "inspects": child(second) if second else 0}

    def end() -> None:
        deadline = time.monotonic() + 30
        while not all(processes().values()) and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.5)  # for it to have begun
        found = processes()
        # From above, as Ctrl-C ends all of them; or the last one alone.
        for name in list(found)[list(found).index(which) :]:
            os.kill(found[name], signal.SIGKILL if which == "inspects" else signal.SIGINT)

    with ThreadPoolExecutor(1) as pool:
        ending = pool.submit(end)
        with pytest.raises(TreeError, match="the process that inspects it was ended"):
            inspect_in_sandbox(path, [LINUX], [])
        ending.result()


def test_where_nothing_can_be_forked(
    forks: sandbox._Forks, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A process is started for each, as on Windows."""
    monkeypatch.setattr(forks, "answer", lambda *_: b"")
    path = tmp_path / "a.tar.gz"
    path.write_bytes(WRAPPINGS["tar.gz"](FILES))
    assert written(inspect_in_sandbox(path, [LINUX], [])[0].requires) == (C,)


REFUSED = """
import os, shutil, socket, subprocess, sys
from pathlib import Path
from poetry_arch_check.sources import sandbox_child
path, port = Path(sys.argv[1]), int(sys.argv[2])
sys.addaudithook(sandbox_child._refuse)
connection = socket.socket
for name, attempt in {
    "write": lambda: path.write_text("changed"),
    "append": lambda: path.open("a"),
    "create": lambda: os.open(path.parent / "new", os.O_CREAT),
    "remove": path.unlink,
    "rename": lambda: path.rename(path.parent / "new"),
    "link": lambda: (path.parent / "new").symlink_to(path),
    "mode": lambda: path.chmod(0o777),
    "tree": lambda: shutil.rmtree(path.parent),
    "fork": lambda: os.fork(),
    "exec": lambda: os.execv(sys.executable, [sys.executable, "-V"]),
    "system": lambda: os.system("true"),
    "process": lambda: subprocess.run([sys.executable, "-V"]),
    "connect": lambda: connection().connect(("127.0.0.1", port)),
    "name": lambda: socket.getaddrinfo("localhost", port),
}.items():
    try:
        attempt()
    except PermissionError:
        continue
    print(name)
assert path.read_text() == "kept" and [path.name] == os.listdir(path.parent)
"""


def test_what_a_process_may_not_do(tmp_path: Path) -> None:
    """Neither write, nor start anything, nor connect; reading is what it is there for."""
    path = tmp_path / "file"
    path.write_text("kept")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-c", REFUSED, path, port],
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


APART = """
import os, socket, sys
from poetry_arch_check.sources import sandbox_child
before = os.readlink("/proc/self/ns/net")
sandbox_child._leave_network()
assert os.path.isfile(sys.argv[2]) and open(sys.argv[2]).read() == "readable"
if os.readlink("/proc/self/ns/net") == before:
    print("not permitted")
else:
    try:
        socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=5)
    except OSError:
        print("apart")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no namespaces")
def test_a_process_without_a_network(tmp_path: Path) -> None:
    """Where the system permits it; it reads its user's files as before."""
    path = tmp_path / "file"
    path.write_text("readable")
    path.chmod(0o600)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-c", APART, port, path], capture_output=True, text=True, check=True
        )
    if done.stdout == "not permitted\n":
        pytest.skip("this system lets no process leave the network")
    assert done.stdout == "apart\n"


@pytest.mark.parametrize("way", ["forked", "started"])
def test_no_process_can_be_started(
    way: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Then nothing is known, and that is said."""
    monkeypatch.setattr(sandbox, "_FORKS", sandbox._Forks() if way == "forked" else None)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nowhere"))
    with pytest.raises(TreeError, match="the process that inspects it cannot be started"):
        inspect_in_sandbox(tmp_path, [LINUX], [])


def test_who_asks_loads_no_readers() -> None:
    """They are of use only in the processes that inspect, and are a third of all modules."""
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, poetry_arch_check.command; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "poetry_arch_check.sources.sandbox" in loaded
    assert "poetry_arch_check.inspection.inspect_tree" not in loaded
    assert "poetry_arch_check.inspection.tree" not in loaded
