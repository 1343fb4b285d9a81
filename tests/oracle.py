"""From the text of a spec to numbers, in a fast and in a slow way, so that tests can compare them.

Fast is the real thing: compile, plan, emit, load, step. Slow is `Op.evaluate` on every node of a
graph, in 64 bits, with nothing planned and nothing reused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.diag.source import Source
from specc.driver import Compilation, Planned, compile_source, make_gradient_plan, make_plan
from specc.emit.load import load
from specc.emit.numpy import emit
from specc.ir.builder import Builder
from specc.ir.graph import Graph
from specc.library.registry import Registry
from specc.model import Model
from specc.passes.lower import lower
from specc.passes.memory import plan_memory
from specc.passes.simplify import simplify
from specc.record import replace
from specc.run.program import Program
from specc.shapes import M, value

Floats = NDArray[np.float64]
EXAMPLES = 150
"""Examples of the training set that penalties are divided by, where a test does not say."""


def spec(
    network: str,
    loss: str = "mse",
    *,
    init: str = "xavier",
    regularize: str = "",
    optimizer: str = "sgd(lr = 0.1)",
    schedule: str = "",
    train: str = "run 1 epoch",
    data: str = "source circles(n = 100)",
) -> str:
    """The text of a spec; the statements of `network` stand apart by `;` or newlines."""
    lines = "\n".join(f"    {line.strip()}" for line in network.replace(";", "\n").splitlines())
    settings = [("init", init), ("loss", loss), ("regularize", regularize)]
    settings += [("optimizer", optimizer), ("schedule", schedule)]
    return "\n".join(
        [
            f"data {{\n    {data}\n}}",
            f"network {{\n{lines}\n}}",
            *(f"{word} {text}" for word, text in settings if text),
            f"train {{\n    {train}\n}}\n",
        ]
    )


def compiled(text: str, path: str = "model.dl", registry: Registry | None = None) -> Compilation:
    """The compilation of a text."""
    return compile_source(Source(path, text), registry=registry)


def program(planned: Planned, model: Model, examples: int = EXAMPLES, seed: int = 1) -> Program:
    """The module of a plan with arrays of its own, parameters drawn."""
    made = Program(load(planned.program.text), examples=examples, seed=seed, metrics=model.metrics)
    made.initialise()
    return made


def trainer(
    text: str, batch: int, precision: str = "float64", examples: int = EXAMPLES, seed: int = 1
) -> Program:
    """The program that trains a spec."""
    compilation = compiled(text)
    return program(make_plan(compilation, batch, precision), compilation.model, examples, seed)


def batch_for(model: Model, m: int, precision: str = "float64", seed: int = 0) -> tuple[Any, Any]:
    """Random inputs (features, m) and targets as the step takes them, all with examples in rows
    in memory, as batches have them.
    """
    random = np.random.RandomState(seed)
    X = random.standard_normal((m, model.features)).astype(precision)
    if model.task == "classes":
        return X.T, random.randint(0, model.outputs, m).astype(np.int32)
    T: Any = random.standard_normal((m, model.outputs))
    if model.task == "binary":
        T = T > 0
    return X.T, T.astype(precision).T


def settle(theta: Floats, seed: int = 0, scale: float = 0.5) -> None:
    """Put every parameter, biases too, at a random place: zeros hide mistakes."""
    theta[...] = np.random.RandomState(seed + 100).standard_normal(theta.shape) * scale


def run_graph(
    graph: Graph, sizes: dict[str, int], inputs: dict[str, Any], seed: int = 0
) -> dict[str, Any]:
    """The outputs of a graph, node by node, in 64 bits."""
    values: list[Any] = []
    for node in graph.nodes:
        if node.op == "input":
            values.append(inputs[node["name"]])
            continue
        attrs = node.settings | {"sizes": sizes, "seed": seed}
        values.append(node.definition.evaluate(attrs, *(values[i] for i in node.inputs)))
    return {name: values[i] for name, i in graph.outputs}


def step_inputs(
    model: Model, X: Any, T: Any, theta: Any, lr: float = 0.1, t: int = 1, examples: int = EXAMPLES
) -> dict[str, Any]:
    """The inputs of a training graph, state 0."""
    given = {"X": X, "T": T, "theta": theta, "lr": lr, "t": t, "examples": examples}
    given |= {name: np.zeros(model.size) for name in model.optimizer.slots}
    return given | {"running": starting(model)}


def starting(model: Model) -> Floats:
    """The vector `running` before the first step."""
    return np.concatenate([np.zeros(0), *(np.full(r.size, r.start) for r in model.running)])


def central_difference(f: Callable[[], float], x: Floats, v: Floats, epsilon: float) -> float:
    """The slope of f() along v at what x holds; x is changed in place and put back."""
    start = x.copy()
    x[...] = start + epsilon * v
    above = f()
    x[...] = start - epsilon * v
    below = f()
    x[...] = start
    return (above - below) / (2 * epsilon)


def relative(a: Any, b: Any) -> float:
    """||a - b|| / (||a|| + ||b||), 0 where both are 0."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    size = float(np.linalg.norm(a) + np.linalg.norm(b))
    return float(np.linalg.norm(a - b)) / size if size else 0.0


