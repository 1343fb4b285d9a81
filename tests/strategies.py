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
CLIPS = REGISTRY.words("clips")
ENDS = {"binary_cross_entropy": "sigmoid", "cross_entropy": "softmax"}
KINDS = ("dense", "dense", "dense", "activation", "dropout", "residual", "branch")

strengths = st.sampled_from((0.0, 0.1, 0.7, 3.0))


@dataclass(frozen=True, slots=True)
class Drawn:
    """A spec, a batch size, and a seed for its arrays."""

    text: str
    m: int
    seed: int


@st.composite
def penalty(draw: st.DrawFn, word: str) -> str:
    """`l1(0.1)`: a word with a strength for each of its arguments."""
    kind = REGISTRY.find("regularizers", word)
    assert kind is not None
    return f"{word}({', '.join(str(draw(strengths.filter(a.admits))) for a in kind.args)})"


@st.composite
def penalties(draw: st.DrawFn) -> str:
    """`l1(0.1), l2(3.0)`, or nothing."""
    words = draw(st.lists(st.sampled_from(REGULARIZERS), max_size=2, unique=True))
    return ", ".join(draw(penalty(word)) for word in words)


@st.composite
def dense(draw: st.DrawFn, units: int, activations: tuple[str, ...]) -> str:
    """`dense 4, tanh, bias = false, regularize = l1(0.1)`, most of it optional."""
    parts = [f"dense {units}"]
    if draw(st.booleans()):
        parts.append(draw(st.sampled_from(activations)))
    if draw(st.integers(0, 4)) == 0:
        parts.append("bias = false")
    if draw(st.integers(0, 3)) == 0:
        parts.append(f"regularize = {draw(penalty(draw(st.sampled_from(REGULARIZERS))))}")
    return ", ".join(parts)


@st.composite
def hidden(
    draw: st.DrawFn, width: int, number: int, activations: tuple[str, ...], dropout: bool
) -> tuple[list[str], int]:
    """Statements after a value with `width` features, and the features that they give."""
    kind = draw(st.sampled_from(KINDS))
    units = draw(st.integers(1, 5))
    if kind == "activation":
        return [draw(st.sampled_from(activations))], width
    if kind == "dropout" and dropout:
        return [f"dropout keep = {draw(st.sampled_from((0.5, 0.8, 1)))}"], width
    first = draw(dense(units, activations))
    if kind == "residual":
        return ["residual {", first, draw(dense(width, activations)), "}"], width
    if kind == "branch":
        join = draw(st.sampled_from(("add", "concat")))
        names = f"left{number}", f"right{number}"
        second = draw(dense(units if join == "add" else draw(st.integers(1, 3)), activations))
        apart = int(second.split()[1].rstrip(","))
        statements = [
            f"{draw(dense(width, activations))} as from{number}",
            f"{first} as {names[0]}",
            f"from from{number}",
            f"{second} as {names[1]}",
            f"{join} {', '.join(names)}",
        ]
        return statements, units if join == "add" else units + apart
    return [first], units


@st.composite
def networks(
    draw: st.DrawFn, *, dropout: bool = True, activations: tuple[str, ...] = ACTIVATIONS
) -> Drawn:
    """A whole spec. Without `dropout` all its numbers follow from its inputs."""
    loss = draw(st.sampled_from(REGISTRY.words("losses")))
    width = draw(st.integers(1, 5))
    statements = [f"input {width}"]
    kind = draw(st.integers(0, 8))
    if kind == 0:
        statements = [f"input {width} as one", "input 2 as two", "concat one, two"]
        width += 2
    elif kind == 1:
        statements = [f"input {width} as one", "input 2 as two"]
        statements += ["from one", f"{draw(dense(3, activations))} as three"]
        statements += ["from two", f"{draw(dense(3, activations))} as four", "add three, four"]
        width = 3
    for number in range(draw(st.integers(0, 3))):
        more, width = draw(hidden(width, number, activations, dropout))
        statements += more
    outputs = {"binary_cross_entropy": 1, "cross_entropy": draw(st.integers(2, 4))}
    end = ENDS.get(loss) or draw(st.sampled_from(("linear", "tanh", "softplus")))
    statements.append(f"dense {outputs.get(loss, draw(st.integers(1, 3)))}, {end}")
    text = spec(
        "\n".join(statements),
        loss,
        regularize=draw(penalties()),
        optimizer=draw(st.sampled_from(OPTIMIZERS)),
        train="run 1 epoch" + draw(st.sampled_from(("", *(f"\n    clip {w}(0.1)" for w in CLIPS)))),
    )
    return Drawn(text, draw(st.integers(1, 7)), draw(st.integers(0, 1000)))
