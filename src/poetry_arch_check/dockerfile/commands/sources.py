"""Commands that let packages come from elsewhere than a distribution's release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.shell.command_line import options

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.shell.command import Command

_COMMANDS = frozenset({"add-apt-repository", "apt-add-repository", "dpkg", "rpm"})
# Where package managers find out where packages come from, and which of them come first.
FOLDERS = (
    "/etc/apt/sources.list",
    "/etc/apt/preferences",
    "/etc/apk/repositories",
    "/etc/yum.repos.d/",
    "/etc/zypp/repos.d",
)
# These change mirrors, or remove a source.
_CHANGING = frozenset({"sed", "rm", "cat", "ls", "grep"})
# What of a command line names another source, or another release.
_OPTIONS = {
    "apt-get": options("-t --target-release --default-release"),
    "apt": options("-t --target-release --default-release"),
    "apk": options("-X --repository"),
    "dnf": options("--add-repo --repofrompath --releasever"),
    "yum": options("--releasever"),
    "yum-config-manager": options("--add-repo"),
    "zypper": options("ar addrepo"),
}
_INSTALLS = ("-i", "-U", "--install", "--upgrade")
# EPEL has nothing that the release itself has.
_SAME = "epel-release"


def adds_source(command: Command) -> bool:
    """Return whether what is installed after `command`, or by it, may be of another release."""
    words = [word for word in command.words[1:] if word]
    name = command.name
    if name in _COMMANDS:
        # Packages that are files bring a source, or are of another release themselves.
        return name.endswith("repository") or any(word.startswith(_INSTALLS) for word in words)
    if name in _OPTIONS:
        return any(
            word.partition("=")[0] in _OPTIONS[name]
            or (word.endswith((".deb", ".rpm")) and _SAME not in word)
            for word in words
        )
    written = (*command.outputs, *(words if name not in _CHANGING else ()))
    return any(word and folder in word for word in written for folder in FOLDERS)
