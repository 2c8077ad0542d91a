"""Compose files, bake files and workflows → the platforms that they build for."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import tracemalloc
from contextlib import suppress

import pytest

from poetry_arch_check.dockerfile.builds import (
    KINDS,
    Recipe,
    platforms,
    recipe,
    the_dockerfile,
    with_env_file,
)
from poetry_arch_check.errors import DockerfileError
from poetry_arch_check.options import BESIDE

BOTH = ("linux/amd64", "linux/arm64")
TARGET = 'target "a" {\n  platforms = ["linux/amd64", "linux/arm64"]\n}\n'
STEP = "jobs:\n  image:\n    {more}\n    steps:\n      - uses: docker/build-push-action@v6\n        with: {{platforms: {value}}}\n"


def workflow(value: str, more: str = "runs-on: x") -> str:
    """Return a workflow with one step that builds."""
    return STEP.format(value=value, more=more)


def machine(runs_on: str, more: str = "") -> str:
    """Return a workflow that names no platforms."""
    job = f"jobs:\n  image:\n    runs-on: {runs_on}\n    {more}\n    steps:\n"
    return job + "      - uses: docker/build-push-action@v6\n"


DEPOT = workflow("'linux/amd64,linux/arm64'").replace(
    "docker/build-push-action@v6", "depot/build-push-action@v1"
)
FILES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "a list": ("compose", "services: {a: {build: {platforms: [linux/amd64, linux/arm64]}}}", BOTH),
    "the service's platform": (
        "compose",
        "services: {a: {build: ., platform: linux/arm64}}",
        ("linux/arm64",),
    ),
    "built ones alone": (
        "compose",
        "services: {a: {image: x, platform: linux/s390x}, b: {build: ., platform: linux/amd64}}",
        ("linux/amd64",),
    ),
    "a default": (
        "compose",
        "services: {a: {build: ., platform: '${PLATFORM:-linux/arm64}'}}",
        ("linux/arm64",),
    ),
    "anchors": (
        "compose",
        "x-b: &b {platforms: [linux/amd64, linux/arm64]}\nservices: {a: {build: *b}, c: {build: {<<: *b}}}",
        BOTH,
    ),
    "a target": ("bake", TARGET, BOTH),
    "what it inherits": ("bake", f'{TARGET}target "b" {{\n  inherits = ["a"]\n}}\n', BOTH),
    "the default group": (
        "bake",
        f'{TARGET}target "b" {{\n  platforms = ["linux/s390x"]\n}}\ngroup "default" {{\n  targets = ["a"]\n}}\n',
        BOTH,
    ),
    "groups within groups": (
        "bake",
        f'{TARGET}group "default" {{\n  targets = ["g"]\n}}\ngroup "g" {{\n  targets = ["a", "default"]\n}}\n',
        BOTH,
    ),
    "a variable": (
        "bake",
        'variable "P" {\n  default = "linux/arm64"\n}\ntarget "default" {\n  platforms = ["${P}"]\n}\n',
        ("linux/arm64",),
    ),
    "a list that is a variable's": (
        "bake",
        'variable "P" {\n  default = ["linux/amd64", "linux/arm64"]\n}\ntarget "default" {\n  platforms = P\n}\n',
        BOTH,
    ),
    "a variable that is split": (
        "bake",
        'variable "P" {\n  default = "linux/amd64,linux/arm64"\n}\ntarget "default" {\n  platforms = split(",", P)\n}\n',
        BOTH,
    ),
    "the target of the Dockerfile": (
        "bake",
        f'{TARGET}target "b" {{\n  context = "elsewhere"\n  platforms = ["linux/s390x"]\n}}\n',
        BOTH,
    ),
    "the service of the Dockerfile": (
        "compose",
        "services: {a: {build: {context: ./elsewhere, platforms: [linux/s390x]}},"
        " b: {build: {dockerfile: ./Dockerfile, platforms: [linux/amd64, linux/arm64]}}}",
        BOTH,
    ),
    "the environment's variable": (
        "compose",
        "services: {a: {build: ., platform: '${ARM:-linux/amd64}'}}",
        ("linux/arm64",),
    ),
    "a default for this machine alone": (
        "bake",
        f'{TARGET}target "default" {{\n  platforms = ["local"]\n}}\n',
        BOTH,
    ),
    "a matrix of a target": (
        "bake",
        'target "app" {\n  name = "app-${arch}"\n  matrix = {\n    arch = ["amd64", "arm64"]\n  }\n'
        '  platforms = ["linux/${arch}"]\n}\n',
        BOTH,
    ),
    "a matrix of objects": (
        "bake",
        'target "app" {\n  name = "app-${item.n}"\n  matrix = {\n    item = [\n'
        '      { n = "a", platforms = ["linux/amd64"] }, { n = "b", platforms = ["linux/arm64"] }\n    ]\n  }\n'
        "  platforms = item.platforms\n}\n",
        BOTH,
    ),
    "a matrix of two rows, one of them a variable's": (
        "bake",
        'variable "PLATFORMS" {\n  default = "linux/amd64,linux/arm64"\n}\n'
        'target "app" {\n  name = "app-${replace(v, ".", "-")}-${replace(p, "/", "-")}"\n'
        '  matrix = {\n    v = ["3.11", "3.12"]\n    p = split(",", PLATFORMS)\n  }\n  platforms = [p]\n}\n',
        BOTH,
    ),
    "one target of a matrix": (
        "bake",
        'target "app" {\n  name = "app-${replace(v, ".", "-")}-${arch}"\n'
        '  matrix = {\n    v = ["3.11", "3.12"]\n    arch = ["s390x", "arm64"]\n  }\n'
        '  platforms = ["linux/${arch}"]\n}\n'
        'group "default" {\n  targets = ["app-3-12-arm64"]\n}\n',
        ("linux/arm64",),
    ),
    "the matrix as a group": (
        "bake",
        'target "app" {\n  name = "app-${a}"\n  matrix = {\n    a = ["amd64", "arm64"]\n  }\n'
        '  platforms = ["linux/${a}"]\n}\ntarget "b" {\n  platforms = ["linux/s390x"]\n}\n'
        'group "default" {\n  targets = ["app"]\n}\n',
        BOTH,
    ),
    "a matrix of Dockerfiles": (
        "bake",
        'target "default" {\n  name = "t-${i.n}"\n  matrix = {\n    i = [{ n = "a", file = "Dockerfile", p = "arm64" },'
        ' { n = "b", file = "b.Dockerfile", p = "s390x" }]\n  }\n'
        '  dockerfile = i.file\n  platforms = ["linux/${i.p}"]\n}\n',
        ("linux/arm64",),
    ),
    "a matrix in JSON": (
        "bake",
        '{"target": {"default": {"name": "d-${arch}", "matrix": {"arch": ["amd64", "arm64"]},'
        ' "platforms": ["linux/${arch}"]}}}',
        BOTH,
    ),
    "itself": (
        "bake",
        'target "a" {\n  inherits = ["a"]\n  platforms = ["linux/arm64"]\n}\n',
        ("linux/arm64",),
    ),
    "JSON": ("bake", '{"target": {"default": {"platforms": ["linux/arm64"]}}}', ("linux/arm64",)),
    "commas": ("workflow", workflow("'linux/amd64, linux/arm64'"), BOTH),
    "a matrix": (
        "workflow",
        workflow(
            "'${{ matrix.platform }}'", "strategy: {matrix: {platform: [linux/amd64, linux/arm64]}}"
        ),
        BOTH,
    ),
    "a matrix of architectures": (
        "workflow",
        workflow("'linux/${{ matrix.arch }}'", "strategy: {matrix: {arch: [amd64, arm64]}}"),
        BOTH,
    ),
    "rows of a matrix": (
        "workflow",
        workflow(
            "'${{ matrix.row.platform }}'",
            "strategy: {matrix: {row: [{platform: linux/amd64}, {platform: linux/arm64}]}}",
        ),
        BOTH,
    ),
    "what a matrix includes": (
        "workflow",
        workflow(
            "'${{ matrix.platform }}'",
            "strategy: {matrix: {include: [{platform: linux/amd64}, {platform: linux/arm64}]}}",
        ),
        BOTH,
    ),
    "depot's action": ("workflow", DEPOT, BOTH),
    "blacksmith's action": (
        "workflow",
        DEPOT.replace("depot/", "useblacksmith/").replace("@v1", "@abc # v2"),
        BOTH,
    ),
    "another action": (
        "workflow",
        workflow("linux/amd64") + "      - {uses: me/build-push-action@v1, with: {platforms: x}}\n",
        ("linux/amd64",),
    ),
    "settings of bake": (
        "workflow",
        'jobs: {a: {steps: [{uses: depot/bake-action@v1, with: {set: "*.platform=linux/amd64,linux/arm64\\n'
        '*.cache-to=type=gha"}}]}}',
        BOTH,
    ),
    "the machine of the job": ("workflow", machine("ubuntu-latest"), ("linux/amd64",)),
    "a machine for arm64": ("workflow", machine("ubuntu-24.04-arm"), ("linux/arm64",)),
    "machines of a matrix": (
        "workflow",
        machine(
            "'${{ matrix.os }}'",
            "strategy: {matrix: {arch: [amd64, arm64], include: [{arch: amd64, os: ubuntu-22.04},"
            " {arch: arm64, os: ubuntu-22.04-arm}]}}",
        ),
        BOTH,
    ),
    "a machine of one's own": (
        "workflow",
        machine("[self-hosted, linux, ARM64]"),
        ("linux/arm64",),
    ),
    "a rented machine": (
        "workflow",
        machine("{labels: blacksmith-4vcpu-ubuntu-2404-arm}"),
        ("linux/arm64",),
    ),
    "the machine of one of two steps": (
        "workflow",
        machine("ubuntu-latest")
        + "      - {uses: docker/build-push-action@v6, with: {file: b.Dockerfile, platforms: linux/s390x}}\n",
        ("linux/amd64",),
    ),
    "what an input is by default": (
        "workflow",
        "on: {workflow_call: {inputs: {p: {default: 'linux/amd64,linux/arm64'}}}, push: }\n"
        + workflow("'${{ inputs.p }}'"),
        BOTH,
    ),
    "an input that is not given": (
        "workflow",
        "on: {workflow_dispatch: {inputs: {p: {type: string}}}}\n"
        "env: {P: \"${{ github.event.inputs.p || 'linux/amd64,linux/arm64' }}\"}\n"
        + workflow("'${{ env.P }}'"),
        BOTH,
    ),
    "one for each event": (
        "workflow",
        workflow(
            "\"${{ (github.event_name != 'pull_request' && !contains(github.ref, 'x'))"
            " && 'linux/amd64,linux/arm64' || format('linux/{0}', 'amd64') }}\""
        ),
        BOTH,
    ),
    "one of a variable of the repository's, by default": (
        "workflow",
        workflow("\"${{ vars.PLATFORMS || 'linux/arm64' }}\""),
        ("linux/arm64",),
    ),
    "a list of a matrix": (
        "workflow",
        workflow(
            "\"${{ join(matrix.p, ',') }}\"",
            "strategy: {matrix: {include: [{p: [linux/amd64, linux/arm64]}]}}",
        ),
        BOTH,
    ),
    "a combination that is excluded": (
        "workflow",
        workflow(
            "'linux/${{ matrix.a }}'",
            "strategy: {matrix: {a: [amd64, s390x, arm64], exclude: [{a: s390x}]}}",
        ),
        BOTH,
    ),
    "the Dockerfile of a combination": (
        "workflow",
        workflow(
            "'${{ matrix.p }}', file: '${{ matrix.f }}'",
            "strategy: {matrix: {include: [{f: b.Dockerfile, p: linux/s390x}, {f: Dockerfile, p: linux/arm64}]}}",
        ),
        ("linux/arm64",),
    ),
    "a Dockerfile that a target inherits": (
        "bake",
        'target "b" {\n  dockerfile = "b.Dockerfile"\n}\n'
        'target "other" {\n  inherits = ["b"]\n  platforms = ["linux/s390x"]\n}\n'
        'target "app" {\n  platforms = ["linux/arm64"]\n}\n',
        ("linux/arm64",),
    ),
    "a group that is a variable's": (
        "bake",
        f'{TARGET}target "b" {{\n  platforms = ["linux/s390x"]\n}}\nvariable "T" {{\n  default = ["a"]\n}}\n'
        'group "default" {\n  targets = T\n}\n',
        BOTH,
    ),
    "a value beside the blocks": (
        "bake",
        'PLATFORMS = ["linux/amd64", "linux/arm64"]\ntarget "a" {\n  platforms = PLATFORMS\n}\n',
        BOTH,
    ),
    "no platforms of a service": ("compose", "services: {a: {build: .}}", ()),
    "no platforms of the Dockerfile's service": (
        "compose",
        "services: {a: {build: .}, b: {build: ./b, platform: linux/s390x}}",
        (),
    ),
    "an empty default of a platform": (
        "compose",
        "services: {a: {build: ., platform: '${NONE:-}'}}",
        (),
    ),
    "tags of Compose's own": (
        "compose",
        "services: {a: {build: !override {platforms: !override [linux/arm64]}, ports: !reset [],"
        " command: !reset null}, b: !reset {}}",
        ("linux/arm64",),
    ),
    "no platforms of a target": ("bake", 'target "a" {\n  tags = ["x"]\n}\n', ()),
    "the environment": (
        "workflow",
        "env: {PLATFORMS: 'linux/amd64,linux/arm64'}\n" + workflow("'${{ env.PLATFORMS }}'"),
        BOTH,
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_platforms(name: str) -> None:
    """In the order in which they stand there."""
    kind, text, expected = FILES[name]
    found = platforms(kind, text, "file", "Dockerfile", {"ARM": "linux/arm64"})
    assert found == expected


API = """services:
  api: {build: {context: ./api, dockerfile: prod.Dockerfile, target: "${STAGE:-run}", args: {A: 1, B: true, C: x, D: }}}
  worker: {build: {context: ./api, dockerfile: prod.Dockerfile, target: run, args: ["A=1", "B=true", "C=y", D]}}
  db: {image: postgres}
