"""Compilers, tools and libraries from elsewhere: archives, images, sources that are built."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.shell.command_line import read
from poetry_arch_check.toolchains.libraries import library
from poetry_arch_check.toolchains.toolchain import (
    CMAKE,
    CXX,
    FORTRAN,
    GO,
    JDK,
    NINJA,
    RUST,
    C,
    generic_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from poetry_arch_check.dockerfile.shell.command import Command

_VERSION = r"(?P<version>\d+(?:\.\d+)*)"
# Archives with programs that run where they are unpacked, by their address.
_ARCHIVES = (
    (re.compile(rf"(?:go\.dev|golang\.org|google(?:apis)?\.com)/.*\bgo{_VERSION}\.linux-"), GO),
    (re.compile(rf"(?:Kitware/CMake/releases|cmake\.org/files)/.*\bcmake-{_VERSION}-linux"), CMAKE),
    (re.compile(rf"ninja-build/ninja/releases/download/v{_VERSION}/ninja-linux"), NINJA),
    (re.compile(rf"static\.rust-lang\.org/dist/(?:.*/)?rust-{_VERSION}"), RUST),
    (re.compile(r"adoptium\.net/|/temurin\d+-binaries/|download\.java\.net/java/"), JDK),
)
# Official images of compilers: what they bring, and a folder that has it.
_IMAGES: Mapping[str, tuple[tuple[str, ...], re.Pattern[str]]] = {
    "golang": ((GO,), re.compile(r"/usr/local(?:/go)?")),
    "gcc": ((C, CXX, FORTRAN), re.compile(r"/usr/local")),
    "eclipse-temurin": ((JDK,), re.compile(r"/opt/java(?:/openjdk)?")),
    "amazoncorretto": ((JDK,), re.compile(r"/usr/lib/jvm(?:/\S+)?")),
    "openjdk": ((JDK,), re.compile(r"/usr(?:/local)?(?:/lib/jvm|/openjdk-\d+|/java/\S+)?")),
}
# `ta-lib-0.4.0-src.tar.gz`, `librdkafka.git`, `v2.3.0.tar.gz` of a repository.
_SOURCES = re.compile(r"(?:lib)?(?P<name>[a-z][a-z0-9+]*?(?:-[a-z][a-z0-9+]*?)*)(?:[-_.]v?\d.*)?")
_OF_REPOSITORY = re.compile(
    r"(?:github|gitlab)\.com/[^/]+/(?P<name>[^/]+?)(?:\.git)?(?:/(?:archive|releases|-/archive)/|/?$)"
)
_BASENAME = re.compile(
    r"(?P<name>[^/?#]+?)(?:\.git|-src)?(?:\.(?:tar\.\w+|tgz|zip|deb|rpm))?(?:[?#].*)?"
)
# Longer addresses do not occur, and each pattern would look at all of them.
_MAX_LENGTH = 300
_PACKAGES = (".deb", ".rpm")
_BUILDERS = frozenset({"make", "gmake", "ninja"})


def fetched_tool(words: Iterable[str | None]) -> tuple[str, str] | None:
    """Return the tool in an archive that one of `words` is the address of, with its version."""
    for word in words:
        if not word or "://" not in word or len(word) > _MAX_LENGTH:
            continue
        for pattern, tool in _ARCHIVES:
            if found := pattern.search(word):
                return tool, found.groupdict().get("version") or ""
    return None


def tools_of_image(reference: str, path: str) -> dict[str, str]:
    """Return the tools that `path` of an official image of a compiler has, with their versions."""
    name, _, tag = reference.partition("@")[0].rpartition("/")[2].partition(":")
    if name not in _IMAGES:
        return {}
    tools, folder = _IMAGES[name]
    # `golang:1` is the newest.
    version = re.match(r"(?!1(?:-|$))\d+(?:\.\d+)*", tag)
    good = path in {"", "/"} or folder.fullmatch(path)
    return dict.fromkeys(tools, version[0] if version else "") if good else {}


def libraries_in(words: Iterable[str | None]) -> frozenset[str]:
    """Return the libraries whose sources, or packages, one of `words` is the address of."""
    found = set()
    for word in words:
        if not word or len(word) > _MAX_LENGTH or not ("://" in word or word.endswith(_PACKAGES)):
            continue
        name = word.rstrip("/").rpartition("/")[2]
        repository, base = _OF_REPOSITORY.search(word), _BASENAME.fullmatch(name)
        names = [match["name"].lower() for match in (repository, base) if match]
        names = [name.partition("_")[0] if word.endswith(".deb") else name for name in names]
        for name in names:
            source = _SOURCES.fullmatch(name)
            for each in (name, *((source["name"], f"lib{source['name']}") if source else ())):
                dependency = generic_name(each)
                if library(dependency):
                    found.add(dependency)
                    break
    return frozenset(found)


def installs_built(command: Command) -> bool:
    """Return whether `command` installs what has been built from sources."""
    line = read(command.words[1:])
    if command.name in _BUILDERS:
        return "install" in line.words
    match command.name, line.words:
        case ("meson", ("install", *_)) | (("python" | "python3"), ("waf", "install", *_)):
            return True
        case "cmake", words:
            built = "--build" in line.names and "install" in words
            return built or "--install" in line.names
        case _:
            return False
