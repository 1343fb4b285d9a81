"""`specc expand`: every value that holds, and where it comes from."""

from __future__ import annotations

import argparse

from specc.cli.output import say, show_json
from specc.diag.diagnostic import RunError
from specc.driver import Compilation, compile_file
from specc.expand.expand import expand as expand_spec


def expand(chosen: argparse.Namespace) -> int:
    """Print the expanded spec, or with --json its values."""
    compilation = compile_file(chosen.file, chosen.variant, chosen.settings)
    examples = _examples(compilation) if compilation.bound.train.auto else None
    expansion = expand_spec(compilation, chosen.settings, examples=examples)
    if chosen.json:
        show_json(
            {
                "file": chosen.file,
                "variant": chosen.variant,
                "set": list(chosen.settings),
                "values": [value.to_json() for value in expansion.values],
            }
        )
    else:
        say(expansion.text.rstrip("\n"))
    return 0


def _examples(compilation: Compilation) -> int | None:
    """The size of the training set; None where the data are not there, or cannot be used."""
    from specc.training import load_data

    try:
        return load_data(compilation).train.n
    except RunError:
        return None
