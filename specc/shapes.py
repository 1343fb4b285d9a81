"""Sizes and tensor types: whole numbers and polynomials over named sizes, such as the batch size
`m`.

A check never knows the number of examples, so `m` stays a name until a plan is made for one batch
size. Two sizes are equal only if they are the same polynomial; that two of them would agree for one
`m` proves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Literal

from specc.record import Record

Monomial = tuple[str, ...]


class Poly(Record):
    """A polynomial with whole coefficients: `2*m + 3` is `((("m",), 2), ((), 3))`, sorted, no
    zero terms.
    """

    terms: tuple[tuple[Monomial, int], ...]

    def __str__(self) -> str:
        return " + ".join(
            "*".join((*(() if c == 1 and names else (str(c),)), *names)) for names, c in self.terms
        )


Dim = int | Poly
Shape = tuple[Dim, ...]
Kind = Literal["real", "int", "bool", "host"]


def symbol(name: str) -> Poly:
    """The size called `name`."""
    return Poly((((name,), 1),))


M = symbol("m")
"""The number of examples of a batch."""


def _terms(dim: Dim) -> dict[Monomial, int]:
    return dict(dim.terms) if isinstance(dim, Poly) else ({(): dim} if dim else {})


def _dim(terms: Mapping[Monomial, int]) -> Dim:
    kept = {names: c for names, c in terms.items() if c}
    if not kept:
        return 0
    if set(kept) == {()}:
        return kept[()]
    order = sorted(kept, key=lambda names: (-len(names), names))
    return Poly(tuple((names, kept[names]) for names in order))


def times(a: Dim, b: Dim) -> Dim:
    """The product of two sizes."""
    if isinstance(a, int):
        if isinstance(b, int):
            return a * b
        a, b = b, a
    if isinstance(b, int):
        return Poly(tuple([(names, c * b) for names, c in a.terms])) if b else 0
    total: dict[Monomial, int] = {}
    for x, c in _terms(a).items():
        for y, d in _terms(b).items():
            names = tuple(sorted(x + y))
            total[names] = total.get(names, 0) + c * d
    return _dim(total)


def plus(a: Dim, b: Dim) -> Dim:
    """The sum of two sizes."""
    if a == 0:
        return b
    if isinstance(a, Poly) and isinstance(b, Poly) and len(a.terms) == len(b.terms) == 1:
        ((x, c),), ((y, d),) = a.terms, b.terms
        if x == y:
            return Poly(((x, c + d),)) if c + d else 0
    total = _terms(a)
    for names, c in _terms(b).items():
        total[names] = total.get(names, 0) + c
    return _dim(total)


def size(shape: Shape) -> Dim:
    """The number of elements of a shape."""
    one: Dim = 1
    return reduce(times, shape, one)


def value(dim: Dim, sizes: Mapping[str, int]) -> int:
    """The number behind a size, once every name has one.

    Raises:
        KeyError: a name has no number.
    """
    if isinstance(dim, int):
        return dim
    return sum(c * reduce(lambda p, n: p * sizes[n], names, 1) for names, c in dim.terms)


def show(shape: Shape) -> str:
    """`(64, m)`, as the messages and the generated program write it."""
    inside = ", ".join(str(d) for d in shape)
    return f"({inside},)" if len(shape) == 1 else f"({inside})"


class TensorType(Record):
    """Shape and kind of a value. `host` values are single numbers that live outside the arrays."""

    shape: Shape
    kind: Kind = "real"

    def __str__(self) -> str:
        return self.kind if self.kind == "host" else f"{self.kind} {show(self.shape)}"


HOST = TensorType((), "host")


def broadcast(a: Shape, b: Shape) -> Shape | str:
    """The common shape of two operands of the same rank, or the reason why there is none.

    Only a size of exactly 1 is stretched: a column against a matrix, never a vector against a
    matrix.
    """
    if len(a) != len(b):
        return f"{show(a)} has {len(a)} axes, {show(b)} has {len(b)}"
    out: list[Dim] = []
    for axis, (x, y) in enumerate(zip(a, b, strict=True)):
        if x != y and x != 1 and y != 1:
            return f"axis {axis} is {x} on the left and {y} on the right"
        out.append(y if x == 1 else x)
    return tuple(out)
