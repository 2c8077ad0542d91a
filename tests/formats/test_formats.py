"""Formats: golden files, the schema, escaping, and the width of a terminal."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from importlib.resources import files

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poetry_arch_check.check.check import check
from poetry_arch_check.check.report import Report, TargetReport
from poetry_arch_check.check.requirers import Requirers
from poetry_arch_check.check.rules import Ignore, Rules
from poetry_arch_check.formats import FORMATS, format_named
from poetry_arch_check.formats.view import View
from poetry_arch_check.remedies.plan import with_plans
from poetry_arch_check.remedies.remedies import with_remedies
from poetry_arch_check.strings import printable
from poetry_arch_check.toolchains.toolchain import parse_toolchain
from support.make import facts, finding, package, target
from support.paths import GOLDEN

SCHEMA = json.loads(
    (files("poetry_arch_check.formats") / "report-1.schema.json").read_text("utf-8")
)

HOSTILE = "<error>\x1b[31m::error file=x::\r\n%0A\u202e</error>"


def report(*, targets: int = 3) -> Report:
    """Return a report in which every outcome occurs, and an ignored problem."""
    packages = (
        package("pure-1.0-py3-none-any.whl", name="pure"),
        package("build-1.0.tar.gz", name="build"),
        package("mkl-1.0-py2.py3-none-manylinux1_x86_64.whl", name="mkl"),
        package("old-1.0-py2-none-any.whl", "old-1.0.tar.gz", name="old"),
        package("broken-1.whl", name="broken"),
        package("known-1.0.tar.gz", name="known"),
        package("glibc-1.0-cp311-cp311-manylinux_2_34_aarch64.whl", name="glibc"),
    )
    rules = Rules(
        ignores=(Ignore(package="known", target=None, reason="built in our wheelhouse"),),
    )
    places = [
        target("linux/arm64", image="python:3.11-slim-bullseye"),
        target("linux/arm64", "3.12", toolchain=parse_toolchain(["c"])),
        target("windows/amd64"),
        target("alpine/arm64"),
        target("macos/arm64"),
        target("linux/s390x"),
    ][:targets]
    checked = [check(packages, place, rules) for place in places]
    known = [
        facts(found, place, rules, (10, 11, 12))
        for place, found in zip(places, checked, strict=True)
    ]
    bare = Report(
        lock_path="poetry.lock",
        lock_version="2.1",
        notes=("ignore: gone is no longer a problem; remove the entry.",),
        targets=tuple(
            TargetReport(
                target=place,
                findings=with_remedies(found, place, each),
                notes=("Markers of x depend on platform_release.",)
                if place.name == "windows/amd64"
                else (),
                blocked="The project does not allow Python 3.12.16."
                if place.python.minor == 12
                else None,
                requirers=Requirers(
                    own={"pure": "pyproject.toml:5", "mkl": "pyproject.toml:6"},
                    dependents={"build": ("mkl",), "old": ("build",)},
                ),
            )
            for place, found, each in zip(places, checked, known, strict=True)
        ),
    )
    return with_plans(bare, known)


VIEWS = {
    "text": ("text", View(), 3),
    "text-verbose": ("text", View(verbose=True), 3),
    "text-colour": ("text", View(colour=True), 2),
    "text-many": ("text", View(), 6),
    "json": ("json", View(), 3),
    "github": ("github", View(lock_path="backend/poetry.lock"), 3),
    "markdown": ("markdown", View(), 3),
    "markdown-many": ("markdown", View(), 12),
    "html": ("html", View(), 3),
    "sarif": ("sarif", View(lock_path="backend/poetry.lock"), 3),
    "gitlab": ("gitlab", View(lock_path="backend/poetry.lock"), 3),
    "junit": ("junit", View(), 3),
    "shields": ("shields", View(), 3),
}


@pytest.mark.parametrize("name", VIEWS)
def test_golden(name: str, request: pytest.FixtureRequest) -> None:
    """The output is what the golden file says; delete the file to write it anew."""
    form, view, targets = VIEWS[name]
    rendered = re.sub(r"3\.(\d+)\.\d+", r"3.\1.PATCH", FORMATS[form](report(targets=targets), view))
    golden = GOLDEN / f"{name}.txt"
    if not golden.exists():
        golden.write_text(rendered, "utf-8")
        request.node.warn(pytest.PytestWarning(f"{golden} is new"))
    assert rendered == golden.read_text("utf-8")


def test_every_format_has_a_golden_file() -> None:
    """And every name a formatter."""
    assert {form for form, _, _ in VIEWS.values()} == FORMATS.keys()
    assert all(format_named(name) is FORMATS[name] for name in FORMATS)


def test_json_fits_its_schema() -> None:
    """The schema in the package describes what is written, and refuses what is not."""
    document = json.loads(FORMATS["json"](report(targets=6), View()))
    jsonschema.validate(document, SCHEMA)
    outcomes = {p["outcome"] for t in document["targets"] for p in t["packages"]}
    assert outcomes == {"wheel", "source", "no-toolchain", "unavailable", "unknown"}
    document["targets"][0]["packages"][0]["outcome"] = "maybe"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, SCHEMA)


def test_json_has_every_key_of_the_contract() -> None:
    """Version 1, key by key."""
    document = json.loads(FORMATS["json"](report(), View()))
    assert {"version", "ok", "lock", "targets"} <= document.keys()
    assert document["lock"] == {"path": "poetry.lock", "lock-version": "2.1"}
    (found, *_) = document["targets"]
    assert {
        "name",
        "platform",
        "python",
        "implementation",
        "toolchain",
        "packages",
        "summary",
    } <= found.keys()
    assert {"wheel", "source", "no-toolchain", "unavailable", "ignored"} <= found["summary"].keys()
    assert sum(found["summary"].values()) == len(found["packages"])
    for listed in found["packages"]:
        assert {
            "name", "version", "line", "outcome", "file", "requires", "missing", "inspected",
            "ignored", "nearest-miss", "reason", "remedies",
        } <= listed.keys()  # fmt: skip
    names = [listed["name"] for listed in found["packages"]]
    assert names == sorted(names)


def hostile() -> Report:
    """Return a report in which every text that comes from files is hostile."""
    place = target()
    locked = package(f"{HOSTILE}-1.0.tar.gz", f"{HOSTILE}.whl", name=HOSTILE, version=HOSTILE)
    rules = Rules(ignores=(Ignore(package="x", target=None, reason=HOSTILE),))
    found = (
        finding(locked, place, rules),
        finding(package(f"{HOSTILE}.tar.gz", name=HOSTILE), place),
    )
    return Report(
        lock_path="poetry.lock",
        lock_version=HOSTILE,
        notes=(HOSTILE,),
        targets=(TargetReport(target=place, findings=found, notes=(HOSTILE,)),),
    )


@pytest.mark.parametrize("verbose", [False, True])
def test_nothing_from_a_lock_steers_a_terminal(verbose: bool) -> None:
    """No control character but the newlines of the layout."""
    rendered = FORMATS["text"](hostile(), View(verbose=verbose))
    assert re.findall(r"[^\x20-\x7e\n]", rendered) == []
    assert "<error>" in rendered


def test_json_escapes_everything() -> None:
    """It is ASCII, and reads back to what was in the lock."""
    rendered = FORMATS["json"](hostile(), View())
    assert rendered.isascii()
    assert "\x1b" not in rendered
    names = {p["name"] for t in json.loads(rendered)["targets"] for p in t["packages"]}
    assert names == {HOSTILE}


def test_github_commands_cannot_be_forged() -> None:
    """A name cannot end the line, nor the properties, nor start another command."""
    for line in FORMATS["github"](hostile(), View()).splitlines():
        match = re.fullmatch(r"::(error|warning) ([^:]*)::(.*)", line)
        assert match, line
        assert re.fullmatch(r"file=[^,]*,line=\d+,title=[^,:]*", match[2])
        assert "%1b" not in line.lower()
        assert "\x1b" not in line
    assert "::error file=x" not in FORMATS["github"](hostile(), View()).split("::", 3)[2]


@given(st.text(max_size=40))
def test_printable_is_printable(text: str) -> None:
    """Whatever goes in; plain text stays as it is."""
    assert printable(text).isprintable()
    if text.isprintable():
        assert printable(text) == text


@pytest.mark.parametrize("targets", range(1, 7))
@pytest.mark.parametrize("verbose", [False, True])
def test_text_fits_80_columns(targets: int, verbose: bool) -> None:
    """Only lines that are there to be pasted may be longer."""
    rendered = FORMATS["text"](report(targets=targets), View(verbose=verbose))
    pasted = {
        line
        for t in report(targets=targets).targets
        for f in t.findings
        for r in f.remedies
        for line in r.lines
    }
    long = [line for line in rendered.splitlines() if len(line) > 80 and line.strip() not in pasted]
    assert long == []


def test_colour_says_nothing_that_words_do_not() -> None:
    """Without the escapes, the coloured text is the plain one."""
    coloured = FORMATS["text"](report(), View(colour=True))
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == FORMATS["text"](report(), View())
    assert coloured.count("\x1b[0m") == len(re.findall(r"\x1b\[[1-9]", coloured))


SECRETS = (
    "http://TOKEN@host/a.zip",
    "https://user:pw@host/x",
    "http://:pw@host",
    "git+ssh://git@host",
)


@pytest.mark.parametrize("name", FORMATS)
def test_no_credentials_and_no_commands_for_a_runner(name: str) -> None:
    """Wherever they stand: an address, a file name, a note."""
    found = report()
    notes = (*SECRETS, "##[add-mask]x", "::error::x")
    target_report = replace(found.targets[0], notes=notes, blocked=" ".join(notes))
    rendered = FORMATS[name](replace(found, targets=(target_report,), notes=notes), View())
    shown = html.unescape(rendered).replace("\u200b", "")
    for secret in ("TOKEN", "user:pw", ":pw@", "git@"):
        assert secret not in rendered
        assert secret not in shown
    assert ("://***@host" in shown) is (name != "shields")  # a badge shows no notes
    for line in rendered.splitlines():
        assert "##[" not in line
        assert name == "github" or not line.lstrip().startswith("::")


def test_a_target_with_nothing_to_install_has_no_column() -> None:
    """Its line says so; there is nothing to compare."""
    whole = report(targets=2)
    empty = replace(whole.targets[1], findings=())
    text = format_named("text")(replace(whole, targets=(whole.targets[0], empty)), View())
    ends = ("3.11", "3.12")
    headers = [line.split() for line in text.split("\n") if line[:1] == " " and line.endswith(ends)]
    assert headers == [["linux/arm64", "3.11"]]
    assert "nothing to install" in text
