"""What an inspector says of the plan of a run, read from JSON that nobody vouches for: spec, graph,
buffers and program, each row with the layer that it belongs to."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from specc_tui import untrusted

LONGEST = 400
"""Characters of one line that are kept."""


@dataclass(frozen=True, slots=True)
class Part:
    """A layer or another part of a step, and the lines of the spec that it comes from."""

    name: str
    text: str
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A node of the graph or a line of the program; `layer` is empty where it belongs to none."""

    text: str
    layer: str


@dataclass(frozen=True, slots=True)
class Buffer:
    """An array: bytes from the start of its storage, and the nodes between which it lives."""

    name: str
    layer: str
    shape: str
    storage: str
    offset: int
    size: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of a step. `calls`, `flops` and `bytes` are those of one step on a whole batch,
    `step` is the line (from 1) where the step begins in the program."""

    batch: int
    precision: str
    calls: int
    flops: int
    bytes: int
    arena: int
    parameters: int
    spec: tuple[str, ...]
    parts: tuple[Part, ...]
    nodes: tuple[Row, ...]
    buffers: tuple[Buffer, ...]
    source: tuple[Row, ...]
    step: int


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of each line of the program per step; `whole` is the step without clocks in it."""

    batch: int
    steps: int
    whole: float
    lines: Mapping[int, float] = field(default_factory=dict)

    @property
    def total(self) -> float:
        """The seconds of all lines."""
        return sum(self.lines.values())


def read_plan(data: dict[str, Any]) -> Plan:
    """The plan in an answer, of whatever content."""
    whole, words = untrusted.whole, untrusted.text
    return Plan(
        batch=whole(data.get("batch")),
        precision=words(data.get("precision"), 20),
        calls=whole(data.get("calls")),
        flops=whole(data.get("flops")),
        bytes=whole(data.get("bytes")),
        arena=whole(data.get("arena")),
        parameters=whole(data.get("parameters")),
        spec=tuple(words(text, LONGEST) for text in untrusted.items(data.get("spec"))),
        parts=tuple(map(_part, untrusted.objects(data.get("layers")))),
        nodes=tuple(map(_row, untrusted.items(data.get("nodes")))),
        buffers=tuple(map(_buffer, untrusted.objects(data.get("buffers")))),
        source=tuple(map(_row, untrusted.items(data.get("source")))),
        step=whole(data.get("step")),
    )


def read_times(data: dict[str, Any]) -> Times:
    """The times in an answer, of whatever content; lines that never ran are left out."""
    lines: dict[int, float] = {}
    for pair in untrusted.items(data.get("lines")):
        if isinstance(pair, list) and len(pair) == 2:
            seconds = untrusted.real(pair[1])
            if math.isfinite(seconds) and seconds >= 0:
                lines[untrusted.whole(pair[0])] = seconds
    whole = untrusted.real(data.get("step"))
    return Times(
        untrusted.whole(data.get("batch")), untrusted.whole(data.get("steps")), whole, lines
    )


def _part(data: dict[str, Any]) -> Part:
    lines = tuple(untrusted.whole(n) for n in untrusted.items(data.get("lines"))[:100])
    return Part(untrusted.text(data.get("name"), 80), untrusted.text(data.get("text")), lines)


def _row(pair: object) -> Row:
    texts = [untrusted.text(text, LONGEST) for text in untrusted.items(pair)[:2]]
    return Row(*texts) if len(texts) == 2 else Row("", "")


def _buffer(data: dict[str, Any]) -> Buffer:
    words, whole = untrusted.text, untrusted.whole
    return Buffer(
        words(data.get("name"), 40),
        words(data.get("layer"), 80),
        words(data.get("shape"), 60),
        words(data.get("storage"), 20),
        whole(data.get("offset")),
        whole(data.get("size")),
        whole(data.get("first")),
        whole(data.get("last")),
    )
