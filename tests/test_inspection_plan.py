"""The plan that a viewer is told: each piece with its layer, and what each line really takes."""

from __future__ import annotations

import ast
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from specc.driver import compile_file, make_plan
from specc.emit.load import load
from specc.inspection.inspector import Inspector
from specc.inspection.instrument import instrument, overhead
from specc.ir.cost import step_cost
from specc.run.program import Program
from specc.training import prepare_job, run_job

MODELS = Path(__file__).parents[1] / "models"


def trained(folder: Path, *changes: tuple[str, str]) -> Path:
    """A short run of the digits, of a spec that is changed first."""
    text = (MODELS / "digits.dl").read_text(encoding="utf-8")
    for old, new in (("30 epochs", "1 epoch"), ('"data/', f'"{MODELS}/data/'), *changes):
        assert old in text
        text = text.replace(old, new)
    path = folder / "digits.dl"
    path.write_text(text)
    for _ in run_job(prepare_job(compile_file(str(path)), str(folder / "run"))):
        pass
    return folder / "run"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained(tmp_path_factory.mktemp("digits"))


@pytest.fixture(scope="module")
def plan(run: Path) -> dict[str, Any]:
    return Inspector(run).answer({"what": "plan"})


def test_every_line_of_the_step_has_the_layer_that_it_works_for(plan: dict[str, Any]) -> None:
    source = [(text.strip(), layer) for text, layer in plan["source"]]
    layers = dict(source)
    assert layers["W1.dot(X, out=Z1)"] == "dense1"
    assert layers["dZ2.dot(A1T, out=dW2)"] == "dense2"
    assert layers["W2 = theta[4096:6144].reshape((32, 64))"] == "dense2"
    assert layers["exp(T2, out=A3)"] in ("loss", "dense3")
    assert layers["subtract(theta, T8, out=theta)"] == "update"
    assert layers["flush(v, s)"] == "update"
    assert layers["import numpy as np"] == ""
    body = source[plan["step"] + 1 : [t for t, _ in source].index("return step")]
    assert all(layer for text, layer in body if text)


def test_the_program_is_that_of_the_compiler(plan: dict[str, Any]) -> None:
    compilation = compile_file(str(MODELS / "digits.dl"))
    planned = make_plan(compilation, 64)
    assert "\n".join(text for text, _ in plan["source"]) == planned.program.text
    cost = step_cost(planned.plan)
    assert (plan["calls"], plan["flops"], plan["bytes"]) == (cost.calls, cost.flops, cost.bytes)
    assert len(plan["nodes"]) == len(planned.plan.graph.nodes)


def test_layers_know_their_lines(plan: dict[str, Any]) -> None:
    lines = {layer["name"]: layer["lines"] for layer in plan["layers"]}
    spec = plan["spec"]
    for name, word in (("dense1", "dense"), ("loss", "loss"), ("regularize", "regularize")):
        assert spec[lines[name][0] - 1].split()[0] == word
    assert [spec[n - 1].split()[0] for n in lines["update"]] == ["optimizer", "schedule"]


def test_blocks_have_the_lines_of_their_uses_too(tmp_path: Path) -> None:
    block = "block unit(n) {\n    dense n, relu\n}\nnetwork {"
    run = trained(tmp_path, ("    dense  width, relu", "    unit 32"), ("network {", block))
    answer = Inspector(run).answer({"what": "plan"})
    first = next(layer for layer in answer["layers"] if layer["name"] == "dense1")
    assert [answer["spec"][n - 1].strip() for n in first["lines"]] == ["dense n, relu", "unit 32"]


def test_buffers_that_live_at_one_time_share_no_byte(plan: dict[str, Any]) -> None:
    arena = [b for b in plan["buffers"] if b["storage"] == "arena"]
    assert max(b["offset"] + b["size"] for b in arena) <= plan["arena"]
    names = {b["name"] for b in plan["buffers"]}
    assert {"W1", "b1", "Z1", "A2", "dZ3"} <= names
    for a in arena:
        for b in arena:
            # A value may be written over an operand that dies in it, hence the strict signs.
            at_once = a["first"] < b["last"] and b["first"] < a["last"]
            apart = a["offset"] + a["size"] <= b["offset"] or b["offset"] + b["size"] <= a["offset"]
            same = (a["offset"], a["size"]) == (b["offset"], b["size"])
            assert a is b or not at_once or apart or same


