"""`specc gradcheck`: the gradient of the whole network against differences of its cost."""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path

from specc.checking import open_source
from specc.cli.output import say, show_json
from specc.diag.source import Source
from specc.driver import compile_file, compile_source
from specc.gradcheck.check import check


def gradcheck(chosen: argparse.Namespace) -> int:
    """Check a spec at its starting values, or a run at its last checkpoint; 1 if it fails."""
    if os.path.isdir(chosen.target):
        from specc.run import checkpoint
        from specc.run.recorded import open_run

        run = Path(chosen.target)
        info = open_run(run)
        text = open_source(str(run / "spec.dl")).text
        compilation = compile_source(
            Source(info["spec"], text), info["variant"], info.get("set", [])
        )
        saved = run / "checkpoints" / "last.safetensors"
        tensors = checkpoint.load(saved)[0] if saved.exists() else None
    else:
        compilation = compile_file(chosen.target, chosen.variant, chosen.settings)
        tensors = None
    report = check(compilation, tensors=tensors)
    if chosen.json:
        show_json(report.to_json())
    else:
        say(report.text(shutil.get_terminal_size((100, 24)).columns))
    return 0 if report.passed else 1
