"""Planning by Poetry's own classes, and the private names that it takes."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any

import pytest
from poetry.console.commands.group_command import GroupCommand
from poetry.factory import Factory
from poetry.installation.installer import Installer
from poetry.packages import Locker
from poetry.puzzle.provider import Provider
from poetry.puzzle.solver import Solver

from poetry_arch_check.check.packages import Source
from poetry_arch_check.errors import PlanError
from poetry_arch_check.poetry_api.lockfile import read_lock
from poetry_arch_check.poetry_api.planning.planner import Planner
from poetry_arch_check.poetry_api.project import Project
from support.make import target
from support.paths import PROJECTS
from support.poetry_process import copy, poetry

if TYPE_CHECKING:
    from pathlib import Path

    from poetry.poetry import Poetry

    from poetry_arch_check.check.packages import LockedPackage

MAIN: Any = ("main",)
NAMES = ("linux/amd64", "linux/arm64", "alpine/amd64", "windows/amd64", "macos/arm64")


@pytest.fixture(autouse=True)
def _nothing_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No solution is kept from another test."""
    monkeypatch.setenv("POETRY_CACHE_DIR", str(tmp_path / "kept"))


def planner(project: Path, *, extras: tuple[str, ...] = ()) -> Planner:
    """Return a planner for a project's main groups."""
    known = Project(Factory().create_poetry(project, disable_plugins=True))
    return Planner(
        known,
        known.lock(),
        groups=known.package.dependency_group_names(),
        extras=extras,
    )


def names(packages: tuple[LockedPackage, ...]) -> set[str]:
    """Return the names of planned packages."""
    return {package.name for package in packages}


def test_the_private_names_are_there() -> None:
    """What plan, command and guard use of Poetry beyond its public names, in every version."""
    assert "self._provider" in inspect.getsource(Solver.__init__)
    assert "self._provider" in inspect.getsource(Solver.solve)
    assert "self._deferred_cache" in inspect.getsource(Provider.__init__)
    assert "self._deferred_cache" in inspect.getsource(Provider.search_for_direct_origin_dependency)
    options = {option.name for option in GroupCommand._group_dependency_options()}
    assert options == {"with", "without", "only"}
    assert callable(Locker.is_locked_groups_and_markers)
    # What the guard stands on.
    assert "self._write_lock_data(lock)" in inspect.getsource(Locker.set_lock_data)
    assert "self._executor.execute(" in inspect.getsource(Installer._execute)
    assert ".get_solved_packages()" in inspect.getsource(Installer._do_install)


def test_what_the_project_requires_itself_is_told_apart() -> None:
    """A remedy says where a marker belongs."""
    packages = planner(PROJECTS / "mkl").plan(target("linux/amd64"))
    direct = {package.name: package.direct for package in packages}
    assert direct["mkl"] is True
    assert direct["tbb"] is False


def test_markers_decide_on_each_target() -> None:
    """Colorama belongs to Windows alone, in a lock of version 2.0."""
    plan = planner(PROJECTS / "old-lock")
    found = {name: names(plan.plan(target(name))) for name in NAMES}
    assert {name for name, packages in found.items() if "colorama" in packages} == {"windows/amd64"}
    assert found["linux/arm64"] == {"click"}


@pytest.fixture
def solved(monkeypatch: pytest.MonkeyPatch) -> list[Solver]:
    """Return a list to which each solver that solves is added."""
    solvers: list[Solver] = []
    solve = Solver.solve

    def counted(self: Solver, *args: Any, **kwargs: Any) -> Any:
        solvers.append(self)
        return solve(self, *args, **kwargs)

    monkeypatch.setattr(Solver, "solve", counted)
    return solvers


def test_old_locks_are_solved_once_for_targets_that_no_marker_tells_apart(
    solved: list[Solver],
) -> None:
    """Five targets, and the only markers ask for Windows: two solutions."""
    plan = planner(PROJECTS / "old-lock")
    for name in (*NAMES, *NAMES):
        plan.plan(target(name))
    assert len(solved) == 2


def test_a_solution_is_kept_for_its_lock_project_and_choice(
    tmp_path: Path, solved: list[Solver]
) -> None:
    """The same question has the same answer without solving, another one is solved."""
    project = copy(PROJECTS / "old-lock", tmp_path)
    windows = target("windows/amd64")
    first = planner(project).plan(windows)
    assert planner(project).plan(windows) == first
    assert len(solved) == 1
    assert names(planner(project, extras=("safe",)).plan(windows)) > names(first)
    assert len(solved) == 2
    path = project / "pyproject.toml"
    path.write_text(path.read_text("utf-8") + "\n[tool.other]\nsetting = 1\n", "utf-8")
    planner(project).plan(windows)
    assert len(solved) == 3


