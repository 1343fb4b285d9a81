"""Specs that come on a stream: standard input, and what a shell hands over by `<(...)`."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from cli_samples import COMMAND, TINY, Result, environment

from specc.lang.read import LARGEST

ROUGH = TINY.replace("width, tanh", "width,tanh")
WRONG = TINY.replace("tanh", "tanhh")
HERE = "/dev/fd/0"
pytestmark = pytest.mark.skipif(not os.path.exists(HERE), reason="no /dev/fd on this system")


def fed(folder: Path, text: str | bytes, *arguments: str) -> Result:
    """A command with a text on standard input, by a pipe."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment(),
        capture_output=True,
        input=text.encode() if isinstance(text, str) else text,
        timeout=120,
    )
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode()).decent()


@pytest.mark.parametrize(("path", "name"), [("-", "<stdin>"), ("/dev/stdin",) * 2, (HERE, HERE)])
def test_check_reads_a_stream_and_names_it(tmp_path: Path, path: str, name: str) -> None:
    assert fed(tmp_path, TINY, "check", path) == Result(0, "", "")
    done = fed(tmp_path, WRONG, "check", path, "--format", "concise")
    assert done.status == 1
    assert done.out.startswith(f"{name}:")
    assert "no activation is called `tanhh`" in done.out


def test_other_formats_and_files_beside_it(tmp_path: Path) -> None:
    (tmp_path / "also.dl").write_text(WRONG)
    done = fed(tmp_path, WRONG, "check", "-", "also.dl", "/dev/stdin", "--format", "json")
    assert [d["file"] for d in json.loads(done.out)] == ["<stdin>", "also.dl"]
    sarif = fed(tmp_path, WRONG, "check", "-", "--format", "sarif").out
    assert json.loads(sarif)["runs"][0]["results"]
    assert "%3Cstdin%3E" in sarif


def test_paths_in_it_start_at_the_working_folder(tmp_path: Path) -> None:
    (tmp_path / "blocks.dl").write_text("block unit(n) { dense n, tanh }\n")
    text = 'use "blocks.dl"\n' + TINY.replace("dense  width, tanh", "unit   width")
    assert "unit" in text
    assert fed(tmp_path, text, "check", "-") == Result(0, "", "")


@pytest.mark.parametrize("path", ["-", "/dev/stdin"])
def test_what_comes_on_a_stream_is_not_fixed(tmp_path: Path, path: str) -> None:
    done = fed(tmp_path, WRONG, "check", "--fix", path)
    assert (done.status, done.out) == (2, "")
    assert f"`{path}` is a stream" in done.err


def test_fmt_prints_a_stream_in_canonical_form(tmp_path: Path) -> None:
    done = fed(tmp_path, ROUGH, "fmt", "-")
    assert (done.status, done.err) == (0, "")
    assert "dense  width, tanh" in done.out
    assert fed(tmp_path, done.out, "fmt", "-").out == done.out
    assert list(tmp_path.iterdir()) == []


def test_fmt_of_a_stream_checks_and_shows_differences(tmp_path: Path) -> None:
    canonical = fed(tmp_path, ROUGH, "fmt", "-").out
    assert fed(tmp_path, canonical, "fmt", "-", "--check") == Result(0, "", "")
    done = fed(tmp_path, ROUGH, "fmt", "-", "--check")
    assert (done.status, done.out) == (1, "")
    assert "<stdin> is not in canonical form" in done.err
    done = fed(tmp_path, ROUGH, "fmt", "-", "--diff")
    assert done.status == 0
    assert done.out.startswith("--- <stdin>\n+++ <stdin>\n")


def test_fmt_prints_nothing_of_what_it_cannot_read(tmp_path: Path) -> None:
    done = fed(tmp_path, "train {\n    run: 3 epochs\n", "fmt", "-")
    assert (done.status, done.out) == (1, "")
    assert "<stdin>:2" in done.err


@pytest.mark.parametrize("command", ["check", "fmt"])
def test_a_stream_has_the_limit_of_files(tmp_path: Path, command: str) -> None:
    done = fed(tmp_path, b"#" * (LARGEST + 1), command, "-")
    assert done.status == 2
    assert "`<stdin>` is larger than 1 MiB" in done.err


def test_a_pipe_that_nobody_handed_over_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.dl")
    done = fed(tmp_path, "", "check", "pipe.dl")
    assert done.status == 2
    assert "is not a regular file" in done.err


@pytest.mark.parametrize("command", ["plan", "train", "expand", "test"])
def test_other_commands_say_that_they_need_a_file(tmp_path: Path, command: str) -> None:
    done = fed(tmp_path, TINY, command, "-")
    assert done.status == 2
    assert "only `specc check` and `specc fmt` read standard input" in done.err
