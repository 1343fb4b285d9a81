"""Text rendering: exact outputs for each shape a diagnostic can have, and laws for any text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.escape import cells
from specc.diag.render import render_all, render_text, summary
from specc.diag.source import Source, Span

LENET = Source(
    "models/lenet.dl",
    "\n" * 9
    + """network {
    input   28, 28, 1
    conv  16, kernel = 5
    relu
    dense 10, softmax
}
""",
)


def place(source: Source, text: str) -> Span:
    start = source.text.index(text)
    return Span(source, start, start + len(text))


def insert(source: Source, before: str, text: str) -> Edit:
    start = source.text.index(before)
    return Edit(Span(source, start, start), text)


def shown(diagnostic: Diagnostic, width: int = 100) -> str:
    return render_text(diagnostic, colour=False, width=width)


def expect(text: str) -> str:
    return text.strip("\n")


SEVERAL_AXES = Diagnostic(
    "E0302",
    "`dense` takes features, but a tensor with 3 axes arrives",
    Label(place(LENET, "dense"), "needs 1 axis per example, gets 3"),
    (Label(place(LENET, "conv  16, kernel = 5"), "(m, 24, 24, 16) from here on"),),
    notes=("28 - 5 + 1 = 24, because `pad` is `valid` unless given",),
    helps=(
        Help(
            "flatten the three axes into 9216 features",
            (insert(LENET, "dense", "flatten\n    "),),
        ),
    ),
)


def test_the_example_of_the_design() -> None:
    assert shown(SEVERAL_AXES) == expect("""
error[E0302]: `dense` takes features, but a tensor with 3 axes arrives
  --> models/lenet.dl:14:5
   |
12 |     conv  16, kernel = 5
   |     -------------------- (m, 24, 24, 16) from here on
13 |     relu
14 |     dense 10, softmax
   |     ^^^^^ needs 1 axis per example, gets 3
   |
   = note: 28 - 5 + 1 = 24, because `pad` is `valid` unless given
help: flatten the three axes into 9216 features
   |
14 +     flatten
   |
""")


def test_distant_lines_table_and_plain_helps() -> None:
    diagnostic = Diagnostic(
        "W0301",
        "something",
        Label(place(LENET, "softmax"), "here"),
        (Label(place(LENET, "28, 28, 1"), "made there"),),
        table=("input   (m, 28, 28, 1)", "conv    (m, 24, 24, 16)"),
        notes=("first line\nsecond line",),
        helps=(Help("say `flatten` before"),),
    )
    assert shown(diagnostic) == expect("""
warning[W0301]: something
  --> models/lenet.dl:14:15
   |
11 |     input   28, 28, 1
   |             --------- made there
...
14 |     dense 10, softmax
   |               ^^^^^^^ here
   |
   = input   (m, 28, 28, 1)
     conv    (m, 24, 24, 16)
   = note: first line
           second line
   = help: say `flatten` before
""")


def test_several_labels_on_one_line() -> None:
    diagnostic = Diagnostic(
        "E0302",
        "x",
        Label(place(LENET, "softmax"), "third"),
        (Label(place(LENET, "dense"), "first"), Label(place(LENET, "10"), "second")),
    )
    assert shown(diagnostic) == expect("""
error[E0302]: x
  --> models/lenet.dl:14:15
   |
14 |     dense 10, softmax
   |     ----- --  ^^^^^^^ third
   |     |     |
   |     |     second
   |     first
""")


def test_nested_and_equal_labels_hang() -> None:
    call = place(LENET, "dense 10, softmax")
    number = place(LENET, "10")
    diagnostic = Diagnostic(
        "E0302",
        "x",
        Label(number, "inner"),
        (Label(call, "outer"), Label(number, "again")),
    )
    assert shown(diagnostic) == expect("""
error[E0302]: x
  --> models/lenet.dl:14:11
   |
14 |     dense 10, softmax
   |     ------^^---------
   |     |     |
   |     |     inner
   |     |     again
   |     outer
""")


def test_label_never_stands_behind_the_mark_of_another() -> None:
    diagnostic = Diagnostic(
        "E0302",
        "x",
        Label(place(LENET, "dense"), "this one"),
        (Label(place(LENET, "softmax")),),
    )
    assert shown(diagnostic) == expect("""
error[E0302]: x
  --> models/lenet.dl:14:5
   |
14 |     dense 10, softmax
   |     ^^^^^     -------
   |     |
   |     this one
