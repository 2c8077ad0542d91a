"""The lines of a C file that the preprocessor reads."""

from __future__ import annotations

import re

from poetry_arch_check.inspection.c_sources.events import MAX_EVENTS, Event, Sign

# More than any condition has that can be evaluated.
_MAX_TEXT = 500
# Comments, and the strings that may contain the beginning of one. Both end somewhere in any
# text, by what is appended to it or at the end of the line: nothing is read twice.
_COMMENT = re.compile(
    rb"/\*[^*]*\*+(?:[^/*][^*]*\*+)*/|//[^\n]*"
    rb'|("[^"\\\n]*(?:\\[\s\S][^"\\\n]*)*"?|\'[^\'\\\n]*(?:\\[\s\S][^\'\\\n]*)*\'?)'
)


def without_comments(content: bytes) -> bytes:
    """Return C code without its comments; strings stay."""
    return _COMMENT.sub(rb"\1 ", content + b"*/")


_DIRECTIVE = re.compile(
    rb"#[ \t]*(include|import|if(?:n?def)?|el(?:if(?:n?def)?|se)|endif|define|undef"
    rb"|error|warning)\b"
    rb"([^\n\\]*(?:\\[\s\S][^\n\\]*)*)"
)
_HEADER = re.compile(r'\s*[<"]([^<>"\n]{1,200})[>"]')
_MACRO = re.compile(r"\s*(\w+)([(]?)\s*(.*)")
_PLAIN = {
    b"if": Sign.IF,
    b"elif": Sign.ELIF,
    b"else": Sign.ELSE,
    b"endif": Sign.ENDIF,
    b"error": Sign.ERROR,
    b"warning": Sign.WARNING,
    b"undef": Sign.UNDEF,
}


def directives(code: bytes) -> list[tuple[int, Event]]:
    """Return the lines of the preprocessor, with their places."""
    found: list[tuple[int, Event]] = []
    for match in _DIRECTIVE.finditer(code):
        start = match.start()
        # A directive has its line to itself.
        before = code[max(0, start - 80) : start]
        if before[before.rfind(b"\n") + 1 :].strip() or len(found) >= MAX_EVENTS:
            continue
        word = match[1]
        text = re.sub(rb"\\\r?\n", b" ", match[2][:_MAX_TEXT]).decode("utf-8", "replace").strip()
        if word in _PLAIN:
            found.append((start, Event(_PLAIN[word], text)))
        elif word in {b"ifdef", b"ifndef", b"elifdef", b"elifndef"}:
            sign = Sign.ELIF if word.startswith(b"el") else Sign.IF
            test = f"defined({text.split()[0] if text.split() else ''})"
            found.append((start, Event(sign, f"!{test}" if b"nd" in word else test)))
        elif word == b"define":
            if macro := _MACRO.match(text):
                value = "" if macro[2] else macro[3]
                found.append((start, Event(Sign.DEFINE, f"{macro[1]} {value}")))
                _open_guard(found, macro[1])
        elif header := _HEADER.match(text):
            found.append((start, Event(Sign.INCLUDE, header[1])))
    return found


def _open_guard(found: list[tuple[int, Event]], macro: str) -> None:
    """Let `#ifndef X`, `#define X` hold: a header's guard, or a default of its own."""
    if len(found) > 1 and found[-2][1] == (Sign.IF, f"!defined({macro})"):
        found[-2] = (found[-2][0], Event(Sign.IF, "1"))
