"""Runs of the experiments of the course, each once in a session of tests."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from course_chapters import Experiment
from numpy.typing import NDArray

from specc.diag.source import Source
from specc.driver import compile_source
from specc.run.events import Evaluated, Finished, Metrics, Started, Steps
from specc.training import prepare_job, run_job

ROOT = Path(__file__).parents[1]
MODELS = ROOT / "models"
SHARED = Path(os.environ.get("SPECC_DATA", ROOT.parent / "shared" / "data"))
"""Where the data are that are not ours to ship."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a run gave.

    Attributes:
        costs, rates: Of every update, before it.
        batches: Sizes of the batches of an epoch.
        measured: Metrics of the training set by the epoch of their measurement.
    """

    costs: NDArray[np.float64]
    rates: NDArray[np.float64]
    batches: NDArray[np.int64]
    measured: dict[float, Metrics]
    end: Finished

    @property
    def epoch_costs(self) -> NDArray[np.float64]:
        """Means over an epoch, each batch's cost taken before its own update."""
        means: NDArray[np.float64] = self.costs.reshape(-1, len(self.batches)) @ self.batches
        return means / self.batches.sum()

    @property
    def epoch_rates(self) -> NDArray[np.float64]:
        """The learning rate of an epoch, which must not change within it."""
        rates = self.rates.reshape(-1, len(self.batches))
        assert (rates == rates[:, :1]).all()
        return rates[:, 0]

    def costs_of(self, experiment: Experiment) -> NDArray[np.float64]:
        """The costs as the course prints them."""
        return self.epoch_costs if experiment.per_epoch else self.costs

    def train_of(self, experiment: Experiment) -> Metrics:
        """The metrics of the training set at the end, or where the experiment says."""
        return self.end.train if experiment.epochs is None else self.measured[experiment.epochs]


def path_of(experiment: Experiment) -> Path:
    return MODELS / f"{experiment.spec}.dl"


def files_of(path: Path) -> dict[str, Path]:
    """The data files that a spec names, by their names, where they are at hand."""
    found = {}
    for name in re.findall(r'"data/([^"]+)"', path.read_text("utf-8")):
        places = (path.parent / "data", SHARED, SHARED / "mnist")
        found[name] = next((p / name for p in places if (p / name).is_file()), SHARED / name)
    return found


def missing(experiment: Experiment) -> list[str]:
    """The data files that are not at hand."""
    return [name for name, file in files_of(path_of(experiment)).items() if not file.is_file()]


def needed(experiment: Experiment) -> pytest.MarkDecorator:
    """Skips a test of an experiment whose data are not at hand."""
    lacks = missing(experiment)
    return pytest.mark.skipif(bool(lacks), reason=f"{', '.join(lacks)}: not at hand")


def trained(experiment: Experiment, settings: Sequence[str] = ()) -> Run:
    """One run of an experiment, to its end unless `settings` say otherwise."""
    return _trained(experiment.spec, experiment.variant, tuple(settings))


@cache
def _trained(spec: str, variant: str | None, settings: tuple[str, ...]) -> Run:
    path = MODELS / f"{spec}.dl"
    with TemporaryDirectory() as folder:
        (Path(folder) / "data").mkdir()
        for name, file in files_of(path).items():
            os.symlink(file, Path(folder) / "data" / name)
        source = Source(str(Path(folder) / path.name), path.read_text("utf-8"))
        job = prepare_job(compile_source(source, variant, settings), str(Path(folder) / "run"))
        events = list(run_job(job))
    steps = [e for e in events if isinstance(e, Steps)]
    first, last = events[0], events[-1]
    assert isinstance(first, Started)
    assert isinstance(last, Finished)
    n, m = first.examples["train"], first.batch
    return Run(
        costs=np.concatenate([e.costs for e in steps]),
        rates=np.concatenate([e.rates for e in steps]),
        batches=np.array([min(m, n - i) for i in range(0, n, m)]),
        measured={e.epoch: e.train for e in events if isinstance(e, Evaluated)},
        end=last,
    )
