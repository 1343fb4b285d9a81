"""What is said about bias and variance, confusion and classes, on the terminal and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from specc.cli.output import brief, table
from specc.diag.escape import escape
from specc.run.diagnosis import BIAS_ADVICE, VARIANCE_ADVICE, Errors

if TYPE_CHECKING:
    from specc.run.confusion import Counts

LONGEST = 24
"""Characters of the name of a class in a table."""


def error_lines(errors: Errors | None) -> list[str]:
    """Train error, the error beside it, the gap, the verdict and what helps."""
    if errors is None:
        return []
    show = _percent if errors.measure == "error" else brief
    said = [f"train {errors.measure} {show(errors.train)}"]
    if errors.other is not None:
        said.append(f"{errors.part} {errors.measure} {show(errors.other)}")
        said.append(f"gap {show(errors.gap)}")
    if errors.bayes:
        said.append(f"Bayes error {show(errors.bayes)}")
    verdict = errors.verdict
    lines = [", ".join(said) + (f": {verdict}" if verdict else "")]
    if errors.part is None:
        lines.append("without a dev set nobody can tell the variance")
    unsure = errors.uncertainty
    if unsure is not None and errors.gap is not None and verdict:
        if unsure > max(abs(errors.gap), 0.01):
            lines.append(
                f"with {errors.examples:,} {errors.part} examples "
                f"chance alone moves the gap by {_percent(unsure)}"
            )
    if errors.high_bias:
        lines.append(f"against bias: {'; '.join(BIAS_ADVICE)}")
    if errors.high_variance:
        lines.append(f"against variance: {'; '.join(VARIANCE_ADVICE)}")
    return lines


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.2f} %"


def confusion_lines(matrix: Counts, classes: Sequence[str]) -> list[str]:
    """The matrix with the names of the classes: rows are what is, columns what was predicted."""
    names = _names(classes)
    rows = [["is \\ taken for", *names]]
    rows += [[n, *(f"{c:,}" for c in row)] for n, row in zip(names, matrix.tolist(), strict=True)]
    return table(rows, right=range(1, len(names) + 1))


def class_lines(matrix: Counts, classes: Sequence[str]) -> list[str]:
    """How well each class is found."""
    from specc.run.confusion import per_class

    rows = [["class", "precision", "recall", "f1", "examples"]]
    rows += [
        [n, f"{r.precision:.4f}", f"{r.recall:.4f}", f"{r.f1:.4f}", f"{r.support:,}"]
        for n, r in zip(_names(classes), per_class(matrix), strict=True)
    ]
    return table(rows, right=range(1, 5))


def classes_json(matrix: Counts, classes: Sequence[str]) -> list[dict[str, Any]]:
    """The report per class as plain data."""
    from specc.run.confusion import per_class

    return [
        {
            "class": name,
            "precision": row.precision,
            "recall": row.recall,
            "f1": row.f1,
            "examples": row.support,
        }
        for name, row in zip(classes, per_class(matrix), strict=True)
    ]


def _names(classes: Sequence[str]) -> list[str]:
    names = [escape(name) for name in classes]
    return [n if len(n) <= LONGEST else f"{n[: LONGEST - 3]}..." for n in names]


def metric_rows(found: Mapping[str, Mapping[str, float] | None]) -> list[list[str]]:
    """A row per set, a column per metric."""
    from specc.cli.output import percent

    there = {part: metrics for part, metrics in found.items() if metrics is not None}
    names = list(next(iter(there.values()), {}))
    rows = [["", *names]]
    rows += [[part, *(percent(n, m[n]) for n in names)] for part, m in there.items()]
    return rows
