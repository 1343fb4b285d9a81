"""`specc watch`: the terminal app, found through an entry point, so that nothing here imports
it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import entry_points
from typing import Any

from specc.cli.output import has_terminal
from specc.diag.escape import escape


def watch(chosen: argparse.Namespace) -> int:
    """Open the app, or serve it; without a terminal train in plain lines, or follow a run in
    them.
    """
    if chosen.once:
        return int(_app()(chosen.target, once=True, ascii_only=chosen.ascii))
    if chosen.port is not None and not chosen.web:
        sys.stderr.write("error: `--port` is the port of `--web`\nhelp: give `--web`, too\n")
        return 2
    if chosen.web or has_terminal():
        return open_app(chosen.target, chosen)
    if os.path.isdir(chosen.target):
        return int(_app()(chosen.target, plain=True, ascii_only=chosen.ascii))
    from specc.cli.train import train

    sys.stderr.write("no terminal: training with plain progress lines\n")
    return train(
        argparse.Namespace(
            file=chosen.target,
            variant=chosen.variant,
            settings=chosen.settings,
            out=chosen.out,
            resume=False,
            watch=False,
            json=False,
            control=False,
            report=False,
            bayes=0.0,
        )
    )


def open_app(target: str, chosen: argparse.Namespace) -> int:
    """The app on a spec or a run. What is wrong with a spec, the app shows, and leaves on the
    terminal when it ends.
    """
    arguments: list[str] = []
    if not os.path.isdir(target):
        if chosen.variant:
            arguments += ["--variant", chosen.variant]
        for setting in chosen.settings:
            arguments += ["--set", setting]
        if getattr(chosen, "resume", False):
            arguments.append("--resume")
    return int(
        _app()(
            target,
            web=getattr(chosen, "web", False),
            port=getattr(chosen, "port", None),
            ascii_only=getattr(chosen, "ascii", False),
            train_args=tuple(arguments),
            out=chosen.out,
        )
    )


def open_comparison(chosen: argparse.Namespace, variants: Sequence[str]) -> int:
    """The app on the variants of a spec, side by side while they are trained."""
    arguments = [text for setting in chosen.settings for text in ("--set", setting)]
    return int(
        _app()(chosen.file, variants=tuple(variants), train_args=tuple(arguments), out=chosen.out)
    )


def _app() -> Any:
    for point in entry_points(group="specc.apps", name="watch"):
        try:
            return point.load()
        except ImportError as problem:
            sys.stderr.write(f"error: the terminal app cannot be loaded: {escape(str(problem))}\n")
            break
    else:
        sys.stderr.write("error: the terminal app is not installed\n")
    sys.stderr.write("help: install specc-dl anew; `specc train` needs no app\n")
    raise SystemExit(2)
