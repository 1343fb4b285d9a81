"""A text that is edited and checked again gives what a check of the whole text gives."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.large import LINES, experiment, network
from specc.checking import check_source
from specc.diag.diagnostic import Diagnostic
from specc.diag.source import Source, Span
from specc.editing.checker import Checker
from specc.editing.reading import Reading
from specc.lang.syntax import raw_tokens
from specc.lint import lint

MODELS = sorted((Path(__file__).parents[2] / "models").glob("*.dl"))
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in MODELS}
CLUTTERED = """\
spec 1
let width = 16 in {8, 16, 32}
let half = width // 2   # of it
let idle = 3
data {
    source circles(n = 500)
    split train = 80%, dev = 20%   # allow W0503: never needed
}
block unit(n, keep = 0.4) { dense n, relu
    dropout keep = keep
}
block spare(n) { dense n }
network {
    input 2
    # the first ones
    unit width
    dense half, sigmoid
    repeat 3 {
        dense half, sigmoid -> 8
    }
    residual {
        dense half, tanh as left
        batchnorm
    }
    dense 8, bias = true
    batchnorm

    concat left2
    dense 1, sigmoid as out
}
init he
loss binary_cross_entropy
regularize l2(0.01)
optimizer adam(lr = 5,
    beta1 = 0.9)
train { run 30 epochs
    batch 4 }
expect {
    parameters <= 10
    flops <= 1 Mflops
    out.shape == 1
}
variant fast {
    optimizer adam(lr = 1e-3)
    train { batch 64 }
}
variant same { init he }
variant wide {
    let width = 64
    network { input 2
        dense width, relu
        dense 1, sigmoid
    }
}
# the end
"""
TEXTS["cluttered"] = CLUTTERED
TEXTS["suspicious"] = (
    CLUTTERED.replace("    concat left2\n", "").replace("    out.shape == 1\n", "")
).replace("parameters <= 10\n", "parameters <= 2000\n").replace("-> 8", "-> half")
WORDS = (
    *("dense", "relu", "32", "0.5", "{", "}", "(", ")", ",", "=", "->", "as", "in", "#", "\n", " "),
    *("80%", "width", "variant", "repeat 2 {", "dropout keep = 0.2", "softmax", "foo", '"', "/*"),
    *("# allow W0312: why not\n", "let width = 3\n", "e", "7", ".", "network", "lett", "[", "é"),
)


def places(found: Diagnostic, text: str) -> tuple[object, ...]:
    """A finding with every place in it, spelt out."""

    def at(span: Span) -> tuple[object, ...]:
        assert type(span) is Span
        return span.source.path, span.source.text == text, span.start, span.end

    primary = found.primary and (at(found.primary.span), found.primary.text)
    secondary = [(at(label.span), label.text) for label in found.secondary]
    helps = [(h.text, [(at(e.span), e.text) for e in h.edits]) for h in found.helps]
    return found.code, found.message, primary, secondary, found.table, found.notes, helps


def whole(text: str, path: str = "models/spec.dl") -> list[tuple[object, ...]]:
    return [places(d, text) for d in check_source(Source(path, text))]


def agrees(checker: Checker, text: str) -> None:
    assert [places(d, text) for d in checker.check(text)] == whole(text)


def edited(text: str, random: random.Random) -> str:
    """The text after one small edit."""
    lines = text.split("\n")
    tokens = [t for t in raw_tokens(text) if t.type != "NEWLINE"]
    kinds = ("delete", "insert", "replace", *("number",) * 4, *("word",) * 2, "move", "line", "copy")
    kind = random.choice(kinds)
    if kind in ("move", "line", "copy") and len(lines) > 1:
        line = lines[(at := random.randrange(len(lines)))]
        if kind != "copy":
            del lines[at]
        if kind != "line":
            lines.insert(random.randrange(len(lines) + 1), line)
        return "\n".join(lines)
    if kind == "insert" or not tokens:
        at = random.randrange(len(text) + 1)
        return text[:at] + random.choice(WORDS) + text[at:]
    same = {"number": "NUMBER", "word": "NAME"}.get(kind, "")
    tokens = [t for t in tokens if t.type == same] or tokens
    token, other = random.choice(tokens), random.choice(tokens).text
    new = {"delete": "", "number": random.choice((other, "1", "8", "33", "1000")), "word": other}
    return text[: token.start] + new.get(kind, random.choice(WORDS)) + text[token.end :]


@pytest.mark.parametrize("name", TEXTS)
def test_edits_that_are_taken_back(name: str) -> None:
    text, checker = TEXTS[name], Checker("models/spec.dl")
    rng = random.Random(name)
    agrees(checker, text)
    for _ in range(12):
        agrees(checker, edited(text, rng))
        agrees(checker, text)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(sorted(TEXTS)), st.randoms(use_true_random=False))
def test_edits_on_top_of_each_other(name: str, rng: random.Random) -> None:
    text, checker = TEXTS[name], Checker("models/spec.dl")
    checker.check(text)
    for _ in range(6):
        text = edited(text, rng)
        agrees(checker, text)
