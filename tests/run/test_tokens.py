"""Token numbers: looked through when the data is loaded, never scaled, never rounded or clipped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from specc.checking import check_source
from specc.diag.diagnostic import Diagnostic, RunError
from specc.diag.edits import apply_edits
from specc.diag.source import Source
from specc.driver import Compilation, compile_source
from specc.library.tokens import Tokens
from specc.run.tokens import require_tokens
from specc.training import load_data, prepare_job, run_job

RNG = np.random.RandomState(3)
T = RNG.randint(0, 2, 40)


def spec(folder: Path, network: str, data: str = "", X: Any = None) -> Compilation:
    """A spec over an npz file with these inputs."""
    if X is not None:
        np.savez(folder / "t.npz", x=X, y=T)
    text = (
        f'data {{\n    source npz("t.npz", inputs = x, target = y)\n{data}\n}}\n'
        f"network {{\n    {network.replace('; ', chr(10) + '    ')}\n}}\n"
        "init xavier\nloss cross_entropy\noptimizer adam(lr = 0.01)\n"
        "train {\n    run 2 epochs\n    batch 16\n}\n"
    )
    return compile_source(Source(str(folder / "spec.dl"), text))


LOOKED_UP = "input 4; embedding 6, 3; gru 4; last; dense 2, softmax"
BESIDE = (
    "input 4 as words; input 3 as numbers; from words; embedding 6, 3; gru 4; last;"
    " concat numbers; dense 2, softmax"
)


def numbers(last: float = 5) -> Any:
    X = RNG.randint(0, 6, (40, 4)).astype(float)
    X[0] = 5
    X[17, 2] = last
    return X


def refused(compilation: Compilation) -> Diagnostic:
    with pytest.raises(RunError) as caught:
        load_data(compilation)
    return caught.value.diagnostic


@pytest.mark.parametrize("dtype", ["u1", "i2", "i8", "f4", "f8"])
def test_token_numbers_go_in_as_they_are(tmp_path: Path, dtype: str) -> None:
    X = numbers().astype(dtype)
    data = load_data(spec(tmp_path, LOOKED_UP, X=X))
    np.testing.assert_array_equal(data.train.X, X)
    assert not data.mean.any()
    assert (data.scale == 1).all()


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (6, "holds 6 as a token number, and there are tokens 0 to 5"),
        (-1, "holds -1 as a token number, and there are tokens 0 to 5"),
        (2.5, "holds 2.5 as a token number, and it is not whole"),
        (1e9, "holds 1e+09 as a token number"),
    ],
)
def test_other_numbers_are_refused(tmp_path: Path, last: float, said: str) -> None:
    found = refused(spec(tmp_path, LOOKED_UP, X=numbers(last)))
    assert found.code == "E0516"
    assert said in found.message
    assert found.primary is not None
    assert found.primary.text == "holds 1 such value"
    assert found.secondary[0].text == "6 tokens"
    assert "17" in found.notes[0] or "18" in found.notes[0]


def test_a_larger_vocabulary_is_offered_and_works(tmp_path: Path) -> None:
    compilation = spec(tmp_path, LOOKED_UP, X=numbers(8))
    found = refused(compilation)
    assert found.helps[0].text.startswith("a vocabulary of 9 ")
    text = apply_edits(compilation.source, found.helps[0].edits)
    assert "embedding 9, 3" in text
    load_data(compile_source(Source(compilation.source.path, text)))


def test_beside_them_other_inputs_are_normalised(tmp_path: Path) -> None:
    X = np.concatenate([numbers(), RNG.standard_normal((40, 3)) * 9 + 4], axis=1)
    compilation = spec(tmp_path, BESIDE, "    normalize standard", X)
    assert compilation.model.tokens == (Tokens(0, 4, 6),)
    data = load_data(compilation)
    np.testing.assert_array_equal(data.train.X[:, :4], X[:, :4])
    np.testing.assert_allclose(data.train.X[:, 4:].mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(data.train.X[:, 4:].std(axis=0), 1, atol=1e-5)


def test_the_second_of_two_inputs_may_be_the_one(tmp_path: Path) -> None:
    network = (
        "input 3 as numbers; input 4 as words; embedding 6, 3; last; concat numbers;"
        " dense 2, softmax"
    )
    X = np.concatenate([RNG.standard_normal((40, 3)), numbers(7)], axis=1)
    compilation = spec(tmp_path, network, X=X)
    assert compilation.model.tokens == (Tokens(3, 7, 6),)
    assert refused(compilation).code == "E0516"


def test_normalize_with_nothing_else_to_scale_is_refused(tmp_path: Path) -> None:
    text = spec(tmp_path, LOOKED_UP).source.text
    wrong = text.replace("target = y)\n", "target = y)\n    normalize standard\n")
    source = Source(str(tmp_path / "spec.dl"), wrong)
    (found,) = (d for d in check_source(source) if d.severity == "error")
    assert found.code == "E0311"
    assert apply_edits(source, found.helps[0].edits) == text


def test_raw_inputs_are_not_called_unnormalised(tmp_path: Path) -> None:
    codes = {d.code for d in spec(tmp_path, LOOKED_UP).warnings}
    assert "W0501" not in codes
    codes = {d.code for d in spec(tmp_path, BESIDE).warnings}
    assert "W0501" in codes


def test_it_trains(tmp_path: Path) -> None:
    job = prepare_job(spec(tmp_path, LOOKED_UP, X=numbers()), str(tmp_path / "run"))
    before = job.program.parameters()["embedding1.W"].copy()
    last = list(run_job(job))[-1]
    assert np.isfinite(last.train["cost"])  # type: ignore[union-attr]
    assert (job.program.parameters()["embedding1.W"] != before).any()


def test_columns_that_do_not_occur_are_not_moved(tmp_path: Path) -> None:
    """Their gradient is exactly 0: with plain descent they stay where they were."""
    X = numbers()
    X[X == 3] = 1
    compilation = spec(tmp_path, LOOKED_UP, X=X)
    text = compilation.source.text.replace("adam(lr = 0.01)", "sgd(lr = 0.1)")
    job = prepare_job(compile_source(Source(compilation.source.path, text)), str(tmp_path / "run"))
    before = job.program.parameters()["embedding1.W"].copy()
    list(run_job(job))
    moved = (job.program.parameters()["embedding1.W"] != before).any(axis=0)
    assert moved.tolist() == [True, True, True, False, True, True]


@pytest.mark.parametrize("wrong", [6, -1, 0.5])
def test_a_program_that_predicts_is_told_too(wrong: float) -> None:
    X = np.array([[1.0, 2.0, 5.0], [0.0, wrong, 7.0]])
    require_tokens(X[:, [0]], (Tokens(0, 1, 6),))
    with pytest.raises(ValueError, match=r"X\[1, 1\] is .* whole, from 0 to 5"):
        require_tokens(X, (Tokens(0, 2, 6),))


def test_32_bits_hold_every_token_number() -> None:
    most = 2**24 - 1
    assert np.float32(most) == most
    assert np.float32(most) != np.float32(most - 1)
