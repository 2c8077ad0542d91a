"""The combinations of a job's matrix (GitHub docs, Workflow syntax: jobs.<job_id>.strategy)."""

from __future__ import annotations

import itertools
from typing import Any

from poetry_arch_check.dockerfile.builds.documents import mapping
from poetry_arch_check.errors import DockerfileError

# A matrix makes 256 jobs at most.
_MAX_COMBINATIONS = 256
Combination = dict[str, Any]


def job_combinations(job: dict[str, Any], path: str) -> list[Combination]:
    """Return what `matrix` is in each run of a job, one that is empty for a job without.

    Rows that an expression computes are left out. Raises DockerfileError for too many.
    """
    matrix = mapping(mapping(job.get("strategy")).get("matrix"))
    axes = {
        name: _different(values)
        for name, values in matrix.items()
        if name not in {"include", "exclude"} and isinstance(values, list)
    }
    rows = list(itertools.islice(itertools.product(*axes.values()), _MAX_COMBINATIONS + 1))
    found = [dict(zip(axes, row, strict=True)) for row in rows] if axes else []
    excluded = _rows(matrix, "exclude")
    found = [each for each in found if not any(_within(row, each) for row in excluded)]
    # A row is added to the combinations whose values it does not change, else it is one more.
    own = [dict(each) for each in found]
    for row in _rows(matrix, "include"):
        fitting = [
            whole for whole, each in zip(found, own, strict=False) if _within(_of(row, axes), each)
        ]
        for whole in fitting:
            whole.update(row)
        if not fitting:
            found.append(dict(row))
        if len(found) > _MAX_COMBINATIONS:
            break
    if len(found) > _MAX_COMBINATIONS:
        raise DockerfileError(
            f"{path}: limit exceeded: more than {_MAX_COMBINATIONS} combinations of a matrix"
        )
    return found or [{}]


def _rows(matrix: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = matrix.get(name)
    return [mapping(row) for row in rows] if isinstance(rows, list) else []


def _of(row: dict[str, Any], axes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name in axes}


def _within(row: dict[str, Any], whole: dict[str, Any]) -> bool:
    return all(name in whole and whole[name] == value for name, value in row.items())


def _different(values: list[Any]) -> list[Any]:
    """Return values once each."""
    scalars = {value: value for value in values if isinstance(value, str)}
    return [*scalars.values(), *(value for value in values if not isinstance(value, str))]
