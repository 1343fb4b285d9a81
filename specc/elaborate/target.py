"""The target that a spec names: what the loss can compare, as wide as the output of the network."""

from __future__ import annotations

from typing import cast

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.sink import Sink
from specc.diag.source import Span
from specc.elaborate.forward import Forward
from specc.elaborate.story import core, shape_table
from specc.ir.builder import Sym
from specc.lang.bound import Bound
from specc.lang.report import listing
from specc.library.table import DataSource
from specc.library.words import Loss, Target, Task
from specc.shapes import Dim, plus, size

COMPARED: dict[Task, tuple[Task, ...]] = {
    "classes": ("classes",),
    "binary": ("binary", "input"),
    "real": ("real", "binary", "classes", "input"),
}
"""What a loss of each task compares: numbers are what all targets come down to, probabilities of
yes also those of a picture's pixels."""
_TAKES = {
    "classes": "compares the probabilities of classes",
    "binary": "compares the probability of yes",
    "real": "compares numbers",
}


def task_of(bound: Bound) -> Task:
    """What the target is: said by `target`, else by the loss."""
    return bound.loss.task if bound.data.target is None else bound.data.target.task


def measured_task(bound: Bound) -> Task:
    """What metrics measure; the inputs that an autoencoder gives back are numbers."""
    task = task_of(bound)
    return "real" if task == "input" else task


def target_fits(bound: Bound, forward: Forward, sink: Sink) -> bool:
    """Whether loss and network go with the target; E0309 if not."""
    target, loss = bound.data.target, bound.loss
    if not _targets_given(bound, sink):
        return False
    if target is None:
        return True
    at = target.span()
    if at is None:
        return True
    if target.task not in COMPARED[loss.task]:
        sink.add(_not_compared(target, at, loss))
        return False
    if target.task == "input" and getattr(loss, "class_weights", None):
        place = loss.span("class_weights") or at
        sink.add(
            Diagnostic(
                "E0309",
                "`class_weights` weigh classes, and the target is the input",
                Label(place, "no classes here"),
                (Label(at, "the target"),),
                helps=(Help("leave the weights out"),),
            )
        )
        return False
    inputs: Dim = 0
    for use in forward.inputs.uses:
        inputs = plus(inputs, size(getattr(use.layer, "sizes")))  # noqa: B009 - of one layer
    output = cast(Sym, forward.output)
    if output.shape[0] != (inputs if target.outputs is None else target.outputs):
        sink.add(_wrong_width(target, at, cast(int, inputs), forward))
        return False
    return True


def _targets_given(bound: Bound, sink: Sink) -> bool:
    """Whether every source names its target, where that is not the input; E0203 if not."""
    data, given = bound.data, True
    for source in (data.source, data.train, data.dev, data.test):
        if not isinstance(source, DataSource) or source.has_target or data.gives_input:
            continue
        span, loss = source.span(), bound.loss.span()
        given = False
        argument = source.target_argument
        helps = [Help(f"name what to predict: `{argument} = ...`")]
        if "input" in COMPARED[bound.loss.task]:
            helps.append(Help("or let the network give its input back: `target input` in `data`"))
        sink.add(
            Diagnostic(
                "E0203",
                f"`{source.word}` names no target, and `{bound.loss.word}` needs one",
                None if span is None else Label(span, f"`{argument}` is missing"),
                () if loss is None else (Label(loss, "needs a target"),),
                helps=tuple(helps),
            )
        )
    return given


def _not_compared(target: Target, at: Span, loss: Loss) -> Diagnostic:
    takes = [word for word in ("classes", "binary", "real", "input") if word in COMPARED[loss.task]]
    asked = loss.span()
    return Diagnostic(
        "E0309",
        f"`{loss.word}` {_TAKES[loss.task]}, but the target is `{_said(target)}`",
        Label(at, f"not for `{loss.word}`"),
        () if asked is None else (Label(asked, "asked for here"),),
        helps=(
            Help(f"with `{loss.word}` the target is {listing(takes).replace(' and ', ' or ')}"),
            Help("or take a loss that compares numbers, such as `mse`"),
        ),
    )


def _wrong_width(target: Target, at: Span, inputs: int, forward: Forward) -> Diagnostic:
    """The output has more or fewer units than the target has numbers."""
    output = cast(Sym, forward.output)
    gives, last = cast(int, output.shape[0]), core(forward.makers[output.id])
    labels = [Label(last, f"gives {gives:_}")]
    if target.outputs is None:
        wants, first = inputs, forward.inputs.uses[0].layer.span("sizes")
        message = f"the target is the input of {wants:_} features, the network gives {gives:_}"
        if first is not None:
            labels.append(Label(first, f"{wants:_} features"))
    else:
        wants = target.outputs
        outputs = "output" if wants == 1 else "outputs"
        message = (
            f"the target `{_said(target)}` takes {wants:_} {outputs}, the network gives {gives:_}"
        )
    units = None if forward.ending is None else forward.ending.layer.spans.get("units")
    edits = (Edit(units, str(wants)),) if units is not None and units.text.isdecimal() else ()
    return Diagnostic(
        "E0309",
        message,
        Label(at, f"takes {wants:_}"),
        tuple(labels),
        table=shape_table(forward.rows),
        helps=(Help(f"end the network with {wants:_} units", edits),),
    )


def _said(target: Target) -> str:
    return f"{target.word}({target.outputs})" if target.args else target.word
