"""Single commands: what they install, remove or choose."""

from __future__ import annotations

import pytest

from poetry_arch_check.dockerfile.commands.packages import Action, Change, package_change
from poetry_arch_check.dockerfile.commands.pip import of_pip
from poetry_arch_check.dockerfile.commands.poetry import poetry_command
from poetry_arch_check.dockerfile.commands.tools import installed_tools, python_of
from poetry_arch_check.dockerfile.commands.unread import unread_script
from poetry_arch_check.dockerfile.shell.command import Command
from poetry_arch_check.dockerfile.shell.wrappers import unwrapped
from poetry_arch_check.toolchains.package_managers.registry import (
    APK,
    APT,
    DNF,
    MICRODNF,
    PACMAN,
    TDNF,
    YUM,
    ZYPPER,
)
from poetry_arch_check.toolchains.toolchain import CMAKE, CXX, NINJA, RUST, C


def words(line: str) -> tuple[str | None, ...]:
    """Return the words of `line`; `?` stands for one that is not known."""
    return tuple(None if word == "?" else word for word in line.split())


def command(line: str, before: str | None = None) -> Command:
    """Return the command in `line`, which may read what `before` prints."""
    return Command(
        words=words(line),
        values={},
        certain=True,
        start=0,
        before=command(before) if before else None,
    )


def install(manager: object, *packages: str, **more: object) -> dict[str, object]:
    """Return the fields of a change that installs."""
    return {"manager": manager, "action": Action.INSTALL, "packages": packages, **more}


def remove(manager: object, *packages: str, **more: object) -> dict[str, object]:
    """Return the fields of a change that removes."""
    return {"manager": manager, "action": Action.REMOVE, "packages": packages, **more}


CHANGES = {
    "apt-get install -y gcc=4:12.2 libpq-dev/stable g++:arm64": install(
        APT, "gcc", "libpq-dev", "g++", recommends=True
    ),
    "/usr/bin/apt install --no-install-recommends Gcc ./x.deb perl-": install(
        APT, "gcc", recommends=False
    ),
    "apt-get -o APT::Install-Recommends=0 install gcc": install(APT, "gcc", recommends=False),
    "apt-get -oAPT::Install-Recommends=false install gcc": install(APT, "gcc", recommends=False),
    "apt-get install -t bookworm-backports gcc ?": install(APT, "gcc", unknown=True),
    "apt-get build-dep psycopg2": install(APT, unknown=True),
    "apt-get purge -y --auto-remove gcc": remove(APT, "gcc", automatic=True),
    "apt-get remove gcc": remove(APT, "gcc", automatic=False),
    "apt-get autoremove": remove(APT, automatic=True),
    "apk add --no-cache --virtual .build gcc>12 musl-dev~1 !x": install(
        APK, "gcc", "musl-dev", group=".build"
    ),
    "apk -X repository add -t.build gcc@edge": install(APK, "gcc", group=".build"),
    "apk del .build": remove(APK, ".build", automatic=True),
    "dnf -y group install development": install(DNF, "@development"),
    "dnf groupinstall ?": install(DNF, unknown=True),
    "tdnf in gcc": install(TDNF, "gcc"),
    "microdnf --enablerepo x install gcc": install(MICRODNF, "gcc"),
    "yum erase gcc": remove(YUM, "gcc", automatic=True),
    "zypper -n install -t pattern devel_basis": install(ZYPPER, "@devel_basis"),
    "pacman -Sy --noconfirm gcc make": install(PACMAN, "gcc", "make"),
    "pacman -Rs gcc": remove(PACMAN, "gcc", automatic=True),
}


@pytest.mark.parametrize("line", CHANGES)
def test_package_managers(line: str) -> None:
    """What each is told to do; the rest is what the command line does not say."""
    change = package_change(words(line))
    assert isinstance(change, Change)
    assert {name: getattr(change, name) for name in CHANGES[line]} == CHANGES[line]
    assert change.unknown is bool(CHANGES[line].get("unknown"))
    assert change.group == CHANGES[line].get("group", "")


@pytest.mark.parametrize(
    "line",
    [
        "apt-get update",
        "apk update",
        "dnf search gcc",
        "pacman -Ss gcc",
        "brew install x",
        "apt-get",
        "?",
        "gcc",
    ],
)
def test_what_changes_no_packages(line: str) -> None:
    """Other verbs, other commands, and Homebrew, which no image has."""
    assert package_change(words(line)) is None


