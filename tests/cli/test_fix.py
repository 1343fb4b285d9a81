"""`specc check --fix`: it repairs what leaves no doubt, and never makes a file worse."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from cli_samples import GOOD, POINTS, TABLE, Run
from hypothesis import given, settings
from hypothesis import strategies as st

from specc.checking import check_source, open_source
from specc.cli import check
from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.repair import repair
from specc.diag.source import Source, Span

MISSPELT = (
    GOOD.replace("dense  width", "dence  width")
    .replace("tanh", "tanj")  # shows only when `dence` is repaired
    .replace("xavier", "xavjer")
    .replace("lr = 0.02", "lrr = 0.02")
)
NO_UNIT = "run    60 epochs", "run    60"
"""Epochs or steps: two fixes, so none."""


def errors(found: tuple[Diagnostic, ...]) -> int:
    return sum(d.severity == "error" for d in found)


def test_what_is_misspelt_is_repaired(specc: Run, tmp_path: Path) -> None:
    path = tmp_path / "bad.dl"
    path.write_text(MISSPELT)
    done = specc("check", "--fix", "bad.dl")
    assert (done.status, done.out) == (0, "")
    assert done.err == "bad.dl: 4 fixed, 0 left\n"
    assert path.read_text() == GOOD
    again = specc("check", "--fix", "bad.dl")
    assert (again.status, again.err) == (0, "")


def test_what_has_two_fixes_is_left(specc: Run, tmp_path: Path) -> None:
    path = tmp_path / "bad.dl"
    path.write_text(MISSPELT.replace(*NO_UNIT))
    done = specc("check", "--fix", "bad.dl")
    assert done.status == 1
    assert done.err.startswith("bad.dl: 4 fixed, 1 left\nerror[E0206]: ")
    assert path.read_text() == GOOD.replace(*NO_UNIT)


def test_a_fix_that_uncovers_more_is_kept_if_that_is_repaired(specc: Run, tmp_path: Path) -> None:
    # While a block is open, nothing else is looked at.
    path = tmp_path / "bad.dl"
    path.write_text(MISSPELT.replace("    batch  16\n    seed   3\n}\n", "    batch  16\n"))
    done = specc("check", "--fix", "bad.dl")
    assert done.err == "bad.dl: 5 fixed, 0 left\n"
    assert done.status == 0


def test_a_fix_that_leaves_as_many_errors_is_taken_back(specc: Run, tmp_path: Path) -> None:
    text = GOOD.replace(*NO_UNIT).replace("    batch  16\n    seed   3\n}\n", "    batch  16\n")
    path = tmp_path / "bad.dl"
    path.write_text(text)
    done = specc("check", "--fix", "bad.dl")
    assert done.status == 1
    assert done.err.startswith("bad.dl: 0 fixed, 1 left: the fixes at hand would leave as many ")
    assert path.read_text() == text


def test_a_diff_changes_nothing(specc: Run, tmp_path: Path) -> None:
    path = tmp_path / "bad.dl"
    path.write_text(MISSPELT)
    done = specc("check", "--fix", "--diff", "bad.dl")
    assert done.status == 1  # as the file is
    assert path.read_text() == MISSPELT
    changed = [line for line in done.out.splitlines() if line[0] in "+-"]
    assert changed[:2] == ["--- bad.dl", "+++ bad.dl"]
    assert sorted(line[1:] for line in changed if line[0] == "+" and line[1] != "+") == sorted(
        line for line in GOOD.splitlines() if line not in MISSPELT.splitlines()
    )
    assert done.err.startswith("bad.dl: 4 would be fixed, 0 would be left\nerror[E0201]: ")


@pytest.mark.parametrize(
    ("arguments", "fix"),
    [
        (("--diff",), "help: `--fix --diff`"),
        (("--fix", "--diff", "--format", "json"), "help: leave one of them out"),
    ],
)
def test_wrong_usage(specc: Run, arguments: tuple[str, ...], fix: str) -> None:
    done = specc("check", *arguments, "good.dl")
    assert (done.status, done.out) == (2, "")
    assert fix in done.err


def test_json_is_about_what_is_left(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.dl").write_text(MISSPELT.replace(*NO_UNIT))
    done = specc("check", "--fix", "bad.dl", "--format", "json")
    assert [f["code"] for f in json.loads(done.out)] == ["E0206"]
    assert done.err == "bad.dl: 4 fixed, 1 left\n"


def test_layout_of_the_file_is_kept(specc: Run, tmp_path: Path) -> None:
    path = tmp_path / "bad.dl"
    windows = "\ufeff" + MISSPELT.replace("\n", "\r\n")
    path.write_bytes(windows.replace("\r\n    seed   3\r\n}\r\n", "\r\n").encode())
    os.chmod(path, 0o640)
    done = specc("check", "--fix", "bad.dl")
    assert done.status == 0
    after = path.read_bytes().decode()
    assert after.startswith("\ufeffspec 1\r\n")
    assert after.count("\r\n") == after.count("\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_link_stays_a_link(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text(MISSPELT)
    (tmp_path / "bad.dl").symlink_to("real.txt")
    assert specc("check", "--fix", "bad.dl").status == 0
    assert (tmp_path / "bad.dl").is_symlink()
    assert (tmp_path / "real.txt").read_text() == GOOD


def test_a_file_that_is_not_utf8_is_left_alone(specc: Run, tmp_path: Path) -> None:
    path = tmp_path / "bad.dl"
    path.write_bytes(MISSPELT.encode() + b"# \xff\n")
    before = path.read_bytes()
    done = specc("check", "--fix", "bad.dl")
    assert done.status == 1
    assert path.read_bytes() == before


@pytest.mark.parametrize("end", ["\r", "\r\r\n"])
def test_other_line_ends_become_newlines(specc: Run, tmp_path: Path, end: str) -> None:
    path = tmp_path / "old.dl"
    path.write_bytes(MISSPELT.replace("\n", end).encode())
    before = specc("check", "old.dl", "--format", "concise").out.splitlines()
    assert len(before) == 1
    assert "lines end with a carriage return" in before[0]
    assert specc("check", "--fix", "old.dl").status == 0
    assert path.read_bytes().decode().replace("\r\n", "\n") == GOOD


def test_what_parts_words_leaves_a_space(specc: Run, tmp_path: Path) -> None:
    path = tmp_path / "pages.dl"
    path.write_text(GOOD.replace("init       ", "init\f").replace("network", "\fnet\0work"))
    assert specc("check", "--fix", "pages.dl").status == 0
    assert path.read_text() == GOOD.replace("init       ", "init ")


def test_new_lines_end_as_most_lines_do(specc: Run, tmp_path: Path) -> None:
    path = tmp_path / "mixed.dl"
    path.write_bytes(
        GOOD.replace("spec 1\n", "spec 1\r\n").replace("    batch  16\n", "    batch 16 ").encode()
    )
    assert specc("check", "--fix", "mixed.dl").status == 0
    assert path.read_bytes().count(b"\r\n") == 1


@pytest.mark.parametrize("what", ["changed", "gone", "a folder"])
def test_what_an_editor_wrote_meanwhile_is_kept(
    specc: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    path = tmp_path / "a.dl"
    path.write_text(MISSPELT)
    (tmp_path / "b.dl").write_text(MISSPELT)

    def opened(name: str) -> Source:
        source = open_source(name)
        if name == "a.dl" and what == "changed":
            path.write_text("# new\n" + MISSPELT)
        elif name == "a.dl":
            path.unlink()
        if name == "a.dl" and what == "a folder":
            path.mkdir()
        return source

    monkeypatch.setattr(check, "open_spec", opened)
    done = specc("check", "--fix", "a.dl", "b.dl", "--format", "concise")
    assert done.status == 2
    assert "a.dl:1:1: error[E0511]: `a.dl` was changed meanwhile" in done.out
    assert done.err == "b.dl: 4 fixed, 0 left\n"
    if what == "changed":
        assert path.read_text() == "# new\n" + MISSPELT


def test_a_file_that_may_not_be_written_stops_no_other(
    specc: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.dl", "b.dl"):
        (tmp_path / name).write_text(MISSPELT)
    # Root may write everything, so the answer is given here.
    monkeypatch.setattr(os, "access", lambda path, mode: not str(path).endswith("a.dl"))
    done = specc("check", "--fix", ".")
    assert done.status == 2
    assert "error[E0511]: `a.dl` may not be written" in done.err
    assert "b.dl: 4 fixed, 0 left" in done.err
    assert (tmp_path / "a.dl").read_text() == MISSPELT
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.dl", "b.dl"]


def test_a_file_of_blocks_and_its_user_are_repaired_together(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "a.dl").write_text(
        'use "blocks.dl"\n' + GOOD.replace("dense  width, tanh", "unjt   width")
    )
    (tmp_path / "blocks.dl").write_text("block unit(size) {\n    dense  size, tanj\n}\n")
    done = specc("check", "--fix", ".")
    assert done.status == 0
    assert done.err == "a.dl: 1 fixed, 0 left\nblocks.dl: 1 fixed, 0 left\n"


def test_a_fix_in_a_file_that_was_not_given_is_said(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "a.dl").write_text(
        'use "blocks.dl"\n' + GOOD.replace("dense  width, tanh", "unit   width")
    )
    (tmp_path / "blocks.dl").write_text("block unit(size) {\n    dense  size, tanj\n}\n")
    done = specc("check", "--fix", "a.dl")
    assert done.status == 1
    assert done.err.startswith("blocks.dl: has fixes, and was not given\nerror[E0201]: ")
    assert "tanj" in (tmp_path / "blocks.dl").read_text()


def test_what_the_data_say_is_repaired_if_they_are_read(specc: Run, tmp_path: Path) -> None:
    path = tmp_path / "table.dl"
    path.write_text(TABLE.replace('"label"', '"lable"').replace("input  2", "input  7"))
    (tmp_path / "points.csv").write_text(POINTS)
    assert specc("check", "--fix", "table.dl").status == 0
    done = specc("check", "--fix", "--data", "table.dl")
    assert done.err == "table.dl: 2 fixed, 0 left\n"
    assert path.read_text() == TABLE


def test_warnings_are_left_to_people(specc: Run, tmp_path: Path) -> None:
    text = "let unused = 1\n" + GOOD
    path = tmp_path / "careless.dl"
    path.write_text(text)
    done = specc("check", "--fix", "careless.dl")
    assert done.status == 0
    assert "warning[W0104]" in done.err
    assert path.read_text() == text


# The loop, with findings that are made up


def finding(source: Source, word: str, text: str, code: str = "E0201") -> tuple[Diagnostic, ...]:
    """A finding for every place of a word, fixed by another text."""
    places = [i for i in range(len(source.text)) if source.text.startswith(word, i)]
    spans = [Span(source, i, i + len(word)) for i in places]
    return tuple(
        Diagnostic(code, f"`{word}`", Label(span), helps=(Help("fix", (Edit(span, text),)),))
        for span in spans
    )


def test_an_edit_that_makes_it_worse_is_taken_back() -> None:
    def find(source: Source) -> tuple[Diagnostic, ...]:
        return (*finding(source, "a", "bb"), *finding(source, "b", "b"), *finding(source, "c", "-"))

    done = repair(Source("x.dl", "a c a"), find)
    assert done.source.text == "a - a"
    assert done.fixed == 1
    assert len(done.left) == 2


def test_edits_in_a_circle_end() -> None:
    def find(source: Source) -> tuple[Diagnostic, ...]:
        return (*finding(source, "a", "b"), *finding(source, "b", "a"))

    assert repair(Source("x.dl", "a"), find).source.text == "a"


def test_edits_that_touch_are_applied_in_turn() -> None:
    def find(source: Source) -> tuple[Diagnostic, ...]:
        return finding(source, "aa", "a")

    done = repair(Source("x.dl", "aaaa"), find)
    assert (done.source.text, done.fixed, done.left) == ("a", 3, ())


def test_edits_of_other_files_and_overlapping_ones_are_not_safe() -> None:
    other = Source("y.dl", "a")

    def find(source: Source) -> tuple[Diagnostic, ...]:
        away = Edit(Span(other, 0, 1), "b")
        whole, part = Edit(Span(source, 0, 3), "b"), Edit(Span(source, 1, 2), "c")
        label = Label(Span(source, 0, 1))
        return (
            Diagnostic("E0201", "away", label, helps=(Help("fix", (away,)),)),
            Diagnostic("E0202", "both", label, helps=(Help("fix", (whole, part)),)),
            Diagnostic("E0203", "two", label, helps=(Help("a", (whole,)), Help("b", (part,)))),
        )

    assert repair(Source("x.dl", "abc"), find).fixed == 0


# Mutated specs

WORDS = GOOD.split()


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A good spec after a few slips of the hand."""
    text = GOOD
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text) - 2))
        match draw(st.integers(0, 5)):
            case 0:
                text = text[:at] + text[at + 1 :]
            case 1:
                text = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
            case 2:
                text = text[:at] + text[at] + text[at:]
            case 3:
                text = text[:at] + draw(st.sampled_from(',={}()#"\n x3')) + text[at:]
            case 4:
                word = draw(st.sampled_from(WORDS))
                text = text.replace(word, draw(st.sampled_from(WORDS)), 1)
            case _:
                lines = text.splitlines(keepends=True)
                del lines[draw(st.integers(0, len(lines) - 1))]
                text = "".join(lines) or "\n\n"
    return text


@settings(max_examples=50, deadline=None)
@given(mutated())
def test_no_fix_makes_a_spec_worse(text: str) -> None:
    source = Source("x.dl", text)
    before = check_source(source)
    done = repair(source, check_source)
    assert errors(done.left) <= errors(before)
    assert done.left == check_source(done.source) or len(done.left) == len(
        check_source(done.source)
    )
    if done.fixed:
        assert errors(done.left) < errors(before)
    else:
        assert done.source.text == text
    # What is done is done: a second time nothing changes.
    assert repair(done.source, check_source).source.text == done.source.text
