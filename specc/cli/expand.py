"""`specc expand`: every value that holds, and where it comes from."""

from __future__ import annotations

import argparse

from specc.cli.output import say, show_json
from specc.driver import compile_file
from specc.expand.expand import expand as expand_spec


def expand(chosen: argparse.Namespace) -> int:
    """Print the expanded spec, or with --json its values."""
    compilation = compile_file(chosen.file, chosen.variant, chosen.settings)
    expansion = expand_spec(compilation, chosen.settings)
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
