"""Rust: which rustc the manifests of a crate ask for.

A manifest says so by `rust-version` (RFC 2495), by its edition, and by what older cargos cannot
read; the version of `Cargo.lock` says which cargo wrote it. The floors are those of the release
notes of Rust and of cargo.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, Any

from packaging.version import Version

from poetry_arch_check.inspection.rust_ceilings import too_new
from poetry_arch_check.inspection.versions import read_version
from poetry_arch_check.toolchains.need import Need
from poetry_arch_check.toolchains.toolchain import PKG_CONFIG, RUST

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from poetry_arch_check.inspection.tree import Tree

_EDITIONS = {"2018": "1.31", "2021": "1.56", "2024": "1.85"}
# The `version` of Cargo.lock: 3 since Rust 1.53, 4 since 1.78.
_LOCKS = {"3": "1.53", "4": "1.78"}
_LOCK_VERSION = re.compile(r"version *= *(\d+)")
# What manifests may have: inheritance from the workspace, `dep:` in features, resolvers.
_INHERITANCE = "1.64"
_NAMED_FEATURES = "1.60"
_RESOLVERS = {"2": "1.51", "3": "1.84"}
_DEPENDENCIES = ("dependencies", "build-dependencies")
# Crates that link to a library, the crates that build it from source instead, and what they take.
_LINKING = {"openssl-sys": ("openssl-src", ("dep:generic/openssl", PKG_CONFIG))}
_LOCKED_NAME = re.compile(r'^name = "([\w-]+)"', re.MULTILINE)
# Targets that are never the one that something is built for.
_ELSEWHERE = re.compile(r"windows|macos|apple|wasm|android|ios")
# Far more than any crate that was looked at.
_MAX_MANIFESTS = 1000


def rust_needs(tree: Tree, *manifests: str) -> tuple[Need, ...]:
    """Return what building the crates of these `Cargo.toml` takes (paths in `tree`)."""
    crates = _Crates(tree)
    floors = [floor for path in manifests for floor in crates.floors(path)]
    # 1.65.0 and 1.65 are one version, the shorter name is what people say.
    newest = max(floors, key=Version, default="").removesuffix(".0")
    ceilings = too_new(tree, crates.locks.values(), crates.compiled)
    oldest = min(ceilings, key=Version, default="")
    bounds = (f">={newest}" if newest else "", f"<{oldest}" if oldest else "")
    rust = Need(dependency=RUST, versions=",".join(filter(None, bounds)))
    return (rust, *(each for lock in crates.locks.values() for each in _linked(lock)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manifest:
    """A Cargo.toml, and the root of the workspace that it inherits from."""

    path: str
    content: Mapping[str, Any]
    root: Mapping[str, Any]

    def table(self, *keys: str) -> Mapping[str, Any]:
        return _table(self.content, *keys)

    def package(self, key: str) -> str:
        """Return a text of [package], also one that is inherited."""
        value = self.table("package").get(key)
        if isinstance(value, dict) and value.get("workspace") is True:
            value = _table(self.root, "workspace", "package").get(key)
        return value if isinstance(value, str) else ""


class _Crates:
    """The crates of a tree that are compiled: one, those beside it, and those vendored."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._read: dict[str, Mapping[str, Any]] = {}
        self.locks: dict[str, str] = {}
        self.compiled: set[str] = set()

    def floors(self, path: str) -> Iterator[str]:
        """Yield the Rust releases that a manifest and what it depends on ask for."""
        path, seen = normpath(path), set[str]()
        waiting = [path]
        while waiting and len(seen) < _MAX_MANIFESTS:
            each = waiting.pop()
            if each in seen or not self._content(each):
                continue
            seen.add(each)
            self.compiled.add(each)
            manifest = self._manifest(each)
            yield from _floors(manifest)
            waiting += _beside(manifest)
        for lock in _parents(path, "Cargo.lock"):
            if (text := self._tree.text(lock)) is not None:
                self.locks[lock] = text
                # The version stands before the first package.
                version = _LOCK_VERSION.search(text.partition("[[")[0])
                if version and version[1] in _LOCKS:
                    yield _LOCKS[version[1]]
                yield from self._vendored(text, self._manifest(path), dirname(lock))
                break

    def _content(self, path: str) -> Mapping[str, Any]:
        if path not in self._read:
            self._read[path] = _toml(self._tree.text(path) or "")
        return self._read[path]

    def _manifest(self, path: str) -> _Manifest:
        content = self._content(path)
        named = _table(content, "package").get("workspace")
        places = [join(dirname(path), named, "Cargo.toml")] if isinstance(named, str) else ()
        roots = (self._content(normpath(each)) for each in (*places, *_parents(path, "Cargo.toml")))
        root = next((each for each in roots if "workspace" in each), content)
        return _Manifest(path=path, content=content, root=root)

    def _vendored(self, lock: str, crate: _Manifest, folder: str) -> Iterator[str]:
        """Yield what vendored crates ask for, of those in a lock that `crate` depends on."""
        config = next(
            (
                text
                for file in (".cargo/config.toml", ".cargo/config")
                if (text := self._tree.text(join(folder, file))) is not None
            ),
            "",
        )
        sources = _table(_toml(config), "source")
        directories = [
            normpath(join(folder, source["directory"]))
            for source in sources.values()
            if isinstance(source, dict) and isinstance(source.get("directory"), str)
        ]
        if not directories:
            return
        crates = _Lock(lock)
        waiting = [crate.package("name")]
        seen = set[str]()
        while waiting and len(seen) < _MAX_MANIFESTS:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            places = (each for each in crates.places(name, directories) if self._content(each))
            place = next(places, None)
            manifest = self._manifest(place) if place else crate
            yield from _floors(manifest)
            skipped = _elsewhere(manifest)
            waiting += [
                each for each in crates.dependencies(name) if each.split()[0] not in skipped
            ]


