"""The slow meaning of a graph: every node by its operation's `evaluate`, in 64 bits.

Nothing here is planned, fused or written in place, and every value is held against the type of its
node. That makes it the oracle for the generated programs and for shape inference, and what the
gradient check walks through when it has no faster way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from specc.diag.diagnostic import CompilerBug
from specc.ir.graph import Graph, Node
from specc.shapes import value

Values = dict[int, Any]
After = Callable[[Node, Any], Any]


def run(
    graph: Graph,
    inputs: Mapping[str, Any],
    sizes: Mapping[str, int],
    wanted: Iterable[str] | None = None,
    *,
    seed: int = 0,
) -> dict[str, Any]:
    """The outputs of a graph by name.

    Args:
        graph: Composites and primitives alike.
        inputs: Arrays and numbers by name; whole numbers stay whole, all others become 64-bit
        floats.
        sizes: The number behind every symbolic size, `{"m": 32}`.
        wanted: The outputs to compute; all if not given.
        seed: Of the random operations.

    Raises:
        KeyError: an input is missing, or there is no such output.
        ValueError: an input has another shape than its type says.
    """
    outputs = dict(graph.outputs)
    names = list(outputs) if wanted is None else list(wanted)
    found = values(graph, inputs, sizes, [outputs[name] for name in names], seed=seed)
    return {name: found[outputs[name]] for name in names}


def values(
    graph: Graph,
    inputs: Mapping[str, Any],
    sizes: Mapping[str, int],
    wanted: Iterable[int] | None = None,
    *,
    seed: int = 0,
    after: After | None = None,
) -> Values:
    """The value of every node that the nodes `wanted` (all outputs if not given) need, by number.

    `after` is called with each node and its value, and gives what stands in its place.
    """
    last = [i for _, i in graph.outputs] if wanted is None else wanted
    found: Values = {}
    for i in sorted(ancestors(graph, last)):
        node = graph.nodes[i]
        if node.op == "input":
            result = _given(node, inputs, sizes)
        else:
            result = evaluate(node, [found[j] for j in node.inputs], sizes, seed)
        found[i] = result if after is None else after(node, result)
    return found


def resume(
    graph: Graph,
    base: Mapping[int, Any],
    changed: Values,
    order: Iterable[int],
    sizes: Mapping[str, int],
) -> Values:
    """`changed` with the nodes of `order` computed anew, everything else as in `base`."""
    found = dict(changed)
    for i in order:
        node = graph.nodes[i]
        operands = [found[j] if j in found else base[j] for j in node.inputs]
        found[i] = evaluate(node, operands, sizes)
    return found


def evaluate(node: Node, operands: Iterable[Any], sizes: Mapping[str, int], seed: int = 0) -> Any:
    """The value of one node.

    Raises:
        CompilerBug: it has not the shape that the operation inferred.
    """
    attrs = {"seed": seed, **node.settings, "sizes": sizes}
    result = node.definition.evaluate(attrs, *operands)
    if node.type.kind != "host":
        _require(node, result, sizes)
    return result


def ancestors(graph: Graph, wanted: Iterable[int]) -> set[int]:
    """The nodes that `wanted` are computed from, and themselves."""
    found: set[int] = set()
    stack = list(wanted)
    while stack:
        i = stack.pop()
        if i not in found:
            found.add(i)
            stack.extend(graph.nodes[i].inputs)
    return found


def dependents(graph: Graph, changed: Iterable[int]) -> set[int]:
    """The nodes that are computed from `changed`, and themselves."""
    found = set(changed)
    for node in graph.nodes:
        if found.intersection(node.inputs):
            found.add(node.id)
    return found


def _given(node: Node, inputs: Mapping[str, Any], sizes: Mapping[str, int]) -> Any:
    name = node["name"]
    if name not in inputs:
        raise KeyError(f"the input {name} was not given")
    given = inputs[name]
    if node.type.kind == "host":
        return given
    import numpy

    array = numpy.asarray(given, None if node.type.kind in ("int", "bool") else numpy.float64)
    wanted = tuple(value(d, sizes) for d in node.type.shape)
    if array.shape != wanted:
        raise ValueError(f"the input {name} is {array.shape}, its type says {wanted}")
    return array


def _require(node: Node, result: Any, sizes: Mapping[str, int]) -> None:
    wanted = tuple(value(d, sizes) for d in node.type.shape)
    if result.shape != wanted:
        raise CompilerBug(
            f"{node.op} of node {node.id} gives {result.shape}, its type says {wanted}"
        )
