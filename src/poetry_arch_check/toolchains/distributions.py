"""Linux distributions: C library, package manager and Python."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from poetry_arch_check.data.tables import table
from poetry_arch_check.platforms.platform import Libc
from poetry_arch_check.toolchains.package_managers.registry import BY_COMMAND

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
        release = f" {self.release}" if self.release else ""
        return f"{self.name}{release}{codename}"

    def headers_package(self, minor: int) -> str:
        """Return the package with the headers of a Python 3.`minor` that it packages."""
        return self.manager.headers.package(minor, own=minor == self.python_minor)


@cache
def releases_of(name: str) -> tuple[Distribution, ...]:
    """Return the releases that `data/distributions.json` has of a distribution, oldest first."""
    return tuple(
        _release(name, release, row)
        for release, row in table("distributions")["rows"][name].items()
    )


def _release(name: str, release: str, row: Mapping[str, str]) -> Distribution:
    libc, version = row["libc"].split()
    major, minor = version.split(".")
    return Distribution(
        name=name,
        release=release,
        codename=row["codename"],
        libc=Libc(libc),
        version=(int(major), int(minor)),
        manager=BY_COMMAND[row["manager"]],
        python_minor=int(row["python"].removeprefix("3.")),
    )


DEBIAN = releases_of("Debian")
UBUNTU = releases_of("Ubuntu")
ALPINE = releases_of("Alpine")
AMAZON = releases_of("Amazon Linux")
FEDORA = releases_of("Fedora")
ROCKY = releases_of("Rocky Linux")
ALMA = releases_of("AlmaLinux")
RED_HAT = releases_of("Red Hat UBI")
SUSE = releases_of("openSUSE Leap")
ARCH = releases_of("Arch Linux")  # it has one release, which rolls

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
