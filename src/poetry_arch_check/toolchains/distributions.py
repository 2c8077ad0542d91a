"""Linux distributions: C library, package manager, and how their packages are called."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from poetry_arch_check.platforms.platform import Libc, Os
from poetry_arch_check.toolchains.libraries import library

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from poetry_arch_check.platforms.platform import Platform, Version


class Manager(Enum):
    """Package managers; the value is the command."""

    APT = "apt-get"
    APK = "apk"
    DNF = "dnf"
    MICRODNF = "microdnf"
    YUM = "yum"
    ZYPPER = "zypper"
    PACMAN = "pacman"
    BREW = "brew"

    @property
    def family(self) -> str:
        """What those have in common that know the same packages by the same names."""
        return "rpm" if self in {Manager.DNF, Manager.MICRODNF, Manager.YUM} else str(self.value)


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
        return f"{self.name} {self.release}{codename}".rstrip()


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

SUSE = _table(
    "openSUSE Leap",
    Libc.GLIBC,
    Manager.ZYPPER,
    ("15.5", "", (2, 31), 6),
    ("15.6", "", (2, 38), 6),
    ("16.0", "", (2, 40), 13),
)

# It has one release, which rolls: this is how it stood in August 2026.
ARCH = _table("Arch Linux", Libc.GLIBC, Manager.PACMAN, ("", "", (2, 43), 14))

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
    "opensuse-leap": SUSE,
    "arch": ARCH,
}


def of_os_release(fields: Mapping[str, str]) -> Distribution | None:
    """Return the distribution that the fields of an os-release(5) file name, None if unknown."""
    version = fields.get("VERSION_ID", "")
    for distribution in reversed(_BY_ID.get(fields.get("ID", ""), ())):
        if not distribution.release or f"{version}.".startswith(f"{distribution.release}."):
            return distribution
    return None


def headers_package(distribution: Distribution, python_minor: int) -> str:
    """Return the package with the headers of a Python that `distribution` packages."""
    if distribution.manager is Manager.PACMAN:
        return "python"
    ending = "devel" if distribution.manager not in {Manager.APT, Manager.APK} else "dev"
    own = python_minor == distribution.python_minor or distribution.manager is Manager.APK
    return f"python3-{ending}" if own else f"python3.{python_minor}-{ending}"


# By the manager, what `data/libraries.json` calls it; the first key that is there counts.
_KEYS = {
    Manager.APT: ("apt",),
    Manager.APK: ("apk",),
    Manager.DNF: ("dnf",),
    Manager.MICRODNF: ("dnf",),
    # Enterprise Linux 7 and Amazon Linux 2 have some older names.
    Manager.YUM: ("yum", "dnf"),
    # Fedora's names, which are openSUSE's as well but for a few.
    Manager.ZYPPER: ("zypper", "dnf"),
    Manager.PACMAN: ("pacman",),
    Manager.BREW: ("brew",),
}


def packages_of(dependency: str, manager: Manager) -> tuple[str, ...] | None:
    """Return the packages that bring `dependency`, None where we cannot name them."""
    known = library(dependency)
    return _of(manager, known.packages) if known else None


def runtime_packages(dependency: str, manager: Manager) -> tuple[str, ...]:
    """Return the packages that what `dependency` built goes on using, where they go with it."""
    known = library(dependency)
    return (known and _of(manager, known.stays)) or ()


def _of(manager: Manager, packages: Mapping[str, tuple[str, ...]]) -> tuple[str, ...] | None:
    return next((packages[key] for key in _KEYS[manager] if key in packages), None)


def packages_for(
    requires: Iterable[str], manager: Manager, *, headers: str | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the packages that bring `requires`, and those of `requires` we cannot name.

    `headers` is the package of the interpreter's headers where it is needed, too.
    """
    packages: dict[str, None] = {}
    unknown: list[str] = []
    for dependency in requires:
        named = packages_of(dependency, manager)
        if named is None:
            unknown.append(dependency)
        else:
            packages.update(dict.fromkeys(named))
    if headers and not (unknown and not packages):
        packages[headers] = None
    return tuple(packages), tuple(unknown)


def shell_lines(packages: tuple[str, ...], manager: Manager, *, root: bool) -> tuple[str, ...]:
    """Return the lines that install `packages` in a shell, with sudo where it is not root's."""
    names = " ".join(packages)
    sudo = "" if root else "sudo "
    match manager:
        case Manager.APK:
            return (f"{sudo}apk add {names}",)
        case Manager.PACMAN:
            return (f"{sudo}pacman -S --needed {names}",)
        case Manager.BREW:
            return (f"brew install {names}",)
        case _:
            pass
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
        case Manager.PACMAN:
            return (f"RUN pacman -Sy --noconfirm {names}",)
        case _:
            return (f"RUN {manager.value} install -y {names}",)


def dockerfile_lines_around(
    install: str, packages: tuple[str, ...], tools: tuple[str, ...], manager: Manager
) -> tuple[str, ...]:
    """Return the lines that run `install` with `packages` there, and remove `tools` again.

    It is all one layer: what a later one removes still counts.
    """
    names, going = " ".join(packages), " ".join(tools)
    match manager:
        case Manager.APT:
            steps = [
                "apt-get update",
                f"apt-get install -y --no-install-recommends {names}",
                install,
                *([f"apt-get purge -y --auto-remove {going}"] if tools else []),
                "rm -rf /var/lib/apt/lists/*",
            ]
        case Manager.APK:
            runtime_packages = " ".join(package for package in packages if package not in tools)
            steps = [
                *([f"apk add --no-cache {runtime_packages}"] if runtime_packages else []),
                *([f"apk add --no-cache --virtual .build-deps {going}"] if tools else []),
                install,
                *(["apk del .build-deps"] if tools else []),
            ]
        case Manager.PACMAN:
            steps = [
                f"pacman -Sy --noconfirm {names}",
                install,
                *([f"pacman -Rs --noconfirm {going}"] if tools else []),
            ]
        case _:
            steps = [
                f"{manager.value} install -y {names}",
                install,
                *([f"{manager.value} remove -y {going}"] if tools else []),
                f"{manager.value} clean all",
            ]
    first, *rest = steps
    return tuple(
        f"{start}{step}{end}"
        for start, step, end in zip(
            ["RUN ", *["    && "] * len(rest)],
            [first, *rest],
            [*[" \\"] * len(rest), ""],
            strict=True,
        )
    )


def likely_managers(platform: Platform) -> tuple[Manager, ...]:
    """Return the package managers to give lines for where the distribution is not known."""
    if platform.os is Os.MACOS:
        return (Manager.BREW,)
    if platform.os is not Os.LINUX:
        return ()
    return (Manager.APK,) if platform.libc is Libc.MUSL else (Manager.APT, Manager.DNF)