class _Lock:
    """The packages of a Cargo.lock, by what other packages call them."""

    def __init__(self, text: str) -> None:
        self._packages: dict[str, Mapping[str, Any]] = {}
        packages = _toml(text).get("package")
        for package in packages if isinstance(packages, list) else ():
            if isinstance(package, dict) and isinstance(package.get("name"), str):
                # A name alone where the lock has one version, else with the version.
                self._packages[package["name"]] = package
                self._packages[f"{package['name']} {package.get('version')}"] = package

    def dependencies(self, name: str) -> Iterator[str]:
        """Yield the names of what a package depends on."""
        listed = self._packages.get(name, {}).get("dependencies")
        for each in listed if isinstance(listed, list) else ():
            if isinstance(each, str) and each.strip():
                yield " ".join(each.split()[:2])

    def places(self, name: str, directories: Iterable[str]) -> Iterator[str]:
        """Yield where the manifest of a package may be."""
        package = self._packages.get(name, {})
        for directory in directories:
            yield f"{directory}/{package.get('name')}-{package.get('version')}/Cargo.toml"
            yield f"{directory}/{package.get('name')}/Cargo.toml"


def _floors(manifest: _Manifest) -> Iterator[str]:
    if stated := read_version(manifest.package("rust-version")):
        yield str(stated)
    package = manifest.table("package")
    if edition := _EDITIONS.get(manifest.package("edition")):
        yield edition
    if resolver := _RESOLVERS.get(str(package.get("resolver"))):
        yield resolver
    inherits = [package, *(manifest.table(kind) for kind in _DEPENDENCIES)]
    if any(
        isinstance(v, dict) and v.get("workspace") is True for t in inherits for v in t.values()
    ):
        yield _INHERITANCE
    features = manifest.table("features").values()
    if any("dep:" in str(each) for listed in features for each in _list(listed)):
        yield _NAMED_FEATURES


def _beside(manifest: _Manifest) -> Iterator[str]:
    """Yield the manifests that a crate depends on by their path."""
    shared = _table(manifest.root, "workspace", "dependencies")
    for kind in _DEPENDENCIES:
        for name, wanted in manifest.table(kind).items():
            stated = wanted
            if isinstance(wanted, dict) and wanted.get("workspace") is True:
                stated = shared.get(name)
            if isinstance(stated, dict) and isinstance(stated.get("path"), str):
                yield normpath(join(dirname(manifest.path), stated["path"], "Cargo.toml"))


def _elsewhere(manifest: _Manifest) -> frozenset[str]:
    """Return the crates that a manifest depends on for other systems alone, and for its tests."""
    stated = {name for kind in _DEPENDENCIES for name in manifest.table(kind)}
    other: set[str] = {*manifest.table("dev-dependencies")}
    for target, tables in manifest.table("target").items():
        names = {name for kind in _DEPENDENCIES for name in _table(tables, kind)}
        if _ELSEWHERE.search(target) and "not" not in target and "linux" not in target:
            other |= names
        else:
            stated |= names
    return frozenset(other - stated)


def _linked(lock: str) -> Iterator[Need]:
    """Yield what the crates of a lock link to, unless they build it themselves."""
    names = set(_LOCKED_NAME.findall(lock))
    for crate, (builder, needs) in _LINKING.items():
        if crate in names and builder not in names:
            yield from (Need(dependency=each) for each in needs)


def _parents(path: str, file: str) -> Iterator[str]:
    """Yield `file` in the directory of `path` and in those above it, the nearest first."""
    folder = dirname(path)
    while folder:
        yield f"{folder}/{file}"
        folder = dirname(folder)
    yield file


def _table(value: Any, *keys: str) -> Mapping[str, Any]:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _toml(text: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return {}
