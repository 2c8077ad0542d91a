"""GitHub workflows: the platforms of the steps that build images.

Depot's and Blacksmith's actions have the inputs of Docker's (docker/build-push-action and
docker/bake-action, "inputs").
"""

from __future__ import annotations

import posixpath
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
    from collections.abc import Iterator

    from poetry_arch_check.dockerfile.builds.documents import Source

_MAX_PLATFORMS = 100
_ACTION = re.compile(
    r"(?:docker|depot|useblacksmith)/(?P<action>build-push-action|bake-action)(?:@|$)"
)
# What bake-action sets for a target, or for all: `*.platform=linux/amd64`.
_SET = re.compile(r"^[^\s=]+\.platform=(.+)$", re.MULTILINE)
# GitHub has its workflows there, and runs steps in the folder above.
_FOLDER = ".github/workflows"
_EXPRESSION = re.compile(r"\$\{\{\s*(?P<context>matrix|env)\.(?P<name>[\w.-]+)\s*\}\}")


def platforms(source: Source) -> tuple[str, ...]:
    """Return the platforms that the workflow's images are built for.

    The steps that build the Dockerfile count, if there are any, else all.
    """
    path = source.path
    workflow = read_yaml(source.text, path)
    names = Names(path)
    own: dict[str, None] = {}
    others: dict[str, None] = {}
    for job in map(mapping, mapping(workflow.get("jobs")).values()):
        scopes = _Scopes(names, job, workflow)
        for step in _building(job):
            inputs = mapping(step.get("with"))
            found = own if _builds(inputs, source) else others
            for name in names.of(_platforms_in(inputs)):
                found |= dict.fromkeys(scopes.plain(name, step))
            if len(found) > _MAX_PLATFORMS:
                raise DockerfileError(
                    f"{path}: limit exceeded: more than {_MAX_PLATFORMS} platforms"
                )
    return tuple(platform_names(own or others, path))


def _building(job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    steps = job.get("steps")
    for step in map(mapping, steps if isinstance(steps, list) else ()):
        if _ACTION.match(str(step.get("uses", ""))):
            yield step


def _platforms_in(inputs: dict[str, Any]) -> object:
    override = inputs.get("set")
    return inputs.get("platforms") or (
        _SET.findall(override) if isinstance(override, str) else None
    )


def _builds(inputs: dict[str, Any], source: Source) -> bool:
    """Return whether a step builds the Dockerfile: `file`, else that of its `context`."""
    root = posixpath.dirname(source.path.replace("\\", "/")).removesuffix(_FOLDER)
    context, file = inputs.get("context", "."), inputs.get("file")
    if not isinstance(context, str):
        return False
    return source.uses(root, file or posixpath.join(context, "Dockerfile"))


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
