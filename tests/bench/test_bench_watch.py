"""The benchmark of the terminal app measures what it says. No time is asserted."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("pty", reason="needs a terminal of its own")
pytest.importorskip("fcntl", reason="needs a terminal of its own")

from bench.terminal import Terminal
from bench.watch import TARGETS, draw_panel, lengthen, report, results, train
from specc.run.recorded import RECORD


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("bench") / "short"
    speed, cpu = train(directory, 1)
    assert speed > 0
    assert cpu > 0
    return directory


def test_a_program_on_a_terminal_is_read_and_answered() -> None:
    script = "import os; print(*os.get_terminal_size()); input(); print('\\x1b[1mbye\\x1b[m now')"
    terminal = Terminal(("-c", script), 77, 33)
    assert terminal.until("77 33") > 0
    assert not terminal.memory() <= 1
    terminal.press("\r")
    terminal.until("bye now")
    seconds, cpu = terminal.wait()
    assert seconds >= 0
    assert cpu > 0


def test_what_does_not_appear_is_said() -> None:
    terminal = Terminal(("-c", "print('hello')"), 80, 24)
    with pytest.raises(RuntimeError, match="hello"):
        terminal.until("goodbye")
    terminal.wait()


def test_a_run_is_lengthened(short: Path, tmp_path: Path) -> None:
    lengthen(short, tmp_path / "long", 2_500)
    records = np.fromfile(tmp_path / "long/steps.bin", RECORD)
    assert records["step"].tolist() == list(range(2_500))
    assert json.loads((tmp_path / "long/run.json").read_text())["steps"] == 2_500
    assert '"steps": 2500' in (tmp_path / "long/events.jsonl").read_text()


def test_a_watched_run_is_the_same_run(short: Path, tmp_path: Path) -> None:
    train(tmp_path / "watched", 1, watched=True)
    records = [np.fromfile(d / "steps.bin", RECORD) for d in (short, tmp_path / "watched")]
    np.testing.assert_array_equal(records[0]["cost"], records[1]["cost"])
    shutil.rmtree(tmp_path / "watched")


def test_a_trainer_that_ends_badly_is_said(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run/mine").write_text("")
    with pytest.raises(RuntimeError, match="is not empty"):
        train(tmp_path / "run", 1)


def test_drawing_takes_time() -> None:
    assert draw_panel() > 0


def test_targets_are_held_against_medians_and_the_ratio_of_one_round() -> None:
    found = {name: [0.1, 0.2, 999.0] for name in TARGETS if "watching" not in name}
    found |= {"watched, examples/s": [90.0, 50.0, 200.0]}
    found |= {"unwatched, examples/s": [100.0, 100.0, 200.0]}
    values = results(found)
    assert list(values) == list(TARGETS)
    assert values["watching, % of throughput"] == pytest.approx(10.0)
    assert values["quit, s"] == 0.2
    lines = report(found).splitlines()[-len(TARGETS) :]
    assert [line.startswith("watching") for line in lines if line.endswith("missed")] == [True]
