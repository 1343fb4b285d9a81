"""Every operation: its type, its meaning, its gradient and its NumPy text say the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from image_cases import IMAGES
from op_cases import CASES, NOT_DIFFERENTIABLE, RECURRENT, SIZES, Case
from oracle import central_difference, compiled, emitted, relative, run_graph, sized, spec

from specc.emit.load import load
from specc.ir.builder import Builder, Sym
from specc.ir.graph import Graph
from specc.ir.op import ShapeError, all_ops, lookup
from specc.passes.lower import lower
from specc.passes.simplify import simplify
from specc.run.program import Program
from specc.shapes import M, TensorType

ALL = {op.name: op for op in all_ops()}
every_case = pytest.mark.parametrize("case", CASES, ids=str)


def drawn(case: Case, seed: int = 3) -> list[Any]:
    random = np.random.RandomState(seed)
    return [operand.values(random) for operand in case.operands]


def built(b: Builder, case: Case) -> tuple[Sym, list[Sym]]:
    """The operation on inputs."""
    syms = [
        b.input(name, o.type.shape, o.type.kind)
        for name, o in zip(case.names(), case.operands, strict=True)
    ]
    return b.apply(case.op, *syms, **case.attrs), syms


def evaluated(case: Case, *arrays: Any) -> Any:
    return lookup(case.op).evaluate(case.attrs | {"sizes": SIZES, "seed": 0}, *arrays)


# The table


def test_no_operation_is_forgotten() -> None:
    assert {case.op for case in CASES} == set(ALL)


def test_every_operation_has_a_gradient_or_is_known_to_have_none() -> None:
    assert {name for name, op in ALL.items() if op.vjp is None} == NOT_DIFFERENTIABLE
    assert {case.op for case in CASES if case.slopes} == set(ALL) - NOT_DIFFERENTIABLE


def test_an_operation_is_a_primitive_or_a_composite() -> None:
    for op in ALL.values():
        assert not (op.lower and op.emit), op.name
        assert op.lower or op.emit or op.host or op.alias or op.name == "input", op.name


# Type and meaning


@every_case
def test_inferred_type_is_that_of_the_value(case: Case) -> None:
    if case.op == "input":
        assert lookup("input").infer((), case.attrs) == TensorType((4, M), "real")
        with pytest.raises(KeyError):
            evaluated(case)
        return
    found = evaluated(case, *drawn(case))
    inferred = lookup(case.op).infer(tuple(o.type for o in case.operands), case.attrs)
    if inferred.kind == "host":
        assert np.ndim(found) == 0
        return
    assert np.shape(found) == sized(inferred.shape, SIZES)
    kind = {"f": "real", "i": "int", "b": "bool"}[np.asarray(found).dtype.kind]
    assert kind == inferred.kind


@pytest.mark.parametrize(
    ("op", "shapes", "attrs"),
    [
        ("add", ((3, M), (4, M)), {}),
        ("add", ((3, M), (3,)), {}),
        ("multiply", ((3, 7), (3, M)), {}),
        ("matmul", ((3, 4), (3, M)), {}),
        ("matmul", ((3,), (3, M)), {}),
        ("inner", ((3, M), (3, 1)), {}),
        ("transpose", ((3,),), {}),
        ("softmax", ((3,),), {}),
        ("argmax", ((3,),), {}),
        ("weigh", ((3, M),), {"weights": (1.0, 2.0)}),
        ("softmax_cross_entropy", ((3, M), (1, M)), {}),
        ("sigmoid_cross_entropy", ((1, M), (M,)), {}),
    ],
)
def test_operands_that_do_not_fit_are_refused(op: str, shapes: Any, attrs: Any) -> None:
    """Nothing broadcasts that is not of size 1, and a number that `m` might be is not `m`."""
    with pytest.raises(ShapeError, match=r"\w"):
        lookup(op).infer(tuple(TensorType(s) for s in shapes), attrs)


# Gradient


@pytest.mark.parametrize("case", [c for c in CASES if c.slopes], ids=str)
def test_gradient_is_that_of_central_differences(case: Case) -> None:
    """sum(R * op(x)) for a random R, along a random direction in each operand."""
    b = Builder()
    y, syms = built(b, case)
    cotangent = b.input("R", y.shape, y.type.kind)
    vjp = y.node.definition.vjp
    assert vjp is not None
    parts = vjp(y, cotangent)
    assert len(parts) == len(syms)
    arrays = drawn(case)
    random = np.random.RandomState(8)
    R = random.standard_normal(np.shape(evaluated(case, *arrays)))
    inputs = dict(zip(case.names(), arrays, strict=True)) | {"R": R}
    for i, (operand, part) in enumerate(zip(case.operands, parts, strict=True)):
        if i not in case.slopes:
            assert part is None or operand.type.kind != "real"
            continue
        assert part is not None
        if operand.type.kind != "host":
            assert part.shape == operand.shape
        gradient = run_graph(b.graph(g=part), SIZES, inputs)["g"]
        x = np.array(arrays[i], float)
        v = random.standard_normal(x.shape)

        def total(i: int = i, x: Any = x) -> float:
            return float((R * evaluated(case, *arrays[:i], x, *arrays[i + 1 :])).sum())

        slope = central_difference(total, x, v, 1e-6)
        assert relative(np.sum(gradient * v), slope) <= 1e-7


def test_slopes_where_there_is_a_kink() -> None:
    """As documented: 0 at 0 for relu and the absolute value, at a tie to the second."""
    zero = np.zeros((1, 1))
    for op, at_zero in (("relu", 0), ("absolute", 0)):
        assert slope(op, zero) == [at_zero]
    for op in ("maximum", "minimum"):
        assert slope(op, zero, zero) == [0, 1]


def slope(op: str, *arrays: Any) -> list[float]:
    b = Builder()
    syms = [b.input(name, (1, 1)) for name in "XT"[: len(arrays)]]
    y = b.apply(op, *syms)
    vjp = y.node.definition.vjp
    assert vjp is not None
    parts = vjp(y, b.lift(1.0))
    graph = b.graph(**{f"g{i}": p for i, p in enumerate(parts) if p is not None})
    found = run_graph(graph, {}, dict(zip("XT", arrays, strict=False)))
    return [float(np.sum(g)) for g in found.values()]


# NumPy text


DRAWN = ("normal", "symmetric", "orthogonal", "uniform", "kept")
OTHERWISE = {"pack", "place", *DRAWN, *RECURRENT, *IMAGES}
"""Operations that stand in special places of a program and have tests of their own below."""


@pytest.mark.parametrize("case", [c for c in CASES if c.op not in OTHERWISE], ids=str)
def test_generated_text_does_what_the_operation_means(case: Case) -> None:
    """Through a tiny plan, in 64 bits; composites taken apart first, and once more simplified."""
    arrays = drawn(case)
    b = Builder()
    y, _ = built(b, case)
    inputs = dict(zip(case.names(), arrays, strict=True))
    if not case.operands:
        # A leaf is read by something: its value as a factor of X.
        inputs = {"X": np.random.RandomState(4).standard_normal((4, 5))}
        y = y * b.input("X", (4, M))
    graph = b.graph(output=y, loss=b.lift(0.0))
    expected = run_graph(graph, SIZES, inputs)["output"]
    for prepared in (lower(graph), simplify(lower(graph))):
        found = executed(prepared, inputs)
        assert np.shape(found) == np.shape(expected)
        np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-14)


def executed(graph: Graph, inputs: dict[str, Any]) -> Any:
    """The output of the generated forward function."""
    model = compiled(spec("input 4; dense 6")).model
    module = load(emitted(model, evaluation=graph))
    theta = np.array(inputs.get("theta", np.zeros(30)))
    arena = np.full(module.EVALUATION_ARENA, 0xFF, np.uint8)
    evaluate = module.evaluation(theta, SIZES["m"], inputs.get("examples", 1.0), arena)
    return evaluate(inputs.get("X"), inputs.get("T"))[0]


def packed(graph: Graph, X: Any, T: Any, precision: str = "float64", t: int = 1) -> Any:
    """dtheta of the generated gradient function."""
    size = sized(graph.output("dtheta").type.shape, SIZES)[0]
    model = compiled(spec(f"input {size}; dense 1, bias = false")).model
    made = Program(
        load(emitted(model, training=graph, batch=SIZES["m"], precision=precision)),
        examples=1,
        seed=6,
    )
    made.step(SIZES["m"])(X, T, 0.0, t)
    return made.dtheta


@pytest.mark.parametrize("case", [c for c in CASES if c.op in RECURRENT], ids=str)
def test_generated_loops_do_what_the_operation_means(case: Case) -> None:
    """On views of theta, since the arrays of a loop are bound before it runs. The working memory
    is full of NaN at first.
    """
    arrays = drawn(case)
    b = Builder()
    flat = np.concatenate([x.reshape(-1) for x in arrays])
    theta, parts, offset = b.input("theta", flat.shape), [], 0
    for x in arrays:
        parts.append(b.apply("view", theta, offset=offset, shape=x.shape))
        offset += x.size
    y = b.apply(case.op, *parts, **case.attrs)
    graph = lower(b.graph(output=y * 0.5, loss=b.lift(0.0)))
    found = executed(graph, {"theta": flat, "X": flat[None, :5], "T": None})
    np.testing.assert_allclose(found * 2, evaluated(case, *arrays), rtol=1e-13, atol=1e-14)


def test_parts_of_dtheta_lie_where_they_are_packed() -> None:
    """Computed parts, a part that is an input, the same part twice, and a constant part."""
    b = Builder()
    X, T = b.input("X", (4, 5)), b.input("T", (3,))
    half, zero = X * 0.5, b.apply("filled", shape=(2, 1), value=0.0)
    whole = b.apply("pack", half, T, half, zero, zero, into="dtheta")
    stretch = b.apply("view", whole, offset=2, shape=(30,))
    placed = b.apply("place", whole, stretch + stretch * 3, offset=2)
    graph = b.graph(cost=b.lift(0.0), dtheta=placed)
    random = np.random.RandomState(1)
    inputs = {"X": random.standard_normal((4, 5)), "T": random.standard_normal(3)}
    expected = run_graph(graph, SIZES, inputs)["dtheta"]
    assert expected.shape == (47,)
    np.testing.assert_array_equal(packed(graph, inputs["X"], inputs["T"]), expected)


@pytest.mark.parametrize("t", [1, 2, 1000])
def test_uniform_numbers_are_those_of_the_operation(t: int) -> None:
    """Also out of order: a step's numbers depend on seed, purpose and step alone."""
    b = Builder()
    number = b.input("t", (), "host")
    parts = [b.apply("uniform", number, shape=(5, 3), purpose=p) for p in (1, 2)]
    graph = b.graph(cost=b.lift(0.0), dtheta=b.apply("pack", *parts, into="dtheta"))
    found = packed(graph, None, None, "float32", t)
    expected = run_graph(graph, SIZES, {"t": t}, seed=6)["dtheta"]
    np.testing.assert_array_equal(found, expected.astype("f4"))
    assert (found[:15] != found[15:]).all()
    assert ((found >= 0) & (found < 1)).all()


