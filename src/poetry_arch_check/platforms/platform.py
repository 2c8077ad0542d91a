"""A platform: operating system, architecture and C library, without a Python."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum


class Os(Enum):
    """Operating systems that wheels are published for; the value is for people."""

    LINUX = "Linux"
    MACOS = "macOS"
    WINDOWS = "Windows"
    ANDROID = "Android"
    IOS = "iOS"
    PYODIDE = "Pyodide"


class Libc(Enum):
    """C libraries of Linux: PEP 600 (manylinux) and PEP 656 (musllinux)."""

    GLIBC = "glibc"
    MUSL = "musl"


class Architecture(Enum):
    """Processor architectures, named as in Linux platform tags."""

    X86_64 = "x86_64"
    AARCH64 = "aarch64"
    I686 = "i686"
    ARMV7L = "armv7l"
    ARMV6L = "armv6l"
    PPC64LE = "ppc64le"
    PPC64 = "ppc64"
    S390X = "s390x"
    RISCV64 = "riscv64"
    LOONGARCH64 = "loongarch64"
    UNIVERSAL2 = "universal2"
    WASM32 = "wasm32"


Version = tuple[int, int]

MACOS_ARCHITECTURES = {
    Architecture.X86_64: "x86_64",
    Architecture.AARCH64: "arm64",
    Architecture.UNIVERSAL2: "universal2",
}
WINDOWS_TAGS = {
    Architecture.X86_64: "win_amd64",
    Architecture.AARCH64: "win_arm64",
    Architecture.I686: "win32",
}
ANDROID_ABIS = {
    Architecture.AARCH64: "arm64_v8a",
    Architecture.X86_64: "x86_64",
    Architecture.ARMV7L: "armeabi_v7a",
    Architecture.I686: "x86",
}
IOS_ARCHITECTURES = {Architecture.AARCH64: "arm64", Architecture.X86_64: "x86_64"}

# packaging knows glibc wheels for these only (packaging._manylinux._have_compatible_abi).
MANYLINUX_ARCHITECTURES = frozenset(
    {
        Architecture.X86_64,
        Architecture.AARCH64,
        Architecture.I686,
        Architecture.ARMV7L,
        Architecture.PPC64LE,
        Architecture.PPC64,
        Architecture.S390X,
        Architecture.RISCV64,
        Architecture.LOONGARCH64,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """One kind of machine.

    `version` is that of the C library on Linux, of the system on macOS and iOS, the API
    level on Android and the ABI year of Pyodide; Windows wheels have none.
    `assumed` says that the version was not stated.
    """

    os: Os
    architecture: Architecture
    libc: Libc | None = None
    version: Version = (0, 0)
    assumed: bool = False
    sdk: str = ""

    @property
    def tag(self) -> str:
        """The most specific wheel platform tag that this platform takes."""
        major, minor = self.version
        match self.os:
            case Os.LINUX if self.libc is Libc.MUSL:
                return f"musllinux_{major}_{minor}_{self.architecture.value}"
            case Os.LINUX if self.architecture in MANYLINUX_ARCHITECTURES:
                return f"manylinux_{major}_{minor}_{self.architecture.value}"
            case Os.LINUX:
                return f"linux_{self.architecture.value}"
            case Os.MACOS:
                return f"macosx_{major}_{minor}_{MACOS_ARCHITECTURES[self.architecture]}"
            case Os.WINDOWS:
                return WINDOWS_TAGS[self.architecture]
            case Os.ANDROID:
                return f"android_{major}_{ANDROID_ABIS[self.architecture]}"
            case Os.IOS:
                return f"ios_{major}_{minor}_{IOS_ARCHITECTURES[self.architecture]}_{self.sdk}"
            case Os.PYODIDE:
                return f"pyemscripten_{major}_{minor}_wasm32"

    def same_kind(self, other: Platform) -> bool:
        """Return whether the two differ in the version of their C library or system at most."""
        return replace(self, version=other.version, assumed=other.assumed) == other

    @property
    def system(self) -> str:
        """What its wheels are built against, for people: `glibc 2.28`, `macOS 13.0`, `Windows`."""
        match self.os:
            case Os.LINUX if self.libc is not None:
                return f"{self.libc.value} {self.version[0]}.{self.version[1]}"
            case Os.MACOS | Os.IOS:
                return f"{self.os.value} {self.version[0]}.{self.version[1]}"
            case Os.ANDROID | Os.PYODIDE:
                return f"{self.os.value} {self.version[0]}"
            case _:
                return str(self.os.value)
