"""Schedules are those of PyTorch, to rounding; those that it lacks are held against their formulas
in `test_conformance_numbers` and against the course in `test_parity_course_decay`.
"""

from __future__ import annotations

import inspect
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from oracle import compiled, program, spec
from schedule_cases import EPOCHS, LR, PLATEAU, RESULTS, STEPS, STEPS_PER_EPOCH

from specc.driver import make_plan
from specc.run.plateau import Plateau

REFERENCES = Path(__file__).parent / "references" / "schedules.npz"
CLOSE = {"rtol": 1e-12, "atol": 1e-14}


@cache
def stored() -> dict[str, Any]:
    with np.load(REFERENCES) as file:
        return {name: file[name] for name in file.files if name != "version"}


def rate_of(schedule: str) -> Any:
    text = spec(
        "input 2; dense 1",
        schedule=schedule,
        optimizer=f"sgd(lr = {LR})",
        train=f"run {EPOCHS} epochs",
    )
    compilation = compiled(text)
    return program(make_plan(compilation, 4), compilation.model).module.learning_rate


@pytest.mark.proves(
    "schedules.constant",
    "schedules.exponential",
    "schedules.staircase",
    "schedules.piecewise",
    "schedules.cosine",
    "schedules.warmup",
    "schedules.one_cycle",
)
@pytest.mark.parametrize("schedule", [name for name in stored() if name != "plateau"])
def test_rates_are_those_of_torch(schedule: str) -> None:
    rate = rate_of(schedule)
    found = [
        rate(step, step // STEPS_PER_EPOCH, STEPS, EPOCHS, STEPS_PER_EPOCH) for step in range(STEPS)
    ]
    np.testing.assert_allclose(found, stored()[schedule], **CLOSE)


@pytest.mark.proves("schedules.plateau")
def test_drops_are_those_of_torch() -> None:
    counter = Plateau(int(PLATEAU["patience"]) * STEPS_PER_EPOCH, PLATEAU["delta"])
    rate = rate_of(f"plateau(factor = {PLATEAU['factor']}, on = train.cost)")
    assert "drops" in inspect.signature(rate).parameters
    found = []
    for epoch, result in enumerate(RESULTS, 1):
        counter.see(epoch * STEPS_PER_EPOCH, result)
        found.append(rate(0, 0, STEPS, EPOCHS, STEPS_PER_EPOCH, counter.drops))
    np.testing.assert_allclose(found, stored()["plateau"], **CLOSE)
    assert counter.drops > 3


def test_the_stored_rates_are_those_of_the_installed_torch() -> None:
    pytest.importorskip("torch")
    import schedules_torch

    theirs = schedules_torch.rates()
    assert set(theirs) == set(stored())
    for name, rates in theirs.items():
        np.testing.assert_allclose(stored()[name], rates, **CLOSE)
