"""One plan as one Python function: buffers are bound outside, the work is done inside.

def training(theta, ..., m, ...):      bound once per batch size
    Z1 = buffer(arena, 0, (64, m))
    def step(X, T, lr, t):             called for every batch; allocates nothing
        W1.dot(X, out=Z1)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from specc.diag.diagnostic import CompilerBug
from specc.emit.arrays import Arrays, written
from specc.emit.comments import heading
from specc.emit.names import Names
from specc.emit.numbers import Numbers
from specc.ir.cost import node_calls
from specc.ir.graph import Node
from specc.ir.plan import Plan
from specc.model import LayerRow
from specc.shapes import size, value


@dataclass(frozen=True, slots=True)
class Emitted:
    """The text of a function's two halves and what they need from the module.

    `binding_layers` and `body_layers` say to which layer each line belongs, `names` what the array
    of a node is called.
    """

    binding: tuple[str, ...]
    body: tuple[str, ...]
    binding_layers: tuple[str, ...]
    body_layers: tuple[str, ...]
    names: Mapping[int, str]
    results: Mapping[str, str]
    ufuncs: frozenset[str]
    kernels: frozenset[str]
    settings: Mapping[str, float]
    calls: int


@dataclass
class FunctionWriter:
    """Writes one plan. Owns the names while it does."""

    plan: Plan
    layers: Mapping[str, LayerRow]
    line_of: str
    reserved: frozenset[str]
    binding: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.nodes = self.plan.graph.nodes
        settings = {node["name"] for node in self.nodes if node.op == "setting"}
        self.names = Names(set(self.reserved) | settings)
        self.arrays = Arrays(self.plan, self.names, self.binding)
        self.numbers = Numbers(self.plan.graph, self.names, self.binding, self.body)
        self.made: dict[str, str] = {}
        self.results: dict[str, str] = {}
        self.ufuncs: set[str] = set()
        self.kernels: set[str] = set()
        self.calls = 0

    def write(self) -> Emitted:
        """The function of the plan."""
        seen: set[str] = set()
        layer = None
        body_layers: list[str] = []
        bound_by: list[str] = []
        for step in self.plan.steps:
            first = self.nodes[step[0]]
            if first.layer != layer:
                layer = first.layer
                said = heading(layer, self.layers.get(layer), self.line_of, layer in seen)
                self.body += ["", said]
                seen.add(layer)
            if len(step) == 1:
                self._step(first)
            else:
                self._loop(step)
            body_layers += [first.layer] * (len(self.body) - len(body_layers))
            bound_by += [first.layer] * (len(self.binding) - len(bound_by))
        for name, i in self.plan.graph.outputs:
            node = self.nodes[i]
            if node.type.kind == "host":
                self.results[name] = self.numbers.text(node)
            elif name not in self.plan.graph.inputs and name != "dtheta":
                self.results[name] = self.arrays.of(node)
        bound_by += [""] * (len(self.binding) - len(bound_by))
        bindings = sorted(zip(self.binding, bound_by, strict=True), key=lambda b: _group(b[0]))
        return Emitted(
            tuple(text for text, _ in bindings),
            tuple(self.body),
            tuple(layer for _, layer in bindings),
            tuple(body_layers),
            dict(self.arrays.text),
            self.results,
            frozenset(self.ufuncs),
            frozenset(self.kernels),
            self.numbers.settings,
            self.calls,
        )

    def _step(self, node: Node) -> None:
        if node.type.kind == "host":
            name = self.names.unique(node.name or node.op)
            self.body.append(f"{name} = {self._statement(node, '')}")
            self.numbers.locals[node.id] = name
            return
        self.body.append(self._statement(node, self.arrays.of(node)))

    def _statement(self, node: Node, out: str, rename: Mapping[str, str] | None = None) -> str:
        """The NumPy text of one operation."""
        op = node.definition
        if not op.emit:
            raise CompilerBug(f"the operation {op.name} reached the emitter")
        operands = [self._operand(self.nodes[i]) for i in node.inputs]
        if rename is not None:
            operands = [rename.get(o, o) for o in operands]
        attrs = written(node)
        attrs["scratch"] = self.arrays.work(node)
        if op.kernel:
            self.kernels.update(op.kernel.split())
        bound = ""
        if op.bound is not None:
            made = op.bound[1].format(*operands, out=out, **attrs)
            if made not in self.made:
                self.made[made] = self.names.unique(op.bound[0].format(**attrs))
                self.binding.append(f"{self.made[made]} = {made}")
            bound = self.made[made]
        self.calls += node_calls(self.plan.graph, node)
        every = f"({', '.join(operands)})"
        text = op.emit.format(*operands, all=every, out=out, bound=bound, **attrs)
        self.ufuncs |= ufuncs_of(text)
        return text

    def _operand(self, node: Node) -> str:
        return self.numbers.operand(node) if node.type.kind == "host" else self.arrays.of(node)

    def _loop(self, step: tuple[int, ...]) -> None:
        """Elementwise work on a long vector, a block at a time so that it stays in the cache."""
        members = [self.nodes[i] for i in step]
        length = value(size(members[0].type.shape), {})
        lines: list[str] = []
        whole: dict[str, str] = {}
        blocks: list[str] = []
        for node in members:
            for i in (*node.inputs, node.id):
                operand = self.nodes[i]
                if operand.type.kind == "host":
                    continue
                text = self.arrays.of(operand)
                if text in whole:
                    continue
                whole[text] = f"{text}_k"
                place = self.plan.places.get(operand.id)
                cut = "[:j - i]" if place is not None and place.block else "[i:j]"
                blocks.append(f"{text}{cut}")
        for node in members:
            out = self.arrays.of(node)
            lines.append("    " + self._statement(node, whole[out], whole))
        name = self.names.unique("blocks")
        self.binding.append(
            f"{name} = [({', '.join(blocks)}) for i, j in cuts({length}, {self.plan.block})]"
        )
        self.body.append(f"for {', '.join(whole.values())} in {name}:")
        self.body += lines


def _group(line: str) -> int:
    """Bindings in the order: parameters, gradients, running tensors, buffers, constants."""
    made = line.partition(" = ")[2]
    starts = ("theta[", "dtheta[", "running[", "buffer(", "np.", "scalar(")
    return next((i for i, start in enumerate(starts) if made.startswith(start)), len(starts))


UFUNCS = frozenset(
    (
        "add subtract multiply divide negative power square sqrt exp log tanh absolute sign floor "
        "cos greater less equal maximum minimum logaddexp copyto vdot"
    ).split()
)


def ufuncs_of(text: str) -> set[str]:
    """The functions of NumPy that a text calls by their bare names."""
    return set(UFUNCS.intersection(re.findall(r"(?<![\w.])([a-z_]+)(?=[(.])", text)))
