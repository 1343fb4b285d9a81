"""`specc evaluate` and `specc predict`: what a run has learnt, used without its data."""

from __future__ import annotations

import csv
import io
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_samples import MODELS, TABLE, Run, result

DIGITS = str(MODELS / "data" / "digits.csv.gz")
LABELS = ("no", "maybe", "yes")


@pytest.fixture
def colours(specc: Run, tmp_path: Path) -> str:
    """The directory of a run on three named classes, on columns that are not in this order."""
    rows = ["b,label,a"]
    random = np.random.default_rng(1)
    for i in range(120):
        x = random.normal(3 * (i % 3), 0.5)
        rows.append(f"{random.normal():.3f},{LABELS[i % 3]},{1000 + 100 * x:.3f}")
    (tmp_path / "points.csv").write_text("\n".join(rows) + "\n")
    text = TABLE.replace("dense  2, softmax", "dense  3, softmax").replace("2 epochs", "60 epochs")
    text = text.replace(
        "small as they are\n", "x\n    normalize standard\n    split train = 80%, dev = 20%\n"
    )
    (tmp_path / "table.dl").write_text(
        text.replace("# allow W0501: x", "").replace("# allow W0502: too few for more sets", "")
    )
    done = specc("train", "table.dl", "--out", "run")
    assert done.status == 0, done.err
    return "run"


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_the_sets_of_the_spec(specc: Run, colours: str) -> None:
    done = specc("evaluate", colours)
    assert done.status == 0
    assert done.err == ""
    assert done.out.startswith("run: best checkpoint, after ")
    for part in ("train", "dev"):
        assert any(line.split()[:1] == [part] for line in done.out.splitlines())
    assert "train error " in done.out
    assert "gap " in done.out
    head = next(line for line in done.out.splitlines() if "taken for" in line)
    table = done.out.splitlines()
    matrix = table[table.index(head) + 1 : table.index(head) + 4]
    assert [row.split()[0] for row in matrix] == sorted(LABELS)
    # Counts stand under the last letter of their class.
    for name in sorted(LABELS):
        end = head.index(f" {name}") + len(name)
        assert all(row[end].isdigit() and row[end + 1 : end + 2] in ("", " ") for row in matrix)


def test_json_has_everything(specc: Run, colours: str) -> None:
    found = result(specc("evaluate", colours, "--json").out)
    assert found["test"] is None
    assert found["examples"] == {"train": 96, "dev": 24}
    assert found["classes"] == sorted(LABELS)
    for part, size in found["examples"].items():
        matrix = np.array(found["confusion"][part])
        assert (matrix.shape, matrix.sum()) == ((3, 3), size)
        assert np.trace(matrix) / size == pytest.approx(found[part]["accuracy"])
        report = found["per_class"][part]
        assert [row["class"] for row in report] == sorted(LABELS)
        assert [row["examples"] for row in report] == matrix.sum(axis=1).tolist()
    assert found["errors"]["part"] == "dev"
    assert found["errors"]["train"] == pytest.approx(1 - found["train"]["accuracy"])


def test_the_best_checkpoint_is_the_one_that_was_measured(
    specc: Run, colours: str, tmp_path: Path
) -> None:
    lines = (tmp_path / colours / "events.jsonl").read_text().splitlines()
    events = [json.loads(line) for line in lines]
    best, last = events[-1]["best"], events[-1]
    for which, dev in (("best", best["dev"]), ("last", last["dev"])):
        found = result(specc("evaluate", colours, "--checkpoint", which, "--json").out)
        assert found["dev"] == pytest.approx(dev)
    assert found["step"] == last["steps"]


