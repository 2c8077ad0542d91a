"""Package managers: each is one value, and what it says fits together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from poetry_arch_check.platforms.names import parse_name
from poetry_arch_check.remedies.provision import provision_of
from poetry_arch_check.toolchains.libraries import all_dependencies
from poetry_arch_check.toolchains.package_managers.depends import Depends
from poetry_arch_check.toolchains.package_managers.registry import (
    APK,
    APT,
    BREW,
    BY_COMMAND,
    DNF,
    MANAGERS,
    MICRODNF,
    PACMAN,
    TDNF,
    YUM,
    ZYPPER,
    likely_managers,
)
from poetry_arch_check.toolchains.toolchain import CXX, C
from support.make import needs, target

if TYPE_CHECKING:
    from poetry_arch_check.toolchains.package_managers.manager import Manager

ids = [manager.command for manager in MANAGERS]


@pytest.mark.parametrize("manager", MANAGERS, ids=ids)
def test_what_a_manager_says_fits_together(manager: Manager) -> None:
    """Its tables are there, and it recognises the header packages that it names."""
    assert any(map(manager.packages_of, all_dependencies()))
    for libc in (None, (1, 1), (9, 9)):
        # There would be a KeyError without the table.
        assert manager.depends.of("no-such", libc, recommends=True) == frozenset()
    for own in (True, False):
        package = manager.headers.package(12, own=own)
        assert manager.headers.has_headers(package, 12, own=True)
        assert not manager.headers.has_headers(f"{package}-doc", 12, own=True)
    assert BY_COMMAND[manager.command] is manager
    assert bool(manager.system_compilers) is (manager.packages_of(C) is None)


def test_no_command_means_two_managers() -> None:
    """Each is called by its command and its aliases."""
    commands = [name for manager in MANAGERS for name in (manager.command, *manager.aliases)]
    assert len(commands) == len(set(commands)) == len(BY_COMMAND)
    assert BY_COMMAND["apt"] is APT
    assert BY_COMMAND["dnf5"] is DNF


def test_headers_of_another_python() -> None:
    """OpenSUSE's names have no dot (SUSE/BCI-dockerfile-generator, package/python.py)."""
    assert ZYPPER.headers.package(11, own=False) == "python311-devel"
    assert DNF.headers.package(11, own=False) == "python3.11-devel"


def test_families() -> None:
    """Those of one family can add packages to each other's commands."""
    assert {manager.family for manager in (DNF, MICRODNF, YUM)} == {DNF.family}
    assert len({manager.family for manager in (APT, APK, DNF, ZYPPER, PACMAN, BREW)}) == 6


@pytest.mark.parametrize(
    ("manager", "root", "user"),
    [
        (APT, "apt-get update && apt-get install -y a b", "sudo apt-get install a b"),
        (APK, "apk add --no-cache a b", "sudo apk add a b"),
        (DNF, "dnf install -y a b", "sudo dnf install a b"),
        (ZYPPER, "zypper install -y a b", "sudo zypper install a b"),
        (TDNF, "tdnf install -y a b", "sudo tdnf install a b"),
        (PACMAN, "pacman -Syu --needed --noconfirm a b", "sudo pacman -S --needed a b"),
        (BREW, "brew install a b", "brew install a b"),
    ],
)
def test_lines_for_a_shell(manager: Manager, root: str, user: str) -> None:
    """Root's shell is most often a fresh container's; Homebrew refuses sudo."""
    assert manager.lines.shell(("a", "b"), root=True) == (root,)
    assert manager.lines.shell(("a", "b"), root=False) == (user,)


AROUND = {
    "apt-get": [
        "RUN apt-get update \\",
        "    && apt-get install -y --no-install-recommends lib gcc \\",
        "    && make \\",
        "    && apt-get purge -y --auto-remove gcc \\",
        "    && rm -rf /var/lib/apt/lists/*",
    ],
    "apk": [
        "RUN apk add --no-cache lib \\",
        "    && apk add --no-cache --virtual .build-deps gcc \\",
        "    && make \\",
        "    && apk del .build-deps",
    ],
    "microdnf": [
        "RUN microdnf install -y lib gcc \\",
        "    && make \\",
        "    && microdnf remove -y gcc \\",
        "    && microdnf clean all",
    ],
    "pacman": [
        "RUN pacman -Syu --needed --noconfirm lib gcc \\",
        "    && make \\",
        "    && pacman -Rs --noconfirm gcc",
    ],
}


