"""README and docs say what the program does: options, keys, names, outcomes, transcripts.

`python tests/support/transcripts.py` writes transcripts and tables of modules anew.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
import unicodedata
from contextlib import suppress
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from poetry.utils._compat import tomllib

from poetry_arch_check.check.nearest_miss import Incompatibility
from poetry_arch_check.check.report import Cause, Outcome
from poetry_arch_check.command import ArchCheckCommand
from poetry_arch_check.errors import TargetError
from poetry_arch_check.formats import FORMATS
from poetry_arch_check.images import parse_image
from poetry_arch_check.platforms.names import parse_name
from poetry_arch_check.settings.config import TABLE, read_config
from support.paths import ROOT
from support.transcripts import (
    PAGES,
    agrees,
    blocks,
    described_rooms,
    excerpt,
    rooms,
    table_of_rooms,
    transcripts,
)

if TYPE_CHECKING:
    from pathlib import Path

README = (ROOT / "README.md").read_text("utf-8")
DOCS = ROOT / "docs"
# Transcripts that no test runs: the page, and the command.
NOT_RUN = {("hooks.md", "poetry install")}


def page(name: str) -> str:
    """Return a page of docs."""
    return (DOCS / name).read_text("utf-8")


def section(text: str, title: str) -> str:
    """Return a section of a page."""
    (found,) = re.findall(rf"^## {title}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return str(found)


def first_cells(text: str) -> list[str]:
    """Return the first column of the tables in `text`, without their heads."""
    rows = re.findall(r"^\| (.*?) \|", text, re.MULTILINE)
    heads = re.findall(r"^\| (.*?) \|.*\n\|---", text, re.MULTILINE)
    return [row for row in rows if row not in heads]


def words(text: str) -> list[str]:
    """Return what stands in backquotes."""
    return re.findall(r"`([^`]+)`", text)


# --- transcripts ------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="transcripts are lines for a POSIX shell")
@pytest.mark.parametrize(
    "path",
    [path for path in PAGES if "<!-- transcript: " in path.read_text("utf-8")],
    ids=lambda path: path.name,
)
def test_transcripts_are_real(path: Path, tmp_path: Path) -> None:
    """Whoever types the commands of a page, one after the other, sees what the page shows."""
    for _, ran in transcripts(path.read_text("utf-8"), tmp_path):
        for command, shown, printed in ran:
            assert agrees(shown, printed), f"$ {command}\n{printed}"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_transcript_is_run_or_says_why_not(path: Path) -> None:
    """No block of commands with output is without a comment that says where it runs."""
    text = path.read_text("utf-8")
    marked = [block for block in blocks(text) if block.language == "console"]
    assert text.count("```console\n") == len(marked)
    not_run = {
        (path.name, command)
        for block in marked
        if block.kind == "not run"
        for command in re.findall(r"^\$ (.*)$", block.text, re.MULTILINE)
    }
    assert not_run == {entry for entry in NOT_RUN if entry[0] == path.name}
    assert not any("arch-check" in command for _, command in not_run)


def test_a_transcript_that_differs_is_noticed() -> None:
    """`…` stands for whole lines, and for nothing else."""
    assert agrees("one\n…\nfour\n", "one\ntwo\nthree\nfour\n")
    assert agrees("  …\nfour\n", "four\n")
    assert not agrees("one\n…\nfour\n", "one\ntwo\nfour!\n")
    assert not agrees("one\n", "one\ntwo\n")
    assert not agrees("one…\n", "one two\n")


def test_a_part_that_has_changed_is_written_anew() -> None:
    """By the lines that are most like its first and its last one."""
    printed = "head\n1. two packages\n  three\n  RUN four --all\ntail\n"
    shown = "…\n1. a package\n  RUN four\n…\n"
    assert excerpt(shown, printed) == "…\n1. two packages\n  three\n  RUN four --all\n…\n"
    assert excerpt("heads\n…\n", printed) == "head\n…\n"
    assert excerpt("…\ntails\n", printed) == "…\ntail\n"
    with pytest.raises(ValueError, match="mend by hand"):
        excerpt("…\nsomething else altogether\n", printed)


def test_the_table_of_rooms_is_written_anew() -> None:
    """Rooms that are gone lose their row, new ones get one, and what is said of the others stays."""
    text = page("how-it-works.md")
    changed = re.sub(r"^\| `(dockerfile/shell|strings)` .*\n", "", text, flags=re.MULTILINE)
    changed = changed.replace("| `images` |", "| `gone` | nothing | `module` |\n| `images` |")
    assert described_rooms(changed) != rooms()
    written = table_of_rooms(changed)
    assert described_rooms(written) == rooms()
    assert written.index("`dockerfile/builds`") < written.index("`dockerfile/shell`")
    assert written.index("`dockerfile/shell`") < written.index("`images`")
    assert [path.name for path in PAGES if described_rooms(path.read_text("utf-8"))] == [
        "how-it-works.md"
    ]


# --- the README -------------------------------------------------------------------------


def test_the_readme_is_short() -> None:
    """It is for the person who has the problem; everything else is in docs."""
    assert len(README.splitlines()) <= 200
    linked = {name.lower() for name in re.findall(r"\((?:docs/)?([\w-]+\.md)\)", README)}
    assert linked == {path.name for path in DOCS.glob("*.md")} - {"index.md"}


@pytest.mark.parametrize("mark", ["run", "test"])
def test_the_two_commands_are_there(mark: str) -> None:
    """CI runs the second as it stands here."""
    assert re.search(rf"<!-- {mark} -->\n```sh\n(.+?)```", README, re.DOTALL)


# --- options, keys, names ---------------------------------------------------------------


def test_every_option_is_described() -> None:
    """Those of the command, no more and no less."""
    cells = " ".join(first_cells(page("options.md")))
    described = re.findall(r"`--([a-z-]+)", cells)
    assert sorted(described) == sorted(option.name for option in ArchCheckCommand.options)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_configuration_is_valid(path: Path) -> None:
    """Whatever is there to be copied."""
    text = path.read_text("utf-8")
    for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL):
        read_config(tomllib.loads(block)["tool"].get("poetry-arch-check"))
    if path.name == "configuration.md":
        assert text.count(f"\n[{TABLE}") == 5


class Asked(dict[str, Any]):
    """A table that remembers which keys were asked for."""

    def __init__(self, at: str, asked: set[str], **items: object) -> None:
        """Hold `items`; what is asked for goes into `asked`, below the key `at`."""
        super().__init__(items)
        self._at, self._asked = at, asked

    def __contains__(self, key: object) -> bool:
        """Return whether a key is there."""
        self._asked.add(f"{self._at}{key}")
        return super().__contains__(key)

    def get(self, key: str, default: object = None) -> Any:
        """Return the value of a key."""
        self._asked.add(f"{self._at}{key}")
        return super().get(key, default)


def accepted_keys() -> set[str]:
    """Return every key that a complete configuration is asked for, as the page writes it."""
    asked: set[str] = set()
    target = Asked("targets.<name>.", asked, platform="linux/amd64", dockerfile="Dockerfile")
    read_config(
        Asked(
            "",
            asked,
            targets={"name": target},
            ignore=[Asked("ignore.", asked, package="psutil")],
            packages={"name": Asked("packages.<name>.", asked, requires=[])},
        )
    )
    return asked


def test_every_key_is_described() -> None:
    """Those of the configuration, no more and no less."""
    text = page("configuration.md")
    described = words(" ".join(first_cells(text)))
    assert "`packages.<name>.requires`" in section(text, "Build dependencies")
    keys = accepted_keys()
    assert len(keys) == 21
    assert sorted([*described, "packages.<name>.requires"]) == sorted(keys)


def test_every_target_name_is_accepted() -> None:
    """Whatever stands in the table, but for the words that are not platforms."""
    rows = section(page("targets.md"), "Target names").splitlines()
    cells = [row.split("|")[2] for row in rows if row.startswith("| ")]
    names = {name for name in words(" ".join(cells)) if "…" not in name}
    names -= {"current", "all", "[tool.poetry-arch-check.targets]"}
    assert len(names) > 30
    for name in names:
        parse_name(name)


def test_every_image_is_known() -> None:
    """Those of the table; some of them say more by a tag, which an error asks for."""
    names = words(" ".join(first_cells(section(page("targets.md"), "Images"))))
    assert len(names) > 20
    for name in names:
        with suppress(TargetError):
            parse_image(name)
            continue
        with pytest.raises(TargetError) as raised:
            parse_image(name)
        assert "unknown image" not in str(raised.value), name


def test_every_outcome_is_described() -> None:
    """In the README and in the docs."""
    for text in (section(README, "Use"), section(page("index.md"), "Outcomes")):
        assert words(" ".join(first_cells(text))) == [outcome.value for outcome in Outcome]
        assert not re.search(r"\| *\|$", text, re.MULTILINE)


def test_every_nearest_miss_is_described() -> None:
    """From the nearest to the farthest; a code that stands for two stands where the farther is."""
    cells = " ".join(first_cells(section(page("index.md"), "Nearest miss")))
    codes = dict.fromkeys(each.code for each in sorted(Incompatibility, reverse=True))
    assert words(cells) == list(reversed(codes))


def test_every_cause_is_described() -> None:
    """A section for each, with what it means, why it happens and what to do."""
    text = page("causes.md")
    causes = {cause.value for cause in Cause}
    titles = re.findall(r"^## `(.+)`$", text, re.MULTILINE)
    assert sorted(titles) == sorted(causes)
    for cause in causes:
        body = section(text, f"`{cause}`")
        parts = re.findall(r"^\*\*(.+?)\.\*\*", body, re.MULTILINE)
        assert sorted(parts) == ["What it means", "What to do", "Why it happens"], cause
    table = dict(re.findall(r"^\| \[`(.+?)`\]\(#\1\) \| .+? \| `(.+?)` \|", text, re.MULTILINE))
    assert list(table) == titles
    assert set(table.values()) == {outcome.value for outcome in Outcome}


def test_every_format_and_exit_code_is_described() -> None:
    """By name; the keys of JSON are those of the schema."""
    text = page("formats.md")
    titles = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert titles[1:] == list(FORMATS)
    assert first_cells(section(text, "Exit codes")) == ["0", "1", "2"]
    schema = json.loads(
        (ROOT / "src" / "poetry_arch_check" / "formats" / "report-1.schema.json").read_text("utf-8")
    )
    described = words(" ".join(first_cells(section(text, "json"))))
    kinds = {kind["properties"]["type"]["const"] for kind in schema["$defs"]["change"]["oneOf"]}
    assert set(described) <= set(schema["$defs"]["package"]["properties"]) | kinds
    assert kinds <= set(described)


def test_every_module_is_in_the_table() -> None:
    """Each room, with its modules, no more and no less."""
    assert described_rooms(page("how-it-works.md")) == rooms()


# --- links, and the site ----------------------------------------------------------------


def anchors(text: str) -> set[str]:
    """Return the anchors of a page's headings, as mkdocs and GitHub make them."""
    text = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    plain = (unicodedata.normalize("NFKD", re.sub(r"[^\w\s-]", "", title)) for title in titles)
    return {re.sub(r"\s", "-", title.strip().lower()) for title in plain}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    """Files exist, in docs where the page is in docs, and anchors are headings."""
    text = re.sub(r"^```.*?^```$", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for link in re.findall(r"\]\(([^)]+)\)", text):
        if re.match(r"https://", link):
            continue
        file, _, anchor = link.partition("#")
        to = (path.parent / file).resolve() if file else path
        assert to.is_file(), link
        assert path.parent != DOCS or to.parent == DOCS, link
        assert not anchor or anchor in anchors(to.read_text("utf-8")), link


def test_the_page_for_contributors_is_the_file_at_the_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its links lead to pages of the site; what is not on the site is no link there."""
    found = importlib.util.spec_from_file_location("site_hooks", DOCS / "site_hooks.py")
    assert found
    assert found.loader
    hooks = importlib.util.module_from_spec(found)
    found.loader.exec_module(hooks)
    monkeypatch.setattr(hooks, "ROOT", tmp_path)
    here = SimpleNamespace(file=SimpleNamespace(src_uri="contributing.md"))
    assert hooks.on_page_markdown("placeholder", page=here) == "placeholder"
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "causes.md").touch()
    (tmp_path / "CONTRIBUTING.md").write_text(
        "[a](docs/causes.md#x) [b](SECURITY.md) [c](docs/none.md) [d](https://example.org) [e](#e)"
    )
    shown = hooks.on_page_markdown("placeholder", page=here)
    assert shown == "[a](causes.md#x) b c [d](https://example.org) [e](#e)"
    other = SimpleNamespace(file=SimpleNamespace(src_uri="index.md"))
    assert hooks.on_page_markdown("its own", page=other) == "its own"


def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    """Strictly, with every page in the navigation, and nothing fetched from other servers."""
    for module in ("mkdocs", "material"):
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"{module} is not installed: pip install --group docs")
    mkdocs = (sys.executable, "-m", "mkdocs", "build", "--strict")
    done = subprocess.run(
        [*mkdocs, "--site-dir", str(tmp_path / "site")],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},  # Material's own, of no page
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not re.search("^(WARNING|ERROR)", done.stderr, re.MULTILINE)
    built = sorted((tmp_path / "site").glob("*.html"))
    assert {path.stem for path in built} == {path.stem for path in DOCS.glob("*.md")} | {"404"}
    for path in built:
        html = path.read_text("utf-8")
        assert not re.findall(r'<(?:script|img|iframe)[^>]+src="?(?:https?:)?//', html)
        assert not re.findall(r'<link[^>]+rel="?(?:stylesheet|preconnect)[^>]+href="?https?:', html)
