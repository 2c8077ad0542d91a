"""GitHub workflows: `platforms` of the steps that use docker/build-push-action."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from poetry_arch_check.dockerfile.builds.documents import (
    MAX_NAME,
    mapping,
    platform_names,
    read_yaml,
    strings,
)
from poetry_arch_check.errors import DockerfileError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.dockerfile.builds.documents import Source

_MAX_PLATFORMS = 100
_ACTION = re.compile(r"docker/(build-push-action|bake-action)(@|$)")
_EXPRESSION = re.compile(r"\$\{\{\s*(?P<context>matrix|env)\.(?P<name>[\w.-]+)\s*\}\}")


def platforms(source: Source) -> tuple[str, ...]:
    """Return the platforms that the workflow's images are built for."""
    path = source.path
    workflow = read_yaml(source.text, path)
    found: dict[str, None] = {}
    for job in map(mapping, mapping(workflow.get("jobs")).values()):
        steps = job.get("steps")
        for step in map(mapping, steps if isinstance(steps, list) else ()):
            if _ACTION.match(str(step.get("uses", ""))):
                named = strings(mapping(step.get("with")).get("platforms"))
                for name in named:
                    found |= dict.fromkeys(_plain(name, step, job, workflow))
                if len(found) > _MAX_PLATFORMS:
                    raise DockerfileError(
                        f"{path}: limit exceeded: more than {_MAX_PLATFORMS} platforms"
                    )
    return tuple(platform_names(list(found), path))


def _plain(
    name: str, step: dict[str, Any], job: dict[str, Any], workflow: dict[str, Any]
) -> Iterator[str]:
    """Yield what an expression over the matrix or the environment stands for."""
    expression = _EXPRESSION.search(name) if len(name) < MAX_NAME else None
    if expression is None:
        yield name
        return
    values: list[str] = []
    if expression["context"] == "env":
        for scope in (step, job, workflow):
            values = values or strings(mapping(scope.get("env")).get(expression["name"]))
    else:
        values = _of_matrix(mapping(mapping(job.get("strategy")).get("matrix")), expression["name"])
    if not values:
        yield name
    for value in values:
        yield name.replace(expression[0], value)


def _of_matrix(matrix: dict[str, Any], name: str) -> list[str]:
    key, _, rest = name.partition(".")
    rows = matrix.get(key)
    rows = list(rows) if isinstance(rows, list) else []
    include = matrix.get("include")
    rows += [mapping(row).get(key) for row in include] if isinstance(include, list) else []
    for part in filter(None, rest.split(".")):
        rows = [mapping(row).get(part) for row in rows]
    return [value for row in rows for value in strings(row)]
