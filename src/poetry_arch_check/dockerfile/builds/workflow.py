"""GitHub workflows: `platforms` of the steps that use docker/build-push-action."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from poetry_arch_check.dockerfile.builds.documents import (
    MAX_NAME,
    Names,
    mapping,
    platform_names,
    read_yaml,
    strings,
)
from poetry_arch_check.errors import DockerfileError

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.builds.documents import Source

_MAX_PLATFORMS = 100
_ACTION = re.compile(r"docker/(build-push-action|bake-action)(@|$)")
_EXPRESSION = re.compile(r"\$\{\{\s*(?P<context>matrix|env)\.(?P<name>[\w.-]+)\s*\}\}")


def platforms(source: Source) -> tuple[str, ...]:
    """Return the platforms that the workflow's images are built for."""
    path = source.path
    workflow = read_yaml(source.text, path)
    names = Names(path)
    found: dict[str, None] = {}
    for job in map(mapping, mapping(workflow.get("jobs")).values()):
        scopes = _Scopes(names, job, workflow)
        steps = job.get("steps")
        for step in map(mapping, steps if isinstance(steps, list) else ()):
            if _ACTION.match(str(step.get("uses", ""))):
                for name in names.of(mapping(step.get("with")).get("platforms")):
                    found |= dict.fromkeys(scopes.plain(name, step))
                if len(found) > _MAX_PLATFORMS:
                    raise DockerfileError(
                        f"{path}: limit exceeded: more than {_MAX_PLATFORMS} platforms"
                    )
    return tuple(platform_names(found, path))


class _Scopes:
    """The matrix and the environments that the expressions of a job's steps are about."""

    def __init__(self, names: Names, job: dict[str, Any], workflow: dict[str, Any]) -> None:
        self._names = names
        self._outer = (job, workflow)
        self._matrix = mapping(mapping(job.get("strategy")).get("matrix"))
        self._of_matrix: dict[str, tuple[str, ...]] = {}

    def plain(self, name: str, step: dict[str, Any]) -> tuple[str, ...]:
        """Return what an expression over the matrix or the environment stands for."""
        expression = _EXPRESSION.search(name) if len(name) < MAX_NAME else None
        if expression is None:
            return (name,)
        values: tuple[str, ...] = ()
        if expression["context"] == "env":
            for scope in (step, *self._outer):
                values = values or self._names.of(mapping(scope.get("env")).get(expression["name"]))
        else:
            values = self._names.counted(self._row(expression["name"]))
        return tuple(name.replace(expression[0], value) for value in values or (expression[0],))

    def _row(self, name: str) -> tuple[str, ...]:
        """Return the values that the matrix has for `name`, looked up once."""
        if name not in self._of_matrix:
            self._of_matrix[name] = _row_of(self._matrix, name)
        return self._of_matrix[name]


def _row_of(matrix: dict[str, Any], name: str) -> tuple[str, ...]:
    key, _, rest = name.partition(".")
    rows = matrix.get(key)
    rows = list(rows) if isinstance(rows, list) else []
    include = matrix.get("include")
    rows += [mapping(row).get(key) for row in include] if isinstance(include, list) else []
    for part in filter(None, rest.split(".")):
        rows = [mapping(row).get(part) for row in rows]
    return tuple(dict.fromkeys(value for row in rows for value in strings(row)))
