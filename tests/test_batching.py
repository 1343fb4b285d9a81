"""`batch auto`: the size follows from the spec and the number of examples, nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import compiled, spec

from specc.batching import BUDGET, SIZES, Choice, automatic, batch_size
from specc.driver import compile_file, make_plan
from specc.library.training import FEW
from specc.run.events import Finished, Started
from specc.training import make_batches, prepare_job, run_job

ROOT = Path(__file__).parents[1]
COURSE = ROOT / "models" / "course"
SMALL = "input 2; dense 16, relu; dense 1, sigmoid"


def text(n: int, network: str = SMALL, train: str = "run 3 epochs\n    batch auto") -> str:
    return spec(network, "binary_cross_entropy", train=train, data=f"source circles(n = {n})")


@pytest.mark.parametrize(
    ("model", "precision", "size"),
    [
        ("mnist", "float32", 512),
        ("mnist", "float64", 512),
        ("lenet", "float32", 64),
        ("lenet", "float64", 64),
        ("flower", "float32", 512),
    ],
)
def test_the_size_for_the_models_of_the_course(model: str, precision: str, size: int) -> None:
    found = automatic(compile_file(str(COURSE / f"{model}.dl")).model, precision, 60_000)
    assert (found.batch, found.full) == (size, False)


@pytest.mark.parametrize(("examples", "size"), [(1, 1), (FEW, FEW), (FEW + 1, 512)])
def test_few_examples_are_taken_whole(examples: int, size: int) -> None:
    found = automatic(compiled(text(100)).model, "float32", examples)
    assert (found.batch, found.full) == (size, size == examples)


@settings(max_examples=12)
@given(st.integers(1, 3_000), st.sampled_from(["float32", "float64"]))
def test_it_is_the_largest_whose_buffers_fit(width: int, precision: str) -> None:
    """The buffers are those that `specc plan` prints."""
    compilation = compiled(text(100, f"input 2; dense {width}, relu; dense 1, sigmoid"))
    found = automatic(compilation.model, precision, 60_000)
    arenas = {b: make_plan(compilation, b, precision).plan.arena for b in SIZES}
    fitting = [b for b in SIZES if arenas[b] <= BUDGET]
    assert found.batch == (fitting[0] if fitting else 64)
    assert found.buffers == arenas[found.batch]
    assert found.larger == (arenas[2 * found.batch] if found.batch < 512 else 0)


@pytest.mark.parametrize(
    ("choice", "reason"),
    [
        (Choice(300, 300), "300 examples, no more than 2,000"),
        (
            Choice(512, 60_000, 75 * 2**10),
            "60,000 examples; 512 take 75 KiB of buffers, no more than 8 MiB",
        ),
        (
            Choice(64, 60_000, 5 * 2**20, 10 * 2**20),
            "60,000 examples; 64 take 5 MiB of buffers, 128 would take 10 MiB, more than 8 MiB",
        ),
        (
            Choice(64, 60_000, 11 * 2**20, 22 * 2**20),
            "60,000 examples; 64, the fewest, take 11 MiB of buffers, more than 8 MiB",
        ),
    ],
)
def test_reasons(choice: Choice, reason: str) -> None:
    assert choice.reason == f"auto: {reason}"


@pytest.mark.parametrize(("n", "size"), [(1_000, 1_000), (2_300, 512)])
def test_a_run_takes_it(n: int, size: int, tmp_path: Path) -> None:
    """The same run as one that says the size, to the last byte."""
    job = prepare_job(compiled(text(n)), str(tmp_path / "auto"))
    started, *_ = run_job(job)
    assert isinstance(started, Started)
    assert (job.batch, started.batch, job.planned.plan.batch) == (size, size, size)
    assert max(len(X) for X, _ in make_batches(job).epoch(0, 0)) == size
    said = "full" if size == n else str(size)
    whole = text(n).replace("batch auto", f"batch {said}")
    other, again = (
        prepare_job(compiled(source), str(tmp_path / name))
        for name, source in (("said", whole), ("again", text(n)))
    )
    assert other.planned.program.text == again.planned.program.text
    for made in (other, again):
        list(run_job(made))
    ours, theirs = again.program.snapshot(), other.program.snapshot()
    assert ours.keys() == theirs.keys()
    assert all(ours[tensor].tobytes() == theirs[tensor].tobytes() for tensor in ours)


def test_sizes_of_a_spec() -> None:
    for said, expected in [("auto", 512), ("full", 5_000), ("64", 64), ("9_000", 5_000)]:
        made = compiled(text(100, train=f"run 3 epochs\n    batch {said}"))
        assert batch_size(made.bound.train, made.model, 5_000) == expected


def test_claims_on_memory_wait_for_the_data(tmp_path: Path) -> None:
    claimed = text(2_300) + "expect { memory <= 50 KB }\n"
    compilation = compiled(claimed)
    *_, end = run_job(prepare_job(compilation, str(tmp_path / "run")))
    assert isinstance(end, Finished)
    (claim,) = end.expect
    assert not claim["holds"]
    assert claim["value"] > 50_000


def test_it_is_the_same_in_another_process_with_other_hashes() -> None:
    code = (
        "import sys\n"
        "from specc.batching import automatic\n"
        "from specc.driver import compile_file\n"
        f"model = compile_file({str(COURSE / 'lenet.dl')!r}).model\n"
        "sys.stdout.write(repr(automatic(model, 'float32', 60_000)))\n"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            timeout=120,
            capture_output=True,
            text=True,
            env={"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    here = automatic(compile_file(str(COURSE / "lenet.dl")).model, "float32", 60_000)
    assert said == {repr(here)}
