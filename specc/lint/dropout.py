"""Dropout in odd places and in odd amounts. `keep` is the share that stays."""

from __future__ import annotations

from collections.abc import Iterator

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.elaborate.place import uses
from specc.lint.arguments import is_literal
from specc.lint.facts import Facts
from specc.lint.fixes import without_step
from specc.lint.flow import Node

LEAST = 0.5
"""Keeping half gives the most different networks; below, a layer mostly loses units."""


def places(facts: Facts) -> Iterator[Diagnostic]:
    """W0310 and W0311: values of the input, or of the output, are switched off."""
    dropping = [(n, n.keep) for n in facts.flow.nodes if n.keep is not None and n.keep != 1]
    used = _used(facts.flow.output) if dropping else set()
    for node, keep in dropping:
        drops = f"{1 - keep:.0%} of them at every step"
        if node.maker is not None and node.maker.is_input:
            yield Diagnostic(
                "W0310",
                "dropout on the input hides features of the examples",
                Label(node.step.head, f"loses {1 - keep:.0%} of the features"),
                uses(node.step.chain),
                notes=(f"features are switched off at random, {drops}; none of them is spare",),
                helps=(Help("put dropout behind a hidden layer", without_step(node.step)),),
            )
        elif node.label not in facts.flow.hidden and node.label in used:
            yield Diagnostic(
                "W0311",
                "dropout behind the last weights spoils the output itself",
                Label(node.step.head, f"loses {1 - keep:.0%} of the outputs"),
                uses(node.step.chain),
                notes=(
                    f"outputs are switched off at random, {drops}: "
                    "the loss sees 0 where the network said something else",
                ),
                helps=(Help("put dropout behind a hidden layer", without_step(node.step)),),
            )


def _used(output: Node) -> set[str]:
    """The labels of all that the output is made of."""
    open_nodes, seen = [output], {output.label}
    while open_nodes:
        new = [n for n in open_nodes.pop().before if n.label not in seen]
        seen.update(n.label for n in new)
        open_nodes += new
    return seen


def shares(facts: Facts) -> Iterator[Diagnostic]:
    """W0312 and W0313: less than half stays, or all of it."""
    for node in facts.flow.nodes:
        keep, use = node.keep, node.use
        place = None if use is None else use.layer.spans.get("keep")
        if keep is None or place is None or not is_literal(place):
            continue
        if keep < LEAST:
            other = f"{1 - keep:.6g}"
            yield Diagnostic(
                "W0312",
                f"`keep = {place.text}` switches off {1 - keep:.0%} of the units",
                Label(place, f"{keep:.0%} stay"),
                uses(node.step.chain),
                notes=("`keep` is the share that stays; PyTorch's and Keras's rate is 1 - keep",),
                helps=(
                    Help(
                        f"if {place.text} is to be dropped: `keep = {other}`", (Edit(place, other),)
                    ),
                    Help("keep half or more, and use fewer units instead"),
                ),
            )
        elif keep == 1:
            yield Diagnostic(
                "W0313",
                "dropout that keeps everything does nothing",
                Label(place, "all stay"),
                uses(node.step.chain),
                helps=(Help("take it out, or keep less", without_step(node.step)),),
            )
