"""Linux distributions: C library, package manager, and how their packages are called."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from poetry_arch_check.platforms import Libc, Os
from poetry_arch_check.toolchain import CXX, FORTRAN, GO, RUST, C

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from poetry_arch_check.platforms import Platform, Version


class Manager(Enum):
    """Package managers; the value is the command."""

    APT = "apt-get"
    APK = "apk"
    DNF = "dnf"
    MICRODNF = "microdnf"
    YUM = "yum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """A release of a distribution. `python_minor` is the 3.x of its own `python3` package."""

    name: str
    release: str
    libc: Libc
    version: Version
    manager: Manager
    python_minor: int
    codename: str = ""

    @property
    def label(self) -> str:
        """`Debian 12 (bookworm)`."""
        codename = f" ({self.codename})" if self.codename else ""
        return f"{self.name} {self.release}{codename}"


def _table(
    name: str, libc: Libc, manager: Manager, *rows: tuple[str, str, Version, int]
) -> tuple[Distribution, ...]:
    return tuple(
        Distribution(
            name=name,
            release=release,
            codename=codename,
            libc=libc,
            version=version,
            manager=manager,
            python_minor=python_minor,
        )
        for release, codename, version, python_minor in rows
    )


# Oldest first. Releases, C libraries (libc6, musl, glibc) and Pythons (python3) as in the
# package searches of Debian, Ubuntu, Alpine and Fedora, Red Hat's package manifests and the
# release notes of Amazon Linux.
DEBIAN = _table(
    "Debian",
    Libc.GLIBC,
    Manager.APT,
    ("9", "stretch", (2, 24), 5),
    ("10", "buster", (2, 28), 7),
    ("11", "bullseye", (2, 31), 9),
    ("12", "bookworm", (2, 36), 11),
    ("13", "trixie", (2, 41), 13),
)
UBUNTU = _table(
    "Ubuntu",
    Libc.GLIBC,
    Manager.APT,
    ("16.04", "xenial", (2, 23), 5),
    ("18.04", "bionic", (2, 27), 6),
    ("20.04", "focal", (2, 31), 8),
    ("22.04", "jammy", (2, 35), 10),
    ("24.04", "noble", (2, 39), 12),
    ("25.04", "plucky", (2, 41), 13),
    ("25.10", "questing", (2, 42), 13),
    ("26.04", "resolute", (2, 43), 14),
)
ALPINE = _table(
    "Alpine",
    Libc.MUSL,
    Manager.APK,
    ("3.9", "", (1, 1), 6),
    ("3.10", "", (1, 1), 7),
    ("3.11", "", (1, 1), 8),
    ("3.12", "", (1, 1), 8),
    ("3.13", "", (1, 2), 8),
    ("3.14", "", (1, 2), 9),
    ("3.15", "", (1, 2), 9),
    ("3.16", "", (1, 2), 10),
    ("3.17", "", (1, 2), 10),
    ("3.18", "", (1, 2), 11),
    ("3.19", "", (1, 2), 11),
    *((f"3.{minor}", "", (1, 2), 12) for minor in range(20, 24)),
    ("3.24", "", (1, 2), 14),
)
AMAZON = (
    *_table("Amazon Linux", Libc.GLIBC, Manager.YUM, ("1", "", (2, 17), 6), ("2", "", (2, 26), 7)),
    *_table("Amazon Linux", Libc.GLIBC, Manager.DNF, ("2023", "", (2, 34), 9)),
)
FEDORA = _table(
    "Fedora",
    Libc.GLIBC,
    Manager.DNF,
    ("38", "", (2, 37), 11),
    ("39", "", (2, 38), 12),
    ("40", "", (2, 39), 12),
    ("41", "", (2, 40), 13),
    ("42", "", (2, 41), 13),
    ("43", "", (2, 42), 14),
    ("44", "", (2, 43), 14),
)
_ENTERPRISE_ROWS = (("8", "", (2, 28), 6), ("9", "", (2, 34), 9), ("10", "", (2, 39), 12))
ROCKY = _table("Rocky Linux", Libc.GLIBC, Manager.DNF, *_ENTERPRISE_ROWS)
ALMA = _table("AlmaLinux", Libc.GLIBC, Manager.DNF, *_ENTERPRISE_ROWS)
RED_HAT = (
    *_table("Red Hat UBI", Libc.GLIBC, Manager.YUM, ("7", "", (2, 17), 6)),
    *_table("Red Hat UBI", Libc.GLIBC, Manager.DNF, *_ENTERPRISE_ROWS),
)

# By the ID of os-release(5).
_BY_ID = {
    "debian": DEBIAN,
    "ubuntu": UBUNTU,
    "alpine": ALPINE,
    "amzn": AMAZON,
    "fedora": FEDORA,
    "rocky": ROCKY,
    "almalinux": ALMA,
    "rhel": RED_HAT,
}


def of_os_release(fields: Mapping[str, str]) -> Distribution | None:
    """Return the distribution that the fields of an os-release(5) file name, None if unknown."""
    version = fields.get("VERSION_ID", "")
    for distribution in reversed(_BY_ID.get(fields.get("ID", ""), ())):
        if f"{version}.".startswith(f"{distribution.release}."):
            return distribution
    return None


# Which packages bring a build dependency, by package manager. The compilers follow the
# distributions' own packaging guides; libraries are those that PEP 725 examples name.
_DNF = {
    C: ("gcc",),
    CXX: ("gcc-c++",),
    FORTRAN: ("gcc-gfortran",),
    RUST: ("rust", "cargo"),
    GO: ("golang",),
    "dep:generic/libpq": ("libpq-devel",),
    "dep:generic/libffi": ("libffi-devel",),
    "dep:generic/openssl": ("openssl-devel",),
    "dep:generic/libxml2": ("libxml2-devel",),
    "dep:generic/libxslt": ("libxslt-devel",),
    "dep:generic/hdf5": ("hdf5-devel",),
    "dep:generic/zlib": ("zlib-devel",),
    "dep:generic/pkg-config": ("pkgconf-pkg-config",),
    "dep:generic/cmake": ("cmake",),
    "dep:generic/make": ("make",),
    "dep:generic/ninja": ("ninja-build",),
}
PACKAGES: dict[Manager, dict[str, tuple[str, ...]]] = {
    Manager.APT: {
        C: ("gcc", "libc6-dev"),
        CXX: ("g++",),
        FORTRAN: ("gfortran",),
        RUST: ("rustc", "cargo"),
        GO: ("golang",),
        "dep:generic/libpq": ("libpq-dev",),
        "dep:generic/libffi": ("libffi-dev",),
        "dep:generic/openssl": ("libssl-dev",),
        "dep:generic/libxml2": ("libxml2-dev",),
        "dep:generic/libxslt": ("libxslt1-dev",),
        "dep:generic/hdf5": ("libhdf5-dev",),
        "dep:generic/zlib": ("zlib1g-dev",),
        "dep:generic/pkg-config": ("pkg-config",),
        "dep:generic/cmake": ("cmake",),
        "dep:generic/make": ("make",),
        "dep:generic/ninja": ("ninja-build",),
    },
    Manager.APK: {
        C: ("gcc", "musl-dev", "linux-headers"),
        CXX: ("g++",),
        FORTRAN: ("gfortran",),
        RUST: ("rust", "cargo"),
        GO: ("go",),
        "dep:generic/libpq": ("libpq-dev",),
        "dep:generic/libffi": ("libffi-dev",),
        "dep:generic/openssl": ("openssl-dev",),
        "dep:generic/libxml2": ("libxml2-dev",),
        "dep:generic/libxslt": ("libxslt-dev",),
        "dep:generic/hdf5": ("hdf5-dev",),
        "dep:generic/zlib": ("zlib-dev",),
        "dep:generic/pkg-config": ("pkgconf",),
        "dep:generic/cmake": ("cmake",),
        "dep:generic/make": ("make",),
        "dep:generic/ninja": ("ninja-build",),
    },
    Manager.DNF: _DNF,
    Manager.MICRODNF: _DNF,
    # Enterprise Linux 7 and Amazon Linux 2 have older names.
    Manager.YUM: {
        **_DNF,
        "dep:generic/libpq": ("postgresql-devel",),
        "dep:generic/pkg-config": ("pkgconfig",),
    },
}


def headers_package(distribution: Distribution, python_minor: int) -> str:
    """Return the package with the headers of a Python that `distribution` packages."""
    ending = "devel" if distribution.manager not in {Manager.APT, Manager.APK} else "dev"
    own = python_minor == distribution.python_minor or distribution.manager is Manager.APK
    return f"python3-{ending}" if own else f"python3.{python_minor}-{ending}"


def packages_for(
    requires: Iterable[str], manager: Manager, *, headers: str | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the packages that bring `requires`, and those of `requires` we cannot name.

    `headers` is the package of the interpreter's headers where it is needed, too.
    """
    table = PACKAGES[manager]
    packages: dict[str, None] = {}
    unknown: list[str] = []
    for dependency in requires:
        if dependency in table:
            packages.update(dict.fromkeys(table[dependency]))
        else:
            unknown.append(dependency)
    if headers and not (unknown and not packages):
        packages[headers] = None
    return tuple(packages), tuple(unknown)


