"""What `installer.no-binary` and `installer.only-binary` allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry.config.config import Config
from poetry.console.exceptions import PoetryRuntimeError
from poetry.core.packages.package import Package
from poetry.core.packages.utils.link import Link
from poetry.installation.chooser import Chooser
from poetry.repositories import Repository, RepositoryPool
from poetry.toml import TOMLFile
from poetry.utils.env import NullEnv

from poetry_arch_check.errors import ConfigurationError
from poetry_arch_check.poetry_api.messages import one_line

if TYPE_CHECKING:
    from poetry_arch_check.poetry_api.project import Project

_WHEEL = "probe-1-py3-none-any.whl"
_SDIST = "probe-1.tar.gz"


class Policy:
    """What `installer.no-binary` and `installer.only-binary` allow, asked of the Chooser.

    Its rules have changed between versions of Poetry; so it is shown a package with a
    single file, and whether it takes that is the answer.
    """

    def __init__(self, config: Config) -> None:
        """Read the policies of `config`; raises ConfigurationError where Poetry cannot."""
        self._repository = _OneLink("probe")
        self._chooser: Chooser | None = None  # without a policy there is nothing to ask
        try:
            if any(config.get(f"installer.{name}") for name in ("no-binary", "only-binary")):
                pool = RepositoryPool([self._repository])
                self._chooser = Chooser(pool, NullEnv(), config)
        except Exception as error:
            raise ConfigurationError(
                f"installer.no-binary or installer.only-binary is wrong: {one_line(error)}",
                hint="`poetry config --list` shows them",
            ) from error

    def wheels(self, package: Package) -> bool:
        """Return whether wheels of `package` may be installed."""
        return self._allows(package, _WHEEL)

    def sdists(self, package: Package) -> bool:
        """Return whether sdists of `package` may be built."""
        return self._allows(package, _SDIST)

    def _allows(self, package: Package, filename: str) -> bool:
        if self._chooser is None:
            return True
        self._repository.link = Link(f"https://example.org/{filename}")
        try:
            self._chooser.choose_for(Package(package.name, package.version))
        except PoetryRuntimeError:
            return False
        return True


def policy_in_image(project: Project, *, no_binary: str | None, only_binary: str | None) -> Policy:
    """Return the policies within an image: what it sets, and the project's own poetry.toml.

    What this machine sets does not hold there.
    """
    config = Config(use_environment=False)
    local = TOMLFile(project.folder / "poetry.toml")
    try:
        if local.exists():
            config.merge(local.read())
    except Exception as error:
        raise ConfigurationError(
            f"poetry.toml cannot be read: {one_line(error)}", hint="correct it"
        ) from error
    for name, value in (("no-binary", no_binary), ("only-binary", only_binary)):
        if value is not None:
            config.merge({"installer": {name: value}})
    return Policy(config)


class _OneLink(Repository):
    """A repository that has the same single file for every package."""

    link: Link

    def find_links_for_package(self, package: Package) -> list[Link]:
        del package
        return [self.link]
