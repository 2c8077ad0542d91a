"""How to install what builds need on a target, with its package manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.check.change import InstalledPackages
from poetry_arch_check.check.report import Remedy, RemedyKind
from poetry_arch_check.platforms.platform import Os
from poetry_arch_check.remedies import rustup, windows
from poetry_arch_check.remedies.compiler_variables import other_compilers, unsetting
from poetry_arch_check.remedies.declaration import then_declare
from poetry_arch_check.remedies.installing import change_of, install_lines, to_find
from poetry_arch_check.remedies.lacking import lacking_of, managers_of
from poetry_arch_check.remedies.provision import provision_of
from poetry_arch_check.strings import listed
from poetry_arch_check.toolchains.libraries import label_of
from poetry_arch_check.toolchains.offers import shortfall
from poetry_arch_check.toolchains.toolchain import CXX, RUST, C

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from poetry_arch_check.check.target import Target
    from poetry_arch_check.remedies.lacking import Lacking
    from poetry_arch_check.toolchains.need import Need
    from poetry_arch_check.toolchains.package_managers.manager import Manager


def toolchain_remedies(
    missing: tuple[Need, ...], target: Target, requires: tuple[Need, ...] = ()
) -> Iterator[Remedy]:
    """Yield how to install `missing` on `target`.

    What of `requires` was not looked for is installed as well.
    """
    if inventory := target.inventory:
        yield from other_compilers(missing, inventory)
        old = _outdated_rust(missing, target) if inventory.has_rustup else None
        if old and (toolchain := rustup.toolchain_for(old)):
            yield Remedy(
                kind=RemedyKind.TOOLCHAIN,
                change=InstalledPackages(others=(RUST,)),
                text="Update Rust."
                if toolchain == rustup.STABLE
                else f"Use Rust {toolchain}, here until you change it back.",
                lines=(rustup.change_to(toolchain),),
            )
            missing = tuple(need for need in missing if need != old)
    for remedy in _installing(missing, target, requires):
        yield unsetting(remedy, missing, inventory) if inventory else remedy


def _installing(
    missing: tuple[Need, ...], target: Target, requires: tuple[Need, ...]
) -> Iterator[Remedy]:
    """Yield how to install `missing`, and what of `requires` was not looked for."""
    lacking = lacking_of(missing, target)
    if not lacking.needs and not lacking.headers:
        return
    not_inspected = target.toolchain.unknown(requires)
    more = [f"the headers of Python 3.{target.python.minor}"] if lacking.headers else []
    if not lacking.needs and not lacking.headers_package and not not_inspected:
        yield Remedy(
            kind=RemedyKind.TOOLCHAIN,
            change=InstalledPackages(headers=True),
            text=f"Install {listed(more)} (Python.h).",
        )
        return
    more += [f"{label_of(need)} (not looked for)" for need in not_inspected]
    then = _then(missing, target)
    for manager in managers_of(target):
        yield _with_manager(
            manager, lacking, target, not_inspected=not_inspected, more=more, then=then
        )
    if target.image is not None and target.image.sealed:
        yield _on_another_image(lacking, more, target.image.reference)
    if target.platform.os is Os.WINDOWS:
        named = [*map(label_of, lacking.needs), *more]
        found = to_find(windows.not_covered(lacking.needs))
        yield Remedy(
            kind=RemedyKind.TOOLCHAIN,
            change=InstalledPackages(
                others=tuple(need.dependency for need in lacking.needs), headers=lacking.headers
            ),
            text=f"Install {listed(named)}{found}{then}.",
            lines=() if found else windows.install_lines(lacking.needs, target.platform),
        )


def _on_another_image(lacking: Lacking, more: list[str], image: str) -> Remedy:
    """Return where to build, where nothing is installed in `image`; `more` is said besides."""
    named = listed([*map(label_of, lacking.needs), *more])
    return Remedy(
        kind=RemedyKind.TOOLCHAIN,
        change=InstalledPackages(
            others=tuple(need.dependency for need in lacking.needs), headers=lacking.headers
        ),
        text=f"Nothing can be installed in {image}: build on another image, and install {named}"
        " there.",
    )


def _outdated_rust(missing: Iterable[Need], target: Target) -> Need | None:
    outdated = (need for need in missing if target.toolchain.outdated(need))
    return next((need for need in outdated if need.dependency == RUST), None)


def _then(missing: tuple[Need, ...], target: Target) -> str:
    """Return what to do once it is installed, or where it is to be installed."""
    if target.step:
        return f" before {target.step.where}"
    return "" if target.inventory else f", {then_declare(missing, target)}"


def _with_manager(  # noqa: PLR0913 - what is lacking, how it is said, and where
    manager: Manager,
    lacking: Lacking,
    target: Target,
    *,
    not_inspected: tuple[Need, ...],
    more: list[str],
    then: str,
) -> Remedy:
    """Return how to install what a target lacks with `manager`; `more` is said besides."""
    # These do not come with the package manager, but with the system; Rust links with them.
    system = {C, CXX} if manager.system_compilers else set()
    compiled = {RUST, *system} if system else set()
    apart = system if compiled.intersection(need.dependency for need in lacking.needs) else set()
    provision = provision_of(
        (need for need in (*lacking.needs, *not_inspected) if need.dependency not in apart),
        manager,
        target,
        headers=lacking.headers_package,
    )
    using = f" with {manager.command}" if provision.packages or not apart else ""
    rust = [need for need in lacking.needs if need.dependency == RUST and provision.rustup]
    named = [
        *(label_of(need) for need in lacking.needs if need not in (*rust, *provision.unmet)),
        *more,
    ]
    ways = (
        f"{listed(named)}{using}{to_find(provision.unknown, provision.packages)}" if named else "",
        *(f"{label_of(need)} with rustup" for need in rust),
        *(
            f"{label_of(need)} from elsewhere ({shortfall(target.distribution, need)})"
            for need in provision.unmet
        ),
    )
    return Remedy(
        kind=RemedyKind.TOOLCHAIN,
        change=change_of(
            provision, manager, apart, headers=lacking.headers and not lacking.headers_package
        ),
        text=f"Install {', and '.join(filter(None, ways))}{then}.",
        # Lines that leave something out end in a build that fails.
        lines=()
        if provision.unmet or provision.unknown
        else (
            *([manager.system_compilers] if manager.system_compilers and apart else []),
            *install_lines(provision, manager, target),
        ),
    )
