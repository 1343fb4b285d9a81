"""The network as rules look at it: which layer comes behind which, with blocks and names resolved.

Labels are counted as elaboration counts them, so that a node finds its shapes and its parameters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from functools import cache
from typing import Any, cast

from specc.lang.bound import Body, Bound, From, Join, LayerUse, NetworkStep, Residual, Step
from specc.library.activation import Activation
from specc.library.activation_layer import ActivationLayer
from specc.library.recurrent import Recurrent
from specc.model import LayerRow

Scope = dict[str, "Node"]


class Node:
    """A layer, or with `use` None a join of several values, each time that it is used.

    sums: whether it is a weighted sum of what arrives, with an activation that may be left out.
    activation: what bends its values; `linear` does not. keep: the share of values that a dropout
    keeps; None for other layers. maker: what makes the value that arrives, looking through what
    hands it on.
    """

    __slots__ = (
        "activation",
        "after",
        "before",
        "keep",
        "label",
        "maker",
        "row",
        "step",
        "sums",
        "use",
    )

    def __init__(
        self,
        step: Step,
        use: LayerUse | None,
        label: str,
        row: LayerRow,
        before: tuple[Node, ...],
    ) -> None:
        self.step = step
        self.use = use
        self.label = label
        self.row = row
        self.before = before
        self.after: list[Node] = []
        layer = None if use is None else use.layer
        self.sums = layer is not None and layer.weighted and _bends(cast("Hashable", type(layer)))
        found = getattr(layer, "activation", None)
        bends = isinstance(found, Activation) and found.word != "linear"
        self.activation: Activation | None = found if bends else None
        kept = getattr(layer, "keep", None)
        drops = layer is not None and not layer.weighted and isinstance(kept, float)
        self.keep: float | None = kept if drops else None
        self.maker: Node | None = None
        if before:
            self.maker = before[0].maker if before[0].passes else before[0]

    @property
    def word(self) -> str:
        return self.step.span.text

    @property
    def is_input(self) -> bool:
        return self.use is not None and not self.before

    @property
    def passes(self) -> bool:
        """Whether it hands on what arrives, some of it switched off at most."""
        return self.keep is not None or (self.bends and self.activation is None)

    @property
    def affine(self) -> bool:
        """Whether what follows sees sums of what arrives, with the same factors everywhere."""
        return self.passes or (self.use is not None and self.use.layer.affine)

    @property
    def recurs(self) -> bool:
        """Whether it carries a state from step to step."""
        return self.use is not None and isinstance(self.use.layer, Recurrent)

    @property
    def bends(self) -> bool:
        """Whether it is an activation on a line of its own."""
        return self.use is not None and isinstance(self.use.layer, ActivationLayer)

    def following(self, *, sums: bool = False) -> Iterator[Node]:
        """The nodes that take its value, looking through those that hand it on; with `sums` also
        through those that only sum it.
        """
        open_nodes = self.after[::-1]
        while open_nodes:
            node = open_nodes.pop()
            if node.affine if sums else node.passes:
                open_nodes += node.after[::-1]
            else:
                yield node


@cache
def _bends(layer: Any) -> bool:
    return any(a.name == "activation" and a.kind == "word" for a in layer.args)


class Flow:
    """All nodes in order, the one whose value is the network's output, and the labels of those
    behind which another weighted layer follows.
    """

    __slots__ = ("hidden", "nodes", "output")

    def __init__(self, nodes: tuple[Node, ...], output: Node, hidden: frozenset[str]) -> None:
        self.nodes = nodes
        self.output = output
        self.hidden = hidden

    @property
    def last(self) -> Node:
        """The output, or what is handed on to there."""
        node = self.output
        while node.passes:
            node = node.before[0]
        return node


def trace(bound: Bound, rows: list[LayerRow]) -> Flow:
    """The flow through a network that was elaborated without errors."""
    tracer = _Tracer({row.label: row for row in rows})
    output = cast(Node, tracer.body(bound.network, None, {}))
    hidden: set[str] = set()
    for node in reversed(tracer.nodes):
        for following in node.after:
            use = following.use
            if (use is not None and use.layer.weighted) or following.label in hidden:
                hidden.add(node.label)
                break
    return Flow(tuple(tracer.nodes), output, frozenset(hidden))


class _Tracer:
    def __init__(self, rows: dict[str, LayerRow]) -> None:
        self.rows = rows
        self.nodes: list[Node] = []
        self.counts: Counter[str] = Counter()

    def body(self, steps: tuple[NetworkStep, ...], at: Node | None, scope: Scope) -> Node | None:
        for step in steps:
            at = self.step(step, at, scope)
            if step.step.alias is not None and at is not None:
                scope[step.step.alias] = at
        return at

    def step(self, step: NetworkStep, at: Node | None, scope: Scope) -> Node | None:
        match step:
            case LayerUse():
                before = () if step.layer.word == "input" or at is None else (at,)
                return self.node(step.step, step, step.layer.word, before)
            case Body():
                for _ in range(step.count):
                    at = self.body(step.body, at, dict(scope))
                return at
            case Residual():
                inner = self.body(step.body, at, dict(scope))
                return self.node(step.step, None, "add", (cast(Node, at), cast(Node, inner)))
            case From():
                return scope[step.name]
            case Join():
                joined = [scope[name] for name, _ in step.names]
                if len(joined) == 1:
                    joined.insert(0, cast(Node, at))
                return self.node(step.step, None, step.kind, tuple(joined))

    def node(self, step: Step, use: LayerUse | None, word: str, before: tuple[Node, ...]) -> Node:
        self.counts[word] += 1
        label = f"{word}{self.counts[word]}"
        row = self.rows.get(label) or self.rows[word]  # a lone `input` carries no number
        made = Node(step, use, label, row, before)
        for node in before:
            node.after.append(made)
        self.nodes.append(made)
        return made
