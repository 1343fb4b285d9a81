"""Data: inputs on their own scales, sets that are missing, the same, or too small together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Span
from specc.elaborate.tokens import only_tokens
from specc.library.define import Definition
from specc.library.table import DataSource
from specc.lint.arguments import is_literal, shown
from specc.lint.facts import Facts
from specc.lint.fixes import beside

LARGER = 2
"""A factor of `scale` from which on it looks like a divisor."""
WHOLE = 0.995
"""Shares of a split that are all of the examples, as three thirds written `33%` nearly are."""
SHARE = 0.1
"""What a dev set takes from train where there is none."""


def scale(facts: Facts) -> Iterator[Diagnostic]:
    """W0501: files hold numbers as they were measured; generators make them to measure."""
    data = facts.bound.data
    source = data.source or data.train
    if data.normalize is not None or source is None:
        return
    if not any(a.kind == "path" for a in source.args):
        return
    if only_tokens(facts.proof.forward.b.nodes):
        return  # numbers that name have no scale
    statement = facts.statement("data", "source") or facts.statement("data", "train")
    if statement is None:
        return
    pixels = cast(DataSource, source).pixels
    text = "normalize  scale(1/255)" if pixels else "normalize  standard"
    yield Diagnostic(
        "W0501",
        f"inputs from `{source.word}` go into the network as they are in the file",
        Label(statement.items[0].value.span, "not normalised"),
        notes=(
            "pixels run from 0 to 255: sums of them are far too large for a fresh network"
            if pixels
            else "a column that counts in thousands outweighs one that counts in tenths",
        ),
        helps=(Help("bring them to one scale", beside(statement.head, text)),),
    )


def factors(facts: Facts) -> Iterator[Diagnostic]:
    """W0506: pixels times 255, where pixels over 255 was meant."""
    scale = facts.bound.data.normalize
    factor = getattr(scale, "factor", None)
    place = None if scale is None else scale.spans.get("factor")
    if factor is None or factor < LARGER or place is None:
        return
    edits = (Edit(place, f"1/{place.text}"),) if is_literal(place) else ()
    yield Diagnostic(
        "W0506",
        f"`scale({place.text})` makes every input {shown(factor)} times as large",
        Label(place, "multiplies"),
        notes=("`scale` multiplies: `scale(1/255)` brings pixels from 0 to 255 to 0 to 1",),
        helps=(Help("divide by it", edits),),
    )


def left_over(facts: Facts) -> Iterator[Diagnostic]:
    """W0504: examples that are in no set."""
    split, statement = facts.bound.data.split, facts.statement("data", "split")
    if split is None or statement is None or not facts.bound.data.has_dev:
        return
    total = split.train + split.dev + split.test
    place = split.spans.get("train")
    if total > WHOLE or place is None:
        return
    left = f"{(1 - total) * 100:.4g}%"
    train = f"{(1 - total + split.train) * 100:.6g}%"
    yield Diagnostic(
        "W0504",
        f"the split leaves {left} of the examples unused",
        Label(statement.head, f"{total * 100:.4g}% in all"),
        notes=("they are neither trained on nor measured",),
        helps=(
            Help(f"give them to train: `train = {train}`", (Edit(place, train),))
            if is_literal(place)
            else Help("let the shares add up to 100%"),
        ),
    )


def again(facts: Facts) -> Iterator[Diagnostic]:
    """W0505: a set that is measured on, and holds what another one does."""
    data = facts.bound.data
    sets = {"train": data.train, "dev": data.dev, "test": data.test}
    seen: list[tuple[str, Definition]] = []
    for name, source in sets.items():
        if source is None:
            continue
        first = next((n for n, other in seen if _same(other, source)), None)
        statement = facts.statement("data", name)
        seen.append((name, source))
        if first is None or statement is None:
            continue
        other = facts.statement("data", first)
        seed = any(a.name == "seed" for a in source.args)
        yield Diagnostic(
            "W0505",
            f"`{name}` holds the same examples as `{first}`",
            Label(statement.items[0].value.span, "the same again"),
            () if other is None else (Label(other.items[0].value.span, "here first"),),
            notes=("a result on examples that were seen before says nothing about new ones",),
            helps=(
                Help(
                    "give it another seed"
                    if seed
                    else "give it examples of its own, or divide one source by `split`"
                ),
            ),
        )


def _same(a: Definition, b: Definition) -> bool:
    return type(a) is type(b) and all(getattr(a, x.name) == getattr(b, x.name) for x in a.args)


def parts(facts: Facts) -> Iterator[Diagnostic]:
    """W0502 and W0503: nothing to decide on, or the test set to decide on."""
    data, block = facts.bound.data, facts.statement("data")
    if data.has_dev or block is None:
        return
    if not data.has_test:
        yield Diagnostic(
            "W0502",
            "there is no dev set, so nothing shows how well the network does on new examples",
            Label(block.word_span, "train alone"),
            notes=("the cost of examples that were trained on falls even while it overfits",),
            helps=(_split(facts),),
        )
        return
    split = data.split
    test = facts.statement("data", "test")
    place = test.head if test is not None else None if split is None else split.span("test")
    if place is None:
        return
    yield Diagnostic(
        "W0503",
        "there is a test set but no dev set, so choices will be made on the test set",
        Label(place, "no dev set beside it"),
        notes=("what was chosen on the test set is not tested by it any more",),
        helps=(_from_train(facts),),
    )


def _split(facts: Facts) -> Help:
    """A dev set for data without a test set."""
    data = facts.bound.data
    if data.split is None:
        source = facts.statement("data", "source")
        if source is None:
            return Help("give one beside `train`: `dev ...`")
        text = "split  train = 80%, dev = 20%"
        return Help("keep a part of the examples apart", beside(source.head, text))
    left = 1 - data.split.train
    return _from_train(facts) if left < SHARE / 2 else _added(facts, left)


def _from_train(facts: Facts) -> Help:
    """A dev set that is taken from train's share."""
    split = facts.bound.data.split
    if split is None:
        return Help("give one of its own beside them: `dev ...`")
    place = split.spans.get("train")
    train = split.train - SHARE
    if place is None or train < SHARE or not place.text.endswith("%") or not is_literal(place):
        return Help("take one from the share of train: `split train = 70%, dev = 10%, test = 20%`")
    return _added(facts, SHARE, Edit(place, f"{train * 100:g}%"))


def _added(facts: Facts, dev: float, *edits: Edit) -> Help:
    split = facts.bound.data.split
    statement = facts.statement("data", "split")
    message = f"give dev {dev:.0%} of the examples"
    if statement is None or split is None:
        return Help(message)
    written = split.spans.get("dev")
    if written is not None:
        return Help(message, (*edits, Edit(written, f"{dev * 100:g}%")))
    end = statement.items[-1].span.end
    at = Span(statement.head.source, end, end)
    return Help(message, (*edits, Edit(at, f", dev = {dev * 100:g}%")))
