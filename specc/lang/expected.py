"""What to say, in plain words, about a token that the parser did not expect.

Mostly E0101; E0102, E0107 and E0108 where the surroundings show what went wrong.
"""

from __future__ import annotations

from typing import Final

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Span
from specc.lang.error_place import BEGIN_VALUE, END_VALUE, ErrorPlace
from specc.lang.expected_lines import (
    SETS,
    assignment,
    behind_name,
    claims_on_one_line,
    dotted_assignment,
    misspelt_reserved,
    open_call,
    turned,
    two_statements,
)
from specc.lang.expected_names import bare_range, dashed_name, equal_before_block, no_nominal
from specc.lang.foreign_calls import translated
from specc.lang.tokens import OPERATORS, Token
from specc.lang.vocabulary import BRACED, begins_statement, has_argument, layer_meant

_NUMBERS: Final = frozenset({"NUMBER", "PERCENT"})
_RESERVED: Final = frozenset({"AS", "IN", "THEN", "TRUE", "FALSE"})


def unexpected(here: ErrorPlace) -> Diagnostic:
    """The diagnostic for an unexpected token."""
    for explain in (
        _first_word,
        _running_on,
        _double_slash,
        _habit,
        _missing_value,
        _missing_comma,
        _missing_word,
    ):
        found = explain(here)
        if found is not None:
            return found
    return here.error(f"expected {here.wishes()}, found {here.found}", "not expected here")


def _first_word(here: ErrorPlace) -> Diagnostic | None:
    """The first word of a statement, or what follows `}`."""
    if here.before is not None:
        return None
    if here.previous is not None and here.previous.type == "RBRACE":
        gap = Span(here.source, here.previous.end, here.token.start)
        edits = (Edit(gap, "\n"),) if not gap.text.strip() else ()
        if edits and here.kind == "COMMA" and here.next is not None:
            column = here.source.position(here.previous.start)[1] - 1
            line = here.source.line(here.source.position(here.previous.start)[0])
            indent = line[: min(column, len(line) - len(line.lstrip()))]
            edits = (Edit(Span(gap.source, gap.start, here.next.start), f"\n{indent}"),)
        return here.error(
            f"expected the end of the line after `}}`, found {here.found}",
            "belongs on a line of its own",
            Help("begin a new line", edits),
        )
    if here.kind == "LBRACE":
        return here.error("a block needs a word before its `{`", "which block is this?")
    if here.kind in _RESERVED:
        return _reserved(here)
    if here.token.text == "-" and here.next is not None and here.next.type == "NAME":
        gap = Span(here.source, here.token.start, here.next.start)
        return here.error(
            "statements stand on lines of their own, without `-`",
            "not part of the language",
            Help("leave the dash out", (Edit(gap, ""),)),
            code="E0107",
        )
    if here.next is not None and here.next.type == "COMPARE" and here.kind in _NUMBERS:
        return turned(here, here.next)
    note = "a statement begins with a word, as in `dense 64, relu`"
    return here.error(f"expected a statement, found {here.found}", "begins no statement", note=note)


def _running_on(here: ErrorPlace) -> Diagnostic | None:
    """A comma or operator at the end of a line, which has pulled in the next statement."""
    operator = here.runs_on()
    if operator is None:
        return None
    span = operator.span(here.source)
    comma = operator.type == "COMMA"
    return Diagnostic(
        "E0101",
        f"expected a value after `{operator}`, found the end of the line",
        Label(span, "a value is missing after this"),
        notes=(f"after `{operator}` a statement goes on in the next line",),
        helps=(Help("remove the comma", (Edit(span, ""),)),) if comma else (),
    )


def _double_slash(here: ErrorPlace) -> Diagnostic | None:
    """A comment as in C behind a statement, where its `//` could still be a division."""
    slashes = next((t for t in here.head if t.text == "//"), None)
    if slashes is None or here.kind == "_END":
        return None
    line = here.source.text[slashes.end : here.token.start]
    if "\n" in line or not line[:1].isspace():
        return None
    span = slashes.span(here.source)
    return Diagnostic(
        "E0107",
        "comments begin with `#`, not with `//`",
        Label(span, "divides, and rounds down"),
        helps=(Help("begin a comment with `#`", (Edit(span, "#"),)),),
    )


