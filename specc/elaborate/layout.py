"""Where every parameter lies in theta, and every running tensor in its vector."""

from __future__ import annotations

from specc.library.define import meaning
from specc.model import Parameter, Running, Segment
from specc.record import replace


def layout(made: tuple[Parameter, ...]) -> tuple[tuple[Parameter, ...], tuple[Segment, ...]]:
    """Places in theta: weights, then biases. What the same regularisers penalise lies together, so
    that it is one stretch, wherever they are written: `specc expand` writes those of a `repeat` out
    for every round, and the sums must not be other ones.
    """
    groups: dict[tuple[bool, object], list[Parameter]] = {}
    for p in made:
        groups.setdefault((p.weight, meaning(p.regularize)), []).append(p)
    order = sorted(groups.items(), key=lambda g: (not g[0][0], g[0][1] == ()))
    placed: dict[str, int] = {}
    segments: list[Segment] = []
    offset = 0
    for _, members in order:
        start = offset
        for p in members:
            placed[p.name] = offset
            offset += p.size
        segments += [Segment(r, start, offset - start) for r in members[0].regularize]
    return tuple(replace(p, offset=placed[p.name]) for p in made), tuple(segments)


def one_after_the_other(made: list[Running]) -> tuple[Running, ...]:
    """Places in the vector `running`."""
    placed: list[Running] = []
    offset = 0
    for r in made:
        placed.append(replace(r, offset=offset))
        offset += r.size
    return tuple(placed)
