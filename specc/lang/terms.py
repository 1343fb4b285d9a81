"""Trees of values to values."""

from __future__ import annotations

import re
from collections.abc import Callable

from specc.diag.diagnostic import CompilerBug, Diagnostic, Edit, Help, Label
from specc.diag.source import Source, Span
from specc.diag.suggest import suggest
from specc.lang.automaton import Node, Part
from specc.lang.foreign import ours
from specc.lang.literals import number_value, string_value
from specc.lang.problems import Problems
from specc.lang.spec import (
    Binary,
    Boolean,
    Call,
    Choices,
    Comparison,
    Group,
    Item,
    Name,
    Number,
    Quantity,
    Range,
    Sequence,
    String,
    Unary,
    Value,
)
from specc.lang.tokens import Token
from specc.lang.units import UNITS


def _near_unit(word: str) -> bool:
    return bool(suggest(word, sorted(UNITS), 1)) or ours(word, "units", UNITS) is not None


def _is_known(word: str, text: str) -> bool:
    """Whether something is called so, or nearly, or stands elsewhere in a text as well."""
    from specc.library.registry import standard

    activations = standard().words("activations")
    if standard().categories(word) or suggest(word, activations, 1):
        return True
    return len(re.findall(rf"\b{word}\b", text)) > 1


_CAPITALS = {"True": True, "False": False}
_ESCAPE = re.compile(r'\\(["\\])?')
PERCENT = ("percent", "percents", "pct")
"""What stands for `%` elsewhere."""


MOST_JOINED = 10_000
"""Values that `then` joins; what joins more was not written by a person."""


def _too_many_joined(place: Span) -> Diagnostic:
    return Diagnostic(
        "E0214",
        f"`then` joins more than {MOST_JOINED:,} values",
        Label(place, "the first one too many"),
        helps=(Help("join fewer: a schedule has a few parts"),),
    )


