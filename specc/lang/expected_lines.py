"""Lines that would be statements in another form: two on one line, values without their brackets or
braces, `=` behind the first word.
"""

from __future__ import annotations

from typing import Final

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Span
from specc.lang.error_place import ErrorPlace
from specc.lang.foreign_statements import habit
from specc.lang.tokens import Token
from specc.lang.vocabulary import (
    BRACED,
    begins_statement,
    layer_meant,
    statement_meant,
    takes_word,
)

_MIRRORED: Final = {"<=": ">=", ">=": "<=", "<": ">", ">": "<", "==": "==", "!=": "!="}


def turned(here: ErrorPlace, operator: Token) -> Diagnostic:
    """`95% <= dev.accuracy`."""
    sign = _MIRRORED[operator.text]
    last = here.end()
    whole = here.token.span(here.source).to(last.span(here.source))
    left = here.source.text[operator.end : last.end].strip()
    edits = (Edit(whole, f"{left} {sign} {here.token}"),) if "\n" not in whole.text else ()
    return here.error(
        "a claim begins with the result that it is about",
        "stands on the right",
        Help("turn it round", edits if left else ()),
    )


def assignment(here: ErrorPlace, word: Token) -> Diagnostic:
    """`batch = 64`, `lr = 0.1`, `x = dense(64)`."""
    gap, place = Span(here.source, word.end, here.token.end), word.span(here.source)
    after = "" if here.spaced else " "
    helps: list[Help] = []
    known = habit(word.text)
    layer = here.next is not None and here.next.type == "NAME" and here.next.text
    if begins_statement(word.text) or (known is None and statement_meant(word.text)):
        helps.append(Help("leave `=` out", (Edit(gap, after),)))
    elif layer and (layer_meant(layer) or begins_statement(layer)):
        text = f"{layer_meant(layer) or layer} 64 as {word}"
        helps.append(Help(f"the value of a layer gets a name by `as`, for example `{text}`"))
    if known is not None and known.write.startswith("optimizer"):
        value = here.next.text if here.next is not None else "0.01"
        helps.append(Help(f"{known.remark}: `{known.write.replace('{}', value)}`"))
    elif known is not None and "{}" in known.write and here.next is not None:
        helps.append(Help(f"write `{known.write.replace('{}', here.next.text)}`"))
    if not begins_statement(word.text) and len(helps) < 2:
        edits = (Edit(place, f"let {word}"),)
        helps.append(Help(f"to give a value the name `{word}`, use `let`", edits))
    return here.error(
        f"the statement `{word}` takes its values without `=`"
        if begins_statement(word.text)
        else f"`{word} = ...` is no statement: values follow their word without `=`",
        "only arguments are named with `=`",
        *helps,
        code="E0107",
    )


def two_statements(here: ErrorPlace, before: Token) -> Diagnostic | None:
    """`run 30 epochs, batch 64`: two statements on one line."""
    if here.open_bracket() is not None or here.on_new_line:
        return None
    if here.head[0].text in ("from", "import") and "import" in (before.text, here.token.text):
        note = 'a spec runs no code; `use "blocks.dl"` takes lets and blocks of another file'
        place = here.head[0].span(here.source)
        message = "a spec imports nothing"
        return Diagnostic("E0107", message, Label(place, "no import"), notes=(note,))
    word, last = here.token, before
    if word.type != "NAME" or not begins_statement(word.text):
        least = 2 if here.head[0].text in BRACED else 3
        if len(here.head) < least or before.type != "NAME" or not begins_statement(before.text):
            return None
        word, last = here.head[-1], here.head[-2]
    if here.head[0].text in BRACED:
        return _no_braces(here, word)
    start = last.start if last.type == "COMMA" else last.end
    line = here.source.text.rfind("\n", 0, start) + 1
    indent = here.source.text[line : here.head[0].start]
    if indent.strip():  # in a block on one line
        indent = indent[: len(indent) - len(indent.lstrip())] + "    "
    edits = (Edit(Span(here.source, start, word.start), "\n" + indent),)
    return Diagnostic(
        "E0101",
        f"`{word}` begins another statement on the same line",
        Label(word.span(here.source), "a new line is missing before this"),
        helps=(Help("begin a new line", edits),),
    )


def _no_braces(here: ErrorPlace, word: Token) -> Diagnostic:
    """`variant a init zeros`, `train run 30 epochs`."""
    begin = Span(here.source, word.start, word.start)
    edits = (Edit(begin, "{ "), Edit(here.end().span(here.source).after(), " }"))
    return Diagnostic(
        "E0101",
        f"the statements of `{here.head[0]}` stand in braces",
        Label(word.span(here.source), "a `{` is missing before this"),
        helps=(Help("put them in braces", edits),),
    )


def open_call(here: ErrorPlace, before: Token) -> Diagnostic | None:
    """`optimizer adam lr = 0.1`: the arguments of a word stand in brackets behind it."""
    named = here.kind == "NAME" and here.next is not None and here.next.type == "EQUAL"
    if not named and here.kind not in ("NUMBER", "PERCENT", "STRING"):
        return None
    if len(here.head) != 2 or before.type != "NAME" or not takes_word(here.head[0].text):
        return None
    end = here.end()
    edits = (Edit(here.gap, "("), Edit(end.span(here.source).after(), ")"))
    return here.error(
        f"the arguments of `{before}` stand in round brackets",
        "brackets are missing around this",
        Help("put them in brackets", edits if "\n" not in here.gap.text else ()),
        code="E0108",
    )
