"""Speed and memory, paired in one run: `python tests/benchmark.py [PROJECT] [--rounds N]`.

Makes a virtual environment with Poetry, puts the plugin beside it, and runs the commands in
turn; prints medians and their ratios. PROJECT is by default the largest lock of version 2.1
in `../shared/corpus`. Needs pip and an index for the virtual environment.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
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
    """The runs of one command: seconds and peak memory in MiB."""

    command: list[str]
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

    def once(self, project: Path, environment: dict[str, str]) -> None:
        """Run the command, and remember how long it took and how much it held."""
        start = time.perf_counter()
        process = subprocess.Popen(
            self.command,
            cwd=project,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.seconds.append(time.perf_counter() - start)
        self.peaks.append(usage.ru_maxrss / 1024)
        if process.returncode not in {0, 1}:
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


def main() -> None:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project", nargs="?", type=Path, default=None)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    source = options.project or largest()
    with tempfile.TemporaryDirectory() as directory:
        project = Path(directory) / "project"
        project.mkdir()
        for name in ("pyproject.toml", "poetry.lock"):
            shutil.copyfile(source / name, project / name)
        poetry, overlay = prepare(Path(directory))
        plain = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        with_plugin = {**plain, "PYTHONPATH": str(overlay)}
        one = [f"--target={TARGETS[0]}", "--python=3.11"]
        twelve = [*(f"--target={target}" for target in TARGETS), "--python=3.11"]
        check = Series([poetry, "check", "--lock"])
        arch_one = Series([poetry, "arch-check", *one])
        arch_twelve = Series([poetry, "arch-check", *twelve])
        version_plain = Series([poetry, "--version"])
        version_plugin = Series([poetry, "--version"])
        series = (
            (check, plain),
            (arch_one, with_plugin),
            (arch_twelve, with_plugin),
            (version_plain, plain),
            (version_plugin, with_plugin),
        )
        for number in range(options.rounds + 1):
            # Each round starts elsewhere, so that no command always follows the same one.
            first = number % len(series)
            for one_series, environment in (*series[first:], *series[:first]):
                one_series.once(project, environment)
        for one_series, _ in series:  # the first round filled caches
            del one_series.seconds[0], one_series.peaks[0]
        packages = (project / "poetry.lock").read_text("utf-8").count("[[package]]")
    slope = (arch_twelve.time - arch_one.time) / (len(TARGETS) - 1) * 1000
    print(f"{source.name}: {packages} packages, Poetry {version('poetry')}")
    print(f"medians of {options.rounds} rounds, in seconds and MiB")
    for label, one_series in (
        ("poetry check --lock", check),
        ("poetry arch-check, 1 target", arch_one),
        ("poetry arch-check, 12 targets", arch_twelve),
        ("poetry --version", version_plain),
        ("poetry --version, with the plugin", version_plugin),
    ):
        print(f"  {label:<36}{one_series.time:6.3f}{one_series.memory:6.0f}")
    for label, value, bound in (
        ("12 targets / check --lock, time", arch_twelve.time / check.time, 1.5),
        ("12 targets / check --lock, memory", arch_twelve.memory / check.memory, 1.3),
        ("ms per further target, 500 packages", slope * 500 / packages, 20),
        ("--version with / without", version_plugin.time / version_plain.time, 1.03),
    ):
        print(f"  {label:<36}{value:6.3f}  (at most {bound})")


if __name__ == "__main__":
    main()
