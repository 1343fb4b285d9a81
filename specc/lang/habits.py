"""What people bring along from Python, YAML and C, met while lexing: E0107."""

from __future__ import annotations

import re
from typing import Final

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Source, Span
from specc.lang.foreign_statements import habit
from specc.lang.problems import Problems
from specc.lang.tokens import Token

_TYPE: Final = re.compile(r":[ \t]*[A-Za-z_]\w*(?=[ \t]*[=,)])")
_LINE: Final = frozenset({"NEWLINE", "LBRACE", "RBRACE"})
_ENDS: Final = re.compile(r"[ \t\r]*(?:$|[\n}#])")


def colon(
    source: Source, match: re.Match[str], tokens: list[Token], problems: Problems
) -> list[Token]:
    """`lr: 0.1`, `batch: 64`, `network:`."""
    start, end = match.span()
    text = source.text
    if text[end : end + 1] == "=":
        both = Span(source, start, end + 1)
        helps = (Help("write `=`", (Edit(both, "="),)),)
        wrong = Label(both, "not an operator")
        problems.add(Diagnostic("E0107", "`:=` is written `=`", wrong, helps=helps))
        return []
    name = tokens[-1] if tokens and tokens[-1].type in ("NAME", "DOTTED") else None
    repair: list[Token] = []
    begin = next((i for i in reversed(range(len(tokens))) if tokens[i].type in _LINE), -1)
    line = tokens[begin + 1 :]
    dashed = bool(line) and line[0].text == "-"  # a list of YAML, which is said of the dash
    code = habit(line[0].text) if line else None
    typed = _TYPE.match(text, start)
    place = Span(source, start, end)
    if line and _ENDS.match(text, end):
        message = "a block is written in braces, not after `:`"
        head = text[line[dashed].start : start].rstrip() if len(line) > dashed else ""
        shown = head if len(head) <= 40 else "..."
        helps = (Help(f"write `{shown} {{`, the statements, and `}}`"),)
        if code is not None and code.remark:
            word = line[0].span(source)
            message = f"`{word.text}` is a word of another language"
            place = word
            helps = (Help(f"{code.remark} `{code.write}`"),)
    elif line and len(line) == 1 and line[0].type == "STRING":
        message = "a statement begins with a word, not with a text and a colon"
        word = line[0].span(source)
        edits = (Edit(Span(source, word.start, end), word.text[1:-1]),)
        helps = (Help("leave the quotes and the colon out", edits),)
    elif name is None or text[name.end : start].strip(" \t"):
        message = "unexpected `:`"
        helps = (Help("remove it", (Edit(Span(source, start, end), ""),)),)
        if tokens and tokens[-1].end == start and not text[end : end + 1].isspace():
            helps = (Help("several values stand with commas between them"),)
    elif len(tokens) > 1 and tokens[-2].text == "let":
        message = "a `let` names a value, without a type"
        gap = Span(source, name.end, _skip_blanks(text, end))
        edit = Edit(gap, " = ")
        if typed:
            edit = Edit(Span(source, start, typed.end()), "")
        helps = (Help("leave the type out" if typed else "write `=`", (edit,)),)
    elif line[0].text == "block" and typed is not None:
        message = "a parameter has a name, and no type"
        helps = (Help("leave the type out", (Edit(Span(source, start, typed.end()), ""),)),)
    elif len(line) > 1 + dashed:
        message = "an argument is named with `=`, not with `:`"
        gap = Span(source, name.end, _skip_blanks(text, end))
        helps = (Help("write `=`", (Edit(gap, " = "),)),)
        repair = [Token("EQUAL", "=", start, end)]
    else:
        message = "a statement takes its values without `:`"
        gap = Span(source, name.end, _skip_blanks(text, end))
        edits = (Edit(gap, " "),)
        if dashed:
            dash = Edit(Span(source, line[0].start, line[1].start), "")
            helps = (Help("leave the dash and the colon out", (dash, *edits)),)
        else:
            helps = (Help("leave the colon out", edits),)
    problems.add(
        Diagnostic(
            "E0107",
            message,
            Label(place, "not part of the language"),
            helps=helps,
        )
    )
    return repair


def semicolon(
    source: Source, match: re.Match[str], tokens: list[Token], problems: Problems
) -> list[Token]:
    """`dense 64; relu`: what it ends, the end of the line ends as well."""
    start, end = match.span()
    text = source.text
    if _ENDS.match(text, end):
        helps = (Help("leave it out", (Edit(Span(source, start, end), ""),)),)
    else:
        line = text.rfind("\n", 0, start) + 1
        indent = text[line : _skip_blanks(text, line)]
        gap = Span(source, start, _skip_blanks(text, end))
        helps = (Help("begin a new line", (Edit(gap, "\n" + indent),)),)
    problems.add(
        Diagnostic(
            "E0107",
            "statements end with their line, not with `;`",
            Label(Span(source, start, end), "not part of the language"),
            helps=helps,
        )
    )
    return [Token("NEWLINE", ";", start, end)]


def c_comment(
    source: Source, match: re.Match[str], tokens: list[Token], problems: Problems
) -> list[Token]:
    """`/* ... */`, and `// ...` at the beginning of a line, where it cannot be a division."""
    start = _skip_blanks(source.text, match.start())
    end = match.end()
    text = source.text[start:end]
    mark = Span(source, start, start + 2)
    helps = (Help("begin a comment with `#`"),)
    if text.startswith("//"):
        helps = (Help("begin a comment with `#`", (Edit(mark, "#"),)),)
    elif (
        "\n" not in text
        and text.endswith("*/")
        and len(text) >= 4
        and _ENDS.match(source.text, end)
    ):
        edits = (Edit(mark, "#"), Edit(Span(source, len(text[:-2].rstrip()) + start, end), ""))
        helps = (Help("begin a comment with `#`", edits),)
    problems.add(
        Diagnostic(
            "E0107",
            f"comments begin with `#`, not with `{mark.text}`",
            Label(mark, "no comment"),
            helps=helps,
        )
    )
    return []


def _skip_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t":
        at += 1
    return at
