"""Characters, numbers and strings that are none: E0104 to E0106, each with what was probably meant.

A repair gets the match of an error terminal and the tokens before it, and returns those that take
its place.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Source, Span
from specc.lang.foreign import ours
from specc.lang.hidden import HIDDEN
from specc.lang.problems import Problems
from specc.lang.tokens import Token
from specc.lang.units import UNITS

LOOKALIKES: Final = {
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
    "\u00d7": "*", "\u00b7": "*", "\u22c5": "*", "\u00f7": "/", "\u2215": "/", "^": "**",
    "\u2264": "<=", "\u2265": ">=", "\u2260": "!=", "\u2192": "->",
    "\u2018": '"', "\u2019": '"', "\u201c": '"', "\u201d": '"', "\u201e": '"',
}  # fmt: skip

_DIGITS = r"(?:[1-9][0-9]*(?:_[0-9]+)*|0)"
_LEADING_NUMBER = re.compile(rf"(?:{_DIGITS}(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_SIZES = re.compile(r"[1-9][0-9]*(?:[xX][1-9][0-9]*)+")
SUFFIXES: Final = frozenset("f F d D l L j J u U f0 f32 f64".split())
THOUSANDS: Final = {"k": 10**3, "K": 10**3, "M": 10**6, "B": 10**9, "G": 10**9}
_UNIT = re.compile(r"[A-Za-z]\w*", re.ASCII)


def unknown(
    source: Source, match: re.Match[str], tokens: list[Token], problems: Problems
) -> list[Token]:
    """A character that begins no token; several in a row are one finding."""
    char, (start, end) = match[0], match.span()
    if HIDDEN.match(char):
        problems.mark(start)
        return []
    if problems.within(start - 1, start - 1) and start and source.text[start - 1] == char:
        problems.mark(start)
        return []
    span = Span(source, start, end)
    meant = LOOKALIKES.get(char) or unicodedata.normalize("NFKC", char)
    shown = f"`{char}`" if char.isascii() else f"`{char}` ({_code(char)})"
    if char.isspace():
        shown = f"space {_code(char)}"
    helps: tuple[Help, ...] = ()
    if char == "%":
        gap = Span(source, tokens[-1].end if tokens else start, start)
        close = gap.text.isspace() and tokens[-1].type == "NUMBER"
        edits = (Edit(gap, ""),) if close else ()
        helps = (Help("a percentage is written without a space, as in `80%`", edits),)
    elif char == "\\" and not source.text[end:].partition("\n")[0].strip():
        helps = (Help("a comma or an open bracket goes on: leave it out", (Edit(span, ""),)),)
    elif char == ".":
        helps = (Help("a dot stands between two words, as in `dev.cost`, or inside a number"),)
    elif meant != char and meant.isascii():
        helps = (Help(f"write `{meant}`", (Edit(span, meant),)),)
    problems.add(
        Diagnostic(
            "E0104",
            f"unknown character {shown}",
            Label(span, "not part of the language"),
            helps=helps,
        )
    )
    return []


def name(
    source: Source, match: re.Match[str], tokens: list[Token], problems: Problems
) -> list[Token]:
    """A word with a letter beyond ASCII."""
    start, end = match.span()
    foreign = next(char for char in match[0] if not char.isascii())
    plain = unicodedata.normalize("NFKD", match[0]).encode("ascii", "ignore").decode()
    helps: tuple[Help, ...] = ()
    if _UNIT.fullmatch(plain):
        helps = (Help(f"write `{plain}`", (Edit(Span(source, start, end), plain),)),)
    problems.add(
        Diagnostic(
            "E0104",
            f"the name `{_short(match[0])}` holds the character `{foreign}` ({_code(foreign)})",
            Label(Span(source, start, end), "not a name here"),
            notes=("names are made of the letters a to z and A to Z, digits and `_`",),
            helps=helps,
        )
    )
    return [Token("NAME", match[0], start, end)]


def number(
    source: Source, match: re.Match[str], tokens: list[Token], problems: Problems
) -> list[Token]:
    """Something that begins like a number."""
    text, (start, end) = match[0], match.span()
    span = Span(source, start, end)
    head = _LEADING_NUMBER.match(text)
    rest = text[head.end() :] if head else ""
    message = f"malformed number `{_short(text)}`"
    notes: tuple[str, ...] = ()
    helps: tuple[Help, ...] = ()
    repair = [Token("NUMBER", head[0] if head else "0", start, end)]
    if head and rest in UNITS:
        gap = Span(source, start + head.end(), start + head.end())
        helps = (Help("put a space between the number and its unit", (Edit(gap, " "),)),)
        repair = [Token("NUMBER", head[0], start, gap.start), Token("NAME", rest, gap.start, end)]
    elif head and ours(rest, "units", UNITS):
        whole = f"{head[0]} {ours(rest, 'units', UNITS)}"
        helps = (Help(f"write `{whole}`", (Edit(span, whole),)),)
    elif text[:2].lower() in ("0x", "0o", "0b"):
        notes = ("numbers are decimal",)
        helps = _decimal(text, span)
    elif head and rest == ".":
        helps = (Help(f"write `{text}0`", (Edit(span, text + "0"),)),)
    elif text.isdecimal() and _goes_on(tokens, start):
        whole = tokens[-2].text
        sign = "_" if len(text) == 3 and whole != "0" else "."
        message = f"`{whole},{text}` is two values: a comma ends a number"
        helps = (
            Help(f"write `{whole}{sign}{text}`", (Edit(Span(source, start - 1, start), sign),)),
        )
    elif text[:1] == "0" and text.replace("_", "").isdecimal():
        notes = ("a number with more than one digit does not begin with 0",)
        meant = text.replace("_", "").lstrip("0") or "0"
        helps = (Help(f"write `{meant}`", (Edit(span, meant),)),)
    elif head and rest in SUFFIXES:
        notes = ("a number has no type here, and so no letter behind it",)
        helps = (Help(f"write `{head[0]}`", (Edit(span, head[0]),)),)
    elif _SIZES.fullmatch(text):
        sizes = ", ".join(text.lower().split("x"))
        if tokens and tokens[-1].type != "NAME":  # one argument of several
            sizes = f"({sizes})"
        notes = ("several sizes are separate values",)
        helps = (Help(f"write `{sizes}`", (Edit(span, sizes),)),)
    elif head and rest and rest.strip("%") == "":
        helps = (Help("one `%` is enough", (Edit(span, head[0] + "%"),)),)
    elif "__" in text or text.endswith("_"):
        notes = ("a single `_` may stand between digits, as in `10_000`",)
    elif head and rest.lower() == "e" and LOOKALIKES.get(source.text[end : end + 1]) == "-":
        return repair  # `1e\u22123`, which is said of the sign
    elif head and rest.lower() == "e":
        notes = ("an exponent needs digits, as in `1e-3`",)
    elif head and rest in THOUSANDS:
        value = round(float(head[0]) * THOUSANDS[rest])
        helps = (Help(f"write `{value:_}`", (Edit(span, f"{value:_}"),)),)
    elif head and _UNIT.fullmatch(rest):
        notes = ("a name does not begin with a digit, and `*` is not left out",)
        product = f"{head[0]} * {rest}"
        helps = (Help(f"for a product, write `{product}`", (Edit(span, product),)),)
    elif text.count(".") > 1:
        notes = ("a number has one decimal point",)
    problems.add(
        Diagnostic(
            "E0105",
            message,
            Label(span, "not a number"),
            notes=notes,
            helps=helps,
        )
    )
    return repair


def quoted(
    source: Source, match: re.Match[str], tokens: list[Token], problems: Problems
) -> list[Token]:
    """A string in other quotes than the language's."""
    start, end = match.span()
    inside = match[0][1:-1]
    helps = [Help("write double quotes")]
    if '"' not in inside and "\\" not in inside:
        ends = (Span(source, start, start + 1), Span(source, end - 1, end))
        edits = tuple(Edit(span, '"') for span in ends if span.text != '"')
        helps = [Help("write double quotes", edits)]
    problems.add(
        Diagnostic(
            "E0106",
            "strings stand in double quotes",
            Label(Span(source, start, end), "a string in other quotes"),
            helps=tuple(helps),
        ),
        habit=True,
    )
    return [Token("STRING", f'"{inside}"', start, end)]


