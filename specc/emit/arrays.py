"""What the program calls each array, and how it is bound: as a view of another one, as a part of a
vector from outside, or as a stretch of the arena.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from specc.emit.hostcode import number
from specc.emit.names import Names, wanted_names
from specc.emit.storage import stored
from specc.ir.graph import Node
from specc.ir.plan import ARENA, CONSTANT, Plan
from specc.shapes import show, size, value

VIEWS = {"transpose": "T", "rows": "_{start}", "reshape": "_shaped"}
VIEWS |= {"band": "_{start}", "last": "_last"}
VIEWS |= {"channels": "_{start}", "arranged": "_image"}
"""Operations that give another view of an array, and how that is called after the array."""


@dataclass
class Arrays:
    """Binds arrays on first use. `text` says what that of a node is called."""

    plan: Plan
    names: Names
    binding: list[str]
    text: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.nodes = self.plan.graph.nodes
        self.wanted = wanted_names(self.plan)
        self._work: dict[str, str] = {}

    def of(self, node: Node) -> str:
        """How the body refers to an array, bound on first use."""
        if node.id in self.text:
            return self.text[node.id]
        if node.op == "input":
            text = str(node["name"])
        elif node.op in VIEWS:
            text = self._alias(node)
        elif node.op == "pack":
            text = str(node["into"])
        elif node.op == "place":
            text = self.of(self.nodes[node.inputs[0]])
        elif node.op == "filled":
            text = self._filled(node)
        elif node.op == "view":
            text = self._view(node)
        else:
            text = self._buffer(node)
        self.text[node.id] = text
        return text

    def _alias(self, node: Node) -> str:
        """Another view of an array, bound once with the array; a batch is new at every step."""
        inner = self.nodes[node.inputs[0]]
        base = self.of(inner)
        made = node.definition.emit.format(base, **written(node))
        root = inner
        while root.op in VIEWS:
            root = self.nodes[root.inputs[0]]
        if root.op == "input" and root["name"] in ("X", "T"):
            return made
        name = self.names.unique(node.name or f"{base}{VIEWS[node.op].format(**written(node))}")
        self.binding.append(f"{name} = {made}")
        return name

    def _filled(self, node: Node) -> str:
        rows = node.type.shape[0]
        word = {0.0: "zeros", 1.0: "ones"}.get(node["value"], "filled")
        name = self.names.unique(word if node["value"] == 1 else f"{word}{rows}")
        shape, turned = stored(node.type.shape)
        self.binding.append(f"{name} = np.full({shape}, {number(node['value'])}, REAL){turned}")
        return name

    def _view(self, node: Node) -> str:
        base = self.plan.places[node.id]
        count = value(size(node.type.shape), {})
        name, new = self.names.buffer(node, base, node.name or f"{base.storage}_{base.offset}")
        if new:
            part = f"{base.storage}[{base.offset}:{base.offset + count}]"
            if len(node.type.shape) > 1:
                part += f".reshape({show(node.type.shape)})"
            self.binding.append(f"{name} = {part}")
        return name

    def _buffer(self, node: Node) -> str:
        place = self.plan.places[node.id]
        count = size(node.type.shape)
        if place.storage not in (ARENA, CONSTANT):
            whole = self.plan.graph.inputs.get(place.storage)
            vector = len(node.type.shape) == 1
            if vector and (place.storage == "dtheta" or whole is not None) and place.offset == 0:
                full = whole.type.shape if whole is not None else None
                if full == node.type.shape or (full is None and self._is_whole(node)):
                    return place.storage
            name, new = self.names.buffer(node, place, self.wanted[node.id])
            if new:
                stop = place.offset + value(count, {})
                shape = "" if vector else f".reshape({show(node.type.shape)})"
                self.binding.append(f"{name} = {place.storage}[{place.offset}:{stop}]{shape}")
            return name
        name, new = self.names.buffer(node, place, self.wanted[node.id])
        if new:
            kind = {"real": "", "bool": ", np.bool_", "int": ", np.intp"}[node.type.kind]
            shape, turned = stored(node.type.shape)
            shape = f"({self.plan.block},)" if place.block else shape
            self.binding.append(f"{name} = buffer(arena, {place.offset}, {shape}{kind}){turned}")
        return name

    def _is_whole(self, node: Node) -> bool:
        packs = [n for n in self.nodes if n.op == "pack" and n["into"] == "dtheta"]
        return bool(packs) and packs[0].type.shape == node.type.shape

    def work(self, node: Node) -> str:
        """The working memory of a node, one name for each stretch of the arena."""
        place = self.plan.scratch.get(node.id)
        if place is None:
            return ""
        count = place.size // self.plan.itemsize
        made = f"buffer(arena, {place.offset}, ({count},))"
        if made not in self._work:
            self._work[made] = self.names.unique("work")
            self.binding.append(f"{self._work[made]} = {made}")
        return self._work[made]


def written(node: Node) -> dict[str, object]:
    """The attributes of a node as the program has them."""
    return {k: show(v) if isinstance(v, tuple) else v for k, v in node.attrs}
