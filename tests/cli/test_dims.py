"""`specc check --dims` in the notation of the course, and `--data`, read once."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli_samples import GOOD, MODELS, POINTS, TABLE, Run

from specc.checking import open_source
from specc.cli.dims import dimension_lines
from specc.diag.source import Source
from specc.driver import compile_source
from specc.elaborate.sizes import trace
from specc.library.sources.csv import Csv
from specc.model import Model

NESTED = """\
let width = 8
let twice = 2 * width

block unit(size, rate = 0.9) {
    dense    size, relu
    dropout  keep = rate
}

block pair(n) {
    unit      n * 2, rate = 0.5
    residual  { unit n * 2 }
}

data {
    source  circles(n = 200)
    split   train = 80%, dev = 20%
}

network {
    input  2
    unit   twice as first
    repeat 2 { pair width -> 16 }
    concat first
    dense  16, tanh
    dense  1, sigmoid
}

loss       binary_cross_entropy
optimizer  adam
train      { run 50 epochs }
"""


def table(text: str) -> list[str]:
    return dimension_lines(compile_source(Source("x.dl", text)))


def line_of(lines: list[str], name: str) -> str:
    (found,) = [line for line in lines if line.split()[0] == name]
    return " ".join(found.split())


def test_every_array_and_its_gradient(specc: Run) -> None:
    done = specc("check", str(MODELS / "digits.dl"), "--dims")
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    text = (MODELS / "digits.dl").read_text().splitlines()
    place = {
        word: 1 + next(i for i, s in enumerate(text) if word in s) for word in ("width =", "//")
    }
    assert line_of(lines, "W2") == (
        f"W2 (32, 64) dW2 (32, 64) 32 from width // 2 (line {place['//']}; width = 64, "
        f"line {place['width =']}), 64 = features of A1"
    )
    assert line_of(lines, "b2").startswith("b2 (32, 1) db2 (32, 1) 32 from width // 2 ")
    assert line_of(lines, "Z2").startswith("Z2 (32, m) dZ2 (32, m) W2 (32, 64) times A1 (64, m)")
    assert line_of(lines, "A2").startswith("A2 (32, m) dA2 (32, m) elementwise")
    assert line_of(lines, "X").startswith("X (64, m) 64 from line ")
    assert "  6,570 parameters, 13,130 flops for one example, forward" in lines
    for name in ("W", "b", "Z", "A"):
        for layer in (1, 2, 3):
            shapes = re.findall(r"\([^()]*\)", line_of(lines, f"{name}{layer}"))
            assert shapes[0] == shapes[1], "a gradient has the shape of its array"


def test_text(golden: Callable[[str, str], None]) -> None:
    golden("dims/nested.txt", "\n".join(table(NESTED)) + "\n")


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ("input 2, 1; rnn 4 as a; gru 3; concat a; last", "A2 (2, 3, m), then A1 (2, 4, m)"),
        (
            "input 1, 2, 1; conv 4, kernel = 1 as a; conv 3, kernel = 1; concat a; flatten",
            "Z2 (1, 2, 3, m), then Z1 (1, 2, 4, m)",
        ),
    ],
)
def test_what_was_joined_is_said(layers: str, said: str) -> None:
    body = "\n".join(f"    {layer}" for layer in layers.split("; "))
    text = GOOD.replace("    input  2\n    dense  width, tanh", body)
    joined = next(line for line in table(text) if line.split()[0].startswith("C"))
    assert said in " ".join(joined.split())


def test_equal_numbers_do_not_mislead() -> None:
    # Units and features are both 16 here; what each size follows from is another matter.
    text = GOOD.replace("dense  width, tanh", "dense  16, tanh\n    dense  16, tanh")
    second = line_of(table(text), "W2")
    assert second.endswith("16 from line 13, 16 = features of A1")


def test_what_is_not_trained_has_no_gradient() -> None:
    text = GOOD.replace("    dense  1, sigmoid", "    dropout keep = 0.9\n    dense  1, sigmoid")
    lines = table(text)
    assert " dD1 " not in line_of(lines, "D1")
    assert " dAd1 (4, m)" in line_of(lines, "Ad1")
    assert " dX " not in line_of(lines, "X")


def test_sizes_of_a_used_file_name_it(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "b.dl").write_text("let most = 6\nblock unit(size = most) { dense size, tanh }\n")
    text = GOOD.replace("dense  width, tanh", "unit").replace("let width = 4", "")
    (tmp_path / "x.dl").write_text('use "b.dl"\n' + text)
    done = specc("check", "x.dl", "--dims")
    assert "6 from size (b.dl:2; size = most, b.dl:2; most = 6, b.dl:1)" in done.out


@pytest.mark.parametrize("path", sorted(MODELS.glob("*.dl")), ids=lambda p: p.stem)
def test_rows_and_causes_fit_every_model(path: Path) -> None:
    compilation = compile_source(open_source(str(path)))
    traced = trace(compilation.bound, compilation.model)
    assert tuple(t.row for t in traced) == compilation.model.layers
    for one in traced:
        for name, causes in one.causes.items():
            assert len(causes) == len(_shape(compilation.model, name))


def _shape(model: Model, name: str) -> tuple[int, ...]:
    return next(p.shape for p in model.parameters if p.name == name)


# Data


def test_every_data_block_is_read_once(
    specc: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    plain = Csv.load

    def load(self: Csv, folder: str) -> Any:
        read.append(self.path)
        return plain(self, folder)

    monkeypatch.setattr(Csv, "load", load)
    variants = "".join(f"variant v{i} {{ optimizer sgd(lr = 0.{i}) }}\n" for i in range(1, 5))
    variants += 'variant other { data { source csv("other.csv", target = "label") } }\n'
    variants += "variant wide { network { input 2\n dense 5, relu\n dense 2, softmax } }\n"
    (tmp_path / "table.dl").write_text(TABLE + variants)
    for name in ("points.csv", "other.csv"):
        (tmp_path / name).write_text(POINTS)
    assert specc("check", "table.dl", "--data").status == 0
    assert sorted(read) == ["other.csv", "points.csv"]


def test_what_a_data_block_says_is_said_once(specc: Run, tmp_path: Path) -> None:
    variants = "variant a { optimizer sgd(lr = 0.2) }\nvariant b { init zeros }\n"
    (tmp_path / "table.dl").write_text(TABLE + variants)
    done = specc("check", "table.dl", "--data", "--format", "concise")
    errors = [line for line in done.out.splitlines() if ": error[" in line]
    assert len(errors) == 1
    assert "E0501" in errors[0]
