"""Targets made ready for training: labels become class numbers, numbers become columns of the right
width.

What a label means is learnt from the training source alone and then applied to dev and test, so
that a label which only they have is an error and never a new class.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.diag.diagnostic import Help, RunError
from specc.diag.escape import escape
from specc.library.delimited import number
from specc.library.table import Table
from specc.run.request import Blame

_NAMED = 12
_LONGEST = 40
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Coding:
    """How labels map to numbers: `labels[i]` is class i. Empty where targets are numbers."""

    task: str
    outputs: int
    dtype: str
    labels: NDArray[Any]

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes, in order of their numbers."""
        return label_texts(self.labels)


def label_texts(labels: NDArray[Any]) -> tuple[str, ...]:
    """Labels as they are written: whole numbers without a decimal point."""
    if labels.dtype.kind not in "f":
        return tuple(map(str, labels.tolist()))
    return tuple(str(int(x)) if x.is_integer() else repr(x) for x in labels.astype(float).tolist())


def learn(table: Table, task: str, outputs: int, dtype: str, blame: Blame) -> Coding:
    """Find the classes of the training source.

    Whole numbers from 0 to k - 1 are class numbers already. Any other k distinct labels are
    numbered in sorted order: by value for numbers, by code point for text.

    Raises:
        RunError: E0502 there is no target; E0504 the labels are not those of k classes, or not two
            values; E0503, E0505 a number is missing.
    """
    if task == "input":
        return Coding(task, outputs, dtype, np.empty(0))
    target = _target(table, task, outputs, blame)
    if task == "real":
        return Coding(task, outputs, dtype, np.empty(0))
    distinct = np.unique(target)
    if task == "binary":
        return Coding(task, outputs, dtype, _two(distinct, blame))
    return Coding(task, outputs, dtype, _classes(table, target, distinct, outputs, blame))


def encode(table: Table, coding: Coding, blame: Blame) -> NDArray[Any]:
    """The target of a source, as `Part.T` has it.

    Raises:
        RunError: as `learn`; E0504 for a label that the training source does not have.
    """
    if coding.task == "input":
        return np.empty(0)
    target = _target(table, coding.task, coding.outputs, blame)
    if coding.task == "real":
        values = target.reshape(table.examples, -1)
        with np.errstate(over="ignore"):
            fitted = np.ascontiguousarray(values, dtype=coding.dtype)
        _finite(table, fitted, blame)
        return fitted
    labels = coding.labels
    if target.dtype.kind != labels.dtype.kind and "U" in (target.dtype.kind, labels.dtype.kind):
        # One source has words among its labels and the other happens to have numbers only.
        target = np.array(label_texts(target.ravel())).reshape(target.shape)
        labels = np.array(label_texts(labels))
    order = np.argsort(labels, kind="stable")
    shape = target.shape if coding.task == "classes" else (table.examples, coding.outputs)
    numbers = np.empty(shape, np.int32 if coding.task == "classes" else coding.dtype)
    for start in range(0, table.examples, _BLOCK):
        block = target[start : start + _BLOCK]
        near = np.searchsorted(labels, block, sorter=order)
        found = order[np.minimum(near, len(labels) - 1)]
        if (unknown := labels[found] != block).any():
            raise _unknown(table, block, start, unknown, coding.classes, blame)
        numbers[start : start + _BLOCK] = found.reshape(len(block), *shape[1:])
    return numbers


def _target(table: Table, task: str, outputs: int, blame: Blame) -> NDArray[Any]:
    """The target with the number of columns that the task wants, and no number missing."""
    target = table.target
    if target is None:
        fix = Help("name what to predict, an argument of the source: `target = ...`")
        own = Help("or let the network give its input back: the statement `target input`")
        fixes = (fix, own) if task == "real" else (fix,)
        raise blame("E0502", "the data has no target", "names no target", helps=fixes)
    width = 1 if target.ndim == 1 else int(target.shape[1])
    wanted = 1 if task == "classes" else outputs
    if width != wanted:
        helps: tuple[Help, ...] = ()
        if task == "classes" and width == outputs:
            helps = (Help("give one column of labels in place of one column per class"),)
        has = "1 column" if width == 1 else f"{width} columns"
        wants = "column of labels" if task == "classes" else "column" if wanted == 1 else "columns"
        raise blame(
            "E0510",
            f"the target has {has}, but the loss compares it with {wanted} {wants}",
            f"gives {has}",
            f"the network has {outputs} output" + ("s" if outputs != 1 else ""),
            helps=helps,
        )
    if target.dtype.kind == "U":
        if task == "real":
            raise _text(table, target, blame)
        return target
    _finite(table, target, blame)
    return target


