"""`specc evaluate`: what the best checkpoint of a run achieves."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from specc.cli.output import say, show_json, steps, table
from specc.cli.verdict import (
    class_lines,
    classes_json,
    confusion_lines,
    error_lines,
    metric_rows,
)
from specc.diag.escape import escape
from specc.evaluation import Assessment, assess, own_parts, part_of_file
from specc.run.diagnosis import Errors, diagnose
from specc.trained import Trained, open_trained

DATA = "data"
"""What the set of a further file is called."""


def evaluate(chosen: argparse.Namespace) -> int:
    """Measure a checkpoint on the sets of its spec, or on a further file."""
    if chosen.target and not chosen.data:
        sys.stderr.write(
            "error: `--target` says what to predict in a further file, and none is given\n"
            "help: `specc evaluate RUN DATA --target NAME`\n"
        )
        return 2
    trained = open_trained(chosen.run, chosen.checkpoint)
    warn_if_changed(trained)
    if chosen.data:
        parts = {DATA: part_of_file(trained, chosen.data, chosen.target)}
    else:
        parts = own_parts(trained)
    found = {name: assess(trained.predictor, part) for name, part in parts.items()}
    metrics = {name: a.metrics for name, a in found.items()}
    sizes = {name: a.examples for name, a in found.items()}
    errors = diagnose(metrics, chosen.bayes, sizes)
    if chosen.json:
        show_json(_as_json(chosen, trained, found, errors))
    else:
        _show(chosen, trained, found, errors)
    return 0


def warn_if_changed(trained: Trained) -> None:
    """Say that the spec no longer gives the network that was trained."""
    if trained.changed:
        sys.stderr.write(
            "warning: the spec of this run gives another network than the one that was trained\n"
            "note: a file that it uses, or specc itself, has changed since; "
            "the results may differ\n"
        )


def _shown(found: Mapping[str, Assessment]) -> str:
    """The set whose mistakes are shown: dev, else test, else what there is."""
    return next(name for name in ("dev", "test", *found) if name in found)


def _show(
    chosen: argparse.Namespace,
    trained: Trained,
    found: Mapping[str, Assessment],
    errors: Errors | None,
) -> None:
    say(f"{escape(chosen.run)}: {_name(chosen, trained)}after {steps(trained.step)}")
    metrics = {name: a.metrics for name, a in found.items()}
    rows = metric_rows(metrics)
    for line in table(rows, right=range(1, len(rows[0]))):
        say(f"  {line}")
    for line in error_lines(errors):
        say(line)
    name = _shown(found)
    matrix, classes = found[name].confusion, trained.predictor.preparation.classes
    if matrix is not None:
        say(f"\n{name}, {found[name].examples:,} examples")
        for line in (*confusion_lines(matrix, classes), "", *class_lines(matrix, classes)):
            say(f"  {line}".rstrip())


def _name(chosen: argparse.Namespace, trained: Trained) -> str:
    """Which checkpoint of a run it is; a file that was named says that itself."""
    return f"{trained.checkpoint} checkpoint, " if Path(chosen.run).is_dir() else ""


def _as_json(
    chosen: argparse.Namespace,
    trained: Trained,
    found: Mapping[str, Assessment],
    errors: Errors | None,
) -> dict[str, Any]:
    classes = trained.predictor.preparation.classes
    matrices = {n: a.confusion for n, a in found.items() if a.confusion is not None}
    return {
        "run": chosen.run,
        "checkpoint": trained.checkpoint,
        "step": trained.step,
        **{part: None for part in ("train", "dev", "test") if not chosen.data},
        **{name: a.metrics for name, a in found.items()},
        "examples": {name: a.examples for name, a in found.items()},
        "errors": None if errors is None else errors.to_json(),
        "classes": list(classes),
        "confusion": {name: m.tolist() for name, m in matrices.items()},
        "per_class": {name: classes_json(m, classes) for name, m in matrices.items()},
    }
