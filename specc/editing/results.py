"""The results of a run that a claim, a rule or a search can speak of."""

from __future__ import annotations

from collections.abc import Iterator

from specc.library.registry import Registry

STATIC = {
    "parameters": "how many numbers are trained",
    "flops": "floating-point operations for one example, forward",
    "memory": "bytes of parameters, gradients, state and buffers",
    "output.shape": "the sizes of the output of one example",
}
PARTS = ("dev", "train", "test")


def results(registry: Registry, values: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Name and meaning of each; `values` are those of the network that have names."""
    yield from STATIC.items()
    yield from ((f"{name}.shape", "its sizes for one example") for name in values)
    for part in PARTS:
        for name in ("cost", "loss", *registry.words("metrics")):
            yield f"{part}.{name}", f"{name} of the {part} set"
