"""What is known of layers from the last check, so that they are not built again.

While a text is edited most layers stay as they are, and all that a check asks of one is the type of
its value, its parameters and its operations. A layer is looked up by its statement, which says its
arguments, by what arrives and by the numbers that it gets. Only in a plain row of layers, where
none can share a node with another: with branches the network is built whole.
"""

from __future__ import annotations

from typing import cast

from specc.elaborate.place import Standing
from specc.ir.builder import Sym
from specc.ir.cost import node_flops
from specc.ir.graph import Graph, Node
from specc.lang.bound import Body, Bound, LayerUse, NetworkStep
from specc.lang.memo import Memo
from specc.model import LayerRow, Parameter
from specc.record import Record
from specc.shapes import Dim, TensorType, plus

TOKENS = "tokens"
"""The operation that `specc.elaborate.tokens` looks for among the nodes."""


class Summary(Record):
    """A layer without its nodes.

    symbols: how often a symbol that it gave was given before. own: see `Standing`. purposes: how
    many streams of random numbers it took, behind the `first` ones.
    """

    first: int
    made: TensorType
    name: str
    flops: Dim
    parameters: tuple[Parameter, ...]
    own: frozenset[tuple[str, str]]
    symbols: tuple[tuple[str, int], ...]
    purposes: int
    row: LayerRow


class Summaries:
    """The summaries that one walk through a network takes and leaves."""

    def __init__(self, memo: Memo, bound: Bound, place: Standing) -> None:
        self._memo = memo
        self._place = place
        self._drawn = (bound.init, *bound.regularize)
        self._since: tuple[int, ...] = ()

    def again(self, use: LayerUse, x: Sym) -> tuple[Sym, LayerRow] | None:
        """The value and the row of a layer that was built like this before."""
        place, arrives = self._place, x.node
        found: Summary | None = self._memo.get(Summary, use, *self._drawn, at=(place.label,))
        if found is None or not self._fits(found, arrives):
            self._since = self._stand()
            return None
        place.parameters += found.parameters
        place.own |= found.own
        place.purposes += found.purposes
        for symbol, before in found.symbols:
            place.symbols[symbol] = before + 1
        y = place.b.summary(x, found.made, found.name, place.label, found.flops)
        return y, found.row

    def _fits(self, found: Summary, arrives: Node) -> bool:
        """Whether a layer stands as it stood then."""
        place, row = self._place, found.row
        for symbol, before in found.symbols:
            if place.symbols.get(symbol, 0) != before:
                return False
        same = row.number == place.number and found.first == place.purposes
        return same and row.arrives == arrives.name and row.input == arrives.type.shape

    def learn(self, use: LayerUse, y: Sym, row: LayerRow) -> None:
        """Keep what a layer is that `again` did not know, unless it is more than a summary says."""
        place, nodes = self._place, self._place.b.nodes
        first, owned, purposes, *rest = self._since
        own = nodes[first:]
        if y.id < first or tuple(rest) != self._stand()[3:] or any(n.op == TOKENS for n in own):
            return
        parameters = tuple(place.parameters[owned:])
        names = {p.name for p in parameters}
        symbols = {place.wanted(p.name.rpartition(".")[2]) for p in parameters}
        needed, flops = {y.id}, cast(Dim, 0)
        for node in reversed(own):
            if node.id in needed:
                needed.update(node.inputs)
                flops = plus(flops, node_flops(cast(Graph, place.b), node))
        summary = Summary(
            purposes,
            y.type,
            y.node.name,
            flops,
            parameters,
            frozenset((n, w) for n in names for w in ("init", "regularize") if (n, w) in place.own),
            tuple((s, place.symbols[s] - 1) for s in symbols),
            place.purposes - purposes,
            row,
        )
        self._memo.put(summary, Summary, use, *self._drawn, at=(place.label,), layers=1)

    def _stand(self) -> tuple[int, ...]:
        """Where the walk is. What only some layers count is not in a summary, and comes last."""
        place = self._place
        drawn = sum(place.rows.values())
        first = (len(place.b.nodes), len(place.parameters), place.purposes)
        return (*first, len(place.runnings), len(place.kept), drawn)


def is_row(steps: tuple[NetworkStep, ...]) -> bool:
    """Whether each layer takes the value of the one before it, and no other."""
    return all(isinstance(s, LayerUse) or (isinstance(s, Body) and is_row(s.body)) for s in steps)
