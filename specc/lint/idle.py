"""Layers without effect: windows of one pixel, axes that are as they were, values joined with
themselves, features that are normalised to a constant.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from specc.diag.diagnostic import Diagnostic, Help, Label
from specc.elaborate.place import uses
from specc.lint.facts import Facts
from specc.lint.fixes import without_step
from specc.lint.flow import Node
from specc.shapes import show, size

AXES = ("flatten", "reshape")
"""Layers that give the same values in other axes."""


def layers(facts: Facts) -> Iterator[Diagnostic]:
    """W0322: what arrives is handed on. A block may need the layer in another use of it."""
    for node in facts.flow.nodes:
        said = _idle(node)
        if said and not node.step.chain:
            yield Diagnostic(
                "W0322",
                f"`{node.row.text}` hands on {show(node.row.input)} as it arrives",
                Label(node.step.head, said),
                helps=(Help("take it out", without_step(node.step)),),
            )


def _idle(node: Node) -> str:
    """Why a layer does nothing; empty if it does something."""
    if node.use is None or node.is_input or node.row.input != node.row.output:
        return ""
    layer = node.use.layer
    if layer.word in AXES:
        return "the same axes"
    for name in ("size", "times"):
        values = getattr(layer, name, None)
        stride = getattr(layer, "stride", None) or (1,)
        if values is not None and {*values, *stride} == {1}:
            return "one pixel gives one pixel"
    return ""


def doubled(facts: Facts) -> Iterator[Diagnostic]:
    """W0327: a name that stands for what arrives joins it with itself."""
    for node in facts.flow.nodes:
        if node.use is not None or len(set(map(id, node.before))) == len(node.before):
            continue
        added = node.label.startswith("add")
        yield Diagnostic(
            "W0327",
            f"`{node.word}` {'adds' if added else 'joins'} a value to itself",
            Label(node.step.head, "the same value twice"),
            uses(node.step.chain),
            notes=(
                "a value and itself are twice the value, which the next weights undo"
                if added
                else "a feature that stands there twice says nothing that it did not say",
            ),
            helps=(
                Help(
                    "put the layers that belong between, name another value, or take it out",
                    without_step(node.step),
                ),
            ),
        )


def constants(facts: Facts) -> Iterator[Diagnostic]:
    """W0323: mean and deviation of one or two numbers leave nothing, or a sign, of them."""
    for node in facts.flow.nodes:
        if node.use is None or node.use.layer.word != "layernorm":
            continue
        shape = node.row.input[:-1]
        features = cast(int, shape[-1] if len(shape) < 3 else size(shape))
        if features > 2:
            continue
        one = features == 1
        yield Diagnostic(
            "W0323",
            f"`{node.word}` over {features} {'feature' if one else 'features'} leaves "
            + ("a constant" if one else "the sign of their difference"),
            Label(node.step.head, "nothing is left" if one else "1 and -1 are left"),
            uses(node.step.chain),
            notes=(
                "a number less its own mean is 0, so the layer gives beta"
                if one
                else "two numbers of mean 0 and variance 1 are 1 and -1: no gradient passes",
            ),
            helps=(
                Help(
                    "`batchnorm` takes the mean over the examples, or leave it out",
                    without_step(node.step),
                ),
            ),
        )
