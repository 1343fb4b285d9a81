"""`specc expand`: the expanded spec is the same model, and every line says where it comes from."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cli_samples import GOOD, MODELS, Run

from specc.checking import check_source, open_source
from specc.diag.sink import Sink
from specc.diag.source import Source
from specc.driver import Compilation, compile_source, make_plan
from specc.expand.expand import expand
from specc.lang.format import format_spec
from specc.lang.override import variants
from specc.lang.read import read
from specc.library.clock import Duration
from specc.library.registry import Registry

REUSE = """\
let width = 8
let twice = 2 * width
let rate = 1/4
let act = relu

block unit(size, keep = 1 - rate) {
    dense    size, act as a
    dropout  keep = keep
    add      a as b
}

block pair(n) {
    unit      n * 2, keep = 0.5
    residual  { unit n * 2 as x }
}

data {
    source  circles(n = 10 * 20)
    split   train = 80%, dev = 20%
}

network {
    input  2
    unit   twice as a
    repeat 2 { pair width -> 16 }
    add    a
    repeat 2 {
        dense  twice, leaky_relu(alpha = rate) as q
        add    q
    }
    dense  1, sigmoid
}

loss        binary_cross_entropy
regularize  l2(rate), l1(0.5)
optimizer   adam(lr = rate / 100)

train {
    run    50 epochs
    seed   legacy(3)
    stop   early(dev.cost, 3 epochs)
}

expect {
    a.shape    == twice
    parameters <= 100 * 1000
    memory     <= 10 MB
}
"""

SEARCH = """\
let width = 16 in {8, 16, 32}
let half = width // 2
let depth = 2 in {1, 2, 3}
let fixed = 8 - 2 * 2

block unit(size) { dense size, relu as a }

data {
    source  circles(n = 200)
    split   train = 80%, dev = 20%
}

network {
    input  2
    dense  width, relu
    unit   half + fixed as h
    repeat depth { unit half -> half }
    unit   4 in {fixed, 8}
    dense  1, sigmoid
}

loss       binary_cross_entropy
optimizer  adam(lr = 1e-3 in log(1e-4, 1e-2))
train      { run 50 epochs }
search     { trials 3 }
expect     { h.shape == half + 4 }
"""

WORDS = """\
let act = relu in {relu, tanh}

block unit(size, act = silu in {silu, gelu}) { dense size, act }

data {
    source  circles(n = 200)
    split   train = 80%, dev = 20%
}

network {
    input  2
    unit   4, act = act
    unit   4
    unit   4, act = tanh in {tanh, elu}
    repeat 2 { dense 4, act, regularize = l1(0.1) }
    dense  1, sigmoid
}

