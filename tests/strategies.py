"""Hypothesis: small networks with everything that the language has, as the text of a spec."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st
from oracle import spec

from specc.library.registry import Registry

REGISTRY = Registry()
ACTIVATIONS = REGISTRY.words("activations")
SMOOTH = tuple(a for a in ACTIVATIONS if a not in ("relu", "leaky_relu", "relu2", "elu", "selu"))
"""Without kinks, and without slopes that have one."""
OPTIMIZERS = REGISTRY.words("optimizers")
REGULARIZERS = REGISTRY.words("regularizers")
ENDS = {"binary_cross_entropy": "sigmoid", "cross_entropy": "softmax"}

strengths = st.sampled_from((0.0, 0.1, 0.7, 3.0))


@dataclass(frozen=True, slots=True)
class Drawn:
    """A spec, a batch size, and a seed for its arrays."""

    text: str
    m: int
    seed: int


@st.composite
def penalties(draw: st.DrawFn) -> str:
    """`l1(0.1), l2(3.0)`, or nothing."""
    words = draw(st.lists(st.sampled_from(REGULARIZERS), max_size=2, unique=True))
    return ", ".join(f"{word}({draw(strengths)})" for word in words)


@st.composite
def layers(draw: st.DrawFn, *, dropout: bool, activations: tuple[str, ...]) -> str:
    """One statement of `network`."""
    kind = draw(st.sampled_from(("dense", "dense", "dense", "activation", "dropout")))
    if kind == "activation":
        return draw(st.sampled_from(activations))
    if kind == "dropout" and dropout:
        return f"dropout keep = {draw(st.sampled_from((0.5, 0.8, 1)))}"
    parts = [f"dense {draw(st.integers(1, 6))}"]
    if draw(st.booleans()):
        parts.append(draw(st.sampled_from(activations)))
    if draw(st.integers(0, 4)) == 0:
        parts.append("bias = false")
    if draw(st.integers(0, 3)) == 0:
        word, strength = draw(st.sampled_from(REGULARIZERS)), draw(strengths)
        parts.append(f"regularize = {word}({strength})")
    return ", ".join(parts)


@st.composite
def networks(
    draw: st.DrawFn, *, dropout: bool = True, activations: tuple[str, ...] = ACTIVATIONS
) -> Drawn:
    """A whole spec. Without `dropout` all its numbers follow from its inputs."""
    loss = draw(st.sampled_from(REGISTRY.words("losses")))
    outputs = {"binary_cross_entropy": 1, "cross_entropy": draw(st.integers(2, 4))}
    statements = [f"input {draw(st.integers(1, 5))}"]
    hidden = layers(dropout=dropout, activations=activations)
    statements += draw(st.lists(hidden, max_size=3))
    end = ENDS.get(loss) or draw(st.sampled_from(("linear", "tanh", "softplus")))
    statements.append(f"dense {outputs.get(loss, draw(st.integers(1, 3)))}, {end}")
    text = spec(
        "\n".join(statements),
        loss,
        regularize=draw(penalties()),
        optimizer=draw(st.sampled_from(OPTIMIZERS)),
    )
    return Drawn(text, draw(st.integers(1, 7)), draw(st.integers(0, 1000)))
