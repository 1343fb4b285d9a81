"""The statement `target`: the input as target, and labels as numbers for losses of numbers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from specc.diag.diagnostic import Diagnostic, RunError
from specc.diag.source import Source
from specc.driver import compile_source
from specc.job import Job
from specc.run.events import Evaluated, Finished
from specc.training import prepare_job, run_job

RANDOM = np.random.default_rng(8)


def spec(data: str, network: str, loss: str, train: str) -> str:
    blocks = [f"{word} {{\n{text}\n}}" for word, text in (("data", data), ("network", network))]
    return "\n".join(
        [*blocks, f"loss {loss}", "optimizer adam(lr = 0.02)", f"train {{\n{train}\n}}\n"]
    )


def prepared(folder: Path, text: str) -> Job:
    return prepare_job(compile_source(Source(str(folder / "spec.dl"), text)), str(folder / "run"))


def trained(folder: Path, text: str) -> Finished:
    last = list(run_job(prepared(folder, text)))[-1]
    assert isinstance(last, Finished)
    return last


def failure(folder: Path, text: str) -> Diagnostic:
    with pytest.raises(RunError) as caught:
        prepared(folder, text)
    return caught.value.diagnostic


@pytest.mark.proves("targets.input")
def test_a_linear_autoencoder_finds_the_principal_components(tmp_path: Path) -> None:
    """What is lost is what PCA loses: the variance along the other components."""
    X = (
        RANDOM.normal(size=(300, 6))
        * [3, 2, 0.5, 0.4, 0.3, 0.2]
        @ np.linalg.qr(RANDOM.normal(size=(6, 6)))[0]
    )
    np.savez(tmp_path / "x.npz", X=X)
    text = spec(
        'source npz("x.npz", inputs = X)\ntarget input',
        "input 6\ndense 2\ndense 6",
        "squared_error",
        "run 3_000 epochs\nbatch full\nprecision float64",
    )
    values = np.linalg.svd(X - X.mean(axis=0), compute_uv=False) ** 2 / len(X)
    assert trained(tmp_path, text).train["loss"] == pytest.approx(values[2:].sum() / 2, rel=1e-4)


def cross_entropy(A: NDArray[Any], X: NDArray[Any]) -> float:
    return float(-(X * np.log(A) + (1 - X) * np.log(1 - A)).mean())


@pytest.mark.parametrize("loss", ["mse", "mae", "squared_error", "binary_cross_entropy"])
def test_losses_of_an_autoencoder(tmp_path: Path, loss: str) -> None:
    """The loss of the whole set from its output, by NumPy; the source has a target all the same."""
    pixels = RANDOM.integers(0, 256, (50, 3, 4), dtype=np.uint8)
    np.savez(tmp_path / "x.npz", x=pixels, y=np.arange(50))
    text = spec(
        'source npz("x.npz", inputs = x, target = y)\nnormalize scale(1/255)\ntarget input',
        "input 3, 4, 1\nflatten\ndense 5, tanh\ndense 12, sigmoid",
        loss,
        "run 5 epochs\nbatch 16\nprecision float64",
    )
    job = prepared(tmp_path, text)
    events = list(run_job(job))
    X = pixels.reshape(50, 12) / 255
    assert np.array_equal(job.dataset.train.X, X)
    assert job.dataset.train.T is job.dataset.train.X
    found = job.program.evaluate(job.dataset.train, output=True)
    assert found.output is not None
    A = found.output.T
    expected = {
        "mse": ((A - X) ** 2).mean(),
        "mae": np.abs(A - X).mean(),
        "squared_error": ((A - X) ** 2).sum(axis=1).mean() / 2,
        "binary_cross_entropy": cross_entropy(A, X),
    }[loss]
    assert found.metrics["loss"] == pytest.approx(expected, rel=1e-12)
    assert found.metrics["mae"] == pytest.approx(np.abs(A - X).mean(), rel=1e-12)
    costs = [e.train["cost"] for e in events if isinstance(e, Evaluated)]
    assert costs[-1] < costs[0]


@pytest.mark.parametrize(
    "split", ["", "split train = 60%, dev = 40%", "split train = 60%, dev = 40%, shuffle = false"]
)
def test_an_autoencoder_on_a_mapped_file(tmp_path: Path, split: str) -> None:
    """The same as in memory, also where rows of a part lie scattered in the file."""
    X = RANDOM.normal(size=(90, 7)).astype("f4")
    np.save(tmp_path / "x.npy", X)
    np.savez(tmp_path / "x.npz", x=X)
    ends = []
    for source in ('npy(inputs = "x.npy")', 'npz("x.npz", inputs = x)'):
        text = spec(
            f"source {source}\n{split}\ntarget input",
            "input 7\ndense 3, tanh\ndense 7",
            "mse",
            "run 4 epochs\nbatch full",
        )
        folder = tmp_path / source[:3]
        folder.mkdir()
        for name in ("x.npy", "x.npz"):
            os.link(tmp_path / name, folder / name)
        ends.append(trained(folder, text))
    # The order of examples within a part differs, and with it the rounding of sums.
    for part in ("train", "dev", "test"):
        ours, theirs = (getattr(end, part) for end in ends)
        assert (ours is None) == (theirs is None)
        if ours is not None:
            assert ours == pytest.approx(theirs, rel=1e-5)


def test_values_outside_0_to_1_have_no_cross_entropy(tmp_path: Path) -> None:
    X = RANDOM.uniform(0, 1, (40, 3))
    X[17, 1] = 1.25
    np.savez(tmp_path / "x.npz", x=X)
    text = spec(
        'source npz("x.npz", inputs = x)\ntarget input',
        "input 3\ndense 3, sigmoid",
        "binary_cross_entropy",
        "run 1 epoch",
    )
    found = failure(tmp_path, text)
    assert found.code == "E0505"
    assert found.message.startswith("the input holds 1.25,")
    assert found.notes[0] == "`x`, element [17, 1]"
    assert prepared(tmp_path, text.replace("target", "normalize minmax\ntarget"))


@pytest.mark.proves("targets.classes", "targets.binary", "targets.real")
@pytest.mark.parametrize(
    ("target", "units", "labels"),
    [
        ("classes(3)", 3, ["b", "a", "c", "b", "a", "c"]),
        ("binary", 1, ["no", "yes", "no", "no", "yes", "yes"]),
        ("real(1)", 1, [0.5, 1.5, 2.0, -1.0, 0.0, 3.0]),
        ("real(2)", 2, [[0.5, 1], [1.5, 0], [2.0, 7], [-1.0, 2], [0.0, 4], [3.0, 1]]),
    ],
)
def test_mse_of_every_target(tmp_path: Path, target: str, units: int, labels: list[Any]) -> None:
    """The cost at initialisation, from the output and the target as the definition has it."""
    x = RANDOM.normal(size=(6, 2))
    np.savez(tmp_path / "x.npz", x=x, y=np.array(labels))
    text = spec(
        f'source npz("x.npz", inputs = x, target = y)\ntarget {target}',
        f"input 2\ndense {units}",
        "mse",
        "run 1 epoch\nprecision float64",
    )
    job = prepared(tmp_path, text)
    found = job.program.evaluate(job.dataset.train, output=True)
    assert found.output is not None
    y = np.array(labels)
    if target.startswith("real"):
        T = y.reshape(6, -1)
    else:
        names = np.unique(y)
        T = (y[:, None] == names).astype(float) if units == 3 else (y == names[1])[:, None]
    assert found.metrics["loss"] == pytest.approx(((found.output.T - T) ** 2).mean(), rel=1e-12)
    assert ("mae" in found.metrics) == target.startswith("real")
    if target == "binary":
        right = ((found.output[0] > 0.5) == T[:, 0]).mean()
        assert found.metrics["accuracy"] == right
