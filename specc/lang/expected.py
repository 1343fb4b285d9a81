"""What to say about a token that the parser did not expect: E0101, E0102, E0107 and E0108, in plain words."""

from __future__ import annotations

from typing import Final

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Source, Span
from specc.lang.brackets import OPERATORS
from specc.lang.tokens import Token

_BEGIN_VALUE: Final = frozenset(
    {"NAME", "DOTTED", "NUMBER", "PERCENT", "STRING", "TRUE", "FALSE", "LPAR"}
)
_END_VALUE: Final = _BEGIN_VALUE - {"LPAR"} | {"RPAR", "SET_CLOSE"}
_RESERVED: Final = frozenset({"AS", "IN", "THEN", "TRUE", "FALSE"})
_PHRASES: Final = {
    "NUMBER": "a value",
    "COMMA": "`,`",
    "RPAR": "`)`",
    "SET_CLOSE": "`}`",
    "COMPARE": "a comparison",
    "_END": "the end of the line",
}


def unexpected(
    tokens: list[Token], begin: int, index: int, wanted: set[str], source: Source
) -> Diagnostic:
    """The diagnostic for `tokens[index]`, in the statement that begins at `tokens[begin]`."""
    here = _Place(tokens, begin, index, wanted, source)
    for explain in (_start_of_statement, _habit, _missing_value, _missing_comma, _missing_word):
        found = explain(here)
        if found is not None:
            return found
    return here.error(f"expected {here.wishes()}, found {here.found}", "not expected here")


class _Place:
    """The unexpected token with its surroundings."""

    def __init__(
        self, tokens: list[Token], begin: int, index: int, wanted: set[str], source: Source
    ) -> None:
        self.token = tokens[index]
        self.kind = self.token.type
        self.next = tokens[index + 1] if index + 1 < len(tokens) else None
        self.before = tokens[index - 1] if index > begin else None
        self.behind_block = index == begin and index > 0 and tokens[index - 1].type == "RBRACE"
        self.head = tokens[begin:index]
        self.wanted = wanted
        self.source = source

    @property
    def found(self) -> str:
        if self.kind == "_END":
            return "the end of the line"
        return "a string" if self.kind == "STRING" else f"`{self.token}`"

    def place(self) -> Span:
        """The token; for the end of a line the last word on it."""
        at_end = self.kind == "_END" and self.before is not None
        return (self.before if at_end and self.before is not None else self.token).span(self.source)

    def gap(self) -> Span:
        """What stands between the token before and this one."""
        end = self.before.end if self.before is not None else self.token.start
        return Span(self.source, end, self.token.start)

    def new_line(self) -> bool:
        return "\n" in self.gap().text

    def open_bracket(self) -> Token | None:
        """The innermost bracket that is open in this statement."""
        stack: list[Token] = []
        for token in self.head:
            if token.type in ("LPAR", "SET_OPEN"):
                stack.append(token)
            elif token.type in ("RPAR", "SET_CLOSE"):
                stack.pop()
        return stack[-1] if stack else None

    def wishes(self) -> str:
        """What the parser would have taken, in words."""
        phrases = [text for kind, text in _PHRASES.items() if kind in self.wanted]
        if not phrases:
            phrases = ["a name" if "NAME" in self.wanted else "something else"]
        return phrases[0] if len(phrases) == 1 else ", ".join(phrases[:-1]) + " or " + phrases[-1]

    def error(
        self, message: str, label: str, *helps: Help, code: str = "E0101", note: str = ""
    ) -> Diagnostic:
        notes = (note,) if note else ()
        return Diagnostic(code, message, Label(self.place(), label), notes=notes, helps=helps)


def _start_of_statement(here: _Place) -> Diagnostic | None:
    """The first word of a statement, or what follows `}`."""
    if here.behind_block:
        before = here.source.text.rfind("}", 0, here.token.start) + 1
        gap = Span(here.source, before, here.token.start)
        edits = (Edit(gap, "\n"),) if not gap.text.strip() else ()
        return here.error(
            f"expected the end of the line after `}}`, found {here.found}",
            "belongs on a line of its own",
            Help("begin a new line", edits),
        )
    if here.before is not None:
        return None
    if here.kind == "LBRACE":
        return here.error("a block needs a word before its `{`", "which block is this?")
    if here.kind in _RESERVED:
        return _reserved(here)
    note = "a statement begins with a word, as in `dense 64, relu`"
    return here.error(f"expected a statement, found {here.found}", "begins no statement", note=note)


