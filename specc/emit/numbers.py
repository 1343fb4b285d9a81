"""Numbers that operations take: worked out in Python, bound once where they never change, and given
to NumPy as arrays without axes, its cheapest form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from specc.emit.hostcode import FUNCTIONS, expression, identifier
from specc.emit.names import Names
from specc.ir.graph import Graph, Node

STEP_INPUTS = ("t", "lr")
"""Numbers that are new at every step; everything else is known when buffers are bound."""


@dataclass
class Numbers:
    """Writes the numbers of one function. `locals` are those that have a name in its body,
    `settings` the hyperparameters that were mentioned.
    """

    graph: Graph
    names: Names
    binding: list[str]
    body: list[str]
    locals: dict[int, str] = field(default_factory=dict)
    settings: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.nodes = self.graph.nodes
        self.uses = self.graph.uses()
        self._operands: dict[int, str] = {}

    def operand(self, node: Node) -> str:
        """A number as an operand."""
        if node.op == "input" and node["name"] == "t":
            return "t"
        text = self.text(node)
        if node.id not in self._operands:
            when = self._when(node)
            own = node.name if node.op not in ("input", "setting") else ""
            said = (own or identifier(text)) if when < 2 else ""
            name = self.names.unique(said or _step_name(text))
            if text in self.names.taken and when < 2 and re.fullmatch(r"\w+", text):
                name = self.names.unique(f"{text}_")
            self._operands[node.id] = name
            if when < 2:
                self.binding.append(f"{name} = scalar({text})")
            else:
                self._share(node)
                self.binding.append(f"{name} = scalar(0)")
                self.body.append(f"{name}[()] = {self.text(node)}")
        return self._operands[node.id]

    def _share(self, node: Node) -> None:
        """Name the parts of a number that is new at every step which other numbers need too."""
        for i in node.inputs:
            part = self.nodes[i]
            computed = part.type.kind == "host" and part.op in FUNCTIONS
            if i in self.locals or part.type.kind != "host" or self._when(part) < 2:
                continue
            self._share(part)
            if computed and len(self.uses[i]) > 1:
                self._collect(part)
                name = self.names.unique({"sqrt": "root"}.get(part.op, part.op))
                self.body.append(f"{name} = {self.text(part)}")
                self.locals[i] = name

    def text(self, node: Node) -> str:
        """The Python expression of a number."""
        self._collect(node)
        return expression(self.graph, node, lambda n: self.locals.get(n.id))

    def _collect(self, node: Node) -> None:
        """The settings that an expression mentions."""
        if node.id in self.locals:
            return
        if node.op == "setting":
            self.settings[node["name"]] = node["value"]
        for i in node.inputs:
            if self.nodes[i].type.kind == "host":
                self._collect(self.nodes[i])

    def _when(self, node: Node) -> int:
        """0: always the same; 1: known when buffers are bound; 2: new at every step."""
        if node.op in ("total", "inner"):
            return 2
        if node.op == "input":
            return 2 if node["name"] in STEP_INPUTS else 1
        if node.op == "extent":
            return 1
        return max((self._when(self.nodes[i]) for i in node.inputs), default=0)


def _step_name(text: str) -> str:
    """A name for a number that is new at every step: after the setting that it comes from."""
    named = {"decay": "keep", "lambd": "keep", "lr": "lr_t", "eps": "eps_t", "most": "shorter"}
    for word, name in named.items():
        if re.search(rf"\b{word}\b", text):
            return name
    return "k"
