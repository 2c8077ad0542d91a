"""The tables of known packages and of libraries: data that has to be consistent."""

from __future__ import annotations

import json
from collections import Counter
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

import poetry_arch_check
from poetry_arch_check.check.needs import Basis, Needs, RequiredBuild, SourceInspection, needs_of
from poetry_arch_check.check.packages import LockedPackage
from poetry_arch_check.inspection.inspection import Inspection
from poetry_arch_check.inspection.known_packages import known_package
from poetry_arch_check.toolchains.distributions import releases_of
from poetry_arch_check.toolchains.libraries import configured, label, library, linked, of_pkg_config
from poetry_arch_check.toolchains.offers import offer_of
from poetry_arch_check.toolchains.package_managers.registry import MANAGERS, TDNF
from poetry_arch_check.toolchains.toolchain import C, parse_dependency, parse_need
from support.make import needs, written

DATA = Path(poetry_arch_check.__file__).parent / "data"
PACKAGES: list[dict[str, Any]] = json.loads((DATA / "packages.json").read_text("utf-8"))
LIBRARIES: dict[str, dict[str, Any]] = json.loads((DATA / "libraries.json").read_text("utf-8"))[
    "rows"
]


def test_every_row_names_its_source_and_parses() -> None:
    """Names are normalized, ranges are PEP 440, everything required is in the other table."""
    for row in PACKAGES:
        assert row["source"], row
        assert row["name"] == canonicalize_name(row["name"])
        SpecifierSet(row.get("versions", ""))
        SpecifierSet(row.get("python", ""))
        required = [each.format(version="1.2.3", minor="1.2") for each in row["requires"]]
        assert all(library(parse_need(each).dependency) for each in required), row
        assert row["requires"] == [] or not row.get("optional"), row
        if "constraint" in row:
            assert Requirement(row["constraint"]).specifier
        assert ("fixed" in row or "constraint" in row) <= ("broken" in row)
    for name, row in LIBRARIES.items():
        assert row["source"], name
        assert row["kind"] in {"compiler", "tool", "library"}


def test_rows_of_a_package_exclude_each_other() -> None:
    """Otherwise two rows would say two things of one release."""
    for first, second in combinations(PACKAGES, 2):
        if first["name"] != second["name"] or ("systems" in first) is not ("systems" in second):
            continue
        edges = {
            Version(specifier.version.removesuffix(".*"))
            for row in (first, second)
            for specifier in SpecifierSet(row.get("versions", ""))
        }
        between = [Version("0"), Version("9999"), *edges]
        between += [Version(f"{edge}.0.0.1") for edge in edges if not edge.is_prerelease]
        for version in between:
            for minor in range(8, 15):
                both = all(
                    SpecifierSet(row.get("versions", "")).contains(version, prereleases=True)
                    and SpecifierSet(row.get("python", "")).contains(f"3.{minor}")
                    for row in (first, second)
                )
                assert not both, (first, second, version, minor)


def test_no_name_means_two_libraries() -> None:
    """What a script mentions has to tell one from the other."""
    for key in ("pkgconfig", "programs", "links"):
        counts = Counter(name for row in LIBRARIES.values() for name in row.get(key, ()))
        assert max(counts.values()) == 1, counts.most_common(2)


def test_every_compiler_has_a_package_everywhere() -> None:
    """On macOS, C and C++ come with the system's command line tools.

    What tdnf has, each release of its distributions tells: Photon OS lacks what Azure Linux has.
    """
    for release in (*releases_of("Photon OS"), *releases_of("Azure Linux")):
        assert release.manager is TDNF
        assert all(offer_of(release, parse_dependency(name)) for name in ("c", "c++", "fortran"))
    for name in ("c", "c++", "fortran", "rust", "go"):
        for manager in MANAGERS:
            if manager is TDNF:
                continue
            if manager.system_compilers and name in {"c", "c++"}:
                continue
            assert manager.packages_of(parse_dependency(name)), (name, manager)


