"""Whether what is installed on a target loads in the stages that it is copied to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from poetry_arch_check.check.artifacts import Wheel, parse_artifact
from poetry_arch_check.check.nearest_miss import Incompatibility, nearest_miss, wheel_platform
from poetry_arch_check.check.needs import Basis
from poetry_arch_check.toolchains.libraries import library
from poetry_arch_check.toolchains.runtime import runtime_of, same_library
from poetry_arch_check.toolchains.toolchain import COMPILERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.check.needs import Needs
    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.dockerfile import Destination
    from poetry_arch_check.platforms.platform import Platform
    from poetry_arch_check.platforms.python import Python
    from poetry_arch_check.platforms.tags import Support
    from poetry_arch_check.toolchains.distributions import Distribution


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Place:
    """A stage that installed packages are copied to, as the machine that they have to load on.

    Each is itself alone: a stage of one Dockerfile, for one target.

    `python` is that of the stage, or the one that has installed them where it is not known.
    """

    destination: Destination
    platform: Platform
    python: Python
    support: Support = field(repr=False)

    @property
    def distribution(self) -> Distribution | None:
        """The distribution of the stage's image."""
        return self.destination.image.distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A shared library that a build links to: its PEP 725 name, and its packages in a place.

    `built` is the package that it was linked from, where the place's release has another version
    of the library.
    """

    dependency: str
    packages: tuple[str, ...]
    built: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindrance:
    """Why a package does not load in a place: an incompatibility, or libraries that it lacks.

    `built` says that it is built where it is installed, and not a wheel; `needed` is what the wheel
    is for.
    """

    place: Place
    built: bool
    incompatibility: Incompatibility | None = None
    needed: Platform | None = None
    libraries: tuple[Library, ...] = ()

    @property
    def everything(self) -> bool:
        """Whether nothing that is installed is found there: the folders name another Python."""
        return self.incompatibility is Incompatibility.PYTHON and self.place.destination.versioned

    @property
    def packages(self) -> tuple[str, ...]:
        """The packages that are lacking, where that is all."""
        if self.incompatibility or any(each.built for each in self.libraries):
            return ()
        found = (package for each in self.libraries for package in each.packages)
        return tuple(dict.fromkeys(found))


def hindrances(
    package: LockedPackage, file: str | None, needs: Needs | None, target: Target
) -> tuple[Hindrance, ...]:
    """Return why `package`, installed on `target`, does not load where it is copied to.

    `file` is the wheel, or with `needs` what is built.
    """
    found = (_hindrance(package, file, needs, place, target) for place in target.places)
    return tuple(each for each in found if each)


def _hindrance(
    package: LockedPackage, file: str | None, needs: Needs | None, place: Place, target: Target
) -> Hindrance | None:
    built = needs is not None
    if place.destination.versioned and not _same_minor(place.python, target.python):
        return Hindrance(place=place, built=built, incompatibility=Incompatibility.PYTHON)
    if needs is None:
        found = _of_wheel(file or "", place)
    elif _is_compiled(package, needs):
        found = _of_build(package, needs, place, target)
    else:
        return None
    musl = found is not None and found.incompatibility is Incompatibility.LIBC
    return None if musl and place.destination.libraries.runs_glibc else found


def _same_minor(one: Python, other: Python) -> bool:
    return one.short == other.short


def _of_wheel(file: str, place: Place) -> Hindrance | None:
    wheel = parse_artifact(file)
    if not isinstance(wheel, Wheel) or not wheel.tags.isdisjoint(place.support.tags):
        return None
    miss = nearest_miss((wheel,), place.platform, place.python, place.support)
    if miss is None:
        return None
    return Hindrance(
        place=place,
        built=False,
        incompatibility=miss.incompatibility,
        needed=wheel_platform(miss.tag.platform),
    )


def _is_compiled(package: LockedPackage, needs: Needs) -> bool:
    """Return whether a build surely leaves something compiled that is needed."""
    compilers = any(need.dependency.startswith(COMPILERS) for need in needs.requires)
    if needs.optional or not compilers:
        return False
    return needs.basis is not Basis.ASSUMED or (
        bool(package.wheels) and not any(wheel.pure for wheel in package.wheels)
    )


def _of_build(
    package: LockedPackage, needs: Needs, place: Place, target: Target
) -> Hindrance | None:
    """Return what keeps a build of `target` out of `place`, or what it lacks there."""
    if wrong := _wrong_machine(package, place, target):
        return Hindrance(place=place, built=True, incompatibility=wrong)
    lacking = tuple(_lacking(needs, place, target))
    return Hindrance(place=place, built=True, libraries=lacking) if lacking else None


def _wrong_machine(package: LockedPackage, place: Place, target: Target) -> Incompatibility | None:
    """Return what of a place does not fit a build, which is linked to the target's C library."""
    here, there = target.platform, place.platform
    if here.architecture is not there.architecture:
        return Incompatibility.ARCHITECTURE
    stable = any(tag.abi == "abi3" for tag in package.wheel_for)
    if not stable and not _same_minor(place.python, target.python):
        return Incompatibility.PYTHON
    if here.libc is not there.libc:
        return Incompatibility.LIBC
    return Incompatibility.LIBC_VERSION if here.version > there.version else None


