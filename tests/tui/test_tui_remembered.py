"""What the app remembers: clamped on reading, replaced as a whole, never an error."""

from __future__ import annotations

import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from specc_tui.places import UNITS
from specc_tui.printable import printable
from specc_tui.remembered import Remembered, recall, remember, state_file
from specc_tui.smoothing import LEVELS

CHANGED = Remembered(0.98, "time", True, True, "ansi-dark", "gradients")

values = st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=9)


def test_what_was_remembered_is_recalled(tmp_path):
    path = tmp_path / "deep/folder/view.json"
    remember(path, CHANGED)
    assert recall(path) == CHANGED
    assert os.listdir(path.parent) == ["view.json"]
    remember(path, Remembered())
    assert recall(path) == Remembered()


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff\xfe", b"9" * 100_000, b"[" * 60_000, b"null"]
)
def test_a_damaged_file_is_passed_over(tmp_path, content):
    (tmp_path / "view.json").write_bytes(content)
    assert recall(tmp_path / "view.json") == Remembered()


@given(
    st.dictionaries(
        st.sampled_from(["smoothing", "unit", "log_x", "log_y", "theme", "screen"]), values
    )
)
def test_every_value_is_clamped(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("state") / "view.json"
    path.write_text(json.dumps(data))
    kept = recall(path)
    assert kept.smoothing in LEVELS
    assert kept.unit in UNITS
    assert isinstance(kept.log_x, bool)
    assert kept.theme == printable(kept.theme)
    assert len(kept.screen) <= 61


def test_what_cannot_be_read_or_written_is_no_error(tmp_path):
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "file/view.json", None):
        remember(path, CHANGED)
        assert recall(path) == Remembered()
    assert sorted(os.listdir(tmp_path)) == ["file"]


def test_it_is_kept_under_the_state_folder_of_the_platform(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    if os.name == "posix" and os.uname().sysname == "Linux":
        assert state_file() == tmp_path / "specc/view.json"
    assert state_file().name == "view.json"
