"""The package managers that are known; a new one is one more value, listed in `MANAGERS`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from poetry_arch_check.platforms.platform import Libc, Os
from poetry_arch_check.toolchains.package_managers import homebrew
from poetry_arch_check.toolchains.package_managers.depends import Depends
from poetry_arch_check.toolchains.package_managers.grammar import Grammar
from poetry_arch_check.toolchains.package_managers.headers import Headers
from poetry_arch_check.toolchains.package_managers.lines import Lines
from poetry_arch_check.toolchains.package_managers.manager import Manager

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poetry_arch_check.platforms.platform import Platform


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


APT = Manager(
    command="apt-get",
    aliases=("apt", "aptitude"),
    family="apt",
    names=("apt",),
    lines=Lines(
        interactive="apt-get install {}",
        root="apt-get update && apt-get install -y {}",
        install="apt-get install -y --no-install-recommends {}",
        remove="apt-get purge -y --auto-remove {}",
        update="apt-get update",
        clean="rm -rf /var/lib/apt/lists/*",
    ),
    headers=Headers(
        own="python3-dev",
        other="python3.{minor}-dev",
        pattern=re.compile(r"(?:lib)?python3(?:\.(?P<minor>\d+))?(?:-all)?-dev"),
    ),
    # Debian 13 (glibc 2.41) has changed what packages depend on, and Ubuntu has with it.
    depends=Depends(table="apt", newer=((2, 41), "apt-13"), recommends=True),
    grammar=Grammar(
        install=_words("install satisfy build-dep"),
        unlisted_verbs=_words("build-dep"),
        remove=_words("remove purge autoremove autopurge"),
        valued=_words(
            "-o --option -t --target-release --default-release -c --config-file"
            " -a --host-architecture"
        ),
        pin=re.compile(r"[=/:].*"),
        removal_suffix="-",
        recommends=True,
        no_recommends=_words("--no-install-recommends"),
        no_recommends_value=re.compile(
            r"APT::Install-Recommends=[\"']?(0|false|no)", re.IGNORECASE
        ),
        auto_remove=_words("--auto-remove --autoremove"),
    ),
    curl=("ca-certificates", "curl"),
    kept=_words("libc6-dev pkg-config"),
)

APK = Manager(
    command="apk",
    family="apk",
    names=("apk",),
    lines=Lines(
        interactive="apk add {}",
        # Images have no index of packages, and without one nothing is found.
        root="apk add --no-cache {}",
        install="apk add --no-cache {}",
        install_tools="apk add --no-cache --virtual .build-deps {}",
        remove="apk del .build-deps",
    ),
    headers=Headers(own="python3-dev", pattern=re.compile(r"python3-dev")),
    # abuild adds the dependency on pkgconf of what has a .pc file by itself.
    depends=Depends(table="apk", pc_files=re.compile(r"(?!(?:musl|libc)-dev$).*-dev")),
    grammar=Grammar(
        install=_words("add"),
        remove=_words("del"),
        valued=_words(
            "-t --virtual -X --repository -p --root --keys-dir --repositories-file --wait --arch"
            " --cache-dir --cache-max-age --progress-fd"
        ),
        pin=re.compile(r"[=<>~@].*"),
        virtual=("--virtual", "-t"),
    ),
    curl=("curl",),
    # Installed with the compiler, because some sources ask for them; they are no part of it.
    beside=_words("linux-headers"),
)


def _repositories(command: str) -> Mapping[str, tuple[str, ...]]:
    """Return how Enterprise Linux's repositories are enabled, which are there and switched off.

    CRB was called PowerTools in 8. microdnf cannot enable one: dnf comes from the same packages.
    """
    dnf = "dnf " if command == "microdnf" else ""
    plugins = f"{command} install -y {dnf}dnf-plugins-core"
    return {
        "crb": (plugins, "dnf config-manager --set-enabled crb"),
        "powertools": (plugins, "dnf config-manager --set-enabled powertools"),
        "epel": (f"{command} install -y epel-release",),
    }


def _rpm(  # noqa: PLR0913 - what differs
    command: str,
    *,
    aliases: tuple[str, ...] = (),
    family: str = "rpm",
    names: tuple[str, ...] = ("dnf",),
    table: str = "dnf",
    group_value: str | None = None,
    headers: str | None = "python3.{minor}-devel",
) -> Manager:
    """Return one of those that install RPM packages with the command line of yum.

    `headers` is what the package with the headers of another Python is called.
    """
    return Manager(
        command=command,
        aliases=aliases,
        family=family,
        names=names,
        lines=Lines(
            interactive=f"{command} install {{}}",
            root=f"{command} install -y {{}}",
            install=f"{command} install -y {{}}",
            remove=f"{command} remove -y {{}}",
            clean_layer=f"{command} clean all",
        ),
        headers=Headers(
            own="python3-devel",
            other=headers,
            pattern=re.compile(r"python3\.?(?P<minor>\d+)?-devel"),
        ),
        depends=Depends(table=table),
        grammar=Grammar(
            install=_words("install in localinstall reinstall group groupinstall build-dep"),
            group_verbs=_words("group groupinstall"),
            unlisted_verbs=_words("build-dep"),
            remove=_words("remove erase autoremove rm"),
            valued=_words(
                "--enablerepo --disablerepo --repo --repoid --releasever --installroot"
                " -x --exclude -t --type"
            ),
            group_value=group_value,
        ),
        kept=_words("pkgconf-pkg-config pkgconfig"),
        repositories=_repositories(command),
    )


DNF = _rpm("dnf", aliases=("dnf5",))
MICRODNF = _rpm("microdnf")
# Of Photon OS and Azure Linux; what these have, and what they call it, is in `data/offers.json`.
TDNF = _rpm("tdnf", family="tdnf", names=("tdnf",), table="tdnf", headers=None)
# Enterprise Linux 7 and Amazon Linux 2 have some older names.
YUM = _rpm("yum", names=("yum", "dnf"), table="yum")
# Fedora's names, which are openSUSE's as well but for a few.
ZYPPER = _rpm(
    "zypper",
    family="zypper",
    names=("zypper", "dnf"),
    table="zypper",
    group_value="pattern",
    headers="python3{minor}-devel",
)

PACMAN = Manager(
    command="pacman",
    family="pacman",
    names=("pacman",),
    lines=Lines(
        interactive="pacman -S --needed {}",
        # Images have no databases; what is new is installed beside nothing that is older.
        root="pacman -Syu --needed --noconfirm {}",
        install="pacman -Syu --needed --noconfirm {}",
        remove="pacman -Rs --noconfirm {}",
    ),
    # The interpreter's own package has them.
    headers=Headers(own="python", pattern=re.compile(r"python")),
    depends=Depends(table="dnf"),  # where the names are the same, so is what comes along
    grammar=Grammar(
        verb_options=True,
        install=_words("-S -Sy -Syu -Syyu"),
        remove=_words("-R -Rs -Rns -Rnsc"),
    ),
    kept=_words("python"),
)

BREW = Manager(
    command="brew",
    family="brew",
    names=("brew",),
    lines=Lines(
        interactive="brew install {}",
        root="brew install {}",
        sudo=False,
        install="brew install {}",
        remove="brew uninstall {}",
    ),
    headers=Headers(
        own="python",
        other="python@3.{minor}",
        pattern=re.compile(r"python(?:@?3(?:\.(?P<minor>\d+))?)?"),
    ),
    system_compilers="xcode-select --install",
    environment=homebrew.environment,
)

MANAGERS = (APT, APK, DNF, MICRODNF, TDNF, YUM, ZYPPER, PACMAN, BREW)
BY_COMMAND: Mapping[str, Manager] = {
    command: manager for manager in MANAGERS for command in (manager.command, *manager.aliases)
}


def likely_managers(platform: Platform) -> tuple[Manager, ...]:
    """Return the package managers to give lines for where the distribution is not known."""
    if platform.os is Os.MACOS:
        return (BREW,)
    if platform.os is not Os.LINUX:
        return ()
    return (APK,) if platform.libc is Libc.MUSL else (APT, DNF)
