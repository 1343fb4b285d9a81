"""Which examples go to train, dev and test: a pure function of sizes, seed and labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.diag.diagnostic import Diagnostic, Help, Label, RunError
from specc.diag.source import Span
from specc.library.shares import PARTS, SLACK, empty_part, part_sizes
from specc.run.randomness import generator


@dataclass(frozen=True, slots=True)
class Split:
    """The `split` statement: shares of all examples, which may leave some unused.

    Attributes:
        shuffle: draw the parts at random; else train is the first part of the file, test the last.
        stratify: give each part the classes in the same shares.
    """

    train: float
    dev: float = 0.0
    test: float = 0.0
    seed: int = 1
    stratify: bool = False
    shuffle: bool = True

    @property
    def shares(self) -> tuple[float, float, float]:
        return (self.train, self.dev, self.test)


def sizes(examples: int, split: Split, span: Span | None = None) -> tuple[int, int, int]:
    """How many examples each part gets: see `part_sizes`.

    Raises:
        RunError: E0509 if the shares are impossible, or leave a part without an example.
    """
    total = sum(split.shares)
    if not all(0 <= share <= 1 for share in split.shares):
        raise _impossible("a share of `split` is not between 0% and 100%", span, "impossible share")
    if total > 1 + SLACK:
        message = f"the shares of `split` add up to {100 * total:.6g}%, more than 100%"
        raise _impossible(message, span, "adds up to more than 100%")
    empty = empty_part(examples, split.shares, span)
    if empty is not None:
        raise RunError(empty)
    return part_sizes(examples, split.shares)


def assign(
    examples: int,
    split: Split,
    labels: NDArray[Any] | None = None,
    classes: tuple[str, ...] = (),
    span: Span | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The example numbers of train, dev and test, in the order in which they are kept.

    Stratified parts have exactly the sizes of unstratified ones. Train gets the share of each class
    that it should have, rounded up or down; dev and test do so among what train leaves.

    Args:
        labels: class numbers (examples,) where the target is one of classes; needed for `stratify`.
        classes: the names of the classes, for messages.

    Raises:
        RunError: E0509 as `sizes`, and where a class is too small to be stratified.
    """
    counts = sizes(examples, split, span)
    order = (
        generator(split.seed, "split").permutation(examples)
        if split.shuffle
        else np.arange(examples)
    )
    if not split.stratify:
        ends = np.cumsum(counts)
        first, second, third, _ = np.split(order, ends)
        return first, second, third
    if labels is None:
        raise _impossible("`stratify` needs a target with classes", span, "there are no classes")
    members = np.bincount(labels, minlength=len(classes))
    if (members == 1).any():
        raise _too_small(classes[int(np.argmax(members == 1))], span)
    by_class = order[np.argsort(labels[order], kind="stable")]
    part = np.full(examples, len(PARTS))
    left = by_class
    for number, count in enumerate(counts):
        chosen = _evenly(len(left), count)
        part[left[chosen]] = number
        left = left[~chosen]
    present = np.bincount(labels[part == 0], minlength=len(members))
    if ((present == 0) & (members > 0)).any():
        missed = int(np.argmax((present == 0) & (members > 0)))
        raise _impossible(
            f"`stratify` leaves no example of class `{classes[missed]}` for `train`",
            span,
            "`train` is too small",
            notes=(f"the class has {members[missed]} examples",),
        )
    first, second, third = (order[part[order] == number] for number in range(len(PARTS)))
    return first, second, third


def _evenly(positions: int, count: int) -> NDArray[np.bool_]:
    """`count` of `positions` chosen at even distances.

    Any run of r neighbours holds its share r * count / positions rounded up or down, so over
    examples in order of class every class gets its share.
    """
    steps = np.arange(positions + 1, dtype=np.int64) * count // max(positions, 1)
    return np.diff(steps).astype(bool)


def _too_small(name: str, span: Span | None) -> RunError:
    return _impossible(
        f"class `{name}` has 1 example, and `stratify` needs at least 2",
        span,
        "cannot be stratified",
        helps=(Help("leave `stratify` out, or remove the class"),),
    )


def _impossible(
    message: str,
    span: Span | None,
    label: str,
    notes: tuple[str, ...] = (),
    helps: tuple[Help, ...] = (),
) -> RunError:
    primary = Label(span, label) if span else None
    return RunError(Diagnostic("E0509", message, primary, notes=notes, helps=helps))