def _habit(here: ErrorPlace) -> Diagnostic | None:
    """Other ways of other languages."""
    before, after, kind = here.before, here.next, here.kind
    if before is None:
        return None
    if kind == "EQUAL" and len(here.head) == 1 and before.type == "NAME":
        return assignment(here, before)
    if kind == "EQUAL" and after is not None and after.text in ("<", ">"):
        return _operator(here, after, f"{after}=")
    if kind == "COMPARE" and any(t.type == "COMPARE" for t in here.head):
        return here.error("comparisons do not chain", "the second comparison")
    if kind == "COMMA" and before.type == "NUMBER" and after is not None:
        together = before.end == here.token.start and here.token.end == after.start
        if together and before.text.isdecimal() and after.text.isdecimal() and len(after.text) == 3:
            comma = Edit(here.token.span(here.source), "_")
            return here.error(
                "a comma ends a number",
                "not part of the number",
                Help(f"write `{before}_{after}`", (comma,)),
            )
    touching = before.end == here.token.start
    if touching and before.type == "EQUAL" and here.token.text == ">":
        return _operator(here, before, "->")
    if touching and before.text in ("==", "!=") and kind == "EQUAL":
        return _operator(here, before, before.text)
    several = claims_on_one_line(here, before)
    if several is not None:
        return several
    reserved = misspelt_reserved(here, before)
    if reserved is not None:
        return reserved
    if kind == "SET_OPEN" and before.type == "EQUAL" and here.head[0].text in BRACED:
        return equal_before_block(here, before)
    if kind == "EQUAL" and len(here.head) > 2 and here.head[-2].text == "-":
        dashed = dashed_name(here)
        if dashed is not None:
            return dashed
    if kind == "SET_OPEN" and before.type in ("NAME", "COMMA", "EQUAL", "LPAR"):
        note = "choices are written `64 in {32, 64}`, several values `(32, 64)`"
        begin = Span(here.source, here.token.start, here.token.start)
        helps: tuple[Help, ...] = ()
        if after is not None and after.type in _NUMBERS | {"NAME"}:
            text = f"{after} in "
            helps = (
                Help("put the value before it that holds without a search", (Edit(begin, text),)),
            )
        message = "choices in braces stand only after `in`"
        return here.error(message, "not a value", *helps, note=note)
    return None


def _operator(here: ErrorPlace, before: Token, right: str) -> Diagnostic:
    """`=>` and `===`, of two tokens."""
    spans = sorted((t.span(here.source) for t in (before, here.token)), key=lambda s: s.start)
    both = spans[0].to(spans[1])
    return Diagnostic(
        "E0107",
        f"`{both.text}` is written `{right}`",
        Label(both, "not an operator"),
        helps=(Help(f"write `{right}`", (Edit(both, right),)),),
    )


def _missing_value(here: ErrorPlace) -> Diagnostic | None:
    """An operator, a comma or a bracket without its value."""
    before = here.before
    if before is None or "NUMBER" not in here.wanted or before.type in END_VALUE:
        return None
    if here.kind in _RESERVED:
        return _reserved(here)
    if here.token.text in ("*", "**") and before.type in ("LPAR", "COMMA", "NAME"):
        note = "a spec holds no dictionaries or lists of arguments: each stands where it is used"
        message = f"`{here.token}` unpacks nothing here"
        return here.error(message, "a value goes here", code="E0107", note=note)
    helps: list[Help] = []
    if before.type == "COMMA" and here.kind in ("RPAR", "SET_CLOSE", "_END", "ARROW", "AS"):
        helps.append(Help("remove the comma", (Edit(before.span(here.source), ""),)))
    elif before.type == "COMMA" and here.kind == "COMMA":
        helps.append(Help("remove one comma", (Edit(here.token.span(here.source), ""),)))
    label = "a value is missing after this" if here.kind == "_END" else "expected a value"
    return here.error(f"expected a value after `{before}`, found {here.found}", label, *helps)


