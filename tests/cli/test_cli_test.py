"""`specc test`: what specs expect is held by training them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cli_samples import TABLE, TINY, Run, result

PLAIN = TINY.partition("variant")[0]
QUICK = PLAIN.replace("adam(lr = 0.02)", "sgd(lr = 0.5)")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four specs: two that hold what they expect, one that does not, one that expects nothing."""
    (tmp_path / "all").mkdir()
    for name, text in {
        "good": PLAIN + "expect { dev.accuracy >= 30% }\n",
        "other": QUICK + "expect {\n    parameters == 17\n    train.cost < 2\n}\n",
        "silent": PLAIN,
    }.items():
        (tmp_path / "all" / f"{name}.dl").write_text(text)
    (tmp_path / "high.dl").write_text(
        PLAIN + "expect {\n    dev.accuracy >= 1%\n    dev.cost <= 1e-9\n}\n"
    )
    return tmp_path


def test_claims_that_hold(specc: Run, folder: Path) -> None:
    done = specc("test", "all")
    assert done.status == 0
    lines = done.out.splitlines()
    assert lines[0].startswith("all/good.dl: dev.accuracy >= 30% holds, it is 0.")
    assert lines[1] == "all/other.dl: parameters == 17 holds, it is 17"
    assert lines[2].startswith("all/other.dl: train.cost < 2 holds, it is ")
    assert lines[3:] == [
        "all/silent.dl: empty, expects nothing",
        "3 of 3 claims hold, 1 without claims",
    ]
    assert sorted(p.name for p in folder.iterdir()) == ["all", "high.dl"]


def test_a_claim_that_does_not_hold(specc: Run, folder: Path) -> None:
    done = specc("test", "high.dl", "all/good.dl")
    assert done.status == 1
    first, second, third, last = done.out.splitlines()
    assert first.startswith("high.dl: dev.accuracy >= 1% holds, it is ")
    assert second.startswith("high.dl: dev.cost <= 1e-9 does not hold, it is ")
    assert third.startswith("all/good.dl: ")
    assert last == "2 of 3 claims hold, 1 failed"


def test_json(specc: Run, folder: Path) -> None:
    found = result(specc("test", "high.dl", "all", "--json", "--out", "kept").out)
    assert found["passed"] is False
    by = {t["file"]: t for t in found["tests"]}
    assert {f: t["status"] for f, t in by.items()} == {
        "high.dl": "failed",
        "all/good.dl": "passed",
        "all/other.dl": "passed",
        "all/silent.dl": "empty",
    }
    assert [c["holds"] for c in by["high.dl"]["expect"]] == [True, False]
    assert by["high.dl"]["run"] == "kept/high"
    assert (folder / "kept" / "good" / "run.json").exists()
    assert by["all/silent.dl"]["run"] is None


OWN = """
variant half { let width = 2 }
variant wide {
    let width = 8
    expect {
        parameters >= 30
        parameters <= 40
    }
}
"""


def test_a_variant_makes_claims_of_its_own(specc: Run, folder: Path) -> None:
    """They take the place of all that the file claims of the same results; the others stay."""
    claims = "expect {\n    parameters <= 20\n    parameters >= 9\n    dev.cost < 9\n}\n"
    (folder / "tiny.dl").write_text(PLAIN + claims + OWN)
    done = specc("test", "tiny.dl")
    assert (done.status, done.err) == (0, "")
    lines = [line.partition(" holds")[0] for line in done.out.splitlines()]
    assert lines == [
        "tiny.dl: parameters <= 20",
        "tiny.dl: parameters >= 9",
        "tiny.dl: dev.cost < 9",
        "tiny.dl half: parameters <= 20",
        "tiny.dl half: parameters >= 9",
        "tiny.dl half: dev.cost < 9",
        "tiny.dl wide: dev.cost < 9",
        "tiny.dl wide: parameters >= 30",
        "tiny.dl wide: parameters <= 40",
        "9 of 9 claims hold",
    ]


