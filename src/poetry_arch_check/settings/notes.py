"""Settings without effect: notes on what is written in pyproject.toml and read by nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from poetry_arch_check.settings.config import TABLE
from poetry_arch_check.strings import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from poetry_arch_check.settings.config import Config

_NAME = TABLE.removeprefix("tool.")


def ineffective_settings(
    tables: Mapping[str, object], config: Config, locked: Collection[str]
) -> Iterator[str]:
    """Yield a sentence for each setting that has no effect, with a near match.

    `tables` are those of `[tool]` in pyproject.toml, `locked` the normalized names in the lock.
    """
    for name in tables:
        if name != _NAME and _is_meant(name):
            yield f"[tool.{name}] is not read: did you mean [{TABLE}]?"
    for ignore in config.ignores:
        if ignore.package not in locked:
            near = did_you_mean(ignore.package, locked)
            yield f'ignore: "{ignore.package}" is not in the lock{near}.'
    for package in config.requires:
        if canonicalize_name(package) not in locked:
            near = did_you_mean(package, locked)
            yield f'packages: "{package}" is not in the lock{near}.'


def _is_meant(name: str) -> bool:
    plain = name.lower().replace("_", "-").removeprefix("poetry-").removesuffix("s")
    return plain in {"arch-check", "archcheck"}
