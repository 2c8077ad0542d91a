"""Commands of package managers → what they install and remove."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.shell.command_line import read
from poetry_arch_check.toolchains.package_managers.registry import BY_COMMAND

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.shell.command_line import CommandLine
    from poetry_arch_check.dockerfile.shell.words import Value
    from poetry_arch_check.toolchains.package_managers.grammar import Grammar
    from poetry_arch_check.toolchains.package_managers.manager import Manager


class Action(Enum):
    """What a package manager is told to do."""

    INSTALL = "install"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Packages to install or to remove.

    `unknown` says that there are more, whose names are not known. `recommends` says that
    recommended packages are installed as well, `automatic` that what nothing depends on any more
    is removed as well. `group` is apk's virtual package.
    """

    manager: Manager
    action: Action
    packages: tuple[str, ...]
    unknown: bool = False
    recommends: bool = False
    automatic: bool = False
    group: str = ""


def package_change(words: tuple[Value, ...]) -> Change | None:
    """Return what the command in `words` changes, None where it is no package manager's."""
    words = _spelled_out(words)
    manager = BY_COMMAND.get((words[0] or "").rpartition("/")[2]) if words else None
    if manager is None or manager.grammar is None:
        return None
    grammar = manager.grammar
    line = read(words[1:], grammar.valued)
    verb, names = _verb(line, grammar)
    if verb in grammar.install:
        action = Action.INSTALL
    elif verb in grammar.remove:
        action = Action.REMOVE
    else:
        return None
    options = {option: value or "" for option, value in line.options}
    values = options.values()
    if verb in grammar.unlisted_verbs:
        names = (None,)
    elif verb in grammar.group_verbs:
        names = tuple(_group(name) for name in names if name != "install")
    if grammar.group_value in values:
        names = tuple(_group(name) for name in names)
    packages = (grammar.package(name) for name in names if name is not None)
    return Change(
        manager=manager,
        action=action,
        packages=tuple(package for package in packages if package is not None),
        unknown=None in names,
        recommends=grammar.installs_recommended(options, values),
        automatic=grammar.removes_automatically(verb, options),
        group=next((options[name] for name in grammar.virtual if options.get(name)), ""),
    )


def _spelled_out(words: tuple[Value, ...]) -> tuple[Value, ...]:
    """Return the command of apt that minideb's and Bitnami's `install_packages` runs."""
    if words and (words[0] or "").rpartition("/")[2] == "install_packages":
        return ("apt-get", "install", "--no-install-recommends", *words[1:])
    return words


def _verb(line: CommandLine, grammar: Grammar) -> tuple[str, tuple[Value, ...]]:
    """Return the verb, and the names behind it."""
    if grammar.verb_options:
        verbs = (option for option, _ in line.options if grammar.is_verb_option(option))
        return next(verbs, ""), line.arguments
    verb, *names = line.arguments or ("",)
    return verb or "", tuple(names)


def _group(name: Value) -> Value:
    """Return the name of a group of packages as other command lines have it."""
    return f"@{name}" if name else None
