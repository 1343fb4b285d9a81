"""`specc plan`: the numbers, and a program that needs NumPy alone."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cli_samples import MODELS, TINY, Run, environment

ALONE = """
import runpy, sys
for name in ("specc", "lark", "specc_tui", "textual"):
    sys.modules[name] = None  # importing it fails
import numpy as np
program = runpy.run_path(sys.argv[1])
features, classes, m = int(sys.argv[2]), int(sys.argv[3]), 16
theta = np.zeros(program["SIZE"], program["REAL"])
dtheta = np.zeros_like(theta)
state = [np.zeros_like(theta) for _ in program["STATE"]]
program["initialise"](theta, 1)
arena = np.empty(program["TRAINING_ARENA"], np.uint8)
step = program["training"](theta, dtheta, *state, m, m, 1, arena)
random = np.random.default_rng(5)
X = random.standard_normal((features, m)).astype(program["REAL"])
if classes > 1:
    T = random.integers(0, classes, m)
else:
    T = (random.random((1, m)) < 0.5).astype(program["REAL"])
costs = [float(step(X, T, program["learning_rate"](t, t, 60, 60, 1), t + 1)) for t in range(60)]
assert all(np.isfinite(costs)), costs
sys.stdout.write(f"{costs[0]!r} {costs[-1]!r}")
"""


def imports(text: str) -> set[str]:
    """The modules that a program imports."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        if isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize(
    ("model", "options", "sizes"),
    [
        ("digits.dl", [], ("64", "10")),
        ("moons.dl", ["--variant", "adam", "--set", "optimizer.lr=0.05"], ("2", "1")),
        ("circles.dl", ["--set", "optimizer.lr=0.5", "--set", "init=he"], ("2", "1")),
    ],
)
def test_the_program_runs_on_its_own(
    specc: Run, tmp_path: Path, model: str, options: list[str], sizes: tuple[str, str]
) -> None:
    done = specc("plan", str(MODELS / model), "--emit", "numpy", *options)
    assert done.status == 0
    assert imports(done.out) <= {"math", "numpy"}
    (tmp_path / "program.py").write_text(done.out)
    ran = subprocess.run(
        [sys.executable, "-I", "-c", ALONE, "program.py", *sizes],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    first, last = map(float, ran.stdout.split())
    assert last < 0.8 * first


def test_the_printed_program_is_what_a_run_executes(specc: Run, tiny: str, tmp_path: Path) -> None:
    assert specc("train", tiny, "--out", "run").status == 0
    printed = specc("plan", tiny, "--emit", "numpy").out
    assert (tmp_path / "run" / "plan.py").read_text() == printed


@pytest.mark.parametrize("emit", ["summary", "ir", "numpy"])
def test_every_form_can_go_into_a_file(specc: Run, tiny: str, tmp_path: Path, emit: str) -> None:
    printed = specc("plan", tiny, "--emit", emit)
    assert printed.status == 0
    done = specc("plan", tiny, "--emit", emit, "-o", "out.txt")
    assert (done.status, done.out, done.err) == (0, "", "")
    assert (tmp_path / "out.txt").read_text() == printed.out
    assert specc("plan", tiny, "--emit", emit, "-o", "out.txt").status == 0


def test_the_summary_counts(specc: Run, tiny: str) -> None:
    done = specc("plan", tiny)
    assert "W1 (4, 2), b1 (4, 1)" in done.out
    assert "parameters  17\n" in done.out
    assert "batch       16 examples; float32\n" in done.out
    assert "NumPy calls" in done.out
    memory = next(line for line in done.out.splitlines() if line.startswith("memory "))
    total, *parts = (int(n.replace(",", "")) for n in re.findall(r"[\d,]*\d", memory))
    assert len(parts) == 3
    assert total == sum(parts), "what `expect memory` is told, and nothing beside it"


@pytest.mark.parametrize("out", ["missing/out.py", ".", "tiny.dl/out.py"])
def test_where_no_file_can_be_written(specc: Run, tiny: str, tmp_path: Path, out: str) -> None:
    done = specc("plan", tiny, "-o", out)
    assert done.status == 2
    assert "error[E0511]" in done.err
    assert [p.name for p in tmp_path.iterdir()] == [tiny]


@pytest.mark.skipif(not os.path.exists("/dev/stdout"), reason="there is no /dev/stdout")
def test_a_device_is_written_to_and_not_replaced(process: Run, tiny: str) -> None:
    printed = process("plan", tiny, "--emit", "numpy")
    done = process("plan", tiny, "--emit", "numpy", "-o", "/dev/stdout")
    assert done.status == 0
    assert done.out == printed.out


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
@pytest.mark.parametrize(
    "name",
    [
        'x"""+exit(3)+"""y.dl',
        "x\nimport os\n.dl",
        "a b.dl",
        "ü.dl",
        "x\\",
        "\u202ex.dl",
    ],
)
def test_the_name_of_a_spec_is_only_a_name(specc: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(TINY)
    done = specc("plan", name, "--emit", "numpy")
    assert done.status == 0
    body = ast.parse(done.out).body
    assert isinstance(body[0], ast.Expr)  # the docstring, with the name in it
    assert isinstance(body[1], ast.Import)
    assert specc("train", name, "--set", "train.run=1 epoch").status == 0
