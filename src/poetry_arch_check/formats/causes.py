"""What a cause means and what to do about it, in a sentence each, and where the docs tell more.

Formats that know rules (SARIF, GitLab's code quality, JUnit) name them by the words of the causes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from poetry_arch_check.check.report import Cause

if TYPE_CHECKING:
    from collections.abc import Mapping

DOCS = "docs/causes.md"
"""The page of the documentation with a section for each cause, named by its word."""


class Level(Enum):
    """How a finding counts."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """The help of a cause."""

    title: str
    meaning: str
    advice: str


CAUSES: Mapping[Cause, Help] = {
    Cause.WHEEL_FITS: Help(
        title="A wheel fits",
        meaning="Poetry installs a locked wheel on the target. Nothing is built.",
        advice="Nothing.",
    ),
    Cause.NO_TOOLCHAIN_NEEDED: Help(
        title="Built from source, without a compiler",
        meaning="Poetry builds the package from source on the target, and the build requires no"
        " compiler, tool or library.",
        advice="Use a version with a wheel, or lift require-wheels.",
    ),
    Cause.TOOLCHAIN_PRESENT: Help(
        title="Built from source, with a toolchain that is there",
        meaning="Poetry builds the package from source on the target, and the target has"
        " everything that the build requires.",
        advice="Use a version with a wheel, or lift require-wheels.",
    ),
    Cause.TOOLCHAIN_MISSING: Help(
        title="Built from source, and the toolchain is missing",
        meaning="Poetry would build the package from source on the target, and the target lacks"
        " something that the build requires, or has it in a version that is too old. The build"
        " would fail.",
        advice="Use a version, an image or a Python that has a wheel, or install what is missing.",
    ),
    Cause.DOES_NOT_LOAD_THERE: Help(
        title="Copied to a stage where it does not load",
        meaning="Poetry installs the package in one stage of a Dockerfile, and `COPY --from` takes"
        " it to another stage, where it does not load.",
        advice="Base both stages on the same release and Python, or install in the final stage.",
    ),
    Cause.LIBRARY_MISSING_AT_RUN_TIME: Help(
        title="A shared library is missing in the final stage",
        meaning="The package is built in one stage of a Dockerfile and copied to another one, and"
        " a shared library that it links to is not there.",
        advice="Install the package with the library in the final stage.",
    ),
    Cause.TOOLCHAIN_UNCERTAIN: Help(
        title="Whether the toolchain is there is unknown",
        meaning="Poetry would build the package, and something that the build requires may or may"
        " not be present.",
        advice="Declare with `toolchain` what the target has.",
    ),
    Cause.BUILD_BROKEN: Help(
        title="The build fails with current build tools",
        meaning="Poetry would build the package from source, and the build fails whatever compiler"
        " is installed.",
        advice="Use a newer version, or the build constraint that the report prints.",
    ),
    Cause.NO_WHEEL_NO_SDIST: Help(
        title="No wheel fits, and there is no sdist",
        meaning="Nothing in the lock can be installed on the target.",
        advice="Use another version, another image or another Python, or a marker.",
    ),
    Cause.POLICY_FORBIDS: Help(
        title="Poetry's configuration forbids what there is",
        meaning="The lock has a file for the target, and Poetry's configuration does not allow it.",
        advice="Change installer.no-binary or installer.only-binary.",
    ),
    Cause.ONLY_UNUSABLE_FILES: Help(
        title="Only eggs and installers are locked",
        meaning="The lock has files for the package, and Poetry installs none of their kinds.",
        advice="Use another version.",
    ),
    Cause.NO_FILES_LOCKED: Help(
        title="The lock lists no files",
        meaning="The lock has an entry for the package without any files.",
        advice="Run `poetry lock`.",
    ),
    Cause.UNREADABLE_FILE_NAME: Help(
        title="A file name cannot be parsed",
        meaning="A file of the package in the lock has a name that is not a valid name of a wheel"
        " or an sdist, and no wheel fits.",
        advice="Run `poetry lock --regenerate`.",
    ),
    Cause.UNREADABLE_SOURCE: Help(
        title="The source cannot be read",
        meaning="Poetry would build the package from source, and the source cannot be inspected.",
        advice="State what its build requires in `packages.<name>.requires`.",
    ),
}