def _habit(here: _Place) -> Diagnostic | None:
    """Ways of other languages."""
    before, kind = here.before, here.kind
    slashes = next((t for t in here.head if t.type == "FACTOR" and t.text == "//"), None)
    if slashes is not None and kind != "_END":
        line = here.source.text[slashes.start : here.token.start]
        if "\n" not in line and line[2:3].isspace():
            span = slashes.span(here.source)
            return Diagnostic(
                "E0107",
                "comments begin with `#`, not with `//`",
                Label(span, "divides, and rounds down"),
                helps=(Help("begin a comment with `#`", (Edit(span, "#"),)),),
            )
    if kind == "EQUAL" and len(here.head) == 1 and before is not None and before.type == "NAME":
        end = (
            here.next.start
            if here.next is not None and here.next.type != "_END"
            else here.token.end
        )
        gap = Span(here.source, before.end, end)
        return here.error(
            f"the statement `{before}` takes its values without `=`",
            "only arguments are named with `=`",
            Help("leave `=` out", (Edit(gap, " "),)),
            Help(
                f"to give a value the name `{before}`, write `let`",
                (Edit(before.span(here.source), f"let {before}"),),
            ),
            code="E0107",
        )
    if kind == "COMPARE" and any(t.type == "COMPARE" for t in here.head):
        return here.error(
            "comparisons do not chain", "the second comparison", Help("make it two statements")
        )
    if kind == "COMMA" and before is not None and before.type == "NUMBER" and here.next is not None:
        text = f"{before},{here.next}"
        adjacent = before.end == here.token.start and here.token.end == here.next.start
        if adjacent and text.replace(",", "").isdecimal() and len(here.next.text) == 3:
            meant = f"{before}_{here.next}"
            edits = (Edit(here.token.span(here.source), "_"),)
            return here.error(
                "a comma ends a number", "not part of the number", Help(f"write `{meant}`", edits)
            )
    if kind == "SET_OPEN":
        if before is not None and before.type in ("COMMA", "EQUAL", "LPAR"):
            note = "choices follow a value and `in`, as in `64 in {32, 64}`; several values stand in `( )`"
            return here.error("a set of choices stands only after `in`", "not a value", note=note)
    return None


def _missing_value(here: _Place) -> Diagnostic | None:
    """An operator, a comma or a bracket without its value."""
    before = here.before
    if before is None or "NUMBER" not in here.wanted or before.type in _END_VALUE:
        return None
    if here.kind in _RESERVED and here.next is not None and here.next.type == "EQUAL":
        return _reserved(here)
    helps: list[Help] = []
    if before.type == "COMMA" and here.kind in ("RPAR", "SET_CLOSE", "_END", "ARROW", "AS"):
        comma = before.span(here.source)
        helps.append(Help("remove the comma", (Edit(comma, ""),)))
    elif here.kind == "SIGN" and here.token.text == "+":
        helps.append(Help("remove it"))
    message = f"expected a value after `{before}`, found {here.found}"
    label = "a value is missing after this" if here.kind == "_END" else "expected a value"
    return here.error(message, label, *helps)


def _missing_comma(here: _Place) -> Diagnostic | None:
    """Two values beside each other."""
    before = here.before
    if before is None or before.type not in _END_VALUE or here.kind not in _BEGIN_VALUE:
        return None
    opener = here.open_bracket()
    if opener is not None and here.new_line():
        closer = ")" if opener.type == "LPAR" else "}"
        return Diagnostic(
            "E0102",
            f"`{opener}` is not closed on its line, and the next one does not go on with it",
            Label(opener.span(here.source), f"needs a `{closer}`"),
            secondary=(Label(here.place(), "unexpected here"),),
            helps=(
                Help(
                    f"put `{closer}` where it ends",
                    (Edit(before.span(here.source).after(), closer),),
                ),
            ),
        )
    if "COMMA" not in here.wanted:
        return None
    between = Edit(before.span(here.source).after(), ",")
    helps = [Help("put a comma between them", (between,))]
    if (
        before.type == "NAME"
        and len(here.head) > 1
        and here.head[-2].type not in OPERATORS - {"COMMA"}
    ):
        equal = Edit(here.gap(), " = ")
        helps.append(Help(f"or `=`, if `{before}` is the name of an argument", (equal,)))
    found = "the string" if here.kind == "STRING" else here.found
    return here.error(
        f"missing comma between `{before}` and {found}"
        if before.type != "STRING"
        else f"missing comma before {found}",
        "a comma is missing before this",
        *helps,
        code="E0108",
    )


def _missing_word(here: _Place) -> Diagnostic | None:
    """After `in` and `as`, and around `=`."""
    before = here.before
    if before is None:
        return None
    if before.type == "IN":
        note = "a range is written `in log(1e-5, 1e-1)` or `in {32, 64, 128}`"
        return here.error(
            f"expected choices after `in`, found {here.found}", "not a range of choices", note=note
        )
    if before.type == "AS":
        if here.kind in _RESERVED:
            return _reserved(here)
        return here.error(f"expected a name after `as`, found {here.found}", "a name is missing")
    if before.type == "DOTTED" and len(here.head) == 1 and "COMPARE" in here.wanted:
        note = "a word with a dot begins a claim, as in `dev.accuracy >= 95%`"
        return here.error(
            f"expected a comparison after `{before}`, found {here.found}",
            "not a comparison",
            note=note,
        )
    if here.kind == "EQUAL":
        return here.error("expected the name of an argument before `=`", "names nothing")
    if here.kind in _RESERVED and ("NAME" in here.wanted or "COMMA" in here.wanted):
        return _reserved(here)
    return None


def _reserved(here: _Place) -> Diagnostic:
    note = "`as`, `in`, `then`, `true` and `false` are words of the language itself"
    return here.error(f"unexpected reserved word {here.found}", "cannot stand here", note=note)
