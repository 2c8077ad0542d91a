"""What it takes to move to a Python, for people: what is ready, what moves, what is blocked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from poetry_arch_check.check.change import OtherVersion
from poetry_arch_check.formats.lines import fill
from poetry_arch_check.formats.view import Paint
from poetry_arch_check.strings import listed, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.readiness import Readiness, Unready
    from poetry_arch_check.check.report import Remedy, Report, TargetReport
    from poetry_arch_check.formats.view import View

# So many packages of a group are told at default verbosity.
_MOST = 8
_TARGETS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What is said of some packages, a line for each; `lines` are there to be pasted."""

    head: str
    items: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


def heading(each: Readiness) -> str:
    """Return `What Python 3.15 takes on linux/amd64`."""
    where = listed(each.targets) if len(each.targets) <= _TARGETS else "all targets"
    return printable(f"What Python {each.python} takes on {where}")


def groups_of(each: Readiness) -> Iterator[Group]:
    """Yield what is to be changed first, then the packages: ready, to be moved, blocked."""
    for limit in each.limits:
        head = f"{limit.place} does not allow it yet; it would have to be"
        yield Group(head=head, lines=(limit.line,))
    if not (each.allowed or each.limits):
        yield Group(head="the project does not allow it yet")
    yield Group(head=f"ready: {_counted(each.ready)}")
    if each.moving:
        yield Group(
            head=f"in another version: {_counted(each.moving)}", items=tuple(_moves(each.moving))
        )
    for word, packages in (("blocked", each.blocked), ("not known", each.unknown)):
        if packages:
            alike: dict[str, list[str]] = {}
            for one in packages:
                alike.setdefault(one.why, []).append(_title(one.package))
            items = tuple(f"{listed(titles)}: {why}" for why, titles in alike.items())
            yield Group(head=f"{word}: {_counted(packages)}", items=items)


def blocked_and_limits(target: TargetReport, report: Report) -> str:
    """Return why Poetry would not install on `target`, and what would allow it if it is known."""
    python = target.target.python.short
    limits = [limit for each in report.readiness if each.python == python for limit in each.limits]
    takes = "".join(f" {limit.place} would have to be {limit.line}." for limit in limits)
    return f"{target.blocked or ''}{takes}"


def _counted(packages: Sequence[object]) -> str:
    return f"{len(packages)} {'package' if len(packages) == 1 else 'packages'}"


def _title(package: LockedPackage) -> str:
    return f"{package.name} {package.version}"


def _moves(moving: Sequence[Unready]) -> Iterator[str]:
    """Yield those that take more than a new lock by what that is, then the others in one line."""
    allowed = []
    others: dict[str, list[str]] = {}
    for each in moving:
        remedy, called = each.remedy, _title(each.package)
        if remedy and isinstance(remedy.change, OtherVersion) and not remedy.forbidden:
            through = f" ({each.why})" if each.why else ""
            allowed.append(f"{called} -> {remedy.change.version}{through}")
        elif remedy:
            move, bracket, hindrance = version_found(remedy, each.why).partition(" (")
            others.setdefault(f"{bracket}{hindrance}", []).append(f"{called}{move}")
    yield from (f"{listed(moves)}{hindrance}" for hindrance, moves in others.items())
    if allowed:
        yield f"every requirement allows {listed(allowed)}"


def version_found(remedy: Remedy, why: str = "") -> str:
    """Return ` -> 0.12.0 (allowed)`, what follows a package that a version helps.

    `why` is who forbids it.
    """
    if not isinstance(remedy.change, OtherVersion):
        return ": the index has wheels of it now"
    if not remedy.forbidden:
        hindrance = "allowed"
    elif remedy.lines:
        hindrance = f"after {remedy.lines[0]}"
    else:
        hindrance = why or "a requirement forbids it: -v"
    return f" -> {remedy.change.version} ({hindrance})"


def render_readiness(report: Report, view: View) -> Iterator[str]:
    """Yield what each Python takes, nothing where it was not asked for."""
    for each in report.readiness:
        yield f"{view.paint(heading(each), Paint.STRONG)}:"
        for group in groups_of(each):
            yield from fill(f"{printable(group.head)}", first="  ", then="    ", width=view.width)
            yield from (f"    {printable(line)}" for line in group.lines)
            shown = group.items if view.verbose else group.items[:_MOST]
            for item in shown:
                yield from fill(printable(item), first="    ", then="      ", width=view.width)
            if hidden := len(group.items) - len(shown):
                yield f"    ... and {hidden} more: -v"
