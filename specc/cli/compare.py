"""`specc compare`: all variants of a file, one table."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from specc.cli.output import brief, duration, percent, say, show_json, table
from specc.cli.train import as_json, run_to_end
from specc.diag.escape import escape
from specc.diag.sink import Sink
from specc.driver import compile_source, open_source
from specc.lang.override import variants
from specc.lang.read import read
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
    compilations = {name: compile_source(source, name, chosen.settings) for name in names}
    results: dict[str, dict[str, Any]] = {}
    finished: dict[str, Finished] = {}
    for name, compilation in compilations.items():
        directory = os.path.join(chosen.out, name) if chosen.out else default_directory(compilation)
        if not chosen.json:
            sys.stderr.write(f"training {escape(name)} ...\n")
        finished[name] = run_to_end(compilation, directory, Control(), None)
        results[name] = as_json(directory, finished[name])
    if chosen.json:
        show_json({"variants": results})
    else:
        for line in table(_rows(finished), right=range(2, 20)):
            say(line)
    return int(any(event.status == "diverged" for event in finished.values()))


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
