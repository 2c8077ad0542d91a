"""Transcripts in README and docs: runs them, compares them, writes them anew.

    python tests/support/transcripts.py

rewrites what the commands print, in README.md and in docs, and the table of rooms with their modules.
A comment before a code block says where it runs; blocks of a page that name the same place share
one folder, from the first to the last:

    <!-- transcript: psutil-arm64 -->   a copy of tests/projects/psutil-arm64, without the network
    <!-- transcript: below-6 -->        a project beside an index on loopback (see INDEXES)
    <!-- file: psutil-arm64/Dockerfile -->   the block is written to this file
    <!-- not run: why -->               it cannot run here

A line "…" in a transcript stands for any lines.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from support.index import sdist, wheel
from support.paths import PROJECTS, ROOT
from support.place import Place, place
from support.poetry_process import POETRY, environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md")))
SOURCE = ROOT / "src" / "poetry_arch_check"

_BLOCK = re.compile(
    r"^<!-- (?P<kind>transcript|file|not run): (?P<what>.+?) -->\n"
    r"```(?P<language>\w+)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_ROOMS = re.compile(r"^\| room \| concept \| modules \|\n\|[-|]+\|\n((?:\|.*\|\n)+)", re.MULTILINE)
_ROOM = re.compile(r"^\| `(?P<room>[\w/]+)` \|(?P<concept>.*?)\|(?P<modules>.*?)\|$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Block:
    """A code block with a comment that says where it runs; `span` is its text's in the page."""

    kind: str
    what: str
    language: str
    text: str
    span: tuple[int, int]


def blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of a page that say where they run."""
    for match in _BLOCK.finditer(text):
        yield Block(
            kind=match["kind"],
            what=match["what"],
            language=match["language"],
            text=match["text"],
            span=match.span("text"),
        )


def commands(text: str) -> list[tuple[str, str]]:
    """Return the commands of a transcript, each with the output that is shown."""
    found = re.split(r"^\$ (.*)\n", text, flags=re.MULTILINE)
    if found[0]:
        raise ValueError(f"a transcript begins with a command, not with {found[0]!r}")
    return list(zip(found[1::2], found[2::2], strict=True))


def agrees(shown: str, printed: str) -> bool:
    """Return whether a transcript shows what was printed; a line "…" stands for any lines."""
    parts = re.split(r"^ *…\n", shown, flags=re.MULTILINE)
    return re.fullmatch(r"(?:.*\n)*?".join(map(re.escape, parts)), printed) is not None


# --- where commands run ---------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Folder:
    """A folder to run commands in, with `more` in the environment."""

    path: Path
    more: Mapping[str, str]
    offline: bool

    def run(self, command: str, code: int) -> tuple[str, int]:
        """Run a line of shell after a command that ended with `code`; return output and code."""
        if self.offline:
            command = command.replace("poetry arch-check", "poetry arch-check --offline")
        path = f"{POETRY.parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["sh", "-c", f"(exit {code}); {command}"],
            cwd=self.path,
            env=environment(PATH=path, PYTHONUNBUFFERED="1", **self.more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=120,
            check=False,
        )
        return done.stdout.decode("utf-8"), done.returncode


_AMD = "cp36-abi3-manylinux_2_12_x86_64.manylinux2010_x86_64.manylinux_2_17_x86_64.manylinux2014_x86_64"
_ARM = "cp36-abi3-manylinux_2_17_aarch64.manylinux2014_aarch64"


def _publish(at: Place, version: str, *tags: str) -> None:
    at.index.add(sdist("psutil", version, native=True))
    for tag in tags:
        at.index.add(wheel("psutil", version, tag))


def _locked(at: Place, requirement: str, settings: str = "") -> None:
    at.write(requirement, settings=settings)
    done = at.run("lock", POETRY_ARCH_CHECK="off")
    if done.code:
        raise RuntimeError(done.err)


def _below_6(at: Place) -> None:
    """Lock psutil 5.9.8 in a project that forbids 6.0.0, which has the wheel."""
    _publish(at, "5.9.8", _AMD)
    _publish(at, "6.0.0", _AMD, _ARM)
    _locked(at, "psutil (>=5.9,<6.0)")


def _open(at: Place) -> None:
    """Lock psutil 5.9.8 in a project that allows newer ones, which came out since."""
    _publish(at, "5.9.8", _AMD)
    _locked(at, "psutil (>=5.9)")
    _publish(at, "6.0.0", _AMD, _ARM)
    _publish(at, "6.1.1", _AMD, _ARM)


def _newest(at: Place) -> None:
    """Lock psutil 6.1.1 in a project with configured targets."""
    _publish(at, "5.9.8", _AMD)
    _publish(at, "6.1.1", _AMD, _ARM)
    _locked(at, "psutil (>=5.9)", 'targets = ["linux/amd64", "linux/arm64"]')


def _pure(at: Place) -> None:
    """Lock a release that has nothing but an sdist, which compiles nothing."""
    at.index.add(sdist("docopt", "0.6.2", native=False))
    _locked(at, "docopt")


INDEXES = {"below-6": _below_6, "open": _open, "newest": _newest, "pure": _pure}


class Folders:
    """The folders of one page, each made when it is first named."""

    def __init__(self, scratch: Path, stack: ExitStack) -> None:
        """Make folders in `scratch`; `stack` ends what serves them."""
        self._scratch = scratch
        self._stack = stack
        self._made: dict[str, Folder] = {}

    def __getitem__(self, name: str) -> Folder:
        """Return the folder of this name."""
        if name not in self._made:
            self._made[name] = self._index(name) if name in INDEXES else self._project(name)
        return self._made[name]

    def _project(self, name: str) -> Folder:
        path = self._scratch / name
        shutil.copytree(PROJECTS / name, path)
        return Folder(path=path, more={}, offline=True)

    def _index(self, name: str) -> Folder:
        (self._scratch / name).mkdir()
        at = self._stack.enter_context(place(self._scratch / name))
        INDEXES[name](at)
        return Folder(path=at.project, more=at.environment, offline=False)


def transcripts(text: str, scratch: Path) -> Iterator[tuple[Block, list[tuple[str, str, str]]]]:
    """Run a page: yield each transcript with its commands, what they show and what they print."""
    with ExitStack() as stack:
        folders = Folders(scratch, stack)
        for block in blocks(text):
            if block.kind == "file":
                name, _, path = block.what.partition("/")
                (folders[name].path / path).write_text(block.text, "utf-8")
            elif block.kind == "transcript":
                code, ran = 0, []
                for command, shown in commands(block.text):
                    printed, code = folders[block.what].run(command, code)
                    ran.append((command, shown, printed))
                yield block, ran


# --- writing --------------------------------------------------------------------------


def rewritten(text: str, scratch: Path) -> str:
    """Return a page with what its commands print now, and the modules that there are.

    Raises ValueError where the parts of an output that is shown in part are not to be found.
    """
    for block, ran in reversed(list(transcripts(text, scratch))):
        new = "".join(f"$ {command}\n{_shown(shown, printed)}" for command, shown, printed in ran)
        text = text[: block.span[0]] + new + text[block.span[1] :]
    return table_of_rooms(text)


def _shown(shown: str, printed: str) -> str:
    if agrees(shown, printed):
        return shown
    return excerpt(shown, printed) if "…\n" in shown else printed


def excerpt(shown: str, printed: str) -> str:
    """Return the parts of `printed` that `shown` has, whose words or numbers have changed.

    The first and the last line of each part are looked for by likeness. Raises ValueError where
    there is no line like them.
    """
    lines = printed.splitlines(keepends=True)
    parts = re.split(r"^( *…\n)", shown, flags=re.MULTILINE)
    new, at = "", 0
    for index, part in enumerate(parts):
        if not part or part.strip() == "…":
            new += part
            continue
        asked = part.splitlines()
        first = 0 if index == 0 else _most_like(asked[0], lines, at)
        last = len(lines) - 1 if index == len(parts) - 1 else _most_like(asked[-1], lines, first)
        new += "".join(lines[first : last + 1])
        at = last + 1
    return new


def _most_like(line: str, lines: list[str], start: int) -> int:
    """Return the index of the line from `start` on that is most like `line`."""
    likeness = [
        (SequenceMatcher(None, line, other.rstrip("\n")).ratio(), -index)
        for index, other in enumerate(lines[start:], start)
    ]
    ratio, index = max(likeness, default=(0.0, 0))
    if ratio < 0.6:
        raise ValueError(f"mend by hand: nothing like {line!r} in\n{''.join(lines)}")
    return -index


def rooms() -> dict[str, list[str]]:
    """Return the rooms by path, each with its modules; a module at the top is a room."""
    top: dict[str, list[str]] = {
        path.stem: [] for path in SOURCE.glob("*.py") if path.stem != "__init__"
    }
    folders = {
        folder.relative_to(SOURCE).as_posix(): sorted(
            path.stem for path in folder.glob("*.py") if path.stem != "__init__"
        )
        for folder in sorted(SOURCE.rglob("*/"))
        if (folder / "__init__.py").is_file() and folder != SOURCE
    }
    return {**top, **folders}


def described_rooms(text: str) -> dict[str, list[str]]:
    """Return the rooms of the table in a page, each with its modules."""
    table = _ROOMS.search(text)
    return {
        row["room"]: re.findall(r"`(\w+)`", row["modules"])
        for row in _ROOM.finditer(table[1] if table else "")
    }


def table_of_rooms(text: str) -> str:
    """Return a page with a row for each room, below its parent's, with the modules that it has.

    What is said of a room stays; of a new one, its docstring is taken.
    """
    table = _ROOMS.search(text)
    if table is None:
        return text
    there = rooms()
    rows = _ROOM.finditer(table[1])
    concepts = {row["room"]: row["concept"] for row in rows if row["room"] in there}
    order = list(concepts)
    for room in sorted(there.keys() - concepts.keys()):
        parent = room.rpartition("/")[0]
        family = [at for at, other in enumerate(order, 1) if f"{other}/".startswith(f"{parent}/")]
        order.insert(max(family, default=len(order)), room)
        concepts[room] = f" {_docstring(room)} "
    new = "".join(_row(room, concepts[room], there[room]) for room in order)
    return text[: table.start(1)] + new + text[table.end(1) :]


def _docstring(room: str) -> str:
    path = SOURCE / room / "__init__.py" if (SOURCE / room).is_dir() else SOURCE / f"{room}.py"
    documented = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return documented.partition("\n")[0].rstrip(".").replace("|", "\\|")


def _row(room: str, concept: str, modules: list[str]) -> str:
    names = ", ".join(f"`{name}`" for name in modules)
    return f"| `{room}` |{concept}| {names} |\n" if names else f"| `{room}` |{concept}| |\n"


def main() -> int:
    """Rewrite the pages in place; return 1 where something has to be mended by hand."""
    failed = 0
    for page in PAGES:
        text = page.read_text("utf-8")
        with tempfile.TemporaryDirectory() as scratch:
            try:
                new = rewritten(text, Path(scratch))
            except ValueError as error:
                print(f"{page.relative_to(ROOT)}: {error}", file=sys.stderr)
                failed = 1
                continue
        if new != text:
            page.write_text(new, "utf-8")
            print(f"{page.relative_to(ROOT)}: written")
    return failed


if __name__ == "__main__":
    sys.exit(main())
