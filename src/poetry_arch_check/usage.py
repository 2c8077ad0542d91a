"""What `poetry arch-check --help` shows: the options, and what the command is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleo.helpers import option
from poetry.console.commands.group_command import GroupCommand

from poetry_arch_check.formats import FORMATS

if TYPE_CHECKING:
    from cleo.io.inputs.option import Option

OPTIONS: tuple[Option, ...] = (
    option(
        "target",
        "t",
        "A target: linux/arm64, alpine/amd64, manylinux_2_28_aarch64, current, all, ..."
        " or one of the configuration.",
        flag=False,
        multiple=True,
    ),
    option(
        "image",
        None,
        "The base image: python:3.12-slim, debian:12, ...; several are compared.",
        flag=False,
        multiple=True,
    ),
    option(
        "python",
        None,
        "A Python version: 3.12, 3.13t, pypy3.10, or all that the project allows.",
        flag=False,
        multiple=True,
    ),
    option(
        "toolchain",
        None,
        "What the targets can build with, comma-separated: c,c++,rust,libpq.",
        flag=False,
    ),
    option("dockerfile", None, "Check what this Dockerfile installs, where it does.", flag=False),
    option("stage", None, "The stage of the Dockerfile to check.", flag=False),
    option(
        "build-arg",
        None,
        "A build argument of the Dockerfile: NAME=VALUE.",
        flag=False,
        multiple=True,
    ),
    option("compose", None, "Check the platforms that this compose file builds for.", flag=False),
    option("bake", None, "Check the platforms that this bake file builds for.", flag=False),
    option(
        "workflow",
        None,
        "Check the platforms that this GitHub workflow builds for.",
        flag=False,
    ),
    option("diff", None, "Print the change that solves the Dockerfile's problems, as a patch."),
    option("explain", None, "Tell all about one package, or what a cause means.", flag=False),
    option("require-wheels", None, "Count every source build as a problem."),
    option(
        "against",
        None,
        "Fail only for what got worse since this git revision: origin/main, HEAD~1, a commit.",
        flag=False,
    ),
    option("suggest", None, "Ask the index which other versions have a wheel on all targets."),
    option("fix", None, "Write the nearest lock with as few problems as possible."),
    option("dry-run", None, "With --fix: show what would change, and write nothing."),
    option("offline", None, "Fetch no sdist to inspect it."),
    option(
        "projects",
        None,
        "Check the projects in all folders of this pattern, as one: 'services/*'.",
        flag=False,
        multiple=True,
    ),
    option("format", None, f"The output format: {', '.join(FORMATS)}.", flag=False, default="text"),
    option(
        "output",
        None,
        "Write the report to this file instead of stdout; FORMAT=PATH writes one more.",
        flag=False,
        multiple=True,
    ),
    *GroupCommand._group_dependency_options(),  # noqa: SLF001 - all of Poetry's commands do
    option("all-groups", None, "Check dependencies from all groups."),
    option("extras", "E", "Extra sets of dependencies to check.", flag=False, multiple=True),
    option("all-extras", None, "Check all extra dependencies."),
)

HELP = """\
The <info>arch-check</info> command reads <comment>poetry.lock</> and says, for every target,
which packages have no matching wheel, what building them takes, whether the target
has that toolchain, and what to do about it. Nothing is installed. An sdist that has to be built is
fetched into Poetry's cache and inspected, unless <info>--offline</info> is given.

<info>poetry arch-check</info>
    checks the configured targets, else the project's environment

<info>poetry arch-check -t linux/amd64 -t linux/arm64</info>
    checks an image that is published for two architectures

<info>poetry arch-check -t linux/arm64 --image python:3.12-alpine</info>
    checks what the image has: its C library, its Python, its tools

<info>poetry arch-check -t linux/arm64 --toolchain c,libpq</info>
    assumes that a C compiler and libpq's headers are installed

<info>poetry arch-check -t all --python all --format json --output report.json</info>
    checks the common eight platforms with every Python that the project allows

<info>poetry arch-check -t linux/arm64 --dockerfile Dockerfile</info>
    checks the stages that install with Poetry: their image, their toolchain, their groups

<info>poetry arch-check -t linux/arm64 --suggest</info>
    asks the index which other versions have a wheel there, and says what forbids them

<info>poetry arch-check --against origin/main --output sarif=report.sarif</info>
    fails only for what got worse since then, and writes one more report

<info>poetry arch-check --projects 'services/*'</info>
    checks many projects, each by its own configuration, with one report and one exit code

<info>poetry arch-check -t all --explain numpy</info>
    tells all about one package: who requires it, why it is a problem, every remedy

<info>poetry arch-check --fix --dry-run</info>
    shows the nearest lock with as few problems as possible; without --dry-run, it is written

The same check runs inside Poetry, in two hooks: before install, sync, add, update and remove
change the environment (<comment>on-install</>), and before lock, add, update and remove write
poetry.lock (<comment>on-lock</>). Each is <comment>warn</> (the default), <comment>abort</> (Poetry
stops at a problem) or <comment>off</>. The environment variable
<comment>POETRY_ARCH_CHECK=off|warn|abort</> overrides both.

Exit code 0: no problem. 1: problems found (with <info>--against</info>: what got worse).
2: the check could not be made.
Targets, defaults and accepted problems belong in <comment>[tool.poetry-arch-check]</>.
"""
