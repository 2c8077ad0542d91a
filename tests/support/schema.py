"""The schemas of the JSON report: of one project, and of many."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

_FORMATS = files("poetry_arch_check.formats")
SCHEMA = json.loads((_FORMATS / "report-1.schema.json").read_text("utf-8"))
PROJECTS = json.loads((_FORMATS / "projects-1.schema.json").read_text("utf-8"))


def of_projects() -> Draft202012Validator:
    """Return what validates a report of many projects, each by the schema of one."""
    registry: Registry[Any] = Resource.from_contents(SCHEMA) @ Registry()
    return Draft202012Validator(PROJECTS, registry=registry)