"""
UNSAID = "services: {a: {build: {context: ., target: '${STAGE:-}'}}}"


def test_how_services_are_built() -> None:
    """Context, arguments and stage, as far as all that are built from the file agree."""
    found = recipe(
        "compose", API, "deploy/compose.yaml", "deploy/api/prod.Dockerfile", {"D": "set"}
    )
    assert found == Recipe(
        context="deploy/api", arguments={"A": "1", "B": "true", "D": "set"}, targets=("run",)
    )
    assert recipe("compose", API, "compose.yaml", "Dockerfile") == Recipe()
    assert recipe("compose", UNSAID, "c.yaml", "Dockerfile") == Recipe(context=".", targets=("",))
    assert recipe("compose", "services: {a: {build: ./x}}", "c.yaml", "x/Dockerfile") == Recipe(
        context="x", targets=("",)
    )
    elsewhere = "services: {a: {build: 'https://x.example/y.git'}, b: {build: {context: y}}}"
    assert recipe("compose", elsewhere, "c.yaml", "y/Dockerfile") == Recipe(
        context="y", targets=("",)
    )


STEPS = """on: {workflow_call: {inputs: {stage: {type: string}, python: {default: "3.12"}}}}
jobs:
  image:
    runs-on: ubuntu-latest
    strategy: {matrix: {groups: [main, dev]}}
    steps:
      - uses: docker/build-push-action@v6
        with:
          context: "{{defaultContext}}:api"
          file: api/prod.Dockerfile
          target: run
          build-args: |
            PYTHON=${{ inputs.python }}
            SHA=${{ github.sha }}
            GROUPS=${{ matrix.groups }}
            EMPTY=
            "QUOTED=a, b"
      - uses: docker/build-push-action@v6
        with: {file: web.Dockerfile, target: "${{ inputs.stage || 'web' }}"}
      - uses: docker/build-push-action@v6
        with: {file: "${{ steps.x.outputs.file }}", target: x}
