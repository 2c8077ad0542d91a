"""Compares what is said of sdists with what happened when they were built.

    python tests/truth.py [--rules-alone] TABLE [TABLE ...]

TABLE is a table like `source-builds.tsv`: its columns `name`, `version`, `sdist` and `sha256`
tell which file it is, `bare` and `cc` what became of it without and with a compiler. The sdists
are taken from Poetry's cache, or fetched into it, by the way the plugin takes. Prints confusion
tables (does the build need anything beyond Python, and which class) and every sdist where the
two do not agree. With `--rules-alone`, the table of known packages is left aside: what the
rules say of a package that nobody knows.
"""

from __future__ import annotations

import csv
import sys
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from poetry.core.packages.package import Package
from poetry.factory import Factory

from poetry_arch_check.check.needs import Basis, Needs, SourceInspection, needs_of
from poetry_arch_check.check.packages import LockedPackage
from poetry_arch_check.inspection.archive.limits import Budget
from poetry_arch_check.inspection.archive.reader import read_archive
from poetry_arch_check.inspection.errors import TreeError
from poetry_arch_check.inspection.inspect_tree import inspect_tree
from poetry_arch_check.inspection.interpreter import Interpreter
from poetry_arch_check.poetry_api.project import Project
from poetry_arch_check.poetry_api.time_limits import TimeBudget
from poetry_arch_check.sources.sdists import NotInspectedError, Sdists
from poetry_arch_check.toolchains.libraries import library
from support.paths import ROOT

# Where the builds of the tables took place: Debian 12.
BUILDER = Interpreter(
    sys_platform="linux",
    os_name="posix",
    system="Linux",
    machine="x86_64",
    implementation="cpython",
    version=(3, 11, 2),
)
CLASSES = ("ok", "compiler", "tool", "library", "broken", "unknown")
# Of these, nobody can say whether they need anything.
ASIDE = frozenset({"broken", "network", "buildreq", "?"})


class Row(NamedTuple):
    """An sdist: what became of it, and what is said of it."""

    file: str
    bare: str
    cc: str
    said: str
    needs: Needs | None
    why: str


def predicted(needs: Needs) -> str:
    """Return the class that `needs` stand for: the gravest of what they say."""
    if needs.broken:
        return "broken"
    kinds = {_kind(need.dependency) for need in needs.requires}
    return next((kind for kind in ("library", "tool", "compiler") if kind in kinds), "ok")


def _kind(dependency: str) -> str:
    known = library(dependency)
    return known.kind if known else "library"


def said_of(
    line: dict[str, str], path: Path, *, rules_alone: bool
) -> tuple[str, Needs | None, str]:
    """Return class, needs and, where there are none, the reason."""
    try:
        inspection = inspect_tree(read_archive(path, Budget(clock=time.thread_time)), BUILDER)
    except TreeError as error:
        return "unknown", None, str(error)
    if rules_alone:
        needs = Needs(requires=inspection.requires, basis=Basis.INSPECTED, broken=inspection.broken)
    else:
        package = LockedPackage(name=line["name"], version=line["version"], line=1)
        needs = needs_of(package, {}, SourceInspection(inspection=inspection), python_minor=11)
    return predicted(needs), needs, ""


def rows(tables: list[Path], *, rules_alone: bool) -> list[Row]:
    """Return a row for each sdist of `tables`."""
    project = Project(Factory().create_poetry(ROOT))
    sdists = Sdists(project, TimeBudget(3600), offline=False)
    found = {}
    for table in tables:
        with table.open(encoding="utf-8", newline="") as file:
            for line in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                package = Package(line["name"], line["version"])
                package.files = [{"file": line["sdist"], "hash": f"sha256:{line['sha256']}"}]
                try:
                    with sdists.at_hand(package, line["sdist"]) as path:
                        said = said_of(line, path, rules_alone=rules_alone)
                except NotInspectedError as error:
                    print(f"{line['sdist']}: {error}", file=sys.stderr)
                    continue
                found[path.name] = Row(path.name, line["bare"], line["cc"], *said)
    return [found[name] for name in sorted(found)]


def report(measured: list[Row]) -> None:
    """Print the two tables, and what does not agree."""
    decided = [row for row in measured if row.bare not in ASIDE]
    needed = Counter((row.bare != "ok", row.said not in {"ok", "unknown"}) for row in decided)
    print(f"{len(measured)} sdists; of {len(decided)}, what they need could be measured")
    print("needs more than Python   said yes   said no")
    print(f"  yes                    {needed[True, True]:8} {needed[True, False]:9}")
    print(f"  no                     {needed[False, True]:8} {needed[False, False]:9}")
    print("\nwithout a compiler: what happened (rows) and what was said (columns)")
    print(f"{'':10}" + "".join(f"{name:>10}" for name in CLASSES))
    counts = Counter((row.bare, row.said) for row in measured)
    for bare in sorted({row.bare for row in measured}):
        print(f"{bare:10}" + "".join(f"{counts[bare, said] or '':>10}" for said in CLASSES))
    print()
    for row in measured:
        wrong = row.bare not in ASIDE and (row.bare == "ok") is not (row.said == "ok")
        # What a compiler did build is not broken.
        wrong |= row.said == "broken" and row.cc in {"ok", "compiling"}
        if wrong or row.said not in {row.bare, row.cc}:
            requires = " ".join(map(str, row.needs.requires)) if row.needs else row.why
            broken = row.needs.broken.why if row.needs and row.needs.broken else ""
            mark = "WRONG " if wrong else ""
            print(f"{mark}{row.file}: {row.bare}/{row.cc}, said {row.said}: {requires} {broken}")


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--rules-alone"]
    alone = len(arguments) < len(sys.argv) - 1
    report(rows([Path(argument) for argument in arguments], rules_alone=alone))
