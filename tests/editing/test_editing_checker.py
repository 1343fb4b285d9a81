"""A text that is edited and checked again gives what a check of the whole text gives."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.large import experiment, network
from specc.api import checking
from specc.api.checking import check
from specc.checking import check_source
from specc.diag.diagnostic import Diagnostic
from specc.diag.sink import Sink
from specc.diag.source import Source, Span
from specc.editing.checker import Checker
from specc.editing.kept import MOST
from specc.editing.reading import Reading
from specc.editing.study import study
from specc.elaborate.forward import Forward
from specc.elaborate.stretch import LONG
from specc.lang import report
from specc.lang.automaton import Automaton
from specc.lang.read import read
from specc.lang.syntax import raw_tokens
from specc.lang.tokens import Token
from specc.lang.values import Reader
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
BRANCHING = """\
spec 1
data {
    source circles(n = 1000)
    split train = 80%, dev = 20%
}
block unit(n, keep = 0.9) {
    dense n, relu
    batchnorm
}
network {
    input 2
    dense 32
    batchnorm
    relu
    dense 33, relu as left
    residual {
        dense 33, relu
        dense 33
        batchnorm
    }
    unit 20
    dense 33, relu
    layernorm
    add left
    dropout keep = 0.8
    dense 16 as a
    relu
    concat a
    dense 20, relu
    layernorm
    dense 24, tanh
    batchnorm
    unit 20
    repeat 3 {
        dense 12, relu
        dense 12, tanh, init = xavier
    }
    dense 20, relu
    layernorm
    dense 24, regularize = l2(0.1)
    batchnorm
    unit 20
    dense 1, sigmoid
}
init he
loss binary_cross_entropy
optimizer adam(lr = 1e-3)
train {
    run 30 epochs
    batch 64
}
variant a { init xavier }
variant b { regularize l2(0.1) }
variant c {
    optimizer sgd(lr = 0.1)
    train { batch 32 }
}
"""
TEXTS["branching"] = BRANCHING
TEXTS["counted"] = BRANCHING + "expect {\n    flops <= 100_000\n    parameters <= 10_000\n}\n"
SMALL = network().split("\n")
SMALL_NETWORK = "\n".join((*SMALL[:60], *SMALL[-12:]))
TEXTS["row"] = SMALL_NETWORK
NAMED = """\
spec 1
let width = 16 in {8, 16, 32}
let half = width // 2
let twice = 2 * width
let keep = 80%
let bend = relu
let times = 2
let spare = half + 1
data {
    source circles(n = 1000)
    split train = keep, dev = 20%
}
block unit(n, share = keep) {
    dense n, bend
    dropout keep = share
}
block pair(n) {
    unit n
    unit half, share = 0.7
}
block idle(n) { dense n + spare }
network {
    input 2
    unit width
    dense half, relu -> half
    dense twice, bend
    repeat times {
        unit twice
        dense width
    }
    pair 12
    dense half, tanh as left
    residual {
        unit 12
        dense half
    }
    add left
    pair half
    pair width
    dense 20 in {10, 20}, relu
    pair 12
    dense twice, relu
    unit 12
    dense half, relu
    batchnorm
    unit 12
    unit twice
    dense 1, sigmoid
}
loss binary_cross_entropy
optimizer adam(lr = 1e-3)
train {
    run 30 epochs
    batch width
}
expect { parameters <= 900 * width }
variant wide { let width = 32 }
variant bent { let bend = tanh }
variant plain { block unit(n, share = 0.5) { dense n, relu } }
variant short { network { input 2
    unit half
    dense 1, sigmoid
} }
"""
TEXTS["named"] = NAMED
USES = [f"    unit {16 + i % 3}" for i in range(50)]
USES[20:20] = ["    unit 16 -> 16", "    repeat 2 {", "        unit 16", "    }", "    pair 17"]
OFTEN = "\n".join(
    (
        *SMALL[:6],
        "let share = 0.9",
        "block unit(n, keep = share) {",
        "    dense n, relu",
        "    dropout keep = keep",
        "}",
        "block pair(n) {",
        "    unit n",
        "    unit n, keep = 0.8",
        "}",
        *SMALL[6:8],
        *USES,
        *SMALL[-8:],
    )
)
TEXTS["often"] = OFTEN
WORDS = (
    *("dense", "relu", "32", "0.5", "{", "}", "(", ")", ",", "=", "->", "as", "in", "#", "\n", " "),
    *("80%", "width", "variant", "repeat 2 {", "dropout keep = 0.2", "softmax", "foo", '"', "/*"),
    *("# allow W0312: why not\n", "let width = 3\n", "e", "7", ".", "network", "lett", "[", "é"),
    *("let relu = 3\n", "let half = 4\n", "half", "unit", "block unit(n) { dense n }\n"),
)
MOST_LINES = 7
"""Lines that one edit moves, copies or takes out."""


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


def called_agrees(text: str) -> None:
    anew = check_source(Source("spec.dl", text))
    assert [places(d, text) for d in check(text)] == [places(d, text) for d in anew]


def edited(text: str, random: random.Random) -> str:
    """The text after one small edit."""
    lines = text.split("\n")
    tokens = [t for t in raw_tokens(text) if t.type != "NEWLINE"]
    often = (*("number",) * 4, *("word",) * 2, *("meaning",) * 2)
    kind = random.choice(("delete", "insert", "replace", "move", "line", "copy", *often))
    if kind in ("move", "line", "copy") and len(lines) > 1:
        at = random.randrange(len(lines))
        some = lines[at : at + random.choice((1, 1, random.randint(2, MOST_LINES)))]
        if kind != "copy":
            del lines[at : at + len(some)]
        if kind != "line":
            at = random.randrange(len(lines) + 1)
            lines[at:at] = some
        return "\n".join(lines)
    if kind == "meaning":
        tokens = [t for t in tokens if _defines(text, t)] or tokens
        kind = random.choice(("number", "word"))
    if kind == "insert" or not tokens:
        at = random.randrange(len(text) + 1)
        return text[:at] + random.choice(WORDS) + text[at:]
    same = {"number": "NUMBER", "word": "NAME"}.get(kind, "")
    tokens = [t for t in tokens if t.type == same] or tokens
    token, other = random.choice(tokens), random.choice(tokens).text
    new = {"delete": "", "number": random.choice((other, "1", "8", "33", "1000")), "word": other}
    return text[: token.start] + new.get(kind, random.choice(WORDS)) + text[token.end :]


def _defines(text: str, token: Token) -> bool:
    """Whether it stands in a `let` or at the top of a block."""
    line = text[text.rfind("\n", 0, token.start) + 1 : token.start]
    return line.lstrip().startswith(("let ", "block "))


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
        called_agrees(text)


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
        ("    dense 34, relu", "    dense 34,\n    relu,\n    batchnorm"),
        ("    dense 34, relu", "    dense 34,\n    relu,\n    batchnorm,\n    dense 33,"),
        ("    dense 34, relu\n", "    dense 34, relu,\n"),
        ("init he\n", "init he,\n"),
        ("    run 30 epochs\n    batch 64\n", "    run 30 epochs,\n    batch 64,\n"),
        ("    run 30 epochs\n    batch 64\n", "    run = 30 epochs,\n    batch = 64\n"),
        ("train {\n    run 30 epochs\n    batch 64\n}", "train(epochs = 30, batch_size = 64)"),
        ("train {\n    run 30 epochs\n    batch 64\n}", "train(\n  run = 30 epochs,\n  lr = 1\n)"),
        ("    batch 64\n}", "    batch 64 in {32, 64, 2 * 32}\n}"),
        ("    batch 64\n}", "    batch 64 in {32, 64}\n}\nsearch {\n    trials 30\n}"),
        ("init he", "init zeros"),
        ("init he", ""),
        ("loss binary_cross_entropy", "loss mse\nregularize l1(0.1)"),
        ("    batch 64\n}", "    batch 64\n}\nexpect { memory <= 10 KB }"),
        ("    batch 64\n}", "    batch 64\n}\nexpect {\n    flops <= 1 kflops\n}"),
        ("    batch 64\n}", "    batch 64\n}\nexpect {\n    parameters == 1\n}"),
        ("    input 2", "    input 3\n    input 2"),
        ("train {\n    run 30 epochs\n    batch 64\n}", "train\n    run 30 epochs\n    batch 64"),
        ("train {\n    run 30 epochs\n    batch 64\n}", "train"),
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
    asked.clear()
    agreeing = checker.check(Source(PATH, text.replace("run 30", "run 31")))
    assert (agreeing, asked) == ((), [])
    checker.check(Source(PATH, text.replace("dense 33, relu", "dense 40, relu", 1)))
    assert len(asked) == 3  # the layer, the one that it feeds, and the last, which the loss takes
    asked.clear()
    checker.check(Source(PATH, text.replace("    dense", "    dense 33, relu\n    dense", 1)))
    assert len(asked) == 3  # it gets 2 inputs, the one behind it 33, and all others a new number


def test_a_name_is_read_again_where_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    text, checker = experiment(), Checker()
    asked: list[str] = []
    monkeypatch.setattr(Reader, "fill", noted(asked, Reader.fill))
    checker.check(Source(PATH, text))
    asked.clear()
    wider = text.replace("let w3 = 40", "let w3 = 41")
    checker.check(Source(PATH, wider))
    assert len(asked) == 5  # `part w3`: a dense, its relu, a dropout; `dense w3`, its relu
    asked.clear()
    checker.check(Source(PATH, wider.replace("data {", "let w9 = 1\ndata {")))
    assert asked == []


def test_layers_that_moved_are_not_walked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    text, checker = network(), Checker()
    checker.check(Source(PATH, text))
    more = text.replace("    dense", 5 * "    dense 33, relu\n" + "    dense", 1)
    asked: list[str] = []
    monkeypatch.setattr(Forward, "_layer", noted(asked, Forward._layer))
    checker.check(Source(PATH, more))
    assert len(asked) < 5 + 2 * LONG
    asked.clear()
    checker.check(Source(PATH, text))
    assert len(asked) < LONG


def test_sound_statements_are_not_parsed_for_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    text, checker = network(), Checker()
    checker.check(Source(PATH, text))
    read_again: list[int] = []
    run = Automaton.run

    def noting(parser: Automaton, tokens: list[Token], first: int, end: int) -> int:
        read_again.append(end - first)
        return run(parser, tokens, first, end)

    monkeypatch.setattr(Automaton, "run", noting)
    for sign in ("}", "{", "("):
        read_again.clear()
        wrong = text.replace("dense 34, relu", f"dense 34, relu {sign}", 1)
        assert checker.check(Source(PATH, wrong))
        assert sum(read_again) < 100


def test_layers_that_are_built_alike_are_built_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(Dense, "build", noted(asked, Dense.build))
    Checker().check(Source(PATH, network()))
    assert len(asked) == 5  # 2 to 32, 32 to 33, 33 to 34, 34 to 32, and the last


def test_layers_in_branches_are_not_built_again(monkeypatch: pytest.MonkeyPatch) -> None:
    checker = Checker()
    asked: list[str] = []
    monkeypatch.setattr(Dense, "build", noted(asked, Dense.build))
    checker.check(Source(PATH, BRANCHING))
    asked.clear()
    checker.check(Source(PATH, BRANCHING.replace("dense 16 as a", "dense 17 as a")))
    assert len(asked) == 3  # it, the one behind `concat a`, and the last


def test_what_is_wrong_in_all_variants_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = experiment().replace("dense  w3, relu", "dense  w3, rellu")
    asked: list[str] = []
    monkeypatch.setattr(report, "unknown_word", noted(asked, report.unknown_word))
    found = check_source(Source(PATH, wrong))
    assert [d.code for d in found] == ["E0201", "E0214"]
    assert len(asked) == 1
    asked.clear()
    unfit = experiment().replace("dense  1, sigmoid", "dense  2, sigmoid")
    monkeypatch.setattr(Forward, "run", noted(asked, Forward.run))
    assert [d.code for d in check_source(Source(PATH, unfit))] == ["E0304", "E0214"]
    assert len(asked) == 1


def test_a_program_that_checks_a_text_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    check(network())
    monkeypatch.setattr(Dense, "build", noted(asked, Dense.build))
    assert check(network().replace("dense 34, relu", "dense 7, relu", 1)) == []
    assert len(asked) == 3


def test_each_thread_keeps_its_own_checks() -> None:
    texts = [SMALL_NETWORK.replace("dense 34", f"dense {width}") for width in range(16, 24)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(check, [*texts, *(t.replace("relu", "rellu") for t in texts)] * 2))
    assert [{d.code for d in f} for f in found] == ([set()] * 8 + [{"E0201"}] * 8) * 2


def test_a_check_that_is_interrupted_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(*given: object) -> None:
        raise KeyboardInterrupt

    check(SMALL_NETWORK)
    with monkeypatch.context() as patch:
        patch.setattr(Dense, "build", interrupted)
        with pytest.raises(KeyboardInterrupt):
            check(SMALL_NETWORK.replace("dense 33", "dense 40"))
    called_agrees(SMALL_NETWORK.replace("dense 33", "dense 41"))


def test_as_many_specs_are_kept_as_a_thread_may_have_at_hand(tmp_path: Path) -> None:
    for number in range(2 * checking.MOST):
        path = tmp_path / f"{number}.dl"
        path.write_text(SMALL_NETWORK, encoding="utf-8")
        check(path)
    assert len(checking._recent.checkers) == checking.MOST


def noted(calls: list[str], made: Callable[..., object]) -> Callable[..., object]:
    def build(*given: object, **named: object) -> object:
        calls.append(made.__name__)
        return made(*given, **named)

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


COMMENTS = ("leading", "trailing", "blank_before", "inner", "one_line", "ending")


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
    text, checker = experiment(), Checker()
    asked: list[str] = []
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
