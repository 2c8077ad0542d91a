"""What to do about packages that do not load in the stage that they are copied to."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from poetry_arch_check.check.change import (
    ChangedStages,
    InstalledPackages,
    PlatformOfStage,
    StageChange,
)
from poetry_arch_check.check.chooser import choose_wheel
from poetry_arch_check.check.loading import hindrances, linked_packages
from poetry_arch_check.check.nearest_miss import Incompatibility
from poetry_arch_check.check.report import Remedy, RemedyKind
from poetry_arch_check.check.stages import changed_place
from poetry_arch_check.errors import TargetError
from poetry_arch_check.platforms.platform import Libc
from poetry_arch_check.platforms.python import Implementation
from poetry_arch_check.remedies.installing import lines_in
from poetry_arch_check.remedies.provision import Provision
from poetry_arch_check.strings import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from poetry_arch_check.check.loading import Hindrance, Place
    from poetry_arch_check.check.report import Finding
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.platforms.python import Python
    from poetry_arch_check.toolchains.distributions import Distribution

# Images that are what they are: of another release, they would not be what people want to run in.
_FIXED = ("lambda",)


def loading_remedies(finding: Finding, target: Target) -> Iterator[Remedy]:
    """Yield what makes a package load where it is copied to."""
    lacking = _lacking([finding])
    if lacking:
        yield _install(lacking, target)
    for hindrance in finding.hindrances:
        if hindrance.incompatibility is Incompatibility.ARCHITECTURE:
            yield from _platform(hindrance.place, target)
        elif not hindrance.packages:
            yield from _same_release([finding], hindrance.place, target)
            yield from _from_there(finding, hindrance, target)


def with_libraries(remedy: Remedy, findings: Iterable[Finding], target: Target) -> Remedy:
    """Return how to build packages, with what else their builds take where they are copied to."""
    findings = tuple(findings)
    rebased = dict(_rebased(findings, target))
    lacking = {place: names for place, names in _lacking(findings).items() if place not in rebased}
    added: list[tuple[Mapping[Place, object], Remedy]]
    added = [(lacking, _install(lacking, target))] if lacking else []
    added += [({place: ()}, based) for place, based in rebased.items()]
    for places, more in added:
        if not isinstance(remedy.change, InstalledPackages):
            break
        stages = more.change.stages if isinstance(more.change, ChangedStages) else ()
        titled = more.lines if len(places) > 1 else tuple(_titled(more, places))
        remedy = replace(
            remedy,
            change=replace(remedy.change, stages=(*remedy.change.stages, *stages)),
            text=f"{remedy.text} {more.text}",
            lines=(*remedy.lines, *titled) if remedy.lines and more.lines else (),
        )
    return remedy


def _rebased(findings: tuple[Finding, ...], target: Target) -> Iterator[tuple[Place, Remedy]]:
    """Yield the stages in which what is built does not load, with the base image to take there."""
    wrong = dict.fromkeys(
        each.place
        for finding in findings
        for each in hindrances(finding.package, finding.file, finding.needs, target)
        if not each.packages and each.incompatibility is not Incompatibility.ARCHITECTURE
    )
    for place in wrong:
        for remedy in _same_release(findings, place, target):
            if remedy.lines:
                yield place, remedy


def _lacking(findings: Iterable[Finding]) -> dict[Place, tuple[str, ...]]:
    """Return the packages of libraries that builds lack where they are copied to."""
    lacking: dict[Place, tuple[str, ...]] = {}
    for hindrance in (each for finding in findings for each in finding.hindrances):
        if hindrance.packages:
            known = lacking.get(hindrance.place, ())
            lacking[hindrance.place] = tuple(dict.fromkeys((*known, *hindrance.packages)))
    return lacking


def _titled(remedy: Remedy, lacking: Mapping[Place, object]) -> Iterator[str]:
    """Yield the lines of a remedy under the name of the stage that they are for."""
    yield from (f"# in {_stage(place)}:" for place in lacking)
    yield from remedy.lines


def lacking_at_once(findings: Iterable[Finding], target: Target) -> Iterator[Remedy]:
    """Yield how to install all the libraries that several problems lack where they end up."""
    problems = [finding for finding in findings if finding.problem and finding.fails_to_load]
    lacking = _lacking(problems)
    if len(problems) > 1 and lacking:
        yield _install(lacking, target)


def _install(lacking: Mapping[Place, tuple[str, ...]], target: Target) -> Remedy:
    """Return how to install the packages of shared libraries in the stages that lack them."""
    texts: list[str] = []
    lines: list[str] = []
    changes: list[StageChange] = []
    for place, packages in lacking.items():
        destination = place.destination
        lines += [f"# in {_stage(place)}:"] if len(lacking) > 1 else []
        if not destination.image.sealed:
            texts.append(
                f"Install {listed(packages)} in {_stage(place)}, before {destination.where}."
            )
            lines += runtime_lines(packages, place)
            changes.append(StageChange(stage=destination.stage, packages=packages))
            continue
        image, interpreter = _like(target, place)
        texts.append(
            f"Nothing can be installed in {destination.image.reference}: base {_stage(place)} on"
            f" another image, and install {listed((*interpreter, *packages))} there."
        )
        if image:
            everything = (*interpreter, *packages)
            lines += [_from(image, place), *runtime_lines(everything, place)]
            changes.append(StageChange(stage=destination.stage, image=image, packages=everything))
    return Remedy(
        kind=RemedyKind.RUN_TIME,
        # Where no image is known to go on with, there is nothing to check.
        change=ChangedStages(stages=tuple(changes)) if len(changes) == len(lacking) else None,
        text=" ".join(texts),
        lines=tuple(lines) if len(changes) == len(lacking) else (),
    )


def _like(target: Target, place: Place) -> tuple[str, tuple[str, ...]]:
    """Return an image in which packages can be installed, and those of the interpreter.

    The interpreter has to be where it is on the target: an environment refers to it. "" where no
    image is known.
    """
    own, distribution = target.image, place.distribution
    if own is not None and own.own_python:
        return _slim(target.python, distribution), ()
    if distribution is not None and distribution.name == "Debian":
        return f"debian:{distribution.codename}-slim", ("python3",)
    return "", ()


def runtime_lines(
    packages: tuple[str, ...], place: Place, other: Distribution | None = None
) -> tuple[str, ...]:
    """Return the lines that install `packages` in the stage of `place`, as root.

    `other` is the distribution that it is to have.
    """
    destination, distribution = place.destination, other or place.distribution
    if distribution is None:
        return ()
    provision = Provision(packages=packages)
    return lines_in(destination, provision, distribution.manager, moved=other is not None)


def _same_release(findings: Iterable[Finding], place: Place, target: Target) -> Iterator[Remedy]:
    """Yield the base image of the stage that is like the one that installs, for all `findings`."""
    own = target.image
    here, there = target.distribution, place.distribution
    if own is None or here is None or there is None or not own.own_python:
        return
    image = _slim(target.python, here)
    if not image or any(word in place.destination.image.reference for word in _FIXED):
        return
    text = f"Base {_stage(place)} on the same release and Python as what installs"
    linked = (name for each in findings for name in _run_time(each, target, place, image))
    packages = tuple(dict.fromkeys(linked))
    change = ChangedStages(
        stages=(StageChange(stage=place.destination.stage, image=image, packages=packages),)
    )
    if place.destination.managed and here.manager.family != there.manager.family:
        text = f"{text} ({image}), and write anew what is for {there.name} there."
        yield Remedy(kind=RemedyKind.IMAGE, change=change, text=text)
        return
    more = f", with {listed(packages)}" if packages else ""
    lines = runtime_lines(packages, place, here) if packages else ()
    yield Remedy(
        kind=RemedyKind.IMAGE,
        change=change,
        text=f"{text}{more}.",
        lines=(_from(image, place), *lines),
    )


def _run_time(finding: Finding, target: Target, place: Place, image: str = "") -> tuple[str, ...]:
    """Return the packages that a build is linked to in a place, but those that are there.

    `image` is what the place is to be based on.
    """
    if finding.needs is None:
        return ()
    with suppress(TargetError):
        change = StageChange(stage=place.destination.stage, image=image)
        place = changed_place(place, change, target)
    linked = linked_packages(finding.needs, target, place.distribution)
    has = place.destination.libraries.has
    return tuple(package for dependency, package in linked if has(package, dependency) is not True)


def _from_there(finding: Finding, hindrance: Hindrance, target: Target) -> Iterator[Remedy]:
    """Yield the base image to install in, so that what is installed loads in the stage."""
    place, package = hindrance.place, finding.package
    destination, distribution = place.destination, place.distribution
    wheel = choose_wheel(package, place.support) if package.wheels_allowed else None
    own = target.distribution
    if distribution is None or own is None or target.step is None:
        return
    if destination.image.sealed and destination.versioned:
        # An environment refers to its interpreter, which is elsewhere there.
        return
    if wheel is None and not (hindrance.built and own.name == distribution.name):
        return
    image = destination.image.reference
    if destination.image.sealed or place.python.short != _python_there(place):
        image = _slim(place.python, distribution)
    if not image:
        return
    fits = f", where {wheel.filename} fits" if wheel and not hindrance.everything else ""
    packages = _run_time(finding, target, place) if hindrance.built else ()
    more = f", and install {listed(packages)} in {_stage(place)}" if packages else ""
    lines = (f"# in {_stage(place)}:", *runtime_lines(packages, place)) if packages else ()
    yield Remedy(
        kind=RemedyKind.IMAGE,
        change=ChangedStages(
            image=image,
            stages=(StageChange(stage=destination.stage, packages=packages),) if packages else (),
        ),
        text=f"Install in an image like that of {_stage(place)}{fits}{more}.",
        lines=(f"FROM {image}{_as(target.step.stage)}", *lines),
    )


def _python_there(place: Place) -> str:
    python = place.destination.python
    return python.short if python else ""


def _platform(place: Place, target: Target) -> Iterator[Remedy]:
    if target.step is not None and target.step.platform:
        yield Remedy(
            kind=RemedyKind.PLATFORM,
            change=PlatformOfStage(architecture=place.platform.architecture),
            text=f"Install for {place.platform.architecture.value}: take --platform out of"
            f" the FROM line of stage {target.step.stage}.",
        )


def _slim(python: Python, distribution: Distribution | None) -> str:
    """Return the official image of a Python on a release, "" where there is none that is known."""
    if distribution is None or python.implementation is not Implementation.CPYTHON:
        return ""
    if distribution.libc is Libc.MUSL:
        return f"python:3.{python.minor}-alpine{distribution.release}"
    return (
        f"python:3.{python.minor}-slim-{distribution.codename}"
        if distribution.name == "Debian"
        else ""
    )


def _stage(place: Place) -> str:
    stage = place.destination.stage
    return f"stage {stage}" if stage else "the stage"


def _from(image: str, place: Place) -> str:
    return f"FROM {image}{_as(place.destination.stage)}"


def _as(stage: str) -> str:
    return f" AS {stage}" if stage and not stage.isdecimal() else ""
