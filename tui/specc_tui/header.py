"""What `run.json` says about a run: its spec, its settings, and every layer with its shapes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from specc_tui import untrusted

Shape = tuple[int | str, ...]
"""Axes; a string is a symbolic dim such as the batch size `m`."""


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class Value:
    """A value of the forward pass, with the rule that gave its shape."""

    name: str
    shape: Shape
    real: Shape
    rule: str


@dataclass(frozen=True, slots=True)
class Gradient:
    """A gradient and the name of the value or parameter whose shape it must have."""

    name: str
    shape: Shape
    real: Shape
    matches: str


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer. `checked`: the run-time arrays had the shapes that are listed here."""

    text: str
    name: str
    line: int
    input: Shape
    output: Shape
    parameters: tuple[Parameter, ...]
    values: tuple[Value, ...]
    gradients: tuple[Gradient, ...]
    flops: int
    checked: bool


@dataclass(frozen=True, slots=True)
class Header:
    name: str
    spec: str
    variant: str
    seed: int
    created: str
    pid: int
    precision: str
    batch: int
    steps: int
    epochs: float
    steps_per_epoch: int
    examples: tuple[tuple[str, int], ...]
    parameters: int
    metrics: tuple[str, ...]
    loss: str
    optimizer: str
    settings: tuple[tuple[str, str], ...]
    changed: tuple[str, ...]
    layers: tuple[Layer, ...]


def read_header(data: object) -> Header:
    """The header of a run from the JSON value of its `run.json`.

    Raises:
        ValueError: the value is not a run of a format this viewer knows; the message says which.
    """
    if not isinstance(data, dict):
        raise ValueError("run.json holds no object")
    if data.get("format") != 1:
        version = untrusted.text(str(data.get("format")), 20)
        raise ValueError(f"run.json has format {version}, this viewer reads format 1")
    number, words = untrusted.whole, untrusted.text
    return Header(
        name=words(data.get("name"), 80),
        spec=words(data.get("spec")),
        variant=words(data.get("variant"), 80),
        seed=number(data.get("seed")),
        created=words(data.get("created"), 40),
        pid=number(data.get("pid")),
        precision=words(data.get("precision"), 20),
        batch=number(data.get("batch")),
        steps=number(data.get("steps")),
        epochs=untrusted.real(data.get("epochs")),
        steps_per_epoch=number(data.get("steps_per_epoch")),
        examples=tuple(
            (words(k, 20), number(v)) for k, v in untrusted.mapping(data.get("examples")).items()
        )[:10],
        parameters=number(data.get("parameters")),
        metrics=tuple(words(m, 60) for m in untrusted.items(data.get("metrics")))[:50],
        loss=words(data.get("loss"), 80),
        optimizer=words(data.get("optimizer"), 120),
        settings=tuple(
            (words(pair[0], 60), words(pair[1], 200))
            for pair in untrusted.items(data.get("settings"))
            if isinstance(pair, list) and len(pair) == 2
        )[:100],
        changed=tuple(words(s, 200) for s in untrusted.items(data.get("set")))[:100],
        layers=tuple(map(_layer, untrusted.objects(data.get("layers"))))[:2000],
    )


def _layer(data: dict[str, Any]) -> Layer:
    words, shape = untrusted.text, untrusted.shape
    return Layer(
        text=words(data.get("layer"), 200),
        name=words(data.get("name"), 80),
        line=untrusted.whole(data.get("line")),
        input=shape(data.get("input")),
        output=shape(data.get("output")),
        parameters=tuple(
            Parameter(words(p.get("name"), 80), shape(p.get("shape")))
            for p in untrusted.objects(data.get("parameters"))
        ),
        values=tuple(
            Value(
                words(v.get("name"), 80),
                shape(v.get("shape")),
                shape(v.get("real")),
                words(v.get("rule")),
            )
            for v in untrusted.objects(data.get("values"))
        ),
        gradients=tuple(
            Gradient(
                words(g.get("name"), 80),
                shape(g.get("shape")),
                shape(g.get("real")),
                words(g.get("matches"), 80),
            )
            for g in untrusted.objects(data.get("gradients"))
        ),
        flops=untrusted.whole(data.get("flops")),
        checked=data.get("checked") is True,
    )
