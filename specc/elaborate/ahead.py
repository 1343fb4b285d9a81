"""What comes behind a layer, where that changes the layer: no bias directly before `batchnorm`.

    dense 64          Z = W A, as the mean of Z, and any b with it, is taken out at once,
    batchnorm         and beta is added after that

Only where the value goes to that one layer: not if it has a name, not into a `residual`, whose
shortcut needs it too. A bias that the spec asks for stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from specc.lang.bound import Body, LayerUse, NetworkStep
from specc.record import replace

BIAS = "bias"


def next_layer(
    steps: Sequence[NetworkStep], position: int, behind: LayerUse | None
) -> LayerUse | None:
    """The only layer that takes the value of a step; None where several may, or none.

    Args:
        steps: The steps of a body.
        position: Which of them.
        behind: The layer that takes the value of the body.
    """
    if steps[position].step.alias is not None:
        return None
    return first_layer(steps[position + 1 :]) if position + 1 < len(steps) else behind


def first_layer(steps: Sequence[NetworkStep]) -> LayerUse | None:
    """The only layer that takes what goes into these steps; None where several do, or none."""
    first = steps[0]
    if isinstance(first, Body):
        return first_layer(first.body)
    return first if isinstance(first, LayerUse) and first.layer.word != "input" else None


def settled(use: LayerUse, behind: LayerUse | None) -> tuple[LayerUse, str]:
    """The layer as it is built, and what it does not have and why, in words."""
    layer = use.layer
    if behind is None or not behind.layer.centres or not layer.biased or BIAS in layer.spans:
        return use, ""
    activation = getattr(layer, "activation", None)
    if not getattr(layer, BIAS) or (activation is not None and activation.word != "linear"):
        return use, ""
    values = {a.name: getattr(layer, a.name) for a in layer.args}
    made: Any = type(layer)
    without = made(word=layer.word, spans=layer.spans, **{**values, BIAS: False})
    return replace(use, layer=without), f"no b: `{behind.layer.word}` takes it out and adds beta"
