"""Plans for Dockerfiles with several stages, carried out by hand, end in what they claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from poetry_arch_check.check.change import OtherImage, OtherPython
from poetry_arch_check.check.check import check
from poetry_arch_check.check.report import RemedyKind, TargetReport
from poetry_arch_check.check.rules import Rules
from poetry_arch_check.remedies.machine import Machine
from poetry_arch_check.remedies.plan import plan_of
from poetry_arch_check.remedies.remedies import with_remedies
from support.dockerfiles import Editor, targets
from support.make import facts, needs, package

if TYPE_CHECKING:
    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.plan import Plan
    from poetry_arch_check.check.target import Target

GLIBC = tuple(f"demo-1.0-cp312-cp312-manylinux_2_17_{each}.whl" for each in ("x86_64", "aarch64"))
NEW = GLIBC[0].replace("2_17", "2_34")
OLD_PYTHON = tuple(file.replace("cp312", "cp311") for file in GLIBC)
SDIST = "demo-1.0.tar.gz"
RULES = Rules(
    requires={
        "c": needs("c"),
        "libpq": needs("c", "libpq"),
        "rust": needs("rust>=1.65"),
        "fortran": needs("c", "fortran", "openblas"),
        "glibc-or-c": needs("c"),
    }
)
PACKAGES = {
    name: package(*(file.replace("demo", name.replace("-", "_")) for file in files), name=name)
    for name, files in {
        "c": (SDIST,),
        "libpq": (SDIST,),
        "rust": (SDIST,),
        "fortran": (SDIST,),
        "glibc": GLIBC,
        "glibc-or-c": (*GLIBC, SDIST),
        "new-glibc": (NEW,),
        "old-python": OLD_PYTHON,
    }.items()
}
SETS = [
    *((name,) for name in PACKAGES),
    ("c", "libpq", "fortran"),
    ("glibc", "glibc-or-c", "libpq"),
    ("c", "new-glibc"),
]
BUILDERS = ("python:3.12-slim-bookworm", "python:3.12-alpine3.20", "ubuntu:24.04")
FINALS = (*BUILDERS[:2], "python:3.11-slim-bookworm", "gcr.io/distroless/python3-debian12")
INSTALL = "ENV POETRY_VIRTUALENVS_IN_PROJECT=1\nWORKDIR /app\nCOPY . .\nRUN poetry install\n"
COPY = "COPY --from=build /app/.venv /app/.venv\n"
FORMS = (
    "FROM {} AS build\n" + INSTALL + "FROM {} AS final\n" + COPY,
    "FROM {} AS build\nUSER app\n" + INSTALL + "FROM {}\nUSER app\n" + COPY,
    "FROM {} AS build\nRUN poetry export -o r.txt && pip wheel --wheel-dir /wheels -r r.txt\n"
    "FROM {} AS final\nCOPY --from=build /wheels /wheels\nRUN pip install /wheels/*\n",
)


def planned(packages: list[LockedPackage], on: Target) -> tuple[Plan, set[str]]:
    """Return the plan for packages on a target, and the names of what is a problem there."""
    found = check(packages, on, RULES)
    known = facts(found, on, RULES)
    report = TargetReport(target=on, findings=with_remedies(found, on, known))
    problems = {each.package.name for each in found if each.problem}
    return plan_of(Machine.of(report, known)), problems


@pytest.mark.parametrize("builder", BUILDERS)
@pytest.mark.parametrize("final", FINALS)
def test_what_a_plan_cures_is_cured(builder: str, final: str) -> None:
    """By the lines that it prints, pasted where they say; what it does not cure is left."""
    wrong, done = [], 0
    for number, (names, form) in enumerate((names, form) for names in SETS for form in FORMS):
        platform = ("linux/amd64", "linux/arm64")[number % 2]
        packages = [PACKAGES[name] for name in names]
        text = form.format(builder, final)
        (on,) = targets(text, platform)
        plan, problems = planned(packages, on)
        left = {each.name for each in plan.left}
        assert problems <= left | {each.name for step in plan.steps for each in step.cures}
        if not _pasted(plan):
            continue
        editor = Editor(text, "build")
        editor.take(plan)
        (after,) = targets(editor.text, platform)
        done += 1
        if still := planned(packages, after)[1] - left:
            wrong.append(f"{sorted(still)} on {platform}:\n{text}\n{plan.steps}\n{editor.text}")
    assert not wrong, "\n\n".join(wrong)
    assert done > 0


def _pasted(plan: Plan) -> bool:
    """Return whether all that is to be done is to paste lines into the Dockerfile."""
    kinds = {RemedyKind.IMAGE, RemedyKind.TOOLCHAIN, RemedyKind.RUN_TIME}
    return all(step.remedy.lines and step.remedy.kind in kinds for step in plan.steps)


@pytest.mark.parametrize("name", ["glibc", "old-python"])
def test_an_image_of_several_stages_is_no_line_to_paste(name: str) -> None:
    """What one stage copies from the other is for the old one: both change, which is said."""
    image = BUILDERS[1 if name == "glibc" else 0]
    (on,) = targets(FORMS[0].format(image, image))
    plan, _ = planned([PACKAGES[name]], on)
    (remedy,) = (step.remedy for step in plan.steps)
    assert isinstance(remedy.change, OtherImage | OtherPython)
    assert remedy.lines == ()
    assert f"({remedy.change.image}):" in remedy.text
    assert remedy.text.endswith(f"; other lines of Dockerfile are for {image} and change with it.")


def test_a_build_takes_the_stage_along_that_it_is_copied_to() -> None:
    """One step for all that is built; the libraries that they load are installed there, too."""
    (on,) = targets(FORMS[0].format(BUILDERS[0], FINALS[3]))
    plan, _ = planned([PACKAGES["c"], PACKAGES["libpq"]], on)
    (step,) = plan.steps
    assert [each.name for each in step.cures] == ["c", "libpq"]
    assert plan.left == ()
    lines = [line for line in step.remedy.lines if line.startswith(("#", "FROM"))]
    assert lines == ["# in stage final:", f"FROM {BUILDERS[0]} AS final"]
    assert any("libpq5" in line for line in step.remedy.lines)


def test_a_stage_for_which_no_image_is_known() -> None:
    """The step says what it still takes; no step does that, and so the package is left."""
    text = FORMS[0].format("rockylinux:9", FINALS[2])
    (on,) = targets(text.replace("RUN", "RUN dnf install -y python3.12\nRUN", 1))
    plan, _ = planned([PACKAGES["c"]], on)
    (step,) = plan.steps
    assert step.remedy.still == ("another base image in stage final",)
    assert [each.name for each in plan.left] == ["c"]
