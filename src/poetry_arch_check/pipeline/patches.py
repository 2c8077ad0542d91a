"""The patches of the Dockerfiles that a run has read."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from poetry_arch_check.errors import ArchCheckError
from poetry_arch_check.settings.selection import select

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from poetry_arch_check.check.report import Patch, TargetReport
    from poetry_arch_check.settings.config import Config
    from poetry_arch_check.settings.request import Context, DockerfileRef, Request


def patches_of(
    reports: tuple[TargetReport, ...],
    config: Config,
    request: Request,
    context: Context,
    again: Callable[[Context], tuple[TargetReport, ...]],
) -> tuple[Patch, ...]:
    """Return a patch for each Dockerfile that was read; `again` checks what a context reads.

    None where the command line names another image than the one that the file is known to have.
    """
    if request.images and not _stands_in(config, request, context):
        return ()
    configured = (target.dockerfile for target in config.targets)
    refs = {ref.path: ref for ref in (request.dockerfile, *configured) if ref is not None}
    by_path = _by_dockerfile(reports)
    if not by_path:
        return ()
    from poetry_arch_check.remedies.dockerfile_patch import patch  # noqa: PLC0415 - as above

    def with_text(path: str, text: str) -> list[TargetReport] | None:
        """Return the reports where the Dockerfile is `text`, None where it cannot be read so."""

        def read(ref: DockerfileRef) -> str:
            return text if ref.path == path else context.read(ref)

        try:
            return _by_dockerfile(again(replace(context, read=read))).get(path)
        except ArchCheckError:
            return None

    return tuple(
        patch(context.read(refs[path]), path, found, partial(with_text, path))
        for path, found in by_path.items()
    )


def _stands_in(config: Config, request: Request, context: Context) -> bool:
    """Return whether the image of the command line is there because the file's is not known."""
    try:
        select(config, replace(request, images=()), context)
    except ArchCheckError:
        return True
    return False


def _by_dockerfile(reports: Iterable[TargetReport]) -> dict[str, list[TargetReport]]:
    by_path: dict[str, list[TargetReport]] = {}
    for report in reports:
        if report.target.step:
            by_path.setdefault(report.target.step.path, []).append(report)
    return by_path
