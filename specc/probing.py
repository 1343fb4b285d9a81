"""The probe of a run: which values it looks at, and on which examples."""

from __future__ import annotations

from collections import Counter
from typing import cast

from specc.driver import make_probe_plan
from specc.emit.load import load
from specc.job import Job
from specc.library.activation import Activation
from specc.library.registry import standard
from specc.run.data import Part
from specc.run.probe import Probe, Watched

PROBED = 256
"""Examples of the training set that it looks at."""


def make_probe(job: Job) -> Probe:
    """What looks inside the network while it learns."""
    model = job.compilation.model
    text, count = make_probe_plan(job.compilation, job.planned, min(PROBED, job.dataset.train.n))
    keeping = job.program.over(load(text))
    train = job.dataset.train
    rows = None if train.rows is None else train.rows[:count]
    sample = Part(train.X if rows is not None else train.X[:count], train.T[:count], count, rows)
    names = Counter(value.name for row in model.layers for value in row.values)
    watched = []
    for row in model.layers:
        # A name that two layers give could be the other one's array.
        if row.values and names[row.values[-1].name] == 1:
            # What the network answers may lie at the ends: there it is sure, not saturated.
            bend = standard().find("activations", row.activation)
            bounded = bend is not None and row is not model.layers[-1]
            low, high = cast("type[Activation]", bend).ends if bounded else Activation.ends
            watched.append(Watched(row.label, row.values[-1].name, low, high))
    return Probe(job.program, keeping, sample, watched)
