"""Files that use files: circles, links, pipes, folders and names that are none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from specc.checking import check_source, open_source

SPEC = """
data { source csv("d.csv", target = "y") }
network { input 4
dense width, softmax }
loss cross_entropy
optimizer adam(lr = 1e-3)
train { run 3 epochs }
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").touch()
    (tmp_path / "outside.dl").write_text("let width = 3\n")
    return folder


def errors(project: Path, used: str) -> list[str]:
    """The codes of what is said about a spec that uses a file by this name."""
    (project / "spec.dl").write_text(f'use "{used}"\n{SPEC}')
    found = check_source(open_source(str(project / "spec.dl")))
    return [d.code for d in found if d.severity == "error"]


def test_a_file_in_a_folder(project: Path) -> None:
    (project / "parts").mkdir()
    (project / "parts" / "a.dl").write_text('use "b.dl"\n')
    (project / "parts" / "b.dl").write_text("let width = 3\n")
    assert errors(project, "parts/a.dl") == []


@pytest.mark.parametrize("length", [1, 2, 5, 50, 2_000])
def test_a_circle_is_found(project: Path, length: int) -> None:
    for i in range(length):
        (project / f"f{i}.dl").write_text(f'use "f{(i + 1) % length}.dl"\nlet a{i} = {i}\n')
    assert errors(project, "f0.dl")[0] == "E0216"


def test_a_diamond_is_no_circle(project: Path) -> None:
    for name in ("left", "right"):
        (project / f"{name}.dl").write_text('use "end.dl"\n')
    (project / "end.dl").write_text("let width = 3\n")
    (project / "both.dl").write_text('use "left.dl"\nuse "right.dl"\n')
    assert errors(project, "both.dl") == []


def test_many_ways_to_one_file_take_no_time(project: Path) -> None:
    (project / "f0.dl").write_text("let width = 3\n")
    for i in range(1, 40):
        (project / f"f{i}.dl").write_text(f'use "f{i - 1}.dl"\nuse "./f{i - 1}.dl"\n')
    assert errors(project, "f39.dl") == []


@pytest.mark.parametrize(
    "used",
    [
        *("../outside.dl", "parts/../../outside.dl", "/etc/passwd", "/dev/zero", "~/x.dl", ""),
        *(".", "..", "missing.dl", "a" * 5_000, "a/" * 500, "pyproject.toml/x.dl", "\\\\share"),
    ],
)
def test_names_that_lead_nowhere(project: Path, used: str) -> None:
    assert errors(project, used)[0] == "E0216"


def test_a_link_out_of_the_project(project: Path) -> None:
    (project / "link.dl").symlink_to(project.parent / "outside.dl")
    assert errors(project, "link.dl")[0] == "E0216"


def test_a_link_to_itself(project: Path) -> None:
    (project / "loop.dl").symlink_to(project / "loop.dl")
    assert errors(project, "loop.dl")[0] == "E0216"


def test_a_link_to_the_file_that_uses_it(project: Path) -> None:
    (project / "self.dl").symlink_to(project / "spec.dl")
    assert errors(project, "self.dl")[0] == "E0216"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_waited_for(project: Path) -> None:
    os.mkfifo(project / "pipe.dl")
    assert errors(project, "pipe.dl")[0] == "E0216"


def test_a_large_file_and_bytes_that_are_no_text(project: Path) -> None:
    (project / "large.dl").write_bytes(b" " * (2**20 + 1))
    assert errors(project, "large.dl")[0] == "E0216"
    (project / "bytes.dl").write_bytes(bytes(range(256)))
    assert "E0104" in errors(project, "bytes.dl")


def test_many_large_files_are_too_much(project: Path) -> None:
    for i in range(4):
        (project / f"{i}.dl").write_text(f"let width{i} = 3\n# {'x' * 2**18}\n")
    (project / "spec.dl").write_text("".join(f'use "{i}.dl"\n' for i in range(4)) + SPEC)
    (found,) = (d for d in check_source(open_source(str(project / "spec.dl"))) if d.code == "E0216")
    assert found.place[1] == 3 * len('use "0.dl"\n') + len("use ")
    assert "longer than 1 MiB together" in found.notes[0]


@pytest.mark.parametrize("name", ["a\0b.dl", "a\x1bb.dl", "a\u202eb.dl"])
def test_names_with_characters_that_no_file_has(project: Path, name: str) -> None:
    assert errors(project, name) == ["E0104"]
