"""GitHub workflows: the steps that build images, their platforms, and how they build.

Depot's and Blacksmith's actions have the inputs of Docker's (docker/build-push-action and
docker/bake-action, "inputs").
"""

from __future__ import annotations

import itertools
import posixpath
import re
from typing import TYPE_CHECKING, Any

from poetry_arch_check.dockerfile.builds.documents import (
    Names,
    elsewhere,
    mapping,
    platform_names,
    read_yaml,
)
from poetry_arch_check.dockerfile.builds.expressions import UNKNOWN, values_of
from poetry_arch_check.dockerfile.builds.job_matrix import job_combinations
from poetry_arch_check.dockerfile.builds.recipe import Recipe, agreed
from poetry_arch_check.dockerfile.builds.runners import platform_of
from poetry_arch_check.errors import DockerfileError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poetry_arch_check.dockerfile.builds.documents import Source
    from poetry_arch_check.dockerfile.builds.expressions import Values
    from poetry_arch_check.dockerfile.builds.job_matrix import Combination

_MAX_PLATFORMS = 100
_MAX_ENVIRONMENTS = 5
_ACTION = re.compile(
    r"(?:docker|depot|useblacksmith)/(?P<action>build-push-action|bake-action)(?:@|$)"
)
# What bake-action sets for a target, or for all: `*.platform=linux/amd64`.
_SET = re.compile(r"^[^\s=]+\.platform=(.+)$", re.MULTILINE)
# GitHub has its workflows there, and runs steps in the folder above.
_FOLDER = ".github/workflows"
# What build-push-action has for the repository itself, with a folder in it after a colon.
_DEFAULT_CONTEXT = re.compile(r"\{\{\s*defaultContext\s*\}\}:?")


def platforms(source: Source) -> tuple[str, ...]:
    """Return the platforms that the workflow's images are built for.

    The steps that build the Dockerfile count, if there are any, else all. Those that name none
    build for the machine that they run on.
    """
    own: dict[str, None] | None = None
    others: dict[str, None] = {}
    names = Names(source.path)
    for step in _steps(source, names):
        if step.builds(source):
            own = {} if own is None else own
        found = others if own is None or not step.builds(source) else own
        found |= dict.fromkeys(name for value in step.platforms() for name in names.of(value))
        if len(found) > _MAX_PLATFORMS:
            raise DockerfileError(
                f"{source.path}: limit exceeded: more than {_MAX_PLATFORMS} platforms"
            )
    return tuple(platform_names(others if own is None else own, source.path))


def recipe(source: Source) -> Recipe:
    """Return how the Dockerfile is built: what all steps that build it agree on."""
    steps = _steps(source, Names(source.path))
    return agreed([step.recipe(source) for step in steps if step.builds(source)])


def _steps(source: Source, names: Names) -> Iterator[_Step]:
    """Yield the steps that build images, once for each combination of their job's matrix."""
    workflow = read_yaml(source.text, source.path)
    for job in map(mapping, mapping(workflow.get("jobs")).values()):
        steps = job.get("steps")
        building = [
            (step, match["action"])
            for step in map(mapping, steps if isinstance(steps, list) else ())
            if (match := _ACTION.match(str(step.get("uses", ""))))
        ]
        for matrix in job_combinations(job, source.path) if building else ():
            for step, action in building:
                names.counted(())
                yield _Step(_Scope((step, job, workflow), matrix), step, action)


