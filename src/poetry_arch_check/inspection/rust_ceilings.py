"""Rust: which releases are too new for a crate.

Rust stays compatible, with few exceptions; those that old packages meet are here. Cargo takes the
crates of `Cargo.lock` in these very versions.
"""

from __future__ import annotations

import re
from posixpath import dirname
from typing import TYPE_CHECKING

from packaging.specifiers import SpecifierSet

from poetry_arch_check.inspection.c_sources.events import Sign
from poetry_arch_check.inspection.versions import read_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from poetry_arch_check.inspection.tree import Tree

# Crates by the first Rust that refuses them: the release notes of Rust 1.80.0, and the error that
# rustc prints for it ("this is an inference error on crate `time`").
_REFUSED = {"time": (SpecifierSet(">=0.3.0,<0.3.35"), "1.80")}
_LOCKED = re.compile(r'^name = "([\w-]+)"\nversion = "([^"\n]{1,40})"', re.MULTILINE)


def too_new(tree: Tree, locks: Iterable[str], manifests: Iterable[str]) -> Iterator[str]:
    """Yield releases of Rust that are too new for crates, as later ones are.

    `locks` are the texts of `Cargo.lock`, `manifests` the paths of those `Cargo.toml` that are
    beside each other: lints are errors in them alone (cargo caps those of other crates).
    """
    for lock in locks:
        for name, version in _LOCKED.findall(lock):
            if name in _REFUSED and _is_in(version, _REFUSED[name][0]):
                yield _REFUSED[name][1]
    sources = {
        path: event.text
        for path, source in tree.c_sources.items()
        for event in source.events
        if event.sign is Sign.RUST_BEFORE
    }
    for manifest in manifests:
        folder = f"{dirname(manifest)}/".lstrip("/")
        # `src` alone: not what tests, examples and benchmarks have.
        yield from (text for path, text in sources.items() if path.startswith(f"{folder}src/"))


def _is_in(version: str, versions: SpecifierSet) -> bool:
    stated = read_version(version)
    return stated is not None and versions.contains(stated)
