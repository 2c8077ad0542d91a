"""What every `update_*.py` does alike: read a table, find its sources, say what changed, write.

A table is `src/poetry_arch_check/data/NAME.json`, `{"source": …, "date": …, "rows": {…}}`. `date`
is that of the source which last changed a row. Exit codes: 0 up to date or updated, 1 `--check`
would change a row, 2 a source could not be read.
"""

from __future__ import annotations

import argparse
import gzip
import json
import lzma
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DATA = Path(__file__).resolve().parent.parent / "src" / "poetry_arch_check" / "data"
_MISSING = object()


class SourceError(Exception):
    """A source that was named or is needed cannot be read, or is not what it should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What one source says: `origin` for messages, `date` as YYYY-MM-DD."""

    content: str
    origin: str
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The command line of an update script."""

    check: bool
    local: tuple[Path, ...]
    mirrors: tuple[str, ...]
    data: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as it stands in its file."""

    source: str
    date: str
    rows: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """New rows, the date of what changed them, and what somebody who reads the output must know."""

    rows: dict[str, Any]
    date: str
    notes: tuple[str, ...] = ()


def parse_options(description: str | None, arguments: list[str] | None) -> Options:
    """Read the command line; `arguments` instead of the process's own."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if it would")
    parser.add_argument(
        "--from",
        dest="local",
        action="append",
        default=[],
        type=Path,
        metavar="PATH",
        help="a local copy of a source (a file, a folder, a git repository) instead of the network",
    )
    parser.add_argument(
        "--mirror",
        dest="mirrors",
        action="append",
        default=[],
        metavar="URL",
        help="a mirror of a package archive (default: those that apt is configured with)",
    )
    parser.add_argument("--data", default=DATA, type=Path, help=argparse.SUPPRESS)
    read = parser.parse_args(arguments)
    return Options(
        check=read.check,
        local=tuple(read.local),
        mirrors=tuple(mirror.rstrip("/") for mirror in read.mirrors),
        data=read.data,
    )


def run(
    name: str,
    depth: int,
    options: Options,
    update: Callable[[Table, Options], Update],
) -> int:
    """Update the table `name`, print what changed, and return the exit code.

    `depth` says how many levels of the rows are written with an entry on each line.
    """
    path = options.data / f"{name}.json"
    table = Table(**json.loads(path.read_text("utf-8")))
    try:
        updated = update(table, options)
    except SourceError as error:
        sys.stderr.write(f"{name}.json is unchanged: {error}\n")
        return 2
    for note in updated.notes:
        print(f"note: {note}")
    # Two rows may be equal and in another order: what is written counts, not what it means.
    new = replace(table, rows=updated.rows)
    if _written(new, depth) != path.read_text("utf-8"):
        new = replace(new, date=max(table.date, updated.date))
        changes = list(differences(table.rows, updated.rows)) or ["the order of the rows"]
        print("\n".join(changes))
        if options.check:
            print(f"{name}.json would change")
            return 1
        path.write_text(_written(new, depth), "utf-8")
        print(f"{name}.json changed")
        return 0
    print(f"{name}.json is up to date")
    return 0


def differences(old: Any, new: Any, path: str = "") -> Iterator[str]:
    """Yield a line for each value that was added, removed or changed."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*old, *new)):
            step = f"{path} / {key}" if path else str(key)
            yield from differences(old.get(key, _MISSING), new.get(key, _MISSING), step)
    elif old is _MISSING:
        yield f"+ {path}: {_short(new)}"
    elif new is _MISSING:
        yield f"- {path}: {_short(old)}"
    elif old != new:
        yield f"~ {path}: {_short(old)} → {_short(new)}"


def find(options: Options, *names: str) -> Text | None:
    """Return the first of `names` that one of the paths of `--from` has.

    A path is the file itself, its folder, or a git repository (also a bare one) whose newest
    commit has it. Files count with the date when they changed, commits with their own.
    """
    for path in options.local:
        if path.is_file():
            if path.name in {Path(name).name for name in names}:
                return _of_file(path)
            continue
        if not path.is_dir():
            raise SourceError(f"{path} does not exist")
        for name in names:
            if (path / name).is_file():
                return _of_file(path / name)
            if is_repository(path):
                content = git(path, "show", f"HEAD:{name}", missing_ok=True)
                if content:
                    day = git(path, "log", "-1", "--format=%cs").strip()
                    return Text(content=content, origin=f"{name} in {path.name}", date=day)
    return None


def is_repository(path: Path) -> bool:
    """Say whether `path` is a git repository, with a work tree or bare."""
    return (path / ".git").exists() or (path / "HEAD").is_file()


def git(repository: Path, *arguments: str, given: str = "", missing_ok: bool = False) -> str:
    """Return what a git command prints; "" for a failure with `missing_ok`, else SourceError."""
    done = subprocess.run(  # noqa: S603 - git, with the arguments of these scripts
        ["git", "-C", str(repository), *arguments],  # noqa: S607 - as found on the PATH
        input=given,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode and not missing_ok:
        raise SourceError(f"git {arguments[0]} failed in {repository}: {done.stderr.strip()}")
    return "" if done.returncode else done.stdout


def download(url: str) -> Text:
    """Return what is at `url` (https, or http for package archives), unpacked; SourceError."""
    if not url.startswith(("https://", "http://")):
        raise SourceError(f"{url} is not a web address")
    try:
        with urlopen(url, timeout=60) as answer:  # noqa: S310 - checked above
            content: bytes = answer.read()
    except OSError as error:
        raise SourceError(f"{url} cannot be read ({error})") from None
    return Text(content=unpacked(content, url), origin=url, date=today())


def today() -> str:
    """Return the date in UTC."""
    return datetime.now(tz=timezone.utc).date().isoformat()


def unpacked(content: bytes, name: str) -> str:
    """Return the text in a file, compressed with xz or gzip if its name says so."""
    try:
        if name.endswith(".xz"):
            content = lzma.decompress(content)
        elif name.endswith(".gz"):
            content = gzip.decompress(content)
        return content.decode("utf-8")
    except (lzma.LZMAError, EOFError, OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{name} is damaged ({error})") from None


def version_key(version: str) -> tuple[int, ...]:
    """Return what `3.10` is sorted by."""
    return tuple(int(number) for number in version.split("."))


def _of_file(path: Path) -> Text:
    changed = datetime.fromtimestamp(path.stat().st_mtime, tz=timezone.utc).date().isoformat()
    return Text(content=unpacked(path.read_bytes(), path.name), origin=path.name, date=changed)


def _short(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _written(table: Table, depth: int) -> str:
    rows = _lines(table.rows, depth, "  ")
    return (
        f'{{\n"source": {json.dumps(table.source, ensure_ascii=False)},\n'
        f'"date": {json.dumps(table.date)},\n"rows": {rows}\n}}\n'
    )


def _lines(value: dict[str, Any], depth: int, indent: str) -> str:
    """Return `value` as JSON with an entry on each line, down to `depth` levels of objects."""
    if depth == 0 or not isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    entries = ",\n".join(
        f"{indent}{json.dumps(key, ensure_ascii=False)}: {_lines(each, depth - 1, indent + '  ')}"
        for key, each in value.items()
    )
    return f"{{\n{entries}\n{indent[:-2]}}}" if entries else "{}"
