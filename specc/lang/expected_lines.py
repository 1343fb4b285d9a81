"""Lines that would be statements in another form: two on one line, values without their brackets or
braces, `=` behind the first word.
"""

from __future__ import annotations

from typing import Final

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Span
from specc.diag.suggest import distance
from specc.lang.error_place import ErrorPlace
from specc.lang.foreign_statements import habit
from specc.lang.report_values import DOMAINS
from specc.lang.tokens import Token
from specc.lang.vocabulary import (
    BRACED,
    begins_statement,
    layer_meant,
    statement_meant,
    takes_word,
)
from specc.library.statements import BLOCKS

SETS: Final = ("train", "dev", "test", "output")
"""What the results of claims begin with."""
_MIRRORED: Final = {"<=": ">=", ">=": "<=", "<": ">", ">": "<", "==": "==", "!=": "!="}


def turned(here: ErrorPlace, operator: Token) -> Diagnostic:
    """`95% <= dev.accuracy` and `0 < dev.cost < 1`."""
    rest = here.rest()
    second = next((t for t in rest[2:] if t.type == "COMPARE"), None)
    end = rest[-1].end if second is None else second.start
    text = here.source.text
    left = " ".join(text[operator.end : end].split())
    claim = f"{left} {_MIRRORED[operator.text]} {here.token}"
    whole = Span(here.source, here.token.start, rest[-1].end)
    fix = "turn it round"
    if second is not None:
        fix = "make two claims of it"
        claim += f"\n    {left} {second} {text[second.end : rest[-1].end].strip()}"
    edits = (Edit(whole, claim),) if left and "\n" not in whole.text else ()
    return here.error(
        "a claim begins with the result that it is about",
        "stands on the right",
        Help(fix, edits),
    )


def behind_name(here: ErrorPlace) -> Diagnostic:
    """`dense 64, relu as left -> 64`, `dense 64 as left, relu`."""
    at = next(i for i, t in enumerate(here.head) if t.type == "AS")
    rest = here.rest()
    whole = Span(here.source, here.head[at - 1].end, rest[-1].end)
    text = here.source.text
    moved = text[here.token.start : rest[-1].end]
    alias = text[here.head[at].start : here.gap.start]
    claim = here.kind == "ARROW"
    new = f"{' ' if claim else ''}{moved} {alias}"
    edits = (Edit(whole, new),) if at and "\n" not in whole.text else ()
    what = "a claim stands" if claim else "the values of a layer stand"
    return here.error(
        f"{what} before the name of the value",
        "belongs before `as`",
        Help("put it before `as`", edits),
    )


