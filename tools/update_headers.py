"""Update data/headers.json: which library has a header, and which headers need none.

Sources: the contents and package lists of Debian 13 and 12 for amd64, and data/libraries.json,
which says what libraries are called there.

    tools/update_headers.py [--mirror URL]
    tools/update_headers.py --from FOLDER

`--from` takes a folder with Contents-CODENAME.gz (amd64 and all, one behind the other) and
Packages-CODENAME (also .xz or .gz) for bookworm and trixie. `libraries` has the headers of each row
of data/libraries.json as a source includes them: below /usr/include, and below the directories that
pkg-config and its like name (`PCSC/winscard.h` and `winscard.h`). `system` has those of the C
library, the kernel, the compilers and Python, `packages` those that build requirements from the
index bring (numpy), `foreign` those of other systems (windows.h); `macos` names the
libraries that come with macOS. `boost/` stands for all headers
below, `vtk*` for all that begin so. A header that several libraries have is with each of them, the
usual one first in the order of the rows. What the lists do not say is in tools/_headers.py.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

from _debian import Archive, archive, contents
from _headers import (
    ALONG,
    ELSEWHERE,
    FAMILIES,
    FOREIGN,
    INCLUDED,
    MACOS,
    PACKAGES,
    SILENT,
    UNCLEAR,
    USUAL,
)
from _tables import Options, Table, Update, parse_options, run

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    Files = Mapping[str, list[str]]

_RELEASES = ("trixie", "bookworm")
_FOLDERS = ("usr/include/", "usr/lib/gcc/x86_64-linux-gnu/")
# Where a compiler looks by itself, and with the interpreter's own options.
_SEARCHED = re.compile(
    r"usr/include/(?:x86_64-linux-gnu/)?(?:c\+\+/\d+/|python3\.\d+/)?"
    r"|usr/lib/gcc/x86_64-linux-gnu/\d+/include/"
)
# What comes with compilers, and the interpreter's headers.
_SYSTEM = re.compile(
    r"libc6-dev|libcrypt-dev|linux-libc-dev|rpcsvc-proto|libgcc-\d+-dev|libstdc\+\+-\d+-dev"
    r"|libpython3\.\d+-dev"
)
_VERSION = re.compile(r"\d+(?:\.\d+)*")


def update(_: Table, options: Options) -> Update:
    """Return the table with what the contents lists say."""
    libraries = json.loads((options.data / "libraries.json").read_text("utf-8"))["rows"]
    archives = {codename: archive(options, codename) for codename in _RELEASES}
    files = {codename: contents(options, codename, _FOLDERS) for codename in _RELEASES}
    system = {name for each in files.values() for name in _system(each)}
    owners = _owners(libraries, archives, files)
    for header in [*owners]:
        if header in system or _within(header, FOREIGN) or _within(header, PACKAGES):
            del owners[header]
    below = Counter(prefix for header in (*owners, *system) for prefix in _prefixes(header))
    rows = {
        "libraries": _libraries(owners, libraries, below),
        "system": sorted(_compact(system, below)),
        "packages": sorted(PACKAGES),
        "foreign": sorted(FOREIGN - system),
        "macos": sorted(MACOS),
    }
    return Update(rows=rows, date=max(found.date for found in archives.values()))


def _system(files: Files) -> Iterator[str]:
    """Yield the headers that are there with a compiler and the interpreter's headers."""
    return _headers_of(filter(_SYSTEM.fullmatch, files), files)


def _owners(
    libraries: Mapping[str, Any], archives: Mapping[str, Archive], files: Mapping[str, Files]
) -> dict[str, list[str]]:
    """Return the libraries that have a header, by the name under which it is included.

    Those that have it under its path come before, and instead of, those that have it in a
    directory of their own.
    """
    named = {name for row in libraries.values() for name in row.get("apt", ())}
    filled = {codename: _with_headers(each) for codename, each in files.items()}
    by_path: dict[str, dict[str, None]] = {}
    by_directory: dict[str, dict[str, None]] = {}
    for library, row in libraries.items():
        if row["kind"] != "library" or library in SILENT:
            continue
        packages = [*row.get("apt", ()), *ALONG.get(library, ())]
        for codename in _RELEASES:
            found = archives[codename].with_headers(packages, named=named, files=filled[codename])
            for path in _headers_of(found, files[codename]):
                if not _unclear(path):
                    by_path.setdefault(path, {})[library] = None
                for name in _without_directory(path):
                    if not _unclear(name):
                        by_directory.setdefault(name, {})[library] = None
    return {name: [*found] for name, found in {**by_directory, **by_path}.items()}


def _headers_of(packages: Iterable[str], files: Files) -> Iterator[str]:
    for package in packages:
        yield from (name for path in files.get(package, ()) if (name := _included(path)))


def _included(path: str) -> str | None:
    """Return how a source includes a file of the lists, None for what is no header.

    A link to a directory of headers is given as that directory.
    """
    match = _SEARCHED.match(path)
    name = path[match.end() :] if match else ""
    if not re.search(r"\.(?:h|hh|hpp|hxx|H|h\+\+)$|^(?!.*README)[^.]+$", name):
        return None
    is_link = "." not in name and "/" not in name and "c++" not in path
    return f"{name}/" if is_link else name


def _with_headers(files: Files) -> set[str]:
    """Return the packages that have headers, and not just links to them."""
    return {package for package, paths in files.items() if any("." in path for path in paths)}


def _without_directory(path: str) -> Iterator[str]:
    """Yield the names of a header without the directories that pkg-config names."""
    parts = path.split("/")
    for count in (1, 2):
        directory = _VERSION.sub("*", "/".join(parts[:count]))
        exact = "/".join(parts[:count])
        rest = "/".join(parts[count:])
        if rest and (exact in INCLUDED or directory in INCLUDED):
            yield rest


def _unclear(name: str) -> bool:
    first = name.partition("/")[0]
    return first.partition(".")[0].lower() in UNCLEAR


def _libraries(
    owners: Mapping[str, list[str]], libraries: Mapping[str, Any], below: Mapping[str, int]
) -> dict[str, list[str]]:
    """Return the headers of each library, compact."""
    headers: dict[str, list[str]] = {}
    for header, names in owners.items():
        for name in names:
            headers.setdefault(name, []).append(header)
    rows: dict[str, list[str]] = {}
    for name in (*USUAL, *libraries):
        kept = _compact(headers.get(name, ()), below)
        if stems := FAMILIES.get(name):
            kept = {each for each in kept if each.endswith("/")} | {f"{stem}*" for stem in stems}
        kept.update(ELSEWHERE.get(name, ()))
        if kept:
            rows[name] = sorted(kept)
    return rows


def _compact(headers: Collection[str], below: Mapping[str, int]) -> set[str]:
    """Return `headers`, the directory instead of those that are all that is `below` one."""
    own = Counter(prefix for header in headers for prefix in _prefixes(header))
    return {
        next((each for each in _prefixes(header) if own[each] == below[each]), header)
        for header in headers
    }


def _prefixes(header: str) -> list[str]:
    """Return the directories of a header, the outermost first: `a/`, `a/b/`."""
    parts = header.split("/")[:-1]
    return ["/".join(parts[: count + 1]) + "/" for count in range(len(parts))]


def _within(header: str, names: frozenset[str]) -> bool:
    return header in names or any(each in names for each in _prefixes(header))


def main(arguments: list[str] | None = None) -> int:
    """Run the script; see `--help`."""
    return run("headers", 2, parse_options(__doc__, arguments), update)


if __name__ == "__main__":
    sys.exit(main())
