"""A checkpoint as the trained network that it is: with its spec, its scales and its classes.

Every checkpoint says of which network it is, in the text `model`:

    {"spec": TEXT, "path": PATH, "variant": NAME or null, "set": ["width=32"], "examples": 1437,
     "hashes": {"spec": ..., "data": ..., "network": ...}}

so a file alone is enough to use it. The program is compiled anew from that text: the `plan.py`
beside a checkpoint may come from anywhere, and is never run.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specc.diag.diagnostic import RunError
from specc.diag.source import Source
from specc.driver import Compilation, compile_source, make_plan
from specc.emit.load import load
from specc.job import network_digest
from specc.run import checkpoint
from specc.run.atomic import error
from specc.run.forms import misfit
from specc.run.numbered import PLAIN, checkpoint_name, numbered_names
from specc.run.predictor import Predictor
from specc.run.preparation import Preparation, read_preparation
from specc.run.program import Program

KEY = "model"
MOST = 6
"""Numbered checkpoints that are told one by one."""
FORM: dict[str, Any] = {
    "spec": str,
    "path": str,
    "variant": (str, None),
    "set": [str],
    "examples": int,
    "hashes": {"*": str},
}


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A network in the state of a checkpoint.

    Attributes:
        checkpoint: Its name, the file's without the ending.
        step: Updates that were done.
        examples: The size of the training set, which scales penalties.
        hashes: What it was trained with: `spec`, `data`, `network`.
        changed: Whether its spec gives another network today, because a file that it uses or
            specc itself has changed.
    """

    compilation: Compilation
    predictor: Predictor
    checkpoint: str
    step: int
    examples: int
    hashes: Mapping[str, str]
    changed: bool


def identity(compilation: Compilation, examples: int, hashes: Mapping[str, str]) -> dict[str, str]:
    """The text `model` of a checkpoint."""
    said = {
        "spec": compilation.source.text,
        "path": os.path.abspath(compilation.source.path),
        "variant": compilation.bound.variant,
        "set": list(compilation.settings),
        "examples": examples,
        "hashes": dict(hashes),
    }
    return {KEY: json.dumps(said)}


def make_predictor(
    compilation: Compilation, preparation: Preparation, examples: int, tensors: Mapping[str, Any]
) -> Predictor:
    """A predictor with a program of its own, in the state of `tensors`.

    Raises:
        KeyError, ValueError: the tensors are of another network.
    """
    model = compilation.model
    program = Program(
        load(make_plan(compilation, 1).program.text),
        examples=examples,
        seed=compilation.bound.train.seed.value,
        metrics=model.metrics,
    )
    program.restore(tensors)
    precision = compilation.bound.train.precision
    return Predictor(program, preparation, model.task, model.outputs, precision, model.tokens)


def open_trained(path: str | os.PathLike[str], which: str = "best") -> Trained:
    """The network in a checkpoint, or in the checkpoint `which` of a run directory: `best`, `last`
    or `step-200`.

    Raises:
        ValueError: `which` is no name of a checkpoint.
        RunError: E0512, it is missing, damaged or not a checkpoint of specc.
        SpecError: its spec does not compile (any more).
    """
    place = Path(path)
    if place.is_dir():
        from specc.run.recorded import open_run

        open_run(place)
        name = checkpoint_name(which)
        folder = place / "checkpoints"
        place = folder / f"{name}.safetensors"
        if not place.exists():
            raise _missing(folder, name)
    tensors, metadata = checkpoint.load(place)
    said = _said(place, metadata)
    compilation = compile_source(
        Source(said["path"], said["spec"]), said["variant"], tuple(said["set"])
    )
    model = compilation.model
    classes = {"classes": model.outputs, "binary": 2}.get(model.task, 0)
    try:
        preparation = read_preparation(tensors, metadata, model.features, classes)
        predictor = make_predictor(compilation, preparation, said["examples"], tensors)
        step = int(metadata["step"])
    except (KeyError, ValueError, TypeError) as problem:
        reason = f"{problem.args[0]} is missing" if isinstance(problem, KeyError) else str(problem)
        raise error(
            "E0512", f"the checkpoint `{place}` does not fit its spec", notes=(reason,)
        ) from None
    hashes = said["hashes"]
    now = network_digest(compilation)
    changed = hashes.get("network", now) != now
    return Trained(compilation, predictor, place.stem, step, said["examples"], hashes, changed)


def _missing(folder: Path, name: str) -> RunError:
    """E0512 with the checkpoints that are there."""
    try:
        found = [n for n in numbered_names(folder) if (folder / f"{n}.safetensors").exists()]
    except OSError:
        found = []
    there = [f"`{n}`" for n in PLAIN if (folder / f"{n}.safetensors").exists()]
    if len(found) > MOST:
        there.append(f"{len(found)} from `{found[0]}` to `{found[-1]}`")
    else:
        there += [f"`{n}`" for n in found]
    return error(
        "E0512",
        f"there is no checkpoint `{folder / name}.safetensors`",
        notes=(f"the run has {', '.join(there)}",) if there else (),
        fix="" if name in PLAIN else "`checkpoint keep = 3` in `train` keeps the 3 newest",
    )


def _said(place: Path, metadata: Mapping[str, str]) -> dict[str, Any]:
    """The text `model`, held against its form."""
    if KEY not in metadata:
        raise error(
            "E0512",
            f"`{place}` does not say of which network it is",
            notes=(f"it has no text `{KEY}`: an earlier version or another program wrote it",),
        )
    try:
        said = json.loads(metadata[KEY])
    except (ValueError, RecursionError):
        raise error("E0512", f"the text `{KEY}` in `{place}` is not valid JSON") from None
    where = misfit(said, FORM)
    if where is None and said["examples"] < 1:
        where = "examples"
    if where is not None:
        what = f"`{where}` is missing or of the wrong kind" if where else "it is no JSON object"
        raise error("E0512", f"the text `{KEY}` in `{place}` is not that of a model", notes=(what,))
    return dict(said)
