"""Every optimiser, decoupled decay and clipping."""

from __future__ import annotations

from collections.abc import Iterator

from parity_cases import HIDDEN, OPTIMIZERS, Case, Regularised
from references import References

REFERENCES = References("updates", {"digests": "parameters"})
LOSSES = ("mse", "binary_cross_entropy")
DECAY = Regularised((("weight_decay", 0.6),))
BOTH = Regularised((("l2", 0.9), ("weight_decay", 0.3)), {1: (("weight_decay", 0.8),)})
CLIPS = ("norm(0.2)", "norm(1000)", "value(0.05)")


def _cases() -> Iterator[Case]:
    for optimizer in OPTIMIZERS:
        for loss in LOSSES:
            yield Case(f"{optimizer}-{loss}", HIDDEN, loss, Regularised(), optimizer)
        yield Case(f"{optimizer}-decay", HIDDEN, "mse", DECAY, optimizer)
        yield Case(f"{optimizer}-norm", HIDDEN, "mse", Regularised(), optimizer, "norm(0.2)")
    for clip in CLIPS:
        for name, regularised in (("plain", Regularised()), ("both", BOTH)):
            yield Case(f"{name}-{clip}", HIDDEN, "mse", regularised, "momentum", clip)
    yield Case("adamw-both", HIDDEN, "mse", BOTH, "adamw")


CASES = tuple(_cases())
