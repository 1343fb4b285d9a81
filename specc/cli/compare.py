"""`specc compare`: all variants of a file, one table."""

from __future__ import annotations

import argparse
import os
import sys

from specc.checking import open_source
from specc.cli.interrupts import Interrupts
from specc.cli.output import (
    brief,
    duration,
    has_terminal,
    percent,
    say,
    show_diagnostics,
    show_json,
    table,
)
from specc.cli.train import Outcome, as_json, run_to_end
from specc.cli.verdict import error_lines
from specc.diag.escape import escape
from specc.diag.sink import Sink
from specc.driver import compile_variants
from specc.lang.override import variants
from specc.lang.read import read
from specc.run.atomic import error
from specc.run.control import Control
from specc.run.events import Finished
from specc.training import default_directory


def compare(chosen: argparse.Namespace) -> int:
    """Train every variant with the same data and seeds; 1 if one diverges."""
    source = open_source(chosen.file)
    sink = Sink()
    names = variants(read(source, sink))
    sink.stop_if_failed()
    if not names:
        sys.stderr.write(
            f"error: {escape(chosen.file)} has no variants to compare\n"
            "help: add some, for example `variant zeros { init zeros }`\n"
        )
        return 1
    # All are compiled before the first is trained: a mistake in the last one shows at once.
    compilations = compile_variants(source, names, chosen.settings)
    warnings = dict.fromkeys(w for c in compilations.values() for w in c.warnings)
    show_diagnostics(tuple(warnings))
    directories = {
        name: os.path.join(chosen.out, name) if chosen.out else default_directory(compilation)
        for name, compilation in compilations.items()
    }
    for directory in directories.values():
        _refuse_used(directory)
    if chosen.watch and not chosen.json and has_terminal():
        from specc.cli.watch import open_comparison

        return open_comparison(chosen, names)
    finished: dict[str, Outcome] = {}
    interrupted = False
    for name, compilation in compilations.items():
        control = Control()
        if not chosen.json:
            sys.stderr.write(f"training {escape(name)} in {escape(directories[name])}\n")
        with Interrupts(control) as interrupts:
            finished[name] = run_to_end(compilation, directories[name], control, None)
        interrupted = interrupts.happened
        if interrupted:
            break
    if chosen.json:
        results = {
            name: as_json(directories[name], outcome, chosen.bayes)
            for name, outcome in finished.items()
        }
        show_json({"variants": results})
    else:
        for line in table(_rows({n: o.result for n, o in finished.items()}), right=range(2, 20)):
            say(line)
        say()
        for name, outcome in finished.items():
            for line in error_lines(outcome.errors(chosen.bayes))[:1]:
                say(f"{escape(name)}: {line}")
    if interrupted:
        return 130
    return int(any(o.result.status == "diverged" for o in finished.values()))


def _refuse_used(directory: str) -> None:
    """E0511 for the directory of a run that is there already, before any other run is made."""
    if os.path.exists(os.path.join(directory, "run.json")):
        raise error(
            "E0511", f"`{directory}` holds a run already", fix="choose another folder with `--out`"
        )


def _rows(finished: dict[str, Finished]) -> list[list[str]]:
    """One row per variant; columns for the sets and metrics that there are."""
    first = next(iter(finished.values()))
    parts = [p for p in ("train", "dev", "test") if getattr(first, p) is not None]
    metrics = [m for m in first.train if m != "loss"]
    rows = [["variant", "status", *(f"{p} {m}" for p in parts for m in metrics), "steps", "time"]]
    for name, event in finished.items():
        cells = [
            percent(m, getattr(event, p)[m]) if m != "cost" else brief(getattr(event, p)[m])
            for p in parts
            for m in metrics
        ]
        rows.append(
            [escape(name), event.status, *cells, f"{event.steps:,}", duration(event.seconds)]
        )
    return rows
