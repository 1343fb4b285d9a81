"""`specc watch` where there is no terminal."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from cli_samples import COMMAND, Run

from specc.cli.main import run


def test_without_a_terminal_a_spec_is_trained_in_plain_lines(
    process: Run, tmp_path: Path, tiny: str
) -> None:
    done = process("watch", tiny, "--out", "run", "--variant", "quick", "--set", "train.seed=5")
    assert done.status == 0
    assert done.err == "no terminal: training with plain progress lines\n"
    assert "finished after 200 steps" in done.out
    info = json.loads((tmp_path / "run" / "run.json").read_text())
    assert (info["variant"], info["seed"]) == ("quick", 5)
    frame = process("watch", "run", "--once")
    assert frame.status == 0
    assert "tiny" in frame.out
    assert frame.err == ""
    assert process("watch", "run").out == frame.out


@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals")
@pytest.mark.parametrize("command", ["watch", "train --watch", "compare --watch"])
def test_a_screen_that_nobody_would_see_is_not_drawn(
    tmp_path: Path, tiny: str, command: str
) -> None:
    """The app draws on the stream of errors: where that goes to a file, plain lines are printed."""
    keys, terminal = os.openpty()
    environment = {**os.environ, "TERM": "xterm-256color"}
    with open(tmp_path / "errors", "wb") as errors, os.fdopen(terminal, "rb") as end:
        done = subprocess.run(
            [*COMMAND, *command.split(), tiny, "--out", "run"],
            cwd=tmp_path,
            env=environment,
            stdin=end,
            stdout=end,
            stderr=errors,
            timeout=60,
            check=False,
        )
    os.close(keys)
    assert done.returncode == 0
    assert b"\x1b" not in (tmp_path / "errors").read_bytes()


@pytest.mark.parametrize("target", ["missing", "missing.dl"])
def test_what_is_neither_a_spec_nor_a_run(specc: Run, target: str) -> None:
    for options in ([], ["--once"]):
        done = specc("watch", target, *options)
        assert done.status == 2
        assert "error" in done.err
        assert target in done.err


def test_a_spec_with_errors_is_not_trained(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.dl").write_text("network { dense 3 }\n")
    assert specc("watch", "bad.dl").status == 1
    assert not (tmp_path / "runs").exists()


def test_without_the_app_there_is_a_way_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("specc.cli.watch.entry_points", lambda **_: ())
    assert run(["watch", str(tmp_path), "--once"]) == 2
    assert capsys.readouterr().err.startswith("error: the terminal app is not installed\nhelp: ")
