"""`specc fmt`: canonical form."""

from __future__ import annotations

import argparse
import sys

from specc.checking import open_source
from specc.cli.difference import difference
from specc.cli.output import show_diagnostics, write_file
from specc.diag.diagnostic import RunError
from specc.diag.escape import escape
from specc.diag.sink import Sink
from specc.lang.format import format_spec
from specc.lang.read import read


def fmt(chosen: argparse.Namespace) -> int:
    """Rewrite every file that is not in canonical form; files with syntax errors are left alone."""
    status = 0
    for path in chosen.files:
        try:
            source = open_source(path)
        except RunError as problem:
            show_diagnostics((problem.diagnostic,))
            status = 2
            continue
        sink = Sink()
        spec = read(source, sink)
        if sink.failed:
            show_diagnostics(sink.sorted())
            status = max(status, 1)
            continue
        text = format_spec(spec)
        with open(path, "rb") as file:
            before = file.read()
        if text.encode("utf-8") == before:
            continue
        if chosen.diff:
            sys.stdout.writelines(difference(path, before.decode("utf-8"), text))
        if chosen.check or chosen.diff:
            if chosen.check:
                sys.stderr.write(
                    f"{escape(path)} is not in canonical form; `specc fmt` rewrites it\n"
                )
            status = max(status, 1 if chosen.check else 0)
        else:
            try:
                write_file(path, text)
            except RunError as problem:
                show_diagnostics((problem.diagnostic,))
                status = 2
                continue
            sys.stderr.write(f"{escape(path)} rewritten\n")
    return status
