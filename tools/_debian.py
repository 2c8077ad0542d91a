"""The package and contents lists of Debian's and Ubuntu's archives."""

from __future__ import annotations

import gzip
import re
import subprocess
from collections import deque
from dataclasses import dataclass, field
from functools import cache
from typing import IO, TYPE_CHECKING, cast
from urllib.request import urlopen

from _tables import Options, SourceError, Text, download, find

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

_FIELDS = frozenset(
    {
        *("Package", "Version", "Source", "Depends", "Pre-Depends", "Recommends", "Provides"),
        *("Essential", "Priority"),
    }
)
_ENDINGS = ("", ".xz", ".gz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """The packages of one release for amd64, by name, with the fields that matter here.

    `provided` has, by the name of a virtual package, what provides it. `date` is that of the
    list (YYYY-MM-DD), `origin` where it came from.
    """

    date: str
    origin: str
    packages: dict[str, dict[str, str]] = field(default_factory=dict)
    provided: dict[str, list[str]] = field(default_factory=dict)

    def add(self, text: str) -> None:
        """Read a `Packages` file (deb-src-control(5)); a name that is there already stays."""
        for paragraph in text.split("\n\n"):
            row = dict(_fields(paragraph))
            if "Package" not in row or row["Package"] in self.packages:
                continue
            self.packages[row["Package"]] = row
            for (name,) in alternatives(row.get("Provides", "")):
                self.provided.setdefault(name, []).append(row["Package"])

    def version(self, package: str) -> tuple[int, int] | None:
        """Return the first two numbers of a package's upstream version, None if there is none."""
        version = self.packages.get(package, {}).get("Version", "")
        match = re.match(r"(?:\d+:)?(\d+)\.(\d+)", version)
        return (int(match[1]), int(match[2])) if match else None

    def upstream(self, package: str) -> str | None:
        """Return a package's upstream version as PEP 440 can read it, None if there is none.

        Without epoch and Debian revision (deb-version(7)), without what Debian adds to say how
        the sources were repacked (`+dfsg`), and without the `0~` before a date.
        """
        version = self.packages.get(package, {}).get("Version", "")
        match = re.match(r"(?:\d+:)?(?:0~)?[a-z]*(\d+(?:\.\d+)*)", version)
        return match[1] if match else None

    def source(self, package: str) -> str:
        """Return the name of the source package."""
        row = self.packages[package]
        return row.get("Source", package).partition(" ")[0]

    def with_headers(
        self, packages: Iterable[str], *, named: Collection[str], files: Collection[str]
    ) -> list[str]:
        """Return `packages` and those that come with them for the sake of their headers.

        These are what a package without any of the `files` depends on, and what comes of the
        same source; not what is `named` for itself.
        """
        found: dict[str, None] = {}
        waiting = deque(packages)
        while waiting:
            name = waiting.popleft()
            if name in found or name not in self.packages:
                continue
            found[name] = None
            for each in {name for names in alternatives(self._depends(name)) for name in names}:
                if each not in self.packages or each in named:
                    continue
                if re.search(r"-(?:dev|headers|dev-compat)$", each) and (
                    name not in files or self.source(each) == self.source(name)
                ):
                    waiting.append(each)
        return [*found]

    def _depends(self, name: str) -> str:
        return self.packages[name].get("Depends", "")

    def closure(self, packages: Iterable[str], *, recommends: bool = False) -> set[str]:
        """Return `packages` and what is installed with them where nothing is installed yet.

        As apt does: of alternatives the one that something else brings, else the first that
        exists; for a virtual package what provides it; and with `recommends` also what any of
        them recommends.
        """
        found: set[str] = set()
        kinds = ("Pre-Depends", "Depends", *(("Recommends",) if recommends else ()))
        waiting, choices = deque(packages), deque[tuple[str, ...]]()
        while waiting or choices:
            if not waiting:
                names = choices.popleft()
                if not any(found & {name, *self.provided.get(name, ())} for name in names):
                    waiting += names[:1]
                continue
            name = waiting.popleft()
            if name in found:
                continue
            found.add(name)
            row = self.packages.get(name)
            if row is None:
                waiting += self.provided.get(name, [])[:1]
                continue
            for names in (each for kind in kinds for each in alternatives(row.get(kind, ""))):
                existing = tuple(each for each in names if each in self)
                if len(existing) > 1:
                    choices.append(existing)
                else:
                    waiting += existing
        return found

    def __contains__(self, name: str) -> bool:
        """Say whether there is such a package, or one that provides it."""
        return name in self.packages or name in self.provided


def alternatives(relation: str) -> Iterator[tuple[str, ...]]:
    """Yield the names of each group of `a (>= 1) | b, c:any` (deb-control(5))."""
    for group in relation.split(","):
        names = (re.split(r"[\s:(\[]", name.strip(), maxsplit=1)[0] for name in group.split("|"))
        if found := tuple(name for name in names if name):
            yield found


def archive(options: Options, codename: str, components: tuple[str, ...] = ("main",)) -> Archive:
    """Return the packages of a release, from `--from` or from the first mirror that has it.

    A local copy is called `Packages-CODENAME`, with .xz or .gz if compressed. SourceError if
    there is none.
    """
    if options.local:
        names = [f"Packages-{codename}{ending}" for ending in _ENDINGS]
        text = find(options, *names)
        if text is None:
            raise SourceError(f"no {names[0]} in --from")
        return _read((text,), text.date)
    for mirror in options.mirrors or _configured():
        base = f"{mirror}/dists/{codename}"
        try:
            release = download(f"{base}/Release").content
        except SourceError:
            continue
        lists = [
            download(f"{base}/{component}/binary-amd64/Packages.xz") for component in components
        ]
        return _read(lists, _day(release))
    raise SourceError(f"no mirror has {codename}")


def contents(options: Options, codename: str, folders: tuple[str, ...]) -> dict[str, list[str]]:
    """Return the files below `folders` of each package of a release's main, by its name.

    Of the `Contents` lists for amd64 and for all architectures; a local copy is called
    `Contents-CODENAME.gz`. SourceError if there is none.
    """
    files: dict[str, list[str]] = {}
    for stream in _contents(options, codename):
        with stream, gzip.open(stream, "rt", encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if line.startswith(folders):
                    path, _, packages = line.rstrip("\n").rpartition(" ")
                    for package in packages.split(","):
                        name = package.rpartition("/")[2]
                        files.setdefault(name, []).append(path.rstrip())
    if not files:
        raise SourceError(f"the contents of {codename} have no file below {folders[0]}")
    return files


def _contents(options: Options, codename: str) -> Iterator[IO[bytes]]:
    if options.local:
        name = f"Contents-{codename}.gz"
        path = next((each / name for each in options.local if (each / name).is_file()), None)
        if path is None:
            raise SourceError(f"no {name} in --from")
        yield path.open("rb")
        return
    for mirror in options.mirrors or _configured():
        base = f"{mirror}/dists/{codename}/main/Contents"
        try:
            for architecture in ("amd64", "all"):
                # http(s), as in apt's configuration
                yield cast("IO[bytes]", urlopen(f"{base}-{architecture}.gz", timeout=60))  # noqa: S310
        except OSError:
            continue
        return
    raise SourceError(f"no mirror has the contents of {codename}")


def _read(texts: Iterable[Text], day: str) -> Archive:
    first, *more = texts
    read = Archive(date=day, origin=first.origin)
    for text in (first, *more):
        read.add(text.content)
    if not read.packages:
        raise SourceError(f"{first.origin} lists no package")
    return read


def _fields(paragraph: str) -> Iterator[tuple[str, str]]:
    for line in paragraph.splitlines():
        name, colon, value = line.partition(": ")
        if colon and name in _FIELDS:
            yield name, value


_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def _day(release: str) -> str:
    match = re.search(r"(?m)^Date: \w+, +(\d+) (\w{3}) (\d{4})", release)
    if match is None or match[2] not in _MONTHS:
        raise SourceError("a Release file has no date")
    return f"{match[3]}-{_MONTHS.index(match[2]) + 1:02}-{int(match[1]):02}"


@cache
def _configured() -> tuple[str, ...]:
    """Return the mirrors in apt's configuration, none where there is no apt."""
    try:
        done = subprocess.run(
            ["apt-get", "indextargets", "--format", "$(SITE)"],  # noqa: S607 - as on the PATH
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return ()
    return tuple(dict.fromkeys(done.stdout.split()))