class TermReader:
    """Reads the values of one source, and finds what only shows with a whole value in sight."""

    def __init__(self, source: Source, problems: Problems) -> None:
        self._source = source
        self._problems = problems
        self._rules: dict[str, Callable[[Node], Value]] = {
            "call": self._call,
            "quantity": self._quantity,
            "binary": self._binary,
            "unary": self._unary,
            "parentheses": self._parentheses,
            "group": self._group,
            "range": self._range,
            "sequence": self._sequence,
            "comparison": self.comparison,
        }

    def value(self, node: Part) -> Value:
        if isinstance(node, Token):
            return self._token(node)
        return self._rules[node.data](node)

    def item(self, node: Part, conditions: bool = False) -> Item:
        """`value` or `name = value`. With `conditions`, a comparison is a value like others."""
        if isinstance(node, Token):
            raise CompilerBug("an argument is a node of the tree")
        nodes = node.children
        if len(nodes) == 2 and isinstance(nodes[0], Token):
            name = nodes[0].span(self._source)
            return Item(nodes[0].text, name, self.value(nodes[1]), self.span(node))
        value = self.value(nodes[0])
        if not conditions and isinstance(value, Comparison) and value.operator == "==":
            return self._double_equal(nodes[0], value)
        return Item(None, None, value, self.span(node))

    def comparison(self, node: Node) -> Comparison:
        left, operator, right = node.children
        return Comparison(str(operator), self.value(left), self.value(right), self.span(node))

    def span(self, node: Part) -> Span:
        """From the first to the last token of a node, brackets included."""
        return self._source.span(*self.ends(node))

    def ends(self, node: Part) -> tuple[int, int]:
        """Where the first token of a node begins, and where the last one ends."""
        first = last = node
        while not isinstance(first, Token):
            first = first.children[0]
        while not isinstance(last, Token):
            last = last.children[-1]
        return first.start, last.end

    # Literals

    def _token(self, token: Token) -> Value:
        span = token.span(self._source)
        kind = token.type
        if kind == "NAME":
            return Name(token.text, span) if token.text not in _CAPITALS else self._capital(token)
        if kind in ("NUMBER", "PERCENT"):
            return self._number(token)
        if kind == "STRING":
            return self._string(token)
        if kind == "DOTTED":
            return Name(token.text, span)
        return Boolean(kind == "TRUE", span)

    def _number(self, token: Token) -> Number:
        span = token.span(self._source)
        value = number_value(token.text)
        if value is None:
            shown = token.text if len(token.text) < 40 else token.text[:36] + "..."
            note = "numbers other than 0 lie between 5e-324 and 1.8e308"
            self._error(
                "E0105", f"number out of range: `{shown}`", span, "no float can hold it", note=note
            )
        return Number(0 if value is None else value, span, token.type == "PERCENT")

    def _string(self, token: Token) -> String:
        span = token.span(self._source)
        value = string_value(token.text)
        if isinstance(value, str):
            return String(value, span)
        escape = Span(self._source, span.start + value, span.start + value + 2)
        inside = Span(self._source, span.start + 1, span.end - 1)
        doubled = Edit(inside, _ESCAPE.sub(lambda m: m[0] if m[1] else "\\\\", inside.text))
        helps = (Help("for a backslash write two", (doubled,)),)
        if inside.text == "\\t":
            helps = (Help("a tab is the word `tab`", (Edit(span, "tab"),)),)
        if len(token.text) == len(span.text):
            self._error(
                "E0106", f"unknown escape `{escape.text}` in a string", escape, "no escape", *helps
            )
        return String(token.text[1:-1], span)

    def _capital(self, token: Token) -> Boolean:
        span = token.span(self._source)
        meant = token.text.lower()
        helps = (Help(f"write `{meant}`", (Edit(span, meant),)),)
        self._error("E0107", f"`{token}` is written `{meant}`", span, "no capital letter", *helps)
        return Boolean(_CAPITALS[token.text], span)

    def _quantity(self, node: Node) -> Quantity:
        number, unit = node.children
        if not (isinstance(number, Token) and isinstance(unit, Token)):
            raise CompilerBug("a quantity is a number and a unit")
        place = unit.span(self._source)
        # A unit that is only misspelt, or called so elsewhere, is for whoever knows which units go.
        said = self._problems.within(number.end, unit.start)
        if unit.text not in UNITS and not said and not _near_unit(unit.text):
            behind = Span(self._source, number.end, number.end)
            helps = [Help("put a comma between them", (Edit(behind, ","),))]
            message = f"missing comma between `{number}` and `{unit}`"
            label = "a comma is missing before this"
            shown = self._problems.wants(number.end)
            if shown and not _is_known(unit.text, self._source.text):
                message = f"`{unit}` behind `{number}` is no unit, and no word of the language"
                label = "a number stands alone"
                gap = Span(self._source, number.end, unit.end)
                helps = [Help("leave it out", (Edit(gap, ""),))]
            percent = unit.text.lower() in PERCENT
            exponent = unit.text in ("e", "E") and self._source.text[unit.end : unit.end + 1] == "-"
            if percent or exponent:
                gap = Span(self._source, number.end, unit.end if percent else unit.start)
                message, label = f"`{number}` and `{unit}` are one number", "belongs to the number"
                helps = [Help("write them as one", (Edit(gap, "%" if percent else ""),))]
            self._error("E0108", message, place, label, *helps)
        return Quantity(self._number(number), unit.text, place, self.span(node))

    # Compounds

    def _call(self, node: Node) -> Call:
        word = node.children[0]
        if not isinstance(word, Token):
            raise CompilerBug("a call begins with a word")
        items: tuple[Item, ...] = ()
        arguments = node.children[2]
        if not isinstance(arguments, Token):
            items = tuple(self.item(n) for n in arguments.children)
        return Call(word.text, word.span(self._source), items, self.span(node))

    def _unary(self, node: Node) -> Value:
        sign, operand = node.children
        value = self.value(operand)
        if str(sign) == "-":
            return Unary("-", value, self.span(node))
        place = self.span(sign)
        helps = (Help("remove it", (Edit(place, ""),)),)
        self._error("E0101", "a number has no sign `+`", place, "not needed", *helps)
        return value

    def _binary(self, node: Node) -> Binary:
        left, operator, right = node.children
        return Binary(str(operator), self.value(left), self.value(right), self.span(node))

    def _parentheses(self, node: Node) -> Value:
        return self.value(node.children[1])

    def _group(self, node: Node) -> Group:
        return Group(self._listed(node), self.span(node))

    def _range(self, node: Node) -> Range:
        nominal, domain = node.children
        if isinstance(domain, Token):
            raise CompilerBug("a range names a domain")
        choices = domain.data == "choices"
        read = Choices(self._listed(domain), self.span(domain)) if choices else self._call(domain)
        return Range(self.value(nominal), read, self.span(node))

    def _sequence(self, node: Node) -> Sequence:
        if len(node.children) > MOST_JOINED:
            self._problems.add(_too_many_joined(self.span(node.children[MOST_JOINED])))
        return Sequence(tuple(self.value(n) for n in node.children), self.span(node))

    def _listed(self, node: Node) -> tuple[Value, ...]:
        """The values between the brackets of a node, where every other child is a comma."""
        return tuple(self.value(n) for n in node.children[1:-1:2])

    def _double_equal(self, node: Part, value: Comparison) -> Item:
        """`lr == 0.1` where an argument was meant."""
        place, name = self.span(node), value.left
        if isinstance(node, Token) or not isinstance(name, Name):
            return Item(None, None, value, place)
        operator = self.span(node.children[1])
        helps = (Help("write `=`", (Edit(operator, "="),)),)
        message = "an argument is named with `=`, not with `==`"
        self._error("E0107", message, operator, "compares", *helps)
        return Item(name.text, name.span, value.right, place)

    def _error(
        self, code: str, message: str, place: Span, label: str, *helps: Help, note: str = ""
    ) -> None:
        notes = (note,) if note else ()
        self._problems.add(Diagnostic(code, message, Label(place, label), notes=notes, helps=helps))
