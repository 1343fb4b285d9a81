"""A long run in bounded memory: of every few steps the records with the smallest and the greatest
cost stay, and the first that is not finite.

A chart shows the smallest and the greatest value of each pixel column, so what is left draws the
same curves as all records would, as long as a column covers more steps than a group does. The
records that go leave their sum and number to the next one that stays, for the smoothing. Thinning
what was thinned gives the same records as thinning all at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc_tui.smoothing import Carry

CAPACITY = 2**18
"""Records that are kept at most: about 12 MiB, and 500 for each column of a wide terminal."""

WEIGHT = np.dtype([("total", "<f8"), ("count", "<f8"), ("records", "<f8")])
"""What a kept record stands for: sum and number of the finite costs since the one before it, and
the number of all records since then."""

Records = NDArray[Any]
Weights = NDArray[Any]


def single(records: Records) -> Weights:
    """The weights of records of which every one stands for itself."""
    fine = np.isfinite(records["cost"])
    weights = np.empty(len(records), WEIGHT)
    weights["total"], weights["count"] = np.where(fine, records["cost"], 0.0), fine
    weights["records"] = 1.0
    return weights


def thin(records: Records, weights: Weights | None, stride: int) -> tuple[Records, Weights]:
    """What stays of records in the order of their steps, in groups of `stride` (a power of two)
    steps. The last record always stays. Without weights every record stands for itself."""
    kept = np.flatnonzero(_chosen(records, stride))
    # Each kept record takes over what stands between the one before it and itself.
    begins = np.concatenate(([0], kept[:-1] + 1))
    sums = np.empty(len(kept), WEIGHT)
    cost = np.ascontiguousarray(records["cost"])
    if weights is None and np.isfinite(cost).all():
        sums["total"] = np.add.reduceat(cost, begins)
        sums["count"] = sums["records"] = kept - begins + 1
    else:
        weights = single(records) if weights is None else weights
        for name in WEIGHT.names or ():
            sums[name] = np.add.reduceat(np.ascontiguousarray(weights[name]), begins)
    return records[kept], sums


def fitting(
    records: Records, weights: Weights, stride: int, most: int = CAPACITY
) -> tuple[Records, Weights, int]:
    """Records thinned to at most half of `most`, and the stride that it took."""
    while len(records) > most // 2 and stride < 2**63:
        stride *= 2
        # Two records stay of a group, so groups of two would lose nothing.
        if stride > 2:
            records, weights = thin(records, weights, stride)
    return records, weights, stride


def _chosen(records: Records, stride: int) -> NDArray[np.bool_]:
    cost = np.ascontiguousarray(records["cost"])
    chosen = np.zeros(len(cost), np.bool_)
    chosen[-1] = True
    # Whole groups of steps without a gap lie in rows of a table, which is much faster.
    first, last = int(records["step"][0]), int(records["step"][-1])
    begin, end = -first % stride, len(cost) - (last + 1) % stride
    if last - first != len(cost) - 1 or begin >= end:
        _choose(chosen, records["step"], cost, stride)
        return chosen
    table = cost[begin:end].reshape(-1, stride)
    rows = np.arange(begin, end, stride)
    low, high = rows + table.argmin(axis=1), rows + table.argmax(axis=1)
    if not (np.isfinite(cost[low]).all() and np.isfinite(cost[high]).all()):
        _choose(chosen, records["step"], cost, stride)
        return chosen
    chosen[low] = chosen[high] = True
    for part in (slice(0, begin), slice(end, None)):
        if len(cost[part]):
            _choose(chosen[part], records["step"][part], cost[part], stride)
    return chosen


def _choose(
    chosen: NDArray[np.bool_], steps: NDArray[np.uint64], cost: NDArray[np.float64], stride: int
) -> None:
    """Choose of each group what stays of it, for any steps in ascending order."""
    group = steps >> np.uint64(stride.bit_length() - 1)
    starts = np.flatnonzero(np.concatenate(([True], group[1:] != group[:-1])))
    sizes = np.diff(starts, append=len(group))
    fine = np.isfinite(cost)
    low, high = cost, cost
    if not fine.all():
        _mark_first(chosen, ~fine, starts, sizes)
        low, high = np.where(fine, cost, np.inf), np.where(fine, cost, -np.inf)
    _mark_first(chosen, low == np.repeat(np.minimum.reduceat(low, starts), sizes), starts, sizes)
    _mark_first(chosen, high == np.repeat(np.maximum.reduceat(high, starts), sizes), starts, sizes)


def _mark_first(
    chosen: NDArray[np.bool_],
    such: NDArray[np.bool_],
    starts: NDArray[np.int64],
    sizes: NDArray[np.int64],
) -> None:
    """Choose the first `such` record of each group that has one."""
    places = np.flatnonzero(such)
    rank = np.searchsorted(places, starts)
    found = rank < len(places)
    first = places[rank[found]]
    chosen[first[first < (starts + sizes)[found]]] = True


def smooth_thinned(
    records: Records, weights: Weights, beta: float, carry: Carry
) -> tuple[NDArray[np.float64], Carry]:
    """The bias-corrected average over records that stand for several steps each.

        v_i = a_i v_(i-1) + (1 - a_i) total_i / records_i,    a_i = beta^records_i

    exact where every record stands for itself; otherwise those of a group count alike.
    """
    decay = np.power(beta, weights["records"])
    share = (1 - decay) / weights["records"]
    total = _recurrence(decay, share * weights["total"], carry[0])
    weight = _recurrence(decay, share * weights["count"], carry[1])
    with np.errstate(invalid="ignore", divide="ignore"):
        smoothed = np.where(np.isfinite(records["cost"]), total / weight, np.nan)
    return smoothed, (float(total[-1]), float(weight[-1]))


def _recurrence(
    decay: NDArray[np.float64], added: NDArray[np.float64], start: float
) -> NDArray[np.float64]:
    """s_i = decay_i s_(i-1) + added_i, by doubling the span that each element has taken in."""
    sums = added.copy()
    sums[0] += decay[0] * start
    reach, span = decay.copy(), 1
    reach[0] = 0.0
    while span < len(sums) and reach.any():
        sums[span:] += reach[span:] * sums[:-span]
        reach[span:] = reach[span:] * reach[:-span]
        reach[reach < 1e-300] = 0.0
        span *= 2
    return sums
