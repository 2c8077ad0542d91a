"""Releases on an index, with wheels for some platforms."""

from __future__ import annotations

from typing import Any

from support.index import sdist, wheel
from support.place import CP, Place

AMD = f"{CP}-manylinux_2_17_x86_64"


ARM = f"{CP}-manylinux_2_17_aarch64"


MUSL = f"{CP}-musllinux_1_2_aarch64"


BOTH = ("-t", "linux/amd64", "-t", "linux/arm64")


def publish(at: Place, version: str, *tags: str, name: str = "multi", **more: Any) -> None:
    """Put a release with an sdist and wheels for some platforms on the index."""
    at.index.add(sdist(name, version, native=True, **more))
    for tag in tags:
        at.index.add(wheel(name, version, tag, **more))


def lock(at: Place, *dependencies: str) -> None:
    """Lock a project with what is on the index now."""
    at.write(*dependencies)
    done = at.run("lock")
    assert done.code == 0, done.err