def gradient_difference(
    compilation: Compilation, m: int = 16, seed: int = 0, epsilon: float = 1e-5
) -> float:
    """How far dtheta of the generated module is from central differences, along a random direction
    in every parameter tensor: the largest relative difference.
    """
    model = compilation.model
    made = program(make_gradient_plan(model, m), model)
    settle(made.theta, seed)
    X, T = batch_for(model, m, seed=seed)
    step = made.step(m)

    def cost() -> float:
        return step(X, T, 0.0, 1)

    cost()
    exact = made.dtheta.copy()
    random = np.random.RandomState(seed + 200)
    worst = 0.0
    for p in model.parameters:
        v = np.zeros(model.size)
        v[p.offset : p.offset + p.size] = random.standard_normal(p.size)
        worst = max(worst, relative(central_difference(cost, made.theta, v, epsilon), exact @ v))
    return worst


@dataclass(frozen=True, slots=True)
class Update:
    """The update rule alone, as generated code: no network, the gradient is given."""

    theta: Floats
    dtheta: Floats
    state: dict[str, Floats]
    step: Callable[[float, int], None]


def update_rule(optimizer: str, size: int, registry: Registry | None = None) -> Update:
    """The generated update of `optimizer` on `size` parameters in 64 bits."""
    compilation = compiled(
        spec(f"input {size}; dense 1, bias = false", optimizer=optimizer), registry=registry
    )
    model = compilation.model
    rule = model.optimizer
    b = Builder()
    with b.layer("update"):
        theta, g = b.input("theta", (size,)), b.input("dtheta", (size,))
        lr, t = b.input("lr", (), "host"), b.input("t", (), "host")
        slots = [b.input(name, (size,)) for name in rule.slots]
        new = rule.step(theta, g, lr, t, *slots)
    outputs = dict(zip(("theta", *rule.slots), new, strict=True))
    graph = simplify(lower(b.graph(cost=b.lift(0.0), **outputs)))
    made = Program(load(emitted(model, training=graph)), examples=1, seed=0)
    step = made.step(1)

    def run(rate: float, number: int) -> None:
        step(np.zeros((size, 1)), np.zeros((1, 1)), rate, number)

    return Update(made.theta, made.dtheta, made.state, run)


def emitted(
    model: Model,
    *,
    training: Graph | None = None,
    evaluation: Graph | None = None,
    batch: int = 8,
    precision: str = "float64",
) -> str:
    """The text of a module in which one of the two functions works on a graph of the test's own."""
    itemsize = 8 if precision == "float64" else 4
    if evaluation is not None:
        model = replace(model, evaluate=evaluation, metrics=())
    first = plan_memory(training if training is not None else _nothing(), batch, itemsize)
    second = plan_memory(evaluation if evaluation is not None else _nothing(), batch, itemsize)
    return emit(model, first, second, precision, "test").text


def _nothing() -> Graph:
    """The least that stands where the function is not under test; never called."""
    b = Builder()
    half = b.input("X", (1, M)) * 0.5
    return b.graph(cost=b.lift(0.0), output=half, loss=b.lift(0.0))


def sized(shape: Sequence[Any], sizes: dict[str, int]) -> tuple[int, ...]:
    """A symbolic shape with numbers in it."""
    return tuple(value(d, sizes) for d in shape)
