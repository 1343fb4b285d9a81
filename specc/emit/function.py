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
from specc.diag.escape import escape
from specc.emit.hostcode import FUNCTIONS, expression, identifier, number
from specc.emit.names import Names, wanted_names
from specc.emit.storage import stored
from specc.ir.cost import node_calls
from specc.ir.graph import Node
from specc.ir.plan import ARENA, CONSTANT, Plan
from specc.model import LayerRow
from specc.shapes import show, size, value

VIEWS = {"transpose": "T", "rows": "_{start}", "reshape": "_shaped"}
VIEWS |= {"band": "_{start}", "last": "_last"}
VIEWS |= {"channels": "_{start}", "arranged": "_image"}
"""Operations that give another view of an array, and how that is called after the array."""
STEP_INPUTS = ("t", "lr")
"""Numbers that are new at every step; everything else is known when buffers are bound."""


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
        self.uses = self.plan.graph.uses()
        settings = {node["name"] for node in self.nodes if node.op == "setting"}
        self.names = Names(set(self.reserved) | settings)
        self.wanted = wanted_names(self.plan)
        self.text: dict[int, str] = {}
        self.locals: dict[int, str] = {}
        self.operands: dict[int, str] = {}
        self.made: dict[str, str] = {}
        self.results: dict[str, str] = {}
        self.ufuncs: set[str] = set()
        self.kernels: set[str] = set()
        self.settings: dict[str, float] = {}
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
                self._comment(layer, layer in seen)
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
                self.results[name] = self._number(node)
            elif name not in self.plan.graph.inputs and name != "dtheta":
                self.results[name] = self.array(node)
        bound_by += [""] * (len(self.binding) - len(bound_by))
        bindings = sorted(zip(self.binding, bound_by, strict=True), key=lambda b: _group(b[0]))
        return Emitted(
            tuple(text for text, _ in bindings),
            tuple(self.body),
            tuple(layer for _, layer in bindings),
            tuple(body_layers),
            dict(self.text),
            self.results,
            frozenset(self.ufuncs),
            frozenset(self.kernels),
            self.settings,
            self.calls,
        )

    def array(self, node: Node) -> str:
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
            text = self.array(self.nodes[node.inputs[0]])
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
        base = self.array(inner)
        made = node.definition.emit.format(base, **_written(node))
        root = inner
        while root.op in VIEWS:
            root = self.nodes[root.inputs[0]]
        if root.op == "input" and root["name"] in ("X", "T"):
            return made
        name = self.names.unique(node.name or f"{base}{VIEWS[node.op].format(**_written(node))}")
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

    def _step(self, node: Node) -> None:
        if node.type.kind == "host":
            name = self.names.unique(node.name or node.op)
            self.body.append(f"{name} = {self._statement(node, '')}")
            self.locals[node.id] = name
            return
        self.body.append(self._statement(node, self.array(node)))

    def _statement(self, node: Node, out: str, rename: Mapping[str, str] | None = None) -> str:
        """The NumPy text of one operation."""
        op = node.definition
        if not op.emit:
            raise CompilerBug(f"the operation {op.name} reached the emitter")
        operands = [self._operand(self.nodes[i]) for i in node.inputs]
        if rename is not None:
            operands = [rename.get(o, o) for o in operands]
        attrs = _written(node)
        attrs["scratch"] = self._scratch(node)
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

    def _scratch(self, node: Node) -> str:
        """The working memory of a node, one name for each stretch of the arena."""
        place = self.plan.scratch.get(node.id)
        if place is None:
            return ""
        count = place.size // self.plan.itemsize
        made = f"buffer(arena, {place.offset}, ({count},))"
        if made not in self.made:
            self.made[made] = self.names.unique("work")
            self.binding.append(f"{self.made[made]} = {made}")
        return self.made[made]

    def _operand(self, node: Node) -> str:
        """An operand: an array, or a number as an array without axes, the cheapest form for
        NumPy.
        """
        if node.type.kind != "host":
            return self.array(node)
        if node.op == "input" and node["name"] == "t":
            return "t"
        text = self._number(node)
        if node.id not in self.operands:
            when = self._when(node)
            own = node.name if node.op not in ("input", "setting") else ""
            said = (own or identifier(text)) if when < 2 else ""
            name = self.names.unique(said or _step_name(text))
            if text in self.names.taken and when < 2 and re.fullmatch(r"\w+", text):
                name = self.names.unique(f"{text}_")
            self.operands[node.id] = name
            if when < 2:
                self.binding.append(f"{name} = scalar({text})")
            else:
                self._share(node)
                self.binding.append(f"{name} = scalar(0)")
                self.body.append(f"{name}[()] = {self._number(node)}")
        return self.operands[node.id]

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
                self.body.append(f"{name} = {self._number(part)}")
                self.locals[i] = name

    def _number(self, node: Node) -> str:
        self._collect(node)
        return expression(self.plan.graph, node, lambda n: self.locals.get(n.id))

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
                text = self.array(operand)
                if text in whole:
                    continue
                whole[text] = f"{text}_k"
                place = self.plan.places.get(operand.id)
                cut = "[:j - i]" if place is not None and place.block else "[i:j]"
                blocks.append(f"{text}{cut}")
        for node in members:
            out = self.array(node)
            lines.append("    " + self._statement(node, whole[out], whole))
        name = self.names.unique("blocks")
        self.binding.append(
            f"{name} = [({', '.join(blocks)}) for i, j in cuts({length}, {self.plan.block})]"
        )
        self.body.append(f"for {', '.join(whole.values())} in {name}:")
        self.body += lines

    def _comment(self, layer: str, again: bool) -> None:
        self.body.append("")
        row = self.layers.get(layer)
        if row is None:
            texts = {
                "loss": "loss",
                "regularize": "regularisation",
                "update": "update of the parameters",
                "biases": "all biases, each in every column: B1 (n, m) is b1 (n, 1) m times",
            }
            self.body.append("# " + texts.get(layer, layer) + (", gradient" if again else ""))
            return
        said = escape(row.text)
        if again:
            self.body.append(f"# back through {said}")
            return
        shapes = ", ".join(f"{v.name} {show(v.shape)}" for v in row.values if v.name[0].isupper())
        about = "; ".join(text for text in (numbered(row), shapes) if text)
        self.body.append(f"# {said} ({self.line_of}:{row.line}): {about}")