"""


def test_how_steps_build() -> None:
    """What all that build the Dockerfile agree on; what a run decides is not told."""
    path = "../.github/workflows/ci.yml"
    found = recipe("workflow", STEPS, path, "../api/prod.Dockerfile")
    arguments = {"PYTHON": "3.12", "EMPTY": "", "QUOTED": "a, b"}
    assert found == Recipe(context="../api", arguments=arguments, targets=("run",))
    assert recipe("workflow", STEPS, path, "../web.Dockerfile") == Recipe(
        context="..", targets=("web",)
    )
    assert recipe("workflow", STEPS, path, "../Dockerfile") == Recipe()


TARGETS = """VERSION = "3.12"
variable "GROUPS" {
  default = "main"
}
variable "SHA" {}
target "_all" {
  context = "api"
  args = {
    PYTHON = "${VERSION}-slim"
    GROUPS = GROUPS
    SHA = SHA
  }
}
target "api" {
  name = "api-${stage}"
  inherits = ["_all"]
  matrix = {
    stage = ["run", "test"]
  }
  args = {
    STAGE = stage
    GROUPS = "dev"
  }
  target = stage
}
target "web" {
  inherits = ["_all"]
  dockerfile = "../web.Dockerfile"
  target = "web"
}
"""


def test_how_targets_are_built() -> None:
    """With what they inherit, as far as all that are built from the Dockerfile agree; every stage."""
    found = recipe("bake", TARGETS, "deploy/docker-bake.hcl", "deploy/api/Dockerfile")
    arguments = {"PYTHON": "3.12-slim", "GROUPS": "dev"}
    assert found == Recipe(context="deploy/api", arguments=arguments, targets=("run", "test"))
    found = recipe("bake", TARGETS, "docker-bake.hcl", "web.Dockerfile")
    assert found == Recipe(
        context="api", arguments={"PYTHON": "3.12-slim", "GROUPS": "main"}, targets=("web",)
    )


@pytest.mark.parametrize(
    "context",
    ["https://example.org/a/b.git#main", "git@example.org:a/b.git", "github.com/a/b", "${URL}"],
)
def test_a_context_that_is_a_url(context: str) -> None:
    """No file of this machine is built there, and the message has it as it is written."""
    url = {"URL": "ssh://git@example.org/a.git"}
    text = f'services: {{a: {{build: {{context: "{context}"}}}}}}'
    with pytest.raises(DockerfileError) as raised:
        the_dockerfile(text, "compose.yaml", url)
    assert f"the context is elsewhere: {context.replace('${URL}', url['URL'])}" in str(raised.value)
    both = text[:-1] + ", b: {build: x}}"
    assert the_dockerfile(both, "compose.yaml", url) == "x/Dockerfile"
    assert recipe("compose", both, "compose.yaml", "x/Dockerfile", url) == Recipe(
        context="x", targets=("",)
    )


def test_the_dockerfile_of_a_compose_file() -> None:
    """The one that services are built from."""
    assert the_dockerfile(API, "deploy/compose.yaml") == "deploy/api/prod.Dockerfile"
    assert the_dockerfile("services: {a: {build: .}}", "compose.yaml") == "Dockerfile"
    several = "services: {a: {build: x}, b: {build: y}, c: {build: z}}"
    assert the_dockerfile(several, "c.yaml", counts=lambda path: path[0] == "y") == "y/Dockerfile"
    with pytest.raises(DockerfileError, match="have 3 Dockerfiles") as raised:
        the_dockerfile(several, "c.yaml", counts=lambda path: path[0] != "x")
    assert "--dockerfile y/Dockerfile" in str(raised.value.hint)
    for text, said in (
        ("services: {a: {image: x}}", "no service is built"),
        ("services: {a: {build: x}, b: {build: y}}", "have 2 Dockerfiles"),
    ):
        with pytest.raises(DockerfileError, match=said):
            the_dockerfile(text, "compose.yaml")


TWO_IMAGES = """jobs:
  image:
    steps:
      - uses: depot/build-push-action@v1
        with: {context: api, platforms: "linux/amd64,linux/arm64"}
      - uses: docker/build-push-action@v6
        with: {context: ., file: ./web/prod.Dockerfile, platforms: linux/amd64}
      - uses: docker/build-push-action@v6
        with: {platforms: linux/arm64}
