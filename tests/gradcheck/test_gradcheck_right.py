"""A right gradient passes: every activation, loss and penalty, and random networks of them."""

from __future__ import annotations

import numpy as np
import pytest
from gradcheck_cases import ACTIVATIONS, ENDS, PENALTIES, case, tensor
from hypothesis import given, settings
from hypothesis import strategies as st

from specc.gradcheck.spread import Spread
from specc.library.registry import Registry

MIX = [
    (activation, *ENDS[(i + j) % len(ENDS)], PENALTIES[(i + 2 * j) % len(PENALTIES)])
    for i, activation in enumerate(ACTIVATIONS)
    for j in range(4)
]


def test_every_activation_of_the_language_is_here() -> None:
    assert set(ACTIVATIONS) == set(Registry().words("activations"))


@pytest.mark.parametrize(("activation", "end", "loss", "penalty"), MIX)
def test_a_right_gradient_passes(activation: str, end: str, loss: str, penalty: str) -> None:
    net = case(
        f"input 3; dense 5, {activation}; dense 4, {activation}; {end}", loss, regularize=penalty
    )
    report = net.check()
    assert report.passed
    assert report.difference <= 1e-8
    for p in report.parameters:
        assert p.passed
        assert not p.tiny
        assert p.difference <= 1e-7
        assert p.kinks == 0
        assert p.worst is not None
        assert p.worst.difference <= 1e-7


NETWORKS = [
    "input 3; dense 1, sigmoid",
    "input 3; dense 4, bias = false; relu; dense 2, bias = false",
    "input 3; dense 4, relu as a; dense 4, tanh; add a; dense 2",
    "input 3; dense 4, relu as a; dense 2, tanh; concat a; dense 2",
    "input 3; residual {\n dense 3, relu\n dense 3\n}\n relu; dense 2",
    "input 2 as a; dense 3, relu as b; input 2; dense 2, tanh; concat b; dense 3, softmax; dense 1",
    "input 3; dense 1, relu; dense 4, relu; dense 1",
]


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("penalty", PENALTIES)
def test_any_shape_of_network_passes_and_the_fast_way_takes_it(network: str, penalty: str) -> None:
    net = case(network, regularize=penalty, seed=3)
    assert net.check().passed
    number = net.numeric()
    spread = sum(way.stop - way.start for way in number.ways if isinstance(way, Spread))
    assert spread == net.model.size
    places = np.arange(net.model.size)
    for quick, slow in zip(
        number.slopes(places, 1e-6), net.numeric(fast=False).slopes(places, 1e-6), strict=True
    ):
        assert np.abs(quick - slow).max() <= 3e-8


def test_a_layer_that_nothing_moves_has_difference_0() -> None:
    net = case("input 3; dense 4, relu; dense 2", regularize="l2(0.7)")
    net.theta[:] = 0
    report = net.check()
    assert report.passed
    assert tensor(report, "dense1.W").difference == 0


def test_penalties_are_part_of_what_is_checked() -> None:
    net = case("input 3; dense 4, tanh; dense 2", regularize="l2(0.7)")
    without = case("input 3; dense 4, tanh; dense 2")
    assert net.check(without.analytic).passed is False
    assert without.check(without.analytic).passed


def test_inputs_that_were_never_normalised_pass() -> None:
    X = np.random.RandomState(0).standard_normal((3, 12)) * 1e4
    report = case("input 3; dense 5, tanh; dense 2", X=X, scale=1e-4).check()
    assert report.passed


@pytest.mark.parametrize(
    ("network", "penalty"),
    [
        ("input 3; dense 3, leaky_relu(0.3); dense 4, leaky_relu(0.2); dense 2", ""),
        ("input 3; dense 3, leaky_relu; dense 4, elu; dense 2", ""),
        ("input 3; dense 3, tanh, regularize = l2(0.1); dense 4, tanh; dense 2", "l2(5)"),
        ("input 3; dense 3, tanh, regularize = l1(0.1); dense 4, tanh; dense 2", "l2(5)"),
    ],
)
def test_layers_keep_settings_of_their_own(network: str, penalty: str) -> None:
    """Two layers have an `alpha` or a `lambda`; the program must not take one for both."""
    report = case(network, regularize=penalty).check()
    assert report.notes == ()
    assert report.passed


def test_the_slope_of_elu_at_0_is_1() -> None:
    """An example of zeros before biases of zeros is exactly there, and there is no kink."""
    X = np.random.RandomState(0).standard_normal((3, 12))
    X[:, 0] = 0
    net = case("input 3; dense 3, elu; dense 2", X=X)
    net.parameter("dense1.b")[...] = 0
    report = net.check()
    assert report.passed
    assert not any(p.kinks for p in report.parameters)


@settings(max_examples=25, deadline=None)
@given(
    widths=st.lists(st.integers(1, 5), min_size=0, max_size=3),
    activations=st.lists(st.sampled_from(ACTIVATIONS), min_size=3, max_size=3),
    end=st.sampled_from(ENDS),
    penalty=st.sampled_from(PENALTIES),
    m=st.integers(1, 8),
    seed=st.integers(0, 10_000),
)
def test_random_networks(
    widths: list[int],
    activations: list[str],
    end: tuple[str, str],
    penalty: str,
    m: int,
    seed: int,
) -> None:
    hidden = [f"dense {w}, {a}" for w, a in zip(widths, activations, strict=False)]
    # A softmax of one unit is always 1, which is an error of its own.
    hidden = [h.replace("dense 1, softmax", "dense 1, tanh") for h in hidden]
    net = case("; ".join(["input 3", *hidden, end[0]]), end[1], regularize=penalty, m=m, seed=seed)
    assert net.check().passed
    places = np.arange(net.model.size)
    right, left = net.numeric().slopes(places, 1e-6)
    slow_right, slow_left = net.numeric(fast=False).slopes(places, 1e-6)
    size = 1 + np.abs(slow_right).max()
    assert np.abs(right - slow_right).max() <= 1e-7 * size
    assert np.abs(left - slow_left).max() <= 1e-7 * size
