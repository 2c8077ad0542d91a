"""Scripts that are read, compared with what a real shell does with them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from poetry_arch_check.dockerfile.shell.interpreter import Shell
from poetry_arch_check.dockerfile.shell.lexer import ShellError
from poetry_arch_check.dockerfile.shell.quoting import WordError
from poetry_arch_check.dockerfile.shell.state import ShellState
from poetry_arch_check.dockerfile.shell.words import expanded, fields

if TYPE_CHECKING:
    from pathlib import Path

    from poetry_arch_check.dockerfile.shell.command import Command
    from poetry_arch_check.dockerfile.shell.words import Value

NAMES = ("apt-get", "apk", "poetry", "pip", "curl", "ask")
VALUES: dict[str, Value] = {"ARCH": "arm64", "EMPTY": "", "LIST": "gcc  libpq-dev", "DIR": "/opt/x"}


def visited(
    script: str, values: dict[str, Value] | None = None, files: dict[str, str] | None = None
) -> list[Command]:
    """Return the commands that `script` runs, as far as they are visited."""
    found: list[Command] = []
    state = ShellState(
        values=dict(VALUES if values is None else values),
        printed={("uname", "-m"): "aarch64"},
        text=(files or {}).get,
    )
    Shell(state, found.append).run(script)
    return [command for command in found if command.name in NAMES]


SCRIPTS = {
    "one after the other": "apt-get update && apt-get install -y gcc; poetry install",
    "continued": "apt-get update \\\n    && apt-get install -y \\\n        gcc libpq-dev\n",
    "quotes": """pip install "a b" 'c "d" $ARCH' e\\ f "g\\"h" "$ARCH"x'y'""",
    "words of a variable": 'apt-get install -y $LIST "$LIST" $EMPTY "$EMPTY" x$EMPTY',
    "defaults": "pip ${NONE:-a} ${EMPTY:-b} ${EMPTY-c} ${ARCH:+d} ${NONE:+e}f ${ARCH:-g}",
    "cut": "pip ${DIR##*/} ${DIR%/*} ${DIR#/} ${ARCH%%m*}",
    "set on the way": "A=1; B=$A$A\nexport C=x$B D=y\npip $A $B $C $D",
    "for one command": "A=0; A=1 pip install x; pip $A",
    "if": 'if [ "$ARCH" = arm64 ]; then apt-get install -y gcc; else apk add gcc; fi; poetry install',
    "elif": "if [ $ARCH = a ]; then pip 1; elif [ $ARCH = arm64 ]; then pip 2; else pip 3; fi",
    "not": '! [ "$ARCH" = arm64 ] || pip 1; if ! [ -z "$ARCH" ]; then pip 2; fi',
    "and, or": '[ -n "$EMPTY" ] && pip 1; [ -z "$EMPTY" ] && pip 2; [ 3 -gt 2 ] || pip 3; pip 4',
    "both": '[ "$ARCH" = arm64 -a -n "$ARCH" ] && pip 1; [ a = b -o c = c ] && pip 2',
    "case": "case $ARCH in amd64) pip 1;; arm*|aarch64) pip 2 ;; *) pip 3;; esac",
    "case with the last arm open": 'case "$ARCH" in\n  (x) pip 1\n  ;;\n  *)\n pip 2\nesac',
    "loop": "for p in gcc $LIST 'a b'; do apt-get install -y $p; done",
    "loops": "for a in 1 2; do for b in x y; do pip $a$b; done; done",
    "behind a loop": "if true; then for a in 1; do pip $a; done fi; pip 2",
    "function": "get() {\n  apt-get install -y gcc\n}\nget && poetry install",
    "group": "{ apt-get update; apt-get install gcc; } && (pip install poetry; poetry install)",
    "nested shells": """sh -c 'apt-get install -y gcc && poetry install'; sh -ec "pip $ARCH" """,
    "eval": 'eval "pip install $ARCH"; eval pip 2',
    "substitution": "pip $(echo a b) `echo c` \"$(echo 'd  e')\" $(if [ $ARCH = arm64 ]; then echo f; fi)",
    "substitution within": 'pip "$(echo "$(echo x)y")" z',
    "comments": "# apt-get install x\npip 1 # pip 2\npip a#b",
    "redirections": "pip install x > /dev/null 2>&1; pip 2 >>/dev/null </dev/null; pip 3 2>/dev/null",
    "here-document": "cat <<EOF > /dev/null\napt-get install x\nEOF\npip 1\ncat <<-'E' >/dev/null\n\tpip 2\n\tE\npip 3",
    "pipe": "echo x | pip install -; true | pip 2",
    "set": "set -eux; pip 1; set +e; false; pip 2",
    "export alone": "export ARCH; pip $ARCH",
    "empty words": "pip '' \"\" a",
    "background": "pip 1 & wait; pip 2",
    "exec and its kind": "env A=b pip 1; exec pip 2",
    "a dollar alone": "pip a$ $ '$x'",
    "backslashes": r"pip a\b 'c\d' \"e\" \$ARCH",
    "until it is done": "while false; do pip 1; done; until true; do pip 2; done; pip 3",
    "left": "pip 1; exit 0; pip 2",
    "left in a subshell": "(pip 1; exit; pip 2); pip 3; exec pip 4; pip 5",
    "left where a condition holds": '[ "$ARCH" = arm64 ] && exit; pip 1',
    "a loop that is left": "for a in 1 2 3; do [ $a = 2 ] && continue; pip $a; [ $a = 3 ] && break; pip x; done; pip y",
    "a function that returns": "f() { pip 1; return 1; pip 2; }; if f; then pip 3; else pip 4; fi",
    "a subshell keeps its variables": "A=1; (A=2; pip $A); pip $A; true | A=3; pip $A; A=4 & wait; pip $A; sh -c 'A=5'; pip $A",
    "a function under the name of another": "true() { pip 1; }; true",
    "defined on a condition": '[ "$ARCH" = x ] && f() { pip 1; }; f() { pip 2; }; f',
    "a script to read": "sh <<E\npip 1\nE\nsh -eu <<'E'\npip 2\nE\ncat <<E | sh\npip 3\nE\npip 4",
    "what takes the place of a variable": 'pip ${ARCH:+--extras "a b"} ${NONE-"c d"} "${ARCH:+$ARCH x}"',
    "quoted patterns": """case a in "*") pip 1;; \\*) pip 2;; '?') pip 3;; ?) pip 4;; esac; pip ${DIR#"/*"} ${DIR#/*/}""",
    "blanks in what is exported": 'X="a b"; export Y="$X" Z=$ARCH; pip "$Y" $Z',
    "in front of a command": "command pip 1; command -v pip > /dev/null; pip 2",
    "a case in a case": "case a in a) case b in b) pip 1;; esac;; *) pip 2;; esac",
    "unset": 'A=1; unset A ARCH; pip "${A:-x}" ${ARCH-y}',
    "a group with redirections": "{ pip 1; pip 2; } > /dev/null; (pip 3) 2>&1; if true; then pip 4; fi < /dev/null",
    "no word behind": "if false; then pip 1; fi && pip 2",
    "an unset variable without quotes": "[ $NONE ] && pip 1; [ $EMPTY ] || pip 2; [ ! $EMPTY ] && pip 3; if [ $ARCH ]; then pip 4; fi",
    "one side is missing": "[ x = $EMPTY ] && pip 1; [ $EMPTY -gt 1 ] && pip 2; [ $EMPTY != x ] && pip 3; [ -n $EMPTY ] && pip 4; pip 5",
    "the working directory": 'cd /usr; pip "$PWD" $(pwd); cd lib; pip $PWD; cd ..; pip $PWD; cd - >/dev/null; pip "$PWD/x"; (cd /; pip $PWD); pip $PWD',
    "a folder on a condition": '[ "$ARCH" = arm64 ] && cd /usr; pip $PWD; [ "$ARCH" = x ] && cd /; cd lib || exit 1; pip $PWD',
    "the arguments of a function": 'f() { pip $1 "$2" $# "$@" x$3; shift; pip "$1" $*; for a; do pip $a; done; pip ${1:-y} ${4:-z}; }; f 1 2 3; f "" b',
    "functions within functions": 'f() { pip "$@"; g x; pip $1; }; g() { pip "$@" $1; }; f a b; A=1; f $A',
    "set arguments": 'set -- gcc make; pip "$@"; set -eu; pip $#; shift; pip $1; set -- "$@" b; pip $@ ${2#x}; A="$@"; pip "$A"',
    "no arguments": 'set --; pip "$@"; pip $@ "$*"; pip x"$@"y',
    "text that passes through": "echo 'a b' | xargs pip install; printf 'a\nb\n' | tr '\n' ' ' | xargs -r pip 2; printf 'a\n# b\n\nc\n' | grep -v '^#' | xargs pip 3; echo x | cat | xargs -I{} pip 4 {}.y",
    "a list in a here-document": "xargs pip install <<E\na\nb c\nE\nxargs pip 2 <<E\nx\nE\npip $(cat <<E\nd\nE\n)",
    "a pipe in a substitution": "pip $(printf 'b\na\n' | sort -u | xargs) $(echo x | cat) \"$(basename /a/b.c) $(dirname /a/b)\"",
    "what is not printed": "pip $(echo a >/dev/null; echo b 2>/dev/null; echo c >&2)",
    "a script that is printed": "echo 'pip 1; cd /usr; pip $PWD' | sh; pip 2; printf 'pip 3' | sh -s a",
}

