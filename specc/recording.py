"""A run and its directory: events as they come, checkpoints from time to time, and going on."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from specc.job import Job, run_info
from specc.run import checkpoint
from specc.run.atomic import error
from specc.run.control import Control
from specc.run.events import Checkpointed, Evaluated, Event, Finished
from specc.run.preparation import Preparation
from specc.run.store import RunStore
from specc.run.trainer import Best, Trainer
from specc.trained import identity

CHECKPOINT_SECONDS = 10.0
"""A kill loses at most the steps of this time."""


def record(
    job: Job, trainer: Trainer, control: Control | None = None, *, resume: bool = False
) -> Iterator[Event]:
    """Run a trainer and record its events, as `run_job` does."""
    text = job.compilation.source.text
    make = RunStore.resume if resume else RunStore.create
    info = run_info(job)
    with make(job.settings.directory, info, text, job.planned.program.text) as store:
        if resume and store.checkpoint("last").exists():
            _restore(job, trainer, store)
        commands = Path(job.settings.directory) / "control"
        keeper = _Keeper(job, trainer, store, info["hashes"])
        trainer.keep = keeper.keep
        with control.follow(commands) if control is not None else nullcontext():
            for event in trainer.run():
                for extra in keeper.see(event):
                    store.consume(extra)
                    yield extra
                store.consume(event)
                yield event


class _Keeper:
    """Writes checkpoints: from time to time, and at the end."""

    def __init__(self, job: Job, trainer: Trainer, store: RunStore, hashes: dict[str, str]) -> None:
        self.job, self.trainer, self.store = job, trainer, store
        preparation = Preparation.of(job.dataset)
        self.tensors = preparation.tensors()
        self.texts = preparation.metadata() | {"spec": hashes["spec"]}
        self.texts |= identity(job.compilation, job.dataset.train.n, hashes)
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

    def keep(self) -> None:
        """Write the present state because someone wants to see it; that is no event."""
        self._write("last", self.job.program.snapshot(), self.trainer.done)

    def _write(self, name: str, tensors: dict[str, Any], step: int) -> Event:
        best = self.trainer.best
        metadata = {
            "step": str(step),
            "seconds": repr(self.trainer.spent),
            "best.step": str(best.step),
            "best.value": repr(best.value),
            "best.train": json.dumps(best.train),
            "best.dev": json.dumps(best.dev),
        }
        if self.trainer.plateau is not None:
            metadata["plateau"] = self.trainer.plateau.dump()
        checkpoint.save(self.store.checkpoint(name), tensors | self.tensors, metadata | self.texts)
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
        if trainer.plateau is not None:
            trainer.plateau.load(metadata["plateau"])
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
