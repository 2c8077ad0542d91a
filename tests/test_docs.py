"""The README says what the program does: options, keys, names, formats, exit codes."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from poetry.utils._compat import tomllib

from poetry_arch_check.check.report import Outcome
from poetry_arch_check.command import ArchCheckCommand
from poetry_arch_check.formats import FORMATS
from poetry_arch_check.platforms.names import parse_name
from poetry_arch_check.settings.config import TABLE, read_config
from support.paths import PROJECTS, ROOT
from support.poetry_process import arch_check, copy

if TYPE_CHECKING:
    from pathlib import Path

README = (ROOT / "README.md").read_text("utf-8")


def section(title: str) -> str:
    """Return a section of the README."""
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_every_option_is_described() -> None:
    """Those of the command, no more and no less."""
    described = set(re.findall(r"`--([a-z-]+)", section("Options")))
    described |= set(re.findall(r"/`--([a-z-]+)`", section("Options")))
    assert described == {option.name for option in ArchCheckCommand.options}


def test_the_example_configuration_is_valid() -> None:
    """With either form of `targets`."""
    (block,) = re.findall(r"```toml\n(.*?)```", section("Configuration"), re.DOTALL)
    array, table = block.split("[tool.poetry-arch-check.targets]")
    first = tomllib.loads(array)["tool"]["poetry-arch-check"]
    assert [target.name for target in read_config(first).targets] == ["linux/amd64", "linux/arm64"]
    second = tomllib.loads("[tool.poetry-arch-check.targets]" + table)["tool"]["poetry-arch-check"]
    assert [target.name for target in read_config(second).targets] == ["graviton", "alpine"]
    assert TABLE in block


def test_every_key_is_described() -> None:
    """Those of the configuration."""
    text = section("Configuration")
    for key in (
        "targets",
        "python",
        "image",
        "toolchain",
        "require-wheels",
        "ignore",
        "on-install",
        "on-lock",
        "targets.<name>.dockerfile",
    ):
        assert f"| `{key}`" in text or f"`{key}`, `" in text or f", `{key}`" in text, key
    assert "`packages.<name>.requires`" in text


def test_every_target_name_is_accepted() -> None:
    """Whatever stands in the table, but for the words that are not platforms."""
    cells = [
        line.split("|")[2] for line in section("Target names").splitlines() if line.startswith("| ")
    ]
    names = {name for name in re.findall(r"`([^`]+)`", " ".join(cells)) if "…" not in name}
    names -= {"current", "all", "--python-platform"}
    assert len(names) > 30
    for name in names:
        parse_name(name)


def test_every_outcome_and_format_is_described() -> None:
    """By name."""
    for outcome in Outcome:
        assert f"| `{outcome.value}` |" in section("Outcomes")
    for name in FORMATS:
        assert f"- `{name}`" in section("Formats")
    assert all(f"| {code} |" in section("Exit codes") for code in (0, 1, 2))


def test_the_transcript_is_real() -> None:
    """The first thing that a reader sees is what the command prints."""
    block = re.search(
        r"```console\n\$ poetry (arch-check [^\n]*)\n(.*?)\$ echo \$\?\n(\d)\n```",
        README,
        re.DOTALL,
    )
    assert block
    done = arch_check(*block[1].split()[1:], cwd=PROJECTS / "psutil-arm64")
    assert (done.out, done.code) == (block[2], int(block[3]))


def test_the_walk_from_a_dockerfile_is_real(tmp_path: Path) -> None:
    """A newcomer who types it sees the same, to the end."""
    text = section("From a Dockerfile")
    folder = copy(PROJECTS / "psutil-arm64", tmp_path)
    (dockerfile,) = re.findall(r"```dockerfile\n(.*?)```", text, re.DOTALL)
    (folder / "Dockerfile").write_text(dockerfile, "utf-8")
    calls = re.findall(
        r"^\$ poetry (arch-check [^\n]*)\n((?:(?!\$ |```).*\n)*)", text, re.MULTILINE
    )
    first, patch, last = (command.split() for command, _ in calls)
    done = arch_check(*first[1:], cwd=folder)
    assert (done.out, done.code) == (calls[0][1], 1)
    assert patch[-3:] == ["|", "git", "apply"]
    patched = arch_check(*patch[1:-3], cwd=folder)
    subprocess.run(["git", "apply"], cwd=folder, input=patched.out.encode(), check=True)
    done = arch_check(*last[1:], cwd=folder)
    assert (done.out, done.code) == (calls[2][1], 0)


@pytest.mark.parametrize("mark", ["run", "test"])
def test_the_two_commands_are_there(mark: str) -> None:
    """CI runs the second as it stands here."""
    assert re.search(rf"<!-- {mark} -->\n```sh\n(.+?)```", README, re.DOTALL)


def test_modules_are_described() -> None:
    """The table of modules names each one that there is."""
    source = ROOT / "src" / "poetry_arch_check"
    modules = {path.stem for path in source.glob("*.py")} - {"__init__", "errors"}
    described = set(re.findall(r"`([a-z]+)/?`", section("How it works")))
    assert modules <= described, modules - described
