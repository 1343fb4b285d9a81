"""What a trained network does, asked for by a viewer that knows no arrays.

A request is a JSON object, an answer another:

    {"what": "result", "which": "last", "columns": 60, "rows": 30}
    {"what": "result", "step": 690, "task": "classes", "part": "dev", "classes": ["0", "1", ...],
     "metrics": {...}, "boundary": {...} or null, "confusion": [[...]] or null,
     "mistakes": [...] or null, "pairs": [[true, predicted], ...] or null}

    {"what": "filters", "which": "last"}
    {"what": "filters", "step": 690, "filters": [picture, ...], "of": "dense1.W", "units": 64}

    {"what": "plan"}      spec, graph, buffers and program, see `planning`
    {"what": "times"}     what each line of the step takes, measured now, see `timing`

What goes wrong is an answer too: {"problem": TEXT}. The network is compiled from the spec of
the run, and no program of the run directory is ever run.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from specc.diag.diagnostic import RunError, SpecError
from specc.evaluation import assess, own_parts
from specc.inspection.boundary import boundary
from specc.inspection.examples import mistakes, pairs
from specc.inspection.pictures import filters, frame_of
from specc.inspection.planning import open_compilation, plan_answer
from specc.inspection.timing import times_answer
from specc.run import checkpoint
from specc.run.atomic import error
from specc.run.data import Part
from specc.trained import Trained, open_trained

WHICH = ("last", "best")
KNOWN = ("result", "filters", "plan", "times")
FINEST = 400
"""Columns and rows of a grid, at most."""


class Inspector:
    """Answers about one run; its data and network are loaded with the first question."""

    def __init__(self, run: Path) -> None:
        self.run = run
        self._trained: Trained | None = None
        self._parts: dict[str, Part] = {}
        self._stamp: tuple[str, int, int] | None = None
        self._step = 0

    def answer(self, request: Any) -> dict[str, Any]:
        """The answer to a request, of whatever form it is."""
        try:
            if not isinstance(request, dict) or request.get("what") not in KNOWN:
                return {"problem": "the request asks for nothing that is known"}
            if request["what"] == "plan":
                return plan_answer(*open_compilation(self.run))
            if request["what"] == "times":
                return times_answer(open_compilation(self.run)[0], self.run)
            which = request.get("which", "last")
            if which not in WHICH:
                return {"problem": "the checkpoint is `last` or `best`"}
            trained = self._at(which)
            if request["what"] == "filters":
                return self._filters(trained)
            size = [
                _whole(request.get(name), least) for name, least in (("columns", 60), ("rows", 30))
            ]
            return self._result(trained, *size)
        except RunError as problem:
            return {"problem": problem.diagnostic.message}
        except SpecError as problem:
            return {"problem": f"the spec does not compile: {problem.diagnostics[0].message}"}

    def _at(self, which: str) -> Trained:
        """The network in the state of the checkpoint as it is now."""
        path = self.run / "checkpoints" / f"{which}.safetensors"
        try:
            status = path.stat()
        except OSError:
            gone = not (self.run / "run.json").exists()
            why = "is gone: it was deleted or moved" if gone else "has written no checkpoint yet"
            raise error("E0512", f"the run {why}") from None
        stamp = (which, status.st_mtime_ns, status.st_ino)
        if self._trained is None:
            self._trained = open_trained(self.run, which)
            self._parts = own_parts(self._trained)
            self._step = self._trained.step
        elif stamp != self._stamp:
            tensors, metadata = checkpoint.load(path)
            try:
                self._trained.predictor.program.restore(tensors)
                self._step = int(metadata["step"])
            except (KeyError, ValueError) as problem:
                raise error("E0512", f"the checkpoint is of another network: {problem}") from None
        self._stamp = stamp
        return self._trained

    def _result(self, trained: Trained, columns: int, rows: int) -> dict[str, Any]:
        predictor = trained.predictor
        name = "dev" if "dev" in self._parts else "train"
        part = self._parts[name]
        classes = (
            predictor.task in ("classes", "binary") and part.T.reshape(part.n, -1).shape[1] == 1
        )
        found = assess(predictor, part)
        frame = frame_of(trained.compilation, predictor.preparation.names)
        flat = trained.compilation.model.features == 2
        with np.errstate(all="ignore"):
            shown = boundary(predictor, self._parts["train"], columns, rows) if flat else None
        return {
            "what": "result",
            "step": self._step,
            "task": predictor.task,
            "part": name,
            "classes": list(predictor.preparation.classes),
            "inputs": list(predictor.preparation.names) if flat else [],
            "metrics": found.metrics,
            "boundary": shown,
            "confusion": None if found.confusion is None else found.confusion.tolist(),
            "mistakes": mistakes(predictor, part, frame) if classes else None,
            "pairs": None if classes else pairs(predictor, part),
        }

    def _filters(self, trained: Trained) -> dict[str, Any]:
        frame = frame_of(trained.compilation, trained.predictor.preparation.names)
        tensors = dict(trained.predictor.program.parameters())
        return {"what": "filters", "step": self._step, **filters(tensors, frame)}


def _whole(value: object, otherwise: int) -> int:
    """A size from 2 to `FINEST`."""
    return max(2, min(FINEST, value)) if type(value) is int else otherwise
