"""A report on many packages and many targets, each family of packages faring in its own way."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from poetry_arch_check.check.check import check
from poetry_arch_check.check.report import Report, TargetReport
from poetry_arch_check.check.requirers import Requirers
from poetry_arch_check.remedies.plan import with_plans
from poetry_arch_check.remedies.remedies import with_remedies
from support.make import facts, package, target

if TYPE_CHECKING:
    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.target import Target

THREE = ("linux/amd64", "linux/arm64", "alpine/amd64")
TWELVE = (
    *THREE,
    *("alpine/arm64", "macos/amd64", "macos/arm64", "windows/amd64", "windows/arm64"),
    *("linux/arm/v7", "linux/ppc64le", "linux/s390x", "linux/riscv64"),
)
X86 = "manylinux_2_17_x86_64"


def large() -> list[LockedPackage]:
    """Return 500 packages, many of which fare badly, each family in its own way."""
    shapes = {
        "pure": ("py3-none-any.whl",),
        "glibc": (f"cp311-cp311-{X86}.whl", "cp311-cp311-manylinux_2_17_aarch64.whl"),
        "cuda": (f"py3-none-{X86}.whl",),
        "built": (),
        "amd": (f"cp311-cp311-{X86}.whl", "cp311-cp311-musllinux_1_2_x86_64.whl"),
    }
    sdists = {"glibc", "built", "amd"}
    names = [(f"{shape}{i}", shape) for i in range(100) for shape in shapes]
    return [
        package(
            *(f"{name}-1.{i}.0-{file}" for file in shapes[shape]),
            *((f"{name}-1.{i}.0.tar.gz",) if shape in sdists else ()),
            name=name,
            version=f"1.{i}.0",
        )
        for i, (name, shape) in enumerate(names)
    ]


# torch0 brings in all that is called cuda…, and is no problem itself.
REQUIRERS = Requirers(
    own={"pure0": "pyproject.toml:5", "pure1": "pyproject.toml:6"},
    dependents={"torch": ("pure0",), **{f"cuda{i}": ("torch",) for i in range(100)}},
)


@cache
def large_report(*places: str) -> Report:
    """Return the report on 500 packages, made once."""
    return report(large(), *places)


def report(
    packages: list[LockedPackage], *places: str | Target, requirers: Requirers = REQUIRERS
) -> Report:
    """Return the report on packages for targets, with plans."""
    on = [target(place) if isinstance(place, str) else place for place in places]
    checked = [(each, check(packages, each, facts((), each).rules)) for each in on]
    targets, known = [], []
    for place, found in checked:
        each = replace(facts(found, place), everywhere=tuple(checked))
        targets.append(
            TargetReport(
                target=place, findings=with_remedies(found, place, each), requirers=requirers
            )
        )
        known.append(each)
    return with_plans(
        Report(lock_path="poetry.lock", lock_version="2.1", targets=tuple(targets)), known
    )
