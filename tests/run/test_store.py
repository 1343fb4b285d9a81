"""The run directory: written by one, read by many, killed at any moment, full or hostile."""

from __future__ import annotations

import errno
import json
import math
import os
import signal
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specc.diag.diagnostic import CompilerBug, RunError
from specc.run import forms, store
from specc.run.events import (
    KINDS,
    Checkpointed,
    Diverged,
    Evaluated,
    Event,
    Finished,
    Paused,
    Probed,
    RateChanged,
    Resumed,
    Started,
    Steps,
    Warned,
    to_json,
)
from specc.run.recorded import (
    LONGEST_LINE,
    RECORD,
    open_run,
    read_events,
    read_steps,
    tail_events,
)
from specc.run.store import RunStore

in_one_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])

LAYER = {
    "layer": "dense 1, sigmoid",
    "name": "dense1",
    "line": 13,
    "input": [2, "m"],
    "output": [1, "m"],
    "parameters": [{"name": "dense1.W", "shape": [1, 2]}],
    "values": [{"name": "Z1", "shape": [1, "m"], "real": [1, 64], "rule": "W1 (1, 2) times X"}],
    "gradients": [{"name": "dW1", "shape": [1, 2], "real": [1, 2], "matches": "W1"}],
    "flops": 4,
    "checked": True,
}
INFO: dict[str, Any] = {
    "format": 1,
    "name": "circles",
    "spec": "/somewhere/circles.dl",
    "variant": None,
    "seed": 1,
    "created": "2026-01-01T00:00:00",
    "pid": 1,
    "machine": {"cpu": "x"},
    "versions": {"specc": "1", "python": "3", "numpy": "2"},
    "hashes": {"spec": "abc", "data": "def"},
    "precision": "float32",
    "batch": 64,
    "steps": 40,
    "epochs": 10,
    "steps_per_epoch": 4,
    "examples": {"train": 240, "dev": 60},
    "parameters": 3,
    "metrics": ["accuracy"],
    "loss": "binary_cross_entropy",
    "optimizer": "sgd(lr = 0.1)",
    "settings": [["batch", "64"]],
    "layers": [LAYER],
}
RARE: list[Event] = [
    Started("runs/a", 0, 40, 10.0, 4, 64, {"train": 240, "dev": 60}, 3),
    Evaluated(4, 1.0, 0.1, {"cost": 0.5, "accuracy": 0.9}, None, True),
    Evaluated(8, 2.0, 0.2, {"cost": float("nan")}, {"cost": float("inf")}, False),
    Probed(
        9,
        0.9,
        ({"layer": "dense1", "value": "A1", "mean": 0.5, "counts": [1, 2], "dead": None},),
        ({"name": "dense1.W", "norm": 2.0, "gradient": None, "update": math.inf},),
    ),
    Paused(9),
    Resumed(9),
    RateChanged(9, 0.05),
    Checkpointed(8, "last"),
    Warned(8, "look \x1b[31m\u202e here\n"),
    Diverged(8, "dense1", "W1", "not finite"),
    Finished("stopped", "asked to", 8, 2.0, 0.3, 1e4, {"cost": 0.5}, None, None, {"step": 4}),
]


def steps(first: int, count: int) -> Steps:
    many = tuple(float(first + i) for i in range(count))
    return Steps(first, many, tuple(0.1 for _ in many), tuple(x / 8 for x in many))


def created(path: Path, **changes: Any) -> RunStore:
    return RunStore.create(path, {**INFO, **changes}, "spec 1\n", "import numpy\n")


def resumed(path: Path, **changes: Any) -> RunStore:
    return RunStore.resume(path, {**INFO, **changes}, "spec 1\n", "import numpy\n")


def refusal(path: Path, make: Any = created, **changes: Any) -> tuple[str, str]:
    with pytest.raises(RunError) as caught:
        make(path, **changes)
    return caught.value.diagnostic.code, caught.value.diagnostic.message


