"""From a compilation to a run: data, program, trainer, run directory, checkpoints."""

from __future__ import annotations

import datetime
import json
import math
import os
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from specc.diag.diagnostic import Diagnostic, Help, Label, RunError
from specc.driver import Compilation, make_plan, step_memory
from specc.elaborate.claims import show_known
from specc.emit.load import load
from specc.job import Job, refuse_too_large, run_info, spec_digest
from specc.lang.bound import Known, LayerUse
from specc.library.words import Duration, Seed
from specc.run import checkpoint
from specc.run.atomic import error
from specc.run.batches import Batches
from specc.run.control import Control
from specc.run.data import Dataset, Split, prepare
from specc.run.events import Checkpointed, Evaluated, Event, Finished, Metrics
from specc.run.program import Program
from specc.run.request import DataRequest
from specc.run.store import RunStore
from specc.run.trainer import Best, Settings, Trainer, Watch

CHECKPOINT_SECONDS = 10.0
"""A kill loses at most the steps of this time."""
EVALUATIONS = 200
"""Measurements of a run whose spec does not say how often to measure."""


def load_data(compilation: Compilation, dtype: str | None = None) -> Dataset:
    """The data of a spec, encoded, split and normalised.

    Raises:
        RunError: E0501 to E0510.
    """
    bound, model = compilation.bound, compilation.model
    data = bound.data
    split = data.split
    first = bound.network[0]
    return prepare(
        DataRequest(
            task=model.task,
            outputs=model.outputs,
            features=model.features,
            folder=compilation.folder,
            dtype=dtype or bound.train.precision,
            source=data.source,  # type: ignore[arg-type]  # the category
            train=data.train,  # type: ignore[arg-type]
            dev=data.dev,  # type: ignore[arg-type]
            test=data.test,  # type: ignore[arg-type]
            split=None
            if split is None
            else Split(
                split.train, split.dev, split.test, split.seed, split.stratify, split.shuffle
            ),
            normalizer=data.normalize,  # type: ignore[arg-type]
            spans={
                "input": first.layer.span("sizes") if isinstance(first, LayerUse) else None,
                "split": None if split is None else split.span(),
                "loss": bound.loss.span(),
                "source": data.span,
            },
        )
    )


def batch_size(compilation: Compilation, dataset: Dataset) -> int:
    """Examples per update; `batch full` and batches above the training set take all of it."""
    wanted = compilation.bound.train.batch
    return dataset.train.n if wanted is None else min(wanted, dataset.train.n)


def prepare_job(compilation: Compilation, directory: str) -> Job:
    """Load the data, make and load the module, draw the starting values."""
    dataset = load_data(compilation)
    batch = batch_size(compilation, dataset)
    planned = make_plan(compilation, batch)
    refuse_too_large(compilation, planned)
    program = Program(
        load(planned.program.text),
        examples=dataset.train.n,
        seed=compilation.bound.train.seed.value,
        metrics=compilation.model.metrics,
    )
    program.initialise()
    return Job(
        compilation,
        dataset,
        planned,
        program,
        batch,
        _settings(compilation, dataset, batch, directory),
    )


