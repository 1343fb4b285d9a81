"""What is known of layers from the last check, so that they are not built again.

While a text is edited most layers stay as they are, and all that a check asks of one is the type of
its value, its parameters and its operations. A layer is looked up by its statement, which says its
arguments, and by what arrives. Where it has another number than before, because a line was added
above it, or is like another one, its names are made anew. A layer without parameters may share its
nodes with another one in a network with branches, and is built there.
"""

from __future__ import annotations

from typing import cast

from specc.elaborate.ahead import settled
from specc.elaborate.moving import moved_row, renamed, renumbered
from specc.elaborate.place import Standing
from specc.ir.builder import Sym
from specc.ir.cost import node_flops
from specc.ir.graph import Graph, Node
from specc.lang.bound import Body, Bound, From, LayerUse, NetworkStep, Residual
from specc.lang.memo import Memo
from specc.library.define import meaning
from specc.model import LayerRow, Parameter, Running
from specc.record import Record
from specc.shapes import Dim, Shape, TensorType, plus

TOKENS = "tokens"
"""The operation that `specc.elaborate.tokens` looks for among the nodes."""
SHARED = ("const", "setting", "extent", "input")
"""Operations without operands, which layers share wherever they stand, as they do numbers that are
no tensors.
"""


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
    runnings: tuple[Running, ...]
    own: frozenset[tuple[str, str]]
    symbols: tuple[tuple[str, int], ...]
    purposes: int
    row: LayerRow


class Summaries:
    """The summaries that one walk through a network takes and leaves. `last` is that of the layer
    that was walked through last, None if it has none.
    """

    def __init__(self, memo: Memo, bound: Bound, place: Standing) -> None:
        self.memo = memo
        self.place = place
        # Operations are counted for claims alone.
        self.counted = bound.claims("flops")
        self.drawn = (bound.init, *bound.regularize)
        self.last: Summary | None = None
        self._row = is_row(bound.network)
        self._since = (0, 0, 0, 0)

    def settled(self, use: LayerUse, behind: LayerUse | None) -> tuple[LayerUse, str]:
        """See `specc.elaborate.ahead`; the same layer each time."""
        if behind is None or not behind.layer.centres:
            return use, ""
        found: tuple[LayerUse, str] | None = self.memo.get(settled, use, behind)
        if found is None:
            found = settled(use, behind)
            self.memo.put(found, settled, use, behind, layers=1)
        return found

    def again(self, use: LayerUse, note: str, x: Sym) -> tuple[Sym, LayerRow] | None:
        """The value and the row of a layer that was built like this before."""
        place = self.place
        found: Summary | None = self.memo.get(
            Summary, use, *self.drawn, at=(place.label, self.counted)
        )
        if found is None or not self._stands(found, x.node) or found.row.note != note:
            found = self._moved(use, note, x.node)
        self.last = found
        if found is None:
            self._since = self._stand()
            return None
        place.parameters += found.parameters
        place.runnings += found.runnings
        place.own |= found.own
        place.purposes += found.purposes
        for symbol, before in found.symbols:
            place.symbols[symbol] = before + 1
        flops = ((place.label, found.flops),)
        return place.b.summary(x, found.made, found.name, place.label, flops), found.row

    def _stands(self, found: Summary, arrives: Node) -> bool:
        """Whether a layer stands as it stood then."""
        place, row = self.place, found.row
        for symbol, before in found.symbols:
            if place.symbols.get(symbol, 0) != before:
                return False
        same = row.number == place.number and found.first == place.purposes
        return same and row.arrives == arrives.name and row.input == arrives.type.shape

    def _moved(self, use: LayerUse, note: str, arrives: Node) -> Summary | None:
        """What is known of a layer elsewhere, or of one like it, under the names it has here."""
        place, shape = self.place, arrives.type.shape
        found: Summary | None = self.memo.get(Summary, use, *self.drawn, at=(self.counted,))
        if found is None or found.row.input != shape:
            found = self.memo.get(Summary, *self.drawn, at=self._like(use, shape))
            if found is None:
                return None
            self.memo.put(found, Summary, use, *self.drawn, at=(self.counted,), layers=1)
        shift = place.purposes - found.first
        named = renamed(found, place.label, place.number, shift, place.symbols)
        moved = Summary(
            place.purposes,
            found.made,
            renumbered(found, place.number),
            found.flops,
            *named,
            found.purposes,
            moved_row(found.row, use, place.label, place.number, arrives.name, named[0], note),
        )
        self._keep(use, moved)
        return moved

    def learn(self, use: LayerUse, x: Sym, y: Sym, row: LayerRow) -> None:
        """Keep what a layer is that `again` did not know, unless it is more than a summary says."""
        self.last = None
        place, nodes = self.place, self.place.b.nodes
        first, owned, purposes, ran = self._since
        own, name = nodes[first:], y.node.name
        parameters = tuple(place.parameters[owned:])
        if y.id < first or any(n.op == TOKENS for n in own) or not (self._row or parameters):
            return
        if name and not name.endswith(row.number):
            return
        needed, flops = {y.id}, cast(Dim, 0)
        for node in reversed(own):
            if node.id in needed:
                needed.update(node.inputs)
                if self.counted:
                    flops = plus(flops, node_flops(cast(Graph, place.b), node))
        before = (nodes[i] for i in needed if i < first and i != x.id)
        if any(n.op not in SHARED and n.type.kind != "host" for n in before):
            return
        runnings = tuple(place.runnings[ran:])
        given = [p.name.rpartition(".")[2] for p in parameters]
        given += [f"running_{r.name.rpartition('.')[2]}" for r in runnings]
        wanted = [place.wanted(name) for name in given]
        summary = Summary(
            purposes,
            y.type,
            name,
            flops,
            parameters,
            runnings,
            frozenset(
                (p.name, w)
                for p in parameters
                for w in ("init", "regularize")
                if (p.name, w) in place.own
            ),
            tuple((s, place.symbols[s] - 1) for s in wanted),
            place.purposes - purposes,
            row,
        )
        self.last = summary
        self._keep(use, summary)
        self.memo.put(summary, Summary, use, *self.drawn, at=(self.counted,), layers=1)
        common = self.place.bound
        # What a layer says of its own about its parameters was written at one place.
        if all(p.init is common.init for p in parameters) and all(
            p.regularize is common.regularize for p in parameters if p.weight
        ):
            at = self._like(use, row.input)
            self.memo.put(summary, Summary, *self.drawn, at=at, layers=1)

    def _like(self, use: LayerUse, arrives: Shape) -> tuple[object, ...]:
        """What layers have in common that are built alike."""
        return self.counted, arrives, meaning(use.layer)

    def _keep(self, use: LayerUse, summary: Summary) -> None:
        at = (summary.row.label, self.counted)
        self.memo.put(summary, Summary, use, *self.drawn, at=at, layers=1)

    def _stand(self) -> tuple[int, int, int, int]:
        """Where the walk is."""
        place = self.place
        return len(place.b.nodes), len(place.parameters), place.purposes, len(place.runnings)


