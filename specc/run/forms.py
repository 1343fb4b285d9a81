"""The forms of `run.json` and of events, as data, and whether a value read from a file has one.

A run directory may be damaged or may come from elsewhere, and what looks at it indexes into these
objects without asking. So they are held against their form once, where they are read.

A form is a type; None; a tuple of forms, one of which must fit; `[form]`, a list of such values; or
a dict, whose keys must be there (others may be too), with `*` for the values of all other keys.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from specc.run.events import Event

LARGEST = 2**63
"""Whole numbers from here on would overflow the arithmetic of whoever reads them."""

SIZE = (int, str)
NUMBER = (int, float)
METRICS = {"*": NUMBER}
TENSOR = {"name": str, "shape": [SIZE]}
REAL = {**TENSOR, "real": [int]}

LAYER: dict[str, Any] = {
    "layer": str,
    "name": str,
    "line": int,
    "input": [SIZE],
    "output": [SIZE],
    "parameters": [TENSOR],
    "values": [{**REAL, "rule": str}],
    "gradients": [{**REAL, "matches": str}],
    "flops": NUMBER,
    "checked": bool,
}

RUN: dict[str, Any] = {
    "format": int,
    "name": str,
    "spec": str,
    "variant": (str, None),
    "seed": int,
    "created": str,
    "pid": int,
    "machine": {},
    "versions": {"*": str},
    "hashes": {"*": str},
    "precision": str,
    "batch": int,
    "steps": int,
    "epochs": NUMBER,
    "steps_per_epoch": int,
    "examples": {"*": int},
    "parameters": int,
    "metrics": [str],
    "loss": str,
    "optimizer": str,
    "settings": [[str]],
    "layers": [LAYER],
}

LATER: dict[str, Any] = {"set": [str]}
"""What `run.json` holds beside, if it is not one of the first version."""

# Annotations of the fields of events. They are text, as their module defers them.
_FIELDS: dict[object, Any] = {
    "int": int,
    "float": NUMBER,
    "bool": bool,
    "str": str,
    "dict[str, int]": {"*": int},
    "dict[str, list[list[int]]]": {"*": [[int]]},
    "tuple[float, ...]": [NUMBER],
    "Metrics": METRICS,
    "Metrics | None": (METRICS, None),
    "dict[str, Any] | None": ({}, None),
    "tuple[dict[str, Any], ...]": [{}],
}


def misfit(value: object, form: Any, where: str = "") -> str | None:
    """The first place where `value` has not the form, such as `layers[2].name`; None if it fits."""
    if isinstance(form, tuple):
        return where if all(misfit(value, choice, where) is not None for choice in form) else None
    if isinstance(form, list):
        if not isinstance(value, list | tuple):
            return where
        found = (misfit(item, form[0], f"{where}[{i}]") for i, item in enumerate(value))
        return next((place for place in found if place is not None), None)
    if isinstance(form, dict):
        return _dict_misfit(value, form, where)
    if form is None:
        return where if value is not None else None
    if form is int:
        return None if type(value) is int and abs(value) < LARGEST else where
    return None if isinstance(value, form) else where


def _dict_misfit(value: object, form: dict[str, Any], where: str) -> str | None:
    if not isinstance(value, dict):
        return where
    prefix = f"{where}." if where else ""
    for key, inner in form.items():
        if key == "*":
            found = (misfit(v, inner, f"{prefix}{k}") for k, v in value.items() if k not in form)
            place = next((p for p in found if p is not None), None)
        else:
            place = misfit(value[key], inner, prefix + key) if key in value else prefix + key
        if place is not None:
            return place
    return None


def is_sound(event: Event) -> bool:
    """Whether the fields of an event that was read from a file hold what their types say."""
    return all(misfit(getattr(event, f.name), _FIELDS[f.type]) is None for f in fields(event))
