"""The dimension table as text, in the notation of the course: every array of every layer, its
gradient, and where each size comes from.

    dense width // 2, relu  (line 15)  -> (m, 32)  2,080 parameters, 4,160 flops
        W2  (32, 64)  dW2 (32, 64)  32 from width // 2 (line 15), 64 = features of A1
"""

from __future__ import annotations

from collections.abc import Iterator

from specc.cli.output import table
from specc.diag.escape import escape
from specc.diag.source import Span
from specc.driver import Compilation
from specc.elaborate.sizes import Cause, Traced, trace
from specc.ir.interpret import ancestors
from specc.lang.behind import Names, one_line
from specc.lang.bound import LayerUse
from specc.model import LayerRow, Model, Parameter
from specc.shapes import Dim, Shape, show, value

AXES = {1: ("features",), 3: ("height", "width", "channels")}
"""What the axes of an example are called, by their number."""
MOST = 6
"""Names behind a value that are told."""


def dimension_lines(compilation: Compilation) -> list[str]:
    """The table of a model, without the name of its file."""
    model = compilation.model
    teller = _Teller(compilation)
    kinds = {n.name: n.type.kind for n in (*model.evaluate.nodes, *model.train.nodes) if n.name}
    aside = _without_gradient(model)
    blocks: list[tuple[str, list[list[str]], str]] = []
    for traced in trace(compilation.bound, model):
        row = traced.row
        own = [p for p in model.parameters if p.layer == row.label]
        rows = [
            [p.symbol, show(p.shape), f"d{p.symbol} {show(p.shape)}", teller.parameter(p, traced)]
            for p in own
        ]
        if isinstance(traced.step, LayerUse) and not row.values and row.input == row.output:
            rows += teller.inputs(traced)
        for v in row.values:
            trained = kinds.get(v.name, "real") == "real" and not row.label.startswith("input")
            gradient = f"d{v.name} {show(v.shape)}" if trained and v.name not in aside else ""
            rows.append([v.name, show(v.shape), gradient, escape(v.rule)])
        kept = [r for r in model.running if r.layer == row.label]
        rows += [[r.symbol, show(r.shape), "", "kept while training, not trained"] for r in kept]
        blocks.append((_head(row, sum(p.size for p in own)), rows, row.note))
    whole = [line for _, rows, _ in blocks for line in rows]
    aligned = iter(table(whole)) if whole else iter(())
    lines: list[str] = []
    for head, rows, note in blocks:
        lines.append("  " + head)
        lines += [f"      {next(aligned)}" for _ in rows]
        lines += [f"      {escape(note)}"] if note else []
    flops = sum(value(row.flops, {"m": 1}) for row in model.layers)
    lines += [
        f"  {model.size:,} parameters, {flops:,} flops for one example, forward",
        "  m is the number of examples: one column each here, one row each behind `->`",
    ]
    return lines


def _without_gradient(model: Model) -> set[str]:
    """The values that are computed for running tensors alone, which the loss does not see."""
    nodes = model.train.nodes
    seen = ancestors(model.train, [model.train.output("loss").id])
    return {n.name for n in nodes} - {nodes[i].name for i in seen}


def _head(row: LayerRow, parameters: int) -> str:
    flops = value(row.flops, {"m": 1})
    counts = [f"{n:,} {what}" for n, what in ((parameters, "parameters"), (flops, "flops")) if n]
    output: Shape = (row.output[-1], *row.output[:-1])
    head = f"{escape(row.text)}  (line {row.line})  -> {show(output)}"
    return f"{head}  {', '.join(counts)}".rstrip()


class _Teller:
    """Says where sizes come from."""

    def __init__(self, compilation: Compilation) -> None:
        self.path = compilation.source.path
        self.names = Names(compilation.spec)

    def inputs(self, traced: Traced) -> Iterator[list[str]]:
        """The row of what comes in, whose sizes are written in the file."""
        row = traced.row
        step = traced.step
        if not row.label.startswith("input") or not isinstance(step, LayerUse):
            return
        span = step.layer.span("sizes") or step.step.span
        why = self._written(", ".join(map(str, row.output[:-1])), span, step.step.chain)
        yield [row.arrives, show(row.output), "", why]

    def parameter(self, parameter: Parameter, traced: Traced) -> str:
        """The sizes of a parameter; those that are always 1 are left out."""
        said: dict[str, None] = {}
        causes = traced.causes.get(parameter.name, ())
        for size, own in zip(parameter.shape, causes, strict=False):
            if size != 1 or own:
                said[self._size(size, own, traced)] = None
        return ", ".join(said)

    def _size(self, size: Dim, causes: tuple[Cause, ...], traced: Traced) -> str:
        if not causes:
            return f"{size} always"
        if len(causes) == 1:
            cause = causes[0]
            if cause.axis is not None:
                relation = "=" if cause.size == size else "follows from the"
                count = "" if cause.size == size else f"{cause.size} "
                return f"{size} {relation} {count}{_axis(cause.axis, traced.row)}"
            if cause.span is not None and cause.size == size:
                return self._written(str(size), cause.span, traced.step.step.chain)
        parts = [
            f"{c.size} {_axis(c.axis, traced.row)}"
            if c.axis is not None
            else f"`{c.argument}` = {c.size}" + self._place(c.span)
            for c in causes
        ]
        return f"{size} follows from {' and '.join(parts)}"

    def _place(self, span: Span | None) -> str:
        return f" ({self._line(span)})" if span is not None else ""

    def _written(self, size: str, span: Span, chain: tuple[Span, ...]) -> str:
        """`32 from width // 2 (line 15; width = 64, line 4)`."""
        text = one_line(span)
        behind = self.names.behind(span, chain)
        names = [f"{b.name} = {b.text}, {self._line(b.span)}" for b in behind[:MOST]]
        places = [self._line(span), *names, *(["..."] if len(behind) > MOST else [])]
        if text == size and len(places) == 1:
            return f"{size} from {places[0]}"
        return escape(f"{size} from {text} ({'; '.join(places)})")

    def _line(self, span: Span) -> str:
        if span.source.path == self.path:
            return f"line {span.line}"
        return f"{span.source.path}:{span.line}"


def _axis(axis: int, row: LayerRow) -> str:
    axes = len(row.input) - 1
    name = AXES[axes][axis] if axes in AXES else f"axis {axis + 1}"
    return f"{name} of {row.arrives}" if row.arrives else f"{name} of what arrives"
