"""Layers that do not help each other: sums without a bend between them, activations in a row, long
stacks that let no gradient through.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import cast

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Span
from specc.elaborate.place import uses
from specc.library.activation import Activation
from specc.lint.facts import Facts
from specc.lint.fixes import without_step
from specc.lint.flow import Node
from specc.shapes import show, size

DEEP = 4
"""Hidden sigmoid layers in a row from which the first one hardly learns: measured on 64 units a
layer with xavier, its gradient is then 1/1000 of the last layer's.
"""


def linear_pairs(facts: Facts) -> Iterator[Diagnostic]:
    """W0301: a weighted sum of weighted sums is one weighted sum."""
    said: set[Span] = set()
    for node in facts.flow.nodes:
        if not node.sums or node.activation is not None or node.step.head in said:
            continue
        other = next((n for n in node.following(sums=True) if n.sums), None)
        if other is None or _is_factorisation(node, other) or _is_separated(node, other):
            continue
        said.add(node.step.head)  # what is repeated is repeated for one cause
        yield Diagnostic(
            "W0301",
            f"no activation between `{node.row.text}` and `{other.row.text}`: "
            "the two weighted sums are one",
            Label(node.step.head, "no activation follows"),
            (Label(other.step.head, "the next weighted sum"), *uses(node.step.chain)),
            notes=(
                f"W' (W A + b) + b' = (W' W) A + (W' b + b'), from {show(node.row.input)} "
                f"to {show(other.row.output)}",
            ),
            helps=(Help("put an activation between them", _bend(node)),),
        )


def _is_separated(first: Node, second: Node) -> bool:
    """Whether one of two convolutions sees its groups of channels alone, or one goes down and the
    other across, so that the two together have far fewer weights than one that does the same.
    """
    layers = [n.use.layer for n in (first, second) if n.use is not None]
    if any(getattr(layer, "groups", 1) > 1 for layer in layers):
        return True
    kernels = [getattr(layer, "kernel", ()) for layer in layers]
    down = [k[0] > 1 and k[-1] == 1 for k in kernels if k]
    across = [k[0] == 1 and k[-1] > 1 for k in kernels if k]
    return any(down) and any(across)


def _is_factorisation(first: Node, second: Node) -> bool:
    """Whether the middle is narrower than both sides, which one layer could not be."""
    sides = [first.row.input, second.row.output]
    middles = [first.row.output, second.row.input]
    # Of images that stay images the channels count, else all the values.
    images = all(len(shape) == 4 for shape in (*sides, *middles))
    counts = [s[2] if images else size(s[:-1]) for s in (*sides, *middles)]
    if not all(isinstance(count, int) for count in counts):
        return False
    before, after, *between = cast("list[int]", counts)
    return min(between) < min(before, after)


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
    text = ", relu" if plain and "=" not in node.row.text else ", activation = relu"
    head = node.step.head
    end = head.start + len(re.split(_BEHIND_ITEMS, head.text, maxsplit=1)[0])
    return (Edit(Span(head.source, end, end), text),)


_BEHIND_ITEMS = r"\s*->|\s+as\s"
"""Where sizes or a name follow the items of a layer."""


def double_activations(facts: Facts) -> Iterator[Diagnostic]:
    """W0302: an activation of an activation."""
    nodes = facts.flow.nodes if any(n.bends for n in facts.flow.nodes) else ()
    for node in nodes:
        first = node.activation
        if first is None:
            continue
        for other in node.following():
            second = other.activation
            if second is None or not other.bends:
                continue
            place = first.span()
            before = () if place is None else (Label(place, "bent here already"),)
            same = f"another `{second.word}`" if first.word == second.word else f"`{second.word}`"
            yield Diagnostic(
                "W0302",
                f"`{first.word}` is followed by {same} with no weights between them",
                Label(other.step.head, "a second activation"),
                (*before, *uses(other.step.chain)),
                notes=(f"what arrives is {first.word}(Z), so this gives {_nested(second, first)}",),
                helps=(Help("keep one of them", without_step(other.step)),),
            )


def _nested(outer: Activation, inner: Activation) -> str:
    return f"{outer.word}({inner.word}(Z))"


def hidden_softmax(facts: Facts) -> Iterator[Diagnostic]:
    """W0303: units that share a fixed sum of 1, before more weights."""
    for node in facts.flow.nodes:
        bend = node.activation
        if bend is None or bend.word != "softmax":
            continue
        other = next((n for n in node.following(sums=True) if n.sums), None)
        place = bend.span()
        if other is None or place is None:
            continue
        yield Diagnostic(
            "W0303",
            "`softmax` inside the network: its units share a sum of 1",
            Label(place, "a hidden softmax"),
            (Label(other.step.head, "weights follow"), *uses(node.step.chain)),
            notes=(
                "with n units an average one is 1/n, so little of the signal and of the gradient "
                "passes",
            ),
            helps=(Help("hidden layers bend by `relu`", _replaced(place, "relu", node)),),
        )


def _replaced(place: Span, text: str, node: Node) -> tuple[Edit, ...]:
    return () if node.step.chain else (Edit(place, text),)


def vanishing(facts: Facts) -> Iterator[Diagnostic]:
    """W0309: hidden sigmoid layers in a row, each of which shrinks the gradient."""
    run = _longest_run(facts)
    bends = [n.activation for n in run if n.activation is not None]
    places = list(dict.fromkeys(place for b in bends if (place := b.span()) is not None))
    if not places:
        return
    word = bends[0].word
    left = math.prod(b.steepest for b in bends)
    in_block = any(n.step.chain for n in run)
    yield Diagnostic(
        "W0309",
        f"{len(run)} hidden `{word}` layers in a row leave the first ones hardly any gradient",
        Label(places[0], f"{len(run)} such layers from here on"),
        (*(Label(at, "again") for at in places[1:3]), *uses(run[0].step.chain)),
        notes=(
            f"the slope of `{word}` is {bends[0].steepest:g} at most: "
            f"after {len(run)} layers at most {left:.2g} of the gradient is left",
        ),
        helps=(
            Help(
                "hidden layers bend by `relu`",
                () if in_block else tuple(Edit(at, "relu") for at in places),
            ),
        ),
    )


def _longest_run(facts: Facts) -> list[Node]:
    """The longest row of hidden layers that all shrink the gradient, if it is deep."""
    shrinking = (n for n in facts.flow.nodes if n.activation and n.activation.steepest < 1)
    if len(list(shrinking)) < DEEP:
        return []
    length: dict[str, int] = {}
    before: dict[str, Node | None] = {}
    end: Node | None = None
    for node in facts.flow.nodes:
        # Through the join of a shortcut the gradient takes the shorter way.
        shortest = min(node.before, key=lambda n: length[n.label], default=None)
        run = 0 if shortest is None else length[shortest.label]
        bend = node.activation
        if bend is not None and bend.steepest < 1:
            run += 1
        elif bend is not None or (node.row.parameters and not node.sums):
            run = 0  # what has parameters of another kind brings values to a size of its own
        length[node.label], before[node.label] = run, shortest
        if node.label in facts.flow.hidden and run > (length[end.label] if end else DEEP - 1):
            end = node
    found: list[Node] = []
    while end is not None and length[end.label]:
        if end.activation is not None:
            found.append(end)
        end = before[end.label]
    return found[::-1]
