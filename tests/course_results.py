"""What the experiments of the course came to, kept in `tests/cases/course.json`.

A result belongs to the text of its spec: after a change of the spec it has to be written anew, by
`pytest tests/docs/test_docs_course.py --update-cases`, which runs what is slow only then.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from course_chapters import EXPERIMENTS, Experiment
from course_runs import Run, path_of

FILE = Path(__file__).parent / "cases" / "course.json"

Result = dict[str, Any]
"""`spec` (what it is the result of), `train`, `dev`, `test` (metrics), `costs` (where published),
`holds` (whether the run held all that the spec expects), `seconds`.
"""


def digest(experiment: Experiment) -> str:
    """Of the spec without its comments and its layout."""
    lines = path_of(experiment).read_text("utf-8").splitlines()
    words = " ".join(re.sub(r"#.*", "", line) for line in lines).split()
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:16]


def stored() -> dict[str, Result]:
    """All results, by the names of their experiments."""
    found: dict[str, Result] = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    return found


def store(experiment: Experiment, result: Result) -> None:
    """Put a result among the others, in the order of the course."""
    results = stored() | {experiment.name: result}
    ordered = {name: results[name] for name in EXPERIMENTS if name in results}
    FILE.write_text(json.dumps(ordered, indent=1) + "\n", "utf-8")


def result_of(experiment: Experiment, run: Run) -> Result:
    """What is kept of a run."""
    costs = run.costs_of(experiment)
    return {
        "spec": digest(experiment),
        "train": run.train_of(experiment),
        "dev": run.end.dev,
        "test": run.end.test,
        "costs": {str(at): float(costs[at]) for at in experiment.costs},
        "holds": all(claim["holds"] for claim in run.end.expect),
        "seconds": round(run.end.seconds, 1),
    }
