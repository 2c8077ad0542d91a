"""Markdown, as a parser of CommonMark with GitHub's tables reads it."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from poetry_arch_check.check.report import Patch, Report
from poetry_arch_check.formats import FORMATS
from poetry_arch_check.formats.markdown import LIMIT
from poetry_arch_check.formats.markup import escaped, fenced
from poetry_arch_check.formats.view import View
from poetry_arch_check.strings import printable, without_credentials
from support.large import THREE, TWELVE, large, report
from support.make import package, target

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HOSTILE = (
    "a|b`c`*d*_e_<i>f</i>&amp;\\|",
    "</details><script>x</script>",
    "[l](http://evil.example) ![i](http://evil.example)",
    "@someone #12 www.evil.example https://evil.example",
    "```\n# head\n| a |\n",
)


class Text(HTMLParser):
    """The text of what was rendered, and its elements."""

    def __init__(self, rendered: str) -> None:
        """Read it."""
        super().__init__()
        self.text, self.elements = "", set[str]()
        self.feed(rendered)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Remember it."""
        del attrs
        self.elements.add(tag)

    def handle_data(self, data: str) -> None:
        """Keep the text, without what only keeps it from being a link."""
        self.text += data.replace("\u200b", "")


def rendered(of: Report) -> Text:
    """Return the report as a browser gets it."""
    return Text(PARSER.render(FORMATS["markdown"](of, View())))


@given(st.text(max_size=30) | st.text("|`*_~<>&[]()\\#-+=1.:!$@/ wx", max_size=30))
def test_escaped_text_is_text(text: str) -> None:
    """In a paragraph, in a cell, at the start of a line: it shows as it is."""
    wanted = without_credentials(printable(text.strip())).split()
    table = f"| a |\n|---|\n| {escaped(text)} |\n"
    for document, before in ((escaped(text), []), (table, ["a"]), (f"- {escaped(text)}", [])):
        shown = Text(PARSER.render(document))
        assert shown.text.split() == [*before, *wanted]
        assert shown.elements <= {"p", "ul", "li", "table", "thead", "tbody", "tr", "th", "td"}


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_becomes_a_link_or_a_mention(text: str) -> None:
    """GitHub makes links of what is no link in CommonMark (GFM 6.9)."""
    assert not re.search(r"[<>`|*\[]", escaped(text))
    assert not re.search(r"https?://|www\.|@\w|#\d", html.unescape(escaped(text)))


@given(st.lists(st.text("`~ x", max_size=8), max_size=4))
def test_what_is_pasted_stays_in_its_block(lines: list[str]) -> None:
    """However many backticks are in it, also in a list."""
    block = "\n".join(fenced(lines, indent="   "))
    tokens = PARSER.parse(f"1. x\n\n{block}\n\n   y\n")
    (code,) = (token for token in tokens if token.type == "fence")
    assert code.content == "".join(f"{line}\n" for line in lines)


def test_the_report_is_read_as_it_is_meant() -> None:
    """A line for each target, a list of steps with their lines in blocks, a table."""
    found = report(large()[:40], *THREE)
    text = FORMATS["markdown"](found, View())
    tokens = PARSER.parse(text)
    assert sum(token.type == "table_open" for token in tokens) == 2
    fences = [token.content for token in tokens if token.type == "fence"]
    steps = [step for target in found.targets for step in target.plan.steps]
    for line in (line for step in steps for line in step.remedy.lines):
        assert any(line in fence.splitlines() for fence in fences)
    rows = [row for row in text.splitlines() if row.startswith("| ")]
    heads = [index for index, row in enumerate(rows) if "---" in row]
    for first, last in zip(heads, [*heads[1:], len(rows) + 1], strict=True):
        assert len({row.count("|") for row in rows[first - 1 : last - 1]}) == 1
    assert "<details>\n<summary>Why, and every remedy</summary>\n" in text


def test_hostile_names_are_shown() -> None:
    """Of packages, files, notes: no element, no link, no row of a table comes of them."""
    packages = [package(f"{text}.tar.gz", name=text, version=text) for text in HOSTILE]
    plain = [package("x.tar.gz", name=f"x{i}", version="1") for i in range(len(HOSTILE))]
    shown, usual = (
        rendered(replace(report(each, *THREE), notes=notes))
        for each, notes in ((packages, HOSTILE), (plain, ("x",) * len(HOSTILE)))
    )
    assert shown.elements <= usual.elements
    for text in HOSTILE:
        assert " ".join(printable(text).split()) in " ".join(shown.text.split())


@pytest.mark.parametrize("places", [THREE, TWELVE])
def test_it_fits_a_comment(places: tuple[str, ...]) -> None:
    """What has no room is counted, and what is opened is closed."""
    found = report(large()[:250], *places)
    text = FORMATS["markdown"](replace(found, notes=("n" * 300,) * 100), View())
    assert LIMIT // 2 < len(text) <= LIMIT
    assert re.search(r"There is no room for \d+ more problems here: `poetry arch-check -v`", text)
    assert text.count("<details>") == text.count("</details>") > 0
    assert sum(line.strip().startswith("```") for line in text.splitlines()) % 2 == 0


def test_a_patch_that_is_too_long_is_left_out_as_a_whole() -> None:
    """A part of it would not apply."""
    found = replace(report(large()[:4], *THREE), patches=(Patch(path="D", diff="+x\n" * 40_000),))
    text = FORMATS["markdown"](found, View())
    assert "There is no room for 1 more patch here" in text
    assert "+x" not in text
    short = replace(found, patches=(Patch(path="D", diff="-a\n+`b`\n"),))
    assert "```diff\n-a\n+`b`\n```" in FORMATS["markdown"](short, View())


def test_a_report_without_a_problem_is_short() -> None:
    """The verdict, and the targets."""
    text = FORMATS["markdown"](report([package("p-1-py3-none-any.whl", name="p")], *THREE), View())
    assert text.startswith("### poetry arch-check: ok\n")
    assert "details" not in text
    assert "####" not in text


@pytest.mark.parametrize("name", ["markdown", "html"])
def test_a_report_that_stands_alone_names_its_image(name: str) -> None:
    """It is read without the command that made it: once, where the target is told apart by it."""
    locked = [package("a-1.0.tar.gz", name="a")]
    image = "python:3.11-slim-bookworm"
    alone = FORMATS[name](report(locked, target("linux/arm64", image=image)), View())
    assert f"CPython 3.11, {image}" in alone
    places = [target("linux/arm64", image=each) for each in (image, "python:3.11-alpine")]
    assert f"CPython 3.11, {image}" not in FORMATS[name](report(locked, *places), View())
