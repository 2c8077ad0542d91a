"""Compose files, bake files and workflows → the platforms that they build for."""

from __future__ import annotations

import subprocess
import sys

import pytest

from poetry_arch_check.dockerfile.builds import platforms
from poetry_arch_check.errors import DockerfileError

BOTH = ("linux/amd64", "linux/arm64")
TARGET = 'target "a" {\n  platforms = ["linux/amd64", "linux/arm64"]\n}\n'
STEP = "jobs:\n  image:\n    {more}\n    steps:\n      - uses: docker/build-push-action@v6\n        with: {{platforms: {value}}}\n"


def workflow(value: str, more: str = "runs-on: x") -> str:
    """Return a workflow with one step that builds."""
    return STEP.format(value=value, more=more)


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


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("compose", "services: {a: {image: x}}", "file: no platforms in it"),
        ("compose", "a: [\n", "file:2: "),
        ("compose", "- a\n", "file: not a mapping"),
        ("compose", "a: \0", "file: not YAML"),
        (
            "compose",
            "services: {a: {build: {platforms: ['$P']}}}",
            '"$P" is not a platform',
        ),
        ("compose", "a: !!python/object/apply:os.system [id]", "file:1: "),
        ("bake", '{"target": ', "file:1: "),
        ("bake", "target {{{", "not HCL"),
        ("bake", 'target "a" {\n  platforms = split(",", X)\n}\n', '"${split('),
        ("compose", "", "file: not a mapping"),
        ("workflow", workflow("'${{ inputs.platforms }}'"), "its value is not known"),
        ("workflow", "jobs: {a: {steps: [{uses: actions/checkout@v4}]}}", "no platforms in it"),
        ("workflow", "jobs: [1, 2]\n", "no platforms in it"),
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
        ("compose", "a: &a [*a]\nservices: {x: {build: {platforms: *a}}}", "more than 20000"),
    ],
)
def test_files_that_do_not_tell(kind: str, text: str, said: str) -> None:
    """What is wrong and where; what is computed is not guessed."""
    with pytest.raises(DockerfileError) as caught:
        platforms(kind, text, "file")
    assert said in str(caught.value)


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
