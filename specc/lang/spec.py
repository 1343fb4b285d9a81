"""The language as data: what `read` makes of a file. No behaviour lives here."""

from __future__ import annotations

from specc.diag.source import Source, Span
from specc.record import Record


class Number(Record):
    """`64`, `1_000`, `7e-4`, `80%`. `value` of a percentage is the fraction; an int only where
    written as one.
    """

    value: int | float
    span: Span
    percent: bool = False


class Quantity(Record):
    """`30 epochs`: an amount and the unit as written."""

    amount: Number
    unit: str
    unit_span: Span
    span: Span


class String(Record):
    value: str
    span: Span


class Boolean(Record):
    value: bool
    span: Span


class Name(Record):
    """A word: `relu`, `width`, or dotted: `dev.cost`."""

    text: str
    span: Span


class Call(Record):
    """`adam(lr = 1e-3)`."""

    word: str
    word_span: Span
    items: tuple[Item, ...]
    span: Span


class Unary(Record):
    """`-x`."""

    operator: str
    operand: Value
    span: Span


class Binary(Record):
    """`a + b`; the operators are `+ - * / // **`."""

    operator: str
    left: Value
    right: Value
    span: Span


class Choices(Record):
    """`{32, 64, 128}`, the set after `in`."""

    values: tuple[Value, ...]
    span: Span


class Range(Record):
    """`1e-3 in log(1e-5, 1e-1)`: the value that holds without a search, and where a search may
    look.
    """

    nominal: Value
    domain: Call | Choices
    span: Span


class Sequence(Record):
    """`warmup(5%) then cosine(to = 0)`."""

    parts: tuple[Value, ...]
    span: Span


class Comparison(Record):
    """`dev.accuracy >= 95%`; the operators are `<= >= < > == !=`."""

    operator: str
    left: Value
    right: Value
    span: Span


class Group(Record):
    """`(a, b)`: several values where one argument takes several."""

    values: tuple[Value, ...]
    span: Span


Value = (
    Number
    | Quantity
    | String
    | Boolean
    | Name
    | Call
    | Unary
    | Binary
    | Range
    | Sequence
    | Comparison
    | Group
)


class Item(Record):
    """One argument: `value`, or `name = value`."""

    name: str | None
    name_span: Span | None
    value: Value
    span: Span


class Statement(Record):
    """`NAME items [-> dims] [as NAME] [{ block }]`, or a bare comparison (`claim`) inside `expect`.

    `leading` holds the comment lines above the statement, `trailing` the comment behind it on its
    line; `blank_before` keeps a blank line that the author left above; `inner` holds the comments
    that stand in the block behind its last statement, `ending` the one behind its closing brace
    where that has a line of its own. `span` covers the statement without comments, `head` the part
    before its block.
    """

    word: str
    word_span: Span
    items: tuple[Item, ...]
    span: Span
    head: Span
    dims: tuple[Value, ...] | None = None
    dims_span: Span | None = None
    alias: Name | None = None
    block: tuple[Statement, ...] | None = None
    claim: Comparison | None = None
    leading: tuple[str, ...] = ()
    trailing: str | None = None
    blank_before: bool = False
    inner: tuple[str, ...] = ()
    one_line: bool = False
    ending: str | None = None


class Use(Record):
    """A `use` of a file, and the lets and blocks that stand in its place."""

    statement: Statement
    statements: tuple[Statement, ...]


class Spec(Record):
    """A whole file. `closing` holds the comments behind the last statement; `variant` is the one
    whose statements stand among the others, in the places of those that they override; `uses` are
    those of the file itself.
    """

    source: Source
    statements: tuple[Statement, ...]
    closing: tuple[str, ...] = ()
    variant: Statement | None = None
    uses: tuple[Use, ...] = ()
