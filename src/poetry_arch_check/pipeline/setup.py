"""What all checks of a project in one run share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.check.rules import Rules
from poetry_arch_check.poetry_api.context import context_of
from poetry_arch_check.poetry_api.time_limits import TimeBudget
from poetry_arch_check.sources.inspector import Inspector

if TYPE_CHECKING:
    from poetry_arch_check.output.progress import Progress
    from poetry_arch_check.poetry_api.project import Project
    from poetry_arch_check.settings.config import Config
    from poetry_arch_check.settings.request import Context, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What all checks of a project in one run share.

    `ahead` asks for a plan with a Python that the project does not allow yet, too: where Poetry
    has none, it is that with the nearest one that is allowed.
    """

    project: Project
    context: Context
    rules: Rules
    inspector: Inspector
    ahead: bool = False


def setup_of(project: Project, config: Config, request: Request, progress: Progress) -> Setup:
    """Return what the checks of `project` share, as it is configured and asked for."""
    return Setup(
        project=project,
        context=context_of(project),
        rules=rules_of(config, require_wheels=request.require_wheels),
        inspector=Inspector(
            project, offline=request.offline, budget=TimeBudget(), progress=progress
        ),
        ahead=request.suggest,
    )


def rules_of(config: Config, *, require_wheels: bool = False) -> Rules:
    """Return what counts as a problem in this project."""
    return Rules(
        require_wheels=require_wheels or config.require_wheels,
        ignores=config.ignores,
        requires=config.requires,
    )