def misspelt_reserved(here: ErrorPlace, before: Token) -> Diagnostic | None:
    """`64 n {32, 64}`, `1e-3 ni log(1e-5, 1e-1)`, `relu sa left`, `warmup(5%) than cosine`."""
    word, meant = before, ""
    first = here.head[-2] if len(here.head) > 1 else None
    if before.type == "NAME" and first is not None and first.type in ("NUMBER", "PERCENT"):
        domain = here.kind == "NAME" and here.next is not None and here.next.type == "LPAR"
        if here.kind == "SET_OPEN" or (domain and here.token.text in DOMAINS):
            meant = "in"
        elif here.kind == "NAME" and not domain and distance(word.text, "as") == 1:
            meant = "as"
    if not meant and here.kind == "NAME" and here.next is not None and here.next.type == "NAME":
        word = here.token
        meant = next((r for r in ("as", "then") if distance(word.text, r) <= len(r) // 2), "")
        if meant == "as" and here.rest()[2:3] and here.rest()[2].type != "ARROW":
            meant = ""
    if not meant:
        return None
    place = word.span(here.source)
    return Diagnostic(
        "E0101",
        f"expected `{meant}`, found `{word}`",
        Label(place, f"should be `{meant}`"),
        helps=(Help(f"did you mean `{meant}`?", (Edit(place, meant),)),),
    )


def assignment(here: ErrorPlace, word: Token) -> Diagnostic:
    """`batch = 64`, `lr = 0.1`, `x = dense(64)`."""
    block = here.block()
    if block == "expect":
        return equal_in_claim(here, word)
    gap, place = Span(here.source, word.end, here.token.end), word.span(here.source)
    after = "" if here.spaced else " "
    helps: list[Help] = []
    known = habit(word.text)
    layer = here.next.text if here.next is not None and here.next.type == "NAME" else ""
    named = bool(layer) and (layer_meant(layer) is not None or begins_statement(layer))
    if begins_statement(word.text) or (known is None and statement_meant(word.text)):
        helps.append(Help("leave `=` out", (Edit(gap, after),)))
    elif named:
        helps.append(_named_behind(here, word))
    if known is not None and known.write.startswith("optimizer"):
        value = here.next.text if here.next is not None else "0.01"
        helps.append(Help(f"{known.remark} `{known.write.replace('{}', value)}`"))
    elif known is not None and "{}" in known.write and here.next is not None:
        text = known.write.replace("{}", here.next.text)
        whole = place.to(here.next.span(here.source))
        exact = known.block == block and not known.remark and len(here.rest()) == 2
        helps.append(Help(f"write `{text}`", (Edit(whole, text),) if exact else ()))
    free = block in ("", "variant") and not named  # only there a `let` may stand
    if free and not begins_statement(word.text) and len(helps) < 2:
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


def _named_behind(here: ErrorPlace, word: Token) -> Help:
    """`x = dense 64, relu`: the name goes behind the layer."""
    rest = here.rest()
    begin, end = rest[1], rest[-1]
    written = Span(here.source, begin.start, end.end)
    free = not any(t.type == "AS" for t in rest) and "\n" not in written.text
    edits = (
        Edit(Span(here.source, word.start, begin.start), ""),
        Edit(end.span(here.source).after(), f" as {word}"),
    )
    text = f"{layer_meant(begin.text) or begin.text} 64 as {word}"
    return Help(
        f"the value of a layer gets a name by `as`, for example `{text}`", edits if free else ()
    )


def equal_in_claim(here: ErrorPlace, result: Token) -> Diagnostic:
    """`dev.accuracy = 95%`, where a claim stands or was meant."""
    place = here.token.span(here.source)
    return here.error(
        f"a claim compares `{result}` with `==`, `>=` or `<=`, not with `=`",
        "not a comparison",
        *(Help(f"write `{text}`", (Edit(place, text),)) for text in (">=", "<=", "==")),
        code="E0107",
    )


def dotted_assignment(here: ErrorPlace, word: Token) -> Diagnostic:
    """`dev.accuracy = 95%`, `optimizer.lr = 0.1`, `optimizer.lr 0.1`, `self.fc1 = ...`."""
    first, _, last = word.text.partition(".")
    if here.block() == "expect" or (first in SETS and last not in BLOCKS["train"]):
        return equal_in_claim(here, word)
    note = f"only on the command line: `--set {word}=...`"
    equal = " =" if here.kind == "EQUAL" else ""
    return here.error(
        f"`{word}{equal} ...` is no statement: a word with a dot begins a claim",
        "only arguments are named with `=`" if equal else "sets nothing here",
        *((Help(f"write it behind `{first}` itself"),) if begins_statement(first) else ()),
        code="E0107",
        note=note if begins_statement(first) else "a spec runs no code and holds no objects",
    )


def claims_on_one_line(here: ErrorPlace, before: Token) -> Diagnostic | None:
    """`parameters <= 10, dev.accuracy >= 95%`, and the same with `and`."""
    first, after, start = here.token, here.next, before.end
    if not any(t.type == "COMPARE" for t in here.head) or here.open_bracket() is not None:
        return None
    if here.kind == "COMMA":
        first, start = after or first, here.token.start
    elif before.text in ("and", "or") and len(here.head) > 2:
        start = here.head[-2].end
    else:
        return None
    if first.type not in ("NAME", "DOTTED"):
        return None
    gap = Span(here.source, start, first.start)
    fix = Help("begin a new line", (Edit(gap, "\n    "),))
    if before.text == "or":
        fix = Help("all claims of `expect` must hold: there is no `or`")
    return Diagnostic(
        "E0101",
        "each claim stands on a line of its own",
        Label(first.span(here.source), "a new line is missing before this"),
        helps=(fix,),
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
    edits = (Edit(begin, "{ "), Edit(here.rest()[-1].span(here.source).after(), " }"))
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
    end = here.rest()[-1]
    edits = (Edit(here.gap, "("), Edit(end.span(here.source).after(), ")"))
    return here.error(
        f"the arguments of `{before}` stand in round brackets",
        "brackets are missing around this",
        Help("put them in brackets", edits if "\n" not in here.gap.text else ()),
        code="E0108",
    )
