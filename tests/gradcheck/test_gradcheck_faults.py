"""Planted faults are found, in the gradient, in the generated text and in the operations."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from gradcheck_cases import ENDS, Case, Floats, case, tensor
from oracle import EXAMPLES, compiled, spec

from specc.driver import make_gradient_plan
from specc.emit.load import load
from specc.gradcheck.check import analytic, quiet
from specc.ir import op
from specc.ir.builder import Sym
from specc.record import replace
from specc.run.program import Program


def course() -> Case:
    """U12, the gradient check of the course: 47 parameters, drawn in its order by its generator."""
    random = np.random.RandomState(1)
    x = random.randn(4, 3)
    net = case(
        "input 4; dense 5, relu; dense 3, relu; dense 1, sigmoid",
        "binary_cross_entropy",
        X=x,
        T=np.array([[1.0, 1.0, 0.0]]),
    )
    for layer in (1, 2, 3):
        W, b = net.parameter(f"dense{layer}.W"), net.parameter(f"dense{layer}.b")
        W[...] = random.randn(*W.shape)
        b[...] = random.randn(*b.shape)
    return net


def test_the_one_parameter_of_the_course() -> None:
    """U12: J = theta x at theta = 4, x = 2; |J - 0| is J there."""
    X, T = np.array([[2.0]]), np.array([[0.0]])
    net = case("input 1; dense 1, bias = false", "mae", X=X, T=T)
    net.parameter("dense1.W")[...] = 4
    cost, gradient = net.analytic(net.theta)
    assert (cost, gradient.tolist()) == (8, [2])
    assert net.check().difference <= 1e-9


def test_the_right_gradient_of_the_course() -> None:
    net = course()
    assert net.analytic(net.theta)[0] == pytest.approx(2.4078333898, abs=1e-10)
    report = net.check()
    assert report.passed
    assert report.difference <= 1e-9
    assert not any(p.kinks for p in report.parameters)


def test_the_planted_faults_of_the_course_give_its_published_difference() -> None:
    net = course()

    def damage(gradient: Floats) -> None:
        gradient[net.part("dense2.W")] *= 2
        gradient[net.part("dense1.b")] *= 4

    report = net.check(net.faulty(damage))
    assert not report.passed
    # Published with a step of 1e-7, whose rounding is in the eighth digit.
    assert report.difference == pytest.approx(0.2850931567, abs=2e-8)
    assert [p.name for p in report.parameters if not p.passed] == ["dense1.b", "dense2.W"]
    assert tensor(report, "dense2.W").factor == pytest.approx(2)
    assert tensor(report, "dense1.b").factor == pytest.approx(4)
    assert tensor(report, "dense2.W").verdict == "wrong: 2 times the numeric gradient"


@pytest.mark.parametrize("penalty", ["l2(0.7)", "l1(0.7)"])
@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("add(dweights, T", "subtract(dweights, T"),
        ("out=db2)", "out=db2); db2.__imul__(2)"),
        ("out=dA1)", "out=dA1); dA1.__imul__(-1)"),
        ("one_over_m = scalar(1 / m)", "one_over_m = scalar(1 / (m - 1))"),
    ],
)
def test_faults_in_the_text_of_the_program(was: str, becomes: str, penalty: str) -> None:
    net = case(
        "input 3; dense 4, tanh; dense 3, softmax", "cross_entropy", regularize=penalty, m=12
    )
    text = make_gradient_plan(net.model, 12).program.text
    assert was in text
    made = Program(load(text.replace(was, becomes)), examples=EXAMPLES, seed=1)
    report = net.check(analytic(made, net.X, net.problem.inputs["T"]))
    assert not report.passed
    assert report.difference > 1e-4


def _halved(vjp: op.Vjp) -> op.Vjp:
    def wrong(y: Sym, dy: Sym) -> tuple[Sym | None, ...]:
        return tuple(None if g is None else g * 0.5 for g in vjp(y, dy))

    return wrong


def _missing(vjp: op.Vjp) -> op.Vjp:
    def wrong(y: Sym, dy: Sym) -> tuple[Sym | None, ...]:
        return tuple(None if g is None else g * 0.0 for g in vjp(y, dy))

    return wrong


FAULTY_OPS = [
    ("tanh", "tanh", ENDS[2]),
    ("relu", "relu", ENDS[2]),
    ("sigmoid", "silu", ENDS[2]),
    ("softmax", "softmax", ENDS[2]),
    ("logaddexp", "softplus", ENDS[2]),
    ("maximum", "leaky_relu", ENDS[2]),
    ("minimum", "elu", ENDS[2]),
    ("exp", "elu", ENDS[2]),
    ("multiply", "gelu", ENDS[2]),
    ("square", "relu2", ENDS[2]),
    ("matmul", "tanh", ENDS[2]),
    ("add", "tanh", ENDS[2]),
    ("softmax_cross_entropy", "tanh", ENDS[0]),
    ("sigmoid_cross_entropy", "tanh", ENDS[1]),
    ("sum", "tanh", ENDS[3]),
    ("total", "tanh", ENDS[3]),
]


@pytest.mark.parametrize("mistake", [_halved, _missing])
@pytest.mark.parametrize(("name", "activation", "end"), FAULTY_OPS)
def test_a_wrong_derivative_of_an_operation_is_found(
    name: str,
    activation: str,
    end: tuple[str, str],
    mistake: Callable[[op.Vjp], op.Vjp],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = f"input 3; dense 4, {activation}; {end[0]}"
    right = op.lookup(name)
    assert right.vjp is not None
    monkeypatch.setitem(op._TABLE, name, replace(right, vjp=mistake(right.vjp)))
    assert not case(network, end[1]).check().passed


@pytest.mark.parametrize("size", [1e-5, 1e-3])
def test_a_small_mistake_everywhere_is_found(size: float) -> None:
    net = case("input 3; dense 5, relu; dense 4, tanh; dense 3")

    def damage(gradient: Floats) -> None:
        gradient *= 1 + size

    report = net.check(net.faulty(damage))
    assert not any(p.passed for p in report.parameters)
    assert report.difference == pytest.approx(size / 2, rel=1e-2)


def test_a_gradient_of_another_cost_is_found() -> None:
    """The program must compute the cost that the definition says, not only its own gradient."""
    net = case("input 3; dense 4, tanh; dense 2")

    def shifted(theta: Floats) -> tuple[float, Floats]:
        cost, gradient = net.analytic(theta)
        return cost + 1e-3, gradient

    report = net.check(shifted)
    assert not report.passed
    assert all(p.passed for p in report.parameters)
    assert "the program gives the cost" in report.notes[0]
    assert "the gradient is that of another cost: see the note" in report.text(80)


def test_what_rounding_hides_is_said_and_not_failed() -> None:
    net = case("input 3; dense 4, tanh; dense 2", scale=1.0)
    for layer in (1, 2):
        net.parameter(f"dense{layer}.W")[...] *= 1e-7 if layer == 2 else 1
    report = net.check()
    assert report.passed
    small = tensor(report, "dense1.W")
    assert small.passed
    if small.difference > 1e-7:
        assert small.tiny
        assert "dense1.W" in report.notes[0]

    def damage(gradient: Floats) -> None:
        gradient[net.part("dense1.W")] += 1e-6

    assert not net.check(net.faulty(damage)).passed


def test_the_graph_that_is_trained_is_checked() -> None:
    """Without dropout there is nothing to take out: the graph is the one that is trained."""
    compilation = compiled(spec("input 3; dense 4, tanh; dense 2", regularize="l2(0.7)"))
    assert quiet(compilation) is compilation.model
