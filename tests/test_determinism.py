"""Same seed, same bytes: in one process, in another, with pauses, and after a kill and a resume."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from oracle import compiled, spec

from specc import pace
from specc.run.checkpoint import load
from specc.run.control import Command, Control
from specc.run.events import Checkpointed, Evaluated, Event, Finished, Paused, Steps
from specc.run.recorded import read_steps
from specc.training import prepare_job, run_job

ROOT = Path(__file__).parents[1]


def text(seed: int = 3, extra: str = "", dropout: bool = True) -> str:
    """Everything that is random: the split, starting values, the order of examples, dropout, and
    noise on the inputs.
    """
    drop = "dropout keep = 0.8;" if dropout else ""
    return spec(
        f"input 2; dense 12, relu; {drop} dense 6, tanh; dense 1, sigmoid",
        "binary_cross_entropy",
        init="he",
        regularize="l2(0.1)",
        optimizer="adam(lr = 0.01)",
        schedule="exponential(rate = 0.9)",
        train=f"run 12 epochs\n    batch 32\n    seed {seed}\n    log every = 5 steps{extra}",
        data="source moons(n = 300, seed = 5)\n    split train = 70%, dev = 30%, seed = 2\n"
        "    augment noise(0.05)",
    )


def run(source: str, folder: Path, control: Control | None = None) -> tuple[Any, list[Event]]:
    """A whole run: the job and its events."""
    job = prepare_job(compiled(source), str(folder))
    return job, list(run_job(job, control))


def result(job: Any, events: list[Event]) -> str:
    """Everything that a run ends with but the time that it took."""
    last = events[-1]
    assert isinstance(last, Finished)
    digest = hashlib.sha256()
    for vector in (job.program.theta, *job.program.state.values()):
        digest.update(vector.tobytes())
    costs = [cost for e in events if isinstance(e, Steps) for cost in e.costs]
    digest.update(repr((costs, last.steps, last.train, last.dev, last.best)).encode())
    return digest.hexdigest()


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    first, second = (result(*run(text(), tmp_path / name)) for name in "ab")
    assert first == second


def test_another_seed_is_another_run(tmp_path: Path) -> None:
    assert result(*run(text(3), tmp_path / "a")) != result(*run(text(4), tmp_path / "b"))


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_same_bytes_in_another_process(precision: str, tmp_path: Path) -> None:
    source = text(extra=f"\n    precision {precision}")
    job, _ = run(source, tmp_path / "a")
    code = (
        "import sys, hashlib\n"
        "from specc.diag.source import Source\n"
        "from specc.driver import compile_source\n"
        "from specc.training import prepare_job, run_job\n"
        f"spec, folder = Source('model.dl', {source!r}), {str(tmp_path / 'b')!r}\n"
        "job = prepare_job(compile_source(spec), folder)\n"
        "list(run_job(job))\n"
        "sys.stdout.write(hashlib.sha256(job.program.theta.tobytes()).hexdigest())\n"
    )
    other = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        timeout=120,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "5"},
    )
    assert other.stdout == hashlib.sha256(job.program.theta.tobytes()).hexdigest()


def test_measuring_more_often_changes_nothing(tmp_path: Path) -> None:
    often, seldom = (
        run(text().replace("every = 5 steps", f"every = {n} steps"), tmp_path / str(n))[0]
        for n in (1, 40)
    )
    assert often.program.theta.tobytes() == seldom.program.theta.tobytes()


def test_pausing_and_stepping_changes_nothing(tmp_path: Path) -> None:
    control = Control()
    for verb in ("pause", *["step"] * 5, "resume"):
        control.put(Command(verb))
    paused = run(text(), tmp_path / "paused", control)
    assert any(isinstance(e, Paused) for e in paused[1])
    assert result(*paused) == result(*run(text(), tmp_path / "plain"))


# Kill and resume


def interrupted(events: Iterator[Event], after: int) -> int:
    """Stop a run at its `after`-th checkpoint of the last state; the step of that checkpoint."""
    seen = 0
    for event in events:
        if isinstance(event, Checkpointed) and event.name == "last":
            seen += 1
            if seen == after:
                events.close()  # type: ignore[attr-defined]  # it is a generator
                return event.step
    raise AssertionError("the run ended first")


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("after", [1, 2, 7])
def test_a_resumed_run_ends_with_the_same_bytes(
    after: int, precision: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle of an epoch, with dropout, optimiser state and a schedule under way."""
    monkeypatch.setattr(pace, "CHECKPOINT_SECONDS", 0.0)
    source = text(extra=f"\n    precision {precision}")
    whole = run(source, tmp_path / "whole")
    compilation = compiled(source)
    first = prepare_job(compilation, str(tmp_path / "run"))
    step = interrupted(run_job(first), after)
    assert 0 <= step < whole[1][-1].steps  # type: ignore[union-attr]
    again = prepare_job(compilation, str(tmp_path / "run"))
    events = list(run_job(again, resume=True))
    last = events[-1]
    assert isinstance(last, Finished)
    assert again.program.theta.tobytes() == whole[0].program.theta.tobytes()
    for name, vector in again.program.state.items():
        assert vector.tobytes() == whole[0].program.state[name].tobytes()
    finished = whole[1][-1]
    assert isinstance(finished, Finished)
    assert (last.train, last.dev) == (finished.train, finished.dev)
    assert last.best == finished.best
    measured = {e.step: (e.train, e.dev) for e in whole[1] if isinstance(e, Evaluated)}
    for event in events:
        if isinstance(event, Evaluated):
            assert (event.train, event.dev) == measured[event.step]