def test_claims_that_a_variant_alone_makes(specc: Run, folder: Path) -> None:
    (folder / "tiny.dl").write_text(PLAIN + OWN)
    done = specc("test", "tiny.dl")
    assert (done.status, done.err) == (0, "")
    lines = [line.partition(" holds")[0] for line in done.out.splitlines()]
    assert lines == [
        "tiny.dl wide: parameters >= 30",
        "tiny.dl wide: parameters <= 40",
        "2 of 2 claims hold",
    ]
    found = result(specc("test", "tiny.dl", "--json").out)
    assert [(t["variant"], t["status"]) for t in found["tests"]] == [
        (None, "empty"),
        ("half", "empty"),
        ("wide", "passed"),
    ]


def test_every_variant_is_held(specc: Run, folder: Path) -> None:
    (folder / "tiny.dl").write_text(TINY + "expect { parameters == 17 }\n")
    done = specc("test", "tiny.dl", "--out", "kept")
    assert done.status == 0
    assert done.out.splitlines() == [
        "tiny.dl: parameters == 17 holds, it is 17",
        "tiny.dl slow: parameters == 17 holds, it is 17",
        "tiny.dl quick: parameters == 17 holds, it is 17",
        "3 of 3 claims hold",
    ]
    assert sorted(p.name for p in (folder / "kept").iterdir()) == [
        "tiny",
        "tiny-quick",
        "tiny-slow",
    ]


def test_data_that_are_not_there(specc: Run, folder: Path) -> None:
    (folder / "table.dl").write_text(TABLE + "expect { train.cost < 9 }\n")
    done = specc("test", "table.dl")
    assert done.status == 1
    assert done.out.splitlines() == [
        "table.dl: failed, `points.csv` does not exist",
        "0 of 0 claims hold, 1 failed",
    ]
    done = specc("test", "table.dl", "all/good.dl", "--skip-missing")
    assert done.status == 0
    assert done.out.splitlines()[0] == "table.dl: skipped, `points.csv` does not exist"
    assert done.out.splitlines()[-1] == "1 of 1 claims hold, 1 skipped"


def test_data_that_are_wrong_are_never_skipped(specc: Run, folder: Path) -> None:
    (folder / "table.dl").write_text(TABLE + "expect { train.cost < 9 }\n")
    (folder / "points.csv").write_text("x,y,label\n1,2,0\n1,x,1\n")
    done = specc("test", "table.dl", "--skip-missing")
    assert done.status == 1
    assert "error[E0503]" in done.err
    assert done.out.splitlines()[-1] == "0 of 0 claims hold, 1 with errors"


def test_a_run_that_diverges_fails(specc: Run, folder: Path) -> None:
    text = PLAIN.replace("adam(lr = 0.02)", "sgd(lr = 1e300)  # allow W0401: the point")
    (folder / "wild.dl").write_text(text + "expect { parameters == 17 }\n")
    done = specc("test", "wild.dl")
    assert done.status == 1
    assert "wild.dl: failed, diverged: " in done.out


@pytest.mark.parametrize(
    ("files", "status", "said"),
    [
        (["none.dl"], 2, "error[E0501]: there is no file `none.dl`"),
        (["empty"], 2, "there is no spec below `empty`"),
        (["broken.dl", "all/good.dl"], 1, "error["),
        (["none.dl", "all/good.dl"], 2, "holds"),
        ([], 2, "FILE"),
    ],
)
def test_bad_input(specc: Run, folder: Path, files: list[str], status: int, said: str) -> None:
    (folder / "empty").mkdir()
    (folder / "broken.dl").write_text(PLAIN.replace("tanh", "tahn"))
    done = specc("test", *files)
    assert done.status == status
    assert said in done.out + done.err
    if "all/good.dl" in files:  # one bad file does not keep the others from being tested
        assert "all/good.dl: dev.accuracy >= 30% holds" in done.out
    if "broken.dl" in files:
        assert "broken.dl: error, does not compile" in done.out


def test_a_file_of_blocks_is_no_test(specc: Run, folder: Path) -> None:
    (folder / "all" / "blocks.dl").write_text("let width = 3\n")
    found: dict[str, Any] = result(specc("test", "all", "--json").out)
    assert [t["file"] for t in found["tests"]] == ["all/good.dl", "all/other.dl", "all/silent.dl"]
