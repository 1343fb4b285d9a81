"""Bound spec to model: definitions run on symbolic values, so shapes are proven while the graph is
built.

A network is built twice from the same definitions, for training and for evaluation (dropout does
nothing there). The first problem in the chain of layers ends it: what follows would only be its
echo.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any, cast

from specc.diag.diagnostic import CompilerBug, Diagnostic, Edit, Help, Label
from specc.diag.sink import Sink
from specc.diag.source import Span
from specc.ir.builder import Builder, Sym
from specc.ir.cost import node_flops
from specc.ir.graph import Graph
from specc.ir.op import ShapeError
from specc.lang.bound import Bound, LayerUse
from specc.lang.report import listing, meant
from specc.library.registry import Registry
from specc.library.words import Clock, Init, Loss, Metric, Regularizer, Task
from specc.model import LayerRow, Model, Parameter, Segment, ValueRow
from specc.ops import algebra as op
from specc.shapes import Dim, M, Shape, plus, show, size, value


class _Rejected(Exception):
    """A layer about which something was said."""


@dataclass
class _Place:
    """Where a layer is built; see `specc.library.words.Place`."""

    b: Builder
    training: bool
    step: Sym
    bound: Bound
    sink: Sink
    use: LayerUse | None = None
    label: str = ""
    number: str = ""
    parameters: list[Parameter] = field(default_factory=list)
    purposes: int = 0

    def parameter(
        self,
        name: str,
        shape: Shape,
        *,
        init: Init | None = None,
        regularize: Regularizer | None = None,
        weight: bool = True,
    ) -> Sym:
        numbers = tuple(cast(int, d) for d in shape)
        penalties = (regularize,) if regularize is not None else self.bound.regularize
        made = Parameter(
            name=f"{self.label}.{name}",
            symbol=f"{name}{self.number}",
            shape=numbers,
            layer=self.label,
            weight=weight,
            init=init or self.bound.init,
            regularize=penalties if weight else (),
            purpose=self.purpose(),
        )
        self.parameters.append(made)
        sym = self.b.apply("input", name=made.name, shape=numbers, kind="real")
        self.b.rename(sym.id, made.symbol)
        return sym

    def purpose(self) -> int:
        self.purposes += 1
        return self.purposes

    def require(self, holds: bool, argument: str, message: str, label: str, fix: str = "") -> None:
        if holds:
            return
        use = cast(LayerUse, self.use)
        span = use.layer.span(argument) or use.head
        helps = (Help(fix),) if fix else ()
        self.sink.add(Diagnostic("E0306", message, Label(span, label), helps=helps))
        raise _Rejected


def elaborate(bound: Bound, registry: Registry, sink: Sink) -> Model | None:
    """The model of a bound spec; None after errors."""
    train = _forward(bound, sink, training=True)
    if train is None:
        return None
    place, output, rows = train
    task = bound.loss.task
    per_example, target = _loss(bound, place.b, output, rows, sink)
    if per_example is None or target is None:
        return None
    with place.b.layer("loss"):
        loss = op.total(per_example) * (1 / place.b.extent(M))
    train_graph = place.b.graph(loss=loss)
    metrics = _metrics(bound, task, registry, sink)
    evaluate_graph = _evaluation(bound, metrics)
    parameters, segments = _layout(place.parameters)
    _check_claims(bound, metrics, sum(p.size for p in parameters), sink)
    _check_stop(bound, metrics, sink)
    if sink.failed:
        return None
    b = Builder()
    draws = {p.name.replace(".", "__"): _draw(b, p) for p in parameters if p.weight}
    flops = _layer_flops(train_graph)
    return Model(
        name=PurePath(bound.source.path).stem,
        path=bound.source.path,
        layers=tuple(replace(r, flops=flops.get(r.label, 0)) for r in rows),
        parameters=parameters,
        segments=segments,
        train=train_graph,
        evaluate=evaluate_graph,
        initial=b.graph(**draws),
        rate=_rate(bound),
        optimizer=bound.optimizer,
        metrics=metrics,
        legacy=bound.train.seed.legacy,
        task=task,
        features=value(size(rows[0].output[:-1]), {}),
        outputs=cast(int, output.shape[0]),
    )


def _forward(
    bound: Bound, sink: Sink, *, training: bool
) -> tuple[_Place, Sym, tuple[LayerRow, ...]] | None:
    """The network on symbolic values; None after an error."""
    first = bound.network[0]
    if first.layer.word != "input":
        sink.add(
            Diagnostic(
                "E0301",
                f"the network starts with `{first.layer.word}`, but nothing arrives there yet",
                Label(first.span, "what comes in?"),
                helps=(
                    Help(
                        "start with the features of one example, for example `input 64`",
                        (
                            Edit(
                                Span(first.span.source, first.span.start, first.span.start),
                                "input 64\n    ",
                            ),
                        ),
                    ),
                ),
            )
        )
        return None
    b = Builder()
    place = _Place(b, training, b.input("t", (), "host"), bound, sink)
    shape = (*cast(Any, first.layer).sizes, M)
    x = b.input("X", shape)
    counts: Counter[str] = Counter()
    weighted = 0
    rows: list[LayerRow] = []
    for use in bound.network:
        word = use.layer.word
        counts[word] += 1
        place.use, place.label = use, f"{word}{counts[word]}" if word != "input" else "input"
        # A layer with weights starts a new number; what follows it shares that number.
        weighted += use.layer.weighted
        place.number = str(max(weighted, 1)) if rows else "0"
        if rows and word == "input":
            sink.add(
                Diagnostic(
                    "E0208",
                    "`input` is given twice",
                    Label(use.span, "given again"),
                    (Label(first.span, "first given here"),),
                )
            )
            return None
        before, owned = x, len(place.parameters)
        if not _accepts(use, before, rows, bound, sink):
            return None
        try:
            with b.layer(place.label, place.number):
                x = use.layer.build(place, x)
        except ShapeError as reason:
            sink.add(
                Diagnostic(
                    "E0302",
                    f"`{word}` does not fit what arrives: {reason}",
                    Label(use.head, f"gets {show(x.shape)}"),
                    table=_table(rows),
                )
            )
            return None
        except _Rejected:
            return None
        row = _row(place, use, before, x, owned)
        rows.append(row)
        if use.claim is not None and not _claimed(use, x, rows, sink):
            return None
    return place, x, tuple(rows)


def _row(place: _Place, use: LayerUse, before: Sym, after: Sym, owned: int) -> LayerRow:
    mine = place.parameters[owned:]
    values = tuple(
        ValueRow(node.name, node.type.shape, _rule(place.b, node.id))
        for node in place.b.nodes
        if node.layer == place.label
        and node.name
        and node.type.kind != "host"
        and node.op != "input"
    )
    line = use.span.line
    return LayerRow(
        label=place.label,
        text=use.text,
        line=line,
        number=place.number,
        formula=use.layer.formula(),
        input=before.shape,
        output=after.shape,
        arrives=before.node.name,
        parameters=tuple(p.name for p in mine),
        values=values,
        flops=0,
    )


def _rule(b: Builder, id: int) -> str:  # noqa: A002 - the field of Node
    """Why a value has its shape: `W1 (64, 64) times X (64, m), plus b1 (64, 1)`."""
    node = b.nodes[id]
    operands = [b.nodes[i] for i in node.inputs]

    def call(i: int) -> str:
        operand = operands[i]
        name = operand.name or operand.op
        return f"{name} {show(operand.type.shape)}"

    if node.op == "matmul":
        return f"{call(0)} times {call(1)}"
    if node.op == "add" and operands[0].op == "matmul":
        return f"{_rule(b, operands[0].id)}, plus {call(1)}"
    named = next((o for o in operands if o.name and o.type.kind != "host"), None)
    return f"elementwise, like {named.name}" if named else "elementwise"


def _table(rows: list[LayerRow]) -> tuple[str, ...]:
    """The shapes so far, one aligned line per layer."""
    if not rows:
        return ()
    width = max(len(r.text) for r in rows)
    return tuple(f"{r.text.ljust(width)}  {show(r.output)}" for r in rows)


def _accepts(use: LayerUse, x: Sym, rows: list[LayerRow], bound: Bound, sink: Sink) -> bool:
    wanted, got = use.layer.axes, len(x.shape) - 1
    if not rows or wanted is None or wanted == got:
        return True
    maker = bound.network[len(rows) - 1]
    notes: tuple[str, ...] = ()
    helps: tuple[Help, ...] = ()
    if wanted == 1:
        features = size(x.shape[:-1])
        factors = " * ".join(str(d) for d in x.shape[:-1])
        notes = (f"{factors} = {features} features in all",)
        if maker.layer.word == "input":
            sizes = maker.layer.span("sizes")
            if sizes is not None:
                helps = (
                    Help(
                        f"read each example as {features} features", (Edit(sizes, str(features)),)
                    ),
                )
    sink.add(
        Diagnostic(
            "E0302",
            f"`{use.layer.word}` takes {use.layer.takes or f'{wanted} axes'}, but a tensor with "
            f"{got} ax{'i' if got == 1 else 'e'}s arrives",
            Label(use.span, f"needs {wanted} axis per example, gets {got}"),
            (Label(maker.head, f"{show(x.shape)} from here on"),),
            table=_table(rows),
            notes=notes,
            helps=helps,
        )
    )
    return False


def _claimed(use: LayerUse, x: Sym, rows: list[LayerRow], sink: Sink) -> bool:
    claim = cast("tuple[int, ...]", use.claim)
    got = x.shape[:-1]
    if claim == got:
        return True
    said = ", ".join(map(str, claim))
    found = ", ".join(map(str, got))
    span = cast(Span, use.claim_span)
    sink.add(
        Diagnostic(
            "E0303",
            f"`{use.text}` gives {found} features, but {said} is claimed",
            Label(span, f"gives {found}"),
            (Label(use.head, f"{show(x.shape)} from here on"),),
            table=_table(rows),
            helps=(Help("if the layer is right, correct the claim", (Edit(span, f"-> {found}"),)),),
        )
    )
    return False


def _loss(
    bound: Bound, b: Builder, output: Sym, rows: tuple[LayerRow, ...], sink: Sink
) -> tuple[Sym | None, Sym | None]:
    """The loss of each example on the network's output, after output, loss and target are found
    to fit.
    """
    loss = bound.loss
    last = bound.network[-1]
    if not _fits(loss, output, last, rows, sink):
        return None, None
    with b.layer("loss"):
        target, t = _target(b, loss.task, output)
        z = output.inputs[0] if loss.activation else output
        return loss.per_example(z, t), target


def _target(b: Builder, task: Task, output: Sym) -> tuple[Sym, Sym]:
    """The target as it arrives, and as the loss takes it."""
    if task == "classes":
        labels = b.input("T", (M,), "int")
        return labels, op.one_hot(labels, cast(int, output.shape[0])).named("Y")
    target = b.input("T", output.shape)
    return target, target


def _fits(loss: Loss, output: Sym, last: LayerUse, rows: tuple[LayerRow, ...], sink: Sink) -> bool:
    """Whether the last layer gives what the loss takes."""
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
                table=_table(list(rows)),
            )
        )
        return False
    if loss.activation and output.op != loss.activation:
        given = output.op if output.op in ("softmax", "sigmoid", "relu", "tanh") else "linear"
        activation = getattr(last.layer, "activation", None)
        given = activation.word if activation is not None else given
        at = last.layer.span("activation") if "activation" in last.layer.spans else None
        edits: tuple[Edit, ...] = ()
        if at is not None:
            edits = (Edit(at, loss.activation),)
        elif last.layer.word == "dense":
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


def _metrics(bound: Bound, task: Task, registry: Registry, sink: Sink) -> tuple[Metric, ...]:
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


def _evaluation(bound: Bound, metrics: tuple[Metric, ...]) -> Graph:
    silent = Sink()
    made = _forward(bound, silent, training=False)
    if made is None:
        raise CompilerBug("a network that trains cannot be evaluated")
    place, output, _ = made
    b = place.b
    loss = bound.loss
    with b.layer("loss"):
        target, t = _target(b, loss.task, output)
        z = output.inputs[0] if loss.activation else output
        sums = {"loss": op.total(loss.per_example(z, t))}
        for metric in metrics:
            for i, total in enumerate(metric.totals(output, target, loss.task)):
                sums[f"{metric.word}__{i}"] = total
    return b.graph(output=output, **sums)


def _layout(made: list[Parameter]) -> tuple[tuple[Parameter, ...], tuple[Segment, ...]]:
    """Places in theta. What one regulariser penalises lies together, so that it is one stretch."""
    groups: dict[tuple[int, ...], list[Parameter]] = {}
    if any(p.regularize for p in made):
        for p in made:
            groups.setdefault(tuple(id(r) for r in p.regularize), []).append(p)
    else:
        groups[()] = list(made)
    order = sorted(groups.items(), key=lambda g: g[0] == ())
    placed: dict[str, int] = {}
    segments: list[Segment] = []
    offset = 0
    for _, members in order:
        start = offset
        for p in members:
            placed[p.name] = offset
            offset += p.size
        segments += [Segment(r, start, offset - start) for r in members[0].regularize]
    return tuple(replace(p, offset=placed[p.name]) for p in made), tuple(segments)


def _draw(b: Builder, p: Parameter) -> Sym:
    n_out, n_in = p.shape[0], p.shape[1] if len(p.shape) > 1 else 1
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


def _check_claims(bound: Bound, metrics: tuple[Metric, ...], parameters: int, sink: Sink) -> None:
    measured = ("cost", "loss", *(m.word for m in metrics))
    sets = {"train": True, "dev": bound.data.has_dev, "test": bound.data.has_test}
    for claim in bound.expect:
        if claim.subject == "parameters":
            if not claim.holds(parameters):
                sink.add(
                    Diagnostic(
                        "E0406",
                        f"`{claim.text}` does not hold: the network has {parameters} parameters",
                        Label(claim.span, f"has {parameters}"),
                    )
                )
            continue
        part, _, result = claim.subject.partition(".")
        if part not in sets or result not in measured:
            known = [
                "parameters",
                *(f"{s}.{m}" for s, there in sets.items() if there for m in measured),
            ]
            sink.add(
                Diagnostic(
                    "E0404",
                    f"`{claim.subject}` is not measured here",
                    Label(claim.subject_span, "not measured"),
                    helps=meant(claim.subject, claim.subject_span, known),
                )
            )
        elif not sets[part]:
            sink.add(
                Diagnostic(
                    "E0404",
                    f"`{claim.subject}` needs a {part} set, and `data` gives none",
                    Label(claim.subject_span, f"no {part} set"),
                    (
                        Label(
                            Span(
                                bound.data.span.source,
                                bound.data.span.start,
                                bound.data.span.start + 4,
                            ),
                            "here",
                        ),
                    ),
                    helps=(Help(f"for example `split train = 80%, {part} = 20%`"),),
                )
            )


def _check_stop(bound: Bound, metrics: tuple[Metric, ...], sink: Sink) -> None:
    stop = bound.train.stop
    if stop is None:
        return
    watched = str(getattr(stop, "on", "dev.cost"))
    part, _, result = watched.partition(".")
    measured = ("cost", "loss", *(m.word for m in metrics))
    span = stop.span("on")
    label = None if span is None else Label(span, "looked at here")
    if part not in ("train", "dev") or result not in measured:
        known = [f"{s}.{m}" for s in ("train", "dev") for m in measured]
        sink.add(
            Diagnostic(
                "E0404",
                f"`{watched}` is not measured here",
                label,
                helps=() if span is None else meant(watched, span, known),
            )
        )
    elif part == "dev" and not bound.data.has_dev:
        sink.add(
            Diagnostic(
                "E0403",
                f"`stop` looks at `{watched}`, but there is no dev set",
                label,
                helps=(Help("give one: `split train = 80%, dev = 20%`"),),
            )
        )
