"""The generated module: what it imports and may contain, whoever wrote the spec and its name."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from oracle import batch_for, compiled, program, spec, update_rule
from strategies import Drawn, networks

from specc.driver import compile_file, make_gradient_plan, make_plan
from specc.emit.load import load
from specc.library.registry import Registry
from specc.version import __version__

ROOT = Path(__file__).parents[2]
quick = settings(
    max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
PLAIN = spec("input 3; dense 4, relu; dense 1, sigmoid", "binary_cross_entropy", init="he")
BUILTINS = {"float", "int", "max", "min", "abs", "range"}
"""All that a module uses of Python's own functions."""


def text_of(text: str, path: str = "model.dl", batch: int = 8) -> str:
    return make_plan(compiled(text, path), batch).program.text


def test_golden_module_of_the_digits(golden: Callable[[str, str], None]) -> None:
    """The whole program: a change of the compiler shows here what it does to the output."""
    compilation = compile_file(str(ROOT / "models" / "digits.dl"))
    text = make_plan(compilation, 64).program.text
    text = text.replace(f"specc {__version__}:", "specc VERSION:")
    golden("emit/digits.md", f"# models/digits.dl\n\n```python\n{text}```\n")


@quick
@given(networks())
def test_module_needs_numpy_and_math_alone(drawn: Drawn) -> None:
    compilation = compiled(drawn.text)
    for planned in (make_plan(compilation, 8), make_gradient_plan(compilation.model, 8)):
        tree = ast.parse(planned.program.text)
        imported = {
            alias.name if isinstance(node, ast.Import) else node.module
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        assert imported == {"numpy", "math"}
        defined = {
            name.asname or name.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in node.names
        }
        defined |= {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef)}
        defined |= {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
        stored = [n for n in ast.walk(tree) if isinstance(n, ast.Name)]
        defined |= {n.id for n in stored if isinstance(n.ctx, ast.Store)}
        assert {n.id for n in stored} - defined <= BUILTINS
        private = [n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)]
        assert not [name for name in private if name.startswith("_")]


def test_module_runs_without_specc(tmp_path: Path) -> None:
    """In a fresh interpreter that knows nothing of the compiler."""
    (tmp_path / "plan.py").write_text(text_of(PLAIN), encoding="utf-8")
    code = (
        "import sys, numpy as np\n"
        f"sys.path.insert(0, {str(tmp_path)!r})\n"
        "import plan\n"
        "theta, dtheta = np.zeros(plan.SIZE, plan.REAL), np.zeros(plan.SIZE, plan.REAL)\n"
        "plan.initialise(theta, 1)\n"
        "arena = np.empty(plan.TRAINING_ARENA, np.uint8)\n"
        "step = plan.training(theta, dtheta, 4, 100, 1, arena)\n"
        "X, T = np.ones((3, 4), plan.REAL), np.ones((1, 4), plan.REAL)\n"
        "costs = [step(X, T, 0.5, t) for t in range(1, 20)]\n"
        "assert costs[-1] < costs[0], costs\n"
        "assert not any(name.partition('.')[0] == 'specc' for name in sys.modules)\n"
    )
    subprocess.run([sys.executable, "-I", "-c", code], check=True, timeout=60)


@quick
@given(networks())
def test_same_spec_same_text(drawn: Drawn) -> None:
    assert text_of(drawn.text) == text_of(drawn.text)


def test_same_text_in_every_process() -> None:
    """No order of a set or a hash reaches the text."""
    text = spec(
        "input 3 as x; dense 4, elu, regularize = l1(0.1); dropout keep = 0.9; dense 4, selu;"
        "concat x; dense 2, softmax",
        "cross_entropy",
        regularize="l2(0.1), l1(0.3)",
        optimizer="adam",
        schedule="exponential(per = step)",
    )
    code = (
        "import sys, hashlib\n"
        "from specc.diag.source import Source\n"
        "from specc.driver import compile_source, make_plan\n"
        f"text = make_plan(compile_source(Source('model.dl', {text!r})), 8).program.text\n"
        "sys.stdout.write(hashlib.sha256(text.encode()).hexdigest())\n"
    )
    found = set()
    for seed in ("0", "1", "77"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        run = subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            timeout=60,
            capture_output=True,
            env=environment,
            text=True,
        )
        found.add(run.stdout)
    assert len(found) == 1


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_every_array_has_the_precision_of_the_run(precision: str) -> None:
    """Nothing is silently computed in another one: all that a step works on, and its results."""
    text = spec(
        "input 5; dense 6, gelu; dropout keep = 0.5; dense 4, elu; dense 3, softmax",
        "cross_entropy",
        regularize="l1(0.1), l2(0.2)",
        optimizer="adam",
    )
    compilation = compiled(text)
    made = program(make_plan(compilation, 8, precision), compilation.model)
    X, T = batch_for(compilation.model, 8, precision)
    step = made.step(8)
    assert type(step(X, T, 0.1, 1)) is float
    cells = [c.cell_contents for c in step.__closure__ or ()]
    kinds = {c.dtype for c in cells if isinstance(c, np.ndarray)}
    assert kinds <= {np.dtype(precision), np.dtype(bool), np.dtype(np.intp)}
    assert np.dtype(precision) in kinds
    assert {made.theta.dtype, made.dtheta.dtype} == {np.dtype(precision)}


