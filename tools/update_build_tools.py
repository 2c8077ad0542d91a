"""Update data/build_tools.json: which releases of build tools a build gets, by its Python.

Sources: a package index (PEP 691) for setuptools and Cython, with the `requires-python` of their
releases; PyO3's repository, SUPPORTED_VERSIONS in build.rs at the tag of each release.

    tools/update_build_tools.py --mirror URL_OF_AN_INDEX
    tools/update_build_tools.py --from CLONE_OF_PYO3 --from setuptools.json --from cython.json

Without `--mirror`, the index is the one that pip is configured with; without `--from`, PyO3 is
cloned. `setuptools.json` and `cython.json` are answers of an index in JSON. What is not in
`--from` is not updated.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from _tables import (
    Options,
    SourceError,
    Table,
    Text,
    Update,
    find,
    git,
    is_repository,
    parse_options,
    run,
    today,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_PYO3 = "https://github.com/PyO3/pyo3"
_ACCEPTED = "application/vnd.pypi.simple.v1+json"
# The Pythons for which builds are told, by minor version.
_PYTHONS = range(6, 20)
_OLDEST_SERIES = {"cython": Version("0.29")}
# Before, PyO3 had no newest Python.
_FIRST_PYO3 = Version("0.16")
_TAG = re.compile(r"v(\d+\.\d+\.\d+)")
_SUPPORTED = re.compile(
    r"SUPPORTED_VERSIONS(?:_CPYTHON)?: SupportedVersions = SupportedVersions \{\s*"
    r"min: PythonVersion \{\s*major: 3,\s*minor: (\d+),?\s*\},\s*"
    r"max: PythonVersion \{\s*major: 3,\s*minor: (\d+),?\s*\},"
)
_MINIMUM = re.compile(
    r"MINIMUM_SUPPORTED_VERSION: PythonVersion = PythonVersion \{ major: 3, minor: (\d+) \}"
)
# Since 0.28, the Python after the newest is built for with a warning.
_ONE_MORE = "versions.max.minor + 1"


def update(table: Table, options: Options) -> Update:
    """Return the table with newer releases."""
    rows: dict[str, Any] = dict(table.rows)
    dates, notes = [], []
    for name in ("setuptools", "cython"):
        text = find(options, f"{name}.json") if options.local else _ask(name, options)
        if text is None:
            notes.append(f"{name}.json is not in --from: what it says is not updated")
            continue
        rows[name] = _tool(name, text)
        dates.append(text.date)
    if options.local:
        clone = next(
            (path for path in options.local if path.is_dir() and is_repository(path)), None
        )
        if clone is None:
            notes.append("PyO3's repository is not in --from: what it says is not updated")
        else:
            rows["pyo3"] = _pyo3(clone)
            dates.append(git(clone, "log", "-1", "--format=%cs").strip())
    else:
        with TemporaryDirectory() as folder:
            arguments = ["clone", "--quiet", "--bare", "--filter=blob:none", _PYO3, "pyo3"]
            git(Path(folder), *arguments)
            rows["pyo3"] = _pyo3(Path(folder, "pyo3"))
        dates.append(today())
    if not dates:
        raise SourceError("no source is in --from")
    return Update(rows=rows, date=max(dates), notes=tuple(notes))


def _ask(name: str, options: Options) -> Text:
    """Return what an index says of a package."""
    index = next(iter(options.mirrors), "") or _configured()
    if not index.startswith(("https://", "http://")):
        raise SourceError("pip is configured with no package index: name one with --mirror")
    request = Request(f"{index.rstrip('/')}/{name}/", headers={"Accept": _ACCEPTED})  # noqa: S310 - checked above
    try:
        with urlopen(request, timeout=60) as answer:  # noqa: S310 - checked above
            content = answer.read().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{request.full_url} cannot be read ({error})") from None
    return Text(content=content, origin=request.full_url, date=today())


def _configured() -> str:
    """Return the index that pip is configured with, "" if there is none."""
    command = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)  # noqa: S603 - pip
    return done.stdout.strip()


def _tool(name: str, text: Text) -> dict[str, Any]:
    """Return the newest release, those for old Pythons, and of some the last of each series."""
    try:
        releases = dict(_releases(json.loads(text.content)["files"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SourceError(f"{text.origin} is not what it should be ({error!r})") from None
    if not releases:
        raise SourceError(f"{text.origin} has no releases of {name}")
    newest = max(releases)
    row: dict[str, Any] = {"newest": str(newest), "python": {}}
    for minor in _PYTHONS:
        allowed = [each for each, stated in releases.items() if stated.contains(f"3.{minor}.99")]
        if allowed and max(allowed) != newest:
            row["python"][f"3.{minor}"] = str(max(allowed))
    if oldest := _OLDEST_SERIES.get(name):
        series: dict[str, int] = {}
        for release in sorted(each for each in releases if each >= oldest):
            series[f"{release.major}.{release.minor}"] = release.micro
        row["series"] = series
    return row


def _releases(files: list[dict[str, Any]]) -> Iterator[tuple[Version, SpecifierSet]]:
    """Yield the final releases, with the Pythons that they are for."""
    for file in files:
        version = re.search(r"-(\d[^-]*?)(?:\.tar\.gz|\.zip|-.*\.whl)$", file["filename"])
        if version is None or file.get("yanked"):
            continue
        try:
            release = Version(version[1])
            stated = SpecifierSet(file.get("requires-python") or "")
        except (InvalidVersion, InvalidSpecifier):
            continue
        if not release.is_prerelease:
            yield release, stated


def _pyo3(clone: Path) -> dict[str, Any]:
    """Return the newest and the oldest minor versions of Python 3, where a release changed them."""
    bounds: dict[str, dict[str, int]] = {"newest": {}, "oldest": {}}
    found = _TAG.findall(git(clone, "tag"))
    for release in sorted({Version(each) for each in found}):
        if release < _FIRST_PYO3:
            continue
        source = git(clone, "show", f"v{release}:pyo3-ffi/build.rs", missing_ok=True)
        supported, minimum = _SUPPORTED.search(source), _MINIMUM.search(source)
        stated = {}
        if supported:
            stated["newest"] = int(supported[2]) + (_ONE_MORE in source)
        if supported or minimum:
            stated["oldest"] = int((supported or minimum or [""])[1])
        for bound, minor in stated.items():
            if minor != next(reversed(bounds[bound].values()), None):
                bounds[bound][str(release).removesuffix(".0")] = minor
    if not all(bounds.values()):
        raise SourceError(f"{clone} is not what PyO3's repository should be")
    return {bound: dict(reversed(releases.items())) for bound, releases in bounds.items()}


def main(arguments: list[str] | None = None) -> int:
    """Run the script; see `--help`."""
    return run("build_tools", 2, parse_options(__doc__, arguments), update)


if __name__ == "__main__":
    sys.exit(main())
