"""What is proven about a spec, and the model that it has."""

from __future__ import annotations

import os.path
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import cast

from specc.diag.diagnostic import CompilerBug, Label
from specc.diag.sink import Sink
from specc.diag.source import Span
from specc.elaborate.fit import target_of
from specc.elaborate.forward import Forward
from specc.elaborate.layout import layout, one_after_the_other
from specc.elaborate.story import columns, core, quoted, shape_table
from specc.elaborate.target import measured_task, task_of
from specc.elaborate.tokens import token_inputs
from specc.ir.builder import SUMMARY, Builder, Sym
from specc.ir.cost import node_flops
from specc.ir.graph import Graph
from specc.lang.bound import Body, Bound, Known, NetworkStep, Residual, Step
from specc.library.words import Metric, Regularizer
from specc.model import Model, Parameter
from specc.ops import algebra as op
from specc.record import Record, replace
from specc.shapes import Dim, Shape, plus, show, size, value


class Built:
    """A network with the mean loss of a batch behind it, for training."""

    def __init__(self, forward: Forward, loss: Sym) -> None:
        self.forward = forward
        self.loss = loss

    @cached_property
    def size(self) -> int:
        """Trained numbers."""
        return sum(p.size for p in self.forward.place.parameters)

    @cached_property
    def flops(self) -> dict[str, Dim]:
        """Forward operations per layer."""
        found: dict[str, Dim] = {}
        graph = self.forward.b.graph(loss=self.loss)
        for node in graph.nodes:
            known = node.op == SUMMARY
            each = node["flops"] if known else ((node.layer, node_flops(graph, node)),)
            for layer, flops in each:
                found[layer] = plus(found.get(layer, 0), flops)
        return found

    @cached_property
    def all_flops(self) -> Dim:
        """Forward operations of all layers, without the loss."""
        total: Dim = 0
        for row in self.forward.rows:
            total = plus(total, self.flops.get(row.label, 0))
        return total

    @cached_property
    def static(self) -> Static:
        """See `Proof`."""
        shapes = {name: x.shape for name, (x, _) in self.forward.names.items()}
        shapes["output"] = cast(Sym, self.forward.output).shape
        return Static(self, {f"{name}.shape": shape[:-1] for name, shape in shapes.items()})

    @cached_property
    def _penalised(self) -> tuple[bool, tuple[tuple[Regularizer, ...], ...]]:
        """Whether a weight leaves it to the file what penalises it, and what layers say."""
        own = self.forward.place.own
        weights = [p for p in self.forward.place.parameters if p.weight]
        said = [p.regularize for p in weights if (p.name, "regularize") in own]
        return len(said) < len(weights), tuple({tuple(map(id, s)): s for s in said}.values())

    def penalties(self, bound: Bound) -> tuple[tuple[Regularizer, ...], ...]:
        """What penalises weights: each set of words that some of them have, once."""
        common, own = self._penalised
        return (bound.regularize, *own) if common else own

    def parameters(self, bound: Bound) -> tuple[Parameter, ...]:
        """All that is trained, not yet laid out; it starts and is penalised as `bound` says where
        a layer says nothing of its own.
        """
        made, own = self.forward.place.parameters, self.forward.place.own
        here = self.forward.bound
        if bound.init is not here.init:
            made = [p if (p.name, "init") in own else replace(p, init=bound.init) for p in made]
        if bound.regularize != here.regularize:
            made = [
                p if (p.name, "regularize") in own else replace(p, regularize=bound.regularize)
                for p in made
            ]
        return tuple(made)


class Static(Mapping[str, Known]):
    """Results that are known before any number moves, each computed when it is looked up."""

    def __init__(self, built: Built, shapes: Mapping[str, Shape]) -> None:
        self._shapes = shapes
        self._numbers: dict[str, Callable[[], float]] = {
            "parameters": lambda: float(built.size),
            "flops": lambda: float(value(built.all_flops, {"m": 1})),
        }

    def __getitem__(self, name: str) -> Known:
        number = self._numbers.get(name)
        return cast("tuple[int, ...]", self._shapes[name]) if number is None else number()

    def __contains__(self, name: object) -> bool:
        return name in self._numbers or name in self._shapes

    def __iter__(self) -> Iterator[str]:
        return iter((*self._numbers, *self._shapes))

    def __len__(self) -> int:
        return len(self._numbers) + len(self._shapes)