def test_what_is_written_is_read(tmp_path: Path) -> None:
    run = tmp_path / "runs" / "a"
    with created(run) as trainer:
        trainer.consume(steps(0, 3))
        for event in RARE:
            trainer.consume(event)
        trainer.consume(steps(3, 2))
    assert open_run(run) == INFO
    assert (run / "spec.dl").read_text() == "spec 1\n"
    assert (run / "plan.py").read_text() == "import numpy\n"
    assert trainer.checkpoint("best") == run / "checkpoints" / "best.safetensors"
    assert trainer.checkpoint("best").parent.is_dir()
    records = read_steps(run)
    assert records["step"].tolist() == [0, 1, 2, 3, 4]
    assert records["cost"].tolist() == [0, 1, 2, 3, 4]
    assert records["rate"].tolist() == [0.1] * 5
    assert records["seconds"].tolist() == [0, 0.125, 0.25, 0.375, 0.5]
    # As text, since one of them holds a NaN.
    assert list(map(repr, read_events(run))) == list(map(repr, RARE))
    assert sorted(os.listdir(run)) == [
        "checkpoints",
        "events.jsonl",
        "plan.py",
        "run.json",
        "spec.dl",
        "steps.bin",
    ]


def test_record_is_that_of_the_contract() -> None:
    assert RECORD.itemsize == 32
    assert RECORD.descr == [("step", "<u8"), ("seconds", "<f8"), ("rate", "<f8"), ("cost", "<f8")]


def test_a_run_that_has_just_begun(tmp_path: Path) -> None:
    with created(tmp_path):
        assert open_run(tmp_path) == INFO
        assert len(read_steps(tmp_path)) == 0
        assert read_steps(tmp_path).dtype == RECORD
        assert read_events(tmp_path) == []


def test_viewers_see_a_run_grow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "FLUSH_SECONDS", 0.0)
    with created(tmp_path) as trainer:
        trainer.consume(steps(0, 2))
        early = read_steps(tmp_path)
        trainer.consume(steps(2, 2))
        assert early["step"].tolist() == [0, 1]
        assert read_steps(tmp_path)["step"].tolist() == [0, 1, 2, 3]
        assert isinstance(read_steps(tmp_path), np.memmap)


