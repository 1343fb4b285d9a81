"""`specc predict`: what a trained network says about every example of a file."""

from __future__ import annotations

import argparse
import csv
import io
import os
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from specc.cli.evaluate import warn_if_changed
from specc.cli.output import write_bytes
from specc.diag.diagnostic import Diagnostic, RunError
from specc.diag.escape import escape
from specc.evaluation import inputs_of_file
from specc.run.targets import label_texts
from specc.trained import Trained, open_trained

if TYPE_CHECKING:
    from numpy.typing import NDArray

KINDS = (".csv", ".npy")


def predict(chosen: argparse.Namespace) -> int:
    """Write one prediction per example: to a file, or as csv to stdout."""
    kind = os.path.splitext(chosen.output or "x.csv")[1].lower()
    if kind not in KINDS:
        sys.stderr.write(
            f"error: predictions are not written as `{escape(kind or 'no kind of file')}`\n"
            "help: end the name of the file in `.csv` or `.npy`\n"
        )
        return 2
    trained = open_trained(chosen.run, chosen.checkpoint)
    warn_if_changed(trained)
    predictor = trained.predictor
    X = inputs_of_file(trained, chosen.data)
    try:
        outputs = predictor.outputs_of(X)
    except ValueError as problem:
        raise RunError(Diagnostic("E0505", f"`{escape(chosen.data)}`: {problem}")) from None
    answers = predictor.answers(outputs)
    try:
        chances = predictor.probabilities(outputs) if chosen.probabilities else None
    except ValueError as problem:
        sys.stderr.write(f"error: {problem}\nhelp: leave `--probabilities` out\n")
        return 2
    if kind == ".npy":
        stream = io.BytesIO()
        np.save(stream, answers if chances is None else chances, allow_pickle=False)
        write_bytes(chosen.output, stream.getvalue())
    elif chosen.output:
        write_bytes(chosen.output, _csv(trained, answers, chances).encode("utf-8"))
    else:
        sys.stdout.write(_csv(trained, answers, chances))
    if chosen.output:
        sys.stderr.write(f"{len(X):,} predictions in {escape(chosen.output)}\n")
    return 0


def _csv(trained: Trained, answers: NDArray[Any], chances: NDArray[Any] | None) -> str:
    """A header, then a line per example: the prediction, and with `chances` one column a class."""
    preparation = trained.predictor.preparation
    classes = preparation.classes
    if classes:
        cells = [[text] for text in label_texts(answers)]
        head = ["prediction"]
    elif answers.ndim == 1:
        cells = [[repr(x)] for x in answers.tolist()]
        head = ["prediction"]
    else:
        cells = [[repr(x) for x in row] for row in answers.tolist()]
        own = preparation.names if trained.predictor.task == "input" else ()
        head = list(own) or [f"prediction{i + 1}" for i in range(answers.shape[1])]
    if chances is not None:
        head += [f"p({name})" for name in classes]
        cells = [
            [*row, *map(repr, chance)] for row, chance in zip(cells, chances.tolist(), strict=True)
        ]
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(cells)
    return stream.getvalue()
