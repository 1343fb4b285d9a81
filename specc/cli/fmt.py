"""`specc fmt`: canonical form."""

from __future__ import annotations

import argparse
import sys

from specc.cli.difference import difference
from specc.cli.incoming import is_stream, open_spec
from specc.cli.inputs import specs
from specc.cli.output import show_diagnostics
from specc.cli.rewriting import rewrite_spec, whole_text
from specc.diag.diagnostic import RunError, SpecError
from specc.diag.escape import escape
from specc.diag.sink import Sink
from specc.lang.format import format_spec
from specc.lang.read import read


def fmt(chosen: argparse.Namespace) -> int:
    """Rewrite every file that is not in canonical form, and print in it what comes on a stream;
    what has syntax errors is left alone.
    """
    status = 0
    for given in specs(chosen.files):
        try:
            if given.problem is not None:
                raise RunError(given.problem)
            status = max(status, _format(given.path, chosen))
        except SpecError as error:
            show_diagnostics(error.diagnostics)
            status = max(status, 1)
        except RunError as problem:
            show_diagnostics((problem.diagnostic,))
            status = 2
    return status


def _format(path: str, chosen: argparse.Namespace) -> int:
    source = open_spec(path)
    sink = Sink()
    spec = read(source, sink)
    sink.stop_if_failed()
    text = format_spec(spec)
    stream = is_stream(path)
    if stream and not (chosen.check or chosen.diff):
        sys.stdout.write(text)
        return 0
    before = source.text if stream else whole_text(source)
    if before is None or before == text:
        return 0
    if chosen.diff:
        sys.stdout.write(difference(source.path, before, text))
    if chosen.check:
        does = "prints it so" if stream else "rewrites it"
        sys.stderr.write(f"{escape(source.path)} is not in canonical form; `specc fmt` {does}\n")
        return 1
    if not chosen.diff:
        rewrite_spec(source, text)
        sys.stderr.write(f"{escape(path)} rewritten\n")
    return 0
