"""How the command lines of a package manager are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re
    from collections.abc import Collection


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """The verbs and options of one package manager's command line.

    `install` and `remove` are verbs; `verb_options` says that they are options (`-S`). Of those
    that install, `group_verbs` take names of groups of packages, and `unlisted_verbs` install
    packages that the command line does not name. `valued` are the options that take a value;
    `group_value` is one of those that say that groups are named.

    `pin` matches what may follow a package's name: versions, releases, repositories.
    `removal_suffix` behind the name of a package to install says that it is to be removed.

    `recommends` says that recommended packages are installed as well, unless one of the options
    `no_recommends` is given, or a value that `no_recommends_value` matches. `auto_remove` are the
    options that also remove what nothing depends on any more, None where that is the default.
    `virtual` are the options that name a virtual package, which depends on those to install.
    """

    install: frozenset[str]
    remove: frozenset[str]
    verb_options: bool = False
    group_verbs: frozenset[str] = frozenset()
    unlisted_verbs: frozenset[str] = frozenset()
    valued: frozenset[str] = frozenset()
    group_value: str | None = None
    pin: re.Pattern[str] | None = None
    removal_suffix: str | None = None
    recommends: bool = False
    no_recommends: frozenset[str] = frozenset()
    no_recommends_value: re.Pattern[str] | None = None
    auto_remove: frozenset[str] | None = None
    virtual: tuple[str, ...] = ()

    def is_verb_option(self, option: str) -> bool:
        """Return whether `option` stands for a verb (`-Sy`), even one that is not read (`-Ss`)."""
        heads = {verb[:2] for verb in self.install | self.remove}
        return self.verb_options and option[:2] in heads

    def package(self, word: str) -> str | None:
        """Return the package that `word` names, None for a file and for what is excluded."""
        name = self.pin.sub("", word) if self.pin else word
        if word.startswith(("!", "/", "./")) or "/" in name:
            return None
        removed = self.removal_suffix is not None and name.endswith(self.removal_suffix)
        return None if removed or not name else name.lower()

    def installs_recommended(self, options: Collection[str], values: Collection[str]) -> bool:
        """Return whether recommended packages are installed with these options and values."""
        off = self.no_recommends_value
        return (
            self.recommends
            and self.no_recommends.isdisjoint(options)
            and not any(off.match(value) for value in values if off)
        )

    def removes_automatically(self, verb: str, options: Collection[str]) -> bool:
        """Return whether a removal also removes what nothing depends on any more."""
        return (
            self.auto_remove is None
            or verb.startswith("auto")
            or not self.auto_remove.isdisjoint(options)
        )
