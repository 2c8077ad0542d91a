"""tools/write_causes.py: what `--explain CAUSE` prints is what the docs say."""

from __future__ import annotations

from poetry_arch_check.check.report import Cause, Outcome
from poetry_arch_check.data.tables import table
from write_causes import PAGE, main, plain, rows


def test_the_table_is_what_the_page_says() -> None:
    """`python tools/write_causes.py` writes it anew."""
    assert main(["--check"]) == 0
    assert table("causes")["rows"] == rows(PAGE.read_text("utf-8"))


def test_every_cause_has_a_row() -> None:
    """With its outcome."""
    found = table("causes")["rows"]
    assert set(found) == {cause.value for cause in Cause}
    assert {row["outcome"] for row in found.values()} == {outcome.value for outcome in Outcome}


def test_markdown_becomes_text() -> None:
    """Paragraphs are filled, lists keep their marks, blocks of code stay, links lose their address."""
    page = (
        "\n**Why.** See [the page](other.md#x)\nfor `more`.\n\n- one\n  two\n- three\n\n"
        "<!-- transcript: x -->\n```console\n$ a\n  `b`\n```\n\nEnd.\n"
    )
    assert plain(page) == (
        "Why. See the page for more.\n\n- one two\n- three\n\n    $ a\n      `b`\n\nEnd."
    )
