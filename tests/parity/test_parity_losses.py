"""Losses with weights and smoothed targets, and weights held within bounds: ten steps of the
generated program are ten steps of PyTorch. See `test_parity_training`.
"""

from __future__ import annotations

import numpy as np
import pytest
from generated import in_both, trained
from loss_cases import CASES, REFERENCES, WordCase
from oracle import compiled, gradient_difference, program

from specc.driver import make_plan

by_name = pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)


@pytest.mark.proves(
    "losses.huber",
    "losses.mae",
    "losses.cross_entropy",
    "losses.binary_cross_entropy",
    "regularizers.elastic",
    "regularizers.max_norm",
)
@in_both
@by_name
def test_costs_and_parameters_are_those_of_torch(case: WordCase, precision: str) -> None:
    REFERENCES.hold(trained(case, precision), case, precision)


@in_both
def test_all_parameters_are_those_of_torch(precision: str) -> None:
    """With PyTorch at hand, every single parameter, and whether the stored numbers still hold."""
    pytest.importorskip("torch")
    import losses_torch

    for case in CASES:
        theirs = losses_torch.train(case, precision)
        REFERENCES.hold_torch(trained(case, precision), theirs, case, precision)


@by_name
def test_gradients_are_those_of_central_differences(case: WordCase) -> None:
    """With a seed that leaves no error so close to 0 that |e| changes its slope on the way."""
    assert gradient_difference(compiled(case.text()), m=16, seed=1) <= 1e-7


def test_no_row_is_longer_than_its_bound() -> None:
    """The rows that reach it are there too, or the cases would show nothing."""
    shares: list[float] = []
    for case in CASES:
        for i in range(len(case.layers)):
            word = case.holding(i)
            if "max_norm" in word:
                limit = float(word.partition("max_norm(")[2].partition(")")[0])
                W = trained(case, "float64").parameters[f"dense{i + 1}.W"]
                shares += (np.linalg.norm(W, axis=1) / limit).tolist()
    assert max(shares) <= 1 + 1e-15
    assert sum(share > 1 - 1e-12 for share in shares) > 5
    assert min(shares) < 0.9


@pytest.mark.proves("regularizers.max_norm")
def test_a_filter_is_held_over_all_its_axes() -> None:
    """One length per filter of a convolution, as `MaxNorm(axis = [0, 1, 2])` of Keras has it."""
    text = (
        "data { source circles(n = 150) }\n"
        "network {\n input 6, 6, 2\n conv 5, tanh, kernel = 3\n flatten\n dense 3, softmax\n}\n"
        "init he(scale = 3)\nloss cross_entropy\nregularize max_norm(0.8)\n"
        "optimizer sgd(lr = 0.1)\ntrain { run 1 step }\n"
    )
    random = np.random.RandomState(0)
    X, T = random.standard_normal((6, 6, 2, 8)), np.arange(8, dtype=np.int32) % 3
    after = {}
    for words in (text, text.replace("regularize max_norm(0.8)\n", "")):
        compilation = compiled(words)
        made = program(make_plan(compilation, 8, "float64"), compilation.model, seed=3)
        made.step(8)(X, T, 0.1, 1)
        after[words] = made.parameters()["conv1.W"].copy()
    held, free = after.values()
    lengths = np.sqrt((free**2).sum(axis=(0, 1, 2)))
    assert (lengths > 0.8).any()
    np.testing.assert_allclose(held, free * np.minimum(0.8 / lengths, 1), rtol=1e-12)
