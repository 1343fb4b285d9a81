"""The data of a spec with arrays in the place of its sources."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from numpy.typing import ArrayLike

from specc.api.given import Given, Pair, given
from specc.api.predicting import input_shape
from specc.driver import Compilation
from specc.run.request import DataRequest
from specc.training import data_request


def given_request(
    compilation: Compilation, train: tuple[ArrayLike, ArrayLike | None], dev: Any, test: Any
) -> DataRequest:
    """What a run asks of its data: `Model.train` says which arrays replace what.

    Raises:
        ValueError: arrays do not fit the spec, or a set that it needs is not given.
    """
    request = data_request(compilation)
    shape = input_shape(compilation)
    data = compilation.bound.data
    sets: dict[str, Given] = {}
    for name, pair in (("dev", dev), ("test", test)):
        if pair is not None:
            X, y = _pair(name, pair)
            sets[name] = given(X, y, shape, f"{name}[0], {name}[1]")
    needs_target = request.task != "input"
    if needs_target and train[1] is None:
        raise ValueError("y is missing: the spec has a target")
    source = given(*train, shape)
    for name, there in (("dev", data.has_dev), ("test", data.has_test)):
        if sets and there and name not in sets and getattr(data, name) is None:
            raise ValueError(
                f"the spec has a {name} set from `split`, which is not used where sets are given: "
                f"give `{name}` too"
            )
    apart = bool(sets) or request.source is None
    changed: dict[str, Any] = {
        "source": None if apart else source,
        "train": source if apart else None,
        **sets,
    }
    if sets:
        changed["split"] = None
    spans = {k: v for k, v in request.spans.items() if k != "source"}
    return replace(request, **changed, spans=spans)


def _pair(name: str, pair: Any) -> Pair:
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise ValueError(f"`{name}` is a pair (X, y)")
    return pair[0], pair[1]