def test_numbered_checkpoints(specc: Run, tiny: str, tmp_path: Path) -> None:
    """They are kept as the spec says, asked for by number, and deleted with their run."""
    kept = "--set=train.checkpoint=every = 30 steps, keep = 2"
    assert specc("train", tiny, "--out", "kept", kept).status == 0
    names = sorted(p.stem for p in (tmp_path / "kept" / "checkpoints").iterdir())
    assert names == ["best", "last", "step-000150", "step-000180"]
    done = specc("evaluate", "kept", "--checkpoint", "step-150", "--json")
    found = result(done.out)
    assert (found["checkpoint"], found["step"]) == ("step-000150", 150)
    said = specc("evaluate", "kept", "--checkpoint", "step-000180").out
    assert said.startswith("kept: step-000180 checkpoint, after 180 steps")
    file = "kept/checkpoints/step-000180.safetensors"
    assert specc("evaluate", file).out.startswith(f"{file}: after 180 steps")
    assert result(specc("evaluate", file, "--json").out)["checkpoint"] == "step-000180"
    gone = specc("evaluate", "kept", "--checkpoint", "step-120")
    assert (gone.status, "E0512" in gone.err) == (2, True)
    assert "the run has `best`, `last`, `step-000150`, `step-000180`" in gone.err
    wrong = specc("evaluate", "kept", "--checkpoint", "../last")
    assert (wrong.status, "such as `step-200`, not `../last`" in wrong.err) == (2, True)
    assert specc("runs", "delete", "kept", "--yes").status == 0
    assert not (tmp_path / "kept").exists()


def test_predictions_of_a_numbered_checkpoint(specc: Run, colours: str, tmp_path: Path) -> None:
    kept = "--set=train.checkpoint=every = 1 epoch, keep = 60"
    assert specc("train", "table.dl", "--out", "kept", kept).status == 0
    first, last, same = (
        specc("predict", "kept", "points.csv", "--probabilities", "--checkpoint", which)
        for which in ("step-24", "last", "step-1440")
    )
    assert (first.status, last.status) == (0, 0), first.err
    assert first.out != last.out
    assert last.out == same.out


def test_a_further_file(specc: Run, colours: str, tmp_path: Path) -> None:
    # Other columns, another order, and labels in a column of the same name.
    (tmp_path / "more.csv").write_text("a,c,label,b\n1000,9,no,0\n1300,9,maybe,0\n1600,9,yes,0\n")
    found = result(specc("evaluate", colours, "more.csv", "--json").out)
    assert found["data"]["accuracy"] == 1.0
    assert found["examples"] == {"data": 3}
    assert "train" not in found


def test_a_file_without_its_target(specc: Run, colours: str, tmp_path: Path) -> None:
    (tmp_path / "more.csv").write_text("a,b,what\n1000,0,no\n1600,0,yes\n")
    done = specc("evaluate", colours, "more.csv")
    assert done.status == 1
    assert "error[E0502]: `more.csv` has no column `label`" in done.err
    assert result(specc("evaluate", colours, "more.csv", "--target", "what", "--json").out)
    done = specc("evaluate", colours, "--target", "what")
    assert (done.status, "none is given" in done.err) == (2, True)


