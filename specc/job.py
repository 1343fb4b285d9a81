"""Everything that a run needs, nothing of it started: whether it fits, what its run.json says."""

from __future__ import annotations

import datetime
import hashlib
import os
import platform
from dataclasses import dataclass
from typing import Any

import numpy as np

from specc.checking import step_memory
from specc.diag.amounts import byte_amount
from specc.diag.diagnostic import Diagnostic, Help, Label, RunError
from specc.dimensions import run_rows
from specc.driver import Compilation, Planned
from specc.ir.text import show_graph
from specc.run.data import Dataset
from specc.run.program import Program
from specc.run.rows import sample
from specc.run.settings import Settings
from specc.version import __version__

HASHED_BYTES = 1 << 26
"""Of the inputs; a larger set is sampled."""


@dataclass(frozen=True, slots=True)
class Job:
    """Everything that a run needs, nothing of it started."""

    compilation: Compilation
    dataset: Dataset
    planned: Planned
    program: Program
    batch: int
    settings: Settings


def refuse_too_large(compilation: Compilation, planned: Planned) -> None:
    """E0514 before anything is allocated, where the machine cannot hold a run."""
    state = step_memory(compilation.model, planned.plan)
    wanted = state + planned.evaluation.arena
    try:
        there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return  # a system that does not tell
    if wanted > there:
        needs, has = byte_amount(wanted), byte_amount(there)
        raise RunError(
            Diagnostic(
                "E0514",
                f"the run needs {needs} of memory, and this machine has {has}",
                Label(compilation.bound.network[0].step.span, "the network from here on"),
                notes=(
                    f"{compilation.model.size:,} parameters, as many gradients and "
                    f"{len(compilation.model.optimizer.slots)} state vectors of the optimiser; "
                    f"{byte_amount(planned.plan.arena)} of buffers for {planned.plan.batch} "
                    "examples",
                ),
                helps=(Help("make the layers or the batch smaller"),),
            )
        )


def spec_digest(job: Job) -> str:
    """A hash over all that decides what a run does, but its data."""
    bound = job.compilation.bound
    train = bound.train
    run = [train.run, train.batch, train.seed, train.shuffle, train.stop, train.log]
    text = f"{job.compilation.source.text}\0{bound.variant}\0{run}\0{job.planned.program.text}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def network_digest(compilation: Compilation) -> str:
    """A hash over what the network computes, whatever it is trained with."""
    text = show_graph(compilation.model.evaluate)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def digests(job: Job) -> dict[str, str]:
    """The hashes of a run: what must be the same for it to go on, or to be used."""
    return {
        "spec": spec_digest(job),
        "data": data_digest(job.dataset),
        "network": network_digest(job.compilation),
    }


def run_info(job: Job) -> dict[str, Any]:
    """The contents of run.json."""
    bound, model, settings = job.compilation.bound, job.compilation.model, job.settings
    timed = settings.seconds is not None
    return {
        "name": model.name,
        "spec": os.path.abspath(job.compilation.source.path),
        "variant": bound.variant,
        "set": list(job.compilation.settings),
        "seed": bound.train.seed.value,
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "pid": os.getpid(),
        "machine": {"system": platform.platform(), "processor": platform.machine()},
        "versions": {
            "specc": __version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
        },
        "hashes": digests(job),
        "precision": bound.train.precision,
        "batch": job.batch,
        "steps": 0 if timed else settings.steps,
        "epochs": 0 if timed else settings.steps / settings.steps_per_epoch,
        "steps_per_epoch": settings.steps_per_epoch,
        "examples": job.dataset.sizes,
        "parameters": model.size,
        "metrics": [m.word for m in model.metrics],
        "loss": bound.loss.word,
        "optimizer": str(bound.optimizer),
        "settings": _shown_settings(job),
        "layers": run_rows(model, job.batch, job.program.arrays(job.batch)),
    }


def _shown_settings(job: Job) -> list[list[str]]:
    bound = job.compilation.bound
    rows = [
        ["init", str(bound.init)],
        ["loss", bound.loss.word],
        ["regularize", ", ".join(map(str, bound.regularize)) or "none"],
        ["optimizer", str(bound.optimizer)],
        ["schedule", " then ".join(map(str, bound.schedule)) or "constant"],
        ["augment", ", ".join(map(str, bound.data.augment)) or "none"],
        ["run", str(bound.train.run)],
        ["batch", str(job.batch)],
        ["seed", str(bound.train.seed)],
        ["precision", bound.train.precision],
    ]
    return rows


def data_digest(dataset: Dataset) -> str:
    """A hash over the training set, of an even sample of its rows where it is large: enough to
    notice other data at a resume."""
    part = dataset.train
    digest = hashlib.blake2b(digest_size=32)
    digest.update(str((part.n, dataset.features)).encode())
    digest.update(dataset.mean.tobytes() + dataset.scale.tobytes())
    for block in sample(part.X, part.rows, HASHED_BYTES):
        digest.update(np.ascontiguousarray(block).tobytes())
    if part.T is not part.X:
        every = max(1, part.T.nbytes // HASHED_BYTES)
        digest.update(np.ascontiguousarray(part.T[::every]).tobytes())
    return digest.hexdigest()
