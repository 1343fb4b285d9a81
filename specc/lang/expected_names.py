"""Names, blocks and search ranges in a form that is nearly right."""

from __future__ import annotations

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Span
from specc.lang.error_place import ErrorPlace
from specc.lang.tokens import Token


def equal_before_block(here: ErrorPlace, equal: Token) -> Diagnostic:
    """`variant fast = { ... }`."""
    gap = Span(here.source, here.head[-2].end, here.token.start)
    return Diagnostic(
        "E0107",
        f"the braces of `{here.head[0]}` stand behind it without `=`",
        Label(equal.span(here.source), "only arguments are named with `=`"),
        helps=(Help("leave `=` out", (Edit(gap, " "),)),),
    )


def dashed_name(here: ErrorPlace) -> Diagnostic | None:
    """`let hidden-size = 64`."""
    first = len(here.head) - 1
    while first > 1 and here.head[first - 1].text == "-" and here.head[first - 2].type == "NAME":
        first -= 2
    parts = here.head[first:]
    whole = parts[0].span(here.source).to(parts[-1].span(here.source))
    if len(parts) < 3 or any(part.isspace() for part in whole.text):
        return None
    text = whole.text.replace("-", "_")
    return Diagnostic(
        "E0101",
        f"a name holds no `-`: `{whole.text}` is a difference",
        Label(whole, "not a name"),
        helps=(Help(f"write `{text}`", (Edit(whole, text),)),),
    )


def no_nominal(here: ErrorPlace) -> Diagnostic:
    """`batch in {32, 64}`."""
    rest = here.rest()
    helps: tuple[Help, ...] = ()
    if len(rest) > 2 and rest[1].type == "SET_OPEN" and rest[2].type in ("NUMBER", "NAME"):
        edit = Edit(Span(here.source, here.token.start, here.token.start), f"{rest[2]} ")
        helps = (Help("put the value before it that holds without a search", (edit,)),)
    return here.error(
        "expected a value before `in`, which holds without a search",
        "a value is missing before this",
        *helps,
        note="a range is written `1e-3 in log(1e-5, 1e-1)` or `64 in {32, 64, 128}`",
    )


def bare_range(here: ErrorPlace, word: Token) -> Diagnostic:
    """`1e-3 in (1e-4, 1e-1)`."""
    rest = here.rest()
    close = next((t for t in rest if t.type == "RPAR"), None)
    start = Span(here.source, here.token.start, here.token.start)
    helps = [Help("between two ends: `log`, for what counts in factors", (Edit(start, "log"),))]
    if close is not None:
        both = (Edit(here.token.span(here.source), "{"), Edit(close.span(here.source), "}"))
        helps.append(Help("or only these values: braces", both))
    return here.error(f"expected choices after `{word}`, found `(`", "not expected here", *helps)
