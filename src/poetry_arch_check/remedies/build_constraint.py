"""Build constraints: `[tool.poetry.build-constraints]`, for a Poetry that knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from poetry_arch_check.check.change import AddedConstraint
from poetry_arch_check.check.report import Remedy, RemedyKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.remedies.facts import Facts

# Poetry's changelog, 2.3.0: "Add support for specifying build constraints for dependencies". Older
# ones refuse a project that has the table. It takes Python 3.10 or newer.
FIRST_POETRY = Version("2.3")
_FIRST_PYTHON = 10
_NEWER = f"'poetry>={FIRST_POETRY}'"
# Stand for what comes after it: later versions of Poetry 2, and of any other.
_LATER = (FIRST_POETRY, Version("2.999"), Version("999"))


def build_constraint(
    package: LockedPackage, constraints: tuple[str, ...], target: Target, facts: Facts
) -> Iterator[Remedy]:
    """Yield the build constraints (PEP 508) for `package`, and which Poetry they take.

    Every Poetry that reads the project has to know it: the one at hand, and the Dockerfile's,
    which runs on the Python of the image, as a rule.
    """
    step = target.step
    if step is not None and target.python.minor < _FIRST_PYTHON:
        return
    requirements = map(Requirement, constraints)
    tools = ", ".join(f'{each.name} = "{each.specifier}"' for each in requirements)
    first: list[str] = []
    lines: list[str] = []
    if not facts.build_constraints:
        first.append("this Poetry is older")
        lines.append("poetry self update")
    if step is not None and is_older(step.installation.poetry):
        first.append(f"{step.path} installs poetry{step.installation.poetry}")
        lines += [f"# {step.path}", f"RUN pip install {_NEWER}", "# pyproject.toml"]
    with_newer = f"; {', and '.join(first)}: update it first" if first else ""
    what = "a build constraint" if len(constraints) == 1 else "build constraints"
    yield Remedy(
        kind=RemedyKind.CONSTRAINT,
        change=AddedConstraint(requirements=constraints),
        text=f"Build it with older tools, by {what} (Poetry {FIRST_POETRY} or newer{with_newer}).",
        lines=(
            *lines,
            "[tool.poetry.build-constraints]",
            f"{package.name} = {{ {tools} }}",
        ),
    )


def is_older(versions: str) -> bool:
    """Return whether all of `versions` (PEP 440, "" for any) are before `FIRST_POETRY`."""
    allowed = SpecifierSet(versions)
    candidates = [*_LATER, *filter(None, (_version(each.version) for each in allowed))]
    return not any(
        candidate >= FIRST_POETRY and allowed.contains(candidate) for candidate in candidates
    )


def _version(text: str) -> Version | None:
    try:
        return Version(text.removesuffix(".*"))
    except InvalidVersion:
        return None
