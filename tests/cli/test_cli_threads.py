"""Products take one thread unless the person says otherwise, which must come before NumPy."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from specc.threads import GENERAL, VARIABLES, one_thread

DIGITS = Path(__file__).parents[2] / "models" / "digits.dl"
CODE = """
import os, sys
from specc.cli.main import run
assert "numpy" not in sys.modules
assert run(sys.argv[1:]) == 0
sys.stderr.write(os.environ.get("OPENBLAS_NUM_THREADS", "none"))
"""


def threads(*arguments: str, **given: str) -> str:
    """What NumPy's library was told while a command ran."""
    kept = {k: v for k, v in os.environ.items() if k not in (*VARIABLES, GENERAL)}
    done = subprocess.run(
        [sys.executable, "-c", CODE, *arguments],
        env={**kept, **given},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stderr.splitlines()[-1]


def test_a_computing_command_takes_one_thread() -> None:
    assert threads("gradcheck", str(DIGITS), "--json") == "1"
    assert threads("gradcheck", str(DIGITS), "--json", OPENBLAS_NUM_THREADS="2") == "2"
    assert threads("gradcheck", str(DIGITS), "--json", OMP_NUM_THREADS="2") == "none"


def test_other_commands_leave_it_alone() -> None:
    assert threads("check", str(DIGITS)) == "none"


def test_what_is_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*VARIABLES, GENERAL):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MKL_NUM_THREADS", "4")
    one_thread()
    assert "OPENBLAS_NUM_THREADS" not in os.environ
    monkeypatch.delenv("MKL_NUM_THREADS")
    one_thread()
    assert [os.environ.pop(name) for name in VARIABLES] == ["1", "1", "1"]
