"""A slow and independent second opinion: Poetry's real Installer and Chooser, one by one.

It shares no code with the package: tags come from packaging's own generators and hand-made
platform lists, markers from a table, the plan from `Installer`, the file from `Chooser`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cleo.io.null_io import NullIO
from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms
from packaging.utils import canonicalize_name
from poetry.console.exceptions import PoetryRuntimeError
from poetry.core.packages.utils.link import Link
from poetry.installation.chooser import Chooser
from poetry.installation.executor import Executor
from poetry.installation.installer import Installer
from poetry.repositories import Repository, RepositoryPool
from poetry.repositories.installed_repository import InstalledRepository
from poetry.repositories.link_sources.base import LinkSource
from poetry.utils.env import MockEnv
from poetry.utils.wheel import InvalidWheelNameError, Wheel

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from poetry.core.packages.package import Package
    from poetry.installation.operations.operation import Operation
    from poetry.poetry import Poetry

LEGACY = {(2, 17): "manylinux2014", (2, 12): "manylinux2010", (2, 5): "manylinux1"}


def glibc(minor: int, machine: str, floor: int) -> list[str]:
    """List the glibc tags of PEP 600 down to the floor, old names included."""
    tags = [f"linux_{machine}"]
    for version in range(minor, floor - 1, -1):
        tags.append(f"manylinux_2_{version}_{machine}")
        if (2, version) in LEGACY:
            tags.append(f"{LEGACY[2, version]}_{machine}")
    return tags


def musl(minor: int, machine: str) -> list[str]:
    """List the musl tags of PEP 656."""
    return [f"linux_{machine}", *(f"musllinux_1_{m}_{machine}" for m in range(minor, -1, -1))]


LINUX = {"sys_platform": "linux", "platform_system": "Linux", "platform_release": "6.1.0"}
WINDOWS = {"sys_platform": "win32", "platform_system": "Windows", "platform_release": "10"}
MACOS = {"sys_platform": "darwin", "platform_system": "Darwin", "platform_release": "22.0.0"}

TARGETS: dict[str, tuple[list[str], dict[str, str]]] = {
    "linux/amd64": (glibc(28, "x86_64", 5), {**LINUX, "platform_machine": "x86_64"}),
    "linux/arm64": (glibc(28, "aarch64", 17), {**LINUX, "platform_machine": "aarch64"}),
    "linux/386": (glibc(28, "i686", 5), {**LINUX, "platform_machine": "i686"}),
    "linux/arm/v7": (glibc(28, "armv7l", 17), {**LINUX, "platform_machine": "armv7l"}),
    "linux/ppc64le": (glibc(28, "ppc64le", 17), {**LINUX, "platform_machine": "ppc64le"}),
    "manylinux_2_17_x86_64": (glibc(17, "x86_64", 5), {**LINUX, "platform_machine": "x86_64"}),
    "alpine/amd64": (musl(2, "x86_64"), {**LINUX, "platform_machine": "x86_64"}),
    "alpine/arm64": (musl(2, "aarch64"), {**LINUX, "platform_machine": "aarch64"}),
    "macos/arm64": (
        list(mac_platforms((13, 0), "arm64")),
        {**MACOS, "platform_machine": "arm64"},
    ),
    "macos/amd64": (
        list(mac_platforms((13, 0), "x86_64")),
        {**MACOS, "platform_machine": "x86_64"},
    ),
    "windows/amd64": (["win_amd64"], {**WINDOWS, "platform_machine": "AMD64"}),
    "windows/arm64": (["win_arm64"], {**WINDOWS, "platform_machine": "ARM64"}),
}


def environment(target: str, version: str) -> MockEnv:
    """Return a MockEnv of Poetry for a target and a full CPython version."""
    platforms, markers = TARGETS[target]
    major, minor, patch = (int(part) for part in version.split("."))
    tags: list[Tag] = [
        *cpython_tags((major, minor), [f"cp{major}{minor}"], platforms),
        *compatible_tags((major, minor), f"cp{major}{minor}", platforms),
    ]
    return MockEnv(
        (major, minor, patch),
        platform=markers["sys_platform"],
        platform_machine=markers["platform_machine"],
        supported_tags=tags,
        marker_env={
            **markers,
            "os_name": "nt" if markers["sys_platform"] == "win32" else "posix",
            "platform_version": markers["platform_release"],
            "implementation_name": "cpython",
            "implementation_version": version,
            "platform_python_implementation": "CPython",
            "python_full_version": version,
            "python_version": f"{major}.{minor}",
        },
    )


class RecordingExecutor(Executor):
    """Records the operations instead of executing them."""

    recorded: list[Operation]

    def execute(self, operations: list[Operation]) -> int:
        """Remember `operations` and report success."""
        self.recorded = operations
        return 0


class LockIndex(Repository):
    """An index that serves, for every package, the files that its lock entry names."""

    def __init__(self, *, by_version: bool) -> None:
        """Serve only files of the package's version where the lock mixes versions."""
        super().__init__("lock")
        self._by_version = by_version

    def find_links_for_package(self, package: Package) -> list[Link]:
        """Return the links as an index page of the package would have them."""
        links = []
        for file in package.files:
            kind, _, digest = file["hash"].partition(":")
            link = Link(f"https://example.org/{file['file']}#{kind}={digest}")
            if self._by_version:
                found = LinkSource.link_package_data(link)
                if found is None or found.version != package.version:
                    continue
            links.append(link)
        return links


