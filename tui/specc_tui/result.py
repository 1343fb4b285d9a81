"""What an inspector answers about a trained network, read from JSON that nobody vouches for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc_tui import untrusted
from specc_tui.plan import Plan, Times, read_plan, read_times

Grid = NDArray[np.float64]

FINEST = 400
"""Rows and columns of a grid or a picture that are read."""


@dataclass(frozen=True, slots=True, eq=False)
class Boundary:
    """Answers on a grid over two inputs, the highest row first.

    classes: the class of each point, None for a network of numbers. level: how sure it is (0 to 1),
    or its number. points: x, y and the class or number of examples, one per row.
    """

    x: tuple[float, float]
    y: tuple[float, float]
    classes: NDArray[np.int64] | None
    level: Grid
    points: Grid


@dataclass(frozen=True, slots=True, eq=False)
class Mistake:
    """An example that was taken for another class; `picture` of greys from 0 to 255, or None."""

    example: int
    true: int
    predicted: int
    probability: float
    probability_of_true: float
    picture: Grid | None


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """`part` is the set that metrics, confusion, mistakes and pairs are of."""

    step: int
    task: str
    part: str
    classes: tuple[str, ...]
    inputs: tuple[str, ...]
    metrics: dict[str, float]
    boundary: Boundary | None
    confusion: NDArray[np.int64] | None
    mistakes: tuple[Mistake, ...]
    pairs: Grid | None


@dataclass(frozen=True, slots=True, eq=False)
class Filters:
    """Weights of the first layer as pictures: 0 the strongest negative, 255 the strongest positive
    one, which is `largest`."""

    step: int
    of: str
    units: int
    largest: float
    pictures: tuple[Grid, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why there is no answer."""

    text: str


Answer = Result | Filters | Plan | Times | Problem


def read_answer(line: bytes) -> Answer:
    """The answer on a line, of whatever content."""
    try:
        data = untrusted.parse(line.decode("utf-8", "replace"))
    except ValueError:
        data = None
    if not isinstance(data, dict):
        return Problem("the answer of the inspector cannot be read")
    if "problem" in data:
        return Problem(untrusted.text(data["problem"]))
    if data.get("what") == "filters":
        return _filters(data)
    if data.get("what") == "plan":
        return read_plan(data)
    if data.get("what") == "times":
        return read_times(data)
    return _result(data)


def _filters(data: dict[str, Any]) -> Filters:
    grids = (grid(p) for p in untrusted.items(data.get("filters"))[:100])
    return Filters(
        untrusted.whole(data.get("step")),
        untrusted.text(data.get("of"), 80),
        untrusted.whole(data.get("units")),
        untrusted.real(data.get("largest")),
        tuple(g for g in grids if g is not None),
    )


def _result(data: dict[str, Any]) -> Result:
    names = untrusted.items(data.get("classes"))[:1000]
    confusion = grid(data.get("confusion"))
    square = confusion is not None and confusion.shape == (len(names), len(names))
    return Result(
        step=untrusted.whole(data.get("step")),
        task=untrusted.text(data.get("task"), 20),
        part=untrusted.text(data.get("part"), 20),
        classes=tuple(untrusted.text(name, 40) for name in names),
        inputs=tuple(untrusted.text(n, 40) for n in untrusted.items(data.get("inputs"))[:2]),
        metrics=untrusted.metrics(data.get("metrics")),
        boundary=_boundary(data.get("boundary")),
        confusion=confusion.astype(np.int64) if confusion is not None and square else None,
        mistakes=tuple(map(_mistake, untrusted.objects(data.get("mistakes"))[:100])),
        pairs=_points(data.get("pairs"), 2),
    )


def _boundary(data: object) -> Boundary | None:
    if not isinstance(data, dict):
        return None
    ends = [[untrusted.real(v) for v in untrusted.items(data.get(n))[:2]] for n in ("x", "y")]
    if any(len(e) != 2 or not all(map(math.isfinite, e)) or e[0] >= e[1] for e in ends):
        return None
    classes, level = grid(data.get("classes")), grid(data.get("sure", data.get("values")))
    points = _points(data.get("points"), 3)
    if level is None or points is None or (classes is not None and classes.shape != level.shape):
        return None
    whole = None if classes is None else np.nan_to_num(classes).astype(np.int64)
    (left, right), (low, high) = ends
    return Boundary((left, right), (low, high), whole, level, points)


def _mistake(data: dict[str, Any]) -> Mistake:
    return Mistake(
        untrusted.whole(data.get("example")),
        untrusted.whole(data.get("true")),
        untrusted.whole(data.get("predicted")),
        untrusted.real(data.get("probability")),
        untrusted.real(data.get("probability_of_true")),
        grid(data.get("picture")),
    )


def _points(data: object, columns: int) -> Grid | None:
    found = grid(data, rows=untrusted.MOST_ITEMS)
    return found if found is not None and found.shape[1:] == (columns,) else None


def grid(data: object, rows: int = FINEST) -> Grid | None:
    """Rows of numbers (or of triples of them) as an array; None for anything else."""
    lists = untrusted.items(data)[:rows]
    try:
        found = np.array(lists, np.float64)
    except (ValueError, TypeError, OverflowError):
        return None
    flat = found.ndim == 2 or (found.ndim == 3 and found.shape[2] == 3)
    return found if flat and found.size and max(found.shape[1:]) <= FINEST else None