"""


@pytest.mark.parametrize(
    ("dockerfile", "expected"),
    [
        ("api/Dockerfile", BOTH),
        ("web/prod.Dockerfile", ("linux/amd64",)),
        ("Dockerfile", ("linux/arm64",)),
        ("other/Dockerfile", BOTH),
    ],
)
def test_the_steps_that_build_a_dockerfile(dockerfile: str, expected: tuple[str, ...]) -> None:
    """Those that name it count, from wherever it is called; all, where none does."""
    assert platforms("workflow", TWO_IMAGES, ".github/workflows/ci.yml", dockerfile) == expected
    above = "../.github/workflows/ci.yml"
    assert platforms("workflow", TWO_IMAGES, above, f"../{dockerfile}") == expected


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("compose", "services: {a: {image: x}}", "file: no service is built"),
        ("compose", "a: [\n", "file:2: "),
        ("compose", "- a\n", "file: not a mapping"),
        ("compose", "a: \0", "file: not YAML"),
        (
            "compose",
            "services: {a: {build: {platforms: ['$P']}}}",
            '"$P" is not a platform',
        ),
        (
            "compose",
            "services: {a: {build: {platforms: ['${P']}}}",
            '"${P" is not a platform',
        ),
        ("compose", "a: !!python/object/apply:os.system [id]", "file:1: "),
        ("bake", '{"target": ', "file:1: "),
        ("bake", "target {{{", "not HCL"),
        ("bake", 'target "a" {\n  platforms = split(",", X)\n}\n', '"${split('),
        ("compose", "", "file: not a mapping"),
        ("workflow", workflow("'${{ inputs.platforms }}'"), "its value is not known"),
        ("workflow", "jobs: {a: {steps: [{uses: actions/checkout@v4}]}}", "no platforms in it"),
        ("workflow", "jobs: [1, 2]\n", "no platforms in it"),
        (
            "workflow",
            "jobs: {a: {uses: ./.github/workflows/image.yml}, b: {uses: x/y/.github/workflows/z.yml@v1}}",
            "no image is built in it, it calls .github/workflows/image.yml",
        ),
        (
            "workflow",
            "jobs: {a: {steps: [{uses: docker/bake-action@v6}]}}",
            "a bake file says what its images are built for",
        ),
        ("workflow", machine("my-linux-builder"), "no platforms in it"),
        ("workflow", machine("[self-hosted, linux]"), "no platforms in it"),
        ("workflow", workflow("'${{ vars.P'"), "its value is not known"),
        ("workflow", workflow('"${{ fromJSON(vars.P)[0] }}"'), "its value is not known"),
        ("bake", "{}", "file: no target in it"),
        (
            "workflow",
            workflow("x", f"strategy: {{matrix: {{a: {[*range(17)]}, b: {[*range(17)]}}}}}"),
            "more than 256 combinations",
        ),
        ("workflow", "[" * 5_000, "nested too deeply"),
        ("compose", 'a: !!int ""', "not YAML"),
        ("compose", "a: !!bool x", "not YAML"),
        ("compose", "a: !!timestamp x", "not YAML"),
        ("compose", "a: x\n" * 30_000, "too large"),
        (
            "compose",
            "a: &a {x: y}\n"
            + "".join(
                f"b{n}: &b{n} {{<<: [{', '.join([f'*b{n - 1}' if n else '*a'] * 9)}]}}\n"
                for n in range(12)
            ),
            "more than 20000 values",
        ),
        (
            "compose",
            "services: {a: {build: {platforms: ['" + "${a-" * 15_000 + "']}}}",
            "not known",
        ),
        (
            "bake",
            '{"group": {"default": {"targets": ['
            + ", ".join(['"t"'] * 5_000)
            + ']}}, "target": {"t": {"platforms": ['
            + ", ".join(['"x"'] * 5_000)
            + "]}}}",
            "not known",
        ),
        ("bake", '{"a":' + "[" * 100_000, "file"),
        (
            "bake",
            'target "a" {\n  matrix = { v = ["a"] }\n  platforms = concat(["linux/amd64"], v)\n}\n',
            '"${concat(',
        ),
        (
            "bake",
            'target "a" {\n  matrix = { v = ["a"] }\n  platforms = [v.x]\n}\n',
            "not a platform",
        ),
        (
            "bake",
            json.dumps(
                {
                    "target": {
                        "a": {"matrix": {n: [*range(99)] for n in "xyz"}, "platforms": ["${x}"]}
                    }
                }
            ),
            "more than 500 targets",
        ),
        (
            "bake",
            json.dumps(
                {
                    "target": {
                        "a": {
                            "matrix": {"x": [*range(99)], "y": [["linux/amd64"] * 999]},
                            "platforms": "${y}",
                        }
                    }
                }
            ),
            "more than 20000 values",
        ),
        (
            "bake",
            json.dumps(
                {
                    "variable": {"N": {"default": [*range(400)]}},
                    "target": {
                        f"t{n}": {"name": "x-${n}", "matrix": {"n": "${N}"}} for n in range(99)
                    },
                }
            ),
            "more than 500 targets",
        ),
        ("compose", f"services: {{x: {{build: {{args: {{A: 0x{'f' * 5_000}}}}}}}}}", "not YAML"),
        ("compose", "a: &a [*a]\nservices: {x: {build: {platforms: *a}}}", "more than 20000"),
    ],
)
def test_files_that_do_not_tell(kind: str, text: str, said: str) -> None:
    """What is wrong and where; what is computed is not guessed."""
    with pytest.raises(DockerfileError) as caught:
        platforms(kind, text, "file")
    assert said in str(caught.value)


_LONG = {"V": {"default": "x" * 60_000}}
_MANY = [*range(490)]
LARGE_MATRICES = {
    "a value that is replaced": {
        "matrix": {"v": "${V}"},
        "context": '${replace(v,"","' + "y" * 150 + '")}' * 9,
    },
    "a value that is named often": {"matrix": {"v": "${V}", "n": _MANY}, "context": "${v}" * 40},
    "a list": {"matrix": {"n": _MANY}, "inherits": ["${n}"] * 19_000},
    "a mapping": {"matrix": {"n": _MANY}, "context": {f"k{n}": "${n}" for n in range(9_000)}},
    "rows": {"matrix": {"n": _MANY, **{f"n{n}": ["1"] for n in range(15_000)}}},
}


@pytest.mark.parametrize("target", LARGE_MATRICES.values(), ids=LARGE_MATRICES)
def test_matrices_are_bounded(target: dict[str, object]) -> None:
    """What each combination repeats took 1.1 GB, or 14 s."""
    text = _bake(variable=_LONG, target={"a": {**target, "platforms": ["linux/arm64"]}})
    tracemalloc.start()
    started = time.process_time()
    try:
        with suppress(DockerfileError):
            platforms("bake", text, "file")
        assert tracemalloc.get_traced_memory()[1] < 30 << 20
    finally:
        tracemalloc.stop()
    assert time.process_time() - started < 2


def test_aliases_that_double() -> None:
    """A document that would be enormous if it were written out is not."""
    lines = ["a0: &a0 [linux/amd64]"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    text = "\n".join([*lines, "services: {x: {build: {platforms: *a59}}}"])
    with pytest.raises(DockerfileError, match="more than 20000"):
        platforms("compose", text, "file")


def test_yaml_is_imported_to_read_yaml() -> None:
    """Whoever reads no compose file and no workflow does not pay for it."""
    code = (
        "import sys; from poetry_arch_check.dockerfile.builds import platforms;"
        'platforms(\'bake\', \'{"target": {"default": {"platforms": ["linux/arm64"]}}}\', \'x\');'
        "sys.exit('yaml' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def _bake(**blocks: object) -> str:
    return json.dumps(blocks)


_STEPS = (
    "      - &s {{uses: docker/build-push-action@v6, with: {{platforms: '{0}'}}}}\n"
    + "      - *s\n" * 1_200
)
_MATRIX = "jobs:\n  a:\n    strategy: {{matrix: {{p: [{0}]}}}}\n    steps:\n"
_PAIRS = {
    "targets that inherit from all before": (
        "bake",
        _bake(
            target={f"t{n}": {"inherits": [f"t{k}" for k in range(n)]} for n in range(400)}
            | {"default": {"platforms": ["linux/arm64"]}}
        ),
    ),
    "a list that many inherit": (
        "bake",
        _bake(
            target={f"t{n}": {"inherits": ["p"]} for n in range(400)}
            | {"p": {"platforms": ["linux/arm64"] * 12_000}}
        ),
    ),
    "a variable that many name": (
        "bake",
        _bake(
            variable={"P": {"default": "linux/arm64," * 5_000}},
            target={f"t{n}": {"platforms": ["${P}"] * 100} for n in range(150)},
        ),
    ),
    "groups of groups": (
        "bake",
        _bake(
            group={f"g{n}": {"targets": [f"g{k}" for k in range(n)] + ["t"]} for n in range(200)}
            | {"default": {"targets": [f"g{n}" for n in range(200)]}},
            target={"t": {"platforms": ["linux/arm64"]}},
        ),
    ),
    "a matrix that many steps name": (
        "workflow",
        _MATRIX.format("linux/arm64, " * 2_500) + _STEPS.format("${{ matrix.p }}"),
    ),
    "names that many steps share": (
        "workflow",
        _MATRIX.format("linux/arm64") + _STEPS.format("linux/arm64," * 3_000),
    ),
    "names that many services share": (
        "compose",
        f"x: &p '{'linux/arm64,' * 3_000}'\nservices:\n"
        + "".join(f"  s{n}: {{build: {{platforms: *p}}}}\n" for n in range(800)),
    ),
}


@pytest.mark.parametrize("case", _PAIRS)
def test_what_is_used_many_times_is_read_once(case: str) -> None:
    """Each of these took from four seconds to minutes, one of them 5 GB."""
    kind, text = _PAIRS[case]
    started = time.process_time()
    assert platforms(kind, text, "file") == ("linux/arm64",)
    assert time.process_time() - started < 2
    tracemalloc.start()
    try:
        platforms(kind, text, "file")
        assert tracemalloc.get_traced_memory()[1] < 50 << 20
    finally:
        tracemalloc.stop()


def test_names_are_bounded() -> None:
    """A document that multiplies them is refused with a sentence."""
    names = ",".join(f"linux/a{n}" for n in range(60))
    text = _MATRIX.format("linux/arm64") + _STEPS.format(names)
    with pytest.raises(DockerfileError, match=r"^file: limit exceeded: more than 20000 names"):
        platforms("workflow", text, "file")


ENV_FILE = """\
# a comment with ' in it
PLAIN=linux/arm64 # a comment
HASH=a#b
  export EXPORTED = x y
