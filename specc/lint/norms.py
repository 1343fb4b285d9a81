"""Batch normalisation in odd places: behind a bias or dropout, on the output, over a few examples.

It is known by what it does, not by its word: a layer that `centres` takes the mean of each feature
over the batch out of what arrives.
"""

from __future__ import annotations

from collections.abc import Iterator

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.elaborate.place import uses
from specc.lint.facts import Facts
from specc.lint.fixes import without_step
from specc.lint.flow import Node

FEWEST = 8
"""Examples of a batch below which its mean and deviation say little about the others."""


def _centres(node: Node) -> bool:
    return node.use is not None and node.use.layer.centres


def biases(facts: Facts) -> Iterator[Diagnostic]:
    """W0314: a bias that the next layer takes out again."""
    for node in facts.flow.nodes:
        layer = None if node.use is None else node.use.layer
        if layer is None or not layer.biased or node.activation is not None or not node.after:
            continue
        place = layer.spans.get("bias")
        if place is None or not getattr(layer, "bias", False) or not all(map(_centres, node.after)):
            continue
        other = node.after[0]
        literal = place.text == "true" and not node.step.chain
        yield Diagnostic(
            "W0314",
            f"the bias of `{node.row.text}` does nothing: `{other.word}` takes it out",
            Label(place, "a bias without effect"),
            (Label(other.step.head, "the mean is taken out here"), *uses(node.step.chain)),
            notes=(
                f"b moves the mean of Z, which `{other.word}` subtracts; "
                "it has beta to move it where it should be",
            ),
            helps=(Help("leave it out", (Edit(place, "false"),) if literal else ()),),
        )


def outputs(facts: Facts) -> Iterator[Diagnostic]:
    """W0315: the output itself depends on the other examples of the batch."""
    node = facts.flow.output
    while not _centres(node):
        if not (node.passes or node.bends) or not node.before:
            return
        node = node.before[0]
    yield Diagnostic(
        "W0315",
        f"`{node.word}` behind the last weights ties each output to the other examples",
        Label(node.step.head, "normalises the output"),
        uses(node.step.chain),
        notes=(
            "over every batch each output gets the same mean and deviation, whatever its targets "
            "are",
        ),
        helps=(Help("put it behind hidden layers", without_step(node.step)),),
    )


def batches(facts: Facts) -> Iterator[Diagnostic]:
    """W0316: statistics of a handful of examples."""
    batch = facts.bound.train.batch
    statement = facts.statement("train", "batch")
    if batch is None or statement is None or batch >= FEWEST:
        return
    norms = [node for node in facts.flow.nodes if _centres(node)]
    if not norms:
        return
    place = statement.items[0].value.span
    word = norms[0].word
    one = "one example has no deviation: where it is one number per feature, it becomes beta"
    few = f"each mean and deviation is an estimate from {batch} examples, another at every step"
    yield Diagnostic(
        "W0316",
        f"`{word}` over batches of {batch} is mostly noise",
        Label(place, f"{batch} examples" if batch > 1 else "1 example"),
        (Label(norms[0].step.head, "takes its statistics from a batch"),),
        notes=(one if batch == 1 else few,),
        helps=(
            Help(f"take {FEWEST} examples or more, for example 32", (Edit(place, "32"),)),
            Help("`layernorm` normalises each example by itself"),
        ),
    )


def behind_dropout(facts: Facts) -> Iterator[Diagnostic]:
    """W0317: a variance that is another one at test time."""
    for node in filter(_centres, facts.flow.nodes):
        maker = node.before[0] if node.before else None
        while maker is not None and maker.keep is None and maker.passes:
            maker = maker.before[0]
        if maker is None or maker.keep is None or maker.keep == 1:
            continue
        keep = maker.keep
        yield Diagnostic(
            "W0317",
            f"dropout directly before `{node.word}` gives it a variance that test time has not",
            Label(maker.step.head, f"{1 - keep:.0%} are 0 while training"),
            (Label(node.step.head, "averages the variance"), *uses(maker.step.chain)),
            notes=(
                f"zeros and a scale of 1 / {keep:g} make the variance of values around 0 "
                f"{1 / keep:.3g} times as large while training",
            ),
            helps=(Help(f"put dropout behind `{node.word}`", without_step(maker.step)),),
        )
