"""Layers that do not help each other: sums without a bend between them, activations in a row, long
stacks that let no gradient through.
"""

from __future__ import annotations

from collections.abc import Iterator

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.elaborate.place import uses
from specc.library.activation_layer import ActivationLayer
from specc.lint.activations import STEEPEST
from specc.lint.facts import Facts
from specc.lint.fixes import without
from specc.lint.flow import Node
from specc.shapes import show

DEEP = 4
"""Hidden sigmoid layers in a row from which the first one hardly learns: measured on 64 units a
layer with xavier, its gradient is then 1/1000 of the last layer's.
"""


def linear_pairs(facts: Facts) -> Iterator[Diagnostic]:
    """W0301: a weighted sum of weighted sums is one weighted sum."""
    for node in facts.flow.nodes:
        if not node.sums or node.activation is not None:
            continue
        other = next((n for n in node.following() if n.sums), None)
        if other is None or _is_factorisation(node, other):
            continue
        yield Diagnostic(
            "W0301",
            f"`{node.row.text}` and `{other.row.text}` have no activation between them: "
            "together they are one linear layer",
            Label(node.step.head, "no activation follows"),
            (Label(other.step.head, "the next weighted sum"), *uses(node.step.chain)),
            notes=(
                f"W' (W A + b) + b' = (W' W) A + (W' b + b'), from {show(node.row.input)} "
                f"to {show(other.row.output)}",
            ),
            helps=(Help("put an activation between them", _bend(node)),),
        )


def _is_factorisation(first: Node, second: Node) -> bool:
    """Whether the middle is narrower than both sides, which one layer could not be."""
    sizes = [first.row.input[:-1], first.row.output[:-1], second.row.output[:-1]]
    if any(len(shape) != 1 for shape in sizes):
        return False
    before, middle, after = (shape[0] for shape in sizes)
    if not (isinstance(before, int) and isinstance(middle, int) and isinstance(after, int)):
        return False
    return middle < before and middle < after


def _bend(node: Node) -> tuple[Edit, ...]:
    """Gives a layer `relu`."""
    if node.use is None or node.step.chain:
        return ()
    layer = node.use.layer
    written = layer.spans.get("activation")
    if written is not None:
        return (Edit(written, "relu"),) if written.text == "linear" else ()
    # A value without a name stands before those with one.
    plain = set(layer.spans) == {"", layer.args[0].name} and layer.args[1].name == "activation"
    named = "=" in node.row.text or not plain
    return (Edit(_behind(node).after(), ", activation = relu" if named else ", relu"),)


def _behind(node: Node) -> Span:
    """The items of a statement, without the sizes and the name behind them."""
    last = max(
        (span for span in node.use.layer.spans.values()) if node.use else (),
        key=lambda span: span.end,
        default=node.step.span,
    )
    return node.step.span.to(last)
