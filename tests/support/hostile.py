"""Dockerfiles near the limit of size that are costly to read, by kind."""

from __future__ import annotations

_SIZE = 250_000
_LINES = 9_900
_BASE = "FROM python:3.11-slim AS a\n"
_INSTALL = "\nRUN poetry install\n"
_LOOP = f"for i in {'a ' * 9_000}; do "
_VARIABLES = f"{_BASE}ENV {' '.join(f'V{n}=x' for n in range(10_000))}\n"
_PACKAGES = (
    f"FROM debian:12 AS a\nRUN apt-get install -y {' '.join(f'p{n}' for n in range(15_000))}\n"
)
# `c` and `v` have 64,000 characters, those of `v` are 32,000 words.
_WIDE = f'{_BASE}ENV b={"x" * 16_000} w="{"x " * 4_000}"\nENV c=$b$b$b$b\nENV v=$w$w$w$w$w$w$w$w\n'
_LONG = f"{_BASE}ENV a={'a' * 200}\n"
_CHILDREN = "FROM a\n" * 90
_BUILT = f"{_BASE}RUN poetry install\n"


def filled(before: str, part: str, after: str = "") -> str:
    """Return `part` between `before` and `after` as often as a Dockerfile has room for."""
    times = (_SIZE - len(before) - len(after) - len(_INSTALL)) // len(part)
    if lines := part.count("\n"):
        times = min(times, (_LINES - before.count("\n")) // lines)
    return f"{before}{part * times}{after}{_INSTALL}"


def _run(before: str, part: str, after: str = "") -> str:
    return filled(f"{_BASE}RUN {before}", part, after)


def _numbered(before: str, part: str, count: int, after: str = "") -> str:
    """Return `part`, in which `@` is its number, `count` times between `before` and `after`."""
    return before + "".join(part.replace("@", str(n)) for n in range(count)) + after + _INSTALL


def _stages(line: str, count: int, before: str = _BASE) -> str:
    """Return 90 stages, each of which goes on from the one before and has `count` lines."""
    text = f"{before}FROM a AS s0\n"
    for number in range(1, 90):
        text += f"FROM s{number - 1} AS s{number}\n" + line.replace("@", str(number - 1)) * count
    return text + _INSTALL


LOOPS = {
    "a blank substitution": _run(f"{_LOOP}x=$(", " ", "); done"),
    "a substitution": _run(f"{_LOOP}x=$(", "a;", "); done"),
    "backticks": _run(f"{_LOOP}x=`", "a;", "`; done"),
    "a default": _run(f"{_LOOP}x=${{u:-", "a ", "}; done"),
    "an alternative": _run(f"A=; {_LOOP}x=${{A+", "'' ", "}; done"),
    "quotes": _run(f'{_LOOP}x="', "\\a", '"; done'),
    "arithmetic": _run(f"{_LOOP}((", " i+", " )); done"),
    "an expression": _run(f"{_LOOP}x=$((", " i+", "1)); done"),
    "patterns": _run(f"{_LOOP}case $i in ", "x|", "y) ;; esac; done"),
    "a here-document": _run(f"{_LOOP}sh <<E ; done\n", f"{'#' * 50}\n", "E"),
    "a script": _run(f"{_LOOP}sh -c '", "#", "'; done"),
    "eval": _run(f"{_LOOP}eval ", ": ", "; done"),
    "empty groups": _run(_LOOP, "{ }; ", "done"),
    "functions": _run(_LOOP, "f() { }; ", "done"),
    "a loop": _run(f"l='{'a ' * 9_000}'; for i in $l; do for j in $l; do ", "{ }; ", "done; done"),
}
SCRIPTS = {
    **{f"a loop around {kind}": text for kind, text in LOOPS.items()},
    "functions that call": _numbered(
        f"{_BASE}RUN f0() {{ }};", "f@() { f0; f0; f@; };", 40, "f1;f2;f39"
    ),
    "functions and subshells": _numbered(f"{_BASE}RUN ", "f@(){ :;};(:);", 14_000),
    "a pipe": _run("a", "|a"),
    "a pipe with exports": _run("poetry export", "|tee a"),
    "pipes in substitutions": f"{_BASE}RUN {'a $(' * 45}a|a{')|a' * 45}{_INSTALL}",
    "nested substitutions": _run(f"x={'$(echo ' * 20}", "a ", ")" * 20),
    "substitutions": _run("x=", "$(a)"),
    "processes": _run("a ", "<(a) "),
    "nested defaults": _run(f"x={'${u:-' * 45}", "a", "}" * 45),
    "groups of nested defaults": _run("x=", "${u:-" * 45 + "a" + "}" * 45),
    "quoted nested defaults": _run("x=", '"${u:-' * 20 + "a" + '}"' * 20),
    "variables in a word": _run("x=", "$a"),
    "variables that split": _run(f"x='{'a ' * 30_000}'; echo ", "$x"),
    "variables that are wide": filled(_WIDE, "RUN echo $v$v$v$v$v$v$v$v\n"),
    "variables that are wide and quoted": filled(_WIDE, 'RUN echo "$c$c$c$c$c$c"\n'),
    "outputs that are wide": _run(f"b='{'x' * 60_000}'; x=$(", "echo $b;", ")"),
    "prefixes": filled(_LONG, "ENV b=${a#*a*b*c*d}\n"),
    "prefixes with long patterns": filled(_LONG, f"ENV b=${{a##{'?*' * 95}b}}\n"),
    "patterns": _run("case aaaa in ", "[!a]*[!b]*|", "x) ;; esac"),
    "long patterns": _numbered(
        f"{_BASE}RUN case aaaaaaaa in ", f"{'?*' * 90}@|", 1_300, "x) ;; esac"
    ),
    "a test of tests": _run("[ a = b ", "-o a = b ", "]"),
    "a test of words": _run("[[ ", "a || ", "a ]]"),
    "tests": _run("", "[ a = b ]||[ b = a ];"),
    "sudo": _run("", "sudo "),
    "xargs": _run("", "xargs "),
    "env": _run("env ", "A=b ", "true"),
    "env with options": _run("env ", "A=b -i ", "true"),
    "conda run": _run("", "conda run "),
    "assignments": _run("", "A=b ", "true"),
    "arrays": _run("a=", "(", ")"),
    "operators": _run("", ";"),
    "words": _run("echo ", "a "),
    "quotes": _run("echo ", "''"),
    "double quotes": _run("echo ", '""'),
    "quotes in quotes": _run('echo "', "\\\"'", '"'),
    "escapes": _run("echo ", "\\a"),
    "continued lines": _run("true ", f"\\\n{'a ' * 12}"),
    "comments within": _run("a \\\n", f"# {'b' * 20}\n", "b"),
    "subshells": _run("", "(:);"),
    "nested subshells": _run("", "("),
    "negations": _run("", "! "),
    "nested conditions": _run("", "if a; then "),
    "conditions": _run("if a; then b; ", "elif a; then b; ", "fi"),
    "undecidable conditions": _run("", "if a; then b=1; fi;"),
    "cases": _run("", "case a in a) ;; esac;"),
    "redirections": _run("a ", ">a "),
    "here-documents": _run("<<X\n", "cat <<A <<A\nA\nA\n", "X"),
    "here-documents without a text": _run("sh -c '", "a <<A;", "'"),
    "declarations": _run("declare ", "a=$b "),
    "unset variables": _run("unset ", "a "),
    "read variables": _run("read ", "a "),
    "unread scripts": _run("", "./a.sh;"),
    "pip's files": _run("pip install ", "-r a "),
}
BUILDS = {
    "packages": _run("apt-get install -y ", "gcc "),
    "removed packages": filled(_PACKAGES, "RUN apt-get purge -y p1 gcc;apt-get install p1\n"),
    "unneeded packages": filled(f"{_PACKAGES}RUN ", "apt-get autoremove -y;"),
    "packages in stages": _stages("RUN poetry install --only a@\n", 40, _PACKAGES),
    "packages and installations": filled(_PACKAGES, "RUN poetry install\n" * 40 + "FROM a\n"),
    "notes": _stages("RUN poetry install\n", 40, f"{_BASE}RUN {'poetry lock;' * 8_000}\n"),
    "installations": _stages("RUN poetry install --only a@\n", 45),
    "copies that double": _stages("COPY --from=s@ /opt/venv /opt/venv\n", 60, _BUILT),
    "copies": filled(f"{_BUILT}FROM python:3.11-alpine\n", "COPY --from=0 /opt/venv /opt/venv\n"),
    "copies from images": filled(_BASE, "COPY --from=python:3.12 /usr/local /usr/local\n"),
    "values in ENV": filled(_WIDE, "ENV e=$c$c$c\n"),
    "values of many names in ENV": _numbered(_WIDE, "ENV e@=$b$b$b$b\n", 9_000),
    "values of many names in ARG": _numbered(_WIDE, "ARG e@=$b$b$b$b\n", 9_000),
    "values in one ENV": filled(f"{_BASE}ENV b={'x' * 60_000}\nENV a=", "$b$b$b$c"),
    "characters behind a wide value": filled(f"{_BASE}ENV b={'x' * 60_000} a=1\nENV d=$b", "$a"),
    "names": _numbered(_BASE, "ENV V@=x\n", 9_000),
    "names in stages": _stages("RUN true\n", 1, _VARIABLES),
    "names and substitutions": filled(f"{_VARIABLES}RUN ", "a=$(b);"),
    "names and assignments": filled(f"{_VARIABLES}RUN ", "A=b c;"),
    "names and subshells": f"{_VARIABLES}RUN {'(' * 60}:{')' * 60}{_INSTALL}",
    "names and ENV": filled(_VARIABLES, "ENV A=b\n"),
    "names and exec forms": filled(_VARIABLES, 'RUN ["a"]\n'),
    "triggers": _numbered(_BASE, "ONBUILD ENV A=b\n", 9_000, _CHILDREN),
    "triggers that run": f"{_BASE}ONBUILD RUN {'a=$b;' * 45_000}\n{_CHILDREN}{_INSTALL}",
    "triggers that copy": _numbered(
        _BUILT, "ONBUILD COPY --from=a /venv /venv\n", 5_000, _CHILDREN
    ),
    "triggers that declare": _numbered(_BASE, "ONBUILD ARG V@\n", 9_000, _CHILDREN),
    "triggers of triggers": f"{_BASE}{'ONBUILD ' * 20_000}RUN a\nFROM a{_INSTALL}",
    "exec forms": filled(_BASE, 'RUN ["a", "b"]\n'),
    "a long exec form": filled(f"{_BASE}RUN [", '"a",', '"b"]'),
    "flags": filled(f"{_BASE}COPY ", "--a=b ", "a b"),
    "exports that move": _numbered(_BASE, "RUN poetry export -o r@.txt;cp r@.txt r.txt\n", 4_000),
    "names of images": f"ARG a=b\nFROM {'${a}' * 60_000}{_INSTALL}",
    "comments": filled(_BASE, "# RUN x\n"),
}
DOCKERFILES = {**SCRIPTS, **BUILDS}