def _settings(compilation: Compilation, dataset: Dataset, batch: int, directory: str) -> Settings:
    train = compilation.bound.train
    per_epoch = -(-dataset.train.n // batch)
    run = train.run
    seconds = run.amount if run.unit == "seconds" else None
    steps = 2**62 if seconds is not None else _steps(run, per_epoch, 0)
    watch = None
    if train.stop is not None:
        part, _, metric = str(getattr(train.stop, "on", "dev.cost")).partition(".")
        patience = _steps(getattr(train.stop, "patience"), per_epoch, steps)  # noqa: B009 - of one Stop
        watch = Watch(part, metric, patience, float(getattr(train.stop, "delta", 0.0)))
    if train.log is not None:
        every = _steps(train.log, per_epoch, steps)
    elif watch is not None or seconds is not None:
        every = per_epoch
    else:
        every = per_epoch * max(1, steps // per_epoch // EVALUATIONS)
    return Settings(directory, batch, steps, per_epoch, max(1, every), seconds, watch)


def _steps(duration: Duration, per_epoch: int, whole: int) -> int:
    """A duration in updates."""
    if duration.unit == "epochs":
        return max(1, math.ceil(duration.amount * per_epoch - 1e-9))
    if duration.unit == "steps":
        return max(1, round(duration.amount))
    if duration.unit == "share":
        return max(1, round(duration.amount * whole))
    raise RunError(
        Diagnostic(
            "E0206", f"{duration} is no number of steps", helps=(Help("give epochs or steps"),)
        )
    )


def default_directory(compilation: Compilation) -> str:
    """`runs/NAME-TIME`, with the variant in the name."""
    stamp = datetime.datetime.now().strftime("%Y%m%d-%H%M%S")
    variant = f"-{compilation.bound.variant}" if compilation.bound.variant else ""
    base = os.path.join("runs", f"{compilation.model.name}{variant}-{stamp}")
    name, count = base, 1
    while os.path.exists(name):
        count += 1
        name = f"{base}-{count}"
    return name


def run_job(job: Job, control: Control | None = None, *, resume: bool = False) -> Iterator[Event]:
    """Train and record; yields every event after it is on its way to the run directory.

    Raises:
        RunError: E0511, the run directory cannot be written; E0512, there is nothing to resume.
    """
    trainer = Trainer(
        job.program,
        job.dataset,
        _batches(job),
        job.settings,
        control,
        lambda found: _judge(job, found),
    )
    text = job.compilation.source.text
    make = RunStore.resume if resume else RunStore.create
    with make(job.settings.directory, run_info(job), text, job.planned.program.text) as store:
        if resume and store.checkpoint("last").exists():
            _restore(job, trainer, store)
        commands = Path(job.settings.directory) / "control"
        keeper = _Keeper(job, trainer, store)
        with control.follow(commands) if control is not None else nullcontext():
            for event in trainer.run():
                for extra in keeper.see(event):
                    store.consume(extra)
                    yield extra
                store.consume(event)
                yield event


def _batches(job: Job) -> Batches:
    train = job.compilation.bound.train
    legacy = train.shuffle.value if isinstance(train.shuffle, Seed) else None
    return Batches(
        job.dataset.train, job.batch, train.seed.value, train.shuffle is not False, legacy=legacy
    )


class _Keeper:
    """Writes checkpoints: from time to time, and at the end."""

    def __init__(self, job: Job, trainer: Trainer, store: RunStore) -> None:
        self.job, self.trainer, self.store = job, trainer, store
        self.written = time.monotonic()
        self.best = -1

    def see(self, event: Event) -> Iterator[Event]:
        late = time.monotonic() - self.written >= CHECKPOINT_SECONDS
        if isinstance(event, Finished) or (isinstance(event, Evaluated) and late):
            self.written = time.monotonic()
            diverged = isinstance(event, Finished) and event.status == "diverged"
            if not diverged:
                yield self._write("last", self.job.program.snapshot(), self.trainer.done)
            best = self.trainer.best
            if best.step > self.best:
                self.best = best.step
                yield self._write("best", best.tensors, best.step)

    def _write(self, name: str, tensors: dict[str, Any], step: int) -> Event:
        best = self.trainer.best
        metadata = {
            "step": str(step),
            "seconds": repr(self.trainer.spent),
            "best.step": str(best.step),
            "best.value": repr(best.value),
            "best.train": json.dumps(best.train),
            "best.dev": json.dumps(best.dev),
            "spec": spec_digest(self.job),
        }
        checkpoint.save(self.store.checkpoint(name), tensors, metadata)
        return Checkpointed(step, name)


def _restore(job: Job, trainer: Trainer, store: RunStore) -> None:
    """Put the last checkpoint back; a run that was killed before its first one begins anew."""
    tensors, metadata = checkpoint.load(store.checkpoint("last"))
    try:
        job.program.restore(tensors)
        best = Best(float(metadata["best.value"]), int(metadata["best.step"]))
        best.epoch = best.step / job.settings.steps_per_epoch
        best.train = json.loads(metadata["best.train"])
        best.dev = json.loads(metadata["best.dev"])
        trainer.resume(int(metadata["step"]), float(metadata["seconds"]), best)
    except (KeyError, ValueError) as problem:
        raise error(
            "E0512",
            f"the checkpoint in `{store.directory}` is of another network",
            notes=(str(problem),),
            fix="start a new run",
        ) from None
    if best.step >= 0 and store.checkpoint("best").exists():
        best.tensors, _ = checkpoint.load(store.checkpoint("best"))


def _judge(job: Job, found: dict[str, Metrics | None]) -> tuple[dict[str, Any], ...]:
    """Every claim of `expect` with its value."""
    results: list[dict[str, Any]] = []
    known: dict[str, Known] = dict(job.compilation.model.static)
    known["memory"] = float(step_memory(job.compilation.model, job.planned.plan))
    for part, metrics in found.items():
        known |= {f"{part}.{name}": value for name, value in (metrics or {}).items()}
    for claim in job.compilation.bound.expect:
        value = claim.value(lambda name: known[name])
        results.append({"claim": claim.text, "holds": claim.holds(value), "value": value})
    return tuple(results)


def missing_expectations(compilation: Compilation, event: Finished) -> tuple[Diagnostic, ...]:
    """E0406 for every claim of `expect` that does not hold at the end of a run."""
    values = {c["claim"]: c["value"] for c in event.expect if not c["holds"]}
    return tuple(
        Diagnostic(
            "E0406",
            f"`{claim.text}` does not hold: it is {show_known(values[claim.text])}",
            Label(claim.span, f"is {show_known(values[claim.text])}"),
        )
        for claim in compilation.bound.expect
        if claim.text in values
    )