def test_a_solution_is_found_by_another_process(tmp_path: Path) -> None:
    """The order in which a process iterates over sets is its own."""
    systems = " or ".join(f"sys_platform == '{name}'" for name in ("aix", "linux", "cygwin"))
    project = with_marker(tmp_path, f"{systems} or os_name == 'nt'")
    for seed in "123456":
        done = poetry(
            *("arch-check", "--offline", "-t", "windows/amd64", "--python", "3.11"),
            cwd=project,
            more={"PYTHONHASHSEED": seed, "POETRY_CACHE_DIR": str(tmp_path / "kept")},
        )
        assert "windows/amd64" in done.out, done.err
    assert len(kept_under(tmp_path)) == 1


def kept_under(folder: Path) -> list[Path]:
    """Return the files of results."""
    return [path for path in (folder / "kept").rglob("*") if path.is_file()]


def test_a_damaged_solution_is_solved_again(tmp_path: Path, solved: list[Solver]) -> None:
    """What is kept may be from anywhere: an entry that the lock does not have is not planned."""
    first = planner(PROJECTS / "old-lock").plan(target())
    (kept,) = kept_under(tmp_path)
    kept.write_bytes(kept.read_bytes().replace(b"click", b"clack"))
    assert planner(PROJECTS / "old-lock").plan(target()) == first
    assert len(solved) == 2


def with_marker(folder: Path, marker: str) -> Path:
    """Return a project with an old lock whose requirement of click has this marker."""
    project = copy(PROJECTS / "old-lock", folder)
    path = project / "pyproject.toml"
    stated = f"click = {{version = '8.1.7', markers = \"{marker}\"}}"
    path.write_text(path.read_text("utf-8").replace('click = "8.1.7"', stated))
    digest = Factory().create_poetry(project, disable_plugins=True).locker._content_hash
    lock = project / "poetry.lock"
    lock.write_text(
        re.sub(r'content-hash = ".*"', f'content-hash = "{digest}"', lock.read_text("utf-8"))
    )
    return project


@pytest.mark.parametrize("order", [("linux/amd64", "linux/arm64"), ("linux/arm64", "linux/amd64")])
def test_the_projects_own_markers_count_for_old_locks(
    tmp_path: Path, order: tuple[str, str]
) -> None:
    """They do not stand in the lock: one target's plan must not become another's."""
    plan = planner(with_marker(tmp_path, "platform_machine == 'aarch64'"))
    found = {name: names(plan.plan(target(name))) for name in order}
    assert found == {"linux/amd64": set(), "linux/arm64": {"click"}}


def test_new_locks_are_not_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    """From version 2.1 on the lock carries groups and markers."""

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("solved")

    poetry = Factory().create_poetry(PROJECTS / "mkl", disable_plugins=True)
    monkeypatch.setenv("POETRY_INSTALLER_RE_RESOLVE", "false")
    monkeypatch.setattr(Solver, "solve", refuse)
    plan = Planner(
        Project(poetry), read_lock(poetry.locker, poetry.pyproject.data), groups=MAIN, extras=[]
    )
    assert "mkl" in names(plan.plan(target("linux/amd64")))


def test_re_resolve_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Poetry re-solves, so do we, with the same result."""
    poetry = Factory().create_poetry(PROJECTS / "mkl", disable_plugins=True)
    plans = []
    for value in ("false", "true"):
        monkeypatch.setenv("POETRY_INSTALLER_RE_RESOLVE", value)
        plan = Planner(
            Project(poetry), read_lock(poetry.locker, poetry.pyproject.data), groups=MAIN, extras=[]
        )
        plans.append(names(plan.plan(target("linux/amd64"))))
    assert plans[0] == plans[1] != set()


def test_extras() -> None:
    """Of an old lock too; an unknown one is an error with the known ones."""
    assert names(planner(PROJECTS / "old-lock", extras=("Safe",)).plan(target())) == {
        "click",
        "markupsafe",
    }
    with pytest.raises(PlanError) as caught:
        planner(PROJECTS / "old-lock", extras=("sfae",))
    assert "safe" in str(caught.value.hint)


def test_a_python_that_an_old_lock_has_no_plan_for() -> None:
    """Poetry's reason, and the name of the target."""
    with pytest.raises(PlanError) as caught:
        planner(PROJECTS / "old-lock").plan(target("linux/arm64", "3.6"))
    assert "linux/arm64" in str(caught.value)
    assert "<fg" not in str(caught.value)


SOURCES = """
[[package]]
name = "{name}"
version = "1.0"
description = ""
optional = false
python-versions = "*"
groups = ["main"]
files = [{files}]
{develop}
[package.source]
{source}
"""


