"""From a data source to arrays that are ready for training: load, check, encode, split, normalize.

Nothing of dev or test flows into train: the classes and the statistics of `normalize` come from
training examples alone. Inputs in a mapped file that already have the precision of the run stay
there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.diag.diagnostic import Diagnostic, Help, Label, RunError
from specc.library.shares import PARTS
from specc.library.table import DataSource, Table
from specc.run.intake import load
from specc.run.request import Blame, DataRequest, blame_source
from specc.run.rows import blocks, is_mapped
from specc.run.split import Split, assign
from specc.run.targets import Coding, encode, learn

__all__ = ["DataRequest", "Dataset", "Part", "Split", "normalize", "prepare"]

Floats = NDArray[np.float64]
Rows = NDArray[np.int64] | slice


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The examples of train, dev or test.

    Attributes:
        X: (n, features), C-contiguous, in the precision of the run. With `rows`, a mapped array of
            more examples, of which those rows belong to this part.
        T: the targets of the n examples: class numbers int32 (n,), or numbers (n, k) in the
            precision of the run (0 and 1 where the target is binary), or X itself where the input
            is its own target.
        n: how many examples there are.
        rows: None, or the rows of X (n,) that are the examples.
    """

    X: NDArray[Any]
    T: NDArray[Any]
    n: int
    rows: NDArray[np.int64] | None = None

    def targets(self, n: int) -> NDArray[Any]:
        """The targets of the first n examples."""
        return self.T[:n] if self.T is not self.X or self.rows is None else self.X[self.rows[:n]]


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """All parts, and what new data must go through: x becomes (x - mean) / scale.

    Attributes:
        classes: names of the classes in order of their numbers; empty where there are none.
        labels: the classes as the data writes them, numbers or text.
        mean, scale: (features,) of 64-bit floats; 0 and 1 without `normalize`.
        names: names of the inputs; empty where the source has none.
    """

    train: Part
    dev: Part | None
    test: Part | None
    classes: tuple[str, ...]
    labels: NDArray[Any]
    mean: Floats
    scale: Floats
    features: int
    names: tuple[str, ...]

    @property
    def parts(self) -> dict[str, Part]:
        """The sets that there are, by name: train first, then dev and test."""
        every = {"train": self.train, "dev": self.dev, "test": self.test}
        return {name: part for name, part in every.items() if part is not None}

    @property
    def sizes(self) -> dict[str, int]:
        """How many examples each of them has."""
        return {name: part.n for name, part in self.parts.items()}


def prepare(request: DataRequest) -> Dataset:
    """Load all that a run trains and evaluates on.

    Raises:
        RunError: E0501 to E0510, each with the file, line and column where there is one.
    """
    main = request.source or request.train
    if main is None:
        raise ValueError("a data request needs `source` or `train`")
    blame = blame_source(main, request)
    table = load(main, request)
    coding = learn(table, request.task, request.outputs, request.dtype, blame)
    targets = encode(table, coding, blame)
    rows = _divide(request, table, targets, coding)
    mean, scale = _statistics(request, table, rows["train"], blame)
    parts: dict[str, Part] = {
        name: _part(request, table, targets, chosen, mean, scale, blame)
        for name, chosen in rows.items()
    }
    for name, source in (("dev", request.dev), ("test", request.test)):
        if source is None:
            continue
        if name in parts:
            raise _twice(name, request)
        blame = blame_source(source, request)
        other = load(source, request)
        targets = encode(other, coding, blame)
        parts[name] = _part(request, other, targets, slice(None), mean, scale, blame)
    return Dataset(
        train=parts["train"],
        dev=parts.get("dev"),
        test=parts.get("test"),
        classes=coding.classes,
        labels=coding.labels,
        mean=mean,
        scale=scale,
        features=request.features,
        names=table.columns,
    )


def further_part(
    source: DataSource, request: DataRequest, labels: NDArray[Any], mean: Floats, scale: Floats
) -> Part:
    """All examples of a further source, as those that a network was trained on.

    Args:
        request: What is asked of the source; its `normalizer` is None.
        labels: the classes of the training set in order of their numbers.
        mean, scale: what its inputs were normalised by.

    Raises:
        RunError: E0501 to E0510; E0504 for a label that the training set does not have.
    """
    blame = blame_source(source, request)
    table = load(source, request)
    coding = Coding(request.task, request.outputs, request.dtype, labels)
    targets = encode(table, coding, blame)
    return _part(request, table, targets, slice(None), mean, scale, blame)


def normalize(
    X: NDArray[Any],
    mean: Floats,
    scale: Floats,
    dtype: str,
    rows: NDArray[np.int64] | None = None,
) -> NDArray[Any]:
    """Inputs, or those `rows` of them, as training sees them: (X - mean) / scale, in 64 bits."""
    out = np.empty((len(X) if rows is None else len(rows), X.shape[1]), dtype)
    start = 0
    with np.errstate(over="ignore", invalid="ignore"):
        for block in blocks(X, rows):
            stop = start + len(block)
            centred = np.subtract(block, mean, dtype=np.float64)
            np.divide(centred, scale, out=out[start:stop], casting="same_kind")
            start = stop
    return out


