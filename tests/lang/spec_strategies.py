"""Texts for property tests: all forms of the language, laid out in all the ways it allows."""

from __future__ import annotations

from hypothesis import strategies as st

WORDS = ("a", "relu", "conv_bn", "W1", "_x", "batchnorm", "input", "thenar", "as_", "m")
NAMES = st.sampled_from(WORDS)
DOTTED = st.sampled_from(("dev.cost", "train.accuracy", "a.b.c"))
NUMBERS = st.sampled_from(("0", "64", "1_000", "7e-4", ".5", "2.50", "1E3", "80%", "0.1%"))
QUANTITIES = st.sampled_from(("30 epochs", "1  epoch", "10\tmin", "5 GiB", "1.5 h"))
STRINGS = st.sampled_from(('"a.csv"', '""', '"a, b # c {"', r'"\"q\" \\"', '"µ → β"'))
COMMENTS = st.sampled_from(("# one", "#two", "#", '# a, b { ( "', "# µ → β  "))
GAP = st.sampled_from(("", " ", "  ", "\t"))
"""Space where none is needed."""


@st.composite
def joined(draw: st.DrawFn, parts: list[str]) -> str:
    """Parts with optional space around each."""
    return "".join(draw(GAP) + part for part in parts) + draw(GAP)


@st.composite
def comma_list(draw: st.DrawFn, element: st.SearchStrategy[str], least: int = 1) -> str:
    """Elements with commas between, which may stand at the ends of lines, with a comment."""
    parts = draw(st.lists(element, min_size=least, max_size=3))
    commas = ("{0},{0}", "{0}, ", "{0},\n      ", "{0},  # why\n\n  ")
    text = parts[0]
    for part in parts[1:]:
        text += draw(st.sampled_from(commas)).format(draw(GAP)) + part
    return text


def _wider(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Values made of smaller values. Brackets stand wherever precedence might need them."""
    operator = st.sampled_from(("+", "-", "*", "/", "//", "**"))
    bracketed = inner.map(lambda v: f"({v})")
    operand = st.one_of(NUMBERS, NAMES, DOTTED, bracketed)
    call = st.builds(lambda w, i: f"{w}({i})", NAMES, comma_list(items(inner)))
    choices = comma_list(inner).map(lambda v: f"{{{v}}}")
    return st.one_of(
        call,
        NAMES.map(lambda w: f"{w}()"),
        bracketed,
        comma_list(inner, least=2).map(lambda v: f"({v})"),
        operand.map(lambda v: f"-{v}"),
        st.tuples(operand, operator, operand).flatmap(lambda p: joined(list(p))),
        st.tuples(operand, operator, operand, operator, operand).map(" ".join),
        st.builds("{} in {}".format, operand, st.one_of(choices, call)),
        st.builds("{} then {}".format, call, bracketed),
        st.builds("{} then {} then {}".format, operand, operand, call),
        st.builds("{} <= {}".format, operand, operand),
    )


def items(value: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Arguments: a value, or a name, `=` and a value."""
    named = st.tuples(NAMES, value).flatmap(lambda p: joined([p[0], "=", p[1]]))
    return st.one_of(value, named)


LITERALS = st.one_of(
    NUMBERS, QUANTITIES, STRINGS, NAMES, DOTTED, st.sampled_from(("true", "false"))
)
VALUES = st.recursive(LITERALS, _wider, max_leaves=6)


@st.composite
def heads(draw: st.DrawFn) -> str:
    """A statement up to its block."""
    text = draw(NAMES)
    if draw(st.booleans()):
        text += " " + draw(comma_list(items(VALUES)))
    if draw(st.integers(0, 4)) == 0:
        text += draw(st.sampled_from(("->", " -> ", " ->\n "))) + draw(comma_list(VALUES))
    if draw(st.integers(0, 4)) == 0:
        text += " as " + draw(NAMES)
    return text


CLAIMS = st.one_of(
    st.builds("{} <= {}".format, st.one_of(NAMES, DOTTED), NUMBERS),
    st.builds("{}-{}*2>={}".format, DOTTED, NAMES, NUMBERS),
    st.builds("{} // 2 + {} != ({} then a)".format, DOTTED, NUMBERS, NAMES),
)


@st.composite
def statements(draw: st.DrawFn, depth: int = 2) -> str:
    """A statement with its comments and blank lines, ending in a newline."""
    text = draw(st.sampled_from(("", "", "\n", "\n \n")))
    for _ in range(draw(st.integers(0, 2))):
        text += draw(GAP) + draw(COMMENTS) + draw(st.sampled_from(("\n", "\n\n")))
    behind = st.one_of(st.just("\n"), COMMENTS.map(lambda c: f" {c}\n"))
    form = draw(st.sampled_from(("simple", "simple", "claim", "line", "block")))
    if form == "claim":
        return text + draw(GAP) + draw(CLAIMS) + draw(behind)
    text += draw(GAP) + draw(heads())
    if form == "line":
        inside = draw(st.one_of(st.just(""), heads().filter(lambda h: "#" not in h)))
        text += draw(GAP) + "{" + draw(GAP) + inside + draw(GAP) + "}"
    elif form == "block" and depth:
        inside = "".join(draw(st.lists(statements(depth - 1), max_size=3)))
        text += draw(GAP) + "{" + draw(behind) + inside
        text += draw(st.one_of(st.just(""), COMMENTS.map(lambda c: c + "\n"))) + "}"
    return text + draw(behind)


SPECS = st.lists(statements(), max_size=5).map("".join)
"""Texts of specs without errors."""
