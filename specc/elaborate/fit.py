"""Output, loss and target together: what the network gives must be what the loss takes."""

from __future__ import annotations

from typing import Any, cast

from specc.diag.diagnostic import CompilerBug, Diagnostic, Edit, Help, Label
from specc.diag.sink import Sink
from specc.diag.source import Span
from specc.elaborate.forward import Forward
from specc.elaborate.story import core, shape_table
from specc.ir.builder import Builder, Sym
from specc.lang.bound import Bound
from specc.lang.report import given_twice, listing
from specc.library.registry import Registry, standard
from specc.library.words import Loss, Metric, Task
from specc.ops import algebra as op
from specc.shapes import M, Shape, show


def target_of(b: Builder, task: Task, output: Sym) -> tuple[Sym, Sym]:
    """The target as it arrives, and as the loss takes it."""
    if task == "classes":
        labels = b.input("T", (M,), "int")
        return labels, op.one_hot(labels, cast(int, output.shape[0])).named("Y")
    target = b.input("T", output.shape)
    return target, target


MATCHING = {"sigmoid": "binary_cross_entropy", "softmax": "cross_entropy"}
"""The loss that goes with an output activation."""


def fits(loss: Loss, forward: Forward, sink: Sink) -> bool:
    """Whether the last layer gives what the loss takes."""
    output = cast(Sym, forward.output)
    last = core(forward.makers[output.id])
    loss_span = loss.span()
    asked = () if loss_span is None else (Label(loss_span, "asked for here"),)
    units = output.shape[0]
    if len(output.shape) != 2:
        sink.add(
            Diagnostic(
                "E0304",
                f"`{loss.word}` takes one column per example, but {show(output.shape)} arrives",
                Label(last, f"gives {show(output.shape)}"),
                asked,
                table=shape_table(forward.rows),
                helps=(Help(_ending(output.shape)),),
            )
        )
        return False
    if output.op == "softmax" and units == 1:
        edits = _edits((forward, "sigmoid"), (loss_span, MATCHING["sigmoid"]))
        sink.add(
            Diagnostic(
                "E0305",
                "`softmax` over 1 unit is always 1",
                Label(last, "needs 2 units or more"),
                asked,
                helps=(
                    Help("for several classes: as many units as there are classes"),
                    Help("for a yes-or-no target: `sigmoid` and `binary_cross_entropy`", edits),
                ),
            )
        )
        return False
    if loss.activation and output.op != loss.activation:
        sink.add(_wrong_activation(loss, forward, last, asked))
        return False
    if loss.task == "binary" and units != 1 and not forward.bound.data.gives_input:
        edits = _edits((forward, "softmax"), (loss_span, MATCHING["softmax"]))
        sink.add(
            Diagnostic(
                "E0304",
                f"`{loss.word}` takes 1 output, but the network gives {units}",
                Label(last, f"gives {units} outputs"),
                asked,
                helps=(
                    Help("for a yes-or-no target: `dense 1, sigmoid`"),
                    Help(f"for {units} classes: `softmax` and `cross_entropy`", edits),
                ),
            )
        )
        return False
    return _agrees(loss, forward, sink)


def _agrees(word: Loss | Metric, forward: Forward, sink: Sink) -> bool:
    """Whether the arguments of a loss or metric go with the number of outputs; E0304 if not."""
    output = cast(Sym, forward.output)
    found = word.misfit(cast(int, output.shape[0]))
    if found is None:
        return True
    last = core(forward.makers[output.id])
    span = word.span(found.argument)
    gives = (Label(last, f"gives {output.shape[0]}"),)
    sink.add(
        Diagnostic(
            "E0304",
            found.message,
            None if span is None else Label(span, found.label),
            () if span is None else gives,
            helps=(Help(found.fix),),
        )
    )
    return False


def _ending(shape: Shape) -> str:
    """How to come to features from what arrives at the end."""
    features = "a layer that gives features, such as `dense`"
    return f"end the network with {'`last` and ' if len(shape) == 3 else ''}{features}"


def _wrong_activation(
    loss: Loss, forward: Forward, last: Span, asked: tuple[Label, ...]
) -> Diagnostic:
    """E0304: the probabilities that a loss takes do not arrive."""
    output, use = cast(Sym, forward.output), forward.ending
    given = output.op if output.op in ("softmax", "sigmoid", "relu", "tanh") else "linear"
    at = last
    edits: tuple[Edit, ...] = ()
    text = f"end the network with `{loss.activation}`"
    if use is not None:
        activation = getattr(use.layer, "activation", None)
        given = activation.word if activation is not None else given
        unlike = activation is None and not hasattr(use.layer, "activation")
        at = use.layer.spans.get("activation", at)
        if activation is not None and use.layer.word == given:
            at = use.step.span
            edits = (Edit(last, loss.activation),)
            before = [i.op for i in output.inputs]
            if loss.activation in before:
                text, edits = f"leave `{given}` out", _line_out(last)
        elif "activation" in use.layer.spans:
            edits = (Edit(at, loss.activation),)
        elif use.layer.word == "dense":
            edits = (Edit(last.after(), f", {loss.activation}"),)
        elif unlike and given == "linear":
            given, text = use.layer.word, f"let `{loss.activation}` come last"
    helps = [Help(text, edits)]
    other, span = MATCHING.get(given), loss.span()
    if other is not None and other != loss.word and span is not None:
        helps.append(Help(f"or take the loss of a `{given}`", (Edit(span, other),)))
    squashed = given in standard().words("activations") and given != "linear"
    gives = f"`{given}` values" if squashed else "any numbers"
    return Diagnostic(
        "E0304",
        f"`{loss.word}` takes the probabilities of a `{loss.activation}`, "
        f"but the network ends with `{given}`",
        Label(at, f"gives {gives}"),
        asked,
        helps=tuple(helps),
    )


def _line_out(span: Span) -> tuple[Edit, ...]:
    """A statement with its line, if it is all that stands there."""
    start = span.start - span.column + 1
    whole = Span(span.source, start, start + len(span.source.line(span.line)) + 1)
    return (Edit(whole, ""),) if whole.text.strip() == span.text else ()


def _edits(end: tuple[Forward, str], loss: tuple[Span | None, str]) -> tuple[Edit, ...]:
    """Another output activation together with its loss, if both are written as words."""
    forward, activation = end
    use, (span, word) = forward.ending, loss
    at = None if use is None else use.layer.spans.get("activation")
    return () if at is None or span is None else (Edit(at, activation), Edit(span, word))


def fitting_metrics(
    bound: Bound, task: Task, forward: Forward, registry: Registry, sink: Sink
) -> tuple[Metric, ...]:
    """The metrics of `metrics`, or the one that goes with the task."""
    if bound.train.metrics is None:
        word = "mae" if task == "real" else "accuracy"
        kind = registry.find("metrics", word)
        if kind is None:
            raise CompilerBug(f"the metric {word} is missing")
        return (cast(Metric, kind(word=word)),)
    first: dict[str, Span] = {}
    for metric in bound.train.metrics:
        at = metric.span()
        if at is not None and first.setdefault(metric.word, at) is not at:
            sink.add(given_twice(metric.word, at, first[metric.word]))
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
        else:
            _agrees(metric, forward, sink)
    return bound.train.metrics
