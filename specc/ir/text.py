"""A graph as text, one line per node: for people who look at what the passes did."""

from __future__ import annotations

from specc.ir.graph import Graph, Node


def show_graph(graph: Graph) -> str:
    """`%3 Z1: real (64, m) = add %1 %2   # dense1`, then the outputs."""
    lines = [(node_line(node), node.layer) for node in graph.nodes]
    width = min(max((len(left) for left, _ in lines), default=0), 88)
    text = [f"{left.ljust(width)}  # {layer}" if layer else left for left, layer in lines]
    outputs = ", ".join(f"{name} = %{i}" for name, i in graph.outputs)
    return "\n".join([*text, f"outputs {outputs}"]) + "\n"


def node_line(node: Node) -> str:
    """`%3 Z1: real (64, m) = add %1 %2`."""
    name = f" {node.name}" if node.name else ""
    operands = "".join(f" %{i}" for i in node.inputs)
    attrs = "".join(f" {k}={_said(v)}" for k, v in node.attrs if k != "shape" and k != "kind")
    return f"%{node.id}{name}: {node.type} = {node.op}{operands}{attrs}"


def _said(value: object) -> str:
    """An attribute; symbolic sizes inside tuples are written as they are called."""
    if isinstance(value, tuple):
        inside = ", ".join(map(_said, value))
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    return str(value)