def test_predictions_as_csv(specc: Run, colours: str, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text("b,a\n0,1000\n0,1300\n0,1600\n")
    done = specc("predict", colours, "new.csv")
    assert (done.status, done.err) == (0, "")
    assert rows_of(done.out) == [["prediction"], ["no"], ["maybe"], ["yes"]]
    done = specc("predict", colours, "new.csv", "-o", "out.csv", "--probabilities")
    assert (done.status, done.out) == (0, "")
    assert "3 predictions in out.csv" in done.err
    head, *rows = rows_of((tmp_path / "out.csv").read_text())
    assert head == ["prediction", "p(maybe)", "p(no)", "p(yes)"]
    for name, *chances in rows:
        shares = [float(c) for c in chances]
        assert sum(shares) == pytest.approx(1, abs=1e-5)
        assert head[1 + int(np.argmax(shares))] == f"p({name})"


def test_predictions_as_arrays(specc: Run, colours: str, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text("b,a\n0,1000\n0,1600\n")
    assert specc("predict", colours, "new.csv", "-o", "out.npy").status == 0
    assert np.load(tmp_path / "out.npy", allow_pickle=False).tolist() == ["no", "yes"]
    assert specc("predict", colours, "new.csv", "-o", "p.npy", "--probabilities").status == 0
    assert np.load(tmp_path / "p.npy").shape == (2, 3)
    # An array has no names: its columns are those of training, in the order of the file.
    np.save(tmp_path / "new.npy", [[0.0, 1000.0], [0.0, 1600.0]])
    done = specc("predict", colours, "new.npy")
    assert rows_of(done.out) == [["prediction"], ["no"], ["yes"]]


def test_the_data_may_be_gone(specc: Run, colours: str, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text("b,a\n0,1000\n")
    (tmp_path / "points.csv").unlink()
    (tmp_path / "table.dl").unlink()
    assert specc("predict", colours, "new.csv").status == 0
    done = specc("evaluate", colours)
    assert done.status == 2
    assert "error[E0501]: `points.csv` does not exist" in done.err


def test_other_data_are_not_taken_for_those_of_the_run(
    specc: Run, colours: str, tmp_path: Path
) -> None:
    with (tmp_path / "points.csv").open("a") as file:
        file.write("0,no,1000\n")
    done = specc("evaluate", colours)
    assert done.status == 2
    assert "are not those that the network was trained on" in done.err
    assert "specc evaluate RUN DATA" in done.err
    assert specc("evaluate", colours, "points.csv").status == 0


def test_numbers_are_predicted_as_numbers(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text(
        "x,y,label\n" + "".join(f"{i},{i},{2 * i}\n" for i in range(20))
    )
    text = TABLE.replace("dense  2, softmax", "dense  1").replace("cross_entropy", "mse")
    (tmp_path / "table.dl").write_text(text.replace("0.1", "1e-4"))
    assert specc("train", "table.dl", "--out", "run").status == 0
    done = specc("predict", "run", "points.csv")
    rows = rows_of(done.out)
    assert rows[0] == ["prediction"]
    assert all(np.isfinite(float(cell)) for (cell,) in rows[1:])
    done = specc("predict", "run", "points.csv", "--probabilities")
    assert (done.status, "no probabilities" in done.err) == (2, True)
    found = result(specc("evaluate", "run", "--json").out)
    assert (found["classes"], found["confusion"]) == ([], {})
    assert (found["errors"]["measure"], found["errors"]["verdict"]) == ("cost", None)


def test_settings_and_variants_are_those_of_the_run(specc: Run, tiny: str) -> None:
    assert (
        specc("train", tiny, "--set", "width=7", "--variant", "quick", "--out", "run").status == 0
    )
    assert specc("evaluate", "run").status == 0


def test_the_digits(specc: Run) -> None:
    run = ("train", str(MODELS / "digits.dl"), "--set", "train.run=3 epochs", "--out", "run")
    assert specc(*run).status in (0, 1)
    done = specc("predict", "run", DIGITS, "-o", "digits.npy")
    assert done.status == 0
    found = result(specc("evaluate", "run", DIGITS, "--json").out)
    labels = np.loadtxt(DIGITS, delimiter=",", skiprows=1)[:, -1]
    assert (np.load("digits.npy") == labels).mean() == pytest.approx(found["data"]["accuracy"])


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("evaluate", "none"), 2, "there is no checkpoint `none`"),
        (("evaluate", "."), 2, "there is no run in `.`"),
        (("evaluate", "table.dl"), 2, "is not a usable checkpoint"),
        (("evaluate", "run", "none.csv"), 2, "`none.csv` does not exist"),
        (("evaluate", "run", "table.dl"), 2, "is of no kind that can be read here"),
        (("evaluate", "run", "--bayes", "200%"), 2, "no share"),
        (("evaluate", "run", "--bayes", "x"), 2, "no share"),
        (("predict", "run", "none.csv"), 2, "`none.csv` does not exist"),
        (("predict", "run", "points.csv", "-o", "out.txt"), 2, "are not written as `.txt`"),
        (("predict", "run", "points.csv", "-o", "out"), 2, "no kind of file"),
        (("predict", "run", "points.csv", "-o", "no/folder/out.csv"), 2, "E0511"),
        (("predict", "run", "bad.csv"), 1, "has no column `b`"),
        (("predict", "run", "nan.csv"), 1, "E050"),
        (("predict", "run"), 2, "DATA"),
    ],
)
def test_bad_input(
    specc: Run, colours: str, tmp_path: Path, arguments: tuple[str, ...], status: int, said: str
) -> None:
    (tmp_path / "bad.csv").write_text("x,y\n1,2\n")
    (tmp_path / "nan.csv").write_text("a,b\n1,nan\n")
    done = specc(*arguments)
    assert said in done.err
    assert (done.status, done.out) == (status, "")


def test_a_damaged_run_is_answered_in_words(specc: Run, colours: str, tmp_path: Path) -> None:
    saved = tmp_path / colours / "checkpoints" / "best.safetensors"
    whole = saved.read_bytes()
    for cut in (0, 7, 8, 60, len(whole) // 2, len(whole) - 1):
        saved.write_bytes(whole[:cut])
        done = specc("evaluate", colours)
        assert (done.status, done.out) == (2, "")
        assert "E0512" in done.err
    saved.unlink()
    done = specc("predict", colours, "points.csv")
    assert (done.status, "there is no checkpoint" in done.err) == (2, True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"model": None}, "does not say of which network"),
        ({"model": "{"}, "not valid JSON"),
        ({"model": "[" * 50_000}, "not valid JSON"),
        ({"model": "[]"}, "no JSON object"),
        ({"model": {"examples": 0}}, "`examples` is missing or of the wrong kind"),
        ({"model": {"spec": 1}}, "`spec` is missing or of the wrong kind"),
        ({"model": {"spec": "network {"}}, "error["),
        ({"model": {"variant": "none"}}, "error[E0212]"),
        ({"model": {"set": ["loss=mse"]}}, "error["),
        ({"data": "{}"}, "has no lists"),
        ({"data": None}, "data is missing"),
        ({"step": "x"}, "does not fit its spec"),
    ],
)
def test_a_hostile_checkpoint_is_answered_in_words(
    specc: Run, colours: str, tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    saved = tmp_path / colours / "checkpoints" / "best.safetensors"
    rewrite(saved, change)
    done = specc("evaluate", colours)
    assert said in done.err
    assert done.status in (1, 2)


def test_a_network_that_has_changed_is_told(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "parts.dl").write_text("let width = 4\nblock layer() { dense width, tanh }\n")
    text = 'use "parts.dl"\n' + TABLE.replace("dense  3, relu", "layer")
    (tmp_path / "table.dl").write_text(text)
    (tmp_path / "points.csv").write_text(
        "x,y,label\n" + "".join(f"{i},{i},{i % 2}\n" for i in range(12))
    )
    assert specc("train", "table.dl", "--out", "run").status == 0
    assert specc("evaluate", "run").err == ""
    (tmp_path / "parts.dl").write_text("let width = 4\nblock layer() { dense width, relu }\n")
    done = specc("evaluate", "run")
    assert (done.status, "warning: the spec of this run gives another network" in done.err) == (
        0,
        True,
    )
    (tmp_path / "parts.dl").write_text("let width = 5\nblock layer() { dense width, relu }\n")
    done = specc("evaluate", "run")
    assert (done.status, "does not fit its spec" in done.err) == (2, True)


def rewrite(path: Path, change: dict[str, Any]) -> None:
    """Change texts of a checkpoint; a dict changes keys of the JSON object in a text."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    texts = header["__metadata__"]
    for key, value in change.items():
        if value is None:
            del texts[key]
        elif isinstance(value, dict):
            texts[key] = json.dumps(json.loads(texts[key]) | value)
        else:
            texts[key] = value
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data[8 + length :])
