"""`checkpoint every = ..., keep = ...`: when the state is written, what stays, and that a run which
is killed at any write ends as one that is not.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from oracle import compiled, spec

import specc
from specc import pace, recording, training
from specc.diag.diagnostic import RunError
from specc.diag.source import Source
from specc.driver import compile_source, make_plan
from specc.run import checkpoint
from specc.run.control import Command, Control
from specc.run.events import Checkpointed, Diverged, Event, Finished
from specc.run.settings import Saving
from specc.trained import open_trained
from specc.training import make_trainer, prepare_job, run_job

PER_EPOCH = 7


def text(extra: str = "", run: str = "4 epochs", lr: str = "0.03") -> str:
    """28 updates, measured after every 5."""
    return spec(
        "input 2; dense 8; batchnorm; relu; dropout keep = 0.9; dense 1, sigmoid",
        "binary_cross_entropy",
        optimizer=f"adam(lr = {lr})",
        train=f"run {run}\n    batch 30\n    seed 3\n    log every = 5 steps\n    {extra}",
        data="source moons(n = 300, seed = 5)\n    split train = 70%, dev = 30%, seed = 2",
    )


def trained(source: str, folder: Path, control: Control | None = None) -> list[Event]:
    return list(run_job(prepare_job(compiled(source), str(folder)), control))


def written(events: list[Event], name: str = "last") -> list[int]:
    return [e.step for e in events if isinstance(e, Checkpointed) and e.name == name]


def names(folder: Path) -> list[str]:
    return sorted(name.partition(".")[0] for name in os.listdir(folder / "checkpoints"))


def contents(folder: Path) -> dict[str, dict[str, bytes]]:
    """What a run has written, but how long it took."""
    return {
        name: {n: t.tobytes() for n, t in loaded.items()}
        for name in names(folder)
        for loaded in [checkpoint.load(folder / "checkpoints" / f"{name}.safetensors")[0]]
    }


@pytest.mark.parametrize(
    ("extra", "steps"),
    [
        ("", [28]),
        ("checkpoint every = 8 steps", [8, 16, 24, 28]),
        ("checkpoint 2 epochs", [14, 28]),
        ("checkpoint every = 1.5 epochs", [11, 22, 28]),
        ("checkpoint every = 25%", [7, 14, 21, 28]),
        ("checkpoint every = 3 h", [28]),
        ("checkpoint every = 1e-9 s", list(range(1, 29))),
        ("checkpoint every = 100 epochs", [28]),
        ("checkpoint keep = 2", [28]),
    ],
)
def test_when_the_state_is_written(tmp_path: Path, extra: str, steps: list[int]) -> None:
    assert written(trained(text(extra), tmp_path / "run")) == steps


def test_without_every_it_waits_for_a_measurement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "CHECKPOINT_SECONDS", 0.0)
    events = trained(text("checkpoint keep = 2"), tmp_path / "run")
    assert written(events) == [5, 10, 15, 20, 25, 28]
    assert names(tmp_path / "run") == ["best", "last", "step-000025", "step-000028"]


@pytest.mark.parametrize(
    ("every", "saving"),
    [("20 s", Saving(seconds=20)), ("2 min", Saving(seconds=120)), ("10%", Saving(seconds=6))],
)
def test_time_by_the_clock(tmp_path: Path, every: str, saving: Saving) -> None:
    """A share is one of the time, where the run has no other length."""
    source = text(f"checkpoint every = {every}", run="1 min")
    assert prepare_job(compiled(source), str(tmp_path / "run")).settings.saving == saving


def test_seconds_are_those_of_training(tmp_path: Path) -> None:
    """By a clock that each look moves on by a second; updates and nothing else are long."""
    job = prepare_job(compiled(text("checkpoint every = 10 s")), str(tmp_path / "run"))
    ticks = itertools.count()
    trainer = make_trainer(job)
    trainer.clock = lambda: float(next(ticks))
    seen: list[int] = []

    def save(regular: bool) -> Iterator[Event]:
        assert regular
        seen.append(trainer.done)
        return iter(())

    trainer.save = save
    list(trainer.run())
    assert len(seen) >= 2
    gaps = [b - a for a, b in itertools.pairwise([0, *seen])]
    assert max(gaps) <= 10


@pytest.mark.parametrize(
    ("keep", "kept"),
    [(0, []), (1, [24]), (2, [16, 24]), (50, [8, 16, 24])],
)
def test_the_newest_stay(tmp_path: Path, keep: int, kept: list[int]) -> None:
    events = trained(text(f"checkpoint every = 8 steps, keep = {keep}"), tmp_path / "run")
    assert names(tmp_path / "run") == ["best", "last", *(f"step-{n:06d}" for n in kept)]
    for n in kept:
        assert written(events, f"step-{n:06d}") == [n]
        assert open_trained(tmp_path / "run", f"step-{n}").step == n


def test_writing_more_often_changes_nothing(tmp_path: Path) -> None:
    plain = trained(text(), tmp_path / "plain")[-1]
    often = trained(text("checkpoint every = 1 step, keep = 3"), tmp_path / "often")[-1]
    assert isinstance(plain, Finished)
    assert isinstance(often, Finished)
    assert (plain.train, plain.dev, plain.best) == (often.train, often.dev, often.best)
    ours, theirs = (contents(tmp_path / name) for name in ("plain", "often"))
    assert (ours["last"], ours["best"]) == (theirs["last"], theirs["best"])


class Killed(BaseException):
    """As by kill -9."""


def killing(after: int, late: bool) -> Callable[..., None]:
    """What saves a checkpoint, until the run is killed before or behind one."""
    count = itertools.count(1)

    def save(*arguments: Any) -> None:
        dies = next(count) == after
        if dies and not late:
            raise Killed
        checkpoint.save(*arguments)
        if dies:
            raise Killed

    return save


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("stop", ["", "\n    stop early(patience = 10 steps, delta = 0.2)"])
def test_a_run_killed_at_any_write_ends_as_one_that_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, late: bool, stop: str
) -> None:
    """Once, and then again a few writes behind where it went on."""
    source = text(f"checkpoint every = 6 steps, keep = 2{stop}", lr="0.2")
    whole = trained(source, tmp_path / "whole")[-1]
    assert isinstance(whole, Finished)
    assert (whole.status == "stopped") == bool(stop)
    expected = contents(tmp_path / "whole")
    compilation = compiled(source)
    plan = cache(partial(make_plan, compilation))  # the same for all of them
    monkeypatch.setattr(training, "make_plan", lambda _, *sizes: plan(*sizes))
    for after in itertools.count(1):
        folder = tmp_path / str(after)
        resume, end = False, None
        for dies in (after, 3, None):
            save = checkpoint.save if dies is None else killing(dies, late)
            with monkeypatch.context() as patch:
                patch.setattr(recording, "checkpoint", Files(save))
                try:
                    *_, end = run_job(prepare_job(compilation, str(folder)), resume=resume)
                    break
                except Killed:
                    resume = True
        assert isinstance(end, Finished)
        assert contents(folder) == expected
        assert (end.steps, end.train, end.dev, end.best) == (
            whole.steps,
            whole.train,
            whole.dev,
            whole.best,
        )
        if not resume:
            return


class Files:
    """The module `checkpoint`, with another `save`."""

    load = staticmethod(checkpoint.load)

    def __init__(self, save: Callable[..., None]) -> None:
        self.save = save


def test_other_numbers_of_kept_ones_at_a_resume(tmp_path: Path) -> None:
    """`keep` is no part of what is trained, so a resumed run may have another."""
    source = text("checkpoint every = 4 steps, keep = 5")
    events = run_job(prepare_job(compiled(source), str(tmp_path / "run")))
    for event in events:
        if isinstance(event, Checkpointed) and (event.step, event.name) == (20, "last"):
            events.close()  # type: ignore[attr-defined]  # it is a generator
            break
    assert len(names(tmp_path / "run")) == 7
    folder = tmp_path / "run"
    fewer = ["train.checkpoint=every = 4 steps, keep = 2"]
    less = prepare_job(compile_source(Source("model.dl", source), settings=fewer), str(folder))
    for _ in run_job(less, resume=True):
        pass
    assert names(folder)[2:] == ["step-000024", "step-000028"]


def test_a_state_that_is_lost_is_not_written(tmp_path: Path) -> None:
    source = text("checkpoint every = 1 step, keep = 100", lr="1e30")
    events = trained(source, tmp_path / "run")
    assert any(isinstance(e, Diverged) for e in events)
    for name in names(tmp_path / "run"):
        tensors, _ = checkpoint.load(tmp_path / "run" / "checkpoints" / f"{name}.safetensors")
        for tensor in tensors.values():
            assert (abs(tensor) < float("inf")).all(), name


def test_a_state_that_a_viewer_asks_for_is_not_numbered(tmp_path: Path) -> None:
    control = Control()
    for verb in ("pause", "step", "checkpoint", "resume"):
        control.put(Command(verb))  # type: ignore[arg-type]
    events = trained(text("checkpoint every = 10 steps, keep = 9"), tmp_path / "run", control)
    assert written(events) == [10, 20, 28]
    assert names(tmp_path / "run")[2:] == ["step-000010", "step-000020"]


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The usual words, and what was written before can be gone on from."""
    source = text("checkpoint every = 4 steps, keep = 2")
    count = itertools.count(1)
    real = os.fsync

    def full(number: int) -> None:
        if next(count) > 40:
            raise OSError(28, "No space left on device")
        real(number)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(RunError) as found:
            trained(source, tmp_path / "run")
    assert found.value.diagnostic.code == "E0511"
    assert "the disk is full" in found.value.diagnostic.message
    list(run_job(prepare_job(compiled(source), str(tmp_path / "run")), resume=True))
    trained(source, tmp_path / "whole")
    assert contents(tmp_path / "run") == contents(tmp_path / "whole")


@pytest.mark.parametrize("which", ["step-7", "step-000012"])
def test_one_that_is_not_there(tmp_path: Path, which: str) -> None:
    trained(text("checkpoint every = 8 steps, keep = 1"), tmp_path / "run")
    with pytest.raises(RunError) as found:
        open_trained(tmp_path / "run", which)
    assert found.value.diagnostic.code == "E0512"
    assert found.value.diagnostic.notes == ("the run has `best`, `last`, `step-000024`",)


def test_many_are_told_in_short(tmp_path: Path) -> None:
    trained(text("checkpoint every = 1 step, keep = 100"), tmp_path / "run")
    with pytest.raises(RunError) as found:
        open_trained(tmp_path / "run", "step-77")
    assert found.value.diagnostic.notes == (
        "the run has `best`, `last`, 28 from `step-000001` to `step-000028`",
    )


def test_the_python_api_takes_one(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    trained(text("checkpoint every = 8 steps, keep = 2"), folder)
    assert specc.load(folder, checkpoint="step-16").predict([[0, 1]]).shape == (1,)
    with pytest.raises(ValueError, match="such as `step-200`"):
        specc.load(folder, checkpoint="../last")
