"""Bound spec to model: shapes are proven while the graph is built.

A network is built twice from the same definitions, for training and for evaluation (dropout does
nothing there).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath
from typing import cast

from specc.diag.diagnostic import CompilerBug, Diagnostic, Help, Label
from specc.diag.sink import Sink
from specc.elaborate.claims import check_claims, check_search, check_stop
from specc.elaborate.fit import fits, fitting_metrics, target_of
from specc.elaborate.forward import Forward
from specc.elaborate.layout import layout
from specc.elaborate.place import uses
from specc.elaborate.story import columns, core, quoted, shape_table
from specc.ir.builder import Builder, Sym
from specc.ir.cost import node_flops
from specc.ir.graph import Graph
from specc.lang.bound import Bound, Known
from specc.library.registry import Registry
from specc.library.words import Clock, Metric
from specc.model import Model, Parameter
from specc.ops import algebra as op
from specc.shapes import Dim, M, plus, show, size, value


def elaborate(
    bound: Bound, registry: Registry, sink: Sink, *, stochastic: bool = True
) -> Model | None:
    """The model of a bound spec; None after errors.

    Args:
        bound: The spec.
        registry: The words, for the metric of a task.
        sink: Where errors go.
        stochastic: False builds the training graph without random draws, for the gradient check.
    """
    forward = Forward(bound, sink, training=True, stochastic=stochastic)
    output = forward.run()
    if output is None or not fits(bound.loss, forward, sink) or sink.failed:
        return None
    task = bound.loss.task
    train_graph = _training(bound, forward.b, output)
    _check_reached(forward, train_graph, sink)
    metrics = fitting_metrics(bound, task, registry, sink)
    parameters, segments = layout(forward.place.parameters)
    flops = _layer_flops(train_graph)
    static = _static(forward, parameters, flops)
    check_claims(
        bound, metrics, static, lambda name: _table(name, forward, parameters, flops), sink
    )
    check_stop(bound, metrics, sink)
    check_search(bound, metrics, sink)
    if not parameters:
        network = bound.network[-1].step
        sink.add(
            Diagnostic(
                "E0301",
                "`network` has nothing to train: no layer has parameters",
                Label(network.head, "ends here"),
                helps=(Help("add a layer with weights, for example `dense 1`"),),
            )
        )
    if sink.failed:
        return None
    b = Builder()
    draws = {p.name.replace(".", "__"): _draw(b, p) for p in parameters if p.weight}
    features: Dim = 0
    for row in forward.rows:
        if row.label.startswith("input"):
            features = plus(features, size(row.output[:-1]))
    return Model(
        name=PurePath(bound.source.path).stem,
        path=bound.source.path,
        layers=tuple(replace(r, flops=flops.get(r.label, 0)) for r in forward.rows),
        parameters=parameters,
        segments=segments,
        train=train_graph,
        evaluate=_evaluation(bound, metrics),
        initial=b.graph(**draws),
        rate=_rate(bound),
        optimizer=bound.optimizer,
        metrics=metrics,
        legacy=bound.train.seed.legacy,
        task=task,
        features=value(features, {}),
        outputs=cast(int, output.shape[0]),
        static=tuple(static.items()),
    )


def _static(
    forward: Forward, parameters: tuple[Parameter, ...], flops: dict[str, Dim]
) -> dict[str, Known]:
    """Results that are known before any number moves; flops are for one example, forward."""
    whole: Dim = 0
    for row in forward.rows:
        whole = plus(whole, flops.get(row.label, 0))
    shapes = {name: x.shape for name, (x, _) in forward.names.items()}
    shapes["output"] = cast(Sym, forward.output).shape
    return {
        "parameters": float(sum(p.size for p in parameters)),
        "flops": float(value(whole, {"m": 1})),
        **{f"{name}.shape": cast("tuple[int, ...]", s[:-1]) for name, s in shapes.items()},
    }


def _table(
    name: str, forward: Forward, parameters: tuple[Parameter, ...], flops: dict[str, Dim]
) -> tuple[str, ...]:
    """Where a known result comes from, layer by layer."""
    if name.endswith(".shape"):
        return shape_table(forward.rows)
    sizes = {p.name: p.size for p in parameters}
    counts = {
        "parameters": [sum(sizes[p] for p in row.parameters) for row in forward.rows],
        "flops": [value(flops.get(row.label, 0), {"m": 1}) for row in forward.rows],
    }.get(name, [])
    pairs = zip(forward.rows, counts, strict=False)
    kept = [(r, n) for r, n in pairs if n or r.label.startswith("input")]
    return columns([(quoted(r.text), f"{n:_}" if n else show(r.output)) for r, n in kept])


def _check_reached(forward: Forward, graph: Graph, sink: Sink) -> None:
    """E0308: layers whose value nothing uses, the last ones of branches that end nowhere.

    The last activation is part of the loss (see `losses`), so it need not be in the graph itself.
    """
    output = cast(Sym, forward.output)
    reached = {node.layer for node in graph.nodes}
    used = {i for node in forward.b.nodes for i in node.inputs}
    for row in forward.rows:
        step, end = forward.ends[row.label]
        if row.label not in reached and end not in used and end != output.id:
            sink.add(
                Diagnostic(
                    "E0308",
                    f"`{quoted(row.text)}` does not reach the output",
                    Label(core(step), "nothing uses this"),
                    uses(step.chain),
                    helps=(Help("join it by `add` or `concat`, or take it out"),),
                )
            )


def _training(bound: Bound, b: Builder, output: Sym) -> Graph:
    """The mean loss of a batch."""
    loss = bound.loss
    with b.layer("loss"):
        _, t = target_of(b, loss.task, output)
        z = output.inputs[0] if loss.activation else output
        mean = op.total(loss.per_example(z, t)) * (1 / b.extent(M))
    return b.graph(loss=mean)


def _evaluation(bound: Bound, metrics: tuple[Metric, ...]) -> Graph:
    """Output, and sums of loss and metrics."""
    forward = Forward(bound, Sink(), training=False)
    output = forward.run()
    if output is None:
        raise CompilerBug("a network that trains cannot be evaluated")
    b, loss = forward.b, bound.loss
    with b.layer("loss"):
        target, t = target_of(b, loss.task, output)
        z = output.inputs[0] if loss.activation else output
        sums = {"loss": op.total(loss.per_example(z, t))}
        for metric in metrics:
            for i, total in enumerate(metric.totals(output, target, loss.task)):
                sums[f"{metric.word}__{i}"] = total
    return b.graph(output=output, **sums)


def _draw(b: Builder, p: Parameter) -> Sym:
    n_in, n_out = p.fan
    return p.init.draw(b, p.shape, n_in, n_out, p.purpose)


def _rate(bound: Bound) -> Graph:
    b = Builder()
    clock = Clock(
        *(b.input(n, (), "host") for n in ("step", "epoch", "steps", "epochs", "steps_per_epoch"))
    )
    lr = b.setting("lr0", bound.optimizer.lr)
    return b.graph(rate=lr if bound.schedule is None else bound.schedule.rate(lr, clock))


def _layer_flops(graph: Graph) -> dict[str, Dim]:
    """Forward operations per layer."""
    found: dict[str, Dim] = {}
    for node in graph.nodes:
        found[node.layer] = plus(found.get(node.layer, 0), node_flops(graph, node))
    return found
