"""Starts real Poetry by forking a Python that has imported Poetry's dependencies already.

Most of what a short command of Poetry costs is the same each time: the import of requests, dulwich,
virtualenv and the like, and of the plugin's pure rooms; parsers that Poetry's core makes of its
grammars and schemas. Poetry itself, and what of the plugin knows it, is imported by every process
anew, since it reads its environment while it is imported; the process has its own arguments,
environment, folder, output and exit code.

The server reads a request on each line of stdin, and answers with an exit code on stdout.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import selectors
import subprocess
import sys
import tempfile
from contextlib import suppress
from importlib import import_module
from pathlib import Path

PROBE = (
    "import sys, poetry.console.application, poetry.console.commands.install,"
    " poetry.console.commands.lock, poetry_arch_check.command, poetry_arch_check.hooks.install,"
    " poetry_arch_check.formats.text, poetry_arch_check.formats.json, poetry_arch_check.formats.hook;"
    " print(*sys.modules)"
)
# Rooms that know no Poetry and no environment, as the import contract has them.
PURE = {
    "check", "data", "dockerfile", "errors", "formats", "images", "inspection", "platforms",
    "remedies", "settings", "strings", "toolchains",
}  # fmt: skip
# What Python reads while it starts.
STARTUP = ("PYTHON", "LC_", "LANG")


class ForkServer:
    """Runs one command after the other."""

    def __init__(self, executable: Path, environment: dict[str, str]) -> None:
        """Serve `executable` to whoever has an environment that lets Python start as `environment`."""
        self._start = _startup(environment)
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(executable)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )

    def serves(self, environment: dict[str, str]) -> bool:
        """Return whether Python starts the same way in `environment`."""
        return _startup(environment) == self._start

    def run(
        self, args: tuple[str, ...], cwd: Path, environment: dict[str, str], timeout: float
    ) -> tuple[int, bytes, bytes]:
        """Return exit code, stdout and stderr; raises TimeoutError after `timeout` seconds."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        with tempfile.TemporaryDirectory() as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            request = [args, str(cwd), environment, str(out), str(err)]
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            with selectors.DefaultSelector() as selector:
                selector.register(process.stdout, selectors.EVENT_READ)
                if not selector.select(timeout):
                    os.killpg(process.pid, 9)
                    raise TimeoutError(f"{args} takes more than {timeout} s")
            code = int(process.stdout.readline())
            return code, out.read_bytes(), err.read_bytes()

    def close(self) -> None:
        """End the server."""
        self._process.communicate()


def _startup(environment: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in environment.items() if key.startswith(STARTUP)}


def _serve(executable: str) -> None:
    """Fork for each request; return in the children, with everything as the request wants it."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.dup(1)
    found = subprocess.run(
        [sys.executable, "-c", PROBE], capture_output=True, check=True, text=True
    )
    for name in filter(_is_always_the_same, found.stdout.split()):
        with suppress(ImportError):
            import_module(name)
    _make_parsers()
    gc.freeze()
    for line in requests:
        child = os.fork()
        if child == 0:
            os.close(answers)
            requests.close()
            args, cwd, environment, *outputs = json.loads(line)
            for number, path in enumerate([os.devnull, *outputs]):
                flags = os.O_RDWR | os.O_CREAT if number else os.O_RDONLY
                opened = os.open(path, flags, 0o600)
                os.dup2(opened, number)
                os.close(opened)
            os.chdir(cwd)
            os.environ.clear()
            os.environ.update(environment)
            sys.argv = [executable, *args]
            sys.path[0] = str(Path(executable).parent)
            return
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        os.write(answers, b"%d\n" % status)
    sys.exit()


def _is_always_the_same(module: str) -> bool:
    """Return whether importing `module` comes to the same in every environment."""
    match module.split("."):
        case ["poetry", "core", *_]:
            return True
        case ["poetry_arch_check", room, *_]:
            return room in PURE
        case ["poetry" | "poetry_arch_check" | "__main__", *_]:
            return False
        case _:
            return True


def _make_parsers() -> None:
    """Have Poetry's core make the parsers that it keeps."""
    # Others import this module for its class alone.
    from poetry.core.json import validate_object  # noqa: PLC0415
    from poetry.core.packages.dependency import Dependency  # noqa: PLC0415

    for schema in ("poetry-schema", "project-schema"):
        validate_object({}, schema)
    Dependency.create_from_pep_508("a (>=1) ; python_version >= '3' and extra == 'b'")


if __name__ == "__main__":
    _serve(sys.argv[1])
    runpy.run_path(sys.argv[0], run_name="__main__")
