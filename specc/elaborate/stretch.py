"""Layers in a row that nothing has changed are walked through at once.

A network of hundreds of layers has one that was edited. The others give what they gave, if what
arrives at the first of them is the same: a stretch holds the summaries of some layers together.
Where their numbers are others, since a line was added above them, it is made anew from these.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from specc.elaborate.moving import moved_row, renamed, renumbered
from specc.elaborate.summary import Summaries, Summary
from specc.ir.builder import Sym
from specc.lang.bound import LayerUse, NetworkStep
from specc.lang.memo import same
from specc.model import LayerRow, Parameter, Running
from specc.record import Record, replace
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
    """Layers without their nodes. uses: they, and the step behind them, which can change the last
    one. symbols: those that they give, which nothing has given before.
    """

    start: Start
    uses: tuple[NetworkStep, ...]
    layers: tuple[Summary, ...]
    made: TensorType
    name: str
    flops: tuple[tuple[str, Dim], ...]
    parameters: tuple[Parameter, ...]
    runnings: tuple[Running, ...]
    own: frozenset[tuple[str, str]]
    symbols: dict[str, int]
    purposes: int
    rows: tuple[LayerRow, ...]
    counts: Counter[str]
    weighted: int
    sequential: bool


class Stretches:
    """The stretches that one walk takes and leaves: each begins behind another one, or behind a
    layer that is in none, and is found by its first layer, wherever that is used.
    """

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
        if x is None or self.past(at) or not isinstance(steps[at], LayerUse):
            return x
        forward, place = self._forward, self._summaries.place
        found = self._known(steps, at, x)
        if found is None:
            if not self._found:
                self._start = self._here(x, forward.counts)
            return x
        self._keep(steps, at)
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
        self._end = at + len(found.rows)
        made = [use.step for use in found.uses[: len(found.rows)]]
        forward.makers[y.id] = made[-1]
        forward.ends |= {
            row.label: (step, y.id) for row, step in zip(found.rows, made, strict=True)
        }
        return y

    def _here(self, x: Sym, words: Iterable[str]) -> Start:
        """Where the walk is, with the counts of some words."""
        forward, place = self._forward, self._summaries.place
        counts = {word: forward.counts[word] for word in words}
        return Start(x.node.name, x.shape, forward.weighted, place.purposes, counts)

    def _known(self, steps: tuple[NetworkStep, ...], at: int, x: Sym) -> Stretch | None:
        """The stretch from a step on, if it was walked through with the same shape in front."""
        fitting = self._fitting(steps[at], steps, at, x)
        if not fitting and not self._found:
            fitting = self._fitting(_layer(steps[at]), steps, at, x)
        if not fitting:
            return None
        found = fitting[0]
        start, uses = self._here(x, found.start.counts), steps[at : at + len(found.uses)]
        if found.start != start or not same(found.uses, uses):
            other = fitting[-1]
            fits = other.start == start and same(other.uses, uses[: len(other.uses)])
            found = other if fits else self._moved(found, start, uses)
            self._put(found)
        return found if self._summaries.place.symbols.keys().isdisjoint(found.symbols) else None

    def _fitting(
        self, first: object, steps: tuple[NetworkStep, ...], at: int, x: Sym
    ) -> list[Stretch]:
        """The stretches of a first use, or of a first layer, that are like the steps here."""
        return [
            s
            for s in self._made(first)
            if s.start.shape == x.shape and _alike(s.uses, steps[at : at + len(s.uses)])
        ]

    def _made(self, first: object) -> tuple[Stretch, ...]:
        """The stretches that a step is the first of: the last one, and the one before, which is
        that of the file where a variant has another, or of the text before an edit.
        """
        parts, at = (Stretch, first, *self._summaries.drawn), (self._summaries.counted,)
        found: tuple[Stretch, ...] | None = self._summaries.memo.get(*parts, at=at)
        return found or ()

    def _put(self, made: Stretch) -> None:
        first, at = made.uses[0], (self._summaries.counted,)
        before = [s for s in self._made(first) if s is not made][:1]
        drawn, put = self._summaries.drawn, self._summaries.memo.put
        put((made, *before), Stretch, first, *drawn, at=at, layers=len(made.rows))
        put((made,), Stretch, _layer(first), *drawn, at=at)

    def _moved(self, found: Stretch, start: Start, steps: tuple[NetworkStep, ...]) -> Stretch:
        """A stretch under the names that it has behind another start, as other uses of its layers
        and of the step behind them.
        """
        counts, weighted, name = dict(start.counts), start.weighted, start.name
        parameters: list[Parameter] = []
        runnings: list[Running] = []
        own: set[tuple[str, str]] = set()
        symbols: dict[str, int] = {}
        rows: list[LayerRow] = []
        # Each summary may stem from another place.
        purposes = start.purposes
        uses = cast("tuple[LayerUse, ...]", steps[: len(found.layers)])
        for layer, use in zip(found.layers, uses, strict=True):
            word = use.layer.word
            counts[word] += 1
            weighted += use.layer.weighted
            label, number = f"{word}{counts[word]}", str(max(weighted, 1))
            named = renamed(layer, label, number, purposes - layer.first, symbols)
            rows.append(moved_row(layer.row, use, label, number, name, named[0], layer.row.note))
            parameters += named[0]
            runnings += named[1]
            own |= named[2]
            for symbol, before in named[3]:
                symbols[symbol] = before + 1
            purposes += layer.purposes
            name = renumbered(layer, number)
        return replace(
            found,
            start=start,
            uses=steps,
            name=name,
            flops=tuple(
                (row.label, flops) for row, (_, flops) in zip(rows, found.flops, strict=True)
            ),
            parameters=tuple(parameters),
            runnings=tuple(runnings),
            own=frozenset(own),
            symbols=symbols,
            rows=tuple(rows),
            counts=Counter(counts),
            weighted=weighted,
        )

    def walked(self, steps: tuple[NetworkStep, ...], at: int) -> None:
        """Note a step that was walked through by itself; where a stretch ends, it is kept."""
        step, summary = steps[at], self._summaries.last
        self._summaries.last = None
        if not _plain(step) or summary is None or any(before for _, before in summary.symbols):
            self._keep(steps, at)
            return
        self._found.append(summary)
        if len(self._found) == LONG:
            self._keep(steps, at + 1)

    def _keep(self, steps: tuple[NetworkStep, ...], end: int) -> None:
        """Keep the layers that were walked through up to a step as a stretch."""
        found, start, self._found = self._found, self._start, []
        if start is None or not found or end == len(steps):
            return
        first = end - len(found)
        uses = cast("tuple[LayerUse, ...]", steps[first:end])
        last = found[-1]
        counts = Counter(use.layer.word for use in uses)
        before = {word: start.counts.get(word, 0) for word in counts}
        made = Stretch(
            replace(start, counts=before),
            steps[first : end + 1],
            tuple(found),
            last.made,
            last.name,
            tuple((s.row.label, s.flops) for s in found),
            tuple(p for s in found for p in s.parameters),
            tuple(r for s in found for r in s.runnings),
            frozenset().union(*(s.own for s in found)),
            {symbol: 1 for s in found for symbol, _ in s.symbols},
            sum(s.purposes for s in found),
            tuple(s.row for s in found),
            Counter(before) + counts,
            start.weighted + sum(use.layer.weighted for use in uses),
            any(use.layer.sequential for use in uses),
        )
        self._put(made)


def _alike(uses: tuple[NetworkStep, ...], steps: tuple[NetworkStep, ...]) -> bool:
    """Whether steps are uses of the same layers, as a block has that is used with the same values
    again, and the step behind them is one as well.
    """
    if same(uses, steps):
        return True
    return same(tuple(map(_layer, uses)), tuple(map(_layer, steps))) and all(
        map(_plain, steps[:-1])
    )


def _layer(step: NetworkStep) -> object:
    return step.layer if isinstance(step, LayerUse) else step


def _plain(step: NetworkStep) -> bool:
    """Whether it is a layer without a name for its value and without a claim."""
    return isinstance(step, LayerUse) and step.step.alias is None and step.step.claim is None
