"""A newer Rust than a distribution has: rustup (https://rust-lang.github.io/rustup/)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.platforms.platform import Architecture, Libc, Os

if TYPE_CHECKING:
    from poetry_arch_check.platforms.platform import Platform

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
INSTALL = "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y"
# For a shell that is open.
ACTIVATE = '. "$HOME/.cargo/env"'
WINDOWS = "winget install Rustlang.Rustup"
UPDATE = "rustup update stable"
UNINSTALL = "rustup self uninstall -y"


def runs_on(platform: Platform) -> bool:
    """Return whether there are toolchains of rustup that run on `platform`, a Linux or a macOS."""
    if platform.os is Os.MACOS:
        return True
    return platform.os is Os.LINUX and platform.architecture in (
        _MUSL if platform.libc is Libc.MUSL else _GLIBC
    )


def dockerfile(*, shared: bool = False) -> tuple[str, ...]:
    """Return the lines of a Dockerfile that install it as root, `shared` with other users."""
    if not shared:
        return (f"RUN {INSTALL}", 'ENV PATH="/root/.cargo/bin:$PATH"')
    return (
        "ENV RUSTUP_HOME=/usr/local/rustup CARGO_HOME=/usr/local/cargo",
        'ENV PATH="$CARGO_HOME/bin:$PATH"',
        f"RUN {INSTALL} --no-modify-path \\",
        '    && chmod -R a+w "$RUSTUP_HOME" "$CARGO_HOME"',
    )