@pytest.mark.parametrize(
    ("name", "version", "minor", "expected"),
    [
        ("psycopg2", "2.9.9", 11, ("c", "libpq")),
        ("lxml", "5.0.0", 11, ("c", "libxml2", "libxslt")),
        ("mysqlclient", "2.2.4", 11, ("c", "libmysqlclient", "pkg-config")),
        ("h5py", "3.11.0", 11, ("c", "hdf5", "pkg-config")),
        ("python-ldap", "3.4.4", 11, ("c", "openldap", "cyrus-sasl")),
        ("orjson", "3.10.0", 12, ("rust",)),
    ],
)
def test_what_is_known(name: str, version: str, minor: int, expected: tuple[str, ...]) -> None:
    """The libraries that no static look at the sources shows are there, the compiler too."""
    row = known_package(name, version, minor)
    assert row is not None
    assert row.broken is None
    assert {parse_dependency(each) for each in expected} <= set(written(row.requires))


@pytest.mark.parametrize(
    ("name", "version", "expected"),
    [
        # GDAL 3.7.3 does not compile with Debian 12's libgdal 3.6.2 (measured), 3.6.4 may.
        ("gdal", "3.7.3", "gdal>=3.7"),
        ("gdal", "3.6.4", "gdal>=3.6"),
        # From 3.8 on, setup.py compares whole versions.
        ("gdal", "3.10.3", "gdal>=3.10.3"),
        # Its generator stops at what a newer libvirt has.
        ("libvirt-python", "11.0.0", "libvirt<=11.0.0"),
        ("fiona", "1.10.1", "gdal>=3.1"),
        ("rasterio", "1.4.3", "gdal>=3.5"),
        ("pyproj", "3.7.0", "proj>=9.2"),
    ],
)
def test_bindings_follow_the_version_of_their_library(
    name: str, version: str, expected: str
) -> None:
    """What a release has of the library may be too old for them."""
    row = known_package(name, version, 11)
    assert row is not None
    assert parse_need(expected) in row.requires


def test_what_is_known_to_be_broken_and_until_when() -> None:
    """For pyyaml, the versions before Cython 3 was taken account of."""
    for version, broken in {"5.4.1": True, "6.0": True, "6.0.1": False}.items():
        row = known_package("pyyaml", version, 11)
        assert bool(row and row.broken) == broken
    row = known_package("pyyaml", "5.4.1", 11)
    assert row is not None
    assert row.broken is not None
    assert (row.fixed, Requirement(row.broken.constraint).name.lower()) == ("6.0.1", "cython")
    # It is the headers of a newer Python that aiohttp 3.8.1 does not know.
    old, new = known_package("aiohttp", "3.8.1", 10), known_package("aiohttp", "3.8.1", 11)
    assert old is not None
    assert new is not None
    assert (bool(old.broken), bool(new.broken)) == (False, True)


def test_what_is_optional() -> None:
    """Nothing is needed, and more results where there is a compiler."""
    for name, version in (("markupsafe", "1.1.1"), ("wrapt", "1.12.1"), ("sqlalchemy", "1.3.20")):
        row = known_package(name, version, 11)
        assert row is not None
        assert (row.requires, row.optional) == ((), True)


def test_a_version_that_does_not_parse_is_not_known() -> None:
    """Locks have such versions."""
    assert known_package("psycopg2", "unknown", 11) is None
    assert known_package("no-such-package", "1.0", 11) is None


def test_libraries_by_what_scripts_call_them() -> None:
    """A linked name, a module of pkg-config, a program that tells where it is."""
    libpq = "dep:generic/libpq"
    assert (linked("pq"), of_pkg_config("libpq"), configured("pg_config")) == (libpq,) * 3
    assert (linked("m"), of_pkg_config("python3"), configured("cmake")) == (None,) * 3
    assert label(libpq) != libpq
    assert label("dep:generic/no-such-thing") == "no-such-thing"


