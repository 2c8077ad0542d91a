"""What a Dockerfile copies to another stage has to load there: Dockerfiles → findings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from poetry_arch_check.check.check import check
from poetry_arch_check.check.needs import SourceInspection
from poetry_arch_check.check.report import Cause, Outcome, RemedyKind, TargetReport
from poetry_arch_check.check.rules import Ignore, Rules
from poetry_arch_check.formats.loading import uncertain_libraries
from poetry_arch_check.formats.problems import Problem, together
from poetry_arch_check.formats.sentences import sentence
from poetry_arch_check.inspection.breakage import Breakage
from poetry_arch_check.inspection.inspection import Inspection
from poetry_arch_check.remedies.destinations import lacking_at_once
from poetry_arch_check.remedies.dockerfile_patch import patch
from poetry_arch_check.remedies.machine import Machine
from poetry_arch_check.remedies.plan import plan_of
from poetry_arch_check.remedies.proof import solves
from poetry_arch_check.remedies.remedies import with_remedies
from poetry_arch_check.remedies.toolchain_at_once import toolchain_remedies_at_once
from support.dockerfiles import targets
from support.make import facts, needs, package

if TYPE_CHECKING:
    from poetry_arch_check.check.packages import LockedPackage
    from poetry_arch_check.check.report import Finding, Patch, Remedy
    from poetry_arch_check.check.target import Target

PURE = package("six-1.16.0-py2.py3-none-any.whl", name="six")
BUILT = package("psycopg2-2.9.9.tar.gz", name="psycopg2", version="2.9.9")
NEW_WHEEL = package("pq-1.0-cp312-cp312-manylinux_2_28_x86_64.whl", name="pq")
OLD_WHEEL = package("old-1.0-cp36-abi3-manylinux_2_17_x86_64.whl", name="old")
BOTH = package(
    "both-1.0-cp36-abi3-manylinux_2_28_x86_64.whl",
    "both-1.0-cp36-abi3-manylinux_2_17_x86_64.whl",
    name="both",
)
OPTIONAL = package(
    "yaml-1.0-py3-none-any.whl", "yaml-1.0.tar.gz", name="yaml", wheels_allowed=False
)
PACKAGES = (PURE, BUILT, NEW_WHEEL, OLD_WHEEL, BOTH, OPTIONAL)
RULES = Rules(requires={"psycopg2": needs("c", "libpq")})

SLIM = "python:3.12-slim-bookworm"
BUILDER = f"""\
FROM {SLIM} AS builder
RUN apt-get update && apt-get install -y gcc libc6-dev libpq-dev
WORKDIR /app
ENV POETRY_VIRTUALENVS_IN_PROJECT=1
RUN poetry install
"""
MUSL_BUILDER = """\
FROM python:3.12-alpine3.20 AS builder
WORKDIR /app
ENV POETRY_VIRTUALENVS_IN_PROJECT=1
RUN poetry install
"""
COPY = "COPY --from=builder /app/.venv /app/.venv\n"
LIBPQ = "RUN apt-get update && apt-get install -y libpq5\n"
SYSTEM = BUILDER.replace("IN_PROJECT=1", "CREATE=false")
EXPORT = "RUN poetry export -o r.txt && pip {} -r r.txt\n"
EXPORTING = BUILDER.replace("RUN poetry install\n", EXPORT)


def checked(
    text: str,
    *packages: LockedPackage,
    rules: Rules = RULES,
    platform: str = "linux/amd64",
    stage: str | None = None,
) -> tuple[Target, dict[str, Finding]]:
    """Return the first target of `text`, and what becomes of packages there, by name."""
    target = targets(text, platform, stage=stage)[0]
    findings = check(packages or PACKAGES, target, rules)
    found = with_remedies(findings, target, facts(findings, target, rules, (11, 12)))
    return target, {finding.package.name: finding for finding in found}


def patched(text: str, *packages: LockedPackage) -> Patch:
    """Return the patch of a Dockerfile, read again to see what it solves."""

    def reports(text: str) -> list[TargetReport]:
        target, found = checked(text, *packages)
        return [TargetReport(target=target, findings=tuple(found.values()))]

    return patch(text, "Dockerfile", reports(text), reports)


def problems(text: str, **more: str) -> set[str]:
    """Return the packages that do not load where they are copied to."""
    _, found = checked(text, **more)  # type: ignore[arg-type]
    return {name for name, finding in found.items() if finding.problem}


@pytest.mark.parametrize(
    ("final", "wrong"),
    [
        # The same release and Python, with what is linked to, by itself or along with another.
        (f"FROM {SLIM}\n{LIBPQ}{COPY}", ""),
        (f"FROM {SLIM}\n{COPY}{LIBPQ}", ""),
        (f"FROM {SLIM}\nRUN apt-get install -y postgresql-client\n{COPY}", ""),
        (f"FROM {SLIM}\nRUN apt-get install -y libpq-dev\n{COPY}", ""),
        (f"FROM python:3.12-bookworm\n{COPY}", ""),
        (f"FROM python:3.12-slim-trixie\n{LIBPQ}{COPY}", ""),
        (f"FROM {SLIM}\n{COPY}COPY --from=builder /usr/lib/x86_64-linux-gnu/libpq.so.5 /l/\n", ""),
        (f"FROM {SLIM}\n{COPY}COPY --from=builder /usr/lib/x86_64-linux-gnu /usr/lib/x\n", ""),
        # Without it.
        (f"FROM {SLIM}\n{COPY}", "psycopg2"),
        (f"FROM {SLIM}\nRUN apt-get install -y curl\n{COPY}", "psycopg2"),
        (f"FROM {SLIM}\nRUN apt-get install -y libpq-dev && apt-get autoremove -y libpq-dev\n{COPY}",
         "psycopg2"),
        (f"FROM debian:12-slim\nRUN apt-get install -y python3\n{COPY}", "*"),
        # Nothing is known for sure.
        (f"FROM {SLIM}\nRUN apt-get install -y xyzzy\n{COPY}", ""),
        (f"FROM {SLIM}\nRUN ./install.sh\n{COPY}", ""),
        (f"FROM {SLIM}\nRUN if [ -e x ]; then apt-get install -y libpq5; fi\n{COPY}", ""),
        (f"FROM {SLIM}\nRUN apt-get install -y libpq-dev && apt-get remove -y libpq-dev\n{COPY}", ""),
        (f"FROM cgr.dev/chainguard/python\n{COPY}", ""),
        (f"FROM scratch\n{COPY}", ""),
        (f"FROM nikolaik/python-nodejs:python3.12-nodejs20-bookworm\n{COPY}", ""),
        # Another C library, an older one, another Python.
        (f"FROM python:3.12-alpine3.20\nRUN apk add libpq\n{COPY}", "psycopg2 pq old both"),
        (f"FROM python:3.12-alpine3.20\nRUN apk add gcompat libpq\n{COPY}", ""),
        (f"FROM python:3.12-slim-bullseye\n{LIBPQ}{COPY}", "psycopg2"),
        (f"FROM python:3.11-slim-bookworm\n{LIBPQ}{COPY}", "*"),
        (f"FROM gcr.io/distroless/python3-debian12\n{COPY}", "*"),
        (f"FROM public.ecr.aws/lambda/python:3.12\n{COPY}", "psycopg2"),
        # What does not carry what is installed.
        ("FROM alpine:3.20\nCOPY --from=builder /usr/bin/tini /usr/bin/\n", ""),
        ("FROM alpine:3.20\nCOPY --from=builder /app/static /static\n", ""),
        ("FROM alpine:3.20\nCOPY --from=builder /app/.venv/bin/uvicorn /bin/\n", ""),
        ("FROM alpine:3.20\nCOPY --from=builder / /\n", ""),
        # All of its folder, or what is called otherwise here.
        (f"FROM {SLIM}\nCOPY --from=builder /app /srv\n", "psycopg2"),
        (f"FROM {SLIM}\nWORKDIR /x\nCOPY --from=builder /app/ .\n", "psycopg2"),
        (f"FROM {SLIM}\nARG D=/app\nCOPY --from=builder $D/.venv /x\n", "psycopg2"),
        (f"FROM {SLIM}\nCOPY --from=builder /app/.venv/lib /app/.venv/lib\n", "psycopg2"),
        # Through another stage, which is no place to load; and into several.
        (f"FROM alpine:3.20 AS f\n{COPY}FROM {SLIM}\n{LIBPQ}COPY --from=f /app/.venv /v\n", ""),
        (f"FROM alpine:3.20 AS f\n{COPY}FROM {SLIM}\nCOPY --from=f /app/.venv /v\n", "psycopg2"),
        (f"FROM {SLIM} AS b\n{COPY}FROM b\n{LIBPQ}", ""),
        (f"FROM {SLIM} AS a\n{LIBPQ}{COPY}FROM {SLIM} AS b\n{COPY}", "psycopg2"),
    ],
)  # fmt: skip
def test_where_an_environment_ends_up(final: str, wrong: str) -> None:
    """It loads there, or what exactly does not; `*` is everything."""
    everything = {locked.name for locked in PACKAGES}
    assert problems(BUILDER + final) == (everything if wrong == "*" else set(wrong.split()))


@pytest.mark.parametrize(
    ("builder", "final", "wrong"),
    [
        # An interpreter's own, alone and with the interpreter.
        (SYSTEM, f"FROM {SLIM}\nCOPY --from=builder /usr/local /usr/local\n", "psycopg2"),
        (SYSTEM, f"FROM {SLIM}\nCOPY --from=builder /usr/local/bin/x /usr/local/bin/\n", ""),
        (SYSTEM, f"FROM {SLIM}\nCOPY --from=builder /usr/local/lib/python3.12/site-packages"
         " /usr/local/lib/python3.12/site-packages\n", "psycopg2"),
        (SYSTEM, f"FROM {SLIM}\nCOPY --from=builder /usr/local/lib/python3.12/site-packages/six"
         " /x\n", ""),
        (SYSTEM, f"FROM python:3.11-slim-bookworm\n{LIBPQ}"
         "COPY --from=builder /usr/local /usr/local\n", ""),
        (SYSTEM, f"FROM debian:12-slim\n{LIBPQ}COPY --from=builder /usr/local/bin /usr/local/bin\n"
         "COPY --from=builder /usr/local/lib /usr/local/lib\n", ""),
        (SYSTEM, f"FROM python:3.11-slim-bookworm\n{LIBPQ}"
         "COPY --from=builder /usr/local/lib /usr/local/lib\n", "*"),
        # Packages in a folder: those for any Python may stay.
        (EXPORTING.format("install --target /deps"),
         "FROM public.ecr.aws/lambda/python:3.12\nCOPY --from=builder /deps ${LAMBDA_TASK_ROOT}\n",
         "psycopg2"),
        (EXPORTING.format("install -t /deps"), f"FROM python:3.11-slim-bookworm\n{LIBPQ}"
         "COPY --from=builder /deps /deps\n", "psycopg2 pq"),
        (EXPORTING.format("install -t /deps"), "FROM public.ecr.aws/lambda/python:3.11\n"
         "COPY --from=builder /deps /var/task\n", "psycopg2 pq both"),
        (SYSTEM, f"FROM python:3.11-slim-bookworm\n{LIBPQ}COPY --from=builder"
         " /usr/local/lib/python3.12/site-packages /deps\n", "psycopg2 pq"),
        # A prefix, the user's, an environment that is active.
        (EXPORTING.format("install --prefix=/install"),
         f"FROM {SLIM}\nCOPY --from=builder /install /usr/local\n", "psycopg2"),
        (EXPORTING.format("install --user"),
         f"FROM {SLIM}\nCOPY --from=builder /root/.local /home/x/.local\n", "psycopg2"),
        (EXPORTING.format("install"), f"FROM {SLIM}\nCOPY --from=builder /usr/local /x\n",
         "psycopg2"),
        (EXPORTING.replace("pip {}", "/v/bin/pip install"),
         f"FROM {SLIM}\nCOPY --from=builder /v /v\n", "psycopg2"),
        (BUILDER.replace("RUN poetry", "RUN . /v/bin/activate && poetry"),
         f"FROM {SLIM}\nCOPY --from=builder /v /v\n", "psycopg2"),
        (BUILDER.replace("IN_PROJECT=1", "CREATE=0\nENV VIRTUAL_ENV=/v"),
         f"FROM {SLIM}\nCOPY --from=builder /v /v\n", "psycopg2"),
        (SYSTEM.replace("ENV ", "ENV PATH=/x/venv/bin:$PATH\nENV "),
         f"FROM {SLIM}\nCOPY --from=builder /x/venv /x/venv\n", "psycopg2"),
        (BUILDER.replace("ENV POETRY_VIRTUALENVS_IN_PROJECT=1", "RUN poetry config"
         " virtualenvs.in-project true"), f"FROM {SLIM}\nCOPY --from=builder /app /app\n",
         "psycopg2"),
        (BUILDER.replace("IN_PROJECT=1", "PATH=/envs"),
         f"FROM {SLIM}\nCOPY --from=builder /envs /envs\n", "psycopg2"),
        (BUILDER.replace("poetry install", "poetry bundle venv --only=main /venv"),
         f"FROM {SLIM}\nCOPY --from=builder /venv /venv\n", "psycopg2"),
        # Poetry's own place, whose name is not known.
        (BUILDER.replace("ENV POETRY_VIRTUALENVS_IN_PROJECT=1\n", ""),
         f"FROM {SLIM}\nCOPY --from=builder /root/.cache/pypoetry/virtualenvs /envs\n",
         "psycopg2"),
        (BUILDER.replace("ENV POETRY_VIRTUALENVS_IN_PROJECT=1\n", ""),
         f"FROM {SLIM}\nCOPY --from=builder /usr/local/bin/tool /usr/local/bin/tool\n", ""),
        # Wheels, which pip installs there, chooses there, or nobody does.
        (EXPORTING.format("wheel -w /w"), f"FROM {SLIM}\nCOPY --from=builder /w /w\n"
         "RUN pip install /w/*\n", "psycopg2"),
        (EXPORTING.format("wheel -w /w"), f"FROM {SLIM}\n{LIBPQ}COPY --from=builder /w /w\n"
         "RUN pip install --no-index --find-links=/w demo\n", ""),
        (EXPORTING.format("wheel -w /w"), f"FROM {SLIM}\n"
         "RUN --mount=type=bind,from=builder,source=/w,target=/w pip install /w/*.whl\n",
         "psycopg2"),
        (EXPORTING.format("wheel -w /w"), "FROM python:3.11-slim-bookworm\n"
         f"{LIBPQ}COPY --from=builder /w/*.whl /w/\nRUN pip install /w/*.whl\n", "psycopg2 pq"),
        (EXPORTING.format("wheel -w /w"), f"FROM {SLIM}\nCOPY --from=builder /w /w\n", ""),
        # The project's own wheel is among them.
        (EXPORTING.format("wheel -w /w") + "RUN poetry build -f wheel -o /w\n",
         f"FROM {SLIM}\nCOPY --from=builder /w /w\nRUN pip install /w/*.whl\n", "psycopg2"),
        (BUILDER.replace("poetry install", "pip wheel . -w /w"), f"FROM {SLIM}\n"
         "RUN --mount=type=bind,from=builder,source=/w,target=/w pip install /w/*.whl\n",
         "psycopg2"),
        (BUILDER.replace("poetry install", "pip wheel . -w /w"), f"FROM {SLIM}\n"
         "COPY --from=builder /w /w\nWORKDIR /app\nCOPY . .\nRUN pip install -f /w .\n", ""),
        # A script changes the folder; what pipx installs is somewhere in its own.
        (BUILDER.replace("WORKDIR /app\n", "").replace("RUN poetry", "RUN cd /app && poetry"),
         f"FROM {SLIM}\n{COPY}", "psycopg2"),
        (BUILDER.replace("poetry install", "pipx install ."),
         f"FROM {SLIM}\nCOPY --from=builder /usr/local /usr/local\n", ""),
        (BUILDER.replace("poetry install", "pipx install ."),
         f"FROM {SLIM}\nCOPY --from=builder /root/.local /root/.local\n", "psycopg2"),
        (EXPORTING.format("wheel -w /w"), f"FROM {SLIM}\nCOPY --from=builder /w /w\n"
         "COPY --from=builder /app/r.txt r.txt\nRUN pip install -f /w -r r.txt\n", ""),
        # A Python that is no part of the image may be copied as well.
        (BUILDER.replace("RUN poetry", "RUN uv python install 3.12\nRUN poetry"),
         "FROM python:3.11-slim-bookworm\n"
         f"{LIBPQ}COPY --from=builder /root/.local/share/uv /u\n{COPY}", ""),
    ],
)  # fmt: skip
def test_where_installed_files_end_up(builder: str, final: str, wrong: str) -> None:
    """However they were installed."""
    everything = {locked.name for locked in PACKAGES}
    assert problems(builder + final) == (everything if wrong == "*" else set(wrong.split()))


def test_a_builder_for_another_architecture() -> None:
    """Of this machine, where the image is for another one: pure Python packages may move."""
    text = BUILDER.replace("FROM", "FROM --platform=linux/amd64", 1) + f"FROM {SLIM}\n{LIBPQ}{COPY}"
    assert problems(text) == set()
    assert problems(text, platform="linux/arm64") == {"psycopg2", "pq", "old", "both"}
    target, found = checked(text, BUILT, platform="linux/arm64")
    assert "which is aarch64: it is for x86_64" in sentence(found["psycopg2"], target)
    assert [remedy.kind.value for remedy in found["psycopg2"].remedies] == [
        "replacement",
        "platform",
    ]


def test_a_library_of_another_release() -> None:
    """Debian 13 has another version of it under another name: nothing installs the old one."""
    rules = Rules(requires={"psycopg2": needs("c", "openldap")})
    text = BUILDER.replace("libpq-dev", "libldap-dev") + (
        f"FROM python:3.12-slim-trixie\nRUN apt-get install -y libldap2\n{COPY}"
    )
    target, found = checked(text, BUILT, rules=rules)
    assert found["psycopg2"].cause is Cause.DOES_NOT_LOAD_THERE
    said = sentence(found["psycopg2"], target)
    assert "whose release has libldap2: it is linked to libldap-2.5-0" in said
    first = found["psycopg2"].remedies[0]
    assert first.lines[0] == f"FROM {SLIM}"
    assert "libldap-2.5-0" in first.lines[2]
    # 64-bit time changes the name, and nothing else on these machines.
    rules = Rules(requires={"psycopg2": needs("c", "openssl")})
    text = text.replace("libldap-dev", "libssl-dev")
    assert not checked(text, BUILT, rules=rules)[1]["psycopg2"].problem


def test_what_a_finding_says() -> None:
    """The stage, the line of the COPY, why, and what to do; the patch does it."""
    text = f"{BUILDER}FROM {SLIM} AS runtime\nRUN useradd x\nUSER x\n{COPY}"
    target, found = checked(text)
    finding = found["psycopg2"]
    assert (finding.outcome, finding.cause) == (
        Outcome.UNAVAILABLE,
        Cause.LIBRARY_MISSING_AT_RUN_TIME,
    )
    assert sentence(finding, target) == (
        "psycopg2-2.9.9.tar.gz is built at Dockerfile:5, but Dockerfile:9 copies it into stage"
        f" runtime ({SLIM}), which lacks libpq5: it is linked to the PostgreSQL client library"
        " (libpq)."
    )
    (remedy,) = _of_stages(finding)
    install = "    && apt-get install -y --no-install-recommends libpq5 \\"
    assert remedy.text == "Install libpq5 in stage runtime, before Dockerfile:9."
    assert (remedy.lines[0], remedy.lines[2], remedy.lines[-1]) == ("USER root", install, "USER x")
    change = patched(text)
    added = [line[1:] for line in change.diff.splitlines() if line.startswith("+")]
    assert added[1:] == [*remedy.lines]
    assert change.remaining == ()
    # Where packages are installed already, it is one of them.
    text = f"{BUILDER}FROM {SLIM} AS runtime\nRUN apt-get install -y curl\n{COPY}"
    assert "+RUN apt-get install -y curl libpq5" in patched(text).diff


def test_a_wheel_for_a_newer_c_library() -> None:
    """The system that it is for; where another locked wheel fits, that is the way out."""
    image = "public.ecr.aws/lambda/python:3.11"
    text = (
        EXPORTING.format("install -t /deps").replace("3.12", "3.11")
        + f"FROM {image}\nCOPY --from=builder /deps /var/task\n"
    )
    target, found = checked(text, BOTH)
    assert sentence(found["both"], target) == (
        "both-1.0-cp36-abi3-manylinux_2_28_x86_64.whl fits at Dockerfile:5, but Dockerfile:7"
        f" copies it into stage 1 ({image}), which has glibc 2.26: the wheel is for glibc 2.28 or"
        " newer."
    )
    (remedy,) = found["both"].remedies
    assert remedy.lines == (f"FROM {image} AS builder",)
    assert "both-1.0-cp36-abi3-manylinux_2_17_x86_64.whl fits" in remedy.text


def test_another_python_is_said_once() -> None:
    """Of all packages alike, with the two ways to have one Python."""
    text = f"{BUILDER}FROM gcr.io/distroless/python3-debian12 AS run\n{COPY}"
    target, found = checked(text, PURE, OLD_WHEEL, NEW_WHEEL)
    same = together(
        Problem(finding=finding, target=target, label="x", title=finding.package.name)
        for finding in found.values()
    )
    assert len(same) == 1
    assert sentence(found["six"], target) == (
        "Dockerfile:7 copies what is installed at Dockerfile:5 into stage run"
        " (gcr.io/distroless/python3-debian12), which has CPython 3.11: what CPython 3.12 has"
        " installed is not found there."
    )
    assert [remedy.lines for remedy in found["six"].remedies] == [(f"FROM {SLIM} AS run",)]


def test_an_image_without_a_package_manager() -> None:
    """Nothing can be installed there: it takes another base."""
    final = f"FROM gcr.io/distroless/python3-debian12 AS run\n{COPY}"
    _, found = checked(BUILDER.replace("3.12", "3.11") + final, BUILT)
    (remedy,) = _of_stages(found["psycopg2"])
    assert remedy.lines[0] == "FROM python:3.11-slim-bookworm AS run"
    assert "libpq5" in " ".join(remedy.lines)
    # An environment refers to its interpreter, which has to be where it was.
    own = BUILDER.replace(f"{SLIM}", "debian:12-slim").replace("gcc", "python3-dev gcc")
    _, found = checked(own + final, BUILT)
    (remedy,) = _of_stages(found["psycopg2"])
    assert remedy.lines[0] == "FROM debian:bookworm-slim AS run"
    assert "python3 libpq5" in " ".join(remedy.lines)


def test_what_is_wrong_already_is_said_once() -> None:
    """A build that lacks a compiler stays that; its lines have what it lacks elsewhere, too."""
    text = BUILDER.replace("gcc libc6-dev libpq-dev", "curl") + f"FROM {SLIM} AS run\n{COPY}"
    _, found = checked(text, BUILT)
    finding = found["psycopg2"]
    assert finding.cause is Cause.TOOLCHAIN_MISSING
    (remedy,) = _of_stages(finding)
    assert remedy.text.endswith("Install libpq5 in stage run, before Dockerfile:7.")
    assert "# in stage run:" in remedy.lines
    change = patched(text, BUILT)
    diff = change.diff
    assert change.remaining == ()
    assert "+RUN apt-get update && apt-get install -y curl gcc libc6-dev libpq-dev" in diff
    assert "libpq5" in diff


def test_all_libraries_of_a_stage_at_once() -> None:
    """In one command; those of one package alone are with that package."""
    rules = Rules(requires={"psycopg2": needs("c", "libpq"), "other": needs("c", "libxml2")})
    other = package("other-1.0.tar.gz", name="other")
    text = BUILDER.replace("libpq-dev", "libpq-dev libxml2-dev") + f"FROM {SLIM} AS run\n{COPY}"
    target, found = checked(text, BUILT, other, rules=rules)
    (remedy,) = lacking_at_once(found.values(), target)
    assert "libxml2 libpq5" in " ".join(remedy.lines)
    assert not list(lacking_at_once([found["other"]], target))
    # Several stages are one way out, together.
    _, found = checked(text + f"FROM {SLIM} AS dev\n{COPY}", BUILT, other, rules=rules)
    (remedy,) = _of_stages(found["psycopg2"])
    assert ("# in stage run:" in remedy.lines, "# in stage dev:" in remedy.lines) == (True, True)
    assert "; so is it in stage dev" in sentence(found["psycopg2"], target)
    accepted = Rules(
        requires=rules.requires, ignores=(Ignore(package="other", target=None, reason="own"),)
    )
    _, found = checked(text, BUILT, other, rules=accepted)
    assert not found["other"].problem
    assert found["other"].ignored == "own"


def test_what_is_not_known_is_a_note() -> None:
    """A script may install it; an image is not known: no alarm, and no silence."""
    text = f"{BUILDER}FROM {SLIM} AS run\nRUN ./install.sh\n{COPY}"
    target, found = checked(text)
    assert list(uncertain_libraries(found.values(), target)) == [
        f"Dockerfile:8 copies what is linked to libpq5 into stage run ({SLIM}): whether that has"
        " it is not known."
    ]
    target, found = checked(f"{BUILDER}FROM ubuntu:24.04\n{COPY}", BUILT)
    (note,) = uncertain_libraries(found.values(), target)
    assert "the PostgreSQL client library (libpq) into stage 1 (ubuntu:24.04)" in note
    target, found = checked(f"{BUILDER}FROM own/image:1\n{COPY}")
    assert list(uncertain_libraries(found.values(), target)) == []
    assert any("own/image:1, which is not a known image" in note for note in target.notes)


SYSTEM_FOLDERS = {
    "COPY --from=files /install-amd64/usr /usr\n": True,
    "COPY --from=files /out/ /usr/lib/x86_64-linux-gnu/\n": True,
    "COPY --from=files /rootfs /\n": True,
    "COPY --from=own/image:1 /files /usr/lib\n": True,
    "COPY --from=files /etc/app.conf /\n": False,
    "COPY --from=files /out /opt\n": False,
    "COPY --from=files /usr/bin/tini /usr/bin/tini\n": False,
}


@pytest.mark.parametrize("line", SYSTEM_FOLDERS)
def test_what_is_copied_to_a_folder_of_the_system(line: str) -> None:
    """It may have libraries in it, whatever it was called where it comes from."""
    files = "FROM debian:12 AS files\nRUN true\n"
    target, found = checked(f"{BUILDER}{files}FROM {SLIM} AS run\n{line}{COPY}", BUILT)
    assert bool(list(uncertain_libraries(found.values(), target))) == SYSTEM_FOLDERS[line]
    assert found["psycopg2"].problem is not SYSTEM_FOLDERS[line]


def test_the_sources_with_the_environment_are_no_system() -> None:
    """They are copied to the root by some."""
    target, found = checked(f"{BUILDER}FROM {SLIM} AS run\nCOPY --from=builder /app /\n", BUILT)
    assert found["psycopg2"].problem
    assert not list(uncertain_libraries(found.values(), target))


def test_a_line_goes_above_the_comment_of_the_next() -> None:
    """A comment says something of the instruction below it."""
    text = f"{BUILDER}FROM {SLIM} AS run\n# One.\n\n# Two.\n  # Three.\n{COPY}"
    diff = patched(text).diff
    assert " # One.\n \n+RUN apt-get update" in diff
    assert "+    && rm -rf /var/lib/apt/lists/*\n # Two.\n   # Three.\n COPY" in diff


def test_only_the_stages_that_are_asked_for() -> None:
    """Of several that take the environment, `--stage` checks one."""
    text = f"{BUILDER}FROM {SLIM} AS dev\n{COPY}FROM {SLIM} AS prod\n{LIBPQ}{COPY}"
    assert checked(text, BUILT)[1]["psycopg2"].problem
    assert checked(text, BUILT, stage="dev")[1]["psycopg2"].problem
    assert not checked(text, BUILT, stage="prod")[1]["psycopg2"].problem


def test_what_is_copied_again_and_again_is_there_once() -> None:
    """Also where each stage takes it twice from the one before."""
    stages = "".join(
        f"FROM {SLIM} AS s{n}\n" + f"COPY --from=s{n - 1} /app/.venv /app/.venv\n" * 2
        for n in range(1, 90)
    )
    text = BUILDER.replace("AS builder", "AS s0") + stages
    (target,) = targets(text)
    assert len(target.places) == 1


def _of_stages(finding: Finding) -> list[Remedy]:
    """Return the remedies that change the stages: not another package, nor an entry of `ignore`."""
    others = {RemedyKind.REPLACEMENT, RemedyKind.IGNORE}
    return [remedy for remedy in finding.remedies if remedy.kind not in others]


def _changed(text: str, lines: tuple[str, ...]) -> str:
    """Return the Dockerfile `text` with the lines of a remedy in it, as its reader would do it."""
    stages = {"builder": "FROM ", "run": "FROM "}
    instructions = text.splitlines()
    stage = "run"
    for line in lines:
        if line.startswith("# in stage"):
            stage = line.removeprefix("# in stage ").rstrip(":")
        elif line.startswith("FROM "):
            stage = line.rpartition(" AS ")[2]
            assert stage in stages
            (at,) = (n for n, each in enumerate(instructions) if each.endswith(f" AS {stage}"))
            instructions[at] = line
        else:
            ahead = next(n for n, each in enumerate(instructions) if each.startswith("COPY --from"))
            instructions.insert(ahead, line)
    return "\n".join(instructions) + "\n"


@pytest.mark.parametrize("managed", ["", LIBPQ, "RUN apk add libpq\n", "USER x\n"])
@pytest.mark.parametrize(
    "image",
    [
        SLIM,
        "python:3.12-slim-trixie",
        "python:3.12-slim-bullseye",
        "python:3.11-slim-bookworm",
        "python:3.12-alpine3.20",
        "gcr.io/distroless/python3-debian12",
        "public.ecr.aws/lambda/python:3.12",
        "public.ecr.aws/lambda/python:3.11",
        "debian:12-slim",
    ],
)
@pytest.mark.parametrize("builder", [BUILDER, EXPORTING.format("install -t /app/.venv")])
def test_a_way_out_is_one(builder: str, image: str, managed: str) -> None:
    """With the lines of a remedy in the Dockerfile, the package is no problem any more."""
    text = f"{builder}FROM {image} AS run\n{managed}{COPY}"
    target, found = checked(text)
    known = facts(tuple(found.values()), target, RULES, (11, 12))
    for name, finding in found.items():
        for remedy in _of_stages(finding) if finding.fails_to_load else ():
            assert remedy.change is not None
            assert solves(remedy.change, finding, target, known), (name, remedy)
            if remedy.lines:
                after = _changed(text, remedy.lines)
                assert name not in problems(after), (name, remedy, after)


def test_an_image_with_the_wheel_has_to_do_where_it_ends_up() -> None:
    """The base of the stage that installs is changed alone only if what fits there loads."""
    builder = f"{MUSL_BUILDER}FROM python:3.12-alpine{{}} AS run\n{COPY}"
    # A stage on the same image is changed with it.
    _, found = checked(builder.format("3.20"), NEW_WHEEL)
    assert RemedyKind.IMAGE in {remedy.kind for remedy in found["pq"].remedies}
    # Another one would still not load it.
    _, found = checked(builder.format("3.19"), NEW_WHEEL)
    assert RemedyKind.IMAGE not in {remedy.kind for remedy in found["pq"].remedies}


def test_a_constraint_is_not_all_where_it_ends_up() -> None:
    """The build works again; what it links to is lacking in the stage that it is copied to."""
    target = targets(f"{BUILDER}FROM {SLIM} AS run\n{COPY}")[0]
    broken = Breakage(why="its C files are too old", constraint="Cython<3")
    requires = RULES.requires["psycopg2"]
    inspected = {BUILT: SourceInspection(inspection=Inspection(requires=requires, broken=broken))}
    findings = check([BUILT], target, Rules(), inspected)
    known = replace(facts(findings, target), inspected=inspected)
    (finding,) = with_remedies(findings, target, known)
    (constraint,) = (r for r in finding.remedies if r.kind is RemedyKind.CONSTRAINT)
    assert constraint.text.endswith("; it still takes libpq5 in stage run.")


def test_what_a_full_image_had_is_installed_in_a_slim_one() -> None:
    """What is there in a stage now is not there once it has another base."""
    text = f"{BUILDER}FROM python:3.11-bookworm AS run\n{COPY}"
    _, found = checked(text, BUILT)
    (remedy, *_) = _of_stages(found["psycopg2"])
    assert remedy.lines[0] == f"FROM {SLIM} AS run"
    assert "libpq5" in " ".join(remedy.lines)


def test_a_toolchain_for_several_with_what_stages_lack() -> None:
    """All at once has what each single one has, and leaves nothing."""
    rules = Rules(requires={"psycopg2": needs("c", "libpq"), "other": needs("c", "libxml2")})
    other = package("other-1.0.tar.gz", name="other")
    text = BUILDER.replace("gcc libc6-dev libpq-dev", "curl") + f"FROM {SLIM} AS run\n{COPY}"
    target, found = checked(text, BUILT, other, rules=rules)
    known = facts(tuple(found.values()), target, rules, (11, 12))
    (remedy,) = toolchain_remedies_at_once(found.values(), target, known)
    assert "libxml2 libpq5" in " ".join(remedy.lines)
    assert plan_of(Machine(target=target, findings=tuple(found.values()), facts=known)).left == ()
