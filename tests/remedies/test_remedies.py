"""Ways out: only what helps, the cheapest first, with lines that work when pasted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from packaging.markers import Marker

from poetry_arch_check.check.origin import ThisMachine
from poetry_arch_check.check.report import Remedy, RemedyKind
from poetry_arch_check.check.rules import Rules
from poetry_arch_check.formats.sentences import sentence
from poetry_arch_check.remedies import rustup
from poetry_arch_check.remedies.provision import provision_of
from poetry_arch_check.remedies.toolchain_at_once import toolchain_remedies_at_once
from poetry_arch_check.toolchains.distributions import DEBIAN
from poetry_arch_check.toolchains.inventory import Inventory, Tool
from poetry_arch_check.toolchains.package_managers.registry import PACMAN
from poetry_arch_check.toolchains.toolchain import RUST, parse_toolchain
from support.make import ALLOWED, NO_RULES, facts, finding, needs, package, target

if TYPE_CHECKING:
    from poetry_arch_check.check.target import Target

SDIST = "demo-1.0.tar.gz"


def remedies(
    *files: str, on: Target, rules: Rules = NO_RULES, allowed: tuple[int, ...] = ALLOWED
) -> dict[str, Remedy]:
    """Return the remedies for a package with `files` on a target, by kind."""
    found = finding(package(*files), on, rules, allowed).remedies
    order = [list(RemedyKind).index(remedy.kind) for remedy in found]
    assert order == sorted(order)
    return {remedy.kind.value: remedy for remedy in found}


def test_musl_gets_an_image_with_glibc() -> None:
    """The official image of the same Python, with a C library that is new enough."""
    wheel = "demo-1.0-cp311-cp311-manylinux_2_17_x86_64.whl"
    found = remedies(wheel, SDIST, on=target("linux/amd64", image="python:3.11-alpine3.20"))
    assert found["image"].lines == ("FROM python:3.11-slim-bookworm",)
    assert "platform" not in found


def test_an_old_glibc_gets_the_oldest_image_that_is_new_enough() -> None:
    """Bookworm has 2.36, trixie 2.41."""
    wheel = "demo-1.0-cp311-cp311-manylinux_2_{}_aarch64.whl".format
    on = target("manylinux_2_28_aarch64")
    assert remedies(wheel(34), on=on)["image"].lines == ("FROM python:3.11-slim-bookworm",)
    assert remedies(wheel(39), on=on)["image"].lines == ("FROM python:3.11-slim-trixie",)
    assert "image" not in remedies(wheel(44), on=on)


def test_only_images_that_exist_for_the_architecture() -> None:
    """Bookworm's are not built for riscv64 and s390x, trixie's are."""
    for machine in ("riscv64", "s390x"):
        wheel = f"demo-1.0-cp311-cp311-manylinux_2_31_{machine}.whl"
        found = remedies(wheel, on=target(f"linux/{machine}"))["image"]
        assert found.lines == ("FROM python:3.11-slim-trixie",)


def test_no_image_is_offered_where_none_helps() -> None:
    """Another architecture, or a Python that has no official image of that kind."""
    assert "image" not in remedies("demo-1.0-cp311-cp311-win_amd64.whl", on=target())
    free = "demo-1.0-cp313-cp313t-manylinux_2_34_aarch64.whl"
    assert "image" not in remedies(free, on=target(python="3.13t"))


def test_another_python_is_the_nearest_that_is_allowed_and_has_a_wheel() -> None:
    """With the line of the Dockerfile where the image is an official one."""
    wheels = [f"demo-1.0-cp{m}-cp{m}-manylinux_2_17_aarch64.whl" for m in (39, 310, 313, 314)]
    on = target(image="python:3.12-slim-bookworm", python="3.12")
    found = remedies(*wheels, on=on)["python"]
    assert "3.13" in found.text
    assert found.lines == ("FROM python:3.13-slim-bookworm",)
    assert "3.10" in remedies(*wheels, on=on, allowed=(9, 10, 12))["python"].text
    assert "python" not in remedies(*wheels, on=on, allowed=(12,))


def test_the_line_with_another_python_is_an_image_where_the_wheel_fits() -> None:
    """Not one that was never built, nor one with an older C library."""
    wheel = "demo-1.0-cp311-cp311-manylinux_2_28_aarch64.whl"
    for image in (
        "public.ecr.aws/lambda/python:3.12",
        "python:3.12-slim-buster",
        "python:3.12.4-slim-trixie",
    ):
        assert remedies(wheel, on=target(image=image, python="3.12"))["python"].lines == ()


def test_a_free_threaded_python_gets_the_build_with_the_gil() -> None:
    """That is one letter away."""
    found = remedies("demo-1.0-cp313-cp313-manylinux_2_17_aarch64.whl", on=target(python="3.13t"))
    assert "3.13 with the GIL" in found["python"].text


def test_emulation_is_offered_where_amd64_has_a_wheel() -> None:
    """With DOCKER_DEFAULT_PLATFORM; never on amd64, nor outside of containers."""
    wheel = "demo-1.0-cp311-cp311-manylinux_2_17_x86_64.whl"
    lines = remedies(wheel, on=target())["platform"].lines
    assert "export DOCKER_DEFAULT_PLATFORM=linux/amd64" in lines
    assert "platform" not in remedies(wheel, on=target("windows/arm64"))
    newer = "demo-1.0-cp311-cp311-manylinux_2_39_x86_64.whl"
    assert "platform" not in remedies(newer, on=target())


@pytest.mark.parametrize(
    ("image", "python", "line"),
    [
        (
            "python:3.11-slim-bookworm",
            "3.11",
            "apt-get install -y --no-install-recommends gcc libc6-dev \\",
        ),
        ("debian:12", "3.11", "gcc libc6-dev python3-dev"),
        ("ubuntu:24.04", "3.12", "gcc libc6-dev python3-dev"),
        ("python:3.11-alpine3.20", "3.11", "RUN apk add --no-cache gcc musl-dev"),
        ("fedora:44", "3.14", "RUN dnf install -y gcc python3-devel"),
        (
            "registry.access.redhat.com/ubi9/ubi-minimal",
            "3.9",
            "RUN microdnf install -y gcc python3-devel",
        ),
        ("public.ecr.aws/lambda/python:3.11", "3.11", "RUN yum install -y gcc"),
        (
            "photon:5.0",
            "3.11",
            "RUN tdnf install -y gcc glibc-devel linux-api-headers binutils python3-devel",
        ),
        ("opensuse/leap:15.6", "3.11", "RUN zypper install -y gcc python311-devel"),
        ("opensuse/tumbleweed", "3.13", "RUN zypper install -y gcc python3-devel"),
    ],
)
def test_a_toolchain_in_the_words_of_the_distribution(image: str, python: str, line: str) -> None:
    """A distribution's own Python needs its headers too, an image's own has them."""
    found = remedies(SDIST, on=target(image=image, python=python))["toolchain"]
    assert line in "\n".join(found.lines)
    assert "--toolchain c" in found.text


@pytest.mark.parametrize(
    ("image", "python", "named"),
    [
        ("dhi.io/python:3.12-debian13", "3.12", "install a C compiler there."),
        (
            "gcr.io/distroless/python3-debian12",
            "3.11",
            "install a C compiler and the headers of Python 3.11 there.",
        ),
    ],
)
def test_no_lines_where_nothing_can_be_installed(image: str, python: str, named: str) -> None:
    """There is no package manager in the image: another one has to build."""
    found = remedies(SDIST, on=target(image=image, python=python))["toolchain"]
    assert found.lines == ()
    assert found.text == f"Nothing can be installed in {image}: build on another image, and {named}"


def test_what_has_no_package_name_is_named_all_the_same() -> None:
    """A library we do not know is not left out."""
    rules = Rules(requires={"demo": needs("c", "libfoo")})
    found = remedies(SDIST, on=target(image="debian:12"), rules=rules)["toolchain"]
    assert "libfoo" in found.text
    assert "(gcc, libc6-dev and python3-dev; find the packages of libfoo)" in found.text
    # What would be pasted would not be enough.
    assert found.lines == ()
    on = target(image="debian:12", toolchain=parse_toolchain(["c"]))
    found = remedies(SDIST, on=on, rules=rules)["toolchain"]
    assert found.lines == ()
    # The option replaces what is declared: it has to say both.
    assert "--toolchain c,libfoo" in found.text


def test_headers_are_those_of_the_targets_python() -> None:
    """Not of the distribution's default, where the two differ."""
    on = target(image="ubuntu:22.04", python="3.12")
    assert "python3.12-dev" in "\n".join(remedies(SDIST, on=on)["toolchain"].lines)