def test_a_schedule_that_waits_for_results_goes_on_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The best result, how long ago it was, and the drops so far are part of a checkpoint."""
    monkeypatch.setattr(pace, "CHECKPOINT_SECONDS", 0.0)
    waits = "plateau(factor = 0.5, patience = 10 steps, on = dev.cost, delta = 0.02)"
    source = text(extra="\n    clip norm(0.5)").replace(
        "exponential(rate = 0.9)", f"warmup(1 epoch) then {waits}"
    )
    whole, _ = run(source, tmp_path / "whole")
    expected = read_steps(tmp_path / "whole")["rate"]
    assert len(set(expected[7:].tolist())) > 2, "or it shows nothing"
    compilation = compiled(source)
    for after in (2, 5, 9, 13):
        folder = tmp_path / str(after)
        interrupted(run_job(prepare_job(compilation, str(folder))), after)
        again = prepare_job(compilation, str(folder))
        list(run_job(again, resume=True))
        np.testing.assert_array_equal(read_steps(folder)["rate"], expected)
        assert again.program.theta.tobytes() == whole.program.theta.tobytes()


def test_the_recorded_series_of_a_resumed_run_has_no_gap_and_no_double(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "CHECKPOINT_SECONDS", 0.0)
    source = text()
    run(source, tmp_path / "whole")
    compilation = compiled(source)
    interrupted(run_job(prepare_job(compilation, str(tmp_path / "run"))), 3)
    list(run_job(prepare_job(compilation, str(tmp_path / "run")), resume=True))
    recorded, expected = read_steps(tmp_path / "run"), read_steps(tmp_path / "whole")
    for field in ("step", "rate", "cost"):
        np.testing.assert_array_equal(recorded[field], expected[field])


def test_resuming_twice_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "CHECKPOINT_SECONDS", 0.0)
    source = text()
    whole, _ = run(source, tmp_path / "whole")
    compilation = compiled(source)
    interrupted(run_job(prepare_job(compilation, str(tmp_path / "run"))), 2)
    interrupted(run_job(prepare_job(compilation, str(tmp_path / "run")), resume=True), 2)
    last = prepare_job(compilation, str(tmp_path / "run"))
    list(run_job(last, resume=True))
    assert last.program.theta.tobytes() == whole.program.theta.tobytes()


def test_the_last_checkpoint_is_the_state_of_the_end(tmp_path: Path) -> None:
    job, events = run(text(), tmp_path / "run")
    tensors, metadata = load(tmp_path / "run" / "checkpoints" / "last.safetensors")
    assert metadata["step"] == str(events[-1].steps)  # type: ignore[union-attr]
    snapshot = job.program.snapshot()
    assert set(tensors) == {*snapshot, "data.mean", "data.scale"}
    for name, value in snapshot.items():
        assert tensors[name].tobytes() == value.tobytes()
