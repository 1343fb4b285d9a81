"""What rules know about a spec agrees with what the run makes of it."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from subprocess import run
from typing import cast

import numpy as np
import pytest
from lint_cases import CASES, QUIET, spec
from oracle import run_graph

from specc.checking import check_text
from specc.diag.sink import Sink
from specc.diag.source import Source
from specc.driver import Compilation, compile_source
from specc.elaborate.assemble import prove
from specc.elaborate.rates import DROPS, TIMES
from specc.ir.builder import Builder
from specc.library.activation import Activation
from specc.library.registry import Registry
from specc.lint.facts import Facts
from specc.lint.scalars import drawn, number
from specc.shapes import M

ROOT = Path(__file__).parents[2]


def compiled(text: str) -> Compilation:
    return compile_source(Source("spec.dl", text))


def facts(text: str) -> Facts:
    c = compiled(text)
    proof = prove(c.bound, Registry(), Sink())
    assert proof is not None
    return Facts(c.spec, c.spec, proof, Registry())


@pytest.mark.parametrize(
    ("n", "shares", "examples"),
    [
        (1000, "80%, 20%", 800),
        (10, "75%, 25%", 8),
        (7, "50%, 20%", 3),
        (4, "90%, 10%", None),  # an error, which is not for rules to say
    ],
)
def test_the_training_set_has_the_size_that_split_gives_it(
    n: int, shares: str, examples: int | None
) -> None:
    assert facts(spec(data=f"source circles(n = {n})\nsplit {shares}")).examples == examples


@pytest.mark.parametrize(
    ("train", "batch", "per_epoch", "planned"),
    [
        ("run 50 epochs\nbatch 64", 64, 13, 650),
        ("run 2.5 epochs\nbatch full", 800, 1, 3),
        ("run 500 steps\nbatch 900", 800, 1, 500),
        ("run 10 s", 64, 13, None),
    ],
)
def test_updates(train: str, batch: int, per_epoch: int, planned: int | None) -> None:
    found = facts(spec(train=train))
    assert (found.batch, found.per_epoch, found.planned) == (batch, per_epoch, planned)


def test_updates_of_data_in_a_file_are_not_known() -> None:
    data = 'source csv("a.csv", target = "t")\nnormalize standard\nsplit 80%, 20%'
    found = facts(spec(data=data))
    assert (found.examples, found.per_epoch, found.planned) == (None, None, None)
    assert facts(spec(data=data, train="run 9 epochs\nbatch full")).planned == 9
    assert facts(spec(data=data, train="run 9 epochs\nbatch auto")).planned is None


@pytest.mark.parametrize(
    ("n", "known", "some"), [(2_500, (2_000, 1, 9), False), (2_501, (None, None, None), True)]
)
def test_what_is_known_of_an_automatic_batch(
    n: int, known: tuple[int | None, ...], some: bool
) -> None:
    data = f"source circles(n = {n})\nsplit train = 80%, dev = 20%"
    found = facts(spec(data=data, train="run 9 epochs\nbatch auto"))
    assert (found.batch, found.per_epoch, found.planned) == known
    assert found.some == some


@pytest.mark.parametrize("init", ["he", "xavier", "normal(0.3)", "he(scale = 2)", "constant(-0.2)"])
def test_the_width_of_draws_is_that_of_the_numbers_drawn(init: str) -> None:
    from specc.training import prepare_job

    c = compiled(spec("input 2\ndense 900, relu\ndense 1, sigmoid", init=init))
    proof = prove(c.bound, Registry(), Sink())
    assert proof is not None
    theta = prepare_job(c, "unused").program.theta
    for p in c.model.parameters:
        if not p.weight:
            continue
        values = np.asarray(theta[p.offset : p.offset + p.size], float)
        b = Builder()
        draw = drawn(b.graph(W=proof.draw(b, p)))
        assert draw is not None
        if draw.same:
            assert np.allclose(values, draw.size)
        else:
            assert abs(values.std() / draw.size - 1) < 5 / math.sqrt(p.size)


@pytest.mark.parametrize(
    "schedule",
    [
        "",
        "constant",
        "exponential(0.9)",
        "inverse_time(2, every = 3 steps, per = step)",
        "exponential(0.9, every = 10%, per = step)",
        "warmup(10%) then one_cycle(over = 3 epochs) then cosine(to = 0.1)",
        "piecewise(30 steps, 50%, factor = (0.5, 0.1), delay = 1 epoch)",
        "warmup(45 steps, per = epoch) then staircase(every = 2 epochs)",
        "inverse_sqrt(every = 7 steps, per = step, over = 90%)",
    ],
)
@pytest.mark.parametrize(("step", "per_epoch"), [(0, 13), (1, 13), (40, 13), (499, 7)])
def test_the_learning_rate_is_that_of_the_program(schedule: str, step: int, per_epoch: int) -> None:
    from specc.training import prepare_job

    c = compiled(spec(schedule=schedule))
    clock = (step, step // per_epoch, 500, 500 / per_epoch, per_epoch)
    times = dict(zip(TIMES, map(float, clock), strict=True))
    mine = number(c.model.rate, "rate", {**times, DROPS: 0.0})
    module = prepare_job(c, "unused").program.module
    assert mine == pytest.approx(module.learning_rate(*clock))


@pytest.mark.parametrize("text", [c.text for c in CASES] + QUIET)
def test_labels_are_those_of_elaboration(text: str) -> None:
    found = facts(text)
    assert [n.label if n.row.label != "input" else "input" for n in found.flow.nodes] == [
        row.label for row in found.proof.forward.rows
    ]
    assert all(n.row.text == n.step.text for n in found.flow.nodes)


@pytest.mark.parametrize("path", sorted((ROOT / "models").rglob("*.dl")), ids=lambda p: p.stem)
def test_models_are_quiet(path: Path) -> None:
    assert check_text(path.read_text("utf-8"), str(path.parent)) == ()


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ("train.run=5 epochs", "W0407"),
        ("train.batch=5_000", "W0405"),
        ("optimizer.lr=7", "W0401"),
        ("optimizer=momentum(beta = 0)", "W0402"),
        ("init=zeros", "W0306"),
        ("loss=squared_error", "W0305"),
        ("data.split=80%, 0%, 20%", "W0503"),
        ("schedule=exponential(0.5)", "W0410"),
    ],
)
def test_settings_of_the_command_line_are_looked_at_too(setting: str, code: str) -> None:
    found = compile_source(Source("spec.dl", spec()), settings=[setting]).warnings
    assert code in [d.code for d in found]


def test_rules_need_no_numpy() -> None:
    lines = "import sys; from specc.checking import check_text; assert check_text(sys.argv[1]); "
    code = lines + "sys.exit('numpy' in sys.modules)"
    for case in CASES[::20]:
        assert run([sys.executable, "-c", code, case.text], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("word", Registry().words("activations"))
def test_what_is_known_of_an_activation_is_so(word: str) -> None:
    kind = Registry().find("activations", word)
    assert kind is not None
    bend = cast(Activation, kind(word=word))
    b = Builder()
    z = np.linspace(-12, 12, 4801)[None].repeat(2, 0)
    z[1] = 0  # softmax looks at both features
    graph = b.graph(a=bend.apply(b.input("z", (2, M))))
    values = run_graph(graph, {"m": z.shape[1]}, {"z": z})["a"]
    low, high = bend.ends
    assert low <= values.min()
    assert values.max() <= high
    if low > -math.inf:
        assert values.min() < low + 1e-3
    if high < math.inf:
        assert values.max() > high - 1e-3
    slopes = np.abs(np.diff(values[0]) / np.diff(z[0]))
    assert bend.steepest == 1 or abs(slopes.max() - bend.steepest) < 1e-4


def test_few_updates_of_a_variant_are_told_with_its_batch() -> None:
    text = spec(train="run 60 epochs\nbatch 16") + "variant large { train { batch 600 } }\n"
    (found,) = (d for d in check_text(text) if d.code == "W0407")
    (batch,) = found.secondary
    assert batch.span.text == "600"
    assert batch.text.endswith("per epoch")
