"""Speed and memory, paired in one run: `python tests/benchmark.py [PROJECT] [--rounds N]`.

Makes a virtual environment with Poetry, puts the plugin beside it, and runs the commands in
turn; prints medians and their ratios. PROJECT is by default the largest lock of version 2.1
in `../shared/corpus`; for `poetry lock` a small project is locked from an index on loopback.
Needs pip and an index for the virtual environment.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from support.index import Index, sdist_of, serving, wheel

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
PACKAGES = 60  # of the project that is locked
MANY, BUILT = 490, 10  # wheels and sdists of the project whose sdists are looked into
TARGETS = (
    "linux/amd64",
    "linux/arm64",
    "linux/386",
    "linux/arm/v7",
    "linux/ppc64le",
    "linux/s390x",
    "alpine/amd64",
    "alpine/arm64",
    "macos/amd64",
    "macos/arm64",
    "windows/amd64",
    "windows/arm64",
)


@dataclass
class Series:
    """The runs of one command in one place: seconds and peak memory in MiB.

    Before each, the folders that it `forgets` are removed.
    """

    project: Path
    environment: dict[str, str]
    command: list[str]
    codes: tuple[int, ...] = (0,)
    forgets: tuple[Path, ...] = ()
    seconds: list[float] = field(default_factory=list)
    peaks: list[float] = field(default_factory=list)

    @property
    def time(self) -> float:
        """The median of the times."""
        return statistics.median(self.seconds)

    @property
    def memory(self) -> float:
        """The median of the peaks."""
        return statistics.median(self.peaks)

    def once(self) -> None:
        """Run the command, and remember how long it took and how much it held."""
        for folder in self.forgets:
            shutil.rmtree(folder, ignore_errors=True)
        start = time.perf_counter()
        process = subprocess.Popen(
            self.command,
            cwd=self.project,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.seconds.append(time.perf_counter() - start)
        self.peaks.append(usage.ru_maxrss / 1024)
        if process.returncode not in self.codes:
            raise SystemExit(f"{' '.join(self.command)} ended with {process.returncode}")


def largest() -> Path:
    """Return the pair of the corpus with the most packages in a lock of version 2.1."""
    locks = [
        (text.count("[[package]]"), path.parent)
        for path in CORPUS.glob("*/poetry.lock")
        if 'lock-version = "2.1"' in (text := path.read_text("utf-8"))
    ]
    return max(locks)[1]


def prepare(directory: Path) -> tuple[str, Path]:
    """Return a Poetry without the plugin, and a folder that has the plugin alone."""
    environment, overlay = directory / "venv", directory / "plugin"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    python = str(environment / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, f"poetry=={version('poetry')}"], check=True)
    subprocess.run([*pip, "--no-deps", "--target", str(overlay), str(ROOT)], check=True)
    return str(environment / "bin" / "poetry"), overlay


def as_installed(project: Path, poetry: str, environment: dict[str, str]) -> None:
    """Make a virtual environment in which all that would be installed seems to be."""
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", str(project / ".venv")], check=True
    )
    (step,) = (project / ".venv").glob("lib/python*/site-packages")
    shown = subprocess.run(
        [poetry, "install", "--no-root", "--dry-run", "--no-ansi"],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name, release in re.findall(r"^  - Installing (\S+) \(([^ )]+)\)$", shown, re.MULTILINE):
        folder = step / f"{name.replace('-', '_')}-{release}.dist-info"
        folder.mkdir()
        text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {release}\n"
        (folder / "METADATA").write_text(text, "utf-8")


def insist(poetry: str, project: Path, environment: dict[str, str], *command: str) -> None:
    """Raise SystemExit unless a command finds nothing to do, or leaves the lock as it is."""
    before = (project / "poetry.lock").read_bytes()
    done = subprocess.run(
        [poetry, *command], cwd=project, env=environment, capture_output=True, text=True, check=True
    )
    idle = "No dependencies to install or update" in done.stdout or command == ("lock",)
    if not idle or (project / "poetry.lock").read_bytes() != before:
        raise SystemExit(f"{' '.join(command)} had something to do: {done.stdout}{done.stderr}")


def sources(number: int) -> dict[str, str]:
    """Return the files of an sdist of half a megabyte, most of it C, with a script to read."""
    noise = random.Random(number)  # noqa: S311 - so that it does not compress
    return {
        "setup.py": "import os, sys\nfrom setuptools import Extension, setup\nextensions = []\n"
        + "".join(
            f"if sys.platform == 'os{each}' or os.environ.get('NO_{each}'):\n"
            f"    extensions.append(Extension('e{each}', ['e{each}.c']))\n"
            for each in range(200)
        )
        + f"extensions.append(Extension('e', ['e.c'], optional={number % 2 == 0}))\n"
        + "setup(ext_modules=extensions)\n",
        **{f"src/e{each}.c": noise.randbytes(8_000).hex() for each in range(64)},
    }


def inspections(
    folder: Path, poetry: str, plain: dict[str, str], plugin: dict[str, str]
) -> tuple[Series, ...]:
    """Return the check of many packages: nothing to look into; warm; read again; fetched again."""
    index = Index()
    wheels, sdists = [f"w{n}" for n in range(MANY)], [f"s{n}" for n in range(BUILT)]
    for name in wheels:
        index.add(wheel(name, "1.0", "py3-none-any"))
    for number, name in enumerate(sdists):
        index.add(sdist_of(name, "1.0", sources(number)))
    with serving(index):
        lockable(folder, index.url, [*wheels, *sdists])
        subprocess.run([poetry, "lock", "--quiet"], cwd=folder, env=plain, check=True)
        reported = folder.parent / "told"
        shutil.copytree(folder, reported)
        with (reported / "pyproject.toml").open("a", encoding="utf-8") as file:
            file.write("[tool.poetry-arch-check.packages]\n")
            file.writelines(f"{name} = {{ requires = [] }}\n" for name in sdists)
        command = [poetry, "arch-check", "--target=linux/arm64", "--python=3.11"]
        cache = Path(plain["POETRY_CACHE_DIR"])
        results, artifacts = cache / "cache" / "arch-check", cache / "artifacts"
        made = (
            Series(reported, plugin, command, (0, 1)),
            Series(folder, plugin, command, (0, 1)),
            Series(folder, plugin, command, (0, 1), (results,)),
            Series(folder, plugin, command, (0, 1), (results, artifacts)),
        )
        # The last comes first: it leaves to the others what they need.
        measure(5, made[3], made[0], made[1], made[2])
        if not index.downloads():
            raise SystemExit("nothing was looked into")
    return made


def lockable(folder: Path, url: str, names: Iterable[str]) -> None:
    """Write a project that requires packages of the index at `url`, for two targets."""
    folder.mkdir()
    required = ", ".join(f'"{name}"' for name in names)
    (folder / "pyproject.toml").write_text(
        f"""[project]