@pytest.mark.parametrize("command", AROUND)
def test_one_layer_around_a_command(command: str) -> None:
    """Tools are removed where they were installed; without any, nothing is removed."""
    lines = BY_COMMAND[command].lines
    assert list(lines.dockerfile_around(("make",), ("lib", "gcc"), ("gcc",))) == AROUND[command]
    kept = lines.dockerfile_around(("make",), ("lib",), ())
    assert not [line for line in kept if "purge" in line or "del" in line or "remove" in line]
    assert "lib" in kept[0] + kept[1]


def test_apk_installs_nothing_but_tools() -> None:
    """Then there is no line for the rest."""
    assert APK.lines.dockerfile_around(("make",), ("gcc",), ("gcc",))[0] == (
        "RUN apk add --no-cache --virtual .build-deps gcc \\"
    )


def test_lines_for_a_dockerfile() -> None:
    """One instruction, and what it leaves behind is removed in it."""
    assert APT.lines.dockerfile(("a",))[-1] == "    && rm -rf /var/lib/apt/lists/*"
    assert ZYPPER.lines.dockerfile(("a", "b")) == ("RUN zypper install -y a b",)


@pytest.mark.parametrize(
    ("manager", "package", "expected"),
    [
        (APT, "python3-dev", (True, False)),
        (APT, "python3.12-dev", (True, True)),
        (APT, "libpython3-all-dev", (True, False)),
        (APT, "python3.1-dev", (False, False)),
        (APK, "python3-dev", (True, False)),
        (YUM, "python312-devel", (True, True)),
        (DNF, "python3.12-devel", (True, True)),
        (PACMAN, "python", (True, False)),
        (PACMAN, "python3-devel", (False, False)),
        (BREW, "python@3.12", (True, True)),
    ],
)
def test_header_packages(manager: Manager, package: str, expected: tuple[bool, bool]) -> None:
    """Of Python 3.12, which is the distribution's own or is not."""
    headers = manager.headers
    assert tuple(headers.has_headers(package, 12, own=own) for own in (True, False)) == expected


def test_what_comes_along() -> None:
    """By release of Debian, with what is recommended or without, and for Alpine pkgconf."""
    old, new = (2, 36), (2, 41)
    recommended = APT.depends.of("build-essential", old, recommends=True)
    assert recommended >= APT.depends.of("build-essential", old, recommends=False) >= {"gcc"}
    # Debian 13's cmake needs no perl.
    assert "perl" in APT.depends.of("cmake", old, recommends=False)
    assert "perl" not in APT.depends.of("cmake", new, recommends=False)
    assert APT.depends.of("gcc", None, recommends=False) == APT.depends.of(
        "gcc", old, recommends=False
    )
    assert "pkgconf" in APK.depends.of("anything-dev", None, recommends=False)
    assert "pkgconf" not in APK.depends.of("musl-dev", None, recommends=False)
    assert Depends().of("gcc", None, recommends=True) == frozenset()


def test_packages_that_go_and_stay() -> None:
    """What a compiled program goes on using is named apart; an unknown library is said."""
    assert APT.runtime_packages_of(CXX) == ("libgomp1",)
    assert YUM.runtime_packages_of(CXX) == ("libgomp",)
    found = provision_of(needs("c", "no-such"), DNF, target(), headers="python3-devel")
    assert found.packages == ("gcc", "python3-devel")
    assert found.unknown == needs("no-such")
    # Headers alone would not help.
    alone = provision_of(needs("no-such"), DNF, target(), headers="python3-devel")
    assert alone.packages == ()


@pytest.mark.parametrize(
    ("platform", "expected"),
    [
        ("linux/amd64", (APT, DNF)),
        ("alpine/arm64", (APK,)),
        ("macos/arm64", (BREW,)),
        ("windows/amd64", ()),
    ],
)
def test_managers_without_a_distribution(platform: str, expected: tuple[Manager, ...]) -> None:
    """The C library tells most."""
    assert likely_managers(parse_name(platform).platform) == expected
