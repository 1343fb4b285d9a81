"""Texts from a grammar of the language that is a little wrong, and bytes from nowhere."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specc.library.registry import CATEGORIES, Registry
from specc.library.statements import BLOCKS, STRUCTURE
from tests.fuzz.findings import check

REGISTRY = Registry()
WORDS = sorted(
    {*STRUCTURE, *(w for words in BLOCKS.values() for w in words)}
    | {w for category in CATEGORIES for w in REGISTRY.words(category)}
    | {"repeat", "residual", "add", "concat", "from", "legacy", "full", "log", "min", "max", "int"}
)
NAMES = ["a", "b", "width", "unit", "left", "dev.cost", "train.accuracy", "a.shape", "_", "x9"]
ARGUMENTS = sorted(
    {a.label for _, _, kind in REGISTRY.every() for a in kind.args} | {"x", "learning_rate", "rate"}
)
UNITS = ["epochs", "steps", "min", "epohcs", "MB", "relu", "s"]
NUMBERS = [
    *("0", "1", "2", "10", "64", "0.5", "80%", "1e-3", "1_000", "-1", "1/0", "2**70", "10**400"),
    *("1e308", "1e999", "007", "0x1F", "1.", "3x", "64 epochs", "2 * width", "width // 2"),
]

operators = st.sampled_from(["+", "-", "*", "/", "//", "**", "then", "<="])
word = st.sampled_from(WORDS)
name = st.sampled_from(NAMES)
values: st.SearchStrategy[str] = st.deferred(
    lambda: st.one_of(
        st.sampled_from(NUMBERS),
        word,
        name,
        st.sampled_from(['"data.csv"', '"relu"', '""', "'x'", "true", "True", "None"]),
        st.tuples(st.sampled_from(NUMBERS), st.sampled_from(UNITS)).map(" ".join),
        st.tuples(word, items).map(lambda p: f"{p[0]}({p[1]})"),
        st.tuples(values, values).map(lambda p: f"{p[0]} in {{{p[1]}, {p[0]}}}"),
        st.tuples(values, operators, values).map(" ".join),
        st.tuples(values, values).map(lambda p: f"({p[0]}, {p[1]})"),
    )
)
items: st.SearchStrategy[str] = st.lists(
    st.one_of(
        values,
        st.tuples(st.sampled_from(ARGUMENTS), values).map(lambda p: f"{p[0]} = {p[1]}"),
    ),
    max_size=3,
).map(", ".join)
statements: st.SearchStrategy[str] = st.deferred(
    lambda: st.tuples(
        st.one_of(word, word, name),
        items,
        st.one_of(st.just(""), st.just(""), values.map(lambda v: f" -> {v}")),
        st.one_of(st.just(""), st.just(""), name.map(lambda n: f" as {n}")),
        st.one_of(st.just(""), blocks),
    ).map(lambda p: f"{p[0]} {p[1]}{p[2]}{p[3]}{p[4]}")
)
blocks: st.SearchStrategy[str] = st.lists(statements, max_size=3).map(
    lambda lines: " {\n" + "\n".join(lines) + "\n}"
)

PARTS = {
    "data": 'data { source csv("d.csv", target = "y")\nsplit train = 80%, dev = 20% }',
    "network": "network {\ninput 4\ndense 3, softmax\n}",
    "loss": "loss cross_entropy",
    "optimizer": "optimizer adam(lr = 1e-3)",
    "train": "train { run 3 epochs }",
}


@st.composite
def specs(draw: st.DrawFn) -> str:
    """A spec with some statements of its own and the others as they should be."""
    made = draw(st.lists(statements, max_size=4))
    layers = draw(st.lists(statements, max_size=4))
    kept = [text for part, text in PARTS.items() if draw(st.integers(0, 5))]
    network = "network {\ninput 4\n" + "\n".join(layers) + "\ndense 3, softmax\n}"
    kept = [network if text.startswith("network") else text for text in kept]
    return "\n".join(draw(st.permutations([*made, *kept])))


fast = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@given(specs())
@settings(fast, max_examples=250)
def test_specs_that_are_a_little_wrong(text: str) -> None:
    check(text)


@given(st.binary(max_size=300))
@settings(fast, max_examples=150)
def test_bytes(data: bytes) -> None:
    check(data.decode("utf-8", "replace"))
    check(data.decode("utf-8", "surrogateescape"))
    check(data.decode("latin-1"))


@given(st.text(max_size=200))
@settings(fast, max_examples=150)
def test_texts(text: str) -> None:
    check(text)


@given(st.text('\x1b[]31mP\\\x07\x9b\u202e\u2066\u200b\x00\r\n ab1{}=,"', max_size=60))
@settings(fast, max_examples=150)
def test_terminal_escapes_and_hidden_characters(text: str) -> None:
    """In names, strings and comments: what is shown of them is made visible."""
    check(f"{text}\nlet {text} = 1\n")
    check(f'data {{ source csv("{text}") }}  # {text}\n')
    check(f"network {{ input 3 as {text}\nadd {text}\n{text} 3 }}\n")
