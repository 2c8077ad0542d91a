"""The command line as a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from poetry_arch_check.errors import DockerfileError
from poetry_arch_check.options import request_from
from poetry_arch_check.settings.request import DockerfileRef

if TYPE_CHECKING:
    from pathlib import Path

DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(
        ("target", "image", "python", "build-arg", "only", "with", "without", "extras"), ()
    ),
    **dict.fromkeys(("toolchain", "dockerfile", "stage", "against"), None),
    **dict.fromkeys(("compose", "bake", "workflow"), None),
    **dict.fromkeys(("all-groups", "all-extras", "require-wheels", "offline", "suggest"), False),
}


def repeated(**given: Any) -> list[str]:
    """Return the options that another run would be given to check the same."""
    options = {name: list(value) if value == () else value for name, value in DEFAULTS.items()}
    options |= {name.replace("_", "-"): value for name, value in given.items()}
    return list(request_from(options.__getitem__, groups=(), extras=()).repeated)


def test_nothing_is_repeated_where_nothing_was_given() -> None:
    """Then the configuration says what is checked, as it will again."""
    assert repeated() == []
    assert repeated(offline=True, suggest=True) == []


def test_no_secret_is_repeated() -> None:
    """Of what is called as one, the environment has the value: reports go to others."""
    arguments = ["PYPI_TOKEN=pw", "VERSION=1", "Key=pw", "MONKEY=1"]
    assert repeated(dockerfile="Dockerfile", **{"build-arg": arguments}) == [
        *("--dockerfile", "Dockerfile"),
        *("--build-arg", "PYPI_TOKEN", "--build-arg", "VERSION=1"),
        *("--build-arg", "Key", "--build-arg", "MONKEY=1"),
    ]


def test_what_chooses_is_repeated_as_it_was_given() -> None:
    """Targets, images, Pythons, toolchain, Dockerfile with its stage, groups and extras."""
    given = repeated(
        target=["linux/arm64", "alpine/amd64"],
        image=["python:3.11-slim"],
        python=["3.11"],
        toolchain="c,libpq",
        dockerfile="docker files/Dockerfile",
        stage="build",
        without=["dev,docs"],
        all_extras=True,
        require_wheels=True,
    )
    assert given == [
        *("-t", "linux/arm64", "-t", "alpine/amd64", "--image", "python:3.11-slim"),
        *("--python", "3.11", "--toolchain", "c,libpq"),
        *("--dockerfile", "docker files/Dockerfile", "--stage", "build"),
        *("--without", "dev,docs", "--all-extras", "--require-wheels"),
    ]


def test_a_compose_file_says_how_its_dockerfile_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which one, its context, its arguments and its stage; options take precedence."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "api").mkdir()
    (tmp_path / "compose.yaml").write_text(
        "services: {a: {build: {context: api, target: run, args: {A: 1, B: 2}}, platform: linux/arm64}}",
        "utf-8",
    )
    options: dict[str, Any] = {**DEFAULTS, "target": [], "compose": "compose.yaml"}
    request = request_from(options.__getitem__, groups=(), extras=())
    assert request.platforms == ("linux/arm64",)
    assert request.dockerfile == DockerfileRef(
        path="api/Dockerfile", stages=("run",), arguments={"A": "1", "B": "2"}, context="api"
    )
    options |= {"dockerfile": "api/Dockerfile", "stage": "build", "build-arg": ["B=3"]}
    request = request_from(options.__getitem__, groups=(), extras=())
    assert request.dockerfile == DockerfileRef(
        path="api/Dockerfile", stages=("build",), arguments={"A": "1", "B": "3"}, context="api"
    )
    monkeypatch.chdir(tmp_path / "api")
    for dockerfile in (None, "Dockerfile", "../api/Dockerfile"):
        options = {**DEFAULTS, "target": [], "compose": "../compose.yaml", "dockerfile": dockerfile}
        request = request_from(options.__getitem__, groups=(), extras=())
        assert request.dockerfile == DockerfileRef(
            path=dockerfile or "Dockerfile",
            stages=("run",),
            arguments={"A": "1", "B": "2"},
            context="../api",
        )


def test_of_several_dockerfiles_the_one_with_poetry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A compose file has those of other images, too, which may not even be there."""
    monkeypatch.chdir(tmp_path)
    for name, line in (("api", "RUN poetry install"), ("web", "RUN npm ci")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Dockerfile").write_text(f"FROM x\n{line}\n", "utf-8")
    services = "a: {build: web}, b: {build: api}, c: {build: none}"
    (tmp_path / "compose.yaml").write_text(f"services: {{{services}}}", "utf-8")
    options: dict[str, Any] = {**DEFAULTS, "target": [], "compose": "compose.yaml"}
    request = request_from(options.__getitem__, groups=(), extras=())
    assert request.dockerfile == DockerfileRef(path="api/Dockerfile", stages=("",), context="api")


@pytest.mark.parametrize("kind", ["bake", "workflow"])
def test_other_files_say_how_a_dockerfile_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """As a compose file does; options take precedence."""
    files = {
        "bake": '{"target": {"a": {"target": "run", "args": {"A": "1", "B": "2"}}}}',
        "workflow": "jobs: {a: {runs-on: ubuntu-latest, steps: [{uses: docker/build-push-action@v6,"
        ' with: {target: run, build-args: "A=1\\nB=2"}}]}}',
    }
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text(files[kind], "utf-8")
    options: dict[str, Any] = {**DEFAULTS, "target": [], kind: "file", "dockerfile": "Dockerfile"}
    request = request_from({**options, "build-arg": ["B=3"]}.__getitem__, groups=(), extras=())
    assert request.platforms == (("linux/amd64",) if kind == "workflow" else ())
    assert request.dockerfile == DockerfileRef(
        path="Dockerfile", stages=("run",), arguments={"A": "1", "B": "3"}, context="."
    )


@pytest.mark.parametrize("value", [None, "api"])
def test_the_context_of_a_compose_file_has_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    """Those of the environment, and their defaults; as the name of the Dockerfile."""
    monkeypatch.chdir(tmp_path)
    if value:
        monkeypatch.setenv("CTX", value)
    (tmp_path / "compose.yaml").write_text(
        'services: {a: {build: {context: "${CTX:-.}", dockerfile: "docker/${FILE:-Dockerfile}"}}}',
        "utf-8",
    )
    options: dict[str, Any] = {**DEFAULTS, "target": ["linux/arm64"], "compose": "compose.yaml"}
    request = request_from(options.__getitem__, groups=(), extras=())
    path = "api/docker/Dockerfile" if value else "docker/Dockerfile"
    assert request.dockerfile == DockerfileRef(path=path, stages=("",), context=value or ".")


def test_a_compose_file_has_the_variables_of_the_file_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of `.env` in its own folder; the environment takes precedence, and what is unset is empty."""
    (tmp_path / "deploy").mkdir()
    (tmp_path / ".env").write_text("ARM=linux/s390x\n", "utf-8")
    (tmp_path / "deploy" / ".env").write_text(
        "ARM=linux/arm64\nPYTHON=3.11\nGROUPS=dev\nPLAIN=here\n", "utf-8"
    )
    (tmp_path / "deploy" / "compose.yaml").write_text(
        "services: {a: {platform: '${ARM}', build: {context: .., args: {V: '${PYTHON:-3.12}',"
        " G: $GROUPS, N: '${NONE}', PLAIN: }}}}",
        "utf-8",
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GROUPS", "test")
    options: dict[str, Any] = {**DEFAULTS, "target": [], "compose": "deploy/compose.yaml"}
    request = request_from(options.__getitem__, groups=(), extras=())
    assert request.platforms == ("linux/arm64",)
    assert request.dockerfile == DockerfileRef(
        path="Dockerfile",
        stages=("",),
        arguments={"V": "3.11", "G": "test", "N": "", "PLAIN": "here"},
        context=".",
    )
    (tmp_path / "deploy" / ".env").unlink()
    with pytest.raises(DockerfileError, match="not a platform"):
        request_from(options.__getitem__, groups=(), extras=())
