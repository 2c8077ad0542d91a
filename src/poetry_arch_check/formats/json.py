"""The JSON report, version 1: a contract, described by `report-1.schema.json` beside this."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from poetry_arch_check.check.alternatives import alternatives
from poetry_arch_check.check.needs import Basis
from poetry_arch_check.formats.change import change_object
from poetry_arch_check.formats.nearest_miss import explain
from poetry_arch_check.formats.regressions import comparison_object
from poetry_arch_check.formats.sentences import sentence
from poetry_arch_check.remedies.plan import of_project
from poetry_arch_check.strings import without_credentials

if TYPE_CHECKING:
    from poetry_arch_check.check.alternatives import Alternative
    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.plan import Step
    from poetry_arch_check.check.readiness import Readiness
    from poetry_arch_check.check.report import Finding, Remedy, Report, TargetReport
    from poetry_arch_check.check.requirers import Chain
    from poetry_arch_check.check.target import Target
    from poetry_arch_check.dockerfile import InstallStep
    from poetry_arch_check.formats.view import View
    from poetry_arch_check.toolchains.inventory import Inventory

VERSION = 1


def render(report: Report, view: View) -> str:
    """Return `report` as one JSON object; everything beyond ASCII is escaped."""
    del view
    document = {
        "version": VERSION,
        "ok": report.ok,
        "lock": {"path": report.lock_path, "lock-version": report.lock_version},
        "notes": list(report.notes),
        "plan": [_step_of(step) for step in of_project(report)],
        "targets": [_target(target) for target in report.targets],
        "alternatives": [_alternative(each) for each in alternatives(report)],
        "readiness": [_readiness(each) for each in report.readiness],
        "diff": _diff(report),
        "against": comparison_object(report),
    }
    # A runner that reads the log takes `##[` for a command; JSON has another way to write it.
    return json.dumps(document, indent=2).replace("##[", "#\\u0023[") + "\n"


def _diff(report: Report) -> str | None:
    """Return the patch, None without one: with credentials it would be masked, and not apply."""
    shown = report.diff == without_credentials(report.diff)
    return report.diff if report.diff and shown else None


def _alternative(each: Alternative) -> dict[str, Any]:
    return {
        "image": each.image or None,
        "python": each.python,
        "fine": each.fine,
        "blocked": each.blocked,
        "problems": list(each.problems),
        "built": list(each.built),
        "steps": list(each.steps),
    }


def _readiness(each: Readiness) -> dict[str, Any]:
    return {
        "python": each.python,
        "targets": list(each.targets),
        "allowed": each.allowed,
        "limits": [{"place": limit.place, "line": limit.line} for limit in each.limits],
        "ready": [_entry(package) for package in each.ready],
        "moving": [
            {
                **_entry(one.package),
                "remedy": _remedies((one.remedy,))[0],
                "forbidden": one.remedy.forbidden,
                "why": one.why or None,
            }
            for one in each.moving
            if one.remedy
        ],
        "blocked": [{**_entry(one.package), "why": one.why} for one in each.blocked],
        "unknown": [{**_entry(one.package), "why": one.why} for one in each.unknown],
    }


def _entry(package: LockedPackage) -> dict[str, str]:
    return {"name": package.name, "version": package.version}


def _target(report: TargetReport) -> dict[str, Any]:
    target = report.target
    toolchain = target.toolchain
    return {
        "name": target.name,
        "platform": target.platform.tag,
        "python": target.python.asked,
        "implementation": target.python.implementation.value,
        "image": target.image.reference if target.image else None,
        "dockerfile": _step(target.step) if target.step else None,
        "toolchain": True if toolchain.everything else list(toolchain.dependencies),
        "found": _found(target.inventory) if target.inventory else None,
        "notes": list(report.notes),
        "blocked": report.blocked,
        "packages": [
            {
                **_package(finding, target),
                "required-by": _chain(report.requirers.chain(finding.package.name)),
            }
            for finding in report.findings
        ],
        "remedies": _remedies(report.remedies),
        "plan": [_step_of(step) for step in report.plan.steps],
        "no-way-out": [package.name for package in report.plan.left],
        "summary": dict(report.summary),
    }


def _chain(chain: Chain | None) -> dict[str, Any] | None:
    return {"place": chain.place, "names": list(chain.names)} if chain else None


def _step_of(step: Step) -> dict[str, Any]:
    (remedy,) = _remedies((step.remedy,))
    return {**remedy, "cures": [package.name for package in step.cures]}


def _step(step: InstallStep) -> dict[str, Any]:
    return {
        "path": step.path,
        "stage": step.stage or None,
        "line": step.line,
        "command": step.command,
    }


def _found(inventory: Inventory) -> list[dict[str, str | None]]:
    found = [(tool.dependency, tool.path, tool.version) for tool in inventory.tools]
    headers = [("Python.h", inventory.headers, "")] if inventory.headers else []
    return [
        {"dependency": dependency, "path": path, "version": version or None}
        for dependency, path, version in (*found, *headers)
    ]


def _package(finding: Finding, target: Target) -> dict[str, Any]:
    package, nearest = finding.package, finding.nearest
    return {
        "name": package.name,
        "version": package.version,
        "line": package.line,
        "outcome": finding.outcome.value,
        "cause": finding.cause.value,
        "problem": finding.problem,
        "file": finding.file,
        "requires": list(map(str, finding.needs.requires)) if finding.needs else [],
        "missing": list(map(str, finding.missing)),
        "inspected": bool(finding.needs and finding.needs.basis is Basis.INSPECTED),
        "not-inspected-because": (finding.needs.not_inspected or None) if finding.needs else None,
        "optional": bool(finding.needs and finding.needs.optional),
        "ignored": finding.ignored is not None,
        "ignored-because": finding.ignored or None,
        "nearest-miss": {
            "file": nearest.wheel.filename,
            "reason": nearest.incompatibility.code,
            "text": explain(nearest, target),
        }
        if nearest
        else None,
        "reason": sentence(finding, target),
        "remedies": _remedies(finding.remedies),
    }


def _remedies(remedies: tuple[Remedy, ...]) -> list[dict[str, Any]]:
    return [
        {
            "kind": remedy.kind.value,
            "text": remedy.text,
            "lines": list(remedy.lines),
            "change": change_object(remedy.change) if remedy.change else None,
        }
        for remedy in remedies
    ]
