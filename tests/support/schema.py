"""The schema of the JSON report."""

from __future__ import annotations

import json
from importlib.resources import files

SCHEMA = json.loads(
    (files("poetry_arch_check.formats") / "report-1.schema.json").read_text("utf-8")
)