EMPTY=
SINGLE='$PLAIN # it\\'s'
DOUBLE="${PLAIN}\\t$HASH" # a comment
DEFAULT=${NO_SUCH:-linux/amd64}${EMPTY:-e}${EMPTY-f}
SHELL_S=$GIVEN
GIVEN=of the file
LINES="a
# 'b"
DOLLAR=$$PLAIN
UNENDED="x
"""


def test_the_variables_of_an_env_file() -> None:
    """By the rules for environment files of Docker Compose; the environment's own come first."""
    found = with_env_file(ENV_FILE, ".env", {"GIVEN": "of the shell"})
    assert found == {
        "PLAIN": "linux/arm64",
        "HASH": "a#b",
        "EXPORTED": "x y",
        "EMPTY": "",
        "SINGLE": "$PLAIN # it's",
        "DOUBLE": "linux/arm64\ta#b",
        "DEFAULT": "linux/amd64e",
        "SHELL_S": "of the shell",
        "GIVEN": "of the shell",
        "LINES": "a\n# 'b",
        "DOLLAR": "$PLAIN",
        "UNENDED": '"x',
    }


def test_variables_of_an_env_file_that_double() -> None:
    """They stay small."""
    text = "A0=xxxxxxxx\n" + "".join(f"A{n}=${{A{n - 1}}}${{A{n - 1}}}\n" for n in range(1, 60))
    assert len(with_env_file(text, ".env", {})["A59"]) < 10_000
    with pytest.raises(DockerfileError, match="too large"):
        with_env_file("A=x\n" * 30_000, ".env", {})


