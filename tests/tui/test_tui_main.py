"""The entry point, the plain frame, and what is imported for them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from specc_tui.app import main, new_directory
from specc_tui.frame import frame

ROOT = Path(__file__).resolve().parents[2]


def test_once_prints_a_plot_and_the_status(make_run, capsys):
    assert main(str(make_run()), once=True) == 0
    text = capsys.readouterr().out
    assert text.startswith("specc digits")
    assert "cost J" in text
    assert "★ best dev" in text
    assert "finished: ran 15 epochs" in text
    assert "\x1b" not in text
    assert any("\u2800" < char <= "\u28ff" for char in text)


def test_once_in_ascii(make_run, capsys):
    assert main(str(make_run()), once=True, ascii_only=True) == 0
    text = capsys.readouterr().out
    assert text.isascii()
    assert "*" in text


def test_a_frame_has_the_size_that_was_asked_for(make_run):
    rows = frame(make_run(), 60, 20, time.time()).splitlines()
    assert len(rows) == 20
    assert max(map(len, rows)) <= 60


def test_a_run_that_broke_off_is_said(make_run):
    text = frame(make_run(done=50, end=None), 80, 24, time.time())
    assert "broken off at step 49: its trainer is gone" in text


def test_a_frame_of_a_damaged_run_says_what_is_wrong(tmp_path):
    (tmp_path / "run.json").write_text("{")
    text = frame(tmp_path, 80, 24, time.time())
    assert "no data yet" in text
    assert "cannot read run.json" in text


@pytest.mark.parametrize(
    ("target", "options", "words"),
    [
        ("nowhere", {}, "there is no spec and no run directory `nowhere`"),
        ("folder", {}, "`folder` is no run directory: it has no run.json"),
        ("folder", {"once": True}, "`folder` is no run directory"),
        ("x.dl", {"once": True}, "`--once` shows a run directory"),
    ],
)
def test_what_cannot_be_watched_is_refused(tmp_path, monkeypatch, capsys, target, options, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "x.dl").write_text("")
    assert main(target, **options) == 2
    assert words in capsys.readouterr().err


def test_a_trainer_that_cannot_start_is_said(tmp_path, capsys):
    path = tmp_path / "x.dl"
    path.write_text("")
    assert main(str(path), out=str(tmp_path / "run"), command=("/nowhere/specc",)) == 2
    assert "the trainer cannot be started: No such file" in capsys.readouterr().err


def test_run_directories_are_named_after_spec_and_time(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    now = time.struct_time((2026, 1, 2, 3, 4, 5, 0, 0, 0))
    first = new_directory(Path("models/digits.dl"), now)
    assert first == Path("runs/digits-20260102-030405")
    first.mkdir(parents=True)
    assert new_directory(Path("models/digits.dl"), now) == Path("runs/digits-20260102-030405-2")


def test_a_frame_needs_no_textual(make_run):
    text = (
        "import sys\n"
        "from specc_tui.app import main\n"
        "code = main(sys.argv[1], once=True)\n"
        "sys.exit(code or any(m.startswith(('textual', 'rich')) for m in sys.modules))\n"
    )
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join((str(ROOT / "tui"), str(ROOT))))
    done = subprocess.run(
        [sys.executable, "-c", text, str(make_run())],
        env=environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert b"cost J" in done.stdout
