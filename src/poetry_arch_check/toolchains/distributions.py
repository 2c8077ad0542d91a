"""Linux distributions: C library, package manager and Python."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.platforms.platform import Libc
from poetry_arch_check.toolchains.package_managers.registry import (
    APK,
    APT,
    DNF,
    PACMAN,
    YUM,
    ZYPPER,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poetry_arch_check.platforms.platform import Version
    from poetry_arch_check.toolchains.package_managers.manager import Manager


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

    def headers_package(self, minor: int) -> str:
        """Return the package with the headers of a Python 3.`minor` that it packages."""
        return self.manager.headers.package(minor, own=minor == self.python_minor)


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
    APT,
    ("9", "stretch", (2, 24), 5),
    ("10", "buster", (2, 28), 7),
    ("11", "bullseye", (2, 31), 9),
    ("12", "bookworm", (2, 36), 11),
    ("13", "trixie", (2, 41), 13),
)
UBUNTU = _table(
    "Ubuntu",
    Libc.GLIBC,
    APT,
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
    APK,
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
    *_table("Amazon Linux", Libc.GLIBC, YUM, ("1", "", (2, 17), 6), ("2", "", (2, 26), 7)),
    *_table("Amazon Linux", Libc.GLIBC, DNF, ("2023", "", (2, 34), 9)),
)
FEDORA = _table(
    "Fedora",
    Libc.GLIBC,
    DNF,
    ("38", "", (2, 37), 11),
    ("39", "", (2, 38), 12),
    ("40", "", (2, 39), 12),
    ("41", "", (2, 40), 13),
    ("42", "", (2, 41), 13),
    ("43", "", (2, 42), 14),
    ("44", "", (2, 43), 14),
)
_ENTERPRISE_ROWS = (("8", "", (2, 28), 6), ("9", "", (2, 34), 9), ("10", "", (2, 39), 12))
ROCKY = _table("Rocky Linux", Libc.GLIBC, DNF, *_ENTERPRISE_ROWS)
ALMA = _table("AlmaLinux", Libc.GLIBC, DNF, *_ENTERPRISE_ROWS)
RED_HAT = (
    *_table("Red Hat UBI", Libc.GLIBC, YUM, ("7", "", (2, 17), 6)),
    *_table("Red Hat UBI", Libc.GLIBC, DNF, *_ENTERPRISE_ROWS),
)

SUSE = _table(
    "openSUSE Leap",
    Libc.GLIBC,
    ZYPPER,
    ("15.5", "", (2, 31), 6),
    ("15.6", "", (2, 38), 6),
    ("16.0", "", (2, 40), 13),
)

# It has one release, which rolls: this is how it stood in August 2026.
ARCH = _table("Arch Linux", Libc.GLIBC, PACMAN, ("", "", (2, 43), 14))

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
