"""What builds on Windows take, and the lines that install it (winget)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.platforms.platform import Architecture
from poetry_arch_check.remedies import rustup
from poetry_arch_check.toolchains.toolchain import CMAKE, CXX, GIT, GO, NINJA, RUST, C

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from poetry_arch_check.platforms.platform import Platform
    from poetry_arch_check.toolchains.need import Need

# The workload alone installs neither a compiler nor the Windows SDK: both are "recommended"
# (learn.microsoft.com/visualstudio/install/workload-component-id-vs-build-tools).
_WORKLOAD = "--add Microsoft.VisualStudio.Workload.VCTools --includeRecommended"
_ARM64 = "--add Microsoft.VisualStudio.Component.VC.Tools.ARM64"
# By the identifiers of microsoft/winget-pkgs.
_TOOLS = {
    CMAKE: "winget install Kitware.CMake",
    NINJA: "winget install Ninja-build.Ninja",
    GIT: "winget install Git.Git",
    GO: "winget install GoLang.Go",
}


def install_lines(needs: tuple[Need, ...], platform: Platform) -> tuple[str, ...]:
    """Return the lines that install what there is of `needs` (Rust links as C does)."""
    dependencies = [need.dependency for need in needs]
    compilers = not {C, CXX, RUST}.isdisjoint(dependencies)
    tools = (_TOOLS[dependency] for dependency in dependencies if dependency in _TOOLS)
    visual_studio = (_visual_studio(platform),) if compilers else ()
    return (*visual_studio, *rustup.on_windows(needs), *tools)


def not_covered(needs: Iterable[Need]) -> tuple[Need, ...]:
    """Return what of `needs` no line of `install_lines` installs."""
    covered: Collection[str] = {C, CXX, RUST, *_TOOLS}
    return tuple(need for need in needs if need.dependency not in covered)


def _visual_studio(platform: Platform) -> str:
    components = (
        f"{_WORKLOAD} {_ARM64}" if platform.architecture is Architecture.AARCH64 else _WORKLOAD
    )
    return (
        "winget install Microsoft.VisualStudio.2022.BuildTools --override"
        f' "--quiet --wait --norestart {components}"'
    )
