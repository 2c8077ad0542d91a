"""A page of HTML that needs nothing else: style and script stand in it, and it makes no request.

Its policy forbids any (Content-Security-Policy, CSP3); without JavaScript it can be read as well.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

from poetry_arch_check.formats.elements import element, shown
from poetry_arch_check.strings import without_workflow_commands

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def page(title: str, content: Iterable[str]) -> str:
    """Return a page with this title, which is text; `content` are lines of HTML."""
    script = f"<script>{_file('page.js')}</script>"
    parts = (*_head(title), "<body>\n<main>", *content, f"</main>\n{script}\n</body>\n</html>\n")
    text = "\n".join(parts)
    return "".join(f"{without_workflow_commands(line)}\n" for line in text.splitlines())


@cache
def _file(name: str) -> str:
    return f"\n{files(__package__).joinpath(name).read_text('utf-8')}"


def _hash(content: str) -> str:
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"


def _head(title: str) -> Iterator[str]:
    policy = (
        f"default-src 'none'; img-src data:; style-src {_hash(_file('page.css'))};"
        f" script-src {_hash(_file('page.js'))}; base-uri 'none'; form-action 'none'"
    )
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">\n<link rel="icon" href="data:,">'
    yield element("title", shown(title))
    yield f"<style>{_file('page.css')}</style>\n</head>"
