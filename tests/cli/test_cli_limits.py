"""The largest files, put through commands that keep more of them than a check does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cli_samples import GOOD, Run, environment

MEGABYTES = 200
BIG = 2**20
CHILD = """
import resource, sys
from specc.cli.main import run
run(sys.argv[1:])
try:
    with open("/proc/self/status") as file:
        peak = next(int(s.split()[1]) for s in file if s.startswith("VmHWM"))
except (OSError, StopIteration):
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(peak // 1024)
"""


@pytest.mark.parametrize("command", ["check --fix", "check --fix --diff"])
def test_a_file_of_ends_of_lines_is_repaired_in_little_memory(command: str, tmp_path: Path) -> None:
    (tmp_path / "spec.dl").write_bytes(b"\r" * BIG)
    done = subprocess.run(
        [sys.executable, "-c", CHILD, *command.split(), "spec.dl"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout.split()[-1]) <= MEGABYTES


def test_warnings_end(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "spec.dl").write_text(GOOD + "".join(f"let a{i} = 1\n" for i in range(1_000)))
    said = specc("check", "spec.dl").err
    assert said.count("warning[W0104]") == 200
    assert said.count("at most 200 warnings are shown") == 1


def test_a_file_that_its_fixes_would_make_too_large_is_left(specc: Run, tmp_path: Path) -> None:
    # Each lone carriage return becomes a newline beside one that stands there.
    text = b"\n\r" * (BIG // 2)
    (tmp_path / "spec.dl").write_bytes(text)
    found = specc("check", "--fix", "spec.dl")
    assert found.status == 2
    assert "`spec.dl` would be larger than 1 MiB after its fixes" in found.err
    assert (tmp_path / "spec.dl").read_bytes() == text
