"""The reader of run directories: complete ones, growing ones, torn ones and hostile ones."""

from __future__ import annotations

import json
import os
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from specc_tui.event_line import read_event
from specc_tui.header import read_header
from specc_tui.news import RECORD
from specc_tui.tail import RunReader

from specc.run.events import Evaluated, Finished, Paused, Warned

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["event", "step", "name", "layers", "values", "shape", "train", "best"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=15,
)


def record(step: int, cost: float = 1.0) -> bytes:
    return struct.pack("<Qddd", step, step * 0.1, 0.001, cost)


def append(path: Path, data: bytes) -> None:
    with open(path, "ab") as file:
        file.write(data)


@pytest.fixture
def directory(tmp_path, fake) -> Path:
    (tmp_path / "run.json").write_text(json.dumps(fake.header("digits.dl", 100, 1)))
    return tmp_path


def test_a_whole_run_is_read(make_run):
    news = RunReader(make_run(steps=300)).poll()
    assert news.header is not None
    assert news.header.layers[0].values[0].rule.startswith("W1 (64, 64) times A0")
    assert news.records["step"].tolist() == list(range(300))
    assert isinstance(news.events[-1], Finished)
    assert news.problem == ""
    assert not news.more
    assert news.modified is not None


def test_a_second_poll_brings_only_what_is_new(directory):
    reader = RunReader(directory)
    append(directory / "steps.bin", record(0) + record(1))
    append(directory / "events.jsonl", b'{"event": "paused", "step": 2}\n')
    assert len(reader.poll().records) == 2
    assert reader.poll().empty
    append(directory / "steps.bin", record(2))
    append(directory / "events.jsonl", b'{"event": "resumed", "step": 2}\n')
    news = reader.poll()
    assert news.records["step"].tolist() == [2]
    assert len(news.events) == 1
    assert news.header is None


@pytest.mark.parametrize("torn", range(1, 32))
def test_a_torn_record_waits_until_it_is_whole(directory, torn):
    reader = RunReader(directory)
    whole = record(0) + record(1)
    append(directory / "steps.bin", whole[: 32 + torn])
    assert reader.poll().records["step"].tolist() == [0]
    append(directory / "steps.bin", whole[32 + torn :])
    assert reader.poll().records["step"].tolist() == [1]


def test_a_torn_line_waits_until_it_is_whole(directory):
    reader = RunReader(directory)
    append(directory / "events.jsonl", b'{"event": "paused", "st')
    assert reader.poll().events == ()
    append(directory / "events.jsonl", b'ep": 3}\n')
    assert reader.poll().events == (Paused(3),)


def test_every_poll_has_a_budget(directory):
    append(directory / "steps.bin", b"".join(map(record, range(25))))
    append(directory / "events.jsonl", b'{"event": "paused", "step": 3}\n' * 10)
    reader = RunReader(directory, record_budget=10, event_budget=100)
    polls = [reader.poll() for _ in range(4)]
    assert [len(p.records) for p in polls] == [10, 10, 5, 0]
    assert [len(p.events) for p in polls] == [3, 3, 3, 1]
    assert [p.more for p in polls] == [True, True, True, False]


def test_a_run_that_starts_anew_is_read_anew(directory):
    reader = RunReader(directory)
    append(directory / "steps.bin", b"".join(map(record, range(5))))
    assert len(reader.poll().records) == 5
    (directory / "steps.bin").write_bytes(record(0))
    news = reader.poll()
    assert news.reset
    assert news.header is not None
    assert news.records["step"].tolist() == [0]
    assert not reader.poll().reset


def test_a_replaced_file_is_read_anew(directory):
    reader = RunReader(directory)
    append(directory / "steps.bin", record(0))
    reader.poll()
    append(directory / "other", b"".join(map(record, range(9))))
    os.replace(directory / "other", directory / "steps.bin")
    assert len(reader.poll().records) == 9


