"""Which written value each size of a parameter follows from: found by trying, not by guessing.

A layer is built once more with one argument, or one size of what arrives, a little larger. The
sizes of its parameters that are then larger too follow from that argument or size; those that are
not do not, however equal the numbers may be.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specc.diag.sink import Sink
from specc.diag.source import Span
from specc.elaborate.place import Rejected, Standing
from specc.ir.builder import Builder
from specc.ir.op import ShapeError
from specc.lang.bound import Body, Bound, Join, LayerUse, NetworkStep, Residual
from specc.library.define import Arg
from specc.library.words import Layer
from specc.model import LayerRow, Model
from specc.record import Record
from specc.shapes import Shape


class Cause(Record):
    """What a size follows from: an argument with its value, or an axis of what arrives."""

    size: int
    argument: str = ""
    span: Span | None = None
    axis: int | None = None


Causes = tuple[tuple[Cause, ...], ...]
"""For every axis of a tensor what its size follows from; nothing if it is always the same."""


class Traced(Record):
    """A row of the dimension table with the step that made it, and the causes of the sizes of its
    parameters by their names.
    """

    row: LayerRow
    step: LayerUse | Join | Residual
    causes: dict[str, Causes]


def trace(bound: Bound, model: Model) -> tuple[Traced, ...]:
    """The rows of a model, each with what its sizes follow from."""
    known: dict[tuple[int, Shape], dict[str, Causes]] = {}
    traced: list[Traced] = []
    for row, step in zip(model.layers, _steps(bound.network), strict=True):
        causes: dict[str, Causes] = {}
        if isinstance(step, LayerUse) and row.parameters:
            key = (id(step), row.input)
            if key not in known:
                known[key] = _causes(bound, step, row.input)
            causes = {p: known[key].get(p.rpartition(".")[2], ()) for p in row.parameters}
        traced.append(Traced(row, step, causes))
    return tuple(traced)


def _steps(steps: tuple[NetworkStep, ...]) -> Iterator[LayerUse | Join | Residual]:
    """The steps that make a row, in the order in which the network is walked."""
    for step in steps:
        if isinstance(step, Body):
            for _ in range(step.count):
                yield from _steps(step.body)
        elif isinstance(step, Residual):
            yield from _steps(step.body)
            yield step
        elif isinstance(step, LayerUse | Join):
            yield step


def _causes(bound: Bound, use: LayerUse, arrives: Shape) -> dict[str, Causes]:
    plain = _shapes(bound, use, use.layer, arrives)
    if plain is None:
        return {}
    found: dict[str, list[list[Cause]]] = {name: [[] for _ in s] for name, s in plain.items()}
    for cause, larger in _trials(bound, use, arrives):
        for name, shape in plain.items():
            other = larger.get(name, shape)
            for i, (old, new) in enumerate(zip(shape, other, strict=False)):
                if old != new:
                    found[name][i].append(cause)
    return {name: tuple(map(tuple, axes)) for name, axes in found.items()}


def _trials(
    bound: Bound, use: LayerUse, arrives: Shape
) -> Iterator[tuple[Cause, dict[str, Shape]]]:
    """The shapes of the parameters after each small change. What divides by a size may take twice
    the size where it cannot take one more.
    """
    layer = use.layer
    values = {a.name: getattr(layer, a.name) for a in layer.args}
    for a in layer.args:
        value = values[a.name]
        several = isinstance(value, tuple) and all(type(v) is int for v in value)
        if a.kind not in ("dim", "int") or not (several or type(value) is int):
            continue
        if several:
            yield from _each(bound, use, values, a, arrives)
            continue
        for other in (value + 1, value * 2):
            made: Any = type(layer)
            changed = made(word=layer.word, spans=layer.spans, **{**values, a.name: other})
            shapes = _shapes(bound, use, changed, arrives)
            if shapes is not None:
                yield Cause(value, a.label, layer.span(a.name)), shapes
                break
    for axis, size in enumerate(arrives[:-1]):
        if not isinstance(size, int):
            continue
        for larger in (size + 1, size * 2):
            shapes = _shapes(bound, use, layer, (*arrives[:axis], larger, *arrives[axis + 1 :]))
            if shapes is not None:
                yield Cause(size, axis=axis), shapes
                break


def _each(
    bound: Bound, use: LayerUse, values: dict[str, Any], a: Arg, arrives: Shape
) -> Iterator[tuple[Cause, dict[str, Shape]]]:
    """One number after the other of an argument that takes several."""
    layer = use.layer
    for i, value in enumerate(values[a.name]):
        larger = (*values[a.name][:i], value + 1, *values[a.name][i + 1 :])
        made: Any = type(layer)
        changed = made(word=layer.word, spans=layer.spans, **{**values, a.name: larger})
        shapes = _shapes(bound, use, changed, arrives)
        if shapes is not None:
            yield Cause(value, a.label, layer.span(a.name)), shapes


def _shapes(bound: Bound, use: LayerUse, layer: Layer, arrives: Shape) -> dict[str, Shape] | None:
    """The shapes of the parameters of a layer; None if it cannot be built so."""
    b = Builder()
    place = Standing(b, True, True, b.input("t", (), "host"), bound, Sink(), use)
    try:
        layer.build(place, b.input("X", arrives))
    except (Rejected, ShapeError):
        return None
    return {p.name.rpartition(".")[2]: p.shape for p in place.parameters}
