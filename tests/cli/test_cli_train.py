"""`specc train`: the result object, settings, the run directory, and the plain log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli_samples import MODELS, POINTS, RESULT, STEPS, TABLE, TINY, Run, costs, result

EXPECT = "\nexpect {\n    parameters   <= 20\n    dev.accuracy >= %s\n}\n"


def test_json_has_exactly_the_keys_of_the_contract(process: Run, tmp_path: Path) -> None:
    (tmp_path / "tiny.dl").write_text(TINY + EXPECT % "50%")
    done = process("train", "tiny.dl", "--json", "--out", "run")
    assert done.status == 0
    assert done.err == ""
    found = result(done.out)
    assert list(found) == RESULT
    assert found["run"] == "run"
    assert found["status"] == "finished"
    assert (found["steps"], found["epochs"]) == (STEPS, 50)
    assert found["seconds"] > 0
    assert found["examples_per_second"] > 0
    for part in ("train", "dev"):
        assert list(found[part]) == ["cost", "loss", "accuracy"]
        assert 0 <= found[part]["accuracy"] <= 1
    assert found["test"] is None
    assert set(found["best"]) == {"step", "epoch", "train", "dev"}
    assert found["best"]["dev"]["cost"] <= found["dev"]["cost"]
    assert found["expect"][0] == {"claim": "parameters <= 20", "holds": True, "value": 17}
    assert list(found["expect"][1]) == ["claim", "holds", "value"]
    assert found["expect"][1]["value"] == found["dev"]["accuracy"]


def test_one_of_a_kind_is_no_plural(specc: Run, tiny: str) -> None:
    done = specc("train", tiny, "--set", "train.run=1 step", "--set", "train.batch=full")
    assert "; 1 epoch, 1 step\n" in done.out
    assert "finished after 1 step (1 epoch) in " in done.out


def test_the_run_directory_is_that_of_the_contract(specc: Run, tiny: str, tmp_path: Path) -> None:
    assert specc("train", tiny, "--out", "run").status == 0
    run = tmp_path / "run"
    names = sorted(str(p.relative_to(run)) for p in run.rglob("*") if p.is_file())
    assert names == [
        "checkpoints/best.safetensors",
        "checkpoints/last.safetensors",
        "events.jsonl",
        "plan.py",
        "run.json",
        "spec.dl",
        "steps.bin",
    ]
    assert (run / "spec.dl").read_text() == TINY
    info = json.loads((run / "run.json").read_text())
    assert info["format"] == 1
    assert info["name"] == "tiny"
    assert info["spec"] == str(tmp_path / "tiny.dl")
    assert info["variant"] is None
    assert (info["batch"], info["steps"], info["steps_per_epoch"]) == (16, STEPS, 4)
    assert info["examples"] == {"train": 64, "dev": 16}
    assert all(layer["checked"] for layer in info["layers"])
    assert len(costs(run)) == STEPS
    kinds = [json.loads(line)["event"] for line in (run / "events.jsonl").read_text().splitlines()]
    assert kinds[0] == "started"
    assert kinds[-1] == "finished"
    assert "steps" not in kinds


def test_without_out_a_run_gets_a_directory_of_its_own(
    specc: Run, tiny: str, tmp_path: Path
) -> None:
    runs = [
        result(specc("train", tiny, "--json", "--set", "train.run=1 epoch").out)["run"]
        for _ in range(3)
    ]
    assert len(set(runs)) == 3
    for run in runs:
        assert Path(run).parts[0] == "runs"
        assert Path(run).name.startswith("tiny-2")
        assert (tmp_path / run / "run.json").exists()


def test_what_is_not_finite_is_null(specc: Run, tiny: str) -> None:
    done = specc("train", tiny, "--json", "--set", "optimizer.lr=1e300")
    assert done.status == 1
    found = result(done.out)
    assert found["status"] == "diverged"
    assert found["train"]["cost"] is None
    assert found["best"]["step"] == 0


def test_the_same_seed_gives_the_same_costs(specc: Run, tiny: str, tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert specc("train", tiny, "--out", name).status == 0
    assert specc("train", tiny, "--out", "c", "--set", "train.seed=4").status == 0
    assert costs(tmp_path / "a") == costs(tmp_path / "b")
    assert costs(tmp_path / "a") != costs(tmp_path / "c")


def test_an_expectation_that_fails_is_a_finding(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "tiny.dl").write_text(TINY + EXPECT % "100%")
    for options in ((), ("--json",)):
        done = specc("train", "tiny.dl", "--set", "train.run=1 epoch", *options)
        assert done.status == 1
        assert "error[E0406]: `dev.accuracy >= 100%` does not hold: it is" in done.err
    assert "expect parameters <= 20: holds, it is 17" in specc("train", "tiny.dl").out


# --set and --variant


def info(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((path / "run.json").read_text())
    return found


@pytest.mark.parametrize(
    ("setting", "key", "value"),
    [
        ("width=5", "parameters", 21),
        ("width = 2 * 3", "parameters", 25),
        ("train.batch=8", "batch", 8),
        ("train.batch=full", "batch", 64),
        ("train.run=3 epochs", "steps", 12),
        ("train.run=7 steps", "steps", 7),
        ("train.seed=9", "seed", 9),
        ("optimizer.lr=0.5", "optimizer", "adam(lr = 0.5)"),
        ("optimizer=sgd(lr = 2)", "optimizer", "sgd(lr = 2)"),
        ("data.split.train=70%", "examples", {"train": 56, "dev": 16}),
        ("loss=mse", "loss", "mse"),
    ],
)
def test_set_changes_a_value(
    specc: Run, tiny: str, tmp_path: Path, setting: str, key: str, value: Any
) -> None:
    done = specc("train", tiny, "--out", "run", "--set", setting, "--set", "train.log=1 epoch")
    assert done.status == 0, done.err
    found = info(tmp_path / "run")[key]
    assert found == value or str(found).startswith(str(value)[:-1])


def test_set_replaces_a_value_without_a_name(specc: Run, tiny: str, tmp_path: Path) -> None:
    text = (tmp_path / tiny).read_text()
    lines = "regularize l2(0.1), max_norm(3)\noptimizer  sgd(0.5)"
    (tmp_path / tiny).write_text(text.replace("optimizer  adam(lr = 0.02)", lines))
    settings = ("regularize.lambda=0.3", "optimizer.lr=0.25", "train.run.run=1 epoch")
    done = specc("expand", tiny, *(part for s in settings for part in ("--set", s)))
    assert done.status == 0, done.err
    assert "regularize  l2(0.3), max_norm(3)  " in done.out
    assert "optimizer   sgd(0.25)  " in done.out
    assert "run        1 epoch  " in done.out


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("widht=5", ["widht"]),
        ("train.bach=8", ["bach", "`batch`"]),
        ("optimizer.lrr=8", ["lrr", "`lr`"]),
        ("optimizer=addam", ["addam", "`adam`"]),
        ("trian.batch=8", ["trian"]),
        ("optimizer.lr=-1", ["lr"]),
        ("train.batch=0", ["batch"]),
        ("train.batch=many", ["many"]),
        ("width", ["path=value", "for example `--set"]),
        ("width=", ["path=value"]),
        ("=5", ["path=value"]),
        ("width=(1", ["error[E01"]),
        ("width=5; rm", ["error["]),
        ("width=5, 6", ["takes one value", "repeat `--set`"]),
        ("width=5 as x", ["takes one value"]),
        ("optimizer.lr=0.1, beta1=0.5", ["takes one value"]),
        ("optimizer.lr=0.1 -> 3", ["takes one value"]),
        ("optimizer.lr.x=0.1", ["a path ends with an argument, as in `optimizer.lr`"]),
        ("train.clip.limit=1", ["there is no `clip`", "`--set 'train.clip=...'`"]),
    ],
)
def test_set_refuses_what_is_not_there(
    specc: Run, tiny: str, tmp_path: Path, setting: str, said: list[str]
) -> None:
    done = specc("train", tiny, "--set", setting)
    assert done.status == 1
    assert done.out == ""
    for text in said:
        assert text in done.err
    assert not (tmp_path / "runs").exists()


def test_a_variant_is_trained_under_its_name(specc: Run, tiny: str, tmp_path: Path) -> None:
    done = specc("train", tiny, "--json", "--variant", "slow")
    assert done.status == 0
    run = result(done.out)["run"]
    assert Path(run).name.startswith("tiny-slow-")
    assert info(tmp_path / run)["variant"] == "slow"
    assert info(tmp_path / run)["optimizer"].startswith("sgd(lr = 0.01")


@pytest.mark.parametrize(
    ("variant", "fix"), [("slo", "did you mean `slow`?"), ("zzz", "`slow` and `quick`")]
)
@pytest.mark.parametrize("command", ["train", "plan"])
def test_an_unknown_variant_is_said_with_the_known(
    specc: Run, tiny: str, command: str, variant: str, fix: str
) -> None:
    done = specc(command, tiny, "--variant", variant)
    assert done.status == 1
    assert f"error[E0212]: `tiny.dl` has no variant `{variant}`" in done.err
    assert fix in done.err


def test_a_variant_of_a_file_without_any(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "table.dl").write_text(TABLE)
    done = specc("train", "table.dl", "--variant", "he")
    assert done.status == 1
    assert "this file has no variants" in done.err


# The run directory


def test_a_run_is_never_overwritten(specc: Run, tiny: str, tmp_path: Path) -> None:
    assert specc("train", tiny, "--out", "run").status == 0
    before = {p: p.read_bytes() for p in (tmp_path / "run").rglob("*") if p.is_file()}
    done = specc("train", tiny, "--out", "run")
    assert done.status == 2
    assert "error[E0511]: `run` holds a run already" in done.err
    assert "--resume" in done.err
    assert before == {p: p.read_bytes() for p in (tmp_path / "run").rglob("*") if p.is_file()}


def test_a_folder_with_other_things_is_left_alone(specc: Run, tiny: str, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("three years of work")
    done = specc("train", tiny, "--out", "mine")
    assert done.status == 2
    assert "error[E0511]: `mine` is not empty" in done.err
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["thesis.tex"]


def test_out_below_a_file(specc: Run, tiny: str, tmp_path: Path) -> None:
    for out in (tiny, f"{tiny}/run"):
        done = specc("train", tiny, "--out", out)
        assert done.status == 2
        assert "error[E0511]" in done.err
    assert (tmp_path / tiny).read_text() == TINY


@pytest.mark.parametrize("made", [False, True])
def test_resume_where_no_run_is(specc: Run, tiny: str, tmp_path: Path, made: bool) -> None:
    if made:
        (tmp_path / "run").mkdir()
    done = specc("train", tiny, "--out", "run", "--resume")
    assert done.status == 2
    assert "error[E0512]: there is no run in `run`" in done.err
    assert (tmp_path / "run").exists() == made


def test_resume_of_a_finished_run_does_nothing_more(specc: Run, tiny: str, tmp_path: Path) -> None:
    first = specc("train", tiny, "--out", "run", "--json")
    before = (tmp_path / "run" / "steps.bin").read_bytes()
    again = specc("train", tiny, "--out", "run", "--json", "--resume")
    assert again.status == 0
    assert (tmp_path / "run" / "steps.bin").read_bytes() == before
    for part in ("train", "dev", "best", "steps", "status"):
        assert result(again.out)[part] == result(first.out)[part]


@pytest.mark.parametrize(
    "change",
    [
        ["--variant", "slow"],
        ["--set", "width=5"],
        ["--set", "train.seed=4"],
        "data",
        "spec",
    ],
)
def test_resume_refuses_another_spec_or_other_data(
    specc: Run, tmp_path: Path, change: list[str] | str
) -> None:
    spec = tmp_path / "table.dl"
    spec.write_text(TABLE.replace("3, relu", "width, relu") + "\nlet width = 3\n")
    with spec.open("a") as file:
        file.write("\nvariant slow { optimizer sgd(lr = 0.001) }\n")
    (tmp_path / "points.csv").write_text(POINTS)
    assert specc("train", "table.dl", "--out", "run").status == 0
    before = (tmp_path / "run" / "steps.bin").read_bytes()
    options: list[str] = []
    if change == "data":
        (tmp_path / "points.csv").write_text(POINTS.replace("\n3,", "\n3.5,"))
    elif change == "spec":
        spec.write_text(spec.read_text().replace("0.1", "0.2"))
    else:
        options = list(change)
    done = specc("train", "table.dl", "--out", "run", "--resume", *options)
    assert done.status == 2
    assert "error[E0512]" in done.err
    assert (tmp_path / "run" / "steps.bin").read_bytes() == before


# The plain log


def test_the_log_is_a_table_with_a_summary(specc: Run, tiny: str) -> None:
    done = specc("train", tiny, "--out", "my run", "--set", "train.log=1 epoch")
    lines = done.out.splitlines()
    assert lines[0] == ("17 parameters; 64 train, 16 dev examples; batch 16; 50 epochs, 200 steps")
    head = lines[2]
    assert head.split("  ")[0].strip() == "epoch"
    assert head.endswith("lr  ETA")
    rows = lines[3 : lines.index("", 3)]
    assert rows[0].split()[:2] == ["0", "0"]
    assert rows[-1].split()[:2] == ["50", "200"]
    assert 10 <= len(rows) <= 12
    for column in ("epoch", "step", "train cost", "dev accuracy", "lr"):
        end = head.index(column) + len(column)
        for row in rows[1:]:
            assert row[end - 1] not in " ", (column, row)
            assert row[end : end + 2].strip() == "", (column, row)
    assert max(map(len, [head, *rows])) <= 88
    assert any(line.startswith("finished after 200 steps (50 epochs) in ") for line in lines)
    assert "run directory: my run" in lines
    assert "look at it: specc watch 'my run'" in lines


def test_the_log_of_a_run_that_diverges(specc: Run, tiny: str) -> None:
    done = specc("train", tiny, "--set", "optimizer.lr=1e300")
    assert done.status == 1
    assert "\ndiverged: " in done.out
    assert "\ndiverged after " in done.out


def test_the_log_of_a_run_that_is_limited_by_time(specc: Run, tiny: str) -> None:
    done = specc("train", tiny, "--set", "train.run=0.2 s")
    assert done.status == 0
    assert "; 0.2 s long\n" in done.out
    assert "reason: the time of 0.2 seconds is over\n" in done.out


def test_the_digits_reach_95_percent(process: Run) -> None:
    done = process("train", str(MODELS / "digits.dl"), "--json")
    assert done.status == 0
    assert done.err == ""
    found = result(done.out)
    assert found["dev"]["accuracy"] >= 0.95
    assert found["test"]["accuracy"] >= 0.93
    assert all(claim["holds"] for claim in found["expect"])