# Files that scripts call, by their names in the folder where the script runs.
CALLED = {
    "plain.sh": 'pip 1 "$@"\nA=2\ncd /usr\nexit 3\npip never\n',
    "with a first line.sh": "#!/usr/bin/env bash\nset -eu\npip $# ${1:-none}\n",
    "sourced": "A=5\nf() { pip f $1; }\npip sourced $#\nreturn 0\npip never\n",
    "list": "gcc\n# make\n\nlibpq-dev  curl\n",
    "broken.sh": "if true; then\n",
}
CALLS = {
    "by a shell": "A=1; sh plain.sh a 'b c'; pip $A; sh -eu ./plain.sh; pip $PWD | cat",
    "by its name": "'./with a first line.sh' x y; './with a first line.sh'",
    "in this shell": "set --; . ./sourced; pip $A; f 1; pip $#",
    "with its folder": 'F="$PWD"; cd /; sh "$F/plain.sh"; pip behind',
    "lists": "pip $(cat list); grep -v '#' list | xargs pip 2; xargs pip 3 < list; xargs -a list pip 4; sed 's/#.*//' list | xargs pip 5; pip $(grep -vE '^#|^$' list)",
    "in a function": "f() { . ./sourced; pip $1 $A; }; f x",
    "in a loop": "for name in plain; do sh $name.sh $name; done",
}


