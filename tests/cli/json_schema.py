"""As much of JSON Schema as the schemas under tests/schemas use."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
}
URI_REFERENCE = re.compile(r"([a-z][a-z0-9+.-]*:)?([A-Za-z0-9._~!$&'()*+,;=:@/?#-]|%[0-9A-F]{2})*")
KNOWN = {
    "$comment",
    "$ref",
    "additionalProperties",
    "anyOf",
    "definitions",
    "enum",
    "format",
    "items",
    "maximum",
    "minItems",
    "minimum",
    "properties",
    "required",
    "type",
    "uniqueItems",
}


def violations(value: Any, schema: dict[str, Any], root: dict[str, Any], at: str = "") -> list[str]:
    """Where and how a document breaks a schema."""
    assert schema.keys() <= KNOWN, schema.keys() - KNOWN
    if "$ref" in schema:
        return violations(value, root["definitions"][schema["$ref"].rsplit("/", 1)[1]], root, at)
    return list(_violations(value, schema, root, at))


def _violations(value: Any, schema: dict[str, Any], root: dict[str, Any], at: str) -> Iterator[str]:
    if "type" in schema and not _is(value, schema["type"]):
        yield f"{at}: not of type {schema['type']}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is none of {schema['enum']}"
    if "minimum" in schema and value < schema["minimum"]:
        yield f"{at}: {value} is below {schema['minimum']}"
    if "maximum" in schema and value > schema["maximum"]:
        yield f"{at}: {value} is above {schema['maximum']}"
    if schema.get("format") == "uri-reference" and not URI_REFERENCE.fullmatch(value):
        yield f"{at}: {value!r} is no URI reference"
    if "anyOf" in schema and all(violations(value, s, root, at) for s in schema["anyOf"]):
        yield f"{at}: fits none of the alternatives"
    if isinstance(value, dict):
        yield from _object(value, schema, root, at)
    if isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            yield f"{at}: too few items"
        if schema.get("uniqueItems") and len({json.dumps(v) for v in value}) < len(value):
            yield f"{at}: an item comes twice"
        for i, item in enumerate(value):
            yield from violations(item, schema["items"], root, f"{at}/{i}")


def _object(
    value: dict[str, Any], schema: dict[str, Any], root: dict[str, Any], at: str
) -> Iterator[str]:
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{at}: {name} is missing"
    known = schema.get("properties", {})
    rest = schema.get("additionalProperties", {})
    for name, inner in value.items():
        if name in known:
            yield from violations(inner, known[name], root, f"{at}/{name}")
        elif rest is False:
            yield f"{at}: there is no property {name}"
        else:
            yield from violations(inner, rest, root, f"{at}/{name}")


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, TYPES[kind])
