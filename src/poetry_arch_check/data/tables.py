"""Reads the tables of this folder."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def table(name: str) -> Any:
    """Return the content of `NAME.json`, read once."""
    return json.loads(files(__package__).joinpath(f"{name}.json").read_text("utf-8"))
