"""Which shared libraries of the distribution are on a stage, as far as that is known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from poetry_arch_check.toolchains.libraries import library
from poetry_arch_check.toolchains.offers import offer_of
from poetry_arch_check.toolchains.runtime import runtime_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.dockerfile.stage_state import StageState
    from poetry_arch_check.images import Image
    from poetry_arch_check.toolchains.runtime import Runtime

# What cannot be read and installs Python packages: no library of the distribution's.
_REQUIREMENTS = "which nothing here exports"
# What lets programs for glibc run where musl is.
_COMPATIBLE = frozenset({"gcompat", "libc6-compat"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedLibraries:
    """The run-time packages that are there: `sure`, and `possible` ones.

    `linked` are the names of libraries that are copied from another stage (`pq`), `asked` the
    packages that commands install by name for sure. `others` says that there may be more, of which
    nothing is known.
    """

    sure: frozenset[str] = frozenset()
    possible: frozenset[str] = frozenset()
    linked: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    others: bool = False

    def has(self, package: str, dependency: str) -> bool | None:
        """Return whether `package` with the library `dependency` is there, None for maybe."""
        known = library(dependency)
        if package in self.sure or (known and not self.linked.isdisjoint(known.links)):
            return True
        return None if self.others or package in self.possible else False

    @property
    def runs_glibc(self) -> bool:
        """Whether what is built for glibc may load although the C library is musl."""
        return not _COMPATIBLE.isdisjoint(self.sure | self.possible)

    def also(self, packages: tuple[str, ...], image: Image) -> SharedLibraries:
        """Return them with `packages` installed, on `image`."""
        runtime = runtime_of(image.distribution)
        more = runtime.closure(packages) if runtime else frozenset(packages)
        return replace(self, sure=self.sure | more, asked=self.asked.union(packages))

    def on(self, image: Image, before: Image) -> SharedLibraries:
        """Return what is there where the same commands run on `image` instead of `before`."""
        runtime = runtime_of(image.distribution)
        if runtime is None:
            return replace(self, sure=frozenset(), possible=frozenset(), others=True)
        same = (
            image.distribution is not None
            and before.distribution is not None
            and image.distribution.manager.family == before.distribution.manager.family
        )
        asked = self.asked if same else frozenset()
        return replace(
            self,
            sure=runtime.closure({*_of_itself(image, runtime), *asked}),
            possible=frozenset(),
            asked=asked,
            others=self.others or not image.complete,
        )


def shared_libraries(state: StageState, image: Image) -> SharedLibraries:
    """Return the shared libraries on a stage, as `state` is now, that is based on `image`."""
    runtime = runtime_of(image.distribution)
    if runtime is None:
        return SharedLibraries(others=True)
    there = dict(state.installed.there) if state.installed else {}
    asked = [*there, *(state.installed.left if state.installed else ())]
    state.budget.spend(len(asked))
    sure = set(_of_itself(image, runtime))
    sure.update(package for package, certain in there.items() if certain)
    recommending = {
        package: certain
        for package, (certain, recommends) in (
            state.installed.asked if state.installed else {}
        ).items()
        if recommends
    }
    certainly = (package for package, certain in recommending.items() if certain)
    return SharedLibraries(
        sure=runtime.closure(sure, certainly) | state.brought,
        possible=runtime.closure(asked, recommending),
        linked=frozenset(state.linked),
        asked=frozenset(
            package
            for package, (certain, _) in (state.installed.asked if state.installed else {}).items()
            if certain
        ),
        others=_has_others(state, image, runtime),
    )


def _of_itself(image: Image, runtime: Runtime) -> Iterator[str]:
    """Yield the packages of an image."""
    # One without a package manager has less than its distribution's own.
    yield from () if image.sealed else runtime.base
    yield from image.packages
    for dependency in image.libraries:
        yield from runtime.libraries.get(dependency, ())
    for dependency in image.toolchain.dependencies:
        offer = offer_of(image.distribution, dependency) if image.distribution else None
        yield from offer.packages if offer else ()
        yield from runtime.libraries.get(dependency, ())


def _has_others(state: StageState, image: Image, runtime: Runtime) -> bool:
    """Return whether there may be libraries of which nothing is known."""
    installed, distribution = state.installed, image.distribution
    if installed and distribution and installed.manager.family != distribution.manager.family:
        return True
    return (
        not image.complete
        or state.all_linked
        or state.unknown_packages
        or any(_REQUIREMENTS not in unread for unread in state.unread)
        or any(not runtime.knows(package) for package in (installed.asked if installed else ()))
    )
