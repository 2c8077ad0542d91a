"""`--against REF`: what a change makes worse, in repositories that git has made."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import jsonschema
import pytest

from poetry_arch_check.errors import RevisionError
from poetry_arch_check.poetry_api.revision import Revision
from support.poetry_process import Result, arch_check
from support.repository import ARM, Repository
from support.schema import SCHEMA

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git makes the repositories")

WHEEL = "cext-1.0-cp312-cp312-manylinux_2_17_aarch64.whl"
LOST = "cext-1.0-cp312-cp312-manylinux_2_17_x86_64.whl"
PURE = "pure-1.0-py3-none-any.whl"


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """Return a repository: a wheel is lost, a problem is cured, nothing changes."""
    repository = Repository(tmp_path_factory.mktemp("three"), "services/api")
    for cext in (WHEEL, LOST, WHEEL, WHEEL):
        repository.write(cext=cext, pure=PURE)
        repository.commit()
    return repository


def against(ref: str, repository: Repository, *args: str, cwd: Path | None = None) -> Result:
    """Run the command in the project."""
    return arch_check("--against", ref, *args, cwd=cwd or repository.project)


def states(three: Repository, to: Path) -> dict[str, Path]:
    """Return the projects of working trees for the three changes."""
    found = {}
    for name, commit in (("lost", "HEAD~2"), ("cured", "HEAD~1"), ("nothing", "HEAD")):
        three.git("worktree", "add", "--quiet", "--detach", str(to / name), commit)
        found[name] = to / name / three.folder
    return found


def test_three_commits(three: Repository, tmp_path: Path) -> None:
    """Exit codes 1, 0, 0 in worktrees, with the right sentences in text, Markdown, JSON and SARIF."""
    expected = {
        "lost": (1, "1 package is worse, none cured; no problems stand."),
        "cured": (0, "nothing is worse, 1 cured; no problems stand."),
        "nothing": (0, "nothing is worse, none cured; no problems stand."),
    }
    for name, folder in states(three, tmp_path).items():
        sarif, report = tmp_path / f"{name}.sarif", tmp_path / f"{name}.json"
        markdown = tmp_path / f"{name}.md"
        files = (f"sarif={sarif}", f"json={report}", f"markdown={markdown}")
        outputs = [word for file in files for word in ("--output", file)]
        done = against("HEAD~1", three, *outputs, cwd=folder)
        code, sentence = expected[name]
        assert (done.code, done.out.splitlines()[0].split("): ")[1]) == (code, sentence)
        assert sentence in markdown.read_text("utf-8")
        document = json.loads(report.read_text("utf-8"))
        jsonschema.validate(document, SCHEMA)
        changes = document["against"]
        assert document["ok"] is (code == 0)
        assert [each["name"] for each in changes["worse"]] == ["cext"] * (name == "lost")
        assert [each["name"] for each in changes["cured"]] == ["cext"] * (name == "cured")
        results = json.loads(sarif.read_text("utf-8"))["runs"][0]["results"]
        assert [(r["ruleId"], r["baselineState"]) for r in results] == (
            [("no-wheel-no-sdist", "new")] if name == "lost" else []
        )
    three.git("worktree", "prune")


def test_a_subfolder_and_what_is_not_committed(three: Repository, tmp_path: Path) -> None:
    """Git is found from below the root; the working tree is what is checked."""
    clone = Repository(tmp_path / "clone", three.folder)
    shutil.copytree(three.root, clone.root)
    clone.write(cext=LOST, pure=PURE)
    below = clone.project / "deeper"
    below.mkdir()
    done = arch_check("-C", "..", "--against", "HEAD", cwd=below)
    assert done.code == 1, done.err
    assert "cext 1.0 (no such problem before): unavailable on linux/arm64" in done.out


def test_a_shallow_clone(three: Repository, tmp_path: Path) -> None:
    """What is there is compared; what is not is said to be beyond the clone."""
    clone = Repository(tmp_path / "clone", three.folder)
    three.git("clone", "--quiet", "--depth=2", f"file://{three.root}", str(clone.root))
    assert against("origin/main", clone).code == 0
    assert against("HEAD~1", clone).code == 0
    done = against("HEAD~2", clone)
    assert done.code == 2
    assert 'there is no "HEAD~2" here: the clone is shallow and ends at' in done.said
    assert "git fetch --deepen" in done.said


def test_a_partial_clone(three: Repository, tmp_path: Path) -> None:
    """Files of the base are not there (as some pipelines clone); what is said fetches them."""
    clone = Repository(tmp_path / "clone", three.folder)
    three.git("config", "uploadpack.allowFilter", "true")
    url = f"file://{three.root}"
    three.git("clone", "--quiet", "--filter=blob:none", url, str(clone.root))
    done = against("HEAD~2", clone)
    assert done.code == 2
    assert "HEAD~2: files of it are not in this clone, which is partial" in done.said
    (command,) = re.findall(r"`git (.+?)`", done.said)
    clone.git(*command.split())
    assert against("HEAD~2", clone).code == 0


def test_a_wheel_lost_that_still_builds(tmp_path: Path) -> None:
    """It is worse under --require-wheels alone."""
    repository = Repository(tmp_path / "r")
    repository.write(cext=WHEEL)
    repository.commit()
    repository.write(cext="cext-1.0.tar.gz")
    args = ("--toolchain", "true")
    assert against("HEAD", repository, *args).code == 0
    done = against("HEAD", repository, *args, "--require-wheels")
    assert done.code == 1
    assert "cext 1.0 (no such problem before): source" in done.out


DOCKERFILE = "FROM {image}\nCOPY . .\nRUN pip install poetry && poetry install --no-root\n"


def test_a_base_image_that_changed(tmp_path: Path) -> None:
    """The Dockerfile is read from the revision, too; one that was not there makes all new."""
    repository = Repository(tmp_path / "r", "api")
    target = '[tool.poetry-arch-check.targets.image]\nplatform = "linux/arm64"\ndockerfile = "Dockerfile"'
    dockerfile = repository.root / "api" / "Dockerfile"
    repository.write(target, cext=WHEEL)
    none = repository.commit()
    dockerfile.write_text(DOCKERFILE.format(image="python:3.12-slim"))
    repository.commit()
    assert against("HEAD", repository).code == 0
    dockerfile.write_text(DOCKERFILE.format(image="python:3.12-alpine"))
    done = against("HEAD", repository)
    assert done.code == 1, done.out
    repository.commit()
    assert against("HEAD", repository).code == 0
    done = against(none, repository)
    assert done.code == 1
    assert "Dockerfile is not in" in done.out


def test_what_differs_is_said(tmp_path: Path) -> None:
    """A renamed folder, another version of the lock, no configuration, no lock."""
    repository = Repository(tmp_path / "r", "api")
    repository.project.mkdir(parents=True)
    (repository.project / "README").write_text("")
    empty = repository.commit()
    repository.write("", version="2.0", cext=LOST)
    repository.commit()
    repository.git("mv", "api", "service")
    renamed = Repository(repository.root, "service")
    renamed.write(ARM, cext=LOST)
    done = against("HEAD", renamed)
    said = " ".join(done.out.split())
    assert done.code == 0, done.out
    assert "1 problem stands." in said
    assert "At HEAD, the project was in api." in said
    assert "poetry.lock has version 2.1; at HEAD, it had 2.0." in said
    done = against(empty, renamed)
    assert done.code == 1
    assert "all problems are new." in " ".join(done.out.split())


def test_what_cannot_be_compared(tmp_path: Path) -> None:
    """A sentence each, and exit code 2."""
    repository = Repository(tmp_path / "r")
    repository.write(cext=WHEEL)
    done = against("HEAD", repository)
    assert (done.code, "is not in a git repository" in done.said) == (2, True)
    lock = repository.project / "poetry.lock"
    good = lock.read_text("utf-8")
    lock.write_text(good.replace("[[package]]", "[[package"))
    repository.commit()
    lock.write_text(good)
    done = against("HEAD", repository)
    assert done.code == 2
    assert "at HEAD: poetry.lock: " in done.said


# --- names of revisions ---


def test_names_of_revisions(three: Repository) -> None:
    """As `git rev-parse` reads them; packed or not."""
    three.git("tag", "light", "HEAD~1")
    three.git("tag", "--annotate", "--message", "m", "heavy", "HEAD~2")
    three.git("update-ref", "refs/remotes/origin/feature/x", "HEAD~1")
    three.git("update-ref", "refs/remotes/origin/main", "HEAD~1")
    three.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    commit = three.git("rev-parse", "HEAD~1")
    names = ["HEAD", "@", "HEAD~", "HEAD~1", "HEAD^", "HEAD^^", "HEAD~2^0", "main", "main~3"]
    names += ["refs/heads/main", "heads/main", "light", "heavy", "heavy~1", "origin/feature/x"]
    names += ["origin/main", "origin", commit, commit[:7], commit[:12].upper(), f"{commit[:7]}~1"]
    for packed in (False, True):
        if packed:
            three.git("gc", "--quiet")
        for name in names:
            expected = three.git("rev-parse", f"{name}^{{commit}}")
            with Revision(three.project, name) as revision:
                assert revision.commit == expected, name


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("nowhere", 'no revision "nowhere" here'),
        ("", "does not read revisions"),
        ("main..HEAD", "does not read revisions"),
        ("HEAD@{1}", "does not read revisions"),
        (":/change", "does not read revisions"),
        ("HEAD:services", "does not read revisions"),
        ("HEAD~9", "has no parent"),
        ("HEAD^2", "has 1 parent"),
        ("config", 'no revision "config" here'),
        ("../main", "does not read revisions"),
        ("HEAD^{tree}", "does not read revisions"),
        ("\x1b[31m", "no revision"),
        ("deadbeef", 'no revision "deadbeef" here'),
    ],
)
def test_names_that_are_none(three: Repository, name: str, problem: str) -> None:
    """A sentence, whatever it is."""
    with pytest.raises(RevisionError, match=problem) as caught:
        Revision(three.project, name)
    assert str(caught.value).isprintable()