def test_flush_policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "FLUSH_SECONDS", 3600.0)
    with created(tmp_path) as trainer:
        trainer.consume(steps(0, 2))
        assert len(read_steps(tmp_path)) == 0
        trainer.consume(Paused(2))
        assert len(read_steps(tmp_path)) == 2
        trainer.consume(steps(2, 1))
        assert len(read_steps(tmp_path)) == 2
        trainer.flush()
        assert len(read_steps(tmp_path)) == 3
        trainer.consume(steps(3, store.FLUSH_BYTES // RECORD.itemsize))
        assert len(read_steps(tmp_path)) == 3 + store.FLUSH_BYTES // RECORD.itemsize


def test_create_takes_a_new_or_empty_folder_only(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    created(tmp_path / "empty").close()
    code, message = refusal(tmp_path / "empty")
    assert (code, "holds a run already" in message) == ("E0511", True)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.tex").write_text("precious")
    code, message = refusal(tmp_path / "full")
    assert (code, "is not empty" in message) == ("E0511", True)
    assert os.listdir(tmp_path / "full") == ["thesis.tex"]
    (tmp_path / "file").write_text("precious")
    assert refusal(tmp_path / "file")[0] == "E0511"
    assert refusal(tmp_path / "file" / "below")[0] == "E0511"
    assert (tmp_path / "file").read_text() == "precious"


def test_a_run_killed_while_it_was_made_can_be_made_again(tmp_path: Path) -> None:
    (tmp_path / ".run.json.tmp").write_text("{")
    created(tmp_path).close()
    assert open_run(tmp_path) == INFO


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    with created(tmp_path):
        code, message = refusal(tmp_path, resumed)
        assert (code, "another process" in message) == ("E0511", True)
    resumed(tmp_path).close()


def test_resume_goes_on(tmp_path: Path) -> None:
    with created(tmp_path) as trainer:
        trainer.consume(RARE[0])
        trainer.consume(steps(0, 8))
        trainer.consume(Evaluated(4, 1.0, 0.1, {"cost": 0.5}, None, True))
        trainer.consume(Evaluated(8, 2.0, 0.2, {"cost": 0.4}, None, True))
    with resumed(tmp_path, pid=2, created="later") as trainer:
        trainer.consume(Started("runs/a", 5, 40, 10.0, 4, 64, {"train": 240}, 3))
        trainer.consume(steps(5, 6))
        trainer.consume(Evaluated(8, 2.0, 0.9, {"cost": 0.4}, None, True))
    assert open_run(tmp_path) == {**INFO, "pid": 2}
    assert read_steps(tmp_path)["step"].tolist() == list(range(11))
    again = Evaluated(8, 2.0, 0.9, {"cost": 0.4}, None, True)
    assert read_events(tmp_path) == [
        RARE[0],
        Evaluated(4, 1.0, 0.1, {"cost": 0.5}, None, True),
        Started("runs/a", 5, 40, 10.0, 4, 64, {"train": 240}, 3),
        again,
    ]
    assert len(tail_events(tmp_path, 0)[0]) == 5


def test_resume_of_what_is_another_run(tmp_path: Path) -> None:
    created(tmp_path / "a").close()
    for hashes in ({"spec": "other", "data": "def"}, {"spec": "abc", "data": "other"}):
        code, message = refusal(tmp_path / "a", resumed, hashes=hashes)
        assert (code, "is one of another" in message) == ("E0512", True)
    assert refusal(tmp_path / "missing", resumed)[0] == "E0512"
    assert not (tmp_path / "missing").exists()
    (tmp_path / "b").mkdir()
    assert refusal(tmp_path / "b", resumed)[0] == "E0512"


@pytest.mark.parametrize("torn", [1, 31, 33, 200_000])
def test_torn_ends_are_ignored_and_cut_off_by_resume(tmp_path: Path, torn: int) -> None:
    with created(tmp_path) as trainer:
        trainer.consume(steps(0, 4))
        trainer.consume(Paused(4))
    with open(tmp_path / "steps.bin", "ab") as file:
        file.write(b"\1" * (torn % 32))
    with open(tmp_path / "events.jsonl", "ab") as file:
        file.write(b'{"event":"warned","step":4,"message":"' + b"x" * torn)
    assert read_steps(tmp_path)["step"].tolist() == [0, 1, 2, 3]
    assert read_events(tmp_path) == [Paused(4)]
    with resumed(tmp_path) as trainer:
        trainer.consume(steps(4, 1))
        trainer.consume(Resumed(4))
    assert read_steps(tmp_path)["step"].tolist() == [0, 1, 2, 3, 4]
    assert read_events(tmp_path) == [Paused(4), Resumed(4)]
    assert os.path.getsize(tmp_path / "steps.bin") == 5 * 32


def test_tail_follows_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    assert tail_events(tmp_path, 0) == ([], 0)
    one, two = (json.dumps(to_json(e)).encode() + b"\n" for e in (Paused(1), Paused(2)))
    path.write_bytes(one + two[:9])
    events, offset = tail_events(tmp_path, 0)
    assert (events, offset) == ([Paused(1)], len(one))
    assert tail_events(tmp_path, offset) == ([], offset)
    path.write_bytes(one + two)
    assert tail_events(tmp_path, offset) == ([Paused(2)], len(one + two))
    path.write_bytes(two)
    assert tail_events(tmp_path, len(one + two)) == ([Paused(2)], len(two))


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"event":["paused"]}',
        b'{"event":"from the future","step":1}',
        b'{"event":"paused"}',
        b'{"event":"paused","step":"one"}',
        b'{"event":"paused","step":true}',
        b'{"event":"paused","step":1.5}',
        b'{"event":"paused","step":99999999999999999999}',
        b'{"event":"paused","step":' + b"9" * 5000 + b"}",
        b'{"event":"warned","step":1,"message":null}',
        b'{"event":"steps","first":0,"costs":[],"rates":[],"seconds":[]}',
        b'{"event":"evaluated","step":1,"epoch":1,"seconds":1,"train":[],"dev":null,"best":true}',
        b'{"event":"evaluated","step":1,"epoch":1,"seconds":1,"train":{"cost":"x"},"dev":null,'
        b'"best":true}',
        b'{"event":"warned","step":1,"message":"' + b"x" * LONGEST_LINE + b'"}',
    ],
)
def test_lines_that_are_no_events_are_left_out(tmp_path: Path, line: bytes) -> None:
    good = json.dumps(to_json(Paused(1))).encode()
    (tmp_path / "events.jsonl").write_bytes(good + b"\n" + line + b"\n" + good + b"\n")
    assert read_events(tmp_path) == [Paused(1), Paused(1)]


