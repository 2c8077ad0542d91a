"""Variables of a build: ARG and ENV, and what BuildKit and commands call a platform."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.shell.quoting import WORD
from poetry_arch_check.dockerfile.shell.words import expanded
from poetry_arch_check.platforms.platform import Architecture, Os

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poetry_arch_check.dockerfile.shell.budget import Budget
    from poetry_arch_check.dockerfile.shell.words import Value
    from poetry_arch_check.platforms.platform import Platform

# The names of an architecture: those of `uname -m`, Debian's dpkg, Alpine's apk, and BuildKit.
_NAMES: Mapping[Architecture, tuple[str, str, str, str]] = {
    Architecture.X86_64: ("x86_64", "amd64", "x86_64", "amd64"),
    Architecture.AARCH64: ("aarch64", "arm64", "aarch64", "arm64"),
    Architecture.I686: ("i686", "i386", "x86", "386"),
    Architecture.ARMV7L: ("armv7l", "armhf", "armv7", "arm"),
    Architecture.ARMV6L: ("armv6l", "armel", "armhf", "arm"),
    Architecture.PPC64LE: ("ppc64le", "ppc64el", "ppc64le", "ppc64le"),
    Architecture.S390X: ("s390x", "s390x", "s390x", "s390x"),
    Architecture.RISCV64: ("riscv64", "riscv64", "riscv64", "riscv64"),
    Architecture.LOONGARCH64: ("loongarch64", "loong64", "loongarch64", "loong64"),
}
_WORDS = re.compile(rf"{WORD}+", re.DOTALL)
_ASSIGNMENT = re.compile(r"(?P<name>[A-Za-z_]\w*)(?:=(?P<value>.*))?", re.DOTALL | re.ASCII)
_VARIANTS = {Architecture.ARMV7L: "v7", Architecture.ARMV6L: "v6"}


def platform_values(prefix: str, platform: Platform) -> dict[str, Value]:
    """Return BuildKit's variables for a platform: `prefix` and PLATFORM, OS, ARCH, VARIANT."""
    system = "windows" if platform.os is Os.WINDOWS else "linux"
    names = _NAMES.get(platform.architecture)
    architecture = names[3] if names else platform.architecture.value
    variant = _VARIANTS.get(platform.architecture, "")
    return {
        f"{prefix}PLATFORM": "/".join(filter(None, (system, architecture, variant))),
        f"{prefix}OS": system,
        f"{prefix}ARCH": architecture,
        f"{prefix}VARIANT": variant,
    }


def printed_on(platform: Platform) -> dict[tuple[str, ...], str]:
    """Return the outputs of commands that print the architecture."""
    names = _NAMES.get(platform.architecture)
    if names is None:
        return {}
    machine, dpkg, apk, _ = names
    return {
        ("uname", "-m"): machine,
        ("uname", "-p"): machine,
        ("uname", "-i"): machine,
        ("arch",): machine,
        ("uname",): "Linux",
        ("uname", "-s"): "Linux",
        ("dpkg", "--print-architecture"): dpkg,
        ("apk", "--print-arch"): apk,
    }


class Arguments:
    """The arguments of a build: `given` are those of `--build-arg`, `predefined` BuildKit's.

    `values` are what an ARG before the first FROM sees.
    """

    def __init__(self, given: Mapping[str, str], predefined: Mapping[str, Value]) -> None:
        self._given = given
        self._declared: set[str] = set()
        self.values: dict[str, Value] = dict(predefined)

    def declare(
        self, text: str, values: dict[str, Value], outer: Mapping[str, Value], budget: Budget
    ) -> None:
        """Set what `ARG text` declares in `values`; without a default, `outer` may have it.

        Raises WordError for an unterminated quote, LimitError if it costs more than the `budget`.
        """
        for word in _WORDS.findall(text):
            if (match := _ASSIGNMENT.fullmatch(word)) is None:
                continue
            name, default = match["name"], match["value"]
            self._declared.add(name)
            if name in self._given:
                values[name] = self._given[name]
            elif default is not None:
                values[name] = expanded(default, values, budget=budget)
            elif name in outer:
                values[name] = outer[name]
            else:
                values.setdefault(name, "")

    def undeclared(self) -> tuple[str, ...]:
        """Return the given arguments that no ARG declares."""
        return tuple(name for name in self._given if name not in self._declared)


def set_environment(text: str, values: dict[str, Value], budget: Budget) -> None:
    """Set what `ENV text` sets.

    Raises WordError for an unterminated quote, LimitError if it costs more than the `budget`.
    """
    words = _WORDS.findall(text)
    if words and "=" not in words[0]:
        name, *rest = text.split(None, 1)
        values[name] = expanded("".join(rest), values, budget=budget)
        return
    assignments = (word.partition("=") for word in words)
    # The values of one instruction do not see each other.
    values |= {
        name.strip("\"'"): expanded(value, values, budget=budget)
        for name, equals, value in assignments
        if equals
    }