def test_images_that_do_not_run_as_root_have_to_be_told() -> None:
    """Red Hat's python images."""
    on = target(image="registry.access.redhat.com/ubi9/python-312-minimal", python="3.12")
    lines = remedies(SDIST, on=on)["toolchain"].lines
    assert lines == ("USER 0", "RUN microdnf install -y gcc python3.12-devel")


def test_the_environment_at_hand_gets_lines_for_a_shell() -> None:
    """It has no Dockerfile."""
    found = finding(package(SDIST), replace(target(), current=True)).remedies
    assert [remedy.lines for remedy in found] == [
        ("sudo apt-get install gcc libc6-dev",),
        ("sudo dnf install gcc",),
    ]


def test_no_marker_where_only_the_system_is_too_old() -> None:
    """The package is published for this machine."""
    assert "marker" not in remedies(
        "demo-1.0-cp311-cp311-macosx_14_0_universal2.whl", on=target("macos/arm64")
    )


@pytest.mark.parametrize(
    ("name", "word"), [("macos/arm64", "xcode-select"), ("windows/amd64", "winget")]
)
def test_other_systems_have_their_own_tools(name: str, word: str) -> None:
    """Xcode's on macOS, Microsoft's on Windows."""
    assert word in remedies(SDIST, on=target(name))["toolchain"].lines[0]


