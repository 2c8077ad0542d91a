"""What the docs say of each cause, as data: `data/causes.json`, written from docs/causes.md.

Formats that know rules (SARIF) name them by the words of the causes; `--explain` prints the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from poetry_arch_check.check.report import Cause, Outcome
from poetry_arch_check.data.tables import table

if TYPE_CHECKING:
    from collections.abc import Mapping

DOCS = "docs/causes.md"
"""The page of the documentation with a section for each cause, named by its word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """The help of a cause: a title, a paragraph each, and the whole section for a terminal."""

    outcome: Outcome
    title: str
    meaning: str
    advice: str
    text: str


@cache
def cause_help() -> Mapping[Cause, Help]:
    """Return the help of each cause, in the order of the docs."""
    rows: dict[str, dict[str, str]] = table("causes")["rows"]
    return {
        Cause(word): Help(
            outcome=Outcome(row["outcome"]),
            title=row["title"],
            meaning=row["meaning"],
            advice=row["advice"],
            text=row["text"],
        )
        for word, row in rows.items()
    }
