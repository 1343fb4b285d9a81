"""The forms for programs."""

from __future__ import annotations

import json

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.machine import concise, to_json
from specc.diag.source import Source, Span

SOURCE = Source("a.dl", "network {\n    dence 5\n}\n")
WORD = Span(SOURCE, 14, 19)
UNKNOWN = Diagnostic(
    "E0201",
    "unknown layer `dence`",
    Label(WORD, "not a layer"),
    notes=("a", "b"),
    helps=(Help("see the list"), Help("did you mean `dense`?", (Edit(WORD, "dense"),))),
)


def test_the_object_of_the_contract() -> None:
    assert to_json(UNKNOWN) == {
        "file": "a.dl",
        "code": "E0201",
        "severity": "error",
        "message": "unknown layer `dence`",
        "line": 2,
        "column": 5,
        "end_line": 2,
        "end_column": 10,
        "label": "not a layer",
        "notes": ["a", "b"],
        "help": "see the list\ndid you mean `dense`?",
        "edits": [{"line": 2, "column": 5, "end_line": 2, "end_column": 10, "text": "dense"}],
    }


def test_without_a_place() -> None:
    data = to_json(Diagnostic("E0501", "no file"), "b.dl")
    assert (data["file"], data["line"], data["column"]) == ("b.dl", 1, 1)
    assert (data["end_line"], data["end_column"], data["label"]) == (1, 1, "")
    assert (data["notes"], data["help"], data["edits"]) == ([], "", [])


def test_a_fix_of_two_files_offers_no_edits() -> None:
    other = Source("b.dl", "x")
    edits = (Edit(WORD, "dense"), Edit(Span(other, 0, 1), "y"))
    data = to_json(Diagnostic("E0201", "x", Label(WORD), helps=(Help("h", edits),)))
    assert data["edits"] == []


def test_json_survives_any_text() -> None:
    source = Source("\ud800\x1b.dl", "\u202e")
    data = to_json(Diagnostic("E0104", "\x1b[2J", Label(Span(source, 0, 1), "\ud800")))
    assert json.loads(json.dumps(data)) == data
    assert json.dumps(data).isprintable()


def test_concise() -> None:
    assert concise(UNKNOWN) == "a.dl:2:5: error[E0201]: unknown layer `dence`"
    assert concise(Diagnostic("W0402", "x"), "c.dl") == "c.dl:1:1: warning[W0402]: x"
    assert concise(Diagnostic("E0511", "x")) == "error[E0511]: x"
    assert concise(Diagnostic("E0511", "a\nb\x1b"), "\x1b") == "\\x1b:1:1: error[E0511]: a\\nb\\x1b"