def _lacking(needs: Needs, place: Place, target: Target) -> Iterator[Library]:
    """Yield the libraries that a build is linked to and that are surely not there."""
    for each in _linked(needs, place, target):
        there = place.destination.libraries.has(each.packages[0], each.dependency)
        if each.built or there is False:
            yield each


def linked_packages(
    needs: Needs, target: Target, distribution: Distribution | None
) -> Iterator[tuple[str, str]]:
    """Yield what a build on `target` would be linked to on a release: PEP 725 names and packages.

    They are those of the builds that are linked to it now.
    """
    here, there = runtime_of(target.distribution), runtime_of(distribution)
    if here is None or there is None:
        return
    for dependency in _own_dependencies(needs):
        packages = there.libraries.get(dependency)
        if packages and here.libraries.get(dependency):
            yield dependency, packages[0]


def _own_dependencies(needs: Needs) -> Iterator[str]:
    """Yield what the build itself needs: what a build requirement links to matters for that."""
    through = {
        need.dependency
        for build in needs.through
        for need in (build.needs.requires if build.needs else ())
    }
    for need in needs.requires:
        if need.dependency not in through:
            yield need.dependency


def _linked(needs: Needs, place: Place, target: Target) -> Iterator[Library]:
    """Yield the libraries that a build is linked to, as far as their packages are known."""
    here, there = runtime_of(target.distribution), runtime_of(place.distribution)
    if here is None or there is None:
        return
    for dependency in _own_dependencies(needs):
        built = here.libraries.get(dependency)
        packages = there.libraries.get(dependency)
        if not built or not packages:
            continue
        another = _same_distribution(place, target) and not any(
            same_library(built[0], package) for package in packages
        )
        yield Library(dependency=dependency, packages=packages, built=built[0] if another else "")


def _same_distribution(place: Place, target: Target) -> bool:
    here, there = target.distribution, place.distribution
    return here is not None and there is not None and here.name == there.name


def uncertain(
    package: LockedPackage, needs: Needs, place: Place, target: Target
) -> tuple[str, ...]:
    """Return the libraries that a build is linked to, and that may be in a place.

    By their packages there; where these are not known, as sentences call them.
    """
    if not _is_compiled(package, needs):
        return ()
    if runtime_of(target.distribution) is None or runtime_of(place.distribution) is None:
        known = (library(need.dependency) for need in needs.requires)
        return tuple(each.label for each in known if each and each.kind == "library")
    has = place.destination.libraries.has
    return tuple(
        each.packages[0]
        for each in _linked(needs, place, target)
        if not each.built and has(each.packages[0], each.dependency) is None
    )