@pytest.mark.parametrize(
    ("line", "tools"),
    [
        ("pip install -q cmake>=3.20 Ninja", (CMAKE, NINJA)),
        ("python3 -m pip install -c cmake.txt -r ninja ninja", (NINJA,)),
        ("pipx install cmake==3.30", (CMAKE,)),
        ("/root/.local/bin/uv pip install cmake", (CMAKE,)),
        ("pip download cmake", ()),
        ("conda install -y -n gcc -c conda-forge conda-forge::gxx=12", (CXX,)),
        ("micromamba -n base create gcc_linux-64", (C,)),
        ("conda install pip gcc", (C,)),
        ("conda list gcc", ()),
        ("rustup toolchain install stable", (RUST,)),
        ("rustup -q default stable", (RUST,)),
        ("rustup show", ()),
        ("sh -x /root/rustup.sh -y", (RUST,)),
        ("/root/rustup-init -y", (RUST,)),
    ],
)
def test_tools(line: str, tools: tuple[str, ...]) -> None:
    """The values of options are none of what is installed."""
    assert installed_tools(command(line)) == tools


def test_rustup_by_a_pipe() -> None:
    """What is fetched says what the shell runs."""
    assert installed_tools(command("sh -s -- -y", "curl https://sh.rustup.rs")) == (RUST,)
    assert unread_script(command("sh -s -- -y", "curl https://sh.rustup.rs")) is None
    assert unread_script(command("sh -", "curl https://example.org")) == "what curl fetches"


@pytest.mark.parametrize(
    ("line", "python"),
    [
        ("uv python install --default 3.12.4", "3.12.4"),
        ("uv venv --python=3.11 /opt/venv", "3.11"),
        ("/root/.local/bin/uv -q venv -p 3.11", "3.11"),
        ("uv venv /opt/3.12", None),
        ("uv sync", None),
        ("pyenv install -v 3.10.1", "3.10.1"),
        ("pyenv versions", None),
        ("conda create -n python=3.9 python=3.12 gcc", "3.12"),
        ("python3 -m venv /opt/venv", None),
    ],
)
def test_pythons(line: str, python: str | None) -> None:
    """The one that Poetry uses from there on."""
    assert python_of(command(line)) == python


@pytest.mark.parametrize(
    ("line", "called"),
    [
        ("poetry -C app -q install --no-root", ("install", "-C app -q --no-root")),
        ("python3.12 -m poetry run pip install -r x", ("run", "pip install -r x")),
        ("pipx run --spec poetry==1.8 poetry export", ("export", "")),
        ("/usr/local/bin/uvx --from x poetry@1.8 install", ("install", "")),
        ("uv tool run --with x poetry install", ("install", "")),
        ("poetry ? install", ("", "install")),
        ("poetry --version", None),
        ("uvx ruff poetry", None),
        ("pip install poetry", None),
    ],
)
def test_poetry(line: str, called: tuple[str, str] | None) -> None:
    """However it is called; options before the command are its own, too."""
    found = poetry_command(words(line))
    assert found == (called and (called[0], words(called[1])))


def test_options_of_pip_before_its_command() -> None:
    """They may have values, and words that are not known may be options."""
    for line in ("pip --cache-dir /x install -r req.txt", "pip ? install -rreq.txt"):
        found = of_pip(words(line))
        assert found is not None
        assert found.files == ("req.txt",)
    assert of_pip(words("pip install --no-index -r req.txt")) is None


@pytest.mark.parametrize(
    ("line", "called"),
    [
        ("sudo -u app -E A=b poetry install", "poetry install"),
        ("env - A=b -u X poetry install", "poetry install"),
        ("timeout -s KILL 30 nice -n5 poetry install", "poetry install"),
        ("conda run -n base --no-capture-output poetry install", "poetry install"),
        ("xargs -n 1 apt-get install {}.txt", "apt-get install ? ?"),
        ("command -v poetry", "command -v poetry"),
        ("sudo", "sudo"),
        ("exec ? -x", "? -x"),
    ],
)
def test_wrappers(line: str, called: str) -> None:
    """The command that is called in the end has its own options."""
    assert unwrapped(words(line)) == words(called)


def test_a_script_behind_options() -> None:
    """A shell's script is its first argument."""
    assert unread_script(command("bash -e - build.sh -x")) == "build.sh"
    assert unread_script(command("bash -e")) is None