@pytest.mark.parametrize("shape", [(4, 3), (2, 3, 3), (2, 2, 2, 3)])
def test_kept_places_are_those_of_the_operation(shape: tuple[int, ...]) -> None:
    b = Builder()
    kept = b.apply("kept", b.lift(0.6), shape=shape, stream=3, before=2)
    ones = b.apply("filled", shape=shape, value=1.0)
    part = b.apply("multiply", ones, kept)
    graph = b.graph(cost=b.lift(0.0), dtheta=b.apply("pack", part, into="dtheta"))
    rows = np.random.RandomState(3).random_sample((2 + int(np.prod(shape[:-1])), shape[-1]))
    expected = (rows[2:] < 0.6).ravel()
    np.testing.assert_array_equal(run_graph(graph, SIZES, {})["dtheta"], expected)
    np.testing.assert_array_equal(packed(graph, None, None), expected)


@pytest.mark.parametrize("init", ["normal(2)", "uniform(2)", "orthogonal"])
def test_starting_values_are_those_of_the_operation(init: str) -> None:
    model = compiled(spec("input 4; dense 6, relu; dense 3", init=init)).model
    made = Program(load(emitted(model)), examples=1, seed=9)
    made.initialise()
    for name, expected in run_graph(model.initial, {}, {}, seed=9).items():
        np.testing.assert_array_equal(made.parameters()[name], expected)


# Extremes


@pytest.mark.parametrize("op", ["softmax", "sigmoid", "relu", "tanh"])
def test_extreme_values_neither_overflow_nor_become_nan(op: str) -> None:
    X = np.array([[1e4, -1e4, 0, 700, -700], [1e4, 1e4, 0, -700, -750], [0, 0, 0, 1, 1]])
    X = np.concatenate([X, -X[:1]])
    b = Builder()
    graph = b.graph(output=b.apply(op, b.input("X", (4, M))), loss=b.lift(0.0))
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        found = executed(lower(graph), {"X": X})
    np.testing.assert_allclose(found, run_graph(graph, SIZES, {"X": X})["output"], atol=1e-15)
