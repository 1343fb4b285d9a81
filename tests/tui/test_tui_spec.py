"""The editor without a screen: files, marks on lines, findings, the list of completions."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from specc_tui.lines import length, plain
from specc_tui.marks import ends, finding_marks, line_starts, location, shown, word_marks
from specc_tui.popup import MOST_ROWS, Popup, box, popup_lines
from specc_tui.problems import (
    changed_lines,
    current,
    fixed,
    message_lines,
    onward,
    summary,
)
from specc_tui.spec_file import open_spec, read_file, stamp_of, write_file
from specc_tui.spec_head import head_lines

from specc.editing.completion import Completion, Option, complete
from specc.editing.pieces import pieces
from specc.editing.study import study

TEXT = """\
network {
    input  64
    dens   32, relu
    dense  10, softmx  # the end
}
"""


# Files


def test_the_file_is_opened_or_the_copy_of_the_run(tmp_path: Path) -> None:
    spec, run = tmp_path / "a.dl", tmp_path / "run"
    run.mkdir()
    (run / "spec.dl").write_text("spec 1\n")
    spec.write_text("spec 1  # real\n")
    found = open_spec(str(spec), run)
    assert (found.path, found.text, found.locked) == (spec, "spec 1  # real\n", "")
    spec.unlink()
    copy = open_spec(str(spec), run)
    assert (copy.text, copy.locked) == ("spec 1\n", f"a copy to read: `{spec}` is gone")
    (run / "spec.dl").unlink()
    assert "no copy" in open_spec(str(spec), run).locked
    # A run from elsewhere names no file but a spec.
    other = tmp_path / "notes.txt"
    other.write_text("mine")
    assert open_spec(str(other), run).text == ""


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"spec 1 \xff\n", "not UTF-8"),
        (b"a\x0cb\n", "line ends"),
        (b"a\rb\n", "line ends"),
        (b"a\r\nb\n", "line ends"),
        (b"#" * (2**20 + 1), "larger than 1 MiB"),
    ],
)
def test_what_writing_would_damage_is_read_only(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "a.dl"
    path.write_bytes(data)
    found = read_file(path)
    assert found is not None
    assert said in found.locked
    assert isinstance(write_file(found, "other"), str)
    assert path.read_bytes() == data


@pytest.mark.parametrize(
    "data", [b"", b"a", b"a\n\n", b"a\r\nb\r\n", b"\xef\xbb\xbfa\n", "ä\n".encode()]
)
def test_a_file_is_written_as_it_was_read(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.dl"
    path.write_bytes(data)
    os.chmod(path, 0o640)
    found = read_file(path)
    assert found is not None
    assert found.locked == ""
    written = write_file(found, found.text)
    assert not isinstance(written, str)
    assert path.read_bytes() == data
    assert path.stat().st_mode & 0o777 == 0o640
    assert stamp_of(path) == written.stamp != found.stamp


def test_a_link_stays_a_link_and_a_pipe_is_no_spec(tmp_path: Path) -> None:
    real, link = tmp_path / "real.dl", tmp_path / "link.dl"
    real.write_text("a\n")
    link.symlink_to(real)
    found = read_file(link)
    assert found is not None
    assert not isinstance(write_file(found, "b\n"), str)
    assert link.is_symlink()
    assert real.read_text() == "b\n"
    os.mkfifo(tmp_path / "pipe.dl")
    assert read_file(tmp_path / "pipe.dl") is None
    assert read_file(tmp_path) is None


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "x"
    folder.mkdir()
    (folder / "a.dl").write_text("a\n")
    found = read_file(folder / "a.dl")
    assert found is not None
    (folder / "a.dl").unlink()
    folder.rmdir()
    assert "folder is gone" in str(write_file(found, "b\n"))


# Marks


def test_marks_stand_on_their_lines() -> None:
    found = study(TEXT, "a.dl")
    marks, gutter = finding_marks(TEXT, found.findings)
    assert marks[2] == ((4, 8, "error"),)
    assert marks[3] == ((15, 21, "error"),)
    assert {row: gutter[row] for row in (2, 3)} == {2: "error", 3: "error"}
    words = word_marks(TEXT, pieces(TEXT))
    assert (4, 9, "layer") in words[1]
    assert (23, 32, "comment") in words[3]


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=60))
def test_marks_of_any_text_are_inside_its_lines(text: str) -> None:
    lines = text.split("\n")
    for marks in (
        word_marks(text, pieces(text)),
        finding_marks(text, study(text, "a.dl").findings)[0],
    ):
        for row, own in marks.items():
            assert all(0 <= start < end <= len(lines[row]) for start, end, _ in own)
    starts = line_starts(text)
    assert all(location(starts, start) == (i, 0) for i, start in enumerate(starts))


@given(st.text(max_size=40))
def test_a_line_is_shown_harmlessly_and_as_long_as_it_is(line: str) -> None:
    assert len(shown(line)) == len(line)
    assert shown(line).replace("\t", "").isprintable()
    assert shown(line, ascii_only=True).isascii()


def test_notes_stand_in_one_column_where_they_fit() -> None:
    assert ends({0: 4, 1: 9}, {0: "aa", 1: "bbb"}, 20) == {0: (12, "aa"), 1: (12, "bbb")}
    assert ends({0: 4, 1: 19}, {0: "aa", 1: "bbb"}, 20) == {0: (7, "aa")}
    assert ends({}, {}, 20) == {}


# Findings


def test_the_finding_under_the_cursor_and_the_next() -> None:
    findings = study(TEXT, "a.dl").findings
    inside = [f for f in findings if f.code == "E0201"]
    at = inside[0].start
    starts = line_starts(TEXT)
    found = current(findings, at, starts[2], starts[3] - 1)
    assert found is not None
    assert findings[found] is inside[0]
    following = onward(findings, at, 1)
    assert following is not None
    assert findings[following] is inside[1]
    assert onward(findings, len(TEXT), 1) == 0
    assert onward((), 0, 1) is None
    assert current((), 0, 0, 0) is None
    assert summary(study(TEXT, "a.dl"))[0].endswith("errors")
    assert summary(None)[0] == "checking ..."


def test_a_fix_changes_its_line_only() -> None:
    finding = next(f for f in study(TEXT, "a.dl").findings if f.start == TEXT.index("dens "))
    after = fixed(TEXT, finding)
    assert changed_lines(TEXT, after) == (2, 3, ["    dense   32, relu"])
    assert changed_lines(TEXT, TEXT) is None


@given(st.text("ab\n", max_size=12), st.text("ab\n", max_size=12))
def test_changed_lines_make_the_other_text(before: str, after: str) -> None:
    change = changed_lines(before, after)
    lines = before.split("\n")
    if change is not None:
        first, last, new = change
        lines[first:last] = new
    assert "\n".join(lines) == after


@pytest.mark.parametrize("width", [40, 76, 196])
def test_a_finding_is_told_in_full(golden, width: int) -> None:
    found = study(TEXT, "a.dl")
    finding = next(f for f in found.findings if f.start == TEXT.index("softmx"))
    lines = message_lines(finding, found, width)
    golden(f"tui/spec-message-{width}.txt", "".join(plain(row).rstrip() + "\n" for row in lines))
    assert all(length(row) <= width for row in lines)


def test_a_hostile_text_is_told_harmlessly() -> None:
    found = study("network {\n    x\x1b[2J\u202e 3\n}\n", "a\x1b[2J.dl")
    for finding in found.findings:
        rows = message_lines(finding, found, 80)
        assert "".join(map(plain, rows)).isprintable()


def test_the_head_says_how_the_file_stands(tmp_path: Path) -> None:
    path = tmp_path / "a.dl"
    path.write_text(TEXT)
    file, found = read_file(path), study(TEXT, str(path))

    def head(unsaved: bool, ahead: bool, trouble: str = "", width: int = 100) -> str:
        return plain(head_lines(file, found, unsaved, ahead, trouble, width, 1)[0])

    assert "unsaved" in head(True, False)
    assert "changed on disk" in head(True, True)
    assert "errors" in head(False, False)
    assert "checking failed" in head(False, False, "checking failed: x")
    assert head(False, False, width=40).startswith("…")
    assert "waiting" in plain(head_lines(None, None, False, False, "", 40, 1)[0])


# Completions


def test_the_list_of_completions(golden) -> None:
    popup = Popup(complete("network {\n    dense 3, s", 24))
    lines = popup_lines(popup.moved(1), 60, MOST_ROWS)
    golden("tui/spec-popup.txt", "".join(plain(row).rstrip() + "\n" for row in lines))
    assert popup.moved(-1).moved(1) == popup
    assert popup.moved(1).option != popup.option


@given(
    st.integers(8, 210),
    st.integers(3, 70),
    st.integers(0, 209),
    st.integers(0, 69),
    st.integers(1, 40),
)
def test_the_list_fits_the_screen(wide: int, high: int, x: int, y: int, count: int) -> None:
    x, y = min(x, wide - 1), min(y, high - 1)
    options = tuple(Option(f"word{i}", f"word{i}", "layer", "a line" * 10) for i in range(count))
    left, top, width, height = box(Popup(Completion(0, 0, options)), (x, y), (wide, high))
    assert 0 <= left
    assert left + width <= wide
    assert top == y + 1 or top + height == y
    assert top >= 0
    assert top + height <= high
