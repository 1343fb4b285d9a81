"""Numbers as Python expressions, with no more parentheses than needed, and names for them."""

from __future__ import annotations

import re
from collections.abc import Callable

from specc.ir.graph import Graph, Node

_PRECEDENCE = {"where": 1, "greater": 2, "less": 2, "equal": 2, "add": 3, "subtract": 3} | {
    "multiply": 4,
    "divide": 4,
    "negative": 5,
    "power": 6,
}
_ATOM = 7
_COMPARISONS = ("greater", "less", "equal")
FUNCTIONS = {
    "sqrt": "math.sqrt",
    "exp": "math.exp",
    "log": "math.log",
    "cos": "math.cos",
    "floor": "math.floor",
    "maximum": "max",
    "minimum": "min",
    "absolute": "abs",
    "square": "square",
}


def number(value: float) -> str:
    """A literal as a person would write it: `2` and not `2.0`."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def expression(graph: Graph, node: Node, name_of: Callable[[Node], str | None]) -> str:
    """The Python expression of a number; `name_of` gives names to those that have one already."""
    return _write(graph, node, name_of)[0]


def _write(graph: Graph, node: Node, name_of: Callable[[Node], str | None]) -> tuple[str, int]:
    known = name_of(node)
    if known is not None:
        return known, _ATOM
    if node.op == "const":
        text = number(node["value"])
        return text, _PRECEDENCE["negative"] if text.startswith("-") else _ATOM
    if node.op == "setting":
        return str(node["name"]), _ATOM
    if node.op == "extent":
        text = str(node["dim"])
        return text, 1 if "+" in text else 2 if "*" in text else _ATOM
    if node.op == "input":
        return str(node["name"]), _ATOM
    parts = [_write(graph, graph.nodes[i], name_of) for i in node.inputs]
    if node.op in FUNCTIONS:
        inside = ", ".join(text for text, _ in parts)
        return (
            (f"{_wrap(parts[0], _ATOM)} ** 2", _PRECEDENCE["power"])
            if node.op == "square"
            else (
                f"{FUNCTIONS[node.op]}({inside})",
                _ATOM,
            )
        )
    own = _PRECEDENCE[node.op]
    if node.op == "negative":
        return f"-{_wrap(parts[0], own)}", own
    if node.op == "where":
        condition, yes = (_wrap(part, own + 1) for part in parts[:2])
        return node.definition.host.format(condition, yes, parts[2][0]), own
    # The right side of - and / binds tighter than its own level, the left side of ** likewise.
    left = _wrap(parts[0], own + (node.op in ("power", *_COMPARISONS)))
    right = _wrap(parts[1], own + (node.op in ("subtract", "divide", *_COMPARISONS)))
    return node.definition.host.format(left, right), own


def _wrap(part: tuple[str, int], least: int) -> str:
    text, level = part
    return f"({text})" if level < least else text


_WORDS = {"+": " plus ", "-": " minus ", "**": " to ", "*": " times ", "/": " over "}
_NUMBERS = {"0": "zero", "1": "one", "2": "two", "0.5": "half"}


def identifier(text: str) -> str:
    """A name for a constant expression: `1 - beta1` becomes `one_minus_beta1`; empty if it would
    be long.
    """
    words = []
    for token in re.findall(r"[A-Za-z_]\w*|\d+(?:\.\d*)?(?:e-?\d+)?|\*\*|[-+*/]|\S", text):
        if token in ("(", ")"):
            continue
        if token[0].isdigit():
            words.append(_NUMBERS.get(token, "c" + re.sub(r"\W", "_", token)))
        elif token in _WORDS:
            words.append(_WORDS[token].strip())
        elif token[0].isalpha() or token[0] == "_":
            words.append(token.rstrip("_"))
        else:
            return ""
    name = "_".join(words)
    return name if len(name) <= 24 else ""
