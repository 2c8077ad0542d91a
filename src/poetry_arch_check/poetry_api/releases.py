"""What Poetry's repositories have of a package: its releases with their files, a page each."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from packaging.version import InvalidVersion, Version
from poetry.repositories.exceptions import PackageNotFoundError
from poetry.repositories.http_repository import HTTPRepository
from poetry.utils.cache import FileCache

from poetry_arch_check.check.artifacts import parse_artifact
from poetry_arch_check.check.releases import File, Release
from poetry_arch_check.poetry_api.messages import clause
from poetry_arch_check.poetry_api.time_limits import FETCH_SECONDS, call_within

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from packaging.utils import NormalizedName
    from poetry.core.constraints.version import Version as PoetryVersion
    from poetry.core.packages.package import Package
    from poetry.core.packages.utils.link import Link

    from poetry_arch_check.poetry_api.project import Project


class NoAnswerError(Exception):
    """A repository does not answer; the text is a clause for a sentence."""


class Releases:
    """Asks the repositories that Poetry would, in their order, with its cache and credentials."""

    def __init__(self, project: Project) -> None:
        self._pool = project.pool
        self._named = {
            (each.name, each.source_name.lower())
            for each in project.package.all_requires
            if each.source_name
        }
        self._cache = project.config.repository_cache_directory

    def of(self, package: Package) -> tuple[Release, ...]:
        """Return the releases of `package`, from the source that the lock has it from.

        Raises NoAnswerError where that does not answer, or does not have it.
        """
        try:
            found = call_within(FETCH_SECONDS, lambda: self._all_releases(package))
        except Exception as error:
            raise NoAnswerError(clause(error)) from error
        if not found:
            raise NoAnswerError("no source has it")
        return tuple(found)

    def of_or_error(self, package: Package) -> tuple[Release, ...] | NoAnswerError:
        """Return what `of` returns, or the error that it raises."""
        try:
            return self.of(package)
        except NoAnswerError as error:
            return error

    def metadata(self, package: Package, version: PoetryVersion) -> Package:
        """Return a version of `package` with what it requires, from the source of the lock.

        Raises NoAnswerError.
        """
        try:
            return call_within(FETCH_SECONDS, lambda: self._package(package, version))
        except Exception as error:
            raise NoAnswerError(clause(error)) from error

    def _package(self, package: Package, version: PoetryVersion) -> Package:
        """Return what the first repository has, as `RepositoryPool.package` does."""
        for repository in self._repositories(package):
            with suppress(PackageNotFoundError):
                return repository.package(package.name, version)
        raise PackageNotFoundError(f"no source has {package.name} {version.text}")

    def _all_releases(self, package: Package) -> list[Release]:
        """Return every release once: from the first repository that has it (`pool.package`)."""
        found: dict[Version, Release] = {}
        for repository in self._repositories(package):
            for release in _releases(repository, package):
                found.setdefault(release.version, release)
        return list(found.values())

    def forget(self, package: Package) -> None:
        """Let Poetry ask anew for the files of a release, which it keeps for good.

        As `poetry cache clear NAME:VERSION` does (python-poetry/poetry#7034).
        """
        for repository in self._repositories(package):
            cache = FileCache[Any](self._cache / repository.name)
            with suppress(OSError):
                cache.forget(f"{package.name}:{package.version.text}")

    def _repositories(self, package: Package) -> Iterable[HTTPRepository]:
        """Return where the solver looks; what is from a source that is gone is not asked for."""
        reference = package.source_reference
        repositories = self._pool.repositories
        if reference and not self._pool.has_repository(reference):
            return []
        if reference:
            # The solver looks at all sources of a priority. An explicit one is asked alone, and
            # so is what a requirement of the project names (`Provider._explicit_sources`).
            priority = self._pool.get_priority(reference)
            alike = [r for r in repositories if self._pool.get_priority(r.name) is priority]
            if not alike or (package.name, reference.lower()) in self._named:
                alike = [self._pool.repository(reference)]
            repositories = alike
        return [each for each in repositories if isinstance(each, HTTPRepository)]


def _releases(repository: HTTPRepository, package: Package) -> Iterator[Release]:
    """Yield what a repository has: one page has it all, find_links_for_package may take more."""
    try:
        page = repository.get_page(package.name)
    except PackageNotFoundError:
        return
    for version in list(page.versions(package.name)):
        # Who has asked for a version that is not there has left an empty entry for it.
        links = list(page.links_for_version(package.name, version))
        if links and (read := _version(version.text)) is not None:
            recent = _too_recent(repository, package.name, links)
            yield Release(version=read, files=tuple(_files(links)), too_recent=recent)


def _too_recent(repository: HTTPRepository, name: NormalizedName, links: list[Link]) -> bool:
    """Return whether `solver.min-release-age` keeps a version back.

    As `HTTPRepository._find_packages_uncached` decides it.
    """
    ask = getattr(repository, "_is_version_too_recent", None)
    excluded = getattr(repository, "_min_release_age_exclude", ())
    return ask is not None and name not in excluded and bool(ask(links))


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def _files(links: Iterable[Link]) -> Iterable[File]:
    return [
        File(
            artifact=parse_artifact(link.filename),
            requires_python=link.requires_python or "",
            yanked=bool(link.yanked),
        )
        for link in links
    ]
