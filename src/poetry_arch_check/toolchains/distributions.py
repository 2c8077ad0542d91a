"""Linux distributions: C library, package manager, and how their packages are called."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from poetry_arch_check.data.tables import table
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


def _releases(name: str) -> tuple[Distribution, ...]:
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
        manager=Manager(row["manager"]),
        python_minor=int(row["python"].removeprefix("3.")),
    )


DEBIAN = _releases("Debian")
UBUNTU = _releases("Ubuntu")
ALPINE = _releases("Alpine")
AMAZON = _releases("Amazon Linux")
FEDORA = _releases("Fedora")
ROCKY = _releases("Rocky Linux")
ALMA = _releases("AlmaLinux")
RED_HAT = _releases("Red Hat UBI")
SUSE = _releases("openSUSE Leap")
ARCH = _releases("Arch Linux")  # it has one release, which rolls

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
