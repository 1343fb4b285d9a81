"""A training run as a Python program sees it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from specc.api.predicting import Fitted, Predicting, Which
from specc.job import Job, digests
from specc.recording import record
from specc.run.control import Command, Control
from specc.run.events import Evaluated, Event, Finished
from specc.run.preparation import Preparation
from specc.trained import make_predictor
from specc.training import make_trainer


class Run(Predicting):
    """A run that trains as it is iterated over, and predicts by what it has learnt so far.

        for event in run: ...     every event, see `specc.run.events`
        run.fit()                 to the end
        run.predict(X)            by the best state so far

    Attributes:
        directory: The run directory, None if nothing is recorded.
        history: The measurements so far: step, epoch, metrics of train and dev.
        result: How it ended, None before that.
    """

    def __init__(self, job: Job, directory: str | None) -> None:
        self.directory = directory
        self.history: list[Evaluated] = []
        self.result: Finished | None = None
        self._job = job
        self._control = Control()
        self._trainer = make_trainer(job, self._control)
        self._made: tuple[Which, int, Fitted] | None = None
        self._events = self._follow()

    @property
    def source(self) -> str:
        """The text of the NumPy program that trains."""
        return self._job.planned.program.text

    @property
    def step(self) -> int:
        """Updates that are done."""
        return self._trainer.done

    def __iter__(self) -> Iterator[Event]:
        return self._events

    def fit(self) -> Run:
        """Train to the end; returns the run itself.

        Raises:
            RunError: E0511, the run directory cannot be written.
        """
        for _ in self._events:
            pass
        return self

    def stop(self) -> None:
        """End the run after the update it is in; whoever iterates gets its last events."""
        self._control.put(Command("stop"))

    def __repr__(self) -> str:
        status = f"after {self.step:,} steps" if self.result is None else self.result.status
        return f"<Run of {self._job.compilation.model.name}: {status}>"

    def _follow(self) -> Iterator[Event]:
        events = (
            self._trainer.run()
            if self.directory is None
            else record(self._job, self._trainer, self._control)
        )
        for event in events:
            if isinstance(event, Evaluated):
                self.history.append(event)
            if isinstance(event, Finished):
                self.result = event
            yield event

    def _fitted(self, checkpoint: Which) -> Fitted:
        if checkpoint not in ("best", "last"):
            raise ValueError(f"checkpoint is `best` or `last`, not {checkpoint!r}")
        best = self._trainer.best
        which: Which = checkpoint if best.tensors else "last"
        step = best.step if which == "best" else self._trainer.done
        if self._made is not None and self._made[:2] == (which, step):
            return self._made[2]
        tensors: dict[str, NDArray[Any]] = (
            best.tensors if which == "best" else self._job.program.snapshot()
        )
        job = self._job
        if self._made is None:
            # A program of its own: the one that trains must not be touched.
            predictor = make_predictor(
                job.compilation, Preparation.of(job.dataset), job.dataset.train.n, tensors
            )
            fitted = Fitted(job.compilation, predictor, step, digests(job))
        else:
            fitted = replace(self._made[2], step=step)
            fitted.predictor.program.restore(tensors)
        self._made = (which, step, fitted)
        return self._made[2]
