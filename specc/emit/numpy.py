"""A model as one self-contained NumPy module: the program that `specc train` runs and that people read."""

from __future__ import annotations

from dataclasses import dataclass

from specc.diag.escape import escape
from specc.emit.function import Emitted, FunctionWriter
from specc.emit.hostcode import expression, number
from specc.ir.graph import Graph, Node
from specc.ir.plan import Plan
from specc.model import Model
from specc.shapes import show

RESERVED = frozenset(
    (
        "np math add subtract multiply divide negative power square sqrt exp log tanh absolute sign floor cos greater "
        "less equal maximum minimum logaddexp copyto vdot REAL PARAMETERS STATE SIZE scalar buffer cuts flush draws "
        "Draws initialise learning_rate training evaluation gradient step evaluate theta dtheta m examples seed "
        "arena X T t lr i j cost output float max min abs"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Program:
    """The text of a module and the exact counts of its step."""

    text: str
    calls: int


def emit(model: Model, training: Plan, evaluation: Plan, precision: str, version: str) -> Program:
    """The module of a model.

    Args:
        model: What was compiled.
        training: The plan of one step, with or without the update.
        evaluation: The plan of a forward pass with metrics.
        precision: float32 or float64.
        version: Of the compiler, for the first line.
    """
    line_of = escape(model.path.rsplit("/", 1)[-1])
    layers = {row.label: row for row in model.layers}
    slots = model.optimizer.slots
    reserved = RESERVED | set(slots)
    settings: dict[str, float] = {}
    step = FunctionWriter(training, layers, line_of, reserved).write()
    forward = FunctionWriter(evaluation, layers, line_of, reserved).write()
    settings |= step.settings | forward.settings
    rate = _rate(model, settings)
    initial, needs_draws = _initialise(model)
    dropout = any(n.op == "uniform" for n in training.graph.nodes)
    updates = any(name == "theta" for name, _ in training.graph.outputs)
    lines = [
        *_head(model, line_of, version),
        "import math",
        "",
        "import numpy as np",
        f"from numpy import {', '.join(sorted(step.ufuncs | forward.ufuncs))}",
        "",
        f"REAL = np.{precision}",
        f"SIZE = {model.size}  # numbers in theta",
        f"STATE = {slots!r}  # vectors like theta that the update keeps, all 0 at first",
        f"TRAINING_ARENA = {training.arena}  # bytes of buffers for batches of up to {training.batch} examples",
        f"EVALUATION_ARENA = {evaluation.arena}  # the same for {evaluation.batch} examples",
        f"EVALUATION_EXAMPLES = {evaluation.batch}",
        f"METRICS = {_metric_sums(model)!r}  # how many sums over the examples each takes",
        "PARAMETERS = (  # name, place in theta, shape",
        *(f"    ({p.name!r}, {p.offset}, {show(p.shape)})," for p in model.parameters),
        ")",
        "",
        *(f"{name} = {number(v)}" for name, v in settings.items()),
        *_helpers(needs_draws, dropout, bool(slots) and updates, _has_loops(training)),
        *initial,
        *rate,
        *_training(model, training, step, updates),
        *_evaluation(model, evaluation, forward),
    ]
    return Program("\n".join(lines).rstrip() + "\n", step.calls)


def _head(model: Model, line_of: str, version: str) -> list[str]:
    sizes = "-".join(str(model.features) if r.label == "input" else str(r.output[0]) for r in model.layers
                     if r.label == "input" or r.parameters)
    return [
        f'"""{line_of}, compiled by specc {version}: a {sizes} network as a NumPy program.',
        "",
        "Examples are columns: an array (n, m) holds n features of m examples, and Z2 = W2 A1 + b2. theta holds",
        "all parameters in one vector and dtheta all gradients; every W and b is a view of theta, every dW and",
        "db a view of dtheta. Arrays are bound once per batch size; a step writes into them and allocates none.",
        '"""',
        "",
    ]


def _metric_sums(model: Model) -> dict[str, int]:
    names = [name for name, _ in model.evaluate.outputs]
    return {m.word: sum(n.startswith(m.word + ".") for n in names) for m in model.metrics}


def _has_loops(plan: Plan) -> bool:
    return any(len(s) > 1 for s in plan.steps)


def _helpers(needs_draws: bool, dropout: bool, flush: bool, loops: bool) -> list[str]:
    lines = [
        "",
        "",
        "def scalar(value):",
        '    """A number as an array without axes, which NumPy combines with arrays fastest."""',
        "    return np.array(value, REAL)",
        "",
        "",
        "def buffer(arena, offset, shape, kind=REAL):",
        '    """An array in the arena, from this byte on. Values that are never needed together share bytes."""',
        "    count = int(np.prod(shape)) * np.dtype(kind).itemsize",
        "    return arena[offset : offset + count].view(kind).reshape(shape)",
    ]
    if loops:
        lines += [
            "",
            "",
            "def cuts(length, block):",
            '    """Begin and end of each block of a vector."""',
            "    return [(i, min(i + block, length)) for i in range(0, length, block)]",
        ]
    if flush:
        lines += [
            "",
            "",
            "def flush(*vectors):",
            '    """Set numbers too small to matter to 0: arithmetic on subnormal numbers is ten times slower."""',
            "    least = np.finfo(REAL).tiny * 1e8",
            "    for x in vectors:",
            "        x[np.abs(x) < least] = 0",
        ]
    if needs_draws:
        lines += [
            "",
            "",
            "def draws(seed, purpose):",
            '    """A stream of random numbers of its own for every (seed, purpose)."""',
            "    return np.random.Generator(np.random.Philox(key=[seed, purpose]))",
        ]
    if dropout:
        lines += [
            "",
            "",
            "class Draws:",
            '    """Random numbers as a function of (seed, purpose, step), so that a resumed run draws the same."""',
            "",
            "    def __init__(self, seed, purpose):",
            "        self.bits = np.random.Philox(key=[seed, purpose])",
            "        self.generator = np.random.Generator(self.bits)",
            "        self.block = 0  # blocks of 8 float32 that were passed",
            "",
            "    def fill(self, out, step):",
            '        """Uniform numbers in [0, 1); every step has 2**32 blocks of its own."""',
            "        self.bits.advance((step << 32) - self.block)",
            "        self.generator.random(out=out, dtype=out.dtype)",
            "        self.block = (step << 32) - (-out.nbytes // 32)",
        ]
    return lines


def _initialise(model: Model) -> tuple[list[str], bool]:
    """The starting values, written as plain expressions: this runs once."""
    graph = model.initial
    outputs = dict(graph.outputs)
    lines = ["", "", "def initialise(theta, seed):", '    """Starting values; biases start at 0."""', "    theta.fill(0)"]
    drawn = any(n.op == "normal" for n in graph.nodes)
    if model.legacy and drawn:
        lines.append("    legacy = np.random.RandomState(seed)  # one stream for all layers, in their order")
    for p in model.parameters:
        if p.name not in outputs:
            continue
        text = _plain(graph, graph.nodes[outputs[p.name]], model.legacy)
        place = f"theta[{p.offset}:{p.offset + p.size}]"
        shaped = f"{place}.reshape({show(p.shape)})[...]" if "(" in text else f"{place}"
        if text != "0":
            lines.append(f"    {shaped if '(' in text else place + '[...]'} = {text}  # {p.symbol}")
    return lines, drawn and not model.legacy


def _plain(graph: Graph, node: Node, legacy: bool) -> str:
    """An initial value as an expression without `out=`."""
    if node.type.kind == "host":
        return expression(graph, node, lambda n: None)
    if node.op == "filled":
        return number(node["value"])
    operands = [_plain(graph, graph.nodes[i], legacy) for i in node.inputs]
    if node.op in ("multiply", "add", "subtract", "divide"):
        return node.definition.host.format(*operands)
    attrs = {k: show(v) if k == "shape" else v for k, v in node.attrs}
    if legacy and node.op == "normal":
        return f"legacy.standard_normal({attrs['shape']})"
    return node.definition.emit.replace(", out={out}", "").format(*operands, **attrs)


def _rate(model: Model, settings: dict[str, float]) -> list[str]:
    graph = model.rate
    for node in graph.nodes:
        if node.op == "setting":
            settings[node["name"]] = node["value"]
    text = expression(graph, graph.output("rate"), lambda n: None)
    return [
        "",
        "",
        "def learning_rate(step, epoch, steps, epochs, steps_per_epoch):",
        '    """The learning rate of the update after `step` updates and `epoch` whole epochs."""',
        f"    return {text}",
    ]


def _training(model: Model, plan: Plan, step: Emitted, updates: bool) -> list[str]:
    slots = model.optimizer.slots if updates else ()
    name = "training" if updates else "gradient"
    arguments = ", ".join(("theta", "dtheta", *slots, "m", "examples", "seed", "arena"))
    lines = [
        "",
        "",
        f"def {name}({arguments}):",
        f'    """Bind every array for batches of m examples, at most {plan.batch}; `examples` is the training set\'s size."""',
        *(f"    {line}" for line in step.binding),
        "",
        "    def step(X, T, lr, t):",
        '        """Update number t = 1, 2, ... on X (features, m) and targets T; returns the cost before it."""',
        *((f"        {line}" if line else "") for line in step.body),
    ]
    if slots:
        lines += [
            "        if t % 128 == 0:",
            f"            flush({', '.join(slots)})",
        ]
    lines += [f"        return {step.results['cost']}", "", "    return step"]
    return lines


def _evaluation(model: Model, plan: Plan, forward: Emitted) -> list[str]:
    graph = plan.graph
    sums = [name for name, i in graph.outputs if graph.nodes[i].type.kind == "host" and name != "penalty"]
    penalty = forward.results.get("penalty", "0.0")
    lines = [
        "",
        "",
        "def evaluation(theta, m, examples, arena):",
        f'    """Bind every array for a forward pass of m examples, at most {plan.batch}; nothing is random in it."""',
        *(f"    {line}" for line in forward.binding),
        "",
        "    def evaluate(X, T):",
        f'        """The output, the sums of {", ".join(sums)} over the examples, and the penalty."""',
        *((f"        {line}" if line else "") for line in forward.body),
        f"        return {forward.results['output']}, ({', '.join(forward.results[s] for s in sums)},), {penalty}",
        "",
        "    return evaluate",
    ]
    return lines
