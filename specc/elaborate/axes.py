"""What to do where a layer takes other axes than arrive: helps for E0302."""

from __future__ import annotations

import math

from specc.diag.diagnostic import Edit, Help
from specc.diag.source import Span
from specc.shapes import Shape, size


def in_front(head: Span, word: str, what: str) -> Help:
    """A layer without arguments on a line of its own, in front of the one that begins at `head`."""
    at = Span(head.source, head.start, head.start)
    line = head.source.line(head.line)[: head.column - 1]
    indent = line if not line.strip() else ""
    return Help(what, (Edit(at, f"{word}\n{indent}"),))


def as_steps(arrives: Shape, from_input: bool) -> tuple[Help, ...]:
    """How features become steps over time, where the spec may not have said so."""
    n = arrives[0]
    if len(arrives) != 2 or not isinstance(n, int):
        return (Help("give each example two axes: steps, then the features of a step"),)
    if not from_input:
        return (Help("steps over time come from `input`, and `last` or `flatten` ends them"),)
    steps = max(d for d in range(1, n + 1) if n % d == 0 and d * d <= n)
    steps = steps if steps > 1 else n
    return (
        Help(
            f"add an axis: `input steps, features`, for example `input {steps}, {n // steps}` "
            f"for {steps} steps of {n // steps}"
        ),
        Help(f"or, if the {n} are token numbers, put `embedding vocabulary, units` before it"),
    )


def as_image(arrives: Shape, written: Span | None) -> tuple[Help, ...]:
    """How features become an image: where they are read, or by `reshape`. A square one if there is
    one, with one channel or three.
    """
    n = size(arrives[:-1])
    if not isinstance(n, int):
        return ()
    square = next(
        (f"{side}, {side}, {c}" for c in (1, 3) if (side := math.isqrt(n // c)) ** 2 * c == n), ""
    )
    if written is not None:
        edits = (Edit(written, square),) if square else ()
        return (Help("read each example as an image: height, width, channels", edits),)
    example = f", for example `reshape {square}`" if square else ""
    return (Help(f"make an image of the {n} values by `reshape height, width, channels`{example}"),)
