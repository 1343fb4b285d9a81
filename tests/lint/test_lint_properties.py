"""Rules never fail on a spec that compiles, and whatever they offer to do can be done."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from lint_cases import spec
from strategies import Drawn, networks

from specc.checking import check_source, check_text
from specc.diag.edits import apply_edits
from specc.diag.source import Source

DATA = (
    "source circles(n = 1_000)\nsplit 80%, 20%",
    "source circles(n = 7)\nsplit train = 70%",
    "train moons(n = 90)\ntest moons(n = 30)",
    "source moons(n = 2)",
    'source csv("a.csv", target = "t")',
    'source idx(images = "a", labels = "b")\nsplit 0.5, test = 50%',
    'train npz("a.npz", inputs = x, target = t)\nnormalize standard\ndev circles(n = 9)',
)
OPTIMIZERS = (
    "sgd(7)", "adam", "adam(lr = 0.1 in uniform(0.01, 1))", "adam(beta1 = 0.9, beta2 = 0)",
    "momentum(lr = 1e-9, beta = 0)", "rmsprop(beta = 0.9 in {0.9})", "sgd(lr = rate)",
    "momentum(beta = 0.99 in log(0.5, 0.9))", "adam(beta1 = 0.99, beta2 = 0.5)",
)  # fmt: skip
SCHEDULES = (
    "", "constant", "exponential(rate = 1e-9)", "exponential(1, every = 5%)",
    "inverse_time(rate = 1e9, every = 1 step, per = step)", "inverse_time(0, every = 9e9 epochs)",
)  # fmt: skip
RUNS = ("run 1 epoch", "run 0.3 epochs", "run 1 step", "run 900 steps", "run 5 s", "run 9e5 epochs")
BATCHES = (
    "",
    "batch 1",
    "batch full",
    "batch auto",
    "batch 5_000",
    "batch 8 in {1}",
    "batch 3 in int(4, 8)",
)
STOPS = ("", "stop early(on = train.cost)", "stop early(on = train.cost, patience = 100%)",
         "stop early(train.cost, 3 steps)", "shuffle false")  # fmt: skip
INITS = ("", "he", "lecun(uniform = true)", "orthogonal", "xavier(scale = 90)", "zeros",
         "constant(0)", "normal", "normal(1e-300)")  # fmt: skip
PENALTIES = ("", "elastic(0, 1)", "max_norm(1e-9)", "l2(0)", "l2(1e300)", "l1(9), l2(strength)")
LINES = ("dense 3", "dense 2, softmax", "dense 2, sigmoid", "relu", "tanh", "linear", "dropout 1",
         "dropout keep = 0.1", "dropout share", "dense 2, relu, init = zeros", "softmax", "unit 2",
         "dense 2, tanh as here")  # fmt: skip
VARIANTS = ("", "variant a { init he }", "variant a { train { run 1 epoch } }",
            "variant a { let rate = 0.1 }", "variant b { let other = 3\n init zeros }",
            "variant a { block unit(n) { dense n } }")  # fmt: skip
ALLOWS = ("", "# allow W0301: why\n", "# allow W0502\n", "# allow W03011, E0302\n")
BEFORE = """\
let rate = 0.1
let share = 0.9
let strength = 2
block unit(n) {
    dense n
    relu
}
"""


@st.composite
def whole(draw: st.DrawFn) -> str:
    """A spec that mostly compiles, with something odd in every part."""
    lines = draw(st.lists(st.sampled_from(LINES), max_size=6))
    body = [f"repeat {draw(st.integers(1, 7))} {{", *lines, "}"] if draw(st.booleans()) else lines
    end = draw(
        st.sampled_from(("dense 1, sigmoid", "dense 3, softmax", "dense 1", "dense 2, relu"))
    )
    train = [draw(st.sampled_from(part)) for part in (RUNS, BATCHES, STOPS)]
    return spec(
        "\n".join(["input 2", *(body if lines else []), end]),
        data=draw(st.sampled_from(DATA)),
        loss=draw(st.sampled_from(("", "squared_error"))),
        init=draw(st.sampled_from(INITS)),
        regularize=draw(st.sampled_from(PENALTIES)),
        optimizer=draw(st.sampled_from(OPTIMIZERS)),
        schedule=draw(st.sampled_from(SCHEDULES)),
        train="\n".join(filter(None, train)),
        before=draw(st.sampled_from(ALLOWS)) + BEFORE,
        after=draw(st.sampled_from(VARIANTS)) + "\n",
    )


@settings(max_examples=200, deadline=None)
@given(whole())
def test_rules_never_fail(text: str) -> None:
    for found in check_text(text):
        assert found.primary is None or found.primary.span.text


@settings(max_examples=50, deadline=None)
@given(networks())
def test_rules_never_fail_on_any_network(drawn: Drawn) -> None:
    of_file = drawn.text.replace("circles(n = 100)", 'csv("a.csv", target = "t")')
    assert all(d.severity == "warning" for d in check_text(of_file))


@settings(max_examples=150, deadline=None)
@given(whole(), st.data())
def test_an_edit_leaves_a_spec_that_compiles_with_less_to_say(
    text: str, data: st.DataObject
) -> None:
    source = Source("spec.dl", text)
    found = check_source(source)
    if any(d.severity == "error" for d in found):
        return
    fixes = [(d, h) for d in found for h in d.helps if h.edits]
    if not fixes:
        return
    warning, fix = data.draw(st.sampled_from(fixes))
    after = check_source(Source("spec.dl", apply_edits(source, fix.edits)))
    assert [d.message for d in after if d.severity == "error"] == []
    assert [d.code for d in after].count(warning.code) < [d.code for d in found].count(warning.code)