def _written(node: Node) -> dict[str, object]:
    """The attributes of a node as the program has them."""
    return {k: show(v) if isinstance(v, tuple) else v for k, v in node.attrs}


def _step_name(text: str) -> str:
    """A name for a number that is new at every step: after the setting that it comes from."""
    named = {"decay": "keep", "lambd": "keep", "lr": "lr_t", "eps": "eps_t", "most": "shorter"}
    for word, name in named.items():
        if re.search(rf"\b{word}\b", text):
            return name
    return "k"


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


def numbered(row: LayerRow) -> str:
    """`Z = W A + b` with the layer's number and what really arrives: `Z2 = W2 A1 + b2`."""
    here = row.number
    text = re.sub(r"\b(Z|Zt|W|U|b|D|Ad|P|R|F|mu|var)\b", rf"\g<1>{here}", row.formula)
    text = re.sub(r"\b(gamma|beta)\b", rf"\g<1>_{here}", text)
    if re.search(r"\bX\b", text):  # what arrives, where A alone would be the layer's own
        text = re.sub(r"\bX\b", row.arrives or "X", text)
    elif " A" in text and text.startswith("Z"):
        left, _, right = text.partition(", ")
        left = re.sub(r"\bA\b", row.arrives, left)
        text = left + (", " + right if right else "")
    return re.sub(r"\bA\b", f"A{here}", text)
