"""What the configuration says of packages: accepted problems, and what builds require."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from poetry_arch_check.check.rules import Ignore
from poetry_arch_check.errors import ArchCheckError
from poetry_arch_check.platforms.names import CURRENT, parse_name
from poetry_arch_check.settings.tool_values import read_words
from poetry_arch_check.settings.values import Mistakes, described, joined
from poetry_arch_check.toolchains.need import combined
from poetry_arch_check.toolchains.toolchain import (
    parse_need,
)
from poetry_arch_check.toolchains.words import stated_need

if TYPE_CHECKING:
    from poetry_arch_check.platforms.platform import Platform
    from poetry_arch_check.toolchains.need import Need


def read_ignores(
    mistakes: Mistakes, key: str, value: object, targets: dict[str, str]
) -> tuple[Ignore, ...]:
    """Read the problems that are accepted; `targets` are the platforms of named targets."""
    if not isinstance(value, list):
        mistakes.add(key, f"must be an array of tables, not {described(value)}")
        return ()
    ignores = (_read_ignore(mistakes, f"{key}[{i}]", item, targets) for i, item in enumerate(value))
    return tuple(ignore for ignore in ignores if ignore is not None)


def _read_ignore(
    mistakes: Mistakes, key: str, value: object, targets: dict[str, str]
) -> Ignore | None:
    table = mistakes.table(key, value, ("package", "target", "reason"))
    if "package" not in table:
        mistakes.add(f"{key}.package", "is missing")
        return None
    package = mistakes.string(f"{key}.package", table["package"])
    target = None
    if "target" in table:
        target = mistakes.string(f"{key}.target", table["target"])
    if target is not None and target not in {*targets, CURRENT}:
        mistakes.accepts(f"{key}.target", partial(parse_name, target, more=targets))
    reason = ""
    if "reason" in table:
        reason = mistakes.string(f"{key}.reason", table["reason"]) or ""
    if package is None:
        return None
    own = target is None or targets.get(target, target) != target
    return Ignore(
        package=canonicalize_name(package),
        target=target,
        reason=reason,
        platform=None if own else _platform_of(str(target)),
    )


def _platform_of(name: str) -> Platform | None:
    """Return what a name stands for; None for `current`, `all`, and unknown ones."""
    with suppress(ArchCheckError):
        return parse_name(name).platform
    return None


def read_requires(mistakes: Mistakes, key: str, value: object) -> dict[str, tuple[Need, ...]]:
    """Read what building packages requires."""
    if not isinstance(value, dict):
        mistakes.add(key, f"must be a table, not {described(value)}")
        return {}
    requires: dict[str, tuple[Need, ...]] = {}
    for name, settings in value.items():
        at = joined(key, name)
        if canonicalize_name(name) in requires:
            mistakes.add(at, "is a duplicate: names are compared in their normalized form")
        table = mistakes.table(at, settings, ("requires",))
        if "requires" not in table:
            mistakes.add(f"{at}.requires", "is missing")
            continue
        words = read_words(mistakes, f"{at}.requires", table["requires"], stated_need)
        requires[canonicalize_name(name)] = combined(map(parse_need, words))
    return requires
