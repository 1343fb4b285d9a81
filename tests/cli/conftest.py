"""Two ways to run a command: as a process of its own, and (faster) inside this one."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from cli_samples import COMMAND, TINY, Result, Run, environment

from specc.cli.main import run


@pytest.fixture
def process(tmp_path: Path) -> Run:
    """`process("train", "x.dl")`: the command line as users have it, in the test's folder."""

    def call(*arguments: str, **extra: str) -> Result:
        done = subprocess.run(
            [*COMMAND, *arguments],
            cwd=tmp_path,
            env=environment(**extra),
            capture_output=True,
            stdin=subprocess.DEVNULL,
            encoding="utf-8",
            timeout=120,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture
def specc(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """The same without a process, and never a bug of ours."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")

    def call(*arguments: str) -> Result:
        capsys.readouterr()
        status = run(arguments)
        return Result(status, *capsys.readouterr()).decent()

    return call


@pytest.fixture
def tiny(tmp_path: Path) -> str:
    """The path of a small spec in the test's folder."""
    (tmp_path / "tiny.dl").write_text(TINY)
    return "tiny.dl"
