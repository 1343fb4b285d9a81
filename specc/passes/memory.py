"""Buffers for every value in one arena, computed for one batch size.

Values that die make room for later ones; an elementwise result is written over an operand that dies
in it. What must lie at a place of its own is in `specc.passes.landing`.

Invariant (checked by tests): two values that are alive at the same time never share a byte. Cost:
linear in the nodes, times the number of free gaps.
"""

from __future__ import annotations

from collections import defaultdict

from specc.ir.graph import Graph, Node
from specc.ir.plan import ARENA, CONSTANT, Lifetime, Place, Plan
from specc.passes.arena import Arena
from specc.passes.landing import destinations
from specc.passes.loops import find_loops, in_order, needs_room
from specc.passes.separate import separate
from specc.shapes import size, value

BLOCK = 49_152
"""Numbers per block of a loop over theta: several vectors of this length fit the second-level
cache.
"""
LOOP_FROM = 65_536
"""Vectors up to this length are worked on in one piece."""


def plan_memory(graph: Graph, batch: int, itemsize: int, *, reuse: bool = True) -> Plan:
    """A plan of a lowered graph. Without `reuse` no two values share memory, for comparison."""
    return _Planner(separate(graph), batch, itemsize, reuse).plan()


class _Planner:
    """Walks the nodes once in order; owns the lifetimes while it does."""

    def __init__(self, graph: Graph, batch: int, itemsize: int, reuse: bool) -> None:
        self.graph = graph
        self.batch = batch
        self.itemsize = itemsize
        self.reuse = reuse
        self.places: dict[int, Place] = {}
        self.scratch: dict[int, Place] = {}
        self.arena = Arena()
        self.roots = self._find_roots()
        self.last = self._find_last_uses()
        self.destinations = destinations(graph, batch, itemsize)
        self.loops = find_loops(graph, LOOP_FROM)
        self.lifetimes: list[Lifetime] = []
        self.owners: dict[Place, tuple[int, int]] = {}

    def plan(self) -> Plan:
        born: dict[int, int] = {}
        dying: dict[int, list[int]] = defaultdict(list)
        deferred: dict[int, list[int]] = defaultdict(list)
        for node in self.graph.nodes:
            place = self._fixed_place(node)
            if place is None and needs_room(node):
                place = self._over_operand(node, born) if self.reuse else None
                if place is None:
                    place = self._fresh(node)
                born[node.id] = node.id
                self._extend(place, node, dying)
            if place is not None:
                self.places[node.id] = place
            self._work(node)
            for root in dying.pop(node.id, []):
                loop = self.loops.get(node.id)
                if loop is not None and not self.places[root].block:
                    deferred[loop[-1]].append(root)
                else:
                    self._release(root)
            for root in deferred.pop(node.id, []):
                self._release(root)
        return Plan(
            self.graph,
            self.places,
            self.scratch,
            in_order(self.graph, self.loops),
            tuple(self.lifetimes),
            self.arena.top,
            self.batch,
            BLOCK,
            self.itemsize,
        )

    def _work(self, node: Node) -> None:
        """Working memory, which is free again when the node is computed."""
        wanted = node.definition.scratch
        if wanted is None:
            return
        types = tuple(self.graph.nodes[i].type for i in node.inputs)
        count = wanted(types, node.type, node.settings, self.batch) * self.itemsize
        place = Place(ARENA, self.arena.take(count), count)
        self.scratch[node.id] = place
        self.lifetimes.append(Lifetime(place, node.id, node.id))
        if self.reuse:
            self.arena.give(place.offset, place.size)

    def _release(self, root: int) -> None:
        place = self.places[root]
        if self.reuse:
            self.arena.give(place.offset, place.size)

    def _extend(self, place: Place, node: Node, dying: dict[int, list[int]]) -> None:
        """A value born now lives to its last use; one that takes over a place takes over its
        release too.
        """
        if place.storage != ARENA:
            return
        end = max(self.last.get(node.id, node.id), node.id)
        until, owner = self.owners.get(place, (end, node.id))
        if owner in dying.get(until, ()):
            dying[until].remove(owner)
        self.owners[place] = end, node.id
        dying[end].append(node.id)
        self.places[node.id] = place
        self.lifetimes.append(Lifetime(place, node.id, end))

    def _find_roots(self) -> dict[int, int]:
        """The node whose memory a value is: itself, or what it is a view of."""
        roots: dict[int, int] = {}
        for node in self.graph.nodes:
            alias = node.definition.alias and node.op != "pack"
            roots[node.id] = roots[node.inputs[0]] if alias else node.id
        return roots

    def _find_last_uses(self) -> dict[int, int]:
        last: dict[int, int] = {}
        for node in self.graph.nodes:
            for operand in node.inputs:
                last[self.roots[operand]] = node.id
        end = len(self.graph.nodes)
        for name, i in self.graph.outputs:
            if self.graph.nodes[i].type.kind != "host" and name not in self.graph.inputs:
                last[self.roots[i]] = end
        return last

    def _fixed_place(self, node: Node) -> Place | None:
        if node.type.kind == "host":
            return None
        if node.id in self.destinations:
            return self.destinations[node.id]
        if node.op == "input":
            count = value(size(node.type.shape), {"m": self.batch})
            return Place(node["name"], 0, count * self.itemsize)
        if node.op == "filled":
            return Place(CONSTANT, 0, 0)
        if node.op == "pack":
            return Place(node["into"], 0, value(size(node.type.shape), {}) * self.itemsize)
        if node.definition.alias:
            base = self.places[node.inputs[0]]
            if node.op == "view":
                count = value(size(node.type.shape), {})
                return Place(base.storage, base.offset + node["offset"], count * self.itemsize)
            return base
        return None

    def _bytes(self, node: Node) -> int:
        width = {"real": self.itemsize, "int": 8, "bool": 1}[node.type.kind]
        if self._is_block(node):
            return BLOCK * width
        return value(size(node.type.shape), {"m": self.batch}) * width

    def _is_block(self, node: Node) -> bool:
        """Whether only this value's own loop reads it, so that one block of it is enough."""
        loop = self.loops.get(node.id)
        if loop is None or node.id in self.destinations:
            return False
        return self.last.get(node.id, node.id) <= loop[-1]

    def _over_operand(self, node: Node, born: dict[int, int]) -> Place | None:
        """The place of an operand that dies here and has the same size, for elementwise results."""
        if not node.definition.elementwise:
            return None
        for operand in node.inputs:
            root = self.roots[operand]
            if (
                root in born
                and operand == root
                and self.last.get(root) == node.id
                and self.graph.nodes[root].type == node.type
                and self.places[root].storage == ARENA
                and self.places[root].block == self._is_block(node)
            ):
                return self.places[root]
        return None

    def _fresh(self, node: Node) -> Place:
        count = self._bytes(node)
        return Place(ARENA, self.arena.take(count), count, self._is_block(node))