def test_a_directory_that_is_missing_or_goes_away_is_a_sentence(directory):
    assert "no directory" in RunReader(directory / "nowhere").poll().problem
    reader = RunReader(directory)
    reader.poll()
    shutil.rmtree(directory)
    assert "no directory" in reader.poll().problem
    directory.mkdir()
    assert reader.poll().problem == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "cannot read run.json"),
        ("{", "cannot read run.json"),
        ("[]", "holds no object"),
        ('{"format": 7}', "format 7"),
        ('{"format": "\x1b[2J"}', "cannot read run.json"),
        ("[" * 100_000, "nested too deeply"),
        ("9" * 5_000, "cannot read run.json"),
    ],
)
def test_a_foreign_header_is_a_sentence(tmp_path, text, words):
    (tmp_path / "run.json").write_text(text)
    news = RunReader(tmp_path).poll()
    assert words in news.problem
    assert "\x1b" not in news.problem
    assert news.header is None


def test_an_oversized_header_is_refused(tmp_path):
    with open(tmp_path / "run.json", "wb") as file:
        file.truncate(17 * 2**20)
    assert "no run of specc" in RunReader(tmp_path).poll().problem


@pytest.mark.parametrize("name", ["run.json", "steps.bin", "events.jsonl"])
@pytest.mark.parametrize("kind", ["link", "pipe", "directory"])
def test_links_pipes_and_directories_are_not_read(directory, tmp_path, name, kind):
    path = directory / name
    path.unlink(missing_ok=True)
    secret = tmp_path / "secret"
    secret.write_bytes(b"x" * 64)
    if kind == "link":
        path.symlink_to(secret)
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    news = RunReader(directory).poll()
    assert news.problem.startswith("cannot read")
    assert not len(news.records)


def test_lines_that_are_no_events_are_counted_and_skipped(directory):
    lines = [
        b"\xff\xfe garbage",
        b"{}",
        b'{"event": 3}',
        b'{"event": []}',
        b'{"event": "evaluated"}',
        b'{"event": "of the future", "x": 1}',
        b"[" * 5000,
        b'{"event": "warned", "step": 4, "message": "\\u001b[2Jhi"}',
    ]
    append(directory / "events.jsonl", b"\n".join(lines) + b"\n")
    news = RunReader(directory).poll()
    assert news.events == (Warned(4, "\\x1b[2Jhi"),)
    assert news.notes == ("6 lines of events.jsonl are no events: ignored",)


def test_an_endless_line_does_not_stop_the_reader(directory):
    append(directory / "events.jsonl", b"x" * 1000 + b'\n{"event": "paused", "step": 1}\n')
    reader = RunReader(directory, event_budget=100)
    events = [event for _ in range(20) for event in reader.poll().events]
    assert events == [Paused(1)]


def test_fields_of_the_wrong_type_are_made_harmless():
    line = json.dumps(
        {
            "event": "evaluated",
            "step": "many",
            "epoch": [],
            "seconds": None,
            "train": {"cost": "high", "\x1b": 1},
            "dev": 3,
            "best": "yes",
        }
    )
    event = read_event(line.encode())
    assert isinstance(event, Evaluated)
    assert event.step == 0
    assert np.isnan(event.epoch)
    assert list(event.train) == ["cost", "\\x1b"]
    assert event.dev is None
    assert event.best is None


@settings(max_examples=200, deadline=None)
@given(json_values)
def test_any_json_is_a_header_or_a_refusal(value):
    try:
        header = read_header(value)
    except ValueError:
        return
    assert isinstance(header.steps, int)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["started", "evaluated", "diverged", "finished", "warned", "nothing"]),
    st.dictionaries(
        st.sampled_from(["step", "steps", "train", "dev", "test", "best", "expect", "reason"]),
        json_values,
    ),
)
def test_any_object_is_an_event_or_a_refusal(name, fields):
    line = json.dumps({"event": name, **fields}).encode()
    try:
        read_event(line)
    except ValueError:
        return


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.binary(max_size=200), st.binary(max_size=200))
def test_any_bytes_are_read_without_an_exception(tmp_path_factory, header, steps, events):
    directory = tmp_path_factory.mktemp("any")
    for name, data in (("run.json", header), ("steps.bin", steps), ("events.jsonl", events)):
        (directory / name).write_bytes(data)
    reader = RunReader(directory)
    news = reader.poll()
    assert news.records.dtype == RECORD
    reader.poll()
