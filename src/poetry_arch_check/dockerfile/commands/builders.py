"""Commands that build the wheel of a project, beside `poetry build`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.dockerfile.shell.command_line import options, read

if TYPE_CHECKING:
    from poetry_arch_check.dockerfile.shell.words import Value

_VALUED = options(
    "-o --outdir --out-dir -C --config-setting -x --installer -p --python --format -f"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelBuild:
    """The folder of a project that is built, and where its wheel goes; None for a default."""

    project: Value = "."
    output: Value = "dist"


def wheel_build(words: tuple[Value, ...]) -> WheelBuild | None:
    """Return what a command builds: `python -m build`, `uv build`, `hatch build`, `flit build`."""
    match (words[0] or "").rpartition("/")[2], words[1:]:
        case str(name), ("-m", "build", *rest) if name.startswith("python"):
            return _of(tuple(rest))
        case "pyproject-build", rest:
            return _of(rest)
        case "uv", ("build", *rest):
            return _of(tuple(rest))
        case "hatch" | "flit", ("build", *_):
            return WheelBuild()
        case _:
            return None


def _of(words: tuple[Value, ...]) -> WheelBuild:
    line = read(words, _VALUED)
    project = line.arguments[0] if line.arguments else "."
    given = [value for name, value in line.options if name in {"-o", "--outdir", "--out-dir"}]
    return WheelBuild(project=project, output=given[-1] if given else f"{project or '.'}/dist")