""")


def test_labels_in_other_files() -> None:
    other = Source("blocks.dl", "let width = 5\n")
    diagnostic = Diagnostic(
        "E0302",
        "x",
        Label(place(LENET, "10"), "used"),
        (Label(place(other, "5"), "defined"), Label(place(LENET, "conv"))),
        notes=("n",),
    )
    assert shown(diagnostic) == expect("""
error[E0302]: x
  --> models/lenet.dl:14:11
   |
12 |     conv  16, kernel = 5
   |     ----
13 |     relu
14 |     dense 10, softmax
   |           ^^ used
   |
  ::: blocks.dl:1:13
   |
1  | let width = 5
   |             - defined
   |
   = note: n
""")


def test_span_over_lines_is_cut_to_its_first() -> None:
    diagnostic = Diagnostic("E0209", "x", Label(place(LENET, LENET.text[9:-1]), "this block"))
    assert shown(diagnostic) == expect("""
error[E0209]: x
  --> models/lenet.dl:10:1
   |
10 | network {
   | ^^^^^^^^^ this block
""")


@pytest.mark.parametrize(
    ("text", "start", "end", "body"),
    [
        ("", 0, 0, ["1 |", "  | ^ here"]),
        ("abc", 3, 3, ["1 | abc", "  |    ^ here"]),
        ("abc\n", 4, 4, ["2 |", "  | ^ here"]),
        ("abc\r\n", 3, 5, ["1 | abc", "  |    ^ here"]),
        ("abc\n", 0, 99, ["1 | abc", "  | ^^^ here"]),
        ("\tab", 1, 2, ["1 |     ab", "  |     ^ here"]),
        ("漢字 x", 1, 2, ["1 | 漢字 x", "  |   ^^ here"]),
        ("漢字 x", 3, 4, ["1 | 漢字 x", "  |      ^ here"]),
        ("e\u0301x", 2, 3, ["1 | e\u0301x", "  |  ^ here"]),
        ("a\x1b[31mb", 6, 7, ["1 | a\\x1b[31mb", "  |          ^ here"]),
    ],
)
def test_places(text: str, start: int, end: int, body: list[str]) -> None:
    source = Source("a.dl", text)
    lines = shown(Diagnostic("E0101", "x", Label(Span(source, start, end), "here"))).split("\n")
    assert lines[3:] == body


def test_no_place_at_all() -> None:
    diagnostic = Diagnostic("E0501", "no file", notes=("n",), helps=(Help("h"),))
    assert shown(diagnostic) == "error[E0501]: no file\n  = note: n\n  = help: h"


def test_changed_removed_and_added_lines() -> None:
    edits = (
        Edit(place(LENET, "    relu\n"), ""),
        insert(LENET, "network", "spec 1\n\n"),
        Edit(place(LENET, "28, 28, 1"), "784"),
    )
    diagnostic = Diagnostic("E0302", "x", helps=(Help("do this", edits),))
    assert shown(diagnostic) == expect("""
error[E0302]: x
help: do this
  --> models/lenet.dl:10:1
   |
10 + spec 1
11 +
...
11 -     input   28, 28, 1
11 +     input   784
...
13 -     relu
   |
""")


def test_insertion_at_the_end_of_a_line_and_of_the_file() -> None:
    source = Source("a.dl", "a\nb")
    edits = (Edit(Span(source, 1, 1), "\nx"), Edit(Span(source, 3, 3), "\nlast"))
    lines = shown(Diagnostic("E0302", "x", Label(Span(source, 0, 1)), helps=(Help("h", edits),)))
    assert lines.split("\n")[-5:] == ["  |", "2 + x", "...", "3 + last", "  |"]


def test_insertion_behind_the_last_line_of_another_file() -> None:
    source = Source("b.dl", "")
    edit = Edit(Span(source, 0, 0), "\n")
    text = shown(Diagnostic("E0302", "x", helps=(Help("h", (edit,)),)))
    assert text == "error[E0302]: x\nhelp: h\n --> b.dl:2:1\n  |\n2 +\n  |"


def test_overlapping_edits_still_show_the_diagnostic() -> None:
    source = Source("a.dl", "abc")
    edits = (Edit(Span(source, 0, 2), "x"), Edit(Span(source, 1, 3), "y"))
    text = shown(Diagnostic("E0302", "x", helps=(Help("h", edits),)))
    assert text == "error[E0302]: x\n  = help: h"


def test_long_line_is_cut_around_its_labels() -> None:
    source = Source("a.dl", "input " + ", ".join(str(n) for n in range(1000, 1200)))
    first, last = place(source, "1010"), place(source, "1150")
    diagnostic = Diagnostic("E0302", "x", Label(last, "two"), (Label(first, "one"),))
    lines = shown(diagnostic, width=80).split("\n")
    code, marks = lines[3], lines[4]
    assert len(code) <= 80
    assert code.count("…") == 3
    assert [code[m.start() : m.end()] for m in re.finditer(r"\^+|-+", marks)] == ["1010", "1150"]


def test_long_mark_keeps_its_ends() -> None:
    source = Source("a.dl", "x" * 500 + "END")
    lines = shown(Diagnostic("E0302", "x", Label(Span(source, 0, 503), "all"))).split("\n")
    assert lines[3].startswith("1 | xxxx")
    assert "…" in lines[3]
    assert lines[3].endswith("END")
    assert lines[4].count("^") == len(lines[3]) - 4


def test_label_that_does_not_fit_beside_hangs() -> None:
    source = Source("a.dl", "start " + "x" * 70)
    diagnostic = Diagnostic("E0302", "x", Label(Span(source, 0, 76), "a label of some length"))
    lines = shown(diagnostic, width=80).split("\n")
    assert lines[-1] == "  | a label of some length"


def test_notes_wrap_and_align() -> None:
    text = shown(Diagnostic("E0302", "x", notes=("word " * 30 + "end",)), width=60)
    lines = text.split("\n")[1:]
    assert all(len(line) <= 60 for line in lines)
    assert lines[0].startswith("  = note: word")
    assert all(line.startswith("          word") for line in lines[1:-1])
    assert " ".join(line.strip() for line in lines) == "= note: " + "word " * 30 + "end"


def test_colour_only_when_asked_and_never_else() -> None:
    coloured = render_text(SEVERAL_AXES, colour=True)
    assert "\x1b[1;31merror[E0302]\x1b[0m" in coloured
    assert "\x1b[32m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == shown(SEVERAL_AXES)


def test_summary_counts() -> None:
    error, warning = Diagnostic("E0101", "a"), Diagnostic("W0101", "b")
    assert summary([error, error, warning]) == "2 errors, 1 warning"
    assert summary([warning]) == "1 warning"
    assert summary([]) == ""
    assert render_all([error, warning], colour=False) == (
        "error[E0101]: a\n\nwarning[W0101]: b\n\n1 error, 1 warning"
    )
    assert render_all([], colour=False) == ""


TEXT = st.text(st.characters(codec=None), max_size=60) | st.text(
    "ab \t\n\r漢\u202e\x1b", max_size=300
)


@st.composite
def diagnostics(draw: st.DrawFn) -> Diagnostic:
    sources = [Source(draw(TEXT), draw(TEXT)) for _ in range(draw(st.integers(1, 2)))]

    def span() -> Span:
        source = draw(st.sampled_from(sources))
        start = draw(st.integers(0, len(source.text)))
        return Span(source, start, draw(st.integers(start, len(source.text))))

    def labels() -> list[Label]:
        return [Label(span(), draw(TEXT)) for _ in range(draw(st.integers(0, 4)))]

    found = labels()
    edits = tuple(Edit(span(), draw(TEXT)) for _ in range(draw(st.integers(0, 3))))
    return Diagnostic(
        "E0101",
        draw(TEXT),
        found[0] if found else None,
        tuple(found[1:]),
        table=tuple(draw(st.lists(TEXT, max_size=2))),
        notes=tuple(draw(st.lists(TEXT, max_size=2))),
        helps=(Help(draw(TEXT), edits),),
    )


@given(diagnostics(), st.integers(1, 200))
def test_any_text_renders_safely(diagnostic: Diagnostic, width: int) -> None:
    text = render_text(diagnostic, colour=False, width=width)
    assert all(line.isprintable() for line in text.split("\n"))
    assert not any(line.endswith(" ") for line in text.split("\n"))
    text.encode("utf-8")


@given(st.text("ab \t漢e\u0301\x1b", max_size=200), st.data())
def test_marks_stand_under_their_characters(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    source = Source("a.dl", text + "Z" + text)
    span = Span(source, len(text), len(text) + 1)
    label = Label(Span(source, start, end), "")
    out = shown(Diagnostic("E0101", "x", Label(span, ""), (label,)), width=60)
    code, marks = out.split("\n")[3:5]
    before = code[: code.index("Z")]
    assert marks[cells(before)] == "^"