@pytest.mark.parametrize(
    ("wheels", "name", "inside", "outside"),
    [
        (["win_amd64", "win32"], "linux/amd64", "win32", "linux"),
        (["macosx_10_9_x86_64", "win_amd64"], "linux/amd64", "darwin", "linux"),
    ],
)
def test_a_package_for_other_systems_gets_a_marker(
    wheels: list[str], name: str, inside: str, outside: str
) -> None:
    """The marker holds where the package is published, and not here."""
    found = remedies(*(f"demo-1.0-cp311-cp311-{w}.whl" for w in wheels), on=target(name))["marker"]
    (text,) = found.lines
    assert Marker(text).evaluate({"sys_platform": inside})
    assert not Marker(text).evaluate({"sys_platform": outside})


def test_a_package_for_another_architecture_gets_a_marker() -> None:
    """As mkl: published for amd64 only, on every system."""
    wheels = [f"demo-1.0-py2.py3-none-{w}.whl" for w in ("manylinux1_x86_64", "win_amd64")]
    (text,) = remedies(*wheels, on=target())["marker"].lines
    assert not Marker(text).evaluate({"platform_machine": "aarch64"})
    assert Marker(text).evaluate({"platform_machine": "x86_64"})


def test_no_marker_for_what_could_be_built() -> None:
    """A marker is for what exists for one platform only."""
    assert "marker" not in remedies("demo-1.0-cp311-cp311-win_amd64.whl", SDIST, on=target())


def test_all_at_once() -> None:
    """One line for all problems; what only the build takes goes again, also headers."""
    for image, lines in {
        "python:3.11-slim-bookworm": (
            "RUN apt-get update \\",
            "    && apt-get install -y --no-install-recommends gcc libc6-dev libsasl2-dev"
            " libpq-dev libldap-dev libsasl2-2 libpq5 libldap-2.5-0 \\",
            "    && poetry install --no-interaction \\",
            "    && apt-get purge -y --auto-remove gcc libsasl2-dev libpq-dev libldap-dev \\",
            "    && rm -rf /var/lib/apt/lists/*",
        ),
        "python:3.11-alpine3.20": (
            "RUN apk add --no-cache libsasl libpq libldap \\",
            "    && apk add --no-cache --virtual .build-deps gcc musl-dev linux-headers"
            " cyrus-sasl-dev libpq-dev openldap-dev \\",
            "    && poetry install --no-interaction \\",
            "    && apk del .build-deps",
        ),
        "fedora:41": (
            "RUN dnf install -y gcc cyrus-sasl-devel libpq-devel openldap-devel python3.11-devel"
            " libpq \\",
            "    && poetry install --no-interaction \\",
            "    && dnf remove -y gcc python3.11-devel libpq-devel \\",
            "    && dnf clean all",
        ),
    }.items():
        on = target("linux/arm64", image=image)
        findings = [
            finding(package(f"{name}-{version}.tar.gz", name=name, version=version), on)
            for name, version in (("psycopg2", "2.9.9"), ("python-ldap", "3.4.4"))
        ]
        (remedy,) = toolchain_remedies_at_once(findings, on, facts((*findings,), on))
        assert remedy.lines == lines
        assert "everything that 2 packages lack" in remedy.text
        assert 'toolchain=["c","cyrus-sasl","libpq","openldap"]' in remedy.text
    assert toolchain_remedies_at_once([], on, facts((), on)) == ()


