"""Bound spec to model: shapes are proven while the graph is built.

A network is built twice from the same definitions, for training and for evaluation (dropout does
nothing there). The first time proves everything, and a check is content with that.
"""

from __future__ import annotations

from typing import cast

from specc.diag.diagnostic import Diagnostic, Help, Label
from specc.diag.sink import Sink
from specc.elaborate.augment import check_augment
from specc.elaborate.claims import check_claims, check_search, check_watched
from specc.elaborate.fit import fits, fitting_metrics, target_of
from specc.elaborate.forward import Forward
from specc.elaborate.place import uses
from specc.elaborate.proof import Built, Proof
from specc.elaborate.rates import check_schedule, rates
from specc.elaborate.story import core, quoted
from specc.elaborate.target import measured_task, target_fits, task_of
from specc.elaborate.tokens import check_tokens
from specc.ir.builder import SUMMARY, Builder, Sym
from specc.lang.bound import Bound
from specc.lang.memo import Memo
from specc.library.registry import Registry
from specc.library.words import Metric
from specc.model import Model
from specc.ops import algebra as op
from specc.shapes import M

NODES = 4
"""How many there are in an ordinary layer."""


def elaborate(
    bound: Bound, registry: Registry, sink: Sink, *, stochastic: bool = True
) -> Model | None:
    """The model of a bound spec; None after errors. See `prove` for the arguments."""
    proof = prove(bound, registry, sink, stochastic=stochastic)
    return None if proof is None else proof.model()


def prove(
    bound: Bound,
    registry: Registry,
    sink: Sink,
    *,
    stochastic: bool = True,
    memo: Memo | None = None,
) -> Proof | None:
    """That a bound spec has a model; None after errors.

    Args:
        bound: The spec.
        registry: The words, for the metric of a task.
        sink: Where errors go.
        stochastic: False builds the training graph without random draws, for the gradient check.
        memo: What was made for other variants, with the same `stochastic`.
    """
    data, memo = bound.data, memo or Memo()
    sources = (data.source, data.train, data.dev, data.test, data.target)
    # A plan needs the nodes of all layers.
    planned = bound.claims("memory")
    # What is known of layers says how much they compute only where claims want to know.
    parts = (bound.network, bound.loss, *sources, planned, bound.claims("flops"))
    built = memo.get(*parts)
    if built is None and memo.lasting and not planned and memo.said(*parts) is None:
        built = _again(bound, memo)
    if built is None:
        built = _told(bound, sink, stochastic, memo, parts)
    if built is None:
        return None
    forward = built.forward
    memo.put(built, *parts, layers=len(forward.b.nodes) // NODES)
    # Variants that change none of these share what is measured, if nothing was said about it.
    shared = (check_claims, built, bound.data, bound.expect, bound.train.metrics)
    known: tuple[Metric, ...] | None = memo.get(*shared)
    said, task = len(sink.log), measured_task(bound)
    metrics = known or fitting_metrics(bound, task, forward, registry, sink)
    rate = memo.get(rates, bound.optimizer, bound.schedule) or rates(bound)
    memo.put(rate, rates, bound.optimizer, bound.schedule)
    proof = Proof(bound, built, metrics, rate)
    if known is None:
        if bound.expect:
            check_claims(bound, metrics, proof.static, proof.origin, sink)
        check_augment(bound, forward, sink)
        check_tokens(bound, forward, sink)
        if len(sink.log) == said:
            memo.put(metrics, *shared)
    check_watched(bound, metrics, sink)
    check_schedule(bound, rate, sink)
    check_search(bound, metrics, sink)
    if not forward.place.parameters:
        network = bound.network[-1].step
        sink.add(
            Diagnostic(
                "E0301",
                "`network` has nothing to train: no layer has parameters",
                Label(network.head, "ends here"),
                helps=(Help("add a layer with weights, for example `dense 1`"),),
            )
        )
    return None if sink.failed else proof


def _told(
    bound: Bound, sink: Sink, stochastic: bool, memo: Memo, parts: tuple[object, ...]
) -> Built | None:
    """`_built`, or None with the findings about the same network in another variant."""
    said = memo.said(*parts)
    if said is None:
        inner = Sink()
        built = _built(bound, inner, stochastic)
        if built is None:
            memo.say(None, inner.log, *parts)
        said = built, tuple(inner.log)
    for finding in said[1]:
        sink.add(finding)
    return cast("Built | None", said[0])


def _again(bound: Bound, memo: Memo) -> Built | None:
    """`_built` from what is known of most layers; None where there is something to say about the
    network, which takes all of it.
    """
    from specc.elaborate.summary import is_row

    # In branches layers may share operations, which are counted once.
    if bound.claims("flops") and not is_row(bound.network):
        return None
    sink = Sink()
    built = _built(bound, sink, True, memo)
    return None if sink.failed else built


def _built(bound: Bound, sink: Sink, stochastic: bool, memo: Memo | None = None) -> Built | None:
    """The network and the mean loss of a batch behind it; None after errors."""
    forward = Forward(bound, sink, training=True, stochastic=stochastic, memo=memo)
    output = forward.run()
    if output is None or output.op == SUMMARY or not _fits(bound, forward, sink) or sink.failed:
        return None
    loss = _training(bound, forward.b, output)
    _check_reached(forward, loss, sink)
    return Built(forward, loss)


def _fits(bound: Bound, forward: Forward, sink: Sink) -> bool:
    """Whether output, loss and target go together."""
    return fits(bound.loss, forward, sink) and target_fits(bound, forward, sink)


def _check_reached(forward: Forward, loss: Sym, sink: Sink) -> None:
    """E0308: layers whose value nothing uses, the last ones of branches that end nowhere.

    The last activation is part of the loss (see `losses`), so it need not be in the graph itself.
    """
    output = cast(Sym, forward.output)
    reached = {forward.b.nodes[i].layer for i in forward.b.needed(loss)}
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


def _training(bound: Bound, b: Builder, output: Sym) -> Sym:
    """The mean loss of a batch."""
    loss = bound.loss
    with b.layer("loss"):
        _, t = target_of(b, task_of(bound), output)
        z = output.inputs[0] if loss.activation else output
        return op.total(loss.per_example(z, t)) * (1 / b.extent(M))
