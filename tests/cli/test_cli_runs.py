"""`specc runs`: what there is, what came of it, and how it goes."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import numpy as np
import pytest
from cli_samples import STEPS, Run, costs, result


@pytest.fixture
def done(specc: Run, tiny: str) -> str:
    """The directory of a finished run."""
    assert specc("train", tiny, "--out", "runs/one").status == 0
    return "runs/one"


def test_no_runs_at_all(specc: Run) -> None:
    found = specc("runs")
    assert (found.status, found.out, found.err) == (0, "", "no runs in runs\n")
    assert result(specc("runs", "--json").out) == []
    assert specc("runs", "list", "elsewhere").status == 2


def test_a_list(specc: Run, tiny: str, done: str) -> None:
    assert specc("train", tiny, "--variant", "slow", "--out", "runs/two").status == 0
    found = specc("runs")
    assert (found.status, found.err) == (0, "")
    head, *rows = found.out.splitlines()
    assert head.split()[:2] == ["run", "status"]
    assert [row.split()[:2] for row in rows] == [["runs/one", "finished"], ["runs/two", "finished"]]
    listed = result(specc("runs", "list", "runs", "--json").out)
    assert [(r["run"], r["variant"], r["steps"]) for r in listed] == [
        ("runs/one", None, STEPS),
        ("runs/two", "slow", STEPS),
    ]
    assert listed[0]["dev"]["accuracy"] > 0


def test_show(specc: Run, done: str) -> None:
    found = specc("runs", "show", done)
    assert (found.status, found.err) == (0, "")
    assert found.out.startswith("runs/one: finished after 200 steps\n")
    for words in ("tiny.dl", "64 train, 16 dev", "adam(lr = 0.02", "all steps are done"):
        assert words in found.out
    shown = result(specc("runs", "show", done, "--json").out)
    assert shown["result"]["steps"] == STEPS
    assert shown["result"]["dev"] == shown["dev"]


def test_every_step_as_csv(specc: Run, done: str, tmp_path: Path) -> None:
    found = specc("runs", "show", done, "--csv")
    assert (found.status, found.err) == (0, "")
    rows = list(csv.DictReader(io.StringIO(found.out)))
    assert list(rows[0])[:5] == ["step", "epoch", "lr", "train.cost", "dev.cost"]
    assert "dev.accuracy" in rows[0]
    *steps, end = rows
    assert [int(r["step"]) for r in steps] == list(range(STEPS))
    assert [float(r["train.cost"]) for r in steps] == costs(tmp_path / done)
    assert [float(r["epoch"]) for r in steps] == [i / 4 for i in range(STEPS)]
    assert {float(r["lr"]) for r in steps} == {0.02}
    measured = [r for r in rows if r["dev.cost"]]
    assert [int(r["step"]) for r in measured] == list(range(0, STEPS + 1, 4))
    # What is measured after the last update has no update of its own.
    shown = result(specc("runs", "show", done, "--json").out)
    assert (int(end["step"]), end["lr"], end["train.cost"]) == (STEPS, "", "")
    assert float(end["dev.cost"]) == shown["dev"]["cost"]


def test_delete(specc: Run, tiny: str, done: str, tmp_path: Path) -> None:
    refused = specc("runs", "delete", done)
    assert (refused.status, "--yes" in refused.err) == (2, True)
    assert (tmp_path / done / "run.json").exists()
    gone = specc("runs", "delete", done, "--yes")
    assert (gone.status, gone.out) == (0, "deleted runs/one\n")
    assert not (tmp_path / done).exists()
    assert (tmp_path / tiny).exists()


def test_delete_asks(
    specc: Run, done: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal("\n"))
    asked = specc("runs", "delete", done)
    assert asked.status == 1
    assert "delete 1 run? [y/N]" in asked.err
    assert (tmp_path / done / "run.json").exists()
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    assert specc("runs", "delete", done).status == 0
    assert not (tmp_path / done).exists()


def test_only_what_a_run_writes_is_deleted(specc: Run, done: str, tmp_path: Path) -> None:
    run = tmp_path / done
    (run / "notes.txt").write_text("mine")
    (run / "checkpoints" / "mine.safetensors").write_text("mine")
    (tmp_path / "secret").write_text("theirs")
    (run / "control").symlink_to(tmp_path / "secret")
    gone = specc("runs", "delete", done, "--yes")
    assert gone.status == 0
    assert "runs/one stays, as it holds more: checkpoints, notes.txt" in gone.err
    assert sorted(p.name for p in run.rglob("*")) == [
        "checkpoints",
        "mine.safetensors",
        "notes.txt",
    ]
    assert (tmp_path / "secret").read_text() == "theirs"


def test_a_link_to_a_run_is_not_followed(specc: Run, done: str, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(done, target_is_directory=True)
    assert specc("runs", "delete", "link", "--yes").status == 2
    assert (tmp_path / done / "run.json").exists()


@pytest.mark.skipif(os.name == "nt", reason="no locks")
def test_a_run_that_is_written_is_left_alone(specc: Run, done: str, tmp_path: Path) -> None:
    import fcntl

    number = os.open(tmp_path / done, os.O_RDONLY)
    fcntl.flock(number, fcntl.LOCK_EX)
    try:
        assert specc("runs").out.splitlines()[1].split()[1] == "running"
        refused = specc("runs", "delete", done, "--yes")
        assert (refused.status, "still being written" in refused.err) == (2, True)
    finally:
        os.close(number)
    assert specc("runs").out.splitlines()[1].split()[1] == "finished"


def test_a_run_that_was_killed(specc: Run, done: str, tmp_path: Path) -> None:
    events = tmp_path / done / "events.jsonl"
    lines = events.read_text().splitlines()
    kept = [line for line in lines if json.loads(line)["event"] != "finished"][:-1]
    events.write_text("\n".join(kept) + '\n{"event": "fin')
    steps = tmp_path / done / "steps.bin"
    steps.write_bytes(steps.read_bytes()[:-7])
    found = specc("runs", "show", done)
    assert found.out.startswith("runs/one: killed after ")
    assert specc("runs", "show", done, "--csv").status == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("runs", "show"), "`show` takes one run, not 0"),
        (("runs", "show", "a", "b"), "`show` takes one run, not 2"),
        (("runs", "show", "none"), "there is no run in `none`"),
        (("runs", "show", "tiny.dl"), "there is no run in `tiny.dl`"),
        (("runs", "delete"), "needs a run"),
        (("runs", "delete", "none", "--yes"), "there is no run in `none`"),
        (("runs", "delete", ".", "--yes"), "there is no run in `.`"),
        (("runs", "list", "a", "b"), "takes one folder"),
        (("runs", "list", "--csv"), "`--csv` is of `show`"),
        (("runs", "show", "a", "--yes"), "`--yes` is of `delete`"),
        (("runs", "show", "a", "--csv", "--json"), "two formats"),
        (("runs", "delete", "a", "--json"), "no result"),
        (("runs", "shwo"), "shwo"),
    ],
)
def test_bad_input(specc: Run, tiny: str, arguments: tuple[str, ...], said: str) -> None:
    found = specc(*arguments)
    assert said in found.err
    assert (found.status, found.out) == (2, "")


def test_damaged_runs_are_answered_in_words(specc: Run, done: str, tmp_path: Path) -> None:
    run = tmp_path / done
    (tmp_path / "runs" / "bad").mkdir()
    (tmp_path / "runs" / "bad" / "run.json").write_text("{")
    found = specc("runs")
    assert found.status == 2
    assert "runs/one" in found.out
    assert "error[E0512]: `runs/bad/run.json` is not valid JSON" in found.err
    assert specc("runs", "show", "runs/bad").status == 2
    assert specc("runs", "delete", "runs/bad", "--yes").status == 0
    hostile = (
        '{"event": "evaluated", "step": 3, "epoch": 1, "seconds": 0, "best": true, "dev": null, '
    )
    hostile += '"train": {"a\\u001b[31m,\\"b": 1}}\n'
    with (run / "events.jsonl").open("a") as file:
        file.write(hostile)
    for arguments in (("show", done), ("show", done, "--csv"), ("show", done, "--json"), ()):
        found = specc("runs", *arguments)
        assert found.status == 0
        assert "\x1b" not in found.out
    np.array([9**9, 0, 0, 0], "<u8").tofile(run / "steps.bin")
    assert specc("runs", "show", done, "--csv").status == 0