def test_what_a_compiler_leaves_behind_is_needed_to_run() -> None:
    """Its run-time libraries would be removed along with it, unless they are asked for."""
    for image, installed, removed in (
        ("debian:12", "libgfortran5", "apt-get purge -y --auto-remove gfortran"),
        (
            "python:3.11-alpine3.20",
            "apk add --no-cache libgfortran libgomp \\",
            "build-deps gfortran",
        ),
        ("fedora:41", "libgfortran", "dnf remove -y gcc-gfortran"),
    ):
        on = target("linux/arm64", image=image)
        rules = Rules(requires={"demo": needs("fortran")})
        found = finding(package("demo-1.0.tar.gz"), on, rules)
        (remedy,) = toolchain_remedies_at_once([found], on, facts((found,), on, rules))
        assert any(installed in line for line in remedy.lines), remedy.lines
        (going,) = (line for line in remedy.lines if removed in line)
        assert installed not in going


def test_macos_and_arch_linux() -> None:
    """Compilers come with macOS's own tools; a package that nobody has is said so."""
    locked = package("python-ldap-3.4.4.tar.gz", name="python-ldap", version="3.4.4")
    found = finding(locked, target("macos/arm64")).remedies
    (remedy,) = (each for each in found if each.kind is RemedyKind.TOOLCHAIN)
    assert "(openldap; find the packages of Cyrus SASL)" in remedy.text
    # Lines that leave something out end in a build that fails.
    assert remedy.lines == ()
    provision = provision_of(needs("c"), PACMAN, target(), headers=None)
    arch = PACMAN.lines.shell(provision.packages, root=False)
    assert arch == ("sudo pacman -S --needed gcc",)


def test_a_newer_rust_than_the_release_has() -> None:
    """From rustup, with what that takes; on a release that has it, its own package."""
    rules = Rules(requires={"demo": needs("rust>=1.65", "openssl")})
    on = target(image="python:3.11-slim-bookworm")
    found = finding(package(SDIST), on, rules)
    assert "rustc 1.65 or newer and OpenSSL" in sentence(found, on)
    assert sentence(found, on).endswith("; Debian 12 has rustc 1.63.0.")
    (remedy,) = (each for each in found.remedies if each.kind is RemedyKind.TOOLCHAIN)
    assert remedy.lines == (
        "RUN apt-get update \\",
        "    && apt-get install -y --no-install-recommends"
        " ca-certificates curl gcc libc6-dev libssl-dev \\",
        "    && rm -rf /var/lib/apt/lists/*",
        f"RUN {rustup.install(rustup.STABLE)}",
        'ENV PATH="/root/.cargo/bin:$PATH"',
    )
    assert "--toolchain rust,openssl" in remedy.text
    (at_once,) = toolchain_remedies_at_once([found], on, facts((found,), on, rules))
    joined = "\n".join(at_once.lines)
    steps = [
        rustup.install(rustup.STABLE),
        rustup.ACTIVATE,
        "poetry install",
        rustup.UNINSTALL,
        "purge",
    ]
    assert [joined.index(step) for step in steps] == sorted(joined.index(step) for step in steps)
    newer = target(image="python:3.11-slim-trixie")
    assert "rustc cargo" in "\n".join(remedies(SDIST, on=newer, rules=rules)["toolchain"].lines)


def test_an_older_rust_than_the_release_has() -> None:
    """A toolchain of rustup, where the release has a newer one, and where rustup has it already."""
    rules = Rules(requires={"demo": needs("rust>=1.56,<1.73")})
    on = target(image="python:3.12-slim-trixie")
    found = finding(package(SDIST), on, rules)
    assert "takes rustc 1.56 or newer, older than 1.73" in sentence(found, on)
    assert "Debian 13 has rustc 1.85.1" in sentence(found, on)
    (remedy,) = (each for each in found.remedies if each.kind is RemedyKind.TOOLCHAIN)
    assert f"RUN {rustup.install('1.72')}" in remedy.lines
    assert "--default-toolchain 1.72" in rustup.install("1.72")
    older = target(image="python:3.12-slim-bookworm")
    assert "rustc cargo" in "\n".join(remedies(SDIST, on=older, rules=rules)["toolchain"].lines)
    assert rustup.toolchain_for(needs("rust>=1.80,<1.73")[0]) is None
    windows = target("windows/amd64")
    lines = remedies(SDIST, on=windows, rules=rules)["toolchain"].lines
    assert lines[-2:] == (rustup.WINDOWS, "rustup default 1.72")


