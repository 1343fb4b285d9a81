"""What stands above the lines of a layer: its statement, its formula and its shapes."""

from __future__ import annotations

import re

from specc.diag.escape import escape
from specc.model import LayerRow
from specc.shapes import show

PARTS = {
    "loss": "loss",
    "regularize": "regularisation",
    "update": "update of the parameters",
    "biases": "all biases, each in every column: B1 (n, m) is b1 (n, 1) m times",
}
"""What belongs to no layer."""


def heading(layer: str, row: LayerRow | None, file: str, again: bool) -> str:
    """A comment in front of the work for a layer.

    Args:
        layer: Its name, or that of a part of the step.
        row: Its row of the dimension table.
        file: What the spec is called.
        again: Whether this is the way back.
    """
    if row is None:
        return "# " + PARTS.get(layer, layer) + (", gradient" if again else "")
    said = escape(row.text)
    if again:
        return f"# back through {said}"
    shapes = ", ".join(f"{v.name} {show(v.shape)}" for v in row.values if v.name[0].isupper())
    about = "; ".join(text for text in (_numbered(row), shapes) if text)
    return f"# {said} ({file}:{row.line}): {about}"


def _numbered(row: LayerRow) -> str:
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
