"""How a change of one parameter spreads, found by structure before any number moves.

    Z = W @ A + b      a step of W[i, j] or b[i] changes row i of Z and nothing else
    A = relu(Z)        elementwise: still one row
    Z2 = W2 @ A        column i of W2 times the change of that row, added to Z2 as it was: rank one
    softmax(Z2), ...   whole columns, for many steps side by side

Such a route lets thousands of steps share one evaluation. Where a node does not fit in, there is
none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from specc.gradcheck.terms import Term
from specc.ir.graph import Graph, Node
from specc.ir.interpret import ancestors, dependents
from specc.shapes import Dim

COLUMN_WISE = frozenset(("softmax", "softmax_cross_entropy", "sigmoid_cross_entropy", "layer_norm"))
"""Composites that work down axis 0 of each column, whatever axes follow."""
ROW_WISE = frozenset(("batch_norm",))
"""Composites that work along each row of operand 0, over all examples."""
REDUCTIONS = frozenset(("sum", "sum_rows", "max_rows"))
"""Operations along the attribute `axis`, which they keep with size 1."""
MOVES = frozenset(("rows", "concat", "copy"))
"""Operations that move rows as they are, along axis 0."""
SUMS = frozenset(("total", "inner"))

Form = Literal["row", "whole"]


@dataclass(frozen=True, slots=True)
class Stop:
    """A node of the route: `row` while only row i of it changes, `whole` after that."""

    node: int
    form: Form


@dataclass(frozen=True, slots=True)
class Route:
    """The way from a view of theta (n, k) to a term.

    product: the view is W of W @ x; otherwise it is a column that an elementwise node stretches.
    stops: the nodes on the way, the first one row by row, without the term itself.
    independent: no node mixes examples, so those that a step does not move can be left out.
    rows: the largest number of rows of a `whole` node.
    """

    view: int
    product: bool
    stops: tuple[Stop, ...]
    term: Term
    examples: Dim
    independent: bool
    rows: int


def find_route(graph: Graph, term: Term, view: int) -> Route | None:
    """The route from a view to a term, None where the structure does not allow one."""
    needed = ancestors(graph, [term.node])
    users = [graph.nodes[i] for i in sorted(needed) if view in graph.nodes[i].inputs]
    if graph.nodes[term.node].op not in SUMS or len(users) != 1:
        return None
    entry = users[0]
    if entry.id == term.node or not (_product(entry, view) or _column(graph, entry, view)):
        return None
    moving = dependents(graph, [entry.id]) & needed - {term.node}
    forms: dict[int, Form] = {entry.id: "row"}
    for i in sorted(moving - {entry.id}):
        form = _form(graph, graph.nodes[i], forms, entry)
        if form is None:
            return None
        forms[i] = form
    whole = [graph.nodes[i].type.shape[0] for i, form in forms.items() if form == "whole"]
    return Route(
        view=view,
        product=entry.op == "matmul",
        stops=tuple(Stop(i, form) for i, form in forms.items()),
        term=term,
        examples=entry.type.shape[1],
        independent=all(_by_example(graph.nodes[i], entry) for i in forms),
        rows=max((n for n in whole if isinstance(n, int)), default=1),
    )


def _by_example(node: Node, entry: Node) -> bool:
    return node.type.shape[1] == entry.type.shape[1] and node.op not in ROW_WISE


def _product(node: Node, view: int) -> bool:
    return node.op == "matmul" and node.inputs[0] == view and node.inputs[1] != view


def _column(graph: Graph, node: Node, view: int) -> bool:
    """Whether row i of an elementwise node depends on entry i of the view, a column, alone."""
    if not node.definition.elementwise or node.inputs.count(view) != 1:
        return False
    rows = node.type.shape[:1]
    return len(node.type.shape) == 2 and graph.nodes[view].type.shape == (*rows, 1)


def _form(graph: Graph, node: Node, forms: dict[int, Form], entry: Node) -> Form | None:
    """How a node behind the entry changes, None for a way that is not known here."""
    inside = [i for i in node.inputs if i in forms]
    types = [graph.nodes[i].type for i in node.inputs]
    if len(node.type.shape) != 2 or not isinstance(node.type.shape[0], int):
        return None
    by_row = all(forms[i] == "row" for i in inside) and node.type.shape[0] == entry.type.shape[0]
    if node.op == "matmul":
        return "whole" if inside == [node.inputs[1]] else None
    if node.op in REDUCTIONS:
        return "row" if by_row and node["axis"] == 1 else "whole"
    if not all(t.kind == "host" or len(t.shape) == 2 for t in types):
        return None
    if node.op in COLUMN_WISE | MOVES:
        return "whole"
    if node.op in ROW_WISE:
        return ("row" if by_row else "whole") if inside == [node.inputs[0]] else None
    if node.definition.elementwise:
        return "row" if by_row else "whole"
    return None
