"""A look inside the network while it learns: what is counted is there, and nothing is changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from oracle import compiled

from specc.run.events import Probed, from_json, to_json
from specc.run.forms import is_sound
from specc.run.probe import Probe
from specc.run.trainer import Trainer
from specc.training import make_trainer, prepare_job

TEXT = """
data {{ source moons(n = 300, noise = 0.2) }}
network {{
    input 2
    dense 6, {first}
    dense 4, tanh
    dense 1, sigmoid
}}
init {init}
loss binary_cross_entropy
optimizer adam(lr = 0.02)
train {{ run 12 epochs; batch 64; seed 4; precision {precision} }}
"""


def trainer(
    tmp_path: Path, first: str = "relu", init: str = "he", precision: str = "float32"
) -> Trainer:
    text = TEXT.format(first=first, init=init, precision=precision).replace(";", "\n")
    return make_trainer(prepare_job(compiled(text), str(tmp_path / "run")))


def looks(made: Trainer) -> list[Probed]:
    return [event for event in made.run() if isinstance(event, Probed)]


def test_there_is_a_look_at_every_measured_step(tmp_path: Path) -> None:
    found = looks(trainer(tmp_path))
    assert [p.step for p in found] == list(range(0, 61, 5))
    assert [[row["value"] for row in p.layers] for p in found] == [["A1", "A2", "A3"]] * 13
    names = ["dense1.W", "dense1.b", "dense2.W", "dense2.b", "dense3.W", "dense3.b"]
    assert [row["name"] for row in found[-1].parameters] == names


def test_counts_are_those_of_the_values(tmp_path: Path) -> None:
    made = trainer(tmp_path)
    last = looks(made)[-1]
    W = made.program.parameters()["dense1.W"]
    row = last.parameters[0]
    assert (row["low"], row["high"]) == (W.min(), W.max())
    assert row["counts"] == np.histogram(W, 24)[0].tolist()
    assert row["norm"] == pytest.approx(np.linalg.norm(W), rel=1e-6)
    A1 = np.maximum(0, W @ made.dataset.train.X[:256].T + made.program.parameters()["dense1.b"])
    assert sum(last.layers[0]["counts"]) == A1.size
    assert last.layers[0]["mean"] == pytest.approx(A1.mean(), rel=1e-5)
    assert last.layers[0]["deviation"] == pytest.approx(A1.std(), rel=1e-5)
    assert last.layers[0]["dead"] == (A1 == 0).all(axis=1).mean()


def test_gradient_and_update_are_those_of_the_last_step(tmp_path: Path) -> None:
    made = trainer(tmp_path)
    steps: list[tuple[Any, Any]] = []
    inner = made.program.step

    def recorded(m: int) -> Any:
        def step(*arguments: Any) -> float:
            before = made.program.theta.copy()
            cost = inner(m)(*arguments)
            steps.append((before, made.program.dtheta.copy()))
            return cost

        return step

    made.program.step = recorded  # type: ignore[method-assign]
    last = looks(made)[-1]
    before, gradient = steps[-1]
    row = last.parameters[0]
    own = slice(0, 12)
    assert row["gradient"] == pytest.approx(np.linalg.norm(gradient[own]), rel=1e-6)
    change = np.linalg.norm(made.program.theta[own] - before[own])
    assert row["update"] == pytest.approx(change / np.linalg.norm(made.program.theta[own]))


def test_dead_and_saturated_units_are_counted(tmp_path: Path) -> None:
    first = looks(trainer(tmp_path, init="zeros"))[0]
    assert [row["dead"] for row in first.layers] == [1.0, None, None]
    assert [row["saturated"] for row in first.layers] == [None, 0.0, None]
    large = looks(trainer(tmp_path, first="tanh", init="normal(100)"))[0]
    assert large.layers[1]["saturated"] > 0.95
    assert large.layers[0]["dead"] is None


def test_looking_changes_nothing(tmp_path: Path) -> None:
    seen, blind = trainer(tmp_path), trainer(tmp_path)
    blind.probe = None
    assert looks(seen)
    assert looks(blind) == []
    np.testing.assert_array_equal(seen.program.theta, blind.program.theta)


def test_values_that_are_not_finite_are_counted_apart(tmp_path: Path) -> None:
    made = trainer(tmp_path)
    assert isinstance(made.probe, Probe)
    made.program.theta[0] = np.inf
    made.program.theta[1] = np.nan
    with np.errstate(all="ignore"):
        event = made.probe.look(3, 1.0, None)
    assert event.parameters[0]["lost"] == 2
    assert sum(event.parameters[0]["counts"]) == 10
    assert event.parameters[0]["gradient"] is None


@pytest.mark.parametrize("start", [0.1, 1e20, -1.7e308])
def test_values_that_are_nearly_the_same_are_counted_in_one_bin(
    tmp_path: Path, start: float
) -> None:
    made = trainer(tmp_path, precision="float64")
    W = made.program.parameters()["dense2.W"]
    W[...] = start
    W[0, 0] = np.nextafter(start, 0)
    assert made.probe is not None
    with np.errstate(all="ignore"):
        row = made.probe.look(0, 0.0, None).parameters[2]
    assert row["low"] < row["high"]
    assert row["counts"] == [0] * 12 + [W.size] + [0] * 11


def test_the_event_survives_its_file(tmp_path: Path) -> None:
    event = looks(trainer(tmp_path))[3]
    read = from_json(json.loads(json.dumps(to_json(event))))
    assert read == event
    assert isinstance(read, Probed)
    assert is_sound(read)