def open_string(
    source: Source, match: re.Match[str], tokens: list[Token], problems: Problems
) -> list[Token]:
    """A string without an end: probably before the next comma or bracket, or with the line."""
    start = match.start()
    earlier = _runs_over(source, tokens)
    if earlier is not None:
        problems.add(earlier)
        return [Token("STRING", '""', start, match.end())]
    inside = match[0][1:].rstrip()
    end = start + 1 + len(inside)
    edits = [Edit(Span(source, end, end), '"')]
    if match[0][0] != '"':
        edits.insert(0, Edit(Span(source, start, start + 1), '"'))
    problems.add(
        Diagnostic(
            "E0106",
            "unterminated string",
            Label(Span(source, start, end), "the closing quote is missing"),
            notes=("a string ends on the line where it begins",),
            helps=(Help("close it", tuple(edits)),),
        )
    )
    return [Token("STRING", f'"{inside}"', start, end)]


def _runs_over(source: Source, tokens: list[Token]) -> Diagnostic | None:
    """`csv("data.csv, target = "label")`: the string that lacks its quote is the one before."""
    at = len(tokens) - 1
    while at >= 0 and tokens[at].type not in ("NEWLINE", "STRING"):
        at -= 1
    if at < 0 or tokens[at].type == "NEWLINE" or at + 1 == len(tokens):
        return None
    text, after = tokens[at].span(source), tokens[at + 1]
    end = next((i for i, char in enumerate(text.text) if char in ",)"), -1)
    if end < 0 or after.start != text.end or after.type != "NAME":
        return None
    begin = Span(source, text.start, text.start + end)
    return Diagnostic(
        "E0106",
        "unterminated string",
        Label(begin, "the closing quote is missing"),
        helps=(Help("close it", (Edit(begin.after(), '"'),)),),
    )


def _goes_on(tokens: list[Token], start: int) -> bool:
    """Whether a number and a comma stand directly before: `10,000`."""
    if len(tokens) < 2 or tokens[-2].type != "NUMBER" or tokens[-1].type != "COMMA":
        return False
    return tokens[-2].end == tokens[-1].start and tokens[-1].end == start


def _decimal(text: str, span: Span) -> tuple[Help, ...]:
    try:
        value = str(int(text, 0))
    except ValueError:  # no such digits, or far too many
        return ()
    return (Help(f"write `{_short(value)}`", (Edit(span, value),)),)


def _code(char: str) -> str:
    return f"U+{ord(char):04X}"


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
