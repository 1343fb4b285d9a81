"""Starting values: the formula of each source on the draws of NumPy's frozen legacy generator.

`seed legacy(3)` draws from one `RandomState(3)`, layer by layer, as the course does; what PyTorch
and Keras scale their own draws by is computed by PyTorch where it is installed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from oracle import compiled, program, spec

from specc.driver import make_plan

SHAPES = ((6, 4), (3, 6), (5, 3))
NETWORK = "input 4; dense 6, tanh; dense 3, tanh; dense 5"


def weights(init: str, precision: str = "float64") -> list[Any]:
    text = spec(NETWORK, init=init, train="run 1 epoch\n    seed legacy(3)")
    compilation = compiled(text)
    made = program(make_plan(compilation, 3, precision), compilation.model, seed=3)
    return [made.parameters()[f"dense{i}.W"] for i in (1, 2, 3)]


def scaled(sd: Callable[[int, int], float], uniform: bool = False) -> Callable[..., Any]:
    """The draws of the stream times a standard deviation from (n_in, n_out)."""

    def start(random: np.random.RandomState, shape: tuple[int, int]) -> Any:
        n_out, n_in = shape
        if uniform:
            return random.uniform(-1, 1, shape) * math.sqrt(3) * sd(n_in, n_out)
        return random.randn(*shape) * sd(n_in, n_out)

    return start


def he(n_in: int, n_out: int) -> float:
    return math.sqrt(2 / n_in)


def xavier(n_in: int, n_out: int) -> float:
    return math.sqrt(1 / n_in)


def glorot(n_in: int, n_out: int) -> float:
    return math.sqrt(2 / (n_in + n_out))


STARTS: dict[str, Callable[[np.random.RandomState, tuple[int, int]], Any]] = {
    "zeros": lambda random, shape: np.zeros(shape),
    "constant(0.5)": lambda random, shape: np.full(shape, 0.5),
    "normal": lambda random, shape: random.randn(*shape) * 0.01,
    "normal(10)": lambda random, shape: random.randn(*shape) * 10,
    "uniform(0.05)": lambda random, shape: random.uniform(-0.05, 0.05, shape),
    "he": scaled(he),
    "he(uniform = true)": scaled(he, uniform=True),
    "xavier": scaled(xavier),
    "xavier(uniform = true)": scaled(xavier, uniform=True),
    "xavier_avg": scaled(glorot),
    "xavier_avg(uniform = true)": scaled(glorot, uniform=True),
    "lecun": scaled(xavier),
    "lecun(scale = 0.5)": scaled(lambda n_in, n_out: xavier(n_in, n_out) / 2),
    "lecun(uniform = true, scale = 2)": scaled(lambda n, k: 2 * xavier(n, k), uniform=True),
}


@pytest.mark.proves(
    "inits.zeros",
    "inits.constant",
    "inits.normal",
    "inits.uniform",
    "inits.he",
    "inits.xavier",
    "inits.xavier_avg",
    "inits.lecun",
)
@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("init", STARTS)
def test_starting_values_follow_the_formula(init: str, precision: str) -> None:
    random = np.random.RandomState(3)
    for W, shape in zip(weights(init, precision), SHAPES, strict=True):
        expected = STARTS[init](random, shape)
        rtol = 1e-14 if precision == "float64" else 1e-6
        np.testing.assert_allclose(W, expected, rtol=rtol, atol=1e-17)


@pytest.mark.proves("inits.orthogonal")
@pytest.mark.parametrize("scale", [1, 2.5])
def test_orthogonal_is_the_factor_of_the_draws(scale: float) -> None:
    """G = Q R with the columns of Q at right angles, and R upper triangular with a positive
    diagonal: there is only one such Q (Mezzadri 2007, section 5). A wide G stands upright.
    """
    random = np.random.RandomState(3)
    for W, shape in zip(weights(f"orthogonal(scale = {scale})"), SHAPES, strict=True):
        G, Q = random.randn(*shape), W / scale
        if shape[0] < shape[1]:
            G, Q = G.T, Q.T
        np.testing.assert_allclose(Q.T @ Q, np.eye(Q.shape[1]), atol=1e-14)
        R = Q.T @ G
        np.testing.assert_allclose(np.tril(R, -1), 0, atol=1e-13)
        assert (np.diag(R) > 0).all()
        np.testing.assert_allclose(Q @ R, G, rtol=1e-12)


def test_orthogonal_weights_keep_lengths() -> None:
    """The point of them: what comes in is as long as what goes out."""
    x = np.random.RandomState(0).randn(4, 7)
    W1, _, _ = weights("orthogonal")
    np.testing.assert_allclose(np.linalg.norm(W1 @ x, axis=0), np.linalg.norm(x, axis=0))


@pytest.mark.parametrize(
    ("init", "theirs"),
    [
        ("he", "kaiming_normal_"),
        ("he(uniform = true)", "kaiming_uniform_"),
        ("xavier_avg", "xavier_normal_"),
        ("xavier_avg(uniform = true)", "xavier_uniform_"),
        ("orthogonal(scale = 2)", "orthogonal_"),
    ],
)
def test_widths_are_those_of_torch(init: str, theirs: str) -> None:
    """PyTorch draws its own numbers; how wide they are is what can be compared."""
    torch = pytest.importorskip("torch")
    torch.manual_seed(1)
    compilation = compiled(spec("input 300; dense 200", init=init))
    ours = program(make_plan(compilation, 3), compilation.model).parameters()["dense1.W"]
    other = torch.empty(200, 300)
    options = {"kaiming": {"nonlinearity": "relu"}, "orthogonal": {"gain": 2}}
    getattr(torch.nn.init, theirs)(other, **options.get(theirs.split("_")[0], {}))
    W = other.numpy()
    np.testing.assert_allclose(W.std(), ours.std(), rtol=0.02)
    if "uniform" in init:
        np.testing.assert_allclose(abs(W).max(), abs(ours).max(), rtol=1e-3)
    if "orthogonal" in init:
        np.testing.assert_allclose(W @ W.T, ours @ ours.T, atol=2e-5)


def test_filters_are_orthogonal_as_columns() -> None:
    """A convolution's weights (height, width, channels, filters) as one matrix with a column each,
    as Keras has it.
    """
    network = "input 6, 6, 2; conv 5, kernel = 3; flatten; dense 1"
    compilation = compiled(spec(network, init="orthogonal"))
    made = program(make_plan(compilation, 3, "float64"), compilation.model)
    W = made.parameters()["conv1.W"]
    columns = W.reshape(-1, W.shape[-1])
    np.testing.assert_allclose(columns.T @ columns, np.eye(5), atol=1e-14)
