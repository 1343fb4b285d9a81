"""A run in plain lines: what is said while it goes on, and when it is over."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from specc_tui.app import main
from specc_tui.plain import follow
from specc_tui.session import Session

ROOT = Path(__file__).resolve().parents[2]


class Clock:
    """A clock that each wait moves, and does something more."""

    def __init__(self, *steps) -> None:
        self.now, self.steps = 100.0, list(steps)

    def sleep(self, seconds: float) -> None:
        self.now += 6
        if self.steps:
            self.steps.pop(0)()


def test_a_live_run_is_followed_to_its_end(make_run, fake, monkeypatch):
    directory = make_run(done=40, end=None)
    monkeypatch.setattr("specc_tui.session._runs", lambda pid: True)

    def append(*events: dict) -> None:
        with open(directory / "events.jsonl", "a") as file:
            file.writelines(json.dumps(event) + "\n" for event in events)

    clock = Clock(
        lambda: append({"event": "rate_changed", "step": 41, "rate": 0.5}),
        lambda: append(fake.evaluated(60, 300, 1.0, best=True)),
        lambda: append(fake.finished("finished", "ran 15 epochs", 300, 3.0)),
    )
    written: list[str] = []

    def write(line: str) -> bool:
        written.append(line)
        return True

    assert follow(directory, write, clock=lambda: clock.now, sleep=clock.sleep)
    text = "".join(written)
    assert "step 40/300" in text
    assert "step 41: learning rate set to 0.5 by hand\n" in text
    assert "step 60/300" in text
    assert written[-2:] == [
        "step 300: finished: ran 15 epochs\n",
        "step 300: expectation dev.accuracy >= 95% holds\n",
    ]
    assert all(line.endswith("\n") and "\x1b" not in line for line in written)


def test_nobody_reading_ends_it(make_run, monkeypatch):
    monkeypatch.setattr("specc_tui.session._runs", lambda pid: True)
    directory = make_run(done=40, end=None)
    assert not follow(directory, lambda line: False, sleep=lambda seconds: None)


def test_a_run_that_is_over_or_broken_off_is_its_frame(make_run, capsys):
    directory = make_run(done=100, end=None)
    assert main(str(directory), plain=True) == 0
    text = capsys.readouterr().out
    assert "broken off at step" in text
    assert "cost J" in text
    assert main(str(directory), once=True) == 0
    assert text.endswith(capsys.readouterr().out)


def watch(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join((str(ROOT / "tui"), str(ROOT)))
    return subprocess.run(
        [sys.executable, "-m", "specc", "watch", *arguments],
        env={**os.environ, "PYTHONPATH": paths, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_without_a_terminal_a_live_run_is_followed(spec, tmp_path, command):
    session = Session.start(spec("steps 300\ndelay 0.005"), tmp_path / "run", (), command)
    try:
        while not (tmp_path / "run/run.json").exists():
            time.sleep(0.01)
        done = watch(str(tmp_path / "run"))
        assert done.returncode == 0, done.stderr
        assert "finished: ran 15 epochs" in done.stdout
        assert "cost J" in done.stdout
        assert "\x1b" not in done.stdout
    finally:
        session.kill()
        session.wait(10)
        session.leave()


def test_following_is_interrupted_without_a_traceback(spec, tmp_path, command):
    session = Session.start(spec("steps 100000\ndelay 0.005"), tmp_path / "run", (), command)
    paths = os.pathsep.join((str(ROOT / "tui"), str(ROOT)))
    try:
        while not (tmp_path / "run/steps.bin").exists():
            time.sleep(0.01)
        watching = subprocess.Popen(
            [sys.executable, "-m", "specc", "watch", str(tmp_path / "run")],
            env={**os.environ, "PYTHONPATH": paths},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert watching.stdout is not None
        assert "training" in watching.stdout.readline()
        watching.send_signal(signal.SIGINT)
        _, errors = watching.communicate(timeout=30)
        assert watching.returncode == 130
        assert "Traceback" not in errors
        assert session.owns_running
    finally:
        session.kill()
        session.wait(10)
        session.leave()
