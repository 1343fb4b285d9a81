"""`specc check`: the objects that hooks, editors and CI read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli_samples import MODELS, POINTS, TABLE, TINY, Run

KEYS = [
    "file",
    "code",
    "severity",
    "message",
    "line",
    "column",
    "end_line",
    "end_column",
    "label",
    "notes",
    "help",
    "edits",
]
EDIT_KEYS = ["line", "column", "end_line", "end_column", "text"]


def test_a_good_spec_is_silent(process: Run, tiny: str) -> None:
    done = process("check", tiny)
    assert (done.status, done.out, done.err) == (0, "", "")


def test_json_of_a_good_spec_is_an_empty_list(specc: Run, tiny: str) -> None:
    done = specc("check", tiny, "--format", "json")
    assert done.status == 0
    assert json.loads(done.out) == []
    assert done.err == ""


def test_json_has_exactly_the_keys_of_the_contract(process: Run, tmp_path: Path) -> None:
    # The error is in line 12, columns 5 to 9, counted from 1, the end excluded.
    (tmp_path / "bad.dl").write_text(TINY.replace("dense  width", "dnse   width"))
    done = process("check", "bad.dl", "--format", "json")
    assert done.status == 1
    assert done.err == ""
    (found,) = json.loads(done.out)
    assert list(found) == KEYS
    assert found["file"] == "bad.dl"
    assert found["code"] == "E0201"
    assert found["severity"] == "error"
    place = [found[k] for k in ("line", "column", "end_line", "end_column")]
    assert place == [12, 5, 12, 9]
    assert isinstance(found["notes"], list)
    assert found["help"] == "did you mean `dense`?"
    (edit,) = found["edits"]
    assert list(edit) == EDIT_KEYS
    assert edit == {"line": 12, "column": 5, "end_line": 12, "end_column": 9, "text": "dense"}


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("tanh", "tanj"),
        ("dense  1, sigmoid", "dense  1, relu"),
        ("adam(lr", "adam(lrr"),
        ("width, tanh", "width, tanh  -> 5"),
        ("split ", "splitt"),
        ("xavier", "xaviér"),
    ],
)
def test_the_edits_of_a_finding_repair_the_file(
    specc: Run, tmp_path: Path, good: str, bad: str
) -> None:
    path = tmp_path / "bad.dl"
    path.write_text(TINY.replace(good, bad, 1), encoding="utf-8")
    found: list[dict[str, Any]] = json.loads(specc("check", "bad.dl", "--format", "json").out)
    edits = [edit for one in found for edit in one["edits"]]
    if not edits:
        assert bad == "xaviér"  # the only one that no machine can repair
        return
    lines = path.read_text(encoding="utf-8").split("\n")
    for edit in sorted(edits, key=lambda e: (e["line"], e["column"]), reverse=True):
        assert edit["line"] == edit["end_line"]
        line = lines[edit["line"] - 1]
        lines[edit["line"] - 1] = (
            line[: edit["column"] - 1] + edit["text"] + line[edit["end_column"] - 1 :]
        )
    path.write_text("\n".join(lines), encoding="utf-8")
    done = specc("check", "bad.dl")
    assert (done.status, done.err) == (0, "")


def test_all_files_are_checked_and_the_worst_status_counts(
    specc: Run, tmp_path: Path, tiny: str
) -> None:
    (tmp_path / "bad.dl").write_text(TINY.replace("tanh", "tanj"))
    assert specc("check", tiny, "bad.dl").status == 1
    done = specc("check", "bad.dl", "missing.dl", tiny, "--format", "json")
    assert done.status == 2
    assert [(f["file"], f["code"]) for f in json.loads(done.out)] == [
        ("bad.dl", "E0201"),
        ("missing.dl", "E0501"),
    ]


def test_a_concise_line_per_finding(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.dl").write_text(TINY.replace("tanh", "tanj").replace("xavier", "xavjer"))
    done = specc("check", "bad.dl", "--format", "concise")
    assert done.status == 1
    first, second = done.out.splitlines()
    assert first.startswith("bad.dl:12:19: error[E0201]: ")
    assert second.startswith("bad.dl:16:12: error[E0201]: ")


def test_an_error_in_a_variant_is_found(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.dl").write_text(TINY.replace("sgd(lr = 0.5)", "sgd(lr = -0.5)"))
    done = specc("check", "bad.dl")
    assert done.status == 1
    assert "error[E0205]" in done.err
    assert "--> bad.dl:27:" in done.err
    assert "1 error\n" in done.err


def test_dims_as_json_has_exactly_the_keys_of_the_contract(process: Run) -> None:
    done = process("check", str(MODELS / "digits.dl"), "--dims", "--format", "json")
    assert done.status == 0
    assert done.err == ""
    layers = json.loads(done.out)
    for layer in layers:
        assert list(layer) == ["layer", "line", "output", "parameters", "flops"]
    assert [layer["output"] for layer in layers] == [["m", 64], ["m", 64], ["m", 32], ["m", 10]]
    text = (MODELS / "digits.dl").read_text().splitlines()
    for layer in layers:
        written = " ".join(text[layer["line"] - 1].split("#")[0].split("->")[0].split())
        assert written == layer["layer"]
    assert layers[1]["parameters"] == [
        {"name": "dense1.W", "shape": [64, 64]},
        {"name": "dense1.b", "shape": [64, 1]},
    ]
    # A product of 64 x 64 numbers is as many multiplications and additions; then bias, then relu.
    assert [layer["flops"] for layer in layers[:2]] == [0, 2 * 64 * 64 + 64 + 64]


def test_dims_as_a_table(specc: Run, tiny: str) -> None:
    done = specc("check", tiny, "--dims")
    assert done.status == 0
    assert "(m, 4)" in done.out
    assert "17 parameters" in done.out


def test_dims_of_a_spec_with_errors_gives_the_errors(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.dl").write_text(TINY.replace("tanh", "tanj"))
    done = specc("check", "bad.dl", "--dims", "--format", "json")
    assert done.status == 1
    assert [list(f) for f in json.loads(done.out)] == [KEYS]


def test_data_are_read_only_if_asked(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "table.dl").write_text(TABLE)
    assert specc("check", "table.dl").status == 0
    assert "error[E0501]" in specc("check", "table.dl", "--data").err
    (tmp_path / "points.csv").write_text(POINTS)
    assert specc("check", "table.dl", "--data").status == 0
    (tmp_path / "points.csv").write_text(POINTS.replace("\n3,", "\nthree,"))
    done = specc("check", "table.dl", "--data", "--format", "json")
    assert done.status == 1
    (found,) = json.loads(done.out)
    assert (found["code"], found["file"], found["line"]) == ("E0503", "table.dl", 4)


def test_what_the_data_say_stands_in_order_of_place(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text(POINTS)
    text = TABLE.replace('"label"', '"lable"') + "\nlet unused = 1\n"
    (tmp_path / "table.dl").write_text(text)
    done = specc("check", "table.dl", "--data", "--format", "json")
    lines = [(d["code"], d["line"]) for d in json.loads(done.out)]
    assert lines[0][0] == "E0502"
    assert len(lines) > 1
    assert [line for _, line in lines] == sorted(line for _, line in lines)
