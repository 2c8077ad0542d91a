"""Findings in words: the only place where a cause becomes a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.check.needs import Basis
from poetry_arch_check.check.origin import AtInstallStep, BaseImage, Declared, ThisMachine
from poetry_arch_check.check.packages import Source
from poetry_arch_check.check.report import Cause, Finding
from poetry_arch_check.formats.loading import does_not_load
from poetry_arch_check.strings import listed
from poetry_arch_check.toolchains.libraries import called, label, label_of
from poetry_arch_check.toolchains.need import NEWEST, Need
from poetry_arch_check.toolchains.offers import shortfall
from poetry_arch_check.toolchains.toolchain import C

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.check.target import Target
    from poetry_arch_check.toolchains.inventory import Inventory


def sentence(finding: Finding, target: Target) -> str:
    """Return the one sentence that tells why `finding` is as it is on `target`."""
    package = finding.package
    match finding.cause:
        case Cause.WHEEL_FITS:
            return f"{finding.file} fits."
        case Cause.NO_WHEEL_NO_SDIST if package.source in {Source.URL, Source.FILE}:
            return f"{package.artifacts[0].filename} is the only file, and it does not fit."
        case Cause.NO_WHEEL_NO_SDIST:
            return "No wheel fits, and there is no sdist to build from."
        case Cause.ONLY_UNUSABLE_FILES:
            return "The lock has only eggs or installers, which Poetry does not install."
        case Cause.POLICY_FORBIDS:
            return f"Nothing is left to install: {_policy(finding)}."
        case Cause.DOES_NOT_LOAD_THERE | Cause.LIBRARY_MISSING_AT_RUN_TIME:
            return does_not_load(finding, target)
        case Cause.NO_FILES_LOCKED:
            return "The lock lists no files for it, so the outcome is unknown."
        case Cause.UNREADABLE_FILE_NAME:
            return "The lock has a file whose name cannot be parsed, so the outcome is unknown."
        case _:
            return f"{_to_build(finding)}{_build(finding, target)}."


def _build(finding: Finding, target: Target) -> str:
    """Return what there is to say of a build, to go on with after _to_build."""
    match finding.cause:
        case Cause.NO_TOOLCHAIN_NEEDED:
            return f"; {_needs_nothing(finding, target)}"
        case Cause.TOOLCHAIN_PRESENT:
            wanted = ". Wheels are required" if finding.problem else ""
            return f"{_takes(finding)}{_has(finding, target)}{wanted}"
        case Cause.BUILD_BROKEN:
            return (
                f", which fails with current build tools, whatever the toolchain: {_why(finding)}"
            )
        case Cause.UNREADABLE_SOURCE:
            return f", but {finding.detail}, so the outcome is unknown"
        case Cause.TOOLCHAIN_UNCERTAIN:
            return f"{_takes(finding)}; {_may_have(finding, target)}"
        case _:
            return f"{_takes(finding)}; {_lacks(finding, target)}"


def _needs_nothing(finding: Finding, target: Target) -> str:
    needs = finding.needs
    match needs.basis if needs else None:
        case Basis.CONFIGURED:
            return "the configuration says that the build needs nothing"
        case Basis.PURE_WHEEL:
            return "no compiler is needed: the release has a pure Python wheel, too"
        case _ if needs and needs.optional and target.toolchain.missing((Need(dependency=C),)):
            return "its compiled part is optional: without a compiler, it is left out"
        case _ if needs and needs.optional:
            return "its compiled part is optional"
        case _:
            return "the build needs only Python"


def _why(finding: Finding) -> str:
    needs = finding.needs
    if needs is None or needs.broken is None:
        return ""
    broken = next((b for b in needs.through if b.needs and b.needs.broken == needs.broken), None)
    return (
        f"of its build requirement {broken.label}, {needs.broken.why}"
        if broken
        else (needs.broken.why)
    )


def _to_build(finding: Finding) -> str:
    package = finding.package
    match package.source:
        case Source.PROJECT:
            return "Installing the project runs its build script"
        case Source.DIRECTORY | Source.GIT:
            return f"It is built from its {package.source.value} source"
        case _ if package.wheels and package.wheels_allowed:
            return f"No wheel fits, {finding.file} has to be built"
        case _ if package.wheels:
            return f"installer.no-binary excludes its wheels, {finding.file} has to be built"
        case _:
            return f"There is no wheel, {finding.file} has to be built"


def _takes(finding: Finding) -> str:
    if finding.needs is None:
        return ""
    requires = listed(map(label_of, finding.needs.requires))
    not_inspected = finding.needs.not_inspected
    looked = f" ({not_inspected})" if not_inspected else ""
    if finding.needs.basis is Basis.ASSUMED:
        return f", which is assumed to take {requires}{looked}"
    if through := finding.needs.through:
        builds = listed(build.label for build in through)
        has = "has" if len(through) == 1 else "have"
        return f", which takes {requires}: its build requirement {builds} {has} no wheel here"
    return f", which takes {requires}"


def _may_have(finding: Finding, target: Target) -> str:
    requires = finding.needs.requires if finding.needs else ()
    possible = listed(map(label_of, target.toolchain.possible(requires)))
    where = f" at {target.step.where}" if target.step else ""
    return f"whether {possible} is installed{where} cannot be decided without building"


def _has(finding: Finding, target: Target) -> str:
    requires = finding.needs.requires if finding.needs else ()
    if unknown := target.toolchain.unknown(requires):
        return f"; {listed(map(label_of, unknown))} was not looked for"
    match target.origin:
        case AtInstallStep(step=step):
            return f", which is installed at {step.where}"
        case ThisMachine():
            return ", which this machine has"
        case Declared() | BaseImage():
            return ", which the target has"


def _lacks(finding: Finding, target: Target) -> str:
    """Return what is not there, what is there and too old, and what is not to be had there."""
    outdated = [need for need in finding.missing if target.toolchain.outdated(need)]
    absent = tuple(need for need in target.absent(finding.missing) if need not in outdated)
    clauses = [_not_there(absent, finding, target)] if absent or not outdated else []
    clauses += [_outdated(need, target) for need in outdated]
    clauses += [shortfall(target.distribution, need) for need in absent]
    return "; ".join(dict.fromkeys(filter(None, clauses)))


def _outdated(need: Need, target: Target) -> str:
    """Return `Debian 12 has rustc 1.63.0`, or who else has what is too old."""
    version = target.toolchain.outdated(need)
    match target.origin:
        case ThisMachine():
            return f"{called(need.dependency)} here is {version}"
        case Declared():
            return f"the target declares {called(need.dependency)} {version}"
        case BaseImage() | AtInstallStep():
            own = f"{called(need.dependency)} there is {version}"
            return own if version == NEWEST else shortfall(target.distribution, need) or own


def _not_there(absent: tuple[Need, ...], finding: Finding, target: Target) -> str:
    python = target.python.label
    match target.origin:
        case ThisMachine(inventory=inventory) if absent:
            names = listed(_absent(need, inventory) for need in absent)
            return f"{names} {'was' if len(absent) == 1 else 'were'} not found here"
        case ThisMachine():
            return f"the compiler was found here, the headers of {python} (Python.h) were not"
        case AtInstallStep(step=step) if absent:
            names = listed(map(label_of, absent))
            return f"nothing installs {names} in {step.image.reference} before {step.at}"
        case AtInstallStep(step=step):
            return f"{step.at} has the compiler, but not the headers of {python} (Python.h)"
        case BaseImage(image=image):
            return _undeclared(image.reference, absent or finding.missing, target)
        case Declared():
            return _undeclared("the target", absent or finding.missing, target)


def _undeclared(where: str, absent: tuple[Need, ...], target: Target) -> str:
    if not target.toolchain.dependencies:
        return f"{where} has no toolchain declared"
    return f"{where} does not declare {listed(map(label_of, absent))}"


def _policy(finding: Finding) -> str:
    package = finding.package
    rules = [
        rule
        for rule, allowed in (
            ("installer.no-binary forbids its wheels", package.wheels_allowed),
            ("installer.only-binary forbids its sdist", package.sdists_allowed),
        )
        if not allowed
    ]
    rest = " and no wheel fits" if package.wheels_allowed and package.wheels else ""
    return listed(rules) + rest


def inventory_facts(inventory: Inventory) -> Iterator[str]:
    """Yield what was found where, and what was not found, for each thing that was looked for."""
    for tool in inventory.tools:
        version = f" ({tool.version})" if tool.version else ""
        yield f"{label(tool.dependency)}: {tool.path}{version}"
    if inventory.headers:
        yield f"Python.h: {inventory.headers}"
    else:
        yield f"Python.h: not in {' or '.join(inventory.include) or 'any directory'}"
    absent = [Need(dependency=each) for each in sorted(inventory.looked_for - inventory.found)]
    if absent:
        yield f"not found: {', '.join(_absent(need, inventory) for need in absent)}"


def _absent(need: Need, inventory: Inventory) -> str:
    """Return `a C compiler`, with the setting that is to blame: `a C compiler (CC=/none)`."""
    missing = inventory.missing_compilers.get(need.dependency)
    return f"{label_of(need)} ({missing.setting})" if missing else label_of(need)
