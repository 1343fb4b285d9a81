"""Buffers for every value in one arena, computed for one batch size.

Values that die make room for later ones; an elementwise result is written over an operand that dies
in it; the pieces of dtheta, and of other vectors that are packed, are computed where they belong;
the next value of a state lands in the state's own vector.

Invariant (checked by tests): two values that are alive at the same time never share a byte. Cost:
linear in the nodes, times the number of free gaps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from specc.diag.diagnostic import CompilerBug
from specc.ir.builder import Builder, Sym
from specc.ir.graph import Graph, Node
from specc.ir.plan import ARENA, CONSTANT, Lifetime, Place, Plan
from specc.ir.rewrite import copy_into
from specc.shapes import size, value

ALIGN = 64
BLOCK = 49_152
"""Numbers per block of a loop over theta: several vectors of this length fit the second-level
cache.
"""
LOOP_FROM = 65_536
"""Vectors up to this length are worked on in one piece."""


@dataclass
class _Arena:
    """First-fit allocation of byte ranges."""

    top: int = 0
    gaps: list[tuple[int, int]] = field(default_factory=list)

    def take(self, wanted: int) -> int:
        wanted = _aligned(wanted)
        for i, (start, end) in enumerate(self.gaps):
            if end - start >= wanted:
                if end - start == wanted:
                    del self.gaps[i]
                else:
                    self.gaps[i] = (start + wanted, end)
                return start
        start = self.top
        self.top += wanted
        return start

    def give(self, start: int, length: int) -> None:
        gaps = sorted([*self.gaps, (start, start + _aligned(length))])
        merged: list[tuple[int, int]] = []
        for gap in gaps:
            if merged and merged[-1][1] == gap[0]:
                merged[-1] = (merged[-1][0], gap[1])
            else:
                merged.append(gap)
        self.gaps = merged


def _aligned(count: int) -> int:
    return -(-max(count, 1) // ALIGN) * ALIGN


def plan_memory(graph: Graph, batch: int, itemsize: int, *, reuse: bool = True) -> Plan:
    """A plan of a lowered graph. Without `reuse` no two values share memory, for comparison."""
    graph = _separate(graph)
    return _Planner(graph, batch, itemsize, reuse).plan()


def _separate(graph: Graph) -> Graph:
    """Copies where a value cannot be computed in the place that it must end up in: pieces of
    dtheta that are no result of their own, next states whose old value is still read after them.
    """
    b = Builder()
    taken: set[int] = set()
    states = set(graph.inputs)

    def distinct(b: Builder, node: Node, operands: tuple[Sym, ...]) -> Sym | None:
        if node.op not in ("pack", "place"):
            return None
        fixed = []
        offset = 0
        state = node.op == "pack" and node["into"] in states
        for i, operand in enumerate(operands):
            # What is an old value of the state is put aside before any is overwritten.
            if state and operand.node.definition.alias:
                operands = (*operands[:i], b.apply("copy", operand), *operands[i + 1 :])
        for i, operand in enumerate(operands):
            if node.op == "place" and i == 0:
                fixed.append(operand)
                continue
            early = False
            if state:
                # Its old value lies there, and must not be overwritten before it was read.
                start, offset = offset, offset + value(size(operand.shape), {})
                early = not _lands(b, node["into"], operand, (start, offset))
            plain = operand.op in ("input", "filled") or operand.node.definition.alias
            if plain or early or operand.id in taken:
                operand = b.apply("copy", operand, instance=(node.id, i))
            taken.add(operand.id)
            fixed.append(operand)
        return b.apply(node.op, *fixed, **node.settings)

    made = copy_into(b, graph, distinct)
    outputs = {name: made[i] for name, i in graph.outputs}
    _land_states(b, outputs, {n for n in outputs if n in graph.inputs and n != "output"})
    return b.graph(**{name.replace(".", "__"): sym for name, sym in outputs.items()})


def _land_states(b: Builder, outputs: dict[str, Sym], states: set[str]) -> None:
    """Next states that cannot be computed in their own vector are copied there at the end.

    Old values that become the next value of another state are put aside before anything is
    overwritten: `a = b, b = a` swaps.
    """
    read = {s.node["name"] for n, s in outputs.items() if s.op == "input" and s.node["name"] != n}
    taken: set[int] = set()
    late: list[str] = []
    for name in sorted(states):
        sym = outputs[name]
        if sym.op == "input" and sym.node["name"] == name:
            continue
        whole = _under_places(b.nodes, sym.node)
        if whole.op == "pack" and whole["into"] == name:
            continue  # whose pieces are computed there
        if name in read or whole.id in taken or not _lands(b, name, Sym(b, whole.id)):
            late.append(name)
        taken.add(whole.id)
    aside = {
        name: b.apply("copy", outputs[name], instance=("aside", name))
        if outputs[name].op == "input"
        else outputs[name]
        for name in late
    }
    for name in late:
        outputs[name] = b.apply("copy", aside[name], instance=name)


def _under_places(nodes: Sequence[Node], node: Node) -> Node:
    """The vector that stretches are placed on: they are computed in it, after it."""
    while node.op == "place":
        node = nodes[node.inputs[0]]
    return node


def _lands(b: Builder, name: str, sym: Sym, part: tuple[int, int] | None = None) -> bool:
    """Whether a next state, or a part of it, can be computed over the old one."""
    if sym.op == "input" or not sym.node.definition.elementwise:
        return False
    return max(_readers(b.nodes, name, part), default=-1) <= sym.id


def _readers(nodes: Sequence[Node], name: str, part: tuple[int, int] | None = None) -> list[int]:
    """The nodes that read a state, or a part of it from one number to another, also by views."""
    found: list[int] = []
    seen: set[int] = set()
    for node in nodes:
        if node.op == "input" and node["name"] == name:
            seen.add(node.id)
        elif seen.intersection(node.inputs):
            if part is not None and node.op == "view" and _is_apart(node, part):
                continue
            found.append(node.id)
            if node.definition.alias and node.inputs[0] in seen:
                seen.add(node.id)
    return found


def _is_read_after(nodes: Sequence[Node], state: Node, place: Node, part: Node) -> bool:
    """Whether the state without the part that `place` puts there is read after the part is made."""
    before = {state.id}
    for node in nodes:
        if node.id == place.id or not before.intersection(node.inputs):
            continue
        if node.op == "place" or (node.definition.alias and node.inputs[0] in before):
            before.add(node.id)
        elif node.id > part.id:
            return True
    return False


def _is_apart(view: Node, part: tuple[int, int]) -> bool:
    start = view["offset"]
    return bool(start >= part[1] or start + value(size(view.type.shape), {}) <= part[0])


class _Planner:
    """Walks the nodes once in order; owns the lifetimes while it does."""

    def __init__(self, graph: Graph, batch: int, itemsize: int, reuse: bool) -> None:
        self.graph = graph
        self.batch = batch
        self.itemsize = itemsize
        self.reuse = reuse
        self.places: dict[int, Place] = {}
        self.scratch: dict[int, Place] = {}
        self.arena = _Arena()
        self.loop_of: dict[int, int] = {}
        self.loops: list[tuple[int, ...]] = []
        self.roots = self._find_roots()
        self.last = self._find_last_uses()
        self.destinations = self._find_destinations()
        self._find_loops()
        self.lifetimes: list[Lifetime] = []

    def plan(self) -> Plan:
        born: dict[int, int] = {}
        dying: dict[int, list[int]] = defaultdict(list)
        deferred: dict[int, list[int]] = defaultdict(list)
        for node in self.graph.nodes:
            place = self._fixed_place(node)
            if place is None and _needs_room(node):
                place = self._over_operand(node, born) if self.reuse else None
                if place is None:
                    place = self._fresh(node)
                born[node.id] = node.id
                self._extend(place, node, dying)
            if place is not None:
                self.places[node.id] = place
            self._work(node)
            for root in dying.pop(node.id, []):
                loop = self.loop_of.get(node.id)
                if loop is not None and not self.places[root].block:
                    deferred[self.loops[loop][-1]].append(root)
                else:
                    self._release(root)
            for root in deferred.pop(node.id, []):
                self._release(root)
        return Plan(
            self.graph,
            self.places,
            self.scratch,
            self._steps(),
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
        end = self.last.get(node.id, node.id)
        for nodes in dying.values():
            nodes[:] = [r for r in nodes if self.places[r] != place]
        dying[max(end, node.id)].append(node.id)
        self.places[node.id] = place
        self.lifetimes.append(Lifetime(place, node.id, max(end, node.id)))

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

    def _find_destinations(self) -> dict[int, Place]:
        """Values that must be computed at a fixed place: pieces of dtheta and next states."""
        found: dict[int, Place] = {}
        inputs = self.graph.inputs
        for name, i in self.graph.outputs:
            whole = _under_places(self.graph.nodes, self.graph.nodes[i])
            if name in inputs and whole.type.kind != "host" and whole.op not in ("input", "pack"):
                count = value(size(whole.type.shape), {}) * self.itemsize
                self._land(whole, Place(name, 0, count), found)
        for node in self.graph.nodes:
            if node.op == "pack":
                offset = 0
                for operand in node.inputs:
                    piece = self.graph.nodes[operand]
                    count = value(size(piece.type.shape), {"m": self.batch})
                    found[operand] = Place(node["into"], offset, count * self.itemsize)
                    if node["into"] in inputs:
                        self._land(piece, found[operand], found, (offset, offset + count))
                    offset += count
            elif node.op == "place":
                part = self.graph.nodes[node.inputs[1]]
                count = value(size(part.type.shape), {"m": self.batch})
                whole = _under_places(self.graph.nodes, node)
                storage = found[whole.id].storage if whole.id in found else "dtheta"
                if whole.op == "input":
                    # A stretch of a state changes where it lies, before the next state is computed.
                    storage = whole["name"]
                    if _is_read_after(self.graph.nodes, whole, node, part):
                        raise CompilerBug(f"a part of {storage} changes while it is still read")
                found[part.id] = Place(storage, node["offset"], count * self.itemsize)
        return found

    def _land(
        self, node: Node, place: Place, found: dict[int, Place], part: tuple[int, int] | None = None
    ) -> None:
        """The next value of a state or of a part of it, and the chain of single-use values that
        leads to it, in its vector.
        """
        readers = _readers(self.graph.nodes, place.storage, part)
        if max(readers, default=-1) > node.id or not node.definition.elementwise:
            name = place.storage
            raise CompilerBug(f"the next {name} would overwrite a value that is still read")
        uses = self.graph.uses()
        current: Node | None = node
        while current is not None:
            found[current.id] = place
            following = None
            for operand in current.inputs:
                candidate = self.graph.nodes[operand]
                if (
                    candidate.definition.elementwise
                    and candidate.type == node.type
                    and uses[operand] == [current.id]
                    and operand not in found
                    and max(readers, default=-1) <= operand
                    and operand in readers
                ):
                    following = candidate
            current = following

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
        loop = self.loop_of.get(node.id)
        if loop is None or node.id in self.destinations:
            return False
        members = self.loops[loop]
        return self.last.get(node.id, node.id) <= members[-1]

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

    def _find_loops(self) -> None:
        """Runs of elementwise work on one long vector."""
        run: list[int] = []

        def close() -> None:
            if len(run) > 1:
                for i in run:
                    self.loop_of[i] = len(self.loops)
                self.loops.append(tuple(run))
            run.clear()

        for node in self.graph.nodes:
            shape = node.type.shape
            long = len(shape) == 1 and isinstance(shape[0], int) and shape[0] > LOOP_FROM
            if node.definition.elementwise and node.type.kind != "host" and long:
                if run and self.graph.nodes[run[0]].type.shape != shape:
                    close()
                run.append(node.id)
            elif _emits(node):
                close()
        close()

    def _steps(self) -> tuple[tuple[int, ...], ...]:
        steps: list[tuple[int, ...]] = []
        done: set[int] = set()
        for node in self.graph.nodes:
            if not _emits(node) or node.id in done:
                continue
            loop = self.loop_of.get(node.id)
            members = (node.id,) if loop is None else self.loops[loop]
            done.update(members)
            steps.append(members)
        return tuple(steps)


def _needs_room(node: Node) -> bool:
    return (
        node.type.kind != "host"
        and node.op not in ("input", "filled")
        and not node.definition.alias
    )


def _emits(node: Node) -> bool:
    """Whether a node is an instruction: arrays that are computed, and numbers taken from arrays."""
    return _needs_room(node) or (node.type.kind == "host" and node.op in ("total", "inner"))