def _divide(
    request: DataRequest, table: Table, targets: NDArray[Any], coding: Coding
) -> dict[str, Rows]:
    """The rows of each part that the main source gives."""
    if request.split is None:
        return {"train": slice(None)}
    labels = None
    if request.task in ("classes", "binary") and (targets.ndim == 1 or targets.shape[1] == 1):
        labels = targets.reshape(-1).astype(np.int64)
    span = request.spans.get("split")
    given = assign(table.examples, request.split, labels, coding.classes, span)
    return {name: _run(rows) for name, rows in zip(PARTS, given, strict=True) if len(rows)}


def _run(rows: NDArray[np.int64]) -> Rows:
    """Neighbouring rows in their order as a slice, which costs no copy."""
    first, last = int(rows[0]), int(rows[-1])
    if last - first + 1 == len(rows) and (np.diff(rows) == 1).all():
        return slice(first, last + 1)
    return rows


def _statistics(
    request: DataRequest, table: Table, rows: Rows, blame: Blame
) -> tuple[Floats, Floats]:
    if request.normalizer is None:
        return np.zeros(table.features), np.ones(table.features)
    X, chosen = _select(table.inputs, rows)

    def walk() -> Iterator[Floats]:
        for block in blocks(X, chosen):
            yield block.astype(np.float64)

    with np.errstate(over="ignore", invalid="ignore"):
        mean, scale = request.normalizer.statistics(walk, table.features)
    for tokens in request.tokens:
        mean[tokens.start : tokens.stop] = 0
        scale[tokens.start : tokens.stop] = 1
    sound = np.isfinite(mean) & np.isfinite(scale)
    if not sound.all():
        place = table.where(0, int(np.argmin(sound)))
        raise blame(
            "E0505",
            "the values of an input are too large to normalize",
            "holds values too large",
            f"its first value: {place}",
        )
    return mean, scale


def _part(
    request: DataRequest,
    table: Table,
    targets: NDArray[Any],
    rows: Rows,
    mean: Floats,
    scale: Floats,
    blame: Blame,
) -> Part:
    X, chosen = _select(table.inputs, rows)
    n = len(X) if chosen is None else len(chosen)
    ready = (
        request.normalizer is None
        and not mean.any()
        and (scale == 1).all()
        and X.dtype == np.dtype(request.dtype)
        and X.flags.c_contiguous
        and X.flags.aligned
    )
    if ready and chosen is not None and is_mapped(X):
        # In the order of the file, so that batches can be drawn from neighbouring pages.
        rows = chosen = np.sort(chosen)
    elif not (ready and chosen is None):
        values = normalize(X, mean, scale, request.dtype, chosen)
        if not np.isfinite(values).all():
            row, column = np.argwhere(~np.isfinite(values))[0].tolist()
            row = int(np.arange(table.examples)[rows][row])
            raise blame(
                "E0505",
                f"the value {table.inputs[row, column]:g} does not fit into {request.dtype}",
                f"holds a value too large for {request.dtype}",
                table.where(row, column),
            )
        X, chosen = values, None
    if request.bounded:
        _check_bounded(X, chosen, table, rows, blame)
    T = X if request.task == "input" else np.ascontiguousarray(targets[rows])
    return Part(X, T, n, chosen)


def _check_bounded(
    X: NDArray[Any],
    chosen: NDArray[np.int64] | None,
    table: Table,
    rows: Rows,
    blame: Blame,
) -> None:
    """E0505 where a target of `binary_cross_entropy` is not between 0 and 1."""
    start = 0
    for block in blocks(X, chosen):
        outside = (block < 0) | (block > 1)
        if outside.any():
            row, column = np.argwhere(outside)[0].tolist()
            raise blame(
                "E0505",
                f"the input holds {block[row, column]:g}, and as a target of "
                "`binary_cross_entropy` it lies between 0 and 1",
                "gives values outside 0 to 1",
                table.where(int(np.arange(table.examples)[rows][start + row]), column),
                "that is its value after `normalize`, which takes the range of train",
                helps=(
                    Help("bring pixels there by `normalize scale(1/255)`"),
                    Help("or take a loss for any numbers, such as `mse`"),
                ),
            )
        start += len(block)


def _select(X: NDArray[Any], rows: Rows) -> tuple[NDArray[Any], NDArray[np.int64] | None]:
    return (X[rows], None) if isinstance(rows, slice) else (X, rows)


def _twice(name: str, request: DataRequest) -> RunError:
    span = request.spans.get("split")
    return RunError(
        Diagnostic(
            "E0509",
            f"`{name}` is a share of `split` and has a source of its own",
            Label(span, f"gives `{name}` too") if span else None,
            helps=(Help(f"leave `{name}` out of `split`, or remove its source"),),
        )
    )
