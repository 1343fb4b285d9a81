"""The file that some cases use, in the current folder of every test of rules."""

from __future__ import annotations

from pathlib import Path

import pytest

BLOCKS = """\
let size = 8
block pair(n) {
    dense  n, relu
    dense  n, relu
}
"""


@pytest.fixture(scope="session")
def folder_of_blocks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("blocks")
    (folder / "blocks.dl").write_text(BLOCKS)
    (folder / "empty.dl").write_text("")
    (folder / "around.dl").write_text('use "blocks.dl"\nlet width = 2 * size\n')
    return folder


@pytest.fixture(autouse=True)
def _beside_blocks(folder_of_blocks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder_of_blocks)
