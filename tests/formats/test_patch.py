"""The patch of a Dockerfile in a report: it applies, or is left to --diff."""

from __future__ import annotations

import html
import json
import re
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

from poetry_arch_check.check.report import Patch
from poetry_arch_check.formats import FORMATS
from poetry_arch_check.formats.view import View
from poetry_arch_check.remedies.unified_diff import unified_diff
from support.large import THREE, large, report

if TYPE_CHECKING:
    from pathlib import Path

BEFORE = "FROM a  \nRUN a && \\ \n\tb `c` <d> \n\nCOPY . .\n \nCMD ```\n"


def shown(name: str, before: str) -> str:
    """Return a report with a patch that adds a line behind the first."""
    first, rest = before.split("\n", 1)
    diff = unified_diff(before, f"{first}\nRUN x\n{rest}", "Dockerfile")
    found = replace(report(large()[:4], *THREE), patches=(Patch(path="Dockerfile", diff=diff),))
    return FORMATS[name](found, View())


def patch_in(name: str, text: str) -> str:
    """Return what one would copy."""
    match name:
        case "markdown":
            blocks = [each for each in MarkdownIt().parse(text) if each.info == "diff"]
            return blocks[0].content
        case "html":
            found = re.findall(r"<pre>(--- a/.*?)</pre>", text, re.DOTALL)
            return html.unescape(found[0]) + "\n"
        case _:
            found = re.findall(r"^ {7}--- a/.*\n(?:(?: {7}.*)?\n)*", text, re.MULTILINE)
            return re.sub("^ {7}", "", found[0], flags=re.MULTILINE).removesuffix("\n")


@pytest.mark.parametrize("name", ["markdown", "html", "text"])
def test_git_takes_what_is_shown(name: str, tmp_path: Path) -> None:
    """Blanks at the ends of lines, tabs and fences are its content."""
    (tmp_path / "Dockerfile").write_bytes(BEFORE.encode())
    patch = patch_in(name, shown(name, BEFORE))
    done = subprocess.run(
        ["git", "apply", "--check", "-"],
        cwd=tmp_path,
        input=patch.encode(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["markdown", "html", "text"])
@pytest.mark.parametrize(
    "line",
    ["RUN a\r", "RUN pip install https://me:secret@host/a.zip", "RUN a\u2028b", "::error::x"],
)
def test_what_cannot_be_shown_is_left_to_diff(name: str, line: str) -> None:
    """Instead of lines that do not apply."""
    text = shown(name, f"FROM a\n{line}\n")
    said = html.unescape(text).replace("\u200b", "")
    assert "as a patch: --diff prints it, for git apply" in " ".join(said.split())
    assert "+RUN x" not in text


@pytest.mark.parametrize(
    ("before", "shown_whole"),
    [
        ("FROM a\nRUN b\nRUN c https://u:secret@h\n", True),
        ("FROM a\nRUN c https://u:secret@h\n", False),
    ],
)
def test_json_has_a_patch_that_applies_or_none(
    before: str, shown_whole: bool, tmp_path: Path
) -> None:
    """Masked credentials are nowhere in the file."""
    rendered = shown("json", before)
    assert "secret" not in rendered
    diff = json.loads(rendered)["diff"]
    assert (diff is not None) == shown_whole
    if diff is not None:
        (tmp_path / "Dockerfile").write_text(before, "utf-8")
        subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=diff, text=True, check=True)
