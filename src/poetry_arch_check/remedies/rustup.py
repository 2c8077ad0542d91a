"""Another Rust than a distribution has: rustup (https://rust-lang.github.io/rustup/)."""

from __future__ import annotations

import re
from math import inf
from typing import TYPE_CHECKING

from poetry_arch_check.platforms.platform import Architecture, Libc, Os
from poetry_arch_check.toolchains.toolchain import RUST

if TYPE_CHECKING:
    from collections.abc import Iterable

    from poetry_arch_check.platforms.platform import Platform
    from poetry_arch_check.toolchains.need import Need

# "Platform Support" of the rustc book: for these, there is a toolchain that runs there.
_GLIBC = frozenset(
    {
        Architecture.X86_64,
        Architecture.I686,
        Architecture.AARCH64,
        Architecture.ARMV7L,
        Architecture.ARMV6L,
        Architecture.PPC64LE,
        Architecture.S390X,
        Architecture.RISCV64,
    }
)
_MUSL = frozenset({Architecture.X86_64, Architecture.AARCH64})
STABLE = "stable"
_INSTALL = "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y"
# The first release that is too new; of each minor version, there is a toolchain of its own.
_CEILING = re.compile(r"<1\.(?P<minor>\d{1,4})")
# For a shell that is open.
ACTIVATE = '. "$HOME/.cargo/env"'
WINDOWS = "winget install Rustlang.Rustup"
UNINSTALL = "rustup self uninstall -y"


def runs_on(platform: Platform) -> bool:
    """Return whether there are toolchains of rustup that run on `platform`, a Linux or a macOS."""
    if platform.os is Os.MACOS:
        return True
    return platform.os is Os.LINUX and platform.architecture in (
        _MUSL if platform.libc is Libc.MUSL else _GLIBC
    )


def toolchain_for(need: Need) -> str | None:
    """Return the toolchain that meets a need of Rust (`stable`, `1.79`), None if none does."""
    ceilings = [int(match["minor"]) for match in _CEILING.finditer(need.versions)]
    if not ceilings:
        return STABLE
    toolchain = f"1.{min(ceilings) - 1}"
    return toolchain if need.met_by(toolchain) else None


def oldest(toolchains: Iterable[str]) -> str:
    """Return the oldest of `toolchains`, "" (none) left out: `stable` is newer than any other."""
    return min(filter(None, toolchains), key=_minor, default="")


def _minor(toolchain: str) -> float:
    return inf if toolchain == STABLE else int(toolchain.partition(".")[2])


def install(toolchain: str) -> str:
    """Return the line of a shell that installs a toolchain."""
    return _INSTALL if toolchain == STABLE else f"{_INSTALL} --default-toolchain {toolchain}"


def change_to(toolchain: str) -> str:
    """Return the line that makes a toolchain the one that is used, where rustup is installed."""
    return "rustup update stable" if toolchain == STABLE else f"rustup default {toolchain}"


def on_windows(needs: Iterable[Need]) -> tuple[str, ...]:
    """Return the lines that install what meets the needs of Rust there, () for none."""
    rust = [need for need in needs if need.dependency == RUST]
    toolchain = oldest(toolchain_for(need) or STABLE for need in rust)
    changed = [change_to(toolchain)] if toolchain not in {"", STABLE} else []
    return (*([WINDOWS] if rust else []), *changed)


def dockerfile(toolchain: str, *, shared: bool = False) -> tuple[str, ...]:
    """Return the lines of a Dockerfile that install it as root, `shared` with other users."""
    if not shared:
        return (f"RUN {install(toolchain)}", 'ENV PATH="/root/.cargo/bin:$PATH"')
    return (
        "ENV RUSTUP_HOME=/usr/local/rustup CARGO_HOME=/usr/local/cargo",
        'ENV PATH="$CARGO_HOME/bin:$PATH"',
        f"RUN {install(toolchain)} --no-modify-path \\",
        '    && chmod -R a+w "$RUSTUP_HOME" "$CARGO_HOME"',
    )
