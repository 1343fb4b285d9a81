"""Names of buffers in the generated program: those of the spec where there are any."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass, field

from specc.ir.graph import Node
from specc.ir.plan import ARENA, Place, Plan
from specc.shapes import Shape


@dataclass
class Names:
    """Gives every buffer one name. Two names may share bytes; one name never means two buffers."""

    taken: set[str]
    _by_buffer: dict[tuple[str, Place, Shape, str], str] = field(default_factory=dict)

    def unique(self, wanted: str) -> str:
        """The wanted name, or the first of wanted_2, wanted_3, ... that is free."""
        wanted = re.sub(r"\W", "_", wanted) or "x"
        if keyword.iskeyword(wanted):
            wanted += "_"
        name, count = wanted, 1
        while name in self.taken:
            count += 1
            name = f"{wanted}_{count}"
        self.taken.add(name)
        return name

    def buffer(self, node: Node, place: Place, wanted: str) -> tuple[str, bool]:
        """The name of a node's buffer, and whether it is new."""
        key = (wanted, place, node.type.shape, node.type.kind)
        if key in self._by_buffer:
            return self._by_buffer[key], False
        name = self.unique(wanted)
        self._by_buffer[key] = name
        return name, True


def wanted_names(plan: Plan) -> dict[int, str]:
    """For every computed array the name it should have.

    An unnamed value takes the name of the value that is written over it next: `W1.dot(X, out=Z1)`
    and then `add(Z1, b1, out=Z1)`. What is left is temporary: T1, T2, ..., and M1, M2, ... for
    masks.
    """
    nodes = plan.graph.nodes
    uses = plan.graph.uses()
    names: dict[int, str] = {}
    temporaries: dict[tuple[Place, Shape, str], str] = {}
    counts = {"T": 0, "M": 0}
    named = {
        (plan.places[n.id], n.type.shape): n.name for n in nodes if n.name and n.id in plan.places
    }
    for node in nodes:
        if node.id not in plan.places or node.type.kind == "host":
            continue
        place = plan.places[node.id]
        name = node.name
        current = node
        while not name:
            onward = [
                nodes[u]
                for u in uses[current.id]
                if plan.places.get(u) == place and nodes[u].type == node.type
            ]
            if not onward:
                break
            current = onward[0]
            name = current.name
        if not name and place.storage != ARENA:
            name = named.get((place, node.type.shape), place.storage)
        if not name:
            key = (place, node.type.shape, node.type.kind)
            if key not in temporaries:
                letter = "M" if node.type.kind == "bool" else "T"
                counts[letter] += 1
                temporaries[key] = f"{letter}{counts[letter]}"
            name = temporaries[key]
        names[node.id] = name
    return names