name = "demo"
version = "0.1"
requires-python = ">=3.{sys.version_info[1]}"
dependencies = [{required}]
[tool.poetry]
package-mode = false
[[tool.poetry.source]]
name = "loopback"
url = "{url}/simple/"
priority = "primary"
[tool.poetry-arch-check]
targets = ["linux/amd64", "linux/arm64"]
""",
        "utf-8",
    )


def measure(rounds: int, *series: Series) -> None:
    """Run all series in turn, each round from another one on; the first round fills caches."""
    for number in range(rounds + 1):
        first = number % len(series)
        for one in (*series[first:], *series[:first]):
            one.once()
    for one in series:
        del one.seconds[0], one.peaks[0]


def show(label: str, value: float, bound: float | None = None) -> None:
    """Print a figure, and what it may be at most."""
    print(f"  {label:<44}{value:6.3f}" + (f"  (at most {bound})" if bound else ""))


def main() -> None:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project", nargs="?", type=Path, default=None)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    source = options.project or largest()
    index = Index()
    for number in range(PACKAGES):
        index.add(wheel(f"p{number}", "1.0", "py3-none-any"))
    with tempfile.TemporaryDirectory() as directory, serving(index):
        folder = Path(directory)
        project, small = folder / "project", folder / "small"
        project.mkdir()
        for name in ("pyproject.toml", "poetry.lock"):
            shutil.copyfile(source / name, project / name)
        poetry, overlay = prepare(folder)
        plain = {
            **{key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
            "POETRY_CACHE_DIR": str(folder / "cache"),
            "POETRY_VIRTUALENVS_IN_PROJECT": "true",
        }
        plugin = {**plain, "PYTHONPATH": str(overlay)}
        off = {**plugin, "POETRY_ARCH_CHECK": "off"}
        as_installed(project, poetry, plain)
        lockable(small, index.url, [f"p{number}" for number in range(PACKAGES)])

        one = [f"--target={TARGETS[0]}", "--python=3.11"]
        twelve = [*(f"--target={target}" for target in TARGETS), "--python=3.11"]
        found = (0, 1)  # 1: something was found
        check = Series(project, plain, [poetry, "check", "--lock"], found)
        # The lock alone: what looking into sdists takes is measured apart.
        arch_check = [poetry, "arch-check", "--offline"]
        arch_one = Series(project, plugin, [*arch_check, *one], found)
        arch_twelve = Series(project, plugin, [*arch_check, *twelve], found)
        measure(options.rounds, check, arch_one, arch_twelve)

        def three(where: Path, *command: str) -> tuple[Series, Series, Series]:
            made = tuple(Series(where, env, [poetry, *command]) for env in (plain, plugin, off))
            measure(options.rounds, *made)
            return made[0], made[1], made[2]

        version_only = three(project, "--version")
        insist(poetry, project, plugin, "install", "--no-root")
        install = three(project, "install", "--no-root")
        subprocess.run([poetry, "lock", "--quiet"], cwd=small, env=plain, check=True)
        insist(poetry, small, plugin, "lock")
        lock = three(small, "lock")
        reported, warm, again, cold = inspections(folder / "many", poetry, plain, plugin)
        packages = (project / "poetry.lock").read_text("utf-8").count("[[package]]")

    slope = (arch_twelve.time - arch_one.time) / (len(TARGETS) - 1) * 1000
    print(f"{source.name}: {packages} packages, Poetry {version('poetry')}")
    print(f"medians of {options.rounds} rounds, in seconds")
    show("poetry check --lock", check.time)
    show("poetry arch-check, 1 target", arch_one.time)
    show("poetry arch-check, 12 targets", arch_twelve.time)
    show("12 targets / check --lock, time", arch_twelve.time / check.time, 1.5)
    show("12 targets / check --lock, memory", arch_twelve.memory / check.memory, 1.3)
    show("ms per further target, 500 packages", slope * 500 / packages, 20)
    for label, (without, with_plugin, switched_off), bound in (
        ("poetry --version", version_only, 1.03),
        ("poetry install, nothing to do", install, 1.03),
        (f"poetry lock, unchanged, {PACKAGES} packages", lock, 1.05),
    ):
        show(label, without.time)
        show("  with the plugin / without", with_plugin.time / without.time, bound)
        show("  with the plugin off / without", switched_off.time / without.time)
    show(f"arch-check, {MANY + BUILT} packages, nothing to look into", reported.time)
    show(f"  {BUILT} sdists looked into before, ms more", (warm.time - reported.time) * 1000, 100)
    show("  read from Poetry's cache, ms more", (again.time - reported.time) * 1000)
    show("  fetched from loopback and read, ms more", (cold.time - reported.time) * 1000)


if __name__ == "__main__":
    main()