def test_values_of_an_env_file_that_are_named_often() -> None:
    """Neither what stands there nor what a compose file makes of it fills the memory."""
    value = "\U0001f600" * 4_096
    arguments = ", ".join(f"B{n}: {'$A' * 90}" for n in range(100))
    compose = f"services: {{a: {{build: {{context: ., args: {{{arguments}}}}}}}}}"
    tracemalloc.start()
    try:
        found = with_env_file(f"A={value}\nB={'$A' * 30_000}", ".env", {})
        recipe("compose", compose, "compose.yaml", "Dockerfile", found)
        assert tracemalloc.get_traced_memory()[1] < 30 << 20
    finally:
        tracemalloc.stop()
    assert found["A"] == value
    assert len(found["B"]) == len(value)


def test_an_env_file_with_a_byte_order_mark() -> None:
    """It is none of the first name."""
    assert with_env_file("\ufeffA=1\nB=2\n", ".env", {}) == {"A": "1", "B": "2"}


def test_a_build_argument_that_is_a_large_number() -> None:
    """Python reads hexadecimal numbers of any length, and writes none of them out."""
    compose = f"services: {{a: {{build: {{context: ., args: {{A: 0x{'f' * 5_000}}}}}}}}}"
    with pytest.raises(DockerfileError, match="not YAML"):
        recipe("compose", compose, "compose.yaml", "Dockerfile")


def test_every_kind_has_an_option() -> None:
    """The options are known without loading the readers."""
    assert BESIDE == KINDS
