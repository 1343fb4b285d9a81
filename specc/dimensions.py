"""The dimension table of a model in the course's notation, as plain data for JSON, text and
screens.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specc.model import LayerRow, Model
from specc.shapes import Dim, Shape, value


def _plain(shape: Shape) -> list[int | str]:
    return [d if isinstance(d, int) else str(d) for d in shape]


def _column(shape: Shape) -> list[int | str]:
    """A shape with the examples first, as data comes in: `["m", 10]`."""
    return [str(shape[-1]), *_plain(shape[:-1])]


def contract_rows(model: Model) -> list[dict[str, Any]]:
    """The table of `check --dims --format json`."""
    shapes = {p.name: list(p.shape) for p in model.parameters}
    return [
        {
            "layer": row.text,
            "line": row.line,
            "output": _column(row.output),
            "parameters": [{"name": n, "shape": shapes[n]} for n in row.parameters],
            "flops": _count(row.flops),
        }
        for row in model.layers
    ]


def _count(flops: Dim) -> int:
    """Operations for one example."""
    return value(flops, {"m": 1})


def run_rows(
    model: Model, batch: int, arrays: Mapping[str, tuple[int, ...]]
) -> list[dict[str, Any]]:
    """The table of `run.json`: symbolic and real sizes, and whether the arrays of the run have
    them.

    Args:
        model: What was compiled.
        batch: The number behind `m`.
        arrays: The shapes of the arrays that the step is bound to, by name.
    """
    return [_run_row(model, row, batch, arrays) for row in model.layers]


def _run_row(
    model: Model, row: LayerRow, batch: int, arrays: Mapping[str, tuple[int, ...]]
) -> dict[str, Any]:
    sizes = {"m": batch}
    own = [p for p in model.parameters if p.layer == row.label]
    values = [
        {
            "name": v.name,
            "shape": _plain(v.shape),
            "real": [value(d, sizes) for d in v.shape],
            "rule": v.rule,
        }
        for v in row.values
    ]
    named = [(v.name, v.shape) for v in row.values] + [(p.symbol, p.shape) for p in own]
    gradients: list[dict[str, Any]] = [
        {
            "name": f"d{name}",
            "shape": _plain(shape),
            "real": [value(d, sizes) for d in shape],
            "matches": name,
        }
        for name, shape in named
        if f"d{name}" in arrays
    ]
    claims = {name: tuple(value(d, sizes) for d in shape) for name, shape in named}
    claims |= {g["name"]: tuple(g["real"]) for g in gradients}
    seen = [name for name in claims if name in arrays]
    return {
        "layer": row.text,
        "name": row.label,
        "line": row.line,
        "input": _plain(row.input),
        "output": _plain(row.output),
        "parameters": [{"name": p.name, "shape": list(p.shape)} for p in own],
        "values": values,
        "gradients": gradients,
        "flops": _count(row.flops),
        "checked": all(arrays[name] == claims[name] for name in seen) and (bool(seen) or not named),
    }
