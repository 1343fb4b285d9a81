"""Networks on images are those of PyTorch: output, gradient, ten training steps, in both
precisions, with a smaller last batch. What differs between the two is rounding and nothing else.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from oracle import compiled, program
from picture_cases import BATCH, CASES, EXAMPLES, RATE, Case, Trace, start

from specc.driver import make_gradient_plan, make_plan

REFERENCES = Path(__file__).parent / "references" / "pictures.npz"
PRECISIONS = ("float32", "float64")
CLOSE = {"float32": 3e-4, "float64": 1e-10}
"""Adam divides by the size of a gradient, so that a small one moves as far as a large one, and with
it its rounding error.
"""

in_both = pytest.mark.parametrize("precision", PRECISIONS)
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
def references() -> dict[str, Any]:
    with np.load(REFERENCES) as file:
        return dict(file)


@cache
def shapes_of(case_name: str) -> dict[str, tuple[int, ...]]:
    """The shapes of all parameters, weights and bias of each layer in turn."""
    case = next(c for c in CASES if c.name == case_name)
    return {p.name: p.shape for p in compiled(case.text()).model.parameters}


@cache
def trained(case_name: str, precision: str) -> Trace:
    """What the generated program makes of a case."""
    case = next(c for c in CASES if c.name == case_name)
    compilation = compiled(case.text())
    made = program(make_plan(compilation, BATCH, precision), compilation.model, EXAMPLES)
    ours = made.parameters()
    for name, value in start(shapes_of(case_name)).items():
        ours[name][...] = value
    output: Any = None
    gradient = {}
    costs = []
    for t, (X, T) in enumerate(case.batches(precision), 1):
        if t == 1:
            arena = np.empty(made.module.EVALUATION_ARENA, np.uint8)
            evaluate = made.module.evaluation(made.theta, len(T), EXAMPLES, arena)
            output = evaluate(X.T, T)[0].copy()
        costs.append(made.step(len(X))(X.T, T.T, RATE, t))
        if t == 1:
            gradient = {p: made.dtheta[s].copy() for p, s in _slices(compilation.model).items()}
    final = {name: ours[name].copy() for name in shapes_of(case_name)}
    return Trace(output, gradient, np.array(costs), final)


def _slices(model: Any) -> dict[str, slice]:
    return {p.name: slice(p.offset, p.offset + p.size) for p in model.parameters}


@in_both
@by_name
def test_output_gradient_costs_and_parameters_are_those_of_torch(
    case: Case, precision: str
) -> None:
    ours = trained(case.name, precision)
    theirs = references()[f"{precision}.{case.name}"]
    scale = 1 + np.sqrt(sum(p.size for p in ours.parameters.values()))
    np.testing.assert_allclose(
        ours.digest(), theirs, rtol=CLOSE[precision], atol=CLOSE[precision] * scale
    )


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_gradient_of_the_check_is_that_of_the_step(case: Case) -> None:
    compilation = compiled(case.text())
    model = compilation.model
    made = program(make_gradient_plan(model, BATCH), model, EXAMPLES)
    for name, value in start(shapes_of(case.name)).items():
        made.parameters()[name][...] = value
    X, T = next(case.batches("float64"))
    made.step(BATCH)(X.T, T.T, 0.0, 1)
    for name, part in _slices(model).items():
        expected = trained(case.name, "float64").gradient[name]
        np.testing.assert_allclose(made.dtheta[part], expected, rtol=1e-9, atol=1e-13)


@in_both
def test_every_number_is_that_of_torch(precision: str) -> None:
    """With PyTorch at hand: every gradient and parameter, and whether the stored numbers hold."""
    pytest.importorskip("torch")
    import pictures_torch

    for case in CASES:
        theirs = pictures_torch.train(case, precision, shapes_of(case.name))
        ours = trained(case.name, precision)
        stored = references()[f"{precision}.{case.name}"]
        np.testing.assert_allclose(theirs.digest(), stored, rtol=1e-4, atol=1e-4)
        close = {"rtol": 0, "err_msg": case.name}
        np.testing.assert_allclose(ours.output, theirs.output, **close, atol=CLOSE[precision] / 50)
        for name, g in theirs.gradient.items():
            size = max(1.0, float(np.abs(g).max()))
            found = ours.gradient[name].reshape(g.shape)
            np.testing.assert_allclose(found, g, **close, atol=CLOSE[precision] / 50 * size)
        for name, value in theirs.parameters.items():
            np.testing.assert_allclose(
                ours.parameters[name], value, **close, atol=10 * CLOSE[precision]
            )