def closing(steps: tuple[NetworkStep, ...]) -> set[int]:
    """The identities of the layers whose value may be that of the network."""
    if not steps:
        return set()
    last = steps[-1]
    if isinstance(last, Body):
        return closing(last.body)
    if isinstance(last, From):
        return _named(steps, last.name)
    return {id(last)}


def _named(steps: tuple[NetworkStep, ...], name: str) -> set[int]:
    found: set[int] = set()
    for step in steps:
        if isinstance(step, Body | Residual):
            found |= _named(step.body, name)
        if step.step.alias == name:
            found |= closing((step,))
    return found


def in_line(steps: tuple[NetworkStep, ...]) -> tuple[NetworkStep, ...]:
    """The same network with the layers of a block where the block is used, if all that the block
    does is to hand what arrives through them.
    """
    found: list[NetworkStep] = []
    for step in steps:
        if isinstance(step, Body) and _plain(step):
            found += in_line(step.body)
        else:
            found.append(step)
    return tuple(found)


def _plain(body: Body) -> bool:
    """Whether a body is run once and gives nothing a name; what is said of a body that makes a
    claim is said at its use.
    """
    own = body.step
    if body.count != 1 or own.alias is not None or own.claim is not None:
        return False
    return all(
        s.step.alias is None and (isinstance(s, LayerUse) or (isinstance(s, Body) and _plain(s)))
        for s in body.body
    )


def is_row(steps: tuple[NetworkStep, ...]) -> bool:
    """Whether each layer takes the value of the one before it, and no other."""
    return all(isinstance(s, LayerUse) or (isinstance(s, Body) and is_row(s.body)) for s in steps)
