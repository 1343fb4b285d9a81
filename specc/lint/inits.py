"""Starting values: weights that start alike, too wide or too narrow, or do not fit what bends them.

How wide an initialisation draws is read off the graph of its draws, so that new ones are covered.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import cast

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Span
from specc.library.activation import Activation
from specc.library.words import Init
from specc.lint.facts import Facts, Start
from specc.lint.flow import Node
from specc.lint.scalars import Draw
from specc.model import Parameter

FAR = 3.0
"""Factor from the fan-based width: outside of it 143 of 144 faulty starts and no healthy one, over
770 small networks.
"""
MANY = 5
"""Layers up to which the wrong one of `he` and `xavier` makes little difference."""
BETWEEN = math.sqrt(2)
"""Between the variances of `xavier` (1) and `he` (2), times the number of inputs."""


def _inputs(p: Parameter) -> int:
    return p.fan[0]


def _units(node: Node) -> int:
    """The numbers that a layer gives: channels of an image, numbers of a state."""
    return cast(int, node.row.output[-2])


def _place(facts: Facts, node: Node, init: Init) -> tuple[Span, Span | None] | None:
    """Where an initialisation was written, and what an edit may replace."""
    word = init.spans.get("")
    if word is None:
        return None
    own = node.use.layer.spans.get("init") if node.use is not None else None
    written = facts.statement("init")
    whole = own if own is not None else None if written is None else written.items[0].value.span
    fits = whole is not None and whole.source is word.source and whole.start == word.start
    return word, whole if fits else None


def starts(facts: Facts) -> Iterator[Diagnostic]:
    """W0306 and W0307, once for each initialisation that was written."""
    alike: dict[Span | None, list[Start]] = {}
    far: dict[Span | None, list[Start]] = {}
    near: dict[Draw, bool] = {}  # weights with one draw have one shape
    for start in facts.starts:
        node, p, draw = start
        if draw not in near:
            near[draw] = not draw.same and 1 / FAR <= _ratio(start) <= FAR
        if near[draw]:
            continue
        hidden = node.label in facts.flow.hidden
        if draw.same and hidden and _units(node) > 1:
            alike.setdefault(p.init.span(), []).append(start)
        elif not draw.same and (_ratio(start) > FAR or (hidden and _ratio(start) < 1 / FAR)):
            far.setdefault(p.init.span(), []).append(start)
    for group in alike.values():
        yield from _alike(facts, group)
    for group in far.values():
        hidden_ones = [s for s in group if s[0].label in facts.flow.hidden]
        worst = max(hidden_ones or group, key=lambda s: abs(math.log(_ratio(s))))
        yield from _far(facts, worst, len({node.label for node, _, _ in group}))


def _ratio(start: Start) -> float:
    """How much wider the draws are than `he`, or narrower than `xavier`; 1 between the two."""
    _, p, draw = start
    spread = max(draw.size, 1e-300) * math.sqrt(_inputs(p))
    return spread / math.sqrt(2) if spread > math.sqrt(2) else min(spread, 1.0)


def _alike(facts: Facts, group: list[Start]) -> Iterator[Diagnostic]:
    node, p, draw = group[0]
    place = _place(facts, node, p.init)
    if place is None:
        return
    word, whole = place
    nodes = list({n.label: n for n, _, _ in group}.values())  # two weights of a recurrent layer
    layers = ", ".join(f"`{n.label}` ({_units(n)} units)" for n in nodes[:4])
    more = f" and {len(nodes) - 4} more" if len(nodes) > 4 else ""
    edits = () if whole is None else (Edit(whole, _fitting(node)),)
    yield Diagnostic(
        "W0306",
        f"all weights of a hidden layer start at {draw.size:g}, so its units stay alike",
        Label(word, "no two units differ"),
        (Label(node.step.head, "this layer" if len(nodes) == 1 else "this layer, for one"),),
        notes=(
            f"it starts so in {layers}{more}",
            "units with the same weights get the same gradient: "
            f"{_units(node)} of them do the work of one",
        ),
        helps=(Help("draw the weights at random", edits),),
    )


def _far(facts: Facts, worst: Start, count: int) -> Iterator[Diagnostic]:
    node, p, draw = worst
    place = _place(facts, node, p.init)
    if place is None:
        return
    word, whole = place
    fitting = _fitting(node)
    n_in = _inputs(p)
    gain = 2 if fitting == "he" else 1
    fan = math.sqrt(gain / n_in)
    wide = draw.size > fan
    factor = draw.size / fan if wide else fan / draw.size
    far = f"{_times(factor)} too {'wide' if wide else 'narrow'}"
    edits = () if whole is None else (Edit(whole, fitting),)
    yield Diagnostic(
        "W0307",
        f"weights of `{node.label}` start with a standard deviation of {draw.size:g}, {far}",
        Label(word, f"{fan:.2g} would fit {n_in} inputs"),
        (Label(node.step.head, "the layer that fits it least"),) if count > 1 else (),
        notes=(
            f"`{fitting}` draws sqrt({gain} / {n_in}) = {fan:.3g} for it",
            "values and gradients grow by such a factor at every layer, until units saturate"
            if wide
            else "values and gradients shrink by such a factor at every layer, until nothing moves",
        ),
        helps=(Help("let the number of inputs set the width", edits),),
    )


def _times(factor: float) -> str:
    return f"{factor:.2g} times" if factor < 100 else f"{factor:,.0f} times".replace(",", "_")


def _fitting(node: Node) -> str:
    """The initialisation that keeps the signals of a layer."""
    bend = _bend(node) if node.sums else None  # states bend by sigmoid and tanh
    return "he" if bend is not None and bend.wanted == 2 else "xavier"


def _bend(node: Node) -> Activation | None:
    """The activation of a layer, its own or a statement behind it."""
    if node.activation is not None:
        return node.activation
    for other in node.following():
        if not other.sums and other.activation is not None:
            return other.activation
    return None


def pairings(facts: Facts) -> Iterator[Diagnostic]:
    """W0308: `xavier` with rectifiers, or `he` with tanh, in many layers."""
    wrong: dict[str, list[Start]] = {}
    fitting = 0
    for start in facts.starts:
        node, p, draw = start
        bend = _bend(node)
        wanted = None if bend is None else bend.wanted
        hidden = node.sums and node.label in facts.flow.hidden
        if bend is None or wanted is None or not hidden or draw.same:
            continue
        variance = draw.size**2 * _inputs(p)
        near = 1 / FAR**2 <= variance / wanted <= FAR**2
        if near and (variance > BETWEEN) != (wanted > BETWEEN):
            wrong.setdefault(bend.word, []).append(start)
        else:
            fitting += near
    for word, group in wrong.items():
        # Where both kinds are mixed no one draw suits all, and the more numerous one decides.
        if len(group) > max(MANY, fitting):
            yield from _unfit(facts, word, group)


def _unfit(facts: Facts, bend: str, group: list[Start]) -> Iterator[Diagnostic]:
    node, p, _ = group[0]
    fitting = _fitting(node)
    place = _place(facts, node, p.init)
    edits: tuple[Edit, ...] = ()
    if place is not None:
        spot, whole = place
        if whole is not None:
            edits = (Edit(whole, fitting),)
    else:  # nobody wrote it: `he` stands wherever no `init` does
        found = None if node.activation is None else node.activation.span()
        loss = facts.statement("loss")
        if found is None or loss is None:
            return
        spot = found
        at = Span(loss.head.source, loss.head.start, loss.head.start)
        edits = (Edit(at, f"init  {fitting}\n"),)
    yield Diagnostic(
        "W0308",
        f"{len(group)} layers with `{bend}` start from `{p.init.word}`, which is not made for it",
        Label(spot, f"`{fitting}` is made for `{bend}`"),
        notes=(
            "half of the signal's variance is lost at each of them"
            if fitting == "he"
            else f"the draws have twice the variance that `{bend}` keeps",
        ),
        helps=(Help(f"start them from `{fitting}`", edits),),
    )
