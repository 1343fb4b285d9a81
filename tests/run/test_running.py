"""Averages that training keeps beside the parameters: in checkpoints, in evaluation, in trouble."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from oracle import compiled, spec, starting, trainer

from specc import pace
from specc.diag.diagnostic import RunError
from specc.run import checkpoint
from specc.run.data import Part
from specc.run.events import Checkpointed, Diverged, Evaluated, Finished
from specc.trained import open_trained
from specc.training import prepare_job, run_job

NETWORK = "input 2; dense 8; batchnorm; relu; dropout keep = 0.9; dense 6; batchnorm; tanh; "
NAMES = {f"running.batchnorm{n}.{kind}" for n in (1, 2) for kind in ("mean", "var")}

MOONS = "moons(n = 150, seed = 5)"


def text(precision: str = "float32", data: str = MOONS, lr: float = 0.03) -> str:
    return spec(
        f"{NETWORK} dense 1, sigmoid",
        "binary_cross_entropy",
        optimizer=f"adam(lr = {lr})",
        train=f"run 12 epochs\n    batch 32\n    seed 3\n    precision {precision}\n"
        "    log every = 5 steps",
        data=f"source {data}\n    split train = 70%, dev = 30%, seed = 2",
    )


def trained(source: str, folder: Path) -> tuple[Any, list[Any]]:
    job = prepare_job(compiled(source), str(folder))
    return job, list(run_job(job))


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("after", [1, 4])
def test_a_resumed_run_ends_with_the_same_bytes(
    after: int, precision: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The averages go on from where they were."""
    monkeypatch.setattr(pace, "CHECKPOINT_SECONDS", 0.0)
    whole, events = trained(text(precision), tmp_path / "whole")
    first = prepare_job(compiled(text(precision)), str(tmp_path / "run"))
    seen = 0
    running = run_job(first)
    for event in running:
        seen += isinstance(event, Checkpointed) and event.name == "last"
        if seen == after:
            break
    running.close()  # type: ignore[attr-defined]  # it is a generator
    again = prepare_job(compiled(text(precision)), str(tmp_path / "run"))
    last = list(run_job(again, resume=True))[-1]
    for name in ("theta", "running"):
        ours, theirs = getattr(again.program, name), getattr(whole.program, name)
        assert ours.tobytes() == theirs.tobytes()
    assert isinstance(last, Finished)
    assert (last.train, last.dev) == (events[-1].train, events[-1].dev)
    assert last.best == events[-1].best


def test_checkpoints_hold_the_averages(tmp_path: Path) -> None:
    """Those of the step at which the parameters were saved, for `best` as for `last`."""
    job = prepare_job(compiled(text(lr=0.3)), str(tmp_path / "run"))
    kept: dict[str, Any] = {}
    for event in run_job(job):
        if isinstance(event, Evaluated):
            kept["last"] = job.program.running.copy()
            if event.best:
                kept["best"] = kept["last"]
    assert (kept["last"] != starting(job.compilation.model)).all()
    for which, running in kept.items():
        tensors, _ = checkpoint.load(tmp_path / "run" / "checkpoints" / f"{which}.safetensors")
        assert {name for name in tensors if name.startswith("running.")} == NAMES
        for r in job.compilation.model.running:
            own = running[r.offset : r.offset + r.size].reshape(r.shape)
            np.testing.assert_array_equal(tensors[r.key], own)


def test_a_checkpoint_alone_predicts_with_its_averages(tmp_path: Path) -> None:
    job, _ = trained(text(), tmp_path / "run")
    dev = job.dataset.dev
    X = dev.X if dev.rows is None else dev.X[dev.rows]
    part = Part(X, dev.T, len(X))
    expected = job.program.output(part)
    opened = open_trained(tmp_path / "run", "last").predictor
    np.testing.assert_array_equal(opened.program.output(part), expected)
    opened.program.running[...] = starting(job.compilation.model)
    assert not np.allclose(opened.program.output(part), expected, atol=1e-3)


def test_a_checkpoint_without_averages_is_of_another_network(tmp_path: Path) -> None:
    trained(text(), tmp_path / "run")
    path = tmp_path / "run" / "checkpoints" / "last.safetensors"
    tensors, metadata = checkpoint.load(path)
    del tensors["running.batchnorm2.mean"]
    checkpoint.save(path, tensors, metadata)
    with pytest.raises(RunError) as found:
        open_trained(tmp_path / "run", "last")
    assert found.value.diagnostic.code == "E0512"
    assert "running.batchnorm2.mean" in "".join(found.value.diagnostic.notes)
    with pytest.raises(RunError) as found:
        list(run_job(prepare_job(compiled(text()), str(tmp_path / "run")), resume=True))
    assert found.value.diagnostic.code == "E0512"


def test_averages_that_overflow_end_the_run_in_words(tmp_path: Path) -> None:
    """The cost stays finite: what is left of the feature is beta."""
    random = np.random.RandomState(0)
    X = (random.standard_normal((60, 2)) * 1e25).astype("f4")
    np.savez(tmp_path / "huge.npz", x=X, y=random.randint(0, 2, 60))
    source = f'npz("{(tmp_path / "huge.npz").as_posix()}", inputs = x, target = y)'
    _, events = trained(text(data=source), tmp_path / "run")
    diverged = next(e for e in events if isinstance(e, Diverged))
    assert (diverged.layer, diverged.tensor) == ("batchnorm1", "var")
    assert diverged.message.startswith("running.batchnorm1.var is not finite")
    assert isinstance(events[-1], Finished)
    assert events[-1].status == "diverged"
    tensors, _ = checkpoint.load(tmp_path / "run" / "checkpoints" / "best.safetensors")
    assert all(np.isfinite(x).all() for x in tensors.values() if x.dtype.kind == "f")


def test_a_dead_feature_does_not_slow_the_run_down() -> None:
    """What decays below every normal number becomes 0."""
    made = trainer(spec("input 2; batchnorm average = 0.5; dense 1"), 4, "float32")
    step = made.step(4)
    X, T = np.zeros((4, 2), "f4").T, np.zeros((4, 1), "f4").T
    for t in range(1, 385):
        step(X, T, 0.0, t)
    np.testing.assert_array_equal(made.running, 0)