class _Step:
    """A step that builds an image, in one combination of its job's matrix."""

    def __init__(self, scope: _Scope, step: dict[str, Any], action: str) -> None:
        self._scope = scope
        self._inputs = mapping(step.get("with"))
        self._bakes = action == "bake-action"

    def platforms(self) -> list[object]:
        """Return the lists of platforms that are named, else the machine's own."""
        if self._bakes:
            override = self._inputs.get("set")
            named: object = _SET.findall(override) if isinstance(override, str) else None
            values = named if isinstance(named, list) else []
        else:
            values = [self._inputs.get("platforms")]
        found: list[object] = []
        for value in values:
            known = [each for each in self._scope.values(value) if each is not UNKNOWN]
            # One that no run is known of is shown as it is written.
            found += [each for each in known if each] if known else [value]
        return found if found or self._bakes else [*self._scope.machines()]

    def builds(self, source: Source) -> bool:
        """Return whether it builds the Dockerfile: `file`, else that of its `context`."""
        context, file = self._path("context", "."), self._path("file", "")
        if context is None or file is None or elsewhere(context):
            return False
        return source.uses(_root(source), file or posixpath.join(context, "Dockerfile"))

    def recipe(self, source: Source) -> Recipe:
        """Return how it builds, as far as the file tells."""
        context = self._path("context", ".") or "."
        return Recipe(
            context=posixpath.normpath(posixpath.join(_root(source), context)),
            arguments=dict(self._arguments()),
            target=self._one("target"),
        )

    def _arguments(self) -> Iterator[tuple[str, str]]:
        given = self._inputs.get("build-args")
        for line in given.splitlines() if isinstance(given, str) else ():
            name, equals, value = line.strip().partition("=")
            found = self._scope.values(value.strip())
            if equals and "${{" not in name and len(found) == 1 and found[0] is not UNKNOWN:
                yield name.strip(), _string(found[0])

    def _path(self, name: str, default: str) -> str | None:
        """Return a path in the repository, None where the file does not tell it."""
        found = self._one(name)
        return None if found is None else _DEFAULT_CONTEXT.sub("", found, count=1) or default

    def _one(self, name: str) -> str | None:
        """Return an input's value, empty if it is not given, None where the file does not tell."""
        found = self._scope.values(self._inputs.get(name))
        return _string(found[0]) if len(found) == 1 and found[0] is not UNKNOWN else None


def _root(source: Source) -> str:
    return posixpath.dirname(source.path.replace("\\", "/")).removesuffix(_FOLDER)


def _string(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


class _Scope:
    """What the expressions of a step are about: the matrix, the environment, the inputs."""

    def __init__(self, scopes: tuple[dict[str, Any], ...], matrix: Combination) -> None:
        self._scopes = scopes
        self._matrix = matrix
        self._depth = 0

    def values(self, value: object) -> Values:
        """Return what a value may be."""
        return values_of(value, self._found)

    def machines(self) -> Iterator[str]:
        """Yield the platforms of the machines that the job may run on."""
        runs_on = self._scopes[1].get("runs-on")
        labels = mapping(runs_on).get("labels", runs_on)
        # A list has the labels of one machine.
        rows = [self.values(each) for each in (labels if isinstance(labels, list) else [labels])]
        for row in itertools.islice(itertools.product(*rows), _MAX_PLATFORMS):
            named = (each if isinstance(each, list) else [each] for each in row)
            found = platform_of([each for part in named for each in part if isinstance(each, str)])
            if found:
                yield found

    def _found(self, path: str) -> Values:
        context, _, name = path.partition(".")
        match context:
            case "matrix":
                return (_member(self._matrix, name.split(".")),)
            case "env":
                return self._of_environment(name)
            case "inputs":
                return self._of_inputs(name)
            case "github" if name.startswith("event.inputs."):
                return self._of_inputs(name.removeprefix("event.inputs."))
            case "github" if name == "workspace":
                return (".",)
        return (UNKNOWN,)

    def _of_environment(self, name: str) -> Values:
        for scope in self._scopes:
            environment = mapping(scope.get("env"))
            if name in environment and self._depth < _MAX_ENVIRONMENTS:
                self._depth += 1
                try:
                    return self.values(environment[name])
                finally:
                    self._depth -= 1
        return (UNKNOWN,)

    def _of_inputs(self, name: str) -> Values:
        """Return the defaults of an input of the workflow; what is not given is empty."""
        # YAML 1.1 has the key `on` as true.
        events = next((v for k, v in self._scopes[-1].items() if k in {"on", True}), None)
        found = [
            mapping(mapping(mapping(event).get("inputs")).get(name))
            for event in mapping(events).values()
            if name in mapping(mapping(event).get("inputs"))
        ]
        return tuple(
            each.get("default", UNKNOWN if each.get("required") else "") for each in found
        ) or (UNKNOWN,)


def _member(value: object, path: list[str]) -> object:
    for part in path:
        members = mapping(value)
        if part not in members:
            return UNKNOWN
        value = members[part]
    return value
