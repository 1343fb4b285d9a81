"""A run and its directory: events as they come, checkpoints from time to time, and going on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from specc.job import Job, run_info
from specc.run import checkpoint
from specc.run.atomic import error
from specc.run.control import Control
from specc.run.events import Checkpointed, Event, Finished
from specc.run.numbered import numbered, prune
from specc.run.preparation import Preparation
from specc.run.store import RunStore
from specc.run.trainer import Best, Trainer
from specc.trained import identity


def record(
    job: Job, trainer: Trainer, control: Control | None = None, *, resume: bool = False
) -> Iterator[Event]:
    """Run a trainer and record its events, as `run_job` does."""
    text = job.compilation.source.text
    make = RunStore.resume if resume else RunStore.create
    info = run_info(job)
    with make(job.settings.directory, info, text, job.planned.program.text) as store:
        keeper = _Keeper(job, trainer, store, info["hashes"])
        if resume and store.checkpoint("last").exists():
            keeper.best = _restore(job, trainer, store)
            prune(keeper.folder, keeper.count, trainer.done)
        commands = Path(job.settings.directory) / "control"
        trainer.save = keeper.save
        with control.follow(commands) if control is not None else nullcontext():
            for event in trainer.run():
                if isinstance(event, Finished):
                    for written in keeper.finish(event):
                        store.consume(written)
                        yield written
                store.consume(event)
                yield event


class _Keeper:
    """Writes checkpoints: when the trainer says so, and at the end.

    Attributes:
        folder: Where they are.
        count: How many numbered ones stay.
        best: The step of the best state that is written.
        last: The step of the last state that is.
    """

    def __init__(self, job: Job, trainer: Trainer, store: RunStore, hashes: dict[str, str]) -> None:
        self.job, self.trainer, self.store = job, trainer, store
        preparation = Preparation.of(job.dataset)
        self.tensors = preparation.tensors()
        self.texts = preparation.metadata() | {"spec": hashes["spec"]}
        self.texts |= identity(job.compilation, job.dataset.train.n, hashes)
        self.folder = store.checkpoint("last").parent
        written = job.compilation.bound.train.checkpoint
        self.count = 0 if written is None else written.keep
        self.best = self.last = -1

    def save(self, regular: bool) -> Iterator[Event]:
        """Write the present state; one that someone only wants to see is not numbered.

        `last` comes after `best`, which it refers to, and after the numbered one: what is resumed
        from it then lacks nothing, whenever the run was killed.
        """
        step, tensors = self.trainer.done, self.job.program.snapshot()
        yield from self._best()
        if regular and self.count:
            yield self._write(numbered(step), tensors, step)
        yield self._write("last", tensors, step)
        self.last = step
        if regular:
            prune(self.folder, self.count, step)

    def finish(self, end: Finished) -> Iterator[Event]:
        """Write the state at the end, unless it is lost or there already."""
        yield from self._best()
        if end.status != "diverged" and self.last != self.trainer.done:
            yield self._write("last", self.job.program.snapshot(), self.trainer.done)

    def _best(self) -> Iterator[Event]:
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
        }
        if self.trainer.plateau is not None:
            metadata["plateau"] = self.trainer.plateau.dump()
        checkpoint.save(self.store.checkpoint(name), tensors | self.tensors, metadata | self.texts)
        return Checkpointed(step, name)


def _restore(job: Job, trainer: Trainer, store: RunStore) -> int:
    """Put the last checkpoint back; a run that was killed before its first one begins anew. Gives
    the step of the best state, which is a later one where the run was killed between the two.
    """
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
    if best.step < 0 or not store.checkpoint("best").exists():
        return -1
    best.tensors, metadata = checkpoint.load(store.checkpoint("best"))
    written = metadata.get("step", "")
    return max(best.step, int(written) if written.isdecimal() else -1)
