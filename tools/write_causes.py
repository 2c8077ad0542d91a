"""Write data/causes.json, what formats and `--explain CAUSE` say of causes, from docs/causes.md.

Exit codes: 0 up to date or written, 1 `--check` would change it.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "causes.md"
TABLE = ROOT / "src" / "poetry_arch_check" / "data" / "causes.json"
WIDTH = 80


def rows(page: str) -> dict[str, dict[str, str]]:
    """Return what the page says of each cause, in its order.

    That is its row in the table, the first paragraphs of what it means and of what to do, as
    one line each, and all of its section.
    """
    table = re.findall(r"^\| \[`(.+?)`\]\(#\1\) \| (.+?) \| `(.+?)` \|", page, re.MULTILINE)
    titles = {cause: (title, outcome) for cause, title, outcome in table}
    sections = re.findall(r"^## `(.+?)`\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    return {
        cause: {
            "outcome": titles[cause][1],
            "title": titles[cause][0],
            "meaning": first_paragraph(text, "What it means."),
            "advice": first_paragraph(text, "What to do."),
            "text": f"{cause}\n\n{plain(text)}\n",
        }
        for cause, text in sections
    }


def first_paragraph(section: str, heading: str) -> str:
    """Return the paragraph of `section` behind `heading`, as one line."""
    paragraph = section.partition(f"**{heading}**")[2].partition("\n\n")[0]
    return " ".join(_paragraphs(paragraph).split())


def plain(markdown: str) -> str:
    """Return Markdown as text for a terminal: paragraphs filled, blocks of code as they are."""
    markdown = re.sub(r"^<!--.*?-->\n", "", markdown, flags=re.MULTILINE)
    blocks = re.split(r"(^```.*?^```$)", markdown, flags=re.MULTILINE | re.DOTALL)
    parts = (_code(b) if b.startswith("```") else _paragraphs(_prose(b)) for b in blocks)
    return "\n\n".join(part for part in parts if part)


def _prose(text: str) -> str:
    """Return paragraphs without the marks of code; a terminal shows them as they are."""
    return re.sub(r"`([^`]+)`", r"\1", text)


def _code(block: str) -> str:
    return textwrap.indent("\n".join(block.splitlines()[1:-1]), "    ")


def _paragraphs(text: str) -> str:
    text = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text)
    text = text.replace("**", "")
    return "\n\n".join(_filled(part) for part in re.split(r"\n\n+", text.strip()) if part)


def _filled(paragraph: str) -> str:
    items = re.split(r"^(?=- |\d+\. )", paragraph, flags=re.MULTILINE)
    return "\n".join(_item(item) for item in items if item)


def _item(item: str) -> str:
    marker = re.match(r"- |\d+\. ", item)
    indent = " " * len(marker[0]) if marker else ""
    return textwrap.fill(
        " ".join(item.split()),
        WIDTH,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def main(arguments: list[str] | None = None) -> int:
    """Write the table, or look whether it is up to date."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="change nothing")
    check = parser.parse_args(arguments).check
    content = {"source": "docs/causes.md", "rows": rows(PAGE.read_text("utf-8"))}
    new = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    if TABLE.is_file() and TABLE.read_text("utf-8") == new:
        return 0
    if check:
        print(f"{TABLE.name} is not what {PAGE.name} says")
        return 1
    TABLE.write_text(new, "utf-8")
    print(f"{TABLE.name}: written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