class Proof(Record, eq=False):
    """A network that fits its loss, its data and its claims. The rest of the model is made when it
    is asked for, since a check has no use for it.

    rate: see `Model`.
    """

    bound: Bound
    built: Built
    metrics: tuple[Metric, ...]
    rate: Graph

    @property
    def forward(self) -> Forward:
        return self.built.forward

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """All that is trained, not yet laid out."""
        return self.built.parameters(self.bound)

    @property
    def outputs(self) -> int:
        """The features of the output."""
        return cast(int, cast(Sym, self.forward.output).shape[0])

    @property
    def static(self) -> Static:
        """Results that are known before any number moves; flops are for one example, forward."""
        return self.built.static

    def origin(self, name: str) -> tuple[tuple[str, ...], tuple[Label, ...]]:
        """Where a known result comes from: layer by layer, and the statement of the network that
        gives most of it.
        """
        rows = self.forward.rows
        if name.endswith(".shape"):
            return shape_table(rows), ()
        counts: list[int] = []
        if name == "parameters":
            sizes = {p.name: p.size for p in self.parameters}
            counts = [sum(sizes[p] for p in row.parameters) for row in rows]
        elif name == "flops":
            flops = self.built.flops
            counts = [value(flops.get(row.label, 0), {"m": 1}) for row in rows]
        uses: Counter[Span] = Counter()
        inside: Counter[Span] = Counter()
        steps: dict[Span, Step] = {}
        lines: list[tuple[str, str]] = []
        for row, count in zip(rows, counts, strict=False):
            step, _ = self.forward.ends[row.label]
            place = step.chain[0] if step.chain else core(step)
            uses[place] += count
            inside[core(step)] += count
            steps[place] = max(steps.get(place, step), step, key=lambda s: inside[core(s)])
            # What changes a shape, or could, decides how many the next layer has.
            if count or step.items or row.output != row.input:
                text = " ".join(place.text.split()) + ": " if step.chain else ""
                lines.append((quoted(text + row.text), f"{count:_}" if count else show(row.output)))
        return columns(lines), self._most(uses, inside, steps) if len(uses) > 1 else ()

    def _most(
        self, uses: Counter[Span], inside: Counter[Span], steps: dict[Span, Step]
    ) -> tuple[Label, ...]:
        """The statement of the network that gives most, with the statement inside the block."""
        (place, most), *_ = uses.most_common(1)
        labels = [Label(place, f"{most:_} of them")]
        statement = core(steps[place])
        if statement != place:
            labels.append(Label(statement, f"{inside[statement]:_} of them, in all uses"))
        rounds = _around(self.bound.network, steps[place])
        return (*labels, *(Label(body.step.head, f"{body.count} times") for body in rounds))

    def draw(self, b: Builder, p: Parameter) -> Sym:
        """How a parameter starts."""
        if not p.weight:
            return b.apply("filled", shape=p.shape, value=p.start)
        n_in, n_out = p.fan
        return p.init.draw(b, p.shape, n_in, n_out, p.purpose)

    def model(self) -> Model:
        """Everything the passes need."""
        from specc.elaborate.shape_rules import named_values

        bound, place, walk = self.bound, self.forward.place, self.forward
        b, flops = Builder(), self.built.flops
        parameters, segments = layout(self.parameters)
        drawn = [p for p in parameters if p.weight or p.start]
        features: Dim = 0
        for row in walk.rows:
            if row.label.startswith("input"):
                features = plus(features, size(row.output[:-1]))
        return Model(
            name=os.path.splitext(os.path.basename(bound.source.path))[0],
            path=bound.source.path,
            layers=tuple(
                replace(
                    r,
                    values=named_values(walk.b.nodes, walk.made[r.label], r.label),
                    flops=flops.get(r.label, 0),
                )
                for r in walk.rows
            ),
            parameters=parameters,
            segments=segments,
            train=self.forward.b.graph(loss=self.built.loss, **place.kept),
            evaluate=_evaluation(bound, self.metrics),
            initial=b.graph(**{p.name.replace(".", "__"): self.draw(b, p) for p in drawn}),
            rate=self.rate,
            optimizer=bound.optimizer,
            clip=bound.train.clip,
            metrics=self.metrics,
            legacy=bound.train.seed.legacy,
            task=task_of(bound),
            features=value(features, {}),
            outputs=self.outputs,
            static=tuple(self.static.items()),
            running=one_after_the_other(place.runnings),
            tokens=token_inputs(self.forward.b.nodes),
        )


def _around(steps: tuple[NetworkStep, ...], wanted: Step) -> list[Body]:
    """Every `repeat` around a step, outermost first; nothing if it is not among the steps."""
    for step in steps:
        if isinstance(step, Body | Residual):
            inner = _around(step.body, wanted)
            if inner or any(s.step is wanted for s in step.body):
                own = [step] if isinstance(step, Body) and step.count > 1 else []
                return own + inner
    return []


def _evaluation(bound: Bound, metrics: tuple[Metric, ...]) -> Graph:
    """Output, and sums of loss and metrics."""
    forward = Forward(bound, Sink(), training=False)
    output = forward.run()
    if output is None:
        raise CompilerBug("a network that trains cannot be evaluated")
    b, loss = forward.b, bound.loss
    with b.layer("loss"):
        target, t = target_of(b, task_of(bound), output)
        z = output.inputs[0] if loss.activation else output
        sums = {"loss": op.total(loss.per_example(z, t))}
        for metric in metrics:
            for i, total in enumerate(metric.totals(output, target, measured_task(bound))):
                sums[f"{metric.word}__{i}"] = total
    return b.graph(output=output, **sums)
