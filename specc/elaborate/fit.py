"""Output, loss and target together: what the network gives must be what the loss takes."""

from __future__ import annotations

from typing import Any, cast

from specc.diag.diagnostic import CompilerBug, Diagnostic, Edit, Help, Label
from specc.diag.sink import Sink
from specc.diag.source import Span
from specc.elaborate.forward import Forward
from specc.elaborate.story import shape_table
from specc.ir.builder import Builder, Sym
from specc.lang.bound import Bound
from specc.lang.report import listing
from specc.library.registry import Registry
from specc.library.words import Loss, Metric, Task
from specc.ops import algebra as op
from specc.shapes import M, show


def target_of(b: Builder, task: Task, output: Sym) -> tuple[Sym, Sym]:
    """The target as it arrives, and as the loss takes it."""
    if task == "classes":
        labels = b.input("T", (M,), "int")
        return labels, op.one_hot(labels, cast(int, output.shape[0])).named("Y")
    target = b.input("T", output.shape)
    return target, target


def fits(loss: Loss, forward: Forward, sink: Sink) -> bool:
    """Whether the last layer gives what the loss takes."""
    output, use = cast(Sym, forward.output), forward.ending
    last = forward.makers[output.id]
    loss_span = loss.span()
    secondary = () if loss_span is None else (Label(loss_span, "asked for here"),)
    units = output.shape[0]
    if len(output.shape) != 2:
        sink.add(
            Diagnostic(
                "E0304",
                f"`{loss.word}` takes one column per example, but {show(output.shape)} arrives",
                Label(last.head, f"gives {show(output.shape)}"),
                secondary,
                table=shape_table(forward.rows),
            )
        )
        return False
    if loss.activation and output.op != loss.activation:
        given = output.op if output.op in ("softmax", "sigmoid", "relu", "tanh") else "linear"
        at: Span | None = None
        if use is not None:
            activation = getattr(use.layer, "activation", None)
            given = activation.word if activation is not None else given
            at = use.layer.spans.get("activation")
        edits: tuple[Edit, ...] = ()
        if at is not None:
            edits = (Edit(at, loss.activation),)
        elif use is not None and use.layer.word == "dense":
            edits = (Edit(last.head.after(), f", {loss.activation}"),)
        sink.add(
            Diagnostic(
                "E0304",
                f"`{loss.word}` takes the probabilities of a `{loss.activation}`, "
                f"but the network ends with `{given}`",
                Label(at or last.head, f"gives {given} values"),
                secondary,
                helps=(Help(f"end the network with `{loss.activation}`", edits),),
            )
        )
        return False
    if loss.task == "binary" and units != 1:
        sink.add(
            Diagnostic(
                "E0304",
                f"`{loss.word}` takes 1 output, but the network gives {units}",
                Label(last.head, f"gives {units} outputs"),
                secondary,
                helps=(Help(f"for {units} classes: `softmax` and `cross_entropy`"),),
            )
        )
        return False
    if loss.task == "classes" and units == 1:
        sink.add(
            Diagnostic(
                "E0305",
                "`softmax` over 1 unit is always 1",
                Label(last.head, "needs 2 units or more"),
                secondary,
                helps=(
                    Help("for a yes-or-no target: `dense 1, sigmoid` with `binary_cross_entropy`"),
                ),
            )
        )
        return False
    return True


def fitting_metrics(bound: Bound, task: Task, registry: Registry, sink: Sink) -> tuple[Metric, ...]:
    """The metrics of `metrics`, or the one that goes with the task."""
    if bound.train.metrics is None:
        word = "mae" if task == "real" else "accuracy"
        kind = registry.find("metrics", word)
        if kind is None:
            raise CompilerBug(f"the metric {word} is missing")
        return (cast(Metric, kind(word=word)),)
    for metric in bound.train.metrics:
        if task not in metric.tasks:
            fitting = [
                word
                for word in registry.words("metrics")
                if task in cast(Any, registry.find("metrics", word)).tasks
            ]
            span = metric.span()
            sink.add(
                Diagnostic(
                    "E0304",
                    f"`{metric.word}` does not measure what `{bound.loss.word}` trains",
                    None if span is None else Label(span, f"not for `{bound.loss.word}`"),
                    helps=(Help(f"here: {listing(fitting)}"),),
                )
            )
    return bound.train.metrics
