"""Commands of package managers → what they install and remove."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from poetry_arch_check.toolchains.distributions import Manager

if TYPE_CHECKING:
    from collections.abc import Iterable

    from poetry_arch_check.dockerfile.shell.words import Value


class Action(Enum):
    """What a package manager is told to do."""

    INSTALL = "install"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Packages to install or to remove.

    `unknown` says that there are more, which nobody knows. `recommends` and `automatic` are
    what comes and goes along, `group` apk's virtual package.
    """

    manager: Manager
    action: Action
    packages: tuple[str, ...]
    unknown: bool = False
    recommends: bool = False
    automatic: bool = False
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grammar:
    """How a package manager is called: its verbs, and its options that take a value."""

    manager: Manager
    install: frozenset[str]
    remove: frozenset[str]
    valued: frozenset[str]


def _grammar(manager: Manager, install: str, remove: str, valued: str) -> _Grammar:
    return _Grammar(
        manager=manager,
        install=frozenset(install.split()),
        remove=frozenset(remove.split()),
        valued=frozenset(valued.split()),
    )


_APT = _grammar(
    Manager.APT,
    "install satisfy",
    "remove purge autoremove autopurge",
    "-o --option -t --target-release --default-release -c --config-file -a --host-architecture",
)
_APK = _grammar(
    Manager.APK,
    "add",
    "del",
    "-t --virtual -X --repository -p --root --keys-dir --repositories-file --wait --arch"
    " --cache-dir --cache-max-age --progress-fd",
)
_RPM = (
    "install in groupinstall group localinstall reinstall",
    "remove erase autoremove rm",
    "--enablerepo --disablerepo --repo --repoid --releasever --installroot -x --exclude -t --type",
)
_GRAMMARS = {
    "apt-get": _APT,
    "apt": _APT,
    "aptitude": _APT,
    "apk": _APK,
    "dnf": _grammar(Manager.DNF, *_RPM),
    "dnf5": _grammar(Manager.DNF, *_RPM),
    "tdnf": _grammar(Manager.DNF, *_RPM),
    "microdnf": _grammar(Manager.MICRODNF, *_RPM),
    "yum": _grammar(Manager.YUM, *_RPM),
    "zypper": _grammar(Manager.ZYPPER, *_RPM),
    "pacman": _grammar(Manager.PACMAN, "-S -Sy -Syu -Syyu", "-R -Rs -Rns -Rnsc", ""),
}
# Versions, releases, architectures and repositories behind a name, by manager.
_PINNED = {
    Manager.APT: re.compile(r"[=/:].*"),
    Manager.APK: re.compile(r"[=<>~@].*"),
}
_NO_RECOMMENDS = re.compile(r"APT::Install-Recommends=[\"']?(0|false|no)", re.IGNORECASE)


def package_change(words: tuple[Value, ...]) -> Change | None:
    """Return what the command in `words` changes, None where it is no package manager's."""
    name = (words[0] or "").rpartition("/")[2] if words else ""
    grammar = _GRAMMARS.get(name)
    if grammar is None:
        return None
    plain, options = _sorted(words[1:], grammar.valued)
    if grammar.manager is Manager.PACMAN:
        verb = next((option for option in options if option[:2] in {"-S", "-R"}), "")
    else:
        verb = (plain.pop(0) if plain else None) or ""
    if verb in {"group", "groupinstall"}:
        plain = [f"@{each}" if each else None for each in plain if each != "install"]
        verb = "install"
    if grammar.manager is Manager.ZYPPER and {"pattern"}.intersection(options.values()):
        plain = [f"@{each}" if each else None for each in plain]
    if verb == "build-dep":
        plain, verb = [None], "install"
    if verb in grammar.install:
        action = Action.INSTALL
    elif verb in grammar.remove:
        action = Action.REMOVE
    else:
        return None
    return Change(
        manager=grammar.manager,
        action=action,
        packages=tuple(_names(plain, grammar.manager)),
        unknown=None in plain,
        recommends=grammar.manager is Manager.APT
        and "--no-install-recommends" not in options
        and not any(_NO_RECOMMENDS.match(value) for value in options.values()),
        automatic=grammar.manager is not Manager.APT
        or verb.startswith("auto")
        or not {"--auto-remove", "--autoremove"}.isdisjoint(options),
        group=options.get("--virtual") or options.get("-t", "")
        if grammar.manager is Manager.APK
        else "",
    )


def _sorted(words: Iterable[Value], valued: frozenset[str]) -> tuple[list[Value], dict[str, str]]:
    """Return the plain words, and the options with their values ("" for those without)."""
    plain: list[Value] = []
    options: dict[str, str] = {}
    waiting = ""
    for word in words:
        if waiting:
            options[waiting] = word or ""
            waiting = ""
        elif word is not None and word.startswith("-") and len(word) > 1:
            option, _, value = word.partition("=")
            if word in valued:
                waiting = word
            else:
                options[option if value else word] = value
        else:
            plain.append(word)
    return plain, options


def _names(words: Iterable[Value], manager: Manager) -> Iterable[str]:
    for word in words:
        if word is None or word.startswith("!"):
            continue
        name = _PINNED[manager].sub("", word) if manager in _PINNED else word
        # A file, or what apt is to take away (`name-`).
        if "/" not in name and not (manager is Manager.APT and name.endswith("-")):
            yield name.lower()
