"""A text that is edited and checked again gives what a check of the whole text gives."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.large import LINES, experiment, network
from specc.checking import check_source
from specc.diag.diagnostic import Diagnostic
from specc.diag.sink import Sink
from specc.diag.source import Source, Span
from specc.editing.checker import Checker
from specc.editing.kept import MOST
from specc.editing.reading import Reading
from specc.editing.study import study
from specc.lang.read import read
from specc.lang.syntax import raw_tokens
from specc.library.layers.dense import Dense
from specc.lint import lint
from specc.lint.facts import Facts
from specc.record import Record, fields

MODELS = sorted((Path(__file__).parents[2] / "models").glob("*.dl"))
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in MODELS}
PATH = "models/spec.dl"
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
    (CLUTTERED.replace("    concat left2\n", "").replace("    out.shape == 1\n", ""))
    .replace("parameters <= 10\n", "parameters <= 2000\n")
    .replace("-> 8", "-> half")
)
TEXTS["experiment"] = experiment()
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


def whole(text: str) -> list[tuple[object, ...]]:
    return [places(d, text) for d in check_source(Source(PATH, text))]


def agrees(checker: Checker, text: str) -> None:
    assert [places(d, text) for d in checker.check(Source(PATH, text))] == whole(text)


def edited(text: str, random: random.Random) -> str:
    """The text after one small edit."""
    lines = text.split("\n")
    tokens = [t for t in raw_tokens(text) if t.type != "NEWLINE"]
    often = (*("number",) * 4, *("word",) * 2)
    kind = random.choice(("delete", "insert", "replace", "move", "line", "copy", *often))
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
    text, checker = TEXTS[name], Checker()
    rng = random.Random(name)
    agrees(checker, text)
    for _ in range(12):
        agrees(checker, edited(text, rng))
        agrees(checker, text)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(sorted(TEXTS)), st.randoms(use_true_random=False))
def test_edits_on_top_of_each_other(name: str, rng: random.Random) -> None:
    text, checker = TEXTS[name], Checker()
    checker.check(Source(PATH, text))
    for _ in range(6):
        text = edited(text, rng)
        agrees(checker, text)


SMALL = network().split("\n")
SMALL_NETWORK = "\n".join((*SMALL[:30], *SMALL[-12:]))


@pytest.mark.parametrize(
    ("line", "new"),
    [
        ("    dense 34, relu", "    dense 34, tanh"),
        ("    dense 34, relu", "    dense 34, relu\n    dropout keep = 0.9"),
        ("    dense 34, relu", "    dense 20 in {20, 30}, relu"),
        ("    dense 34, relu", "    embedding 20, 5"),
        ("    dense 34, relu", "    dense 34, relu as left\n    add left"),
        ("    dense 34, relu", "    dense 34, relu -> 33"),
        ("    dense 34, relu", "    residual {\n    dense 33, relu\n    }"),
        (
            "    dense 34, relu\n    dense 32, relu",
            "    dense 32\n    batchnorm\n    dense 32, relu",
        ),
        ("    dense 1, sigmoid", "    dense 1\n    sigmoid"),
        ("    dense 1, sigmoid", "    dense 1, tanh"),
        ("init he", "init zeros"),
        ("init he", ""),
        ("loss binary_cross_entropy", "loss mse\nregularize l1(0.1)"),
        ("    batch 64\n}", "    batch 64\n}\nexpect { memory <= 10 KB }"),
        ("    batch 64\n}", "    batch 64\n}\nexpect {\n    flops <= 1 kflops\n}"),
        ("    batch 64\n}", "    batch 64\n}\nexpect {\n    parameters == 1\n}"),
        ("    input 2", "    input 3\n    input 2"),
    ],
)
def test_one_line_of_a_network(line: str, new: str) -> None:
    checker = Checker()
    for text in (SMALL_NETWORK, SMALL_NETWORK.replace(line, new, 1)) * 2:
        agrees(checker, text)


def test_what_did_not_change_is_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    text, checker = network(), Checker()
    asked: list[str] = []
    monkeypatch.setattr(Dense, "build", noted(asked, Dense.build))
    checker.check(Source(PATH, text))
    assert len(asked) == LINES - 16  # all layers but `input`
    asked.clear()
    agreeing = checker.check(Source(PATH, text.replace("run 30", "run 31")))
    assert (agreeing, asked) == ((), [])
    checker.check(Source(PATH, text.replace("dense 33, relu", "dense 40, relu", 1)))
    assert len(asked) == 3  # the layer, the one that it feeds, and the last, which the loss takes


def noted(calls: list[str], made: Callable[..., object]) -> Callable[..., object]:
    def build(*given: object) -> object:
        calls.append(made.__name__)
        return made(*given)

    return build


def test_pieces_of_the_text_are_read_once() -> None:
    text, reading = experiment(), Reading()
    first, second = (
        reading.read(Source(PATH, t)) for t in (text, text.replace("run 30", "run 1_000"))
    )
    assert first is not None
    assert second is not None
    both = zip(first.statements, second.statements, strict=True)
    assert [b.word for a, b in both if a is not b] == ["train"]


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(sorted(TEXTS)), st.randoms(use_true_random=False))
def test_what_is_read_again_is_what_is_read_anew(name: str, rng: random.Random) -> None:
    text, reading = TEXTS[name], Reading()
    reading.read(Source(PATH, text))
    for _ in range(6):
        text = edited(text, rng)
        sink, source = Sink(), Source(PATH, text)
        again, anew = reading.read(source), read(source, sink)
        # One with errors is left to the reader of whole texts; a few without are, too.
        assert again is None or not sink.failed
        if again is not None:
            assert plain(again.statements) == plain(anew.statements)


def plain(node: object) -> object:
    """Statements without what belongs to comments and blank lines."""
    if isinstance(node, tuple):
        return [plain(n) for n in node]
    if isinstance(node, Span):
        return node.source, node.start, node.end
    if not isinstance(node, Record):
        return node
    kept = (n for n in fields(node) if n not in COMMENTS)
    return type(node), [plain(getattr(node, n)) for n in kept]


COMMENTS = ("leading", "trailing", "blank_before", "inner", "one_line")


def test_what_is_kept_has_a_limit() -> None:
    text, checker = experiment(), Checker()
    for width in range(2, 120):
        checker.check(Source(PATH, text.replace("let w3 = 40", f"let w3 = {width}")))
    memo = checker.memo
    held = sum(len(generation) for generation in (memo._made, memo._before))
    assert held < 4 * MOST


def test_rules_that_said_nothing_are_asked_about_what_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text, checker, asked = experiment(), Checker(), []
    rules = tuple((codes, noted_rule(asked, rule)) for codes, rule in lint.RULES)
    monkeypatch.setattr(lint, "RULES", rules)
    checker.check(Source(PATH, text))
    asked.clear()
    checker.check(Source(PATH, text + "# nothing\n"))
    assert len(asked) <= len(lint.FILE_RULES)
    asked.clear()
    checker.check(Source(PATH, text.replace("run 30", "run 31", 1)))
    assert 0 < len(asked) < len(rules) * text.count("variant") / 5


def noted_rule(asked: list[str], rule: lint.Rule) -> lint.Rule:
    def noting(facts: Facts) -> Iterator[Diagnostic]:
        asked.append(rule.__name__)
        return rule(facts)

    return noting


def test_findings_stay_where_they_were_found() -> None:
    text, checker = TEXTS["cluttered"], Checker()
    before = checker.check(Source(PATH, text))
    told = [places(d, text) for d in before]
    checker.check(Source(PATH, "# one more line\n" + text))
    assert [places(d, text) for d in before] == told


def test_a_study_of_an_edited_text_is_that_of_a_new_one() -> None:
    checker = Checker()
    for text in (SMALL_NETWORK, "\n" + SMALL_NETWORK.replace("dense 34, relu", "dense 8, relu", 1)):
        again, anew = study(text, PATH, checker), study(text, PATH)
        assert (again.shapes, again.layers, again.parameters) == (
            anew.shapes,
            anew.layers,
            anew.parameters,
        )
        assert again.findings == anew.findings == ()
