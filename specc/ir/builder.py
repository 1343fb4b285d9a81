"""The only way to make nodes. Values carry ordinary operators, and equal nodes are shared.

A definition writes `W @ x + b`; each operator asks the operation for the type of its result, so a
graph that exists is a graph whose shapes fit.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from specc.diag.diagnostic import CompilerBug
from specc.ir.graph import Graph, Node
from specc.ir.op import lookup
from specc.shapes import Dim, Shape, TensorType


class Sym:
    """A value while a graph is being built: a node of a builder, with operators."""

    __slots__ = ("builder", "id")

    def __init__(self, builder: Builder, id: int) -> None:  # noqa: A002 - the field of Node
        self.builder = builder
        self.id = id

    @property
    def node(self) -> Node:
        return self.builder.nodes[self.id]

    @property
    def type(self) -> TensorType:
        return self.node.type

    @property
    def shape(self) -> Shape:
        return self.node.type.shape

    @property
    def op(self) -> str:
        return self.node.op

    @property
    def inputs(self) -> tuple[Sym, ...]:
        return tuple(Sym(self.builder, i) for i in self.node.inputs)

    def named(self, name: str) -> Sym:
        """The same value under the name that readers will see, unless it already has one.

        In layer 2 of a network `Z` becomes `Z2`, as in the course.
        """
        self.builder.rename(self.id, name + self.builder.number)
        return self

    def __add__(self, other: Operand) -> Sym:
        return self.builder.apply("add", self, other)

    def __radd__(self, other: Operand) -> Sym:
        return self.builder.apply("add", other, self)

    def __sub__(self, other: Operand) -> Sym:
        return self.builder.apply("subtract", self, other)

    def __rsub__(self, other: Operand) -> Sym:
        return self.builder.apply("subtract", other, self)

    def __mul__(self, other: Operand) -> Sym:
        return self.builder.apply("multiply", self, other)

    def __rmul__(self, other: Operand) -> Sym:
        return self.builder.apply("multiply", other, self)

    def __truediv__(self, other: Operand) -> Sym:
        return self.builder.apply("divide", self, other)

    def __rtruediv__(self, other: Operand) -> Sym:
        return self.builder.apply("divide", other, self)

    def __pow__(self, other: Operand) -> Sym:
        return self.builder.apply("power", self, other)

    def __rpow__(self, other: Operand) -> Sym:
        return self.builder.apply("power", other, self)

    def __neg__(self) -> Sym:
        return self.builder.apply("negative", self)

    def __matmul__(self, other: Sym) -> Sym:
        return self.builder.apply("matmul", self, other)

    def __gt__(self, other: Operand) -> Sym:
        return self.builder.apply("greater", self, other)

    def __lt__(self, other: Operand) -> Sym:
        return self.builder.apply("less", self, other)

    @property
    def T(self) -> Sym:
        return self.builder.apply("transpose", self)


Operand = Sym | float


SUMMARY = "summary"
"""What `Builder.summary` makes; no operation is called so."""


class Builder:
    """Collects nodes. Two nodes with the same operation, operands and attributes are one node."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._known: dict[tuple[Any, ...], int] = {}
        self._settings: dict[str, float] = {}
        self._layer = ""
        self.number = ""

    @contextmanager
    def layer(self, label: str, number: str = "") -> Iterator[None]:
        """Nodes made inside belong to this layer, and names in it carry its number."""
        before = self._layer, self.number
        self._layer, self.number = label, number
        try:
            yield
        finally:
            self._layer, self.number = before

    def apply(self, op: str, *operands: Operand, **attrs: Any) -> Sym:
        """A node, or the equal one that exists already.

        Raises:
            ShapeError: the operands do not fit.
        """
        inputs = tuple([self.lift(x).id for x in operands])
        settings = tuple(sorted(attrs.items()))
        key = (op, inputs, tuple([(k, type(v), v) for k, v in settings]))
        if op == "setting":
            # One that is copied from another graph takes its name here too.
            self._settings.setdefault(attrs["name"], attrs["value"])
        found = self._known.get(key)
        if found is None:
            types = tuple([self.nodes[i].type for i in inputs])
            found = len(self.nodes)
            node_type = lookup(op).infer(types, attrs)
            self.nodes.append(Node(found, op, inputs, settings, node_type, "", self._layer))
            self._known[key] = found
        return Sym(self, found)

    def lift(self, x: Operand) -> Sym:
        """A number as a constant; a value as itself."""
        if isinstance(x, Sym):
            if x.builder is not self:
                raise CompilerBug("a value of another graph is used")
            return x
        return self.apply("const", value=float(x))

    def input(self, name: str, shape: Shape, kind: str = "real") -> Sym:
        """A value that comes from outside: a batch, theta, a state vector, the learning rate."""
        return self.apply("input", name=name, shape=shape, kind=kind).named(name)

    def setting(self, name: str, value: float) -> Sym:
        """A hyperparameter: a constant that keeps its name in the generated program.

        A second one of the same name with another value becomes `name_2`.
        """
        unique, count = name, 1
        while self._settings.setdefault(unique, float(value)) != float(value):
            count += 1
            unique = f"{name}_{count}"
        return self.apply("setting", name=unique, value=float(value))

    def extent(self, dim: Dim) -> Sym:
        """A size as a number: `m` in `1 / m`."""
        if isinstance(dim, int):
            return self.lift(dim)
        return self.apply("extent", dim=dim)

    def summary(
        self, x: Sym, made: TensorType, name: str, layer: str, flops: tuple[tuple[str, Dim], ...]
    ) -> Sym:
        """A value that stands for all that a layer, or several in a row, make of another one, with
        the operations of each layer; in a graph that no pass will read.
        """
        found, attrs = len(self.nodes), (("flops", flops),)
        self.nodes.append(Node(found, SUMMARY, (x.id,), attrs, made, name, layer))
        return Sym(self, found)

    def rename(self, id: int, name: str) -> None:  # noqa: A002 - the field of Node
        """Give an unnamed node a name."""
        n = self.nodes[id]
        if not n.name:
            self.nodes[id] = Node(n.id, n.op, n.inputs, n.attrs, n.type, name, n.layer)

    def needed(self, *values: Sym) -> set[int]:
        """The nodes that these values are computed from, themselves among them."""
        found: set[int] = set()
        stack = [sym.id for sym in values]
        while stack:
            i = stack.pop()
            if i not in found:
                found.add(i)
                stack.extend(self.nodes[i].inputs)
        return found

    def graph(self, **outputs: Sym) -> Graph:
        """The graph of these results; nodes that none of them needs are left out."""
        named = {name.replace("__", "."): sym.id for name, sym in outputs.items()}
        kept = sorted(self.needed(*outputs.values()))
        new = {old: position for position, old in enumerate(kept)}
        nodes = tuple(
            Node(
                new[n.id], n.op, tuple([new[i] for i in n.inputs]), n.attrs, n.type, n.name, n.layer
            )
            for n in [self.nodes[i] for i in kept]
        )
        return Graph(nodes, tuple((name, new[i]) for name, i in named.items()))
