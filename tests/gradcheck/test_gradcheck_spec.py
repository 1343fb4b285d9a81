"""The check of a spec: real data, real program, every parameter, dropout off."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from oracle import compiled, spec

from specc.diag.diagnostic import RunError
from specc.driver import compile_file
from specc.gradcheck import spread
from specc.gradcheck.check import DROPOUT_OFF, EXAMPLES, _first, check, quiet
from specc.gradcheck.chunk import Chunk
from specc.run.data import Part
from specc.training import prepare_job

MODELS = Path(__file__).parents[2] / "models"
DROPOUT = "input 2; dense 6, relu; dropout keep = 0.5; dense 5, tanh; dense 1, sigmoid"


def test_all_of_the_digits_network(monkeypatch: pytest.MonkeyPatch) -> None:
    chunks: list[int] = []

    class Counted(Chunk):
        def __post_init__(self) -> None:
            chunks.append(len(self.column))
            super().__post_init__()

    monkeypatch.setattr(spread, "Chunk", Counted)
    report = check(compile_file(str(MODELS / "digits.dl")))
    assert report.passed
    assert report.difference <= 1e-8
    assert report.examples == EXAMPLES
    assert sum(int(np.prod(p.shape)) for p in report.parameters) == 6570
    # Every parameter once, and in evaluations that many of them share.
    assert sum(chunks) == 6570
    assert len(chunks) <= 250


@pytest.mark.parametrize("path", sorted(MODELS.glob("*.dl")), ids=lambda p: p.stem)
def test_every_model_that_comes_with_the_package(path: Path) -> None:
    assert check(compile_file(str(path))).passed


def test_dropout_is_off_and_that_is_said() -> None:
    compilation = compiled(spec(DROPOUT, "binary_cross_entropy", regularize="l2(0.5)"))
    report = check(compilation)
    assert report.passed
    assert report.notes == (DROPOUT_OFF,)
    assert f"note: {DROPOUT_OFF}" in report.text(80)


def test_without_dropout_nothing_is_said() -> None:
    assert check(compiled(spec("input 2; dense 1, sigmoid", "binary_cross_entropy"))).notes == ()


def test_the_network_without_dropout_starts_where_the_one_with_it_does(tmp_path: Path) -> None:
    """Layers draw from numbered streams; a dropout that is left out must not shift the numbers."""
    train = "run 1 epoch\n    precision float64"
    compilation = compiled(spec(DROPOUT, "binary_cross_entropy", train=train))
    assert not any(node.op == "uniform" for node in quiet(compilation).train.nodes)
    job = prepare_job(compilation, str(tmp_path / "run"))
    assert check(compilation, tensors=job.program.parameters()) == check(compilation)


def test_the_tensors_of_a_checkpoint_are_where_it_is_checked() -> None:
    compilation = compiled(spec("input 2; dense 3, tanh; dense 1, sigmoid", "binary_cross_entropy"))
    zeros = {p.name: np.zeros(p.shape, "f4") for p in compilation.model.parameters}
    report = check(compilation, tensors=zeros | {"state.v": np.ones(3)})
    assert report.passed
    assert report.parameters[0].difference == 0
    assert report.parameters[0].worst is not None
    assert report.parameters[0].worst.analytic == 0
    assert check(compilation).parameters[0].worst != report.parameters[0].worst


@pytest.mark.parametrize("damage", ["missing", "shape"])
def test_tensors_of_another_network_are_refused(damage: str) -> None:
    compilation = compiled(spec("input 2; dense 3, tanh; dense 1, sigmoid", "binary_cross_entropy"))
    tensors = {p.name: np.zeros(p.shape) for p in compilation.model.parameters}
    if damage == "missing":
        del tensors["dense2.W"]
    else:
        tensors["dense2.W"] = np.zeros((3, 1))
    with pytest.raises(RunError) as caught:
        check(compilation, tensors=tensors)
    assert caught.value.diagnostic.code == "E0512"
    assert "dense2.W" in caught.value.diagnostic.message


def test_fewer_examples_than_asked_for() -> None:
    text = spec("input 2; dense 1, sigmoid", "binary_cross_entropy", data="source circles(n = 10)")
    report = check(compiled(text))
    assert report.passed
    assert report.examples == 10
    assert check(compiled(text), examples=3).examples == 3


def test_another_seed_starts_elsewhere() -> None:
    compilation = compiled(spec("input 2; dense 3, tanh; dense 1, sigmoid", "binary_cross_entropy"))
    one, same, other = (check(compilation, seed=s) for s in (1, 1, 2))
    assert one == same
    assert one.parameters[0].worst != other.parameters[0].worst
    assert other.passed


def test_the_first_examples_are_taken_in_the_order_of_the_set() -> None:
    X, T = np.arange(12.0, dtype="f4").reshape(6, 2), np.arange(4)
    drawn, targets = _first(Part(X, T, 4, np.array([5, 0, 3, 1])), 3)
    assert drawn.tolist() == [[10, 0, 6], [11, 1, 7]]
    assert targets.tolist() == [0, 1, 2]
    own = _first(Part(X, X, 6), 2)[1]
    assert own.tolist() == [[0, 2], [1, 3]]
