"""Exports: the documents of a chart, the drawing, and where files go."""

from __future__ import annotations

import csv
import io
import json
import os
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from specc_tui.chart import Chart, Mark, Series
from specc_tui.delivery import deliver
from specc_tui.drawing import BINS, drawing
from specc_tui.exports import chart_documents
from specc_tui.lines import Role

HOSTILE = '</text><script>alert(1)</script>"&\x1b[2J\u202e'
SVG = "{http://www.w3.org/2000/svg}"


def chart(y, label="train", **more):
    values = np.asarray(y, np.float64)
    x = np.arange(len(values), dtype=np.float64)
    return Chart("cost J", (Series(label, x, values, Role.TRAIN),), x_label="step", **more)


def points(text):
    """The points of every polyline."""
    lines = ET.fromstring(text).iter(f"{SVG}polyline")
    return [[tuple(map(float, p.split(","))) for p in e.attrib["points"].split()] for e in lines]


def test_a_chart_is_written_as_csv_and_json_and_read_back():
    held = chart([1.5, np.nan, np.inf, 0.1 + 0.2], marks=(Mark(2.0, np.nan, "best"),))
    documents = chart_documents(held, {"run": "runs/x"})
    assert list(documents) == ["csv", "json", "txt", "svg"]
    rows = list(csv.reader(io.StringIO(documents["csv"])))
    assert rows[0] == ["series", "step", "cost J"]
    assert [float(row[2]) for row in rows[1:]] == pytest.approx(
        [1.5, np.nan, np.inf, 0.30000000000000004], nan_ok=True
    )
    data = json.loads(documents["json"])
    assert data["series"] == [
        {"label": "train", "x": [0, 1, 2, 3], "y": [1.5, "nan", "inf", 0.30000000000000004]}
    ]
    assert data["run"] == "runs/x"
    assert "train" in documents["txt"]


def test_what_is_out_of_the_window_is_not_exported():
    documents = chart_documents(chart(np.arange(100), x_range=(20.0, 29.0)), {})
    assert json.loads(documents["json"])["series"][0]["x"] == list(range(20, 30))
    assert len(documents["csv"].splitlines()) == 11


def test_a_drawing_is_made_from_the_data():
    text = drawing(chart([0, 1, 2, 3]))
    ((first, *_, last),) = points(text)
    assert first[0] < last[0]
    assert first[1] > last[1]
    words = [e.text for e in ET.fromstring(text).iter(f"{SVG}text")]
    assert "cost J" in words
    assert "step" in words
    assert "train" in words


def test_a_gap_parts_the_line_and_a_lone_point_is_a_dot():
    pieces = points(drawing(chart([1, 2, np.nan, 3, np.inf, 4, 5])))
    assert [len(p) for p in pieces] == [2, 2, 2]
    assert pieces[1][0] == pieces[1][1]


def test_a_long_curve_keeps_its_spikes_and_stays_small():
    values = np.ones(200_000)
    values[123_456] = 50.0
    ((*line,),) = points(drawing(chart(values)))
    assert len(line) <= 2 * BINS + 2
    assert min(y for _, y in line) < 100


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(width=64), max_size=60),
    st.booleans(),
    st.booleans(),
    st.text(max_size=20) | st.just(HOSTILE),
)
def test_any_chart_is_well_formed_xml(y, log_x, log_y, words):
    held = chart(
        y,
        words,
        log_x=log_x,
        log_y=log_y,
        messages=(words,),
        marks=(Mark(1.0, 2.0, words), Mark(np.nan, np.inf, words)),
    )
    text = drawing(held)
    names = {element.tag for element in ET.fromstring(text).iter()}
    assert names <= {
        f"{SVG}{n}" for n in "svg rect text line path polyline clipPath circle".split()
    }
    assert "\x1b" not in text
    assert "nan" not in text.replace(words, "")


def test_files_go_beside_the_run_and_none_is_overwritten(tmp_path):
    said = [deliver({"csv": "a", "txt": "b"}, "train-cost", tmp_path) for _ in range(2)]
    assert said[0] == f"written: {tmp_path / 'exports' / 'train-cost'} .csv, .txt"
    assert (tmp_path / "exports/train-cost.csv").read_text() == "a"
    assert (tmp_path / "exports/train-cost-2.txt").read_text() == "b"
    assert "train-cost-2" in said[1]


def test_a_name_is_free_only_if_all_of_its_documents_are(tmp_path):
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports/x.txt").write_text("mine")
    deliver({"csv": "a", "txt": "b"}, "x", tmp_path)
    assert sorted(os.listdir(tmp_path / "exports")) == ["x-2.csv", "x-2.txt", "x.txt"]


@pytest.mark.parametrize("obstacle", ["link", "file", "no folder"])
def test_where_the_run_cannot_be_written_the_working_directory_is(tmp_path, monkeypatch, obstacle):
    run, here, secret = tmp_path / "run", tmp_path / "here", tmp_path / "secret"
    here.mkdir()
    secret.mkdir()
    monkeypatch.chdir(here)
    if obstacle != "no folder":
        run.mkdir()
    if obstacle == "link":
        (run / "exports").symlink_to(secret)
    elif obstacle == "file":
        (run / "exports").write_text("")
    said = deliver({"csv": "a"}, "x", run)
    assert (here / "x.csv").read_text() == "a"
    assert said.startswith(f"written: {here / 'x'} .csv (")
    assert not list(secret.iterdir())


def test_links_in_the_folder_are_not_followed(tmp_path):
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports/x.csv").symlink_to(tmp_path / "target")
    deliver({"csv": "a"}, "x", tmp_path)
    assert not (tmp_path / "target").exists()
    assert (tmp_path / "exports/x-2.csv").exists()


def test_that_nothing_could_be_written_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("specc_tui.delivery._write_new", _full)
    monkeypatch.chdir(tmp_path)
    assert deliver({"csv": "a"}, "x", tmp_path).startswith("nothing was written: ")


def _full(*_):
    raise OSError(28, "No space left on device")


def test_marks_are_drawn_as_the_legend_writes_them():
    marks = (Mark(1.0, 1.0, "best"), Mark(2.0, 2.0, "rate set", Role.NOTE, "◆"))
    paths = [
        e.attrib["d"]
        for e in ET.fromstring(drawing(chart([0, 1, 2, 3], marks=marks))).iter(f"{SVG}path")
    ]
    assert [d.count("L") + 1 for d in paths if d.endswith("Z")] == [10, 4]