def _text(table: Table, target: NDArray[Any], blame: Blame) -> RunError:
    first = 0
    for i, text in enumerate(target.ravel().tolist()):
        if number(text) is None:
            first = i
            break
    value = target.ravel()[first]
    width = 1 if target.ndim == 1 else int(target.shape[1])
    return blame(
        "E0503",
        f"the target `{_short(str(value))}` is not a number",
        "its target is text",
        table.where(first // width, None),
        helps=(Help("for classes, end the network in `softmax` and use `loss cross_entropy`"),),
    )


def _finite(table: Table, target: NDArray[Any], blame: Blame) -> None:
    if target.dtype.kind != "f" or np.isfinite(target).all():
        return
    row, *_ = np.argwhere(~np.isfinite(target))[0].tolist()
    value = target[row] if target.ndim == 1 else target[row][~np.isfinite(target[row])][0]
    raise blame(
        "E0505",
        f"the target holds `{value}`",
        f"its target is `{value}` in places",
        table.where(row, None),
        f"{int((~np.isfinite(target)).sum()):_} of {target.size:_} values are not finite",
    )


def _classes(
    table: Table, target: NDArray[Any], distinct: NDArray[Any], outputs: int, blame: Blame
) -> NDArray[Any]:
    if distinct.dtype.kind != "U" and (distinct == np.floor(distinct)).all():
        if distinct[0] >= 0 and distinct[-1] < outputs:
            return np.arange(outputs)
        if distinct[0] == 0 and len(distinct) <= outputs:
            raise _out_of_range(table, target, outputs, blame)
    if len(distinct) == outputs:
        return distinct
    count = len(distinct)
    classes = f"{count:_} class" + ("es" if count != 1 else "")
    helps: tuple[Help, ...] = ()
    if 1 < count <= 1000:
        helps = (Help(f"end the network in {count} outputs: `dense {count}, softmax`"),)
    raise blame(
        "E0504",
        f"the target has {classes}, the network has {outputs:_} outputs",
        f"{count:_} different labels",
        f"the labels are {_listing(distinct)}",
        helps=helps,
    )


def _out_of_range(table: Table, target: NDArray[Any], outputs: int, blame: Blame) -> RunError:
    row = int(np.argmax(target >= outputs))
    label = label_texts(target[row : row + 1])[0]
    return blame(
        "E0504",
        f"label {label} is outside 0 to {outputs - 1}, the classes of {outputs} outputs",
        f"holds the label {label}",
        table.where(row, None),
        helps=(
            Help(f"number the classes from 0 to {outputs - 1}, or give the network more outputs"),
        ),
    )


def _two(distinct: NDArray[Any], blame: Blame) -> NDArray[Any]:
    if len(distinct) == 2:
        return distinct
    count = len(distinct)
    values = f"{count:_} different value" + ("s" if count != 1 else "")
    helps = (Help("for more than two classes, end in `softmax` and use `loss cross_entropy`"),)
    raise blame(
        "E0504",
        f"the target has {values}, a binary target has 2",
        "not a binary target",
        f"the values are {_listing(distinct)}",
        helps=helps if count > 2 else (),
    )


def _unknown(
    table: Table,
    block: NDArray[Any],
    start: int,
    unknown: NDArray[np.bool_],
    classes: tuple[str, ...],
    blame: Blame,
) -> RunError:
    row = start + int(np.argwhere(unknown)[0][0])
    label = _short(label_texts(block[unknown][:1])[0])
    return blame(
        "E0504",
        f"label `{label}` is not one of the classes of the training data",
        f"holds the label `{label}`",
        table.where(row, None),
        f"the classes are {_listing(np.array(classes))}",
    )


def _short(text: str) -> str:
    return escape(text) if len(text) <= _LONGEST else escape(text[:_LONGEST]) + "..."


def _listing(labels: NDArray[Any]) -> str:
    named = ", ".join(f"`{_short(text)}`" for text in label_texts(labels[:_NAMED]))
    rest = len(labels) - _NAMED
    return named + (f" and {rest:_} more" if rest > 0 else "")