# Poetry builds it; whether that succeeds, Poetry does not say.
BUILT = "built"


@dataclass(frozen=True)
class Verdict:
    """What the second opinion says of one package: an outcome, or BUILT."""

    name: str
    version: str
    outcome: str
    file: str | None


def verdicts(
    poetry: Poetry, target: str, version: str, *, groups: Collection[str], extras: Sequence[str]
) -> list[Verdict]:
    """Return the verdict on every package that Poetry's Installer would install."""
    env = environment(target, version)
    executor = RecordingExecutor(env, poetry.pool, poetry.config, NullIO())
    installer = Installer(
        NullIO(),
        env,
        poetry.package,
        poetry.locker,
        poetry.pool,
        poetry.config,
        installed=InstalledRepository(),
        executor=executor,
    )
    installer.only_groups([canonicalize_name(name) for name in groups])
    installer.extras(list(extras))
    if installer.run() != 0:
        raise RuntimeError("the Installer failed")
    mixed = "files" in poetry.locker.lock_data["metadata"]
    pool = RepositoryPool([LockIndex(by_version=mixed)])
    chooser = Chooser(pool, env, poetry.config)
    found = [
        _verdict(operation.package, chooser, env)
        for operation in executor.recorded
        if not operation.skipped and operation.job_type != "uninstall"
    ]
    return sorted(found, key=lambda verdict: (verdict.name, verdict.version, verdict.file or ""))


def _verdict(package: Package, chooser: Chooser, env: MockEnv) -> Verdict:
    name, version = package.name, package.version.text
    if package.source_type in {"git", "directory"}:
        return Verdict(name, version, BUILT, None)
    if package.source_type in {"url", "file"}:
        url = package.source_url or ""
        filename = Link(url).filename if package.source_type == "url" else Path(url).name
        if not filename.endswith(".whl"):
            return Verdict(name, version, BUILT, filename)
        if Wheel(filename).is_supported_by_environment(env):
            return Verdict(name, version, "wheel", filename)
        return Verdict(name, version, "unavailable", None)
    if not package.files:
        return Verdict(name, version, "unknown", None)
    unhashed = _without_source(package)
    try:
        link = chooser.choose_for(unhashed)
    except PoetryRuntimeError:
        return Verdict(name, version, "unavailable", None)
    except InvalidWheelNameError:
        return Verdict(name, version, "unknown", None)
    if link.is_wheel:
        return Verdict(name, version, "wheel", link.filename)
    return Verdict(name, version, BUILT, link.filename)


def _without_source(package: Package) -> Package:
    """Return the package as if it came from the default index, which here is the lock."""
    from poetry.core.packages.package import Package as CorePackage  # noqa: PLC0415

    plain = CorePackage(package.name, package.version)
    plain.files = package.files
    return plain
