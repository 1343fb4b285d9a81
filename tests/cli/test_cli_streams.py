"""Standard output that is closed early, full, missing, or cannot encode a character."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from cli_samples import COMMAND, TINY, Result, Run, environment, started

from specc.cli.streams import Guard

BAD = TINY.replace("tanh", "tanj")
posix = pytest.mark.skipif(os.name == "nt", reason="there is no shell of POSIX")


def shell(folder: Path, line: str, **extra: str) -> Result:
    """A line for `sh`, in which `$SPECC` is the command."""
    done = subprocess.run(
        ["sh", "-c", line],
        cwd=folder,
        env=environment(SPECC=" ".join(COMMAND), **extra),
        capture_output=True,
        stdin=subprocess.DEVNULL,
        encoding="utf-8",
        timeout=120,
    )
    return Result(done.returncode, done.stdout, done.stderr)


def first_line(folder: Path, *arguments: str) -> Result:
    """Read one line of what a command prints, and close the pipe."""
    child = started(folder, *arguments)
    assert child.stdout is not None
    assert child.stderr is not None
    line = child.stdout.readline()
    child.stdout.close()
    err = child.stderr.read()
    child.stderr.close()
    return Result(child.wait(60), line, err)


def test_a_run_whose_log_is_no_longer_read_goes_on(tmp_path: Path, tiny: str) -> None:
    done = first_line(tmp_path, "train", tiny, "--out", "run")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("17 parameters")
    events = (tmp_path / "run" / "events.jsonl").read_text().splitlines()
    assert json.loads(events[-1])["event"] == "finished"


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["explain"], 0),
        (["--help"], 0),
        (["plan", "tiny.dl", "--emit", "numpy"], 0),
        # Findings stay findings, so that a hook with `pipefail` does not let them pass.
        (["check", "bad.dl", "--format", "json"], 1),
    ],
)
def test_output_that_nobody_reads_to_its_end(
    tmp_path: Path, tiny: str, arguments: list[str], status: int
) -> None:
    (tmp_path / "bad.dl").write_text(BAD)
    done = first_line(tmp_path, *arguments)
    assert (done.status, done.err) == (status, "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")
@pytest.mark.parametrize(
    ("arguments", "status"),
    [("explain adam", 2), ("train tiny.dl --json --out run", 2), ("check bad.dl --format json", 1)],
)
def test_output_that_cannot_be_written(
    tmp_path: Path, tiny: str, arguments: str, status: int
) -> None:
    (tmp_path / "bad.dl").write_text(BAD)
    done = shell(tmp_path, f"$SPECC {arguments} > /dev/full")
    assert done.status == status
    assert done.err == "error: standard output cannot be written: no space left on device\n"
    if "train" in arguments:
        assert (tmp_path / "run" / "checkpoints" / "last.safetensors").exists()


@posix
def test_streams_that_are_not_there(tmp_path: Path, tiny: str) -> None:
    (tmp_path / "bad.dl").write_text(BAD)
    line = "$SPECC train tiny.dl --out run >&- 2>&- && $SPECC check bad.dl >&- 2>&-"
    assert shell(tmp_path, line) == Result(1, "", "")
    assert (tmp_path / "run" / "checkpoints" / "last.safetensors").exists()


@posix
def test_errors_that_nobody_reads(tmp_path: Path) -> None:
    (tmp_path / "bad.dl").write_text(BAD)
    done = shell(tmp_path, "{ $SPECC check bad.dl; echo $? >&3; } 3>&1 2>&1 >/dev/null | exec 0<&-")
    assert done.out.strip() in ("", "1")
    assert "Traceback" not in done.err


def test_a_terminal_that_knows_only_ascii(process: Run, tmp_path: Path) -> None:
    text = TINY.replace("spec 1\n", "spec 1  # größer\n").replace("width, tanh", "width,tanh")
    (tmp_path / "größe.dl").write_text(text, encoding="utf-8")
    ascii_only = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "1"}
    done = process("fmt", "größe.dl", "--diff", **ascii_only).decent()
    assert done.status == 0
    assert r"--- gr\xf6\xdfe.dl" in done.out
    assert process("plan", "größe.dl", **ascii_only).decent().status == 0
    done = process("train", "größe.dl", "--out", "läufe", **ascii_only).decent()
    assert done.status == 0
    assert r"run directory: l\xe4ufe" in done.out


def test_colour_only_for_a_terminal_that_wants_it(process: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.dl").write_text(BAD)
    assert "\x1b" not in process("check", "bad.dl", FORCE_COLOR="1").err


def test_what_a_spec_holds_cannot_move_the_cursor(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.dl").write_text(TINY.replace("tanh", "t\x1b[2Janh\u202e"))
    for form in ("text", "concise", "json"):
        done = specc("check", "bad.dl", "--format", form)
        assert done.status == 1
        assert "\x1b" not in done.out + done.err
        assert "\u202e" not in done.out + done.err


class Broken:
    """A stream that takes so many characters and then fails."""

    encoding = "utf-8"

    def __init__(self, room: int, problem: OSError) -> None:
        self.room, self.problem, self.text = room, problem, ""

    def write(self, text: str) -> int:
        if len(self.text) + len(text) > self.room:
            raise self.problem
        self.text += text
        return len(text)

    def flush(self) -> None:
        pass

    def fileno(self) -> int:
        raise OSError("not a file")


@pytest.mark.parametrize(
    ("problem", "lost"),
    [(BrokenPipeError(), ""), (OSError(28, "No space left"), "No space left")],
)
def test_a_guarded_stream_drops_what_comes_after_the_first_failure(
    problem: OSError, lost: str
) -> None:
    stream = Broken(10, problem)
    guard = Guard(stream)  # type: ignore[arg-type]  # what it needs of a stream
    guard.write("12345678")
    guard.write("abc")
    guard.write("9")
    guard.flush()
    assert stream.text == "12345678"
    assert guard.lost == lost
    assert not guard.isatty()
