"""A Dockerfile's text → its instructions, by the rules of BuildKit's parser."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poetry_arch_check.dockerfile import escape_character
from poetry_arch_check.dockerfile.instructions import Instruction, instructions
from poetry_arch_check.errors import DockerfileError


def read(text: str) -> tuple[Instruction, ...]:
    """Return the instructions of a text."""
    return instructions(text, "Dockerfile")


def last(text: str) -> Instruction:
    """Return the last instruction."""
    return read(text)[-1]


def test_offsets() -> None:
    """Every character has its offset in the file, whatever is continued or left out."""
    text = (
        "# syntax=docker/dockerfile:1\n"
        "from --platform=linux/amd64 \\\n  python:3.12 as Base\n"
        "RUN --mount=type=cache,target=/x --network=none \\\n"
        "    # a comment\n\n    apt-get update && \\\n  apt-get install -y gcc\n"
        "COPY <<one <<-'two' /etc/\n1\none\n\t2\n\ttwo\n"
        'RUN ["poetry", \\\n "install"]\n'
        "ONBUILD RUN poetry install"
    )
    found = read(text)
    assert [each.keyword for each in found] == ["FROM", "RUN", "COPY", "RUN", "ONBUILD"]
    assert [each.line for each in found] == [2, 4, 9, 14, 16]
    assert [text[each.start :].split(maxsplit=1)[0] for each in found] == [
        *("from", "RUN", "COPY", "RUN", "ONBUILD")
    ]
    source, run, copy, shell, onbuild = found
    assert (source.flag("platform"), source.value) == ("linux/amd64", "python:3.12 as Base")
    assert text[source.offset :].startswith("python:3.12 as Base\n")
    assert run.flags == (("mount", "type=cache,target=/x"), ("network", "none"))
    assert run.value.split() == ["apt-get", "update", "&&", "apt-get", "install", "-y", "gcc"]
    for word in ("apt-get update", "gcc\n"):
        assert text[run.offset + run.text.index(word) :].startswith(word)
    assert [heredoc.text for heredoc in copy.heredocs] == ["1\n", "\t2\n"]
    assert text[copy.heredocs[1].offset :].startswith("\t2")
    assert copy.tail == "1\none\n\t2\n\ttwo\n"
    assert shell.exec_form == ("poetry", "install")
    trigger = onbuild.trigger()
    assert trigger is not None
    assert (trigger.keyword, trigger.value) == ("RUN", "poetry install")
    assert text[trigger.offset :] == "poetry install"


CONTINUED: dict[str, tuple[str, str]] = {
    "words are joined without a blank": ("RUN echo good\\\nbye\\\nfrog\n", "echo goodbyefrog"),
    "blanks of the next line stay": (
        "RUN hello\\\n  world\\\n  x  \\\n y\n",
        "hello  world  x   y",
    ),
    "blanks behind the character": ("RUN hello \\ \t\nworld\n", "hello  \tworld"),
    "empty lines are skipped": ("RUN foo \\\n\nbar \\\n  \n\nbaz\n", "foo bar baz"),
    "comments are skipped": ("RUN a \\\n# x \\\n  # y\n\nb\n", "a b"),
    "a line with the character alone": ("ENV E hello\\\n\\\nworld\n", "E helloworld"),
    "with blanks in front": ("ENV F hello\\\n \\\nworld\n", "F hello world"),
    "two characters continue nothing": ("ENV C trailing\\\\\nENV D x\n", "D x"),
    "and both stay": ("ENV D x\nENV C trailing\\back\\\\\n", "C trailing\\back\\\\"),
    "the end of the file": ("RUN something \\", "something"),
    "the end of the file, behind it": ("RUN something \\\n\n# x\n", "something"),
    "carriage returns": ("RUN a\\\r\n  b\r\n", "a  b"),
    "a name": ("FR\\\nOM x\\\ny\n", "xy"),
    "the first line": ("\\\nFROM x\n", "x"),
    "the escape directive": ("# escape=`\nRUN a`\n \\b `\n c:\\\n", "a \\b  c:\\"),
    "of another case and spacing": ("#EScape  =  `  \r\nRUN a`\nb\n", "ab"),
    "behind another directive": ("# syntax = x\n# check=skip=all\n# escape=`\nRUN a`\nb\n", "ab"),
    "not behind a comment": ("# x\n# escape=`\nENV GOPATH \\\n\\go`\n", "GOPATH \\go`"),
    "not behind an empty line": ("\n# escape=`\nENV A \\\n\\go`\n", "A \\go`"),
    "not behind an unknown directive": ("# key=x\n# escape=`\nENV A \\\nb`\n", "A b`"),
    "behind a byte order mark": ("\ufeff# escape=`\nRUN a`\nb\n", "ab"),
    "only a line feed ends a line": ("RUN a\x0bb\x85c\u2028d\n", "a\x0bb\x85c\u2028d"),
}


@pytest.mark.parametrize("name", CONTINUED)
def test_continued_lines(name: str) -> None:
    """As Docker sees them, but that lines that are left out may leave blanks."""
    text, value = CONTINUED[name]
    assert last(text).value.split() == value.split()


@pytest.mark.parametrize(
    ("text", "character"),
    [
        ("# escape=`\nFROM x\n", "`"),
        ("\ufeff#EScape  =  `  \r\nFROM x\r\n", "`"),
        ("# check=skip=all\n# escape=`", "`"),
        ("# escape=\\\nFROM x\n", "\\"),
        ("# key=x\n# escape=`\n", "\\"),
        ("\n# escape=`\n", "\\"),
        ("FROM x\n# escape=`\n", "\\"),
        ("", "\\"),
    ],
)
def test_escape_character(text: str, character: str) -> None:
    """Of a directive at the very top, else a backslash."""
    assert escape_character(text) == character


def test_values_are_exact_without_comments() -> None:
    """Blanks included."""
    assert last("RUN hello\\\n  world\\\n  x  \\\n y\n").value == "hello  world  x   y"
    assert last("RUN echo hi \\\n \\\n world \\\n\\\n good\\\n\\\nnight\n").value == (
        "echo hi   world  goodnight"
    )


def test_lines_of_instructions() -> None:
    """An instruction has the line on which it begins."""
    text = "# ESCAPE=\\\n\n\nFROM x\n\n# y\n\nENV A \\\n/go\n\n  \n RUN a \\\n\n\n  && b \\\n\n\nCMD c\n"
    assert [(each.keyword, each.line) for each in read(text)] == [
        *(("FROM", 4), ("ENV", 8), ("RUN", 12))
    ]
    assert last(text).value.split() == ["a", "&&", "b", "CMD", "c"]


FLAGS: dict[str, tuple[tuple[tuple[str, str], ...], str]] = {
    "COPY foo /tmp/": ((), "foo /tmp/"),
    "COPY --user=me --doit=true foo /tmp/": ((("user", "me"), ("doit", "true")), "foo /tmp/"),
    "COPY --doit=true -- foo /tmp/": ((("doit", "true"),), "foo /tmp/"),
    "COPY -- --foo /tmp/": ((), "--foo /tmp/"),
    'CMD --doit [ "a", "b" ]': ((("doit", ""),), '[ "a", "b" ]'),
    "CMD --doit -- [ ]": ((("doit", ""),), "[ ]"),
    "RUN --a=\"b c\" --d='e f'g\\ h x": ((("a", "b c"), ("d", "e fg h")), "x"),
    "RUN --a=b\\\nc \\\n  --d=e \\\n x": ((("a", "bc"), ("d", "e")), "x"),
    "RUN --mount.x=1 -x --y": ((("mount.x", "1"),), "-x --y"),
    "RUN \\\n--a": ((("a", ""),), ""),
}


@pytest.mark.parametrize("text", FLAGS)
def test_flags(text: str) -> None:
    """Before anything else, up to `--`; quotes and escapes are removed."""
    found = last(text)
    assert (found.flags, found.value) == FLAGS[text]


HEREDOCS: dict[str, list[str]] = {
    "RUN <<EMPTY\nEMPTY\n": [""],
    "RUN 3<<EMPTY\nEMPTY\n": [""],
    'RUN "<<NONE"\n': [],
    "RUN '<<NONE' \"a <<NONE\" x<<NONE\n": [],
    "RUN <<<NONE\n": [],
    "RUN <<- NONE\n": [],
    'RUN ["<<NONE"]\n': [],
    "USER <<NONE\n": [],
    "RUN <<INDENT\n\tfoo\n\tINDENT\nINDENT\n": ["\tfoo\n\tINDENT\n"],
    "RUN <<-TABS\n\tfoo\n\tTABS\n": ["\tfoo\n"],
    "RUN <<E\n# a comment \\\n\nE x\nE\n": ["# a comment \\\n\nE x\n"],
    "RUN --mount=type=cache,target=/foo <<E\necho hello\nE\n": ["echo hello\n"],
    "COPY <<X <<Y /dest\nY\nX\nX\nY\n": ["Y\n", "X\n"],
    "RUN <<E python3\nprint('x')\nE\n": ["print('x')\n"],
    "COPY <<file.txt /dest\nx\nfile.txt\n": ["x\n"],
    "RUN <<eo'f'\nx\neof\n": ["x\n"],
    "RUN <<eo\\'f\nx\neo'f\n": ["x\n"],
    "RUN <<'e'o\\'f\nx\neo'f\n": ["x\n"],
    "RUN <<'one two'\nx\none two\n": ["x\n"],
    "RUN <<$E\nx\n$E\n": ["x\n"],
    "RUN <<  E  > foo\nx\nE\n": ["x\n"],
    "RUN << -E\nx\n-E\n": ["x\n"],
    "ADD \\\n  <<E /x\r\nx\r\nE\r\n": ["x\r\n"],
    "ONBUILD RUN <<E\nx\nE\n": ["x\n"],
    "ONBUILD USER <<E\n": [],
}


@pytest.mark.parametrize("text", HEREDOCS)
def test_heredocs(text: str) -> None:
    """What opens one, what ends it, and that the file goes on behind it."""
    found, end = read(f"{text}USER end\n")
    assert end.value == "end"
    assert [heredoc.text for heredoc in found.heredocs] == HEREDOCS[text]
    assert all(text[each.offset :].startswith(each.text) for each in found.heredocs)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ": file with no instructions"),
        ("# Hello\n# a comment\n\n", ": file with no instructions"),
        ("FROM x\nEOF\n", ':2: unknown instruction "EOF"'),
        ("FROM x\n\n\nrum a\n", ':4: unknown instruction "RUM" (did you mean "RUN"?)'),
        ("FROM x\nRUN a\nfi done\n", ':3: unknown instruction "FI"'),
        ("FROM x\nRUN\\\na\n", ':2: unknown instruction "RUNA" (did you mean "RUN"?)'),
        ("FROM x\n\\", ':2: unknown instruction ""'),
        ("FROM x\nRUN <<E\nfoo\n", ':2: unterminated here-document "E"'),
        ("FROM x\nRUN a \\\n  <<E\nfoo\nE E\n", ':3: unterminated here-document "E"'),
        ("FROM x\nRUN a\0b\n", ":2: not a text file"),
        ("# escape=`\n# Escape=`\nFROM x\n", ":2: only one escape parser directive can be used"),
        ("# escape=x\nFROM x\n", ':1: invalid escape token "x": it is not ` or \\'),
    ],
)
def test_mistakes(text: str, said: str) -> None:
    """With the line, in BuildKit's words."""
    with pytest.raises(DockerfileError) as caught:
        read(text)
    assert str(caught.value) == f"Dockerfile{said}"


PARTS = [
    *("RUN ", "COPY ", "ONBUILD ", "--a=b ", "--", "<<E", "E", "x", "'", '"'),
    *("\\", "`", "\n", "\r\n", " ", "#", "\\\n", "`\n", "\nRUN "),
]


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(["", "# escape=`\n"]), st.lists(st.sampled_from(PARTS), max_size=40))
def test_texts_and_offsets_agree(directive: str, parts: list[str]) -> None:
    """Any text is read or refused; what is read is in the file, but for blanks and continuations."""
    text = f"{directive}RUN {''.join(parts)}"
    try:
        found = read(text)
    except DockerfileError:
        return
    for each in found:
        original = text[each.offset : each.offset + len(each.text)]
        assert len(original) == len(each.text)
        assert all(
            kept in {written, " ", "\\"} for kept, written in zip(each.text, original, strict=True)
        )
        assert each.line == text.count("\n", 0, each.start) + 1
        for heredoc in each.heredocs:
            assert text[heredoc.offset :].startswith(heredoc.text)
