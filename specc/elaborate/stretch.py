"""Layers in a row that nothing has changed are walked through at once.

A network of hundreds of layers has one that was edited. The others give what they gave, if their
numbers and what arrives at the first of them are the same: a stretch holds the summaries of some
layers together.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from specc.elaborate.summary import Summaries, Summary
from specc.ir.builder import Sym
from specc.lang.bound import LayerUse, NetworkStep, Step
from specc.model import LayerRow, Parameter, Running
from specc.record import Record
from specc.shapes import Dim, Shape, TensorType

if TYPE_CHECKING:
    from specc.elaborate.forward import Forward

LONG = 16
"""Layers of a stretch."""


class Start(Record):
    """Where a walk is before a stretch. counts: layers so far, of those words that are in it."""

    name: str
    shape: Shape
    weighted: int
    purposes: int
    counts: dict[str, int]


class Stretch(Record):
    """Layers without their nodes. symbols: those that they give, which nothing has given before."""

    start: Start
    made: TensorType
    name: str
    flops: tuple[tuple[str, Dim], ...]
    parameters: tuple[Parameter, ...]
    runnings: tuple[Running, ...]
    own: frozenset[tuple[str, str]]
    symbols: dict[str, int]
    purposes: int
    rows: tuple[LayerRow, ...]
    steps: tuple[Step, ...]
    counts: Counter[str]
    weighted: int
    sequential: bool


class Stretches:
    """The stretches that one walk takes and leaves, each from a place that LONG divides on."""

    def __init__(self, forward: Forward, summaries: Summaries) -> None:
        self._forward = forward
        self._summaries = summaries
        self._start: Start | None = None
        self._found: list[Summary] = []
        self._end = 0

    def past(self, at: int) -> bool:
        """Whether a step is in a stretch that was walked through."""
        return at < self._end

    def again(self, steps: tuple[NetworkStep, ...], at: int, x: Sym | None) -> Sym | None:
        """What arrives at a step, and at the first one of a stretch that was walked through like
        this before the value behind that.
        """
        if at % LONG != 1 or x is None or at + LONG >= len(steps):
            return x
        forward, place = self._forward, self._summaries.place
        words = {s.layer.word for s in steps[at : at + LONG] if isinstance(s, LayerUse)}
        counts = {word: forward.counts[word] for word in words}
        start = Start(x.node.name, x.shape, forward.weighted, place.purposes, counts)
        found: Stretch | None = self._summaries.memo.get(*self._parts(steps, at), at=self._at)
        fits = found is not None and found.start == start
        if found is None or not fits or not place.symbols.keys().isdisjoint(found.symbols):
            self._start, self._found = start, []
            return x
        place.parameters += found.parameters
        place.runnings += found.runnings
        place.own |= found.own
        place.symbols |= found.symbols
        place.purposes += found.purposes
        forward.counts |= found.counts
        forward.weighted = found.weighted
        forward.sequential |= found.sequential
        forward.rows += found.rows
        y = place.b.summary(x, found.made, found.name, found.rows[-1].label, found.flops)
        self._end = at + LONG
        forward.makers[y.id] = found.steps[-1]
        forward.ends |= {
            row.label: (step, y.id) for row, step in zip(found.rows, found.steps, strict=True)
        }
        return y

    def walked(self, steps: tuple[NetworkStep, ...], at: int) -> None:
        """Note a step that was walked through by itself, and with the last one keep a stretch."""
        start, step, summary = self._start, steps[at], self._summaries.last
        self._summaries.last = None
        if start is None:
            return
        plain = isinstance(step, LayerUse) and step.step.alias is None and step.step.claim is None
        if not plain or summary is None or any(before for _, before in summary.symbols):
            self._start = None
            return
        self._found.append(summary)
        if len(self._found) == LONG:
            first = at + 1 - LONG
            made = self._made(start, tuple(s for s in steps[first : at + 1]))
            self._summaries.memo.put(made, *self._parts(steps, first), at=self._at, layers=1)
            self._start = None

    def _made(self, start: Start, steps: tuple[NetworkStep, ...]) -> Stretch:
        found, forward = self._found, self._forward
        last, place = found[-1], self._summaries.place
        return Stretch(
            start,
            last.made,
            last.name,
            tuple((s.row.label, s.flops) for s in found),
            tuple(p for s in found for p in s.parameters),
            tuple(r for s in found for r in s.runnings),
            frozenset().union(*(s.own for s in found)),
            {symbol: 1 for s in found for symbol, _ in s.symbols},
            place.purposes - start.purposes,
            tuple(s.row for s in found),
            tuple(s.step for s in steps),
            Counter({word: forward.counts[word] for word in start.counts}),
            forward.weighted,
            any(isinstance(s, LayerUse) and s.layer.sequential for s in steps),
        )

    @property
    def _at(self) -> tuple[bool]:
        return (self._summaries.counted,)

    def _parts(self, steps: tuple[NetworkStep, ...], at: int) -> tuple[object, ...]:
        # What comes behind the last one can change it.
        return (Stretch, *steps[at : at + LONG + 1], *self._summaries.drawn)
