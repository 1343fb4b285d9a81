"""Names of numbered checkpoints, and which of them stay."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.diag.diagnostic import RunError
from specc.run.numbered import checkpoint_name, numbered, numbered_names, prune, step_of


@given(st.integers(0, 10**18 - 1))
def test_names_and_steps(step: int) -> None:
    name = numbered(step)
    assert step_of(name) == step
    assert checkpoint_name(f"step-{step}") == checkpoint_name(name) == name


@pytest.mark.parametrize("name", ["best", "last", "step-000200", "step-1000000"])
def test_names_that_stand_for_themselves(name: str) -> None:
    assert checkpoint_name(name) == name


@pytest.mark.parametrize(
    "name", ["", "step-", "step--1", "step-1.5", "step-٣", "../last", "step-1/x", "Best", "200"]
)
def test_names_of_no_checkpoint(name: str) -> None:
    with pytest.raises(ValueError, match="a checkpoint is"):
        checkpoint_name(name)


def files(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_bytes(b"x")


@pytest.mark.parametrize(
    ("keep", "done", "stay"),
    [
        (0, 300, [100, 200, 300]),
        (1, 300, [300]),
        (2, 300, [200, 300]),
        (9, 300, [100, 200, 300]),
        (2, 200, [100, 200]),
        (2, 250, [100, 200]),
        (1, 50, []),
    ],
)
def test_the_newest_stay(tmp_path: Path, keep: int, done: int, stay: list[int]) -> None:
    """Those behind what is done are of a run that was killed; other files are not ours."""
    others = ["best.safetensors", "last.safetensors", "step-1.safetensors", "step-000100.txt"]
    files(tmp_path, *others, *(f"step-000{n}.safetensors" for n in (100, 200, 300)))
    files(tmp_path, ".step-000400.safetensors.tmp")
    (tmp_path / "step-000000.safetensors").mkdir()
    prune(tmp_path, keep, done)
    kept = [f"step-000{n}.safetensors" for n in stay]
    drafts = [".step-000400.safetensors.tmp"] if keep == 0 else []
    assert sorted(os.listdir(tmp_path)) == sorted(
        [*others, *kept, *drafts, "step-000000.safetensors"]
    )


def test_they_are_ordered_by_number(tmp_path: Path) -> None:
    files(tmp_path, "step-1000000.safetensors", "step-999999.safetensors")
    assert numbered_names(tmp_path) == ["step-999999", "step-1000000"]
    prune(tmp_path, 1, 10**7)
    assert os.listdir(tmp_path) == ["step-1000000.safetensors"]


def test_one_that_cannot_be_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files(tmp_path, "step-000100.safetensors", "step-000200.safetensors")

    def refused(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refused)
    with pytest.raises(RunError) as found:
        prune(tmp_path, 1, 200)
    assert found.value.diagnostic.code == "E0511"
