"""What `specc expand` tells of each value: what it is, where it comes from, and by which way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli_samples import GOOD, Run
from test_expand import REUSE

from specc.diag.source import Source
from specc.driver import compile_source
from specc.expand.expand import expand


def values(text: str, path: str = "x.dl", **how: Any) -> dict[str, dict[str, Any]]:
    settings = how.get("settings", ())
    compilation = compile_source(Source(path, text), how.get("variant"), settings)
    found = [v.to_json() for v in expand(compilation, settings).values]
    assert len({v["path"] for v in found}) == len(found)
    return {v["path"]: v for v in found}


def test_json(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "good.dl").write_text(GOOD)
    done = specc("expand", "good.dl", "--json", "--set", "width=3")
    document = json.loads(done.out)
    assert list(document) == ["file", "variant", "set", "values"]
    assert (document["file"], document["variant"], document["set"]) == (
        "good.dl",
        None,
        ["width=3"],
    )
    keys = ["path", "value", "origin", "written", "behind", "chain", "why"]
    assert all(list(v) == keys for v in document["values"])


def test_every_origin_is_told() -> None:
    text = GOOD + "\nvariant slow { optimizer sgd(lr = 0.5) }\n"
    found = values(text, variant="slow", settings=("train.batch=32", "width=2 * 4"))
    line = text.splitlines().index("    dense  width, tanh") + 1
    assert found["network.dense1.units"] == {
        "path": "network.dense1.units",
        "value": 8,
        "origin": {"kind": "file", "file": "x.dl", "line": line},
        "written": "width",
        "behind": [
            {
                "name": "width",
                "written": "2 * 4",
                "origin": {"kind": "set", "set": "width=2 * 4"},
            }
        ],
        "chain": [],
        "why": None,
    }
    assert found["train.batch"]["origin"] == {"kind": "set", "set": "train.batch=32"}
    assert found["train.batch"]["value"] == 32
    variant = found["optimizer.lr"]
    assert variant["value"] == 0.5
    assert variant["origin"]["kind"] == "variant"
    assert variant["origin"]["variant"] == "slow"
    assert variant["origin"]["line"] == len(text.splitlines())
    assert found["network.dense1.bias"]["value"] is True
    assert found["network.dense1.bias"]["origin"] == {"kind": "default", "definition": "dense"}
    assert found["train.precision"]["value"] == "float32"
    assert found["train.precision"]["origin"] == {"kind": "default", "definition": "precision"}
    assert found["data.source"]["value"] == "circles"
    assert found["data.source.factor"]["origin"] == {"kind": "default", "definition": "circles"}


AUTO = GOOD.replace("batch  16", "batch  auto")


@pytest.mark.parametrize(
    ("examples", "line", "value"),
    [
        (None, "auto  # line 22; auto: chosen when the data are there", "auto"),
        (160, "full  # line 22; auto: 160 examples, no more than 2,000", "full"),
        (
            9_000,
            "512  # line 22; auto: 9,000 examples; 512 take 20 KiB of buffers, no more than 8 MiB",
            512,
        ),
    ],
)
def test_an_automatic_batch_is_told_with_its_reason(
    examples: int | None, line: str, value: int | str
) -> None:
    text = AUTO.replace("n = 100", f"n = {(examples or 80) * 5 // 4}")
    found = expand(compile_source(Source("x.dl", text)), examples=examples)
    (told,) = (t for t in found.text.splitlines() if t.strip().startswith("batch "))
    assert " ".join(told.split()) == " ".join(f"batch {line}".split())
    (kept,) = (v for v in found.values if v.path == "train.batch")
    assert kept.value == value
    assert (kept.written, kept.why) == (("auto", line.partition("; ")[2]) if examples else ("", ""))


def test_the_command_reads_the_data_for_an_automatic_batch(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "good.dl").write_text(AUTO)
    assert "no more than 2,000" in specc("expand", "good.dl").out
    source = '--set=data.source=csv("none.csv", target = "y")'
    done = specc("expand", "good.dl", source)
    assert (done.status, done.err) == (0, "")
    assert "auto: chosen when the data are there" in done.out
    assert "auto: chosen when" not in specc("expand", "good.dl", "--set", "train.batch=32").out


def test_the_way_through_blocks_is_told() -> None:
    found = values(REUSE)
    third = found["network.dense3.units"]
    assert third["value"] == 16
    assert third["written"] == "size"
    names = [(b["name"], b["written"]) for b in third["behind"]]
    assert names == [("size", "n * 2"), ("n", "width"), ("width", "8")]
    assert third["chain"] == [
        "round 1 of `repeat 2` (line 25)",
        "`pair width -> 16` (line 25)",
        "`unit n * 2 as x` (line 14)",
    ]
    assert found["network.dropout1.keep"]["value"] == 0.75
    assert found["network.dropout2.keep"]["value"] == 0.5
