"""The result of a check, as data: formats render it, nothing here knows how."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from shlex import quote
from typing import TYPE_CHECKING

from poetry_arch_check.check.plan import NOTHING_TO_DO, Plan
from poetry_arch_check.check.requirers import Requirers
from poetry_arch_check.errors import ArchCheckError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poetry_arch_check.check.change import Change
    from poetry_arch_check.check.loading import Hindrance
    from poetry_arch_check.check.nearest_miss import NearestMiss
    from poetry_arch_check.check.needs import Needs
    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.readiness import Readiness
    from poetry_arch_check.check.regressions import Comparison
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.toolchains.need import Need


class Outcome(Enum):
    """What becomes of a planned package on a target.

    UNKNOWN is for packages that cannot be decided: the lock or the sources do not say enough.
    """

    WHEEL = "wheel"
    SOURCE = "source"
    NO_TOOLCHAIN = "no-toolchain"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"


class Cause(Enum):
    """Why an outcome is what it is; the value is its stable word in JSON and in the docs."""

    WHEEL_FITS = "wheel-fits"
    NO_TOOLCHAIN_NEEDED = "no-toolchain-needed"
    TOOLCHAIN_PRESENT = "toolchain-present"
    TOOLCHAIN_MISSING = "toolchain-missing"
    TOOLCHAIN_UNCERTAIN = "toolchain-uncertain"
    BUILD_BROKEN = "build-broken"
    NO_WHEEL_NO_SDIST = "no-wheel-no-sdist"
    DOES_NOT_LOAD_THERE = "does-not-load-there"
    LIBRARY_MISSING_AT_RUN_TIME = "library-missing-at-run-time"
    POLICY_FORBIDS = "policy-forbids"
    ONLY_UNUSABLE_FILES = "only-unusable-files"
    NO_FILES_LOCKED = "no-files-locked"
    UNREADABLE_FILE_NAME = "unreadable-file-name"
    UNREADABLE_SOURCE = "unreadable-source"


class RemedyKind(Enum):
    """Kinds of remedies, the cheapest first."""

    UPGRADE = "upgrade"
    VERSION = "version"
    CONSTRAINT = "constraint"
    POLICY = "policy"
    LOCK = "lock"
    IMAGE = "image"
    TOOLCHAIN = "toolchain"
    RUN_TIME = "run-time"
    REPLACEMENT = "replacement"
    PYTHON = "python"
    PLATFORM = "platform"
    SOURCE = "source"
    MARKER = "marker"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What to do, and lines to paste; `forbidden` where a requirement does not allow it.

    `still` names what the build of the package takes after it and lacks.
    `change` is what it comes to. It is None only where nothing can be proven: what a new lock
    lists is not known without the index, and no image may be known to go on with.
    """

    kind: RemedyKind
    change: Change | None
    text: str
    lines: tuple[str, ...] = ()
    forbidden: bool = False
    still: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One planned package on one target.

    `detail` is a clause for the sentence that the cause alone does not tell. `hindrances` say why
    it does not load in the stages that it is copied to; beside another cause, what it lacks there.
    """

    package: LockedPackage
    outcome: Outcome
    cause: Cause
    problem: bool
    file: str | None = None
    needs: Needs | None = None
    missing: tuple[Need, ...] = ()
    nearest: NearestMiss | None = None
    detail: str = ""
    hindrances: tuple[Hindrance, ...] = ()
    ignored: str | None = None
    remedies: tuple[Remedy, ...] = ()

    @property
    def fails_to_load(self) -> bool:
        """Whether it is installed, and what is wrong is where it is copied to."""
        return self.cause in {Cause.DOES_NOT_LOAD_THERE, Cause.LIBRARY_MISSING_AT_RUN_TIME}

    @property
    def counts_as(self) -> str:
        """The key of the summary that this finding is counted under."""
        return "ignored" if self.ignored is not None else self.outcome.value


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetReport:
    """All planned packages of one target, in name order.

    `blocked` says why Poetry would not install there at all; `planned` is False where it
    has no plan either. `remedies` solve all problems together; `plan` is the cheapest way to ok.
    `requirers` says who brings the packages in.
    """

    target: Target
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    blocked: str | None = None
    planned: bool = True
    plan: Plan = NOTHING_TO_DO
    requirers: Requirers = field(default_factory=Requirers)

    @property
    def problems(self) -> tuple[Finding, ...]:
        """The findings that are problems and not ignored."""
        return tuple(finding for finding in self.findings if finding.problem)

    @property
    def unknown(self) -> tuple[Finding, ...]:
        """The findings that could not be decided, and that are not ignored."""
        return tuple(
            finding
            for finding in self.findings
            if finding.outcome is Outcome.UNKNOWN and finding.ignored is None
        )

    @property
    def summary(self) -> Mapping[str, int]:
        """How many packages have which outcome; the ignored ones are counted apart."""
        counts = Counter(finding.counts_as for finding in self.findings)
        return {key: counts[key] for key in (*(o.value for o in Outcome), "ignored")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """The change of a Dockerfile as a unified diff, "" for none, and the problems that remain.

    Those are the packages that are still a problem where the changed file is read again. `git
    apply` takes the diff in `folder`, which is "" for the folder of the project.
    """

    path: str
    diff: str
    folder: str = ""
    remaining: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole check. `lock_path` is relative to the project; `patches` are for Dockerfiles.

    `comparison` says what has changed since a revision, where that was asked for: then, only
    what is worse counts.
    """

    lock_path: str
    lock_version: str
    targets: tuple[TargetReport, ...]
    notes: tuple[str, ...] = ()
    patches: tuple[Patch, ...] = ()
    comparison: Comparison | None = None
    readiness: tuple[Readiness, ...] = ()
    untold: frozenset[LockedPackage] = frozenset()

    @property
    def diff(self) -> str:
        """The patches of all Dockerfiles that were read, as one."""
        return "".join(patch.diff for patch in self.patches)

    @property
    def git_apply(self) -> str:
        """The command that takes `diff`; that of the first patch where they differ."""
        folders = (patch.folder for patch in self.patches if patch.diff)
        folder = next(folders, "")
        return f"git -C {quote(folder)} apply" if folder else "git apply"

    def problem_packages(self) -> dict[LockedPackage, list[Target]]:
        """Return the packages with problems, each with all targets where it is planned."""
        packages: dict[LockedPackage, list[Target]] = {
            finding.package: [] for target in self.targets for finding in target.problems
        }
        for target in self.targets:
            for finding in target.findings:
                if finding.package in packages:
                    packages[finding.package].append(target.target)
        return packages

    @property
    def exit_code(self) -> int:
        """0 without a problem, 1 with one, 2 where the check could not be made in full."""
        if self.comparison:
            changes = self.comparison.changes
            return 1 if changes.worse else ArchCheckError.exit_code * changes.incomplete
        if any(target.problems for target in self.targets):
            return 1
        incomplete = any(target.unknown or target.blocked for target in self.targets)
        return ArchCheckError.exit_code if incomplete else 0

    @property
    def ok(self) -> bool:
        """Whether everything was checked and nothing is wrong."""
        return self.exit_code == 0
