"""A target as it was taken to be, and every planned package with its file (-v)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.check.origin import AtInstallStep, BaseImage, Declared, ThisMachine
from poetry_arch_check.check.report import Outcome
from poetry_arch_check.formats.lines import wrap
from poetry_arch_check.formats.matrix import word_for
from poetry_arch_check.formats.sentences import inventory_facts
from poetry_arch_check.formats.view import Paint
from poetry_arch_check.strings import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.check.report import Finding, TargetReport
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.formats.view import View


def packages_of(report: TargetReport, view: View) -> Iterator[str]:
    """Yield what the target was taken to be, and every planned package with its file."""
    target = report.target
    yield view.paint(f"{printable(target.name)}, {target.python.label}", Paint.STRONG)
    yield from wrap(", ".join(_facts(target)), first="  ", then="  ", width=view.width)
    for fact in inventory_facts(target.inventory) if target.inventory else ():
        yield from wrap(fact, first="  ", then="    ", width=view.width)
    told = [finding for finding in report.findings if view.debug or not _fits(finding, target)]
    for finding in told:
        package = finding.package
        yield from wrap(
            f"{package.name} {package.version} {word_for(finding)}: {_chosen(finding)}",
            first="  ",
            then="      ",
            width=view.width,
        )

    if hidden := len(report.findings) - len(told):
        yield f"  and {hidden} that {'is a wheel' if hidden == 1 else 'are wheels'}: -vv names all"


def _fits(finding: Finding, target: Target) -> bool:
    """Return whether there is nothing to tell: one wheel fits, and is taken."""
    fitting = {finding.package.wheel_for[tag] for tag in finding.package.fitting(target.support)}
    return finding.outcome is Outcome.WHEEL and finding.ignored is None and len(fitting) == 1


def _facts(target: Target) -> Iterator[str]:
    yield f"{target.platform.system} on {target.platform.architecture.value}"
    if target.platform.assumed:
        yield "which is assumed"
    yield f"Python {target.python.full}"
    yield f"{len(target.support.ranks)} tags, the best platform is {target.platform.tag}"
    if image := target.image:
        label = f" ({image.distribution.label})" if image.distribution else ""
        yield f"image {image.reference}{label}"
    if step := target.step:
        yield f"installs{f' in stage {step.stage}' if step.stage else ''} at {step.at}"
    yield f"toolchain: {_toolchain(target)}"


def _toolchain(target: Target) -> str:
    match target.origin:
        case ThisMachine():
            return "looked for on this machine"
        case _ if target.toolchain.everything:
            return "everything"
        case AtInstallStep():
            return " ".join(target.toolchain.dependencies) or "none"
        case Declared() | BaseImage():
            return " ".join(target.toolchain.dependencies) or "none declared"


def _chosen(finding: Finding) -> str:
    if finding.ignored:
        return finding.ignored
    source = finding.package.source
    return finding.file or (f"{source.value} source" if source.is_tree else "nothing to install")
