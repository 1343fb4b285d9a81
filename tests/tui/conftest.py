"""Run directories and a fake trainer for the tests of the terminal app."""

from __future__ import annotations

import importlib.util
import json
import struct
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

FAKE = Path(__file__).with_name("fake_trainer.py")

MakeRun = Callable[..., Path]
LOOK = 0.004
"""Seconds between two looks of the pilot whether the app is idle; Textual's are 0.02."""


@pytest.fixture(scope="session", autouse=True)
def _idle_is_soon_seen() -> Iterator[None]:
    """The pilot waits behind every key and in every pause for a look without work since the last
    one: most of the time of these tests. Nothing may depend on the length of these looks: what
    takes longer than the app is busy is waited for by `until`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("textual._wait.SLEEP_GRANULARITY", LOOK, raising=False)
        patch.setattr("textual._wait.SLEEP_IDLE", LOOK / 20, raising=False)
        yield


@pytest.fixture(autouse=True)
def _remembers_nothing(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch):
    """What the app remembers is kept apart from that of whoever runs the tests."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))


@pytest.fixture(scope="session")
def fake() -> ModuleType:
    """The fake trainer as a module: its headers, costs and events."""
    spec = importlib.util.spec_from_file_location("fake_trainer", FAKE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def command() -> tuple[str, ...]:
    """What stands for `python -m specc`."""
    return (sys.executable, str(FAKE))


@pytest.fixture
def spec(tmp_path: Path) -> Callable[..., Path]:
    """Write a "spec" for the fake trainer."""

    def write(text: str = "steps 100") -> Path:
        path = tmp_path / "digits.dl"
        path.write_text(text)
        return path

    return write


@pytest.fixture
def make_run(tmp_path: Path, fake: ModuleType) -> MakeRun:
    """Write a run directory as a trainer would have: `done` of `steps` updates, with or without an
    end."""

    def make(steps: int = 300, done: int | None = None, end: str | None = "finished") -> Path:
        directory = tmp_path / "run"
        directory.mkdir()
        done = steps if done is None else done
        header = fake.header("/models/digits.dl", steps, pid=2**22 + 1)
        (directory / "run.json").write_text(json.dumps(header))
        with open(directory / "steps.bin", "wb") as file:
            for step in range(done):
                cost = fake.cost_at(step, steps)
                file.write(struct.pack("<Qddd", step, step * 0.01, 0.001 * 0.999**step, cost))
        events = [
            {"event": "checkpointed", "step": 0, "name": "best"},
            *(
                fake.evaluated(s, steps, s * 0.01, best=s <= 0.7 * steps)
                for s in range(0, done + 1, 20)
            ),
        ]
        if end is not None:
            events.append(fake.finished(end, f"ran {steps / 20:g} epochs", done, done * 0.01))
        with open(directory / "events.jsonl", "w") as file:
            file.writelines(json.dumps(event) + "\n" for event in events)
        return directory

    return make
