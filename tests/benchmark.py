"""Speed and memory, paired in one run: `python tests/benchmark.py [PROJECT …] [--rounds N]`.

Makes a virtual environment with Poetry, puts the plugin beside it, and runs the commands in
turn; prints medians and their ratios. By default, PROJECT is the largest lock of version 2.1
in `../shared/corpus`; for `poetry lock` a small project is locked from an index on loopback.
Needs pip and an index for the virtual environment.
"""

from __future__ import annotations

import argparse
import hashlib
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
MANY, BUILT = 490, 10  # wheels and sdists of the project whose sdists are inspected
FILES = 9_000  # in a filled artifact cache
SIZES = (10_000, 50_000)  # packages of locks that no project has
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
OLD_TARGETS = ("linux/amd64", "linux/arm64", "alpine/amd64", "macos/arm64", "windows/amd64")


@dataclass
class Series:
    """The runs of one command in one place: seconds, processor seconds and peak memory in MiB.

    `proof` are patterns (of lines) that its output has to match: that it has done its work. Before
    each run, the folders that it `forgets` are removed.
    """

    project: Path
    environment: dict[str, str]
    command: list[str]
    proof: tuple[str, ...]
    codes: tuple[int, ...] = (0,)
    forgets: tuple[Path, ...] = ()
    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    peaks: list[float] = field(default_factory=list)

    @property
    def time(self) -> float:
        """The median of the times."""
        return statistics.median(self.seconds)

    @property
    def cpu(self) -> float:
        """The median of the processor times, of the command and of what it starts."""
        return statistics.median(self.processor)

    @property
    def memory(self) -> float:
        """The median of the peaks."""
        return statistics.median(self.peaks)

    def once(self) -> None:
        """Run the command, see that it did its work, and remember what that took."""
        for folder in self.forgets:
            shutil.rmtree(folder, ignore_errors=True)
        with tempfile.TemporaryFile() as output:
            start = time.perf_counter()
            process = subprocess.Popen(
                self.command,
                cwd=self.project,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.seconds.append(time.perf_counter() - start)
            output.seek(0)
            shown = output.read().decode()
        self.processor.append(usage.ru_utime + usage.ru_stime)
        self.peaks.append(usage.ru_maxrss / 1024)
        done = all(re.search(pattern, shown, re.MULTILINE) for pattern in self.proof)
        if process.returncode not in self.codes or not done:
            called = " ".join(self.command)
            raise SystemExit(
                f"{called} ended with {process.returncode}, not as it should:\n{shown}"
            )


def verdicts(targets: Iterable[str]) -> tuple[str, ...]:
    """Return what a report on `targets` has to say: a line for each, with its counts."""
    return tuple(
        rf"^ *\d* ?(ok|FAIL|unknown) +{re.escape(target)} .*\d (wheel|source|no-toolchain|unav)"
        for target in targets
    )


def largest(lock_version: str) -> Path:
    """Return the pair of the corpus with the most packages in a lock of this version."""
    locks = [
        (text.count("[[package]]"), path.parent)
        for path in CORPUS.glob("*/poetry.lock")
        if f'lock-version = "{lock_version}"' in (text := path.read_text("utf-8"))
    ]
    return max(locks)[1]


def prepare(directory: Path) -> tuple[str, str]:
    """Return a Poetry without the plugin, and one with its wheel and what that depends on."""
    pip = ("-m", "pip", "--quiet", "--quiet", "--disable-pip-version-check")
    subprocess.run(
        [sys.executable, *pip, "wheel", "--no-deps", "--wheel-dir", str(directory), str(ROOT)],
        check=True,
    )
    (built,) = directory.glob("*.whl")
    made = []
    for name, more in (("without", ()), ("with", (str(built),))):
        folder = directory / name
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        python = str(folder / "bin" / "python")
        subprocess.run([python, *pip, "install", f"poetry=={version('poetry')}", *more], check=True)
        made.append(str(folder / "bin" / "poetry"))
    return made[0], made[1]


def fill(artifacts: Path, count: int) -> None:
    """Put as many files into Poetry's artifact cache as a developer has after some years."""
    for number in range(count):
        digest = hashlib.sha256(str(number).encode()).hexdigest()
        folder = artifacts / digest[:2] / digest[2:4] / digest[4:6] / digest[6:]
        folder.mkdir(parents=True)
        (folder / f"filler{number}-1.0-py3-none-any.whl").touch()


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


def sdist_files(number: int) -> dict[str, str]:
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


def inspections(folder: Path, poetry: str, environment: dict[str, str]) -> tuple[Series, ...]:
    """Return the check of many packages: nothing to inspect; warm; read again; fetched again.

    The last one is like the second, with a filled artifact cache.
    """
    index = Index()
    wheels, sdists = [f"w{n}" for n in range(MANY)], [f"s{n}" for n in range(BUILT)]
    for name in wheels:
        index.add(wheel(name, "1.0", "py3-none-any"))
    for number, name in enumerate(sdists):
        index.add(sdist_of(name, "1.0", sdist_files(number)))
    with serving(index):
        lockable(folder, index.url, [*wheels, *sdists])
        off = {**environment, "POETRY_ARCH_CHECK": "off"}
        subprocess.run([poetry, "lock", "--quiet"], cwd=folder, env=off, check=True)
        known = folder.parent / "known"
        shutil.copytree(folder, known)
        with (known / "pyproject.toml").open("a", encoding="utf-8") as file:
            file.write("[tool.poetry-arch-check.packages]\n")
            file.writelines(f"{name} = {{ requires = [] }}\n" for name in sdists)
        command = [poetry, "arch-check", "--target=linux/arm64", "--python=3.11"]
        cache = Path(environment["POETRY_CACHE_DIR"])
        results, artifacts = cache / "cache" / "arch-check", cache / "artifacts"
        all_source = (rf"^ok +linux/arm64 .*{MANY} wheel, {BUILT} source$",)
        half = BUILT // 2  # every other extension is optional
        found = (rf"^FAIL +linux/arm64 .*{MANY} wheel, {half} source, {half} no-toolchain$",)
        made = (
            Series(known, environment, command, all_source),
            Series(folder, environment, command, found, (1,)),
            Series(folder, environment, command, found, (1,), (results,)),
            Series(folder, environment, command, found, (1,), (results, artifacts)),
            Series(folder, environment, command, found, (1,), (results,)),
        )
        # The last comes first: it leaves to the others what they need.
        measure(5, made[3], made[0], made[1], made[2])
        if not index.downloads():
            raise SystemExit("nothing was inspected")
        fill(artifacts, FILES)
        measure(5, made[4])
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
        del one.seconds[0], one.processor[0], one.peaks[0]


def show(label: str, value: float, bound: float | None = None) -> None:
    """Print a figure, and what it may be at most."""
    print(f"  {label:<44}{value:6.3f}" + (f"  (at most {bound})" if bound else ""))


def main() -> None:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("projects", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    sources = options.projects or [largest("2.1")]
    old = largest("2.0")
    index = Index()
    for number in range(PACKAGES):
        index.add(wheel(f"p{number}", "1.0", "py3-none-any"))
    with tempfile.TemporaryDirectory() as directory, serving(index):
        folder = Path(directory)
        project, small = folder / sources[0].name, folder / "small"
        for source in (*sources, old):
            (folder / source.name).mkdir()
            for name in ("pyproject.toml", "poetry.lock"):
                shutil.copyfile(source / name, folder / source.name / name)
        without, poetry = prepare(folder)
        environment = {
            **os.environ,
            "POETRY_CACHE_DIR": str(folder / "cache"),
            "POETRY_VIRTUALENVS_IN_PROJECT": "true",
        }
        off = {**environment, "POETRY_ARCH_CHECK": "off"}
        as_installed(project, without, environment)
        lockable(small, index.url, [f"p{number}" for number in range(PACKAGES)])

        checks = [
            lock_checks(folder / source.name, without, poetry, environment, options.rounds)
            for source in sources
        ]

        solved = old_lock_checks(folder / old.name, without, poetry, environment)
        sizes = [size_check(folder / f"p{count}", count, poetry, environment) for count in SIZES]

        def three(where: Path, proof: str, *command: str) -> tuple[Series, Series, Series]:
            made = tuple(
                Series(where, env, [executable, *command], (proof,))
                for executable, env in (
                    (without, environment),
                    (poetry, environment),
                    (poetry, off),
                )
            )
            measure(options.rounds, *made)
            return made[0], made[1], made[2]

        version_only = three(project, r"^Poetry \(version", "--version")
        insist(poetry, project, environment, "install", "--no-root")
        install = three(project, "^No dependencies to install", "install", "--no-root")
        subprocess.run([without, "lock", "--quiet"], cwd=small, env=environment, check=True)
        insist(poetry, small, environment, "lock")
        lock = three(small, "^Resolving dependencies", "lock")
        known, warm, again, cold, filled = inspections(folder / "many", poetry, environment)

    print(f"Poetry {version('poetry')}; medians of {options.rounds} rounds, in seconds")
    for source, made in zip(sources, checks, strict=True):
        show_checks(source, made)
    print(f"{old.name}: {count_of(old)} packages, a lock of version 2.0")
    check, first, again = solved
    show("5 targets, solved / check --lock, CPU", first.cpu / check.cpu)
    show("5 targets, solved before / check --lock, CPU", again.cpu / check.cpu, 2.5)
    for count, one in zip(SIZES, sizes, strict=True):
        print(f"{count:,} packages, 2 targets: {one.cpu:.2f} s CPU, {one.memory:.0f} MiB")
    for label, (before, with_plugin, switched_off), bound in (
        ("poetry --version", version_only, 1.03),
        ("poetry install, nothing to do", install, 1.03),
        (f"poetry lock, unchanged, {PACKAGES} packages", lock, 1.05),
    ):
        show(label, before.time)
        show("  with the plugin / without, time", with_plugin.time / before.time, bound)
        show("  with the plugin / without, CPU", with_plugin.cpu / before.cpu, bound)
        show("  with the plugin off / without, time", switched_off.time / before.time)
    show(f"arch-check, {MANY + BUILT} packages, nothing to inspect", known.time)
    show(f"  {BUILT} sdists inspected before, ms more", (warm.time - known.time) * 1000, 100)
    show("  read from Poetry's cache, ms more", (again.time - known.time) * 1000)
    show(f"  the same with {FILES} files in the cache", (filled.time - known.time) * 1000)
    show("  fetched from loopback and read, ms more", (cold.time - known.time) * 1000)
    show("  CPU of each sdist that is read, ms", (again.cpu - known.cpu) / BUILT * 1000, 100)


def lock_checks(
    project: Path, without: str, poetry: str, environment: dict[str, str], rounds: int
) -> tuple[Series, ...]:
    """Return `poetry check --lock`, and the check of the lock alone on one and on twelve targets."""
    found = (0, 1)  # 1: something was found
    one, twelve = TARGETS[:1], TARGETS
    # Nothing is fetched: what inspecting sdists takes is measured apart.
    arch_check = [poetry, "arch-check", "--offline", "--python=3.11"]
    made = (
        Series(project, environment, [without, "check", "--lock"], (".",), found),
        *(
            Series(
                project,
                environment,
                [*arch_check, *(f"--target={target}" for target in targets)],
                verdicts(targets),
                found,
            )
            for targets in (one, twelve)
        ),
    )
    measure(rounds, *made)
    return made


def old_lock_checks(
    project: Path, without: str, poetry: str, environment: dict[str, str]
) -> tuple[Series, Series, Series]:
    """Return `poetry check --lock`, and five targets on a lock that is solved: anew, and again."""
    results = Path(environment["POETRY_CACHE_DIR"]) / "cache" / "arch-check"
    command = [
        *(poetry, "arch-check", "--offline", "--python=3.11"),
        *(f"--target={target}" for target in OLD_TARGETS),
    ]
    found, proof = (0, 1), verdicts(OLD_TARGETS)
    check = Series(project, environment, [without, "check", "--lock"], (".",), found)
    first = Series(project, environment, command, proof, found, (results,))
    again = Series(project, environment, command, proof, found)
    for _ in range(6):
        check.once()
        first.once()
        again.once()
    return check, first, again


def size_check(project: Path, count: int, poetry: str, environment: dict[str, str]) -> Series:
    """Return the check of a lock of `count` packages, every tenth with wheels of its own."""
    project.mkdir()
    (project / "pyproject.toml").write_text(
        '[project]\nname = "demo"\nversion = "0.1"\nrequires-python = ">=3.10"\n'
        "dependencies = []\n[tool.poetry]\npackage-mode = false\n",
        "utf-8",
    )
    subprocess.run([poetry, "lock", "--quiet"], cwd=project, env=environment, check=True)
    empty = (project / "poetry.lock").read_text("utf-8")
    entries = "".join(map(entry, range(count)))
    (project / "poetry.lock").write_text(empty.replace("package = []\n", entries, 1), "utf-8")
    command = [poetry, "arch-check", "--offline", "--python=3.11"]
    targets = TARGETS[:2]
    command += [f"--target={target}" for target in targets]
    made = Series(project, environment, command, verdicts(targets), (1,))
    for _ in range(3):
        made.once()
    return made


def entry(number: int) -> str:
    """Return an entry of a lock."""
    name, digest = f"p{number}", f"sha256:{number:064x}"
    tags = ["py3-none-any"]
    if number % 10 == 0:
        tags = [
            f"cp3{minor}-cp3{minor}-{platform}"
            for minor in range(10, 14)
            for platform in ("manylinux_2_17_x86_64", "macosx_11_0_arm64", "win_amd64")
        ]
    files = [f"{name}-1.0-{tag}.whl" for tag in tags] + [f"{name}-1.0.tar.gz"]
    listed = "".join(f'    {{file = "{file}", hash = "{digest}"}},\n' for file in files)
    return (
        f'[[package]]\nname = "{name}"\nversion = "1.0"\ndescription = ""\noptional = false\n'
        f'python-versions = ">=3.8"\ngroups = ["main"]\nfiles = [\n{listed}]\n\n'
    )


def count_of(source: Path) -> int:
    """Return how many packages a project has locked."""
    return (source / "poetry.lock").read_text("utf-8").count("[[package]]")


def show_checks(source: Path, made: tuple[Series, ...]) -> None:
    """Print what the check of one lock takes, beside Poetry's own."""
    check, one, twelve = made
    packages = count_of(source)
    slope = (twelve.cpu - one.cpu) / (len(TARGETS) - 1) * 1000
    print(f"{source.name}: {packages} packages")
    show("poetry check --lock", check.time)
    show("poetry arch-check, 1 target", one.time)
    show("poetry arch-check, 12 targets", twelve.time)
    show("12 targets / check --lock, time", twelve.time / check.time, 1.2)
    show("12 targets / check --lock, CPU", twelve.cpu / check.cpu, 1.2)
    show("12 targets / check --lock, memory", twelve.memory / check.memory, 1.3)
    show("ms CPU per further target, 500 packages", slope * 500 / packages, 5)


if __name__ == "__main__":
    main()