def _missing_comma(here: ErrorPlace) -> Diagnostic | None:
    """Two values beside each other."""
    before = here.before
    if before is None or before.type not in END_VALUE or here.kind not in BEGIN_VALUE:
        return None
    end = before.span(here.source).after()
    opener = here.open_bracket()
    if opener is not None and here.on_new_line:
        closer = ")" if opener.type == "LPAR" else "}"
        return Diagnostic(
            "E0102",
            f"`{opener}` is not closed on its line, and the next does not go on with it",
            Label(opener.span(here.source), f"needs a `{closer}`"),
            secondary=(Label(here.token.span(here.source), "unexpected here"),),
            helps=(Help(f"put `{closer}` where it ends", (Edit(end, closer),)),),
        )
    if "COMMA" not in here.wanted:
        return None
    found = two_statements(here, before) or open_call(here, before)
    if found is not None:
        return found
    helps = [Help("put a comma between them", (Edit(end, ","),))]
    argument = len(here.head) > 1 and here.head[-2].type not in OPERATORS - {"COMMA"}
    if before.type == "NAME" and argument:
        equal = Help(f"name the argument `{before}` with `=`", (Edit(here.gap, " = "),))
        # `keep 0.9` and `activation relu` lack an `=`, `width relu` a comma.
        word = here.kind in ("NAME", "DOTTED", "LPAR")
        helps.insert(word and not has_argument(here.head[0].text, before.text), equal)
    first = "a string" if before.type == "STRING" else f"`{before}`"
    sign = "`=`" if "=" in helps[0].text else "comma"
    label = "`=` is missing before this" if "=" in sign else "a comma is missing before this"
    return here.error(
        f"missing {sign} between {first} and {here.found}",
        label,
        *(helps[:1] if here.head[0].text == "let" else helps),
        code="E0108",
    )


def _missing_word(here: ErrorPlace) -> Diagnostic | None:
    """After `in` and `as`, behind a dotted word, and before `=`."""
    before = here.before
    if before is None:
        return None
    label = "missing behind this" if here.kind == "_END" else "not expected here"
    if here.kind in ("ARROW", "COMMA") and any(t.type == "AS" for t in here.head):
        return behind_name(here)
    if before.type == "IN":
        if here.kind == "LPAR":
            return bare_range(here, before)
        note = "a range is written `in log(1e-5, 1e-1)` or `in {32, 64, 128}`"
        return here.error(f"expected choices after `in`, found {here.found}", label, note=note)
    if here.kind in _RESERVED and here.wanted & {"NAME", "COMMA"}:
        return _reserved(here)
    if before.type == "AS":
        return here.error(f"expected a name after `as`, found {here.found}", label)
    if before.type == "DOTTED" and len(here.head) == 1 and here.kind == "LPAR":
        last = before.text.rpartition(".")[2]
        meant = layer_meant(last) if last != "add" else None
        note = "a spec runs no code: a layer is a statement of `network`, such as `dense 64, relu`"
        helps = (Help(f"`{last}` is called `{meant}` here"),) if meant else ()
        end = here.rest()[-1]
        inside = here.source.text[here.token.end : end.start]
        statement = translated(before.text, inside) if end.type == "RPAR" else None
        if statement is not None:
            whole = before.span(here.source).to(end.span(here.source))
            helps = (Help(f"write `{statement}`", (Edit(whole, statement),)),)
        message = f"`{before}(...)` is a call of a library"
        return Diagnostic(
            "E0107", message, Label(before.span(here.source), "code"), notes=(note,), helps=helps
        )
    if before.type == "DOTTED" and len(here.head) == 1 and "COMPARE" in here.wanted:
        first = before.text.partition(".")[0]
        if here.kind == "EQUAL" or (begins_statement(first) and first not in SETS):
            return dotted_assignment(here, before)
        note = "a word with a dot begins a claim, as in `dev.accuracy >= 95%`"
        message = f"expected a comparison after `{before}`, found {here.found}"
        return here.error(message, label, note=note)
    if here.kind == "EQUAL" and before.type == "DOTTED" and len(here.head) > 1:
        return here.error("the name of an argument has no dot", f"`{before}` names no argument")
    if here.kind == "EQUAL" and before.type == "NAME" and here.open_bracket() is not None:
        note = "round brackets without a word before them hold values, not arguments"
        return here.error(f"`{before}` is named outside of a call", "not expected here", note=note)
    if here.kind == "EQUAL":
        return here.error("expected the name of an argument before `=`", "names nothing")
    return None


def _reserved(here: ErrorPlace) -> Diagnostic:
    if here.kind == "IN":
        return no_nominal(here)
    note = "`as`, `in`, `then`, `true` and `false` are words of the language itself"
    return here.error(f"unexpected reserved word {here.found}", "cannot stand here", note=note)