def package(name: str, version: str) -> LockedPackage:
    """Return an entry with an sdist alone."""
    return LockedPackage(name=name, version=version, line=1)


def test_sources_and_table_together() -> None:
    """The sources tell of the compiler, the table of the libraries; the configuration of all."""
    seen = SourceInspection(inspection=Inspection(requires=needs("c++")))
    both = needs_of(package("psycopg2", "2.9.9"), {}, seen, python_minor=11)
    assert both.basis is Basis.INSPECTED
    assert written(both.requires) == ("dep:virtual/compiler/cxx", C, "dep:generic/libpq")
    reported = needs_of(package("psycopg2", "2.9.9"), {"psycopg2": ()}, seen, python_minor=11)
    assert (reported.basis, reported.requires) == (Basis.CONFIGURED, ())
    not_inspected = SourceInspection(not_inspected="no network")
    offline = needs_of(package("psycopg2", "2.9.9"), {}, not_inspected, python_minor=11)
    assert (offline.basis, written(offline.requires)) == (Basis.KNOWN, (C, "dep:generic/libpq"))
    nothing = needs_of(package("nobody-knows", "1.0"), {}, not_inspected, python_minor=11)
    assert (nothing.basis, written(nothing.requires), nothing.not_inspected) == (
        Basis.ASSUMED,
        (C,),
        "no network",
    )
    optional = SourceInspection(inspection=Inspection(requires=needs("c")))
    known_better = needs_of(package("markupsafe", "1.1.1"), {}, optional, python_minor=11)
    assert (known_better.requires, known_better.optional) == ((), True)


def test_sources_tell_which_versions() -> None:
    """A row does not hide what the sources prove; of two floors the higher one counts."""
    found = Inspection(requires=needs("c", "libpq>=12", "cmake>=3"))
    seen = SourceInspection(
        inspection=found,
        through=(
            RequiredBuild(
                name="x",
                version="1",
                needs=Needs(requires=needs("libpq>=14", "rust"), basis=Basis.INSPECTED),
            ),
        ),
    )
    both = needs_of(package("psycopg2", "2.9.9"), {}, seen, python_minor=11)
    assert both.requires == needs("c", "libpq>=14", "cmake>=3", "rust")


def test_a_build_constraint_lifts_what_a_row_calls_broken() -> None:
    """The remedy that is printed has to be one that helps; any other constraint does not."""
    for constraint, broken in {
        "Cython (<3)": False,
        "Cython (>=3)": True,
        "numpy (<2)": True,
    }.items():
        seen = SourceInspection(inspection=Inspection(), constraints=(constraint,))
        found = needs_of(package("pyyaml", "5.4.1"), {}, seen, python_minor=11)
        assert bool(found.broken) is broken, constraint


def test_the_tables_are_in_order() -> None:
    """By name, so that a row is found and a double one seen."""
    names = [row["name"] for row in PACKAGES]
    assert [pair for pair in pairwise(names) if pair[0] > pair[1]] == []


def test_an_old_python_gets_old_tools() -> None:
    """A row that is broken with setuptools 82 is not where that cannot be had."""
    for minor, broken in {8: False, 9: True}.items():
        known = known_package("grpcio", "1.41.1", minor)
        assert known
        assert bool(known.broken) is broken


def test_a_row_for_one_system_says_all_that_it_takes_there() -> None:
    """With MSVC, cffi builds its own libffi: a probe of the compiler tells, which is not run here."""
    cffi = LockedPackage(name="cffi", version="1.17.0rc1", line=1)
    inspected = SourceInspection(inspection=Inspection(requires=needs("c", "libffi")))
    found = {
        system: written(needs_of(cffi, {}, inspected, python_minor=13, system=system).requires)
        for system in ("linux", "win32")
    }
    assert found == {"linux": (C, "dep:generic/libffi"), "win32": (C,)}
