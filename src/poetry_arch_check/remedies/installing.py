"""What is installed, as a change, in words and in lines to paste."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.check.change import InstalledPackages
from poetry_arch_check.platforms.platform import Os
from poetry_arch_check.remedies import rustup
from poetry_arch_check.strings import listed
from poetry_arch_check.toolchains.libraries import label_of
from poetry_arch_check.toolchains.toolchain import RUST

if TYPE_CHECKING:
    from collections.abc import Iterable

    from poetry_arch_check.check.target import Target
    from poetry_arch_check.dockerfile import Destination, InstallStep
    from poetry_arch_check.remedies.provision import Provision
    from poetry_arch_check.toolchains.need import Need
    from poetry_arch_check.toolchains.package_managers.manager import Manager


def change_of(
    provision: Provision,
    manager: Manager,
    apart: Iterable[str] = (),
    *,
    headers: bool = False,
) -> InstalledPackages:
    """Return what there is once `provision` is installed, and what comes `apart` from it."""
    elsewhere = (need.dependency for need in (*provision.unknown, *provision.unmet))
    rust = (RUST,) if provision.rustup else ()
    return InstalledPackages(
        manager=manager.command,
        packages=provision.packages,
        others=tuple(dict.fromkeys((*sorted(apart), *rust, *elsewhere))),
        headers=headers,
    )


def to_find(unknown: tuple[Need, ...], packages: tuple[str, ...] = ()) -> str:
    """Return what is said of those whose packages are not known, beside `packages`; "" for none."""
    if not unknown:
        return ""
    others = f"{listed(packages)}; " if packages else ""
    return f" ({others}find the packages of {listed(map(label_of, unknown))})"


def lines_in(
    place: InstallStep | Destination, provision: Provision, manager: Manager, *, moved: bool = False
) -> tuple[str, ...]:
    """Return the lines of a Dockerfile that install it as root, and go back to who was there.

    `moved` says that another image is to be there, whose user is root.
    """
    image_user = place.image.user and not place.user and not moved
    user = place.user or (place.image.own_user if image_user else "")
    lines = dockerfile_lines(provision, manager, shared=bool(user))
    if not user:
        return lines
    return ("USER root", *lines, user if user.startswith("USER ") else f"USER {user}")


def install_lines(provision: Provision, manager: Manager, target: Target) -> tuple[str, ...]:
    """Return the lines that install it on `target`: of a Dockerfile, or of a shell there."""
    if target.step:
        return lines_in(target.step, provision, manager)
    if not target.current and target.platform.os is Os.LINUX:
        return (*user_line(target), *dockerfile_lines(provision, manager))
    root = target.inventory is not None and target.inventory.root
    packages = provision.packages
    return (
        *(manager.lines.shell(packages, root=root, first=provision.first) if packages else ()),
        *manager.environment(provision.libraries),
        *((rustup.install(provision.rustup), rustup.ACTIVATE) if provision.rustup else ()),
    )


def dockerfile_lines(
    provision: Provision, manager: Manager, *, shared: bool = False
) -> tuple[str, ...]:
    """Return the lines of a Dockerfile that install it, Rust to be `shared` with other users."""
    packages = provision.packages
    return (
        *(manager.lines.dockerfile(packages, first=provision.first) if packages else ()),
        *(rustup.dockerfile(provision.rustup, shared=shared) if provision.rustup else ()),
    )


def user_line(target: Target) -> tuple[str, ...]:
    """Return the instruction that changes to a user who may install, if one is needed."""
    return (target.image.user,) if target.image and target.image.user else ()