def test_state_too_small_to_matter_is_set_to_zero_now_and_then() -> None:
    """Arithmetic on subnormal numbers is ten times slower; every 128th step ends them."""
    rule = update_rule("adam", 4)
    for t, kept in ((127, True), (128, False)):
        for vector in rule.state.values():
            vector[...] = [1e-305, 1e-306, 1e-200, 1]
        rule.step(0.0, t)
        for vector in rule.state.values():
            assert (vector != 0).tolist() == [kept, kept, True, True]


@quick
@given(networks())
def test_header_describes_the_model(drawn: Drawn) -> None:
    compilation = compiled(drawn.text)
    model = compilation.model
    planned = make_plan(compilation, 8)
    module = load(planned.program.text)
    assert module.SIZE == model.size
    assert module.STATE == model.optimizer.slots
    assert module.TRAINING_ARENA == planned.plan.arena
    assert module.EVALUATION_ARENA == planned.evaluation.arena
    assert {(p.name, p.offset, p.shape) for p in model.parameters} == set(module.PARAMETERS)
    covered = np.zeros(model.size, int)
    for _, offset, shape in module.PARAMETERS:
        covered[offset : offset + int(np.prod(shape))] += 1
    assert (covered == 1).all(), "every element of theta belongs to one parameter"


def test_settings_of_one_name_keep_their_values() -> None:
    """Two words with an argument of the same name, or one word twice, in one program."""
    text = spec(
        "input 3; dense 4, leaky_relu(alpha = 0.1); dense 4, elu(alpha = 0.5);"
        "dense 4, leaky_relu(alpha = 0.3); dense 2",
        regularize="l1(0.25), l2(0.75)",
    )
    compilation = compiled(text)
    made = program(make_plan(compilation, 6, "float64"), compilation.model)
    X, T = batch_for(compilation.model, 6)
    p = made.parameters()
    A = X
    for number, activation in enumerate(
        (
            lambda z: np.maximum(z, 0.1 * z),
            lambda z: np.where(z > 0, z, 0.5 * np.expm1(np.minimum(z, 0))),
            lambda z: np.maximum(z, 0.3 * z),
            lambda z: z,
        ),
        1,
    ):
        A = activation(p[f"dense{number}.W"] @ A + p[f"dense{number}.b"])
    weights = np.concatenate([v.reshape(-1) for k, v in p.items() if k.endswith(".W")])
    expected = ((A - T) ** 2).mean() + 0.25 / made.examples * np.abs(weights).sum()
    expected += 0.75 / (2 * made.examples) * (weights**2).sum()
    np.testing.assert_allclose(made.step(6)(X, T, 0.0, 1), expected, rtol=1e-12)


def test_two_dropouts_keep_their_own_shares() -> None:
    """With ones everywhere, the mean output tells which shares were used: 1 in any case, and its
    spread is that of both masks.
    """
    text = spec("input 400; dropout keep = 0.9; dropout keep = 0.5; dense 1, bias = false")
    compilation = compiled(text)
    made = program(make_plan(compilation, 500, "float64"), compilation.model)
    made.theta[...] = 1
    X, T = np.ones((400, 500)), np.full((1, 500), 400.0)
    cost = made.step(500)(X, T, 0.0, 1)
    variance = 400 * (1 / (0.9 * 0.5) - 1)
    assert abs(cost / variance - 1) < 5 * np.sqrt(2 / 500)


def test_every_word_of_the_library_can_be_emitted() -> None:
    """All activations in one network: no two of their settings or names clash."""
    words = Registry().words("activations")
    network = "; ".join(["input 3", *(f"dense 3, {word}" for word in words), "dense 1"])
    assert "nan" not in text_of(spec(network))
