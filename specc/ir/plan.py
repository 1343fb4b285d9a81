"""A plan: where every value lives and in which order the work is done. Data only."""

from __future__ import annotations

from specc.ir.graph import Graph
from specc.record import Record

ARENA = "arena"
CONSTANT = "constant"


class Place(Record):
    """Where a value lives.

    storage: `arena`, `constant`, or the name of a vector or batch that comes from outside (`theta`,
        `dtheta`,
        `v`, `X`). offset counts bytes in the arena, elements elsewhere. size is in bytes for a full
        batch; `block` says that it holds one block of a loop, not the whole vector.
    """

    storage: str
    offset: int
    size: int
    block: bool = False


class Lifetime(Record):
    """The stretch of steps, both ends included, over which a place of the arena is in use."""

    place: Place
    first: int
    last: int


class Plan(Record):
    """The graph, the place of every node that has one, working memory, and the order of work.

    steps: node ids in order; several in one step are a loop over blocks of one vector.
    """

    graph: Graph
    places: dict[int, Place]
    scratch: dict[int, Place]
    steps: tuple[tuple[int, ...], ...]
    lifetimes: tuple[Lifetime, ...]
    arena: int
    batch: int
    block: int
    itemsize: int
