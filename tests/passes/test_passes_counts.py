"""Exact costs of a step as goldens: calls, operations, bytes, and the update as it is generated.

A file of `cases/plan` begins with a spec; what follows is what the compiler makes of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from allocations import BUFFER, allocated
from oracle import batch_for, compiled, program, spec

from specc.driver import Compilation, Planned, compile_file, make_plan
from specc.ir.cost import step_cost
from specc.passes.memory import plan_memory

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases" / "plan"
WRITTEN = sorted(p.stem for p in CASES.glob("*.md") if p.stem != "digits")


def counts(compilation: Compilation, planned: Planned) -> str:
    """The numbers of a plan, a line each."""
    cost = step_cost(planned.plan)
    apart = plan_memory(planned.training, planned.plan.batch, planned.plan.itemsize, reuse=False)
    rows = {
        "parameters": compilation.model.size,
        "batch": planned.plan.batch,
        "calls per step": cost.calls,
        "operations per step": cost.flops,
        "bytes moved per step": cost.bytes,
        "training arena": planned.plan.arena,
        "without sharing": apart.arena,
        "evaluation arena": planned.evaluation.arena,
    }
    return "".join(f"{name:<22}{value:>12,}\n" for name, value in rows.items())


def update_section(text: str) -> str:
    """The lines of the step from the update on."""
    found = re.search(r"\n +# update of the parameters\n(.*?) +return ", text, re.S)
    assert found is not None
    return re.sub(r"^ {8}", "", found[1], flags=re.M)


def rendered(compilation: Compilation, batch: int) -> str:
    planned = make_plan(compilation, batch)
    update = update_section(planned.program.text)
    return f"```counts\n{counts(compilation, planned)}```\n\n```python update\n{update}```\n"


@pytest.mark.parametrize("name", WRITTEN)
def test_costs_of_a_step(name: str, golden: Callable[[str, str], None]) -> None:
    text = (CASES / f"{name}.md").read_text(encoding="utf-8")
    head = re.match(r".*?```dl\n(.*?)```\n", text, re.S)
    assert head is not None
    compilation = compiled(head[1], f"{name}.dl")
    batch = compilation.bound.train.batch
    assert batch is not None
    golden(f"plan/{name}.md", f"{head[0]}\n{rendered(compilation, batch)}")


def test_costs_of_a_step_of_the_digits(golden: Callable[[str, str], None]) -> None:
    compilation = compile_file(str(ROOT / "models" / "digits.dl"))
    golden("plan/digits.md", f"# models/digits.dl\n\n{rendered(compilation, 64)}")


@pytest.mark.parametrize("name", WRITTEN)
def test_counted_calls_are_the_calls_of_the_text(name: str) -> None:
    """The number in the plan is that of the NumPy calls that the step makes."""
    text = (CASES / f"{name}.md").read_text(encoding="utf-8")
    spec_text = text.partition("```dl\n")[2].partition("```")[0]
    planned = make_plan(compiled(spec_text), 32)
    step = planned.program.text.partition("def step(")[2].partition("return step")[0]
    calls = re.findall(r"\b(?:out=|copyto\(|float\(|\.fill\()", step)
    assert len(calls) == planned.program.calls
    if name != "blocks":
        assert step_cost(planned.plan).calls == planned.program.calls
    else:
        assert step_cost(planned.plan).calls > planned.program.calls


# Memory of a running step


@pytest.mark.parametrize(
    ("network", "loss", "regularize", "optimizer"),
    [
        (
            "input 64; dense 64, relu; dense 32, relu; dense 10, softmax",
            "cross_entropy",
            "l2(0.1)",
            "adam",
        ),
        (
            "input 64; dense 64, gelu; dropout keep = 0.9; dense 64, silu; dense 1, sigmoid",
            "binary_cross_entropy",
            "l1(0.1), l2(0.1)",
            "rmsprop",
        ),
        ("input 64; dense 64, tanh; dense 64, elu; dense 64", "squared_error", "", "momentum"),
    ],
)
def test_a_step_allocates_no_array(
    network: str, loss: str, regularize: str, optimizer: str
) -> None:
    """A single array of this batch would be 131,072 bytes."""
    m = 512
    compilation = compiled(spec(network, loss, regularize=regularize, optimizer=optimizer))
    made = program(make_plan(compilation, m), compilation.model)
    X, T = batch_for(compilation.model, m, "float32")
    kept, most = allocated(made.step(m), X, T)
    assert kept < 1024
    assert most < BUFFER + 2048


def test_a_small_step_allocates_almost_nothing() -> None:
    network = "input 2; dense 10, relu; dense 5, relu; dense 1, sigmoid"
    compilation = compiled(spec(network, "binary_cross_entropy", optimizer="adam"))
    made = program(make_plan(compilation, 64), compilation.model)
    X, T = batch_for(compilation.model, 64, "float32")
    _, most = allocated(made.step(64), X, T)
    assert most < 6 * 1024
