# ruff: noqa: INP001 - mkdocs loads it by its path
"""What mkdocs calls while it builds the site: the page for contributors is CONTRIBUTING.md.

That file stands at the root, so its links start there: links into docs are made relative to docs,
links to other files of the repository become plain text.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?!https?://|#)([^)\s]+)\)")


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Return the text of a page: that of CONTRIBUTING.md for its page, if the file exists."""
    source = ROOT / "CONTRIBUTING.md"
    if page.file.src_uri != "contributing.md" or not source.is_file():
        return markdown
    return _LINK.sub(_relative_to_docs, source.read_text("utf-8"))


def _relative_to_docs(link: re.Match[str]) -> str:
    text, target = link.groups()
    inside = target.removeprefix("./").removeprefix("docs/")
    page = inside.partition("#")[0]
    is_page = inside != target and page.endswith(".md") and (ROOT / "docs" / page).is_file()
    return f"[{text}]({inside})" if is_page else text
