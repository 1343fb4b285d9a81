"""Runs a plan on labels in place of numbers, to see whether every value is still there when read.

Each byte of the arena, and each element of the vectors outside, carries the label of the value that
was written there last. An operation may run only if its operands carry their own labels everywhere;
it then leaves its label at its place. Nothing of the planner is used but its result.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.ir.graph import Node
from specc.ir.plan import ARENA, CONSTANT, Place, Plan
from specc.passes.arena import ALIGN
from specc.shapes import size, value

Labels = NDArray[np.int64]
BLOCKS = 1_000_000
"""A label counts the blocks of a loop in multiples of this."""


@dataclass
class Replay:
    """The memory of one plan, in labels."""

    plan: Plan
    memory: dict[str, Labels] = field(default_factory=dict)

    def run(self) -> None:
        """All steps; at the end the next states and dtheta are where they belong."""
        self._fill()
        for step in self.plan.steps:
            if len(step) == 1:
                self._step(self.plan.graph.nodes[step[0]])
            else:
                self._loop([self.plan.graph.nodes[i] for i in step])
        inputs = self.plan.graph.inputs
        for name, i in self.plan.graph.outputs:
            node = self.plan.graph.nodes[i]
            if node.type.kind == "host":
                continue
            if name in inputs or name == "dtheta":
                assert self.plan.places[i].storage == name, f"{name} ends up elsewhere"
            self._check(node, node)

    def _fill(self) -> None:
        self.memory[ARENA] = np.zeros(self.plan.arena, np.int64)
        for node in self.plan.graph.inputs.values():
            if node.type.kind != "host":
                self.memory[node["name"]] = np.full(self._count(node), node.id + 1)
        for node in self.plan.graph.nodes:
            if node.op == "pack":
                self.memory.setdefault(node["into"], np.zeros(self._count(node), np.int64))

    def _count(self, node: Node) -> int:
        return value(size(node.type.shape), {"m": self.plan.batch})

    def _row(self, node: Node) -> int:
        """Elements of one row of a `rows`."""
        return self._count(node) // int(node["stop"] - node["start"])

    def _width(self, node: Node) -> int:
        return {"real": self.plan.itemsize, "int": 8, "bool": 1, "host": 0}[node.type.kind]

    def _span(self, node: Node, first: int = 0, last: int | None = None) -> tuple[str, slice]:
        """Where elements `first` to `last` of a value lie."""
        count = (self._count(node) if last is None else last) - first
        while node.op == "rows":
            first += node["start"] * self._row(node)
            node = self.plan.graph.nodes[node.inputs[0]]
        place: Place = self.plan.places[node.id]
        at = 0 if place.block else first
        if place.storage == ARENA:
            width = self._width(node)
            start = place.offset + at * width
            assert start + count * width <= place.offset + place.size, "beyond its place"
            return ARENA, slice(start, start + count * width)
        return place.storage, slice(place.offset + at, place.offset + at + count)

    def _expected(self, node: Node) -> Labels:
        """One label per element."""
        nodes = self.plan.graph.nodes
        if node.op == "view":
            offset = node["offset"]
            return self._expected(nodes[node.inputs[0]])[offset : offset + self._count(node)]
        if node.op in ("transpose", "reshape", "arranged"):
            return self._expected(nodes[node.inputs[0]])
        if node.op == "rows":
            whole = self._expected(nodes[node.inputs[0]]).reshape(-1, self._row(node))
            return whole[node["start"] : node["stop"]].reshape(-1)
        if node.op == "pack":
            return np.concatenate([self._expected(nodes[i]) for i in node.inputs])
        if node.op == "place":
            whole = self._expected(nodes[node.inputs[0]]).copy()
            part = self._expected(nodes[node.inputs[1]])
            whole[node["offset"] : node["offset"] + len(part)] = part
            return whole
        return np.full(self._count(node), node.id + 1)

    def _check(self, node: Node, reader: Node, block: tuple[int, int, int] | None = None) -> None:
        """That the elements to be read carry their labels."""
        if node.type.kind == "host":
            for i in node.inputs:
                if not self._is_step(node):
                    self._check(self.plan.graph.nodes[i], reader)
            return
        if node.op == "filled":
            assert self.plan.places[node.id].storage == CONSTANT
            return
        number, first, last = block or (0, 0, self._count(node))
        storage, span = self._span(node, first, last)
        expected = self._expected(node)[first:last]
        if self.plan.places[node.id].block:
            expected = expected + number * BLOCKS
        found = self.memory[storage][span]
        if storage == ARENA:
            found = found.reshape(len(expected), -1)
            expected = expected[:, None]
        lost = f"{reader.op} {reader.id} reads a lost {node.op} {node.id}"
        assert (found == expected).all(), lost

    def _is_step(self, node: Node) -> bool:
        return any(node.id in step for step in self.plan.steps)

    def _step(self, node: Node, block: tuple[int, int, int] | None = None) -> None:
        for i in node.inputs:
            operand = self.plan.graph.nodes[i]
            self._check(operand, node, block)
            self._apart(node, operand, block)
        if node.type.kind == "host":
            return
        self._work(node)
        number, first, last = block or (0, 0, self._count(node))
        storage, span = self._span(node, first, last)
        label = node.id + 1 + (number * BLOCKS if self.plan.places[node.id].block else 0)
        self.memory[storage][span] = label

    def _work(self, node: Node) -> None:
        """Working memory overwrites what lies there, but no operand and not the result."""
        place = self.plan.scratch.get(node.id)
        if place is None:
            return
        taken = slice(place.offset, place.offset + place.size)
        storage, span = self._span(node)
        apart = storage != ARENA or span.stop <= taken.start or taken.stop <= span.start
        assert apart, f"{node.op} {node.id} works in its own result"
        self.memory[ARENA][taken] = 0
        for i in node.inputs:
            self._check(self.plan.graph.nodes[i], node)

    def _apart(self, node: Node, operand: Node, block: tuple[int, int, int] | None) -> None:
        """A result lies apart from its operands, or exactly over one, element on element."""
        if "host" in (node.type.kind, operand.type.kind) or operand.op == "filled":
            return
        _, first, last = block or (0, 0, self._count(node))
        storage, span = self._span(node, first, last)
        other_last = last if block else self._count(operand)
        other_storage, other = self._span(operand, first, other_last)
        if storage != other_storage or span.stop <= other.start or other.stop <= span.start:
            return
        assert span == other, f"{node.op} {node.id} is written over a part of {operand.id}"
        assert node.definition.elementwise, f"{node.op} {node.id} is written over an operand"
        assert self._width(node) == self._width(operand)
        assert operand.op != "transpose"

    def _loop(self, members: list[Node]) -> None:
        length = self._count(members[0])
        assert all(n.definition.elementwise and self._count(n) == length for n in members)
        for number, first in enumerate(range(0, length, self.plan.block)):
            last = min(first + self.plan.block, length)
            for node in members:
                self._step(node, (number, first, last))


def overlapping(plan: Plan) -> list[tuple[Any, Any]]:
    """Pairs of places of the arena that are in use at the same time and share a byte, but for a
    result that takes over the place of an operand in its last use.
    """
    found = []
    for i, a in enumerate(plan.lifetimes):
        for b in plan.lifetimes[i + 1 :]:
            apart = a.last < b.first or b.last < a.first
            a_end, b_end = a.place.offset + a.place.size, b.place.offset + b.place.size
            if apart or a_end <= b.place.offset or b_end <= a.place.offset:
                continue
            if a.place == b.place and b.first == a.last:
                continue
            found.append((a, b))
    return found


def largest_live_set(plan: Plan) -> int:
    """The most bytes that values in use at the same time take."""
    most = 0
    for step in range(len(plan.graph.nodes)):
        live = {(t.place.offset, t.place.size) for t in plan.lifetimes if t.first <= step <= t.last}
        most = max(most, sum(count for _, count in live))
    return most


def hold(plan: Plan) -> None:
    """The invariants of one plan."""
    assert overlapping(plan) == []
    Replay(plan).run()
    assert plan.arena >= largest_live_set(plan)
    for life in plan.lifetimes:
        assert life.place.offset % ALIGN == 0
        assert 0 <= life.place.offset <= life.place.offset + life.place.size <= plan.arena
