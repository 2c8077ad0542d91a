"""Targets and Poetry's environments: each described in the terms of the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from poetry.core.version.markers import parse_marker
from poetry.utils.env import NullEnv

from poetry_arch_check.check.target import Target
from poetry_arch_check.errors import TargetError
from poetry_arch_check.platforms.python import Implementation, Python
from poetry_arch_check.platforms.tags import support_of
from poetry_arch_check.platforms.wheel_tags import parse_platform_tag

if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.tags import Tag
    from poetry.utils.env import Env
    from poetry.utils.env.base_env import MarkerEnv

    from poetry_arch_check.platforms.platform import Platform

_IMPLEMENTATIONS = {
    "cpython": Implementation.CPYTHON,
    "pypy": Implementation.PYPY,
    "graalpy": Implementation.GRAALPY,
}
_SHORT_NAMES = {Implementation.CPYTHON: "cp", Implementation.PYPY: "pp"}


class TargetEnv(NullEnv):
    """A target as Poetry sees an environment; nothing in it can be executed."""

    def __init__(self, target: Target) -> None:
        super().__init__()
        self._target = target

    def get_marker_env(self) -> MarkerEnv:
        """Return PEP 508's variables and those that Poetry adds."""
        return poetry_markers(self._target)  # type: ignore[return-value]

    def get_supported_tags(self) -> list[Tag]:
        """Return the tags of the target, best first."""
        return list(self._target.support.ranks)


def poetry_markers(target: Target) -> dict[str, Any]:
    """Return the marker environment of `target` in the form of Poetry's MarkerEnv."""
    if target.current:
        return dict(target.markers)
    python = target.python
    implementation = python.implementation
    return {
        **target.markers,
        # The interpreter's version, as far as wheels and markers ask for it.
        "version_info": (3, python.minor, python.patch, "final", 0),
        "interpreter_name": _SHORT_NAMES.get(implementation, implementation.value.lower()),
        "interpreter_version": f"3{python.minor}",
        "sysconfig_platform": target.platform.tag,
        "free_threading": python.free_threaded,
    }


def undecided(markers: Iterable[tuple[str, str]], variable: str, target: Target) -> tuple[str, ...]:
    """Return the packages of `markers` whose marker hangs on `variable` on this target.

    Each marker comes with the name of its package; it hangs on the variable if its truth
    changes between the lowest and the highest value that one may have.
    """
    names: dict[str, None] = {}
    for name, text in markers:
        try:
            marker = parse_marker(text).without_extras()
        except Exception:  # noqa: BLE001, S112 - where Poetry needs it, it has refused the lock
            continue
        low, high = (
            marker.validate({**poetry_markers(target), variable: value})
            for value in ("0.0.1", "99999.0.0")
        )
        if low != high:
            names[name] = None
    return tuple(sorted(names))


def current_target(env: Env) -> Target:
    """Return Poetry's environment `env` as the target `current`, tags and markers untouched.

    Raises TargetError on systems that no wheel is tagged for.
    """
    markers = env.marker_env
    support = support_of(env.supported_tags)
    platform = _platform(support.ranks)
    if platform is None:
        raise TargetError(
            f"the project's environment is on {markers['platform_system']}"
            f" {markers['platform_machine']}, which is not known",
            hint="name a target: poetry arch-check -t linux/amd64",
        )
    version = markers["version_info"]
    return Target(
        name="current",
        platform=platform,
        python=Python(
            implementation=_IMPLEMENTATIONS.get(
                markers["implementation_name"], Implementation.CPYTHON
            ),
            minor=version[1],
            patch=version[2],
            free_threaded=bool(markers.get("free_threading")),
            asked=markers["python_full_version"],
        ),
        support=support,
        markers=dict(markers),
        current=True,
    )


def _platform(tags: Iterable[Tag]) -> Platform | None:
    """Return the platform of the best tag that states one, a C library before none."""
    found = [platform for tag in tags if (platform := parse_platform_tag(tag.platform))]
    exact = (platform for platform in found if not platform.assumed)
    return next(exact, found[0] if found else None)
