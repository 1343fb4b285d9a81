"""The steps of a run as lines of csv: `step,epoch,lr,train.cost,dev.cost,...`.

One row per recorded update, and one per measurement. `step` counts the updates before the cost was
taken (0 is the cost at initialisation), `epoch` likewise; `train.cost` is J of the batch just used.
What is measured on whole sets stands in the row of its step: `dev.cost`, and every other metric of
train and dev. A measurement after the last update has a row without `lr` and `train.cost`.
"""

from __future__ import annotations

from collections.abc import Iterator

from specc.diag.escape import escape
from specc.run.events import Evaluated
from specc.run.recorded import read_events, read_steps
from specc.run.shelf import Recorded

BLOCK = 4096
"""Records that are looked at together."""


def step_rows(run: Recorded) -> Iterator[str]:
    """The header, then the rows in order of step."""
    measured = {e.step: e for e in read_events(run.directory) if isinstance(e, Evaluated)}
    columns = _columns(measured)
    yield ",".join(["step", "epoch", "lr", "train.cost", *(_title(*c) for c in columns)])
    per_epoch = max(1, run.info["steps_per_epoch"])
    records = read_steps(run.directory)
    waiting = sorted(measured)
    at = 0

    def row(step: int, rate: str, cost: str) -> str:
        event = measured.get(step)
        cells = [_cell(event, part, metric) for part, metric in columns]
        return ",".join([str(step), f"{step / per_epoch:.9g}", rate, cost, *cells])

    for start in range(0, len(records), BLOCK):
        block = records[start : start + BLOCK]
        for step, rate, cost in zip(
            block["step"].tolist(), block["rate"].tolist(), block["cost"].tolist(), strict=True
        ):
            while at < len(waiting) and waiting[at] < step:
                yield row(waiting[at], "", "")
                at += 1
            at += at < len(waiting) and waiting[at] == step
            yield row(step, repr(rate), repr(cost))
    for step in waiting[at:]:
        yield row(step, "", "")


def _columns(measured: dict[int, Evaluated]) -> list[tuple[str, str]]:
    """What was measured beside the batch costs: the cost of dev first."""
    found: dict[tuple[str, str], None] = {}
    for event in measured.values():
        for part, metrics in (("dev", event.dev), ("train", event.train)):
            for name in metrics or {}:
                if (part, name) != ("train", "cost"):
                    found[part, name] = None
    return sorted(found, key=lambda c: (c != ("dev", "cost"), c[1] == "loss", c[1], c[0]))


def _title(part: str, metric: str) -> str:
    """The name of a column; that of a metric comes from a file, and may hold anything."""
    name = escape(f"{part}.{metric}")
    return '"' + name.replace('"', '""') + '"' if set(name) & set(',"') else name


def _cell(event: Evaluated | None, part: str, metric: str) -> str:
    metrics = None if event is None else event.train if part == "train" else event.dev
    return "" if metrics is None or metric not in metrics else repr(metrics[metric])
