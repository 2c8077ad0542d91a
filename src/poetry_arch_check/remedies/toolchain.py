"""How to install what builds need on a target, with its package manager."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.check.change import InstalledPackages, NamedCompiler
from poetry_arch_check.check.origin import AtInstallStep
from poetry_arch_check.check.report import Cause, Remedy, RemedyKind
from poetry_arch_check.platforms.platform import Os
from poetry_arch_check.remedies import rustup, windows
from poetry_arch_check.remedies.lacking import (
    headers_package_of,
    lacking_of,
    managers_of,
    provision_before_step,
)
from poetry_arch_check.remedies.one_layer import staying_and_going
from poetry_arch_check.remedies.proof import solves
from poetry_arch_check.remedies.provision import provision_of
from poetry_arch_check.strings import listed
from poetry_arch_check.toolchains.libraries import label_of
from poetry_arch_check.toolchains.need import combined
from poetry_arch_check.toolchains.offers import shortfall
from poetry_arch_check.toolchains.toolchain import CXX, RUST, C
from poetry_arch_check.toolchains.words import word_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from poetry_arch_check.check.report import Finding
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.remedies.facts import Facts
    from poetry_arch_check.remedies.lacking import Lacking
    from poetry_arch_check.remedies.provision import Provision
    from poetry_arch_check.toolchains.inventory import Inventory
    from poetry_arch_check.toolchains.need import Need
    from poetry_arch_check.toolchains.package_managers.manager import Manager


def toolchain_remedies(
    missing: tuple[Need, ...], target: Target, requires: tuple[Need, ...] = ()
) -> Iterator[Remedy]:
    """Yield how to install `missing` on `target`.

    What of `requires` was not looked for is installed as well.
    """
    if inventory := target.inventory:
        yield from _other_compilers(missing, inventory)
        if inventory.has_rustup and (old := _outdated_rust(missing, target)):
            yield Remedy(
                kind=RemedyKind.TOOLCHAIN,
                change=InstalledPackages(others=(RUST,)),
                text="Update Rust.",
                lines=(rustup.UPDATE,),
            )
            missing = tuple(need for need in missing if need != old)
    for remedy in _installing(missing, target, requires):
        yield _unsetting(remedy, missing, inventory) if inventory else remedy


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
    if target.platform.os is Os.WINDOWS:
        named = [*map(label_of, lacking.needs), *more]
        found = _to_find(windows.not_covered(lacking.needs))
        yield Remedy(
            kind=RemedyKind.TOOLCHAIN,
            change=InstalledPackages(
                others=tuple(need.dependency for need in lacking.needs), headers=lacking.headers
            ),
            text=f"Install {listed(named)}{found}{then}.",
            lines=windows.install_lines(lacking.needs, target.platform),
        )


def _outdated_rust(missing: Iterable[Need], target: Target) -> Need | None:
    outdated = (need for need in missing if target.toolchain.outdated(need))
    return next((need for need in outdated if need.dependency == RUST), None)


def _then(missing: tuple[Need, ...], target: Target) -> str:
    """Return what to do once it is installed, or where it is to be installed."""
    if target.step:
        return f" before {target.step.where}"
    return "" if target.inventory else f", {_declare(missing, target)}"


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
        f"{listed(named)}{using}{_to_find(provision.unknown)}" if named else "",
        *(f"{label_of(need)} with rustup" for need in rust),
        *(
            f"{label_of(need)} from elsewhere ({shortfall(target.distribution, need)})"
            for need in provision.unmet
        ),
    )
    return Remedy(
        kind=RemedyKind.TOOLCHAIN,
        change=_change(
            provision, manager, apart, headers=lacking.headers and not lacking.headers_package
        ),
        text=f"Install {', and '.join(filter(None, ways))}{then}.",
        # Lines that leave something out end in a build that fails.
        lines=()
        if provision.unmet
        else (
            *([manager.system_compilers] if manager.system_compilers and apart else []),
            *_lines(provision, manager, target),
        ),
    )


def _change(
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


def toolchain_remedies_at_once(
    findings: Iterable[Finding], target: Target, facts: Facts
) -> tuple[Remedy, ...]:
    """Return how to install on `target` all that its problems lack, in one go.

    In a Dockerfile, what only the build takes is removed again in the same layer. Each is proven:
    what a remedy does not solve, it does not claim to.
    """
    lacking = [f for f in findings if f.problem and f.cause is Cause.TOOLCHAIN_MISSING]
    managers = managers_of(target)
    if target.current or target.platform.os is not Os.LINUX:
        missing = _missing(lacking)
        found = [remedy for remedy in toolchain_remedies(missing, target) if remedy.lines]
        return tuple(
            remedy
            for remedy in found
            if remedy.change and all(solves(remedy.change, f, target, facts) for f in lacking)
        )
    proven = (_proven(manager, lacking, target, facts) for manager in managers)
    return tuple(remedy for remedy in proven if remedy)


def _proven(
    manager: Manager, lacking: list[Finding], target: Target, facts: Facts
) -> Remedy | None:
    """Return how to solve `lacking` with `manager`, those that it solves; None for none."""
    while lacking:
        remedy = _everything(manager, lacking, target)
        if remedy is None or remedy.change is None:
            return None
        solved = [f for f in lacking if solves(remedy.change, f, target, facts)]
        if len(solved) == len(lacking):
            return remedy
        lacking = solved
    return None


def _everything(manager: Manager, lacking: list[Finding], target: Target) -> Remedy | None:
    count = "1 package lacks" if len(lacking) == 1 else f"{len(lacking)} packages lack"
    if target.step:
        return _before_step(_missing(lacking), target, count)
    return _in_one_layer(_missing(lacking), target, count, manager)


def _missing(lacking: Iterable[Finding]) -> tuple[Need, ...]:
    return combined(need for finding in lacking for need in finding.missing)


def _before_step(missing: tuple[Need, ...], target: Target, count: str) -> Remedy | None:
    """Return how to install `missing` before the command of a Dockerfile that installs."""
    provision = provision_before_step(missing, target)
    if target.step is None or target.distribution is None:
        return None
    if provision.unmet or not provision.has_any:
        return None
    where = target.step.where
    return Remedy(
        kind=RemedyKind.TOOLCHAIN,
        change=_change(provision, target.distribution.manager),
        text=f"Install everything that {count} here{_to_find(provision.unknown)} before {where}.",
        lines=dockerfile_lines(provision, target.distribution.manager),
    )


def _in_one_layer(
    missing: tuple[Need, ...], target: Target, count: str, manager: Manager
) -> Remedy | None:
    """Return how to install the project with `missing` there, None where it cannot all be."""
    headers = headers_package_of(target)
    provision = provision_of(missing, manager, target, headers=headers)
    if provision.unmet or not provision.has_any:
        return None
    staying, going = staying_and_going(missing, provision, manager, target.distribution)
    install = "poetry install --no-interaction"
    lines = manager.lines.dockerfile_around(
        (rustup.INSTALL, rustup.ACTIVATE, install, rustup.UNINSTALL)
        if provision.rustup
        else (install,),
        (*provision.packages, *staying),
        going,
        first=provision.first,
    )
    return Remedy(
        kind=RemedyKind.TOOLCHAIN,
        change=_change(provision, manager),
        text=f"Install with {manager.command} everything that {count} here"
        f"{_to_find(provision.unknown)}, and remove what only builds take afterwards;"
        f" {_declare(missing, target)}.",
        lines=(*_user(target), *lines),
    )


def _to_find(unknown: tuple[Need, ...]) -> str:
    return f" (find the packages of {listed(map(label_of, unknown))})" if unknown else ""


def _other_compilers(missing: Iterable[Need], inventory: Inventory) -> Iterator[Remedy]:
    """Yield how to name other compilers than those that are named and not there."""
    for need in missing:
        if need.dependency in inventory.found:
            continue
        compiler = inventory.missing_compilers.get(need.dependency)
        if compiler and compiler.instead:
            yield Remedy(
                kind=RemedyKind.TOOLCHAIN,
                change=NamedCompiler(
                    variable=compiler.variable,
                    path=compiler.instead,
                    dependency=need.dependency,
                ),
                text=f"Set {compiler.variable} to the compiler that is installed.",
                lines=(f"export {compiler.variable}={compiler.instead}",),
            )


def _unsetting(remedy: Remedy, missing: Iterable[Need], inventory: Inventory) -> Remedy:
    """Return `remedy` without the variables that name compilers that are not installed.

    What is installed is not called while they do.
    """
    named = (inventory.missing_compilers.get(need.dependency) for need in missing)
    unset = dict.fromkeys(each.variable for each in named if each and each.chosen)
    if not unset or not isinstance(remedy.change, InstalledPackages):
        return remedy
    noun = "the compiler it names is" if len(unset) == 1 else "the compilers they name are"
    return replace(
        remedy,
        change=replace(remedy.change, unset=tuple(unset)),
        text=f"Unset {listed(unset)}, {noun} not installed; then"
        f" {remedy.text[:1].lower()}{remedy.text[1:]}",
        lines=(*(f"unset {each}" for each in unset), *remedy.lines) if remedy.lines else (),
    )


def declaring(needs: Iterable[Need], target: Target) -> str:
    """Return the value of `--toolchain` that declares `needs`, too: it says all that is declared.

    What the target declares already is there in the version that is declared.
    """
    match target.origin:
        case AtInstallStep(step=step):
            own = step.toolchain.dependencies
        case _:
            own = target.image.toolchain.dependencies if target.image else ()
    declared = [d for d in target.toolchain.dependencies if d not in own]
    names = dict.fromkeys((*declared, *(need.dependency for need in needs)))
    return ",".join(map(word_for, names))


def _declare(missing: Iterable[Need], target: Target) -> str:
    """Return how to declare what is installed."""
    everything = declaring(missing, target)
    toml = json.dumps(everything.split(","), separators=(",", ":"))
    return f"then declare it: toolchain={toml} in pyproject.toml, or --toolchain {everything}"


def _lines(provision: Provision, manager: Manager, target: Target) -> tuple[str, ...]:
    if not target.current and target.platform.os is Os.LINUX:
        return (*_user(target), *dockerfile_lines(provision, manager))
    root = target.inventory is not None and target.inventory.root
    packages = provision.packages
    return (
        *(manager.lines.shell(packages, root=root, first=provision.first) if packages else ()),
        *manager.environment(provision.libraries),
        *((rustup.INSTALL, rustup.ACTIVATE) if provision.rustup else ()),
    )


def dockerfile_lines(
    provision: Provision, manager: Manager, *, shared: bool = False
) -> tuple[str, ...]:
    """Return the lines of a Dockerfile that install it, Rust to be `shared` with other users."""
    packages = provision.packages
    return (
        *(manager.lines.dockerfile(packages, first=provision.first) if packages else ()),
        *(rustup.dockerfile(shared=shared) if provision.rustup else ()),
    )


def _user(target: Target) -> tuple[str, ...]:
    """Return the instruction that changes to a user who may install, if one is needed."""
    return (target.image.user,) if target.image and target.image.user else ()
