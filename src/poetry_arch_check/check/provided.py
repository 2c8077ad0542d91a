"""What a target has once packages are installed there: counted as a Dockerfile's are read."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from poetry_arch_check.check.change import InstalledPackages
from poetry_arch_check.check.origin import AtInstallStep, BaseImage, Declared, ThisMachine
from poetry_arch_check.check.target import with_image
from poetry_arch_check.toolchains.installed import Installed
from poetry_arch_check.toolchains.inventory import NEEDING_HEADERS
from poetry_arch_check.toolchains.package_managers.registry import BY_COMMAND
from poetry_arch_check.toolchains.toolchain import Toolchain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poetry_arch_check.check.target import Target
    from poetry_arch_check.dockerfile import InstallStep
    from poetry_arch_check.images import Image
    from poetry_arch_check.toolchains.distributions import Distribution
    from poetry_arch_check.toolchains.inventory import Inventory
    from poetry_arch_check.toolchains.package_managers.manager import Manager


def with_packages(target: Target, change: InstalledPackages) -> Target:
    """Return `target` with what `change` installs, in the versions of its release.

    A compiler without Python's headers builds no extension.
    """
    found, headers = _provided(target, change)
    names = frozenset({*found, *change.others})
    versions = {name: each for name, each in found.items() if each and name not in change.others}
    headers = headers or change.headers
    match target.origin:
        case AtInstallStep(step=step):
            declared = _declared(target, step)
            step = replace(
                step,
                found=step.found | names,
                unsure=step.unsure - names,
                versions={**_without(step.versions, names), **versions},
                headers=headers or step.headers,
            )
            origin = AtInstallStep(step=step)
            return replace(target, origin=origin, toolchain=declared.together_with(step.toolchain))
        case ThisMachine(inventory=inventory):
            names = _callable(names | inventory.found, inventory, change)
            usable = names if headers or inventory.headers else names.difference(NEEDING_HEADERS)
        case BaseImage(image=image):
            usable = names if headers or image.own_python else names.difference(NEEDING_HEADERS)
        case Declared():
            usable = names
    has = target.toolchain
    toolchain = replace(
        has,
        dependencies=tuple(sorted({*has.dependencies, *usable})),
        versions={**_without(has.versions, {*found, *change.others}), **versions},
        looked_for=None if has.looked_for is None else has.looked_for | names,
    )
    return replace(target, toolchain=toolchain)


def on_another_release(target: Target, image: Image) -> Target | None:
    """Return `target`, where a Dockerfile installs, with `image` as the base of its stage.

    What its commands install is there in the versions of that release, and nothing where they are
    another package manager's. None where none of this is known.
    """
    here, there = target.distribution, image.distribution
    if not isinstance(target.origin, AtInstallStep) or here is None or there is None:
        return None
    step = target.origin.step
    before, _ = _provided(target, InstalledPackages(manager=here.manager.command))
    elsewhere = step.found.difference(before, step.image.toolchain.dependencies)
    own = image.toolchain.dependencies
    # An interpreter of the distribution's has its headers in a package.
    headers = image.own_python or (step.headers if not step.image.own_python else False)
    moved = target.moved(with_image(target.platform, image), image.python)
    step = replace(
        step,
        image=image,
        python=image.python or step.python,
        found=elsewhere.union(own),
        versions={
            **{name: each for name, each in step.versions.items() if name in elsewhere},
            **{name: each for name, each in image.versions.items() if name in own},
        },
        headers=headers,
    )
    declared = _declared(target, target.origin.step)
    moved = replace(
        moved,
        origin=AtInstallStep(step=step),
        toolchain=declared.together_with(step.toolchain),
    )
    if here.manager.family != there.manager.family:
        return moved
    return with_packages(moved, InstalledPackages(manager=there.manager.command))


def _provided(target: Target, change: InstalledPackages) -> tuple[Mapping[str, str], bool]:
    """Return the PEP 725 names with their versions ("": not known), and whether Python.h is there.

    What is installed at a step of a Dockerfile counts together with what is added.
    """
    manager = BY_COMMAND.get(change.manager)
    there = target.step.installation.packages if target.step else frozenset[str]()
    if manager is None:
        return {}, False
    packages = there.union(change.packages)
    return _installed(manager, target.distribution, packages, target.python.minor)


@lru_cache(maxsize=256)
def _installed(
    manager: Manager, distribution: Distribution | None, packages: frozenset[str], minor: int
) -> tuple[Mapping[str, str], bool]:
    """Return the same for `packages` of a release: several findings lack the same ones."""
    installed = Installed(manager=manager, distribution=distribution)
    installed.add(packages, certain=True)
    dependencies = installed.dependencies()
    versions = installed.versions(dependencies)
    own = distribution is not None and distribution.python_minor == minor
    found = {name: versions.get(name, "") for name in dependencies}
    return found, bool(installed.headers(minor, own=own))


def _callable(
    names: frozenset[str], inventory: Inventory, change: InstalledPackages
) -> frozenset[str]:
    """Return `names` without the compilers in whose place a variable names one that is missing."""
    return names - {
        dependency
        for dependency, compiler in inventory.missing_compilers.items()
        if compiler.chosen and compiler.variable not in change.unset
    }


def _declared(target: Target, step: InstallStep) -> Toolchain:
    """Return what is declared for a target beside what its Dockerfile installs."""
    names = {*target.toolchain.dependencies} - {*step.toolchain.dependencies}
    versions = {name: each for name, each in target.toolchain.versions.items() if name in names}
    return Toolchain(dependencies=tuple(sorted(names)), versions=versions)


def _without(versions: Mapping[str, str], names: frozenset[str] | set[str]) -> dict[str, str]:
    return {name: each for name, each in versions.items() if name not in names}
