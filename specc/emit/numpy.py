"""A model as one self-contained NumPy module: what `specc train` runs and what people read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from specc import ops
from specc.diag.diagnostic import CompilerBug
from specc.diag.escape import escape
from specc.emit import rate, support
from specc.emit.function import UFUNCS, Emitted, FunctionWriter, ufuncs_of
from specc.emit.hostcode import expression, number
from specc.ir.graph import Graph, Node
from specc.ir.plan import Plan
from specc.model import Model, Parameter, Running
from specc.shapes import show

KERNELS = Path(ops.__file__).parent / "kernels"

RESERVED = UFUNCS | frozenset(
    (
        "np math REAL PARAMETERS STATE SIZE METRICS RUNNING running scalar buffer cuts flush draws "
        "Draws frozen_draws initialise learning_rate training evaluation gradient step evaluate "
        "theta dtheta m examples seed arena X T t lr i j cost output float max min abs"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Program:
    """The text of a module and the NumPy calls of its step, each loop over blocks counted once.

    `layers` says of lines of the text (from 1) to which layer they belong, `names` what the arrays
    of the step's nodes are called.
    """

    text: str
    calls: int
    layers: Mapping[int, str] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)


def emit(model: Model, training: Plan, evaluation: Plan, precision: str, version: str) -> Program:
    """The module of a model.

    Args:
        model: What was compiled.
        training: The plan of one step, with or without the update.
        evaluation: The plan of a forward pass with metrics.
        precision: float32 or float64.
        version: Of the compiler, for the first line.
    """
    # It stands in a docstring: nothing in it may end that or begin an escape.
    name = model.path.replace("\\", "/").rsplit("/", 1)[-1]
    file = escape(name).replace("\\", "\\\\").replace('"', "'")
    layers = {row.label: row for row in model.layers}
    reserved = RESERVED | set(model.optimizer.slots)
    step = FunctionWriter(training, layers, file, reserved).write()
    forward = FunctionWriter(evaluation, layers, file, reserved).write()
    updates = any(name == "theta" for name, _ in training.graph.outputs)
    slots = model.optimizer.slots if updates else ()
    running = ("running",) if model.running else ()
    settings = _merged(step.settings, forward.settings)
    renamed = _renamed(model.rate, settings)
    initial = _initialise(model, _renamed(model.initial, settings))
    kernels = step.kernels | forward.kernels | _kernels(model.initial)
    head = support.HEAD.format(
        file=file,
        version=version,
        sizes=_sizes(model),
        ufuncs=", ".join(sorted(step.ufuncs | forward.ufuncs | ufuncs_of("\n".join(initial)))),
        precision=precision,
        size=model.size,
        state=slots,
        training_arena=training.arena,
        batch=training.batch,
        evaluation_arena=evaluation.arena,
        evaluation_examples=evaluation.batch,
        metrics=_metric_sums(model),
        parameters=_places(model.parameters),
        running=support.RUNNING.format(running=_places(model.running)) if running else "",
    )
    parts = [
        head + "\n" + "\n".join(f"{name} = {number(v)}" for name, v in settings.items()) + "\n",
        support.ARRAYS,
        *_support(model, training, bool(slots) or (updates and bool(running))),
        *(_kernel(name) for name in sorted(kernels)),
        "\n" + "\n".join(initial) + "\n",
        support.RATE.format(
            arguments=rate.arguments(model.rate),
            body=_indented(rate.body(model.rate, renamed, frozenset(settings)), 4),
        ),
        _training(training, step, (*slots, *(running if updates else ())), updates),
        _evaluation(evaluation, forward, running),
    ]
    before = sum(part.count("\n") + 1 for part in parts[:-2])
    owners = _owners(parts[-2], step, "step", before)
    owners |= _owners(parts[-1], forward, "evaluate", before + parts[-2].count("\n") + 1)
    return Program("\n".join(parts), step.calls, owners, step.names)


def _owners(part: str, written: Emitted, inner: str, before: int) -> dict[int, str]:
    """The layer of each line of a function that stands behind `before` lines of the module."""
    lines = part.split("\n")
    inside = next(i for i, line in enumerate(lines) if line.startswith(f"    def {inner}("))
    # The inner function begins with its docstring, the bindings end a line before it.
    body, binding = inside + 2, inside - 1 - len(written.binding)
    places = [(binding, written.binding_layers), (body, written.body_layers)]
    end = body + len(written.body_layers)
    for i, line in enumerate(lines[end:], end):
        # Behind the operations stand what keeps the state of the update tidy, and the result.
        if line.startswith("        "):
            places.append((i, ("loss" if line.lstrip().startswith("return ") else "update",)))
    return {
        before + start + i + 1: layer
        for start, layers in places
        for i, layer in enumerate(layers)
        if layer and lines[start + i]
    }


def _places(tensors: Iterable[Parameter | Running]) -> str:
    """Name, place in the vector and shape, a line for each."""
    return "\n".join(f"    ({t.name!r}, {t.offset}, {show(t.shape)})," for t in tensors)


def _sizes(model: Model) -> str:
    """`64-64-32-10`."""
    layers = {p.layer for p in model.parameters if p.weight}
    weighted = [str(row.output[0]) for row in model.layers if row.label in layers]
    return "-".join([str(model.features), *weighted])


def _metric_sums(model: Model) -> dict[str, int]:
    names = [name for name, _ in model.evaluate.outputs]
    return {m.word: sum(n.startswith(m.word + ".") for n in names) for m in model.metrics}


def _merged(step: Mapping[str, float], forward: Mapping[str, float]) -> dict[str, float]:
    """The settings of both functions; one name must mean one value in the module."""
    for name in step.keys() & forward.keys():
        if step[name] != forward[name]:
            raise CompilerBug(f"the setting {name} is {step[name]} and {forward[name]}")
    return {**step, **forward}


def _renamed(graph: Graph, settings: dict[str, float]) -> dict[int, str]:
    """The settings of a graph are added to `settings`; names for those whose own is taken."""
    names: dict[int, str] = {}
    for node in graph.nodes:
        if node.op != "setting":
            continue
        name, count = node["name"], 1
        while settings.setdefault(name, node["value"]) != node["value"]:
            count += 1
            name = f"{node['name']}_{count}"
        names[node.id] = name
    return names


def _kernel(name: str) -> str:
    """The functions of a kernel, without the head of its file."""
    text = (KERNELS / f"{name}.py").read_text(encoding="utf-8")
    return "\n" + text.partition("\n\n\n")[2]


def _kernels(graph: Graph) -> set[str]:
    """The kernels that the operations of a graph call."""
    return {kernel for node in graph.nodes if (kernel := node.definition.kernel)}


def _support(model: Model, training: Plan, keeps_state: bool) -> list[str]:
    """The helpers that this module uses."""
    wanted = (
        (any(len(s) > 1 for s in training.steps), support.CUTS),
        (keeps_state, support.FLUSH),
        (_draws(model) and not model.legacy, support.DRAWS),
        (any(n.op == "uniform" for n in training.graph.nodes), support.STREAM),
        (any(n.op == "kept" for n in training.graph.nodes), support.FROZEN),
    )
    return [text for used, text in wanted if used]


DRAWING = ("normal", "symmetric")
"""Operations that draw starting values."""


def _draws(model: Model) -> bool:
    return any(n.op in DRAWING for n in model.initial.nodes)


def _initialise(model: Model, renamed: Mapping[int, str]) -> list[str]:
    """The starting values, written as plain expressions: this runs once."""
    graph = model.initial
    outputs = dict(graph.outputs)
    lines = [
        f"def initialise(theta, {'running, ' if model.running else ''}seed):",
        '    """Starting values; biases start at 0."""',
        "    theta.fill(0)",
    ]
    if model.legacy and _draws(model):
        lines.append("    legacy = np.random.RandomState(seed)  # one stream, layer by layer")
    for p in model.parameters:
        if p.name not in outputs:
            continue
        text = _plain(graph, graph.nodes[outputs[p.name]], model.legacy, renamed)
        if text != "0":
            place = f"theta[{p.offset}:{p.offset + p.size}].reshape({show(p.shape)})"
            lines.append(f"    {place}[...] = {text}  # {p.symbol}")
    for r in model.running:
        place = f"running[{r.offset}:{r.offset + r.size}]"
        lines.append(f"    {place} = {number(r.start)}  # {r.symbol}")
    return lines


_TIGHTNESS = {"add": 1, "subtract": 1, "multiply": 2, "divide": 2}


def _plain(graph: Graph, node: Node, legacy: bool, renamed: Mapping[int, str]) -> str:
    """An initial value as an expression without `out=`."""
    if node.type.kind == "host":
        return expression(graph, node, lambda n: renamed.get(n.id))
    if node.op == "filled":
        return number(node["value"])
    operands = [_plain(graph, graph.nodes[i], legacy, renamed) for i in node.inputs]
    own = _TIGHTNESS.get(node.op)
    if own is not None:
        levels = [_TIGHTNESS.get(graph.nodes[i].op, 3) for i in node.inputs]
        # The right side of an operator binds tighter than its own level.
        sides = zip(operands, levels, (own, own + 1), strict=True)
        wrapped = [f"({text})" if level < least else text for text, level, least in sides]
        return node.definition.host.format(*wrapped)
    attrs = {k: show(v) if k == "shape" else v for k, v in node.attrs}
    text = node.definition.emit.replace(", out={out}", "")
    if legacy and node.op in DRAWING:
        text = text.replace("draws(seed, {purpose})", "legacy")
    return text.format(*operands, **attrs)


def _indented(lines: Iterable[str], by: int) -> str:
    return "\n".join(" " * by + line if line else "" for line in lines)


def _training(plan: Plan, step: Emitted, states: tuple[str, ...], updates: bool) -> str:
    body = list(step.body)
    if states:
        body += ["if t % 128 == 0:", f"    flush({', '.join(states)})"]
    return support.BINDING.format(
        name="training" if updates else "gradient",
        arguments=", ".join(("theta", "dtheta", *states, "m", "examples", "seed", "arena")),
        batch=plan.batch,
        binding=_indented(step.binding, 4),
        body=_indented(body, 8),
        cost=step.results["cost"],
    )


def _evaluation(plan: Plan, forward: Emitted, running: tuple[str, ...]) -> str:
    sums = [name for name, _ in plan.graph.outputs if name not in ("output", "penalty")]
    return support.FORWARD.format(
        arguments=", ".join(("theta", *running, "m", "examples", "arena")),
        batch=plan.batch,
        binding=_indented(forward.binding, 4),
        sums=", ".join(sums),
        body=_indented(forward.body, 8),
        output=forward.results["output"],
        totals=", ".join(forward.results[s] for s in sums),
        penalty=forward.results.get("penalty", "0.0"),
    )