@pytest.mark.parametrize("model", ["digits.dl", "digits_conv.dl"])
def test_a_clock_between_the_lines_changes_no_result(model: str) -> None:
    compilation = compile_file(str(MODELS / model))
    text = make_plan(compilation, 32).program.text
    timed = instrument(text)
    rng = np.random.default_rng(1)
    X = rng.random((64, 32), np.float32)
    T = rng.integers(0, 10, 32)
    costs = []
    for module in (load(text), timed.module):
        program = Program(module, examples=100, seed=1)
        program.initialise()
        step = program.step(32)
        costs.append([step(X, T, 0.01, t) for t in range(1, 4)] + [float(program.theta.sum())])
    assert costs[0] == costs[1]
    assert all(timed.times[line] == 3 for line in timed.lines[:20])
    step_lines = text.split("\n")
    assert all(step_lines[line - 1].strip() for line in timed.lines)


SLOW = '''
def training():
    def step():
        """The docstring."""
        nap(0.02)
        for i in (1, 2, 3):
            nap(0.01)
            nap(0)
        if i > 5:
            nap(1)
        return i

    return step
'''


def test_times_are_those_of_their_lines() -> None:
    """A line that takes long is measured so, a loop is added up, what does not run has nothing."""
    timed = instrument(SLOW)
    timed.module.__dict__["nap"] = time.sleep
    assert timed.module.training()() == 3
    line = {text.strip(): n for n, text in enumerate(SLOW.split("\n"), 1)}
    spent = {text: timed.spent[n] * 1e-9 for text, n in line.items()}
    assert spent["nap(0.02)"] >= 0.02
    assert spent["nap(0.01)"] >= 0.03
    assert timed.times[line["nap(0.01)"]] == timed.times[line["nap(0)"]] == 3
    assert timed.times[line["for i in (1, 2, 3):"]] == 4
    assert timed.times[line["nap(1)"]] == 0
    assert timed.times[line["return i"]] == 1
    assert 0 < overhead() < 1e6


def test_times_are_measured_on_the_real_step(run: Path, plan: dict[str, Any]) -> None:
    answer = Inspector(run).answer({"what": "times"})
    assert (answer["batch"], answer["steps"] >= 10) == (64, True)
    source = plan["source"]
    lines = {source[n - 1][0].strip(): seconds for n, seconds in answer["lines"]}
    assert lines["W1.dot(X, out=Z1)"] > 0
    assert all(s is None or s >= 0 for s in lines.values())
    tree = ast.parse("\n".join(text for text, _ in source))
    statements = {n.lineno for n in ast.walk(tree) if isinstance(n, ast.stmt)}
    assert {n for n, _ in answer["lines"]} <= statements
    assert json.loads(json.dumps(answer)) == answer


def test_a_large_update_is_timed_in_its_loop(tmp_path: Path) -> None:
    claim = ("parameters   <= 10_000", "parameters   >= 10_000")
    run = trained(tmp_path, ("width = 64", "width = 512"), ("  -> 32", ""), claim)
    inspector = Inspector(run)
    plan, times = inspector.answer({"what": "plan"}), inspector.answer({"what": "times"})
    texts = {n: plan["source"][n - 1][0] for n, _ in times["lines"]}
    loops = [n for n, text in texts.items() if text.strip().startswith("for ")]
    assert loops
    inside = [n for n, text in texts.items() if text.startswith(" " * 12) and n > loops[0]]
    assert all(dict(map(tuple, times["lines"]))[n] for n in inside[:2])


def test_a_plan_needs_no_checkpoint_and_no_plan_of_the_run(run: Path, tmp_path: Path) -> None:
    for name in ("run.json", "spec.dl"):
        (tmp_path / name).write_bytes((run / name).read_bytes())
    (tmp_path / "plan.py").write_text("raise SystemExit('run')")
    inspector = Inspector(tmp_path)
    assert inspector.answer({"what": "plan"})["calls"] == 45
    assert inspector.answer({"what": "times"})["steps"] > 0


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("run.json", "{}", "is not that of a run"),
        ("spec.dl", "network {", "the spec does not compile"),
        ("spec.dl", None, "cannot be read"),
    ],
)
def test_a_damaged_run_is_answered_in_words(
    run: Path, tmp_path: Path, name: str, text: str | None, said: str
) -> None:
    for file in ("run.json", "spec.dl"):
        (tmp_path / file).write_bytes((run / file).read_bytes())
    (tmp_path / name).unlink()
    if text is not None:
        (tmp_path / name).write_text(text)
    assert said in Inspector(tmp_path).answer({"what": "plan"})["problem"]