def test_every_field_of_every_event_has_a_form() -> None:
    assert {f.type for kind in KINDS.values() for f in fields(kind)} <= set(forms._FIELDS)
    assert all(forms.is_sound(event) for event in RARE)
    assert {type(event) for event in RARE} | {Steps} == set(KINDS.values())


@in_one_folder
@given(st.binary(max_size=200), st.binary(max_size=200), st.binary(max_size=100))
def test_any_bytes_can_be_read(tmp_path: Path, info: bytes, events: bytes, record: bytes) -> None:
    (tmp_path / "run.json").write_bytes(info)
    (tmp_path / "events.jsonl").write_bytes(events)
    (tmp_path / "steps.bin").write_bytes(record)
    with pytest.raises(RunError, match="E0512"):
        open_run(tmp_path)
    read_events(tmp_path)
    assert len(read_steps(tmp_path)) <= len(record) // 32


@in_one_folder
@given(st.lists(st.integers(0, 6), max_size=12))
def test_records_that_were_done_again_are_left_out(tmp_path: Path, order: list[int]) -> None:
    block = np.zeros(len(order), RECORD)
    block["step"], block["cost"] = order, range(len(order))
    (tmp_path / "steps.bin").write_bytes(block.tobytes())
    last: dict[int, int] = {}
    for place, step in enumerate(order):
        last = {s: p for s, p in last.items() if s < step} | {step: place}
    found = read_steps(tmp_path)
    assert found["step"].tolist() == list(last)
    assert found["cost"].tolist() == list(last.values())


