"""Build requirements without a wheel for a target, which have to be built themselves."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from poetry.core.packages.dependency import Dependency
from poetry.core.packages.package import Package

from poetry_arch_check.check.artifacts import Sdist, Wheel, parse_artifact
from poetry_arch_check.platforms.requires import marker_holds, requires_python_holds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from poetry.core.packages.utils.link import Link

    from poetry_arch_check.check.target import Target
    from poetry_arch_check.poetry_api.project import Project
    from poetry_arch_check.poetry_api.time_limits import TimeBudget
    from poetry_arch_check.sources.cache import ResultCache

# All of their releases that builds still ask for have wheels for every platform.
_EVERYWHERE = frozenset(
    {"setuptools", "wheel", "pip", "packaging", "setuptools-scm", "poetry-core", "flit-core"}
    | {"hatchling", "hatch-vcs", "pdm-backend", "pbr", "tomli", "pybind11", "scikit-build"}
    | {"scikit-build-core", "meson", "meson-python", "setuptools-rust", "pycparser", "build"}
    | {"versioneer", "typing-extensions", "cython", "hatch-fancy-pypi-readme", "expandvars"}
)
# No real build has as many; each is asked for.
_MOST_REQUIREMENTS = 50
# Releases that are asked for their files before we take Poetry's solver to find one.
_MOST_RELEASES = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class SdistOnly:
    """A release of a build requirement that has no wheel for the target, and its sdist.

    `digest` is the hash that the index has for `file` (`sha256:…`); `source` is Poetry's
    type, address and name of the index, empty for the public one.
    """

    name: str
    version: str
    file: str
    digest: str
    source: tuple[str, ...] = ()

    @property
    def package(self) -> Package:
        """Poetry's package for it."""
        kind, url, reference = self.source or (None, None, None)
        package = Package(
            self.name,
            self.version,
            source_type=kind,
            source_url=url,
            source_reference=reference,
        )
        package.files = [{"file": self.file, "hash": self.digest}] if self.digest else []
        return package


class BuildRequirements:
    """Asks Poetry's repositories for the releases that a build would get."""

    def __init__(self, project: Project, cache: ResultCache, budget: TimeBudget) -> None:
        """Ask the sources of `project`; within `budget`; keep the answers in `cache`."""
        self._pool = project.pool
        self._budget = budget
        self._cache = cache
        self._indexes = [getattr(each, "url", each.name) for each in project.pool.repositories]

    def without_wheel(self, requires: Iterable[str], target: Target) -> tuple[SdistOnly, ...]:
        """Return those of `requires` (PEP 508) that a build on `target` could not get as a wheel.

        Raises what Poetry raises where its repositories cannot be asked.
        """
        found = []
        for text in islice(requires, _MOST_REQUIREMENTS):
            try:
                requirement = Requirement(text)
            except InvalidRequirement:
                continue
            name = canonicalize_name(requirement.name)
            if (
                name in _EVERYWHERE
                or requirement.url
                or not marker_holds(str(requirement.marker or ""), target.markers)
            ):
                continue
            if sdist_only := self._kept(requirement, target):
                found.append(sdist_only)
        return tuple(found)

    def _kept(self, requirement: Requirement, target: Target) -> SdistOnly | None:
        tags = sha256(" ".join(map(str, target.support.ranks)).encode()).hexdigest()
        stated = f"{requirement.name}{requirement.specifier}"
        key = f"build requirement {stated} {target.python.full} {tags} {self._indexes}"
        text = self._cache.text(key)
        if text is None:
            found = self._budget.call(lambda: self._sdist_only(requirement, target))
            text = json.dumps(asdict(found) if found else None)
            self._cache.keep_text(key, text)
        kept = json.loads(text)
        return SdistOnly(**{**kept, "source": tuple(kept["source"])}) if kept else None

    def _sdist_only(self, requirement: Requirement, target: Target) -> SdistOnly | None:
        """Return the release that a build gets, None if it has a fitting wheel, or is not found."""
        dependency = Dependency(requirement.name, str(requirement.specifier) or "*")
        packages = sorted(
            self._pool.find_packages(dependency), key=lambda each: each.version, reverse=True
        )
        for package in packages[:_MOST_RELEASES]:
            links = {
                link.filename: link
                for link in self._links(package)
                if requires_python_holds(link.requires_python, target.python)
            }
            artifacts = [parse_artifact(filename) for filename in links]
            if any(
                isinstance(artifact, Wheel) and artifact.tags & target.support.tags
                for artifact in artifacts
            ):
                return None
            for artifact in artifacts:
                if isinstance(artifact, Sdist):
                    return _sdist_only(package, links[artifact.filename])
        return None

    def _links(self, package: Package) -> list[Link]:
        name = package.source_reference or "pypi"
        known = self._pool.has_repository(name)
        repository = self._pool.repository(name) if known else self._pool.repositories[0]
        return [link for link in repository.find_links_for_package(package) if not link.yanked]


def _sdist_only(package: Package, link: Link) -> SdistOnly:
    digest = link.hashes.get("sha256")
    source = (package.source_type, package.source_url, package.source_reference)
    return SdistOnly(
        name=package.name,
        version=package.version.text,
        file=link.filename,
        digest=f"sha256:{digest}" if digest else "",
        source=tuple(map(str, source)) if package.source_type else (),
    )
