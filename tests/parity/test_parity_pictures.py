"""Networks on images are those of PyTorch: output, gradient, ten training steps, in both
precisions, with a smaller last batch. What differs between the two is rounding and nothing else.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from experiment import Trace
from generated import begun, compilation_of, followed, gradient, in_both, put
from oracle import program
from picture_cases import CASES, Case, digest
from references import assert_same, load

from specc.driver import make_gradient_plan
from specc.run.data import Part

CLOSE = {"float32": 3e-4, "float64": 1e-10}
"""Adam divides by the size of a gradient, so that a small one moves as far as a large one, and with
it its rounding error.
"""

PROVES = {
    "conv": ("kernel", "stride", "dilation", "groups", "no-bias", "conv-", "lenet"),
    "maxpool": ("maxpool", "pool-"),
    "avgpool": ("avgpool",),
    "upsample": ("upsample",),
    "reshape": ("reshape",),
    "flatten": ("kernel-1-valid", "lenet"),
}


def marked(case: Case) -> Any:
    words = [w for w, starts in PROVES.items() if case.name.startswith(starts)]
    marks = [pytest.mark.proves(f"layers.{word}") for word in words]
    return pytest.param(case, id=case.name, marks=marks)


by_name = pytest.mark.parametrize("case", [marked(case) for case in CASES])


@cache
def trained(case: Case, precision: str) -> Trace:
    """The output on the first batch, and the run of a case."""
    made = begun(case, precision)
    X, T = next(case.batches(precision))
    output = made.output(Part(X, T, len(X)))
    return replace(followed(made, case, precision), output={"output": output})


@in_both
@by_name
def test_output_gradient_costs_and_parameters_are_those_of_torch(
    case: Case, precision: str
) -> None:
    ours = trained(case, precision)
    theirs = load("pictures")[f"{precision}.{case.name}"]
    scale = 1 + np.sqrt(sum(p.size for p in ours.parameters.values()))
    off = CLOSE[precision]
    np.testing.assert_allclose(digest(ours), theirs, rtol=off, atol=off * scale)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_gradient_of_the_check_is_that_of_the_step(case: Case) -> None:
    model = compilation_of(case).model
    made = program(make_gradient_plan(model, case.batch), model, case.examples)
    put(made, case.start())
    X, T = next(case.batches("float64"))
    made.step(case.batch)(X.T, T.T, 0.0, 1)
    for name, found in gradient(made).items():
        expected = trained(case, "float64").gradient[name]
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-13)


@in_both
def test_every_number_is_that_of_torch(precision: str) -> None:
    """With PyTorch at hand: every gradient and parameter, and whether the stored numbers hold."""
    pytest.importorskip("torch")
    import pictures_torch

    off = CLOSE[precision]
    for case in CASES:
        theirs, ours = pictures_torch.train(case, precision), trained(case, precision)
        stored = load("pictures")[f"{precision}.{case.name}"]
        np.testing.assert_allclose(digest(theirs), stored, rtol=1e-4, atol=1e-4)
        assert_same(ours.output, theirs.output, off / 50, case.name)
        assert_same(ours.gradient, theirs.gradient, off / 50, case.name)
        assert_same(ours.parameters, theirs.parameters, 10 * off, case.name)
