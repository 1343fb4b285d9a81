"""Runs for the pictures of the screens: the same bytes wherever and whenever they are written."""

from __future__ import annotations

import json
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from specc_tui.inspector import Inspector
from test_tui_inside import row
from test_tui_plan import PLAN, TIMES
from test_tui_plan_screen import FAKE
from test_tui_result import DIGITS, FILTERS, MOONS, PRICES

SPEC = """spec 1

data {
    train  circles(n = 300, noise = 0.05, seed = 1)  # two rings
    test   circles(n = 100, noise = 0.05, seed = 2)
}

network {
    input  2
    dense  4, relu
    dense  1, sigmiod
}

loss       binary_cross_entropy
optimizer  sgd(lr = 0.5)

train {
    run  20 epochs
}
"""
STEPS = 300
NOBODY = 2**22 + 1
"""A process number that no process has."""
RESULTS = {"moons": MOONS, "digits": DIGITS, "prices": PRICES}


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder of runs, and what the inspector of the app answers about them."""

    folder: Path
    fake: ModuleType
    answers: Path

    def run(self, name: str, created: str, costs: Callable[[int], float], **about: Any) -> Path:
        """Write a run that has ended."""
        directory = self.folder / name
        directory.mkdir(parents=True)
        header = self.fake.header("/models/digits.dl", STEPS, NOBODY) | {"created": created} | about
        (directory / "run.json").write_text(json.dumps(header))
        with open(directory / "steps.bin", "wb") as file:
            for step in range(STEPS):
                rate = 0.001 if step < 200 else 0.0005
                file.write(struct.pack("<Qddd", step, step * 0.01, rate, costs(step)))
        lines = (json.dumps(event) + "\n" for event in self._events(costs))
        (directory / "events.jsonl").write_text("".join(lines))
        (directory / "spec.dl").write_text(SPEC.replace("0.5)", f"{len(name)})"))
        return directory

    def _events(self, costs: Callable[[int], float]) -> list[dict[str, Any]]:
        events = [{"event": "checkpointed", "step": 0, "name": "best"}]
        for step in range(0, STEPS + 1, 20):
            events.append(self.fake.evaluated(step, STEPS, step * 0.01, best=step <= 200))
            events[-1]["dev"]["cost"] = costs(step) + 0.1
            events.append(probed(step))
            if step == 200:
                events.append({"event": "rate_changed", "step": step, "rate": 0.0005})
        end = self.fake.finished("finished", "ran 15 epochs", STEPS, 3.0)
        end |= {part: events[-2][part] for part in ("train", "dev")}
        end["expect"].append({"claim": "dev.cost <= 0.1", "holds": False, "value": 0.2})
        return [*events, end]

    def answer(self, result: str) -> None:
        """Let the inspector know one kind of result."""
        known = {"result": RESULTS[result], "filters": FILTERS, "plan": PLAN, "times": TIMES}
        self.answers.write_text(json.dumps(known))


def probed(step: int) -> dict[str, Any]:
    """A look inside: one layer dies, one saturates."""
    share = step / STEPS
    counts = [round(90 * (1 - share)) + 5, 30, round(60 * share) + 5]
    values = [
        {"layer": "dense1", "value": "A1", "dead": share / 2, "saturated": None},
        {"layer": "dense2", "value": "A2", "dead": 0.0, "saturated": 0.9 * share},
        {"layer": "dense3", "value": "A3", "dead": None, "saturated": None},
    ]
    tensors = [
        {"name": "dense1.W", "norm": 2.0, "gradient": 1e-6, "update": 1e-8},
        {"name": "dense2.W", "norm": 1.5, "gradient": 0.1 + share, "update": 1e-3},
        {"name": "dense3.W", "norm": 1.0, "gradient": 0.5, "update": 0.3},
    ]
    return {
        "event": "probed",
        "step": step,
        "epoch": step / 20,
        "layers": [value | row(0.0, 3.0, counts) for value in values],
        "parameters": [tensor | row(-1.0, 1.0, counts[::-1]) for tensor in tensors],
    }


def put_up(tmp_path: Path, fake: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """Two runs beside each other, a spec with a finding, and an inspector."""
    found = Shelf(tmp_path / "runs", fake, tmp_path / "answers.json")
    # Arithmetic alone: functions such as `exp` differ in their last bit between machines.
    found.run("digits", "2026-01-02T03:04:05", lambda step: 40 / (step + 20) + step % 7 / 50)
    settings = [["init", "large"], ["optimizer", "adam(lr = 0.01)"]]
    more = {"variant": "large", "settings": settings}
    found.run("large", "2026-01-02T03:04:06", lambda step: 60 / (step + 20) + step % 5 / 20, **more)
    found.answer("moons")
    (tmp_path / "circles.dl").write_text(SPEC)
    monkeypatch.chdir(tmp_path)
    command = (sys.executable, "-c", FAKE.format(path=str(found.answers)))
    monkeypatch.setattr("specc_tui.watch.Inspector", partial(Inspector, command=command))
    return found
