"""What each line of the training step takes, measured on real batches with a clock.

The step is compiled from the spec and starts from the run's last checkpoint where there is one, so
that it works on the numbers that training works on. It goes over the batches of the first epoch,
first as it is, then with a clock between its lines. Nothing is written anywhere.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from specc.driver import Compilation
from specc.inspection.instrument import Timed, instrument, overhead
from specc.job import Job
from specc.run import checkpoint
from specc.run.batches import Batch
from specc.run.program import Program
from specc.training import make_batches, prepare_job

PLAIN_SECONDS, TIMED_SECONDS = 0.25, 0.75
MOST_STEPS = 2_000
WARM = 3
"""Steps before the clock counts."""


def times_answer(compilation: Compilation, run: Path) -> dict[str, Any]:
    """The answer to a request for times: `lines`, pairs of a line of the program and its seconds
    per step (null where it never ran), `step` the seconds of the step without clocks in it.

    Each is the median over `steps` steps; a line that does not run in every step has its mean.

    Raises:
        RunError: the data cannot be loaded, or do not fit into memory.
    """
    job = prepare_job(compilation, "")
    done = _restore(job, run)
    batches = _whole_batches(make_batches(job).epoch, job.batch)
    with np.errstate(all="ignore"):
        plain, _ = _walk(job, job.program, batches, done, PLAIN_SECONDS, lambda: None)
        timed = instrument(job.planned.program.text)
        program = Program(
            timed.module,
            examples=job.program.examples,
            seed=job.program.seed,
            metrics=job.program.metrics,
        )
        program.restore(job.program.snapshot())
        rows: list[tuple[list[int], list[int]]] = []
        _, steps = _walk(
            job, program, batches, done, TIMED_SECONDS, lambda: rows.append(_taken(timed))
        )
    rows, each = rows[WARM:], overhead()
    return {
        "what": "times",
        "batch": job.batch,
        "steps": steps,
        "step": plain,
        "lines": [[line, _seconds(line, rows, each)] for line in timed.lines],
    }


def _restore(job: Job, run: Path) -> int:
    """Put the last checkpoint in the place of the starting values; how many updates it has seen."""
    path = run / "checkpoints" / "last.safetensors"
    if not path.exists():
        return 0
    tensors, metadata = checkpoint.load(path)
    try:
        job.program.restore(tensors)
        return max(0, int(metadata["step"]))
    except (KeyError, ValueError):
        # Of another network: its numbers do not matter enough to show no times at all.
        job.program.initialise()
        return 0


def _whole_batches(epoch: Callable[[int], Iterator[Batch]], size: int) -> Callable[[], Batch]:
    """Full batches, one after the other, from the first epoch on and round again."""

    def endless() -> Iterator[Batch]:
        while True:
            yield from (batch for batch in epoch(0) if len(batch[0]) == size)

    batches = endless()
    return lambda: next(batches)


def _walk(
    job: Job,
    program: Program,
    batch: Callable[[], Batch],
    done: int,
    seconds: float,
    after: Callable[[], None],
) -> tuple[float, int]:
    """Update after update for about so many seconds: the median of their seconds, how many."""
    s = job.settings
    at = min(done, s.steps - 1)
    drops = (0,) if s.slowing is not None else ()
    rate = program.module.learning_rate(
        at, at // s.steps_per_epoch, s.steps, s.steps / s.steps_per_epoch, s.steps_per_epoch, *drops
    )
    step = program.step(job.batch)
    found: list[float] = []
    end = time.perf_counter() + seconds
    for t in range(done + 1, done + 1 + MOST_STEPS):
        X, T = batch()
        begin = time.perf_counter()
        step(X.T, T.T, rate, t)
        found.append(time.perf_counter() - begin)
        after()
        if len(found) > 2 * WARM and time.perf_counter() > end:
            break
    return median(found[WARM:]), len(found) - WARM


def _taken(timed: Timed) -> tuple[list[int], list[int]]:
    """What one step wrote, and room for the next one."""
    found = timed.spent.copy(), timed.times.copy()
    timed.clear()
    return found


def _seconds(line: int, rows: list[tuple[list[int], list[int]]], each: float) -> float | None:
    """What a line takes in a step, in seconds, without `each` reading of the clock."""
    own = [max(0.0, spent[line] - times[line] * each) for spent, times in rows if times[line]]
    if not own:
        return None
    taken = median(own) if len(own) == len(rows) else sum(own) / len(rows)
    return taken * 1e-9
