"""Commands that install Poetry → which version of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.requirements import InvalidRequirement, Requirement

from poetry_arch_check.dockerfile.commands.pip import PIP_VALUED
from poetry_arch_check.dockerfile.shell.command_line import options, read
from poetry_arch_check.dockerfile.shell.words import known

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.shell.command import Command

_VARIABLE = "POETRY_VERSION"
# Its addresses since 2019; the installer reads the variable, or `--version`.
_INSTALLER = re.compile(r"install\.python-poetry\.org|(?:install|get)-poetry\.py")
_INSTALLER_VALUED = options("--version --path --git")
_VERSION = re.compile(r"\d+(?:\.\d+)*")


def installed_poetry(command: Command) -> str | None:
    """Return the versions (PEP 440) of the Poetry that `command` installs, None for no Poetry.

    `==1.8.3` for `pip install poetry==1.8.3`, "" for the newest one, or one that is not known.
    """
    if _is_installer(command):
        stated = read(command.words[1:], _INSTALLER_VALUED).values("--version")
        version = next(iter(stated), None) or known(command.values.get(_VARIABLE)) or ""
        return f"=={version}" if _VERSION.fullmatch(version) else ""
    match command.name.rstrip("0123456789."), read(command.words[1:], PIP_VALUED).words:
        case ("pip" | "pipx", ("install", *words)) | (_, ("pip" | "tool", "install", *words)):
            return next((found for word in words if (found := _of_poetry(word)) is not None), None)
        case _:
            return None


def _is_installer(command: Command) -> bool:
    """Return whether a Python runs Poetry's installer: from a pipe, or as a file."""
    if not command.name.startswith("python"):
        return False
    before = command.before.words if command.before else ()
    return any(_INSTALLER.search(word or "") for word in (*command.words, *before))


def _of_poetry(word: str) -> str | None:
    try:
        requirement = Requirement(word)
    except InvalidRequirement:
        # A part of it is not known; uv and pipx also take `poetry@1.8.3`.
        return "" if re.match(r"poetry\b(?!-)", word) else None
    return str(requirement.specifier) if requirement.name == "poetry" else None
