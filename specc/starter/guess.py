"""What a data file is probably for: the part that a starter spec is written from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from specc.library.table import Table
from specc.library.words import Task

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEW = 20
"""Different whole numbers that still are classes rather than amounts."""
TOLD = 6
"""Classes that are listed by name."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What was made out of a file.

    Attributes:
        sources: The statements of `data` that name the examples, without the split.
        task, outputs: What is predicted, and the units of the last layer.
        smallest: Examples of the rarest class; 0 where there are no classes.
        apart: Whether train and dev are given apart.
        normalize: The word behind `normalize`.
        notes: What was guessed, a line each.
    """

    sources: tuple[str, ...]
    features: int
    examples: int
    task: Task
    outputs: int
    smallest: int
    notes: tuple[str, ...]
    apart: bool = False
    normalize: str = "standard"


def from_table(table: Table, sources: tuple[str, ...], notes: tuple[str, ...]) -> Guess:
    """The task that the target of a table asks for."""
    import numpy as np

    target = table.target
    plain = Guess(sources, table.features, table.examples, "real", 1, 0, notes)
    if target is None or target.ndim > 1:
        columns = 1 if target is None else int(target.shape[1])
        said = f"{columns} numbers per example to predict, so `mse`"
        return replace(plain, outputs=columns, notes=(*notes, f"task      {said}"))
    labels, counts = np.unique(target, return_counts=True)
    text = labels.dtype.kind == "U"
    whole = text or bool((labels == np.floor(labels)).all())
    if len(labels) == 2:
        said = f"one of two values ({_listed(labels, counts)}), so `binary_cross_entropy`"
        task: Task = "binary"
        outputs = 1
    elif len(labels) > 1 and (text or (whole and _are_classes(labels, table.examples))):
        outputs = _outputs(labels)
        said = f"one of {outputs} classes ({_listed(labels, counts)}), so `cross_entropy`"
        task = "classes"
    else:
        low, high = float(target.min()), float(target.max())
        said = f"a number from {low:g} to {high:g}, so `mse`"
        more = (f"task      {said}", *_far_away(target))
        return replace(plain, notes=(*notes, *more))
    return replace(
        plain,
        task=task,
        outputs=outputs,
        smallest=int(counts.min()),
        notes=(*notes, f"task      {said}"),
    )


def _are_classes(labels: NDArray[Any], examples: int) -> bool:
    """Few different whole numbers, each of which comes more than once."""
    return len(labels) <= FEW and examples >= 2 * len(labels)


def _outputs(labels: NDArray[Any]) -> int:
    """Units of the last layer; numbers that start at 0 are numbers of classes, with gaps or not."""
    if labels.dtype.kind != "U" and labels[0] == 0:
        return int(labels[-1]) + 1
    return len(labels)


def _listed(labels: NDArray[Any], counts: NDArray[Any]) -> str:
    from specc.library.files import show

    names = [f"{x:g}" if labels.dtype.kind != "U" else show(str(x), 20) for x in labels[:TOLD]]
    told = [f"{name}: {count:,}" for name, count in zip(names, counts.tolist(), strict=False)]
    rest = [f"{len(labels) - TOLD} more"] if len(labels) > TOLD else []
    return ", ".join([*told, *rest])


def _far_away(target: NDArray[Any]) -> tuple[str, ...]:
    """A word of warning about targets that a fresh network needs long to reach."""
    reach = float(abs(target).max())
    if reach <= 100:
        return ()
    power = f"{10 ** (len(str(int(reach))) - 1):_}"
    return (f"          large: divided by {power} in the file, it would be learnt sooner",)