@pytest.fixture(scope="module")
def stubs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with commands that write down how they are called."""
    folder = tmp_path_factory.mktemp("stubs")
    for name in NAMES:
        stub = folder / name
        stub.write_text(
            f"#!/bin/sh\n{{ printf '%s\\0' {name} \"$@\"; printf '\\1'; }} >> '{folder / 'log'}'\n"
        )
        stub.chmod(0o755)
    return folder


def ran(script: str, stubs: Path, shell: str, folder: Path | None = None) -> list[list[str]]:
    """Return what a real shell calls when it runs `script`."""
    log = stubs / "log"
    log.unlink(missing_ok=True)
    subprocess.run(
        [shell, "-c", script],
        env={**{k: v for k, v in VALUES.items() if v is not None}, "PATH": f"{stubs}:{os.defpath}"},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=30,
        check=False,
    )
    calls = log.read_text().split("\1")[:-1] if log.exists() else []
    return [call.split("\0")[:-1] for call in calls]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no sh")
@pytest.mark.parametrize("name", SCRIPTS)
def test_as_a_shell_does(name: str, stubs: Path) -> None:
    """The same commands, with the same words, in the same order."""
    script = SCRIPTS[name]
    read = [list(command.words) for command in visited(script) if command.certain]
    assert read == ran(script, stubs, shutil.which("sh") or "sh")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no sh")
@pytest.mark.parametrize("name", CALLS)
def test_files_as_a_shell_reads_them(name: str, stubs: Path, tmp_path: Path) -> None:
    """Scripts and lists of packages: what they do, and what they leave behind."""
    files = {}
    for called, text in CALLED.items():
        (tmp_path / called).write_text(text)
        (tmp_path / called).chmod(0o755)
        files[str(tmp_path / called)] = text
    found = visited(CALLS[name], {**VALUES, "PWD": str(tmp_path)}, files)
    read = [list(command.words) for command in found if command.certain]
    assert read == ran(CALLS[name], stubs, shutil.which("sh") or "sh", tmp_path)


def test_files_that_no_shell_reads() -> None:
    """They are visited like programs, and what they do is not known."""
    files = {"/a.py": "#!/usr/bin/python3\nimport sys\n", "/b.sh": "if true; then", "/c": "apk 1"}
    found: list[Command] = []
    state = ShellState(values={"PWD": "/"}, text=files.get)
    Shell(state, found.append).run("/a.py; sh b.sh; ./c; ./d; python /c; sh -x nothing.sh")
    called = [" ".join(filter(None, command.words)) for command in found]
    assert called == ["/a.py", "sh b.sh", "apk 1", "./d", "python /c", "sh -x nothing.sh"]


@pytest.mark.parametrize(
    ("script", "certain", "maybe"),
    [
        ("if [ -f /x ]; then apt-get install gcc; fi; poetry install", ["poetry"], ["apt-get"]),
        ("[ -f /x ] && apt-get install gcc", [], ["apt-get"]),
        ("ask || apt-get install gcc", ["ask"], ["apt-get"]),
        ("command -v gcc || apt-get install gcc", [], ["apt-get"]),
        ("if grep -q x /y; then pip 1; else apk add x; fi", [], ["pip", "apk"]),
        ("case $UNKNOWN in a) pip 1;; b) apk 2;; esac", [], ["pip", "apk"]),
        ("for p in $UNKNOWN; do apt-get install $p; done", [], ["apt-get"]),
        ("while read p; do apt-get install $p; done < /x", [], ["apt-get"]),
        ("[ $UNKNOWN = a ] && pip 1 || apk 2", [], ["pip", "apk"]),
        ('[ -n "$EMPTY" ] && [ -f x ] && pip 1; poetry install', ["poetry"], []),
        ("f() { apt-get install gcc; }; [ -f x ] && f", [], ["apt-get"]),
        ("[ -f x ] || exit 0; pip 1", [], ["pip"]),
        ("[ -f x ] || exit 1; pip 1", ["pip"], []),
        ("if ask; then exit; fi; pip 1", ["ask"], ["pip"]),
        ("for a in 1 2; do [ -f x ] && break; pip $a; done; apk 2", ["apk"], ["pip", "pip"]),
        ("f() { [ -f x ] && return; pip 1; }; f; apk 2", ["apk"], ["pip"]),
        ("f() { pip 1; }; if [ -f x ]; then f() { apk 2; }; fi; f", [], []),
        ("if (( X > 5 )); then pip 1; else apk 2; fi", [], ["pip", "apk"]),
        ("for ((i = 0; i < 3; i++)); do pip $i; done; apk 2", ["apk"], ["pip"]),
        ("cat <(echo x) | pip 1; case a in a) apk 2;;& b) pip 3;; esac", ["pip", "apk"], []),
    ],
)
def test_undecidable_conditions(script: str, certain: list[str], maybe: list[str]) -> None:
    """Commands under them are visited, and are not certain."""
    found = visited(script)
    assert [command.name for command in found if command.certain] == certain
    assert [command.name for command in found if not command.certain] == maybe


def test_what_is_not_known_of_a_word() -> None:
    """The rest is; a variable that is set under an undecidable condition is not known behind it."""
    (command,) = visited("$HOME_OF_IT/bin/poetry install --only=$X $Y libpq=$Z")
    assert command.name == "poetry"
    assert command.words[1:] == ("install", "--only=\0", None, "libpq=\0")
    (command,) = visited("A=1; if [ -f x ]; then A=2; fi; pip $A")
    assert command.words == ("pip", None)
    (command,) = visited("A=; [ -f x ] && A=1; pip ${A:+--with dev} ${A:-x}")
    assert command.words == ("pip", None, None)
    (command,) = visited("A=1; read A; pip $A")
    assert command.words == ("pip", None)
    (command,) = visited("A=1; (( A++ )); pip $A")
    assert command.words == ("pip", None)
    (command,) = visited("cd $NONE; pip $PWD $(pwd) $(cat x | sort) $(echo a | wc -l)")
    assert command.words == ("pip", None, None, None, None)
    (command,) = visited("set -- a b; if [ -f x ]; then shift; fi; pip $1 $2 $#", {"PWD": "/"})
    assert command.words == ("pip", None, None, None)
    (command,) = visited("cat x | xargs -n 1 pip install")
    assert command.words == ("pip", "install", None)
    (command,) = visited("pip $(cat requirements.txt) $((1 + 2)) $1")
    assert command.words == ("pip", None, None, None)


def test_functions_of_bash() -> None:
    """`function` declares them as well."""
    found = visited("function a { pip 1; }; function b() { pip 2; }; b; a")
    assert [command.words for command in found] == [("pip", "2"), ("pip", "1")]


def test_what_a_command_prints_on_the_target() -> None:
    """`uname -m` is known, whatever machine reads the script."""
    found = visited('if [ "$(uname -m)" = aarch64 ]; then pip 1; fi; pip $(uname -m).')
    assert [command.words for command in found] == [("pip", "1"), ("pip", "aarch64.")]


def test_the_output_that_another_reads() -> None:
    """A command has the one in front of it in a pipe, and the files it writes to."""
    found = visited("curl -sSf https://sh.example | apk add; poetry export > requirements.txt")
    assert found[1].before is not None
    assert found[1].before.name == "curl"
    assert found[2].outputs == ("requirements.txt",)


@pytest.mark.parametrize(
    ("script", "why", "at"),
    [
        ("pip 'a", "unterminated `'`", 4),
        ('pip 1\npip "a', 'unterminated `"`', 10),
        ("pip $(echo", "unterminated `$(`", 4),
        ("if true; then pip", "unexpected end of script", 17),
        ("pip; done", "unexpected `done`", 5),
        ("(pip", "unexpected end of script", 4),
        ("pip )", "unexpected `)`", 4),
        ("[[ a == b", "unterminated `[[`", 9),
        ("for ; do pip; done", "loop without a variable", 4),
        ("pip 1; (( 1 + 2", "unterminated `((`", 15),
        ("case a in a) pip 1;;", "unexpected end of script", 20),
        ("pip > ; x", "unexpected `;`", 6),
        ("pip 1\n| pip 2", "unexpected `|`", 6),
        ("cat <<", "here-document without a delimiter", 6),
    ],
)
def test_syntax_errors(script: str, why: str, at: int) -> None:
    """The error has an offset, for the line of the Dockerfile."""
    with pytest.raises(ShellError, match=r"unterminated|unexpected|without") as caught:
        visited(script)
    assert (str(caught.value), caught.value.at) == (why, at)


@pytest.mark.parametrize(
    "script",
    [
        "(" * 5_000 + "pip" + ")" * 5_000,
        "if true; then " * 3_000 + "pip" + "; fi" * 3_000,
        "f() { f; f; }; f",
        "for a in 1 2 3 4 5 6 7 8 9; do " * 8 + "pip" + "; done" * 8,
        "A=aaaaaaaaaaaaaaaa; " + 'A="$A$A$A$A"; ' * 50 + "pip $A",
        "pip " + '"$(echo ' * 500 + "x" + ')"' * 500,
        "case x in " + "a|" * 20_000 + "b) pip;; esac",
        "pip " + "`echo " * 100,
        "pip ${A" + ":-${B" * 3_000 + "}" * 3_001,
        "a=(" + "x " * 50_000 + ")",
        "[ --5 -eq 1 ]; sh -c 'case'; pip $(case)",
        'A="$A$A"; ' * 11 + "echo $A; " * 300,
        "case a in " + "[" * 20_000 + ") pip;; esac",
        "X=" + "a" * 1_000 + "; pip " + "${X%z}" * 30_000,
        "a=(" * 60_000,
    ],
    ids=range(15),
)
def test_hostile_scripts_are_read_quickly(script: str) -> None:
    """In a moment, with a ShellError at worst."""
    try:
        found = visited(script)
    except ShellError:
        return
    assert all(len(word or "") <= 70_000 for command in found for word in command.words)


def test_docker_s_own_words() -> None:
    """ARG, ENV and FROM know no commands: a `$(` is plain text there."""
    values: dict[str, Value] = {"A": "x", "E": ""}
    assert expanded('"$A b"\\ c${E:-d}', values) == "x b cd"
    assert expanded("${A}$(uname)", values) == "x$(uname)"
    assert expanded("$NONE", values) is None
    assert fields("a '' \"b c\"", values) == ["a", "", "b c"]
    with pytest.raises(WordError, match="unterminated"):
        expanded("'a", values)