def shell_lines(packages: tuple[str, ...], manager: Manager, *, root: bool) -> tuple[str, ...]:
    """Return the lines that install `packages` in a shell, with sudo where it is not root's."""
    names = " ".join(packages)
    if manager is Manager.APK:
        return (f"{'' if root else 'sudo '}apk add {names}",)
    if not root:
        return (f"sudo {manager.value} install {names}",)
    # What runs as root is most often a fresh container: without lists of packages, or a terminal.
    update = "apt-get update && " if manager is Manager.APT else ""
    return (f"{update}{manager.value} install -y {names}",)


def dockerfile_lines(packages: tuple[str, ...], manager: Manager) -> tuple[str, ...]:
    """Return the lines that install `packages` in a Dockerfile."""
    names = " ".join(packages)
    match manager:
        case Manager.APT:
            return (
                "RUN apt-get update \\",
                f"    && apt-get install -y --no-install-recommends {names} \\",
                "    && rm -rf /var/lib/apt/lists/*",
            )
        case Manager.APK:
            return (f"RUN apk add --no-cache {names}",)
        case _:
            return (f"RUN {manager.value} install -y {names}",)


def likely_managers(platform: Platform) -> tuple[Manager, ...]:
    """Return the package managers to give lines for where the distribution is not known."""
    if platform.os is not Os.LINUX:
        return ()
    return (Manager.APK,) if platform.libc is Libc.MUSL else (Manager.APT, Manager.DNF)
