"""Ctrl-C, kill -9, two processes, a directory that goes away: what a run leaves behind.

The trainer is stopped at exact updates by the commands that viewers send, so that nothing here
depends on time.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cli_samples import Result, Run, costs, result, started

LONG = ("--set", "train.run=4_000 steps")
"""Enough updates that the first command comes in time, few enough that the rest takes no time."""
UPDATES = 4_000
PATIENCE = 60.0
"""Seconds after which a trainer that does not react is a failure."""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")


class Trainer:
    """`specc train` as a process of its own, with a hand on its commands."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.run = folder / "run"
        command = ("train", "tiny.dl", "--out", "run", "--control", *LONG, *options)
        self.process = started(folder, *command, stdin=subprocess.PIPE)

    def say(self, command: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def kinds(self) -> list[str]:
        """The kinds of all events in the run directory."""
        path = self.run / "events.jsonl"
        lines = path.read_text().splitlines(keepends=True) if path.exists() else []
        return [json.loads(line)["event"] for line in lines if line.endswith("\n")]

    def wait_for(self, kind: str, count: int = 1) -> None:
        end = time.monotonic() + PATIENCE
        while self.kinds().count(kind) < count:
            assert self.process.poll() is None, self.end()
            assert time.monotonic() < end, f"no {kind} in {self.kinds()}"
            time.sleep(0.02)

    def end(self) -> Result:
        """Wait for the end without closing its input before."""
        try:
            self.process.wait(PATIENCE)
        finally:
            self.process.kill()
            out, err = self.process.communicate()
        return Result(self.process.returncode, out, err)


@contextmanager
def training(folder: Path, *options: str) -> Iterator[Trainer]:
    trainer = Trainer(folder, *options)
    try:
        yield trainer
    finally:
        trainer.process.kill()
        trainer.process.communicate()


def paused_at(trainer: Trainer, step: int, count: int = 1) -> None:
    """Train up to an update and stay there."""
    trainer.say("pause")
    trainer.wait_for("paused", count)
    trainer.say(f"step {step}")
    trainer.wait_for("paused", count + 1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_a_run_in_order_and_resume_finishes_it(
    process: Run, tmp_path: Path, tiny: str, number: signal.Signals
) -> None:
    with training(tmp_path) as trainer:
        paused_at(trainer, 30)
        done = len(costs(trainer.run))
        trainer.process.send_signal(number)
        ended = trainer.end().decent()
    assert ended.status == 130
    assert ended.err == ""
    assert f"stopped after {done:,} steps" in ended.out
    assert "reason: stopped by hand" in ended.out
    assert "--out run --resume" in ended.out
    assert trainer.kinds()[-1] == "finished"
    assert (trainer.run / "checkpoints" / "last.safetensors").exists()
    assert len(costs(trainer.run)) == done
    if number != signal.SIGINT:
        return
    finished = process("train", tiny, "--out", "run", *LONG, "--resume", "--json")
    assert finished.status == 0, finished.err
    assert result(finished.out)["status"] == "finished"
    assert process("train", tiny, "--out", "whole", *LONG).status == 0
    assert costs(tmp_path / "run") == costs(tmp_path / "whole")
    for name in ("last", "best"):
        file = Path("checkpoints") / f"{name}.safetensors"
        assert tensors(tmp_path / "run" / file) == tensors(tmp_path / "whole" / file)


def tensors(path: Path) -> bytes:
    """The numbers of a checkpoint, without its header, which says how long it took."""
    data = path.read_bytes()
    return data[8 + int.from_bytes(data[:8], "little") :]


def test_json_of_an_interrupted_run(tmp_path: Path, tiny: str) -> None:
    with training(tmp_path, "--json") as trainer:
        paused_at(trainer, 5)
        trainer.process.send_signal(signal.SIGINT)
        ended = trainer.end().decent()
    assert ended.status == 130
    assert result(ended.out)["status"] == "stopped"


@pytest.mark.parametrize("command", ["train", "compare"])
def test_ctrl_c_in_the_middle_of_updates(tmp_path: Path, tiny: str, command: str) -> None:
    options = [command, tiny, "--out", "run", "--set", "train.run=10 min"]
    child = started(tmp_path, *options)
    run = tmp_path / "run" / ("slow" if command == "compare" else "")
    steps, end = run / "steps.bin", time.monotonic() + PATIENCE
    try:
        while not (steps.exists() and steps.stat().st_size > 32 * 100):
            assert child.poll() is None, child.communicate()
            assert time.monotonic() < end
            time.sleep(0.02)
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=PATIENCE)
    finally:
        child.kill()
        child.communicate()
    assert Result(child.returncode, out, err).decent().status == 130
    assert "stopped" in out
    assert (run / "checkpoints" / "last.safetensors").exists()
    assert steps.stat().st_size == 32 * len(costs(run))
    if command == "compare":  # which trains no other variant then
        assert [p.name for p in run.parent.iterdir()] == ["slow"]


def test_kill_9_loses_only_what_came_after_the_checkpoint(
    process: Run, tmp_path: Path, tiny: str
) -> None:
    with training(tmp_path) as trainer:
        paused_at(trainer, 20)
        trainer.process.send_signal(signal.SIGINT)
        assert trainer.end().status == 130
    with training(tmp_path, "--resume") as trainer:
        paused_at(trainer, 30, count=3)
        trainer.process.kill()
        assert trainer.end().status == -signal.SIGKILL
    with (tmp_path / "run" / "events.jsonl").open("a") as file:
        file.write('{"event": "evalua')  # the torn end that a kill may leave
    with (tmp_path / "run" / "steps.bin").open("ab") as torn:
        torn.write(b"half a record")
    again = process("train", tiny, "--out", "run", *LONG, "--resume").decent()
    assert again.status == 0, again.err
    assert process("train", tiny, "--out", "whole", *LONG).status == 0
    file_name = "checkpoints/last.safetensors"
    assert tensors(tmp_path / "run" / file_name) == tensors(tmp_path / "whole" / file_name)
    assert process("watch", "run", "--once").status == 0


def test_a_run_that_is_killed_before_its_first_checkpoint_can_be_resumed(
    process: Run, tmp_path: Path, tiny: str
) -> None:
    with training(tmp_path) as trainer:
        paused_at(trainer, 10)
        trainer.process.kill()
        trainer.end()
    done = process("train", tiny, "--out", "run", *LONG, "--resume").decent()
    assert done.status == 0, done.err
    assert process("train", tiny, "--out", "whole", *LONG).status == 0
    file_name = "checkpoints/last.safetensors"
    assert tensors(tmp_path / "run" / file_name) == tensors(tmp_path / "whole" / file_name)


@pytest.mark.parametrize(
    "option",
    [
        (),
        ("--resume",),
    ],
)
def test_a_second_process_is_told_that_the_first_still_writes(
    process: Run, tmp_path: Path, tiny: str, option: tuple[str, ...]
) -> None:
    with training(tmp_path) as trainer:
        paused_at(trainer, 10)
        before = (trainer.run / "run.json").read_bytes()
        second = process("train", tiny, "--out", "run", *LONG, *option).decent()
        assert second.status == 2
        assert "error[E0511]: another process is writing the run in `run`" in second.err
        assert (trainer.run / "run.json").read_bytes() == before
        trainer.say("resume")
        assert trainer.end().decent().status == 0
    assert len(costs(tmp_path / "run")) == UPDATES


def test_a_directory_that_is_deleted_during_the_run(tmp_path: Path, tiny: str) -> None:
    with training(tmp_path) as trainer:
        paused_at(trainer, 10)
        shutil.rmtree(trainer.run)
        trainer.say("resume")
        ended = trainer.end().decent()
    assert ended.status == 2
    assert "error[E0511]" in ended.err
    assert "deleted" in ended.err
    assert not trainer.run.exists()


def test_a_viewer_that_goes_away_leaves_the_run_alone(tmp_path: Path, tiny: str) -> None:
    with training(tmp_path) as trainer:
        paused_at(trainer, 10)
        assert trainer.process.stdin is not None
        trainer.process.stdin.close()
        trainer.process.stdin = None
        ended = trainer.end().decent()
    assert ended.status == 0
    assert len(costs(tmp_path / "run")) == UPDATES


def test_the_rate_can_be_set_by_hand(tmp_path: Path, tiny: str) -> None:
    with training(tmp_path) as trainer:
        trainer.say("nonsense")
        trainer.say("rate minus one")
        paused_at(trainer, 10)
        trainer.say("rate 0.125")
        trainer.wait_for("rate_changed")
        trainer.say("resume")
        ended = trainer.end().decent()
    assert ended.status == 0
    assert "learning rate set to 0.125 by hand after " in ended.out


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written(specc: Run, tmp_path: Path, tiny: str) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    done = specc("train", tiny, "--out", "locked/run")
    assert done.status == 2
    assert "error[E0511]: `locked/run` may not be written" in done.err
    assert "= help: " in done.err


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="there is no such folder")
def test_a_place_where_not_even_root_may_write(specc: Run, tiny: str) -> None:
    done = specc("train", tiny, "--out", "/proc/self/run")
    assert done.status == 2
    assert "error[E0511]: `/proc/self/run` cannot be written" in done.err
