"""Reverse-mode differentiation: the gradient of the cost with respect to theta, as more nodes.

    Z = W @ A          dW = dZ @ A.T,  dA = W.T @ dZ

Walks the nodes backwards once, asking each operation for the cotangents of its operands; nothing is
built for operands that theta does not reach. The parts of dtheta are packed in the order of theta;
stretches that a regulariser adds to lie across several of them and are placed on top.
"""

from __future__ import annotations

from collections.abc import Sequence

from specc.diag.diagnostic import CompilerBug
from specc.ir.builder import Builder, Sym
from specc.ir.graph import Graph, Node
from specc.ir.rewrite import copy_into
from specc.model import Model, Parameter
from specc.shapes import Shape


def autodiff(graph: Graph, model: Model) -> Graph:
    """The graph with the output `dtheta`."""
    b = Builder()
    made = copy_into(b, graph)
    reached = _reached(b.nodes)
    cotangents: dict[int, Sym] = {made[graph.output("cost").id].id: b.lift(1.0)}
    parts: list[tuple[Sym, Sym]] = []
    for i in range(len(b.nodes) - 1, -1, -1):
        dy = cotangents.pop(i, None)
        if dy is None or i not in reached:
            continue
        y = Sym(b, i)
        if y.op == "view":
            parts.append((y, dy))
            continue
        vjp = y.node.definition.vjp
        if vjp is None:
            raise CompilerBug(f"the operation {y.op} has no gradient")
        with b.layer(y.node.layer):
            for operand, g in zip(y.inputs, vjp(y, dy), strict=True):
                if g is None or operand.id not in reached:
                    continue
                before = cotangents.get(operand.id)
                both = g if before is None else before + g
                across = operand.op == "view" and len(operand.shape) == 1
                if operand.node.name and operand.type.kind != "host" and not across:
                    both = both.named("d" + operand.node.name)
                cotangents[operand.id] = both
    dtheta = _assemble(b, parts, model)
    return b.graph(**{name: made[i] for name, i in graph.outputs}, dtheta=dtheta.named("dtheta"))


def _reached(nodes: Sequence[Node]) -> set[int]:
    """The nodes that theta flows into."""
    reached: set[int] = set()
    for node in nodes:
        if (node.op == "input" and node["name"] == "theta") or reached.intersection(node.inputs):
            reached.add(node.id)
    return reached


def _assemble(b: Builder, parts: list[tuple[Sym, Sym]], model: Model) -> Sym:
    """dtheta from the cotangents of theta's views."""
    tiles: dict[tuple[int, Shape], Parameter] = {(p.offset, p.shape): p for p in model.parameters}
    found: dict[str, Sym] = {}
    across: list[tuple[int, int, Sym]] = []
    for view, dy in parts:
        tile = tiles.get((view.node["offset"], view.shape))
        if tile is not None:
            found[tile.name] = dy
        else:
            across.append((view.node["offset"], view.shape[0], dy))  # type: ignore[arg-type]
    ordered = sorted(model.parameters, key=lambda p: p.offset)
    pieces: list[Sym] = []
    for p in ordered:
        with b.layer(p.layer):
            piece = found.get(p.name)
            if piece is None:
                piece = b.apply("filled", shape=p.shape, value=0.0)
            pieces.append(piece)
    dtheta = b.apply("pack", *pieces, into="dtheta")
    with b.layer("regularize"):
        for offset, length, dy in across:
            stretch = b.apply("view", dtheta, offset=offset, shape=(length,)).named("dweights")
            dtheta = b.apply("place", dtheta, stretch + dy, offset=offset)
    return dtheta