def test_run_json_that_is_none(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(RunError, match="there is no run"):
            open_run(path)
    file = tmp_path / "run.json"
    file.write_text("[" * 100_000)
    with pytest.raises(RunError, match="not valid JSON"):
        open_run(tmp_path)
    file.write_text(json.dumps({**INFO, "format": 2}))
    with pytest.raises(RunError, match="newer version"):
        open_run(tmp_path)
    file.write_text(json.dumps({**INFO, "more": 1}))
    assert open_run(tmp_path)["more"] == 1


@pytest.mark.parametrize("key", [*INFO, *(f"layers[0].{key}" for key in LAYER)])
def test_run_json_that_lacks_something(tmp_path: Path, key: str) -> None:
    name = key.removeprefix("layers[0].")
    without = {k: v for k, v in INFO.items() if k != key}
    if name != key:
        without["layers"] = [{k: v for k, v in LAYER.items() if k != name}]
    (tmp_path / "run.json").write_text(json.dumps(without))
    with pytest.raises(RunError) as caught:
        open_run(tmp_path)
    assert caught.value.diagnostic.code == "E0512"
    assert caught.value.diagnostic.notes == (f"`{key}` is missing or of the wrong kind",)


def test_what_readers_rely_on_is_never_written_otherwise(tmp_path: Path) -> None:
    with pytest.raises(CompilerBug, match=r"layers\[0\].name"):
        created(tmp_path / "a", layers=[{**LAYER, "name": None}])
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("name", ["run.json", "events.jsonl", "steps.bin"])
def test_links_pipes_and_folders_are_not_followed(tmp_path: Path, name: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text(json.dumps(INFO) + "\n")
    read = {"run.json": open_run, "events.jsonl": read_events, "steps.bin": read_steps}[name]
    run = tmp_path / "run"
    created(run).close()
    for what in ("link", "pipe", "folder"):
        (run / name).unlink()
        if what == "link":
            (run / name).symlink_to(secret)
        elif what == "pipe":
            os.mkfifo(run / name)
        else:
            (run / name).mkdir()
        with pytest.raises(RunError) as caught:
            read(run)
        assert caught.value.diagnostic.code == "E0512"
        assert refusal(run, resumed)[0] in ("E0511", "E0512")
    assert secret.read_text() == json.dumps(INFO) + "\n"


KILLED = """
import json, os, signal, sys
from specc.run.events import Paused, Steps
from specc.run.store import RunStore

with RunStore.create(sys.argv[1], json.loads(sys.argv[2]), "", "") as store:
    for i in range(1000):
        store.consume(Steps(10 * i, (0.5,) * 10, (0.1,) * 10, (1.0,) * 10))
        if i % 100 == 99:
            store.consume(Paused(10 * i + 10))
        if i == 850:
            os.kill(os.getpid(), signal.SIGKILL)
"""


def test_kill_loses_nothing_that_was_handed_over(tmp_path: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path / "a"), json.dumps(INFO)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    events = read_events(tmp_path / "a")
    assert events == [Paused(1000 * n) for n in range(1, 9)]
    seen = read_steps(tmp_path / "a")["step"].tolist()
    assert len(seen) >= 8000
    assert seen == list(range(len(seen)))
    with resumed(tmp_path / "a") as trainer:
        trainer.consume(steps(len(seen), 1))
    assert len(read_steps(tmp_path / "a")) == len(seen) + 1


def test_full_disk_keeps_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write

    def fills_up(number: int, data: Any) -> int:
        if len(data) > 7:
            return write(number, bytes(data[:7]))
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with created(tmp_path) as trainer:
        trainer.consume(steps(0, 2))
        trainer.consume(Paused(2))
        with monkeypatch.context() as patched:
            patched.setattr(os, "write", fills_up)
            for event in (Paused(3), Resumed(3)):
                with pytest.raises(RunError, match="the disk is full") as caught:
                    trainer.consume(event)
                assert caught.value.diagnostic.code == "E0511"
        assert os.path.getsize(tmp_path / "steps.bin") == 64
        assert read_events(tmp_path) == [Paused(2)]
        trainer.consume(Resumed(2))
    assert read_events(tmp_path) == [Paused(2), Resumed(2)]


def test_deleted_directory_is_noticed(tmp_path: Path) -> None:
    import shutil

    def train() -> None:
        with created(tmp_path / "a") as trainer:
            shutil.rmtree(tmp_path / "a")
            trainer.consume(Paused(1))

    with pytest.raises(RunError, match="was deleted during the run") as caught:
        train()
    assert caught.value.diagnostic.code == "E0511"


def test_the_first_problem_is_the_one_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(errno.EIO, "late")

    def train() -> None:
        with created(tmp_path / "a"):
            monkeypatch.setattr(os, "fsync", fail)
            raise KeyError("first")

    with pytest.raises(KeyError, match="first"):
        train()


def test_folder_that_may_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The tests may run as root, whom no mode of a folder keeps out.
    def forbid(*_: Any, **__: Any) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(os, "mkdir", forbid)
    code, message = refusal(tmp_path / "a")
    assert (code, "may not be written" in message) == ("E0511", True)


def test_closing_twice_is_fine(tmp_path: Path) -> None:
    trainer = created(tmp_path)
    trainer.consume(steps(0, 1))
    trainer.close()
    trainer.close()
    assert len(read_steps(tmp_path)) == 1