loss       binary_cross_entropy
optimizer  sgd in {sgd, adam}
train      { run 50 epochs }
"""


def code(compilation: Compilation) -> str:
    """The program of a compilation, without its header and comments."""
    batch = compilation.bound.train.batch or 300
    tree = ast.parse(make_plan(compilation, batch).program.text)
    return ast.dump(ast.Module(tree.body[1:], []))


def stripped(text: str) -> str:
    """A spec without its comments; no string of these specs holds a `#`."""
    return "".join(line.partition("#")[0].rstrip() + "\n" for line in text.splitlines())


def check_same(compilation: Compilation, settings: tuple[str, ...] = ()) -> str:
    """That the expansion is the same model, in canonical form, with a comment on every line."""
    text = expand(compilation, settings).text
    again = compile_source(Source(compilation.source.path, stripped(text)))
    assert code(again) == code(compilation)
    assert repr(again.model.metrics) == repr(compilation.model.metrics)
    claims = [[(c.operator, c.bound) for c in b.expect] for b in (again.bound, compilation.bound)]
    assert claims[0] == claims[1]
    assert str(again.bound.train.run) == str(compilation.bound.train.run)
    assert again.bound.train.precision == compilation.bound.train.precision
    assert repr(again.bound.train.stop) == repr(compilation.bound.train.stop)
    assert repr(again.bound.data.source) == repr(compilation.bound.data.source)
    assert repr(again.bound.data.split) == repr(compilation.bound.data.split)
    assert len(again.bound.searches) >= len(compilation.bound.searches)
    assert format_spec(read(Source("x.dl", text), Sink())) == text
    printed = Source(compilation.source.path, text)
    assert {d.code for d in check_source(printed)} <= {d.code for d in compilation.warnings}
    second = expand(compile_source(printed))
    assert stripped(second.text) == stripped(text)
    values = [{v.path: v.value for v in e.values} for e in (expand(compilation, settings), second)]
    assert values[0] == values[1]
    for line in text.splitlines():
        ends = not line.strip() or line.strip() == "}" or line.endswith(",")
        assert ends or "#" in line, line
    return text


def models() -> Iterator[Any]:
    for path in sorted([*MODELS.glob("*.dl"), *MODELS.glob("course/*.dl")]):
        spec = read(open_source(str(path)), Sink())
        for variant in (None, *variants(spec)):
            yield pytest.param(path, variant, id=f"{path.stem}-{variant}")


@pytest.mark.parametrize(("path", "variant"), list(models()))
def test_an_expanded_model_is_the_same_program(path: Path, variant: str | None) -> None:
    check_same(compile_source(open_source(str(path)), variant))


@pytest.mark.parametrize(
    "text", [GOOD, REUSE, SEARCH, WORDS], ids=["good", "reuse", "search", "words"]
)
def test_an_expanded_spec_is_the_same_program(text: str) -> None:
    check_same(compile_source(Source("x.dl", text)))


def examples() -> Iterator[Any]:
    """The examples in the definitions whose data are generated."""
    for category, word, kind in Registry().every():
        _, _, after = inspect.cleandoc(kind.__doc__ or "").partition("\nExample\n")
        for found in re.findall(r"```dl\n(.*?)```", after, re.S):
            text = inspect.cleandoc(found)
            if "network" in text and re.search(r"source +(circles|moons)", text):
                yield pytest.param(text, id=f"{category}-{word}")


@pytest.mark.parametrize("text", list(examples()))
def test_every_word_can_be_written_out(text: str) -> None:
    check_same(compile_source(Source("x.dl", text)))


def test_settings_and_variants_are_the_same_program() -> None:
    source = open_source(str(MODELS / "moons.dl"))
    settings = ("train.batch=32", "optimizer.lr=0.1", "train.stop=early(train.cost)")
    text = check_same(compile_source(source, "adam", settings), settings)
    assert "--set train.batch=32" in text
    assert re.search(
        r"adam\(lr = 0.1, .*# variant adam, line \d+; lr: --set optimizer.lr=0.1;", text
    )


# What the text says


@pytest.mark.parametrize(("name", "text"), [("reuse", REUSE), ("search", SEARCH), ("good", GOOD)])
def test_text(golden: Callable[[str, str], None], name: str, text: str) -> None:
    expansion = expand(compile_source(Source(f"{name}.dl", text)))
    golden(f"expand/{name}.dl", expansion.text)


def test_the_command_prints_the_text(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "good.dl").write_text(GOOD)
    done = specc("expand", "good.dl", "--set", "width=3")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("# good.dl, --set width=3: every value that holds\n")
    assert "units: width = 3 (--set width=3)" in done.out
    (tmp_path / "again.dl").write_text(done.out)
    assert specc("check", "again.dl").status == 0
    assert specc("fmt", "--check", "again.dl").status == 0


def test_values_of_a_used_file_name_it(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "blocks.dl").write_text(
        "let most = 6\n\nblock unit(size = most) {\n    dense  size, tanh\n}\n"
    )
    (tmp_path / "x.dl").write_text(
        'use "blocks.dl"\n'
        + GOOD.replace("dense  width, tanh", "unit").replace("let width = 4", "")
    )
    done = specc("expand", "x.dl")
    assert done.status == 0
    assert (
        "dense  6, tanh, bias = true  # blocks.dl:4 in `unit` (line 13); "
        "units: size = most (blocks.dl:3), most = 6 (blocks.dl:1); bias: default of dense"
    ) in done.out


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("expand", "bad.dl"), 1, "error[E0201]"),
        (("expand", "missing.dl"), 2, "error[E0501]"),
        (("expand", "good.dl", "--variant", "x"), 1, "error[E0212]"),
        (("expand", "good.dl", "--set", "width"), 1, "error[E0202]"),
        (("expand",), 2, "error: "),
    ],
)
def test_bad_input(
    specc: Run, tmp_path: Path, arguments: tuple[str, ...], status: int, said: str
) -> None:
    (tmp_path / "good.dl").write_text(GOOD)
    (tmp_path / "bad.dl").write_text(GOOD.replace("tanh", "tanj"))
    done = specc(*arguments)
    assert (done.status, done.out) == (status, "")
    assert said in done.err


def test_searched_names_stay_names() -> None:
    text = expand(compile_source(Source("x.dl", SEARCH))).text
    again = compile_source(Source("x.dl", stripped(text)))
    assert {"width", "depth"} <= {s.path for s in again.bound.searches}
    for setting in ("width=32", "width=8", "depth=1"):
        first = compile_source(Source("x.dl", SEARCH), settings=[setting])
        second = compile_source(Source("x.dl", stripped(text)), settings=[setting])
        assert code(first) == code(second)


def test_the_length_of_a_run_is_written_in_full() -> None:
    assert str(Duration(1_234_567.0, "steps")) == "1234567 steps"
    assert str(Duration(1.0, "epochs")) == "1 epoch"
    assert str(Duration(0.5, "epochs")) == "0.5 epochs"