def sources_project(tmp_path: Path) -> Poetry:
    """Return a project whose lock has a package of every source type."""
    files = '{{file = "{}", hash = "sha256:00"}}'.format
    entries = [
        ("by-url", "", 'type = "url"\nurl = "https://example.org/by_url-1.0-py3-none-any.whl#sha256=00"', ""),
        ("by-file", files("by_file-1.0.tar.gz"), 'type = "file"\nurl = "dist/by_file-1.0.tar.gz"', ""),
        ("by-path", "", 'type = "directory"\nurl = "lib"', "develop = true"),
        ("by-git", "", 'type = "git"\nurl = "https://example.org/x.git"\nreference = "main"\nresolved_reference = "00"\nsubdirectory = "sub"', "develop = false"),
        ("by-legacy", files("by_legacy-1.0-py3-none-any.whl"), 'type = "legacy"\nurl = "https://example.org/simple"\nreference = "own"', ""),
    ]  # fmt: skip
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").write_text(
        '[project]\nname = "p"\nversion = "1"\nrequires-python = ">=3.9"\n[tool.poetry]\npackage-mode = false\n'
    )
    lock = "".join(
        SOURCES.format(name=name, files=listed, source=source, develop=develop)
        for name, listed, source, develop in entries
    )
    poetry = Factory().create_poetry(project, disable_plugins=True)
    digest = poetry.locker._content_hash
    (project / "poetry.lock").write_text(
        f'{lock}\n[metadata]\nlock-version = "2.1"\npython-versions = ">=3.9"\ncontent-hash = "{digest}"\n'
    )
    return Factory().create_poetry(project, disable_plugins=True)


def test_every_source_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Index, legacy index, url, file, directory, git with a subdirectory: each with its line."""
    monkeypatch.setenv("POETRY_INSTALLER_RE_RESOLVE", "false")  # the default from Poetry 2.3 on
    poetry = sources_project(tmp_path)
    lock = read_lock(poetry.locker, poetry.pyproject.data)
    plan = Planner(Project(poetry), lock, groups=MAIN, extras=[])
    found = {package.name: package for package in plan.plan(target())}
    assert {name: package.source for name, package in found.items()} == {
        "by-url": Source.URL,
        "by-file": Source.FILE,
        "by-path": Source.DIRECTORY,
        "by-git": Source.GIT,
        "by-legacy": Source.INDEX,
    }
    assert {name: [a.filename for a in p.artifacts] for name, p in found.items()} == {
        "by-url": ["by_url-1.0-py3-none-any.whl"],
        "by-file": ["by_file-1.0.tar.gz"],
        "by-path": [],
        "by-git": [],
        "by-legacy": ["by_legacy-1.0-py3-none-any.whl"],
    }
    text = lock.path.read_text("utf-8").splitlines()
    for package in found.values():
        assert text[package.line] == f'name = "{package.name}"'


def test_policies_do_not_concern_what_no_index_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Poetry's Chooser is asked for packages of an index alone."""
    monkeypatch.setenv("POETRY_INSTALLER_RE_RESOLVE", "false")  # as above
    poetry = sources_project(tmp_path)
    monkeypatch.setenv("POETRY_INSTALLER_NO_BINARY", ":all:")
    monkeypatch.setenv("POETRY_INSTALLER_ONLY_BINARY", "by-file")
    lock = read_lock(poetry.locker, poetry.pyproject.data)
    found = Planner(Project(poetry), lock, groups=MAIN, extras=[]).plan(target())
    allowed = {p.name: (p.wheels_allowed, p.sdists_allowed) for p in found}
    assert allowed["by-legacy"] == (False, True)
    assert allowed["by-url"] == allowed["by-file"] == (True, True)


def test_files_of_a_shared_list_belong_to_their_version(tmp_path: Path) -> None:
    """Before version 2.0 two entries of one name share their files."""
    project = copy(PROJECTS / "old-lock", tmp_path)
    path = project / "poetry.lock"
    text = path.read_text("utf-8")
    start = text.index("[[package]]", text.index("colorama"))
    mixed = text[:start].replace(
        "files = [\n",
        'files = [\n    {file = "click-8.1.6-py3-none-any.whl", hash = "sha256:00"},\n',
        1,
    )
    path.write_text(mixed + text[start:], "utf-8")

    def files(plan: Planner) -> list[str]:
        (click,) = (p for p in plan.plan(target()) if p.name == "click")
        return [artifact.filename for artifact in click.artifacts]

    poetry = Factory().create_poetry(project, disable_plugins=True)
    lock = read_lock(poetry.locker, poetry.pyproject.data)
    assert not lock.shares_files
    assert len(files(Planner(Project(poetry), lock, groups=MAIN, extras=[]))) == 3
    with path.open("a", encoding="utf-8") as file:
        file.write("\n[metadata.files]\nclick = []\n")
    poetry = Factory().create_poetry(project, disable_plugins=True)
    lock = read_lock(poetry.locker, poetry.pyproject.data)
    assert lock.shares_files
    assert "click-8.1.6-py3-none-any.whl" not in files(
        Planner(Project(poetry), lock, groups=MAIN, extras=[]),
    )
