"""Values as syntax: numbers, words and texts that nobody wrote, and definitions as calls."""

from __future__ import annotations

from typing import Any

from specc.diag.source import Source, Span
from specc.lang.spec import Boolean, Call, Group, Item, Name, Number, String, Unary, Value
from specc.library.clock import Duration
from specc.library.define import Arg, Definition
from specc.library.words import Objective, Seed

NAMES = ("name", "metric")
"""Kinds of arguments that take a bare word."""


def span_of(text: str) -> Span:
    """A place that holds just this text."""
    return Span(Source("", text), 0, len(text))


def number(value: float) -> Value:
    """`64`, `0.001`, `-3`; a whole number without a point."""
    whole = abs(value) < 1e15 and value == int(value)
    value = int(value) if whole else value
    text = repr(abs(value))
    found = Number(abs(value), span_of(text))
    return found if value >= 0 else Unary("-", found, span_of(f"-{text}"))


def word(text: str) -> Name:
    return Name(text, span_of(text))


def literal(arg: Arg, value: Any) -> Value | None:
    """A value of Python as one would write it for an argument; None where there is no way."""
    found: Value | None = None
    if isinstance(value, bool):
        found = Boolean(value, span_of("true" if value else "false"))
    elif isinstance(value, int | float):
        found = number(value)
    elif isinstance(value, Duration) and value.unit == "share":
        found = Number(value.amount, span_of(str(value)), percent=True)
    elif isinstance(value, Seed) and not value.legacy:
        found = number(value.value)
    elif isinstance(value, Duration | Seed | Objective):
        found = word(str(value))
    elif isinstance(value, Definition):
        found = call(value)
    elif isinstance(value, str):
        plain = all(part.isidentifier() and part.isascii() for part in value.split("."))
        bare = plain and (arg.kind in NAMES or value in arg.one_of)
        found = word(value) if bare else string(value)
    elif isinstance(value, tuple) and len(value) == 1:
        found = literal(arg, value[0])
    elif isinstance(value, tuple) and value:
        inner = [literal(arg, v) for v in value]
        if all(v is not None for v in inner):
            found = Group(tuple(v for v in inner if v is not None), span_of(""))
    return found


def string(text: str) -> String:
    inside = text.replace("\\", "\\\\").replace('"', '\\"')
    return String(text, span_of(f'"{inside}"'))


def call(definition: Definition) -> Value:
    """A definition with all its arguments."""
    values = [(a, literal(a, getattr(definition, a.name))) for a in definition.args]
    items = tuple(Item(a.label, None, v, v.span) for a, v in values if v is not None)
    if not items:
        return word(definition.word)
    return Call(definition.word, span_of(definition.word), items, span_of(definition.word))
