"""From a compilation to a run: data, program, trainer, run directory, checkpoints."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from typing import Any, cast

from specc.batching import batch_size
from specc.checking import step_memory
from specc.diag.diagnostic import Diagnostic, Label
from specc.driver import Compilation, make_plan
from specc.elaborate.claims import show_known
from specc.elaborate.tokens import embeddings
from specc.emit.load import load
from specc.job import Job, refuse_too_large
from specc.lang.bound import Known, LayerUse
from specc.library.augmentation import Augmentation
from specc.library.words import Seed
from specc.model import Model
from specc.pace import settings
from specc.probing import make_probe
from specc.recording import record
from specc.run.augment import Augmented
from specc.run.batches import Batches, Feed
from specc.run.confusion import MOST_CLASSES
from specc.run.control import Control
from specc.run.data import Dataset, Split, prepare
from specc.run.events import Event, Finished, Metrics
from specc.run.program import Program
from specc.run.request import DataRequest
from specc.run.trainer import Trainer
from specc.shapes import value


def load_data(compilation: Compilation, dtype: str | None = None) -> Dataset:
    """The data of a spec, encoded, split and normalised.

    Raises:
        RunError: E0501 to E0510.
    """
    return prepare(data_request(compilation, dtype))


def data_request(compilation: Compilation, dtype: str | None = None) -> DataRequest:
    """What a spec asks of its data."""
    bound, model = compilation.bound, compilation.model
    data = bound.data
    split = data.split
    first = bound.network[0]
    return DataRequest(
        task=model.task,
        outputs=model.outputs,
        features=model.features,
        shape=_input_shape(compilation),
        bounded=data.gives_input and bound.loss.task == "binary",
        folder=compilation.folder,
        dtype=dtype or bound.train.precision,
        source=data.source,  # type: ignore[arg-type]  # the category
        train=data.train,  # type: ignore[arg-type]
        dev=data.dev,  # type: ignore[arg-type]
        test=data.test,  # type: ignore[arg-type]
        split=None
        if split is None
        else Split(split.train, split.dev, split.test, split.seed, split.stratify, split.shuffle),
        normalizer=data.normalize,  # type: ignore[arg-type]
        tokens=model.tokens,
        spans={
            "input": first.layer.span("sizes") if isinstance(first, LayerUse) else None,
            "split": None if split is None else split.span(),
            "loss": bound.loss.span(),
            "source": data.span,
            "embedding": next(
                (e.layer.span("vocabulary") for e in embeddings(bound.network)), None
            ),
        },
    )


def _input_shape(compilation: Compilation) -> tuple[int, ...]:
    """The axes of one example, if there is one input with several of them."""
    inputs = [row for row in compilation.model.layers if row.label == "input"]
    sizes = inputs[0].output[:-1] if len(inputs) == 1 else ()
    return tuple(value(n, {}) for n in sizes) if len(sizes) > 1 else ()


def prepare_job(compilation: Compilation, directory: str, dataset: Dataset | None = None) -> Job:
    """Load the data (unless they are given), make the module, draw the starting values."""
    dataset = dataset or load_data(compilation)
    batch = batch_size(compilation.bound.train, compilation.model, dataset.train.n)
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
        settings(
            compilation, dataset.train.n, batch, directory, compared_classes(compilation.model)
        ),
    )


def compared_classes(model: Model) -> int:
    """How many classes a confusion matrix of this model has; 0 where there is none to show."""
    if model.task in ("real", "input"):
        return 0
    classes = max(model.outputs, 2)
    asked = any(m.word == "confusion" for m in model.metrics)
    return classes if asked or classes <= MOST_CLASSES else 0


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
    yield from record(job, make_trainer(job, control), control, resume=resume)


def make_trainer(job: Job, control: Control | None = None) -> Trainer:
    """The trainer of a job; its events are recorded nowhere."""
    return Trainer(
        job.program,
        job.dataset,
        make_batches(job),
        job.settings,
        control,
        lambda found: _judge(job, found),
        make_probe(job),
    )


def make_batches(job: Job) -> Feed:
    """The batches of the training set, in their order, changed by `augment`."""
    train, changes = job.compilation.bound.train, job.compilation.bound.data.augment
    legacy = train.shuffle.value if isinstance(train.shuffle, Seed) else None
    batches = Batches(
        job.dataset.train, job.batch, train.seed.value, train.shuffle is not False, legacy=legacy
    )
    if not changes:
        return batches
    known = cast("tuple[Augmentation, ...]", changes)
    return Augmented(batches, known, _input_shape(job.compilation), train.seed.value)


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