def test_rustup_does_not_run_everywhere() -> None:
    """Where it has no toolchain, none of its lines is printed."""
    rules = Rules(requires={"demo": needs("rust>=9")})
    for name, there in (("alpine/arm64", True), ("musllinux_1_2_armv7l", False)):
        on = target(name, image="python:3.11-alpine3.20")
        found = remedies(SDIST, on=on, rules=rules)["toolchain"]
        assert (f"RUN {rustup.install(rustup.STABLE)}" in found.lines) is there, name


@pytest.mark.parametrize(
    ("need", "image", "said"),
    [
        ("librdkafka>=1.9", "python:3.11-slim-bullseye", "Debian 11 has librdkafka 1.6.0"),
        ("girepository", "python:3.11-slim-bookworm", "Debian 12 has no girepository"),
    ],
)
def test_what_a_release_cannot_meet_is_no_line(need: str, image: str, said: str) -> None:
    """It is said what there is; a line that does not suffice is not printed."""
    on = target(image=image)
    rules = Rules(requires={"demo": needs("c", need)})
    found = finding(package(SDIST), on, rules)
    assert said in sentence(found, on)
    (remedy,) = (each for each in found.remedies if each.kind is RemedyKind.TOOLCHAIN)
    assert f"from elsewhere ({said})" in remedy.text
    assert remedy.lines == ()
    assert toolchain_remedies_at_once([found], on, facts((found,), on, rules)) == ()


def test_an_offer_that_is_too_old_is_named() -> None:
    """Of an image, as it is declared, or as it was found on this machine."""
    rules = Rules(requires={"demo": needs("c>=13", "rust>=1.65")})
    on = target(image="python:3.11-bookworm", toolchain=parse_toolchain(["c==12.2.0", "rust"]))
    found = finding(package(SDIST), on, rules)
    assert found.missing == needs("c>=13")
    assert "gcc 13 or newer" in sentence(found, on)
    assert "Debian 12 has gcc 12.2.0" in sentence(found, on)
    declared = target(toolchain=parse_toolchain(["c", "rust==1.60"]))
    found = finding(package(SDIST), declared, rules)
    assert sentence(found, declared).endswith("; the target declares rustc 1.60.")


@pytest.mark.parametrize("path", ["/root/.cargo/bin/rustc", "/usr/bin/rustc"])
def test_an_old_rust_on_this_machine(path: str) -> None:
    """Rustup's is updated; where it is the distribution's, rustup is installed."""
    inventory = Inventory(
        minor=11,
        root=True,
        headers="/usr/include/Python.h",
        distribution=DEBIAN[-2],
        tools=(Tool(dependency=RUST, path=path, version="1.60.0"),),
    )
    on = replace(
        target(),
        current=True,
        origin=ThisMachine(inventory=inventory),
        toolchain=inventory.toolchain,
    )
    found = finding(package(SDIST), on, Rules(requires={"demo": needs("rust>=1.65")}))
    assert "rustc here is 1.60.0" in sentence(found, on)
    (remedy,) = found.remedies
    if ".cargo" in path:
        assert remedy.lines == (rustup.change_to(rustup.STABLE),)
    else:
        assert remedy.lines[1:] == (rustup.install(rustup.STABLE), rustup.ACTIVATE)
        assert remedy.lines[0].startswith("apt-get update && apt-get install -y ca-certificates")


def test_what_has_to_come_first() -> None:
    """Where packages are in a repository that is not enabled, enabling it is a line."""
    rules = Rules(requires={"demo": needs("hdf5")})
    on = target(image="rockylinux:9", python="3.9")
    assert "dnf install -y epel-release" in "\n".join(
        remedies(SDIST, on=on, rules=rules)["toolchain"].lines
    )


def test_what_was_not_looked_for_is_installed_as_well() -> None:
    """On the machine at hand, libraries are not looked for; a compiler alone would not do."""
    inventory = Inventory(minor=11, packaged=True, root=True, distribution=DEBIAN[-2])
    on = replace(
        target(),
        current=True,
        origin=ThisMachine(inventory=inventory),
        toolchain=inventory.toolchain,
    )
    locked = package("psycopg2-2.9.9.tar.gz", name="psycopg2", version="2.9.9")
    found = finding(locked, on).remedies
    (remedy,) = (each for each in found if each.kind is RemedyKind.TOOLCHAIN)
    assert "libpq) (not looked for)" in remedy.text
    assert remedy.lines == (
        "apt-get update && apt-get install -y gcc libc6-dev libpq-dev python3-dev",
    )
