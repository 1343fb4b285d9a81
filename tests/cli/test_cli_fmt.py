"""`specc fmt`: what it rewrites, and what it must leave alone."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from cli_samples import TINY, Run

from specc.checking import open_source
from specc.cli import fmt
from specc.diag.source import Source

ROUGH = TINY.replace("width, tanh", "width,tanh").replace("adam(lr = 0.05)", "adam( lr=0.05 )")


def test_a_rough_file_is_rewritten_once(process: Run, tmp_path: Path) -> None:
    path = tmp_path / "rough.dl"
    path.write_text(ROUGH)
    first = process("fmt", "rough.dl")
    assert first.status == 0
    assert "rough.dl rewritten" in first.err
    text = path.read_text()
    assert "dense  width, tanh" in text
    assert process("fmt", "rough.dl").err == ""
    assert path.read_text() == text


@pytest.mark.parametrize("option", ["--check", "--diff"])
def test_check_and_diff_change_nothing(specc: Run, tmp_path: Path, option: str) -> None:
    path = tmp_path / "rough.dl"
    path.write_text(ROUGH)
    done = specc("fmt", "rough.dl", option)
    assert path.read_text() == ROUGH
    assert done.status == (1 if option == "--check" else 0)
    if option == "--check":
        assert "rough.dl is not in canonical form" in done.err
    else:
        assert "\n-    dense  width,tanh\n" in done.out
        assert "\n+    dense  width, tanh\n" in done.out


def test_a_file_with_syntax_errors_is_left_alone(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.dl").write_text(ROUGH.replace("{", "(", 1))
    (tmp_path / "rough.dl").write_text(ROUGH)
    before = (tmp_path / "bad.dl").read_text()
    done = specc("fmt", "bad.dl", "rough.dl", "missing.dl")
    assert done.status == 2  # the worst: a file that is missing
    assert "error[E01" in done.err
    assert (tmp_path / "bad.dl").read_text() == before
    assert (tmp_path / "rough.dl").read_text() != ROUGH


@pytest.mark.parametrize("rough", [ROUGH.replace("\n", "\r\n"), "\ufeff" + TINY])
def test_line_ends_and_byte_order_marks_are_canonical_too(
    specc: Run, tmp_path: Path, rough: str
) -> None:
    path = tmp_path / "rough.dl"
    path.write_bytes(rough.encode())
    assert specc("fmt", "rough.dl", "--check").status == 1
    assert specc("fmt", "rough.dl").status == 0
    assert b"\r" not in path.read_bytes()
    assert path.read_bytes().startswith(b"spec 1\n")


@pytest.mark.skipif(os.name == "nt", reason="links and modes are those of POSIX")
def test_a_link_stays_a_link_and_a_mode_a_mode(specc: Run, tmp_path: Path) -> None:
    real, link = tmp_path / "real.dl", tmp_path / "link.dl"
    real.write_text(ROUGH)
    real.chmod(0o600)
    link.symlink_to(real)
    assert specc("fmt", "link.dl").status == 0
    assert link.is_symlink()
    assert "dense  width, tanh" in real.read_text()
    assert real.stat().st_mode & 0o777 == 0o600


def test_a_folder_stands_for_all_files_below_it(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("a.dl", "deep/b.dl", ".hidden.dl"):
        (tmp_path / name).write_text(ROUGH)
    done = specc("fmt", ".", "a.dl", "--check")
    assert done.status == 1
    assert [line.split()[0] for line in done.err.splitlines()] == ["a.dl", "deep/b.dl"]
    assert specc("fmt", "deep").err == "deep/b.dl rewritten\n"
    empty = specc("fmt", "empty", ".")
    assert empty.status == 2
    assert "a.dl rewritten" in empty.err


@pytest.mark.parametrize("what", ["changed", "gone", "a folder"])
def test_what_an_editor_wrote_meanwhile_is_kept(
    specc: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    path = tmp_path / "rough.dl"
    path.write_text(ROUGH)

    def opened(name: str) -> Source:
        source = open_source(name)
        if what == "changed":
            path.write_text("# new\n" + ROUGH)
        else:
            path.unlink()
        if what == "a folder":
            path.mkdir()
        return source

    monkeypatch.setattr(fmt, "open_spec", opened)
    done = specc("fmt", "rough.dl")
    assert done.status == 2
    assert "error[E0511]: `rough.dl` was changed meanwhile" in done.err
    if what == "changed":
        assert path.read_text() == "# new\n" + ROUGH


ENDS = {
    "plain": ROUGH,
    "tabs": ROUGH.replace("    ", "\t"),
    "windows": ROUGH.replace("\n", "\r\n"),
    "mark": "\ufeff" + ROUGH,
    "no end": ROUGH.rstrip("\n"),
    "dashes": "# -- a\n#\n" + ROUGH.replace("init  ", "init ") + "# -- b",
}


@pytest.mark.skipif(shutil.which("patch") is None, reason="there is no patch here")
@pytest.mark.parametrize("text", ENDS.values(), ids=list(ENDS))
def test_a_difference_can_be_applied(specc: Run, tmp_path: Path, text: str) -> None:
    path = tmp_path / "a b.dl"
    path.write_bytes(text.encode())
    difference = specc("fmt", "a b.dl", "--diff").out
    applied = subprocess.run(
        ["patch", "-p0", "--binary"], input=difference.encode(), cwd=tmp_path, capture_output=True
    )
    assert applied.returncode == 0, applied.stdout
    by_patch = path.read_bytes()
    path.write_bytes(text.encode())
    assert specc("fmt", "a b.dl").status == 0
    assert path.read_bytes() == by_patch
